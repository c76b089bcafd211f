"""What surrounds an operation: constants, gradients switched off, autocast, names, plain JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.content import LANGS, sentence
from cnnviz.errors import ReaderError
from cnnviz.graph import Graph
from cnnviz.tracing import trace
from tests.tiny_modules import MAP, Function


def refused(model: Any, *inputs: Any) -> ReaderError:
    with pytest.raises(ReaderError) as raised:
        trace(model, *inputs)
    for lang in LANGS:
        assert "{" not in sentence(raised.value, lang)
    return raised.value


def test_constants_are_really_computed() -> None:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        steps = torch.tensor([1.0, 2.0])
        steps.mul_(3)
        for _ in range(int(torch.relu(steps).sum().item())):
            x = m.conv(x)
        return F.interpolate(x, size=int(torch.tensor(3.0) * 2))

    graph = trace(Function(forward, conv=nn.Conv2d(4, 4, 3, padding=1)), MAP)
    assert [n.op for n in graph.nodes] == ["input", *["conv2d"] * 9, "interpolate"]
    assert graph.nodes[-1].out_shape == (2, 4, 6, 6)


def test_no_grad_is_noted() -> None:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        with torch.no_grad():
            y = m.conv(x)
        with torch.inference_mode():
            z = torch.sigmoid(x)
        return m.conv(x) + y + z

    with torch.no_grad():  # the caller's own does not count
        graph = trace(Function(forward, conv=nn.Conv2d(4, 4, 1)), MAP)
    off = [n.attrs.get("no_grad", False) for n in graph.nodes]
    assert off == [False, True, True, False, False, False]


def test_detach_is_recorded() -> None:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = m.conv(x)
        y.detach_()
        return y + m.conv(x).detach() + m.conv(x).data

    graph = trace(Function(forward, conv=nn.Conv2d(4, 4, 1)), MAP)
    cuts = [n for n in graph.nodes if n.op == "identity"]
    assert [(n.attrs, n.alias) for n in cuts] == [({"function": "detach"}, True)] * 3
    first = next(n for n in graph.nodes if n.op == "add")
    assert [e.node for e in first.inputs] == ["detach", "detach_1"]


def test_data_of_a_weight_is_the_weight() -> None:
    graph = trace(
        Function(lambda m, x: F.conv2d(x, m.conv.weight.data), conv=nn.Conv2d(4, 4, 1)), MAP
    )
    assert [w.name for w in graph.nodes[1].weights] == ["conv.weight"]


def test_dropouts() -> None:
    layers = (nn.Dropout(0.0), nn.Dropout(0.3), nn.Dropout2d(0.3), nn.Dropout2d(0.0))
    nodes = trace(nn.Sequential(*layers), MAP, train=True).nodes[1:]
    assert [n.alias for n in nodes] == [True, False, False, True]
    functions = [n.attrs.get("function", "dropout") for n in nodes]
    assert functions == ["dropout", "dropout", "dropout2d", "dropout2d"]


def test_quotients_and_powers_tell_which_operand_is_the_number() -> None:
    graph = trace(Function(lambda _, x: (1 / x) + (x / 2) + 2**x), MAP)
    attrs = [n.attrs for n in graph.nodes if n.op in ("div", "elementwise")]
    assert attrs == [
        {"other": 1, "function": "reciprocal"}, {"other": 2}, {"function": "rpow"}
    ]  # fmt: skip


def test_autocast_inside_is_refused_and_outside_it_is_not() -> None:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return m.conv(x)

    parts = {"conv": nn.Conv2d(4, 4, 1)}
    assert refused(Function(forward, **parts), MAP).key == "autocast_inside"
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert trace(parts["conv"], MAP).nodes[-1].outputs[0].dtype == "float32"


def test_interpolation() -> None:
    """The factor as given, unless it is to be computed again; "area" is a pooling."""
    x = (1, 1, 10, 10)
    for more, factor in (({}, 0.55), ({"recompute_scale_factor": True}, 0.5)):
        node = trace(Function(lambda _, x, m=more: F.interpolate(x, scale_factor=0.55, **m)), x)
        assert node.nodes[1].attrs["scale_factor"] == (factor, factor)
    area = trace(Function(lambda _, x: F.interpolate(x, size=4, mode="area")), x).nodes[1]
    assert (area.op, area.attrs) == ("adaptive_avg_pool2d", {"output_size": (4, 4)})


def test_functions_by_other_names() -> None:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        w, b = m.conv.weight, m.conv.bias
        y = torch.convolution(x, w, b, [1, 1], [1, 1], [1, 1], False, [0, 0], 1)
        return torch.linalg.matmul(y, y).flip(1)

    graph = trace(Function(forward, conv=nn.Conv2d(4, 4, 3)), MAP)
    assert [n.op for n in graph.nodes] == ["input", "conv2d", "matmul", "slice"]
    dot = trace(Function(lambda _, x: torch.linalg.vecdot(x, x)), MAP).nodes[1]
    assert (dot.op, dot.attrs["equation"]) == ("matmul", "abcd,abcd->abc")
    reduced = trace(Function(lambda _, x: x.sum(dim=np.int64(1)).mean((np.int64(0), -1))), MAP)
    assert [n.attrs["dim"] for n in reduced.nodes[1:]] == [(1,), (0, 2)]


def test_numbers_that_json_does_not_have() -> None:
    model = Function(lambda m, x: m.a(x) * float("-inf") + float("nan"), a=nn.Hardtanh(0, np.inf))
    graph = trace(model, MAP)
    text = json.dumps(graph.to_dict(), allow_nan=False)
    again = Graph.from_dict(json.loads(text))
    assert [str(dict(n.attrs)) for n in again.nodes] == [str(dict(n.attrs)) for n in graph.nodes]


def test_names_count_on() -> None:
    def forward(_: nn.Module, x: Tensor) -> Tensor:
        for _i in range(12):
            x = x + 1
        return x

    names = [n.id for n in trace(Function(forward), MAP).nodes]
    assert names == ["input", "add", *(f"add_{i}" for i in range(1, 12))]


def test_what_is_no_network() -> None:
    assert refused(3, MAP).values == {"given": "int"}
    assert refused(nn.Conv2d, MAP).values == {"given": "class Conv2d"}


def test_deep_nesting() -> None:
    deep: nn.Module = nn.ReLU()
    for _ in range(150):
        deep = nn.Sequential(deep)
    assert len(trace(deep, MAP).nodes) == 2
    for _ in range(1000):
        deep = nn.Sequential(deep)
    assert refused(deep, MAP).key == "too_deep"


def test_a_forward_that_exits() -> None:
    def forward(_: nn.Module, __: Tensor) -> Tensor:
        raise SystemExit(3)

    e = refused(Function(forward), MAP)
    assert (e.key, e.values["error"]) == ("forward_broke", "SystemExit: 3")
