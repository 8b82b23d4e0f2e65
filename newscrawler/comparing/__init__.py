"""Two versions of an article side by side: what was put in, what was taken out."""
