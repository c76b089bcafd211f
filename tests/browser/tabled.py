"""A table by itself in Chromium: the component's own script and style, without the app."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page

from cnnviz.content import label
from cnnviz.ui.components import TABLE_WORDS, _joined

MOUNT = """async ([source, css, data]) => {
  document.body.innerHTML =
    '<main data-testid="stMain"><div id="host"></div></main>';
  document.body.style.margin = 0;
  const main = document.querySelector("main");
  Object.assign(main.style, {height: "100vh", overflow: "auto"});
  document.documentElement.style.fontSize = "15px";
  const shadow = document.querySelector("#host").attachShadow({mode: "open"});
  shadow.innerHTML = `<style>${css}</style><div><div><div class="root"></div></div></div>`;
  const module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  window.events = [];
  window.module = module;
  const said = {parentElement: shadow, setTriggerValue: (_, event) => window.events.push(event)};
  window.mount = (data) => module.default({...said, data});
  window.mount(data);
}"""
EXPORTS = "\nexport { si, exact, figure, signed, Lines };\n"


class Tabled:
    """One table on an empty page."""

    def __init__(self, page: Page, data: dict[str, Any]) -> None:
        self.page = page
        page.goto("about:blank")
        page.evaluate(MOUNT, [_joined("table", "js") + EXPORTS, _joined("table", "css"), data])

    def lines(self) -> Locator:
        return self.page.locator(".lines [data-line]")

    def names(self) -> list[str]:
        return self.page.locator(".lines .name span").all_inner_texts()

    def column(self, key: str) -> list[str]:
        return self.page.locator(f".lines .c-{key}").all_inner_texts()

    def sort(self, key: str) -> None:
        self.page.locator(f"[data-sort={key}]").click()

    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            self.page.evaluate("() => JSON.stringify(window.events)")
        )
        return found


def table_data(
    count: int, groups: dict[str, list[Any]] | None = None, **more: Any
) -> dict[str, Any]:
    """Layers named conv0, relu1, conv2, …; the numbers of activations are not known."""
    rows = []
    for i in range(count):
        kind = ("convolution", "activation")[i % 2]
        name = f"{('conv', 'relu')[i % 2]}{i}"
        params = 0 if i % 2 else 1000 + (i * 7919) % 5000
        macs = None if i % 2 else params * 100
        rows.append({"id": name, "kind": kind, "cells": [name, kind, params, macs]})
    columns = [
        {"key": "name", "label": "Layer", "number": False},
        {"key": "op", "label": "Operation", "number": False},
        {"key": "params", "label": "Parameters", "number": True, "convention": "Numbers."},
        {"key": "macs", "label": "MACs", "number": True},
    ]
    totals = ["Total", "", sum(r["cells"][2] for r in rows), sum(r["cells"][3] or 0 for r in rows)]
    words = {w: label(f"layers.tools.{w}", "en") for w in TABLE_WORDS}
    plain = {"caption": "A table.", "tools": True, "save": None, "pinned": None, "place": None}
    data = {"columns": columns, "rows": rows, "totals": totals, "groups": groups, "words": words}
    return {**plain, **data, **more}
