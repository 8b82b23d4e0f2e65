"""The browser: how it is started, what its pages may ask for, when a list has been read."""
