"""Second opinion: the same network as other tools count it, and why the figures differ."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import streamlit as st

from cnnviz import zoo
from cnnviz.content import has_label, label
from cnnviz.crosscheck import PRESETS, TOOLS, Crosscheck, Line, Summary, compare, lines, summary
from cnnviz.crosscheck.recorded import printed
from cnnviz.graph import OPS
from cnnviz.picture import Column, Table
from cnnviz.ui import exports
from cnnviz.ui.components import table
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import one_of
from cnnviz.ui.study import Study
from cnnviz.views import numbers

Found = tuple[Summary, tuple[Line, ...]]


def show(scene: Scene) -> None:
    """One tool, chosen by `?tool=`: its total, and layer by layer, differing rows first."""
    study, desk = scene.study, scene.desk
    tool = desk.read("tool", one_of("tool", PRESETS), TOOLS[0])
    with st.container(key="chart_knobs", horizontal=True):
        st.segmented_control(
            desk.say("opinion"),
            tuple(PRESETS),
            key=desk.mirror("tool", tool),
            on_change=desk.push,
            args=("tool", TOOLS[0]),
            required=True,
            label_visibility="collapsed",
        )
    whole, rows = kept(lambda: _asked(study, tool), "opinion", study.key, tool)
    st.html(said(whole, desk.lang))
    if not rows:
        return
    table(
        "opinion",
        _columns(tool, desk.lang),
        [_row(x, desk.lang) for x in rows],
        [label("layers.total", desk.lang), *_sums(rows), ""],
        desk.lang,
        caption=_caption(study, tool, desk.lang),
        save=exports.menu(scene, "opinion", table=lambda: as_table(study, tool, rows, desk.lang)),
        on_event=scene.on_event("opinion"),
    )


def _caption(study: Study, tool: str, lang: str) -> str:
    return label("ui.opinion_caption", lang, name=study.title, tool=tool)


def as_table(study: Study, tool: str, rows: tuple[Line, ...], lang: str) -> Table:
    """What is shown, with plain numbers: to be saved."""
    kinds = ("code", "int", "int", "int", "text")
    columns = tuple(
        Column(c["key"], c["label"], kind)
        for c, kind in zip(_columns(tool, lang), kinds, strict=True)
    )
    body = tuple((x.head[0], x.ours, x.theirs, x.difference, why(x.reasons, lang)) for x in rows)
    ours, theirs = sum(x.ours for x in rows), sum(x.theirs for x in rows)
    totals = (label("layers.total", lang), ours, theirs, theirs - ours, None)
    return Table(f"{study.graph.name}_{tool}", _caption(study, tool, lang), columns, body, totals)


def _asked(study: Study, tool: str) -> Found:
    """What the tool says: run now where it can be, as printed where it was run, else by rule."""
    if study.choice is None:
        raise ValueError("a network from elsewhere has no second opinion")
    live = kept(lambda: _live(study), "live", study.key) if tool in TOOLS else None
    whole = summary(tool, study.graph, study.report, live, printed(study.choice))
    return whole, lines(tool, study.graph, study.report, live)


def _live(study: Study) -> Crosscheck:
    """torchinfo and PyTorch's counter run on the network, without weights."""
    assert study.choice is not None
    return compare(zoo.construct(study.choice), study.graph, study.report)


def said(found: Summary, lang: str) -> str:
    """The tool's total beside ours, where it comes from, and what the difference is made of."""
    if found.theirs is None:
        stopped = label("crosscheck.failed", lang, reason=found.failed)
        words = f"{found.tool} {found.version}: {stopped}"
        return f'<div class="opinion"><p>{escape(words)}</p></div>'
    key = "opinion_total" if found.difference else "opinion_same"
    total = label(
        f"ui.{key}",
        lang,
        tool=found.tool,
        version=found.version,
        theirs=numbers.si(found.theirs),
        ours=numbers.si(found.ours),
        difference=signed(found.difference or 0),
    )
    how = label(f"ui.opinion_{found.how}", lang)
    listed = "".join(
        f"<li><b>{signed(amount)}</b> {escape(label(f'crosscheck.reason.{reason}', lang))}</li>"
        for reason, amount in found.reasons
    )
    space = "" if lang == "zh" else " "
    return f'<div class="opinion"><p>{escape(total + space + how)}</p><ul>{listed}</ul></div>'


def _columns(tool: str, lang: str) -> list[dict[str, Any]]:
    def column(key: str, text: str, number: bool = True, opens: bool = False) -> dict[str, Any]:
        return {"key": key, "label": text, "number": number, "opens": opens}

    return [
        column("layer", label("ui.opinion_layer", lang), number=False),
        column("macs", label("ui.opinion_ours", lang), opens=True),
        column("theirs", tool),
        column("difference", label("ui.opinion_difference", lang)),
        column("why", label("ui.opinion_why", lang), number=False),
    ]


def _row(line: Line, lang: str) -> dict[str, Any]:
    head, op = line.head
    amounts = [_cell(line.ours), _cell(line.theirs), _delta(line.difference)]
    return {"id": head, "kind": OPS[op], "cells": [head, *amounts, why(line.reasons, lang)]}


def _sums(rows: Iterable[Line]) -> list[list[str]]:
    kept_rows = tuple(rows)
    ours, theirs = sum(x.ours for x in kept_rows), sum(x.theirs for x in kept_rows)
    return [_cell(ours), _cell(theirs), _delta(theirs - ours)]


def why(reasons: tuple[tuple[str, Any], ...], lang: str) -> str:
    """The reasons in short; the amount of each where there are several."""
    parts = []
    for reason, amount in reasons:
        short = f"crosscheck.short.{reason}"
        words = label(short if has_label(short) else f"crosscheck.reason.{reason}", lang)
        parts.append(f"{signed(amount)} {words}" if len(reasons) > 1 else words)
    return ("；" if lang == "zh" else "; ").join(parts)


def _cell(value: float) -> list[str]:
    return [numbers.si(value), numbers.exact(value)]


def _delta(difference: float) -> list[str]:
    return [signed(difference), numbers.exact(difference)] if difference else ["0", "0"]


def signed(value: float) -> str:
    return f"+{numbers.si(value)}" if value > 0 else numbers.si(value)
