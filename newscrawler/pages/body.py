"""The main text of an article, as paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.etree import _Element as Element

from newscrawler.pages.blocks import blocks
from newscrawler.pages.furniture import is_promo
from newscrawler.pages.maintext import main_text

__all__ = ["is_promo", "main_text", "paragraphs"]


def paragraphs(container: Element, *, remove: Sequence[str] = ()) -> list[str]:
    """Read a container's paragraphs in reading order, without furniture.

    `remove` holds CSS selectors of what to leave out. A table's row is one paragraph, its
    cells apart by ` | `. Raises `ValueError` for a selector that is none.
    """
    found = blocks(container, remove=remove)
    return [block.text for block in found if not is_promo(block.text, block.links_only)]
