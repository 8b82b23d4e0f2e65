"""What the parts of the state have in common: the database below them."""

from __future__ import annotations

from newscrawler.state.database import Database


class Part:
    """One topic of the state, in a module of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
