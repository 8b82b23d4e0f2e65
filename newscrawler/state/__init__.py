"""What is known from run to run: one SQLite file behind one narrow interface."""
