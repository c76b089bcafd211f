"""Receptive fields against the extent of the gradient, which knows no rule of ours."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.analysis import analyze
from cnnviz.analysis.field_reshapes import dimension_groups
from cnnviz.graph import Node, Shape
from cnnviz.report import Field
from cnnviz.tracing import trace
from tests.analysis import tiny
from tests.analysis.oracles import seen
from tests.oracles.modules import modules

SHORT = (1, 2, 20, 24)


def field_of(model: nn.Module, shape: Shape) -> tuple[Node, Field]:
    """The last node, and its field on the first input."""
    graph = trace(model.eval(), shape)
    node = graph.by_id[graph.outputs[0].node]
    field = analyze(graph).by_id[node.id].receptive_field
    assert field is not None
    return node, field


def check(
    model: nn.Module,
    shape: Shape = SHORT,
    gates: bool = True,
    most: int = 100,
    tight: tuple[str, ...] = ("exact", "hull"),
) -> Field:
    """Each axis on a strip longer than the field; the other axes stay short.

    The interval contains the gradient's extent for every unit, and where the status is one of
    `tight` it is the extent, for every unit away from the border. `most`: how many are looked at.
    """
    _, base = field_of(model, shape)
    inner = base if gates else base.without_gate
    assert inner is not None
    for i, axis in enumerate(range(2, len(shape))):
        length = shape[axis]
        if inner.status in ("exact", "hull"):
            length = max(length, inner.size[i] + 3 * int(inner.stride[i]) + 1)
        strip = (*shape[:axis], length, *shape[axis + 1 :])
        node, field = field_of(model, strip)
        found = field if gates else field.without_gate
        assert found is not None
        assert found.status == inner.status
        out = node.outputs[0].shape
        if found.status == "whole":
            assert (found.size[i], found.start[i], found.stride[i]) == (length, 0, 0)
        elif found.stride[i]:
            units = sorted({u * (out[axis] - 1) // max(1, most - 1) for u in range(most)})
            pixels = seen(model, strip, axis, units, gates)
            compare(found, i, length, dict(zip(units, pixels, strict=True)), tight)
    return base


def compare(
    field: Field, i: int, length: int, units: dict[int, range | None], tight: tuple[str, ...]
) -> None:
    inside = 0
    for u, pixels in units.items():
        first = field.start[i] + u * field.stride[i]
        last = first + field.size[i] - 1
        if pixels is None:  # all padding, if of a map in between
            assert first < 0 or last >= length or field.status == "bound"
            continue
        assert first <= pixels[0]
        assert pixels[-1] <= last
        if field.status in tight and first >= 0 and last < length:
            inside += 1
            assert (pixels[0], pixels[-1]) == (first, last)
    if field.status == "exact" and len(units) > 20:
        assert inside, "no unit away from the border: the strip is too short"


@pytest.mark.parametrize("name", tiny.MAPS)
def test_exact_fields_are_the_gradients_extent(name: str) -> None:
    field = check(tiny.MAPS[name][0])
    assert field.status == ("hull" if name in ("misaligned", "even") else "exact")


@pytest.mark.parametrize("name", tiny.BOUNDED)
def test_bounds_contain_the_gradients_extent(name: str) -> None:
    # a hull of branches with different strides grows with the map
    field = check(tiny.BOUNDED[name][0], tight=())
    assert field.status == ("hull" if name == "strides_differ" else "bound")


@pytest.mark.parametrize("name", tiny.WHOLE)
def test_whole_input(name: str) -> None:
    _, field = field_of(tiny.WHOLE[name][0], SHORT)
    assert (field.status, field.size, field.start, field.stride) == (
        "whole",
        (20, 24),
        (0, 0),
        (0, 0),
    )
    assert field.without_gate is None


def test_a_bound_is_not_loose() -> None:
    """Up by two from a 3×3: two neighbours see four pixels together, the interval has no more."""
    _, field = field_of(tiny.seq(tiny.conv(), nn.Upsample(scale_factor=2)), SHORT)
    assert (field.size, field.stride, field.status) == ((4, 4), (0.5, 0.5), "bound")


def test_gate() -> None:
    """A squeeze-and-excitation gate sees everything; without it, the convolution's 3×3."""
    se = tiny.Of(tiny.gated, conv=tiny.conv(), down=tiny.conv(1), up=tiny.conv(1))
    net = tiny.seq(se, tiny.conv(5, stride=2))
    field = check(net, gates=False)
    assert (field.status, field.size) == ("whole", (20, 24))
    assert field.without_gate is not None
    assert (field.without_gate.size, field.without_gate.stride) == ((7, 7), (2, 2))
    assert field.without_gate.status == "exact"
    totals = analyze(trace(net, SHORT)).totals
    assert totals.depth == 2  # the gate's two layers are left out
    assert totals.receptive_field == field


def test_gate_that_is_expanded_first() -> None:
    net = tiny.Of(lambda m, x: m.a(x) * m.a(x).mean((2, 3), True).expand_as(m.a(x)), a=tiny.conv())
    _, field = field_of(net, SHORT)
    assert field.without_gate is not None
    assert field.without_gate.size == (3, 3)


def test_average_over_the_whole_map_is_global() -> None:
    """GoogLeNet's 7×7 average; the network's own field is that of the map before."""
    net = tiny.seq(tiny.conv(stride=2), nn.AvgPool2d(4))
    report = analyze(trace(net.eval(), (1, 2, 9, 9)))
    assert report.by_id["1"].receptive_field.status == "whole"  # type: ignore[union-attr]
    assert report.totals.receptive_field_at == "0"
    assert report.totals.receptive_field.size == (3, 3)  # type: ignore[union-attr]


def test_several_inputs_have_a_field_each() -> None:
    net = tiny.Of(
        lambda m, x, y: m.a(x) + m.b(m.a(y)), a=tiny.conv(padding=1), b=tiny.conv(padding=1)
    )
    graph = trace(net.eval(), SHORT, SHORT)
    row = analyze(graph).by_id[graph.outputs[0].node]
    first, second = graph.inputs
    assert row.receptive_fields[first].size == (3, 3)
    assert row.receptive_fields[second].size == (5, 5)
    assert row.receptive_field == row.receptive_fields[first]


def test_feature_vectors_have_no_field() -> None:
    report = analyze(trace(tiny.seq(nn.Linear(4, 3), nn.ReLU()), (2, 4)))
    assert all(r.receptive_field is None for r in report.rows)
    assert report.totals.receptive_field is None


@pytest.mark.parametrize(("dims", "shape"), [(1, (1, 2, 40)), (3, (1, 2, 10, 11, 12))])
def test_one_and_three_axes(dims: int, shape: Shape) -> None:
    layer = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[dims - 1]
    pool = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)[dims - 1]
    field = check(tiny.seq(layer(2, 2, 3), pool(2), layer(2, 2, 2, padding=1)), shape)
    assert field.size == (6,) * dims


def test_image_without_a_batch() -> None:
    graph = trace(tiny.seq(tiny.conv(), tiny.conv()).eval(), (2, 20, 24))
    field = analyze(graph).rows[-1].receptive_field
    assert field is not None
    assert field.size == (5, 5)


def test_attention_sees_everything() -> None:
    class Patches(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Conv2d(2, 8, 4, stride=4)
            self.block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.block(self.embed(x).flatten(2).transpose(1, 2))

    report = analyze(trace(Patches().eval(), SHORT))
    assert report.rows[-1].receptive_field.status == "whole"  # type: ignore[union-attr]
    assert report.totals.receptive_field_at == "embed"
    assert report.totals.receptive_field.size == (4, 4)  # type: ignore[union-attr]


def test_dimension_groups() -> None:
    groups = dimension_groups((8, 6, 4), (8, 2, 3, 4))
    assert groups == {0: ([0], [0]), 1: ([1], [1, 2]), 2: ([2], [3])}
    assert dimension_groups((2, 3, 1, 1), (2, 3)) == {
        0: ([0], [0]),
        1: ([1], [1]),
        2: ([2], []),
        3: ([3], []),
    }


MAP_KINDS = ("conv", "pool", "branches", "act", "residual", "twice", "split", "shuffle", "gate")


def _random(case: tuple[nn.Module, Shape]) -> None:
    model, shape = case
    _, field = field_of(model, shape)
    check(model, shape, most=5)
    if field.without_gate is not None:
        check(model, shape, gates=False, most=5)


@settings(max_examples=200)
@given(modules(kinds=MAP_KINDS, most=5))
def test_random_networks(case: tuple[nn.Module, Shape]) -> None:
    _random(case)


@settings(max_examples=60)
@given(modules(kinds=(*MAP_KINDS, "transposed", "norm"), most=5, head=False))
def test_random_networks_with_transposed_convolutions(case: tuple[nn.Module, Shape]) -> None:
    _random(case)


@pytest.mark.slow
@settings(max_examples=1000)
@given(st.integers(1, 3).flatmap(lambda d: modules(dims=d, kinds=(*MAP_KINDS, "transposed"))))
def test_more_random_networks(case: tuple[nn.Module, Shape]) -> None:
    _random(case)
