"""Layout: edges drawn are the graph's, boxes keep apart, text and rows keep their width."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import engine
from cnnviz.analysis.fold import EVERY, Fold, fold
from cnnviz.views.layout import MARGIN, Layout, lay_out
from cnnviz.views.layout_dot import END, START, _by_worker, columns
from cnnviz.views.layout_dot import lay_out as by_dot
from cnnviz.views.layout_place import Spot
from cnnviz.views.layout_rows import Unit, break_rows
from cnnviz.views.structure_sketch import Sketch, sketch
from tests.archs import every
from tests.fold.networks import NAMES, Maker, fixture, graphs, openings

WIDTHS = (1000.0, 690.0, 360.0)


def drawn(folded: Fold, opened: frozenset[str], width: float = 1000) -> tuple[Sketch, Layout]:
    shown = sketch(folded, opened, "en")
    return shown, lay_out(shown.nest, shown.view.links, width)


def check(shown: Sketch, layout: Layout, width: float) -> None:
    """What must hold for every picture."""
    assert sorted((w.source, w.target) for w in layout.lines) == sorted(shown.view.links)
    assert set(layout.boxes) == set(range(len(shown.view.leaves)))
    boxes = sorted(layout.boxes.values(), key=lambda s: s.x)
    for k, a in enumerate(boxes):
        for b in boxes[k + 1 :]:
            if b.x >= a.x + a.w:
                break
            assert apart(a, b)
    check_wires(layout)
    check_frames(shown, layout)
    for at in layout.boxes.values():
        assert at.x >= 0 and at.y >= 0
        assert at.x + at.w <= layout.width and at.y + at.h <= layout.height
    assert layout.width >= width


def apart(a: Spot, b: Spot) -> bool:
    return a.x + a.w <= b.x or b.x + b.w <= a.x or a.y + a.h <= b.y or b.y + b.h <= a.y


def check_wires(layout: Layout) -> None:
    """Each wire leaves its source and ends at its target."""
    for line in layout.lines:
        assert touches(layout.boxes[line.source], line.points[0]), line
        assert touches(layout.boxes[line.target], line.points[-1]), line


def touches(at: Spot, point: tuple[float, float], slack: float = 2.5) -> bool:
    x, y = point
    return at.x - slack <= x <= at.x + at.w + slack and at.y - slack <= y <= at.y + at.h + slack


def check_frames(shown: Sketch, layout: Layout) -> None:
    """A frame holds exactly the boxes of what it opens."""
    for n, frame in layout.frames.items():
        inside = {c for p in shown.opens[n].leaves() for c in p.item.cells}
        for leaf, at in layout.boxes.items():
            held = set(shown.view.leaves[leaf].item.cells) <= inside
            assert within(frame, at) if held else apart(frame, at)


def within(frame: Spot, at: Spot) -> bool:
    return (
        frame.x <= at.x
        and frame.y <= at.y
        and at.x + at.w <= frame.x + frame.w
        and at.y + at.h <= frame.y + frame.h
    )


def check_rows(shown: Sketch, layout: Layout, width: float) -> None:
    """What is wider than asked is one part alone, not a row."""
    if layout.width > width + 0.1:
        widest = max(layout.frames.values(), key=lambda s: s.w, default=None)
        alone = max((b.w for b in layout.boxes.values()), default=0)
        assert widest or alone + 2 * MARGIN > width or not is_chain(shown)


def is_chain(shown: Sketch) -> bool:
    return all(v == u + 1 for u, v in shown.view.links)


@pytest.mark.parametrize("name", NAMES)
def test_fixtures(name: str) -> None:
    folded = fold(fixture(name))
    runs = {k + EVERY for k, i in folded.items.items() if i.kind == "run"}
    for opened in (folded.default(), folded.all_open(), folded.all_open() - runs):
        for width in WIDTHS:
            shown, layout = drawn(folded, opened, width)
            check(shown, layout, width)
            check_rows(shown, layout, width)


@pytest.mark.parametrize("name", every())
def test_zoo(name: str) -> None:
    folded = fold(engine.graph(name))
    for opened in (folded.default(), folded.all_open()):
        for width in WIDTHS:
            shown, layout = drawn(folded, opened, width)
            check(shown, layout, width)
            assert layout.width == width, "a chain is broken into rows"


@settings(derandomize=True, deadline=None, max_examples=200)
@given(data=st.data())
def test_random_graphs(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cnnviz.views.layout_place.placed", columns)
        folded = fold(data.draw(graphs()))
        opened = data.draw(openings(sorted(folded.all_open())))
        width = data.draw(st.sampled_from(WIDTHS))
        shown, layout = drawn(folded, opened, width)
    check(shown, layout, width)


def test_every_fixture_that_should_is_series_parallel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnviz.views.layout_place.placed", refuse)
    for name in NAMES:
        if not name.startswith(("hrnet", "res2net")):
            drawn(fold(fixture(name)), fold(fixture(name)).all_open())


def test_no_edge_between_the_towers_of_a_siamese_pair() -> None:
    """Without a virtual source the second input seemed to follow the first tower."""
    shown, layout = drawn(fold(fixture("siamese")), frozenset())
    inputs = [n for n, look in enumerate(shown.looks) if look.kind == "input"]
    assert not [w for w in layout.lines if w.target in inputs]
    one, two = (layout.boxes[n] for n in inputs)
    assert one.x == two.x and apart(one, two)
    level = {n: round(middle(at)) for n, at in layout.boxes.items()}
    joins = {n for n, look in enumerate(shown.looks) if look.kind == "combine"}
    for w in layout.lines:
        assert level[w.source] == level[w.target] or w.target in joins


def test_identity_above_projection_below() -> None:
    m = Maker()
    x = m.add("conv2d", m.add("input", name="input"))
    a = m.add("conv2d", m.add("conv2d", x))
    y = m.add("add", a, x)
    b = m.add("conv2d", m.add("conv2d", y))
    projection = m.add("conv2d", y, kernel_size=(1, 1))
    m.add("add", b, projection)
    folded = fold(m.graph())
    shown, layout = drawn(folded, folded.all_open())
    at = {p.item.key: layout.boxes[n] for n, p in enumerate(shown.view.leaves)}
    assert all(middle(at[k]) == pytest.approx(middle(at["input"])) for k in (x, a, y, b))
    assert at[projection].y > at[b].y + at[b].h
    names = [p.item.key for p in shown.view.leaves]
    identity = next(w for w in layout.lines if (names[w.source], names[w.target]) == (x, y))
    assert min(py for _, py in identity.points) < at[a].y


def middle(at: Spot) -> float:
    return at.y + at.h / 2


def test_branches_of_a_concatenation_in_code_order() -> None:
    folded = fold(fixture("googlenet"))
    shown, layout = drawn(folded, folded.all_open())
    heads = [f"inception3a.{b}.conv" for b in ("branch1", "branch2.0", "branch3.0", "branch4.1")]
    at = {p.item.key: layout.boxes[n] for n, p in enumerate(shown.view.leaves)}
    tops = [middle(at[h]) for h in heads]
    assert tops == sorted(tops) and len(set(tops)) == 4
    bar = next(at[p.item.key] for p in shown.view.leaves if p.item.cls == "concat")
    assert bar.y < tops[0] and tops[-1] < bar.y + bar.h


def test_what_is_opened_stays_in_its_row() -> None:
    for name in ("googlenet", "densenet121", "mobilenet_v2"):
        folded = fold(fixture(name))
        base = folded.default()
        before, was = drawn(folded, base)
        keys = {p.item.key: was.boxes[n] for n, p in enumerate(before.view.leaves)}
        for key, at in keys.items():
            if not folded.items[key].folds:
                continue
            shown = sketch(folded, base | {key}, "en", base)
            now = lay_out(shown.nest, shown.view.links, 1000, was.starts)
            for n, part in enumerate(shown.view.leaves):
                old = keys.get(part.item.key)
                if old and old.x < at.x and abs(middle(old) - middle(at)) < 1:
                    assert now.boxes[n].x == pytest.approx(old.x), (name, key)


def test_rows_break_at_stages_and_leave_no_lonely_head() -> None:
    units = [Unit(100, i, 0) for i in range(9)] + [Unit(100, 9, -1)]
    rows = break_rows(units, 10, 1000, ())
    assert [len(r) for r in rows] == [5, 5]
    staged = [Unit(100, i, int(i == 6)) for i in range(10)]
    assert [r[0] for r in break_rows(staged, 10, 1000, ())] == [0, 6]
    assert [r[0] for r in break_rows(units, 10, 1000, (3,))] == [0, 3]
    assert break_rows([Unit(5000, 0, 0), Unit(10, 1, 0)], 10, 1000, ()) == [[0], [1]]


def refuse(*_: object) -> None:
    raise AssertionError("went to Graphviz")


def test_auxiliary_heads_and_late_inputs_leave_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The main line stays in rows: no branch runs along the whole network."""
    monkeypatch.setattr("cnnviz.views.layout_place.placed", refuse)
    m = Maker()
    x = m.add("input", name="input")
    heads = []
    for k in range(3):
        for size in (1, 3, 5, 1, 3, 7):
            x = m.add("conv2d", x, kernel_size=(size, size), shape=(1, 8 + k, 16, 16))
        x = m.add("add", x, m.add("input", shape=(1, 8 + k, 16, 16)))
        aux = m.add("max_pool2d", x, kernel_size=(5, 5), stride=(3, 3), shape=(1, 8, 4, 4))
        heads.append(m.add("linear", aux, shape=(1, 10)))
    last = m.add("linear", m.add("conv2d", x), shape=(1, 10))
    folded = fold(m.graph(last, *heads))
    shown, layout = drawn(folded, folded.all_open(), 690)
    check(shown, layout, 690)
    assert layout.width == 690
    assert len(shown.gives) == 4


def test_skip_connections_of_a_u_net_nest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnviz.views.layout_place.placed", refuse)
    m = Maker()
    x = m.add("conv2d", m.add("input"))
    skips = []
    for _ in range(3):
        skips.append(x)
        x = m.add("max_pool2d", x, kernel_size=(2, 2), stride=(2, 2))
        x = m.add("conv2d", x)
    for skip in reversed(skips):
        x = m.add("conv2d", m.add("concat", m.add("interpolate", x), skip, dim=1))
    shown, layout = drawn(fold(m.graph()), frozenset())
    check(shown, layout, 1000)


class Slow:
    """A job that gives nothing in time."""

    result = None

    def wait(self, seconds: float) -> bool:
        return seconds < 0


def test_slow_graphviz_leaves_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnviz.jobs.submit", lambda *_: Slow())
    folded = fold(fixture("hrnet_w18_small"))
    _by_worker.cache_clear()
    shown, layout = drawn(folded, folded.all_open())
    check(shown, layout, 1000)
    assert _by_worker.cache_info().currsize == 0, "tried again the next time"


def test_graphviz_and_columns_place_everything() -> None:
    sizes = ((40.0, 30.0), (60.0, 20.0), (40.0, 30.0), (30.0, 30.0))
    pairs = ((START, "0"), (START, "1"), ("0", "2"), ("0", "3"), ("1", "3"), ("2", END), ("3", END))
    for w, h, centres, lines in (
        (lambda d: (d["w"], d["h"], d["centres"], d["lines"]))(by_dot(sizes, pairs)),
        (lambda p: (p.w, p.h, p.centres, p.lines))(columns(sizes, pairs)),
    ):
        assert set(lines) == set(pairs)
        spots = [
            Spot(centres[str(k)][0] - a / 2, centres[str(k)][1] - b / 2, a, b)
            for k, (a, b) in enumerate(sizes)
        ]
        assert all(apart(a, b) for a, b in combinations(spots, 2))
        assert all(
            s.x >= 0 and s.x + s.w <= w + 1 and s.y >= 0 and s.y + s.h <= h + 1 for s in spots
        )
        for (u, v), points in lines.items():
            assert u == START or touches(spots[int(u)], points[0])
            assert v == END or touches(spots[int(v)], points[-1])
