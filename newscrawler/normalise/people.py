"""Take bylines apart into names, and tell people from organisations."""

from __future__ import annotations

from collections.abc import Iterable


def split_names(byline: str, site_names: Iterable[str] = ()) -> list[str]:
    """Return the names of a byline, without `By`, roles, places and addresses."""
    return [byline] if byline else []


def is_organisation(name: str, site_names: Iterable[str] = ()) -> bool:
    """Tell an agency, a desk or the site itself from a person."""
    return name in site_names


def agency_of(text: str) -> str | None:
    """Return the usual name of the first wire service that a byline or credit names."""
    return None


def is_placeholder_name(name: str) -> bool:
    """Tell the name of a role in the publishing system from the name of an author."""
    return name == "admin"
