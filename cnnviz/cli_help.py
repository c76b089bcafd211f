"""The words of the command line's help and of its own mistakes, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer

from cnnviz.content import has_label, label, sentence
from cnnviz.errors import ReaderError


def localised(command: Any, lang: str) -> Any:
    """The command with its help texts put in: labels cli.help.<command>, cli.option.<option>;
    `lang` becomes the default of --lang.

    `command` is what typer.main.get_command returns, and is changed in place. KeyError where a
    command or an option has no text: help is complete or there is none.
    """
    command.help = label("cli.help.cnnviz", lang)
    for name, sub in command.commands.items():
        sub.help = label(f"cli.help.{name}", lang)
        sub.rich_help_panel = label("cli.panel.commands", lang)
        _options(sub, name, lang)
    _options(command, "cnnviz", lang)
    return command


def _options(command: Any, name: str, lang: str) -> None:
    context = typer.Context(command)
    own = command.get_help_option(context)
    for option in (*command.params, own):
        key = f"cli.option.{option.name}"
        special = f"cli.option.{name}_{option.name}"
        option.help = label(special if has_label(special) else key, lang)
        if option.name == "lang":
            option.default = lang
        is_option = option.param_type_name == "option"
        option.rich_help_panel = label(f"cli.panel.{'options' if is_option else 'names'}", lang)


def sentence_of(error: typer.TyperException, lang: str) -> str:
    """What is wrong with the words of the command line, as one sentence."""
    return sentence(_mistake(error), lang)


def check_command(arguments: Sequence[str], commands: Sequence[str]) -> None:
    """ReaderError: the first word names no command."""
    words = [
        a
        for i, a in enumerate(arguments)
        if not a.startswith("-") and (i == 0 or arguments[i - 1] != "--lang")
    ]
    if words and words[0] not in commands:
        close = tuple(get_close_matches(words[0], commands)) or tuple(commands)
        raise ReaderError("unknown_command", command=words[0][:40], close=close)


def _mistake(error: typer.TyperException) -> ReaderError:
    """The parser's error as ours; its classes are known by name, for Typer keeps them private."""
    kind = type(error).__name__
    details: Any = error
    if kind == "NoSuchOption":
        close = tuple(details.possibilities or ("--help",))
        return ReaderError("unknown_option", option=details.option_name, close=close)
    if kind == "MissingParameter":
        return ReaderError("missing_argument", argument=_shown(details.param))
    if kind == "BadOptionUsage":
        return ReaderError("bad_option", option=details.option_name)
    left = re.search(
        r"unexpected extra arguments? \((.*)\)|unexpected extra.*?\(s\) \((.*)\)", str(error)
    )
    if left:
        return ReaderError("unexpected_argument", arguments=left[1] or left[2])
    return ReaderError("bad_command_line", message=error.format_message().rstrip("."))


def _shown(param: Any) -> str:
    """ARCH of an argument, --output of an option."""
    return max(param.opts, key=len) if param.param_type_name == "option" else param.metavar or ""
