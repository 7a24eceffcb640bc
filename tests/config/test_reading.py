"""From YAML and a command line to a configuration: what is read, and which line a fault names."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import tiny_config
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config.reading import load_config, read_config
from seq2seq.config.sections import DataConfig
from seq2seq.config.settings import Config
from seq2seq.errors import InputError

GOOD = "data:\n  folder: x\n  source: de\n  target: en\nmodel:\n  heads: 2\ntrainer:\n  max_epochs: 3\n"
RECIPES = sorted(path.stem for path in Path("configs").glob("*.yaml"))


def write(folder: Path, text: str) -> str:
    (folder / "c.yaml").write_text(text, encoding="utf-8")
    return str(folder / "c.yaml")


def fault(path: str, *overrides: str, check_trainer: bool = False) -> str:
    with pytest.raises(InputError) as error:
        read_config(path, overrides, check_trainer=check_trainer)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_saved_configuration_is_read_back(tmp_path: Path) -> None:
    config = tiny_config(Path("corpus"), devices=2, limit_val_batches=1.0, max_time="00:00:10:00", profiler="1e-3")
    config.save(tmp_path / "config.yaml")
    read = load_config(tmp_path / "config.yaml")
    assert read == config and [type(value) for value in read.trainer.values()] == [int, bool, int, float, str, str]


@pytest.mark.parametrize("typed", ["0", "1000", "[]", "[3, 17]", "[17,3]"])
def test_sentences_are_a_count_or_a_list_of_numbers(tmp_path: Path, typed: str) -> None:
    expected = yaml.safe_load(typed)
    in_file = load_config(write(tmp_path, f"{GOOD}logging:\n  sentences: {typed}\n"))
    typed_in = load_config(write(tmp_path, GOOD), "--logging.sentences", typed)
    assert in_file.logging.sentences == typed_in.logging.sentences == expected
    in_file.save(tmp_path / "saved.yaml")
    assert load_config(tmp_path / "saved.yaml") == in_file


PLAIN_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)


@given(folder=PLAIN_TEXT, guide=PLAIN_TEXT, rate=st.floats(1e-300, 1000), trainer=st.dictionaries(
    PLAIN_TEXT, st.recursive(st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False)
                             | PLAIN_TEXT, lambda inner: st.lists(inner) | st.dictionaries(PLAIN_TEXT, inner),
                             max_leaves=4)))  # fmt: skip
def test_whatever_text_and_numbers_are_saved_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, folder: str, guide: str, rate: float, trainer: dict[str, Any]
) -> None:
    config = Config(DataConfig(folder, "no", "1e3"), trainer=trainer)
    config = config.changed(alignment={"guide": guide, "aligner": True}, training={"learning_rate": rate})
    path = tmp_path_factory.mktemp("saved") / "config.yaml"
    config.save(path)
    assert load_config(path) == config


def test_the_command_line_overrides_the_file(tmp_path: Path) -> None:
    overrides = ("--model.hidden_size", "512", "--training.precision=fp32", "--data.target", "no", "--data.folder=2024")
    config = load_config(write(tmp_path, GOOD), *overrides)
    assert (config.model.heads, config.model.hidden_size, config.training.precision) == (2, 512, "fp32")
    assert (config.data.folder, config.data.target) == ("2024", "no") and config.trainer == {"max_epochs": 3}


@pytest.mark.parametrize("written", ["1e-3", "1E-3", "0.001", "+1.0e-03", ".001"])
def test_a_number_is_one_however_it_is_written(tmp_path: Path, written: str) -> None:
    """YAML 1.1 takes `1e-3` for text."""
    path = write(tmp_path, f"{GOOD}training:\n  learning_rate: {written}\n")
    assert load_config(path).training.learning_rate == 0.001
    assert load_config(write(tmp_path, GOOD), "--training.learning_rate", written).training.learning_rate == 0.001


@pytest.mark.parametrize("written", ["true", "True", "yes", "on"])
def test_true_is_true_however_it_is_written(tmp_path: Path, written: str) -> None:
    assert load_config(write(tmp_path, GOOD.replace("heads: 2", f"residual: {written}"))).model.residual is True
    assert load_config(write(tmp_path, GOOD), "--model.layer_norm", written).model.layer_norm is True


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipes_are_complete(name: str) -> None:
    path = Path("configs", f"{name}.yaml")
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    config = load_config(path, "--data.folder", "data/tiny-de-en") if name == "own" else load_config(path)
    for section, values in dataclasses.asdict(config).items():
        found = {"folder", "source", "target"} if (name, section) == ("own", "data") else set()
        assert written[section].keys() | found == values.keys(), section


def test_the_same_configuration_by_the_old_name_of_a_setting(tmp_path: Path) -> None:
    old = write(tmp_path, GOOD.replace("source: de", "source: de\n  tokenize: zh"))
    config, notes = read_config(old)
    assert config.data.bleu_tokenize == "zh" and notes == [f"{old}, line 4: data.tokenize is now data.bleu_tokenize"]
    config, notes = read_config(write(tmp_path, GOOD), ["--data.tokenize", "char"])
    assert config.data.bleu_tokenize == "char" and notes == ["command line: data.tokenize is now data.bleu_tokenize"]
    assert load_config(old, "--data.bleu_tokenize", "none").data.bleu_tokenize == "none"
    both = write(tmp_path, GOOD.replace("source: de", "source: de\n  tokenize: zh\n  bleu_tokenize: zh"))
    assert "line 4: data.tokenize is now data.bleu_tokenize, which is there too; remove one" in fault(both)
    wrong = write(tmp_path, GOOD.replace("source: de", "source: de\n  tokenize: klingon"))
    assert "line 4: data.bleu_tokenize is klingon, it must be 13a, none" in fault(wrong)


FAULTS = {
    # a value by itself
    "  heads: two": "line 6: model.heads is two, it must be a whole number from 1 to 1,024",
    "  heads: 2.0": "line 6: model.heads is 2.0, it must be a whole number from 1 to 1,024",
    "  heads: true": "line 6: model.heads is true, it must be a whole number",
    "  heads: null": "line 6: model.heads is null, it must be a whole number",
    "  heads: ~": "line 6: model.heads is ~, it must be a whole number",
    "  heads:": "line 6: model.heads has no value",
    "  heads: ''": 'line 6: model.heads is "", it must be a whole number',
    "  heads: '2'": "line 6: model.heads is 2, it must be a whole number",
    "  heads: [2]": "line 6: model.heads is a list, it must be a whole number",
    "  heads: {a: 2}": "line 6: model.heads is a mapping, it must be a whole number",
    "  heads:\n    - 2": "line 6: model.heads is a list, it must be a whole number",
    "  heads: 0": "line 6: model.heads is 0, it must be a whole number from 1 to 1,024",
    "  heads: 1:30": "line 6: model.heads is 1:30, it must be a whole number",
    "  hidden_size: 0": "line 6: model.hidden_size is 0, it must be an even whole number from 2 to 65,536",
    "  hidden_size: 257": "line 6: model.hidden_size is 257, it must be an even whole number",
    "  hidden_size: 1000000000": "line 6: model.hidden_size is 1000000000, it must be an even whole number from 2 to",
    "  encoder_layers: 1000000": "line 6: model.encoder_layers is 1000000, it must be a whole number from 1 to",
    "search: {beam: 5000}": "line 6: search.beam is 5000, it must be a whole number from 1 to 1,000",
    "  dropout: high": "line 6: model.dropout is high, it must be a number from 0 to below 1",
    "  dropout: 1.0": "line 6: model.dropout is 1.0, it must be a number from 0 to below 1",
    "  dropout: .nan": "line 6: model.dropout is .nan, it must be a number from 0 to below 1",
    "  cell: rnn": "line 6: model.cell is rnn, it must be lstm or gru",
    "  residual: 1": "line 6: model.residual is 1, it must be true or false",
    "  residual: maybe": "line 6: model.residual is maybe, it must be true or false",
    "training: {learning_rate: .inf}": "line 6: training.learning_rate is .inf, it must be a number above 0 and",
    "training: {learning_rate: 1e400}": "line 6: training.learning_rate is 1e400, it must be a number above 0",
    "search: {length_penalty: -.inf}": "line 6: search.length_penalty is -.inf, it must be a number from 0 to 100",
    "search: {max_length_ratio: 1e300}": "line 6: search.max_length_ratio is 1e300, it must be a number above 0 and at",
    # a count or a list
    "logging: {sentences: -1}": "line 6: logging.sentences is -1, it must be a whole number from 0 to 1,000, or a",
    "logging:\n  sentences: [3, 0]": "line 7: logging.sentences has 0 in it, it must be a whole number from 0 "
    "to 1,000, or a list of up to 1,000, each a whole number from 1",
    "logging:\n  sentences:\n    - 3\n    - many": "line 7: logging.sentences has many in it, it must be",
    "logging: {sentences: [3, 2.0]}": "line 6: logging.sentences has 2.0 in it, it must be",
    "logging: {sentences: all}": "line 6: logging.sentences is all, it must be a whole number",
    "logging:\n  sentences: [3, 17, 3]": "line 7: logging.sentences has 3 twice; remove one of them",
    # settings that do not go together
    "  heads: 3": "line 6: model.heads is 3, it must divide hidden_size (256)",
    "  heads: 3\n  hidden_size: 256": "line 6: model.heads is 3, it must divide hidden_size (256)",
    "  hidden_size: 256\n  heads: 3": "line 7: model.heads is 3, it must divide hidden_size (256)",
    "  hidden_size: 18\n  heads: 4\n  cell: gru": "line 7: model.heads is 4, it must divide hidden_size (18)",
    "  decoder_layers: 1": "line 6: model.decoder_layers is 1, but context_feed: upper needs a layer above the first",
    "  decoder_layers: 1\n  context_feed: upper": "line 6: model.decoder_layers is 1, but context_feed: upper",
    "  context_feed: upper\n  decoder_layers: 1": "line 7: model.decoder_layers is 1, but context_feed: upper",
    "alignment:\n  guided_attention: 1": "line 7: alignment.guided_attention needs a guide; set alignment.guide",
    "alignment:\n  aligner: true\n  guided_attention: 1\n  guide: ''": "line 8: alignment.guided_attention needs",
    "alignment:\n  guide: hmm": "line 7: alignment.guide teaches nothing: set alignment.aligner: true, or",
    "alignment:\n  aligner: false\n  guide: hmm": "line 8: alignment.guide teaches nothing",
    # names
    "  head: 2": "line 6: model.head is no setting; did you mean heads?",
    "  batch_tokens: 99": "line 6: model.batch_tokens is no setting; did you mean data.batch_tokens?",
    "  colour: 2": "line 6: model.colour is no setting; there are cell, embedding_size",
    "  heads: 2\n  cell: gru\n  heads: 2": "line 8: heads is there a second time; remove one of them",
    "  ? [a]\n  : b": "line 6: the name of a setting must be a word",
    "  <<: {heads: 2}": "line 6: model.<< is no setting",
    "modell:\n  heads: 2": "line 6: modell is no setting; did you mean model?",
    "heads: 2": "line 6: heads is no setting; model.heads is one: put it below `model:`, indented",
    "search: 3": "line 6: search: needs its settings below it, as `name: value`, indented",
    "search:": "line 6: search: needs its settings below it",
    "search: [beam]": "line 6: search: needs its settings below it",
    "search: {}\nsearch: {}": "line 7: search is there a second time",
}  # fmt: skip


@pytest.mark.parametrize("lines", FAULTS)
def test_a_fault_names_the_file_the_line_and_the_way_out(tmp_path: Path, lines: str) -> None:
    """What is at fault begins on line 6; the lines after it are right."""
    good = "  cell: gru\n" if lines.startswith("  ") and "cell" not in lines else ""
    path = write(tmp_path, f"data:\n  folder: x\n  source: de\n  target: en\nmodel:\n{lines}\n{good}"
                 if lines.startswith("  ") else f"data:\n  folder: x\n  source: de\n  target: en\n  lowercase: true\n"
                 f"{lines}\n")  # fmt: skip
    message = fault(path)
    assert message.startswith(f"{path}, {FAULTS[lines]}") and len(message.removeprefix(path)) < 300


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("  folder: x\n  source: de\n  target: en\n  batch_tokens: 50\n  max_length: 60", "5: data.batch_tokens is 50"),
        ("  folder: x\n  source: de\n  target: en\n  max_length: 60\n  batch_tokens: 50", "6: data.batch_tokens is 50"),
        ("  folder: x\n  source: de\n  target: en\n  max_length: 9999\n  lowercase: no", "5: data.batch_tokens is 25"),
        ("  folder: x\n  source: de\n  target: de\n  max_length: 9", "4: data.source and target are both 'de', they"),
        ("  folder:\n  source: de\n  target: en", "2: data.folder has no value"),
        ("  folder: ''\n  source: de\n  target: en", '2: data.folder is "", it must be text'),
        ("  folder: null\n  source: de\n  target: en", "2: data.folder is null, it must be text"),
        ("  folder: x\n  source: de\n  target: no\n  max_length: 9",
         '4: data.target is no, which YAML reads as false, it must be text; put it in quotes: "no"'),
        ("  folder: 2024\n  source: de\n  target: en",
         '2: data.folder is 2024, which YAML reads as a number, it must be text; put it in quotes: "2024"'),
        ("  folder: x\n  source: [de]\n  target: en", "3: data.source is a list, it must be text"),
    ],
)  # fmt: skip
def test_a_fault_of_the_corpus_names_its_line(tmp_path: Path, lines: str, expected: str) -> None:
    path = write(tmp_path, f"data:\n{lines}\nsearch:\n  beam: 2\n")
    assert fault(path).startswith(f"{path}, line {expected}")


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["--model.heads", "3"], "model.heads is 3, it must divide hidden_size (256)"),
        (["--model.hidden_size=15"], "model.hidden_size is 15, it must be an even whole number"),
        (["--model.hidden_size", "2", "--model.heads=4"], "model.heads is 4, it must divide hidden_size"),
        (["--data.target", "de"], "data.source and target are both 'de', they must differ"),
        (["--data.batch_tokens", "50"], "data.batch_tokens is 50, it must be above max_length (100)"),
        (["--data.max_length", "9999"], "data.batch_tokens is 2500, it must be above max_length (9999)"),
        (["--model.decoder_layers", "1"], "model.decoder_layers is 1, but context_feed: upper"),
        (["--alignment.guide", "hmm"], "alignment.guide teaches nothing"),
        (["--alignment.guided_attention", "1"], "alignment.guided_attention needs a guide"),
        (["--data.folder", ""], 'data.folder is "", it must be text'),
        (["--data.folder", "a\x07"], "data.folder: a value with the character U+0007 in it; remove it"),
        (["--data.folder", "a\udcff"], "data.folder: a value with the character U+DCFF in it; remove it"),
        (["--model.headz", "1"], "--model.headz is no option; did you mean --model.heads?"),
        (["--model.cel", "gru"], "--model.cel is no option; did you mean --model.cell?"),
        (["--modle.heads", "1"], "--modle.heads is no option; did you mean --model.heads?"),
        (["--nonsense", "1"], "--nonsense is no option; --help lists them all"),
        (["--trainer", "1"], "--trainer is no option"),
        (["model.heads"], "model.heads is no option; did you mean --model.heads?"),
        (["--model.heads"], "--model.heads needs a value, as in --model.heads 1"),
        (["--model.heads", "--model.cell"], "--model.heads needs a value, as in --model.heads 1"),
    ],
)  # fmt: skip
def test_a_fault_of_the_command_line_does_not_point_into_the_file(
    tmp_path: Path, overrides: list[str], expected: str
) -> None:
    message = fault(write(tmp_path, GOOD), *overrides)
    assert message.startswith(f"command line: {expected}") and "c.yaml" not in message


@pytest.mark.parametrize(("written", "shown"), [("two", "two"), ("null", "null"), ("", '""'), ("a: b: c", "a: b: c")])
def test_a_value_of_the_wrong_kind_is_shown_as_it_was_typed(tmp_path: Path, written: str, shown: str) -> None:
    for overrides in (["--model.heads", written], [f"--model.heads={written}"]):
        message = fault(write(tmp_path, GOOD), *overrides)
        assert message.startswith(f"command line: model.heads is {shown}, it must be a whole number")
        assert "c.yaml" not in message


def test_a_setting_of_the_command_line_is_to_blame_that_does_not_go_with_one_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("heads: 2", "heads: 4"))
    assert fault(path, "--model.hidden_size", "258").startswith("command line: model.heads is 4, it must divide hidden")


def test_a_fault_of_the_file_that_the_command_line_overrides(tmp_path: Path) -> None:
    """A value that is wrong by itself is named; what does not go together, the command line can put right."""
    path = write(tmp_path, GOOD.replace("heads: 2", "heads: two"))
    assert fault(path, "--model.heads", "2").startswith(f"{path}, line 6: model.heads is two")
    assert load_config(write(tmp_path, GOOD.replace("heads: 2", "heads: 3")), "--model.heads", "1").model.heads == 1


def test_the_folder_of_the_corpus_has_no_default(tmp_path: Path) -> None:
    path = write(tmp_path, "model:\n  heads: 2\n")
    assert fault(path).startswith(f"{path}: data.folder is missing: the folder of the corpus, such as --data.folder d")


def test_the_languages_are_found_where_they_are_not_given(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "mine-fr-en"
    path = write(tmp_path, "model:\n  heads: 2\n")
    asked: list[str] = []

    def make(missing: str) -> None:
        asked.append(missing)
        folder.mkdir(parents=True)
        for name in ("train.en", "train.fr", "train.align", "val.en"):
            (folder / name).touch()

    config, notes = read_config(path, ["--data.folder", str(folder)], missing_folder=make)
    assert (config.data.source, config.data.target) == ("fr", "en") and asked == [str(folder)]
    assert len(notes) == 1 and "from fr to en" in notes[0]
    config.save(tmp_path / "config.yaml")
    assert load_config(tmp_path / "config.yaml") == config
    turned = read_config(path, ["--data.folder", str(folder), "--data.source", "en"], missing_folder=make)
    assert (turned.config.data.source, turned.config.data.target, turned.notes) == ("en", "fr", [])
    assert asked == [str(folder)]


# The Trainer


def trainer_of(folder: Path, lines: str, *overrides: str) -> dict[str, Any]:
    return read_config(write(folder, GOOD + lines), overrides, check_trainer=True).config.trainer


def test_arguments_of_the_trainer_keep_their_kind(tmp_path: Path) -> None:
    """`limit_val_batches: 1` is one batch and 1.0 is all of them."""
    lines = "  limit_train_batches: 1\n  limit_val_batches: 1.0\n  max_time: 00:12:00:00\n  devices: [0, 1]\n"
    found = trainer_of(tmp_path, lines, "--trainer.limit_test_batches", "2", "--trainer.max_steps=-1",
                       "--trainer.gradient_clip_val", "null", "--trainer.deterministic", "warn",
                       "--trainer.val_check_interval", "{minutes: 5}")  # fmt: skip
    assert found == {
        "max_epochs": 3, "limit_train_batches": 1, "limit_val_batches": 1.0, "max_time": "00:12:00:00",
        "devices": [0, 1], "limit_test_batches": 2, "max_steps": -1, "gradient_clip_val": None,
        "deterministic": "warn", "val_check_interval": {"minutes": 5},
    }  # fmt: skip
    kinds = [type(found[name]) for name in ("limit_train_batches", "limit_val_batches", "limit_test_batches")]
    assert kinds == [int, float, int]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("max_epoch: 5", "trainer.max_epoch is no setting; did you mean max_epochs?"),
        ("max_epochs: many", "trainer.max_epochs is many, it must be a whole number or null"),
        ("max_epochs: 2.5", "trainer.max_epochs is 2.5, it must be a whole number or null"),
        ("max_epochs: true", "trainer.max_epochs is true, it must be a whole number or null"),
        ("limit_val_batches: some", "trainer.limit_val_batches is some, it must be a whole number or a number or null"),
        ("enable_progress_bar: 1", "trainer.enable_progress_bar is 1, it must be true or false or null"),
        ("colour: 1", "trainer.colour is no setting; `seq2seq train --help trainer` lists all"),
        ("logger: x", "trainer.logger belongs to the program: TensorBoard events are always written; the settings of"),
        ("loger: x", "trainer.loger is no setting; trainer.logger belongs to the program"),
        ("precision: 16", "trainer.precision belongs to the program: use training.precision"),
        ("log_every_n_steps: 1", "trainer.log_every_n_steps belongs to the program: use logging.every_n_steps"),
    ],
)
def test_a_fault_of_the_trainer_names_its_place(tmp_path: Path, line: str, expected: str) -> None:
    name, value = line.split(": ")
    path = write(tmp_path, GOOD.replace("max_epochs: 3", line))
    assert fault(path, check_trainer=True).startswith(f"{path}, line 8: {expected}")
    typed = fault(write(tmp_path, GOOD), f"--trainer.{name}", value, check_trainer=True)
    assert typed.startswith(f"command line: {expected}")
