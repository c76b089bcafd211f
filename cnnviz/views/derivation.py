"""Where a number comes from: formula, the layer's own numbers put in, the value, what it counts.

Sums of products come from the row's terms, which are what the number was computed from; the
output size and the receptive field are recurrences along an axis and are written out here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape
from typing import Final

from cnnviz.content import clauses, has_label, label
from cnnviz.errors import ReaderError
from cnnviz.report import ADDITIVE, Field, Report, Row
from cnnviz.views.formula import PER_GROUP, product, substituted, symbol, typeset, written
from cnnviz.views.layers import field_size
from cnnviz.views.numbers import exact, grouped, size
from cnnviz.views.output_size import alike, window
from cnnviz.views.quantity import quantity as named

QUANTITIES: Final = (
    "params",
    "macs",
    "flops",
    "connections",
    "activations",
    "memory_access",
    "receptive_field",
    "output_size",
)

SIZE_SYMBOLS: Final = ("n", "p", "p_b", "p_e", "d", "k", "s", "e")


@dataclass(frozen=True, slots=True)
class Derivation:
    """One number opened. `formula` and `substitution` are "" where nothing is to be computed."""

    quantity: str
    label: str
    value: int  # of sizes and fields: along the first axis
    shown: str  # all digits, or the size along every axis
    formula: str  # "C_out·(C_in/g)·k_h·k_w + C_out"
    substitution: str  # "64·3·7·7 + 64"
    convention: str  # what is counted, one sentence
    counted: str  # whether this operation's arithmetic is counted, one sentence
    symbols: tuple[tuple[str, str], ...] = ()  # symbol, what it stands for
    lang: str = "en"

    @property
    def letters(self) -> str:
        """What every symbol stands for, in one line."""
        return self._letters(str, str)

    @property
    def letters_html(self) -> str:
        return self._letters(typeset, escape)

    @property
    def formula_html(self) -> str:
        """The formula set as mathematics."""
        return typeset(self.formula)

    @property
    def substitution_html(self) -> str:
        return typeset(self.substitution)

    def _letters(self, sign_as: Callable[[str], str], word_as: Callable[[str], str]) -> str:
        said = (
            label("derivation.letter", self.lang, sign=sign_as(sign), what=word_as(what))
            for sign, what in self.symbols
        )
        return clauses(said, self.lang)


def derive(report: Report, node_id: str, quantity: str, lang: str) -> Derivation:
    """The derivation of one of QUANTITIES at one node. ReaderError: no such node or quantity."""
    if node_id not in report.by_id:
        raise ReaderError("unknown_node", node=node_id, name=report.title)
    if quantity not in QUANTITIES:
        raise ReaderError("unknown_quantity", quantity=quantity, known=QUANTITIES)
    row = report.by_id[node_id]
    if quantity in ADDITIVE:
        found = _sum(report, row, quantity, lang)
    elif quantity == "output_size":
        found = _output_size(row, lang)
    else:
        found = _receptive_field(report, row, lang)
    return replace(found, lang=lang)


def _sum(report: Report, row: Row, quantity: str, lang: str) -> Derivation:
    terms = row.terms.get(quantity, ())
    value = getattr(row, quantity)
    shared = quantity == "params" and row.shared_with is not None
    names = tuple(dict.fromkeys(name for t in terms for name, _ in written(t)))
    grouped = row.attrs.get("groups", 1) != 1
    return Derivation(
        quantity=quantity,
        label=named(report, quantity, "short", lang),
        value=value,
        shown=exact(value),
        formula=" + ".join(product(t, grouped) for t in terms),
        substitution=" + ".join(map(substituted, terms)),
        convention=named(report, quantity, "convention", lang),
        counted=(
            label("derivation.shared", lang, node=row.shared_with)
            if shared
            else _counted(report, row, quantity, lang)
        ),
        symbols=_explained(names, lang, grouped),
    )


def _counted(report: Report, row: Row, quantity: str, lang: str) -> str:
    """Only arithmetic can go uncounted: parameters and sizes are read off the tensors."""
    some = bool(row.terms.get(quantity))
    if quantity == "macs" and report.counting and not some:
        return label("derivation.counted_theirs", lang, tool=report.counting)
    if quantity not in ("macs", "flops"):
        return label(f"derivation.counted_{'read' if some else 'none'}", lang)
    return label(
        f"derivation.counted_{row.counted if some or row.counted == 'no' else 'free'}", lang
    )


def _explained(
    names: Sequence[str], lang: str, grouped: bool = True
) -> tuple[tuple[str, str], ...]:
    """Every symbol that stands in the formula, and what it means."""
    out = []
    for name in names:
        of = name.removesuffix("_per_group") if name in PER_GROUP and not grouped else name
        if has_label(f"derivation.symbols.{of}"):
            out.append((symbol(name, grouped).strip("()"), label(f"derivation.symbols.{of}", lang)))
    return tuple(out)


def _output_size(row: Row, lang: str) -> Derivation:
    """Along each axis: ⌊(n + 2·p − k)/s⌋ + 1, longer where it must be, or the op's own formula."""
    windows = window(row)
    shape = row.out_shape
    spatial = shape[2:] if len(shape) > 2 else shape[1:]
    formula, lines = alike(windows) if windows else ("", ())
    used = set(re.findall(r"p_[be]|[a-z]", formula))
    return Derivation(
        quantity="output_size",
        label=label("quantities.output_size.name", lang),
        value=windows[0].out if windows else (spatial[0] if spatial else 1),
        shown=grouped(size(spatial)) if spatial else "1",
        formula=formula,
        substitution=_axes(list(lines)),
        convention=label("quantities.output_size.convention", lang),
        counted=label(f"derivation.size_{'window' if windows else 'same'}", lang),
        symbols=_explained([n for n in SIZE_SYMBOLS if n in used], lang),
    )


def _receptive_field(report: Report, row: Row, lang: str) -> Derivation:
    """r_out = r + d·(k − 1)·j, from the field r and the jump j of the map that is read."""
    field = row.receptive_field
    formula, substitution, key = "", "", "field_none"
    if field is not None:
        key = f"field_{field.status}"
        formula, substitution = _recurrence(report, row, field)
    return Derivation(
        quantity="receptive_field",
        label=label("quantities.receptive_field.name", lang),
        value=field.size[0] if field else 0,
        shown=field_size(field, lang),
        formula=formula,
        substitution=substitution,
        convention=label("quantities.receptive_field.convention", lang),
        counted=label(f"derivation.{key}", lang),
        symbols=_explained([n for n in "rkdj" if n in formula], lang) if "k" in formula else (),
    )


def _recurrence(report: Report, row: Row, field: Field) -> tuple[str, str]:
    sources = [report.by_id[i].receptive_field for i in row.inputs]
    fields = [f for f in sources if f is not None]
    windows = window(row)
    if field.status in ("whole", "bound") or not fields:
        return "", ""
    if len(fields) > 1:
        sizes = [", ".join(str(f.size[a]) for f in fields) for a in range(len(field.size))]
        return "r = max(r_1, r_2, …)", _axes([f"max({s})" for s in sizes])
    if not windows or len(windows) != len(field.size):
        return "r", _axes([str(s) for s in field.size])
    source = fields[0]
    dilated = any(w.d != 1 for w in windows)
    lines = []
    for w, r, j in zip(windows, source.size, source.stride, strict=True):
        d = f"{w.d}·" if dilated else ""
        lines.append(f"{r} + {d}({w.k} − 1)·{_jump(j)}")
    return ("r + d·(k − 1)·j" if dilated else "r + (k − 1)·j"), _axes(lines)


def _jump(j: Fraction) -> str:
    return str(j) if j.denominator == 1 else f"({j})"


def _axes(lines: list[str]) -> str:
    """One line where all axes agree, else one an axis."""
    return lines[0] if lines and len(set(lines)) == 1 else "; ".join(lines)
