"""What is said of a run that is not there, or of a sentence that is given in its place."""

from pathlib import Path

import pytest
from processes import assert_one_line, shell

from seq2seq import shipped
from seq2seq.errors import InputError
from seq2seq.translate.weights import find_run

SENTENCE = "Ich kenne die Frau."
ECHO = f"echo '{SENTENCE}' | seq2seq translate tiny-de-en"


@pytest.mark.parametrize(
    "arguments",
    [["tiny-de-en", SENTENCE], [SENTENCE], ["tiny-de-en", *SENTENCE.split()], ["tiny-de-en", SENTENCE * 99]],
)
def test_a_sentence_for_a_run_says_how_sentences_come(arguments: list[str]) -> None:
    sentence = SENTENCE * 99 if SENTENCE * 99 in arguments else SENTENCE
    done = shell('"$@" < /dev/null', "translate", *arguments)
    assert_one_line(done, "by standard input or --input", ECHO.replace(SENTENCE, sentence))
    assert done.stdout == b""


def test_the_command_that_is_shown_translates() -> None:
    done = shell(ECHO.replace("seq2seq translate", '"$@"'), "translate")
    assert (done.returncode, done.stderr) == (0, b"") and done.stdout.strip()


@pytest.mark.parametrize("name", ["tiny-de", "tiny-en-de", "tinydeen", Path("tiny-de-en.")])
def test_the_nearest_name_is_suggested(name: str | Path) -> None:
    with pytest.raises(InputError, match=rf"^{name}: no such folder, .* ships; did you mean tiny-de-en\?$"):
        find_run(name)


@pytest.mark.parametrize("name", ["mine", "x" * 300])
def test_what_ships_is_listed_where_no_name_is_near(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        InputError, match=r"no run of that name ships; what ships is tiny-de-en; .*`seq2seq train --help`"
    ):
        find_run(name)


def test_what_is_listed_can_be_found() -> None:
    assert shipped.runs() == ["tiny-de-en"] and all(shipped.run(name) for name in shipped.runs())
