"""An opened number: what is substituted comes to the value, for every row and every quantity."""

from __future__ import annotations

import math
import re
from itertools import product

import pytest
import torch
from torch.nn import functional as F

from cnnviz import engine
from cnnviz.analysis import analyze
from cnnviz.content import LANGS, has_label
from cnnviz.errors import ReaderError
from cnnviz.report import Report, Term
from cnnviz.views.derivation import QUANTITIES, derive
from cnnviz.views.formula import product as written
from cnnviz.views.formula import substituted, typeset
from cnnviz.views.output_size import Window, alike, window
from tests.archs import every
from tests.views.fixtures import fixture

FIXTURES = ("resnet50", "shufflenet_v2_x1_0", "inception_v3", "densenet121")


SIGNS = {"·": "*", "−": "-", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}


def computed(substitution: str) -> int:
    """The value of a substitution as written, along the first axis."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", substitution.split(";")[0])
    for sign, plain in {
        "·": "*",
        "−": "-",
        "⌊": "floor(",
        "⌋": ")",
        "⌈": "ceil(",
        "⌉": ")",
    }.items():
        text = text.replace(sign, plain)
    assert re.fullmatch(r"[\d+\-*/(), ]*(?:(?:floor|ceil|max)\([\d+\-*/(), ]*)*", text), text
    return int(eval(text, {"floor": math.floor, "ceil": math.ceil, "max": max}))


def opens(report: Report) -> int:
    """Every derivation of the report agrees with itself; how many had something to compute."""
    opened = 0
    for row, quantity in product(report.rows, QUANTITIES):
        found = derive(report, row.id, quantity, "en")
        if found.substitution:
            assert computed(found.substitution) == found.value, (row.id, found)
            assert found.formula, (row.id, found)
            opened += 1
        elif quantity not in ("output_size", "receptive_field"):
            assert found.value == 0, (row.id, found)
    return opened


@pytest.mark.parametrize("name", every())
def test_substitution_comes_to_the_value(name: str) -> None:
    assert opens(engine.report(name)) > 20


@pytest.mark.parametrize("name", FIXTURES)
def test_substitution_in_branching_networks(name: str) -> None:
    assert opens(analyze(fixture(name))) > 200


def test_a_convolution_opened() -> None:
    report = engine.report("vgg16")
    found = derive(report, "conv1_1", "params", "en")
    assert (found.formula, found.substitution) == (
        "C_out·C_in·k_h·k_w + C_out",
        "64·3·3·3 + 64",
    )
    assert (found.value, found.shown) == (1792, "1,792")
    assert ("C_in", "input channels") in found.symbols
    grouped = derive(engine.report("alexnet"), "conv2", "params", "en")
    assert grouped.formula == "C_out·(C_in/g)·k_h·k_w + C_out"
    assert grouped.substitution == "256·48·5·5 + 256"
    assert ("C_in/g", "input channels of one group") in grouped.symbols
    field = derive(report, "conv2_1", "receptive_field", "en")
    assert (field.formula, field.substitution, field.shown) == (
        "r + (k − 1)·j",
        "6 + (3 − 1)·2",
        "10 × 10",
    )
    flops = derive(report, "conv1_1", "flops", "en")
    assert flops.formula.startswith("2·C_out·") and "N" not in dict(flops.symbols)
    assert derive(report, "fc6", "params", "en").formula == "F_out·F_in + F_out"
    assert derive(report, "fc6", "params", "en").substitution == "4,096·25,088 + 4,096"


def test_the_short_output_size_where_it_says_it_all() -> None:
    report = engine.report("alexnet")
    size = derive(report, "conv2", "output_size", "en")
    assert (size.formula, size.substitution) == ("⌊(n + 2·p − k)/s⌋ + 1", "⌊(27 + 2·2 − 5)/1⌋ + 1")
    assert [s for s, _ in size.symbols] == ["n", "p", "k", "s"]
    assert "p: padding on either side; k: kernel size; s: stride" in size.letters
    assert "；k：核的边长；" in derive(report, "conv2", "output_size", "zh").letters
    pool = derive(report, "pool1", "output_size", "en")
    assert (pool.formula, pool.substitution) == ("⌊(n − k)/s⌋ + 1", "⌊(55 − 3)/2⌋ + 1")
    assert [s for s, _ in pool.symbols] == ["n", "k", "s"]
    uneven = Window(7, 3, 2, 1, 0, 1)
    assert uneven.formula == "⌊(n + p_b + p_e − d·(k − 1) − 1)/s⌋ + 1"
    even = Window(7, 3, 2, 1, 1, 1)
    formula, lines = alike((even, uneven))  # one form for both axes
    assert formula == uneven.formula and len(lines) == 2
    assert [computed(line) for line in lines] == [even.out, uneven.out]
    formula, lines = alike((even, Window(7, 3, 2, 1, 0, 0)))
    assert "p_b" in formula and [computed(line) for line in lines] == [4, 3]


def test_a_batch_is_written_where_it_is_not_one() -> None:
    row = next(r for r in engine.report("lenet5").rows if r.op == "conv2d")
    term = Term(N=8, **{n: v for n, v in row.terms["macs"][0].factors if n != "N"})
    assert written(term).startswith("N·") and substituted(term).startswith("8·")


@pytest.mark.parametrize("name", ["lenet5", "vgg16"])
def test_every_sentence_in_both_languages(name: str) -> None:
    report = engine.report(name)
    for row, quantity in product(report.rows, QUANTITIES):
        english, chinese = (derive(report, row.id, quantity, lang) for lang in LANGS)
        assert english.value == chinese.value
        assert english.substitution == chinese.substitution
        for attribute in ("label", "convention", "counted"):
            assert getattr(english, attribute) != getattr(chinese, attribute)
        assert [s for s, _ in english.symbols] == [s for s, _ in chinese.symbols]


@pytest.mark.parametrize("name", [*every(), *FIXTURES])
def test_every_factor_is_explained(name: str) -> None:
    report = analyze(fixture(name)) if name in FIXTURES else engine.report(name)
    factors = {n for r in report.rows for ts in r.terms.values() for t in ts for n, _ in t.factors}
    unnamed = {n for n in factors if not has_label(f"derivation.symbols.{n}")}
    assert unnamed - {"per_mac"} == set()  # a constant: written as its number


def test_what_is_shared_says_where_it_was_counted() -> None:
    report = analyze(fixture("siamese"))
    shared = next(r for r in report.rows if r.shared_with)
    found = derive(report, shared.id, "params", "en")
    assert found.value == 0
    assert shared.shared_with is not None and shared.shared_with in found.counted


def test_mistakes_are_named() -> None:
    report = engine.report("lenet1")
    with pytest.raises(ReaderError, match="conv99"):
        derive(report, "conv99", "params", "en")
    with pytest.raises(ReaderError, match="accuracy"):
        derive(report, report.rows[0].id, "accuracy", "en")


SIZES = list(product((7, 12, 224), (1, 2, 3, 7), (1, 2, 3), (0, 1, 3), (1, 2)))


def test_window_gives_the_size_that_a_convolution_has() -> None:
    for n, k, s, p, d in SIZES:
        if n + 2 * p < d * (k - 1) + 1:
            continue
        x = torch.empty(1, 1, n, device="meta")
        out = F.conv1d(x, torch.empty(1, 1, k, device="meta"), stride=s, padding=p, dilation=d)
        assert Window(n, k, s, d, p, p).out == out.shape[-1]


def test_window_gives_the_size_that_a_pooling_has() -> None:
    dropped = 0
    for n, k, s, p, d in SIZES:
        if p > k // 2 or n + 2 * p < d * (k - 1) + 1:
            continue
        for ceil in (False, True):
            x = torch.empty(1, 1, n, device="meta")
            out = F.max_pool1d(x, k, s, p, d, ceil_mode=ceil).shape[-1]
            found = Window(n, k, s, d, p, p, ceil=ceil)
            assert found.out == out == computed(found.substitution)
            dropped += found.formula.endswith("+ 1 − 1")
    assert dropped  # ceil mode's last window would begin in the padding


def test_window_gives_the_size_that_a_transposed_convolution_has() -> None:
    for n, k, s, p, d in SIZES:
        for extra in range(max(s, d)):
            if (n - 1) * s - 2 * p + d * (k - 1) + extra + 1 < 1:
                continue
            x = torch.empty(1, 1, n, device="meta")
            w = torch.empty(1, 1, k, device="meta")
            out = F.conv_transpose1d(
                x, w, stride=s, padding=p, output_padding=extra, dilation=d
            ).shape[-1]
            found = Window(n, k, s, d, p, p, transposed=True, extra=extra)
            assert found.out == out == computed(found.substitution)


@pytest.mark.parametrize("name", [*every(), *FIXTURES])
def test_formula_gives_the_traced_shape(name: str) -> None:
    report = analyze(fixture(name)) if name in FIXTURES else engine.report(name)
    slid = 0
    for row in report.rows:
        windows = window(row)
        if windows:
            assert tuple(w.out for w in windows) == row.out_shape[-len(windows) :], row.id
            slid += 1
    assert slid or name == "lenet_300_100"


@pytest.mark.parametrize(
    ("line", "html"),
    [
        ("C_out·(C_in/g)", "<i>C</i><sub>out</sub>·(<i>C</i><sub>in</sub>/<i>g</i>)"),
        ("2·F_in2 + 1", "2·<i>F</i><sub>in,2</sub> + 1"),
        ("r = max(r_1, r_2, …)", "<i>r</i> = max(<i>r</i><sub>1</sub>, <i>r</i><sub>2</sub>, …)"),
        ("⌊(n − k)/s⌋ + 1", "⌊(<i>n</i> − <i>k</i>)/<i>s</i>⌋ + 1"),
        ("4,096·25,088", "4,096·25,088"),
        ("<b>", "&lt;<i>b</i>&gt;"),
    ],
)
def test_a_formula_is_set_as_mathematics(line: str, html: str) -> None:
    assert typeset(line).replace("\u200a", "").replace("<wbr>", "") == html


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "alexnet"])
def test_what_is_set_reads_as_the_line(name: str) -> None:
    """Without its marks the HTML is the formula; no factor is a bare English word."""
    report = engine.report(name)
    for row, quantity in product(report.rows, QUANTITIES):
        found = derive(report, row.id, quantity, "zh")
        for line, html in (
            (found.formula, found.formula_html),
            (found.substitution, found.substitution_html),
        ):
            plain = re.sub(r"</?(i|sub|wbr)>|\u200a", "", html)
            assert plain == line.replace("_", ""), (line, html)
            assert set(re.findall(r"[a-z]{3,}", line)) <= {"max", "out"}, line
