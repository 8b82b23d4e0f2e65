"""The part of the state that keeps what hosts asked for, and their robots.txt."""

from __future__ import annotations

import zlib

from newscrawler.state.part import Part
from newscrawler.state.rows import Host, KeptRobots
from newscrawler.state.tables import HOSTS, ROBOTS

# Origins; a crawl meets some dozens. Those that were read longest ago go first.
MOST_ROBOTS = 1_000


class KnownHosts(Part):
    """Hosts that are to be left alone for a while, and the last robots.txt of each origin."""

    def host(self, name: str) -> Host | None:
        with self._database.guarded():
            row = self._database.get(HOSTS, name)
        return Host(**HOSTS.named(row)) if row else None

    def put_host(self, host: Host) -> None:
        with self._database.transaction():
            self._database.put(HOSTS, HOSTS.values_of(host))

    def forget_pause(self, name: str) -> None:
        with self._database.transaction():
            self._database.delete(HOSTS, "name = ?", name)

    def forget_host(self, name: str) -> int:
        """Let a host be asked again as if nothing had been; return how much was forgotten.

        `name` is without `www.`, its robots.txt that of every scheme and port.
        """
        with self._database.transaction():
            forgotten = self._database.delete(HOSTS, "name = ?", name)
            forgotten += self._database.delete(ROBOTS, "host = ?", name)
        return forgotten

    def robots(self, origin: str) -> KeptRobots | None:
        with self._database.guarded():
            row = self._database.get(ROBOTS, origin)
        if row is None:
            return None
        kept = ROBOTS.named(row)
        return KeptRobots(**(kept | {"body": zlib.decompress(kept["body"])}))

    def put_robots(self, kept: KeptRobots) -> None:
        """Keep the robots.txt of an origin in place of the one before."""
        database = self._database
        row = ROBOTS.named(ROBOTS.values_of(kept)) | {"body": zlib.compress(kept.body)}
        with database.transaction():
            database.put(ROBOTS, row.values())
            older = "origin NOT IN (SELECT origin FROM robots ORDER BY fetched_at DESC LIMIT ?)"
            database.delete(ROBOTS, older, MOST_ROBOTS)
