import subprocess
import sys

import pytest

import seq2seq


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import seq2seq, sys; print([m for m in ('torch', 'numpy', 'matplotlib', 'yaml') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_names_at_the_top_are_there() -> None:
    assert all(getattr(seq2seq, name).__name__ == name for name in seq2seq.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = seq2seq.nothing
