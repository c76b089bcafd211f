"""Lessons: the same in both languages but for the words; every number from the engine."""

from __future__ import annotations

import re

import pytest

from cnnviz import zoo
from cnnviz.content import HERE, LANGS, lesson
from cnnviz.prose import Figure, draw, fill, parts, placeholders
from tests.content.test_labels import half_width, unspaced

SLUGS = [f.slug for f in zoo.families()]

# Digits that may be typed, because no engine computes them (order matters: longest first).
TYPED = (
    (r"\$[^$]*\$", "algebra"),
    (r"\]\([^)]*\)", "an address"),
    (r"Proceedings of the IEEE\*? \d+\(\d+\)", "a journal's volume"),
    (r"\b(?:19|20)\d\d\b", "a year"),
    (r"LeNet-5|VGG-16|ResNet-\d+|CIFAR-10|top-[15]", "a name"),
    (r"\b(?:[CSF]\d|conv\d(?:_\d)?|fc\d|pool\d)(?![\w.])", "a layer's name"),
    (r"(?:\b|inception_)[345][a-e](?!\w|\.\d)", "a module's name"),
    (r"\b\d+ × \d+(?!\w)", "the size of a kernel, a window or a data set"),
    (r"(?:[Ss]ections?|Tables?|Figures?|[图表第]|见) ?\d(?:\.\d)?", "a place in a paper"),
    (r"\d\.\d (?=two GPUs|overlapping|response|rectifiers|for)", "a section"),
    (r"\d(?:\.\d)? ?(?:节|与表|for|修正|两块|响应|重叠)", "a section"),
)
# Figures that a paper prints and no row of the ledger holds, or that a sentence is about.
ALLOWED = {
    "lenet": {"5": "the version number in the name, explained"},
    "alexnet": {
        "25": "training error of Figure 1, quoted from the paper",
        "1": "the variance that normalisation does not reach",
        "224": "the printed input, which the paragraph is about",
        "54": "what 224 gives without padding: no network of ours reads it so",
        "227": "the input that gives the printed map",
    },
    "vgg": {
        "28": "1 - 18/25, worked in the same sentence",
        "45": "1 - 27/49, worked in the same sentence",
        "81": "49/27 - 1, quoted from section 2.3",
    },
    "googlenet": {},
    "resnet": {},
}


def headings(text: str) -> list[str]:
    return re.findall(r"^#+(?= )", text, re.MULTILINE)


def sections(text: str) -> list[str]:
    return re.split(r"^#+ .*$", text, flags=re.MULTILINE)[1:]


def figures(text: str) -> list[str]:
    return [p for p in placeholders(text) if p.startswith("figure ")]


def test_the_registry_and_the_files_name_the_same_lessons() -> None:
    for lang in LANGS:
        assert sorted(p.stem for p in (HERE / "lessons" / lang).glob("*.md")) == sorted(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_have_the_same_sections_placeholders_and_figures(slug: str) -> None:
    en, zh = lesson(slug, "en"), lesson(slug, "zh")
    assert headings(en) == headings(zh)
    assert figures(en) == figures(zh)
    for a, b in zip(sections(en), sections(zh), strict=True):
        assert sorted(placeholders(a)) == sorted(placeholders(b))
    assert re.findall(r"https?://[^)\s]+", en) == re.findall(r"https?://[^)\s]+", zh)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_has_four_paragraphs_of_text_and_its_sources(slug: str, lang: str) -> None:
    *told, sources = sections(lesson(slug, lang))
    assert len(told) == 4
    for section in told:
        paragraphs = [p for p in section.strip().split("\n\n") if not p.startswith("{{figure")]
        assert len(paragraphs) == 1
        assert len(paragraphs[0]) > (220 if lang == "zh" else 500)
    assert re.search(r"\d", sources)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", SLUGS)
def test_every_placeholder_resolves(slug: str, lang: str) -> None:
    filled = parts(lesson(slug, lang), lang)
    assert [p.view for p in filled if isinstance(p, Figure)] == [
        f.split()[1] for f in figures(lesson(slug, lang))
    ]
    assert not re.search(r"[{}]", fill(re.sub(r"\$[^$]*\$", "", lesson(slug, lang)), lang))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", SLUGS)
def test_every_figure_is_drawn(slug: str, lang: str) -> None:
    shown = [p for p in parts(lesson(slug, lang), lang) if isinstance(p, Figure)]
    assert shown
    for figure in shown:
        picture = draw(figure, lang, 360)
        assert picture.svg.startswith("<svg") and picture.alt and picture.caption


@pytest.mark.parametrize("slug", SLUGS)
def test_chinese_lessons_are_set_as_chinese(slug: str) -> None:
    text = re.sub(r"\]\([^)]*\)|\$[^$]*\$|[*_]", "", fill(lesson(slug, "zh"), "zh"))
    assert not half_width(text)
    assert not unspaced(text)


def typed(text: str) -> list[str]:
    """Numbers that stand in the text outside placeholders and outside what TYPED allows."""
    text = re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL)
    for pattern, _ in TYPED:
        text = re.sub(pattern, " ", text)
    return re.findall(r"\d+(?:[.,]\d+)*", text)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", SLUGS)
def test_no_number_is_typed_that_the_engine_could_compute(slug: str, lang: str) -> None:
    assert set(typed(lesson(slug, lang))) <= set(ALLOWED[slug])


def test_every_allowed_number_is_still_there() -> None:
    for slug, numbers in ALLOWED.items():
        found = {n for lang in LANGS for n in typed(lesson(slug, lang))}
        assert found == set(numbers), slug


def test_a_typed_number_would_be_found() -> None:
    assert typed("VGG-16 has 138 M parameters, 15.47 G MACs") == ["138", "15.47"]
    assert typed("in 1998, conv3_1 with 3 × 3 and $2C^2$ (section 2.3)") == []
