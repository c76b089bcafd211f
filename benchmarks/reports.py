"""A network's whole report against building it with weights and `torchinfo.summary`.

Each sample is a process of its own: torch imported, one other network handled, nothing cached.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.ratio import Ratio

ROOT = Path(__file__).resolve().parents[1]
NETWORKS = ("alexnet", "vgg16", "googlenet", "resnet152")
OTHER = "lenet5"
REPEATS = 5


def ours(name: str) -> None:
    from cnnviz import engine

    engine.report(name)


def peer(name: str) -> None:
    import torch
    import torchinfo

    from cnnviz import zoo

    knobs = zoo.resolve(name, {}).knobs
    model = zoo.build(name, device="cpu").eval()
    side = int(knobs["input_size"])
    shape = (1, int(knobs["in_channels"]), side, side)
    with torch.no_grad():
        torchinfo.summary(model, shape, verbose=0)


def sample(side: str, name: str) -> tuple[float, float]:
    """Milliseconds, and the growth of the peak resident memory in MB, in a fresh process."""
    argv = [sys.executable, "-m", "benchmarks.reports", side, name]
    out = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ms, mb = json.loads(out.splitlines()[-1])
    return ms, mb


def ratios() -> Iterator[Ratio]:
    for name in NETWORKS:
        pairs = [(sample("ours", name), sample("peer", name)) for _ in range(REPEATS)]
        ms = [a[0] for a, _ in pairs], [b[0] for _, b in pairs]
        mb = [a[1] for a, _ in pairs], [b[1] for _, b in pairs]
        yield Ratio(f"report of {name}", "ms", *ms, aim=0.1)
        yield Ratio(f"report of {name}, growth of peak memory", "MB", *mb, aim=0.05)


def _status(field: str) -> float:
    """A line of /proc/self/status in MB (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)


def _measure(side: str, name: str) -> None:
    import torch

    torch.set_num_threads(1)
    run = {"ours": ours, "peer": peer}[side]
    run(OTHER)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from here
    before = _status("VmRSS")
    start = time.perf_counter()
    run(name)
    ms = 1000 * (time.perf_counter() - start)
    print(json.dumps([ms, max(0.01, _status("VmHWM") - before)]))


if __name__ == "__main__":
    _measure(sys.argv[1], sys.argv[2])
