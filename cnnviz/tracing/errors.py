"""What goes wrong in a forward, said in one sentence that names the module and what to change."""

from __future__ import annotations

import re

from cnnviz.errors import ReaderError

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

_TOO_SMALL = re.compile(
    r"Kernel size can't be greater than actual input size|Output size is too small"
    r"|should be greater than zero|Padding size should be less than"
    r"|must be less than the corresponding input dimension|non-zero size|effective kernel"
)
_SIZES = re.compile(r"\(([\dx× ,]+)\)|\[([\d, ]+)\]")


def explain(error: Exception, path: str, root: str) -> ReaderError:
    """The sentence for an exception out of a forward. path: the innermost module that ran."""
    message = " ".join(str(error).split()) or type(error).__name__
    if _TOO_SMALL.search(message):
        found = _SIZES.search(message)
        size = (found.group(1) or found.group(2)) if found else "?"
        size = "×".join(re.findall(r"\d+", size)) or "?"
        return ReaderError("input_too_small", layer=path or root, size=size)
    return ReaderError("forward_raised", module=path or root, message=message[:300])
