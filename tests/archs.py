"""The networks that tests run over. Deep ones, and those that differ from another in depth alone,
take part in the slow run only.
"""

from __future__ import annotations

from typing import Any

import pytest

from cnnviz import zoo
from cnnviz.zoo import Arch, Value

DEEP = 40  # blocks from which a network is deep


def blocks(arch: Arch) -> dict[str, int]:
    """How many blocks each stage has by default; empty where there are none to count."""
    counts = {k.name: k.default for k in arch.knobs if k.name.startswith("blocks")}
    return {name: int(n) for name, n in counts.items()}


def shallow(arch: Arch) -> dict[str, Value]:
    """Settings that keep two blocks a stage, for tests of everything else."""
    return dict.fromkeys(blocks(arch), 2)


def every() -> list[Any]:
    """Every network, by name."""
    return [_param(a, slow=sum(blocks(a).values()) > DEEP) for a in map(zoo.find, _names())]


def kinds() -> list[Any]:
    """Every network; of those built alike but for their depth the first in the quick run."""
    seen, found = set(), []
    for arch in map(zoo.find, _names()):
        found.append(_param(arch, slow=_kind(arch) in seen))
        seen.add(_kind(arch))
    return found


def quick() -> tuple[str, ...]:
    """The network that each family's page shows first."""
    return tuple(f.default for f in zoo.families())


def others() -> tuple[str, ...]:
    """One network of each kind besides, none of them deep."""
    seen = {_kind(zoo.find(name)) for name in quick()}
    found = []
    for arch in map(zoo.find, _names()):
        if sum(blocks(arch).values()) <= DEEP and _kind(arch) not in seen:
            seen.add(_kind(arch))
            found.append(arch.name)
    return tuple(found)


def _kind(arch: Arch) -> tuple[Any, ...]:
    """Equal for networks that are built alike but for their depth."""
    own = "" if blocks(arch) else arch.name
    return (arch.build, own, tuple((k.name, k.choices) for k in arch.knobs))


def _names() -> tuple[str, ...]:
    return zoo.list_archs()


DEFAULTS, OTHERS = quick(), others()


def _param(arch: Arch, *, slow: bool) -> Any:
    return pytest.param(arch.name, marks=[pytest.mark.slow] if slow else [], id=arch.name)
