"""QR codes of addresses, as SVG and as text for a terminal: dark on light in any theme."""

from __future__ import annotations

import segno
from segno.encoder import DataOverflowError

QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks for
_INK, _RESET = "\x1b[30;107m", "\x1b[0m"  # black on white, whatever the terminal's own colours
_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def matrix(address: str) -> list[list[int]] | None:
    """Rows of modules, 1 dark, the quiet zone included; None if the address is too long for one."""
    try:
        code = segno.make_qr(address, error="m")
    except DataOverflowError:
        return None
    return [[int(bool(m)) for m in row] for row in code.matrix_iter(border=QUIET)]


def svg(address: str) -> str:
    """The code as SVG, one unit a module; "" where there is none."""
    rows = matrix(address)
    if rows is None:
        return ""
    n = len(rows)
    path = "".join(
        f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n} {n}"'
        ' shape-rendering="crispEdges">'
        f'<rect width="{n}" height="{n}" fill="#ffffff"/><path d="{path}" fill="#000000"/></svg>'
    )


def text(address: str, *, colour: bool) -> str:
    """The code in half blocks, two rows a line; "" where there is none.

    Without `colour` (no terminal at the other end) light is drawn instead, as on a dark screen.
    """
    rows = matrix(address)
    if rows is None:
        return ""
    cut = [row[2:-2] for row in rows[2:-2]]  # half the quiet zone: the terminal's window is small
    if len(cut) % 2:
        cut.append([0] * len(cut[0]))
    lines = []
    for upper, lower in zip(cut[::2], cut[1::2], strict=True):
        dark = 1 if colour else 0
        marks = "".join(
            _HALVES[int(a == dark), int(b == dark)] for a, b in zip(upper, lower, strict=True)
        )
        lines.append(f"{_INK}{marks}{_RESET}" if colour else marks)
    return "\n".join(lines)


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    runs, start = [], None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.append((start, x - start))
            start = None
    return runs
