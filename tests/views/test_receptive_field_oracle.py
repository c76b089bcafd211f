"""The rectangle drawn for a unit is the extent of the input gradient of that unit."""

from __future__ import annotations

import re
from itertools import product

import pytest
import torch
from torch import Tensor

from cnnviz import engine, zoo
from cnnviz.picture import Picture
from cnnviz.views.receptive_field import field
from cnnviz.views.receptive_field_spans import sight
from tests.analysis.oracles import Positive, positive
from tests.views.drawn import by_class, size

# arch, the settings that make it small, layers
NETWORKS = {
    "lenet5": ({"width": 0.125}, ("C1", "S2", "C3", "S4", "C5")),
    "alexnet": ({"width": 0.125}, ("conv1", "pool1", "conv2", "pool2", "conv3", "conv5", "pool5")),
    "vgg16": ({"width": 0.125, "input_size": 64}, ("conv1_1", "conv1_2", "pool1", "conv2_2",
                                                   "conv3_3", "pool3", "conv4_1", "pool5")),
}  # fmt: skip


def extent(picture: Picture, pixels: int) -> tuple[int, int, int, int]:
    """First and last row, first and last column of what is drawn as seen, read off the drawing."""
    plane = by_class(picture, "plane")[0]
    x, y, scale = size(plane, "x"), size(plane, "y"), size(plane, "width") / pixels
    d = by_class(picture, "seen")[0].get("d", "")
    at = re.fullmatch(r"M([-\d.]+),([-\d.]+)H([-\d.]+)V([-\d.]+)H[-\d.]+Z", d)
    assert at is not None, d
    left, top, right, bottom = (float(v) for v in at.groups())
    edges = [(top - y) / scale, (bottom - y) / scale, (left - x) / scale, (right - x) / scale]
    whole = [round(e) for e in edges]
    assert edges == pytest.approx(whole, abs=0.1)
    return whole[0], whole[1] - 1, whole[2], whole[3] - 1


def gradients(arch: str, knobs: dict[str, object], layers: tuple[str, ...]) -> dict[str, Tensor]:
    """Each layer's output for an input of ones, all derivatives positive."""
    model = positive(zoo.build(arch, device="cpu", **knobs))
    found: dict[str, Tensor] = {}
    for name in layers:
        model.get_submodule(name).register_forward_hook(
            lambda _, __, out, name=name: found.__setitem__(name, out)
        )
    shape = engine.report(arch, **knobs).inputs[0]
    x = torch.ones(shape, dtype=torch.float64, requires_grad=True)
    with Positive():
        model(x)
    return {"": x, **found}


@pytest.mark.parametrize("arch", NETWORKS)
def test_what_is_drawn_is_what_has_a_gradient(arch: str) -> None:
    knobs, layers = NETWORKS[arch]
    graph, report = engine.graph(arch, **knobs), engine.report(arch, **knobs)
    outputs = gradients(arch, knobs, layers)
    x = outputs.pop("")
    assert set(outputs) == set(layers)
    for name, out in outputs.items():
        found = sight(graph, report, name)
        assert found is not None
        assert [a.units for a in found.axes] == list(out.shape[2:])
        rows, columns = ({0, 1 % n, n // 2, n - 1} for n in out.shape[2:])
        for unit in list(product(sorted(rows), sorted(columns)))[::3]:
            (grad,) = torch.autograd.grad(out[0, :, unit[0], unit[1]].sum(), x, retain_graph=True)
            at = torch.nonzero(grad[0].abs().sum(0))
            low, high = at.min(0).values.tolist(), at.max(0).values.tolist()
            drawn = extent(field(graph, report, name, "en", unit=unit), x.shape[-1])
            assert drawn == (low[0], high[0], low[1], high[1]), (name, unit)
