"""Formulas: the symbols of a Term's factors, products in them or in numbers, set as mathematics.

A formula is first a line of text, "C_out·(C_in/g)·k_h·k_w + C_out", for files and the command line;
`typeset` turns it into HTML with italic letters and real subscripts.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from cnnviz.report import Term
from cnnviz.views.numbers import exact

# Factor names of Terms whose symbol is not the name itself (C_out, k_h, N are).
SYMBOLS: Final = {
    "C_in_per_group": "(C_in/g)",
    "C_out_per_group": "(C_out/g)",
    "per_element": "c",
    "per_row": "c",
    "features_in": "F_in",
    "features_in2": "F_in2",
    "features_out": "F_out",
    "features": "F",
    "elements": "n",
    "elements_in": "n_in",
    "elements_out": "n_out",
    "rows": "r",
    "words": "V",
    "links": "ℓ",
    "positions": "p",
    "batch": "B",
    "heads": "h",
    "head_in": "d_k",
    "head_out": "d_v",
    "L_query": "L_q",
    "L_key": "L_k",
    "steps": "T",
    "gates": "G",
    "hidden": "h",
    "layers": "n_l",
    "wires": "w",
    "wires_d": "w_d",
    "wires_h": "w_h",
    "wires_w": "w_w",
}
CONSTANTS: Final = ("per_mac", "projections")  # a constant stands for itself
PER_GROUP: Final = ("C_in_per_group", "C_out_per_group")
UNSAID: Final = (("N", 1), ("positions", 1))
WORDS: Final = ("max", "min")  # upright, as functions are

_PIECES = re.compile(r"[A-Za-zℓ]+(?:_\w+)?|[\d,]*\d|\s*[·+−/]\s*|\s+|.")
_SPACE: Final = "\u200a"  # a hair, around the dot


def symbol(factor: str, grouped: bool = True) -> str:
    """How a Term's factor is written in a formula: C_in_per_group -> "(C_in/g)", "C_in" of one."""
    if factor in PER_GROUP and not grouped:
        return factor.removesuffix("_per_group")
    return SYMBOLS.get(factor, factor)


def product(term: Term, grouped: bool = True) -> str:
    """A term as its formula: "C_out·(C_in/g)·k_h·k_w"."""
    return "·".join(str(v) if n in CONSTANTS else symbol(n, grouped) for n, v in written(term))


def substituted(term: Term) -> str:
    """A term with its numbers: "64·3·7·7"."""
    return "·".join(exact(value) for _, value in written(term))


def written(term: Term) -> tuple[tuple[str, int], ...]:
    """The factors worth writing: a batch of one is left out."""
    kept = tuple((n, v) for n, v in term.factors if (n, v) not in UNSAID)
    return kept or term.factors


def typeset(line: str) -> str:
    """A formula or its substitution as HTML: "C_out·k_h" -> <i>C</i><sub>out</sub>·<i>k</i>…

    A line may break after an operator, not inside a factor.
    """
    return "".join(map(_piece, _PIECES.findall(line)))


def _piece(text: str) -> str:
    bare = text.strip()
    if bare in ("·", "/"):
        return f"{_SPACE}{bare}{_SPACE}<wbr>" if bare == "·" else bare
    if bare in ("+", "−"):
        return f" {bare} " if text != bare else bare
    name, _, below = text.partition("_")
    if not re.match(r"[A-Za-zℓ]", name):
        return escape(text)
    letter = name if name in WORDS or len(name) > 1 else f"<i>{name}</i>"
    parts = re.sub(r"(?<=[a-z])(?=\d)", ",", below)
    return f"{letter}<sub>{escape(parts)}</sub>" if below else letter
