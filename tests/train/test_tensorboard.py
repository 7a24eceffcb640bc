"""What TensorBoard shows of a run: curves, maps, texts, and the table of runs, read as TensorBoard reads it."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import sentences, tiny_config, write_corpus
from observed import HALF, plain, scalars, silent_train
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.hparams import api_pb2, get_experiment, list_session_groups
from tensorboard.plugins.hparams.backend_context import Context

import seq2seq.alignment.diagnostics
from seq2seq.train.recording import Recorder
from seq2seq.train.run import train
from seq2seq.train.tensorboard import TensorBoardCallback


def test_what_tensorboard_shows(trained: Path) -> None:
    events = EventAccumulator(str(trained))
    events.Reload()
    training = {"loss", "nll", "perplexity", "learning_rate", "gradient_norm", "tokens_per_second"}
    attention = {"attention_aer", "attention_entropy", "attention_end_share", "attention_coverage"}
    validation = {"nll", "perplexity", "bleu", "chrf"} | attention
    names = {f"train/{name}" for name in training} | {f"val/{name}" for name in validation}
    assert {name for name in events.Tags()["scalars"] if not name.startswith("final/")} == names
    for name in names:
        steps = [event.step for event in events.Scalars(name)]
        assert steps == (list(range(1, 2 * HALF + 1)) if name.startswith("train/") else [HALF, 2 * HALF]), name
    for of in ("train", "val"):
        nll, perplexity = (events.Scalars(f"{of}/{name}")[-1].value for name in ("nll", "perplexity"))
        assert perplexity == pytest.approx(2.718281828**nll, rel=1e-4)
    rates = [event.value for event in events.Scalars("train/learning_rate")]
    assert rates[:3] == pytest.approx([0.01 / 3, 0.02 / 3, 0.01]) and rates[-1] < 1e-3
    assert [event.step for event in events.Images("sentence 1")] == [0, HALF, 2 * HALF]
    assert all(image.width > 50 and image.height > 50 for image in events.Images("sentence 1"))
    texts = events.Tensors("sentence 1/text_summary")
    assert [event.step for event in texts] == [0, HALF, 2 * HALF]
    reference = sentences()[60][1].removesuffix(".")
    assert all(f"| reference | {reference}&#46; |" in event.tensor_proto.string_val[0].decode() for event in texts)
    assert "_hparams_/session_start_info" in events.PluginTagToContent("hparams")


def test_the_curves_of_attention_are_those_of_references_read_alone(trained: Path) -> None:
    """At the validation that gave the weights to translate with, though batched otherwise and in another place."""
    scores = metrics_of(trained)["val"]
    best = max(scalars(trained, "val/bleu"), key=lambda point: (point[1], -point[0]))[0]
    expected = {f"attention_{name}": scores["attention"][name] for name in ("entropy", "end_share", "coverage")}
    for name, value in ({"attention_aer": scores["aer"]} | expected).items():
        assert dict(scalars(trained, f"val/{name}"))[best] == pytest.approx(value, abs=1e-4), name


def test_without_gold_links_there_is_no_error_rate(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        seq2seq.alignment.diagnostics, "COLLAPSED_TO_UNIFORM", 0.0
    )  # ever so little attention has collapsed
    splits = {"train": sentences()[:20], "val": sentences()[60:64]}
    train(tiny_config(write_corpus(tmp_path / "corpus", **splits), max_epochs=1), tmp_path / "run")
    events = EventAccumulator(str(tmp_path / "run"))
    tags = events.Reload().Tags()["scalars"]
    assert "val/attention_entropy" in tags and "val/attention_aer" not in tags
    assert "warning: attention has collapsed into a uniform one" in capsys.readouterr().err


def metrics_of(run: Path) -> dict[str, Any]:
    return dict(json.loads((run / "metrics.json").read_bytes()))


def test_every_curve_says_what_it_is(trained: Path, aligned: Path) -> None:
    for run in (trained, aligned):
        events = EventAccumulator(str(run)).Reload()
        for tag in events.Tags()["scalars"]:
            assert len(events.SummaryMetadata(tag).summary_description) > 5, tag


class Board:
    """The HParams tab over a folder of runs: what its front end asks for."""

    def __init__(self, folder: Path) -> None:
        runs = EventMultiplexer().AddRunsFromDirectory(str(folder)).Reload()
        provider = MultiplexerDataProvider(runs, str(folder))
        self.context = Context(TBContext(data_provider=provider))

    def columns(self) -> tuple[set[str], set[str]]:
        """Names of settings, and of scores."""
        request = api_pb2.GetExperimentRequest()
        found = get_experiment.Handler(RequestContext(), self.context, "", request).run()
        return {info.name for info in found.hparam_infos}, {info.name.tag for info in found.metric_infos}

    def rows(self) -> dict[str, tuple[dict[str, Any], dict[str, float]]]:
        """Settings and scores of each run."""
        request = api_pb2.ListSessionGroupsRequest(start_index=0, slice_size=100)
        request.allowed_statuses.extend([api_pb2.STATUS_SUCCESS, api_pb2.STATUS_RUNNING, api_pb2.STATUS_UNKNOWN])
        found = list_session_groups.Handler(RequestContext(), self.context, "", request).run()
        return {
            group.sessions[0].name: (
                {name: value.string_value or value.number_value for name, value in group.hparams.items()},
                {value.name.tag: value.value for value in group.metric_values},
            )
            for group in found.session_groups
        }


def test_the_table_of_runs_has_the_final_scores_of_each(corpus: Path, tmp_path: Path) -> None:
    """Two runs in one folder, of which one has an aligner and the other neither a test set nor gold links.

    The tab was blank: its columns were named, but nothing was written under their names.
    """
    bare = write_corpus(tmp_path / "corpus", train=sentences()[:20], val=sentences()[60:64])
    with_aligner = plain(tiny_config(corpus, max_epochs=1)).changed(alignment={"aligner": True})
    silent_train(with_aligner, tmp_path / "runs" / "aligned")
    silent_train(plain(tiny_config(bare, max_epochs=1, max_steps=3)), tmp_path / "runs" / "bare")
    board = Board(tmp_path / "runs")
    settings, scores = board.columns()
    assert {"model.attention", "training.seed", "trainer.max_epochs", "trainer.max_steps"} <= settings
    rows = board.rows()
    assert rows.keys() == {"aligned", "bare"}
    assert rows["bare"][0]["trainer.max_steps"] == 3 and rows["aligned"][0]["alignment.aligner"] == "True"
    metrics = {name: metrics_of(tmp_path / "runs" / name) for name in rows}
    expected = {
        f"final/{split}_{name}": pytest.approx(metrics["aligned"][split][name], rel=1e-5)
        for split in ("val", "test")
        for name in ("bleu", "chrf", "nll")
    }
    for split in ("val", "test"):
        of_split = metrics["aligned"][split]
        expected[f"final/{split}_aligner_aer"] = pytest.approx(of_split["aer"], rel=1e-5)
        expected[f"final/{split}_attention_aer"] = pytest.approx(of_split["attention"]["aer"], rel=1e-5)
    expected["final/minutes"] = pytest.approx(metrics["aligned"]["minutes"], rel=1e-5)
    assert expected.keys() <= scores
    assert {name: rows["aligned"][1][name] for name in expected} == expected
    assert rows["bare"][1]["final/val_nll"] == pytest.approx(metrics["bare"]["val"]["nll"], rel=1e-5)
    assert not any("test" in name or "aer" in name for name in rows["bare"][1])


def test_a_run_that_went_on_has_its_last_scores_in_the_table(corpus: Path, tmp_path: Path) -> None:
    for epochs in (1, 2):
        silent_train(plain(tiny_config(corpus, max_epochs=epochs)), tmp_path / "run")
    ((settings, scores),) = Board(tmp_path).rows().values()
    assert settings["trainer.max_epochs"] == 2
    assert scores["final/val_nll"] == pytest.approx(metrics_of(tmp_path / "run")["val"]["nll"], rel=1e-5)


def test_settings_of_any_type_are_shown(tmp_path: Path) -> None:
    """TensorBoard's HParams take numbers and text only; a list of devices ended a run in a traceback."""
    board = TensorBoardCallback(tmp_path, Recorder(list), {"devices": [0, 1], "none": None}, 1)
    board.log_settings({"val_bleu": 1.0}, 1)
    ((settings, scores),) = Board(tmp_path).rows().values()
    assert settings == {"devices": "[0, 1]", "none": "None"} and scores == {"final/val_bleu": 1.0}
