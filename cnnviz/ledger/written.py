"""Numbers as papers write them: "15.3B", "240MB", "12x", and whether a value is written so."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor

SCALES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9}
WRITTEN = re.compile(r"(?P<number>\d+(?:\.(?P<decimals>\d+))?)(?P<scale>[KMGB]?)(?P<unit>B|x|)")


def split(printed: str) -> tuple[Fraction, int, int, str]:
    """Number, decimals, scale and unit: "15.3B" -> 15.3, 1, 10**9, "". ValueError otherwise."""
    found = WRITTEN.fullmatch(printed)
    if not found:
        raise ValueError(f"{printed!r} is not a number as papers write them")
    scale, unit = found["scale"], found["unit"]
    return Fraction(found["number"]), len(found["decimals"] or ""), SCALES[scale], scale + unit


def agrees(value: Fraction, printed: str, digits: int, rounding: str) -> bool:
    """Whether `value`, rounded at `digits` decimals in the printed unit, gives the printed one."""
    number, _, scale, _ = split(printed)
    step = Fraction(1, 10) ** digits
    steps = value / scale / step
    if rounding == "nearest":  # a half may have gone either way
        return abs(steps - number / step) <= Fraction(1, 2)
    whole = floor(steps) if rounding == "down" else ceil(steps)
    return whole * step == number


def like(value: Fraction, printed: str, digits: int) -> str:
    """`value` in the printed unit, to the printed decimals: 15470264320, "15.3B" -> "15.5B"."""
    _, _, scale, unit = split(printed)
    return f"{float(value / scale):.{max(0, digits)}f}{unit}"
