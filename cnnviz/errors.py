"""The one error that a reader may see: a key and figures, put into words by content."""

from __future__ import annotations

from typing import Any


class ReaderError(ValueError):
    """A mistake that the reader can mend; shown as one sentence, never as a trace.

    `key` names the sentence in content (labels/errors.toml), `values` fill it. `str()` gives the
    English sentence; `content.sentence(error, lang)` the one in the reader's language.
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        from cnnviz.content import sentence  # words are content's; asked for only when shown

        return sentence(self, "en")

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (type(self), self.key, self.values))


def reason(error: BaseException) -> str:
    """What another's exception says, in one short line: "OSError: no such weights"."""
    text = str(error).strip().partition("\n")[0][:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _again(cls: type[ReaderError], key: str, values: dict[str, Any]) -> ReaderError:
    return cls(key, **values)
