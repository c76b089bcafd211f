"""How the command line writes: tables on a terminal, plain text into a pipe, files.

Everything that the program prints goes through here.
"""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cnnviz.content import LANGS
from cnnviz.errors import ReaderError
from cnnviz.views.tables import cell, header, is_number, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnviz.picture import Column, Table

FORMATS: Final = ("json", "csv", "md", "latex")

# What an ASCII or Latin-1 terminal gets instead; anything else becomes "?".
PLAIN: Final = {
    "×": "x", "·": "*", "−": "-", "–": "-", "—": "-", "\u2009": " ", "≤": "<=", "→": "->",
    "…": "...", "“": '"', "”": '"', "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
}  # fmt: skip


def settle_streams() -> None:
    """A terminal that cannot show a character gets a plain one instead of an exception."""
    codecs.register_error("cnnviz", _plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="cnnviz")


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """--lang where it is given, else the locale's, else English. ReaderError: no such language.

    Read before anything else, so that also a mistake in the arguments is told in it.
    """
    for i, argument in enumerate(arguments):
        if argument == "--lang" or argument.startswith("--lang="):
            following = arguments[i + 1] if i + 1 < len(arguments) else ""
            lang = argument.partition("=")[2] if "=" in argument else following
            if lang not in LANGS:
                raise ReaderError("unknown_lang", lang=lang[:20], known=LANGS)
            return lang
    return locale_language(environment)


def locale_language(environment: Mapping[str, str]) -> str:
    """The first of LC_ALL, LC_MESSAGES, LANG that is set decides."""
    names = (environment.get(n) for n in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((n for n in names if n), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def show_table(table: Table, fmt: str | None, *, caption: bool = True) -> None:
    """In the format asked for; else ruled for a terminal, plain columns for a pipe."""
    if fmt is not None:
        write(text(table, fmt))
    elif sys.stdout.isatty():
        _on_terminal(table, caption)
    else:
        write(text(table, "text"))


def write(content: str) -> None:
    sys.stdout.write(content if content.endswith("\n") else content + "\n")


def complain(sentence: str) -> None:
    sys.stderr.write(f"cnnviz: {sentence}\n")


def save(path: Path, content: bytes) -> None:
    """Write the file whole or not at all. ReaderError: the place cannot be written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or a pipe; a folder raises
            return
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReaderError("output_unwritable", path=str(path), reason=reason) from error
    finally:
        beside.unlink(missing_ok=True)


def _on_terminal(table: Table, caption: bool) -> None:
    """A rich table as wide as the terminal; the columns that do not fit are named below."""
    from rich.console import Console
    from rich.table import Table as Ruled
    from rich.text import Text

    from cnnviz.content import label

    console = Console(highlight=False, soft_wrap=False)
    kept = fitting(table, console.width)
    ruled = Ruled(
        title=table.caption if caption else None,
        title_justify="left",
        title_style="bold",
        box=None,
        header_style="bold",
        show_footer=table.totals is not None,
        footer_style="bold",
        pad_edge=False,
    )
    for i in kept:
        column = table.columns[i]
        foot = cell(table.totals[i], column) if table.totals is not None else ""
        ruled.add_column(
            Text(header(column)), Text(foot), justify="right" if is_number(column) else "left",
            overflow="fold",
        )  # fmt: skip
    for row in table.rows:
        ruled.add_row(*(Text(cell(row[i], table.columns[i])) for i in kept))
    console.print(ruled)
    left_out = [c.label for i, c in enumerate(table.columns) if i not in kept]
    if left_out:
        lang = "zh" if any("\u4e00" <= c <= "\u9fff" for c in "".join(left_out)) else "en"
        joined = ("、" if lang == "zh" else ", ").join(left_out)
        console.print(Text(label("cli.left_out", lang, columns=joined), style="dim"))


def fitting(table: Table, room: int) -> tuple[int, ...]:
    """Indices of the columns that fit into `room` characters, in order.

    The first is always kept; of the others those that come last in the table go first.
    """
    from cnnviz.views.tables import width

    def needed(i: int, column: Column) -> int:
        rows = (*table.rows, table.totals) if table.totals is not None else table.rows
        return max(width(header(column)), *(width(cell(r[i], column)) for r in rows), 1)

    kept: list[int] = []
    used = 0
    for i, column in enumerate(table.columns):
        used += needed(i, column) + (1 if i else 0)
        if i and used > room:
            break
        kept.append(i)
    return tuple(kept)


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(c, "?") for c in error.object[error.start : error.end]), error.end
