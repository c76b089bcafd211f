"""The ids of nodes: where a reader finds an operation in the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from cnnviz.tracing import Draft, Frame


def name_nodes(drafts: list[Draft], paths: Iterable[str]) -> dict[Draft, str]:
    """A unique id for each node.

    A leaf module's only operation has the module's path, "features.0"; so has the one among several
    that uses the weights of a torch.nn leaf. Others: path and function, "layer1.0.add". What would
    come twice, a second call of the module included, gets a number: "features.0_1".
    """
    taken = set(paths)
    names: dict[Draft, str] = {}
    used: set[str] = set()
    for d in drafts:
        path = d.frame.scope[-1].path
        if path and d is _main(d.frame):
            if path not in used:
                names[d] = path
                used.add(path)
                continue
            base = path
        elif d.op == "input":
            base = d.function
        else:
            base = f"{path}.{d.function}" if path else d.function
        name, n = base, 0
        while name in used or name in taken:
            n += 1
            name = f"{base}_{n}"
        names[d] = name
        used.add(name)
    return names


def _main(frame: Frame) -> Draft | None:
    """The operation that stands for the whole leaf module, if one does."""
    module, nodes = frame.module, frame.nodes
    if module is None or not nodes:
        return None
    real = [d for d in nodes if d.op != "constant"]
    leaf = not any(m is not None for m in module._modules.values())
    if leaf and len(real) == 1:
        return real[0]
    if type(module).__module__.startswith("torch.nn"):
        return next((d for d in real if d.weights), None)
    return None
