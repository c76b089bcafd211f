"""`cnnviz ledger`: what papers printed beside what is computed here, as a table and as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnnviz import ledger
from cnnviz.content import has_label, label
from cnnviz.errors import ReaderError
from cnnviz.picture import Column, Table

COLUMNS = ("paper", "subject", "quantity", "cell", "printed", "computed", "verdict", "reason")


def verdicts(paper: str | None) -> tuple[ledger.Verdict, ...]:
    """Every row of the ledger, or one paper's, checked. ReaderError: no such paper."""
    return tuple(ledger.check(row) for row in ledger.rows(paper=paper))


def check_verdict(name: str) -> None:
    """ReaderError: no such verdict."""
    if name not in ledger.VERDICTS:
        known = ledger.VERDICTS
        raise ReaderError("unknown_choice", name="--fail-on", value=name[:40], known=known)


def table(found: Sequence[ledger.Verdict], lang: str) -> Table:
    """One row a printed figure."""
    columns = tuple(Column(key, label(f"cli.ledger.{key}", lang)) for key in COLUMNS)
    rows = tuple(
        (
            v.row.paper,
            v.row.subject,
            _word("quantity", v.row.quantity, lang),
            c.cell.label,
            c.cell.printed,
            c.shown,
            _word("verdict", c.verdict, lang),
            _reason(c, lang),
        )
        for v in found
        for c in v.cells
    )
    return Table("ledger", label("cli.ledger.caption", lang), columns, rows)


def as_json(found: Sequence[ledger.Verdict]) -> list[dict[str, Any]]:
    """The rows as data, keys and figures only."""
    return [
        {
            "id": v.row.id,
            "paper": v.row.paper,
            "subject": v.row.subject,
            "quantity": v.row.quantity,
            "where": v.row.where,
            "verdict": v.verdict,
            "cells": [
                {
                    "label": c.cell.label,
                    "printed": c.cell.printed,
                    "computed": None if c.computed is None else float(c.computed),
                    "shown": c.shown,
                    "verdict": c.verdict,
                    "reason": c.cell.reason or c.cell.tried or None,
                }
                for c in v.cells
            ],
        }
        for v in found
    ]


def _reason(checked: ledger.Checked, lang: str) -> str:
    if checked.verdict == "explained":
        return _word("reason", checked.cell.reason, lang)
    if checked.verdict == "open":
        return _word("tried", checked.cell.tried, lang)
    return ""


def _word(kind: str, key: str, lang: str) -> str:
    """The ledger's own words are content's; a key without any stands for itself."""
    name = f"ledger.{kind}.{key}"
    return label(name, lang) if has_label(name) else key
