"""ResNets for ImageNet and CIFAR-10 and their knobs, as data (zoo/resnet.py, resnet_preact.py)."""

from __future__ import annotations

from cnnviz.zoo.families.four_knobs import common
from cnnviz.zoo.registry import Arch, Family, Knob, Value

MOST = 200  # blocks of a stage: ResNet-1202 has so many
STAGES: dict[int, tuple[int, ...]] = {  # Table 1
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
    200: (3, 24, 36, 3),  # the authors' later one
}


def blocks(counts: tuple[int, ...]) -> tuple[Knob, ...]:
    """How many blocks each stage has."""
    offered = (1, 2, 3, 4, 6, 8, 23, 36)
    return tuple(
        Knob(f"blocks{i}", n, low=1, high=MOST, offered=offered, seldom=True)
        for i, n in enumerate(counts, start=1)
    )


def imagenet(depth: int) -> Arch:
    """One column of Table 1. Those of 18 and 34 layers are printed with shortcut A (Table 2)."""
    deep = depth >= 50
    library: dict[str, Value] = {"shortcut": "B"}
    if deep:
        library["stride_on"] = "3x3"
    placing = (Knob("stride_on", "1x1", choices=("1x1", "3x3", "last")),) if deep else ()
    released = depth in (50, 101, 152)  # the authors' files differ from what is printed
    versions = ("paper", "library", "release") if released else ("paper", "library")
    plain = {f"plain{depth}": {"shortcut": "none"}}
    return Arch(
        name=f"resnet{depth}",
        title=f"ResNet-{depth}",
        family="resnet",
        year=2016 if depth == 200 else 2015,
        paper="resnet",
        build="cnnviz.zoo.resnet:resnet",
        knobs=(
            *common(224, 3, 1000),
            Knob(
                "variant",
                "paper",
                choices=versions,
                implies={"library": library},
                bundle=not released,
            ),
            Knob("shortcut", "B" if deep else "A", choices=("A", "B", "C", "none")),
            *placing,
            Knob("block", "bottleneck" if deep else "basic", choices=("basic", "bottleneck")),
            *blocks(STAGES[depth]),
        ),
        preset={"first_bias": depth == 50},
        aliases=(f"resnet_{depth}", f"resnet-{depth}"),
        presets=({f"resnet_v1_{depth}": {"stride_on": "last"}} if deep else plain),
    )


def cifar(n: int) -> Arch:
    """Section 4.2: three stages of n blocks, 6n + 2 layers."""
    depth = 6 * n + 2
    return Arch(
        name=f"resnet{depth}_cifar",
        title=f"ResNet-{depth} (CIFAR-10)",
        family="resnet",
        year=2015,
        paper="resnet",
        build="cnnviz.zoo.resnet:resnet",
        knobs=(
            *common(32, 3, 10),
            Knob("shortcut", "A", choices=("A", "B", "C", "none")),
            Knob("block", "basic", choices=("basic", "bottleneck")),
            *blocks((n, n, n)),
        ),
        preset={"cifar": True},
        presets={f"plain{depth}_cifar": {"shortcut": "none"}},
    )


def preact(depth: int, block: str, n: int) -> Arch:
    """Table 3 of the second paper: 6n + 2 layers, or 9n + 2 with bottlenecks."""
    return Arch(
        name=f"preact_resnet{depth}_cifar",
        title=f"ResNet-{depth}, pre-activation",
        family="resnet",
        year=2016,
        paper="preact",
        build="cnnviz.zoo.resnet_preact:resnet_preact",
        knobs=(
            *common(32, 3, 10),
            Knob("shortcut", "A" if block == "basic" else "B", choices=("A", "B")),
            Knob("block", block, choices=("basic", "bottleneck")),
            *blocks((n, n, n)),
        ),
    )


FAMILY = Family(
    slug="resnet",
    year=2015,
    default="resnet50",
    archs=(
        *(imagenet(depth) for depth in STAGES),
        *(cifar(n) for n in (3, 5, 7, 9, 18, 200)),
        preact(110, "basic", 18),
        preact(164, "bottleneck", 18),
        preact(1001, "bottleneck", 111),
    ),
)
