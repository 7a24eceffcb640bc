"""English, to which all corpora translate: the forms of a verb, `do`, `not` and modals, and the order of a clause.

The words of a verb phrase mean `verb`; its helpers mean `be`, `do`, `will`, `mood` (can, want), `to` and `not`. The
words of the other language name those of them that they express.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from grammars.engine import Phrase, Words, words


@dataclass(frozen=True)
class EnglishVerb:
    """Each form in full, such as `look for`, `looks for`, `looked for`, `looking for`."""

    base: str
    third: str = ""
    past: str = ""
    progressive: str = ""
    negative: bool = False
    """Always with `not`, which the verb of the other language holds."""


WANTS = {"want": EnglishVerb("want", "wants", "wanted"), "like": EnglishVerb("like", "likes", "liked")}


@dataclass(frozen=True)
class Manner:
    """`tense` is present, past or future; `mood` is empty or can, must, should, would, want, like or progressive."""

    tense: str = "present"
    mood: str = ""
    negated: bool = False


def article(following: str) -> str:
    """`a` or `an`."""
    return "an" if following[0] in "aeiou" else "a"


def be(who: str, tense: str) -> str:
    """The form of `be` in the present or the past."""
    if tense == "past":
        return "was" if who in ("I", "he", "she", "it") else "were"
    return "am" if who == "I" else "is" if who in ("he", "she", "it") else "are"


def verb_phrase(verb: EnglishVerb, manner: Manner, who: str, question: bool = False) -> tuple[Words, Words]:
    """The helpers, of which a question puts the first before the subject, and the rest."""
    tense, mood, infinitive = manner.tense, manner.mood, words(verb.base, "verb")
    no = words("not", "not") if manner.negated or verb.negative else ()
    if mood == "can" and no:
        return words("cannot", "mood", "not"), infinitive
    if mood in ("can", "must", "should"):
        return words(mood, "mood") + no, infinitive
    if mood == "would":
        return words(mood, "mood") + no, words("like", "mood") + words("to", "to") + infinitive
    if mood == "progressive":
        return words(be(who, tense), "mood") + no, words(verb.progressive, "verb")
    if verb.base.split()[0] == "be" and not mood and tense != "future":
        return words(be(who, tense), "be") + no, infinitive[1:]
    head, role = (WANTS[mood], "mood") if mood else (verb, "verb")
    after = words("to", "to") + infinitive if mood else ()
    third = who in ("he", "she", "it")
    if tense == "future":
        return words("will", "will") + no, words(head.base, role) + after
    if no or question:
        do = "did" if tense == "past" else "does" if third else "do"
        return words(do, "do") + no, words(head.base, role) + after
    return (), words(head.past if tense == "past" else head.third if third else head.base, role) + after


def clause(who: Phrase, verbs: tuple[Words, Words], after: Iterable[Phrase], often: Phrase, question: bool) -> Words:
    """Subject, helper, `not`, `often`, verb, and what comes after it; a question puts the first helper first."""
    (helpers, rest), ahead = verbs, 1 if question else 0
    start = helpers[:ahead] + who.target + helpers[ahead:] + often.target
    return start + rest + sum((phrase.target for phrase in after), ())
