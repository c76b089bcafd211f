"""The manifest of pictures: what it lists exists, and its mistakes are sentences."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest

from cnnviz import zoo
from cnnviz.content import sentence
from cnnviz.errors import ReaderError
from cnnviz.publish.screens import screens

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "imgs/screens.toml"


def test_the_manifest_is_modest_and_names_pages_that_exist() -> None:
    listed = screens(MANIFEST)
    slugs = {"", *(f.slug for f in zoo.families())}
    assert 12 <= len(listed) <= 40
    assert {s.page.partition("?")[0] for s in listed} == slugs
    assert {s.lang for s in listed} == {"en", "zh"}
    assert {s.theme for s in listed} == {"light", "dark"}


def test_every_view_is_photographed() -> None:
    from cnnviz.ui.panel import DEFAULT, VIEWS

    queries = [parse_qs(s.page.partition("?")[2]) for s in screens(MANIFEST)]
    assert {q.get("view", [DEFAULT])[0] for q in queries} == set(VIEWS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a", "cannot be used"),
        ("[a]\nlang = 'en'", "[a] page"),
        ("[a]\npage = ''\ncolour = 'red'", "colour"),
        ("['a/b']\npage = ''", "[a/b]"),
        ("[a]\npage = ''\nlang = 'fr'", "fr"),
        ("[a]\npage = ''\ntheme = 'pink'", "pink"),
        ("[a]\npage = ''\nsize = 'huge'", "huge"),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "screens.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ReaderError) as caught:
        screens(file)
    assert said in sentence(caught.value, "en")


def test_no_manifest_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReaderError) as caught:
        screens(tmp_path / "none.toml")
    assert "none.toml" in sentence(caught.value, "en")
