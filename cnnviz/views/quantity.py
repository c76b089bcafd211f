"""What a number of a report is called, and what it counts: whose multiply-accumulates they are."""

from __future__ import annotations

from cnnviz.content import has_label, label
from cnnviz.report import Report


def quantity(report: Report, key: str, form: str, lang: str) -> str:
    """The "name", "short", "unit" or "convention" of a quantity in this report.

    Multiply-accumulates that another tool counts are called so.
    """
    if key != "macs" or not report.counting or form == "unit":
        return label(f"quantities.{key}.{form}", lang)
    return counted(report.counting, form, lang)


def counted(counting: str, form: str, lang: str) -> str:
    """The same of a way of counting, by its name."""
    if form == "convention":
        return label(f"count.convention.{counting}", lang)
    own = f"count.{counting}_{form}"
    return label(own, lang) if has_label(own) else label(f"count.{form}", lang, tool=counting)
