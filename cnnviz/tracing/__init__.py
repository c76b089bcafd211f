"""From any nn.Module to a Graph: one forward pass, in which nothing is computed.

`trace` runs the model's own forward on tensors that have a shape and no numbers (device "meta"),
under a TorchFunctionMode: PyTorch then hands every function that the forward calls, whole, to
`Tracer.__torch_function__`. recorder.py remembers which node made which tensor: the edges.
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
from torch.overrides import TorchFunctionMode

from cnnviz.errors import ReaderError
from cnnviz.graph import Edge, Graph, Scope
from cnnviz.tracing.attributes import Attrs
from cnnviz.tracing.drafts import Frame, name_drafts
from cnnviz.tracing.errors import explain, reads_data
from cnnviz.tracing.factories import factory, version, writes
from cnnviz.tracing.functions import NO_WORK, NOT_A_NODE, ONE_OPERAND, PROPERTIES
from cnnviz.tracing.inputs import arguments
from cnnviz.tracing.nested import replaced, tensors_in
from cnnviz.tracing.recorder import Recorder
from cnnviz.tracing.shadow import initialised, single
from cnnviz.tracing.shapes import MOVES, RULES

__all__ = ["trace"]


def trace(model: nn.Module, *inputs: Any, train: bool = False, name: str | None = None) -> Graph:
    """The graph of one forward pass; the model stays as it was, also when its forward raises.

    Each positional input is a shape, (1, 3, 224, 224), or an example tensor, of which only shape
    and dtype count; lists and dicts of these too; a dict that comes last holds keyword inputs.
    train: training mode (batch statistics, dropout) instead of evaluation.
    ReaderError: the input is too small, the forward raises, or it reads the numbers of a tensor.
    """
    if not isinstance(model, nn.Module):
        given = f"class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise ReaderError("module_needed", given=given)
    try:
        tracer = Tracer(initialised(model, inputs), train)
        try:
            return tracer.run(inputs, name or type(model).__name__)
        finally:
            tracer.close()
    except RecursionError as error:
        raise ReaderError("too_deep", model=type(model).__name__) from error


class Tracer(Recorder, TorchFunctionMode):
    """Records one forward pass."""

    def __init__(self, model: nn.Module, train: bool) -> None:
        TorchFunctionMode.__init__(self)
        Recorder.__init__(self, model, self.call)
        self.train = train
        self.calls: dict[str, int] = {}  # module path -> calls so far
        self.quiet = False  # inside a module that is one node
        self.failed: tuple[BaseException, Frame, str, Any] | None = None

    def run(self, inputs: tuple[Any, ...], name: str) -> Graph:
        try:
            with torch.enable_grad():  # no weight asks for one, but the forward may turn it off
                args, kwargs = arguments(inputs, self.shadow.dtype, self.take)
                count = len(self.drafts)
                self.shadow.train(self.train)
                with self:
                    result = self.shadow.root(*args, **kwargs)
        except (ReaderError, RecursionError):
            raise
        except (Exception, SystemExit) as error:
            raise explain(error, *self.blame()) from error
        outputs = [self.source(t) for t in tensors_in(result)]
        if not outputs:
            raise ReaderError("no_output", model=name)
        names = name_drafts(self.drafts, self.shadow.paths.values())
        return Graph(
            name=name,
            nodes=tuple(d.node(names) for d in self.drafts),
            inputs=tuple(names[d] for d in self.drafts[:count]),
            outputs=tuple(Edge(names[d], i) for d, i in outputs),
            weights=tuple(self.shadow.listed),
            train=self.train,
        )

    def close(self) -> None:
        super().close()
        self.failed = None

    # Modules ---------------------------------------------------------------------------------

    def call(
        self,
        module: nn.Module,
        path: str,
        forward: Callable[..., Any],
        /,
        *args: Any,
        **kwargs: Any,
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
        except (Exception, SystemExit) as error:
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
                weight = self.weights.get(id(args[0])) if name == "requires_grad" else None
                return weight.trainable if weight else func(*args)
        kwargs = kwargs or {}
        operands = tensors_in(args, kwargs)
        if kwargs.get("out") is not None:
            operands = tensors_in(args, {k: v for k, v in kwargs.items() if k != "out"})
        if not operands:
            if name == "empty_permuted" or name.startswith("sym_"):  # decompositions only
                raise ReaderError("scripted_function", module=self.frames[-1].where)
            return self.keep(factory(func, name, args, kwargs))
        known = any(self.depends(id(t)) for t in operands)
        reads_data(name, args, known, self.frames[-1].where)
        if name in ONE_OPERAND:
            operands = operands[:1]
        on_meta = [t.is_meta for t in operands]
        change = None if all(on_meta) else self.shadow.twin if known or any(on_meta) else self.own
        first = operands[0]
        if change is not None:
            args, kwargs, first = replaced(args, change), replaced(kwargs, change), change(first)
        try:
            return self.execute(func, name, args, kwargs, operands, first, known and not self.quiet)
        except Exception as error:
            self.fail(error, self.frames[-1], name, operands)
            raise

    def fail(
        self, error: BaseException, frame: Frame, function: str = "", operands: Any = ()
    ) -> None:
        """Remembers where an exception came from: the innermost place is told first."""
        if self.failed is None or self.failed[0] is not error:
            self.failed = (error, frame, function, operands)

    def blame(self) -> tuple[str, str, Any]:
        """The innermost place of the last failure: module, function, operands."""
        if self.failed is None:
            return self.frames[0].where, "", ()
        return self.failed[1].where, *self.failed[2:]

    def execute(
        self, func: Any, name: str, args: Any, kwargs: Any, operands: list[Tensor], first: Tensor,
        recorded: bool,
    ) -> Any:  # fmt: skip
        """The function's result, by a shape rule or by PyTorch, and its node.

        first: what stands for the first operand in `args`.
        """
        if name == "data" and id(first) in self.weights:
            return operands[0]
        before = version(first)
        rule = RULES.get(name) if first.is_meta or name in MOVES else None
        out = rule(args, kwargs) if rule else NotImplemented
        inplace = out is first and name not in NO_WORK
        if out is NotImplemented:
            out = func(*args, **kwargs)
            inplace = version(first) != before or (out is first and writes(name, first))
            inplace = inplace or name == "detach_"  # writes nothing, yet x is another x after it
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
