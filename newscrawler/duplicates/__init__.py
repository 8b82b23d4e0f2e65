"""By what two texts are told to be the same, nearly the same, or one a part of the other."""
