"""The graph as Graphviz source: one node a box, a cluster for each opened block."""

from __future__ import annotations

from typing import Any, Final

from cnnviz.analysis.fold import Part
from cnnviz.graph import Graph
from cnnviz.views.palette import BASE, HOLLOW, colour, shape, text_on
from cnnviz.views.structure_sketch import Sketch, folded_graph, sketch
from cnnviz.views.structure_words import dims

SHAPES: Final = {  # our shapes by Graphviz's names
    "rectangle": "box",
    "bar": "box",
    "taper": "trapezium",
    "pill": "box",
    "circle": "circle",
    "hexagon": "hexagon",
    "octagon": "octagon",
    "parallelogram": "parallelogram",
    "cut": "note",
}


def dot_source(graph: Graph, opened: frozenset[str] | None = None, *, lang: str = "en") -> str:
    """DOT text, left to right; `opened` as in `structure`, None: every layer by itself.

    Nodes are n0, n1, … so that any name may be a label; edges carry the tensor's shape.
    """
    import graphviz

    folded = folded_graph(graph)
    drawn = sketch(folded, folded.all_open() if opened is None else opened, lang)
    out = graphviz.Digraph(graphviz.escape(graph.name))
    out.attr(rankdir="LR", fontname="Source Sans 3, sans-serif", fontsize="11", nodesep="0.12")
    out.attr("node", fontname="Source Sans 3, sans-serif", fontsize="11", style="filled")
    out.attr("edge", fontname="Source Sans 3, sans-serif", fontsize="8", color=BASE["wire"][0])
    count = iter(range(len(drawn.view.leaves)))
    for part in drawn.view.root.parts:
        _add(out, part, drawn, count)
    for (u, v), tensors in drawn.view.links.items():
        specs = [graph.by_id[e.node].outputs[e.output] for e in tensors]
        out.edge(f"n{u}", f"n{v}", label=" + ".join(dims(s.shape) for s in specs))
    return str(out.source)


def _add(out: Any, part: Part, drawn: Sketch, count: Any) -> None:
    import graphviz

    if part.parts:
        with out.subgraph(name=f"cluster {part.item.key}") as cluster:
            cluster.attr(label=graphviz.escape(drawn.title(part)), style="rounded,dashed")
            cluster.attr(color=BASE["edge"][0], fontcolor=BASE["edge"][0])
            for p in part.parts:
                _add(cluster, p, drawn, count)
        return
    n = next(count)
    look = drawn.looks[n]
    words = "\n".join(look.words.lines) or drawn.head(part.item).op
    text = graphviz.escape(words).replace("\n", "\\n")
    out.node(f"n{n}", text, id=graphviz.escape(part.item.key), **_style(look.kind))


def _style(kind: str) -> dict[str, str]:
    if kind == "block":
        return {"shape": "box", "style": "filled,rounded", "fillcolor": BASE["block"][0]}
    style = "filled,rounded" if shape(kind) == "pill" else "filled"
    turned = {"orientation": "270"} if shape(kind) == "taper" else {}
    fill = BASE["paper"][0] if kind in HOLLOW else colour(kind)
    colours = {"fillcolor": fill, "fontcolor": text_on(kind), "color": colour(kind)}
    return {"shape": SHAPES[shape(kind)], "style": style, **turned, **colours}
