"""Large numbers as a sentence says them: "138 million", "1.38 亿"."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from cnnviz.views.numbers import exact

# A language counts in its own steps: English by thousands, Chinese by ten thousands.
STEPS: Final = {
    "en": ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")),
    "zh": ((10**12, "万亿"), (10**8, "亿"), (10**4, "万")),
}


def in_words(n: int, lang: str) -> str:
    """`n` to three significant digits in the language's own large units.

    138357544 -> "138 million" and "1.38 亿"; numbers below the smallest unit are written out,
    in Chinese without a comma.
    """
    for step, word in STEPS[lang]:
        if n >= step:
            return f"{_rounded(Decimal(n) / step)} {word}"
    return str(n) if lang == "zh" else exact(n)


def _rounded(value: Decimal) -> str:
    """Three significant digits; a whole part that has more keeps all of its digits."""
    places = max(0, 2 - value.adjusted())
    shown = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{shown.normalize() if places else shown:f}"
