#!/usr/bin/env python
"""Put a trained run into the package, with weights in bf16: scripts/ship.py runs/tiny-de-en"""

import json
import shutil
from pathlib import Path
from typing import Any

from seq2seq import shipped
from seq2seq.cli.command import Parser, run
from seq2seq.errors import InputError

KEPT = ("config.yaml", "subwords.model")


def main() -> None:
    """Parse arguments, convert, and print the scores of what ships."""
    parser = Parser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder of a finished run")
    parser.add_argument("--out", type=Path, help="folder to write (default: seq2seq/shipped/runs/NAME)")
    arguments = parser.parse_args()
    out = arguments.out or shipped.HERE / "runs" / arguments.run.resolve().name
    print(json.dumps(ship(arguments.run, out), indent=2, ensure_ascii=False))


def ship(trained: Path, out: Path) -> dict[str, Any]:
    """Write configuration, subwords, weights and scores into `out`, and return the scores.

    The scores are those of the rounded weights. Raises InputError for a run that is not finished.
    """
    import torch
    from safetensors.torch import load_file, save

    from seq2seq.text.writing import atomic_folder
    from seq2seq.train.folder import read_metrics
    from seq2seq.translate.run_format import announce, write_manifest
    from seq2seq.translate.weights import load_settings, load_vocabulary

    if not (trained / "metrics.json").is_file():
        raise InputError(f"{trained}: no metrics.json in it; train the run to its end first")
    metrics = read_metrics(trained / "metrics.json")
    config, manifest = load_settings(trained)
    with atomic_folder(out) as made:
        for name in KEPT:
            shutil.copyfile(trained / name, made / name)
        weights = load_file(trained / "model.safetensors")
        rounded = {name: tensor.to(torch.bfloat16) for name, tensor in sorted(weights.items())}
        vocabulary = load_vocabulary(made, config, manifest)
        weights_file = save(rounded)
        write_manifest(config, vocabulary.files(), made)
        announce(made / "model.safetensors", weights_file)
        (made / "model.safetensors").write_bytes(weights_file)
        metrics |= scores(made)
        text = json.dumps(metrics, indent=2, ensure_ascii=False)
        (made / "metrics.json").write_text(f"{text}\n", encoding="utf-8")
    return metrics


def scores(folder: Path) -> dict[str, Any]:
    """What `metrics.json` says of each set that the run's corpus has: the scores of the weights in this folder."""
    from seq2seq.train.gold import gold_links
    from seq2seq.train.run import held_out_pairs
    from seq2seq.translate.evaluation import evaluate
    from seq2seq.translate.translator import Translator

    translator = Translator.load(folder, "cpu")
    config = translator.config
    sets = held_out_pairs(config)
    return {split: evaluate(translator, pairs, gold_links(config, split, pairs)) for split, pairs in sets.items()}


if __name__ == "__main__":
    run(main)
