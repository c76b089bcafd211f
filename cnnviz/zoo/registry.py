"""The registry: which networks there are and what may be turned on each. Data; imports no torch.

Adding a network: an Arch in its family's data (zoo/families/vgg.py), a builder in zoo/vgg.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Value = bool | int | float | str

# Words that an address, a lesson's placeholder or a function that takes knobs uses already.
RESERVED = frozenset(
    (
        *("arch", "chart", "lang", "number", "open", "scale", "sel", "tool", "view"),  # addresses
        *("pin", "count"),
        *("unit", "photo"),
        *("sort", "filter", "columns", "rollup"),
        *("layout", "shapes"),
        *("present", "embed"),
        *("batch", "dtype", "optimizer", "by"),
        *("kind", "mode", "node", "op", "quantity"),  # lessons
        *("name", "device"),  # zoo.build, engine.report
    )
)


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting of a network. `name` is the keyword of build(), the URL's and the CLI's.

    Either `choices`, or a range low … high (int or float by the default's type).
    Labels: content labels/knobs.toml, [<name>] and [<name>_<choice>]; where a family means
    something of its own by it, [<family>_<name>] and [<family>_<name>_<choice>].
    """

    name: str
    default: Value
    choices: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None
    offered: tuple[Value, ...] = ()  # what the page offers of a range
    # a choice -> the defaults that it changes on other knobs: a 224 reading moves the input size
    implies: Mapping[Value, Mapping[str, Value]] = field(default_factory=dict)
    bundle: bool = False  # only changes other defaults; the builder does not take it
    prefix: str = ""  # what stands before a number on the page: "× 0.5"
    seldom: bool = False  # stands behind "more" on the page
    same_network: bool = False  # a published accuracy holds whatever it is set to

    def __post_init__(self) -> None:
        if self.name in RESERVED:
            raise ValueError(f"no knob may be called {self.name!r}: the word is taken")
        if not self.choices and (self.low is None or self.high is None):
            raise ValueError(f"knob {self.name!r} has neither choices nor a range")


@dataclass(frozen=True, slots=True)
class Arch:
    """One network: what builds it and the knobs that it takes."""

    name: str  # as the URL, the command line and the ledger have it: "vgg16"
    title: str  # as people write it: "VGG-16"
    family: str  # the page: "vgg"
    year: int
    paper: str  # key of the ledger's papers
    build: str  # "cnnviz.zoo.vgg:vgg"
    knobs: tuple[Knob, ...]
    preset: Mapping[str, Any] = field(default_factory=dict)  # builder arguments
    aliases: tuple[str, ...] = ()
    # names that stand for this network with some knobs set: "vgg16_bn" -> {"batch_norm": True}
    presets: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    inputs: int = 1  # how many images go in: 2 for a siamese network


@dataclass(frozen=True, slots=True)
class Family:
    """One page and its networks. Texts: labels/families.toml."""

    slug: str  # the page's address: "vgg"
    year: int
    archs: tuple[Arch, ...]
    default: str  # the arch shown first
    columns: tuple[str, ...] = ()  # what its table of layers has besides: "connections"
