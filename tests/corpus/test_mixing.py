"""Several corpora as one: what of each is in it, and that nothing of validation and test is learned from."""

from pathlib import Path

import pytest
from conftest import write_corpus

from seq2seq.corpus.mixing import held_out_key, part_of, prepare_mix
from seq2seq.errors import InputError

MAIN = [("eins", "one"), ("zwei", "two")]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A main corpus `main-de-en`, and another from French, `more-fr-en`, in the current folder."""
    monkeypatch.chdir(tmp_path)
    write_corpus(Path("main-de-en"), train=MAIN, val=[("drei", "Three.")], test=[("vier", "four")],
                 test_2=[("fünf", "five")])  # fmt: skip
    more = {"fr": ["un", "trois", "quatre", "cinq", "fünf !", "…"], "en": ["One", "three", "FOUR!", "five", "six", "?"]}
    Path("more-fr-en").mkdir()
    for language, lines in more.items():
        Path("more-fr-en", f"train.{language}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def pairs(folder: str, split: str) -> list[tuple[str, str]]:
    sides = [Path(folder, f"{split}.{language}").read_text(encoding="utf-8").splitlines() for language in ("de", "en")]
    return list(zip(*sides, strict=True))


def test_each_training_pair_stands_as_often_as_its_corpus_weighs_and_none_that_is_held_out(place: Path) -> None:
    report = prepare_mix(["main-de-en:3", "more-fr-en:2"], "mixed")
    assert sorted(pairs("mixed", "train")) == sorted(MAIN * 3 + [("un", "One"), ("…", "?")] * 2)
    assert "more-fr-en: pairs dropped, a side in val or test of main-de-en: 4" in report
    assert "main-de-en: 2 pairs, 3 times each" in report and "more-fr-en: 2 pairs (fr and en), 2 times each" in report


def test_validation_and_test_are_those_of_the_first(place: Path) -> None:
    prepare_mix(["main-de-en", "more-fr-en"], "mixed")
    for name in ("val", "test", "test_2"):
        assert pairs("mixed", name) == pairs("main-de-en", name)


@pytest.mark.parametrize(
    ("corpora", "out", "message"),
    [
        (["main-de-en:0"], "mixed", "main-de-en:0: a weight is how many times"),
        (["main-de-en", "away"], "mixed", "away: no such folder"),
        (["more-fr-en"], "mixed", "val.fr"),
        (["main-de-en", "more-fr-en"], "main-de-en", "main-de-en: is one of the corpora to mix"),
    ],
)
def test_what_cannot_be_mixed_is_refused_and_nothing_is_written(
    place: Path, corpora: list[str], out: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        prepare_mix(corpora, out)
    assert not Path("mixed").exists() and pairs("main-de-en", "train") == MAIN


def test_a_folder_may_have_a_colon_in_its_name() -> None:
    assert part_of("a:b") == ("a:b", 1) and part_of("a:b:2") == ("a:b", 2)


def test_sentences_are_the_same_but_for_case_spaces_and_punctuation() -> None:
    assert held_out_key("It's OK.") == held_out_key("its  ok!") != held_out_key("it is ok")
    assert held_out_key("?!") == "?!" != held_out_key("...")
