"""What infrastructure counts, in Prometheus' default registry. Every room counts its own in its own file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import perf_counter

from prometheus_client import REGISTRY, Counter
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

SERVER_RESTARTS = Counter(
    "tradebook_embedded_server_restarts_total", "Embedded servers found dead and started again.", ("server",)
)


class GarbagePauses(Collector):
    """How long the garbage collector held everything up, by generation.

    It is told in the middle of whatever the process does, so it takes no lock: it adds up plain numbers.
    Whoever has it called by ``gc.callbacks`` has it count.
    """

    def __init__(self) -> None:
        self._began = 0.0
        self._count = [0, 0, 0]
        self._seconds = [0.0, 0.0, 0.0]
        self._longest_s = 0.0

    def __call__(self, phase: str, details: Mapping[str, int]) -> None:
        """What ``gc.callbacks`` calls."""
        if phase == "start":
            self._began = perf_counter()
            return
        pause_s = perf_counter() - self._began
        generation = details["generation"]
        self._count[generation] += 1
        self._seconds[generation] += pause_s
        self._longest_s = max(self._longest_s, pause_s)

    def collect(self) -> Iterator[Metric]:
        """What Prometheus asks for."""
        count = CounterMetricFamily(
            "tradebook_gc_pauses", "Pauses for garbage collection.", labels=["generation"]
        )
        seconds = CounterMetricFamily(
            "tradebook_gc_pause_seconds", "Time spent in garbage collection.", labels=["generation"]
        )
        for generation in range(3):
            count.add_metric([str(generation)], self._count[generation])
            seconds.add_metric([str(generation)], self._seconds[generation])
        yield count
        yield seconds
        longest = GaugeMetricFamily(
            "tradebook_gc_pause_seconds_max", "The longest pause for garbage collection so far."
        )
        longest.add_metric([], self._longest_s)
        yield longest


GARBAGE_PAUSES = GarbagePauses()
REGISTRY.register(GARBAGE_PAUSES)
