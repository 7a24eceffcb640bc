"""Whole words as candidates: a piece that may come next, and how greedy search goes on from it within the word."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from seq2seq.corpus.subwords import END, Subwords
from seq2seq.translate.engine import Engine
from seq2seq.translate.steps import NextWord, Scores

MOST_PIECES = 20
"""Of a word: in a language without spaces a word may be all the rest of the sentence."""


@torch.inference_mode()
def next_words(
    engine: Engine, subwords: Subwords, scores: Scores, firsts: Sequence[int], forbidden: Sequence[int]
) -> list[NextWord]:
    """The words that begin with these pieces, each once, with the probability of its pieces, the most probable first.

    A word ends before the piece that would begin another one, or end the sentence.
    """
    words = [[first] for first in firsts]
    totals = scores.log_probs[list(firsts)].tolist()
    tokens = torch.tensor([list(firsts)], device=scores.log_probs.device)  # 1 beam
    state = scores.state.select_hypotheses(torch.zeros_like(tokens), torch.ones_like(tokens, dtype=torch.bool))
    growing = {place for place, first in enumerate(firsts) if first != END}
    for _ in range(MOST_PIECES - 1):
        best, log_probs, state = _greedy(engine, tokens, state, forbidden)
        growing = {place for place in growing if goes_on(subwords, words[place], best[place])}
        if not growing:
            break
        for place in growing:
            words[place].append(best[place])
            totals[place] += log_probs[place]
        tokens = torch.tensor([best], device=tokens.device)
    found: dict[str, NextWord] = {}
    for ids, total in sorted(zip(words, totals, strict=True), key=lambda pair: -pair[1]):
        text = "</s>" if ids == [END] else subwords.text_of(ids).text
        found.setdefault(text, NextWord(text, tuple(ids), total))
    return list(found.values())


def goes_on(subwords: Subwords, word: Sequence[int], piece: int) -> bool:
    """Is the word still one word with this piece? The space before another word begins that one."""
    longer = subwords.text_of([*word, piece])
    return piece != END and len(longer.word_spans) < 2 and not longer.text[-1:].isspace()


def _greedy(engine: Engine, tokens: Tensor, state: Any, forbidden: Sequence[int]) -> tuple[list[int], list[float], Any]:
    """The most probable next piece of each hypothesis, its log-probability, and the state."""
    with torch.autocast(engine.device.type, enabled=False):
        log_probs, _, state = engine.step(tokens, state)
    log_probs[:, :, list(forbidden)] = -torch.inf
    best = log_probs[0].max(-1)
    return best.indices.tolist(), best.values.tolist(), state
