"""Build, trace and analyse in one call; results are shared between threads, and bounded.

`graph` and `report` are what the app and the command line ask for. Whoever asks for what another
thread is computing waits for that thread's answer.
"""

from __future__ import annotations

import importlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from cnnviz import zoo
from cnnviz.errors import ReaderError
from cnnviz.graph import Graph
from cnnviz.report import Report
from cnnviz.zoo import Choice, Value

if TYPE_CHECKING:
    from torch import nn

T = TypeVar("T")

LARGEST = 1024  # the search for the smallest input goes no further than the knob does


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

    def clear(self) -> None:
        """Forget everything (benchmarks measure with empty caches)."""
        with self._lock:
            self._results.clear()


_graphs: Shared[Graph] = Shared(64)
_reports: Shared[Report] = Shared(64)
_smallest: Shared[int | None] = Shared(512)


def graph(name: str, **knobs: Value) -> Graph:
    """The traced network. ReaderError for an unknown one, or an input that it cannot take."""
    choice = zoo.resolve(name, knobs)
    return _graphs.get(choice.key, lambda: _trace(choice))


def report(name: str, **knobs: Value) -> Report:
    """Every number of the network, its smallest input too. ReaderError as in `graph`."""
    choice = zoo.resolve(name, knobs)
    return _reports.get(choice.key, lambda: _report(choice))


def smallest_input(choice: Choice) -> int | None:
    """Smallest side of a square input that runs, the other knobs as chosen; None if none does.

    A network that takes a size takes every larger one.
    """
    others = {k: v for k, v in choice.knobs.items() if k != "input_size"}
    return _smallest.get((choice.arch.name, *others.items()), lambda: _search(choice, others))


def own(path: str, *inputs: Any, settings: Mapping[str, Any] | None = None) -> Graph:
    """The traced network behind "package.module:callable"; `inputs` as `trace` takes them.

    `settings` and errors as in `own_module`.
    """
    from cnnviz.tracing import trace

    return trace(own_module(path, settings), *inputs, name=path)


def own_module(path: str, settings: Mapping[str, Any] | None = None) -> nn.Module:
    """The module behind "package.module:callable".

    The callable gets `settings` as keywords and returns an nn.Module (a class will do); a module
    object is taken as it is. ReaderError for whatever goes wrong on the way.
    """
    from torch import nn

    made = _imported(path)
    if callable(made) and not isinstance(made, nn.Module):
        try:
            made = made(**(settings or {}))
        except Exception as error:
            raise ReaderError("build_failed", name=path, error=_reason(error)) from error
    if not isinstance(made, nn.Module):
        raise ReaderError("not_a_network", name=path, type=type(made).__name__)
    return made


def clear() -> None:
    """Empty the caches."""
    for cache in (_graphs, _reports, _smallest):
        cache.clear()


def _trace(choice: Choice) -> Graph:
    from cnnviz.tracing import trace

    try:
        found = trace(zoo.construct(choice), choice.input_shape, name=choice.arch.name)
        return replace(found, given_title=choice.arch.title)
    except ReaderError as error:
        if error.key != "input_too_small":
            raise
        smallest = smallest_input(choice)
        if smallest is None:
            raise
        raise ReaderError("input_below_smallest", **error.values, smallest=smallest) from error


def _report(choice: Choice) -> Report:
    from cnnviz.analysis import analyze

    found = analyze(_graphs.get(choice.key, lambda: _trace(choice)))
    return replace(found, totals=replace(found.totals, smallest_input=smallest_input(choice)))


def _search(choice: Choice, others: Mapping[str, Value]) -> int | None:
    """By bisection, after two probes around an estimate that is nearly always right."""

    def attempt(size: int) -> Graph | None:
        from cnnviz.tracing import trace

        sized = zoo.resolve(choice.arch.name, {**others, "input_size": size})
        try:
            return trace(zoo.construct(sized), sized.input_shape)
        except ReaderError:
            return None

    fails, runs, probes = 0, cast(int, choice.knobs["input_size"]), list[int]()
    if (now := attempt(runs)) is not None:
        probes = [_estimate(now) - 1, _estimate(now)]
    else:
        fails, runs = runs, LARGEST
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
        raise ReaderError("bad_module", module=module, reason=_reason(error)) from error
    try:
        for part in name.split("."):
            found = getattr(found, part)
    except AttributeError:
        raise ReaderError("bad_callable", module=module, name=name) from None
    return found


def _reason(error: Exception) -> str:
    text = str(error).strip().split("\n")[0][:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
