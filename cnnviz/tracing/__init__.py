"""From any nn.Module to a Graph: one forward pass, in which nothing is computed.

`trace` runs the model's own forward on tensors that have a shape and no numbers (device "meta"),
under a TorchFunctionMode: PyTorch then hands every function that the forward calls, whole, to
`Tracer.__torch_function__`. A dict remembers which node made which tensor; that gives the edges.
A shadow of the module tree (shadow.py) runs in place of the caller's modules, says which module a
call belongs to, and keeps the caller's model untouched. Mode and shadow belong to one trace, so
threads do not meet. functions.py says which function is which operation, shapes.py answers in
place of PyTorch where PyTorch is slow.

A module whose class has `cnnviz_op = "rbf"` (a key of OPS) is recorded as one node of that
operation, whatever its forward does; its method `cnnviz_attrs()`, if there is one, gives the
attributes, its own parameters and buffers are the weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode, resolve_name

from cnnviz.errors import ReaderError
from cnnviz.graph import OPS, Edge, Graph, Scope, TensorSpec
from cnnviz.tracing.attributes import Attrs
from cnnviz.tracing.drafts import Draft, Frame, name_drafts
from cnnviz.tracing.errors import explain, reads_data, vanished
from cnnviz.tracing.functions import NO_WORK, NOT_A_NODE, ONE_OPERAND, PROPERTIES, lookup
from cnnviz.tracing.inputs import arguments
from cnnviz.tracing.nested import replaced, tensors_in
from cnnviz.tracing.shadow import DTYPES, Shadow, initialised, single
from cnnviz.tracing.shapes import RULES, factory, same_storage, version, writes

__all__ = ["trace"]

FRESH = frozenset(("convolution", "linear", "pooling"))  # kinds whose results have own storage
RECURRENT = frozenset(("rnn", "lstm", "gru"))


def trace(model: nn.Module, *inputs: Any, train: bool = False, name: str | None = None) -> Graph:
    """The graph of one forward pass; the model stays as it was, also when its forward raises.

    Each positional input is a shape, (1, 3, 224, 224), or an example tensor, of which only shape
    and dtype count; lists and dicts of these too; a dict that comes last holds keyword inputs.
    train: training mode (batch statistics, dropout) instead of evaluation.
    ReaderError: the input is too small, the forward raises, or it reads the numbers of a tensor.
    """
    tracer = Tracer(initialised(model, inputs), train)
    try:
        return tracer.run(inputs, name or type(model).__name__)
    finally:
        tracer.close()


class Tracer(TorchFunctionMode):
    """Records one forward pass."""

    def __init__(self, model: nn.Module, train: bool) -> None:
        super().__init__()
        self.train = train
        self.drafts: list[Draft] = []
        self.made_by: dict[int, tuple[Draft, int]] = {}  # id of a tensor -> node, output index
        self.view_of: dict[int, Tensor] = {}  # id of a view -> the tensor with the storage
        self.written: dict[int, Tensor] = {}  # id of such a tensor -> the view written to
        self.alive: dict[int, Tensor] = {}  # all that were seen; an id lasts while its tensor lives
        self.calls: dict[str, int] = {}  # module path -> calls so far
        self.quiet = False  # inside a module that is one node
        self.failed: tuple[Exception, Frame, str, Any] | None = None
        self.shadow = Shadow(model, self.call)
        self.weights = self.shadow.weights
        self.frames = [Frame(None, (Scope("", self.shadow.class_of(self.shadow.root), 0),))]

    def run(self, inputs: tuple[Any, ...], name: str) -> Graph:
        args, kwargs = arguments(inputs, self.shadow.dtype, self.take)
        ids = tuple(d.function for d in self.drafts)
        try:
            with torch.no_grad():
                self.shadow.root.train(self.train)
                with self:
                    result = self.shadow.root(*args, **kwargs)
        except ReaderError:
            raise
        except Exception as error:
            _, frame, function, operands = self.failed or (error, self.frames[0], "", ())
            raise explain(error, frame.where, function, operands) from error
        outputs = [self.source(t) for t in tensors_in(result)]
        if not outputs:
            raise ReaderError("no_output", model=name)
        names = name_drafts(self.drafts, self.shadow.paths.values())
        return Graph(
            name=name,
            nodes=tuple(d.node(names) for d in self.drafts),
            inputs=tuple(names[d] for d in self.drafts[: len(ids)]),
            outputs=tuple(Edge(names[d], i) for d, i in outputs),
            weights=tuple(self.shadow.listed),
            train=self.train,
        )

    def close(self) -> None:
        """Takes the rings of references apart, so that nothing waits for a garbage collection."""
        self.shadow.close()
        for d in self.drafts:
            d.frame.drafts.clear()
        self.failed = None
        del self.shadow

    def take(self, tensor: Tensor, name: str) -> Tensor:
        """An input: its node comes first."""
        self.record("input", name, [], [tensor], {})
        return tensor

    # Modules ---------------------------------------------------------------------------------

    def call(
        self, module: nn.Module, path: str, forward: Callable[..., Any], args: Any, kwargs: Any
    ) -> Any:
        """A module's forward, in a frame of its own."""
        if self.quiet:
            return forward(*args, **kwargs)
        number = self.calls.get(path, 0)
        self.calls[path] = number + 1
        above = self.frames[-1].scope if len(self.frames) > 1 else ()
        frame = Frame(module, (*above, Scope(path, self.shadow.class_of(module), number)))
        self.frames.append(frame)
        try:
            one = single(module, forward)
            if one is not None:
                return self.whole(*one, args, kwargs)
            return forward(*args, **kwargs)
        except Exception as error:
            self.fail(error, frame)
            raise
        finally:
            self.frames.pop()

    def whole(
        self, op: str, attrs: Attrs, own: Any, forward: Callable[..., Any], args: Any, kwargs: Any
    ) -> Any:
        """A module that is one node."""
        self.quiet = True
        try:
            result = forward(*args, **kwargs)
        finally:
            self.quiet = False
        self.record(op, op, tensors_in(args, kwargs, own), tensors_in(result), attrs)
        return result

    # Functions -------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        name = getattr(func, "__name__", "") or str(func)
        if name == "__get__":
            name = func.__self__.__name__
            if name not in PROPERTIES:
                return func(*args)
        kwargs = kwargs or {}
        operands = tensors_in(args, kwargs)
        if kwargs.get("out") is not None:
            operands = tensors_in(args, {k: v for k, v in kwargs.items() if k != "out"})
        if not operands:
            return self.keep(factory(func, name, args, kwargs))
        known = any(self.depends(id(t)) for t in operands)
        reads_data(name, args, known, self.frames[-1].where)
        if name in ONE_OPERAND:
            operands = operands[:1]
        on_meta = [t.is_meta for t in operands]
        if not all(on_meta) and (known or any(on_meta)):
            args, kwargs = replaced(args, self.shadow.twin), replaced(kwargs, self.shadow.twin)
        try:
            return self.execute(func, name, args, kwargs, operands, known and not self.quiet)
        except Exception as error:
            self.fail(error, self.frames[-1], name, operands)
            raise

    def fail(self, error: Exception, frame: Frame, function: str = "", operands: Any = ()) -> None:
        """Remembers where an exception came from: the innermost place is told first."""
        if self.failed is None or self.failed[0] is not error:
            self.failed = (error, frame, function, operands)

    def execute(
        self, func: Any, name: str, args: Any, kwargs: Any, operands: list[Tensor], recorded: bool
    ) -> Any:
        """The function's result, by a shape rule or by PyTorch, and its node."""
        first = self.shadow.twins.get(id(operands[0]), operands[0])
        before = version(first)
        rule = RULES.get(name)
        out = rule(args, kwargs) if rule else NotImplemented
        inplace = out is first and name not in NO_WORK
        if out is NotImplemented:
            out = func(*args, **kwargs)
            inplace = version(first) != before or (out is first and writes(name, first))
        if not recorded or name in NOT_A_NODE:
            self.view(tensors_in(out), operands[0])
            return operands[0] if out is first else self.keep(out)
        if out is first and not inplace:
            if name in NO_WORK:
                return operands[0]
            out = first.view_as(first)  # a new object: the old one still is what it was
        result = operands[0] if inplace else out
        made = [result] if isinstance(result, Tensor) else tensors_in(result)
        if made:  # else it asks for a size or a flag
            self.note(func, name, args, kwargs, operands, result, made)
        return result if out is first else out

    def depends(self, key: int) -> bool:
        """Whether a tensor comes from an input or a weight; otherwise it is a constant."""
        return key in self.made_by or key in self.written or self.weights.get(key) is not None

    def note(
        self, func: Any, name: str, args: Any, kwargs: Any, operands: list[Tensor], out: Any,
        made: list[Tensor],
    ) -> None:  # fmt: skip
        """What the table says of a function becomes a node."""
        bare, row = name.strip("_"), lookup(name)
        if row is None:
            if getattr(func, "namespace", "") == "prims":  # out of TorchScript's interpreter
                raise ReaderError("scripted_function", module=self.frames[-1].where)
            attrs = {"function": resolve_name(func) or name}
            self.record("opaque", bare, operands, made, attrs)
            return
        if name == "__setitem__" and self.written.get(id(operands[0])) is args[2]:
            return  # x[i] += y: the view that is put back has been written to already
        bound = row.bind(args, kwargs)
        op = row.op if isinstance(row.op, str) else row.op(bound)
        self.record(op, bare, operands, made, row.attrs(bound, out))
        vanished(op, operands[0], self.drafts[-1])

    def record(
        self, op: str, function: str, operands: list[Tensor], made: list[Tensor], attrs: Attrs
    ) -> None:
        """One node: its inputs by who made them, its weights, its outputs."""
        assert op in OPS, op
        inputs, shapes, weights = [], [], []
        for t in operands:
            weight = self.weights.get(id(t))
            if weight is not None and id(t) not in self.made_by and id(t) not in self.written:
                weights.append(weight)
            elif op not in RECURRENT or id(t) in self.made_by:  # initial zeros are no input
                inputs.append(self.source(t))
                shapes.append(tuple(t.shape))
        draft = Draft(
            op=op,
            function=function,
            inputs=tuple(inputs),
            in_shapes=tuple(shapes),
            outputs=tuple(TensorSpec(tuple(t.shape), DTYPES[t.dtype]) for t in made),
            attrs=attrs,
            weights=tuple(dict.fromkeys(weights)),
            frame=self.frames[-1],
        )
        self.drafts.append(draft)
        self.frames[-1].drafts.append(draft)
        for i, t in enumerate(made):
            self.made_by[id(t)] = (draft, i)
            self.alive[id(t)] = t
        if operands and OPS[op] not in FRESH:
            draft.alias = self.view(made, operands[0])

    def view(self, made: list[Tensor], x: Tensor) -> bool:
        """Whether the result has no storage of its own. Remembers views, and writing to them."""
        shared = False
        for t in made:
            if t is x:
                shared = True
                if id(x) in self.view_of:
                    self.written[id(self.view_of[id(x)])] = x
            elif t.is_meta == x.is_meta and same_storage(t, x):
                shared = True
                self.view_of[id(t)] = self.view_of.get(id(x), x)
        return shared

    def source(self, t: Tensor) -> tuple[Draft, int]:
        """The node that made a tensor; what no node made becomes a "constant"."""
        if id(t) not in self.made_by:
            new = isinstance(t, nn.Parameter)  # made here: a constructor is no function
            seen = id(t) in self.alive or id(t) in self.shadow.alive or new
            if t.is_meta and not seen:
                raise ReaderError("unseen_tensor", module=self.frames[-1].where)
            weight = self.weights.get(id(t))
            self.record("constant", "constant", [], [t], {})
            self.drafts[-1].weights = (weight,) if weight else ()
        view = self.written.pop(id(t), None)
        if view is not None and view is not t:
            if view.shape == t.shape and view.stride() == t.stride():
                self.made_by[id(t)] = self.made_by[id(view)]
            else:
                self.record("setitem", "setitem", [t, view], [t], {})
        return self.made_by[id(t)]

    def keep(self, out: Any) -> Any:
        """A value that no node makes stays alive, so that its id is not given again."""
        for t in tensors_in(out):
            self.alive[id(t)] = t
        return out
