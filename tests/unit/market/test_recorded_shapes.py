"""Recorded files of every shape, and what is said of those that cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from tests.support.vectors import TAPES

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.money import plain
from tradebook.market.replay import depth_shapes, json_items, recording
from tradebook.market.replay.tape import read_tape
from tradebook.market.values import BookUpdate, MarketEvent, Quote, Trade

CHANGES = "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
DEPTH = "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n"
SNAPSHOTS = (
    "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0].amount,"
    "asks[1].price,asks[1].amount,bids[1].price,bids[1].amount\n"
)
TRADES = "timestamp,trade_id,price,quantity,buyer_maker\n"
BARS = "date,open,high,low,close,volume\n"


def line(event: MarketEvent) -> str:
    """An event in a few words."""
    match event:
        case Trade():
            return f"{plain(event.quantity)} at {plain(event.price)}"
        case Quote():
            bid = f"{plain(event.bid_size)} at {plain(event.bid)}"
            return f"{bid} | {plain(event.ask_size)} at {plain(event.ask)}"
        case BookUpdate():
            bids, asks = (
                " ".join(f"{plain(level.price)}:{plain(level.size)}" for level in side)
                for side in (event.bids, event.asks)
            )
            return f"{'book' if event.is_snapshot else 'change'} {bids} / {asks}"


def played(folder: Path, **files: str) -> list[str]:
    """The events of files with these contents, a dot in a name being written ``__``."""
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    tape = read_tape(str(folder))
    events = list(tape.events())
    assert len(events) == tape.total
    assert events[0].at == tape.begins
    return [line(event) for event in events]


def test_book_snapshots_become_books_and_the_quotes_that_they_move(tmp_path: Path) -> None:
    rows = (
        "x,BTCUSDT,1598918403696000,1,101,1,99,2,102,3,98,4\n"
        "x,BTCUSDT,1598918403697000,1,101,1,99,2,103,3,98,4\n"
        "x,BTCUSDT,1598918403698000,1,101,1,99,5,103,3,,\n"
    )
    assert played(tmp_path, any__csv=SNAPSHOTS + rows) == [
        "book 99:2 98:4 / 101:1 102:3",
        "2 at 99 | 1 at 101",
        "book 99:2 98:4 / 101:1 103:3",
        "book 99:5 / 101:1 103:3",
        "5 at 99 | 1 at 101",
    ]


def test_book_changes_of_one_moment_are_one_update(tmp_path: Path) -> None:
    rows = (
        "d,BTC-PERPETUAL,1585699200245000,7,true,ask,101,1\n"
        "d,BTC-PERPETUAL,1585699200245000,7,true,bid,99,1\n"
        "d,BTC-PERPETUAL,1585699200245000,8,true,bid,98,3\n"
        "d,BTC-PERPETUAL,1585699200345000,9,false,bid,99,0\n"
    )
    assert played(tmp_path, any__csv=CHANGES + rows) == [
        "book 99:1 / 101:1",
        "1 at 99 | 1 at 101",
        "change 98:3 / ",
        "change 99:0 / ",
        "3 at 98 | 1 at 101",
    ]


def test_depth_updates_follow_their_snapshot_and_a_hole_begins_the_book_anew(tmp_path: Path) -> None:
    snapshot = "B,1667346579146,10,10,b,snap,99,1,-1\nB,1667346579146,10,10,a,snap,101,1,-1\n"
    updates = (
        "B,1667346579000,8,9,b,set,50,1,7\n"  # older than the snapshot
        "B,1667346579246,9,11,b,set,100,2,8\n"
        "B,1667346579346,12,13,b,set,100,0,11\n"
        "B,1667346579446,20,21,b,set,97,1,19\n"
    )
    names = {"btcusdt-snap__csv": DEPTH + snapshot, "btcusdt-update__csv": DEPTH + updates}
    assert played(tmp_path, **names) == [
        "book 50:1 / ",
        "book 99:1 / 101:1",
        "1 at 99 | 1 at 101",
        "change 100:2 / ",
        "2 at 100 | 1 at 101",
        "change 100:0 / ",
        "1 at 99 | 1 at 101",
        "book 97:1 / ",
    ]


def test_a_very_long_update_is_cut_and_still_one_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(depth_shapes, "CHANGES_MAX", 2)
    rows = "".join(f"B,1667346579146,10,10,b,snap,{price},1,-1\n" for price in (99, 98, 97))
    assert played(tmp_path, any__csv=DEPTH + rows) == ["book 99:1 98:1 / ", "change 97:1 / "]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ADABTC-1m.csv", "1637971200000,10,14,9,12,8,1637971259999,1,79,1,1,0\n"),
        ("ADABTC-1m.csv", "1637971200000,10,14,9,12,8\n"),
        ("ADABTC-1m.csv", "open_time,open,high,low,close,volume,close_time\n1637971200000,10,14,9,12,8,1\n"),
        ("ADABTC-1m.csv", "timestamp_utc,open,high,low,close,volume\n2021-11-27 00:00:00,10,14,9,12,8\n"),
        ("ADABTC.csv", ",Open,High,Low,Close,Volume\n2021-11-27,10,14,9,12,8\n"),
        ("ADABTC.csv", "\ufeffDate,Open,High,Low,Close,Volume,Adj Close\n2021-11-27,10,14,9,12,8,11\n"),
        ("ADABTC.json", "[[1637971200000, 10, 14, 9, 12, 8.0]]"),
    ],
)
def test_bars_with_and_without_a_header(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    tape = read_tape(str(tmp_path))
    assert [line(event) for event in tape.events()] == ["2 at 10", "2 at 9", "2 at 14", "2 at 12"]
    assert tape.begins == datetime(2021, 11, 27, tzinfo=UTC)
    assert tape.instruments[0].symbol == "ADA/BTC"


def test_a_bar_s_prints_share_all_of_its_volume_in_whole_lots(tmp_path: Path) -> None:
    assert played(tmp_path, ab__csv=BARS + "2021-01-01,10,10,10,10,205\n") == [
        "51 at 10",
        "51 at 10",
        "51 at 10",
        "52 at 10",
    ]


def test_bars_of_bids_and_asks_together_are_quotes(tmp_path: Path) -> None:
    bars = {
        "gbpusd-m1-ask__csv": BARS + "2012-02-01,12,13,11,12,\n",
        "gbpusd-m1-bid__csv": BARS + "2012-02-01,10,11,9,10.5,\n",
    }
    quotes = played(tmp_path, **bars)
    assert quotes[-1] == "0 at 10.5 | 0 at 12"
    assert not any(" at " in each and "|" not in each for each in quotes)
    (tmp_path / "gbpusd-m1-ask.csv").unlink()
    assert next(map(line, read_tape(str(tmp_path)).events())) == "0 at 10"


def test_quote_ticks_without_a_header(tmp_path: Path) -> None:
    (tmp_path / "eurusd.csv").write_text("20200101 170000065,1.121200,1.121720,0\n")
    tape = read_tape(str(tmp_path))
    assert [line(event) for event in tape.events()] == ["0 at 1.1212 | 0 at 1.12172"]
    assert tape.begins == datetime(2020, 1, 1, 17, 0, 0, 65_000, tzinfo=UTC)


def test_a_tick_stream_becomes_quotes_and_each_trade_once(tmp_path: Path) -> None:
    ticks = [(0, 9.5, 10), (3, 10.5, 20), (8, -1.0, 9), (4, 10.5, 5), (5, 10.5, 5), (5, 10.5, 5), (2, 9.4, 1)]
    stream = [
        {"time": f"2022-01-07T05:58:0{n}+00:00", "price": price, "size": size, "tickType": kind}
        for n, (kind, price, size) in enumerate(ticks)
    ]
    stream[4]["time"] = stream[3]["time"]
    assert played(tmp_path, aapl__json=json.dumps(stream)) == [
        "10 at 9.5 | 20 at 10.5",
        "5 at 10.5",
        "5 at 10.5",
    ]


def test_an_instrument_that_is_described_has_those_steps_and_fees(tmp_path: Path) -> None:
    (tmp_path / "btcusdt-instrument.txt").write_text(
        "CurrencyPair(id=BTCUSDT.BINANCE, price_increment=0.5, size_increment=0.01, lot_size=None, "
        "maker_fee=0.002, taker_fee=0.003,ts_init=0)"
    )
    (tmp_path / "btcusdt-trades.csv").write_text(TRADES + "2021-01-08T00:00:00Z,1,100.3,0.123,True\n")
    (instrument,) = (tape := read_tape(str(tmp_path))).instruments
    assert (instrument.maker_fee_rate, instrument.taker_fee_rate) == (Decimal("0.002"), Decimal("0.003"))
    assert [line(event) for event in tape.events()] == ["0.12 at 100.5"]


def test_lines_name_their_instrument_where_they_can(tmp_path: Path) -> None:
    rows = "2021-01-08T00:00:00Z,A/USD,1,1,1,2\n".replace("1,1,1,2", "1,2,1,1")
    header = "timestamp,symbol,ask_size,ask,bid_size,bid\n"
    (tmp_path / "quotes.csv").write_text(header + rows + rows.replace("A/USD", "B/USD"))
    assert [each.symbol for each in read_tape(str(tmp_path)).instruments] == ["A/USD", "B/USD"]


def test_funding_rates_are_read_past(tmp_path: Path) -> None:
    funding = "date,funding_rate\n2021-11-18T00:00:00Z,0.0001\n"
    bars = BARS + "2021-11-18T00:00:00Z,1,1,1,1,4\n"
    assert len(played(tmp_path, xrpusdt__csv=bars, funding__csv=funding)) == 4
    (tmp_path / "xrpusdt.csv").unlink()
    with pytest.raises(InvalidInput, match="holds no trades, quotes, depth or bars"):
        read_tape(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.csv",
            TRADES + "2021-01-08T00:00:00Z,1,2,3,True\nyesterday,1,2,3,True\n",
            "a.csv, line 3 is broken",
        ),
        ("a.csv", TRADES + "2021-01-08T00:00:00Z,1,NaN,3,True\n", "line 2 is broken: NaN is no price"),
        ("a.csv", TRADES + "2021-01-08T00:00:00Z,1,2,-3,True\n", "line 2 is broken: -3 is no size"),
        ("a.csv", TRADES + "2021-01-08T00:00:00Z,1,x,3,True\n", "line 2 is broken: a number cannot be read"),
        ("a.csv", TRADES + "2021-01-08T00:00:00Z,1\n", "line 2 is broken: 2 columns where 5 were expected"),
        (
            "a.csv",
            CHANGES + "d,B,1585699200245000,7,true,both,1,1\n",
            "line 2 is broken: 'both' is not there",
        ),
        ("a.csv", "a,b\n1,2\n", r"a.csv has columns a, b, which no known shape has; known are: .*bars"),
        ("a.csv", "1,2\n", "a.csv has 2 unnamed columns"),
        ("a.csv", "", "a.csv has 0 unnamed columns"),
        ("a.json", "{}", "a.json, item 1 is broken: it is no JSON array"),
        ("a.json", "[1]", "a.json has items of another kind"),
        ("a.json", '[[1, "1", "1", "1", "1", "1"], [1, 2]]', "a.json, item 2 is broken: not enough values"),
        ("a.json", "[[1, 1, 1, 1, 1, 1] [", "a.json, item 2 is broken: a comma"),
        ("a.json", "[[1, 1, 1, 1, 1, 1], [1", "a.json, item 2 is broken: an item has no end"),
        ("a.json", "[[1, null, 1, 1, 1, 1]]", "a.json, item 1 is broken"),
        ("a-instrument.txt", "CurrencyPair(id=X)", "a-instrument.txt does not describe an instrument"),
    ],
)
def test_what_cannot_be_read_is_named_with_file_and_line(
    tmp_path: Path, name: str, content: str, words: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InvalidInput, match=words):
        read_tape(str(tmp_path))


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "btcusdt.csv"
    file.write_text(TRADES)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidInput, match=r"btcusdt.csv cannot be read: Permission denied"):
        read_tape(str(file))


def test_json_items_may_be_longer_than_a_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "items.json"
    file.write_text('[ {"a": "' + "x" * 50 + '"}, 12345 , [1.50]\n]')
    for chunk in (1, 2, 7, 1000):
        monkeypatch.setattr(json_items, "CHUNK", chunk)
        assert list(json_items.items_of(file)) == [{"a": "x" * 50}, "12345", ["1.50"]]


def test_a_file_out_of_order_is_put_in_order_within_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest_first = "".join(f"2021-01-08T00:00:0{n}Z,{n},{n},1,True\n" for n in (5, 4, 3, 2, 1))
    assert played(tmp_path, btcusdt__csv=TRADES + newest_first)[0] == "1 at 1"
    monkeypatch.setattr(recording, "REORDER_MAX", 2)
    with pytest.raises(
        InvalidInput, match=r"btcusdt.csv, record 4 belongs more than 2 records further ahead"
    ):
        read_tape(str(tmp_path))


def test_more_files_than_can_be_open_at_once_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "FILES_MAX", 1)
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(TRADES)
    with pytest.raises(InvalidInput, match="2 files are more than 1"):
        read_tape(str(tmp_path))


def test_a_file_that_changes_under_the_tape_is_named(tmp_path: Path) -> None:
    file = tmp_path / "btcusdt.csv"
    file.write_text(TRADES + "".join(f"2021-01-08T00:00:0{n}Z,{n},1,1,True\n" for n in (1, 2)))
    tape = read_tape(str(file))
    file.write_text(TRADES + "".join(f"2021-01-08T00:00:0{n}Z,{n},1,1,True\n" for n in (2, 1)))
    with pytest.raises(InvalidInput, match=r"btcusdt.csv is not as it was"):
        list(tape.events())


RECORDED = sorted(file for file in TAPES.glob("*/*") if file.is_file())


@pytest.mark.parametrize("file", RECORDED or [Path("made.csv")], ids=lambda each: each.name)
def test_every_recorded_file_is_read(file: Path, tmp_path: Path) -> None:
    """Where the recordings are not at hand, a made one takes their place."""
    if not RECORDED:
        file = tmp_path / file
        file.write_text(BARS + "2021-01-01,10,14,9,12,8\n")
    if file.name in ("btcusdt-instrument.txt", "XRP_USDT_USDT-8h-funding_rate.csv"):
        with pytest.raises(InvalidInput, match="holds no trades, quotes, depth or bars"):
            read_tape(str(file))
        return
    tape = read_tape(str(file))
    beginning = list(islice(tape.events(), 1_000))
    assert len(beginning) == min(tape.total, 1_000)
    assert [event.at for event in beginning] == sorted(event.at for event in beginning)


def test_a_conversion_leaves_room_for_every_event_of_a_record(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(BARS + "2021-01-01,10,14,9,12,8\n2021-01-02,10,14,9,12,8\n")
    sequences = [event.sequence for event in read_tape(str(tmp_path)).events()]
    assert sequences == sorted(set(sequences))
