"""The head of a panel: name, year, paper, the idea in one sentence, and the six numbers."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from cnnviz import ledger, zoo
from cnnviz.content import has_label, label
from cnnviz.report import Report
from cnnviz.ui import compared, knobs
from cnnviz.ui.shell import corner
from cnnviz.ui.state import Desk
from cnnviz.ui.study import Study
from cnnviz.views import numbers
from cnnviz.views.quantity import quantity
from cnnviz.views.receptive_field_spans import bringer
from cnnviz.zoo import Choice

SHORT = 100_000  # a smaller number stands there with all its digits


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the six: what is shown, what it says below, all digits and the convention on hover.

    `difference` from what is pinned, "" where nothing is: "+5.31 M", "—"; "" of an equal one too.
    """

    name: str
    shown: str
    note: str
    hover: str
    difference: str = ""


def head(desk: Desk, slug: str, year: int) -> None:
    """Name, year and authors, the idea, the language switch. Needs no computed number."""
    lang = desk.lang
    byline = f"{label(f'families.{slug}.authors', lang)} · {year}"
    # where one line is all there is, in class and on a phone, the network stands for its family
    network = knobs.arch_at(zoo.family(slug), st.query_params.to_dict()).title
    with st.container(key="head", horizontal=True, vertical_alignment="top"):
        st.html(
            f'<h1 class="title"><span class="family">{escape(label(f"families.{slug}.name", lang))}'
            f'</span><span class="network">{escape(network)}</span>'
            f'<span class="byline">{escape(byline)}</span></h1>'
            f'<p class="idea">{escape(label(f"families.{slug}.idea", lang))}</p>'
        )
        corner(desk)


def figures(study: Study, lang: str) -> tuple[Figure, ...]:
    """Parameters, MACs, receptive field, depth, published accuracy, smallest input."""
    now = study.report.totals
    return (
        _figure(study, "params", lang, now.params, _where(study, lang)),
        _figure(study, "macs", lang, now.macs, _at_size(study.report, lang)),
        _field(study, lang),
        _figure(study, "depth", lang, now.depth, _depth_note(study, lang)),
        _accuracy(study, lang),
        _smallest(study, lang),
    )


def _figure(study: Study, key: str, lang: str, value: int, note: str) -> Figure:
    exact = f"{numbers.exact(value)} {label(f'quantities.{key}.unit', lang)}".strip()
    difference = ""
    if study.pinned:
        then = getattr(study.pinned.report.totals, key)
        difference = compared.difference(value, then, lang)
        exact += f" ({compared.exactly(value, then, lang)})" if difference else ""
    return Figure(
        quantity(study.report, key, "short" if study.report.counting else "name", lang),
        numbers.exact(value) if value < SHORT else numbers.si(value),
        note,
        f"{exact}\n{quantity(study.report, key, 'convention', lang)}",
        difference,
    )


def _where(study: Study, lang: str) -> str:
    """Which kind of layer holds most of the parameters: "89% in 3 linear layers"; or how many are
    of layers that are built and do not run.
    """
    rows = [r for r in study.report.rows if r.params]
    total = sum(r.params for r in rows)
    if idle := study.report.totals.params - total:
        return label("ui.idle_params", lang, n=numbers.si(idle))
    if not total:
        return ""
    by_kind: dict[str, list[int]] = {}
    for r in rows:
        by_kind.setdefault(study.graph.by_id[r.id].kind, []).append(r.params)
    kind, most = max(by_kind.items(), key=lambda kv: sum(kv[1]))
    share = round(100 * sum(most) / total)
    few = "_one" if len(most) == 1 else ""
    key = next(k for k in (f"share_{kind}{few}", f"share_{kind}", "share") if has_label(f"ui.{k}"))
    return label(f"ui.{key}", lang, share=share, n=len(most), kind=label(f"ops.kind.{kind}", lang))


def _at_size(report: Report, lang: str) -> str:
    return label("ui.at_input", lang, size=numbers.map_size(report.inputs[0]))


def _field(study: Study, lang: str) -> Figure:
    """The field of the last map before global pooling or flatten."""
    totals = study.report.totals
    field, at = totals.receptive_field, totals.receptive_field_at
    name = label("quantities.receptive_field.name", lang)
    convention = label("quantities.receptive_field.convention", lang)
    difference = ""
    if study.pinned:
        then = study.pinned.report.totals.receptive_field
        now = field.size if field and field.size else None
        difference = compared.sizes(now, then.size if then and then.size else None, lang)
    if field is None or at is None or not field.size:
        return Figure(name, "—", label("ui.no_field", lang), convention, difference)
    px = label("quantities.receptive_field.unit", lang)
    step = numbers.square(tuple(field.stride))
    note = label("ui.field_at", lang, layer=_module(study, bringer(study.report, at)), step=step)
    shown = f"{numbers.square(field.size)} {px}"
    return Figure(name, shown, note, f"{note}\n{convention}", difference)


def _module(study: Study, node: str) -> str:
    """The module that a map comes out of, where its name says more than the operation's: what
    ends a block is called by the block, "inception_5b.cat" "inception_5b".
    """
    found = study.graph.by_id[node]
    block, _, _ = node.rpartition(".")
    ends = found.kind in ("combine", "activation")
    return block if ends and block in {s.path for s in found.scope} else node


def _depth_note(study: Study, lang: str) -> str:
    kinds = [study.graph.by_id[r.id].kind for r in study.report.rows]
    conv, linear = kinds.count("convolution"), kinds.count("linear")
    if conv + linear != study.report.totals.depth:
        return label("ui.depth_path", lang)
    return label("ui.depth_note" if conv else "ui.depth_linear", lang, conv=conv, linear=linear)


def _accuracy(study: Study, lang: str) -> Figure:
    """Right answers in percent, as published, and only for what it was published for."""
    name = label("quantities.accuracy.name", lang)
    convention = label("quantities.accuracy.convention", lang)
    own = _published(study)
    first = own or (ledger.accuracy(study.choice.arch.name) if study.choice else None)
    difference, points = _points(own, study, lang)
    if first is None:
        return Figure(name, "—", label("ui.accuracy_none", lang), convention, difference)
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
    hover = f"{hover}{points}\n{convention}"
    if own is None:
        note = label("ui.accuracy_moved", lang, value=value)
        return Figure(name, "—", note, hover, difference)
    note = label("ui.accuracy_note", lang, dataset=label(f"ui.dataset.{own.dataset}", lang))
    return Figure(name, value, note, hover, difference)


def _published(study: Study) -> ledger.Accuracy | None:
    """The accuracy that was published for just this network."""
    choice = study.choice
    if choice is None or not _own_size(choice):
        return None
    return ledger.accuracy(choice.arch.name, **choice.knobs)


def _points(own: ledger.Accuracy | None, study: Study, lang: str) -> tuple[str, str]:
    """Percentage points from what is pinned, where both measure the same; and for the hover."""
    if study.pinned is None:
        return "", ""
    then = _published(study.pinned)
    if own is None or then is None or _measured(own) != _measured(then):
        return label("pin.incomparable", lang), ""
    amount = round(own.percent - then.percent, 4)
    said = compared.signed(amount)
    return said, f" ({label('pin.points', lang, n=said)})" if amount else ""


def _measured(found: ledger.Accuracy) -> tuple[str, str]:
    return found.metric.removesuffix("_error"), found.dataset


def _own_size(choice: Choice) -> bool:
    """Whether the input is the size that goes with the other knobs."""
    others = {k: v for k, v in choice.changed.items() if k != "input_size"}
    usual = zoo.resolve(choice.arch.name, others).knobs["input_size"]
    return choice.knobs["input_size"] == usual


def _smallest(study: Study, lang: str) -> Figure:
    name = label("quantities.smallest_input.name", lang)
    convention = label("quantities.smallest_input.convention", lang)
    smallest = study.report.totals.smallest_input
    difference = ""
    if study.report.totals.receptive_field is None:
        return Figure(name, "—", label("ui.no_field", lang), convention, difference)
    if study.pinned:
        then = study.pinned.report.totals.smallest_input
        difference = compared.difference(smallest, then, lang)
    if smallest is None:
        return Figure(name, "—", label("ui.smallest_unknown", lang), convention, difference)
    px = label("quantities.smallest_input.unit", lang)
    note = label("ui.smallest_any" if smallest == 1 else "ui.smallest_note", lang)
    return Figure(name, f"{smallest} {px}", note, convention, difference)
