"""The scripts of the components: each joined one parses as a module, and keeps the house rules.

And the stylesheets: what they style is there.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import playwright
import pytest

from cnnviz.ui import components

NODE = next((Path(playwright.__file__).parent / "driver").glob("node*"))
ASSETS = components.ASSETS
# A component's script is the one that others are parts of, or that stands alone.
SCRIPTS = sorted(p.stem for p in ASSETS.glob("*.js") if "export default" in p.read_text("utf-8"))
FILES = sorted(ASSETS.glob("*.js"))
DECLARED = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
BARRED = {
    "var": r"\bvar\s",
    "== or !=": r"(?<![=!<>])[=!]=(?!=)",
    "console": r"\bconsole\.",
    "alert": r"\balert\(",
    "eval": r"\beval\(",
    "a pixel of type": r"font-?[sS]ize[^;\n]*\dpx",
}


def said(source: str) -> str:
    """The source without comments."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"(?m)(?:^|(?<=\s))//.*$", "", source)


def bare(source: str) -> str:
    """The source without comments and quoted text (the quotes of HTML in templates too)."""
    source = said(source)
    return re.sub(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", '""', source)


def joined(name: str) -> str:
    return components._joined(name, "js")


def check(source: str, folder: Path) -> str:
    """What Node.js says of it as a module; "" if it parses. Nothing is run."""
    file = folder / "script.mjs"
    file.write_text(source, "utf-8")
    run = subprocess.run(
        [NODE, "--check", file], capture_output=True, text=True, check=False, timeout=60
    )
    return run.stderr


def test_every_script_belongs_to_a_component() -> None:
    every = "".join(joined(name) for name in SCRIPTS)
    assert len(SCRIPTS) >= 3
    assert [p.name for p in FILES if p.read_text("utf-8").strip() not in every] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_parses(name: str, tmp_path: Path) -> None:
    assert check(joined(name), tmp_path) == ""


def test_what_does_not_parse_is_seen(tmp_path: Path) -> None:
    assert "SyntaxError" in check("const a = 1; const a = 2;", tmp_path)
    assert "SyntaxError" in check("export default function ( {", tmp_path)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_script_keeps_the_rules(path: Path) -> None:
    source = bare(path.read_text("utf-8"))
    assert {what for what, rule in BARRED.items() if re.search(rule, source)} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_what_a_script_declares_is_used(path: Path) -> None:
    own = path.read_text("utf-8").strip()
    sources = [said(s) for s in map(joined, SCRIPTS) if own in s]  # a template's ${…} counts
    unused = [
        name
        for name in DECLARED.findall(said(own))
        if all(len(re.findall(rf"\b{name}\b", s)) < 2 for s in sources)
    ]
    assert unused == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_script_says_what_it_is(path: Path) -> None:
    assert path.read_text("utf-8").startswith("// ")


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("var a;", "var"),
        ("if (a == b) c;", "== or !="),
        ("a != b", "== or !="),
        ("console.log(1)", "console"),
        ("s.style.fontSize = `${n} 12px`", "a pixel of type"),
    ],
)
def test_a_breach_would_be_seen(source: str, what: str) -> None:
    assert re.search(BARRED[what], bare(source))


@pytest.mark.parametrize("source", ["a === b; c !== d; e <= f; g => h", '"var == console.log"'])
def test_what_is_allowed_is_not(source: str) -> None:
    assert not any(re.search(rule, bare(source)) for rule in BARRED.values())


SOURCES = "".join(
    p.read_text("utf-8") for s in ("*.py", "*.js") for p in ASSETS.parent.parent.rglob(s)
)


def styled(css: str) -> set[str]:
    """The classes and st-keys of a stylesheet but Streamlit's own and its highlighter's."""
    css = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "{}", css, flags=re.DOTALL)
    css = re.sub(r"\.token(?::is\([^)]*\)|\S*)", "", css)
    names = set(re.findall(r"(?<=\.)[a-zA-Z][\w-]*|st-key-\w+", css))
    lent = ("st", "katex")  # Streamlit's classes, and those of its formulas
    return {n for n in names if n.startswith("st-key-") or not n.startswith(lent)}


def made(name: str) -> bool:
    """The name stands in a source; or its head does, before a blank, and its tail."""
    name = name.removeprefix("st-key-").rstrip("_")
    cuts = [m.end() for m in re.finditer("[-_]", name)]
    tails = [name[c:] for c in cuts if re.search(rf"\b{name[:c]}\$?\{{", SOURCES)]
    return any(re.search(rf"\b{word}\b", SOURCES) for word in (name, *tails))


@pytest.mark.parametrize("path", sorted(ASSETS.rglob("*.css")), ids=lambda p: p.name)
def test_what_is_styled_is_there(path: Path) -> None:
    assert {n for n in styled(path.read_text("utf-8")) if not made(n)} == set()


def test_a_style_of_nothing_is_seen() -> None:
    css = ".st-key-no_place button, .stHtml .byline > a:has(.no-where) { top: .5rem } /* .x */"
    assert {n for n in styled(css) if not made(n)} == {"st-key-no_place", "no-where"}
