"""What a node counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from .alerts import attendance_of, forks, is_standing_still
from .evidence import evidence

if TYPE_CHECKING:
    from ..book import Book
    from ..node import Node

__all__ = ["metrics"]

_BUCKETS_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

_GAUGES: Final = (
    ("height", "Height of the last final minute"),
    ("pending", "Records that wait for a minute"),
    ("peers_up", "Peers that are linked"),
    ("peers_behind", "Linked peers whose book is shorter"),
    ("witnesses", "Witnesses of the next height"),
    ("witnesses_away", "Witnesses that attested none of the last minutes"),
    ("witnesses_dormant", "Witnesses that went dormant"),
    ("witnesses_spare", "Witnesses that may still go away before the book stands still"),
    ("standing_still", "1 where the next minute waits for witnesses, else 0"),
    ("evidence", "Pairs of signatures that contradict each other"),
    ("forks", "Heights at which others hold another final minute"),
    ("unchecked_minutes", "Minutes whose records' signatures this node still checks behind"),
)
_COUNTERS: Final = (
    ("minutes", "Minutes made final since the start"),
    ("minuted", "Records minuted since the start"),
    ("refused", "Records minuted as refused since the start"),
    ("bytes_in", "Bytes received from peers"),
    ("bytes_out", "Bytes sent to peers"),
    ("messages_out", "Messages sent to peers"),
)


class _Collector:
    """Reads a node's books when it is asked; nothing is counted twice."""

    def __init__(self, node: Node) -> None:
        self._books = list(node.books.values())

    def collect(self) -> Iterator[Metric]:
        for name, says in _GAUGES:
            gauge = GaugeMetricFamily(f"rochdale_{name}", says, labels=["coop"])
            for book in self._books:
                gauge.add_metric([book.coop[:16]], _gauge(book, name))
            yield gauge
        for name, says in _COUNTERS:
            counter = CounterMetricFamily(f"rochdale_{name}", says, labels=["coop"])
            for book in self._books:
                counter.add_metric([book.coop[:16]], book.counts[name])
            yield counter
        yield self._rejected()
        yield self._finality()

    def _rejected(self) -> Metric:
        rejected = CounterMetricFamily(
            "rochdale_rejected", "Records not taken in, by rule", labels=["coop", "code"]
        )
        for book in self._books:
            for name, count in sorted(book.counts.items()):
                if name.startswith("rejected "):
                    code = name.removeprefix("rejected ")
                    rejected.add_metric([book.coop[:16], code], count)
        return rejected

    def _finality(self) -> Metric:
        finality = HistogramMetricFamily(
            "rochdale_finality_seconds",
            "From signing to final, of this device's last 500 records",
            labels=["coop"],
        )
        for book in self._books:
            times = book.finality_s
            bounds = [(str(top), float(sum(t <= top for t in times))) for top in _BUCKETS_S]
            bounds.append(("+Inf", float(len(times))))
            finality.add_metric([book.coop[:16]], buckets=bounds, sum_value=sum(times))
        return finality


def _gauge(book: Book, name: str) -> int:
    ledger = book.ledger
    match name:
        case "height":
            return ledger.height
        case "pending":
            return len(ledger.pool)
        case "peers_up":
            return len(book.links)
        case "peers_behind":
            return sum(0 <= height < ledger.height for height in book.heights().values())
        case "witnesses":
            return len(ledger.roster)
        case "witnesses_away":
            return len(attendance_of(book).away)
        case "witnesses_dormant":
            return len(attendance_of(book).dormant)
        case "witnesses_spare":
            return attendance_of(book).spare
        case "standing_still":
            return int(is_standing_still(book))
        case "evidence":
            return len(evidence(book))
        case "forks":
            return len(forks(book))
        case _:
            return ledger.height - ledger.rechecked


def metrics(node: Node) -> bytes:
    """Return all figures of a node in Prometheus' text form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(node))
    return generate_latest(registry)
