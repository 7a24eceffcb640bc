"""How much one request, and all together, may ask of a server."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Beyond these a request is refused, with the reason."""

    pieces: int = 300
    """Of a sentence: a search over 300 takes seconds, and time grows with the square."""
    sentences: int = 128
    """Of a request."""
    beam: int = 20
    """And most translations of a sentence."""
    weights: int = 4_000_000
    """Numbers in all maps of an answer, as far as one can tell before the search; each is some six bytes."""
    steps: int = 500
    """Of a session: every one that a client sends is made anew."""
    branches: int = 50_000
    """Of a beam tree, as far as one can tell before the search."""
    body: int = 1 << 18
    """Bytes."""
    requests: int = 512
    """At work at a time."""
    waiting: int = 1024
    """Sentences that wait for the model."""
    seconds: float = 30.0
    """For the body to arrive, and for the answer to be made."""
