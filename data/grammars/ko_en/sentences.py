"""The tiny Korean-English corpus: each sentence is drawn by one of the patterns that `patterns.tsv` lists.

Each Korean sentence has one English rendering:

- the Korean is in the polite style in 요; every main clause names its subject, and a clause with the same subject does
  not repeat it, where English has a pronoun;
- what Korean leaves open, the lexicon decides: a noun is definite (`the door`), a bare plural (`books`) or a mass
  (`milk`), unless a determiner, an owner, a number or a relative clause says otherwise;
- what stands between subject and verb in Korean follows the verb in English in the opposite order, times last; only
  `often`, `very` and the like stand before the verb or the adjective.

The links follow the meaning, and every word has one:

- an article to the noun of its phrase, also before an adjective; a preposition to the noun with the particle;
- an auxiliary to the word that carries it: in 읽지 않아요 `does not` to 않아요, in 갈 거예요 `will` to 거예요, in 할 수
  있어요 `can` to 수 and 있어요, in 먹고 싶어 해요 `wants to` to 싶어 and 해요; `do` of a question to the tense;
- a conjunction, and the comma of its clause, to the word with the ending, or to 때문에 or 때, which are words;
  `that` and `who` of a relative clause to the verb before the Korean noun;
- a number and its counter to the English number, a measure to its own words as well: 잔 to `two` and to `cups of`;
- 씨 to the name; a pronoun that Korean leaves out to the subject that it repeats;
- the final mark to the final mark.
"""

from grammars.engine import Pair
from grammars.ko_en import longer, simple
from grammars.ko_en.choose import Choices
from grammars.ko_en.lexicon import TABLES

PATTERNS = TABLES.patterns(simple, longer)


def sentence(draw: Choices) -> Pair:
    """A sentence by one of the patterns."""
    return draw.weighted(PATTERNS)(draw)
