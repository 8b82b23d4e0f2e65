"""A comparison as one HTML page that needs nothing else: no script, no font, no picture."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Any

from newscrawler.comparing.edits import Piece
from newscrawler.comparing.text import said
from newscrawler.comparing.versions import Comparison, Version
from newscrawler.normalise.redaction import redacted

STYLE = """
:root { color-scheme: light dark }
body { font: 1.05rem/1.6 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; font: .9rem/1.4 system-ui, sans-serif; width: 100% }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem .3rem 0; text-align: start;
  vertical-align: top }
ins { background: #acf2bd; color: #04260f; text-decoration: underline }
del { background: #fdb8c0; color: #3d0007; text-decoration: line-through }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
"""
# Scripts that are written from right to left, by the languages that news is written in.
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "ps", "ckb", "yi", "dv", "ug", "sd"}
_TAGS = {"removed": ("del", "removed: "), "added": ("ins", "added: ")}


def page(url: str, versions: list[Version], comparisons: list[Comparison]) -> str:
    """Return the page of an article's versions and their differences."""
    shown = redacted(url)
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>Versions of {escape(shown)}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            f"<h1>Versions of an article</h1>\n<p><bdi>{escape(shown)}</bdi></p>",
            *_table(versions),
            *(line for one in comparisons for line in _section(one)),
            "</body>\n</html>\n",
        )
    )


def _policy() -> str:
    """Allow the page its own style and nothing else, by the digest that CSP level 2 asks for."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _table(versions: list[Version]) -> Iterator[str]:
    yield "<table>\n<thead><tr><th>Version</th><th>Fetched</th><th>Run</th><th>Changed</th></tr>"
    yield "</thead>\n<tbody>"
    for one in versions:
        changed = ", ".join(one.record.get("changed", []))
        cells = (one.number, one.record.get("retrieved_at", ""), one.run, changed)
        yield f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"
    yield "</tbody>\n</table>"


def _section(found: Comparison) -> Iterator[str]:
    yield f"<section>\n<h2>From version {found.old.number} to version {found.new.number}</h2>"
    yield f"<article{_writing(found.new.record)}>\n<h3>{_marked(found.headline)}</h3>"
    yield from (f"<p>{_marked(one)}</p>" for one in found.paragraphs)
    yield "</article>"
    if found.fields:
        yield "<table>\n<thead><tr><th>Field</th><th>Before</th><th>After</th></tr></thead>"
        yield "<tbody>"
        for name, values in found.fields.items():
            yield f"<tr><th>{escape(name)}</th>{''.join(map(_cell, values))}</tr>"
        yield "</tbody>\n</table>"
    yield "</section>"


def _writing(record: dict[str, Any]) -> str:
    language = str(record.get("language", ""))
    if not language:
        return ' dir="auto"'
    is_rtl = language.split("-", maxsplit=1)[0] in _RIGHT_TO_LEFT
    return f' lang="{escape(language)}" dir="{"rtl" if is_rtl else "ltr"}"'


def _marked(those: list[Piece]) -> str:
    return "".join(map(_tagged, those))


def _tagged(piece: Piece) -> str:
    text = escape(piece.text)
    if piece.kind == "same":
        return text
    tag, label = _TAGS[piece.kind]
    return f'<{tag}><span class="hidden">{label}</span>{text}</{tag}>'


def _cell(value: Any) -> str:
    return f'<td dir="auto">{escape(redacted(said(value))) if value is not None else ""}</td>'
