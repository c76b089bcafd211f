"""Words and names of saved files: what was set, what counts, nothing but ASCII."""

from __future__ import annotations

import pytest

from cnnviz import zoo
from cnnviz.content import LANGS
from cnnviz.ui.exports import Offer, caption, file_name
from cnnviz.ui.study import Study, of_zoo
from tests.pages.conftest import Visit

PLAIN = Offer(None, None, None, "", True, False, False)
COUNTED = Offer(None, None, None, "", True, True, False)
ALONE = Offer(None, None, None, "", True, False, True)


def study(**knobs: object) -> Study:
    return of_zoo(zoo.resolve("vgg16", knobs), zoo.family("vgg"))


def test_the_caption_says_what_was_set() -> None:
    changed = study(input_size=299, batch_norm=True)
    said = caption(changed, "VGG-16: layers", "en", PLAIN)
    assert said == "VGG-16: layers. Settings – Input size: 299; Batch norm: with."
    assert caption(changed, "各层", "zh", PLAIN) == "各层。设置——输入尺寸：299；批量归一化：有。"
    assert caption(changed, "Layers.", "en", ALONE) == "Layers."
    assert caption(study(), "Layers.", "en", PLAIN) == "Layers."


@pytest.mark.parametrize("lang", LANGS)
def test_the_caption_says_who_counts(lang: str) -> None:
    ours = caption(study(), "", lang, COUNTED)
    assert "cnnviz" in ours
    found = study()
    other = Study(
        found.graph, found.report, found.title, found.choice, found.family, count="fvcore"
    )
    theirs = caption(other, "", lang, COUNTED)
    assert "fvcore" in theirs and "cnnviz" not in theirs
    assert file_name("vgg16_layers", other, "csv") == "vgg16_layers_count_fvcore.csv"


def test_file_names_are_ascii_and_say_the_settings() -> None:
    assert file_name("vgg16-structure", study(), "svg") == "vgg16_structure.svg"
    changed = study(width=0.5, variant="library")
    assert file_name("vgg16_layers", changed, "latex").startswith("vgg16_layers_")
    assert file_name("vgg16_layers", changed, "latex").endswith(".tex")
    assert "width_0.5" in file_name("x", changed, "svg")
    assert file_name("x", changed, "svg", alone=True) == "x.svg"
    assert file_name("../各层\x1b", study(), "csv") == "cnnviz.csv"
    assert len(file_name("a" * 500, study(), "csv")) <= 104


def test_a_page_s_offers_go_with_the_page(visit: Visit) -> None:
    """They hold the network; a reader who looks at many pages keeps one page's."""
    at = visit("lenet", view="layers")
    page, first = at.session_state["_offers"]
    assert page == "lenet" and first
    at.query_params["view"] = "cost"
    at.run()
    assert at.session_state["_offers"][1] is first and len(first) > 1
    at.switch_page("pages/alexnet.py").run()
    page, offers = at.session_state["_offers"]
    assert page == "alexnet" and offers is not first
