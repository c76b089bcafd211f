"""The four knobs that every network has.

Bounds keep an answer cheap whatever is asked for: building allocates nothing, but tables and
pictures grow with the network.
"""

from __future__ import annotations

from cnnviz.zoo.registry import Knob

SIZES = (16, 28, 32, 64, 96, 128, 160, 192, 224, 227, 256, 299, 320, 384, 448, 512)
WIDTHS = (0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)


def common(size: int, channels: int, classes: int) -> tuple[Knob, ...]:
    """The four knobs that every network has, with its own defaults."""
    return (
        Knob("input_size", size, low=1, high=1024, offered=SIZES, same_network=True),
        Knob("in_channels", channels, low=1, high=64, offered=(1, 3, 4), seldom=True),
        # all of ImageNet has 21,841 classes
        Knob("num_classes", classes, low=1, high=22_000, offered=(2, 10, 100, 1000), seldom=True),
        Knob("width", 1.0, low=0.125, high=4.0, offered=WIDTHS, prefix="× "),
    )
