"""No label that nobody says: each key, or what fills an f-string's blanks for it, stands somewhere.

What fills a blank must itself be a text or a name in the sources, or a word of the ledger's data.
"""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from cnnviz.content import labels
from tests.content.test_labels import ROOT, SOURCES

# Keys that are put together from what no source spells out, and where that stands.
MADE = {
    "cli.option.": "the options that typer adds by itself",
    "derivation.field_": "the statuses of a receptive field",
    "knobs.": "tests/zoo/test_registry.py reads them against the registry",
    "ops.": "test_labels.py reads them against graph.OPS",
    "present.keys.": "all are shown, whichever there are",
    "structure.class.": "classes of other libraries' modules",
    "structure.tool.layout_": "the ways that a graph may run",
    "ui.accuracy.": "the metrics of the ledger, without _error",
    "ui.chart_": "the charts of the memory",
    "ui.share_": "kinds of operation, and whether one or several hold the most",
}


@cache
def words() -> set[str]:
    """Every text and every name of a parameter, field or function in the sources."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    found.add(text)
                case ast.arg(arg=name) | ast.FunctionDef(name=name):
                    found.add(name)
                case ast.keyword(arg=str(name)) | ast.AnnAssign(target=ast.Name(id=name)):
                    found.add(name)
    for data in (ROOT / "cnnviz/ledger/data").glob("*.toml"):
        found |= set(re.findall(r"\w+", data.read_text("utf-8")))
    return found


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """The f-strings that may name a label."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [str(v.value) if isinstance(v, ast.Constant) else None for v in node.values]
                if any(p and "." in p for p in parts):
                    found.add("".join("(.+)" if p is None else re.escape(p) for p in parts))
    return tuple(re.compile(p) for p in sorted(found))


def said(key: str) -> bool:
    if key in words() or any(key.startswith(prefix) for prefix in MADE):
        return True
    fits = [m.groups() for p in patterns() if (m := p.fullmatch(key))]
    return any({*".".join(blanks).split(".")} <= words() or {*blanks} <= words() for blanks in fits)


def test_every_label_is_said_somewhere() -> None:
    assert [key for key in labels() if not said(key)] == []


@pytest.mark.parametrize("prefix", MADE)
def test_exceptions_are_needed(prefix: str) -> None:
    assert any(key.startswith(prefix) and key not in words() for key in labels())


@pytest.mark.parametrize("key", ["ui.nobody_says_this", "views.field_of_nothing"])
def test_a_label_that_nobody_says_is_seen(key: str) -> None:
    assert not said(key)
