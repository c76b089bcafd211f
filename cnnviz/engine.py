"""Build, trace and analyse in one call; results are shared between threads, and bounded.

`graph_of` and `report_of` are what the app and the command line ask for, `graph` and `report` the
same by name. Whoever asks for what another thread is computing waits for that thread's answer.
"""

from __future__ import annotations

import importlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from cnnviz import zoo
from cnnviz.errors import ReaderError, reason
from cnnviz.graph import Graph, Shape
from cnnviz.report import Report
from cnnviz.zoo import Choice, Value

if TYPE_CHECKING:
    from torch import nn

T = TypeVar("T")
SIZE = "input_size"  # the knob
# What is known of a network at its own size: its graph, False if it does not run, None if nothing.
Known = Graph | Literal[False] | None


class Shared(Generic[T]):
    """The last `limit` results by key. Each is computed once, errors are not kept."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._results: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._results)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result of `make()`, now or from before, or the error that it raised."""
        with self._lock:
            known = self._results.get(key)
            mine: Future[T] = Future()
            if known is None:
                self._results[key] = mine
                while len(self._results) > self.limit:
                    self._results.popitem(last=False)
            else:
                self._results.move_to_end(key)
        if known is not None:
            return known.result()
        try:
            mine.set_result(make())
        except BaseException as error:
            with self._lock:
                if self._results.get(key) is mine:
                    del self._results[key]
            mine.set_exception(error)
        return mine.result()

    def known(self, key: Hashable) -> T | None:
        """The result if it is there; None if not, or not yet."""
        with self._lock:
            known = self._results.get(key)
        return known.result() if known is not None and known.done() else None

    def clear(self) -> None:
        """Forget everything (benchmarks measure with empty caches)."""
        with self._lock:
            self._results.clear()


_graphs: Shared[Graph] = Shared(64)
_reports: Shared[Report] = Shared(64)
_batches: Shared[Graph] = Shared(32)
_smallest: Shared[int | None] = Shared(512)


def graph(name: str, **knobs: Value) -> Graph:
    """The traced network. ReaderError for an unknown one, or an input that it cannot take."""
    return graph_of(zoo.resolve(name, knobs))


def report(name: str, **knobs: Value) -> Report:
    """Every number of the network, its smallest input too. ReaderError as in `graph`."""
    return report_of(zoo.resolve(name, knobs))


def graph_of(choice: Choice) -> Graph:
    """The traced network of a choice. ReaderError: knobs or an input that cannot work."""
    return _graphs.get(choice.key, lambda: traced(choice))


def report_of(choice: Choice) -> Report:
    """Every number of a choice, its smallest input too. ReaderError as in `graph_of`."""
    return _reports.get(choice.key, lambda: _report(choice))


def batch_of(choice: Choice, batch: int, dtype: str) -> Graph:
    """A choice traced with so many images at once, weights and images of a dtype ("bfloat16")."""
    return _batches.get((choice.key, batch, dtype), lambda: _batch(choice, batch, dtype))


def traced(choice: Choice, model: nn.Module | None = None, shapes: tuple[Shape, ...] = ()) -> Graph:
    """The network's trace, not kept: of a model built before, at other input shapes.

    ReaderError "input_below_smallest": the smallest input that the network takes is said.
    """
    from cnnviz.tracing import trace

    model = zoo.construct(choice) if model is None else model
    try:
        found = trace(model, *(shapes or choice.input_shapes), name=choice.arch.name)
        return replace(found, given_title=choice.arch.title)
    except ReaderError as error:
        if error.key != "input_too_small":
            raise
        known: Known = False if shapes in ((), choice.input_shapes) else None
        smallest = _smallest_input(choice, known)
        if smallest is None:
            raise
        raise ReaderError("input_below_smallest", **error.values, smallest=smallest) from error


def smallest_input(choice: Choice) -> int | None:
    """Smallest side of a square input that runs, the other knobs as chosen; None if none does.

    A network that takes a size takes every larger one (tests/zoo holds every network to it).
    """
    return _smallest_input(choice, None)


def own(path: str, *inputs: Any, settings: Mapping[str, Any] | None = None) -> Graph:
    """The traced network behind "package.module:callable"; `inputs` as `trace` takes them.

    `settings` and errors as in `own_module`.
    """
    from cnnviz.tracing import trace

    return trace(own_module(path, settings), *inputs, name=path)


def own_module(path: str, settings: Mapping[str, Any] | None = None) -> nn.Module:
    """The module behind "package.module:callable".

    The callable gets `settings` as keywords and returns an nn.Module (a class will do); a module
    object is taken as it is, and takes no settings. ReaderError for whatever goes wrong on the way.
    """
    from torch import nn

    made = _imported(path)
    if isinstance(made, nn.Module) and settings:
        raise ReaderError("built_already", name=path[:80], settings=tuple(settings))
    if callable(made) and not isinstance(made, nn.Module):
        try:
            made = made(**(settings or {}))
        except Exception as error:
            raise ReaderError("build_failed", name=path, error=reason(error)) from error
    if not isinstance(made, nn.Module):
        raise ReaderError("not_a_network", name=path, type=type(made).__name__)
    return made


def clear() -> None:
    """Empty the caches."""
    for cache in (_graphs, _reports, _batches, _smallest):
        cache.clear()


def _report(choice: Choice) -> Report:
    from cnnviz.analysis import analyze

    graph = graph_of(choice)
    found = analyze(graph)
    return replace(
        found,
        totals=replace(found.totals, smallest_input=_smallest_input(choice, graph)),
        columns=zoo.family(choice.arch.family).columns,
    )


def _batch(choice: Choice, batch: int, dtype: str) -> Graph:
    import torch

    model = zoo.construct(choice).to(getattr(torch, dtype))
    return traced(choice, model, tuple((batch * s[0], *s[1:]) for s in choice.input_shapes))


def _smallest_input(choice: Choice, known: Known) -> int | None:
    """As `smallest_input`. The number of classes has no say in it, so it is not in the key."""
    others = tuple(i for i in choice.knobs.items() if i[0] not in (SIZE, "num_classes"))
    return _smallest.get((choice.arch.name, others), lambda: _search(choice, known))


def _search(choice: Choice, known: Known) -> int | None:
    """By bisection, after two probes around an estimate that is nearly always right."""
    from cnnviz.tracing import trace

    def attempt(size: int) -> Graph | None:
        sized = replace(choice, knobs={**choice.knobs, SIZE: size})
        try:
            return trace(zoo.construct(sized), *sized.input_shapes)
        except ReaderError:
            return None

    fails, runs, probes = 0, cast(int, choice.knobs[SIZE]), list[int]()
    if now := attempt(runs) if known is None else known:
        probes = [_estimate(now) - 1, _estimate(now)]
    else:
        fails, runs = runs, next(int(k.high or 0) for k in choice.arch.knobs if k.name == SIZE)
        if attempt(runs) is None:
            return None
    while runs - fails > 1:
        size = probes.pop() if probes else (fails + runs) // 2
        if fails < size < runs:
            fails, runs = (fails, size) if attempt(size) else (size, runs)
    return runs


def _estimate(graph: Graph) -> int:
    """The side of the input that leaves one pixel everywhere, by the kernels walked backwards."""
    need = dict.fromkeys(graph.by_id, 1)
    for node in reversed(graph.nodes):
        side = need[node.id]
        if "kernel_size" in node.attrs:
            at = node.attrs
            reach = at.get("dilation", (1,))[0] * (at["kernel_size"][0] - 1) + 1
            side = (side - 1) * at["stride"][0] + reach - sum(at.get("padding", ((0,),))[0])
        for edge in node.inputs:
            need[edge.node] = max(need[edge.node], side)
    return max(need[i] for i in graph.inputs)


def _imported(path: str) -> object:
    module, _, name = path.partition(":")
    try:
        found: object = importlib.import_module(module)
    except Exception as error:  # whatever the file does when it is read
        if module.endswith(".py"):
            raise ReaderError("file_not_module", path=path[:80], module=module[:-3]) from error
        raise ReaderError("bad_module", module=module[:80], reason=reason(error)) from error
    try:
        for part in name.split("."):
            found = getattr(found, part)
    except AttributeError:
        raise ReaderError("bad_callable", module=module[:80], name=name[:80]) from None
    return found
