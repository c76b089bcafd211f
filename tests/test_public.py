"""The public names of the package."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import cnnviz


@pytest.mark.parametrize("name", cnnviz.__all__)
def test_every_public_name_is_what_it_says(name: str) -> None:
    assert not isinstance(getattr(cnnviz, name), ModuleType)
    assert callable(getattr(cnnviz, name))


@pytest.mark.parametrize(
    "before",
    ["import cnnviz.report", "cnnviz.report('lenet1')"],
)
def test_report_is_a_function_whatever_was_imported_before(before: str) -> None:
    code = f"import cnnviz\n{before}\nassert cnnviz.report('lenet1').totals.params == 2578"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nosuch"):
        cnnviz.nosuch  # noqa: B018
