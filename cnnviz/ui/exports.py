"""Files of what is shown: the menu that a picture or a table offers, and the file that is chosen.

A view offers its picture or table when it draws it (`menu`); a choice in the menu comes back as an
event (`answer`), and the file goes to the browser once, with the next run (`taken`). PNG and PDF
are made in a worker with a limit; readers who want the same one share it.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from cnnviz import jobs, links
from cnnviz.content import clauses, label, sentence, sentences
from cnnviz.engine import Shared
from cnnviz.errors import ReaderError
from cnnviz.picture import Picture, Table
from cnnviz.ui.knobs import name_of, shown_as
from cnnviz.views import numbers
from cnnviz.views.export import SCALES, export
from cnnviz.views.palette import drawn_kinds
from cnnviz.views.tables import text
from cnnviz.zoo import token

if TYPE_CHECKING:
    from cnnviz.ui.panel import Scene
    from cnnviz.ui.study import Study

LIMIT: Final = 20.0  # seconds for one file, once its turn has come
PATIENCE: Final = 45.0  # seconds that a reader waits for the turn and the file
MOST: Final = 8_000_000  # bytes of a file
_OFFERS, _ANSWER = "_offers", "_answer"  # session keys

MIMES: Final = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "dot": "text/vnd.graphviz",
    "csv": "text/csv",
    "md": "text/markdown",
    "latex": "application/x-tex",
    "json": "application/json",
}
NAMES: Final = {"md": "Markdown", "latex": "LaTeX"}  # others are their own, in capitals
ENDINGS: Final = {"latex": "tex"}
PNG: Final = tuple(f"png{s}" for s in SCALES)  # as the menu says it

File = tuple[str, str, bytes]  # name, type, content

log = logging.getLogger("cnnviz")
_serials = count(1)
_made: Shared[bytes] = Shared(24)


@dataclass(frozen=True)
class Offer:
    """What one place of the page can be saved as."""

    picture: Picture | None
    table: Table | Callable[[], Table] | None
    dot: Callable[[], str] | None  # the picture as Graphviz source
    note: str  # what stands under the drawing on the page
    legend: bool  # whether the drawing needs one of its kinds of operation
    counts: bool  # whether it shows what conventions count differently
    alone: bool  # of a network of its own, whatever the page's settings


def menu(
    scene: Scene,
    key: str,
    picture: Picture | None = None,
    *,
    table: Table | Callable[[], Table] | None = None,
    dot: Callable[[], str] | None = None,
    note: str = "",
    legend: bool = True,
    counts: bool = False,
    alone: bool = False,
) -> dict[str, Any]:
    """What a component's menu shows, for `svgview(…, save=)` and `table(…, save=)`.

    `key` is the component's. A picture brings its own data as the table unless another is given;
    one that is made only when asked for can be given as a function. `note` and what
    follows as in Offer.
    """
    offered = table if table is not None else picture.data if picture is not None else None
    _offers(scene)[key] = Offer(picture, offered, dot, note, legend, counts, alone)
    lang = scene.desk.lang
    rows = []
    if picture is not None:
        plain = ("svg", "pdf", *(("dot",) if dot is not None else ()))
        rows.append(_row("picture", [(f, f.upper(), "picture") for f in plain], lang))
        rows.append(_row("png", [(p, f"{p[3:]}×", "picture") for p in PNG], lang))
    if offered is not None:
        data = [(f, NAMES.get(f, f.upper()), "data") for f in ("csv", "json", "md", "latex")]
        rows.append(_row("data", data, lang))
        rows.append(_row("copy", [(f, NAMES[f], "copy") for f in NAMES], lang))
    words = ("save", "menu", "making", "copied", "select", "silent")
    said = {w: label(f"export.{w}", lang) for w in words}
    said["note"] = label("export.note" if picture is not None else "export.note_table", lang)
    return {"rows": rows, "words": said, "patience": PATIENCE + 5}


def answer(scene: Scene, key: str, event: Mapping[str, Any]) -> None:
    """Make the chosen file; it, or one sentence, is told with the next run."""
    lang = scene.desk.lang
    told: dict[str, Any] = {"serial": next(_serials), "of": event.get("of")}
    try:
        name, mime, content = _file(scene, key, str(event.get("format")), str(event.get("what")))
        if len(content) > MOST:
            size = numbers.bytes_(len(content))
            raise ReaderError("file_too_large", size=size, most=numbers.bytes_(MOST))
        told |= {"name": name, "mime": mime, "base64": base64.b64encode(content).decode()}
    except ReaderError as error:
        told["sentence"] = sentence(error, lang)
    except Exception:
        log.exception("saving %s of %r", event.get("format"), key)
        told["sentence"] = label("ui.broken", lang)
    st.session_state[_ANSWER] = told


def taken() -> dict[str, Any] | None:
    """The file that was chosen before this run, once."""
    told: dict[str, Any] | None = st.session_state.pop(_ANSWER, None)
    return told


def _offers(scene: Scene) -> dict[str, Offer]:
    """What each component of the reader's page offers; another page's go when he leaves it."""
    page, offers = st.session_state.get(_OFFERS, ("", {}))
    if page != scene.desk.page:
        offers = {}
        st.session_state[_OFFERS] = (scene.desk.page, offers)
    found: dict[str, Offer] = offers
    return found


def _file(scene: Scene, key: str, wanted: str, what: str) -> File:
    """One file. ReaderError: the place does not offer it, or it cannot be made."""
    offer = _offers(scene).get(key)
    fmt, scale = (wanted[:3], int(wanted[3:])) if wanted in PNG else (wanted, 1)
    if offer is None or fmt not in MIMES:
        raise ReaderError("unknown_format", format=wanted[:20], known=tuple(MIMES))
    link = address(scene)
    if what == "picture" and offer.picture is not None:
        return _drawing(scene, offer, offer.picture, fmt, scale, link)
    found = offer.table() if callable(offer.table) else offer.table
    if found is None:
        raise ReaderError("unknown_format", format=wanted[:20], known=tuple(MIMES))
    said = caption(scene.study, found.caption, scene.desk.lang, offer)
    content = text(found, fmt, caption=said, link=link)
    # a spreadsheet takes CSV for the system's old encoding unless it begins with a mark
    encoded = content.encode("utf-8-sig" if fmt == "csv" else "utf-8")
    return file_name(found.name, scene.study, fmt, offer.alone), MIMES[fmt], encoded


def _drawing(scene: Scene, offer: Offer, picture: Picture, fmt: str, scale: int, link: str) -> File:
    lang = scene.desk.lang
    name = file_name(picture.name, scene.study, fmt, offer.alone)
    words = sentences((picture.caption, offer.note), lang)
    said = caption(scene.study, words, lang, offer)
    kinds = [k for k in drawn_kinds(picture.svg) if k != "input"] if offer.legend else []
    options: dict[str, Any] = {"caption": said, "link": link, "kinds": kinds, "lang": lang}
    if fmt == "dot" and offer.dot is not None:
        content = f"// {' '.join(said.split())}\n// {link}\n{offer.dot()}".encode()
    elif fmt == "svg":
        content = export(picture, fmt, **options)
    else:
        content = _in_worker({**options, "picture": picture, "fmt": fmt, "scale": scale})
    return name, MIMES[fmt], content


def _in_worker(options: Mapping[str, Any]) -> bytes:
    """The PNG or PDF, made now or before. ReaderError: too slow, or the worker ended."""
    key = hashlib.sha256(repr(sorted(options.items())).encode()).hexdigest()

    def make() -> bytes:
        job = jobs.submit("cnnviz.views.export:export", options, f"export {key}", LIMIT)
        if not job.wait(PATIENCE):
            job.cancel()
            job.wait()
        if job.error is not None:
            raise job.error
        made: bytes = job.result
        return made

    return _made.get(key, make)


def address(scene: Scene) -> str:
    """The whole address that opens what is shown now, its language included."""
    base = str(st.context.url or "").rstrip("/")
    tail = f"/{scene.desk.page}"
    choices = {**st.query_params.to_dict(), "lang": scene.desk.lang}
    return links.address(scene.desk.page, choices, base.removesuffix(tail))


def caption(study: Study, words: str, lang: str, offer: Offer) -> str:
    """The caption, then the settings that are not at their default, then by what is counted."""
    choice = None if offer.alone else study.choice
    knobs = {k.name: k for k in choice.arch.knobs} if choice else {}
    changed = choice.changed.items() if choice else ()
    family = choice.arch.family if choice else ""
    settings = (
        label(
            "export.setting",
            lang,
            name=name_of(family, knobs[k], lang),
            value=shown_as(family, knobs[k], token(v), lang),
        )
        for k, v in changed
    )
    parts = [words if words.endswith((".", "。")) or not words else words + _stop(lang)]
    if listed := clauses(settings, lang):
        parts.append(label("export.settings", lang, settings=listed))
    if offer.counts and study.count:
        parts.append(label("export.theirs", lang, tool=study.count))
    elif offer.counts:
        parts.append(label("export.ours", lang))
    return sentences(parts, lang)


def file_name(stem: str, study: Study, fmt: str, alone: bool = False) -> str:
    """ASCII: what is shown, then the settings that are not at their default."""
    changed = study.choice.changed.items() if study.choice and not alone else ()
    parts = [stem, *(f"{k}_{token(v)}" for k, v in changed)]
    if study.count and not alone:
        parts.append(f"count_{study.count}")
    plain = re.sub(r"[^A-Za-z0-9.]+", "_", "_".join(parts)).strip("_.")[:100]
    return f"{plain or 'cnnviz'}.{ENDINGS.get(fmt, fmt)}"


def _row(name: str, choices: Sequence[tuple[str, str, str]], lang: str) -> dict[str, Any]:
    """One line of the menu: (format, shown, what) each."""
    listed = [{"format": f, "shown": shown, "what": what} for f, shown, what in choices]
    return {"label": label(f"export.row.{name}", lang), "choices": listed}


def _stop(lang: str) -> str:
    return "。" if lang == "zh" else "."
