"""The columns of the cost charts: a layer each or a stage each; and where most of the cost sits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cnnviz.content import label, listed
from cnnviz.graph import OPS
from cnnviz.report import Report, Row
from cnnviz.views.chart_parts import Run, runs
from cnnviz.views.numbers import percent

BY: Final = ("layer", "stage")
LONGEST: Final = 28  # characters of a stage's name; else its maps' size names it
ONLY: Final = 6  # layers that only the pinned network has, named in the caption
MANY: Final = 120  # columns; a network with more is shown by stage unless asked otherwise


@dataclass(frozen=True, slots=True)
class Place:
    """A layer of the network, of the pinned one, or of both: matched by name."""

    now: Row | None
    then: Row | None
    shaped: Row  # whose maps' size tells the stage

    @property
    def row(self) -> Row:
        return self.now or self.then or self.shaped


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands at one place of the shared axis."""

    node: str  # what a click selects: the layer, of a stage its largest; "" in the pinned one only
    name: str
    rows: tuple[Row, ...]
    pinned: tuple[Row, ...] = ()

    def then(self, quantity: str) -> int:
        """What the pinned network has here."""
        return sum(int(getattr(r, quantity)) for r in self.pinned)

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
    pinned: tuple[Row, ...] = ()

    def amount(self, quantity: str) -> int:
        return sum(int(getattr(r, quantity)) for r in self.rows)


def usual(report: Report, quantities: Sequence[str], pinned: Report | None = None) -> str:
    """By layer, or by stage where there are too many layers to tell apart."""
    return BY[len(places(report, quantities, pinned)) > MANY]


def shown_rows(report: Report, quantities: Sequence[str]) -> list[Row]:
    """The layers that have any of the quantities, in execution order."""
    return [r for r in report.rows if any(getattr(r, q) for q in quantities)]


def places(
    report: Report, quantities: Sequence[str], pinned: Report | None = None
) -> tuple[Place, ...]:
    """The layers of either network that have any of the quantities, in execution order.

    One that only the pinned network has stands behind the layer that it follows there, in that
    one's stage: inputs of another size cut no stage in two.
    """
    then = pinned.by_id if pinned else {}
    own, found, after = report.by_id, [], dict[str, list[Row]]()
    at = ""
    for row in pinned.rows if pinned else ():
        if row.id in own:
            at = row.id
        else:
            after.setdefault(at, []).append(row)
    found += [Place(None, r, r) for r in after.get("", ())]
    for row in report.rows:
        found.append(Place(row, then.get(row.id), row))
        found += [Place(None, r, row) for r in after.get(row.id, ())]
    return tuple(p for p in found if any(getattr(r, q) for r in (p.now, p.then) if r
                                         for q in quantities))  # fmt: skip


def stages(found: Sequence[Place], lang: str) -> tuple[Stage, ...]:
    """The stages of a row of layers; `run` counts the layers."""
    cut = []
    for run in runs([p.shaped for p in found], lang):
        here = found[run.first : run.last + 1]
        own = tuple(p.now for p in here if p.now)
        then = tuple(p.then for p in here if p.then)
        name = span_name(own or then, lang)
        cut.append(Stage(run, name if 0 < len(name) <= LONGEST else run.words, own, then))
    return tuple(cut)


def span_name(rows: Sequence[Row], lang: str) -> str:
    """The first and the last of them that multiply weights: "conv3_1–conv3_3"; "" if none."""
    ids = [r.id for r in rows if r.macs] or [r.id for r in rows if r.params]
    if len(ids) < 2:
        return "".join(ids)
    return label("cost.span", lang, first=ids[0], last=ids[-1])


def bars(found: Sequence[Place], quantities: Sequence[str], by: str, lang: str) -> tuple[Bar, ...]:
    """What stands at the places of the axis."""
    if by == "layer":
        return tuple(Bar(p.now.id if p.now else "", p.row.id, (p.now,) if p.now else (),
                         (p.then,) if p.then else ()) for p in found)  # fmt: skip
    return tuple(_of_stage(s, quantities[0]) for s in stages(found, lang))


def _of_stage(stage: Stage, quantity: str) -> Bar:
    largest = max(stage.rows, key=lambda r: int(getattr(r, quantity)), default=None)
    return Bar(largest.id if largest else "", stage.name, stage.rows, stage.pinned)


def heaviest(lang: str, found: Sequence[Place]) -> Stage | None:
    """The stage that holds the most parameters; None in a network without any."""
    most = max(stages(found, lang), key=lambda s: s.amount("params"), default=None)
    return most if most is not None and most.amount("params") else None


def differing(found: Sequence[Bar], quantities: Sequence[str]) -> bool:
    """Whether the pinned network has another amount anywhere."""
    return any(b.then(q) != b.amount(q) for b in found if b.pinned for q in quantities)


def pinned_words(
    found: Sequence[Place], bars: Sequence[Bar], quantities: Sequence[str], name: str, lang: str
) -> str:
    """What the dashed outlines are, and which layers only the pinned network has; "" if none."""
    if not differing(bars, quantities):
        return ""
    said = label("cost.dashed_said", lang, name=name)
    only = [p.row.id for p in found if p.now is None]
    if only:
        few = listed(only[:ONLY], lang)
        more = label("views.memory_more", lang, n=len(only) - ONLY) if len(only) > ONLY else ""
        said += label("cost.only_there", lang, names=few + more)
    return said


def headline(report: Report, lang: str, found: Sequence[Place]) -> str:
    """Where the parameters sit and where the work is done, in one sentence.

    The stage with the most parameters, against the convolutions if it has none, else against the
    stage with the most multiply-accumulates.
    """
    most = heaviest(lang, found)
    rows = [p.now for p in found if p.now]
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
        busiest = max(stages(found, lang), key=lambda s: s.amount("macs"))
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
