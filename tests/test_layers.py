"""Data flows one way: every file imports only what its row in docs/architecture.md allows."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLAIN = {"graph", "report", "picture", "errors"}
ENGINE = {"zoo", "tracing", "analysis", "engine"}
# The methods that reach up on purpose, when somebody looks: (file, room).
UPWARD = {
    ("cnnviz/graph.py", "views"),
    ("cnnviz/report.py", "views"),
    ("cnnviz/picture.py", "views"),
    ("cnnviz/errors.py", "content"),
}
FILES = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "cnnviz").rglob("*.py"))
PAGES = ["app.py", *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "pages").glob("*.py"))]


def table() -> dict[str, set[str]]:
    """Room → what it may import, as the document says."""
    rows: dict[str, set[str]] = {}
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    for room, allowed in re.findall(r"^\| `(\w+)` \|[^|\n]*\|([^|\n]*)\|$", text, re.MULTILINE):
        rows[room] = {name for name in (part.strip() for part in allowed.split(",")) if name}
    for room, allowed in rows.items():
        if "*engine rooms*" in allowed:
            allowed |= ENGINE
        if "*all but ui*" in allowed:
            allowed |= {*rows, "torch"} - {"ui"}
        rows[room] = {a for a in allowed if "*" not in a} | PLAIN | {room}
    return rows


def room_of(path: str) -> str:
    """cnnviz/zoo/vgg.py → zoo; cnnviz/cli_graph.py and __main__.py → cli."""
    return room_named(Path(path).parts[1].removesuffix(".py"))


def room_named(name: str) -> str:
    return "cli" if name == "__main__" or name.startswith("cli_") else name


def imports(source: str) -> Iterator[str]:
    """Every module that the source names in an import, as `cnnviz.room` or a top-level name."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found = [n.name for n in names]
            case ast.ImportFrom(level=0, module="cnnviz", names=names):
                found = [f"cnnviz.{n.name}" for n in names if n.name != "__version__"]
            case ast.ImportFrom(level=0, module=str(module)):
                found = [module]
            case ast.ImportFrom():
                found = ["relative import"]
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                found = [module]
            case _:
                continue
        yield from found


def rooms(source: str) -> set[str]:
    """Rooms and libraries that the source imports; the standard library left out."""
    found = set()
    for name in imports(source):
        top, _, rest = name.partition(".")
        if top == "cnnviz":
            found.add(room_named(rest.partition(".")[0] or "cnnviz"))
        elif top not in sys.stdlib_module_names:
            found.add(top)
    return found


@pytest.mark.parametrize("path", [f for f in FILES if f != "cnnviz/__init__.py"])
def test_file_imports_what_its_room_may(path: str) -> None:
    room = room_of(path)
    assert room in table(), f"docs/architecture.md has no row for {room}"
    found = rooms((ROOT / path).read_text("utf-8"))
    upward = {above for file, above in UPWARD if file == path}
    assert found - table()[room] - upward == set()


@pytest.mark.parametrize("path", PAGES)
def test_page_imports_the_ui_alone(path: str) -> None:
    assert rooms((ROOT / path).read_text("utf-8")) == {"ui"}


def test_every_row_is_a_room_that_exists() -> None:
    assert set(table()) == {room_of(f) for f in FILES} - {"__init__"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import torch.nn as nn", {"torch"}),
        ("from cnnviz import views", {"views"}),
        ("from cnnviz.ui.shell import frame", {"ui"}),
        ("def f():\n    import cnnviz.ledger.rows", {"ledger"}),
        ("if TYPE_CHECKING:\n    from cnnviz.zoo import Arch", {"zoo"}),
        ("import_module('cnnviz.ui')", {"ui"}),
        ("from . import graph", {"relative import"}),
        ("import json, os.path", set()),
    ],
)
def test_imports_of_every_form_are_seen(source: str, found: set[str]) -> None:
    assert rooms(source) == found
