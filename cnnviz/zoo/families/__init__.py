"""The families, a data file each: every network and its knobs. Imports no torch.

A family's file holds one `FAMILY`; here stands only their order.
"""

from __future__ import annotations

from importlib import import_module

from cnnviz.zoo.registry import Family

ORDER = ("lenet", "alexnet", "vgg", "googlenet", "resnet")  # of the timeline

FAMILIES: tuple[Family, ...] = tuple(import_module(f"{__name__}.{slug}").FAMILY for slug in ORDER)
