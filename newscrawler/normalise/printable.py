"""Show text on one line, whatever it holds: nothing in it moves a cursor or begins a line."""

from __future__ import annotations

import re

from newscrawler.normalise.redaction import redacted

# Part of the spelling of Persian and of Indic scripts, and of an emoji of several.
_JOINERS = "\u200c\u200d"
_ELLIPSIS = "..."


def one_line(text: str) -> str:
    r"""Return text with an escape, as Python writes it, for whatever is not printable.

    That is C0 with ESC, DEL, C1 with NEL, the separators of lines and paragraphs, what changes
    the direction of writing, lone surrogates, private and unassigned characters. A backslash that
    stands there already is left: `\n` may have been written so.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in _JOINERS else _escape(one) for one in text)


def for_terminal(text: str) -> str:
    """Return text as one line without secrets, for whoever reads along."""
    return one_line(redacted(text))


def shortened(text: str, longest: int, *, kept_at_end: int = 0) -> str:
    """Return at most `longest` characters, with the last `kept_at_end` of them from its end."""
    if len(text) <= longest:
        return text
    start = text[: longest - len(_ELLIPSIS) - kept_at_end]
    return start + _ELLIPSIS + (text[-kept_at_end:] if kept_at_end else "")


def _escape(character: str) -> str:
    return re.sub(r"^'|'$", "", ascii(character))
