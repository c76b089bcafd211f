"""The palette: what Streamlit draws and the stylesheets name has its colours, and no others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from cnnviz.ui.shell import stylesheet
from cnnviz.views import palette

CONFIG = Path(__file__).parents[2] / ".streamlit/config.toml"
THEMES: tuple[palette.Theme, ...] = ("light", "dark")
SAME = {
    "primaryColor": "accent",
    "backgroundColor": "paper",
    "secondaryBackgroundColor": "wash",
    "textColor": "ink",
    "linkColor": "accent",
    "borderColor": "line",
    "codeTextColor": "ink",
    "codeBackgroundColor": "wash",
}


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_has_the_palette_s_colours(theme: palette.Theme) -> None:
    said = tomllib.loads(CONFIG.read_text("utf-8"))["theme"][theme]
    colours = {k: v for k, v in said.items() if isinstance(v, str)}
    assert colours == {k: palette.colour(name, theme) for k, name in SAME.items()}


def test_every_variable_of_a_colour_is_there_once() -> None:
    """A stylesheet of the page names colours; none says one of the palette's again."""
    page = stylesheet()
    named = set(re.findall(r"(--[\w-]+)\s*:\s*light-dark", palette.variables()))
    assert {"--ink", "--wash", "--on", "--k-dropout"} <= named
    style = page.split("\n", 1)[1]
    again = re.findall(r"(--[\w-]+)\s*:\s*light-dark", style.split("@media (prefers-contrast")[0])
    assert not named & set(again)
    pairs = {f"light-dark({a},{b})" for a, b in palette.BASE.values()}
    assert not [p for p in pairs if p in style.replace(" ", "")]


@pytest.mark.parametrize("kind", palette.KINDS)
def test_every_kind_marks_its_colour(kind: str) -> None:
    assert f".k-{kind}{{--kind:var(--k-{kind})}}" in palette.marks()
    assert palette.marks() in stylesheet()
