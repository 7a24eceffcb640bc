"""Lightning's Trainer as we use it."""

import logging
import warnings

import pytest
import torch

from seq2seq.train.trainer import quiet, uses_bf16


@pytest.mark.parametrize(("asked", "answer"), [("fp32", False), ("bf16", True)])
def test_precision_as_said(asked: str, answer: bool) -> None:
    assert uses_bf16(asked) is answer


def test_precision_of_the_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for capabilities in ({}, {"avx512_bf16": True}, {"amx_bf16": True}):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda known=capabilities: known)
        assert uses_bf16("auto") is bool(capabilities)


def test_quiet_puts_everything_back() -> None:
    """The levels of Lightning's loggers stayed changed: a program that trains had no more of its messages."""
    logger = logging.getLogger("pytorch_lightning")
    before, filters = logger.level, list(warnings.filters)
    with pytest.raises(KeyError), quiet():
        assert not logger.isEnabledFor(logging.WARNING)
        raise KeyError
    assert logger.level == before and warnings.filters == filters
