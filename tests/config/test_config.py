from pathlib import Path

import pytest
from conftest import tiny_config
from jsonargparse import ArgumentParser
from pytorch_lightning import Trainer

from seq2seq.config.settings import ModelConfig, add_config_arguments, load_config, parse_config
from seq2seq.errors import InputError

GOOD = "data:\n  folder: x\n  source: de\n  target: en\nmodel:\n  heads: 2\ntrainer:\n  max_epochs: 3\n"


def write(folder: Path, text: str) -> str:
    (folder / "c.yaml").write_text(text, encoding="utf-8")
    return str(folder / "c.yaml")


def fault(path: str, *overrides: str) -> str:
    with pytest.raises(InputError) as error:
        load_config(path, *overrides)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_saved_configuration_is_read_back(tmp_path: Path) -> None:
    config = tiny_config(Path("corpus"), devices=2)
    config.save(tmp_path / "config.yaml")
    assert load_config(tmp_path / "config.yaml") == config


def test_the_command_line_overrides_the_file(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, GOOD), "--model.hidden_size", "512", "--training.precision=fp32")
    assert (config.model.heads, config.model.hidden_size, config.training.precision) == (2, 512, "fp32")
    assert config.trainer == {"max_epochs": 3}


def test_arguments_of_the_trainer_are_checked_and_only_the_given_ones_kept(tmp_path: Path) -> None:
    def parse(*arguments: str) -> dict:
        parser = ArgumentParser(exit_on_error=False)
        add_config_arguments(parser, Trainer)
        return parse_config(parser, ["--config", write(tmp_path, GOOD), *arguments])[0].trainer

    assert parse("--trainer.max_epochs", "5", "--trainer.limit_val_batches", "2") == {
        "max_epochs": 5,
        "limit_val_batches": 2,
    }
    for wrong in (("--trainer.max_epoch", "5"), ("--trainer.max_epochs", "many")):
        with pytest.raises(InputError, match="max_epoch"):
            parse(*wrong)


@pytest.mark.parametrize("name", sorted(path.name for path in Path("configs").glob("*.yaml")))
def test_the_recipes_are_complete(name: str) -> None:
    import dataclasses

    import yaml

    written = yaml.safe_load((Path("configs") / name).read_text(encoding="utf-8"))
    for section, settings in dataclasses.asdict(load_config(Path("configs") / name)).items():
        assert written[section].keys() == settings.keys(), section


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace("heads", "head"), ["line 6", "model.head", "did you mean heads?"]),
        (GOOD.replace("model:", "modell:"), ["line 5", "modell", "did you mean model?"]),
        (GOOD.replace("heads: 2", "heads: two"), ["line 6", "model.heads", "two"]),
        (GOOD.replace("heads: 2", "heads: 3"), ["line 6", "heads is 3, it must divide hidden_size (256)"]),
        (GOOD.replace("heads: 2", "dropout: 1.0"), ["line 6", "dropout is 1.0"]),
        (GOOD.replace("heads: 2", "hidden_size: 0"), ["line 6", "hidden_size is 0"]),
        (GOOD.replace("heads: 2", "cell: rnn"), ["line 6", "model.cell", "rnn"]),
        (GOOD.replace("heads: 2", "decoder_layers: 1"), ["line 6", "context_feed: upper"]),
        (GOOD.replace("target: en", "target: de"), ["line 4", "both 'de'"]),
        (GOOD.replace("  target: en\n", ""), ["data.target"]),
        ("data: [", ["c.yaml, line 1", "YAML"]),
        ("", ["c.yaml", "not a configuration"]),
        ("- 1\n", ["c.yaml", "not a configuration"]),
    ],
)
def test_a_fault_names_the_file_the_line_and_the_setting(tmp_path: Path, text: str, expected: list[str]) -> None:
    message = fault(write(tmp_path, text))
    for part in expected:
        assert part in message
    assert len(message) < 250


def test_a_missing_file_and_invalid_utf8_are_named(tmp_path: Path) -> None:
    assert fault(str(tmp_path / "none.yaml")) == f"{tmp_path / 'none.yaml'}: no such file"
    (tmp_path / "latin.yaml").write_bytes(b"data:\n  folder: \xfc\n")
    assert "not valid UTF-8" in fault(str(tmp_path / "latin.yaml"))


def test_an_unknown_override_is_named(tmp_path: Path) -> None:
    assert "--model.head" in fault(write(tmp_path, GOOD), "--model.head", "3")


def test_impossible_values_are_refused_on_construction() -> None:
    for wrong in ({"hidden_size": 7}, {"heads": 3}, {"word_dropout": -0.1}, {"embedding_size": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            ModelConfig(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace("heads: 2", "heads: two"), "line 6: model.heads is two, it must be a whole number"),
        (GOOD.replace("heads: 2", "heads: true"), "line 6: model.heads is True, it must be a whole number"),
        (GOOD.replace("heads: 2", "dropout: high"), "line 6: model.dropout is high, it must be a number"),
        (GOOD.replace("heads: 2", "cell: rnn"), "line 6: model.cell is rnn, it must be lstm or gru"),
        (GOOD.replace("source: de", "source: no"), "line 3: data.source is False, it must be text; put it in quotes"),
        (GOOD.replace("heads: 2", "heads:"), "line 6: model.heads has no value"),
        (GOOD.replace("heads: 2", "dropout: .nan"), "line 6: model.dropout is nan, it must be at least 0 and below 1"),
        (
            GOOD + "training: {learning_rate: .inf}\n",
            "line 9: training.learning_rate is inf, it must be above 0, and f",
        ),
        (GOOD + "search: {length_penalty: .inf}\n", "line 9: search.length_penalty is inf, it must be 0 or above, and"),
        (GOOD + "  max_epochs: 4\n", "line 9: max_epochs is there a second time; remove one of them"),
        (GOOD + "search: 3\n", "line 9: search: needs its settings below it, as `name: value`, indented"),
        (GOOD + "? [a]\n: b\n", "line 9: the name of a setting must be a word"),
        (
            GOOD.replace("target: en", "tokenize: klingon\n  target: en"),
            "line 4: data.tokenize is 'klingon', it must be",
        ),
    ],
)
def test_what_a_fault_reads_like(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in fault(write(tmp_path, text))


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["--model.heads", "3"], "command line: model.heads is 3, it must divide hidden_size (256)"),
        (["--model.hidden_size=15"], "command line: model.hidden_size is 15, it must be even: half for each direction"),
        (["--model.hidden_size", "257"], "command line: model.hidden_size is 257, it must be even"),
        (["--model.heads", "two"], "command line: model.heads is two, it must be a whole number"),
        (["--model.heads", "null"], "command line: model.heads is None, it must be a whole number"),
        (["--model.headz", "1"], "command line: --model.headz is no option; did you mean --model.heads?"),
        (["--model.cel", "gru"], "command line: --model.cel is no option; did you mean --model.cell?"),
        (["--nonsense", "1"], "command line: --nonsense is no option; --help lists them all"),
    ],
)
def test_a_fault_of_the_command_line_does_not_point_into_the_file(
    tmp_path: Path, overrides: list[str], expected: str
) -> None:
    message = fault(write(tmp_path, GOOD), *overrides)
    assert message.startswith(expected) and "c.yaml" not in message


def test_a_fault_of_the_file_that_the_command_line_would_override_points_into_the_file(tmp_path: Path) -> None:
    assert "c.yaml, line 6: " in fault(write(tmp_path, GOOD.replace("heads: 2", "heads: two")), "--model.heads", "2")


def test_without_a_file_the_message_says_so() -> None:
    parser = ArgumentParser(exit_on_error=False)
    add_config_arguments(parser)
    with pytest.raises(InputError, match=r"^--config is missing: a YAML file"):
        parse_config(parser, [])


def test_arguments_of_the_trainer_stay_whole_numbers(tmp_path: Path) -> None:
    """`limit_val_batches: 1` is one batch and 1.0 is all of them; jsonargparse made 1.0 of both."""
    parser = ArgumentParser(exit_on_error=False)
    add_config_arguments(parser, Trainer)
    path = write(tmp_path, GOOD + "  limit_train_batches: 1\n  limit_val_batches: 1.0\n  val_check_interval: 7\n")
    trainer = parse_config(parser, ["--config", path, "--trainer.limit_test_batches", "2"])[0].trainer
    kinds = {name: (value, type(value)) for name, value in trainer.items()}
    assert kinds["limit_train_batches"] == (1, int) and kinds["limit_val_batches"] == (1.0, float)
    assert kinds["val_check_interval"] == (7, int) and kinds["limit_test_batches"] == (2, int)


@pytest.mark.parametrize(("name", "close"), [("max_epoch", "max_epochs"), ("precison", "accumulate_grad_batches")])
def test_an_unknown_argument_of_the_trainer_names_the_line(tmp_path: Path, name: str, close: str) -> None:
    parser = ArgumentParser(exit_on_error=False)
    add_config_arguments(parser, Trainer)
    path = write(tmp_path, GOOD.replace("max_epochs", name))
    with pytest.raises(InputError, match=rf"line 8: trainer.{name} is no setting; .*{close}"):
        parse_config(parser, ["--config", path])


def test_the_tokenisations_are_those_of_sacrebleu() -> None:
    from sacrebleu.metrics.bleu import BLEU

    from seq2seq.config.settings import TOKENIZERS

    assert set(TOKENIZERS) <= set(BLEU.TOKENIZERS)
