"""How hosts are asked: by their robots.txt, at their pace, and not while they are down."""
