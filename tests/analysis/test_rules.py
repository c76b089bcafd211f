"""Every table says something about every operation, once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cnnviz.analysis import analyze, cost
from cnnviz.analysis.cost import connections, macs
from cnnviz.analysis.field_rules import fields
from cnnviz.analysis.flops import PER_ELEMENT, flops
from cnnviz.analysis.rules import Rules, ops_of
from cnnviz.analysis.saved_for_backward import kept
from cnnviz.graph import OPS, Node
from cnnviz.report import Term
from cnnviz.tracing import trace
from tests.analysis.test_cost import COUNTED, HAND
from tests.analysis.test_networks import library


@pytest.mark.parametrize(
    "table", [macs, connections, flops, kept, fields], ids=lambda t: t.quantity
)
def test_every_table_covers_every_operation(table: Rules) -> None:  # type: ignore[type-arg]
    assert table.covers == set(OPS)


def test_what_has_macs_has_flops() -> None:
    for op in OPS:
        if macs.status(op) == "counted":
            assert flops.status(op) == "counted"
        assert (macs.status(op) == "no") == (flops.status(op) == "no") == (op == "opaque")


def test_a_second_rule_raises() -> None:
    table: Rules = Rules("test")  # type: ignore[type-arg]

    @table.rule("relu")
    def _(n: Node) -> Iterator[Term]:
        yield Term(N=n.out_shape[0])

    with pytest.raises(ValueError, match="'relu' has an entry already"):
        table.free("relu")
    with pytest.raises(ValueError, match="'rely' is not an operation"):
        table.free("rely")
    with pytest.raises(KeyError):
        table.status("add")
    with pytest.raises(KeyError):
        table.get("add")
    assert (table.status("relu"), table.covers) == ("counted", {"relu"})


def test_constants_say_what_they_count() -> None:
    assert all(count >= 1 and formula for count, formula in PER_ELEMENT.values())
    assert set(ops_of("activation")) <= set(PER_ELEMENT)


def test_every_factor_is_explained() -> None:
    """The names that terms use stand at the top of cost.py, where views' authors look them up."""
    networks = [library(name) for name in ("vgg16", "seresnet50", "densenet121", "siamese")]
    tiny = [trace(model.eval(), *shapes) for model, shapes in COUNTED.values()]
    tiny += [trace(model.eval(), *shapes) for model, shapes, _ in HAND.values()]
    terms = (ts for g in networks + tiny for r in analyze(g).rows for ts in r.terms.values())
    names = {name for ts in terms for t in ts for name, _ in t.factors}
    explained = set(re.findall(r"\w+", cost.__doc__ or ""))
    assert {n for n in names if not n.startswith("n_")} <= explained
    assert len(names) > 30
