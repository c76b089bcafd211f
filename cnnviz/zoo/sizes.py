"""Two sums that every family file needs: scaled channel numbers and sizes of maps."""

from __future__ import annotations


def scaled(channels: int, width: float, multiple: int = 1) -> int:
    """`channels` times `width`, rounded to a multiple (of the groups), at least one multiple."""
    return max(1, round(channels * width / multiple)) * multiple


def size_after(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Side of the map behind a convolution or pooling; `padding` counts both sides together.

    At least 1, so that a head can be built for an input that is too small: running the network
    then fails at the layer where the map really vanishes.
    """
    return max(1, (size + padding - kernel) // stride + 1)
