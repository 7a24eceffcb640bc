import subprocess
import sys
from pathlib import Path

import pytest

import seq2seq


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import seq2seq, sys; print([m for m in ('torch', 'numpy', 'matplotlib', 'yaml') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_translating_imports_nothing_that_only_training_needs(trained: Path) -> None:
    """Each of them takes its share of the seconds before the first translation."""
    code = (
        "import sys; from seq2seq import Translator; print(bool(Translator.load(sys.argv[1]).translate('Hund').text));"
        "print([m for m in ('torchtext', 'pytorch_lightning', 'sacrebleu', 'matplotlib', 'tensorboard')"
        " if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(trained)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n[]\n"


def test_the_names_at_the_top_are_listed_before_they_are_used() -> None:
    code = "import seq2seq, sys; print(set(seq2seq.__all__) < set(dir(seq2seq)), 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"


def test_the_names_at_the_top_are_there() -> None:
    assert all(getattr(seq2seq, name).__name__ == name for name in seq2seq.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = seq2seq.nothing
