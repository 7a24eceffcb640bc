from pathlib import Path

import pytest
from conftest import tiny_config
from jsonargparse import ArgumentParser
from pytorch_lightning import Trainer

from seq2seq.config import ModelConfig, add_config_arguments, load_config, parse_config
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
