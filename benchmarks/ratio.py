"""One comparison: paired samples, the ratio of their medians, its spread, the aim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Ratio:
    """`ours` and `peer` were measured in turn, so that a busy moment hits both."""

    name: str
    unit: str
    ours: Sequence[float]
    peer: Sequence[float]
    aim: float

    @property
    def value(self) -> float:
        return median(self.ours) / median(self.peer)

    @property
    def spread(self) -> tuple[float, float]:
        """Quartiles of the pairs' ratios."""
        pairs = [a / b for a, b in zip(self.ours, self.peer, strict=True)]
        low, _, high = quantiles(pairs, n=4) if len(pairs) > 1 else (pairs[0],) * 3
        return low, high

    def line(self) -> str:
        low, high = self.spread
        verdict = "ok" if self.value <= self.aim else "MISSED"
        return (
            f"{self.name:<46}{median(self.ours):>9.1f}{median(self.peer):>9.1f} {self.unit:<3}"
            f"{self.value:>8.3f}  [{low:.3f} to {high:.3f}]  aim {self.aim:g}  {verdict}"
        )


HEAD = f"{'':<46}{'ours':>9}{'peer':>9} {'':<3}{'ratio':>8}  [quartiles]"
