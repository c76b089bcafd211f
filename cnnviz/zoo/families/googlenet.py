"""GoogLeNet and its knobs, as data (zoo/googlenet.py builds it)."""

from __future__ import annotations

from cnnviz.zoo.families.four_knobs import common
from cnnviz.zoo.registry import Arch, Family, Knob

# As TF-slim and torchvision have it; their pooling behind 4e has a window of 2×2.
LIBRARY = {"batch_norm": True, "lrn": False, "branch5": 3, "pool4": 2}
MODULES = ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")

FAMILY = Family(
    slug="googlenet",
    year=2014,
    default="googlenet",
    archs=(
        Arch(
            name="googlenet",
            title="GoogLeNet",
            family="googlenet",
            year=2014,
            paper="googlenet",
            build="cnnviz.zoo.googlenet:googlenet",
            knobs=(
                *common(224, 3, 1000),
                Knob(
                    "variant",
                    "paper",
                    choices=("paper", "library"),
                    implies={"library": LIBRARY},
                    bundle=True,
                ),
                Knob("aux", "none", choices=("none", "built", "run"), same_network=True),
                Knob("reductions", "all", choices=("all", "none", *MODULES)),
                Knob("batch_norm", False, choices=(False, True), seldom=True),
                Knob("lrn", True, choices=(True, False), seldom=True),
                Knob("branch5", 5, choices=(5, 3), seldom=True),
                Knob("pool4", 3, choices=(3, 2), seldom=True),
            ),
            aliases=("inception_v1",),
        ),
    ),
)
