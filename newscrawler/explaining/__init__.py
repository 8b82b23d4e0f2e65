"""What is known of one address, and why it is or is not in a feed."""
