"""Bring text, dates, addresses, names, languages and keywords into one form."""
