"""Back-translation: pairs out of text of the target language alone (Sennrich et al. 2016).

A run of the opposite direction translates the sentences. Its translation, faulty as it may be, becomes the source, and
the sentence that a person wrote the target. With a tag before the source the model can tell such pairs from others
(Caswell et al. 2019).
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from seq2seq.corpus.folder import check_out
from seq2seq.corpus.mixing import held_out_key, keys_of, read_held_out
from seq2seq.errors import InputError
from seq2seq.text.files import read_lines
from seq2seq.text.unicode import check_unicode
from seq2seq.text.visible import is_blank
from seq2seq.text.writing import atomic_folder, write_lines
from seq2seq.translate.parts import translations_in_parts, work_digest
from seq2seq.translate.translator import Translator

KEPT = ".translated-"
"""How the name of the folder begins that holds what is done, inside the one that is to be written."""


@dataclass
class Sentences:
    """The sentences to translate, each once, and why others are left out."""

    lines: list[str]
    dropped: dict[str, int] = field(default_factory=dict)


def read_sentences(path: str | Path, corpus: str | None, languages: tuple[str, str]) -> Sentences:
    """The sentences of a file that are worth translating: neither blank, nor repeated, nor held out.

    corpus: the folder whose validation and test sets are held out (`mixing.held_out_key`); languages: its source and
    target. Raises InputError where nothing is left.
    """
    lines = read_lines(path)
    held_out = set() if corpus is None else keys_of(read_held_out(corpus, languages))[1]
    text = [line for line in lines if not is_blank(line)]
    distinct = list(dict.fromkeys(text))
    free = [line for line in distinct if held_out_key(line) not in held_out]
    if not free:
        raise InputError(f"{path}: has no sentence to translate; give text of the target language, one sentence a line")
    dropped = {"blank": len(lines) - len(text), "repeated": len(text) - len(distinct)}
    if corpus is not None:
        dropped[f"in val or test of {corpus}"] = len(distinct) - len(free)
    return Sentences(free, dropped)


def back_translate(
    translator: Translator, weights: str, sentences: Sentences, out: Path, *, beam: int, tag: str = ""
) -> Iterator[int]:
    """Write `train.SOURCE` and `train.TARGET` into a folder, in one step; yields how many sentences are translated.

    What is done is kept in it, hidden, until all is, so that a call after an interruption goes on; `weights` is the
    digest of the run's, by which it is known again. Sentences without a whole translation are left out and counted in
    `sentences.dropped`. Raises InputError for a folder that holds something else, and for a tag that is not one word.
    """
    source, target = translator.config.data.target, translator.config.data.source
    if tag and len(check_unicode(tag).split()) != 1:
        raise InputError(f"--tag {tag!r}: must be one word, such as <BT>")
    if not any(out.glob(f"{KEPT}*")):  # what is kept may be gone on with
        check_out(out, (source, target), ["train"], "--output")
    kept = out / f"{KEPT}{work_digest([weights, str(beam)], sentences.lines)}"
    found: list[str] = []
    for texts in translations_in_parts(translator, sentences.lines, beam, kept):
        found += texts
        yield len(found)
    whole = [(text, line) for text, line in zip(found, sentences.lines, strict=True) if text]
    sentences.dropped["without a whole translation"] = len(found) - len(whole)
    if not whole:
        _remove_kept(out)
        raise InputError(f"{out}: no sentence has a whole translation; is the run trained to its end?")
    with atomic_folder(out) as made:
        write_lines(made / f"train.{source}", (f"{tag} {text}" if tag else text for text, _ in whole))
        write_lines(made / f"train.{target}", (line for _, line in whole))
    _remove_kept(out)


def _remove_kept(out: Path) -> None:
    """Remove what was kept of this work and of others that were begun in the folder; an empty folder goes too."""
    for folder in list(out.glob(f"{KEPT}*")):
        shutil.rmtree(folder)
    with suppress(OSError):
        out.rmdir()
