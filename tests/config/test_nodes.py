"""Files that are not YAML, or were written to hurt: one line that names them, and soon."""

import time
from pathlib import Path

import pytest

from seq2seq.config.reading import load_config
from seq2seq.errors import InputError

DATA = b"data:\n  folder: x\n  source: de\n  target: en\n"
BOMB = "trainer:\n  a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  {name}: &{name} [{', '.join(f'*{before}' for _ in range(9))}]\n"
    for before, name in zip("abcdefg", "bcdefgh", strict=True)
)

HOSTILE = {
    "aliases": (DATA + BOMB.encode(), "line 7: not valid YAML: *a stands for more than one value; write them out"),
    "an alias of itself": (DATA + b"trainer:\n  a: &a [*a]\n", "line 6: not valid YAML: *a stands for more than one"),
    "brackets": (DATA + b"trainer:\n  a: " + b"[" * 5000, "line 6: not valid YAML: nested too deeply"),
    "braces": (DATA + b"trainer: " + b"{a: " * 5000, "line 5: not valid YAML: nested too deeply"),
    "indents": (DATA + b"".join(b" " * i + b"a:\n" for i in range(300)), "not valid YAML: nested too deeply"),
    "an int that is none": (
        DATA + b"model:\n  heads: !!int '0x'\n",
        "line 6: 0x is not what its tag !!int says",
    ),
    "a float that is none": (DATA + b"model:\n  dropout: !!float x\n", "line 6: x is not what its tag !!float says"),
    "a timestamp": (DATA + b"model:\n  heads: !!timestamp 'x'\n", "line 6: the tag !!timestamp is not read here"),
    "binary": (DATA + b"model:\n  heads: !!binary x\n", "line 6: the tag !!binary is not read here"),
    "python": (DATA + b"model:\n  heads: !!python/object/apply:os.system ['true']\n", "line 6: model.heads is a list"),
    "an own tag": (DATA + b"model:\n  heads: !mine 2\n", "line 6: the tag !mine is not read here; write a plain value"),
    "a tag without end": (DATA + b"model:\n  heads: !<" + b"x" * 5000 + b"> 2\n", "line 6: the tag xxx"),
    "digits": (DATA + b"model:\n  heads: " + b"9" * 4000 + b"\n", "is too large a number"),
    "more digits": (DATA + b"model:\n  heads: " + b"9" * 50_000 + b"\n", "line 6: a value of 50,000 characters"),
    "digits of a float": (DATA + b"model:\n  dropout: " + b"9" * 90_000 + b".x\n", "a value of 90,002 characters"),
    "a digit of Trainer": (DATA + b"trainer:\n  max_steps: " + b"9" * 30 + b"\n", "line 6: 9"),
    "a version": (b"%YAML 1." + b"9" * 5000 + b"\n---\na: b\n", "not valid YAML"),
    "an escape beyond Unicode": (b'data:\n  folder: "\\UFFFFFFFF"\n', "not valid YAML"),
    "half a pair": (b'data:\n  folder: "\\uD800"\n', "line 2: a value with the character U+D800 in it; remove it"),
    "a NUL that is spelt": (
        b'data:\n  folder: "a\\0b"\n',
        "line 2: a value with the character U+0000 in it",
    ),
    "a line break": (b'data:\n  folder: "a\\nb"\n', "line 2: a value with the character U+000A in it; remove it"),
    "a NUL": (b"data:\n  folder: a\0b\n", "line 2: not valid YAML: the character U+0000"),
    "not UTF-8": (b"data:\n  folder: \xfc\n", "line 2: byte 17 of the file is not valid UTF-8; convert it"),
    "two documents": (DATA + b"---\n" + DATA, "line 5: not valid YAML: but found another document"),
    "a tab": (b"data:\n\tfolder: x\n", "line 2: not valid YAML: found character '\\t' that cannot start any token"),
    "an open list": (b"data: [", "line 1: not valid YAML"),
    "nothing": (b"", "not a configuration; it needs sections such as `data:` and `model:`"),
    "a comment": (b"# data:\n", "not a configuration"),
    "a list": (b"- 1\n", "not a configuration"),
    "a word": (b"data", "not a configuration"),
    "too long": (b"#" * 100_001, "longer than 100,000 bytes; it is not a configuration"),
    "names twice in the Trainer": (
        DATA + b"trainer:\n  max_time: {days: 1,\n    days: 2}\n",
        "line 7: days is there",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_one_line_names_the_file_and_soon(tmp_path: Path, name: str) -> None:
    content, expected = HOSTILE[name]
    path = tmp_path / "c.yaml"
    path.write_bytes(content)
    started = time.monotonic()
    with pytest.raises(InputError) as error:
        load_config(path)
    message = str(error.value)
    assert message.startswith(str(path)) and expected in message
    assert message.isprintable() and len(message.removeprefix(str(path))) < 250
    assert time.monotonic() - started < 5


def test_a_value_may_stand_for_another(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(DATA + b"model:\n  embedding_size: &n 64\n  hidden_size: *n\n  heads: 3\n")
    with pytest.raises(InputError, match=r"line 8: model.heads is 3, it must divide hidden_size \(64\)"):
        load_config(tmp_path / "c.yaml")


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: no such file$"):
        load_config(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="is a directory"):
        load_config(tmp_path)
