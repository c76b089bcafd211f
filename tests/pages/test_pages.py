"""Every page, language, view and network opens without an exception; knobs move the numbers."""

from __future__ import annotations

import itertools
import json
import logging
import subprocess
import sys

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import zoo
from cnnviz.content import LANGS, label
from cnnviz.crosscheck import PRESETS
from cnnviz.ui import warm
from cnnviz.ui.panel import VIEWS
from tests.pages.conftest import ROOT, Visit, html

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
    assert at.session_state[f"{page}_arch"] == arch
    assert at.session_state[f"{page}_view"] == view
    assert label("quantities.params.name", lang) in html(at)


@pytest.mark.parametrize("page", FAMILIES)
def test_the_six_numbers_are_the_reports(visit: Visit, page: str) -> None:
    from cnnviz import engine
    from cnnviz.views.numbers import exact

    totals = engine.report(zoo.family(page).default).totals
    shown = html(visit(page, lang="en"))
    for value in (totals.params, totals.macs):
        assert exact(value) in shown
    assert f"<dd>{totals.depth}</dd>" in shown
    assert f"<dd>{totals.smallest_input} px</dd>" in shown


@pytest.mark.parametrize("page", FAMILIES)
def test_every_knob_moves_something(visit: Visit, page: str) -> None:
    """Each knob, set to another value that it offers, changes the address and what is shown."""
    arch = zoo.find(zoo.family(page).default)
    for knob in arch.knobs:
        at = visit(page, lang="en", view="layers")
        box = at.selectbox(key=f"{page}_{knob.name}")
        before, old = _numbers(at), box.value
        other = next(o for o in _tokens(page, knob.name, at) if o != old)
        box.set_value(other).run()
        whole(at)
        assert at.query_params[knob.name] == [other] or at.query_params[knob.name] == other
        moved = _layers(arch.name, knob.name, other) != _layers(arch.name)
        assert moved or (page, knob.name) in SILENT
        assert not moved or _numbers(at) != before, knob.name


# Knobs that change what is computed, and no number in the table: tanh costs what ReLU costs.
SILENT = {("lenet", "activation"), ("googlenet", "aux")}


def _layers(arch: str, knob: str = "", value: str = "") -> object:
    """What the table of layers holds, from the engine."""
    from cnnviz import engine
    from cnnviz.views.layers import layers

    knobs = zoo.resolve(arch, {knob: value} if knob else {}).knobs
    return layers(engine.report(arch, **knobs), "en", connections=True)


def _tokens(page: str, name: str, at: AppTest) -> list[str]:
    from cnnviz.ui.knobs import token

    knob = next(k for k in zoo.find(at.session_state[f"{page}_arch"]).knobs if k.name == name)
    values = knob.choices or tuple(v for v in knob.offered if name != "input_size" or v >= 256)
    return [token(v) for v in values]


def _numbers(at: AppTest) -> str:
    """The six numbers and the table of layers."""
    tables = [e.proto.json for e in at.main if e.type == "bidi_component"]
    return html(at) + json.dumps(tables)


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


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("lang", LANGS)
def test_the_second_opinion_is_the_command_line_s(visit: Visit, tool: str, lang: str) -> None:
    """The total said on the page is the shared summary's, and the rows sum to it."""
    from cnnviz.crosscheck import compare, lines, summary
    from cnnviz.crosscheck.recorded import printed
    from cnnviz.ui.panel.second_opinion import said
    from cnnviz.ui.study import of_zoo

    study = of_zoo(zoo.resolve("lenet5"), zoo.family("lenet"))
    assert study.choice is not None
    live = compare(zoo.construct(study.choice), study.graph, study.report)
    found = summary(tool, study.graph, study.report, live, printed(study.choice))
    at = visit("lenet", lang=lang, view="opinion", tool=tool)
    whole(at)
    assert said(found, lang) in html(at)
    rows = lines(tool, study.graph, study.report, live)
    assert sum(x.ours for x in rows) == found.ours
    if found.how != "recorded":
        assert sum(x.theirs for x in rows) == found.theirs


def test_home_imports_no_torch() -> None:
    script = (
        "import sys; from cnnviz.ui import warm; warm.touch = lambda: None\n"
        "from streamlit.testing.v1 import AppTest\n"
        "at = AppTest.from_file('app.py', default_timeout=30).run()\n"
        "assert not at.exception, at.exception\n"
        "heavy = {'torch', 'pygraphviz', 'torchinfo'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
