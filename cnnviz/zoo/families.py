"""The families: every network and its knobs, as data. Imports no torch.

Bounds keep a report cheap whatever is asked for: building allocates nothing, but tables and
pictures grow with the network.
"""

from __future__ import annotations

from cnnviz.zoo.registry import Arch, Family, Knob

CLASSES = 22_000  # the whole of ImageNet has 21,841


def common(
    input_size: int, in_channels: int, num_classes: int, narrowest: float = 0.125
) -> tuple[Knob, ...]:
    """The four knobs that every network has, with its own defaults."""
    sizes = (16, 28, 32, 64, 96, 128, 160, 192, 224, 227, 256, 299, 320, 384, 448, 512)
    widths = (0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
    return (
        Knob("input_size", input_size, low=1, high=1024, offered=sizes),
        Knob("in_channels", in_channels, low=1, high=64, offered=(1, 3, 4)),
        Knob("num_classes", num_classes, low=1, high=CLASSES, offered=(2, 10, 100, 1000)),
        Knob(
            "width",
            1.0,
            low=narrowest,
            high=4.0,
            offered=tuple(w for w in widths if w >= narrowest),
        ),
    )


LENET5_TODAY = {
    "connections": "dense",
    "pooling": "max",
    "activation": "relu",
    "output": "linear",
}

LENET = Family(
    "lenet",
    1998,
    "lenet",
    default="lenet5",
    archs=(
        Arch(
            "lenet5",
            "LeNet-5",
            "lenet",
            1998,
            "lenet",
            "cnnviz.zoo.lenet:lenet5",
            (
                *common(32, 1, 10, narrowest=0.5),
                Knob(
                    "variant",
                    "paper",
                    choices=("paper", "library"),
                    implies={"library": LENET5_TODAY},
                    bundle=True,
                ),
                Knob("connections", "table", choices=("table", "dense")),
                Knob("pooling", "trainable", choices=("trainable", "avg", "max")),
                Knob(
                    "activation", "scaled_tanh", choices=("scaled_tanh", "tanh", "sigmoid", "relu")
                ),
                Knob("output", "rbf", choices=("rbf", "linear")),
            ),
            aliases=("lenet", "lenet_5", "lenet-5"),
        ),
        Arch(
            "lenet1",
            "LeNet-1",
            "lenet",
            1990,
            "lenet",
            "cnnviz.zoo.lenet:lenet1",
            common(28, 1, 10, narrowest=0.5),
            aliases=("lenet_1", "lenet-1"),
        ),
        Arch(
            "lenet5_caffe",
            "LeNet-5 (Caffe)",
            "lenet",
            2014,
            "pruning",
            "cnnviz.zoo.lenet:lenet5_caffe",
            common(28, 1, 10),
            aliases=("lenet_caffe",),
        ),
        Arch(
            "lenet_300_100",
            "LeNet-300-100",
            "lenet",
            1998,
            "lenet",
            "cnnviz.zoo.lenet:lenet_300_100",
            common(28, 1, 10),
            aliases=("lenet-300-100",),
        ),
    ),
)

ALEXNET = Family(
    "alexnet",
    2012,
    "alexnet",
    default="alexnet",
    archs=(
        Arch(
            "alexnet",
            "AlexNet",
            "alexnet",
            2012,
            "alexnet",
            "cnnviz.zoo.alexnet:alexnet",
            (
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
            "alexnet_v2",
            "AlexNet v2 (TF-slim)",
            "alexnet",
            2014,
            "owt",
            "cnnviz.zoo.alexnet:alexnet_v2",
            common(224, 3, 1000),
        ),
    ),
)


def vgg(name: str, title: str, config: str, *aliases: str, lrn: bool = False) -> Arch:
    """One column of VGG's Table 1."""
    return Arch(
        name,
        title,
        "vgg",
        2014,
        "vgg",
        "cnnviz.zoo.vgg:vgg",
        (
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
    "vgg",
    2014,
    "vgg",
    default="vgg16",
    archs=(
        vgg("vgg11", "VGG-11 (A)", "A", "vgg_11", "vgg_a"),
        vgg("vgg11_lrn", "VGG-11 (A-LRN)", "A", "vgg_a_lrn", "vgg_a-lrn", lrn=True),
        vgg("vgg13", "VGG-13 (B)", "B", "vgg_13", "vgg_b"),
        vgg("vgg16_c", "VGG-16 (C)", "C", "vgg_c"),
        vgg("vgg16", "VGG-16 (D)", "D", "vgg_16", "vgg_d"),
        vgg("vgg19", "VGG-19 (E)", "E", "vgg_19", "vgg_e"),
    ),
)

FAMILIES: tuple[Family, ...] = (LENET, ALEXNET, VGG)
