"""The house rules that a program can check: short files, short functions, no leftovers."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
# What may be longer, and why.
LONG_FILES = {
    "tests/tiny.py": "one table: small modules, each with the reason that it is there",
}
LONG_FUNCTIONS: dict[str, str] = {}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
TEXT = {".py", ".md", ".toml", ".txt", ".js", ".css", ".sh", ".html", ".json", ""}
LEFTOVERS = {
    "a path of one machine": r"(?<![\w.<:/])/(?:work|home|root|opt|mnt)/\w+",
    "a package registry's host": r"pypi\.(?:org|python)|pythonhosted|npmjs\.(?:org|com)",
    "a note to oneself": r"\b(?:TODO|FIXME|XXX|HACK)\b",
}


def tracked(*suffixes: str) -> list[str]:
    """Files under version control, or all but hidden ones where there is none, or no git."""
    names = _walk()
    if shutil.which("git"):
        git = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        names = git.stdout.split("\0") if git.returncode == 0 else names
    files = [n for n in names if n and (ROOT / n).is_file() and Path(n).suffix in suffixes]
    return sorted(files)


def _walk() -> list[str]:
    paths = (p.relative_to(ROOT) for p in ROOT.rglob("*"))
    return [p.as_posix() for p in paths if not any(part.startswith(".") for part in p.parts)]


PYTHON = tracked(".py")


def functions(path: str) -> Iterator[tuple[str, int]]:
    """Each function's name and its number of lines, decorators left out."""
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_there_is_something_to_read() -> None:
    assert "cnnviz/graph.py" in PYTHON


@pytest.mark.parametrize("path", [*PYTHON, *tracked(".js", ".css")])
def test_file_is_short(path: str) -> None:
    lines = len((ROOT / path).read_text("utf-8").splitlines())
    assert lines <= LONGEST_FILE or path in LONG_FILES, f"{lines} lines"


@pytest.mark.parametrize("path", PYTHON)
def test_functions_are_short(path: str) -> None:
    long = {n: size for n, size in functions(path) if size > LONGEST_FUNCTION}
    assert {n: s for n, s in long.items() if f"{path}:{n}" not in LONG_FUNCTIONS} == {}


def test_exemptions_are_needed() -> None:
    sizes = {p: len((ROOT / p).read_text("utf-8").splitlines()) for p in LONG_FILES}
    assert [p for p, n in sizes.items() if n <= LONGEST_FILE] == []
    named = {f"{p}:{n}": size for p in PYTHON for n, size in functions(p)}
    assert [k for k in LONG_FUNCTIONS if named.get(k, 0) <= LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", PYTHON)
def test_file_says_what_it_is(path: str) -> None:
    source = (ROOT / path).read_text("utf-8")
    if source.strip() and not path.startswith("pages/"):
        assert ast.get_docstring(ast.parse(source)), "no docstring at the top"
    assert Path(path).stem not in VAGUE


@pytest.mark.parametrize("path", [p for p in tracked(*TEXT) if p != "tests/test_style.py"])
def test_no_leftovers(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    found = {what: re.findall(pattern, text) for what, pattern in LEFTOVERS.items()}
    assert {what: hits for what, hits in found.items() if hits} == {}


def test_every_error_has_its_sentence() -> None:
    labels = tomllib.loads((ROOT / "cnnviz/content/labels/errors.toml").read_text("utf-8"))
    used = {
        key
        for path in PYTHON
        if path.startswith("cnnviz/")
        for key in re.findall(r'ReaderError\(\s*"(\w+)"', (ROOT / path).read_text("utf-8"))
    }
    assert used - set(labels) == set()


@pytest.mark.parametrize("path", tracked(".md"))
def test_documents_name_what_exists(path: str) -> None:
    """Links between documents, and `cnnviz/…` paths in them, lead somewhere."""
    text, folder = (ROOT / path).read_text("utf-8"), (ROOT / path).parent
    links = [to for to in re.findall(r"\]\(([^)#]+)\)", text) if not to.startswith("http")]
    rooms = "cnnviz|tests|tools|pages|ui|content|views|analysis|tracing|zoo|ledger"
    named = re.findall(rf"`((?:{rooms})/[\w/.]+)`", text)
    assert [to for to in links if not (folder / to).exists()] == []
    assert [p for p in named if not any((ROOT / top / p).exists() for top in ("", "cnnviz"))] == []
