"""A Table as text: Markdown, CSV, JSON, LaTeX, HTML, or aligned columns for a terminal.

CSV and JSON keep plain numbers for machines; the others group digits for readers. A caption and a
link stand where the format has a place for words: not in CSV, where a spreadsheet would take them
for data.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Final
from unicodedata import category, east_asian_width

from cnnviz.errors import ReaderError
from cnnviz.picture import Cell, Column, Table
from cnnviz.views.numbers import COMMA, exact

CONTROL: Final = ("Cc", "Cf", "Zl", "Zp")  # Unicode categories: controls, line separators
LONG: Final = 40  # rows: more do not fit on a page
_LATEX: Final = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "−": "$-$",
    "≤": r"$\leq$",
    "·": r"$\cdot$",
    "→": r"$\to$",
    "\u2009": r"\,",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",  # at the beginning of a row it would be an option of the line break before
}


def text(table: Table, fmt: str, *, caption: str = "", link: str = "") -> str:
    """The table in `fmt`: md, csv, json, latex, html or text. ReaderError names the formats.

    With a caption or a link the Markdown and LaTeX can be pasted as they are: LaTeX is a whole
    table then, one that breaks over pages where it is long.
    """
    if fmt not in FORMATS:
        raise ReaderError("unknown_format", format=fmt, known=tuple(FORMATS))
    if caption:
        table = replace(table, caption=caption)
    if not (caption or link):
        return FORMATS[fmt](table)
    if fmt == "md":
        under = f"\n<{link}>\n" if link else ""
        said = re.sub(r"([\\`*_<>\[\]])", r"\\\1", _one_line(table.caption))
        return f"**{said}**\n\n{_markdown(table)}{under}"
    if fmt == "latex":
        return _latex_float(table, link)
    return _json(table, link) if fmt == "json" else FORMATS[fmt](table)


def width(line: str) -> int:
    """Columns that a terminal gives to `line`: Chinese characters take two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in line)


def cell(value: Cell, column: Column, separator: str = COMMA) -> str:
    """One cell for a reader, on one line; a dash where a number is not known."""
    if value is None:
        return "–" if is_number(column) else ""
    if isinstance(value, bool | str):
        return printable(str(value))
    return exact(value, separator) if column.kind in ("int", "float") else str(value)


def printable(value: str) -> str:
    """Control characters shown, not obeyed: a module's name may hold an escape sequence."""
    return "".join(ascii(c)[1:-1] if category(c) in CONTROL else c for c in value)


def is_number(column: Column) -> bool:
    return column.kind in ("int", "float")


def header(column: Column) -> str:
    return f"{column.label} ({column.unit})" if column.unit else column.label


def _lines(table: Table, separator: str) -> list[list[str]]:
    rows = list(table.rows)
    if table.totals is not None:  # most columns have no total: nothing is missing there
        rows.append(tuple("" if v is None else v for v in table.totals))
    return [
        [cell(v, c, separator) for v, c in zip(row, table.columns, strict=True)] for row in rows
    ]


def _markdown(table: Table) -> str:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    rows = _lines(table, COMMA)
    for row in rows[: len(table.rows)]:
        for i, c in enumerate(table.columns):
            if c.kind == "code" and row[i]:
                row[i] = f"`{row[i]}`"
    if table.totals is not None:
        rows[-1] = [f"**{c}**" if c else "" for c in rows[-1]]
    rule = "|" + "|".join("---:" if is_number(c) else "---" for c in table.columns) + "|"
    return "\n".join([line([header(c) for c in table.columns]), rule, *map(line, rows)]) + "\n"


def _csv(table: Table) -> str:
    """Without the totals: a sum over the column must not count it twice."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([c.key for c in table.columns])
    writer.writerows([_plain(v) for v in row] for row in table.rows)
    return out.getvalue()


def _plain(value: Cell) -> Cell:
    """A cell for a spreadsheet, which must not take text that begins with = + - @ for a formula."""
    if isinstance(value, str):
        shown = printable(value)
        return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown
    return "" if value is None else value


def _json(table: Table, link: str = "") -> str:
    keys = [c.key for c in table.columns]
    totals = None if table.totals is None else dict(zip(keys, table.totals, strict=True))
    data = {
        "name": table.name,
        "caption": table.caption,
        **({"link": link} if link else {}),
        "columns": [
            {"key": c.key, "label": c.label, "kind": c.kind, "unit": c.unit} for c in table.columns
        ],
        "rows": table.to_dicts(),
        "totals": totals,
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _latex(table: Table) -> str:
    """A booktabs tabular; Chinese needs XeLaTeX or LuaLaTeX with a Chinese font, as always."""
    head, body = _latex_rows(table)
    return "\n".join(
        [
            r"% needs \usepackage{booktabs}",
            rf"\begin{{tabular}}{{{_latex_columns(table)}}}",
            *head,
            *body,
            r"\end{tabular}",
            "",
        ]
    )


def _latex_float(table: Table, link: str) -> str:
    """The tabular with its caption; a long one as a longtable, which may break over pages."""
    head, body = _latex_rows(table)
    caption = rf"  \caption{{{_escape_latex(_one_line(table.caption))}}}"
    source = [f"% {link}"] if link else []
    columns = _latex_columns(table)
    if len(body) > LONG:
        begin = [rf"\begin{{longtable}}{{{columns}}}", caption + r" \\"]
        lines = [*begin, *head, r"  \endhead", *body, r"\end{longtable}"]
        return "\n".join([r"% needs \usepackage{booktabs,longtable}", *source, *lines, ""])
    begin = [r"\begin{table}", r"  \centering", caption, rf"  \begin{{tabular}}{{{columns}}}"]
    lines = [*begin, *head, *body, r"  \end{tabular}", r"\end{table}"]
    return "\n".join([r"% needs \usepackage{booktabs}", *source, *lines, ""])


def _latex_columns(table: Table) -> str:
    return "".join("r" if is_number(c) else "l" for c in table.columns)


def _latex_rows(table: Table) -> tuple[list[str], list[str]]:
    """The head and the body between rules."""

    def line(cells: list[str]) -> str:
        return "  " + " & ".join(_escape_latex(c) for c in cells) + r" \\"

    rows = [line(r) for r in _lines(table, COMMA)]
    if table.totals is not None:
        rows.insert(-1, r"  \midrule")
    head = [r"  \toprule", line([header(c) for c in table.columns]), r"  \midrule"]
    return head, [*rows, r"  \bottomrule"]


def _html(table: Table) -> str:
    def row(cells: list[str], tag: str) -> str:
        inner = "".join(
            f'<{tag} style="text-align:{_side(c)}">{_wrap(t, c, tag)}</{tag}>'
            for t, c in zip(cells, table.columns, strict=True)
        )
        return f"<tr>{inner}</tr>"

    head = "".join(
        f'<th scope="col" style="text-align:{_side(c)}">{escape(header(c))}</th>'
        for c in table.columns
    )
    lines = _lines(table, COMMA)
    foot = ""
    if table.totals is not None:
        foot = f"<tfoot>{row(lines.pop(), 'th')}</tfoot>"
    body = "".join(row(line, "td") for line in lines)
    return (
        f"<table><caption>{escape(table.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>"
    )


def _aligned(table: Table) -> str:
    """Columns two spaces apart, numbers to the right, digits grouped by ASCII commas."""
    head = [header(c) for c in table.columns]
    rows = _lines(table, ",")
    widths = [max(width(r[i]) for r in (head, *rows)) for i in range(len(head))]

    def line(cells: list[str]) -> str:
        padded = []
        for value, w, column in zip(cells, widths, table.columns, strict=True):
            gap = " " * (w - width(value))
            padded.append(gap + value if is_number(column) else value + gap)
        return "  ".join(padded).rstrip()

    rule = "  ".join("-" * w for w in widths)
    lines = [line(head), rule, *map(line, rows)]
    if table.totals is not None:
        lines.insert(-1, rule)
    return "\n".join(lines) + "\n"


def _side(column: Column) -> str:
    return "right" if is_number(column) else "left"


def _wrap(value: str, column: Column, tag: str) -> str:
    is_code = column.kind == "code" and value and tag == "td"  # a total has no name
    return f"<code>{escape(value)}</code>" if is_code else escape(value)


def _one_line(value: str) -> str:
    return printable(" ".join(value.split()))


def _escape_latex(value: str) -> str:
    return "".join(_LATEX.get(c, c) for c in value)


FORMATS: Final[dict[str, Callable[[Table], str]]] = {
    "md": _markdown,
    "csv": _csv,
    "json": _json,
    "latex": _latex,
    "html": _html,
    "text": _aligned,
}
