"""Numbers as a reader sees them: rounded with a prefix, exact and grouped, bytes, shapes.

Digits are grouped by commas in both languages: English and Chinese textbooks print them so, they
stay apart in bold and in every font (a thin space is a tenth of an em in ours), and a line is never
broken there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

COMMA: Final = ","
THIN: Final = "\u2009"  # for those who set type with it
TIMES: Final = "×"
SHORT: Final = 100_000  # what is less is written in full
PREFIXES: Final = ("", "k", "M", "G", "T", "P", "E")


def si(n: int | float, unit: str = "", digits: int = 4) -> str:
    """`n` to `digits` significant digits with a decimal prefix: 15470264320 -> "15.47 G".

    1 M is 10^6. A number that needs no rounding loses its trailing zeros (60000 -> "60 k"), so
    that "4.000 G" says that something was rounded away.
    """
    exact_value = Decimal(n) if isinstance(n, int) else Decimal(str(n))
    step, shown = _scaled(exact_value, digits)
    rest = f"{PREFIXES[step]}{unit}"
    return f"{shown} {rest}" if rest else shown


def figure(n: int | float) -> str:
    """A figure among others: in full below 100,000, else four digits: 150000 -> "150.0 k".

    In a column zeros stand, so that all are as exact as their neighbours.
    """
    if abs(n) < SHORT:
        return exact(n)
    shown, prefix = si(n).split(" ")
    missing = 4 - sum(c.isdigit() for c in shown)
    if missing > 0:
        shown = f"{shown}{'' if '.' in shown else '.'}{'0' * missing}"
    return f"{shown} {prefix}"


def grouped(text: str) -> str:
    """A text's numbers with their digits grouped: "25088" -> "25,088"."""
    return re.sub(r"\d{4,}", lambda m: exact(int(m[0])), text)


def bytes_(n: int, digits: int = 4) -> str:
    """Bytes with a decimal prefix: 553430176 -> "553.4 MB"."""
    return si(n, "B", digits)


def exact(n: int | float, separator: str = COMMA) -> str:
    """All digits, grouped in threes: 15470264320 -> "15,470,264,320"."""
    return f"{n:,}".replace(",", separator).replace("-", "−")


def size(values: Iterable[int | Fraction]) -> str:
    """A shape, a kernel, a field: (64, 112, 112) -> "64 × 112 × 112"."""
    return f" {TIMES} ".join(fraction(v) for v in values)


def map_size(shape: tuple[int, ...]) -> str:
    """A tensor's shape, the batch left out where it is 1: (1, 64, 112, 112) -> "64 × 112 × 112"."""
    return size(shape[1:] if len(shape) > 1 and shape[0] == 1 else shape)


def square(values: tuple[int | Fraction, ...]) -> str:
    """Kernel, stride or field along the axes, one number where all are equal.

    (3, 3) -> "3", (1, 7) -> "1 × 7".
    """
    return fraction(values[0]) if len(set(values)) == 1 else size(values)


def fraction(value: int | Fraction) -> str:
    """A whole number as it is, another as a fraction: Fraction(1, 2) -> "1/2"."""
    return str(value)


def column(values: Sequence[int]) -> tuple[str, ...]:
    """Figures of one column with one prefix and the same decimals, so that lengths compare.

    (1792, 102764544) -> "0.002 M", "102.765 M"; what would round to nothing is "<0.001 M".
    """
    step = _scaled(Decimal(max(map(abs, values), default=0)), 4)[0]
    if not step:
        return tuple(exact(v).replace(COMMA, "") for v in values)
    least = min((Decimal(abs(v)).scaleb(-3 * step) for v in values if v), default=Decimal(1))
    places = min(3, max(1, 1 - least.adjusted()))
    floor = Decimal(1).scaleb(-places)
    shown = []
    for v in values:
        n = Decimal(v).scaleb(-3 * step)
        text = f"{n.quantize(floor, ROUND_HALF_UP):f}".replace("-", "−")
        text = f"<{floor:f}" if v > 0 and n < floor / 2 else text if v else "0"
        shown.append(f"{text} {PREFIXES[step]}" if v else text)
    return tuple(shown)


def percent(part: int | float, whole: int | float) -> str:
    """The share with one decimal: (1, 3) -> "33.3%"; "–" of nothing.

    Only what is nothing reads "0", and only what is all of it "100.0%".
    """
    if not whole or not part:
        return "0" if whole else "–"
    share = 100 * part / whole
    if 0 < share < 0.05:
        return "<0.1%"
    return ">99.9%" if 99.95 <= share < 100 else f"{share:.1f}%"


def _scaled(value: Decimal, digits: int) -> tuple[int, str]:
    """Step of the prefix and the text before it; 999999 moves up to the next prefix."""
    if not value:
        return 0, "0"
    for step in range(len(PREFIXES)):
        scaled = value.scaleb(-3 * step)
        # under 1000 a whole number is written as it is, however few digits are asked for
        places = 0 if not step and value == value.to_integral_value() else _places(scaled, digits)
        shown = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if abs(shown) < 1000 or step == len(PREFIXES) - 1:
            break
    if shown == scaled:
        shown = shown.normalize()
    elif _places(shown, digits) != places and places:  # 9.9996 became 10.000: a digit too many
        shown = shown.quantize(Decimal(1).scaleb(-_places(shown, digits)), ROUND_HALF_UP)
    return step, f"{shown:f}".replace("-", "−")


def _places(value: Decimal, digits: int) -> int:
    """Decimals that leave `digits` significant digits."""
    return max(0, digits - 1 - value.adjusted())
