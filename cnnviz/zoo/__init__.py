"""The networks: what there is, what may be chosen, and how to build it. Imports no torch.

A file a family (lenet.py, alexnet.py, vgg.py); the registry is data (families/, a file each too).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from cnnviz.errors import ReaderError, reason
from cnnviz.zoo.families import FAMILIES
from cnnviz.zoo.knobs import parse, token
from cnnviz.zoo.registry import Arch, Family, Knob, Value

if TYPE_CHECKING:
    from torch import nn

NONE: Mapping[str, Value] = {}

__all__ = [
    "Arch", "Choice", "Family", "Knob", "Value",
    "build", "construct", "families", "family", "find", "list_archs", "resolve", "token",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """A network and the value of every one of its knobs, checked."""

    arch: Arch
    knobs: dict[str, Value]

    @property
    def key(self) -> tuple[str, tuple[tuple[str, Value], ...]]:
        """Hashable: equal for equal choices, however they were written."""
        return self.arch.name, tuple(self.knobs.items())

    @property
    def input_shapes(self) -> tuple[tuple[int, ...], ...]:
        """(1, channels, height, width), for each image that goes in."""
        side = cast(int, self.knobs["input_size"])
        return ((1, cast(int, self.knobs["in_channels"]), side, side),) * self.arch.inputs

    @property
    def changed(self) -> dict[str, Value]:
        """The fewest knobs that make this choice again: what an address must carry."""
        needed = dict(self.knobs)
        for name in self.knobs:
            without = {k: v for k, v in needed.items() if k != name}
            if _settle(self.arch, without) == self.knobs:
                needed = without
        return needed


def families() -> tuple[Family, ...]:
    """Every family, in the order of the timeline."""
    return FAMILIES


def family(slug: str) -> Family:
    """The family of a page. KeyError for another name."""
    return {f.slug: f for f in FAMILIES}[slug]


def list_archs(family: str | None = None) -> tuple[str, ...]:
    """Names of all networks, or of one family's."""
    return tuple(a.name for f in FAMILIES if family in (None, f.slug) for a in f.archs)


def find(name: str) -> Arch:
    """The network of that name or alias, in any case. ReaderError "unknown_arch"."""
    return _lookup(name)[0]


def resolve(name: str, knobs: Mapping[str, object] | None = None) -> Choice:
    """The network with every knob set: those given (text as in an address too), else defaults.

    ReaderError if there is no such network, no such knob, or a value cannot work.
    """
    arch, preset = _lookup(name)
    by_name = {k.name: k for k in arch.knobs}
    given: dict[str, Value] = {}
    for key, value in {**preset, **(knobs or {})}.items():
        if key not in by_name:
            raise ReaderError(
                "unknown_knob", knob=str(key)[:40], arch=arch.name, knobs=tuple(by_name)
            )
        given[key] = parse(by_name[key], value)
    return Choice(arch, _settle(arch, given))


def build(name: str, *, device: str | None = None, **knobs: Value) -> nn.Module:
    """The network as a module: shapes only, unless a device is named ("cpu": real weights).

    ReaderError as in `resolve`.
    """
    return construct(resolve(name, knobs), device)


def construct(choice: Choice, device: str | None = None) -> nn.Module:
    """The module of a choice that is checked already; `device` as in `build`.

    ReaderError "knobs_conflict": each value is possible, but not all of them together.
    """
    module, _, function = choice.arch.build.partition(":")
    builder = getattr(import_module(module), function)
    bundles = {k.name for k in choice.arch.knobs if k.bundle}
    own = {k: v for k, v in choice.knobs.items() if k not in bundles}
    arguments = {**choice.arch.preset, **own}
    try:
        if device is not None:
            return cast("nn.Module", builder(**arguments).to(device))
        from cnnviz.zoo.meta import building

        with building():
            return cast("nn.Module", builder(**arguments))
    except Exception as error:
        settings = tuple(f"{k}={token(v)}" for k, v in choice.changed.items())
        if not settings:
            raise  # our own mistake, not the reader's
        raise ReaderError(
            "knobs_conflict", arch=choice.arch.title, settings=settings, reason=reason(error)
        ) from error


def _settle(arch: Arch, given: Mapping[str, Value]) -> dict[str, Value]:
    """Every knob's value: given, else implied by another, else the default.

    In the knobs' order, so that a knob may imply one that implies a third: the library's AlexNet
    reads 55×55 by padding, and that reading takes 224.
    """
    values = {k.name: k.default for k in arch.knobs} | dict(given)
    for knob in arch.knobs:
        for name, value in knob.implies.get(values[knob.name], {}).items():
            if name not in given:
                values[name] = value
    return values


@cache
def _names() -> dict[str, tuple[Arch, Mapping[str, Value]]]:
    found: dict[str, tuple[Arch, Mapping[str, Value]]] = {}
    for fam in FAMILIES:
        for arch in fam.archs:
            plain = dict.fromkeys((arch.name, *arch.aliases), NONE)
            for name, preset in {**plain, **arch.presets}.items():
                if name in found:
                    raise ValueError(f"two networks are called {name!r}")
                found[name] = (arch, preset)
    return found


def _lookup(name: str) -> tuple[Arch, Mapping[str, Value]]:
    names = _names()
    key = str(name).strip().lower()
    if key not in names:
        close = get_close_matches(key[:40], names, n=3, cutoff=0.5)
        raise ReaderError("unknown_arch", name=key[:40], close=tuple(close) or list_archs())
    return names[key]
