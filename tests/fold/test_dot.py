"""DOT text: what Graphviz reads back is the graph."""

from __future__ import annotations

import pygraphviz
import pytest

from cnnviz import engine
from cnnviz.analysis.fold import fold
from cnnviz.views.dot import dot_source
from tests.fold.networks import Maker, fixture


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "siamese"])
def test_graphviz_reads_it(name: str) -> None:
    folded = fold(fixture(name))
    for opened in (None, folded.default()):
        view = folded.view(folded.all_open() if opened is None else opened)
        read = pygraphviz.AGraph(string=dot_source(fixture(name), opened))
        found = {(u, v) for u, v in read.edges()}
        assert found == {(f"n{u}", f"n{v}") for u, v in view.links}
        assert len(read.nodes()) == len(view.leaves)


def test_lenet() -> None:
    text = dot_source(engine.graph("lenet5"))
    assert text.startswith("digraph lenet5 {")
    assert 'n1 [label="5×5\\n6"' in text and 'n0 -> n1 [label="1·32²"]' in text


def test_any_name_is_a_label() -> None:
    m = Maker()
    m.add("conv2d", m.add("input"), name='a "b" \\n <c>', at="x:y")
    read = pygraphviz.AGraph(string=dot_source(m.graph()))
    assert len(read.nodes()) == 2 and len(read.edges()) == 1
