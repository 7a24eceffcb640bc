"""Maps that a training records: those of the weights of each validation, once each, also of a run that was killed."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import once, sentences, tiny_config
from observed import HALF, NEVER, Killed, Late, Moment, Observe, Observer, kill_and_resume, scalars, silent_train
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import seq2seq.train.recording
from seq2seq.alignment.diagnostics import diagnose
from seq2seq.alignment.links import alignment_error_rate, read_gold
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.schema import map_from_dict
from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.show.recorded import encode, read_recorded, tag
from seq2seq.train.run import prepare, train
from seq2seq.translate.reading import align_translations
from seq2seq.translate.translation import Translation
from seq2seq.translate.translator import Translator

NUMBERS = [7, 3]
PAIRS = {number: sentences()[60:68][number - 1] for number in NUMBERS}
STEPS = [0, 5, 10, 15, 20]


def everything(corpus: Path) -> Config:
    """Two heads, self-attention, an aligner, and the weights of each validation kept."""
    config = tiny_config(corpus, val_check_interval=0.5)
    return config.changed(
        logging={"sentences": NUMBERS},
        model={"self_attention": True, "heads": 2},
        alignment={"aligner": True},
        training={"keep": 9},
    )


@pytest.fixture(scope="module")
def run(corpus: Path, shared: Path) -> Path:
    """Read only."""
    return once(shared / "recorded", lambda folder: silent_train(everything(corpus), folder))


def maps_of(record: dict[str, Any], side: str) -> dict[str, AlignmentMap]:
    return {one["name"]: map_from_dict(one["map"]) for one in record["views"][side]["maps"]}


def same(one: AlignmentMap, other: AlignmentMap) -> bool:
    """The same but for rounding in JSON and in a batch of another size."""
    sides = all(getattr(one, name) == getattr(other, name) for name in ("source", "target", "kind", "units"))
    return sides and one.weights.shape == other.weights.shape and np.allclose(one.weights, other.weights, atol=2e-5)


def translators(run: Path, config: Config, folder: Path) -> dict[int, Translator]:
    """Those of step 0, with weights that are made anew, and of each validation."""
    torch.manual_seed(1)
    found = {0: prepare(config, folder).translator}
    return found | {step: Translator.load(run / f"model-{step}.safetensors", "cpu") for step in STEPS[1:]}


def test_each_step_has_the_maps_of_its_weights(run: Path, corpus: Path, tmp_path: Path) -> None:
    recorded = read_recorded(run)
    assert list(recorded) == sorted(NUMBERS)
    for step, translator in translators(run, everything(corpus), tmp_path / "none").items():
        for number, pair in PAIRS.items():
            record = recorded[number][STEPS.index(step)]
            assert (record["step"], record["sentence"]) == (step, number)
            assert (record["source"], record["reference"]) == pair
            maps = maps_of(record, "reference")
            assert list(maps) == ["attention", "aligner", "self-attention"]
            assert same(maps["attention"], translator.align_all([pair])[0]), (step, number)
            assert same(maps["aligner"], translator.align_both_ways([pair])[0][0]), (step, number)
            source = torch.tensor([translator.vocabulary.source.segment(pair[0]).ids])
            with torch.inference_mode():
                weights = translator.model.eval().encode(source).self_weights
            side = maps["attention"].source
            assert weights is not None and weights.shape[1] == 2
            assert same(maps["self-attention"], AlignmentMap(side, side, weights[0].numpy(), "self-attention"))


def test_each_step_has_the_translation_of_its_weights_and_its_maps(run: Path) -> None:
    for number, pair in PAIRS.items():
        for record in read_recorded(run)[number][1:]:
            step = record["step"]
            translation = Translator.load(run / f"model-{step}.safetensors", "cpu").translate(pair[0], beam=1)
            maps = maps_of(record, "translation")
            assert record["translation"] == translation.text == maps["attention"].target.text
            assert same(maps["attention"], translation.alignment)
            first = record["views"]["translation"]["maps"][0]["map"]
            assert first["score"] == pytest.approx(translation.score, rel=1e-4) and first["step"] == step
            assert "gold" not in first
            assert maps["aligner"].kind == "aligner" and maps["aligner"].target == maps["attention"].target
            assert same(maps["self-attention"], maps_of(record, "reference")["self-attention"])


def test_the_aligner_of_a_translation_is_asked_of_the_pieces_that_the_search_has_found(aligned: Path) -> None:
    """Where these are those of the text, it says what it says of the text; a blank or unfinished one has no end."""
    translator, pairs = Translator.load(aligned, "cpu"), sentences()[60:76]
    targets = [tuple(translator.vocabulary.target.segment(target).ids) for _, target in pairs]
    maps = translator.align_all(pairs)
    finished = [
        Translation(target, 0.0, 0.0, True, one, ids)
        for (_, target), one, ids in zip(pairs, maps, targets, strict=True)
    ]
    expected = [there for there, _ in translator.align_both_ways(pairs)]
    assert all(map(same, align_translations(translator, finished), expected))
    hasty = Translator(
        translator.engine, translator.vocabulary, translator.config.changed(search={"max_length_ratio": 0.01})
    )
    cut, blank = hasty.translate(" ".join(source for source, _ in pairs)), translator.translate(" ")
    assert not cut.finished
    for one, found in zip((blank, cut), align_translations(translator, [blank, cut]), strict=True):
        assert (found.source, found.target) == (one.alignment.source, one.alignment.target)


def test_the_grid_is_the_same_at_each_step(run: Path) -> None:
    for records in read_recorded(run).values():
        assert [record["step"] for record in records] == STEPS
        for name in ("attention", "aligner", "self-attention"):
            maps = [maps_of(record, "reference")[name] for record in records]
            assert len({(one.source, one.target) for one in maps}) == 1
            assert len({one.weights.tobytes() for one in maps}) == len(STEPS), "the weights have changed"


def test_gold_links_error_rate_and_entropy(run: Path, corpus: Path) -> None:
    gold = read_gold(corpus / "val.align")
    for number in NUMBERS:
        for record in read_recorded(run)[number]:
            for entry, one in zip(
                record["views"]["reference"]["maps"], maps_of(record, "reference").values(), strict=True
            ):
                words = one.words(keep_end=True)
                assert entry["entropy"] == pytest.approx(diagnose(words).entropy, abs=1e-3)
                if one.kind == "self-attention":
                    assert entry["aer"] is None and "gold" not in entry["map"]
                    continue
                links = words.without_end().links()
                assert entry["aer"] == pytest.approx(alignment_error_rate([links], [gold[number - 1]]) / 100, abs=1e-4)
                assert entry["map"]["gold"]["sure"] == [[0, 0], [1, 1], [2, 2]]


def test_figures_and_texts_are_of_the_same_sentences(run: Path) -> None:
    """Figures of the reference: of the validations 0, 1, 2, 4."""
    events = EventAccumulator(str(run)).Reload()
    names = {f"sentence {number}" for number in NUMBERS}
    assert set(events.Tags()["images"]) == names
    assert set(events.Tags()["tensors"]) >= {f"{name}/text_summary" for name in names} | {tag(n) for n in NUMBERS}
    for name in names:
        assert [event.step for event in events.Tensors(f"{name}/text_summary")] == STEPS
        images = events.Images(name)
        assert [event.step for event in images] == [0, 5, 10, 20]
        assert len({(image.width, image.height) for image in images}) == 1, "one grid"
        assert len({image.encoded_image_string for image in images}) == len(images)


def test_the_number_of_a_sentence_that_is_not_there_is_refused_before_anything_is_written(
    corpus: Path, tmp_path: Path
) -> None:
    config = tiny_config(corpus).changed(logging={"sentences": [3, 9]})
    with pytest.raises(InputError, match=r"^logging\.sentences has 9, but .*val\.de has sentences 1 to 8$"):
        train(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("moments", "minutes"),
    [
        ([(Late, "batch_end", 3)], NEVER),
        ([(Late, "validation_end", 5), (Observer, "epoch_end", HALF)], 1e-4),
        ([(Late, "validation_end", HALF + 5)], NEVER),
    ],
    ids=["before a checkpoint", "at a checkpoint", "after a checkpoint"],
)
def test_a_killed_run_has_each_step_once_and_as_if_nothing_had_been(
    moments: list[Moment], minutes: float, corpus: Path, run: Path, tmp_path: Path, observe: Observe
) -> None:
    """Also for readers that do not know which events were taken back, such as TensorBoard's `EventAccumulator` of
    texts: these stood there twice."""
    config = everything(corpus).changed(training={"checkpoint_minutes": minutes})
    kill_and_resume(config, tmp_path / "run", moments, observe)
    check_same_events(tmp_path / "run", run)


def check_same_events(run: Path, whole: Path) -> None:
    """Bit for bit: maps, texts and figures; and each point of the curves."""
    found, expected = read_recorded(run), read_recorded(whole)
    for number, records in expected.items():
        assert list(map(encode, found[number])) == list(map(encode, records))
    one, other = (EventAccumulator(str(folder)).Reload() for folder in (run, whole))
    assert one.Tags()["tensors"] == other.Tags()["tensors"]
    for name in other.Tags()["tensors"]:
        assert tensors(one, name) == tensors(other, name), name
    for name in other.Tags()["images"]:
        images = [[(one.step, one.encoded_image_string) for one in of.Images(name)] for of in (one, other)]
        assert images[0] == images[1], name
    for name in ("train/nll", "val/nll", "val/chrf"):
        assert scalars(run, name) == scalars(whole, name), name


def tensors(events: EventAccumulator, name: str) -> list[tuple[int, bytes]]:
    return [(event.step, event.tensor_proto.string_val[0]) for event in events.Tensors(name)]


def test_a_run_that_begins_anew_says_so_and_takes_back_all_that_there_was(
    corpus: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / "checkpoints" / "last.ckpt").unlink()
    (tmp_path / "run" / "metrics.json").unlink()
    train(everything(corpus), tmp_path / "run")
    said = f"{tmp_path / 'run'}: has no checkpoint (checkpoints/last.ckpt); training begins anew\n"
    assert said in capsys.readouterr().err
    check_same_events(tmp_path / "run", run)


def test_more_validations_than_are_kept_are_thinned_out_evenly(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, observe: Observe
) -> None:
    """Thirteen steps, of which three at most are kept, and the last. A run that was killed in between does the same."""
    monkeypatch.setattr(seq2seq.train.recording, "MOST_STEPS", 3)
    config = tiny_config(corpus, val_check_interval=1, max_steps=13)
    silent_train(config, tmp_path / "whole")
    kill_and_resume(config, tmp_path / "killed", [(Late, "batch_end", 4), (Late, "validation_end", 7)], observe)
    for run in (tmp_path / "whole", tmp_path / "killed"):
        events = EventAccumulator(str(run), size_guidance={"images": 0}).Reload()
        for name in (tag(1), "sentence 1/text_summary"):
            assert [event.step for event in events.Tensors(name)] == [0, 8, 13], run.name
        assert [record["step"] for record in read_recorded(run)[1]] == [0, 8, 13]
        assert [event.step for event in events.Images("sentence 1")] == [0, 1, 2, 4, 8, 13]
        for name in ("train/nll", "val/nll"):
            assert [step for step, _ in scalars(run, name)] == list(range(1, 14))
    check_same_events(tmp_path / "killed", tmp_path / "whole")


def test_a_sentence_that_is_too_long_has_its_text_and_figure(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(seq2seq.train.recording, "MOST_WEIGHTS", 10)
    train(tiny_config(corpus), tmp_path / "run")
    said = capsys.readouterr().err.splitlines()
    assert said.count("sentence 1 of the validation set is too long to record its maps") == 1
    assert read_recorded(tmp_path / "run") == {}
    events = EventAccumulator(str(tmp_path / "run")).Reload()
    assert len(events.Tensors("sentence 1/text_summary")) == len(events.Images("sentence 1")) == 3


@pytest.mark.parametrize(
    ("trainer", "steps"),
    [
        ({"fast_dev_run": True}, [0, 1]),
        ({"overfit_batches": 1}, [0, 1, 2]),
        ({"limit_val_batches": 1, "num_sanity_val_steps": 2}, [0, HALF, 2 * HALF]),
        ({"limit_val_batches": 0}, [0]),
    ],
    ids=str,
)
def test_under_other_arguments_of_the_trainer(
    trainer: dict[str, Any], steps: list[int], corpus: Path, tmp_path: Path
) -> None:
    """Also of sentences that a limited validation does not meet."""
    silent_train(tiny_config(corpus, **trainer).changed(logging={"sentences": [1, 8]}), tmp_path / "run")
    found = read_recorded(tmp_path / "run")
    assert {number: [record["step"] for record in records] for number, records in found.items()} == {1: steps, 8: steps}


def test_with_accumulated_gradients_each_point_is_logged_once(corpus: Path, tmp_path: Path, observe: Observe) -> None:
    """It was logged for each batch, the first ones at update 0; and maps for each validation, of which two may be of
    the same update."""
    config = tiny_config(corpus, accumulate_grad_batches=4, val_check_interval=3)
    silent_train(config, tmp_path / "whole")
    kill_and_resume(config, tmp_path / "killed", [(Late, "batch_end", 1), (Late, "batch_end", 4)], observe)
    updates = list(range(1, 7))
    for name in ("train/nll", "train/loss", "train/gradient_norm", "train/tokens_per_second"):
        assert [step for step, _ in scalars(tmp_path / "whole", name)] == updates, name
    assert [step for step, _ in scalars(tmp_path / "whole", "val/nll")] == [0, *updates[:-1]]
    assert [record["step"] for record in read_recorded(tmp_path / "whole")[1]] == [0, *updates[:-1]]
    check_same_events(tmp_path / "killed", tmp_path / "whole")


def test_what_was_logged_is_there_when_a_run_is_killed(corpus: Path, tmp_path: Path, observe: Observe) -> None:
    observe(Late("validation_end", HALF))
    with pytest.raises(Killed):
        silent_train(tiny_config(corpus), tmp_path / "run")
    assert [record["step"] for record in read_recorded(tmp_path / "run")[1]] == [0, HALF]
