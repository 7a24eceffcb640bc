"""What travels with the package and is found by name from any folder: recipes, tiny corpora, a trained model.

In a checkout the recipes are in `configs/` and the corpora in `data/`. A wheel has copies of the recipes and packed
corpora in this folder, made when it is built. The trained model is in this folder in both.
"""

import lzma
import os
import shutil
import sys
import tarfile
from io import BytesIO
from pathlib import Path

from seq2seq.text.writing import atomic_folder

HERE = Path(__file__).resolve().parent
IN_WHEEL = (HERE / "configs").is_dir()
"""Installed from a wheel. If not, this is a checkout, and the repository is two folders up; a folder `configs` beside
an installed package is someone else's."""
CONFIGS = HERE / "configs" if IN_WHEEL else HERE.parents[1] / "configs"
DATA = HERE / "data" if IN_WHEEL else HERE.parents[1] / "data"

CORPORA = ("tiny-de-en", "tiny-ko-en")
"""The corpora that ship: sentence pairs in `train`, `val` and `test`, and their gold word links."""


def recipe(name: str) -> Path | None:
    """The file of a recipe, such as `tiny-de-en`; None where none of that name ships."""
    path = CONFIGS / f"{name}.yaml"
    return path if path.is_file() else None


def run(name: str) -> Path | None:
    """The folder of a trained run that ships, such as `tiny-de-en`; None where none of that name does."""
    path = HERE / "runs" / name
    return path if os.path.isfile(path / "model.safetensors") else None


def runs() -> list[str]:
    """The names of the trained runs that ship."""
    return sorted(path.parent.name for path in (HERE / "runs").glob("*/model.safetensors"))


def corpus_files(name: str) -> dict[str, bytes]:
    """The files of a corpus that ships, such as `test.de`, by name; KeyError where none of that name does."""
    if name not in CORPORA:
        raise KeyError(name)
    if not IN_WHEEL:
        return {path.name: path.read_bytes() for path in sorted((DATA / name).iterdir())}
    files = {}
    with tarfile.open(DATA / f"{name}.tar.xz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                files[member.name] = content.read()
    return files


def pack_corpus(folder: Path, archive: Path) -> None:
    """Pack the files of a folder as `.tar.xz`: the same files give the same bytes, whoever owns them and whenever."""
    content = BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(folder.iterdir()):
            member = tarfile.TarInfo(path.name)
            member.size = path.stat().st_size
            with path.open("rb") as stream:
                tar.addfile(member, stream)
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(lzma.compress(content.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def unpack_corpus(folder: str) -> bool:
    """Make the folder `data/NAME` that a recipe asks for, where it is not there and a corpus of that name ships.

    Says so on stderr, and returns whether it did. The folder appears whole or not at all; several processes may ask
    for it at once. Raises InputError where it cannot be written.
    """
    path = Path(folder)
    if path.exists() or path.parts[-2:-1] != ("data",) or path.name not in CORPORA:
        return False
    write_corpus_files(path.name, path)
    print(f"{folder}: made from the corpus that ships with seq2seq", file=sys.stderr)
    return True


def write_corpus_files(name: str, out: Path) -> None:
    """Write the files of a corpus that ships into a folder, which appears whole or not at all.

    Files of the same names are replaced. Raises InputError where the folder cannot be written.
    """
    with atomic_folder(out) as made:
        for file, content in corpus_files(name).items():
            (made / file).write_bytes(content)


def copy_recipes(folder: Path) -> None:
    """Copy the recipes of the checkout into a folder, as a wheel has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(CONFIGS.glob("*.yaml")):
        shutil.copyfile(path, folder / path.name)
