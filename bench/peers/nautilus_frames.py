# mypy: ignore-errors
"""The frames of ``market_data`` through the types of ``nautilus_trader``'s Binance adapter: decode and build.

``PYTHON bench/peers/nautilus_frames.py DIRECTORY``, with an interpreter that has the library (it takes
700 MB, so it is not among our own): reads files of frames, one on a line; prints frames a second of each as
JSON, or ``null`` where the library is not installed. It does what
``BinanceSpotDataClient`` does up to handing a tick on.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def handlers():
    """By what a stream's name contains, as the data client has them."""
    import msgspec
    from nautilus_trader.adapters.binance.common.schemas.market import BinanceOrderBookMsg, BinanceQuoteMsg
    from nautilus_trader.adapters.binance.spot.schemas.market import BinanceSpotTradeMsg
    from nautilus_trader.model.identifiers import InstrumentId

    instruments = {}

    def instrument_of(symbol):
        known = instruments.get(symbol)
        if known is None:
            known = instruments[symbol] = InstrumentId.from_str(f"{symbol}.BINANCE")
        return known

    def reading(kind, build):
        decode = msgspec.json.Decoder(kind).decode

        def read(raw):
            data = decode(raw).data
            return getattr(data, build)(instrument_id=instrument_of(data.s), ts_init=time.time_ns())

        return read

    return {
        "@bookTicker": reading(BinanceQuoteMsg, "parse_to_quote_tick"),
        "@trade": reading(BinanceSpotTradeMsg, "parse_to_trade_tick"),
        "@depth@": reading(BinanceOrderBookMsg, "parse_to_order_book_deltas"),
    }


def per_second(directory, name):
    """All frames of a file, once."""
    import msgspec
    from nautilus_trader.adapters.binance.common.schemas.market import BinanceDataMsgWrapper

    by_name = handlers()
    stream_of = msgspec.json.Decoder(BinanceDataMsgWrapper).decode
    frames = (directory / name).read_bytes().splitlines()
    began = time.process_time()
    for raw in frames:
        stream = stream_of(raw).stream
        for part, read in by_name.items():
            if part in stream:
                read(raw)
    return len(frames) / (time.process_time() - began)


def main(directory):
    """Prints JSON."""
    try:
        import nautilus_trader  # noqa: F401  # whether it is there
    except ImportError:
        print("null")
        return
    print(json.dumps({name: per_second(directory, name) for name in ("quotes", "mixed")}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
