"""What travels with the package and is found by name from any folder: recipes, tiny corpora, a trained model.

In a checkout the recipes are in `configs/` and the corpora in `data/`; a wheel has copies of both in this folder, made
when it is built.
"""

from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
"""The repository, where this is a checkout."""


def recipe(name: str) -> Path | None:
    """The file of a recipe, such as `tiny-de-en`; None where none of that name ships."""
    for folder in (HERE / "configs", CHECKOUT / "configs"):
        if (path := folder / f"{name}.yaml").is_file():
            return path
    return None


def run(name: str) -> Path | None:
    """The folder of a trained run that ships, such as `tiny-de-en`; None where none of that name does."""
    path = HERE / "runs" / name
    return path if (path / "model.safetensors").is_file() else None
