"""The tables of the grammars: what a person has typed wrongly is named with its file, its line and the columns."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from grammars.tables import Tables
from seq2seq.errors import InputError


@dataclass(frozen=True)
class Noun:
    word: str
    verbs: tuple[str, ...]
    weak: bool
    share: int
    plural: str = ""


def tables(folder: Path, text: str) -> Tables:
    (folder / "nouns.tsv").write_text(text, encoding="utf-8")
    return Tables(folder)


def test_cells_become_words_numbers_and_truth(tmp_path: Path) -> None:
    found = tables(tmp_path, "word\tshare\tverbs\tweak\nKind\t2\tsee hear\t-\nJunge\t1\t-\tyes\n").read("nouns", Noun)
    assert found == [Noun("Kind", ("see", "hear"), False, 2), Noun("Junge", (), True, 1)]


def test_a_line_that_is_too_short_is_named(tmp_path: Path) -> None:
    broken = tables(tmp_path, "word\tshare\tverbs\tweak\nKind\t2\tsee\t-\nJunge\t1\t-\n")
    with pytest.raises(InputError, match=r"nouns\.tsv, line 3: 3 cells, but the header names 4 columns"):
        broken.read("nouns", Noun)


@pytest.mark.parametrize(
    ("header", "column"), [("word\tshare\tverbs", "weak"), ("word\tshare\tverbs\tweak\tcolor", "color")]
)
def test_a_column_too_many_or_too_few_is_named(tmp_path: Path, header: str, column: str) -> None:
    cells = "\t".join(["1"] * len(header.split("\t")))
    with pytest.raises(InputError, match=rf"nouns\.tsv, line 1: .*{column}"):
        tables(tmp_path, f"{header}\n{cells}\n").read("nouns", Noun)


def test_expressions_come_as_often_as_their_share_says(tmp_path: Path) -> None:
    (tmp_path / "expressions.tsv").write_text(
        "use\tname\tshare\ttext\npast\t-\t2\tgestern=yesterday\npast\tweek\t1\tletzte=last | Woche=week\n", "utf-8"
    )
    found = Tables(tmp_path).expressions()
    assert [item.text for item in found["past"]] == ["gestern=yesterday"] * 2 + ["letzte=last | Woche=week"]


def test_a_number_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nouns\.tsv, line 2: a number was expected"):
        tables(tmp_path, "word\tshare\tverbs\tweak\nKind\ttwo\tsee\t-\n").read("nouns", Noun)


def test_a_word_that_no_other_table_knows_is_named(tmp_path: Path) -> None:
    found = tables(tmp_path, "word\tverbs\nKind\tsee\nJunge\tsee haer\n")
    found.refer(("nouns", "verbs", ["see", "haer"]))
    with pytest.raises(InputError, match=r"nouns\.tsv, line 3: haer in verbs is in no other table"):
        found.refer(("nouns", "verbs", ["see", "hear"]))
