"""The command line: `python -m cnnviz`, or `cnnviz` where it is installed.

A command turns its words into a network, asks the engine, and shows a Table or writes a file. The
words of help are content's (labels/cli.toml), put in by cli_help.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cnnviz import cli_network as network
from cnnviz.cli_complete import complete_arch, complete_paper, complete_setting
from cnnviz.cli_help import check_command, localised, sentence_of
from cnnviz.cli_output import (
    FORMATS,
    abandon_output,
    complain,
    language,
    locale_language,
    save,
    settle_streams,
    show_table,
    write,
)  # fmt: skip
from cnnviz.content import LANGS, sentence
from cnnviz.errors import ReaderError, reason

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode="rich")

BROKEN_PIPE = 128 + 13  # as the shell reports a process that ended of SIGPIPE

Arch = Annotated[str, typer.Argument(metavar="ARCH", autocompletion=complete_arch)]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", autocompletion=complete_setting),
]
Inputs = Annotated[list[str] | None, typer.Option("--input", metavar="N,C,H,W")]
Lang = Annotated[str, typer.Option("--lang", metavar="zh|en")]
Json = Annotated[bool, typer.Option("--json")]
Csv = Annotated[bool, typer.Option("--csv")]
Md = Annotated[bool, typer.Option("--md")]
Latex = Annotated[bool, typer.Option("--latex")]


@app.callback()
def cnnviz(lang: Lang = LANGS[0]) -> None:
    """Read beforehand (`language`); here so that it may stand before the command too."""


@app.command("list")
def list_(
    family: Annotated[str | None, typer.Option("--family", metavar="NAME")] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    as_md: Md = False,
    as_latex: Latex = False,
    lang: Lang = LANGS[0],
) -> None:
    from cnnviz.cli_tables import networks

    show_table(networks(family, lang), _format(as_json, as_csv, as_md, as_latex), lang)


@app.command()
def report(
    arch: Arch,
    settings: Settings = None,
    inputs: Inputs = None,
    as_json: Json = False,
    as_csv: Csv = False,
    as_md: Md = False,
    as_latex: Latex = False,
    lang: Lang = LANGS[0],
) -> None:
    from cnnviz.cli_tables import not_counted, summary
    from cnnviz.views.layers import layers

    fmt = _format(as_json, as_csv, as_md, as_latex)
    found = network.report(arch, network.settings(settings or ()), network.shapes(inputs or ()))
    if fmt == "json":
        write(json.dumps(found.to_dict(), ensure_ascii=False))
        return
    if fmt is None:
        show_table(summary(found, lang), None, lang)
        said = not_counted(found, lang)
        write(f"{said}\n\n" if said else "")
    show_table(layers(found, lang), fmt, lang)


@app.command()
def graph(
    arch: Arch,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE")],
    settings: Settings = None,
    inputs: Inputs = None,
    theme: Annotated[str, typer.Option("--theme", metavar="light|dark")] = "light",
    unfold: Annotated[bool, typer.Option("--unfold")] = False,
    lang: Lang = LANGS[0],
) -> None:
    from cnnviz.cli_graph import drawn, format_of

    fmt = format_of(output)
    found = network.graph(arch, network.settings(settings or ()), network.shapes(inputs or ()))
    save(output, drawn(found, fmt, theme=theme, unfold=unfold, lang=lang))


@app.command()
def compare(
    first: Arch,
    second: Arch,
    settings: Settings = None,
    inputs: Inputs = None,
    as_json: Json = False,
    as_csv: Csv = False,
    as_md: Md = False,
    as_latex: Latex = False,
    lang: Lang = LANGS[0],
) -> None:
    from cnnviz.cli_tables import compared, not_counted

    fmt = _format(as_json, as_csv, as_md, as_latex)
    knobs, shapes = network.settings(settings or ()), network.shapes(inputs or ())
    reports = [network.report(name, knobs, shapes) for name in (first, second)]
    show_table(compared((first, second), reports, lang), fmt, lang)
    missing = dict.fromkeys(not_counted(r, lang) for r in reports if r.not_counted)
    if fmt is None and missing:
        write("\n" + "\n".join(missing))


@app.command()
def ledger(
    paper: Annotated[
        str | None, typer.Option("--paper", metavar="KEY", autocompletion=complete_paper)
    ] = None,
    fail_on: Annotated[str | None, typer.Option("--fail-on", metavar="VERDICT")] = None,
    as_json: Json = False,
    as_csv: Csv = False,
    as_md: Md = False,
    as_latex: Latex = False,
    lang: Lang = LANGS[0],
) -> int:
    from cnnviz import cli_ledger

    fmt = _format(as_json, as_csv, as_md, as_latex)
    if fail_on is not None:
        cli_ledger.check_verdict(fail_on)
    found = cli_ledger.verdicts(paper)
    if fmt == "json":
        write(json.dumps(cli_ledger.as_json(found), ensure_ascii=False))
    else:
        show_table(cli_ledger.table(found, lang), fmt, lang)
    return int(any(c.verdict == fail_on for v in found for c in v.cells))


@app.command()
def crosscheck(
    arch: Arch,
    settings: Settings = None,
    inputs: Inputs = None,
    as_json: Json = False,
    as_csv: Csv = False,
    as_md: Md = False,
    as_latex: Latex = False,
    lang: Lang = LANGS[0],
) -> None:
    from cnnviz import cli_crosscheck
    from cnnviz.analysis import analyze
    from cnnviz.crosscheck import compare

    fmt = _format(as_json, as_csv, as_md, as_latex)
    knobs, shapes = network.settings(settings or ()), network.shapes(inputs or ())
    model, traced = network.with_module(arch, knobs, shapes)
    numbers = analyze(traced)
    with network.own_code(arch):  # the tools run its forward
        found = compare(model, traced, numbers)
    if fmt == "json":
        write(json.dumps(cli_crosscheck.as_json(found, traced, numbers), ensure_ascii=False))
        return
    if fmt is None:
        printed = network.printed(arch, knobs, shapes)
        show_table(cli_crosscheck.totals(found, traced, numbers, printed, lang), None, lang)
        write("")
    show_table(cli_crosscheck.modules(found, lang), fmt, lang)


@app.command()
def capture(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER")],
    pages: Annotated[list[str] | None, typer.Option("--page", metavar="ADDRESS")] = None,
    page_langs: Annotated[list[str] | None, typer.Option("--page-lang", metavar="zh|en")] = None,
    themes: Annotated[list[str] | None, typer.Option("--theme", metavar="light|dark")] = None,
    sizes: Annotated[list[str] | None, typer.Option("--size", metavar="SIZE")] = None,
    screens: Annotated[Path | None, typer.Option("--screens", metavar="FILE")] = None,
    lang: Lang = LANGS[0],  # noqa: ARG001 (of its own messages; read in `run`)
) -> None:
    from cnnviz.cli_pages import check_page
    from cnnviz.publish.capture import THEMES
    from cnnviz.publish.capture import capture as photograph
    from cnnviz.publish.screens import photograph_all

    if screens is not None:
        for path in photograph_all(screens, folder):
            write(str(path))
        return
    for page in pages or ():
        check_page(page)
    for chosen in page_langs or ():
        if chosen not in LANGS:
            raise ReaderError("unknown_lang", lang=chosen[:20], known=LANGS)
    files = photograph(
        folder, pages or [""], page_langs or LANGS, themes or THEMES, sizes or ["desktop"]
    )
    for path in files:
        write(str(path))


def run(arguments: Sequence[str]) -> int:
    """Run a command; the exit status. A reader's mistake is one sentence on stderr and 2."""
    settle_streams()
    lang = locale_language(os.environ)
    try:
        lang = language(arguments, os.environ)
        return _invoke(arguments, lang)
    except ReaderError as error:
        complain(sentence(error, lang))
        return 2
    except typer.TyperException as error:  # a word of the command line itself
        complain(sentence_of(error, lang))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except SystemExit:  # whoever read has enough: Typer's own way out of a broken pipe
        return BROKEN_PIPE
    except BrokenPipeError:  # the same in the last flush
        abandon_output()
        return BROKEN_PIPE
    except OSError as error:  # a full disk, a closed stream
        abandon_output()
        failed = ReaderError("output_failed", reason=error.strerror or reason(error))
        complain(sentence(failed, lang))
        return 2


def _invoke(arguments: Sequence[str], lang: str) -> int:
    command = localised(typer.main.get_command(app), lang)
    check_command(arguments, tuple(command.commands))
    words = list(arguments) or ["--help"]
    status = command.main(words, prog_name="cnnviz", standalone_mode=False)
    sys.stdout.flush()
    return status if isinstance(status, int) else 0


def _format(*chosen: bool) -> str | None:
    """The one format that is chosen, or none. ReaderError: several."""
    names = [name for name, on in zip(FORMATS, chosen, strict=True) if on]
    if len(names) > 1:
        raise ReaderError("several_formats", formats=tuple(f"--{n}" for n in names))
    return names[0] if names else None
