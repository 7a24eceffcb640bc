"""`seq2seq prepare`: what it writes, and that the command which it prints trains on it."""

import shlex
from pathlib import Path

import pytest
from commands import seq2seq
from corpora import multi30k, tatoeba

from seq2seq import load_config, shipped
from seq2seq.cli import prepare
from seq2seq.config.settings import Config
from seq2seq.corpus.batches import read_split
from seq2seq.corpus.splits import names_of_test_sets
from seq2seq.corpus.store import find_store
from seq2seq.text.files import read_parallel
from seq2seq.train.inputs import digests

TEXT = ["text", "--source-file", "a", "--target-file", "b", "--source-lang", "xx", "--target-lang"]
ODD_FOLDERS = ["it's here", "-x", "--config", "~", "$HOME", "[1, 2]", "{a: b}", "null", "1e3", "a=b", "data/tiny-de-en"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with published corpora and two files of sentences in it."""
    multi30k(tmp_path / "multi30k")
    tatoeba(tmp_path / "tatoeba", ("fra", "deu"))
    for name in ("a", "b"):
        (tmp_path / name).write_text("".join(f"{name} {i}\n" for i in range(60)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed_command(arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The last line that `seq2seq prepare` prints."""
    capsys.readouterr()
    status = seq2seq(monkeypatch, "prepare", *arguments)
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    return out.splitlines()[-1].strip()


def as_train_reads_it(command: str) -> tuple[Config, str | None]:
    """The configuration that a command `seq2seq train --config NAME ...` asks for, and the folder of its run."""
    program, verb, *options = shlex.split(command)
    assert program.endswith("seq2seq") and verb == "train" and options[0] == "--config"
    recipe, run_folder, rest = shipped.recipe(options[1]), None, options[2:]
    assert recipe is not None, options[1]
    if rest[:1] == ["--run"]:
        run_folder, rest = rest[1], rest[2:]
    return load_config(recipe, *rest), run_folder


@pytest.mark.parametrize(
    ("arguments", "recipe", "run_folder", "languages", "tokenised"),
    [
        (["tiny-de-en"], "tiny-de-en", None, ("de", "en"), False),
        (["tiny-ko-en", "--out", "ko"], "tiny-ko-en", "runs/ko", ("ko", "en"), False),
        ([*TEXT, "yy", "--out", "mine"], "own", "runs/mine", ("xx", "yy"), False),
        ([*TEXT, "no", "--out", "data/mine/"], "own", "runs/mine", ("xx", "no"), False),
        (["tatoeba", "--lang", "fra", "--out", "data/tatoeba-fra-eng"], "tatoeba-fra-eng", None, ("fra", "eng"), False),
        (["tatoeba", "--lang", "fra", "--out", "mine"], "tatoeba-fra-eng", "runs/mine", ("fra", "eng"), False),
        (["tatoeba", "--lang", "deu", "--out", "data/deu"], "own", "runs/deu", ("deu", "eng"), False),
        (["multi30k", "--pair", "de-en", "--text", "tok", "--out", "data/multi30k-de-en-tok"], "multi30k-de-en", None,
         ("de", "en"), True),
        (["multi30k", "--pair", "en-de", "--text", "tok", "--out", "t"], "multi30k-en-de", "runs/t",
         ("en", "de"), True),
        (["multi30k", "--pair", "en-fr", "--out", "raw"], "multi30k-en-fr", "runs/raw", ("en", "fr"), False),
        (["multi30k", "--pair", "fr-de", "--text", "tok", "--out", "t"], "own", "runs/t", ("fr", "de"), True),
        (["multi30k", "--pair", "fr-de", "--out", "t"], "own", "runs/t", ("fr", "de"), False),
    ],
)  # fmt: skip
def test_the_command_at_the_end_trains_on_what_was_made(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    recipe: str,
    run_folder: str | None,
    languages: tuple[str, str],
    tokenised: bool,
) -> None:
    source = ["--source", arguments[0]] if arguments[0] in ("multi30k", "tatoeba") else []
    command = printed_command([*arguments, *source], capsys, monkeypatch)
    assert f" --config {recipe}" in command
    config, found = as_train_reads_it(command)
    data = config.data
    assert (found, data.source, data.target, data.tokenised) == (run_folder, *languages, tokenised)
    assert data.bleu_tokenize == ("none" if tokenised else "13a")
    assert all(data.path("train", language).is_file() for language in languages)
    guide = config.alignment.guide
    assert guide in ("", "hmm") or Path(guide) == Path(data.folder) / "train.align"
    assert guide in ("", "hmm") or Path(guide).is_file()


def test_one_file_with_both_sides_is_trained_on_alike(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = "yy\txx\tn\n" + "".join(f"b {i}\ta {i}\t{i}\n" for i in range(60))
    (place / "my.tsv").write_text(table, encoding="utf-8")
    one = ["text", "--file", "my.tsv", "--source-lang", "xx", "--target-lang", "yy", "--out", "one/mine"]
    two = [*TEXT, "yy", "--out", "two/mine"]
    named = [*one[:-1], "three/mine", "--source-column", "2", "--target-column", "yy"]
    commands = [printed_command(arguments, capsys, monkeypatch) for arguments in (two, one, named)]
    assert commands[0].replace("two", "one") == commands[1] == commands[2].replace("three", "one")
    for folder in ("one", "three"):
        for path in Path("two/mine").iterdir():
            assert path.read_bytes() == Path(folder, "mine", path.name).read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "give --source-file and --target-file, or one --file with both sides"),
        (["--source-file", "a"], "give --source-file and --target-file, or one --file"),
        (["--file", "a", "--target-file", "b"], "give --source-file and --target-file, or one --file"),
        (
            ["--source-file", "a", "--target-file", "b", "--source-column", "1"],
            "--source-column and --target-column are",
        ),
        (["--file", "a.tmx", "--source-column", "1"], "a.tmx: .tmx has no columns; leave out --source-column"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    arguments = ["text", "--source-lang", "xx", "--target-lang", "yy", "--out", "out", *options]
    status = seq2seq(monkeypatch, "prepare", *arguments)
    error = capsys.readouterr().err
    assert (status, error.count("\n")) == (2, 1) and error.startswith(f"error: {message}")
    assert not Path("out").exists()


@pytest.mark.parametrize("corpus", ["text", "tiny-de-en"])
@pytest.mark.parametrize("folder", ODD_FOLDERS)
def test_the_command_is_right_for_an_odd_folder(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, corpus: str, folder: str
) -> None:
    arguments = [*TEXT, "yy"] if corpus == "text" else [corpus]
    config, _ = as_train_reads_it(printed_command([*arguments, f"--out={folder}"], capsys, monkeypatch))
    assert config.data.path("train", config.data.source).is_file()
    assert Path(config.data.folder).resolve() == (place / folder).resolve()


def test_a_corpus_that_ships_replaces_itself_and_nothing_else(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        printed_command(["tiny-de-en"], capsys, monkeypatch)
    assert {path.name: path.read_bytes() for path in Path("data/tiny-de-en").iterdir()} == shipped.corpus_files(
        "tiny-de-en"
    )
    assert seq2seq(monkeypatch, "prepare", "tiny-ko-en", "--out", "data/tiny-de-en") == 2
    assert "which is no part of this corpus; remove it or give another --out" in capsys.readouterr().err


def test_without_a_validation_set_it_says_how_to_have_one(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    last = printed_command([*TEXT, "yy", "--val", "0", "--out", "mine"], capsys, monkeypatch)
    assert last == "Training needs a validation set: to have one, prepare it again with --val 1 or more"


@pytest.mark.parametrize("verb", ["text", "multi30k", "tatoeba", "tiny-de-en", ""])
def test_help_begins_with_an_example_that_can_be_typed(
    verb: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seq2seq(monkeypatch, "prepare", *([verb] if verb else []), "--help") == 0
    example = capsys.readouterr().out.replace("\\\n", " ").split("\n\n")[1]
    for line in example.splitlines():
        program, name, *arguments = shlex.split(line)
        assert (program, name) == ("seq2seq", "prepare") and prepare.build_parser().parse_args(arguments)


def test_a_mixture_is_trained_on_by_the_command_that_is_printed(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, languages in (("main", ("xx", "zz")), ("more", ("yy", "zz"))):
        arguments = ["text", "--source-file", "a", "--target-file", "b", "--source-lang", languages[0],
                     "--target-lang", languages[1], "--out", name]  # fmt: skip
        assert seq2seq(monkeypatch, "prepare", *arguments) == 0
    line = printed_command(["mix", "main:2", "more", "--out", "mixed"], capsys, monkeypatch)
    config, run_folder = as_train_reads_it(line)
    assert (config.data.source, config.data.target, run_folder) == ("xx", "zz", "runs/mixed")
    train = {name: Path(name, "train.zz").read_text(encoding="utf-8").splitlines() for name in ("main", "mixed")}
    assert train["mixed"] == train["main"] * 3  # of the same text, what is held out left out


def test_with_store_the_training_that_is_printed_reads_from_disk(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = [*TEXT, "yy", "--out", "mine"]
    line = printed_command([*text, "--store"], capsys, monkeypatch)
    (store,) = (place / "mine/store").iterdir()
    config, _ = as_train_reads_it(line)
    found = find_store(config, digests(config), None)
    assert found is not None and found.folder == store.relative_to(place)
    assert set(found.pairs) == set(read_split(config.data, "train"))
    printed_command([*text, "--store"], capsys, monkeypatch)  # again: the same store, made anew
    assert list((place / "mine/store").iterdir()) == [store]
    printed_command([*text, "--seed", "2"], capsys, monkeypatch)  # another text: the store of the old one goes
    assert not (place / "mine/store").exists()


@pytest.mark.parametrize(
    ("arguments", "languages"),
    [
        (["multi30k", "--pair", "de-en", "--source", "multi30k"], ("de", "en")),
        (["tatoeba", "--lang", "fra", "--source", "tatoeba"], ("fra", "eng")),
        ([*TEXT, "yy"], ("xx", "yy")),
    ],
    ids=lambda value: value[0],
)
def test_the_pairs_least_like_the_others_leave_the_training_text(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str],
    languages: tuple[str, str],
) -> None:  # fmt: skip
    for out, more in (("usual", []), ("hard", ["--test-hard", "4"]), ("hard", ["--test-hard", "4"])):  # and again
        printed_command([*arguments, *more, "--out", out], capsys, monkeypatch)
    held = names_of_test_sets(place / "hard", languages)
    assert "test_hard" in held
    for name in {"val", *held} - {"test_hard"}:
        for language in languages:
            assert (place / "usual" / f"{name}.{language}").read_bytes() == (
                place / "hard" / f"{name}.{language}"
            ).read_bytes()
    pairs = {
        (out, split): read_parallel(*(place / out / f"{split}.{language}" for language in languages))
        for out, split in (("usual", "train"), ("hard", "train"), ("hard", "test_hard"))
    }
    assert len(pairs["hard", "test_hard"]) == 4 and set(pairs["hard", "test_hard"]) <= set(pairs["usual", "train"])
    for side in (0, 1):
        assert not {pair[side] for pair in pairs["hard", "train"]} & {pair[side] for pair in pairs["hard", "test_hard"]}
    assert seq2seq(monkeypatch, "prepare", *arguments, "--out", "hard") == 2  # the split would be taken for a part
    assert "hard: holds test_hard." in capsys.readouterr().err
    assert seq2seq(monkeypatch, "prepare", *arguments, "--test-hard", "9999", "--out", "new") == 2
    assert "are too few for --test-hard 9999; ask for fewer" in capsys.readouterr().err and not Path("new").exists()
