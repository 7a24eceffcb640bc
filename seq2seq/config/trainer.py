"""The arguments of Lightning's `Trainer`, read from its source: to import it takes seconds, and a typo should not."""

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OWNED = {
    "logger": "TensorBoard events are always written; the settings of logging.* say of what",
    "callbacks": "training.patience, training.keep and training.checkpoint_minutes set those that there are",
    "plugins": "there is nothing to set",
    "default_root_dir": "--run is the folder that everything goes to",
    "enable_checkpointing": "training.checkpoint_minutes says how often",
    "enable_model_summary": "metrics.json has the number of parameters",
    "reload_dataloaders_every_n_epochs": "each epoch has new batches",
    "use_distributed_sampler": "several processes share each batch",
    "log_every_n_steps": "use logging.every_n_steps",
    "precision": "use training.precision",
    "barebones": "a training without checkpoints could not be gone on with",
    "gradient_clip_algorithm": "gradients are clipped by their norm; use trainer.gradient_clip_val",
}
"""Arguments that belong to this program, with what to use instead."""

_PLAIN = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false", "None": "null",
          "list": "a list", "dict": "a mapping"}  # fmt: skip


@dataclass(frozen=True)
class Argument:
    """An argument of the Trainer."""

    default: str
    """As it stands in the source."""
    types: frozenset[str]
    """The names in its annotation."""
    description: str
    """What Lightning says of it, in one line."""

    def accepts(self, value: Any) -> bool:
        """Whether a plain value has one of the types; True where they have a name of Lightning's, for a choice of
        values."""
        kind = type(value).__name__.replace("NoneType", "None")
        choice = any(name.startswith("_") for name in self.types)
        return kind in self.types or (kind == "int" and "float" in self.types) or choice

    def wanted(self) -> str:
        """The types in words."""
        return " or ".join(words for name, words in _PLAIN.items() if name in self.types)


@lru_cache
def trainer_arguments() -> Mapping[str, Argument]:
    """All arguments of the installed Lightning's Trainer by name, those of `OWNED` too."""
    spec = find_spec("pytorch_lightning")
    assert spec is not None and spec.submodule_search_locations
    source = Path(spec.submodule_search_locations[0], "trainer", "trainer.py").read_text(encoding="utf-8")
    init = next(
        function
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == "Trainer"
        for function in node.body
        if isinstance(function, ast.FunctionDef) and function.name == "__init__"
    )
    about = _descriptions(inspect.cleandoc(ast.get_docstring(init) or ""))
    arguments = zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)
    return {
        argument.arg: Argument(
            ast.unparse(default) if default else "", _types(argument.annotation), about.get(argument.arg, "")
        )
        for argument, default in arguments
    }


def _types(annotation: ast.expr | None) -> frozenset[str]:
    """The names of types in an annotation, not of what is in a list; `Optional[X]` and `X | None` have None."""
    names: set[str] = set()
    waiting: list[ast.AST] = [annotation] if annotation else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("list", "dict"):
            names.add(ast.unparse(node.value))
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Name):
            names.add("None" if node.id == "Optional" else node.id)
        elif isinstance(node, ast.Constant):
            names.add(str(node.value))
    return frozenset(names - {"Union"})


def _descriptions(docstring: str) -> dict[str, str]:
    """The first sentence of each entry below `Args:`, without the markup."""
    found = {}
    for name, text in re.findall(r"^    (\w+): (.*(?:\n(?!    \w+: )(?: {8}.*)?)*)", docstring, re.MULTILINE):
        plain = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`|``?([^`]*)``?", r"\1\2", " ".join(text.split()))
        found[name] = re.split(r"(?<=[\w)]{2}\.)\s", plain, maxsplit=1)[0].removesuffix(".")
    return found
