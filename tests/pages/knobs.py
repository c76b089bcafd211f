"""The row of numbers and knobs in a test: what it shows, and a turn as the browser sends it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from streamlit.testing.v1 import AppTest

EVENTS = "$$STREAMLIT_INTERNAL_KEY_{id}__events"  # the widget behind a component's triggers


def told(at: AppTest) -> dict[str, Any]:
    """What the component was told last."""
    found: dict[str, Any] = json.loads(_row(at).json)
    return found


def knobs(at: AppTest) -> dict[str, dict[str, Any]]:
    """The knobs by their names."""
    return {k["name"]: k for k in told(at)["knobs"]}


def values(at: AppTest, name: str) -> list[str]:
    return [token for token, _ in knobs(at)[name]["options"]]


def numbers(at: AppTest) -> list[str]:
    return [f["shown"] for f in told(at)["figures"]]


def turn(at: AppTest, *turns: tuple[str, str]) -> AppTest:
    """Knobs turned by hand: ("arch", "vgg19"); ("", "") is the reset."""
    event = {"kind": "turn", "n": told(at)["n"] + 1, "turns": [list(t) for t in turns]}
    return send(at, event)


def send(at: AppTest, event: Mapping[str, Any]) -> AppTest:
    """Any event of the row."""
    states = at._tree.get_widget_states()
    state = states.widgets.add()
    state.id = EVENTS.format(id=_row(at).id)
    state.json_trigger_value = json.dumps([{"event": "event", "value": dict(event)}])
    return at._run(states)


def _row(at: AppTest) -> Any:
    (row,) = (
        e.proto
        for e in at.main
        if e.type == "bidi_component" and e.proto.component_name == "cnnviz_knobs"
    )
    return row


def few(tokens: list[str], knob: str, most: int = 3) -> list[str]:
    """Some of a knob's values, the ends among them; of a stage's blocks the smallest two."""
    if knob.startswith("blocks"):
        return tokens[:2]
    step = max(1, (len(tokens) - 1) / (most - 1))
    return list(dict.fromkeys(tokens[round(i * step)] for i in range(min(most, len(tokens)))))
