"""What goes wrong in a forward, said in one sentence that names the module and what to change."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cnnviz.errors import ReaderError
from cnnviz.graph import OPS
from cnnviz.tracing.drafts import Draft

# functions that need the numbers in a tensor, and how a reader knows them
READS_DATA: dict[str, str] = {
    "__bool__": "bool()",
    "__int__": "int()",
    "__float__": "float()",
    "__complex__": "complex()",
    "__index__": "index()",
    "__contains__": "in",
    "item": ".item()",
    "tolist": ".tolist()",
    "numpy": ".numpy()",
    "__array__": "numpy.asarray()",
    "equal": "torch.equal()",
    "allclose": "torch.allclose()",
    "is_nonzero": "torch.is_nonzero()",
    "nonzero": "torch.nonzero()",
    "argwhere": "torch.argwhere()",
    "masked_select": "torch.masked_select()",
    "unique": "torch.unique()",
    "unique_consecutive": "torch.unique_consecutive()",
    "bincount": "torch.bincount()",
}

_STANDARD, _TORCH, _HERE = (
    f"{Path(f).parent}{os.sep}" for f in (os.__file__, torch.__file__, __file__)
)

_TOO_SMALL = re.compile(
    r"Kernel size can't be greater than actual input size"
    r"|[Oo]utput size is too small"
    r"|Invalid computed output size: (0|-)"
    r"|sizes? should be greater than 0"
    r"|[Pp]adding size should be less than the corresponding input dimension"
    r"|must be less than the corresponding input dimension"
    r"|components must be at least one"
    r"|too large relative to input|smaller than kernel size"
    r"|Expected more than 1 spatial element"
    r"|Trying to create tensor with negative dimension"
)


def reads_data(name: str, args: tuple[Any, ...], known: bool, module: str) -> None:
    """ReaderError if the function needs the numbers of a tensor that depends on the input."""
    if not known:
        return
    if name in READS_DATA or (name == "__format__" and args[1]):
        operation = READS_DATA.get(name, "format()")
        raise ReaderError("data_dependent", module=module, operation=operation)
    if name == "where" and len(args) == 1:
        raise ReaderError("data_dependent", module=module, operation="torch.where()")


def vanished(op: str, x: Tensor, draft: Draft) -> None:
    """ReaderError if a layer leaves nothing of a map that was there."""
    if OPS[op] in ("convolution", "pooling") and 0 in draft.outputs[0].shape and x.numel():
        raise ReaderError("input_too_small", layer=draft.frame.where, size=size(x))


def explain(
    error: BaseException, module: str, function: str, operands: Sequence[Tensor]
) -> ReaderError:
    """The sentence for an exception out of a forward, raised by a function in a module."""
    message = " ".join(str(error).split()) or type(error).__name__
    if _TOO_SMALL.search(message) and operands:
        return ReaderError("input_too_small", layer=module, size=size(operands[0]))
    if "TorchScript interpreter" in message:
        return ReaderError("scripted_function", module=module)
    if "scalar types: Long" in message:
        return ReaderError("integers_needed", module=module)
    if operands and ("meta tensor" in message or "register_meta" in message):
        called = {"__getitem__": "x[mask]"}.get(function, function.strip("_"))
        operation = READS_DATA.get(function, called)
        return ReaderError("data_dependent", module=module, operation=operation)
    place = "" if function else _place(error)
    if place:
        said = f"{type(error).__name__}: {message}" if str(error) else type(error).__name__
        return ReaderError("forward_broke", module=module, error=said[:400], place=place)
    if operands:
        shapes = ", ".join("×".join(map(str, t.shape)) or "()" for t in operands[:4])
        message = f"{message.rstrip('.')[:300]} ({function.strip('_')}: {shapes})"
    return ReaderError("forward_raised", module=module, message=message[:400].rstrip(".") + ".")


def _place(error: BaseException) -> str:
    """ "net.py:12", the innermost line outside PyTorch, Python's library and this folder."""
    found, step = "", error.__traceback__
    while step is not None:
        path = step.tb_frame.f_code.co_filename
        library = path.startswith(_STANDARD) and "-packages" not in path
        if not library and not path.startswith((_TORCH, _HERE, "<frozen", "<eval_with_key")):
            found = f"{Path(path).name}:{step.tb_lineno}"
        step = step.tb_next
    return found


def size(x: Tensor) -> str:
    """The map's extent in space: "7×7"."""
    return "×".join(map(str, x.shape[2:] if x.dim() > 2 else x.shape))
