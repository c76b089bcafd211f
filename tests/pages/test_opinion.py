"""The second opinion on the page: the command line's totals, every layer once, one way to count."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cnnviz import zoo
from cnnviz.content import LANGS
from cnnviz.crosscheck import CONVENTIONS, PRESETS, compare, summary
from cnnviz.crosscheck.recorded import printed
from cnnviz.ui.opinion import page, short, signed
from cnnviz.ui.panel.second_opinion import as_table, opinions
from cnnviz.ui.study import Study, of_zoo
from cnnviz.views import numbers
from tests.pages.conftest import Visit
from tests.pages.test_pages import whole


def study(name: str, **knobs: zoo.Value) -> Study:
    choice = zoo.resolve(name, knobs)
    return of_zoo(choice, zoo.family(choice.arch.family))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["lenet5", "vgg16", "alexnet", "vgg11_lrn"])
def test_totals_are_the_command_line_s(name: str, lang: str) -> None:
    one = study(name)
    assert one.choice is not None
    live = compare(zoo.construct(one.choice), one.graph, one.report)
    for tool in PRESETS:
        found = opinions(one, tool)
        shown = page(found, lang)
        for each in PRESETS:
            alone = summary(each, one.graph, one.report, live, printed(one.choice))
            assert found.of(each) == alone
            assert alone.theirs is not None
            assert f'title="{numbers.exact(alone.theirs)}"' in shown
        for reason, amount in found.of(tool).reasons:
            assert signed(amount) in shown and short(reason, lang) in shown
        table = as_table(one, found, lang)
        assert table.totals is not None
        for i, total in enumerate(table.totals[1:-1], 1):
            assert sum(row[i] or 0 for row in table.rows) == total  # type: ignore[misc]


def test_every_layer_stands_once_and_those_that_agree_are_folded() -> None:
    found = opinions(study("vgg16", batch_norm=True), "torchinfo")
    shown = page(found, "en")
    nodes = re.findall(r'<tr data-node="([^"]+)"', shown)
    assert len(nodes) == len(set(nodes)) == sum(len(g.lines) for g in found.groups)
    assert nodes.count("conv1_1") == 1
    heads = re.findall(r'<button aria-expanded="(\w+)"', shown)
    assert heads == ["true"] * len(heads), "each differs in a bias or in a norm"
    agree = page(opinions(study("vgg16"), "thop"), "en")
    assert "16 layers" in agree
    same = page(opinions(study("alexnet", variant="library"), "FlopCounterMode"), "zh")
    assert "一致" in same


def test_the_view_compares_with_our_own_count_however_the_page_counts() -> None:
    plain = study("vgg11")
    from cnnviz.ui.count import counted

    for name in CONVENTIONS:
        found = opinions(counted(plain, name), "thop")
        assert found.ours == plain.report.totals.macs
        assert found.count == name
        assert f'name="count" value="{name}"' in page(found, "en")
        checked = re.findall(r'name="count" value="(\w+)"[^>]* checked', page(found, "en"))
        assert checked == [name]


@pytest.mark.parametrize(
    ("tool", "says"), [("torchinfo", "比此处的 15.47 G 多 13.56 M。"), ("thop", "完全一致")]
)
def test_a_tool_is_explained_in_words_and_one_radio_chooses(tool: str, says: str) -> None:
    shown = page(opinions(study("vgg16"), tool), "zh")
    assert says in shown
    assert re.findall(r'data-tool="(\w+)" aria-current="true"', shown) == [tool]
    assert shown.count('aria-pressed="true"') == 1
    assert set(re.findall(r'<input type="radio" name="(\w+)"', shown)) == {"count"}


def test_what_stands_in_the_page_is_escaped() -> None:
    found = opinions(study("vgg11"), "torchinfo")
    stopped = replace(found.summaries[0], theirs=None, failed="<b>no</b>", how="failed")
    shown = page(replace(found, summaries=(stopped, *found.summaries[1:])), "en")
    assert "<b>no" not in shown and "&lt;b&gt;no" in shown


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("tool", PRESETS)
def test_the_view_stands(visit: Visit, tool: str, lang: str) -> None:
    whole(visit("lenet", lang=lang, view="opinion", tool=tool, count=tool))
