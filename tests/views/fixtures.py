"""Networks that the zoo does not have yet, as traced graphs."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

from cnnviz.graph import Graph

FOLDER = Path(__file__).parent.parent / "fixtures"


@cache
def fixture(name: str) -> Graph:
    return Graph.from_dict(json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())))
