"""Puts the recipes and the packed corpora into the wheel when it is built; everything else is in pyproject.toml."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from seq2seq.shipped import CORPORA, copy_recipes, pack_corpus  # noqa: E402


class BuildWithRecipesAndCorpora(build_py):
    """`build_py`, and what ships in `seq2seq/shipped`; an editable install finds it in the repository instead."""

    def run(self) -> None:
        """Build, copy and pack."""
        super().run()
        if not self.editable_mode:
            shipped = Path(self.build_lib) / "seq2seq" / "shipped"
            copy_recipes(shipped / "configs")
            for name in CORPORA:
                pack_corpus(ROOT / "data" / name, shipped / "data" / f"{name}.tar.xz")


setup(cmdclass={"build_py": BuildWithRecipesAndCorpora})
