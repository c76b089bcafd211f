"""Volumes of odd graphs: hand-made ones, each with its reason."""

from __future__ import annotations

from cnnviz.graph import Edge, Graph, Node, Scope, TensorSpec
from cnnviz.views.volumes import volumes
from tests.views.drawn import check, classes, nodes, root
from tests.views.test_volumes import WIDTHS, bottom, shapes

Spec = tuple[str, str, tuple[int, ...], tuple[str, ...]]  # name, op, shape, inputs


def _made(*specs: Spec, outputs: tuple[str, ...] = ()) -> Graph:
    known: dict[str, Node] = {}
    for name, op, shape, inputs in specs:
        known[name] = Node(
            name, op, tuple(Edge(i, 0) for i in inputs),
            tuple(known[i].out_shape for i in inputs), (TensorSpec(shape, "float32"),),
            {}, (), (Scope("", "Net", 0),), False,
        )  # fmt: skip
    first = tuple(n for n, s in known.items() if s.op == "input")
    ends = tuple(Edge(o, 0) for o in outputs or (specs[-1][0],))
    return Graph("made", tuple(known.values()), first, ends, ())


def test_odd_graphs_are_drawn() -> None:
    """One input and nothing else; a scalar; sounds; volumes in space; towers of unequal length."""
    check(volumes(_made(("x", "input", (1, 3, 8, 8), ()))))
    check(volumes(_made(("x", "input", (1, 4), ()), ("s", "sum", (), ("x",)))))
    check(volumes(_made(("x", "input", (1, 2, 999), ()), ("c", "elementwise", (1, 4, 99), ("x",)))))
    check(volumes(_made(("x", "input", (1, 3, 8, 9, 10), ()),
                        ("c", "max_pool3d", (1, 3, 4, 4, 5), ("x",)))))  # fmt: skip
    uneven = _made(
        ("a", "input", (1, 3, 8, 8), ()), ("b", "input", (1, 3, 4, 4), ()),
        ("p", "max_pool2d", (1, 3, 4, 4), ("a",)), ("s", "add", (1, 3, 4, 4), ("p", "b")),
    )  # fmt: skip
    picture = volumes(uneven)
    check(picture)
    found = nodes(picture)
    assert list(found) == ["a", "p", "b", "s"]  # b beside p: both are read by s
    assert len([e for e in found["s"] if "ray" in classes(e)]) == 2
    assert len([e for e in found["b"] if "fan" in classes(e)]) == 0


def test_three_inputs_that_never_meet_stand_in_three_rows() -> None:
    """A triplet of embeddings."""
    parts = "apn"
    graph = _made(
        *((f"in_{p}", "input", (1, 3, 8, 8), ()) for p in parts),
        *((f"pool_{p}", "max_pool2d", (1, 3, 4, 4), (f"in_{p}",)) for p in parts),
        outputs=tuple(f"pool_{p}" for p in parts),
    )
    for width in WIDTHS:
        picture = volumes(graph, width=width)
        check(picture)
        at = {n: round(bottom(shapes(g)[0])) for n, g in nodes(picture).items()}
        assert at["in_a"] == at["pool_a"] < at["in_p"] == at["pool_p"] < at["in_n"] == at["pool_n"]


def test_the_drawing_has_no_foreign_markup() -> None:
    graph = _made(("<b>", "input", (1, 3, 8, 8), ()), ('"&', "max_pool2d", (1, 3, 4, 4), ("<b>",)))
    assert set(nodes(volumes(graph, selected='"&'))) == {"<b>", '"&'}
    assert root(volumes(graph)).get("role") == "img"
