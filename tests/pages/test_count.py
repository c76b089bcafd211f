"""The page's counting, `?count=`: one choice moves every number, and labels say what it counts."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest

from cnnviz import zoo
from cnnviz.content import LANGS, label
from cnnviz.crosscheck import CONVENTIONS
from cnnviz.ui import header
from cnnviz.ui.count import counted
from cnnviz.ui.details import card
from cnnviz.ui.overview import by_kind, overview
from cnnviz.ui.study import Study, of_zoo
from cnnviz.views import numbers
from cnnviz.views.derivation import derive
from cnnviz.views.layers import layers
from tests.pages.conftest import Visit, html
from tests.pages.test_pages import whole


def study(name: str = "vgg16", count: str = "", **knobs: zoo.Value) -> Study:
    choice = zoo.resolve(name, knobs)
    return counted(of_zoo(choice, zoo.family(choice.arch.family)), count)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", CONVENTIONS)
def test_every_number_moves_together(count: str, lang: str) -> None:
    one = study("lenet5", count)
    total = CONVENTIONS[count].total(one.graph, one.own_report)
    figure = header.figures(one, lang)[1]
    assert figure.shown == numbers.si(total)
    assert figure.hover.startswith(numbers.exact(total))
    assert label(f"count.convention.{count}", lang) in figure.hover
    table = layers(one.report, lang)
    at = [c.key for c in table.columns].index("macs")
    assert table.totals is not None and table.totals[at] == total
    assert table.columns[at].label == figure.name != label("quantities.macs.short", lang)
    assert sum(row[at] or 0 for row in table.rows) == total  # type: ignore[misc]
    assert sum(macs for _, _, macs in by_kind(one.report).values()) == total
    assert figure.name in overview(one, lang)
    for row in one.report.rows:
        opened = derive(one.report, row.id, "macs", lang)
        assert opened.value == row.macs and opened.label == figure.name
        assert opened.convention == label(f"count.convention.{count}", lang)
    plain = [f for i, f in enumerate(header.figures(study("lenet5"), lang)) if i != 1]
    assert [f for i, f in enumerate(header.figures(one, lang)) if i != 1] == plain


def test_a_layer_says_why_it_is_counted_otherwise() -> None:
    one = study("vgg16", "torchinfo")
    shown = card(one, "conv1_1", "", "en")
    assert "+3.21 M" in shown and label("crosscheck.reason.bias", "en") in shown
    assert label("crosscheck.reason.bias", "en") not in card(study(), "conv1_1", "", "en")
    assert derive(one.report, "conv1_1", "macs", "en").formula == (
        "C_out·C_in·k_h·k_w·H_out·W_out + C_out·H_out·W_out"
    )
    norm = study("vgg16", "fvcore", batch_norm=True)
    assert derive(norm.report, "bn1_1", "macs", "en").formula == "n·c"


def test_our_own_count_comes_back() -> None:
    one = study("vgg16", "thop")
    back = counted(one, "")
    assert back.report is one.own_report and back.key == study("vgg16").key
    assert one.key != back.key
    assert counted(one, "torchinfo").report.counting == "torchinfo", "from ours, not from thop's"


def test_what_is_pinned_is_counted_alike() -> None:
    now, then = study("vgg16", "doubled"), study("vgg19", "doubled")
    figure = header.figures(replace(now, pinned=then), "en")[1]
    assert figure.difference == "−8.32 G"


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_so_and_leads_back(visit: Visit, lang: str) -> None:
    at = visit("vgg", lang=lang, count="torchinfo", pin="vgg19", view="code")
    whole(at)
    shown = html(at)
    assert label("count.name", lang, tool="torchinfo") in shown
    what = label("count.name", lang, tool="torchinfo")
    assert escape(label("count.code", lang, what=what)) in shown
    at.button(key="count_back").click().run()
    assert "count" not in at.query_params and at.query_params["pin"] in ("vgg19", ["vgg19"])
    assert label("count.name", lang, tool="torchinfo") not in html(at)


@pytest.mark.parametrize("lang", LANGS)
def test_a_counting_that_there_is_not(visit: Visit, lang: str) -> None:
    at = visit("vgg", lang=lang, count="guess")
    whole(at)
    shown = html(at)
    assert 'class="notice"' in shown and "torchinfo" in shown
    assert "count_back" not in {b.key for b in at.button}


def test_the_chart_s_switch_names_the_count_as_the_numbers_do(visit: Visit) -> None:
    at = visit("vgg", lang="en", view="cost", count="thop")
    (charts,) = (b for b in at.button_group if "cost" in str(b.key) or "chart" in str(b.key))
    assert any("MACs by thop" in o for o in (str(o.content) for o in charts.proto.options))
