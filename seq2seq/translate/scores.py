"""BLEU and chrF of translations, by sacrebleu, each with its signature."""

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from seq2seq.errors import InputError


@dataclass(frozen=True)
class CorpusScores:
    """Scores of a translated corpus, in percent."""

    bleu: float
    bleu_signature: str
    chrf: float
    chrf_signature: str


@dataclass(frozen=True)
class SentenceScores:
    """Scores of each translation by itself, in percent."""

    bleu: list[float]
    bleu_signature: str
    chrf: list[float]
    chrf_signature: str


def bleu_metric(tokenize: str, lowercase: bool, *, sentence: bool = False) -> BLEU:
    """Sacrebleu's BLEU, of a corpus or of a `sentence` (`effective_order`).

    Raises InputError for a tokenisation that it does not know, whose package is not installed, or whose model it cannot
    download.
    """
    if tokenize not in BLEU.TOKENIZERS:
        raise InputError(f"BLEU has no tokenisation {tokenize!r}; there are {', '.join(BLEU.TOKENIZERS)}")
    try:
        return BLEU(tokenize=tokenize, lowercase=lowercase, force=tokenize == "none", effective_order=sentence)
    except (RuntimeError, ImportError) as error:
        raise InputError(f"tokenisation {tokenize!r} of BLEU: {' '.join(str(error).split())}") from None
    except (OSError, SystemExit) as error:  # it exits by itself where a certificate is at fault
        if isinstance(error, SystemExit) and error.code != 1:
            raise
        what = " ".join(str(error).split())
        raise InputError(
            f"tokenisation {tokenize!r} of BLEU: its model cannot be downloaded ({what}); take another one, such as 13a"
        ) from None


def corpus_scores(
    translations: Sequence[str],
    references: Sequence[str],
    tokenize: str = "13a",
    lowercase: bool = False,
    further: Sequence[Sequence[str]] = (),
) -> CorpusScores:
    """BLEU (Papineni et al. 2002) and chrF2 (Popović 2015) against one reference for each sentence, or several:
    those of `further`, each as many as there are sentences, are as good as the first.

    `tokenize` and `lowercase` are sacrebleu's, and concern BLEU. Raises ValueError when the two differ in length.
    """
    all_references = _as_many(translations, [references, *further])
    bleu, chrf = bleu_metric(tokenize, lowercase), CHRF()
    bleu_score = bleu.corpus_score(translations, all_references).score
    chrf_score = chrf.corpus_score(translations, all_references).score
    return CorpusScores(bleu_score, str(bleu.get_signature()), chrf_score, str(chrf.get_signature()))


def sentence_scores(
    translations: Sequence[str],
    references: Sequence[str],
    tokenize: str = "13a",
    lowercase: bool = False,
    further: Sequence[Sequence[str]] = (),
) -> SentenceScores:
    """BLEU and chrF2 of each sentence by itself, arguments and errors as in `corpus_scores`.

    BLEU is sacrebleu's sentence BLEU: smoothed exponentially (Chen & Cherry 2014, method 3), and over the orders of
    n-grams that the translation has. Its mean is not the BLEU of the corpus.
    """
    all_references = _as_many(translations, [references, *further])
    bleu, chrf = bleu_metric(tokenize, lowercase, sentence=True), CHRF()
    own = list(zip(*all_references, strict=True))
    return SentenceScores(
        [bleu.sentence_score(text, list(one)).score for text, one in zip(translations, own, strict=True)],
        str(bleu.get_signature()),
        [chrf.sentence_score(text, list(one)).score for text, one in zip(translations, own, strict=True)],
        str(chrf.get_signature()),
    )


def _as_many(translations: Sequence[str], references: list[Sequence[str]]) -> list[Sequence[str]]:
    """The references; ValueError unless there are as many of each as there are translations."""
    for one in references:
        if len(translations) != len(one):
            raise ValueError(f"{len(translations)} translations but {len(one)} references")
    return references
