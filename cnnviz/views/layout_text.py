"""Widths of text by a shipped table: a layout must not depend on the machine's fonts.

Advance widths of Source Sans 3 (SIL Open Font License), in thousandths of an em: ASCII 32 to 126
in order, then what else the drawings use. Chinese, Japanese and Korean characters are one em.
"""

from __future__ import annotations

from typing import Final

_REGULAR: Final = """
    200 289 426 497 497 824 609 249 303 303 418 497 249 311 249 350 497 497 497 497 497 497 497
    497 497 497 249 249 497 497 497 425 847 543 588 571 615 527 494 617 652 263 479 579 486 727
    647 664 566 664 569 534 536 645 515 786 513 476 539 303 350 303 497 500 542 504 553 456 555
    496 292 504 544 246 247 495 255 829 547 542 555 555 347 419 338 544 467 719 446 467 425 303
    241 303 497
"""
_REGULAR_MORE: Final = {
    "×": 497,
    "·": 249,
    "²": 367,
    "³": 367,
    "−": 497,
    "–": 480,
    "—": 800,
    "…": 948,
    "°": 331,
    "α": 560,
    "ρ": 549,
    "→": 619,
    "÷": 497,
    "≤": 497,
    "≥": 497,
    "½": 808,
    "é": 496,
    "ü": 544,
    "\u2009": 100,
}
_BOLD: Final = """
    200 315 482 513 513 841 639 275 324 324 438 513 275 322 275 344 513 513 513 513 513 513 513
    513 513 513 275 275 513 513 513 444 875 558 597 576 625 538 510 628 663 282 494 597 502 745
    657 674 582 674 592 545 546 655 536 800 541 501 540 324 344 324 513 500 549 516 563 462 564
    507 317 520 558 262 263 522 271 843 560 549 564 564 373 431 361 556 495 748 481 495 443 324
    255 324 513
"""
_BOLD_MORE: Final = {
    "×": 513,
    "·": 275,
    "²": 372,
    "³": 372,
    "−": 513,
    "–": 480,
    "—": 800,
    "…": 964,
    "°": 348,
    "α": 578,
    "ρ": 559,
    "→": 618,
    "÷": 513,
    "≤": 513,
    "≥": 513,
    "½": 827,
    "é": 507,
    "ü": 556,
    "\u2009": 100,
}


def _table(ascii_widths: str, more: dict[str, int]) -> dict[str, int]:
    widths = [int(w) for w in ascii_widths.split()]
    return {chr(32 + i): w for i, w in enumerate(widths)} | more


_TABLES: Final = {
    False: _table(_REGULAR, _REGULAR_MORE),
    True: _table(_BOLD, _BOLD_MORE),
}
_UNKNOWN: Final = 620  # other letters: a wide one, so that no text leaves its box
_CJK: Final = 0x2E80  # from here on full width


def text_width(text: str, size: float = 11.0, *, bold: bool = False) -> float:
    """Width of one line in px at `size` px; bold is weight 600."""
    table = _TABLES[bold]
    em = sum(table.get(c, 1000 if ord(c) >= _CJK else _UNKNOWN) for c in text)
    return em * size / 1000


def shorten(text: str, size: float, most: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it would be wider than `most` px."""
    if text_width(text, size, bold=bold) <= most:
        return text
    while text and text_width(text + "…", size, bold=bold) > most:
        text = text[:-1]
    return text.rstrip() + "…"
