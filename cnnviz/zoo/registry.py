"""The registry: which networks there are and what may be turned on each. Data; imports no torch.

Adding a network: an Arch in the family's list (zoo/families.py) and a builder in the family's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting of a network. `name` is the keyword of build(), the URL's and the CLI's.

    Either `choices`, or a range low … high (int or float by the default's type).
    Labels: content labels/knobs.toml, "knobs.<name>" and "knobs.<name>_<choice>".
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


@dataclass(frozen=True, slots=True)
class Arch:
    """One network: what builds it and the knobs that it takes."""

    name: str  # as papers.json has it: "vgg16"
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


@dataclass(frozen=True, slots=True)
class Family:
    """One page: its networks, and the figure's layout hints. Texts: labels/families.toml."""

    slug: str  # the page's address: "vgg"
    year: int
    paper: str
    archs: tuple[Arch, ...]
    default: str  # the arch shown first
