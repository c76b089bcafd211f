"""Every knob does something: alone, and beside any one choice of another knob."""

from __future__ import annotations

import json

import pytest

from cnnviz import zoo
from cnnviz.tracing import trace
from cnnviz.zoo import Choice, Knob, Value
from tests.archs import kinds, shallow

# family, knob, and the choice of another knob that leaves it nothing to do
IDLE = {
    # pooling to 7×7 comes before the linear layers, and those are gone
    ("vgg", "variant", "head", "gap"),
    # only a bottleneck has convolutions to choose from
    ("resnet", "stride_on", "block", "basic"),
}
NARROW: dict[str, Value] = {"width": 0.25, "input_size": 97}


def what_runs(choice: Choice) -> str:
    """The graph's operations, settings and weights."""
    graph = trace(zoo.construct(choice), *choice.input_shapes)
    nodes = graph.to_dict()["nodes"]
    for node in nodes:
        for weight in node["weights"]:
            del weight["identity"]
    return json.dumps(nodes)


def another(knob: Knob, now: Value) -> Value:
    if knob.choices:
        return [c for c in knob.choices if c != now][-1]  # the first may differ when training only
    changed = {"input_size": 128, "in_channels": 5, "num_classes": 3, "width": 0.5}
    return changed.get(knob.name, 3)  # blocks of a stage


@pytest.mark.parametrize("name", kinds())
def test_every_knob_moves_something_beside_every_choice(name: str) -> None:
    arch = zoo.find(name)
    narrow = {**NARROW, **shallow(arch)}
    contexts: list[tuple[str, Value]] = [("", "")]
    contexts += [(k.name, c) for k in arch.knobs for c in k.choices if c != k.default]
    for other, value in contexts:
        given = {**narrow, other: value} if other else narrow
        choice = zoo.resolve(name, given)
        before = what_runs(choice)
        for knob in arch.knobs:
            if knob.name == other or knob.bundle:
                continue
            settings = {**choice.knobs, knob.name: another(knob, choice.knobs[knob.name])}
            turned = zoo.resolve(name, settings)
            idle = (arch.family, knob.name, other, value) in IDLE
            assert (what_runs(turned) == before) == idle, (other, value, knob.name)


@pytest.mark.parametrize("name", kinds())
def test_a_bundle_changes_other_defaults(name: str) -> None:
    few = shallow(zoo.find(name))
    usual = what_runs(zoo.resolve(name, few))
    for knob in zoo.find(name).knobs:
        for value in knob.implies if knob.bundle else ():
            assert what_runs(zoo.resolve(name, {**few, knob.name: value})) != usual
