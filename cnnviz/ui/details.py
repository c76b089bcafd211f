"""The details of the chosen layer: what goes in and out, its settings, every number derived."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz.content import has_label, label
from cnnviz.errors import ReaderError
from cnnviz.graph import OPS, Node
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
    """The chosen layer as HTML; `number` is the quantity that the reader opened."""
    node = study.graph.by_id[sel]
    rows = [
        (label("ui.input", lang), " + ".join(map(numbers.map_size, node.in_shapes))),
        (label("ui.output", lang), ", ".join(numbers.map_size(o.shape) for o in node.outputs)),
        *_settings(node, lang),
    ]
    shared = study.report.by_id[sel].shared_with
    if shared:
        rows.append((label("ui.shared", lang), shared))
    listed = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows if v)
    first, more = (
        "".join(_derived(d, d.quantity == number) for d in _derivations(study, sel, group, lang))
        for group in (FIRST, MORE)
    )
    opened = " open" if number in MORE else ""
    return (
        f'<div class="card"><h2>{escape(sel)}</h2><p class="what">{escape(what(node, lang))}</p>'
        f"<dl>{listed}</dl>{first}"
        f"<details{opened}><summary>{escape(label('ui.more_numbers', lang))}</summary>"
        f"{more}</details></div>"
    )


def what(node: Node, lang: str) -> str:
    """The operation in words: "3 × 3 convolution"."""
    key = f"ops.op.{node.op}"
    name = label(key, lang) if has_label(key) else node.op
    kernel = node.attrs.get("kernel_size")
    if isinstance(kernel, tuple) and node.kind in ("convolution", "pooling"):
        size = numbers.size(kernel).replace(" ", "")
        return f"{size} {name}"
    return name


def overview(study: Study, lang: str) -> str:
    """What stands beside a view while nothing is chosen: where the numbers lie, by kind."""
    sums: dict[str, list[int]] = {}
    for r in study.report.rows:
        kind = sums.setdefault(OPS[r.op], [0, 0, 0])
        kind[0] += 1
        kind[1] += r.params
        kind[2] += r.macs
    params = sum(s[1] for s in sums.values())
    macs = sum(s[2] for s in sums.values())
    rows = "".join(
        f'<tr><th scope="row"><i class="dot k-{kind}"></i>'
        f"{escape(label(f'ops.kind.{kind}', lang))}</th><td>{n}</td>"
        f'<td title="{numbers.exact(p)}">{numbers.percent(p, params)}</td>'
        f'<td title="{numbers.exact(m)}">{numbers.percent(m, macs)}</td></tr>'
        for kind, (n, p, m) in sums.items()
        if p or m or kind in ("pooling", "normalisation", "activation")
    )
    heads = "".join(
        f'<td class="small">{escape(label(f"ui.{k}", lang))}</td>'
        for k in ("count", "of_params", "of_macs")
    )
    return (
        f'<div class="card"><h2>{escape(study.title)}</h2>'
        f'<p class="what">{escape(label("ui.choose_layer", lang))}</p>'
        f'<table class="shares"><tr><td></td>{heads}</tr>{rows}</table></div>'
    )


def _settings(node: Node, lang: str) -> list[tuple[str, str]]:
    """The attributes worth a line: what departs from the plain operation."""
    lines = []
    for name in sorted(node.attrs, key=lambda a: ATTRS.index(a) if a in ATTRS else len(ATTRS)):
        if name in SILENT:
            continue
        text = _value(name, node.attrs[name])
        plain = {"dilation": "1", "groups": "1", "ceil_mode": "", "padding": "0"}.get(name)
        if text and text != plain:
            key = f"ui.attrs.{name}"
            lines.append((label(key, lang) if has_label(key) else name.replace("_", " "), text))
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


def _derived(d: Derivation, opened: bool) -> str:
    """One number: label and value, the formula, the layer's own numbers in it."""
    shown = d.shown
    lines = "".join(f"<code>{escape(t)}</code>" for t in (d.formula, d.substitution) if t)
    texts = (d.letters, d.convention) if opened else ()
    said = "".join(f"<small>{escape(t)}</small>" for t in texts if t)
    return (
        f'<div class="derived{" open" if opened else ""}" title="{escape(d.convention)}">'
        f"<p><span>{escape(d.label)}</span><b>{escape(shown)}</b></p>{lines}{said}</div>"
    )
