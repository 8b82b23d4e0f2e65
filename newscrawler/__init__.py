"""Follow a news series and deliver every article of it, once, complete and clean."""

__version__ = "0.1.0"
