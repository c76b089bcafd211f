"""The details of the chosen layer: what goes in and out, its settings, every number derived."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz.content import has_label, label, listed
from cnnviz.errors import ReaderError
from cnnviz.graph import Node, Shape
from cnnviz.report import ADDITIVE
from cnnviz.ui import compared
from cnnviz.ui.overview import overview
from cnnviz.ui.state import Desk
from cnnviz.ui.study import Study
from cnnviz.views import numbers
from cnnviz.views.derivation import Derivation, derive

FIRST = ("params", "macs", "receptive_field", "output_size")
MORE = ("flops", "connections", "activations", "memory_access")
# Stands in the numbers, or is the mode of computing, which is the same for all layers.
SILENT = ("bias", "affine", "training", "track_running_stats", "inplace", "shapes")
ATTRS = (
    "kernel_size", "stride", "padding", "dilation", "groups", "output_size", "ceil_mode",
    "negative_slope", "p", "dim", "eps", "size", "alpha", "beta", "k",
    "amplitude", "slope", "links", "units",
)  # fmt: skip  # in this order; others follow


def details(desk: Desk, study: Study, sel: str, number: str) -> None:
    """The card beside every view."""
    if sel in study.graph.by_id:
        st.html(card(study, sel, number, desk.lang))
    else:
        st.html(overview(study, desk.lang))


def card(study: Study, sel: str, number: str, lang: str) -> str:
    """The chosen layer as HTML; `number` is the quantity that the reader opened.

    Beside what is pinned, the layer of the same name there: each number says its difference.
    """
    node = study.graph.by_id[sel]
    rows = [*_ends(study, node, lang), *_settings(node, lang), *_sharing(study, sel, lang)]
    listed = "".join(f"<div><dt>{escape(k)}</dt><dd>{v}</dd></div>" for k, v in rows if v)
    absent = ""
    if study.pinned and sel not in study.pinned.graph.by_id:
        said = label("pin.absent", lang, name=study.pinned.title)
        absent = f'<p class="delta">{escape(said)}</p>'
    first, more = (
        "".join(_derived(study, sel, d, d.quantity == number, lang) for d in found)
        for found in (_derivations(study, sel, group, lang) for group in (FIRST, MORE))
    )
    opened = " open" if number in MORE else ""
    return (
        f'<div class="card"><h2>{escape(sel)}</h2>'
        f'<p class="what">{escape(what(node, lang))}</p>{absent}<dl>{listed}</dl>{first}'
        f'<details class="more"{opened}><summary>{escape(label("ui.more_numbers", lang))}</summary>'
        f"{more}</details></div>"
    )


def _ends(study: Study, node: Node, lang: str) -> list[tuple[str, str]]:
    """What goes in, each by its maker where there are several, and what comes out."""
    sources = [e.node for e in node.inputs]
    several = len(node.in_shapes) > 1
    named = several and len(sources) == len(node.in_shapes)
    ins = [
        (f'<span class="from">{escape(sources[i])}</span> ' if named else "")
        + escape(numbers.grouped(numbers.map_size(shape)))
        for i, shape in enumerate(node.in_shapes)
    ]
    outs = [escape(numbers.grouped(numbers.map_size(o.shape))) for o in node.outputs]
    before = study.pinned.graph.by_id.get(node.id) if study.pinned else None
    if before is not None and len(before.outputs) == len(outs):
        pairs = zip(node.outputs, before.outputs, strict=True)
        outs = [
            text + _delta(shape_difference(now.shape, then.shape, lang))
            for text, (now, then) in zip(outs, pairs, strict=True)
        ]
    key = "derivation.outputs" if len(outs) > 1 else "ui.output"
    return [
        (label("derivation.inputs" if several else "ui.input", lang), "<br>".join(ins)),
        (label(key, lang), "<br>".join(outs)),
    ]


def shape_difference(now: Shape, then: Shape, lang: str) -> str:
    """Of two maps of one image, axis by axis; "" if they are the same."""
    drop = 1 if len(now) > 1 and now[0] == then[0] == 1 else 0
    return compared.sizes(now[drop:], then[drop:], lang)


def _sharing(study: Study, sel: str, lang: str) -> list[tuple[str, str]]:
    """Whose weights these are, and who uses them again: they count once."""
    owner = study.report.by_id[sel].shared_with
    again = [r.id for r in study.report.rows if r.shared_with == sel]
    return [
        (label("ui.shared", lang), escape(owner or "")),
        (label("derivation.again", lang), escape(listed(again, lang))),
    ]


def what(node: Node, lang: str) -> str:
    """The operation in words: "3 × 3 convolution"."""
    key = f"ops.op.{node.op}"
    name = label(key, lang) if has_label(key) else node.op
    kernel = node.attrs.get("kernel_size")
    if isinstance(kernel, tuple) and node.kind in ("convolution", "pooling"):
        size = numbers.size(kernel).replace(" ", "")
        return f"{size} {name}"
    return name


def _settings(node: Node, lang: str) -> list[tuple[str, str]]:
    """The attributes worth a line: what departs from the plain operation."""
    lines = []
    for name in sorted(node.attrs, key=lambda a: ATTRS.index(a) if a in ATTRS else len(ATTRS)):
        if name in SILENT:
            continue
        text = _value(name, node.attrs[name])
        plain = {"dilation": "1", "groups": "1", "ceil_mode": "", "padding": "0"}.get(name)
        if text and text != plain:
            pooling = name == "kernel_size" and node.kind == "pooling"
            key = "derivation.window" if pooling else f"ui.attrs.{name}"
            said = label(key, lang) if has_label(key) else name.replace("_", " ")
            lines.append((said, escape(text)))
    return lines


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, tuple):
        if name == "padding":
            return _padding(value)
        whole = [v for v in value if isinstance(v, int)]
        if len(whole) == len(value) and whole:
            return numbers.square(tuple(whole)) if name != "kernel_size" else numbers.size(whole)
        return str(value)
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, int):
        return numbers.exact(value)
    return "" if value is None else str(value)


def _padding(value: tuple[object, ...]) -> str:
    """One number where all sides agree, else begin and end for each axis."""
    flat = [x for pair in value for x in (pair if isinstance(pair, tuple) else (pair,))]
    if len(set(flat)) == 1:
        return str(flat[0])
    return ", ".join(
        "+".join(map(str, pair)) if isinstance(pair, tuple) else str(pair) for pair in value
    )


def _derivations(
    study: Study, sel: str, quantities: tuple[str, ...], lang: str
) -> list[Derivation]:
    found = []
    for q in quantities:
        try:
            found.append(derive(study.report, sel, q, lang))
        except ReaderError:
            continue
    return found


def _derived(study: Study, sel: str, d: Derivation, opened: bool, lang: str) -> str:
    """One number: label and value, the formula, the layer's own numbers in it; opened, the words.

    The heading is a summary: a touch opens what the letters stand for and what is counted.
    """
    lines = ""
    if d.formula:
        lines = f'<span class="math">{d.formula_html}</span>'
        if d.substitution != d.shown:
            lines += f'<span class="math own">{d.substitution_html}</span>'
    why = _why(study, sel, lang) if d.quantity == "macs" else ""
    empty = "" if d.formula else d.counted
    texts = (d.letters_html, escape(d.convention), escape(d.counted if d.formula else ""))
    words = "".join(f"<small>{t}</small>" for t in (escape(empty), *texts) if t)
    marked = ' in-row" open' if opened else '"'
    return (
        f'<details class="derived{marked}><summary title='
        f'"{escape(d.convention)}"><span class="line"><span>{escape(d.label)}</span>'
        f"<b>{escape(d.shown)}{_delta(_change(study, sel, d, lang))}</b></span>{lines}{why}"
        f"</summary>{words}</details>"
    )


def _why(study: Study, sel: str, lang: str) -> str:
    """Why the convention that is chosen counts otherwise here than ours does."""
    said = "".join(
        f"<small><b>{compared.signed(amount)}</b> "
        f"{escape(label(f'crosscheck.reason.{reason}', lang))}</small>"
        for reason, amount in study.why.get(sel, ())
    )
    return f'<span class="why">{said}</span>' if said else ""


def _change(study: Study, sel: str, d: Derivation, lang: str) -> str:
    """The difference of a number from the same layer's in what is pinned."""
    if study.pinned is None:
        return ""
    before = compared.then(study, sel)
    if before is None:
        return compared.difference(None, None, lang)
    now = study.report.by_id[sel]
    if d.quantity in ADDITIVE:
        return compared.difference(d.value, getattr(before, d.quantity), lang)
    if d.quantity == "output_size":
        return shape_difference(_spatial(now.out_shape), _spatial(before.out_shape), lang)
    fields = [r.receptive_field for r in (now, before)]
    here, there = (f.size if f is not None else None for f in fields)
    said = compared.sizes(here, there, lang)
    unit = label("quantities.receptive_field.unit", lang)
    return f"{said} {unit}" if any(c.isdigit() for c in said) else said


def _spatial(shape: Shape) -> Shape:
    return shape[2:] if len(shape) > 2 else shape[1:]


def _delta(text: str) -> str:
    return f' <span class="delta">{escape(text)}</span>' if text else ""
