"""The networks of zoo/lenet.py and their knobs, as data."""

from __future__ import annotations

from cnnviz.zoo.families.four_knobs import common
from cnnviz.zoo.registry import Arch, Family, Knob

LENET5_KNOBS = (
    *common(32, 1, 10),
    Knob(
        "variant",
        "paper",
        choices=("paper", "library"),
        bundle=True,
        implies={
            "library": {
                "connections": "dense",
                "pooling": "max",
                "activation": "relu",
                "output": "linear",
            }
        },
    ),
    Knob("connections", "table", choices=("table", "dense")),
    Knob("pooling", "trainable", choices=("trainable", "avg", "max")),
    Knob("activation", "scaled_tanh", choices=("scaled_tanh", "tanh", "sigmoid", "relu")),
    Knob("output", "rbf", choices=("rbf", "linear")),
)


def lenet(
    name: str, title: str, year: int, paper: str, knobs: tuple[Knob, ...], *aliases: str
) -> Arch:
    """One network of lenet.py, built by the function of its name."""
    return Arch(
        name, title, "lenet", year, paper, f"cnnviz.zoo.lenet:{name}", knobs, aliases=aliases
    )


FAMILY = Family(
    slug="lenet",
    year=1998,
    default="lenet5",
    columns=("connections",),  # the papers' own unit
    archs=(
        lenet("lenet5", "LeNet-5", 1998, "lenet", LENET5_KNOBS, "lenet", "lenet_5", "lenet-5"),
        lenet("lenet1", "LeNet-1", 1989, "lenet1989", common(28, 1, 10), "lenet_1", "lenet-1"),
        lenet("lenet5_caffe", "LeNet-5 (Caffe)", 2014, "pruning", common(28, 1, 10)),
        lenet("lenet_300_100", "LeNet-300-100", 1998, "lenet", common(28, 1, 10), "lenet-300-100"),
    ),
)
