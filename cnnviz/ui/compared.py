"""The words for a difference from what is pinned: signed, "±0" of equal ones, "—" of the rest.

Called where `Study.pinned` is; where nothing is pinned, views say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cnnviz.content import label
from cnnviz.report import Row
from cnnviz.ui.study import Study
from cnnviz.views import numbers

DIGITS = 3


def difference(now: int | None, then: int | None, lang: str) -> str:
    """Signed and rounded, "+5.31 M"; "±0" of equal ones; "—" where either is missing.

    Called where something is pinned; where nothing is, nothing is said.
    """
    if now is None or then is None:
        return label("pin.incomparable", lang)
    return signed(now - then, lang)


def signed(amount: float, lang: str, digits: int = DIGITS) -> str:
    """An amount with its sign: "+5.31 M", "−12", "±0"."""
    if not amount:
        return label("pin.equal", lang)
    return f"{'+' if amount > 0 else ''}{numbers.si(amount, digits=digits)}"


def exactly(now: int | None, then: int | None, lang: str) -> str:
    """The same with all digits, for hovers: "+5,309,696"."""
    if now is None or then is None:
        return label("pin.incomparable", lang)
    amount = now - then
    return (
        f"{'+' if amount > 0 else ''}{numbers.exact(amount)}" if amount else difference(0, 0, lang)
    )


def sizes(
    now: Sequence[int | Fraction] | None, then: Sequence[int | Fraction] | None, lang: str
) -> str:
    """The difference of two sizes along their axes: "+28", or "+28 × +14" where axes differ."""
    if now is None or then is None or len(now) != len(then):
        return label("pin.incomparable", lang)
    amounts = [a - b for a, b in zip(now, then, strict=True)]
    said = [
        label("pin.equal", lang) if not x else f"{'+' if x > 0 else '−'}{abs(x)}" for x in amounts
    ]
    return said[0] if len(set(said)) == 1 else f" {numbers.TIMES} ".join(said)


def then(study: Study, node: str) -> Row | None:
    """The pinned network's row of that layer, by its name; None where it has none."""
    return study.pinned.report.by_id.get(node) if study.pinned else None
