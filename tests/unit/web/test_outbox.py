from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from tradebook.web import outbox
from tradebook.web.outbox import Outbox, Writer


def test_a_quick_client_gets_every_frame_in_one_write() -> None:
    written: list[bytes] = []
    box = Outbox(written.append)
    for frame in (b"a", b"b", b"c"):
        box.put(frame, latest_of="quotes")
    box.flush()
    assert written == [b"abc"]


def test_a_slow_client_gets_the_newest_quote_and_every_order() -> None:
    written: list[bytes] = []
    box = Outbox(written.append)
    box.pause()
    for n in range(5):
        box.put(b"q%d" % n, latest_of="quotes")
        box.put(b"o%d" % n)
    box.flush()
    assert written == []
    box.resume()
    assert written == [b"o0o1o2o3o4q4"]


def test_a_client_that_would_lose_what_counts_is_too_far_behind() -> None:
    box = Outbox(lambda _: None)
    box.pause()
    for _ in range(outbox.BACKLOG_MAX):
        box.put(b"o")
    assert not box.too_far_behind
    box.put(b"o")
    assert box.too_far_behind


@given(
    st.lists(st.tuples(st.sampled_from(["pause", "resume", "order", "quote", "flush"]), st.integers(0, 255)))
)
def test_what_counts_arrives_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    written: list[bytes] = []
    box = Outbox(written.append)
    orders: list[int] = []
    for step, n in steps:
        match step:
            case "pause":
                box.pause()
            case "resume":
                box.resume()
            case "flush":
                box.flush()
            case "order":
                orders.append(n)
                box.put(b"o" + bytes([n]))
            case "quote":
                box.put(b"q" + bytes([n]), latest_of="quotes")
    box.resume()
    frames = b"".join(written)
    assert [frames[i + 1] for i in range(0, len(frames), 2) if frames[i : i + 1] == b"o"] == orders


async def test_many_messages_of_one_turn_share_a_write() -> None:
    writer, written = Writer(), list[bytes]()
    box = Outbox(written.append)
    for n in range(10):
        box.put(b"%d" % n)
        writer.wake(box)
    await asyncio.sleep(0.01)
    assert written == [b"0123456789"]
    box.put(b"x")
    writer.wake(box)
    await asyncio.sleep(0.05)
    assert written[-1] == b"x"
