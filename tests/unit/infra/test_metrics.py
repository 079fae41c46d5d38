"""What the collector of garbage costs is counted without a lock."""

from __future__ import annotations

from tradebook.infra.metrics import GarbagePauses


def test_pauses_are_added_up_by_generation() -> None:
    pauses = GarbagePauses()
    for generation in (0, 0, 2):
        pauses("start", {"generation": generation})
        pauses("stop", {"generation": generation})
    count, seconds, longest = pauses.collect()
    assert [sample.value for sample in count.samples] == [2, 0, 1]
    assert [sample.value > 0 for sample in seconds.samples] == [True, False, True]
    assert longest.samples[0].value >= max(sample.value for sample in seconds.samples) / 2
