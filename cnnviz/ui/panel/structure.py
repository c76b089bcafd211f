"""Structure: the folded graph; a click selects a layer or opens a group where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cnnviz.analysis.fold import Fold, fold, toggle
from cnnviz.errors import ReaderError
from cnnviz.picture import Picture
from cnnviz.ui.components import svgview
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import clip
from cnnviz.ui.study import Study
from cnnviz.views.structure import structure

KEY = "structure"
ALL, NONE = "all", "none"
LOW, HIGH = 360, 640  # height of its place


def show(scene: Scene) -> None:
    """The graph as `?open=` says; without it folded to about twenty visible nodes."""
    study, desk = scene.study, scene.desk
    folded = _folded(study)
    text = desk.read("open", lambda raw: _checked(raw, folded, study))
    opened = _opened(text, folded)
    width = scene.width()

    def on_fold(event: Mapping[str, Any]) -> None:
        if event.get("kind") == "fold":
            now = toggle(folded, opened, str(event.get("value")))
            desk.put("open", _token(now, folded), "")

    picture, homes = _drawn(study, opened, width, desk.lang)
    svgview(
        KEY,
        picture,
        desk.lang,
        homes=homes,
        width=width,
        height=int(min(max(picture.height + 24, LOW), HIGH)),
        tools=True,
        on_event=scene.on_event(KEY, on_fold),
    )


@lru_cache(maxsize=64)
def _folded(study: Study) -> Fold:
    return fold(study.graph)


@lru_cache(maxsize=256)
def _drawn(
    study: Study, opened: frozenset[str], width: int, lang: str
) -> tuple[Picture, dict[str, str]]:
    """The picture, and for every node the box that stands for it."""
    picture = structure(study.graph, study.report, opened=opened, width=width, lang=lang)
    folded = _folded(study)
    view = folded.view(opened)
    homes = {
        node: view.leaves[view.shown[cell]].item.key for node, cell in folded.cell_of.items()
    }
    return picture, {node: home for node, home in homes.items() if node != home}


# `open` lists the keys whose state differs from the default, so the plain page has none.


def _opened(text: str, folded: Fold) -> frozenset[str]:
    if text == ALL:
        return folded.all_open()
    if text == NONE:
        return frozenset()
    return folded.default() ^ frozenset(k for k in text.split(",") if k)


def _token(opened: frozenset[str], folded: Fold) -> str:
    if opened == folded.all_open():
        return ALL
    return ",".join(sorted(opened ^ folded.default())) if opened else NONE


def _checked(raw: str, folded: Fold, study: Study) -> str:
    if raw in (ALL, NONE):
        return raw
    known = folded.all_open()
    for key in raw.split(","):
        if key and key not in known:
            raise ReaderError("unknown_block", block=clip(key), name=study.title)
    return raw
