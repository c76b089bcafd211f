"""Placeholders: what each form gives, in both languages, and that a wrong one raises."""

from __future__ import annotations

import pytest

from cnnviz import engine
from cnnviz.content import LANGS
from cnnviz.prose import Figure, PlaceholderError, draw, fill, parts, placeholders
from cnnviz.prose.figures import VIEWS
from cnnviz.prose.grammar import VIEW_OPTIONS

T = ","  # between groups of three digits
B = "\u00a0"  # within a size, between a number and its unit


@pytest.mark.parametrize(
    ("placeholder", "shown"),
    [
        ("params vgg16", f"138.4{B}M"),
        ("params vgg16 | exact", f"138{T}357{T}544"),
        ("params vgg_d | exact", f"138{T}357{T}544"),
        ("params vgg16 node=fc6 | exact", f"102{T}764{T}544"),
        ("params vgg16 node=fc6,fc7 | exact", f"119{T}545{T}856"),
        ("params lenet5", f"60{B}k"),
        ("macs vgg16", f"15.47{B}G"),
        ("macs vgg16 input_size=448", f"61.82{B}G"),
        ("share params alexnet kind=linear", "96.2%"),
        ("share params alexnet node=fc6", "61.9%"),
        ("saving params vgg16 head=gap / vgg16", "89.0%"),
        ("ratio macs vgg19 / vgg16", "1.3"),
        ("count vgg16 kind=convolution", "13"),
        ("count vgg16 op=max_pool2d", "5"),
        ("depth vgg19", "19"),
        ("classes alexnet", f"1{T}000"),
        ("smallest_input vgg16", "32"),
        ("receptive_field vgg16", "212"),
        ("receptive_field vgg16 node=conv3_3", "40"),
        ("kernel alexnet node=conv1", f"11{B}×{B}11"),
        ("stride alexnet node=pool1", "2"),
        ("size alexnet node=conv1", f"55{B}×{B}55"),
        ("channels vgg16 node=conv4_1", "512"),
        ("size alexnet node=conv1,pool5", f"6{B}×{B}6"),  # what the part gives: its last map
        ("channels alexnet node=conv1,pool5", "256"),
        ("kernel alexnet node=conv1,pool5", f"11{B}×{B}11"),  # and how it reads: its first window
        ("receptive_field alexnet node=conv1,pool5", "195"),
        ("input lenet5", f"32{B}×{B}32"),
        ("peak_inference vgg16", f"25.69{B}MB"),
        ("published alexnet.errors_2012 1 CNN top-5", "18.2"),
    ],
)
def test_a_placeholder_gives_the_number(placeholder: str, shown: str) -> None:
    for lang in LANGS:
        assert fill(f"a {{{{{placeholder}}}}} b", lang) == f"a {shown} b"


@pytest.mark.parametrize(
    ("arch", "en", "zh"),
    [
        ("vgg16", f"138{B}million", f"1.38{B}亿"),
        ("alexnet", f"61{B}million", f"6097{B}万"),
        ("lenet5", f"60{T}000", f"6{B}万"),
        ("lenet1", f"2{T}578", "2578"),
    ],
)
def test_words_are_each_languages_own(arch: str, en: str, zh: str) -> None:
    assert fill(f"{{{{params {arch} | words}}}}", "en") == en
    assert fill(f"{{{{params {arch} | words}}}}", "zh") == zh


def test_a_large_ratio_is_written_as_each_language_writes_it() -> None:
    found = [fill("{{ratio params alexnet / lenet5}}", lang) for lang in ("en", "zh")]
    assert found == [f"1{T}016", "1016"]


def test_the_parts_add_up_to_the_whole() -> None:
    report = engine.report("alexnet")
    kinds = [
        fill(f"{{{{macs alexnet kind={k} | exact}}}}", "en") for k in ("convolution", "linear")
    ]
    assert sum(int(k.replace(T, "")) for k in kinds) == report.totals.macs


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "wrong",
    [
        "params",
        "params vgg17",
        "parameters vgg16",
        "params vgg16 node=conv9_9",
        "params vgg16 kind=square",
        "params vgg16 op=conv9d",
        "params vgg16 colour=red",
        "params vgg16 node",
        "params vgg16 node=a node=b",
        "params node=fc6",
        "params vgg16 | roman",
        "share params vgg16",
        "ratio params vgg16",
        "ratio buffers vgg16 / vgg16",
        "depth vgg16 node=fc6",
        "kernel vgg16",
        "kernel vgg16 node=relu1_1",
        "size vgg16 node=fc6",
        "macs vgg16 input_size=enormous",
        "figure structure",
        "figure portrait vgg16",
        "figure cost vgg99 quantity=macs",
        "figure cost vgg16",
        "figure cost vgg16 quantity=beauty",
        "figure cost vgg16 quantity=macs scale=0.1",
        "figure cost vgg16 quantity=macs node=conv9_9",
        "figure memory vgg16 mode=sleeping",
        "figure receptive_field vgg16",
        "figure structure vgg16 scale=log",
        "published alexnet",
        "published alexnet.errors_2012",
        "published alexnet.errors_2012 9 CNNs",
        "published nobody.errors",
    ],
)
def test_a_placeholder_that_does_not_resolve_raises_and_names_itself(wrong: str, lang: str) -> None:
    with pytest.raises(PlaceholderError) as caught:
        fill(f"text {{{{{wrong}}}}} text", lang)
    assert f"{{{{{wrong}}}}}" in str(caught.value)


def test_figures_split_the_text_and_are_left_out_of_it() -> None:
    text = "one {{depth vgg11}}\n\n{{figure cost vgg16 head=gap quantity=macs scale=log}}\n\ntwo"
    first, figure, last = parts(text, "en")
    assert (first, last) == ("one 11\n\n", "\n\ntwo")
    assert figure == Figure("cost", "vgg16", {"head": "gap"}, {"quantity": "macs", "scale": "log"})
    assert fill(text, "en") == "one 11\n\n\n\ntwo"
    assert parts("{{figure structure lenet5}}", "zh") == (Figure("structure", "lenet5"),)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "figure",
    [
        Figure("structure", "vgg16"),
        Figure("volumes", "alexnet", {}, {"node": "conv3"}),
        Figure("cost", "vgg16", {}, {"quantity": "macs", "node": "conv1_1"}),
        Figure("memory", "vgg16", {}, {"mode": "training"}),
        Figure("receptive_field", "vgg16", {"input_size": "64"}, {"node": "conv3_3"}),
        Figure("growth", "lenet5"),
    ],
)
def test_every_view_can_be_a_figure(figure: Figure, lang: str) -> None:
    assert draw(figure, lang, 690).alt


def test_every_view_has_its_options() -> None:
    assert set(VIEWS) == set(VIEW_OPTIONS)


def test_placeholders_are_found_with_their_spaces_settled() -> None:
    assert placeholders("a {{ params   vgg16 }} b {{depth\nvgg11}}") == (
        "params vgg16",
        "depth vgg11",
    )
