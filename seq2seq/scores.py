"""BLEU and chrF of translations, by sacrebleu, each with its signature."""

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF


@dataclass(frozen=True)
class CorpusScores:
    """Scores of a translated corpus, in percent."""

    bleu: float
    bleu_signature: str
    chrf: float
    chrf_signature: str


def corpus_scores(
    translations: Sequence[str], references: Sequence[str], tokenize: str = "13a", lowercase: bool = False
) -> CorpusScores:
    """BLEU (Papineni et al. 2002) and chrF2 (Popović 2015) against one reference for each sentence.

    `tokenize` and `lowercase` are sacrebleu's, and concern BLEU. Raises ValueError when the two differ in length.
    """
    if len(translations) != len(references):
        raise ValueError(f"{len(translations)} translations but {len(references)} references")
    bleu, chrf = BLEU(tokenize=tokenize, lowercase=lowercase, force=tokenize == "none"), CHRF()
    bleu_score = bleu.corpus_score(translations, [references]).score
    chrf_score = chrf.corpus_score(translations, [references]).score
    return CorpusScores(bleu_score, str(bleu.get_signature()), chrf_score, str(chrf.get_signature()))
