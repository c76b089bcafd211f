"""How the command line writes: tables on a terminal, plain text into a pipe, files.

Everything that the program prints goes through here.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cnnviz.content import LANGS, label, listed
from cnnviz.errors import ReaderError
from cnnviz.views.numbers import THIN
from cnnviz.views.tables import cell, header, is_number, text, width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnviz.picture import Table

FORMATS: Final = ("json", "csv", "md", "latex")

# Columns that a narrow terminal does without first, and where a column of words begins to wrap.
EXPENDABLE: Final = ("aliases", "memory_access", "activations", "connections", "knobs")
PROSE: Final = 36

# What an ASCII or Latin-1 terminal gets instead; anything else becomes "?".
PLAIN: Final = {
    "×": "x", "·": "*", "−": "-", "–": "-", "—": "-", "\u2009": " ", "≤": "<=", "→": "->",
    "…": "...", "“": '"', "”": '"', "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
}  # fmt: skip


class Closed(io.TextIOBase):
    """Standard output that was closed before the program began: nothing can be written."""

    def write(self, _: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def settle_streams() -> None:
    """A terminal that cannot show a character gets a plain one instead of an exception.

    Streams that are closed (`>&-`) fail when they are written to; complaints go nowhere then.
    """
    codecs.register_error("cnnviz", _plain)
    sys.stdout = Closed() if sys.stdout is None else sys.stdout
    sys.stderr = io.StringIO() if sys.stderr is None else sys.stderr
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


def show_table(table: Table, fmt: str | None, lang: str) -> None:
    """In the format asked for; else fitted to the terminal, whole into a pipe."""
    if fmt is not None:
        write(text(table, fmt))
    elif sys.stdout.isatty():
        _on_terminal(table, lang)
    else:
        write(text(table, "text"))


def write(content: str) -> None:
    sys.stdout.write(content if content.endswith("\n") else content + "\n")


def complain(sentence: str) -> None:
    """One line on stderr; control characters in what was typed are shown, not obeyed."""
    shown = "".join(c if c.isprintable() or c == THIN else ascii(c)[1:-1] for c in sentence)
    sys.stderr.write(f"cnnviz: {shown}\n")


def abandon_output() -> None:
    """What is still waiting to be written is let go; the interpreter's last flush stays quiet."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _on_terminal(table: Table, lang: str) -> None:
    """As wide as the terminal; the columns that do not fit are named below."""
    from rich.console import Console
    from rich.table import Table as Ruled
    from rich.text import Text

    console = Console(highlight=False)
    kept = fitting(table, console.width)
    ruled = Ruled(
        title=Text(table.caption, style="bold"),
        title_justify="left",
        box=None,
        show_footer=table.totals is not None,
        footer_style="bold",
        pad_edge=False,
    )
    for i in kept:
        column = table.columns[i]
        foot = cell(table.totals[i], column) if table.totals is not None else ""
        ruled.add_column(
            Text(header(column), style="bold"),
            Text(foot),
            justify="right" if is_number(column) else "left",
            no_wrap=_needed(table, i) <= PROSE,
        )
    for row in table.rows:
        ruled.add_row(*(Text(cell(row[i], table.columns[i])) for i in kept))
    console.print(ruled)
    left_out = [c.label for i, c in enumerate(table.columns) if i not in kept]
    if left_out:
        joined = listed(left_out, lang)
        console.print(Text(label("cli.left_out", lang, columns=joined), style="dim"))


def fitting(table: Table, room: int) -> tuple[int, ...]:
    """Indices of the columns that fit into `room` characters, in order.

    Those named in EXPENDABLE go first, then the last ones; the first column always stays.
    """
    kept = list(range(len(table.columns)))
    expendable = [i for key in EXPENDABLE for i in kept if table.columns[i].key == key]
    others = [i for i in reversed(kept[1:]) if i not in expendable]
    for going in (*expendable, *others):
        if sum(min(PROSE, _needed(table, i)) for i in kept) + 2 * (len(kept) - 1) <= room:
            break
        kept.remove(going)
    return tuple(kept)


def _needed(table: Table, i: int) -> int:
    """Characters that the column takes when nothing wraps."""
    column = table.columns[i]
    rows = (*table.rows, table.totals) if table.totals is not None else table.rows
    return max(width(header(column)), *(width(cell(r[i], column)) for r in rows), 1)


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(c, "?") for c in error.object[error.start : error.end]), error.end
