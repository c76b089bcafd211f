"""The six numbers in words: small ones in full, layers by the names that a lecture uses."""

from __future__ import annotations

import pytest

from cnnviz import zoo
from cnnviz.content import LANGS
from cnnviz.ui import header
from cnnviz.ui.study import of_zoo
from tests.archs import every
from tests.pages.conftest import Visit, html


def figures(name: str, lang: str = "en", **knobs: zoo.Value) -> tuple[header.Figure, ...]:
    choice = zoo.resolve(name, knobs)
    return header.figures(of_zoo(choice, zoo.family(choice.arch.family)), lang)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("lenet5", "at C5, step 4"),
        ("vgg16", "at pool5, step 32"),
        ("googlenet", "at inception_5b, step 32"),
        ("resnet18", "at conv5_2, step 32"),
    ],
)
def test_the_field_s_layer_has_a_name_without_what_is_inside(name: str, note: str) -> None:
    assert figures(name)[2].note == note


@pytest.mark.parametrize("arch", every())
def test_notes_are_short(arch: str) -> None:
    for lang in LANGS:
        for figure in figures(arch, lang):
            wide = sum(2 if ord(c) > 0x2E80 else 1 for c in figure.note)
            assert wide <= 27, figure.note


def test_small_numbers_have_all_their_digits() -> None:
    assert [f.shown for f in figures("lenet5")][:2] == ["60,000", "325.7 k"]


def test_without_maps_no_size_is_named() -> None:
    shown = figures("lenet_300_100")
    assert [shown[i].shown for i in (2, 3, 5)] == ["—", "3", "—"]
    assert shown[3].note == "3 linear layers"
    assert figures("resnet18")[5].note == "any size passes"


def test_what_is_built_and_does_not_run_is_said() -> None:
    assert figures("googlenet", aux="built")[0].note == "of these 6.380 M do not run"
    assert figures("googlenet")[0].note == "85% in 57 convolutions"
    assert figures("lenet1")[0].note == "75% in the linear layer"


def test_the_head_names_the_network_too(visit: Visit) -> None:
    page = html(visit("vgg", lang="en", arch="vgg19"))
    assert '<span class="family">VGG</span><span class="network">VGG-19 (E)</span>' in page
