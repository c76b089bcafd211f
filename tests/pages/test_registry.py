"""Pages and their registry are one; a page that is broken harms no other."""

from __future__ import annotations

import pytest

from cnnviz import zoo
from cnnviz.content import LANGS, has_label, label
from cnnviz.ui import pages
from tests.pages.conftest import ROOT, Visit, html
from tests.pages.knobs import knobs


def test_the_registry_and_the_files_are_the_same() -> None:
    files = {p.stem for p in (ROOT / "pages").glob("*.py")}
    assert files == {p.slug for p in pages.pages()}
    assert {f.slug for f in zoo.families()} <= files


@pytest.mark.parametrize("page", pages.pages(), ids=lambda p: p.slug)
def test_a_page_has_a_group_and_a_name(page: pages.Page) -> None:
    assert page.group in pages.GROUPS
    assert has_label(page.label)
    assert has_label(f"ui.menu.{page.group}")


@pytest.mark.parametrize("where", ["", "vgg"])
@pytest.mark.parametrize("lang", LANGS)
def test_a_page_without_name_or_file_harms_no_other(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, where: str, lang: str
) -> None:
    nameless = pages.Page("vgg_nameless", "networks", "families.vgg_nameless.name")
    fileless = pages.Page("vgg_fileless", "networks", "families.vgg.name")
    monkeypatch.setattr(pages, "OTHERS", (nameless, fileless))
    at = visit(where, lang=lang)
    assert not at.exception
    assert label("ui.broken", lang) not in html(at)
    idea = label("families.vgg.idea", lang)
    assert idea in html(at)


def test_a_head_that_fails_leaves_knobs_and_views(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnviz.ui import header

    def fails(*_: object) -> None:
        raise LookupError("no such label")

    monkeypatch.setattr(header, "figures", fails)
    at = visit("vgg", lang="en")
    assert not at.exception
    assert label("ui.broken", "en") in html(at)
    assert knobs(at)["arch"]["value"] == "vgg16"
    assert at.session_state["vgg_view"] == "structure"
