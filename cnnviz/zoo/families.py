"""The families: every network and its knobs, as data. Imports no torch.

Bounds keep an answer cheap whatever is asked for: building allocates nothing, but tables and
pictures grow with the network.
"""

from __future__ import annotations

from cnnviz.zoo.registry import Arch, Family, Knob

SIZES = (16, 28, 32, 64, 96, 128, 160, 192, 224, 227, 256, 299, 320, 384, 448, 512)
WIDTHS = (0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)


def common(size: int, channels: int, classes: int) -> tuple[Knob, ...]:
    """The four knobs that every network has, with its own defaults."""
    return (
        Knob("input_size", size, low=1, high=1024, offered=SIZES),
        Knob("in_channels", channels, low=1, high=64, offered=(1, 3, 4)),
        # all of ImageNet has 21,841 classes
        Knob("num_classes", classes, low=1, high=22_000, offered=(2, 10, 100, 1000)),
        Knob("width", 1.0, low=0.125, high=4.0, offered=WIDTHS),
    )


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


LENET = Family(
    slug="lenet",
    year=1998,
    paper="lenet",
    default="lenet5",
    archs=(
        lenet("lenet5", "LeNet-5", 1998, "lenet", LENET5_KNOBS, "lenet", "lenet_5", "lenet-5"),
        lenet("lenet1", "LeNet-1", 1989, "lenet1989", common(28, 1, 10), "lenet_1", "lenet-1"),
        lenet("lenet5_caffe", "LeNet-5 (Caffe)", 2014, "pruning", common(28, 1, 10)),
        lenet("lenet_300_100", "LeNet-300-100", 1998, "lenet", common(28, 1, 10), "lenet-300-100"),
    ),
)

ALEXNET = Family(
    slug="alexnet",
    year=2012,
    paper="alexnet",
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


VGG = Family(
    slug="vgg",
    year=2014,
    paper="vgg",
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

FAMILIES: tuple[Family, ...] = (LENET, ALEXNET, VGG)
