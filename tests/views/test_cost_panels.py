"""Cost side by side: every column is the report's number, on one axis; the headline is computed."""

from __future__ import annotations

from itertools import pairwise
from math import log10

import pytest

from cnnviz import engine
from cnnviz.analysis import analyze
from cnnviz.content import LANGS
from cnnviz.graph import OPS
from cnnviz.report import Report
from cnnviz.views.cost import cost
from cnnviz.views.cost_columns import BY, MANY, places, shown_rows, stages, usual
from cnnviz.views.cost_panels import PLOT, QUANTITIES, panels
from cnnviz.views.numbers import percent, si
from tests.views.drawn import NS, by_class, check, classes, nodes, root, size, texts
from tests.views.fixtures import fixture

DEEP = ("resnet152", "densenet201")


def found(name: str) -> Report:
    return analyze(fixture(name)) if name in (*DEEP, "resnet50") else engine.report(name)


def heights(report: Report, by: str = "layer") -> dict[str, list[float]]:
    """For each column the height of its parts, quantity after quantity in the order of drawing."""
    picture = panels(report, "en", by=by, width=700)
    return {
        node: [size(e, "height") for e in group.iter() if "shape" in classes(e)]
        for node, group in nodes(picture).items()
    }


@pytest.mark.parametrize("arch", ["lenet5", "alexnet", "vgg19"])
def test_columns_are_proportional_to_the_numbers(arch: str) -> None:
    report = engine.report(arch)
    rows = {r.id: r for r in shown_rows(report, QUANTITIES)}
    drawn = heights(report)
    assert list(drawn) == list(rows)
    most = {q: max(getattr(r, q) for r in rows.values()) for q in QUANTITIES}
    for node, row in rows.items():
        here = [q for q in QUANTITIES if getattr(row, q)]
        wanted = [max(0.6, PLOT * getattr(row, q) / most[q]) for q in here]
        assert drawn[node] == pytest.approx(wanted, abs=0.02)


def test_stages_add_their_layers_and_one_place_holds_them_all() -> None:
    report = engine.report("vgg16")
    picture = panels(report, "en", by="stage", width=700)
    assert len(nodes(picture)) == 7
    held = [
        str(g.get("data-holds")).split() for g in nodes(picture).values() if g.get("data-holds")
    ]
    assert ["pool2", "conv3_1", "relu3_1", "conv3_2", "relu3_2", "conv3_3", "relu3_3"] in held
    assert picture.data is not None and picture.data.totals is not None
    for at, quantity in enumerate(QUANTITIES):
        whole = sum(getattr(r, quantity) for r in report.rows)
        assert sum(int(str(row[1 + 2 * at])) for row in picture.data.rows) == whole
        assert picture.data.totals[1 + 2 * at] == whole


@pytest.mark.parametrize("lang", LANGS)
def test_where_alexnets_parameters_sit_is_the_headline(lang: str) -> None:
    report = engine.report("alexnet")
    picture = panels(report, lang, width=1000)
    span = {"en": "fc6–fc8", "zh": "fc6～fc8"}[lang]
    said = " ".join(t.words for t in texts(picture) if span in t.words)
    for quantity in ("params", "macs"):
        linear = sum(getattr(r, quantity) for r in report.rows if OPS[r.op] == "linear")
        share = percent(linear, sum(getattr(r, quantity) for r in report.rows))
        assert share in said and share in picture.alt and share not in picture.caption
        assert share in [t.words for t in texts(picture)], "above the columns too"
    (band,) = by_class(picture, "band")
    hits = {n: next(e for e in g if "hit" in classes(e)) for n, g in nodes(picture).items()}
    assert size(band, "x") == pytest.approx(size(hits["fc6"], "x"), abs=0.02)


def test_dots_on_a_logarithmic_axis_stand_at_their_decades_and_zeros_are_said() -> None:
    report = engine.report("vgg16")
    picture = panels(report, "en", ("params",), log=True, width=700)
    at = {n: [size(e, "cy") for e in g.iter() if e.tag == f"{NS}circle"]
          for n, g in nodes(picture).items()}  # fmt: skip
    unit = (at["conv1_1"][0] - at["fc6"][0]) / log10(
        report.by_id["fc6"].params / report.by_id["conv1_1"].params
    )
    for node, (y,) in at.items():
        above = log10(report.by_id[node].params / report.by_id["conv1_1"].params)
        assert at["conv1_1"][0] - y == pytest.approx(unit * above, abs=0.02)
    assert any("has 0" in t.words for t in texts(picture)) and "has 0" in picture.caption


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [340, 700, 1300])
@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("name", ["lenet5", "alexnet", "vgg19", "resnet50"])
def test_every_panel_is_legible(name: str, by: str, width: float, lang: str) -> None:
    report = found(name)
    for log in (False, True):
        check(panels(report, lang, by=by, log=log, width=width))
    check(panels(report, lang, ("macs",), by=by, width=width))


@pytest.mark.parametrize("name", DEEP)
def test_hundreds_of_layers_are_legible(name: str) -> None:
    for by in BY:
        check(panels(found(name), "en", by=by, width=340))


def test_a_very_deep_network_is_shown_by_stage_at_first() -> None:
    assert usual(found("densenet201"), QUANTITIES) == "stage"
    assert usual(engine.report("vgg19"), QUANTITIES) == "layer"
    assert len(shown_rows(found("densenet201"), QUANTITIES)) > MANY


def test_what_is_pinned_is_an_outline_of_its_own_amount() -> None:
    now, then = engine.report("vgg19"), engine.report("vgg16", width=0.5)
    picture = panels(now, "en", ("params",), width=700, pinned=then, differences={"params": "+9 M"})
    _, *outlines = by_class(picture, "then")  # the first stands in the legend
    assert outlines and "+9 M" in [t.words for t in texts(picture)]
    assert f"dashed: {then.title}, where it differs" in [t.words for t in texts(picture)]
    both = [r.id for r in shown_rows(now, ("params",)) if r.id in then.by_id]
    assert len(outlines) == len(both)
    tall = max(size(o, "height") for o in outlines)
    whole = max(r.params for r in now.rows)
    assert tall == pytest.approx(220 * max(then.by_id[i].params for i in both) / whole, abs=0.02)
    check(picture)


MORE = ["conv3_4", "conv4_4", "conv5_4"]  # what VGG-19 has beyond VGG-16


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("draw", ["panels", "cost"])
def test_layers_of_the_pinned_network_alone_have_a_place(draw: str, lang: str) -> None:
    now, then = engine.report("vgg16"), engine.report("vgg19")
    picture = (
        panels(now, lang, ("macs",), width=1300, pinned=then)
        if draw == "panels"
        else cost(now, "macs", lang, width=700, pinned=then)
    )
    check(picture)
    words = [t.words for t in texts(picture)]
    assert set(MORE) <= set(words) and "VGG-19 (E)" in " ".join(words)
    assert len(by_class(picture, "then")) == len(MORE) + 1, "the same layers have no outline"
    assert not set(MORE) & set(nodes(picture)), "they are not there to be chosen"
    assert all(m in picture.caption and m in picture.alt for m in MORE)
    order = [
        t.words for t in sorted(texts(picture), key=lambda t: t.top if draw == "cost" else t.left)
    ]
    assert order.index("conv3_3") < order.index("conv3_4") < order.index("conv4_1")


def test_pinned_at_another_size_no_stage_is_cut() -> None:
    now, then = engine.report("vgg16"), engine.report("vgg19", input_size=299)
    found = places(now, QUANTITIES, then)
    assert [s.run.words for s in stages(found, "en")] == [
        s.run.words for s in stages(places(now, QUANTITIES), "en")
    ]
    by = panels(now, "en", by="stage", width=700, pinned=then)
    assert len(nodes(by)) == 7 and len(by_class(by, "then")) > 7


def test_the_same_network_pinned_leaves_no_outline() -> None:
    report = engine.report("vgg16")
    for picture in (panels(report, "en", pinned=report), cost(report, "macs", "en", pinned=report)):
        assert not by_class(picture, "then") and "ashed" not in picture.caption


@pytest.mark.parametrize("width", [640, 713, 1300])
def test_names_are_all_or_the_first_of_each_stage(width: float) -> None:
    report = engine.report("vgg16")
    shown = [t.words for t in texts(panels(report, "en", width=width)) if t.words in report.by_id]
    every = [r.id for r in report.rows if r.params]
    firsts = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1", "fc6"]
    assert shown == (every if width > 1000 else firsts)


def test_one_axis_has_one_unit_and_shares_stay_off_the_band() -> None:
    for arch in ("vgg16", "alexnet"):
        picture = panels(engine.report(arch), "en", ("macs",), width=713)
        ticks = [
            t.words for t in texts(picture) if t.words.endswith((" G", " M")) and t.right < 150
        ]
        assert len({t[-1] for t in ticks[1:]}) == 1
        (band,) = by_class(picture, "band")
        low, high = size(band, "x"), size(band, "x") + size(band, "width")
        for t in texts(picture):
            if t.words.endswith("%"):
                assert t.right <= low or (t.left >= low and t.right <= high + 1) or t.left >= high


def test_hover_says_exact_values_and_the_chosen_column_reads_out() -> None:
    picture = panels(engine.report("alexnet"), "en", width=700)
    group = nodes(picture)["fc6"]
    title = next(e.text for e in group if e.tag == f"{NS}title") or ""
    assert "37,752,832" in title
    lines = by_class(picture, "readout")
    assert len(lines) == len(nodes(picture))
    assert any(si(37_752_832) in (line.text or "") for line in lines)
    lower = max(t.bottom for t in texts(picture))
    assert all(size(line, "y") - 9 > lower for line in lines)


def test_columns_do_not_lie_on_one_another() -> None:
    hits = by_class(panels(engine.report("vgg19"), "en", width=340), "hit")
    spans = sorted((size(h, "x"), size(h, "x") + size(h, "width")) for h in hits)
    assert all(a[1] <= b[0] + 0.02 for a, b in pairwise(spans))
    assert root(panels(engine.report("vgg19"), "en")).get("aria-label")
