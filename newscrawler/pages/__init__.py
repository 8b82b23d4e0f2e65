"""Page objects: what a response says, as pure functions of it."""
