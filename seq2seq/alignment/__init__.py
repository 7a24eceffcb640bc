"""Who is aligned with whom: maps of weights, word links, and what they say in a few numbers."""
