"""What Prometheus is told: labels are patterns of routes, methods and statuses, of which there are few; never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily

from ledger.figures import UnreachableError, figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from api.jobs import Desk
    from ledger.engine import Ledger

_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 1.0, 2.5, 10.0, 60.0)


class _HeldNow:
    """Ask the desk and the ledger at each reading what they hold."""

    def __init__(self, desk: Desk, ledger: Ledger | None) -> None:
        self._desk, self._ledger = desk, ledger

    def describe(self) -> list[Metric]:
        """Say nothing beforehand: a registry that is made reads no ledger."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of now."""
        at_work = sum(not job.finished for job in self._desk.jobs())
        yield GaugeMetricFamily("yoshiki_batches_at_work", "Batches waiting or running.", value=at_work)
        if self._ledger is None:
            return
        try:
            held = figures(self._ledger)
        except UnreachableError:
            yield GaugeMetricFamily("yoshiki_ledger_reachable", "1 while the ledger can be read.", value=0)
            return
        yield GaugeMetricFamily("yoshiki_ledger_reachable", "1 while the ledger can be read.", value=1)
        yield GaugeMetricFamily("yoshiki_papers_issued", "Papers of the ledger ever issued.", value=held.issued)
        yield GaugeMetricFamily("yoshiki_calls_waiting", "Calls other systems have not been told.", value=held.waiting)
        yield GaugeMetricFamily("yoshiki_calls_dead", "Calls that were given up.", value=held.dead)
        yield GaugeMetricFamily("yoshiki_ledger_entries", "Entries of the ledger's audit.", value=held.written)


class Metrics:
    """The figures of one application, in a registry of its own."""

    def __init__(self, desk: Desk, ledger: Ledger | None) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "yoshiki_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "yoshiki_request_seconds",
            "Seconds from a request to its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.registry.register(_HeldNow(desk, ledger))

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request that was answered."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
