"""The corpus doctor: what is wrong with a parallel corpus, line by line. A file for each kind of check.

A check is a small function from a `Split` to its `Hit`s, and a line of `CHECKS`; so is a new one.
"""

from collections.abc import Iterable, Sequence

from seq2seq.corpus.doctor import characters, counts, damage, marks, pairing, pieces, repeats, script
from seq2seq.corpus.doctor.finding import Check, Finding, Split, each_side, finding
from seq2seq.corpus.formats import note

SURE_CHECKS = (
    Check("line-counts", "files with different numbers of lines", "find the line that is missing or too many, and "
          "fix the files by hand; only the lines above the place were compared as pairs", counts.line_counts,
          fatal=True),
    Check("invalid-utf8", "bytes that are no UTF-8", "convert the file to UTF-8; if only a few lines have them, leave "
          "those out", damage.invalid_utf8, "drop", fatal=True),
    Check("nul", "NUL bytes", "remove them", each_side(characters.nul), "edit", fatal=True),
    Check("line-break", "characters that some programs take for a line break", "make them spaces: else two programs "
          "count different lines", each_side(characters.line_break), "edit", fatal=True),
    Check("control", "control characters, tabs among them", "remove them",
          each_side(characters.control), "edit", cheap=True),
    Check("invisible", "characters without width", "remove them: a word with one is another word",
          each_side(characters.invisible), "edit", cheap=True),
    Check("no-break-space", "no-break spaces", "make them spaces", each_side(characters.no_break_space), "edit"),
    Check("normal-form", "accents in another normal form than NFC", "bring them into NFC: the same word is spelt in "
          "two ways", each_side(characters.normal_form), "edit", cheap=True),
    Check("mojibake", "letters read in the wrong encoding", "restore them (ftfy does)",
          each_side(damage.mojibake), "edit", cheap=True),
    Check("html", "HTML entities or tags", "write the characters that they stand for",
          each_side(damage.html), "edit", cheap=True),
    Check("blank", "pairs with a blank side", "leave them out", pairing.blank, "drop"),
    Check("duplicate", "pairs that are there already", "leave them out", repeats.duplicates, "drop"),
    Check("copied", "source and target the same", "leave them out: a model learns to copy",
          pairing.copied, "drop", cheap=True),
    Check("script", "letters of the wrong script", "look whether they are in the right file; leave them out",
          script.wrong_script, "drop", cheap=True),
    Check("length-ratio", "pairs of very different lengths", "look whether they are translations; leave them out",
          pairing.length_ratio, "drop"),
    Check("overlap", "pairs with a sentence of an earlier split", "leave them out of the earlier split: scores on "
          "what was trained on are too high", repeats.overlap, "drop"),
    Check("near-overlap", "pairs with nearly a sentence of an earlier split", "leave them out of the earlier split",
          repeats.near_overlap, "drop"),
)  # fmt: skip
"""What is wrong wherever it is."""

DOUBTS = (
    Check("many-targets", f"sentences with {repeats.MANY} different translations or more", "look whether lines have "
          "shifted, or the sentence stands in for others", repeats.many_targets),
    Check("numbers", "numbers that only one side has", "look whether they are translations", marks.numbers),
    Check("punctuation", "a question, or no final mark, on one side alone", "look whether they are translations",
          marks.punctuation),
    Check("tokenised", "tokenised lines among others, or the reverse", "tokenise all or none", marks.tokenised),
    Check("vocabulary", "more characters than the usual vocabulary has room for", "set subwords.vocab_size, or leave "
          "out the lines with rare characters", pieces.vocabulary),
)  # fmt: skip
"""What a person must look at, as it may be right; a cleaned copy keeps it."""

NOTED = 0.001
"""The share of the pairs that must have something for `seq2seq prepare` to speak of it."""

CHECKS = (*SURE_CHECKS, *DOUBTS)


def examine(splits: Iterable[Split], checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """What the checks find in each split, in the order of the checks."""
    splits = list(splits)
    found = (finding(check, split, check.find(split)) for check in checks for split in splits)
    return [one for one in found if one is not None]


def usable(findings: Iterable[Finding]) -> bool:
    """Would `seq2seq prepare text` take the corpus?"""
    return not any(found.check.fatal for found in findings)


def cheap_notes(pairs: Sequence[tuple[str, str]], name: str) -> list[str]:
    """A line for each thing that the cheap checks find in `NOTED` of the pairs or more; `name` is the file's."""
    if not pairs:
        return []
    split = Split(name, (name, name), [source for source, _ in pairs], [target for _, target in pairs])
    found = examine([split], [check for check in CHECKS if check.cheap])
    notes: list[str] = []
    for one in found:
        if one.count >= NOTED * len(pairs):
            note(notes, one.lines, one.check.what, name)
    return notes
