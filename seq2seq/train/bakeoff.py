"""A bake-off: variants of one configuration, trained with the same seed and budget, side by side on one page."""

import statistics
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap
from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.show.figures import save_figure, side_by_side
from seq2seq.text.writing import atomic_write
from seq2seq.train.folder import finished_metrics
from seq2seq.train.gold import gold_links
from seq2seq.train.progress import say
from seq2seq.train.run import held_out_pairs, train
from seq2seq.translate.translator import Translator

CHOICES: dict[str, tuple[Any, ...]] = {
    "attention": ("dot", "scaled_dot", "general", "additive"),
    "heads": (1, 4),
    "context_feed": ("upper", "input"),
    "cell": ("lstm", "gru"),
}
"""Settings of `model` that are varied, each through these values."""

RATE = "train/tokens_per_second"


@dataclass(frozen=True)
class Variant:
    """A trained variant, as the page shows it."""

    metrics: dict[str, Any]
    """The run's `metrics.json`."""
    rate: float | None
    """Target tokens a second in training: the median of the training curve; None where it has no point."""
    maps: list[AlignmentMap]
    """Of the chosen sentence pairs, over words and the ends of sentence, by forced decoding."""


def bake_off(
    config: Config, folder: Path, page: Path, *, vary: Sequence[str], lines: Sequence[int], command: str
) -> None:
    """Train the variants of a configuration, each in `folder/NAME`, and write a Markdown page with figures beside it.

    Scores and maps are of the validation set: who compares is about to choose, and that is not what the test set is
    for. `lines` (from 1 on) are the pairs whose maps are drawn. `command` stands on the page as what makes it again. A
    variant that is trained already is not trained again. Raises InputError, before any training, for settings that do
    not go together, for lines that are not there, and for folders of other runs.
    """
    if page.is_dir():
        raise InputError(f"{page}: is a folder; --page needs the name of a file")
    configs = variants(config, vary)
    pairs = held_out_pairs(config)["val"]
    check_lines(lines, config.data.path("val", config.data.source), len(pairs))
    gold = gold_links(config, "val", pairs)
    for name, variant in configs.items():
        finished_metrics(variant, folder / name)  # refuses a folder of something else
    chosen = [pairs[line - 1] for line in lines]
    found = {}
    for name, variant in configs.items():
        say(f"variant {name}")
        metrics = train(variant, folder / name)
        if metrics is not None:
            found[name] = look_at(folder / name, metrics, chosen)
    if not found:  # this is not the first of several processes
        return
    parts = [heading(config, len(pairs), command), table(found), notes(found)]
    for position, (line, pair) in enumerate(zip(lines, chosen, strict=True)):
        figure = page.with_name(f"{page.stem}-{line}.png")
        maps = {name: variant.maps[position] for name, variant in found.items()}
        draw(maps, None if gold is None else gold[line - 1], figure, command)
        parts.append(section(line, pair, figure.name))
    with atomic_write(page) as stream:
        stream.write("\n".join(parts).encode())
    say(f"written: {page}")


def check_lines(lines: Sequence[int], path: Path, count: int) -> None:
    """Raise InputError for a line that is not there, and for one that is named twice."""
    for position, line in enumerate(lines):
        if not 1 <= line <= count:
            raise InputError(f"--lines has {line}, but {path} has lines 1 to {count:,}")
        if line in lines[:position]:
            raise InputError(f"--lines has {line} twice; remove one of them")


def variants(config: Config, vary: Sequence[str]) -> dict[str, Config]:
    """The configuration itself as `base`, and each that differs from it in one of these settings, as SETTING-VALUE.

    Raises InputError for a setting that is not in CHOICES, and for a value that does not go with the configuration.
    """
    found = {"base": config}
    for setting in vary:
        if setting not in CHOICES:
            raise InputError(f"--vary has {setting!r}, it must be of {', '.join(CHOICES)}")
        for value in CHOICES[setting]:
            if value == getattr(config.model, setting):
                continue
            try:
                found[f"{setting}-{value}"] = config.changed(model={setting: value})
            except InputError as error:
                raise InputError(f"variant {setting}-{value}: {error}; or --vary without {setting}") from None
    return found


def look_at(run: Path, metrics: dict[str, Any], chosen: Sequence[tuple[str, str]]) -> Variant:
    """What the page shows of a trained run."""
    translator = Translator.load(run)
    maps = [pieces.words(keep_end=True) for pieces in translator.align_all(chosen)]
    return Variant(metrics, training_rate(run), maps)


def training_rate(run: Path) -> float | None:
    """The median of the target tokens a second that the run's TensorBoard events tell of; None where they do not."""
    events = EventAccumulator(str(run)).Reload()
    if RATE not in events.Tags()["scalars"]:
        return None
    return statistics.median(point.value for point in events.Scalars(RATE))


def draw(maps: Mapping[str, AlignmentMap], gold: GoldLinks | None, path: Path, command: str) -> None:
    """The maps of one sentence pair, and a line on stderr for a script that no font has."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        save_figure(side_by_side(maps, gold=gold), path, {"command": command})
    for warning in caught:
        print(f"warning: {warning.message}", file=sys.stderr)


def heading(config: Config, pairs: int, command: str) -> str:
    """What was compared, and the command that does it again."""
    base = ", ".join(f"`{setting}: {getattr(config.model, setting)}`" for setting in CHOICES)
    data = config.data
    return f"""# Bake-off: {data.source} to {data.target}, {Path(data.folder).name}

    {command}

Scores are of the {pairs:,} pairs of `{data.folder}/val`.
`base` has {base}.
Every other variant differs from it in the one setting of its name. All were trained with the same seed
({config.training.seed}) and budget.
"""


def table(found: Mapping[str, Variant]) -> str:
    """A row of numbers for each variant."""
    columns = ("variant", "BLEU", "chrF", "AER", "NLL", "entropy", "parameters", "tokens/s", "epochs", "minutes")
    rows = [columns, ("---",) * len(columns), *(row(name, variant) for name, variant in found.items())]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def row(name: str, variant: Variant) -> tuple[str, ...]:
    """The cells of one variant; empty where there is nothing to tell."""
    metrics = variant.metrics
    scores = metrics["val"]
    attention = scores["attention"]
    return (
        name,
        f"{scores['bleu']:.1f}",
        f"{scores['chrf']:.1f}",
        f"{attention['aer']:.1f}" if "aer" in attention else "",
        f"{scores['nll']:.3f}",
        f"{attention['entropy']:.2f}",
        f"{metrics['parameters']:,}",
        f"{variant.rate:,.0f}" if variant.rate is not None else "",
        f"{metrics['epochs']}",
        f"{metrics['minutes']:.1f}",
    )


def notes(found: Mapping[str, Variant]) -> str:
    """What the columns are, where they were measured, and what each figure shows."""
    signature = found["base"].metrics["val"]["bleu_signature"]
    machines = "; ".join(sorted({variant.metrics["machine"] for variant in found.values()}))
    return f"""BLEU: `{signature}`.
AER (%): of the decoder's attention, each target word linked to its best source word. NLL: nats a target piece of the
references. Entropy: nats, of a target word's attention. Tokens/s: target tokens in training, the median of the curve.
Minutes: of training, validations included. Measured on: {machines}.

The maps below are of references, read rather than searched for, so that all variants speak of the same words: a row for
each target word, its weights on the source words averaged over heads.
"""


def section(line: int, pair: tuple[str, str], figure: str) -> str:
    """One sentence pair and the figure of its maps."""
    return f"""## Sentence {line}

    {pair[0]}
    {pair[1]}

![Alignment maps of all variants]({figure})
"""
