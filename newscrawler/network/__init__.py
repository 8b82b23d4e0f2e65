"""What may be fetched from the network, and what came of it."""
