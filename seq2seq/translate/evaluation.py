"""A run's scores on a set of sentence pairs: translation, attention, and word links where there are gold ones."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from seq2seq.alignment.diagnostics import attention_scores
from seq2seq.alignment.links import GoldLinks, alignment_scores
from seq2seq.translate.scores import corpus_scores
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import word_links


def evaluate(
    translator: Translator,
    pairs: Sequence[tuple[str, str]],
    gold: Sequence[GoldLinks] | None = None,
    *,
    beam: int | None = None,
    tokenize: str | None = None,
    lowercase: bool | None = None,
    progress: bool = False,
) -> dict[str, Any]:
    """Translate the sources, and force-decode the references for attention and word links.

    As JSON types: `sentences`, the fields of `CorpusScores`, `seconds` of the translation alone; with gold links also
    `aer`, `precision` and `recall` (percent) of the run's word links; and `attention`, of `attention_scores`. What is
    None is taken from the run's configuration. Raises InputError for a tokenisation unknown to sacrebleu.
    """
    data = translator.config.data
    tokenize = data.tokenize if tokenize is None else tokenize
    lowercase = data.lowercase if lowercase is None else lowercase
    started = time.monotonic()
    best = translator.translate_all([source for source, _ in pairs], beam=beam, progress=progress)
    seconds = time.monotonic() - started
    translations = [translation[0].text for translation in best]
    scores = corpus_scores(translations, [reference for _, reference in pairs], tokenize, lowercase)
    links = {} if gold is None else asdict(alignment_scores(word_links(translator, pairs), gold))
    attention = attention_scores(translator.align_all(pairs), gold)
    return {"sentences": len(pairs), **asdict(scores), "seconds": seconds, **links, "attention": attention}
