"""Combinations of network, view, language and knobs: no exception, numbers as the engine says.

Pairwise: each value of each choice meets each value of every other. `make test` takes a few values
of the families' first networks, `make test-slow` more of them, and of one network of each kind.
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
from cnnviz.zoo import token
from tests.archs import DEFAULTS, OTHERS
from tests.pages.conftest import Visit, html
from tests.pages.knobs import few, numbers
from tests.pages.test_pages import whole

TYPED = "33"
Row = dict[str, str]


def settings(name: str, most: int) -> dict[str, list[str]]:
    """What each choice may be: views and languages, of each knob up to `most` values and of a range
    a value typed, or one that cannot be.
    """
    smallest = engine.report(name).totals.smallest_input or 1
    found: dict[str, list[str]] = {"view": list(VIEWS), "lang": list(LANGS)}
    for knob in zoo.find(name).knobs:
        tokens = [token(v) for v in knobs.offered(knob, smallest)]
        typed = [TYPED] if knob.name in ("input_size", "width") else []
        found[knob.name] = list(dict.fromkeys(few(tokens, knob.name, most) + typed))
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


@pytest.mark.parametrize("name", DEFAULTS)
def test_pairs(visit: Visit, name: str) -> None:
    _test_rows(visit, name, pairwise(settings(name, 2)))


@pytest.mark.slow
@pytest.mark.parametrize("name", (*DEFAULTS, *OTHERS))
def test_pairs_of_more_values(visit: Visit, name: str) -> None:
    _test_rows(visit, name, pairwise(settings(name, 4)))


def _test_rows(visit: Visit, name: str, rows: list[Row]) -> None:
    family = zoo.family(zoo.find(name).family)
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
