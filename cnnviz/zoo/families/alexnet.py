"""The networks of zoo/alexnet.py and their knobs, as data."""

from __future__ import annotations

from cnnviz.zoo.families.four_knobs import common
from cnnviz.zoo.registry import Arch, Family, Knob

FAMILY = Family(
    slug="alexnet",
    year=2012,
    default="alexnet",
    archs=(
        Arch(
            name="alexnet",
            title="AlexNet",
            family="alexnet",
            year=2012,
            paper="alexnet",
            build="cnnviz.zoo.alexnet:alexnet",
            knobs=(
                *common(227, 3, 1000),
                Knob(
                    "variant",
                    "paper",
                    choices=("paper", "library"),
                    implies={"library": {"towers": 1, "lrn": False, "reading": "224_2_2"}},
                ),
                Knob("towers", 2, choices=(2, 1)),
                Knob("lrn", True, choices=(True, False)),
                Knob(
                    "reading",
                    "227",
                    choices=("227", "224_1_2", "224_2_2"),
                    implies={"224_1_2": {"input_size": 224}, "224_2_2": {"input_size": 224}},
                    same_network=True,  # three ways to read one drawing
                ),
            ),
        ),
        Arch(
            name="alexnet_v2",
            title="AlexNet v2 (TF-slim)",
            family="alexnet",
            year=2014,
            paper="owt",
            build="cnnviz.zoo.alexnet:alexnet_v2",
            knobs=common(224, 3, 1000),
        ),
    ),
)
