"""Nodes while they are recorded, and the ids that they get when all are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from cnnviz.graph import Edge, Node, Scope, Shape, TensorSpec, Weight


@dataclass(slots=True)
class Frame:
    """One call of one module. module: None while the inputs are taken."""

    module: nn.Module | None
    scope: tuple[Scope, ...]  # outermost first, the module itself last
    drafts: list[Draft] = field(default_factory=list)  # what it executed itself, children apart

    @property
    def where(self) -> str:
        """What a reader calls it: the path, or the class of the root."""
        return self.scope[-1].path or self.scope[-1].cls


@dataclass(slots=True, eq=False)
class Draft:
    """A node that has no id yet; its inputs are drafts, too."""

    op: str
    function: str  # names the node where the module does not: "add" in "layer1.0.add"
    inputs: tuple[tuple[Draft, int], ...]
    in_shapes: tuple[Shape, ...]
    outputs: tuple[TensorSpec, ...]
    attrs: dict[str, Any]
    weights: tuple[Weight, ...]
    frame: Frame
    alias: bool = False

    def node(self, names: dict[Draft, str]) -> Node:
        return Node(
            id=names[self],
            op=self.op,
            inputs=tuple(Edge(names[d], i) for d, i in self.inputs),
            in_shapes=self.in_shapes,
            outputs=self.outputs,
            attrs=self.attrs,
            weights=self.weights,
            scope=self.frame.scope,
            alias=self.alias,
        )


def name_drafts(drafts: list[Draft], paths: Iterable[str]) -> dict[Draft, str]:
    """A unique id for each node.

    The only operation of a leaf module has the module's path, "features.0"; so has the main one of
    a torch.nn layer that executes several. Others: path and function, "layer1.0.add". What would
    come twice, a second call of a module included, gets a number: "features.0_1".
    """
    reserved = set(paths)
    names: dict[Draft, str] = {}
    used: set[str] = set()
    mains: dict[int, Draft | None] = {}
    last: dict[str, int] = {}  # the number that a base was given last
    for d in drafts:
        path = d.frame.scope[-1].path
        if id(d.frame) not in mains:
            mains[id(d.frame)] = _main(d.frame)
        if d is mains[id(d.frame)] and path:
            base = name = path
        elif d.op == "input":
            base = name = d.function
        else:
            base = name = f"{path}.{d.function}" if path else d.function
        first = d is mains[id(d.frame)] and name not in used
        number = last.get(base, 0) if base in used else 0
        while not first and (name in used or name in reserved):
            number += 1
            name = f"{base}_{number}"
        last[base] = number
        names[d] = name
        used.add(name)
    return names


def _main(frame: Frame) -> Draft | None:
    """The operation that stands for its whole module, if one does."""
    if frame.module is None:
        return None
    done = [d for d in frame.drafts if d.op != "constant"]
    children = {k for k, m in frame.module._modules.items() if m is not None}
    layer = type(frame.module).__module__.startswith("torch.nn")
    if not done or (children and not layer):
        return None
    if len(done) == 1 and not children:
        return done[0]
    if layer:  # of a reparametrised layer the weights are tensors that other nodes made
        own = next((d for d in done if d.weights), None)
        return own or (done[-1] if children <= {"parametrizations"} else None)
    return None
