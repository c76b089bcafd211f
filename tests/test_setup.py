"""tools/setup.sh: installs once, again only after a change, and says in a sentence what is missing.

A stub stands for Python: it writes down how it was called and does what the test tells it to.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "tools/setup.sh"
STUB = """#!/bin/sh
echo "$*" >> "{log}"
case "$*" in
  -V) echo "Python 3.11.0";;
  "-c import venv, ensurepip") exit {venv};;
  "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
  "-m pip"*) exit {pip};;
esac
"""


class Place:
    """A project's folder with a space in its path, and a Python to call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a b"
        self.folder.mkdir()
        self.log = folder / "log"
        self.python = folder / "python with space"
        (self.folder / "requirements.txt").write_text("torch==1\n")
        self.stub()

    def stub(self, venv: int = 0, pip: int = 0) -> None:
        self.python.write_text(STUB.format(log=self.log, venv=venv, pip=pip))
        self.python.chmod(0o755)

    def run(self, python: str = "") -> subprocess.CompletedProcess[str]:
        """Set the app up; `PYTHON` names the stub by a path without spaces, as make would."""
        link = self.folder.parent / "py"
        if not link.exists():
            link.symlink_to(self.python)
        return subprocess.run(
            ["sh", str(SCRIPT), "app"],
            cwd=self.folder,
            env=os.environ | {"PYTHON": python or str(link)},
            capture_output=True,
            text=True,
            check=False,
        )

    def installs(self) -> int:
        return self.log.read_text().count("-m pip install")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_installs_once_and_again_after_a_change(place: Place) -> None:
    assert place.run().returncode == 0
    assert place.installs() == 1
    again = place.run()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert place.installs() == 1
    (place.folder / "requirements.txt").write_text("torch==2\n")
    assert place.run().returncode == 0
    assert place.installs() == 2


def test_a_failed_install_is_said_and_tried_again(place: Place) -> None:
    place.stub(pip=1)
    failed = place.run()
    assert failed.returncode == 1
    assert "could not install requirements.txt" in failed.stderr
    place.run()
    assert place.installs() == 2


def test_no_python_is_said(place: Place) -> None:
    failed = place.run(python="/nowhere/python3")
    assert failed.returncode == 1
    assert "needs Python 3.11" in failed.stderr
    assert not (place.folder / ".venv").exists()


def test_no_venv_module_is_said(place: Place) -> None:
    place.stub(venv=1)
    failed = place.run()
    assert failed.returncode == 1
    assert "apt-get install python3-venv" in failed.stderr
    assert not (place.folder / ".venv").exists()
