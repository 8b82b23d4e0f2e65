"""Why a state cannot be used."""

from __future__ import annotations


class StateError(Exception):
    """The state cannot be used; names the file and says why."""


class DamagedStateError(StateError):
    """The file is damaged, or one of its rows does not match its digest."""


class NewerStateError(StateError):
    """The file was written by a newer version of the project."""
