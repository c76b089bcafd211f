"""What is not series-parallel, by Graphviz: laid out in a worker with a time limit."""

from __future__ import annotations

from cnnviz.views.layout_parts import Tangle
from cnnviz.views.layout_place import Extent, Placed


def tangled(part: Tangle, extents: tuple[Extent, ...]) -> Placed:
    raise NotImplementedError
