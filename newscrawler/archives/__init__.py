"""Saved pages: recording what servers send, and replaying it without a network."""
