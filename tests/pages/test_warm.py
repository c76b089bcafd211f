"""What the server does in advance: the engine is imported, and out of the collector's way."""

from __future__ import annotations

from tests.pages.conftest import alone


def test_warming_up_imports_the_engine_and_freezes_it() -> None:
    script = (
        "import gc, sys; from cnnviz.ui import warm\n"
        "assert 'torch' not in sys.modules\n"
        "warm.warm()\n"
        "assert 'torch' in sys.modules and gc.get_freeze_count() > 100_000"
    )
    alone(script)


def test_a_family_that_fails_leaves_the_others_warm() -> None:
    script = (
        "from cnnviz import engine, zoo; from cnnviz.ui import warm\n"
        "real, done = engine.report, []\n"
        "first = zoo.families()[0].default\n"
        "def report(name, **knobs):\n"
        "    if name == first: raise RuntimeError('broken')\n"
        "    done.append(name); return real(name, **knobs)\n"
        "engine.report = report\n"
        "warm.warm()\n"
        "assert len(done) == len(zoo.families()) - 1 and warm.ready(), done"
    )
    alone(script)
