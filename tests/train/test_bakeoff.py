"""Bake-offs: which variants there are, what is trained and what is not, and the numbers on the page."""

import dataclasses
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import run_of, sentences, tiny_config, write_corpus
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import seq2seq.train.bakeoff
import seq2seq.train.run
from seq2seq.alignment.map import AlignmentMap
from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.train.bakeoff import bake_off, training_rate, variants
from seq2seq.train.folder import flatten
from seq2seq.translate.translator import Translator

COMMAND = "python scripts/bakeoff.py --config tiny.yaml"


def bake(config: Config, folder: Path, *, vary: Sequence[str] = ("cell",), lines: Sequence[int] = (1, 3)) -> str:
    bake_off(config, folder, folder / "page.md", vary=vary, lines=lines, command=COMMAND)
    return (folder / "page.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A corpus without a test set, with gold links of val."""
    pairs = sentences()
    folder = write_corpus(tmp_path_factory.mktemp("corpus"), train=pairs[:60], val=pairs[60:68])
    (folder / "val.align").write_text("0-0 1-1 2-2\n" * 8, encoding="utf-8")
    return tiny_config(folder, max_epochs=1)


@pytest.fixture(scope="module")
def baked(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two variants and their page. Read only."""
    folder = tmp_path_factory.mktemp("bakeoff")
    bake(config, folder)
    return folder


def cells(page: str) -> dict[str, dict[str, str]]:
    """The table of a page: the row of each variant, by column."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]
    return {name: dict(zip(rows[0][1:], values, strict=True)) for name, *values in rows[2:]}


def test_each_variant_differs_from_the_base_in_one_setting(corpus: Path) -> None:
    config = tiny_config(corpus)
    found = variants(config, ["attention", "heads", "context_feed", "cell"])
    names = "base attention-scaled_dot attention-general attention-additive heads-4 context_feed-input cell-gru"
    assert list(found) == names.split() and found.pop("base") == config
    before = flatten(dataclasses.asdict(config))
    for name, variant in found.items():
        now = flatten(dataclasses.asdict(variant))
        changed = {key: now[key] for key in now if now[key] != before[key]}
        setting, value = name.split("-")
        assert {key: str(changed[key]) for key in changed} == {f"model.{setting}": value}


def test_what_is_no_variant_is_an_input_error(corpus: Path) -> None:
    config = tiny_config(corpus)
    with pytest.raises(InputError, match=r"--vary has 'dropout', it must be of attention, heads, context_feed, cell"):
        variants(config, ["dropout"])
    with pytest.raises(InputError, match=r"variant heads-4: model.heads is 4, it must divide.*--vary without heads"):
        variants(config.changed(model={"hidden_size": 18}), ["heads"])
    with pytest.raises(InputError, match=r"variant context_feed-upper: model\.decoder_layers is 1"):
        variants(config.changed(model={"decoder_layers": 1, "context_feed": "input"}), ["context_feed"])


def test_the_table_has_the_numbers_of_the_runs(baked: Path) -> None:
    page = (baked / "page.md").read_text(encoding="utf-8")
    found = cells(page)
    assert list(found) == ["base", "cell-gru"] and COMMAND in page
    for name, row in found.items():
        metrics = json.loads((baked / name / "metrics.json").read_text(encoding="utf-8"))
        scores = metrics["val"]
        assert float(row["BLEU"]) == pytest.approx(scores["bleu"], abs=0.05)
        assert float(row["AER"]) == pytest.approx(scores["attention"]["aer"], abs=0.05)
        assert row["parameters"] == f"{sum(p.numel() for p in Translator.load(baked / name).model.parameters()):,}"
        events = EventAccumulator(str(baked / name)).Reload()
        validated = [event.value for event in events.Scalars("val/nll")]
        assert float(row["NLL"]) == pytest.approx(validated[-1], abs=6e-4)  # of the one validation there was
        rates = [event.value for event in events.Scalars("train/tokens_per_second")]
        assert min(rates) - 1 <= float(row["tokens/s"].replace(",", "")) <= max(rates) + 1
    assert found["base"]["parameters"] != found["cell-gru"]["parameters"]


def test_the_figures_stand_beside_the_page(baked: Path) -> None:
    page = (baked / "page.md").read_text(encoding="utf-8")
    figures = re.findall(r"!\[.*\]\((.*)\)", page)
    assert figures == ["page-1.png", "page-3.png"]
    for figure in figures:
        with Image.open(baked / figure) as image:
            assert image.info["command"] == COMMAND and min(image.size) > 100
    for line in (1, 3):
        assert all(f"    {text}\n" in page for text in sentences()[60 + line - 1])


def test_the_maps_are_those_of_the_references(
    baked: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[dict[str, AlignmentMap]] = []
    monkeypatch.setattr(seq2seq.train.bakeoff, "draw", lambda maps, *_: drawn.append(maps))
    bake_off(config, baked, tmp_path / "page.md", vary=["cell"], lines=[2], command=COMMAND)
    (maps,) = drawn
    assert list(maps) == ["base", "cell-gru"] and maps["base"] != maps["cell-gru"]
    for name, one in maps.items():
        pair = sentences()[61]
        assert (one.source.text, one.target.text) == pair
        assert one == Translator.load(baked / name).align_all([pair])[0].words(keep_end=True)


def test_what_is_trained_is_not_trained_again(baked: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (baked / "page.md").read_text(encoding="utf-8")
    monkeypatch.setattr(seq2seq.train.run, "prepare", None)  # would be called to train
    assert bake(config, baked) == page


def test_a_variant_is_the_run_that_it_would_be_alone(baked: Path, config: Config, tmp_path: Path) -> None:
    """The second of a bake-off starts from the same random numbers as the first of a program."""
    alone = run_of(replace(config, model=replace(config.model, cell="gru")), tmp_path / "alone")
    for file in ("config.yaml", "subwords.model", "model.safetensors"):
        assert (alone / file).read_bytes() == (baked / "cell-gru" / file).read_bytes()


def test_nothing_is_trained_when_something_is_at_fault(baked: Path, config: Config, tmp_path: Path) -> None:
    for lines, message in (([0], "--lines has 0, but .*val.de has lines 1 to 8"), ([1, 9], "has 9"), ([2, 2], "twice")):
        with pytest.raises(InputError, match=message):
            bake(config, tmp_path / "new", lines=lines)
    assert not (tmp_path / "new").exists()
    (tmp_path / "cell-gru").mkdir()
    (tmp_path / "cell-gru" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match=r"cell-gru: is not empty and has no config\.yaml"):
        bake(config, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cell-gru"]
    other = replace(config, training=replace(config.training, seed=7))
    with pytest.raises(InputError, match=r"base: was trained with training.seed: 1, not 7"):
        bake(other, baked)


def test_without_gold_links_and_curve_the_cells_are_empty(corpus: Path, tmp_path: Path) -> None:
    pairs = sentences()
    config = tiny_config(write_corpus(tmp_path / "corpus", train=pairs[:60], val=pairs[60:64]), max_epochs=1)
    config = config.changed(logging={"every_n_steps": 1000})
    (row,) = cells(bake(config, tmp_path / "runs", vary=[], lines=[])).values()
    assert row["AER"] == row["tokens/s"] == "" != row["NLL"]
    assert training_rate(tmp_path / "runs" / "base") is None
