"""Where things stand in the cost charts: the axis that all rows share, and what stands below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cnnviz.content import label
from cnnviz.views.chart import SMALL, room, wrapped
from cnnviz.views.chart_parts import brackets, stage_names, text
from cnnviz.views.cost_columns import Bar, Stage

SHARES: Final = 18.0  # px above a plot for the stages' shares
GAP: Final = 7.0  # px between rows
GUTTER: Final = 520  # px of a chart whose rows' titles stand beside them
READOUT: Final = 56.0  # px below the last plot for the line that the chosen column fills


@dataclass(frozen=True, slots=True)
class Plan:
    """What all rows share."""

    bars: tuple[Bar, ...]
    stages: tuple[Stage, ...]  # `run` counts the columns
    heavy: Stage | None
    left: float
    width: float
    plot: float
    log: bool
    lang: str
    titles: Mapping[str, str]  # the quantities in short, by their names

    def x(self, i: float) -> float:
        """The left edge of column i."""
        return self.left + i * (self.width - self.left) / len(self.bars)

    @property
    def title(self) -> float:
        """px of a line of its own for a row's title, where the gutter has no room for it."""
        return 0.0 if self.width >= GUTTER else 18.0

    @property
    def row(self) -> float:
        return self.title + SHARES + self.plot + GAP


def _alone(bar: Bar) -> bool:
    return len({r.id for r in (*bar.rows, *bar.pinned)}) == 1


def foot(plan: Plan, bottom: float, log: bool) -> tuple[str, float]:
    """Names, stages, and the line that the chosen one fills; and where it all ends."""
    wide = plan.x(1) - plan.x(0)
    sizes = {s.run.words for s in plan.stages}  # below the brackets already
    names = [b.name if _alone(b) or (room(b.name) <= wide and b.name not in sizes) else ""
             for b in plan.bars]  # fmt: skip
    x: Callable[[float], float] = plan.x
    weighted = [i for i, b in enumerate(plan.bars) if b.amount("params") or b.then("params")]
    runs = [s.run for s in plan.stages]
    only = [i for i, b in enumerate(plan.bars) if not b.rows]
    words = stage_names(names, weighted, runs, x, bottom + 13, only)
    marks = brackets(runs, x, bottom + 22)
    title = label("cost.axis_stage" if len(plan.stages) == len(plan.bars) else "cost.axis_layer",
                  plan.lang)  # fmt: skip
    height = bottom + READOUT + 10
    note = ""
    if plan.left >= room(title) + 6:
        note += text(0, bottom + 36, title, "small muted")
    if log:
        said = label("cost.log_zero", plan.lang)
        for i, part in enumerate(wrapped(said, SMALL, plan.width)):
            note += text(0, height + 6 + 16 * i, part, "small muted")
            bottom = height + 6 + 16 * i
        height = bottom + 12
    return words + marks + note, height
