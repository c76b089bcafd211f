"""cnnviz: convolutional networks as numbers, pictures and lessons. `import cnnviz` loads no torch.

The public names, each loaded when first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnviz.analysis import analyze
    from cnnviz.engine import report
    from cnnviz.errors import ReaderError
    from cnnviz.graph import Graph, Node
    from cnnviz.picture import Picture, Table
    from cnnviz.report import Report
    from cnnviz.tracing import trace
    from cnnviz.views import draw, table
    from cnnviz.zoo import build, list_archs

__version__ = "0.1.0"

_HOME = {
    "analyze": "analysis",
    "build": "zoo",
    "draw": "views",
    "list_archs": "zoo",
    "report": "engine",
    "table": "views",
    "trace": "tracing",
    "Graph": "graph",
    "Node": "graph",
    "Picture": "picture",
    "ReaderError": "errors",
    "Report": "report",
    "Table": "picture",
}

__all__ = [
    "Graph",
    "Node",
    "Picture",
    "ReaderError",
    "Report",
    "Table",
    "analyze",
    "build",
    "draw",
    "list_archs",
    "report",
    "table",
    "trace",
]


class _Package(ModuleType):
    """`cnnviz.report` stays the public function when the module of that name is imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'cnnviz' has no attribute {name!r}")
    return getattr(import_module(f"cnnviz.{_HOME[name]}"), name)
