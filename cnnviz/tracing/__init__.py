"""From any nn.Module to a Graph: one forward pass, in which nothing is computed.

`trace` runs the model's own forward on tensors that have a shape and no numbers (device "meta"),
under a TorchFunctionMode: PyTorch then hands every function that the forward calls, whole, to
`Tracer.__torch_function__`, with its arguments. A dict remembers which tensor came out of which
node; that gives the edges. A shadow of the module tree (shadow.py) runs in place of the caller's
modules, tells which module a call belongs to, and keeps the caller's model untouched. Modes and
shadows belong to one trace, so threads do not meet.

A module whose class has the attribute `cnnviz_op = "rbf"` (a key of OPS) is recorded as one node of
that operation, whatever its forward does; its method `cnnviz_attrs()`, if it has one, gives the
attributes, its own parameters and buffers are the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode, resolve_name

from cnnviz.errors import ReaderError
from cnnviz.graph import OPS, Edge, Graph, Node, Scope, Shape, TensorSpec, Weight
from cnnviz.tracing.errors import READS_DATA, explain
from cnnviz.tracing.functions import ELEMENTWISE, lookup
from cnnviz.tracing.names import name_nodes
from cnnviz.tracing.shadow import DTYPES, Shadow
from cnnviz.tracing.shapes import RULES

ON_META = frozenset(
    "zeros ones empty full rand randn randint randperm eye empty_strided normal bernoulli".split()
)


def trace(model: nn.Module, *inputs: Any, train: bool = False, name: str | None = None) -> Graph:
    """The graph of one forward pass.

    Each positional input is a shape, (1, 3, 224, 224), or an example tensor, of which only shape
    and dtype count; lists and dicts of these too; a dict as the last one holds keyword inputs.
    train: training mode (batch statistics, dropout). The model stays as it was.
    ReaderError: the input is too small, the forward raises, or it reads the numbers of a tensor.
    """
    return Tracer(model, train).run(inputs, name or type(model).__name__)


@dataclass(slots=True)
class Frame:
    """One call of one module, while and after it runs."""

    module: nn.Module | None
    scope: tuple[Scope, ...]
    nodes: list[Draft] = field(default_factory=list)  # executed by the module itself


@dataclass(slots=True, eq=False)
class Draft:
    """A node before all names are known."""

    op: str
    function: str  # names the node: "add" in "layer1.0.add"
    inputs: tuple[tuple[Draft, int], ...]
    in_shapes: tuple[Shape, ...]
    outputs: tuple[TensorSpec, ...]
    attrs: dict[str, Any]
    weights: tuple[Weight, ...]
    frame: Frame
    alias: bool


class Tracer(TorchFunctionMode):
    """Records one forward pass."""

    def __init__(self, model: nn.Module, train: bool) -> None:
        super().__init__()
        self.drafts: list[Draft] = []
        self.made_by: dict[int, tuple[Draft, int]] = {}  # id of a tensor -> node, output index
        self.alive: list[Tensor] = []  # an id means something only while its tensor lives
        self.calls: dict[str, int] = {}  # module path -> calls so far
        self.frames: list[Frame] = []
        self.quiet = 0  # > 0 inside a module that is one node
        self.failed_in: str | None = None
        self.train = train
        self.shadow = Shadow(model, self.call)

    # Running ---------------------------------------------------------------------------------

    def run(self, inputs: tuple[Any, ...], name: str) -> Graph:
        args, kwargs = self.take(inputs)
        ids = [d.function for d in self.drafts]
        try:
            with torch.no_grad():
                self.shadow.root.train(self.train)
                with self:
                    result = self.shadow.root(*args, **kwargs)
        except ReaderError:
            raise
        except Exception as error:
            raise explain(error, self.failed_in or "", type(self.shadow.root).__name__) from error
        outputs = [self.source(t, "output") for t in tensors_in(result)]
        if not outputs:
            raise ReaderError("no_output", model=name)
        names = name_nodes(self.drafts, self.shadow.paths.values())
        return Graph(
            name=name,
            nodes=tuple(self.node(d, names) for d in self.drafts),
            inputs=tuple(ids),
            outputs=tuple(Edge(names[d], i) for d, i in outputs),
            weights=tuple(self.shadow.listed),
            train=self.train,
        )

    def take(self, inputs: tuple[Any, ...]) -> tuple[list[Any], dict[str, Any]]:
        """Meta tensors for the inputs, each an "input" node."""
        frame = Frame(None, (Scope("", type(self.shadow.root).__name__, 0),))
        self.frames.append(frame)
        dtype = next((w.dtype for w in self.shadow.listed if "float" in w.dtype), "float32")
        *positional, last = inputs or (None,)
        named = last if isinstance(last, dict) else {}
        if inputs and not isinstance(last, dict):
            positional.append(last)
        several = len(positional) > 1
        args = [
            self.one(v, f"input_{i}" if several else "input", dtype)
            for i, v in enumerate(positional)
        ]
        return args, {k: self.one(v, k, dtype) for k, v in named.items()}

    def one(self, value: Any, name: str, dtype: str) -> Any:
        if isinstance(value, Tensor):
            tensor = torch.empty(value.shape, dtype=value.dtype, device="meta")
        elif isinstance(value, tuple | list) and value and all(type(v) is int for v in value):
            if min(value) < 1:
                raise ReaderError("bad_shape", shape="×".join(map(str, value)))
            try:
                tensor = torch.empty(tuple(value), dtype=getattr(torch, dtype), device="meta")
            except (RuntimeError, OverflowError) as error:
                raise ReaderError("huge_shape", shape="×".join(map(str, value))) from error
        elif isinstance(value, tuple | list):
            return type(value)(self.one(v, f"{name}_{i}", dtype) for i, v in enumerate(value))
        elif isinstance(value, dict):
            return {k: self.one(v, f"{name}_{k}", dtype) for k, v in value.items()}
        else:
            return value
        draft = self.draft("input", name, (), (), (tensor,), {}, ())
        self.made_by[id(tensor)] = (draft, 0)
        return tensor

    def call(
        self,
        module: nn.Module,
        path: str,
        forward: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """A module's forward, in a frame of its own."""
        if self.quiet:
            return forward(*args, **kwargs)
        number = self.calls.get(path, 0)
        self.calls[path] = number + 1
        above = self.frames[-1].scope if path or len(self.frames) > 1 else ()
        frame = Frame(module, (*above, Scope(path, type(module).__name__, number)))
        self.frames.append(frame)
        try:
            if getattr(module, "cnnviz_op", None):
                return self.whole(module, forward, args, kwargs)
            if type(module) is nn.Identity:
                return self.identity(args[0])
            return forward(*args, **kwargs)
        except Exception:
            if self.failed_in is None:
                self.failed_in = path
            raise
        finally:
            self.frames.pop()

    def whole(
        self, module: nn.Module, forward: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> Any:
        """A module that is one node, by its class attribute `cnnviz_op`."""
        self.quiet += 1
        try:
            result = forward(*args, **kwargs)
        finally:
            self.quiet -= 1
        attrs = module.cnnviz_attrs() if hasattr(module, "cnnviz_attrs") else {}
        op = str(module.cnnviz_op)
        own = [*module._parameters.values(), *module._buffers.values()]
        operands = [*tensors_in((args, kwargs)), *(t for t in own if t is not None)]
        self.record(op, op, operands, result, attrs)
        return result

    def identity(self, x: Tensor) -> Tensor:
        with torch._C.DisableTorchFunction():
            y = x.view(x.shape)
        self.record("identity", "identity", [x], y, {})
        return y

    # Seeing ----------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", str(func))
        if name == "__get__":
            out = func(*args)
            if not isinstance(out, Tensor):
                return out
            name = func.__self__.__name__
            operands = [args[0]]
            if name in ("data", "grad"):
                if args[0] is not out and id(args[0]) in self.made_by:
                    self.bind(out, *self.made_by[id(args[0])])
                return out
        else:
            operands = list(tensors_in((args, kwargs)))
            if not operands and not self.quiet and name in ON_META:
                return self.keep(func(*args, **{**kwargs, "device": "meta"}))
            known = any(id(t) in self.made_by or self.shadow.weights.get(id(t)) for t in operands)
            if known and name in READS_DATA:
                raise ReaderError(
                    "data_dependent",
                    module=self.where(),
                    operation=READS_DATA[name],
                )
            args, kwargs = self.on_meta(operands, args, kwargs)
            rule = RULES.get(name)
            out = rule(args, kwargs) if rule else NotImplemented
            if out is NotImplemented:
                out = func(*args, **kwargs)
            if not known:
                return self.keep(out)
        if self.quiet:
            return self.keep(out)
        self.note(func, name, args, kwargs, operands, out)
        return out

    def note(
        self, func: Any, name: str, args: Any, kwargs: Any, operands: list[Tensor], out: Any
    ) -> None:
        """One function, by its row in the table, becomes one node."""
        row = lookup(name)
        bare = name.strip("_")
        if name == "__setitem__":
            out = args[0]
        if not any(True for _ in tensors_in(out)):
            return  # asks for a size or a flag only
        if row is not None:
            op, attrs = row.op, row.attrs(row.bind(args, kwargs), out)
        elif bare in ELEMENTWISE:
            op, attrs = "elementwise", {"function": bare}
        else:
            op, attrs = "opaque", {"function": resolve_name(func) or name}
        self.record(op, bare, operands, out, attrs)

    def record(
        self, op: str, function: str, operands: list[Tensor], out: Any, attrs: dict[str, Any]
    ) -> None:
        assert op in OPS, op
        inputs, shapes, weights = [], [], []
        for t in operands:
            weight = self.shadow.weights.get(id(t))
            if id(t) in self.made_by or weight is None:
                inputs.append(self.source(t, "constant"))
                shapes.append(tuple(t.shape))
            else:
                weights.append(weight)
        made = tuple(tensors_in(out))
        draft = self.draft(op, function, tuple(inputs), tuple(shapes), made, attrs, tuple(weights))
        first = operands[0] if operands else None
        draft.alias = first is not None and _shares(made[0], first)
        for i, t in enumerate(made):
            self.bind(t, draft, i)

    def draft(
        self,
        op: str,
        function: str,
        inputs: tuple[tuple[Draft, int], ...],
        shapes: tuple[Shape, ...],
        made: tuple[Tensor, ...],
        attrs: dict[str, Any],
        weights: tuple[Weight, ...],
    ) -> Draft:
        specs = tuple(TensorSpec(tuple(t.shape), DTYPES[t.dtype]) for t in made)
        frame = self.frames[-1]
        draft = Draft(op, function, inputs, shapes, specs, attrs, weights, frame, False)
        self.drafts.append(draft)
        frame.nodes.append(draft)
        self.alive.extend(made)
        return draft

    def source(self, t: Tensor, use: str) -> tuple[Draft, int]:
        """Where a tensor came from; one that no node made becomes a "constant"."""
        found = self.made_by.get(id(t))
        if found is None:
            weight = self.shadow.weights.get(id(t))
            weights = (weight,) if weight else ()
            draft = self.draft("constant", "constant", (), (), (t,), {}, weights)
            found = self.made_by[id(t)] = (draft, 0)
        return found

    def bind(self, t: Tensor, draft: Draft, index: int) -> None:
        self.made_by[id(t)] = (draft, index)
        self.alive.append(t)

    def keep(self, out: Any) -> Any:
        """A value that no node makes stays alive, so that its id is not given again."""
        self.alive.extend(tensors_in(out))
        return out

    def on_meta(self, operands: list[Tensor], args: Any, kwargs: Any) -> tuple[Any, Any]:
        """Real tensors beside meta ones give way to their twins."""
        if all(t.is_meta for t in operands) or not any(t.is_meta for t in operands):
            return args, kwargs
        return _replace(args, self.shadow.twin), _replace(kwargs, self.shadow.twin)

    def where(self) -> str:
        """The module that runs now: its path, or its class for the root."""
        scope = self.frames[-1].scope[-1]
        return scope.path or scope.cls

    def node(self, d: Draft, names: dict[Draft, str]) -> Node:
        return Node(
            id=names[d],
            op=d.op,
            inputs=tuple(Edge(names[s], i) for s, i in d.inputs),
            in_shapes=d.in_shapes,
            outputs=d.outputs,
            attrs=d.attrs,
            weights=d.weights,
            scope=d.frame.scope,
            alias=d.alias,
        )


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors in nested tuples, lists, dicts and dataclasses, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for v in value:
            yield from tensors_in(v)
    elif isinstance(value, dict):
        for v in value.values():
            yield from tensors_in(v)
    elif is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            yield from tensors_in(getattr(value, f.name))


def _replace(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(value, Tensor):
        return change(value)
    if type(value) in (tuple, list):
        return type(value)(_replace(v, change) for v in value)
    if isinstance(value, dict):
        return {k: _replace(v, change) for k, v in value.items()}
    return value


def _shares(y: Tensor, x: Tensor) -> bool:
    """Whether y is x, or a view of it."""
    if y is x:
        return True
    with torch._C.DisableTorchFunction():
        return y.untyped_storage()._cdata == x.untyped_storage()._cdata
