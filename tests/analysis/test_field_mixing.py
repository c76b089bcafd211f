"""Receptive fields where places are mixed or moved: statistics, attention, tokens, resampling."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from torch import Tensor, nn

from cnnviz.analysis import analyze
from cnnviz.graph import Shape
from cnnviz.report import Field, Report
from cnnviz.tracing import trace
from tests.analysis import tiny
from tests.analysis.oracles import seen
from tests.analysis.test_receptive_field import MAP_KINDS, check
from tests.oracles.modules import modules

SHAPE = (1, 4, 12, 12)


def conv(k: int = 3, c: int = 4) -> nn.Conv2d:
    return nn.Conv2d(c, c, k, padding=k // 2)


def report_of(model: nn.Module, shape: Shape = SHAPE) -> Report:
    return analyze(trace(model.eval(), shape))


def field_of(report: Report) -> Field:
    """The network's own."""
    assert report.totals.receptive_field is not None
    return report.totals.receptive_field


def rows_seen(model: nn.Module, shape: Shape = SHAPE) -> list[int]:
    """The rows of the image that the middle of the result really depends on, at random values."""
    x = torch.rand(shape, dtype=torch.float64, requires_grad=True)
    y = model.double().eval()(x)
    y.flatten(0, -3)[..., y.shape[-2] // 2, y.shape[-1] // 2].square().sum().backward()
    model.float()
    assert x.grad is not None
    return torch.nonzero(x.grad.abs().sum((0, 1, 3))).flatten().tolist()


def attend(m: Any, x: Tensor) -> Tensor:
    """A non-local block by matrix products; m.form says how."""
    x = m.a(x)
    n, c, h, w = x.shape
    q, k, v = (layer(x).flatten(2) for layer in (m.q, m.k, m.v))
    if m.form == "matmul":
        y = v @ (q.transpose(1, 2) @ k).softmax(-1).transpose(1, 2)
    elif m.form == "einsum":
        weights = torch.einsum("ncq,nck->nqk", q, k).softmax(-1)
        y = torch.einsum("nqk,nck->ncq", weights, v)
    else:
        y = F.scaled_dot_product_attention(*(t.transpose(1, 2) for t in (q, k, v))).transpose(1, 2)
    return m.c(m.b(y.reshape(n, c, h, w)))  # type: ignore[no-any-return]


class NonLocal(tiny.Of):
    def __init__(self, form: str) -> None:
        layers = {"a": conv(), "q": conv(1), "k": conv(1), "v": conv(1), "b": conv(), "c": conv()}
        super().__init__(attend, **layers)
        self.form = form


def blocks(norm: type[nn.Module], *args: Any) -> nn.Module:
    return tiny.seq(*(x for _ in range(3) for x in (conv(), norm(*args), nn.SiLU())))


EVERYTHING = {
    "group_norm": blocks(nn.GroupNorm, 2, 4),
    "instance_norm": blocks(nn.InstanceNorm2d, 4),
    "layer_norm": blocks(nn.LayerNorm, (4, 12, 12)),
    **{form: NonLocal(form) for form in ("matmul", "einsum", "attention")},
    "decoder": tiny.seq(
        conv(), nn.Flatten(), nn.Linear(576, 576), nn.Unflatten(1, (4, 12, 12)), conv()
    ),
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_networks_own_field_is_whole_at_its_last_map(name: str) -> None:
    model = EVERYTHING[name]
    assert rows_seen(model) == list(range(12))
    report = report_of(model)
    field = field_of(report)
    assert (field.status, field.size, field.stride) == ("whole", (12, 12), (0, 0))
    assert report.totals.receptive_field_at == report.rows[-1].id


def test_the_largest_of_the_maps_that_are_pooled() -> None:
    """The deep branch is executed first, the shallow one last."""

    def forward(m: Any, x: Tensor) -> Tensor:
        return torch.cat([m.b(m.a(x)).mean((2, 3)), m.c(x).mean((2, 3))], 1)

    report = report_of(tiny.Of(forward, a=conv(), b=conv(), c=conv(1)))
    assert report.totals.receptive_field_at == "b"
    assert field_of(report).size == (5, 5)


def test_a_gate_behind_statistics_is_no_layer() -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        y = m.norm(m.a(x))
        return y * torch.sigmoid(m.up(F.relu(m.down(y.mean((2, 3), keepdim=True)))))  # type: ignore[no-any-return]

    layers = {"a": conv(), "norm": nn.GroupNorm(2, 4), "down": conv(1), "up": conv(1)}
    assert report_of(tiny.Of(forward, **layers)).totals.depth == 1


def tokens(m: Any, x: Tensor) -> Tensor:
    """A linear layer on each place of the map as a sequence, and back."""
    n, c, h, w = x.shape
    sequence = m.fc(x.flatten(2).transpose(1, 2)) + x.reshape(n, c, h * w).mT
    return sequence.transpose(1, 2).reshape(n, c, h, w)  # type: ignore[no-any-return]


def test_a_flatten_that_is_undone() -> None:
    model = tiny.seq(conv(), tiny.Of(tokens, fc=nn.Linear(4, 4)), conv())
    report = report_of(model)
    assert field_of(report) == check(model, SHAPE)
    assert (field_of(report).size, field_of(report).status) == ((5, 5), "exact")
    flat = next(r for r in report.rows if r.op == "reshape")
    assert flat.receptive_field is not None
    assert (flat.receptive_field.status, flat.receptive_field.size) == ("bound", (12, 12))


def test_a_flatten_is_whole_where_it_is_summed_over() -> None:
    for layer in (nn.Linear(144, 3), nn.Softmax(2)):
        report = report_of(tiny.Of(lambda m, x: m.f(m.a(x).flatten(2)), a=conv(), f=layer))
        assert report.rows[-1].receptive_field.status == "whole"  # type: ignore[union-attr]
        assert report.totals.receptive_field_at == "a"


def test_a_flattened_map_of_one_place_sees_what_that_place_saw() -> None:
    model = tiny.seq(nn.Conv2d(4, 4, 3, 20), nn.Flatten(), nn.Linear(4, 2))
    field = report_of(model).rows[-1].receptive_field
    assert field is not None
    assert (field.size, field.start, field.status) == ((3, 3), (0, 0), "exact")


def test_attention_within_rows_leaves_the_columns_apart() -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        y = m.a(x).permute(0, 2, 3, 1)  # each row is a sequence
        return F.scaled_dot_product_attention(y, y, y).permute(0, 3, 1, 2)

    model = tiny.Of(forward, a=conv())
    assert rows_seen(model) == [5, 6, 7]
    report = report_of(model)
    assert field_of(report).size == (3, 12)
    assert report.totals.receptive_field_at == report.rows[-1].id


def test_attention_with_shared_heads_is_whole() -> None:
    """Output head 4 reads head 4 of the queries and head 2 of the keys: no one interval."""

    def forward(_: Any, x: Tensor) -> Tensor:
        return F.scaled_dot_product_attention(x, x[:, ::2], x[:, ::2], enable_gqa=True)

    field = report_of(tiny.Of(forward), (1, 4, 12, 12)).rows[-1].receptive_field
    assert field is not None
    assert field.status == "whole"


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_a_filter_against_aliasing_is_wider(mode: str) -> None:
    def forward(_: Any, x: Tensor) -> Tensor:
        return F.interpolate(x, size=(7, 7), mode=mode, antialias=True)

    assert field_of(report_of(tiny.Of(forward))).size == (12, 12)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "bilinear", "bicubic"])
@pytest.mark.parametrize("recompute", [None, True])
@pytest.mark.parametrize("scale", [0.3, 0.55, 0.7, 1.04, 1.7, 2.04, (0.55, 2.3)], ids=str)
def test_a_given_scale_is_used_as_it_is(mode: str, recompute: bool | None, scale: Any) -> None:
    """Not the ratio of the sizes: 0.55 of 12 is 6, and the unit 5 reads at 5.5 / 0.55 − 0.5."""

    def forward(_: Any, x: Tensor) -> Tensor:
        return F.interpolate(x, scale_factor=scale, mode=mode, recompute_scale_factor=recompute)

    check(tiny.Of(forward), (1, 1, 12, 12), tight=())


def test_an_average_over_a_padded_map_is_a_window() -> None:
    model = tiny.seq(nn.Conv2d(4, 4, 3, 3), nn.AvgPool2d(4, padding=1))  # 4 × 4 → 1 × 1
    report = report_of(model)
    (pixels,) = seen(model, SHAPE, 2, [0])
    assert pixels == range(9)
    field = report.rows[-1].receptive_field
    assert field is not None
    assert (field.size, field.start, field.status) == ((12, 12), (-3, -3), "exact")


def test_maps_behind_a_roll_are_still_maps() -> None:
    """Their field is a bound, not that of the map before."""
    model = tiny.Of(lambda m, x: m.b(torch.roll(m.a(x), 2, 2)), a=conv(), b=conv())
    report = report_of(model)
    assert report.totals.receptive_field_at == report.rows[-1].id
    assert (field_of(report).size, field_of(report).status) == ((12, 5), "bound")


@settings(max_examples=60)
@given(modules(kinds=MAP_KINDS, most=3, head=False))
def test_random_networks_through_tokens(case: tuple[nn.Module, Shape]) -> None:
    model, shape = case
    c = trace(model, shape).nodes[-1].out_shape[1]
    check(tiny.seq(model, tiny.Of(tokens, fc=nn.Linear(c, c)), conv(3, c)).eval(), shape, most=5)


def test_an_input_of_queries_alone_is_not_seen_by_all() -> None:
    """Output [h, l] reads the query [h, l]: shared heads are not aligned, so a bound is said."""
    attend = tiny.of(lambda q, k, v: F.scaled_dot_product_attention(q, k, v, enable_gqa=True))
    report = analyze(trace(attend, (1, 8, 5, 16), (1, 2, 7, 16), (1, 2, 7, 16)))
    fields = report.rows[-1].receptive_fields
    assert [f.status for f in fields.values()] == ["bound", "whole", "whole"]
