"""Segmented sentences to translations: one batch, one search."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from seq2seq.alignment.map import AlignmentMap
from seq2seq.config.sections import SearchConfig
from seq2seq.corpus.subwords import END, PAD, START, UNKNOWN, Segmented, Subwords
from seq2seq.corpus.vocabulary import pad
from seq2seq.translate.engine import Engine, finite_numbers
from seq2seq.translate.hypotheses import Hypothesis
from seq2seq.translate.limits import length_limit
from seq2seq.translate.prefixes import Prefix, Spelling
from seq2seq.translate.search import StepFunction, Watcher, search
from seq2seq.translate.translation import NBest, Translation

FORBIDDEN = (PAD, UNKNOWN, START)
"""Ids that no translation has."""


@torch.inference_mode()
def decode(
    engine: Engine,
    target: Subwords,
    settings: SearchConfig,
    sources: Sequence[Segmented],
    *,
    beam: int,
    nbest: int = 1,
    prefixes: Sequence[Prefix] = (),
    step: StepFunction[Any] | None = None,
    watcher: Watcher | None = None,
) -> list[NBest]:
    """The `nbest` best translations of the sentences, in pieces of `target`; none of them is refused.

    Each begins with its prefix, where there are `prefixes`, one for each sentence. `step` is by default the engine's. A
    `watcher` is told of each step of the search.
    """
    ids = pad([source.ids for source in sources]).to(engine.device)
    begun = prefixes or [Prefix()] * len(sources)
    pairs = zip(sources, begun, strict=True)
    limits = [length_limit(len(source.ids) - 1, settings, prefix.most_pieces) for source, prefix in pairs]
    step, state = step or engine.step, engine.start(ids)
    if any(prefix.rest for prefix in begun):
        step = spelling = Spelling(step, begun, target)
        state = spelling.start(state, engine.device)
    with torch.autocast(engine.device.type, enabled=False), finite_numbers():
        hypotheses = search(
            step,
            state,
            batch_size=len(ids),
            start=START,
            end=END,
            max_lengths=torch.tensor(limits, device=engine.device),
            beam=beam,
            nbest=nbest,
            length_penalty=settings.length_penalty,
            prune=settings.prune if nbest == 1 else 0.0,  # a list has as many as were asked for
            forbidden=FORBIDDEN,
            prefixes=[prefix.ids for prefix in begun],
            watcher=watcher,
        )
    found = zip(sources, hypotheses, strict=True)
    return [NBest(_translation(source, one, target, engine.heads) for one in best) for source, best in found]


def _translation(source: Segmented, hypothesis: Hypothesis, subwords: Subwords, heads: int) -> Translation:
    ended = hypothesis.finished
    target = subwords.text_of(hypothesis.tokens[:-1] if ended else hypothesis.tokens)
    if not ended:
        target = target.without_end()
    rows = hypothesis.weights[:, :, : len(source.ids)].numpy()
    weights = rows if len(target) else np.zeros((heads, 0, len(source.ids)), np.float32)
    return Translation(
        target.text,
        hypothesis.score,
        hypothesis.log_prob,
        ended or not hypothesis.tokens,
        AlignmentMap(source.side, target, weights),
        tuple(hypothesis.tokens),
    )
