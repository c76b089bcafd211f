"""Parameters and MACs against PyTorch's own counts; connections by LeNet's paper; sums."""

from __future__ import annotations

import json
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.analysis import analyze
from cnnviz.report import ADDITIVE, Report
from cnnviz.tracing import trace
from tests.analysis import tiny
from tests.analysis.oracles import macs, parameters, tensors
from tests.oracles.modules import modules

SHAPE = (1, 2, 20, 24)
Shapes = tuple[tuple[int, ...], ...]


def report_of(model: nn.Module, *shapes: tuple[int, ...]) -> Report:
    return analyze(trace(model.eval(), *shapes))


def check_sums(report: Report) -> None:
    """Columns sum to the totals, and every number to its terms."""
    for q in ADDITIVE:
        total = report.totals.params_executed if q == "params" else getattr(report.totals, q)
        assert sum(getattr(r, q) for r in report.rows) == total, q
    for r in report.rows:
        for q in ADDITIVE:
            assert sum(t.value for t in r.terms[q]) == getattr(r, q), (r.id, q)
            assert all(f >= 1 for t in r.terms[q] for _, f in t.factors), (r.id, q)


# name -> (network, input shapes): matrix products and layers that FlopCounterMode counts
COUNTED: dict[str, tuple[nn.Module, Shapes]] = {
    **{k: (m, (SHAPE,)) for k, (m, _) in (tiny.MAPS | tiny.BOUNDED | tiny.WHOLE).items()},
    "conv1d": (nn.Conv1d(4, 6, 3, 2, groups=2), ((2, 4, 17),)),
    "conv3d": (nn.Conv3d(2, 4, (1, 2, 3), padding=1), ((2, 2, 5, 6, 7),)),
    "unbatched": (nn.Conv2d(3, 4, 3), ((3, 8, 9),)),
    "transposed1d": (nn.ConvTranspose1d(4, 6, 3, 2, groups=2), ((2, 4, 9),)),
    "transposed3d": (nn.ConvTranspose3d(2, 3, 2, 2), ((1, 2, 3, 4, 5),)),
    "transposed_groups": (nn.ConvTranspose2d(4, 8, 4, 2, 1, groups=4), ((3, 4, 8, 8),)),
    "linear": (nn.Linear(8, 3), ((5, 8),)),
    "linear_3d": (nn.Linear(8, 3, bias=False), ((5, 4, 8),)),
    "linear_4d": (nn.Linear(8, 3), ((2, 3, 4, 8),)),
    "linear_1d": (nn.Linear(8, 3), ((8,),)),
    "matmul": (tiny.of(torch.matmul), ((3, 4), (4, 5))),
    "batched": (tiny.of(torch.bmm), ((2, 3, 4), (2, 4, 5))),
    "broadcast": (tiny.of(torch.matmul), ((2, 1, 3, 4), (5, 4, 6))),
    "addmm": (tiny.of(torch.addmm), ((5,), (3, 4), (4, 5))),
    "baddbmm": (tiny.of(torch.baddbmm), ((2, 3, 5), (2, 3, 4), (2, 4, 5))),
    "einsum": (tiny.of(partial(torch.einsum, "bij,bkj->bik")), ((2, 3, 4), (2, 5, 4))),
    "einsum_dots": (tiny.of(partial(torch.einsum, "...ij,jk->...ik")), ((2, 3, 4), (4, 5))),
    "tensordot": (tiny.of(torch.tensordot), ((2, 3, 4), (3, 4, 5))),
    "attention": (tiny.of(F.scaled_dot_product_attention), ((2, 4, 6, 8), *(((2, 4, 5, 8),) * 2))),
    "self_attention": (
        tiny.of(lambda x: F.scaled_dot_product_attention(x, x, x)),
        ((2, 4, 6, 8),),
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_parameters_and_macs_are_pytorchs(name: str) -> None:
    model, shapes = COUNTED[name]
    report = report_of(model, *shapes)
    check_sums(report)
    assert report.totals.macs == macs(model, *tensors(shapes))
    assert report.totals.params == report.totals.params_executed == parameters(model)
    assert not report.not_counted


# What FlopCounterMode leaves out; the formula beside.
HAND: dict[str, tuple[nn.Module, Shapes, int]] = {
    "matrix_vector": (tiny.of(lambda a, b: torch.mv(a, b)), ((3, 4), (4,)), 3 * 4),
    "vector_matrix": (tiny.of(lambda a, b: a @ b), ((4,), (4, 3)), 4 * 3),
    "dot": (tiny.of(lambda a, b: torch.dot(a, b)), ((7,), (7,)), 7),
    "addbmm": (tiny.of(torch.addbmm), ((3, 5), (2, 3, 4), (2, 4, 5)), 2 * 3 * 5 * 4),
    "outer": (tiny.of(lambda a, b: torch.outer(a, b)), ((3,), (4,)), 0),  # nothing is contracted
    "bilinear": (nn.Bilinear(4, 5, 3), ((2, 4), (2, 5)), 2 * 3 * 4 * 5),
    # steps · gates · hidden · (inputs + hidden), for each layer and direction
    "rnn": (nn.RNN(8, 6), ((5, 2, 8),), 10 * 6 * (8 + 6)),
    "gru": (nn.GRU(8, 6, batch_first=True), ((2, 5, 8),), 10 * 3 * 6 * (8 + 6)),
    "lstm": (nn.LSTM(8, 6), ((5, 2, 8),), 10 * 4 * 6 * (8 + 6)),
    "lstm_deep": (
        nn.LSTM(8, 6, num_layers=2, bidirectional=True),
        ((5, 2, 8),),
        10 * 2 * 4 * 6 * ((8 + 6) + (12 + 6)),
    ),
    "lstm_projected": (nn.LSTM(8, 6, proj_size=3), ((5, 2, 8),), 10 * (4 * 6 * (8 + 3) + 6 * 3)),
    "lstm_cell": (nn.LSTMCell(8, 6), ((2, 8),), 2 * 4 * 6 * (8 + 6)),
    "embedding": (tiny.Of(lambda m, x: m.e(x.long()), e=nn.Embedding(10, 4)), ((2, 5),), 0),
}


@pytest.mark.parametrize("name", HAND)
def test_macs_by_hand(name: str) -> None:
    model, shapes, expected = HAND[name]
    report = report_of(model, *shapes)
    check_sums(report)
    assert report.totals.macs == expected
    assert report.totals.params == parameters(model)


@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("more", [{}, {"add_bias_kv": True}, {"add_zero_attn": True}], ids=str)
def test_multi_head_attention(need_weights: bool, more: dict[str, bool]) -> None:
    """Three projections, scores, weighted values, one projection; as FlopCounterMode counts."""
    layer = nn.MultiheadAttention(8, 2, batch_first=True, **more)
    model = tiny.Of(lambda m, q, k: m.a(q, k, k, need_weights=need_weights)[0], a=layer)
    shapes = ((3, 5, 8), (3, 7, 8))
    report = report_of(model, *shapes)
    check_sums(report)
    projections = 3 * 8 * 8 * (5 + 7 + 7 + 5)
    assert report.totals.macs == projections + 3 * 2 * 5 * (7 + len(more)) * 8
    assert report.totals.macs == macs(model.train(), *tensors(shapes))
    assert report.totals.params == parameters(model)


def test_a_module_called_twice_counts_its_parameters_once() -> None:
    report = report_of(tiny.MAPS["called_twice"][0], SHAPE)
    first, second = (r for r in report.rows if r.op == "conv2d")
    assert (first.params, first.shared_with) == (2 * 2 * 9 + 2, None)
    assert (second.params, second.shared_with) == (0, first.id)
    assert second.macs > 0


def test_a_tied_weight_counts_once_and_its_own_bias_again() -> None:
    report = report_of(tiny.MAPS["tied"][0], SHAPE)
    a, b = (r for r in report.rows if r.op == "conv2d")
    assert (a.params, b.params, b.shared_with) == (38, 2, a.id)


def test_what_was_built_and_not_used() -> None:
    model = tiny.Of(lambda m, x: m.used(x), used=tiny.conv(), spare=nn.Linear(10, 10))
    totals = report_of(model, SHAPE).totals
    assert (totals.params, totals.params_executed) == (38 + 110, 38)


def test_frozen_parameters_and_buffers_are_apart() -> None:
    model = tiny.seq(tiny.conv(), nn.BatchNorm2d(2))
    model[0].bias.requires_grad_(False)
    totals = report_of(model, SHAPE).totals
    assert totals.params == 36 + 4
    assert totals.buffers == 2 + 4  # the frozen bias, two running statistics; no step counter


def test_a_function_that_no_table_knows_is_reported() -> None:
    model = tiny.seq(tiny.conv(), tiny.of(lambda x: torch.linalg.svdvals(x)))
    report = report_of(model, SHAPE)
    (unknown,) = report.not_counted
    assert report.by_id[unknown].op == "opaque"
    assert report.by_id[unknown].counted == "no"
    assert report.by_id[unknown].receptive_field.status == "bound"  # type: ignore[union-attr]


def test_counted_free_or_not() -> None:
    report = report_of(tiny.seq(tiny.conv(), nn.Dropout(), nn.ReLU(), nn.Flatten()), SHAPE)
    assert [r.counted for r in report.rows] == ["free", "counted", "free", "counted", "free"]


def test_activations_and_memory_access() -> None:
    """In place and views have no storage; a view moves nothing, in place reads and writes."""
    model = tiny.seq(tiny.conv(c_out=4), nn.ReLU(inplace=True), nn.Flatten(), nn.Dropout())
    report = report_of(model, SHAPE)
    made = 4 * 18 * 22
    rows = report.rows
    assert [r.activations for r in rows[:4]] == [0, made, 0, 0]
    assert [r.memory_access for r in rows] == [0, 960 + made + 76, 2 * made, 0, 0]


def test_shufflenet_v2_memory_access_cost() -> None:
    """A 1×1 convolution's hw(c₁ + c₂) + c₁c₂ (Ma et al. 2018, guideline 1)."""
    row = report_of(nn.Conv2d(12, 20, 1, bias=False), (1, 12, 7, 9)).rows[-1]
    assert row.memory_access == 7 * 9 * (12 + 20) + 12 * 20


FLOPS: dict[str, tuple[nn.Module, int]] = {
    # on 2 × 20 × 24 = 960 inputs
    "conv": (tiny.conv(), 2 * (2 * 18 * 22) * 18),
    "relu": (nn.ReLU(), 960),
    "batch_norm": (nn.BatchNorm2d(2), 2 * 960),
    "max_pool": (nn.MaxPool2d(3, 2), 2 * 9 * 11 * 9),
    "avg_pool": (nn.AvgPool2d(2), 960),
    "global": (nn.AdaptiveAvgPool2d(1), 960),
    "mean": (tiny.of(lambda x: x.mean((2, 3))), 960),
    "uneven": (nn.AdaptiveAvgPool2d((7, 24)), 2 * 26 * 24),  # windows of 3 or 4 rows, 26 in all
    "lrn": (nn.LocalResponseNorm(5), 9 * 960),
    "add": (tiny.of(lambda x: x + x), 960),
    "concat": (tiny.of(lambda x: torch.cat([x, x])), 0),
    "dropout": (nn.Dropout(), 0),
}


@pytest.mark.parametrize("name", FLOPS)
def test_flops_by_the_table(name: str) -> None:
    model, expected = FLOPS[name]
    report = report_of(model, SHAPE)
    check_sums(report)
    assert report.totals.flops == expected


def test_the_batch_multiplies_work_but_not_wires() -> None:
    one = report_of(tiny.MAPS["chain"][0], (1, *SHAPE[1:])).totals
    four = report_of(tiny.MAPS["chain"][0], (4, *SHAPE[1:])).totals
    for q in ("macs", "flops", "activations"):
        assert getattr(four, q) == 4 * getattr(one, q)
    assert four.connections == one.connections
    assert four.params == one.params


def test_factors_of_a_convolution() -> None:
    """ResNet's first layer: 9,408 = 64·3·7·7."""
    row = report_of(nn.Conv2d(3, 64, 7, 2, 3, bias=False), (1, 3, 224, 224)).rows[-1]
    (term,) = row.terms["params"]
    assert dict(term.factors) == {"C_out": 64, "C_in_per_group": 3, "k_h": 7, "k_w": 7}
    assert term.value == row.params == 9408
    (term,) = row.terms["macs"]
    assert list(dict(term.factors)) == [
        "N",
        "C_out",
        "C_in_per_group",
        "k_h",
        "k_w",
        "H_out",
        "W_out",
    ]


def test_scopes_hold_what_their_rows_sum_to() -> None:
    inner = tiny.seq(tiny.conv(), nn.ReLU(), tiny.conv())
    report = report_of(tiny.seq(tiny.conv(), inner, nn.Sequential(nn.ReLU())), SHAPE)
    (scope,) = report.scopes  # the last Sequential holds one operation, the root is left out
    assert (scope.path, scope.cls, scope.call, scope.rows) == (
        "1",
        "Sequential",
        0,
        ("1.0", "1.1", "1.2"),
    )
    for q in ADDITIVE:
        assert getattr(scope, q) == sum(getattr(report.by_id[i], q) for i in scope.rows)


def test_json_has_no_infinity() -> None:
    report = report_of(nn.Hardtanh(0.0, float("inf")), SHAPE)
    text = json.dumps(report.to_dict(), allow_nan=False)
    assert json.loads(text)["rows"][1]["attrs"]["max_val"] == "Infinity"


@settings(max_examples=200)
@given(modules())
def test_random_networks(case: tuple[nn.Module, tuple[int, ...]]) -> None:
    _compare(case)


@pytest.mark.slow
@settings(max_examples=1000)
@given(st.integers(1, 3).flatmap(lambda d: modules(dims=d)))
def test_more_random_networks(case: tuple[nn.Module, tuple[int, ...]]) -> None:
    _compare(case)


def _compare(case: tuple[nn.Module, tuple[int, ...]]) -> None:
    model, shape = case
    report = report_of(model, shape)
    check_sums(report)
    assert report.totals.macs == macs(model, *tensors((shape,)))
    assert report.totals.params == parameters(model)
    assert not report.not_counted
