"""Reading one knob's value: from Python, or as text from an address or the command line."""

from __future__ import annotations

from math import isfinite

from cnnviz.errors import ReaderError
from cnnviz.zoo.registry import Knob, Value

TRUE = ("true", "1", "on", "yes")
FALSE = ("false", "0", "off", "no")


def parse(knob: Knob, value: object) -> Value:
    """`value` in the knob's own type and range. ReaderError that says what would work."""
    if knob.choices:
        return _choice(knob, value)
    whole = isinstance(knob.default, int)
    number = _number(value)
    if number is None or (whole and number % 1 != 0):
        raise _refusal(knob, value, "knob_whole" if whole else "knob_number")
    if not (knob.low or 0) <= number <= (knob.high or 0):
        raise _refusal(knob, value, "knob_range")
    return int(number) if whole else number


def token(value: Value) -> str:
    """A value as addresses and the command line write it: true, 224, 0.5. `parse` reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _number(value: object) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _choice(knob: Knob, value: object) -> Value:
    text = str(value).strip().lower()
    for choice in knob.choices:
        if text == str(choice).lower():
            return choice
        if isinstance(choice, bool) and text in (TRUE if choice else FALSE):
            return choice
    raise _refusal(knob, value, "knob_choice")


def _refusal(knob: Knob, value: object, key: str) -> ReaderError:
    return ReaderError(
        key,
        knob=knob.name,
        value=str(value)[:40],
        choices=tuple(token(c) for c in knob.choices),
        low=_shown(knob.low),
        high=_shown(knob.high),
    )


def _shown(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"
