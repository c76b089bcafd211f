"""Every table says something about every operation, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cnnviz.analysis.cost import connections, macs
from cnnviz.analysis.field_rules import fields
from cnnviz.analysis.flops import PER_ELEMENT, flops
from cnnviz.analysis.kept import kept
from cnnviz.analysis.rules import Rules, ops_of
from cnnviz.graph import OPS, Node
from cnnviz.report import Term


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
