"""Files of word vectors: what is read, and what is refused with its line."""

from pathlib import Path

import pytest

from seq2seq.corpus.vectors import read_vectors
from seq2seq.errors import InputError


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "my.vec"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("header", ["", "4 3\n"])
@pytest.mark.parametrize("end", ["\n", " \n", "\r\n"])
def test_the_vectors_of_the_wanted_words_are_read(tmp_path: Path, header: str, end: str) -> None:
    lines = ["Hund 1 -2.5 3e-1", "Katze 4 5 6", "Hund 7 8 9", ". . 0.1 0.2 0.3", "\u00a0 1 1 1"]
    path = written(tmp_path, header + "".join(line + end for line in lines))
    found = read_vectors(path, {"Hund", ".", "\u00a0", "Maus"}, 3)
    assert {word: vector.tolist() for word, vector in found.items()} == {
        "Hund": pytest.approx([1, -2.5, 0.3]),
        "\u00a0": [1, 1, 1],
    }


def test_words_that_are_not_utf_8_and_values_that_nobody_wants_are_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xff\xfe 1 2\nb x nan\na 3 4\n")
    assert read_vectors(path, {"a"}, 2)["a"].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "my.vec: empty; give word vectors as text"),
        ("2 3\na 1 2 3\nb 1 2\n", "my.vec, line 3: has 2 values, not 3$"),
        ("a 1 2 3\nb 1 2 3 4\n", "my.vec, line 2: has 4 values, not 3$"),
        ("a 1 2 3\n\nb 1 2 3\n", "my.vec, line 2: has 0 values, not 3$"),
        ("a 1 2 3\nb 1 two 3\n", "my.vec, line 2: 'two' is no finite number"),
        ("a 1 nan 3\n", "my.vec, line 1: 'nan' is no finite number"),
        ("a 1 -inf 3\n", "my.vec, line 1: '-inf' is no finite number"),
        ("a 1 1e39 3\n", "my.vec, line 1: '1e39' is no finite number"),
        ("2 300\na 1 2 3\n", r"my.vec: has vectors of 300 values, and model.embedding_size is 3; set it to 300, or"),
        ("a 1 2\n", r"my.vec: has vectors of 2 values, and model.embedding_size is 3; set it to 2, or"),
        ("Der Hund sieht den Ball.\n", "my.vec, line 1: has no word with its values; give word vectors"),
        (b"PK\x03\x04\x00\x00", "my.vec, line 1: has no word with its values; give word vectors"),
    ],
)
def test_a_file_at_fault_is_refused_with_its_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        read_vectors(written(tmp_path, text), {"a", "b"}, 3)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "x", "x: no such file; give word"), (tmp_path, "not a regular file; give word")):
        with pytest.raises(InputError, match=message):
            read_vectors(path, {"a"}, 3)
