"""Second opinion: the same network as other tools count it, and why the figures differ.

`?tool=` says whose total is explained; `?count=`, whose counting the whole page follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from cnnviz import zoo
from cnnviz.content import clauses, label, listed
from cnnviz.crosscheck import (
    CONVENTIONS,
    PRESETS,
    TOOLS,
    Crosscheck,
    Group,
    Summary,
    beside,
    compare,
    grouped,
    summary,
)
from cnnviz.crosscheck.recorded import printed
from cnnviz.picture import Column, Table
from cnnviz.ui import components, exports
from cnnviz.ui.count import OURS
from cnnviz.ui.drawn import kept
from cnnviz.ui.opinion import Opinions, page, short, signed
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import one_of
from cnnviz.ui.study import Study

Found = tuple[tuple[Summary, ...], tuple[Group, ...]]


def show(scene: Scene) -> None:
    """Totals by counter, the chosen tool's explanation, every layer side by side."""
    study, desk = scene.study, scene.desk
    count = desk.read("count", one_of("count", (OURS, *CONVENTIONS)), OURS)
    if count != (study.count or OURS):
        st.rerun()  # all numbers of the page move, not only what is drawn here
    tool = desk.read("tool", one_of("tool", PRESETS), TOOLS[0])
    found = opinions(study, tool)
    components.opinion(
        "opinion",
        page(found, desk.lang),
        desk.lang,
        save=exports.menu(scene, "opinion", table=lambda: as_table(study, found, desk.lang)),
        on_event=scene.on_event("opinion", lambda event: _chosen(scene, event)),
    )


def _chosen(scene: Scene, event: Mapping[str, Any]) -> None:
    """A tool to explain, or the page's counting."""
    value = event.get("value")
    if event.get("kind") == "tool" and value in PRESETS:
        scene.desk.put({"tool": None if value == TOOLS[0] else str(value)})
    elif event.get("kind") == "count" and value in (OURS, *CONVENTIONS):
        scene.desk.put({"count": None if value == OURS else str(value)})


def opinions(study: Study, tool: str) -> Opinions:
    """What every tool says of the network, and layer by layer those that ran and the chosen one."""
    columns = TOOLS if tool in TOOLS else (*TOOLS, tool)
    plain = replace(study, report=study.own_report, ours=None, count="", pinned=None)
    summaries, groups = kept(lambda: _asked(plain, columns), "opinion", plain.key, columns)
    return Opinions(summaries, groups, columns, tool, study.count)


def _asked(study: Study, columns: tuple[str, ...]) -> Found:
    """Run now where a tool can be, as printed where it was run before, else by its rules."""
    if study.choice is None:
        raise ValueError("a network from elsewhere has no second opinion")
    live = kept(lambda: _live(study), "live", study.key)
    said = printed(study.choice)
    summaries = tuple(summary(t, study.graph, study.report, live, said) for t in PRESETS)
    return summaries, grouped(beside(columns, study.graph, study.report, live))


def _live(study: Study) -> Crosscheck:
    """torchinfo and PyTorch's counter run on the network, without weights."""
    assert study.choice is not None
    return compare(zoo.construct(study.choice), study.graph, study.report)


def as_table(study: Study, found: Opinions, lang: str) -> Table:
    """The layers as shown, with plain numbers: to be saved."""
    columns = (
        Column("layer", label("crosscheck.view.layer", lang), "code"),
        Column("macs", "cnnviz", "int"),
        *(Column(t, t, "int") for t in found.tools),
        Column("why", label("crosscheck.why", lang)),
    )
    rows = tuple(
        (row.head[0], row.ours, *(row.theirs.get(t) for t in found.tools), why(row.reasons, lang))
        for group in found.groups
        for row in group.lines
    )
    sums = (found.ours, *(found.of(t).theirs for t in found.tools))
    tools = listed(("cnnviz", *found.tools), lang)
    caption = label("crosscheck.caption", lang, name=study.title, tools=tools)
    totals = (label("layers.total", lang), *sums, None)
    return Table(f"{study.graph.name}_second_opinion", caption, columns, rows, totals)


def why(reasons: Mapping[str, tuple[tuple[str, Any], ...]], lang: str) -> str:
    """Each tool's reasons in short: "torchinfo: +3.211 M biases"."""
    said = (
        label(
            "crosscheck.view.of_tool",
            lang,
            tool=tool,
            said=listed((f"{signed(n)} {short(reason, lang)}" for reason, n in parts), lang),
        )
        for tool, parts in reasons.items()
        if parts
    )
    return clauses(said, lang)
