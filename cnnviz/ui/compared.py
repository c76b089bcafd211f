"""The words for a difference from what is pinned: signed; "" of equal ones, "—" of the rest.

Called where `Study.pinned` is; where nothing is pinned, or nothing differs, views say nothing.
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
    """Signed and rounded, "+5.31 M"; "" of equal ones; "—" where either is missing."""
    if now is None or then is None:
        return label("pin.incomparable", lang)
    return signed(now - then)


def signed(amount: float, digits: int = DIGITS) -> str:
    """An amount with its sign: "+5.31 M", "−12"; "" of 0."""
    if not amount:
        return ""
    return f"{'+' if amount > 0 else ''}{numbers.si(amount, digits=digits)}"


def exactly(now: int | None, then: int | None, lang: str) -> str:
    """The same with all digits, for hovers: "+5,309,696"."""
    if now is None or then is None:
        return label("pin.incomparable", lang)
    amount = now - then
    return f"{'+' if amount > 0 else ''}{numbers.exact(amount)}" if amount else ""


def sizes(
    now: Sequence[int | Fraction] | None, then: Sequence[int | Fraction] | None, lang: str
) -> str:
    """The difference of two sizes along their axes: "+28", or "+28 × +14" where axes differ.

    "" of equal sizes.
    """
    if now is None or then is None or len(now) != len(then):
        return label("pin.incomparable", lang)
    amounts = [a - b for a, b in zip(now, then, strict=True)]
    if not any(amounts):
        return ""
    said = [
        label("pin.equal", lang) if not x else f"{'+' if x > 0 else '−'}{abs(x)}" for x in amounts
    ]
    return said[0] if len(set(said)) == 1 else f" {numbers.TIMES} ".join(said)


def then(study: Study, node: str) -> Row | None:
    """The pinned network's row of that layer, by its name; None where it has none."""
    return study.pinned.report.by_id.get(node) if study.pinned else None


def only_pinned(study: Study) -> tuple[Row, ...]:
    """The layers that the pinned network has and this one has not, by name, in its order."""
    if study.pinned is None:
        return ()
    return tuple(r for r in study.pinned.report.rows if r.id not in study.report.by_id)
