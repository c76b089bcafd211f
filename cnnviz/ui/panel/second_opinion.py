"""Second opinion: the same network as other tools count it, and why the figures differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import streamlit as st

from cnnviz import zoo
from cnnviz.content import label
from cnnviz.crosscheck import PRESETS, TOOLS, Crosscheck, compare
from cnnviz.crosscheck.places import places
from cnnviz.graph import OPS
from cnnviz.ui.components import table
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import one_of
from cnnviz.ui.study import Study
from cnnviz.views import numbers

Parts = tuple[tuple[str, Any], ...]  # reason key, its share of the difference


@dataclass(frozen=True)
class Line:
    """One module call: its operations, our multiply-accumulates, the tool's, and the reasons."""

    ids: tuple[str, ...]
    ops: tuple[str, ...]
    ours: int
    theirs: float
    reasons: Parts


def show(scene: Scene) -> None:
    """One tool, chosen by `?tool=`: its total, and layer by layer, differing rows first."""
    study, desk = scene.study, scene.desk
    tool = desk.read("tool", one_of("tool", PRESETS), TOOLS[0])

    with st.container(key="chart_knobs"):
        st.segmented_control(
            desk.say("opinion"),
            tuple(PRESETS),
            key=desk.mirror("tool", tool),
            on_change=desk.push,
            args=("tool", TOOLS[0]),
            required=True,
            label_visibility="collapsed",
        )
    lines = _lines(study, tool)
    st.html(_summary(tool, lines, desk.lang))
    columns, rows, totals = _table(lines, tool, desk.lang)
    table(
        "opinion",
        columns,
        rows,
        totals,
        desk.lang,
        caption=label("ui.opinion_caption", desk.lang, name=study.title, tool=tool),
        height=min(34 + 30 * (len(rows) + 1), 480),
        on_event=scene.on_event("opinion"),
    )


@lru_cache(maxsize=32)
def _live(study: Study) -> Crosscheck:
    """torchinfo and PyTorch's counter run on the network, without weights."""
    if study.choice is None:
        raise ValueError("a network from elsewhere has no second opinion")
    return compare(zoo.construct(study.choice), study.graph, study.report)


@lru_cache(maxsize=128)
def _lines(study: Study, tool: str) -> tuple[Line, ...]:
    """Every module call with arithmetic in either count, the largest difference first."""
    if tool in TOOLS:
        lines = [
            Line(r.ids, r.ops, r.macs, r.opinions[tool].macs, r.opinions[tool].reasons)
            for r in _live(study).rows
        ]
    else:
        lines = [_by_rule(p, tool) for p in places(study.graph, study.report)]
    kept = [x for x in lines if x.ours or x.theirs]
    return tuple(sorted(kept, key=lambda x: -abs(x.theirs - x.ours)))


def _by_rule(place: Any, tool: str) -> Line:
    parts = PRESETS[tool].parts(place)
    reasons = tuple(p for p in parts if p[0] != "macs")
    ops = tuple(n.op for n in place.nodes)
    return Line(place.ids, ops, place.macs, sum(a for _, a in parts), reasons)


def _summary(tool: str, lines: tuple[Line, ...], lang: str) -> str:
    ours, theirs = sum(x.ours for x in lines), sum(x.theirs for x in lines)
    key = "opinion_same" if ours == theirs else "opinion_total"
    said = label(
        f"ui.{key}",
        lang,
        tool=tool,
        version=PRESETS[tool].version,
        theirs=numbers.si(theirs),
        ours=numbers.si(ours),
        difference=_signed(theirs - ours),
    )
    how = label("ui.opinion_live" if tool in TOOLS else "ui.opinion_rule", lang)
    shares: dict[str, float] = {}
    for x in lines:
        for reason, amount in x.reasons:
            shares[reason] = shares.get(reason, 0) + amount
    listed = "".join(
        f"<li><b>{_signed(a)}</b> {escape(label(f'crosscheck.reason.{r}', lang))}</li>"
        for r, a in sorted(shares.items(), key=lambda kv: -abs(kv[1]))
    )
    return f'<div class="opinion"><p>{escape(said)} {escape(how)}</p><ul>{listed}</ul></div>'


def _table(
    lines: tuple[Line, ...], tool: str, lang: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[Any]]:
    def column(key: str, text: str, number: bool = True, opens: bool = False) -> dict[str, Any]:
        return {"key": key, "label": text, "number": number, "opens": opens}

    columns = [
        column("layer", label("ui.opinion_layer", lang), number=False),
        column("macs", label("ui.opinion_ours", lang), opens=True),
        column("theirs", tool),
        column("difference", label("ui.opinion_difference", lang)),
        column("why", label("ui.opinion_why", lang), number=False),
    ]
    rows = []
    for x in lines:
        why = "; ".join(label(f"crosscheck.reason.{r}", lang) for r, _ in x.reasons)
        head = _head(x)
        rows.append(
            {
                "id": head[0],
                "kind": OPS[head[1]],
                "cells": [head[0], _cell(x.ours), _cell(x.theirs), _delta(x), why],
            }
        )
    ours, theirs = sum(x.ours for x in lines), sum(x.theirs for x in lines)
    total = Line((), (), ours, theirs, ())
    return (
        columns,
        rows,
        [
            label("layers.total", lang),
            _cell(ours),
            _cell(theirs),
            _delta(total),
            "",
        ],
    )


def _head(line: Line) -> tuple[str, str]:
    """The operation that stands for the call: the first convolution or linear layer, if any."""
    pairs = list(zip(line.ids, line.ops, strict=True))
    return next((p for p in pairs if OPS[p[1]] in ("convolution", "linear")), pairs[0])


def _cell(value: float) -> list[str]:
    return [numbers.si(value), numbers.exact(value)]


def _delta(line: Line) -> list[str]:
    difference = line.theirs - line.ours
    return [_signed(difference), numbers.exact(difference)] if difference else ["0", "0"]


def _signed(value: float) -> str:
    return f"+{numbers.si(value)}" if value > 0 else numbers.si(value)
