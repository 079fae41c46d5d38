"""Decoding and normalising alone, and books, against ``ccxt`` and ``nautilus_trader`` with the same frames.

All of it is work of one thread without waiting, so it is measured by the processor's time: what else the
machine does matters little.

The peers run in processes of their own and read the frames from files. ``nautilus_trader`` runs with the
interpreter that ``TRADEBOOK_BENCH_NAUTILUS`` names, if there is one that has it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import market_books
from bench.live_path import instrument_of
from bench.report import part
from bench.venue_frames import VenueFrames
from tradebook.venues.binance.market_data import PublicFrames

QUOTES, MIXED, BOOKS = 200_000, 200_000, 30_000
PEER_SHARE = 0.1
"""Of the frames that a peer gets: it takes as long for them."""
ROUNDS = 3
NAUTILUS = "TRADEBOOK_BENCH_NAUTILUS"
NAUTILUS_SCRIPT = Path(__file__).with_name("peers") / "nautilus_frames.py"
NOT_INSTALLED = "not installed"

Rates = Mapping[str, float]


async def run(rounds: int = ROUNDS, share: float = 1.0) -> list[dict[str, Any]]:
    """Three parts of the report."""
    ours: list[Rates] = []
    ccxt: list[Rates] = []
    nautilus: list[Rates] = []
    with tempfile.TemporaryDirectory() as kept:
        directory = Path(kept)
        _write(directory, share * PEER_SHARE)
        for number in range(rounds):
            ours.append(_our_rates(seed=number, share=share))
            ccxt.append(await _peer(sys.executable, "-m", "bench.peers.ccxt_frames", kept))
            told = await _peer(os.environ.get(NAUTILUS, sys.executable), str(NAUTILUS_SCRIPT), kept)
            nautilus += [told] if told else []
    return [
        _part("decode_quotes", "quotes", ours, ccxt, nautilus),
        _part("decode_mixed", "mixed", ours, ccxt, nautilus),
        _part("books", "books", ours, ccxt, ()),
    ]


def decode_rate(frames: Sequence[bytes]) -> float:
    """Frames a second of the processor's time."""
    decode = PublicFrames(_Symbols()).decode
    received_at = datetime.now(UTC)
    began = time.process_time()
    for each in frames:
        decode(each, received_at)
    return len(frames) / (time.process_time() - began)


class _Symbols:
    def instrument_of(self, venue_symbol: str) -> Any:
        return instrument_of(venue_symbol)


def _our_rates(seed: int, share: float) -> Rates:
    quotes = VenueFrames(seed).quotes(int(QUOTES * share))
    mixed = VenueFrames(seed).mixed(int(MIXED * share))
    gc.collect()
    gc.freeze()
    rates = {"quotes": decode_rate(quotes), "mixed": decode_rate(mixed)}
    rates["books"] = market_books.rate(VenueFrames(seed), int(BOOKS * share))
    gc.unfreeze()
    return rates


def _write(directory: Path, share: float) -> None:
    frames = VenueFrames()
    (directory / "listing.json").write_bytes(frames.listing())
    (directory / "book.json").write_bytes(frames.book())
    (directory / "books").write_bytes(b"\n".join(frames.book_changes(int(BOOKS * share))))
    (directory / "quotes").write_bytes(b"\n".join(VenueFrames().quotes(int(QUOTES * share))))
    (directory / "mixed").write_bytes(b"\n".join(VenueFrames().mixed(int(MIXED * share))))


async def _peer(*command: str) -> Rates:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    rates: Rates = json.loads(output) or {}
    return rates


def _part(
    name: str, frames: str, ours: Sequence[Rates], ccxt: Sequence[Rates], nautilus: Sequence[Rates]
) -> dict[str, Any]:
    value, baseline = (statistics.median(each[frames] for each in rates) for rates in (ours, ccxt))
    more: dict[str, Any] = {}
    if frames != "books":
        more["nautilus_trader"] = NOT_INSTALLED
    if nautilus:
        peer = statistics.median(each[frames] for each in nautilus)
        more["nautilus_trader"] = {"value": round(peer, 1), "ratio": round(value / peer, 3)}
    return part(
        name, value, "messages/s of processor time", baseline_name="ccxt.pro", baseline=baseline, **more
    )
