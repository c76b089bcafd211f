"""The codes of LeNet-5's output layer: each class a picture of 7×12 pixels, +1 ink and −1 paper.

Section II.B, Fig. 3 of the 1998 paper shows such pictures for the printable ASCII set. The ten
digits here are drawn after that figure; they are not a pixel-for-pixel copy of it. Further
classes get codes from a fixed sequence of random signs (the other choice that the paper names).
"""

from __future__ import annotations

from random import Random

CODE_SIZE = 7 * 12

DIGITS = """
..###.. ...##.. .#####. .#####. ....##. ####### ..####. ####### .#####. .#####.
.##.##. ..###.. ##...## ##...## ...###. ##..... .##.... ##...## ##...## ##...##
##...## .####.. ##...## .....## ..####. ##..... ##..... .....## ##...## ##...##
##...## ...##.. .....## .....## .##.##. ##..... ##..... ....##. ##...## ##...##
##...## ...##.. ....##. ..####. ##..##. ######. ######. ....##. .#####. ##...##
##...## ...##.. ...##.. .....## ##..##. .....## ##...## ...##.. ##...## .######
##...## ...##.. ..##... .....## ####### .....## ##...## ...##.. ##...## .....##
##...## ...##.. .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
.##.##. ...##.. ##..... ##...## ....##. ##...## ##...## ..##... ##...## ....##.
..###.. .###### ####### .#####. ....##. .#####. .#####. ..##... .#####. .####..
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""


def codes(num_classes: int) -> list[list[float]]:
    """One code of 84 numbers a class, each +1 or −1; the same ones every time."""
    rows = [line.split() for line in DIGITS.split("\n") if line]
    digits = [[1.0 if p == "#" else -1.0 for r in rows for p in r[d]] for d in range(10)]
    signs = Random(1998)
    more = [[signs.choice((-1.0, 1.0)) for _ in range(CODE_SIZE)] for _ in range(num_classes - 10)]
    return (digits + more)[:num_classes]
