"""Spiders: which page next."""
