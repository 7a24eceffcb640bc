"""What train and bakeoff make of their command lines: recipes by file and by name, settings, help."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import tiny_config

import seq2seq.train.bakeoff
import seq2seq.train.run
from seq2seq import shipped
from seq2seq.cli.main import main
from seq2seq.cli.recipe import RecipeParser, divide, find_recipe, section_help
from seq2seq.config.settings import SECTIONS, Config, settings_of
from seq2seq.config.trainer import OWNED, trainer_arguments
from seq2seq.errors import InputError


class Trained(NamedTuple):
    """What `train` was asked for."""

    config: Config
    run: Path


class Asked(NamedTuple):
    """What a command did: exit status, standard error, and what it asked `train` for."""

    status: object
    err: str
    trained: list[Trained]


Command = Callable[..., Asked]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`seq2seq ...` in this process, with a `train` that only notes what it was asked for."""

    def run(*arguments: object) -> Asked:
        trained: list[Trained] = []

        def train(config: Config, run: Path) -> None:
            trained.append(Trained(config, run))

        monkeypatch.setattr(seq2seq.train.run, "train", train)
        monkeypatch.setattr(sys, "argv", ["seq2seq", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Asked(ended.value.code, capsys.readouterr().err, trained)

    return run


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corpus: Path) -> str:
    """A recipe `mine.yaml` in the current folder."""
    monkeypatch.chdir(tmp_path)
    tiny_config(corpus).save(tmp_path / "mine.yaml")
    return "mine.yaml"


def test_a_recipe_is_given_by_file_or_by_name_bare_or_as_an_option(command: Command, recipe: str, corpus: Path) -> None:
    for arguments in ([recipe], ["--config", recipe], [f"--config={recipe}"]):
        asked = command("train", *arguments)
        assert asked == (0, "", [(tiny_config(corpus), Path("runs/mine"))])
    for arguments in (["tiny-de-en"], ["--config", "tiny-de-en"], ["tiny-de-en.yaml"]):
        (trained,) = command("train", *arguments, "--data.folder", corpus).trained
        assert trained.run == Path("runs/tiny-de-en") and trained.config.model.hidden_size == 256


def test_settings_stand_anywhere_on_the_command_line(command: Command, recipe: str) -> None:
    arguments = ("--model.heads", 2, recipe, "--trainer.max_steps=-1", "--run", "here", "--search.beam", 4)
    (trained,) = command("train", *arguments).trained
    assert trained.run == Path("here") and trained.config.model.heads == 2 and trained.config.search.beam == 4
    assert trained.config.trainer["max_steps"] == -1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "which recipe? Give its name, such as tiny-de-en or own, or a YAML file"),
        (["mine.yaml", "--config", "own"], "give one recipe: mine.yaml, or --config own"),
        (["mine.yaml", "own"], "'own' is one argument too many; `seq2seq train --help` lists the options"),
        (["tiny-de-em"], "tiny-de-em: no such file, and no recipe of this name ships with seq2seq"),
        (["configs/tiny-de-en.yaml"], "configs/tiny-de-en.yaml: no such file, and no recipe of this name ships"),
        (["mine.yaml", "--heads", "2"], "--heads is no option; did you mean --model.heads?; `seq2seq train --help`"),
        (["mine.yaml", "--rum", "x"], "--rum is no option; did you mean --run?; `seq2seq train --help` lists"),
        (["mine.yaml", "--modle.heads", "2"], "command line: --modle.heads is no option; did you mean --model.heads?"),
        (["mine.yaml", "--model.heads"], "command line: --model.heads needs a value, as in --model.heads 1"),
        (["mine.yaml", "--model.heads", "--run", "x"], "command line: --model.heads needs a value"),
        (["mine.yaml", "--trainer.logger", "x"], "command line: trainer.logger belongs to the program: TensorBoard ev"),
        (["mine.yaml", "--trainer.max_epoch", "x"], "command line: trainer.max_epoch is no setting; did you mean max"),
        (["own"], f"{shipped.recipe('own')}: data.folder is missing: the folder of the corpus, such as --data.folder"),
        (["own", "--data.folder", "none"], "none: no such folder; make it with `seq2seq prepare`"),
        (
            ["--help", "colour"],
            "--help colour: there are data, subwords, model, alignment, init, training, search, logg",
        ),
    ],
)
def test_a_fault_is_one_line(command: Command, recipe: str, arguments: list[str], message: str) -> None:
    asked = command("train", *arguments)
    assert asked.err.startswith(f"error: {message}") and asked.err.count("\n") == 1
    assert asked.status == 2 and asked.trained == [] and [path.name for path in Path().iterdir()] == [recipe]


def test_what_was_found_and_what_has_another_name_is_told(
    command: Command, recipe: str, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = command("train", "own", "--data.folder", corpus, "--data.tokenize", "none")
    assert asked.err.splitlines() == [
        "command line: data.tokenize is now data.bleu_tokenize",
        f"{corpus} has de and en: translating from de to en; the other way by --data.source en --data.target de",
    ]
    assert (asked.trained[0].config.data.source, asked.trained[0].config.data.target) == ("de", "en")
    monkeypatch.setenv("RANK", "1")
    assert command("train", "own", "--data.folder", corpus).err == ""  # of several processes the first tells


def test_a_folder_that_is_not_there_is_asked_of_what_ships(
    command: Command, recipe: str, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def unpack(folder: str) -> bool:
        asked.append(folder)
        Path(folder).parent.mkdir(exist_ok=True)
        Path(folder).symlink_to(corpus)
        return True

    monkeypatch.setattr(shipped, "unpack_corpus", lambda folder: not Path(folder).exists() and unpack(folder))
    assert command("train", "own", "--data.folder", "data/found").trained[0].config.data.target == "en"
    assert command("train", "tiny-de-en").status == 0 and asked == ["data/found", "data/tiny-de-en"]


def test_a_corpus_that_is_not_there_is_told_with_the_command_that_makes_it(command: Command, recipe: str) -> None:
    result = command("train", "multi30k-de-en")
    made_by = "seq2seq prepare multi30k --pair de-en --text tok --out data/multi30k-de-en-tok"
    assert result.status == 2 and f"data/multi30k-de-en-tok: no such folder; make it with: {made_by}" in result.err


def test_a_bakeoff_takes_the_same(command: Command, recipe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(seq2seq.train.bakeoff, "bake_off", lambda *given, **settings: asked.append((given, settings)))
    arguments = ("bakeoff", recipe, "--vary", "cell", "heads", "--lines", 2, 1, "--model.hidden_size", 32)
    assert command(*arguments).status == 0
    ((config, folder, page), settings) = asked.pop()
    assert config.model.hidden_size == 32
    assert (folder, page) == (Path("runs/bakeoff-mine"), Path("runs/bakeoff-mine/bakeoff.md"))
    assert settings == {"vary": ["cell", "heads"], "lines": [2, 1], "command": "seq2seq bakeoff mine.yaml --vary cell "
                        "heads --lines 2 1 --model.hidden_size 32"}  # fmt: skip
    assert command("bakeoff", "--config", recipe, "--runs", "a", "--page", "b/c.md").status == 0
    assert asked[0][0][1:] == (Path("a"), Path("b/c.md"))
    assert asked[0][1]["vary"] == ["attention", "heads", "context_feed", "cell"] and asked[0][1]["lines"] == [1, 2, 3]


def test_the_settings_are_told_from_the_options() -> None:
    typed = "a --x.y 1 --run b.c --x.z=--q --x.w --run --x.v -1 --trainer.help"
    own, settings = divide(typed.split())
    assert own == ["a", "--run", "b.c", "--run", "--help", "trainer"]
    assert settings == ["--x.y", "1", "--x.z=--q", "--x.w", "--x.v", "-1"]


def test_a_recipe_of_the_current_folder_comes_before_one_that_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_recipe("own") == shipped.recipe("own")
    Path("own").mkdir()
    assert find_recipe("own") == shipped.recipe("own")
    with pytest.raises(InputError, match=r"^runs: is a folder, and no recipe"):
        Path("runs").mkdir()
        find_recipe("runs")
    Path("own.yaml").touch()
    assert find_recipe("own.yaml") == Path("own.yaml")


def test_help_names_every_setting_with_its_default() -> None:
    text = RecipeParser(description="Do it.", example="seq2seq do").format_help()
    for section in SECTIONS:
        for name in settings_of(section):
            assert f"  --{section}.{name} " in text
    assert "--model.cell lstm " in text and ": lstm or gru\n" in text and '--alignment.guide "" ' in text
    assert len(text.splitlines()) < 90 and max(map(len, text.splitlines())) <= 120


def test_help_of_one_section() -> None:
    model, trainer = section_help("model"), section_help("trainer")
    assert "--model.heads 1\n    Attention heads. Each has its share of the dimensions" in model
    assert "(a whole number from 1 to 1,024)" in " ".join(model.split())
    for name in trainer_arguments():
        assert (f"--trainer.{name} " in trainer) is (name not in OWNED)
    assert "--trainer.max_epochs null\n    Stop training once this number of epochs is reached\n" in trainer
