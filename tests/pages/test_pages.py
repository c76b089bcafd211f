"""Every page, language, view and network opens without an exception."""

from __future__ import annotations

import itertools
import logging

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import zoo
from cnnviz.content import LANGS, label
from cnnviz.crosscheck import PRESETS
from cnnviz.ui import warm
from cnnviz.ui.panel import VIEWS
from tests.pages.conftest import Visit, alone, html
from tests.pages.knobs import knobs, told

TOOLS = tuple(PRESETS)
FAMILIES = tuple(f.slug for f in zoo.families())
ALL = tuple(
    (arch.family, arch.name, view, lang)
    for fam in zoo.families()
    for arch, view, lang in itertools.product(fam.archs, VIEWS, LANGS)
)


def some() -> tuple[tuple[str, str, str, str], ...]:
    """Every pair of values: network and view, network and language, view and language."""
    kept, seen = [], set()
    for page, arch, view, lang in ALL:
        pairs = {(arch, view), (arch, lang), (page, view, lang)}
        if not pairs <= seen:
            seen |= pairs
            kept.append((page, arch, view, lang))
    return tuple(kept)


SOME = some()


def whole(at: AppTest) -> None:
    """No exception anywhere, and no place that says that something went wrong."""
    assert not at.exception
    assert not any(label("ui.broken", lang) in html(at) for lang in LANGS)


@pytest.fixture(autouse=True)
def no_log(caplog: pytest.LogCaptureFixture) -> None:
    yield
    assert not [r for r in caplog.records if r.name == "cnnviz" and r.levelno >= logging.ERROR]


@pytest.mark.parametrize("lang", LANGS)
def test_home(visit: Visit, lang: str) -> None:
    at = visit(lang=lang)
    whole(at)
    for slug in FAMILIES:
        assert label(f"families.{slug}.idea", lang) in html(at)


@pytest.mark.parametrize(("page", "arch", "view", "lang"), SOME)
def test_page(visit: Visit, page: str, arch: str, view: str, lang: str) -> None:
    _test_page(visit, page, arch, view, lang)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "arch", "view", "lang"), [c for c in ALL if c not in SOME])
def test_page_all(visit: Visit, page: str, arch: str, view: str, lang: str) -> None:
    _test_page(visit, page, arch, view, lang)


def _test_page(visit: Visit, page: str, arch: str, view: str, lang: str) -> None:
    at = visit(page, arch=arch, view=view, lang=lang)
    whole(at)
    assert "notice" not in html(at)
    assert knobs(at)["arch"]["value"] == arch
    assert at.session_state[f"{page}_view"] == view
    assert told(at)["figures"][0]["name"] == label("quantities.params.name", lang)


@pytest.mark.parametrize("lang", LANGS)
def test_a_warm_home_draws_each_family(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    drawn = [e for e in visit(lang=lang).main if e.type == "bidi_component"]
    monkeypatch.setattr(warm, "ready", lambda: True)
    at = visit(lang=lang)
    whole(at)
    more = [e for e in at.main if e.type == "bidi_component"]
    assert len(more) - len(drawn) == len(FAMILIES)


def test_home_imports_no_torch() -> None:
    script = (
        "import sys; from cnnviz.ui import warm; warm.touch = lambda: None\n"
        "from streamlit.testing.v1 import AppTest\n"
        "at = AppTest.from_file('app.py', default_timeout=30).run()\n"
        "assert not at.exception, at.exception\n"
        "heavy = {'torch', 'pygraphviz', 'torchinfo'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    alone(script)
