"""Every text that a reader sees, in two languages: labels, sentences, lessons.

Labels are data: content/labels/<file>.toml, a table a label, `en` and `zh` on adjacent lines;
the key is file stem + table path: label("views.params", "zh"). Placeholders are str.format's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from cnnviz.errors import ReaderError

LANGS: Final = ("en", "zh")
HERE = Path(__file__).parent


@cache
def labels() -> dict[str, dict[str, str]]:
    """Every label: key -> {"en": …, "zh": …}."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((HERE / "labels").glob("*.toml")):
        _collect(path.stem, tomllib.loads(path.read_text("utf-8")), found)
    return found


def label(key: str, lang: str, **values: Any) -> str:
    """The label in `lang`, its placeholders filled. KeyError where there is none."""
    text = labels()[key][lang]
    return text.format(**values) if values else text


def has_label(key: str) -> bool:
    return key in labels()


def knob_label(family: str, name: str, lang: str) -> str | None:
    """The word of a knob ("towers") or of its choice ("towers_2"): the family's own, else the
    general one, else None.
    """
    keys = (f"knobs.{family}_{name}", f"knobs.{name}")
    return next((label(k, lang) for k in keys if has_label(k)), None)


def sentence(error: ReaderError, lang: str) -> str:
    """The error as one sentence that says what to change.

    A value may be a label key ("@key") or another error, whose sentence stands there.
    """
    values = {k: _value(v, lang) for k, v in error.values.items()}
    return labels()[f"errors.{error.key}"][lang].format(**values)


def listed(items: Iterable[str], lang: str) -> str:
    """Items of one list: "a, b", 「a、b」."""
    return ("、" if lang == "zh" else ", ").join(items)


def clauses(items: Iterable[str], lang: str) -> str:
    """Parts of one sentence that are lists or sentences themselves: "a; b", 「a；b」."""
    return ("；" if lang == "zh" else "; ").join(items)


def sentences(parts: Iterable[str], lang: str) -> str:
    """Sentences one after the other, empty ones left out; Chinese sets no space between them."""
    return ("" if lang == "zh" else " ").join(p.strip() for p in parts if p.strip())


def lesson(slug: str, lang: str) -> str:
    """The lesson's Markdown, placeholders unfilled (the room `prose` fills them)."""
    return (HERE / "lessons" / lang / f"{slug}.md").read_text("utf-8")


def _value(value: Any, lang: str) -> Any:
    if isinstance(value, ReaderError):
        return sentence(value, lang)
    if isinstance(value, str) and value.startswith("@") and has_label(value[1:]):
        return label(value[1:], lang)
    if isinstance(value, tuple | list):
        return listed((str(_value(v, lang)) for v in value), lang)
    return value


def _collect(prefix: str, table: dict[str, Any], found: dict[str, dict[str, str]]) -> None:
    if set(table) == set(LANGS) and all(isinstance(v, str) for v in table.values()):
        found[prefix] = table
        return
    for key, sub in table.items():
        _collect(f"{prefix}.{key}", sub, found)
