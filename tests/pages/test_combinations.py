"""Combinations of network, view, language and knobs: no exception, numbers as the engine says.

Pairwise in `make test`: each value of each choice meets each value of every other. In
`make test-slow` with every value that a page offers.
"""

from __future__ import annotations

import itertools

import pytest

from cnnviz import engine, zoo
from cnnviz.content import LANGS
from cnnviz.errors import ReaderError
from cnnviz.ui import header, knobs
from cnnviz.ui.panel import VIEWS
from cnnviz.ui.study import of_zoo
from cnnviz.zoo import Family, token
from tests.pages.conftest import Visit, html
from tests.pages.knobs import numbers
from tests.pages.test_pages import whole

ARCHS = tuple((f, a.name) for f in zoo.families() for a in f.archs)
TYPED = "33"
Row = dict[str, str]


def settings(name: str, every: bool) -> dict[str, list[str]]:
    """What each choice may be: all choices; of a range its ends and a value typed, or `every`
    offered one besides.
    """
    smallest = engine.report(name).totals.smallest_input or 1
    found: dict[str, list[str]] = {"view": list(VIEWS), "lang": list(LANGS)}
    for knob in zoo.find(name).knobs:
        values = [token(v) for v in knobs.offered(knob, smallest)]
        low = smallest if knob.name == "input_size" else knob.low
        ends = [] if knob.choices else [f"{low:g}", f"{knob.high:g}", TYPED]
        found[knob.name] = list(dict.fromkeys((values if every or knob.choices else []) + ends))
    return found


def pairwise(choices: dict[str, list[str]]) -> list[Row]:
    """Rows in which every two values of two choices meet, each row as full of new pairs as is
    easily had.
    """
    open_pairs = {
        frozenset(((a, x), (b, y)))
        for a, b in itertools.combinations(choices, 2)
        for x, y in itertools.product(choices[a], choices[b])
    }
    rows = []
    while open_pairs:
        row: Row = dict(min(open_pairs, key=sorted))
        for name, values in choices.items():
            if name not in row:
                row[name] = max(
                    values,
                    key=lambda v, n=name: sum(
                        frozenset(((n, v), other)) in open_pairs for other in row.items()
                    ),
                )
        open_pairs -= {frozenset(p) for p in itertools.combinations(row.items(), 2)}
        rows.append(row)
    return rows


def test_pairwise_is() -> None:
    found = pairwise({"a": ["1", "2", "3"], "b": ["x", "y"], "c": ["+", "-"]})
    assert 6 <= len(found) <= 8
    assert {(r["a"], r["b"]) for r in found} == set(itertools.product("123", "xy"))
    assert {(r["b"], r["c"]) for r in found} == set(itertools.product("xy", "+-"))


@pytest.mark.parametrize(("family", "name"), ARCHS, ids=lambda x: x if isinstance(x, str) else "")
def test_pairs(visit: Visit, family: Family, name: str) -> None:
    _test_rows(visit, family, name, pairwise(settings(name, every=False)))


@pytest.mark.slow
@pytest.mark.parametrize(("family", "name"), ARCHS, ids=lambda x: x if isinstance(x, str) else "")
def test_pairs_of_all_values(visit: Visit, family: Family, name: str) -> None:
    _test_rows(visit, family, name, pairwise(settings(name, every=True)))


def _test_rows(visit: Visit, family: Family, name: str, rows: list[Row]) -> None:
    at = visit(family.slug, arch=name)
    for row in rows:
        at.query_params.clear()
        at.query_params["arch"] = name
        for choice, value in row.items():
            at.query_params[choice] = value
        at.run()
        whole(at)
        asked = {k: v for k, v in row.items() if k not in ("view", "lang")}
        try:
            expected = of_zoo(zoo.resolve(name, asked), family)
        except ReaderError:
            assert 'class="notice"' in html(at), row
            continue
        assert numbers(at) == [f.shown for f in header.figures(expected, row["lang"])], row
        assert 'class="notice"' not in html(at), row
