"""What the server does in advance: the engine is imported, and out of the collector's way."""

from __future__ import annotations

import subprocess
import sys

from tests.pages.conftest import ROOT


def test_warming_up_imports_the_engine_and_freezes_it() -> None:
    script = (
        "import gc, sys; from cnnviz.ui import warm\n"
        "assert 'torch' not in sys.modules\n"
        "warm.warm()\n"
        "assert 'torch' in sys.modules and gc.get_freeze_count() > 100_000"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
