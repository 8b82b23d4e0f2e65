"""What the general rules and the publishers' files read from single pages, shown and saved."""
