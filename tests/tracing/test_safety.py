"""The caller's model stays as it was, threads do not meet, and nothing global changes."""

from __future__ import annotations

import collections
import contextlib
import functools
import gc
import threading
import warnings
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz.errors import ReaderError
from cnnviz.graph import Graph
from cnnviz.tracing import trace
from tests.tiny import TINY
from tests.tiny_modules import Function


def snapshot(model: nn.Module) -> list[Any]:
    """All that a forward could change: attributes, and tensors by identity, version and value."""
    found: list[Any] = []
    for path, m in model.named_modules():
        for name, value in vars(m).items():
            found.append((path, name, id(value), repr(value) if name != "_modules" else ""))
        for t in (*m.parameters(recurse=False), *m.buffers(recurse=False)):
            found.append((id(t), t._version, t.device.type, t.requires_grad, t.detach().tolist()))
    return found


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("tiny", TINY, ids=lambda t: t.name)
def test_model_stays_as_it_was(tiny: Any, train: bool) -> None:
    model = tiny.build()
    before = snapshot(model)
    trace(model, *tiny.inputs, train=train)
    assert snapshot(model) == before


class Writer(nn.Module):
    """A forward that writes wherever it can."""

    def __init__(self, fails: bool) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(4, momentum=None)
        self.register_buffer("seen", torch.zeros(4))
        self.cache: list[Tensor] = []
        self.table: dict[str, Any] = {"calls": [0]}
        self.held = [nn.Conv2d(4, 4, 1)]
        self.fails = fails

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        self.seen += y.mean((0, 2, 3))
        self.seen[0] = 1
        self.norm.weight.data.fill_(3)
        self.cache.append(y)
        self.table["calls"][0] += 1
        self.last = y
        self.norm.eps = 1.0
        self.norm = nn.Identity()
        y = self.held[0](y)
        if self.fails:
            raise RuntimeError("as it does")
        return y


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("train", [False, True])
def test_writes_do_not_reach_the_model(fails: bool, train: bool) -> None:
    model = Writer(fails).train(not train)
    before = snapshot(model)
    for _ in range(2):
        if fails:
            with pytest.raises(ReaderError) as e:
                trace(model, (2, 4, 8, 8), train=train)
            assert e.value.key == "forward_broke"
        else:
            trace(model, (2, 4, 8, 8), train=train)
    assert snapshot(model) == before
    assert model.cache == []
    assert not hasattr(model, "last")


def test_meta_model_stays_as_it_was() -> None:
    with torch.device("meta"):
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    before = {k: id(v) for k, v in model.state_dict(keep_vars=True).items()}
    trace(model, (2, 3, 8, 8), train=True)
    assert {k: id(v) for k, v in model.state_dict(keep_vars=True).items()} == before


def test_nothing_global_changes() -> None:
    call, device = nn.Module.__call__, torch.get_default_device()
    grad, stack = torch.is_grad_enabled(), torch._C._len_torch_function_stack()
    with pytest.raises(ReaderError):
        trace(Function(lambda _, x: x.sum().item()), (2, 3))
    assert nn.Module.__call__ is call
    assert torch.get_default_device() == device
    assert torch.is_grad_enabled() == grad
    assert torch._C._len_torch_function_stack() == stack


def test_hooks_partials_and_bound_methods_see_the_shadow() -> None:
    model = nn.Sequential(nn.Conv2d(4, 4, 1))
    seen: list[nn.Module] = []
    model[0].register_forward_hook(lambda m, _args, out: (seen.append(m), out * 2)[1])
    model.by_partial = functools.partial(model[0])
    model.by_method = model[0].forward
    graph = trace(model, (1, 4, 3, 3))
    assert [n.op for n in graph.nodes] == ["input", "conv2d", "mul"]
    assert seen[0] is not model[0]
    by_hand = Function(lambda m, x: m.parts[0](x) + m.parts[1](x), conv=nn.Conv2d(4, 4, 1))
    by_hand.parts = [functools.partial(by_hand.conv), by_hand.conv.forward]
    assert [n.id for n in trace(by_hand, (1, 4, 3, 3)).nodes] == ["input", "conv", "conv_1", "add"]


Pair = collections.namedtuple("Pair", "norm number")


class Box:
    """An object of the model's own, not a module."""

    def __init__(self) -> None:
        self.norm, self.calls, self.me = nn.BatchNorm2d(4), 0, self


OUTSIDE = torch.zeros(2)


class Reached(nn.Module):
    """Modules, tensors and counters that no walk over children finds."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.drop = nn.BatchNorm2d(4), nn.Dropout()
        self.closure = lambda x: self.drop(self.norm(x))
        self.default = [lambda x, norm=self.norm: norm(x)]
        self.pair, self.queue, self.box = Pair(nn.BatchNorm2d(4), 1), deque([self.norm]), Box()
        self.plain, self.array = torch.zeros(2), np.zeros(2)

    def forward(self, x: Tensor) -> Tensor:
        for t in (self.plain, OUTSIDE):
            t.view(-1)[0] = 5
            t += 1
        self.array[0] = 5
        self.queue.append(1)
        self.box.me.calls += 1
        assert int(OUTSIDE[0]) == 6
        return self.box.norm(self.pair.norm(self.queue[0](self.default[0](self.closure(x)))))


@pytest.mark.parametrize("train", [False, True])
def test_what_is_reached_around_the_children(train: bool) -> None:
    model = Reached().train(not train)
    graph = trace(model, (2, 4, 8, 8), train=train)
    norms = [n for n in graph.nodes if n.op == "batch_norm"]
    assert [n.attrs["training"] for n in norms[:3]] == [train] * 3
    assert all("norm.weight" in [w.name for w in n.weights] for n in norms[:3])
    for norm in (model.norm, model.pair.norm, model.box.norm):
        assert int(norm.num_batches_tracked) == 0
    written = (model.plain, OUTSIDE, torch.from_numpy(model.array))
    assert all(t.sum() == 0 for t in written)
    assert (len(model.queue), model.box.calls, model.training) == (1, 0, not train)


@pytest.mark.parametrize("last", [nn.Linear(1, 1), nn.Conv2d(4, 1, 99), Writer(fails=True)])
def test_a_trace_that_fails_leaves_no_ring(last: nn.Module) -> None:
    def fail() -> weakref.ref[nn.Module]:
        model = nn.Sequential(nn.Conv2d(4, 4, 1), last)
        with contextlib.suppress(ReaderError):
            trace(model, (2, 4, 8, 8))
        return weakref.ref(model)

    gc.disable()
    try:
        assert fail()() is None
    finally:
        gc.enable()


def test_nothing_waits_for_the_garbage_collector() -> None:
    """Servers collect seldom; a trace must not leave its shadow and its tensors behind."""
    model = Writer(fails=False)
    refs = []

    def hook(m: nn.Module, _args: Any) -> None:
        refs.append(weakref.ref(m))

    model.norm.register_forward_pre_hook(hook)
    gc.disable()
    try:
        trace(model, (2, 4, 8, 8))
        assert [r() for r in refs] == [None]
    finally:
        gc.enable()


def deep(width: int) -> nn.Module:
    block = [nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
    return nn.Sequential(nn.Conv2d(3, width, 3), *block, *block, nn.Flatten(), nn.LazyLinear(2))


def together(jobs: list[Callable[[], Graph]]) -> list[Graph]:
    """All at once, each in its thread."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Graph]) -> Graph:
        gate.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_eight_threads_on_different_models() -> None:
    with warnings.catch_warnings():  # PyTorch says that lazy modules are new
        warnings.simplefilter("ignore")
        models = [deep(w) for w in range(1, 9)]
    alone = [trace(m, (1, 3, 9, 9)).to_dict() for m in models]
    for _ in range(3):
        graphs = together([lambda m=m: trace(m, (1, 3, 9, 9)) for m in models])  # type: ignore[misc]
        assert [g.to_dict() for g in graphs] == alone


def test_eight_threads_on_one_model() -> None:
    model = Writer(fails=False)
    sizes = [(1, 4, n, n) for n in range(3, 11)]
    alone = [trace(model, s, train=bool(s[2] % 2)).to_dict() for s in sizes]
    for _ in range(3):
        jobs = [functools.partial(trace, model, s, train=bool(s[2] % 2)) for s in sizes]
        assert [g.to_dict() for g in together(jobs)] == alone


def test_other_threads_compute_meanwhile() -> None:
    """A mode is one thread's; elsewhere tensors have numbers."""
    stop = threading.Event()
    sums: list[float] = []

    def compute() -> None:
        while not stop.is_set():
            sums.append(float(torch.ones(3).sum()))

    thread = threading.Thread(target=compute)
    thread.start()
    for _ in range(20):
        trace(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()), (1, 3, 8, 8))
    stop.set()
    thread.join()
    assert set(sums) == {3.0}
