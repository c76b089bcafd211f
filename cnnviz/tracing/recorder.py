"""Nodes and edges: which operation made which tensor, and which tensors share storage."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import resolve_name

from cnnviz.errors import ReaderError
from cnnviz.graph import OPS, Scope, TensorSpec
from cnnviz.tracing.attributes import Attrs
from cnnviz.tracing.drafts import Draft, Frame
from cnnviz.tracing.errors import vanished
from cnnviz.tracing.factories import same_storage
from cnnviz.tracing.functions import lookup
from cnnviz.tracing.nested import tensors_in
from cnnviz.tracing.shadow import DTYPES, Call, Shadow

FRESH = frozenset(("convolution", "linear", "pooling"))  # kinds whose results have own storage
RECURRENT = frozenset(("rnn", "lstm", "gru"))


class Recorder:
    """What one forward pass has executed so far."""

    def __init__(self, model: nn.Module, call: Call) -> None:
        self.drafts: list[Draft] = []
        self.made_by: dict[int, tuple[Draft, int]] = {}  # id of a tensor -> node, output index
        self.view_of: dict[int, Tensor] = {}  # id of a view -> the tensor with the storage
        self.written: dict[int, Tensor] = {}  # id of such a tensor -> the view written to
        self.alive: dict[int, Tensor] = {}  # all that were seen; an id lasts while its tensor lives
        self.copies: dict[int, Tensor] = {}  # id of a tensor from outside -> what is used for it
        self.autocast = torch.is_autocast_enabled("cpu"), torch.is_autocast_enabled("cuda")
        self.shadow = Shadow(model, call)
        self.weights = self.shadow.weights
        self.frames = [Frame(None, (Scope("", self.shadow.class_of(self.shadow.root), 0),))]

    def close(self) -> None:
        """Takes the rings of references apart, so that nothing waits for a garbage collection."""
        self.shadow.close()
        for d in self.drafts:
            d.frame.drafts.clear()
        del self.shadow

    def take(self, tensor: Tensor, name: str) -> Tensor:
        """An input: its node comes first."""
        self.record("input", name, [], [tensor], {})
        return tensor

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
        on = torch.is_autocast_enabled("cpu"), torch.is_autocast_enabled("cuda")
        if on != self.autocast and any(on):
            raise ReaderError("autocast_inside", module=self.frames[-1].where)
        inputs, shapes, weights = [], [], []
        for t in operands:
            weight = self.weights.get(id(t))
            if weight is not None and id(t) not in self.made_by and id(t) not in self.written:
                weights.append(weight)
            elif op not in RECURRENT or id(t) in self.made_by:  # initial zeros are no input
                inputs.append(self.source(t))
                shapes.append(tuple(t.shape))
        if not torch.is_grad_enabled():
            attrs = {**attrs, "no_grad": True}
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

    def own(self, t: Tensor) -> Tensor:
        """A real tensor that came from outside as a copy, so that no write reaches the caller's."""
        key = id(t)
        if key in self.alive or key in self.made_by or key in self.weights or t.is_meta:
            return self.copies.get(key, t)
        self.copies[key] = self.alive[key] = t
        copy = self.copies[key] = t.detach().clone()
        self.keep(copy)
        return copy
