"""Settings made in Python: what they refuse, changed copies, what their docstrings and bounds say."""

import dataclasses
import json
from pathlib import Path
from typing import get_args

import pytest
from conftest import tiny_config

from seq2seq.config.faults import wanted
from seq2seq.config.sections import BleuTokenizer, DataConfig, ModelConfig
from seq2seq.config.settings import SECTIONS, settings_of
from seq2seq.errors import InputError


@pytest.mark.parametrize(
    "wrong",
    [{"hidden_size": 7}, {"heads": 3}, {"word_dropout": -0.1}, {"embedding_size": 0}, {"cell": "rnn"},
     {"residual": 1}, {"heads": 2.0}, {"colour": 1}],
)  # fmt: skip
def test_impossible_values_are_refused_on_construction(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ModelConfig(**wrong)  # type: ignore[arg-type]


def test_settings_do_not_change() -> None:
    config = tiny_config(Path("corpus"))
    for holder, name in ((config, "model"), (config.model, "heads"), (config.data, "folder")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(holder, name, getattr(holder, name))


def test_a_changed_copy_differs_in_what_was_said_alone() -> None:
    config = tiny_config(Path("corpus"))
    changed = config.changed(model={"heads": 4, "cell": "gru"}, trainer={"max_epochs": 7, "devices": 2})
    expected = dataclasses.asdict(config)
    assert (config.model.heads, config.trainer["max_epochs"]) == (1, 2)
    expected["model"] |= {"heads": 4, "cell": "gru"}
    expected["trainer"] |= {"max_epochs": 7, "devices": 2}
    assert dataclasses.asdict(changed) == expected


def test_a_changed_copy_refuses_what_is_impossible_in_one_line() -> None:
    config = tiny_config(Path("corpus"))
    for wrong, message in (
        ({"heads": 3}, r"^model\.heads is 3, it must divide hidden_size \(16\)$"),
        ({"heads": "two"}, r"^model\.heads is two, it must be a whole number from 1 to 1,024$"),
        ({"cell": "rnn"}, r"^model\.cell is rnn, it must be lstm or gru$"),
        ({"colour": 1}, r"^model\.colour is no setting; there are cell, "),
    ):
        with pytest.raises(InputError, match=message):
            config.changed(model=wrong)
    with pytest.raises(InputError, match=r"^modell is no section; there are data, "):
        config.changed(modell={"heads": 2})


@pytest.mark.parametrize("section", SECTIONS)
def test_each_setting_says_in_a_line_what_it_is(section: str) -> None:
    for name, field in settings_of(section).items():
        first, *_ = (field.description or "").splitlines()
        assert first.endswith(".") and len(first) <= 60, name
        assert wanted(field), name


def test_the_tokenisations_are_those_of_sacrebleu() -> None:
    from sacrebleu.metrics.bleu import BLEU

    assert set(get_args(BleuTokenizer)) <= set(BLEU.TOKENIZERS)


def test_the_file_of_a_side() -> None:
    assert DataConfig("data/mine", "de", "en").path("val", "en") == Path("data/mine/val.en")


def test_settings_are_plain_values() -> None:
    config = tiny_config(Path("corpus"))
    assert json.loads(json.dumps(dataclasses.asdict(config))) == dataclasses.asdict(config)
