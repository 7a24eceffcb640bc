"""Which languages a corpus has, which way to translate, and what is said where that cannot be told."""

from pathlib import Path

import pytest

from seq2seq.config.languages import check_languages, find_languages, languages_of
from seq2seq.errors import InputError


def corpus(folder: Path, *languages: str) -> str:
    folder.mkdir(parents=True)
    for language in (*languages, "align"):
        (folder / f"train.{language}").touch()
    (folder / "val.xx").touch()
    (folder / "train").touch()
    return str(folder)


def test_the_languages_are_those_of_the_training_text(tmp_path: Path) -> None:
    assert languages_of(corpus(tmp_path / "mine", "en", "de")) == ["de", "en"]
    with pytest.raises(InputError, match="none: no such folder; make it with `seq2seq prepare`"):
        languages_of(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mine", ("de", "en")),
        ("mine-en-de", ("en", "de")),
        ("multi30k-de-en-tok", ("de", "en")),
        ("multi30k_en.de", ("en", "de")),
        ("en", ("de", "en")),
        ("garden", ("de", "en")),
    ],
)
def test_the_order_is_that_of_the_name_of_the_folder_else_of_the_alphabet(
    tmp_path: Path, name: str, expected: tuple[str, str]
) -> None:
    folder = corpus(tmp_path / name, "de", "en")
    source, target, note = find_languages(folder, None, None)
    assert (source, target) == expected
    assert note == (
        f"{folder} has {source} and {target}: translating from {source} to {target}; the other way by --data.source "
        f"{target} --data.target {source}"
    )


def test_one_language_tells_the_other(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "mine-de-en", "de", "en")
    assert find_languages(folder, "en", None) == ("en", "de", "")
    assert find_languages(folder, None, "en") == ("de", "en", "")


@pytest.mark.parametrize(
    ("has", "source", "target", "expected"),
    [
        ("fr en", "de", "en", "has en and fr, but not de (no train.de): add --data.source fr"),
        ("fr en", "en", "de", "has en and fr, but not de (no train.de): add --data.target fr"),
        ("fr ko", "de", "en", "has fr and ko, but not de and en (no train.de): add --data.source fr --data.target ko,"),
        ("fr en", "de", None, "has en and fr, but not de (no train.de): add --data.source en --data.target fr, or"),
        ("fr en", None, "de", "has en and fr, but not de (no train.de): add --data.source en --data.target fr, or"),
        ("de en fr", None, None, "has de, en and fr: say which, such as --data.source de --data.target en"),
        ("de en fr", "en", None, "has de, en and fr: say which, such as --data.target de"),
        ("de en fr", None, "fr", "has de, en and fr: say which, such as --data.source de"),
        ("de en fr", "ko", "en", "has de, en and fr, but not ko (no train.ko): say which, such as --data.source de"),
        ("de", None, None, "has de; a corpus needs two languages: train.LANG and val.LANG of each"),
        ("de", "de", "en", "has de, but not en (no train.en); a corpus needs two languages"),
        ("", None, None, "has no training text; a corpus needs two languages"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_names_the_options_to_add(
    tmp_path: Path, has: str, source: str | None, target: str | None, expected: str
) -> None:
    folder = corpus(tmp_path / "mine", *has.split())
    with pytest.raises(InputError) as error:
        if source and target:
            check_languages(folder, source, target)
        else:
            find_languages(folder, source, target)
    assert str(error.value).startswith(f"{folder} {expected}")


def test_two_of_three_languages_are_a_corpus(tmp_path: Path) -> None:
    check_languages(corpus(tmp_path / "mine", "de", "en", "fr"), "fr", "de")
