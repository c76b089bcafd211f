"""From the words of a command line to a traced network: ARCH, --set, --input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.errors import ReaderError
from cnnviz.graph import Shape

if TYPE_CHECKING:
    from torch import Tensor, nn

    from cnnviz.graph import Graph
    from cnnviz.report import Report
    from cnnviz.zoo import Choice, Value


class Whole(tuple[int, ...]):
    """The shape of an input of whole numbers (indices): --input int:1,5."""


def settings(texts: Sequence[str]) -> dict[str, str]:
    """["input_size=128"] -> {"input_size": "128"}. ReaderError: no "="."""
    found = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise ReaderError("bad_setting", text=text[:60])
        found[key.strip()] = value.strip()
    return found


def shapes(texts: Sequence[str]) -> tuple[Shape, ...]:
    """["1,3,224,224"] -> ((1, 3, 224, 224),); "int:1,5" -> Whole. ReaderError: not a shape."""
    return tuple(_shape(text) for text in texts)


def is_own(name: str) -> bool:
    """Whether ARCH names a callable of the engineer's own: "package.module:callable"."""
    return ":" in name


def report(name: str, knobs: dict[str, str], inputs: tuple[Shape, ...]) -> Report:
    """Every number of a network of the zoo or of one's own. ReaderError as in `graph`."""
    from cnnviz import engine

    choice = None if is_own(name) else sized(name, knobs, inputs)
    if choice is not None and inputs in ((), choice.input_shapes):
        return engine.report_of(choice)
    from cnnviz.analysis import analyze

    found = analyze(graph(name, knobs, inputs))
    if choice is None:
        return found
    smallest = engine.smallest_input(choice)
    return replace(found, totals=replace(found.totals, smallest_input=smallest))


def graph(name: str, knobs: dict[str, str], inputs: tuple[Shape, ...]) -> Graph:
    """The traced network. ReaderError for whatever the reader can mend."""
    from cnnviz import engine

    if not is_own(name):
        choice = sized(name, knobs, inputs)
        if inputs in ((), choice.input_shapes):
            return engine.graph_of(choice)
    return with_module(name, knobs, inputs)[1]


def with_module(
    name: str, knobs: dict[str, str], inputs: tuple[Shape, ...]
) -> tuple[nn.Module, Graph]:
    """The module that `module` gives, and its graph. ReaderError as in `graph`."""
    from cnnviz import engine
    from cnnviz.tracing import trace

    shapes, model = input_shapes(name, knobs, inputs), module(name, knobs, inputs)
    if not is_own(name):
        return model, engine.traced(sized(name, knobs, inputs), model, shapes)
    with own_code(name):
        return model, trace(model, *map(_input, shapes), name=name)


def module(name: str, knobs: dict[str, str], inputs: tuple[Shape, ...]) -> nn.Module:
    """The network as a module: the zoo's on meta tensors, one's own as it builds itself."""
    from cnnviz import engine, zoo

    if not is_own(name):
        return zoo.construct(sized(name, knobs, inputs))
    with own_code(name):
        return engine.own_module(name, {k: _value(v) for k, v in knobs.items()})


def input_shapes(name: str, knobs: dict[str, str], inputs: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """The shapes given, else the network's own. ReaderError: one's own network needs them."""
    if inputs:
        return inputs
    if is_own(name):
        raise ReaderError("input_needed", name=name)
    return sized(name, knobs, ()).input_shapes


def printed(name: str, knobs: dict[str, str], inputs: tuple[Shape, ...]) -> dict[str, int]:
    """What other tools printed for just this network of the zoo, where they were run on it."""
    from cnnviz.crosscheck.recorded import printed as recorded

    if is_own(name):
        return {}
    choice = sized(name, knobs, inputs)
    return recorded(choice) if inputs in ((), choice.input_shapes) else {}


def sized(name: str, knobs: dict[str, str], inputs: tuple[Shape, ...]) -> Choice:
    """A network of the zoo with its knobs; images given as input win over those for size."""
    from cnnviz import zoo

    wanted: dict[str, Value] = dict(knobs)
    arch = zoo.find(name)
    if len(inputs) not in (0, arch.inputs):
        raise ReaderError("inputs_number", name=arch.title, wanted=arch.inputs, given=len(inputs))
    if any(isinstance(shape, Whole) for shape in inputs):
        raise ReaderError("images_needed", name=arch.title)
    if len(set(inputs)) == 1 and len(inputs[0]) == 4:
        _, channels, height, width = inputs[0]
        wanted["in_channels"] = channels
        if height == width:
            wanted["input_size"] = height
    return zoo.resolve(name, wanted)


@contextmanager
def own_code(name: str) -> Iterator[None]:
    """The reader's own code runs, if `name` is that: files of the current folder import, and what
    it prints goes to stderr.

    ReaderError where it leaves the program (a script that parses its arguments when imported).
    """
    if not is_own(name):
        yield
        return
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        with redirect_stdout(sys.stderr):
            yield
    except SystemExit as leaving:
        code = str(leaving.code)[:200]
        raise ReaderError("program_left", name=name, code=code) from leaving


def _value(text: str) -> Value:
    """A setting of one's own callable: a number or true/false where it reads as one."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _input(shape: Shape) -> Shape | Tensor:
    """What `trace` takes: a shape, or for whole numbers a tensor of them (without memory)."""
    if not isinstance(shape, Whole):
        return shape
    import torch

    return torch.zeros(shape, dtype=torch.int64, device="meta")


def _shape(text: str) -> Shape:
    if text.startswith("int:"):
        return Whole(_shape(text.removeprefix("int:")))
    parts = text.replace("x", ",").replace("×", ",").split(",")
    if not all(p.strip().isascii() and p.strip().isdigit() for p in parts):
        raise ReaderError("bad_input_shape", text=text[:60])
    if max(map(len, parts)) > 18:  # beyond 64 bits; int() itself refuses very long texts
        raise ReaderError("huge_shape", shape=text[:60])
    shape = tuple(int(p) for p in parts)
    if 0 in shape:
        raise ReaderError("bad_input_shape", text=text[:60])
    return shape
