"""What a receptive field is drawn upon: a photograph, or a digit, as the network is given it.

Up to PIXELS a side the network's own pixels are shown: the picture is averaged down to the input's
size, in grey where there is one channel. Larger inputs show the photograph itself.
Sources and licences: views/photographs/LICENSE.md.
"""

from __future__ import annotations

import base64
import struct
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from cnnviz.views.svg import el

FOLDER: Final = Path(__file__).parent / "photographs"
PHOTOS: Final = ("chelsea", "coffee", "astronaut", "digit", "none")  # the order of the choice
PIXELS: Final = 96  # pixels a side of the small versions
GREY: Final = (0.299, 0.587, 0.114)  # ITU-R BT.601 luma

_HEAD: Final = b"\x89PNG\r\n\x1a\n"


def default(shape: tuple[int, ...]) -> str:
    """The photograph for an input (N, C, H, W): a digit for one channel, none for what is no image.

    >>> default((1, 1, 32, 32)), default((1, 3, 224, 224)), default((1, 64, 100))
    ('digit', 'chelsea', 'none')
    """
    if len(shape) != 4 or shape[1] not in (1, 3, 4):
        return "none"
    return "digit" if shape[1] == 1 else "chelsea"


def drawn(photo: str, shape: tuple[int, ...], x: float, y: float, w: float, h: float) -> str:
    """The photograph over the plane of an input (N, C, H, W), as an svg element; "" for none.

    What an input that is not square leaves no room for is cut off, as a centre crop does.
    """
    if photo == "none" or len(shape) != 4:
        return ""
    rows, columns = shape[2:]
    grey = shape[1] == 1
    small = max(rows, columns) <= PIXELS
    if small:
        source = _uri("png", fitted(photo, rows, columns, grey))
    elif photo == "digit":
        source = _uri("png", _file("digit.png"))
    else:
        source = _uri("jpeg", _file(f"{photo}{'_grey' if grey else ''}.jpg"))
    return el("image", href=source, x=x, y=y, width=w, height=h,
              preserveAspectRatio="none" if small else "xMidYMid slice",
              image_rendering="optimizeSpeed" if small else None,
              class_="pixels" if small else None)  # fmt: skip


@lru_cache(maxsize=64)
def fitted(photo: str, rows: int, columns: int, grey: bool) -> bytes:
    """The small version's centre, averaged to rows × columns pixels, as PNG."""
    pixels = decode(_file(f"{photo}.png"))
    step = min(PIXELS / rows, PIXELS / columns)
    top, left = (PIXELS - rows * step) / 2, (PIXELS - columns * step) / 2
    across = [_taps(left + c * step, step) for c in range(columns)]
    lines = []
    for r in range(rows):
        down = _taps(top + r * step, step)
        lines.append([_average(pixels, down, taps, grey) for taps in across])
    return encode(lines)


def decode(png: bytes) -> list[bytes]:
    """The rows of an RGB PNG as `encode` writes it."""
    width, height = struct.unpack(">II", png[16:24])
    start = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[start - 4 : start])
    raw = zlib.decompress(png[start + 4 : start + 4 + length])
    line = 3 * width + 1
    return [raw[r * line + 1 : (r + 1) * line] for r in range(height)]


def encode(rows: list[list[tuple[int, int, int]]]) -> bytes:
    """An RGB PNG, 8 bits, every row unfiltered (W3C PNG, sections 5 and 9)."""
    raw = b"".join(b"\0" + bytes(v for pixel in row for v in pixel) for row in rows)
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return _HEAD + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _taps(start: float, length: float) -> tuple[tuple[int, float], ...]:
    """The pixels that an interval covers, and how much of each."""
    end = start + length
    cells = range(max(0, int(start)), min(PIXELS, int(end) + 1))
    found = ((i, min(end, i + 1) - max(start, i)) for i in cells)
    return tuple((i, part) for i, part in found if part > 1e-9)


def _average(
    pixels: list[bytes],
    down: tuple[tuple[int, float], ...],
    across: tuple[tuple[int, float], ...],
    grey: bool,
) -> tuple[int, int, int]:
    weight = sum(p for _, p in down) * sum(p for _, p in across)
    r, g, b = (
        sum(pixels[y][3 * x + c] * p * q for y, p in down for x, q in across) / weight
        for c in range(3)
    )
    if grey:
        r = g = b = GREY[0] * r + GREY[1] * g + GREY[2] * b
    return round(r), round(g), round(b)


@lru_cache(maxsize=16)
def _file(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
