"""Structure: the folded graph of a network as a picture that opens where it is clicked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cnnviz.content import clauses, label, listed
from cnnviz.graph import Graph
from cnnviz.picture import Cell, Column, Picture, Table
from cnnviz.report import Report
from cnnviz.views import layout_graphviz
from cnnviz.views.layout import Layout, fitted, lay_out
from cnnviz.views.numbers import map_size
from cnnviz.views.structure_sketch import Sketch, folded_graph, sketch
from cnnviz.views.structure_svg import svg

MOST_SAID: Final = 40  # boxes that the text alternative names


def structure(
    graph: Graph,
    report: Report | None = None,
    *,
    opened: frozenset[str] | None = None,
    width: float = 1000,
    most: float = 0.0,
    single: float = 0.0,
    lang: str = "en",
    selected: str | None = None,
    shapes: bool = False,
    by_dot: Mapping[str, Any] | None = None,
) -> Picture:
    """The graph, folded as `opened` says (None: as its paper would draw it), `width` px wide.

    A part wider than that makes the picture wider; text is never scaled. Rows begin where they
    begin in the unopened picture and may grow up to `most` px, so that what is opened stays where
    it was clicked. One row without others may be `single` px wide. With `shapes` every wire says
    its tensor. `by_dot`: the answer to `asked_of_dot`; places and size are then
    dot's. The marks in the SVG are those of `structure_svg.svg`; the numbers of `report` go to the
    table alone.
    """
    shown = _shown(graph, opened, lang, shapes)
    layout = (
        _in_rows(shown, width, most, single) if by_dot is None else layout_graphviz.layout(by_dot)
    )
    return Picture(
        name=f"{graph.name}-structure",
        svg=svg(shown, layout, selected),
        width=layout.width,
        height=layout.height,
        alt=_alt(shown),
        caption=_caption(shown),
        data=_table(shown, report),
    )


def asked_of_dot(
    graph: Graph,
    flow: str,
    *,
    opened: frozenset[str] | None = None,
    lang: str = "en",
    shapes: bool = False,
) -> dict[str, Any]:
    """Settings of the job `layout_graphviz.place`; `flow` is one of its FLOWS."""
    return layout_graphviz.question(_shown(graph, opened, lang, shapes), flow)


def _shown(graph: Graph, opened: frozenset[str] | None, lang: str, shapes: bool) -> Sketch:
    folded = folded_graph(graph)
    base = folded.default()
    return sketch(folded, base if opened is None else opened, lang, base, shapes=shapes)


def _in_rows(shown: Sketch, width: float, most: float, single: float) -> Layout:
    first = shown
    if shown.opened != shown.base:
        first = sketch(shown.folded, shown.base, shown.lang, shown.base, shapes=shown.shapes)
    links = first.view.links
    layout = lay_out(first.nest, links, width)
    if layout.starts and single > width:
        alone = lay_out(first.nest, links, single)
        layout = layout if alone.starts else fitted(alone)
    if first is shown:
        return layout
    starts = () if shown.opened == shown.folded.all_open() else layout.starts
    return lay_out(shown.nest, shown.view.links, width, starts, most)


def _caption(shown: Sketch) -> str:
    lang, kinds = shown.lang, [n.kind for n in shown.graph.nodes]
    found = ((k, kinds.count(k)) for k in ("convolution", "linear"))
    counts = [label(f"structure.count.{k}", lang, n=n) for k, n in found if n]
    text = label(
        "structure.caption" if counts else "structure.caption_plain",
        lang,
        name=shown.graph.title,
        boxes=len(shown.view.leaves),
        counts=listed(counts, lang),
    )
    if any(look.stacked for look in shown.looks):
        text += label("structure.caption_stacks", shown.lang)
    if any(look.before or look.after for look in shown.looks):
        text += label("structure.caption_strips", shown.lang)
    return text


def _alt(shown: Sketch) -> str:
    lang, leaves = shown.lang, shown.view.leaves
    said = [shown.said(n) for n in range(min(len(leaves), MOST_SAID))]
    if len(leaves) > MOST_SAID:
        said.append(label("structure.alt_more", lang, n=len(leaves) - MOST_SAID))
    items = clauses(said, lang)
    name = shown.graph.title
    text = label("structure.alt", lang, name=name, boxes=len(leaves), items=items)
    if forks := sum(n > 1 for n in shown.readers.values()):
        text += label("structure.alt_branches", lang, forks=forks)
    return text


def _table(shown: Sketch, report: Report | None) -> Table:
    """The visible boxes; columns of numbers sum to the report's totals where each part shows."""
    lang = shown.lang
    rows: list[tuple[Cell, ...]] = []
    for n, part in enumerate(shown.view.leaves):
        item = part.item
        found = [report.by_id[o] for o in shown.ops(item)] if report else []
        rows.append(
            (
                item.key,
                shown.said(n),
                label(f"structure.kind.{item.kind}", lang),
                item.times,
                map_size(shown.out_shape(item)),
                sum(r.params for r in found) if report else None,
                sum(r.macs for r in found) if report else None,
            )
        )
    kinds = {"times": "int", "params": "int", "macs": "int"}
    names = ("item", "kind", "times", "output", "params", "macs")
    columns = [Column(k, label(f"structure.column.{k}", lang), kinds.get(k, "text")) for k in names]
    title = label("structure.title", lang, name=shown.graph.title)
    return Table(
        f"{shown.graph.name}-structure", title, (Column("key", "id", "code"), *columns), tuple(rows)
    )
