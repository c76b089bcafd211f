"""The columns of the cost charts: a layer each or a stage each; and where most of the cost sits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cnnviz.content import label
from cnnviz.graph import OPS
from cnnviz.report import Report, Row
from cnnviz.views.chart_parts import Run, runs
from cnnviz.views.numbers import percent

BY: Final = ("layer", "stage")
LONGEST: Final = 28  # characters of a stage's name; else its maps' size names it
MANY: Final = 120  # columns; a network with more is shown by stage unless asked otherwise


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands at one place of the shared axis."""

    node: str  # what a click selects: the layer, of a stage its largest
    name: str
    rows: tuple[Row, ...]

    def amount(self, quantity: str) -> int:
        return sum(int(getattr(r, quantity)) for r in self.rows)

    def kinds(self, quantity: str) -> dict[str, int]:
        """Amounts by kind of operation, zeros left out."""
        found: dict[str, int] = {}
        for r in self.rows:
            if n := int(getattr(r, quantity)):
                found[OPS[r.op]] = found.get(OPS[r.op], 0) + n
        return found


@dataclass(frozen=True, slots=True)
class Stage:
    """Neighbouring columns whose maps have one size."""

    run: Run
    name: str  # its layers with weights, "fc6–fc8", else the size
    rows: tuple[Row, ...]

    def amount(self, quantity: str) -> int:
        return sum(int(getattr(r, quantity)) for r in self.rows)


def usual(report: Report, quantities: Sequence[str]) -> str:
    """By layer, or by stage where there are too many layers to tell apart."""
    return BY[len(shown_rows(report, quantities)) > MANY]


def shown_rows(report: Report, quantities: Sequence[str]) -> list[Row]:
    """The layers that have any of the quantities, in execution order."""
    return [r for r in report.rows if any(getattr(r, q) for q in quantities)]


def stages(rows: Sequence[Row], lang: str) -> tuple[Stage, ...]:
    """The stages of a row of layers; `run` counts the layers."""
    found = []
    for run in runs(rows, lang):
        own = tuple(rows[run.first : run.last + 1])
        name = span_name(own)
        found.append(Stage(run, name if 0 < len(name) <= LONGEST else run.words, own))
    return tuple(found)


def span_name(rows: Sequence[Row]) -> str:
    """The first and the last of them that multiply weights: "conv3_1–conv3_3"; "" if none."""
    ids = [r.id for r in rows if r.macs] or [r.id for r in rows if r.params]
    return "" if not ids else ids[0] if len(ids) == 1 else f"{ids[0]}–{ids[-1]}"


def bars(report: Report, quantities: Sequence[str], by: str, lang: str) -> tuple[Bar, ...]:
    """What stands at the places of the axis, in execution order."""
    rows = shown_rows(report, quantities)
    if by == "layer":
        return tuple(Bar(r.id, r.id, (r,)) for r in rows)
    return tuple(_of_stage(s, quantities[0]) for s in stages(rows, lang))


def _of_stage(stage: Stage, quantity: str) -> Bar:
    largest = max(stage.rows, key=lambda r: int(getattr(r, quantity)))
    return Bar(largest.id, stage.name, stage.rows)


def heaviest(lang: str, rows: Sequence[Row]) -> Stage | None:
    """The stage that holds the most parameters; None in a network without any."""
    found = max(stages(rows, lang), key=lambda s: s.amount("params"), default=None)
    return found if found is not None and found.amount("params") else None


def headline(report: Report, lang: str, rows: Sequence[Row]) -> str:
    """Where the parameters sit and where the work is done, in one sentence.

    The stage with the most parameters, against the convolutions if it has none, else against the
    stage with the most multiply-accumulates.
    """
    most = heaviest(lang, rows)
    if most is None:
        return ""
    params, macs = report.totals.params_executed, report.totals.macs
    kinds = {OPS[r.op] for r in most.rows if r.params}
    rest = [r for r in rows if OPS[r.op] == "convolution"]
    said = label(
        "cost.headline",
        lang,
        where=_where(most, lang),
        params=_share(most.rows, "params", params),
        macs=_share(most.rows, "macs", macs),
    )
    other: Sequence[Row] = ()
    if rest and "convolution" not in kinds:
        other, name = rest, label("cost.convolutions", lang)
    else:
        busiest = max(stages(rows, lang), key=lambda s: s.amount("macs"))
        if busiest.run != most.run:
            other, name = busiest.rows, _where(busiest, lang)
    if other:
        said += label("cost.headline_other", lang, where=name,
                      params=_share(other, "params", params),
                      macs=_share(other, "macs", macs))  # fmt: skip
    return said + label("cost.stop", lang)


def _where(stage: Stage, lang: str) -> str:
    named = stage.name != stage.run.words
    return stage.name if named else label("cost.maps", lang, size=stage.run.words)


def _share(rows: Sequence[Row], quantity: str, whole: int) -> str:
    return percent(sum(int(getattr(r, quantity)) for r in rows), whole)
