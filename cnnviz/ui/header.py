"""The head of a panel: name, year, paper, the idea in one sentence, and the six numbers."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from cnnviz import ledger, zoo
from cnnviz.content import has_label, label
from cnnviz.report import Report
from cnnviz.ui.shell import language_switch
from cnnviz.ui.state import Desk
from cnnviz.ui.study import Study
from cnnviz.views import numbers
from cnnviz.zoo import Choice


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the six: what is shown, what it says below, all digits and the convention on hover."""

    name: str
    shown: str
    note: str
    hover: str
    difference: str = ""  # from what is pinned; "" where nothing is


def head(desk: Desk, slug: str, year: int) -> None:
    """Name, year and authors, the idea, the language switch. Needs no computed number."""
    lang = desk.lang
    byline = f"{label(f'families.{slug}.authors', lang)} · {year}"
    with st.container(key="head", horizontal=True, vertical_alignment="top"):
        st.html(
            f'<h1 class="title">{escape(label(f"families.{slug}.name", lang))}'
            f'<span class="byline">{escape(byline)}</span></h1>'
            f'<p class="idea">{escape(label(f"families.{slug}.idea", lang))}</p>'
        )
        language_switch(desk)


def six(desk: Desk, study: Study) -> None:
    """The six numbers as one list."""
    cells = "".join(
        f'<div title="{escape(f.hover)}"><dt>{escape(f.name)}</dt><dd>{escape(f.shown)}</dd>'
        f'<dd class="note">{escape(f.note)}</dd></div>'
        for f in figures(study, desk.lang)
    )
    with st.container(key="numbers"):
        st.html(f'<dl class="numbers">{cells}</dl>')


def figures(study: Study, lang: str) -> tuple[Figure, ...]:
    """Parameters, MACs, receptive field, depth, published accuracy, smallest input."""
    report = study.report
    totals = report.totals
    return (
        _figure("params", lang, totals.params, _where(study, lang)),
        _figure("macs", lang, totals.macs, _at_size(report, lang)),
        _field(report, lang),
        _figure("depth", lang, totals.depth, _depth_note(study, lang)),
        _accuracy(study, lang),
        _smallest(report, lang),
    )


def _figure(quantity: str, lang: str, value: int, note: str) -> Figure:
    exact = f"{numbers.exact(value)} {label(f'quantities.{quantity}.unit', lang)}".strip()
    return Figure(
        label(f"quantities.{quantity}.name", lang),
        numbers.si(value),
        note,
        f"{exact}\n{label(f'quantities.{quantity}.convention', lang)}",
    )


def _where(study: Study, lang: str) -> str:
    """Which kind of layer holds most of the parameters: "89% in 3 linear layers"."""
    rows = [r for r in study.report.rows if r.params]
    total = sum(r.params for r in rows)
    if not total:
        return ""
    by_kind: dict[str, list[int]] = {}
    for r in rows:
        by_kind.setdefault(study.graph.by_id[r.id].kind, []).append(r.params)
    kind, most = max(by_kind.items(), key=lambda kv: sum(kv[1]))
    share = round(100 * sum(most) / total)
    key = f"share_{kind}" if has_label(f"ui.share_{kind}") else "share"
    return label(f"ui.{key}", lang, share=share, n=len(most), kind=label(f"ops.kind.{kind}", lang))


def _at_size(report: Report, lang: str) -> str:
    return label("ui.at_input", lang, size=numbers.map_size(report.inputs[0]))


def _field(report: Report, lang: str) -> Figure:
    """The field of the last map before global pooling or flatten."""
    field, at = report.totals.receptive_field, report.totals.receptive_field_at
    name = label("quantities.receptive_field.name", lang)
    convention = label("quantities.receptive_field.convention", lang)
    if field is None or not field.size:
        return Figure(name, "—", label("ui.no_field", lang), convention)
    px = label("quantities.receptive_field.unit", lang)
    step = numbers.square(tuple(field.stride))
    note = label("ui.field_at", lang, layer=at, step=step)
    return Figure(name, f"{numbers.square(field.size)} {px}", note, f"{note}\n{convention}")


def _depth_note(study: Study, lang: str) -> str:
    kinds = [study.graph.by_id[r.id].kind for r in study.report.rows]
    conv, linear = kinds.count("convolution"), kinds.count("linear")
    if conv + linear != study.report.totals.depth:
        return label("ui.depth_path", lang)
    return label("ui.depth_note", lang, conv=conv, linear=linear)


def _accuracy(study: Study, lang: str) -> Figure:
    """Right answers in percent, as published, and only for what it was published for."""
    name = label("quantities.accuracy.name", lang)
    convention = label("quantities.accuracy.convention", lang)
    if study.choice is None:
        return Figure(name, "—", label("ui.accuracy_none", lang), convention)
    arch = study.choice.arch.name
    own = ledger.accuracy(arch, **study.choice.knobs) if _own_size(study.choice) else None
    first = own or ledger.accuracy(arch)
    if first is None:
        return Figure(name, "—", label("ui.accuracy_none", lang), convention)
    name = label(f"ui.accuracy.{first.metric.removesuffix('_error')}", lang)
    value = f"{first.percent:.4g}%"
    hover = label(
        "ui.accuracy_source",
        lang,
        metric=label(f"ledger.metric.{first.metric}", lang),
        printed=first.printed,
        dataset=label(f"ledger.dataset.{first.dataset}", lang),
        title=first.paper.title,
        where=first.row.where,
    )
    if own is None:
        note = label("ui.accuracy_moved", lang, value=value)
        return Figure(name, "—", note, f"{hover}\n{convention}")
    note = label("ui.accuracy_note", lang, dataset=label(f"ui.dataset.{own.dataset}", lang))
    return Figure(name, value, note, f"{hover}\n{convention}")


def _own_size(choice: Choice) -> bool:
    """Whether the input is the size that goes with the other knobs."""
    others = {k: v for k, v in choice.changed.items() if k != "input_size"}
    usual = zoo.resolve(choice.arch.name, others).knobs["input_size"]
    return choice.knobs["input_size"] == usual


def _smallest(report: Report, lang: str) -> Figure:
    name = label("quantities.smallest_input.name", lang)
    convention = label("quantities.smallest_input.convention", lang)
    smallest = report.totals.smallest_input
    if smallest is None:
        return Figure(name, "—", label("ui.smallest_unknown", lang), convention)
    px = label("quantities.smallest_input.unit", lang)
    note = label("ui.smallest_note", lang)
    return Figure(name, f"{smallest} {px}", note, convention)
