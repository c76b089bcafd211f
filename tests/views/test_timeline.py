"""The timeline: years to scale, every family a link; nothing of it loads torch."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cnnviz import zoo
from cnnviz.content import LANGS
from cnnviz.views.timeline import cards, timeline
from tests.views.drawn import NS, check, root, size, texts

FAMILIES = [(f.slug, f.year) for f in zoo.families()]
# As it will be: several families in one year; names of those that exist stand for the others.
CROWDED = [
    ("lenet", 1998),
    ("alexnet", 2012),
    *[("vgg", y) for y in (2014, 2014, 2015, 2016, 2017)],
]


def dots(lang: str, width: float) -> list[float]:
    links = root(timeline(FAMILIES, lang, width)).iter(f"{NS}a")
    return [size(next(a.iter(f"{NS}circle")), "cx") for a in links]


@pytest.mark.parametrize("width", [360, 1000])
def test_years_are_to_scale(width: float) -> None:
    found = dots("en", width)
    assert (found[1] - found[0]) / (found[2] - found[1]) == pytest.approx(14 / 2, abs=0.01)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [340, 360, 690, 1000])
@pytest.mark.parametrize("families", [FAMILIES, CROWDED, FAMILIES[:1], []])
def test_names_and_years_never_touch(
    families: list[tuple[str, int]], width: float, lang: str
) -> None:
    picture = timeline(families, lang, width)
    check(picture)
    for year in {y for _, y in families}:
        assert any(str(year) in t.words for t in texts(picture))


@pytest.mark.parametrize("lang", LANGS)
def test_every_family_is_a_link_that_keeps_the_language(lang: str) -> None:
    links = [a.get("href") for a in root(timeline(FAMILIES, lang)).iter(f"{NS}a")]
    assert links == [f"/{slug}?lang={lang}" for slug, _ in FAMILIES]
    assert [c.address for c in cards(FAMILIES, lang)] == links


def test_cards_are_in_the_order_of_time() -> None:
    assert [c.year for c in cards(reversed(FAMILIES), "en")] == sorted(y for _, y in FAMILIES)


def test_the_timeline_loads_no_torch() -> None:
    code = (
        "import sys; from cnnviz import zoo; from cnnviz.views.timeline import timeline; "
        "timeline([(f.slug, f.year) for f in zoo.families()], 'zh'); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
