"""Whether a feed keeps its contract."""
