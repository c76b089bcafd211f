"""The networks: every knob at its ends, real tensors, the papers' details."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnviz import engine, zoo
from cnnviz.errors import ReaderError
from cnnviz.graph import Graph, Shape
from cnnviz.tracing import trace
from cnnviz.zoo import Knob, Value
from cnnviz.zoo.bitmaps import codes
from cnnviz.zoo.lenet import RBF, TABLE_1, TABLE_I, ScaledTanh, SparseConv2d, SubSampling, reads
from cnnviz.zoo.meta import building
from tests.archs import kinds, shallow


def ends() -> list[Any]:
    """Every knob of every network at each choice, or at both ends of what a page offers."""
    found: list[Any] = []
    for param in kinds():
        (name,) = param.values
        for knob in zoo.find(name).knobs:
            if knob.choices:
                values: tuple[Value, ...] = knob.choices
            elif knob.name == "input_size":
                values = (96, int(knob.high or 0))
            else:
                whole = isinstance(knob.default, int)
                values = tuple(int(v) if whole else v for v in (knob.low, knob.high) if v)
            found += [pytest.param(name, knob.name, v, marks=param.marks) for v in values]
    return found


@pytest.mark.parametrize(("name", "knob", "value"), ends(), ids=str)
def test_every_knob_at_its_ends_builds_and_traces(name: str, knob: str, value: Value) -> None:
    choice = zoo.resolve(name, {knob: value})
    net = zoo.construct(choice)
    assert all(p.is_meta for p in net.parameters())
    graph = trace(net, *choice.input_shapes)
    assert answers(graph) == {(1, choice.knobs["num_classes"])}


def answers(graph: Graph) -> set[Shape]:
    """The shapes of all outputs: auxiliary heads tell the same classes."""
    return {graph.by_id[o.node].outputs[o.output].shape for o in graph.outputs}


def pairwise(knobs: Sequence[Knob]) -> Iterator[dict[str, Value]]:
    """Settings in which every choice of every knob meets every choice of every other knob."""
    names = [k.name for k in knobs]
    every = [dict(zip(names, v, strict=True)) for v in product(*(k.choices for k in knobs))]

    def met(given: dict[str, Value]) -> set[frozenset[tuple[str, Value]]]:
        return {frozenset(pair) for pair in combinations(given.items(), min(2, len(given)))}

    missing = set().union(*map(met, every))
    while missing:
        best = max(every, key=lambda given: len(met(given) & missing))
        missing -= met(best)
        yield best


def test_pairwise_is_what_it_says() -> None:
    knobs = [Knob(n, 0, choices=(0, 1, 2)) for n in "abcd"]
    found = list(pairwise(knobs))
    assert len(found) <= 14  # of 81
    for a, b in combinations("abcd", 2):
        assert {(f[a], f[b]) for f in found} == set(product(range(3), repeat=2))


@pytest.mark.parametrize("name", kinds())
def test_choices_go_together(name: str) -> None:
    """Every pair of choices, narrow and small, but not too small."""
    few = shallow(zoo.find(name))
    for given in pairwise([k for k in zoo.find(name).knobs if k.choices]):
        choice = zoo.resolve(name, {**few, **given, "width": 0.3, "input_size": 97})
        graph = trace(zoo.construct(choice), *choice.input_shapes)
        assert answers(graph) == {(1, choice.knobs["num_classes"])}


@pytest.mark.parametrize("name", kinds())
def test_a_network_that_takes_a_size_takes_every_larger_one(name: str) -> None:
    """What the search for the smallest input rests on."""
    smallest = engine.report(name).totals.smallest_input
    assert smallest is not None
    for size in {1, smallest // 2, smallest - 1} - {0, smallest}:
        assert not takes(name, size), size
    for size in (*range(smallest, smallest + 4), smallest + 9, 2 * smallest + 1, 301, 512):
        assert takes(name, size), size


def takes(name: str, size: int) -> bool:
    choice = zoo.resolve(name, {"input_size": size, "width": 0.125})
    try:
        trace(zoo.construct(choice), *choice.input_shapes)
    except ReaderError as error:
        assert error.key == "input_too_small"
        return False
    return True


@pytest.mark.parametrize("name", kinds())
def test_real_tensors_go_through(name: str) -> None:
    """Narrow, and not far above the smallest input."""
    smallest = engine.report(name).totals.smallest_input or 1
    usual = zoo.resolve(name).knobs["input_size"]
    size = min(int(usual), max(32, smallest + 3))
    choice = zoo.resolve(name, {"width": 0.125, "input_size": size, "num_classes": 7})
    net = zoo.construct(choice, "cpu").eval()
    with torch.no_grad():
        out = net(*(torch.randn(2, *shape[1:]) for shape in choice.input_shapes))
    assert out.shape == (2, 7)
    assert torch.isfinite(out).all()


def test_the_three_readings_of_55() -> None:
    for reading in ("227", "224_1_2", "224_2_2"):
        choice = zoo.resolve("alexnet", {"reading": reading})
        assert trace(zoo.construct(choice), *choice.input_shapes).by_id["conv1"].out_shape == (
            (1, 96, 55, 55)
        )


def test_table_i_is_the_papers() -> None:
    """As the text tells it: six maps read three neighbours, six read four, three read two pairs
    that do not touch, the last reads all.
    """
    rows = reads(TABLE_I, 6, 16)
    around = [[(i + k) % 6 for k in range(6)] for i in range(6)]
    assert [set(r) for r in rows[:6]] == [set(a[:3]) for a in around]
    assert [set(r) for r in rows[6:12]] == [set(a[:4]) for a in around]
    assert [set(r) for r in rows[12:15]] == [{a[0], a[1], a[3], a[4]} for a in around[:3]]
    assert rows[15] == list(range(6))
    assert sum(map(len, rows)) == 60


def test_the_table_of_lenet1_has_twenty_links_in_two_halves() -> None:
    rows = reads(TABLE_1, 4, 12)
    assert rows[:6] == [[0], [0, 1], [0, 1], [1], [0, 1], [0, 1]]
    assert rows[6:] == [[i + 2 for i in row] for row in rows[:6]]


@pytest.mark.parametrize("width", [0.125, 0.3, 0.5, 0.6, 0.75, 1.0, 1.3, 2.0, 4.0])
def test_no_map_of_a_wider_or_narrower_c3_is_blind(width: float) -> None:
    for name, layer, table in (("lenet5", "C3", TABLE_I), ("lenet1", "H3", TABLE_1)):
        net = zoo.build(name, width=width)
        sparse = net.get_submodule(layer)
        assert isinstance(sparse, SparseConv2d)
        assert set(sparse.target) == set(range(sparse.out_channels))
        assert set(sparse.source) == set(range(sparse.in_channels))
        if width == 1:
            assert len(sparse.target) == "".join(table).count("#")
        if width == 2:
            assert len(sparse.target) == 4 * "".join(table).count("#")


def test_sparse_convolution_is_a_dense_one_with_holes() -> None:
    torch.manual_seed(0)
    layer = SparseConv2d(6, reads(TABLE_I, 6, 16), 5)
    dense = torch.zeros(16, 6, 5, 5)
    links = [(o, i) for o, row in enumerate(reads(TABLE_I, 6, 16)) for i in row]
    for (o, i), kernel in zip(links, layer.weight.detach(), strict=True):
        dense[o, i] = kernel
    x = torch.randn(2, 6, 14, 14)
    torch.testing.assert_close(layer(x), F.conv2d(x, dense, layer.bias))
    layer(x).sum().backward()
    assert layer.weight.grad is not None
    assert (layer.weight.grad != 0).all()


def test_subsampling_adds_four_scales_and_shifts() -> None:
    layer = SubSampling(2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([2.0, -1.0]))
        layer.bias.copy_(torch.tensor([0.5, 0.0]))
    x = torch.arange(8.0).reshape(1, 2, 2, 2)
    assert layer(x).flatten().tolist() == [2 * (0 + 1 + 2 + 3) + 0.5, -(4 + 5 + 6 + 7)]


def test_squashing_keeps_one_at_one() -> None:
    """Appendix A: f(1) = 1, f(-1) = -1."""
    out = ScaledTanh()(torch.tensor([1.0, -1.0, 0.0]))
    torch.testing.assert_close(out, torch.tensor([1.0, -1.0, 0.0]), atol=1e-4, rtol=0)


def test_rbf_is_the_squared_distance_to_the_code() -> None:
    layer = RBF(10)
    assert layer.codes.shape == (10, 84)
    assert set(layer.codes.flatten().tolist()) == {-1.0, 1.0}
    out = layer(layer.codes)
    assert out.diagonal().tolist() == [0.0] * 10
    difference = layer.codes[3] != layer.codes[8]
    assert out[3, 8].item() == 4 * int(difference.sum())
    assert not list(layer.parameters())


def test_codes_differ_and_repeat() -> None:
    assert codes(40) == codes(40)
    assert codes(40)[:10] == codes(10)
    assert len({tuple(c) for c in codes(200)}) == 200


def test_lrn_is_the_papers() -> None:
    """Section 3.3: b = a / (k + alpha * sum of squares over n neighbours) ** beta."""
    norm = zoo.build("alexnet", device="cpu", width=0.125).get_submodule("norm1")
    a = torch.rand(1, 12, 1, 1, dtype=torch.float64) * 50
    k, n, alpha, beta = 2, 5, 1e-4, 0.75
    expected = torch.empty_like(a)
    for i in range(12):
        window = a[0, max(0, i - n // 2) : i + n // 2 + 1]
        expected[0, i] = a[0, i] / (k + alpha * window.square().sum()) ** beta
    torch.testing.assert_close(norm(a), expected)


def test_two_towers_do_not_see_each_other_until_conv3() -> None:
    net = zoo.build("alexnet", device="cpu", width=0.125, input_size=96, lrn=False).eval()
    x = torch.rand(1, 3, 96, 96)
    halves = nn.Sequential(*list(net.children())[:3])(x)
    other = halves.clone()
    other[:, halves.shape[1] // 2 :] += 1  # change the second tower only
    conv2 = net.get_submodule("conv2")
    a, b = conv2(halves), conv2(other)
    half = a.shape[1] // 2
    assert torch.equal(a[:, :half], b[:, :half])
    assert not torch.equal(a[:, half:], b[:, half:])


def test_building_is_thread_local() -> None:
    """A thread beside one that builds without memory makes ordinary tensors."""
    entered, checked = threading.Event(), threading.Event()
    seen: list[str] = []

    def beside() -> None:
        entered.wait()
        seen.append(str(torch.empty(1).device))
        checked.set()

    thread = threading.Thread(target=beside)
    thread.start()
    with building():
        entered.set()
        checked.wait()
        assert nn.Linear(2, 3).weight.is_meta
    thread.join()
    assert seen == ["cpu"]
    assert not torch.empty(1).is_meta


def test_meta_and_real_networks_are_the_same() -> None:
    for name, knobs in [
        ("lenet5", {}),
        ("vgg16_bn", {"width": 0.125}),
        ("alexnet", {"width": 0.125}),
    ]:
        meta = zoo.build(name, **knobs).state_dict()
        real = zoo.build(name, device="cpu", **knobs).state_dict()
        assert {k: (v.shape, v.dtype) for k, v in meta.items()} == {
            k: (v.shape, v.dtype) for k, v in real.items()
        }
