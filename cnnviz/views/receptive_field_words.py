"""What is said of a field: lines, caption and text alternative, filled in for one unit.

Lines are templates, so that the browser can fill in another unit's figures at once: `values` and
ui/assets/field_words.js give the same.
"""

from __future__ import annotations

from math import prod
from typing import Final

from cnnviz.content import label
from cnnviz.report import Report
from cnnviz.views.numbers import fraction, percent, size, square
from cnnviz.views.receptive_field_spans import Sight, Span, Unit, seen_area

# What the axes of one, two, three spatial dimensions are called, and their two ends.
RANGES: Final = {1: ("positions",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}
ENDS: Final = {
    "positions": ("before", "after"),
    "rows": ("above", "below"),
    "columns": ("left", "right"),
    "slices": ("before", "after"),
}

Line = tuple[str, str, str]  # name, text, and the value without which it is left out ("" for none)


def lines(found: Sight, report: Report, lang: str) -> tuple[Line, ...]:
    """Name and template of each line."""

    def raw(key: str) -> str:
        return label(f"field.{key}", lang)

    told: list[Line] = []
    if len(report.inputs) > 1:
        told.append((raw("from"), _literal(found.source), ""))
    units = size(tuple(a.units for a in found.axes))
    named = raw("unit_line").replace("{units}", units) if found.mapped else raw("every")
    named = named.replace("{layer}", _literal(found.row.id))
    told += [(raw("unit"), named, ""), (raw("sees"), raw("sees_line"), "")]
    told.append((raw("share"), raw("share_line"), ""))
    if found.axes and found.moves:
        target = found.inner or found.axes
        step = raw("step_line").replace("{step}", square(tuple(a.stride for a in target)))
        start = _signed(tuple(a.start for a in target))
        told.append((raw("step"), step.replace("{start}", start), ""))
    told.append((raw("padding"), raw("padding_line"), "part"))
    if found.inner:
        inner = size(tuple(a.size for a in found.inner))
        line = raw("gate_line").replace("{size}", inner).replace("{where}", "{inner}")
        told.append((raw("gate"), line, ""))
    told += [
        (raw("others"), label("field.others_line", lang, name=_literal(k), size=size(f.size)), "")
        for k, f in found.row.receptive_fields.items()
        if k != found.source
    ]
    return (*told, (raw("kind"), _status(found, lang), ""))


def values(found: Sight, unit: Unit, lang: str) -> dict[str, str]:
    """The figures of one unit, as texts."""
    along = found.at(unit)
    seen, area = seen_area(along)
    whole = prod(s.size for s in along)
    outside = whole - seen
    return {
        "unit": ", ".join(map(str, unit)),
        "size": size(tuple(s.size for s in along)),
        "where": _where(along, lang),
        "inner": _where(found.within(unit), lang) if found.inner else "",
        "share": percent(seen, area),
        "part": percent(outside, whole) if outside else "",
        "sides": _sides(along, lang) if outside else "",
    }


def filled(template: str, figures: dict[str, str]) -> str:
    for name, value in figures.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def told(found: Sight, report: Report, unit: Unit, lang: str) -> list[tuple[str, str]]:
    """The lines of one unit: (name, words)."""
    figures = values(found, unit, lang)
    return [
        (name, filled(text, figures))
        for name, text, needs in lines(found, report, lang)
        if not needs or figures[needs]
    ]


def alt_template(found: Sight, lang: str) -> str:
    """The text alternative, the unit's figures left open."""
    key = "alt" if found.mapped else "alt_every"
    fixed = {
        "layer": _literal(found.row.id),
        "input": size(tuple(a.input for a in found.axes)),
        "step": square(tuple(a.stride for a in (found.inner or found.axes))),
        "status": _status(found, lang),
    }
    return filled(label(f"field.{key}", lang), fixed)


def alt(found: Sight, unit: Unit, lang: str) -> str:
    figures = values(found, unit, lang)
    padded = filled(label("field.alt_padded", lang), figures) if figures["part"] else ""
    return filled(alt_template(found, lang), figures | {"padded": padded})


def caption(found: Sight, report: Report, unit: Unit, lang: str) -> str:
    key = "caption" if found.mapped else "caption_every"
    values = {"unit": ", ".join(map(str, unit)), "layer": found.row.id, "name": report.title}
    return label(f"field.{key}", lang, **values)


def range_templates(found: Sight, lang: str) -> list[dict[str, str]]:
    """For each axis the words of its range and of what lies before and after the input."""
    return [
        {
            "range": label(f"field.{name}", lang),
            "before": label(f"field.{ENDS[name][0]}", lang),
            "after": label(f"field.{ENDS[name][1]}", lang),
        }
        for name in RANGES[len(found.axes)]
    ]


def _status(found: Sight, lang: str) -> str:
    key = "field.gated" if found.inner else f"views.field_{found.field.status}"
    return label(key, lang)


def _where(along: tuple[Span, ...], lang: str) -> str:
    said = [
        label(f"field.{name}", lang, first=_minus(s.first), last=_minus(s.last))
        for name, s in zip(RANGES[len(along)], along, strict=True)
    ]
    return label("field.between", lang).join(said)


def _sides(along: tuple[Span, ...], lang: str) -> str:
    said = []
    for name, s in zip(RANGES[len(along)], along, strict=True):
        for key, n in zip(ENDS[name], (s.before, s.after), strict=True):
            said += [label(f"field.{key}", lang, n=n)] if n else []
    return label("field.between", lang).join(said)


def _literal(name: str) -> str:
    """A name may hold braces: they are no place to fill in."""
    return name.replace("{", "(").replace("}", ")")


def _signed(numbers: tuple[int, ...]) -> str:
    shown = [fraction(n).replace("-", "−") for n in numbers]
    return shown[0] if len(set(shown)) == 1 else ", ".join(shown)


def _minus(n: int) -> str:
    return str(n).replace("-", "−")
