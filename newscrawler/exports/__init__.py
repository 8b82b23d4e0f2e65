"""Feeds in the formats of other programs."""
