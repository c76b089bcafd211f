"""The text of a PDF as a reader would search it: glyphs of each line through the fonts' own tables.

Enough of the format for what Typst writes: Flate streams, Identity-H fonts with ToUnicode tables.
"""

from __future__ import annotations

import re
import zlib


def pdf_text(data: bytes) -> str:
    """All text drawn on the pages, in drawing order, nothing between the runs."""
    stream = rb"(\d+) 0 obj\s*<<((?:(?!endobj).)*?)>>\s*stream\r?\n(.*?)\r?\nendstream"
    streams = {
        int(number): _inflated(head, body)
        for number, head, body in re.findall(stream, data, re.DOTALL)
    }
    tables = {
        int(font): _characters(streams[int(table)])
        for font, table in re.findall(
            rb"(\d+) 0 obj\s*<<(?:(?!endobj).)*?/ToUnicode (\d+) 0 R", data, re.DOTALL
        )
    }
    names = {
        name: tables[int(font)]
        for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", data)
        if int(font) in tables
    }
    contents = b"\n".join(s for s in streams.values() if b" Tf" in s and b"BT" in s)
    found = []
    table: dict[int, str] = {}
    token = rb"/(f\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)\s*Tj|<([0-9A-Fa-f]+)>\s*Tj"
    for name, literal, hexadecimal in re.findall(token, contents, re.DOTALL):
        if name:
            table = names[name]
            continue
        glyphs = bytes.fromhex(hexadecimal.decode()) if hexadecimal else _unescaped(literal)
        pairs = zip(glyphs[::2], glyphs[1::2], strict=True)
        found.append("".join(table[a << 8 | b] for a, b in pairs))
    return "".join(found)


def _inflated(head: bytes, body: bytes) -> bytes:
    return zlib.decompress(body) if b"FlateDecode" in head else body


def _characters(cmap: bytes) -> dict[int, str]:
    """Glyph -> characters, from a ToUnicode table's bfchar and bfrange lines."""
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for i in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + i] = chr(int(text, 16) + i)
    return found


def _unescaped(literal: bytes) -> bytes:
    special = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def plain(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8)]) if code[:1].isdigit() else special.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, literal, flags=re.DOTALL)
