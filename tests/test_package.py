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
        "print([m for m in ('torchtext', 'pytorch_lightning', 'sacrebleu', 'matplotlib', 'tensorboard', 'sympy',"
        " 'torch._dynamo') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(trained)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n[]\n"


def test_the_shapes_of_a_model_are_known_without_the_compiler_of_torch() -> None:
    """They are asked for before the weights of a run are read; to load the compiler takes a second."""
    code = (
        "import sys, torch\n"
        "from seq2seq.config.settings import ModelConfig; from seq2seq.model.seq2seq import Seq2Seq\n"
        "with torch.device('meta'):\n"
        "    for attention in ('dot', 'scaled_dot', 'general', 'additive'):\n"
        "        for cell, tied in (('lstm', True), ('gru', False)):\n"
        "            Seq2Seq(ModelConfig(attention=attention, cell=cell, tied_embeddings=tied), 9, 9, False, True)\n"
        "print([m for m in ('sympy', 'torch._dynamo') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_names_at_the_top_are_listed_before_they_are_used() -> None:
    code = "import seq2seq, sys; print(set(seq2seq.__all__) < set(dir(seq2seq)), 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"


def test_the_names_at_the_top_are_there() -> None:
    assert all(getattr(seq2seq, name).__name__ == name for name in seq2seq.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = seq2seq.nothing
