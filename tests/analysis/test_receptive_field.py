"""Receptive fields against the extent of the gradient, which knows no rule of ours."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.analysis import analyze
from cnnviz.analysis.field_rules import dimension_groups
from cnnviz.graph import Graph
from cnnviz.report import Field
from cnnviz.tracing import trace
from tests.analysis import tiny
from tests.analysis.oracles import seen

SHORT = (1, 2, 20, 24)


def field_of(model: nn.Module, shape: tuple[int, ...]) -> tuple[Graph, Field]:
    graph = trace(model.eval(), shape)
    field = analyze(graph).by_id[graph.outputs[0].node].receptive_field
    assert field is not None
    return graph, field


def check(model: nn.Module, shape: tuple[int, ...] = SHORT) -> Field:
    """Each axis on a strip longer than the field; the other axes stay short.

    Exact: the gradient's extent is the interval, for every unit that is away from the border.
    Otherwise the interval contains it, for every unit.
    """
    _, base = field_of(model, shape)
    for i, axis in enumerate(range(2, len(shape))):
        length = shape[axis]
        if base.status in ("exact", "hull"):
            length = max(length, base.size[i] + 3 * int(base.stride[i]) + 1)
        strip = (*shape[:axis], length, *shape[axis + 1 :])
        graph, field = field_of(model, strip)
        assert field.status == base.status
        compare(model, graph, field, strip, axis)
    return base


def compare(
    model: nn.Module, graph: Graph, field: Field, shape: tuple[int, ...], axis: int
) -> None:
    i, length = axis - 2, shape[axis]
    out = graph.by_id[graph.outputs[0].node].outputs[graph.outputs[0].index].shape
    if field.status == "whole":
        assert (field.size[i], field.start[i], field.stride[i]) == (length, 0, 0)
        return
    units = list(range(out[axis]))
    inside = 0
    for u, pixels in zip(units, seen(model, shape, axis, units), strict=True):
        first = field.start[i] + u * field.stride[i]
        last = first + field.size[i] - 1
        if pixels is None:  # all padding
            assert last < 0 or first >= length
            continue
        assert first <= pixels[0]
        assert pixels[-1] <= last
        if field.status != "bound" and first >= 0 and last < length:
            inside += 1
            assert (pixels[0], pixels[-1]) == (first, last)
    assert inside or field.status == "bound", "no unit away from the border: the strip is too short"


@pytest.mark.parametrize("name", tiny.MAPS)
def test_exact_fields_are_the_gradients_extent(name: str) -> None:
    field = check(tiny.MAPS[name][0])
    assert field.status == ("hull" if name in ("misaligned", "even") else "exact")


@pytest.mark.parametrize("name", tiny.BOUNDED)
def test_bounds_contain_the_gradients_extent(name: str) -> None:
    model = tiny.BOUNDED[name][0].eval()
    _, field = field_of(model, SHORT)
    assert field.status == ("hull" if name == "strides_differ" else "bound")
    graph = trace(model, SHORT)
    for axis in (2, 3):
        i, out = axis - 2, graph.by_id[graph.outputs[0].node].out_shape
        for u, pixels in enumerate(seen(model, SHORT, axis, list(range(out[axis])))):
            first = field.start[i] + u * field.stride[i]
            if pixels is not None:
                assert first <= pixels[0] <= pixels[-1] <= first + field.size[i] - 1


@pytest.mark.parametrize("name", tiny.WHOLE)
def test_whole_input(name: str) -> None:
    graph, field = field_of(tiny.WHOLE[name][0], SHORT)
    assert (field.status, field.size, field.start, field.stride) == (
        "whole",
        (20, 24),
        (0, 0),
        (0, 0),
    )
    assert field.without_gate is None
    assert graph


def test_a_bound_is_not_loose() -> None:
    """Up by two from a 3×3: two neighbours see four pixels together, the interval has no more."""
    _, field = field_of(tiny.seq(tiny.conv(), nn.Upsample(scale_factor=2)), SHORT)
    assert (field.size, field.stride, field.status) == ((4, 4), (0.5, 0.5), "bound")


def test_gate() -> None:
    """A squeeze-and-excitation gate sees everything; without it, the convolution's 3×3."""
    se = tiny.Of(tiny.gated, conv=tiny.conv(), down=tiny.conv(1), up=tiny.conv(1))
    graph, field = field_of(tiny.seq(se, tiny.conv(5, stride=2)), SHORT)
    assert (field.status, field.size) == ("whole", (20, 24))
    assert field.without_gate is not None
    assert (field.without_gate.size, field.without_gate.stride) == ((7, 7), (2, 2))
    assert field.without_gate.status == "exact"
    totals = analyze(graph).totals
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
def test_one_and_three_axes(dims: int, shape: tuple[int, ...]) -> None:
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
