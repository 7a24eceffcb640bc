"""The tiny German-English corpus: each sentence is drawn by one of the patterns that `patterns.tsv` lists.

Each German sentence has one English rendering, and the other way round; what differs is the order of the words, which
attention has to learn:

- tenses: perfect = simple past, present = simple present (habits, states, timetables), `wird` = `will`;
- a time that opens the German sentence opens the English one, any other time stands last in English;
- `sie` is `she` or `they` by its verb, `ihr` is `her` or `their` by the subject; `du` is the only `you`;
- `kein` with `haben` and `es gibt` is `no`, elsewhere it is `not a`, `not any`.

The links follow the meaning, and as far as possible every word has one:

- article to article; a contraction (`im`) to both of its English words, a compound (`Hausschlüssel`) likewise;
- all parts of a verb to all parts of the other: `hat` and `gelesen` to `read`, `ruft` and `an` to `call`; the helpers
  `will`, `can` to the German helper alone, `to` to the infinitive after it;
- `do` of questions and negations to the German finite verb; `nicht` to `not`, `kein` to `not` and to `a`;
- the commas around a German clause to the English conjunction or pronoun that opens it, but to the comma where English
  has one, too; `Uhr` to the number of the hour;
- the final mark to the final mark.
"""

from itertools import permutations

from grammars.de_en import actions, states, subordinate
from grammars.de_en.choose import Choices
from grammars.de_en.lexicon import TABLES
from grammars.engine import Pair, Phrase

PATTERNS = TABLES.patterns(actions, states, subordinate)
UMLAUTS = str.maketrans("ÄÖÜäöü", "AOUaou")


def sentence(draw: Choices) -> Pair:
    """A sentence in which no noun comes twice: `mein Bruder besucht seinen Bruder` is odd."""
    while True:
        phrase = draw.weighted(PATTERNS)(draw)
        if not repeats(phrase):
            return Pair(phrase.source, phrase.target)


def repeats(phrase: Phrase) -> bool:
    """Whether two nouns of the phrase begin alike, as `Mann` and `Männer` do, or an adjective comes twice."""
    nouns = [word.text.translate(UMLAUTS) for word in phrase.source if word.text[0].isupper()]
    adjectives = [word.text for word in phrase.target if any(part.endswith("adjective") for part in word.meaning)]
    alike = any(one.startswith(two[:5]) or one.endswith(two.lower()) for one, two in permutations(nouns, 2))
    return alike or len(set(adjectives)) < len(adjectives)
