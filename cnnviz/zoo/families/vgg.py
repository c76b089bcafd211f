"""The networks of zoo/vgg.py and zoo/vgg_cifar.py and their knobs, as data."""

from __future__ import annotations

from cnnviz.zoo.families.four_knobs import common
from cnnviz.zoo.registry import Arch, Family, Knob


def vgg(name: str, title: str, config: str, *aliases: str, lrn: bool = False) -> Arch:
    """One column of VGG's Table 1."""
    return Arch(
        name=name,
        title=title,
        family="vgg",
        year=2014,
        paper="vgg",
        build="cnnviz.zoo.vgg:vgg",
        knobs=(
            *common(224, 3, 1000),
            Knob("variant", "paper", choices=("paper", "library")),
            Knob("batch_norm", False, choices=(False, True)),
            Knob("head", "own", choices=("own", "gap")),
        ),
        preset={"config": config, "lrn": lrn},
        aliases=aliases,
        presets={f"{name}_bn": {"batch_norm": True}},
    )


FAMILY = Family(
    slug="vgg",
    year=2014,
    default="vgg16",
    archs=(
        vgg("vgg11", "VGG-11 (A)", "A", "vgg_11", "vgg_a"),
        vgg("vgg11_lrn", "VGG-11 (A-LRN)", "A", "vgg_a_lrn", "vgg_a-lrn", lrn=True),
        vgg("vgg13", "VGG-13 (B)", "B", "vgg_13", "vgg_b"),
        vgg("vgg16_c", "VGG-16 (C)", "C", "vgg_c"),
        vgg("vgg16", "VGG-16 (D)", "D", "vgg_16", "vgg_d"),
        vgg("vgg19", "VGG-19 (E)", "E", "vgg_19", "vgg_e"),
        Arch(
            name="vgg16_cifar",
            title="VGG-16 (CIFAR-10)",
            family="vgg",
            year=2016,
            paper="filter_pruning",
            build="cnnviz.zoo.vgg_cifar:vgg16_cifar",
            knobs=(
                *common(32, 3, 10),
                Knob("filters", "all", choices=("all", "pruned_a")),
            ),
        ),
    ),
)
