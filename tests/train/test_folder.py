"""A run's folder: what is in it, and what is refused before anything is written."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import sentences, tiny_config, write_corpus
from observed import Observer, check_same_weights, plain, silent_train
from safetensors.torch import load_file

import seq2seq.train.run
from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.train.run import train
from seq2seq.translate.run_format import FORMAT, read_manifest
from seq2seq.translate.translator import Translator


def test_what_a_finished_run_holds(trained: Path) -> None:
    names = {path.relative_to(trained).as_posix() for path in trained.rglob("*") if path.is_file()}
    assert {name for name in names if not name.startswith("events.out.tfevents")} == {
        "config.yaml", "run.json", "subwords.model", "model.safetensors", "metrics.json", "checkpoints/last.ckpt",
    }  # fmt: skip
    metrics = json.loads((trained / "metrics.json").read_bytes())
    assert metrics.keys() == {"val", "test", "parameters", "epochs", "minutes", "machine"}
    assert metrics["epochs"] == 2 and 0 < metrics["minutes"] < 5 and "torch" in metrics["machine"]
    assert metrics["parameters"] == sum(t.numel() for t in load_file(trained / "model.safetensors").values())
    for split in ("val", "test"):
        scores = metrics[split]
        assert scores.keys() == {
            "sentences", "bleu", "bleu_signature", "chrf", "chrf_signature", "nll", "perplexity", "seconds",
            "aer", "precision", "recall", "attention",
        }  # fmt: skip
        assert scores["sentences"] == 8 and 0 <= scores["bleu"] <= 100 and 0 < scores["chrf"] <= 100


def test_every_test_set_of_the_corpus_is_scored_by_its_name(tmp_path: Path) -> None:
    """A further one may be there when the run goes on."""
    pairs = sentences()
    folder = write_corpus(tmp_path / "corpus", train=pairs[:20], val=pairs[60:62], test=pairs[68:70])
    write_corpus(folder, test_2017=pairs[70:73])
    config = plain(tiny_config(folder, max_epochs=1, limit_train_batches=1))
    metrics = train(config, tmp_path / "run")
    assert metrics is not None
    counts = {name: scores["sentences"] for name, scores in metrics.items() if isinstance(scores, dict)}
    assert counts == {"val": 2, "test": 2, "test_2017": 3}
    write_corpus(folder, test_2018=pairs[73:74])
    metrics = train(config.changed(trainer={"max_epochs": 2}), tmp_path / "run")
    assert metrics is not None and metrics["test_2018"]["sentences"] == 1


def test_a_finished_run_is_left_alone(
    trained: Path, corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.stat().st_mtime_ns for path in trained.rglob("*")}
    monkeypatch.setattr(seq2seq.train.run, "prepare", None)
    assert train(tiny_config(corpus), trained) == json.loads((trained / "metrics.json").read_bytes())
    assert "is finished; raise --trainer.max_epochs" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in trained.rglob("*")} == before


def test_the_limit_that_ended_a_run_is_named(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tiny_config(corpus, max_epochs=-1, max_steps=3).changed(logging={"sentences": 0})
    for _ in range(2):
        train(config, tmp_path / "run")
    assert "is finished; raise --trainer.max_steps to go on" in capsys.readouterr().err
    train(config.changed(trainer=config.trainer | {"max_epochs": 9}), tmp_path / "run")
    told = capsys.readouterr().err
    assert "nothing left to train; raise --trainer.max_epochs and --trainer.max_steps to go on" in told


def test_a_run_of_another_configuration_is_refused(trained: Path, corpus: Path) -> None:
    config = tiny_config(corpus).changed(model={"hidden_size": 32})
    with pytest.raises(InputError, match=r"was trained with model.hidden_size: 16, not 32; take another --run"):
        train(config, trained)
    free = tiny_config(corpus).changed(search={"beam": 7}).changed(logging={"every_n_steps": 3})
    metrics = train(free, trained)
    assert metrics is not None and metrics["epochs"] == 2


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_of_something_else_is_refused(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match=r"is not empty and has no config\.yaml, so .*; choose another one with --run"):
        train(tiny_config(corpus), tmp_path)
    assert files(tmp_path) == {"thesis.tex": b"mine"}
    with pytest.raises(InputError, match=r"thesis\.tex: is a file, not a folder"):
        train(tiny_config(corpus), tmp_path / "thesis.tex")


def test_what_a_killed_start_has_left_is_no_hindrance(
    corpus: Path, tmp_path: Path, whole: tuple[Path, Observer]
) -> None:
    """SIGKILL between the two files that a run begins with, and amid writing one."""
    run = tmp_path / "run"
    run.mkdir()
    (run / "subwords.model").write_bytes((whole[0] / "subwords.model").read_bytes())
    (run / ".config.yaml.a1b2c3d4.part").write_text("data")
    (run / ".keep").write_text("somebody's own")
    silent_train(plain(tiny_config(corpus)), run)
    assert not (run / ".config.yaml.a1b2c3d4.part").exists() and (run / ".keep").exists()
    check_same_weights(run, whole[0])


Change = Callable[[Config], Config]


def same(config: Config) -> Config:
    return config


@pytest.mark.parametrize(
    ("fault", "change", "message"),
    [
        (lambda f: (f / "train.en").write_text("one\n"), same, r"train.de has 60 lines and .*train.en has 1"),
        (lambda f: (f / "val.de").unlink(), same, r"val.de: no such file"),
        (lambda f: (f / "test.en").write_bytes(b"\xff\n" * 8), same, r"test.en, line 1: byte 1 .*not valid UTF-8"),
        (lambda f: (f / "test.en").unlink(), same, r"test.en: no such file"),
        (
            lambda f: (f / "val.align").write_text("0-0\n"),
            same,
            r"val.align has 1 lines, but there are 8 sentence pairs; or remove the file, to train",
        ),
        (lambda f: (f / "test.align").write_text("9-0\n" * 8), same, r"test.align, line 1: link 9-0 lies outside"),
        (
            lambda f: (f / "train.align").write_text("0-0\n"),
            lambda c: c.changed(alignment={"aligner": True, "guide": f"{c.data.folder}/train.align"}),
            r"alignment.guide: .*train.align has 1 lines, but there are 60 .*; or say --alignment.guide hmm",
        ),
        (
            lambda f: None,
            lambda c: c.changed(alignment={"aligner": True, "guide": "nowhere.align"}),
            r"alignment.guide: nowhere.align: no such file; or say --alignment.guide hmm",
        ),
        (lambda f: None, lambda c: c.changed(data={"max_length": 1}), r"longer than data.max_length \(1 pieces"),
        (
            lambda f: None,
            lambda c: c.changed(subwords={"vocab_size": 100}),
            r"vocab_size is 100, but .* alone need \d+",
        ),
        (lambda f: None, lambda c: c.changed(data={"bleu_tokenize": "ja-mecab"}), r"tokenisation 'ja-mecab' of BLEU"),
        (lambda f: None, lambda c: c.changed(trainer={"max_epochs": -7}), r"^trainer: .*max_epochs"),
        (lambda f: None, lambda c: c.changed(trainer={"devices": "many"}), r"^trainer: "),
        (lambda f: None, lambda c: c.changed(trainer={"max_epochs": -1}), r"decay is cosine, which needs an end"),
    ],
)
def test_nothing_is_written_when_the_input_is_at_fault(
    fault: Callable[[Path], object], change: Change, message: str, tmp_path: Path
) -> None:
    pairs = sentences()
    folder = write_corpus(tmp_path / "corpus", train=pairs[:60], val=pairs[60:68], test=pairs[68:76])
    fault(folder)
    with pytest.raises(InputError, match=message) as caught:
        silent_train(change(tiny_config(folder)), tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def copy_of(run: Path, folder: Path) -> Path:
    """The files of a run that translation needs."""
    folder.mkdir()
    for name in ("config.yaml", "run.json", "subwords.model", "model.safetensors", "metrics.json"):
        (folder / name).write_bytes((run / name).read_bytes())
    return folder


def test_a_folder_of_a_newer_format_is_refused_and_one_of_none_is_read(
    trained: Path, corpus: Path, tmp_path: Path
) -> None:
    assert json.loads((trained / "run.json").read_bytes()).keys() == {
        "format", "seq2seq", "settings", "sha256", "corpus",
    }  # fmt: skip
    run = copy_of(trained, tmp_path / "run")
    (run / "config.yaml").write_text("of: the future\n", encoding="utf-8")
    (run / "run.json").write_text(json.dumps({"format": FORMAT + 1, "seq2seq": "9.1", "files": {}}), encoding="utf-8")
    message = (
        rf"run: has the run format {FORMAT + 1}, made by seq2seq 9\.1; .* reads up to format {FORMAT}: install a newer"
    )
    with pytest.raises(InputError, match=message):
        Translator.load(run, "cpu")
    with pytest.raises(InputError, match=message):
        train(tiny_config(corpus), run)
    (run / "config.yaml").write_bytes((trained / "config.yaml").read_bytes())
    (run / "run.json").unlink()
    assert Translator.load(run, "cpu").translate("Der Hund sieht den Ball.") == Translator.load(
        trained, "cpu"
    ).translate("Der Hund sieht den Ball.")
    assert train(tiny_config(corpus), run) == json.loads((trained / "metrics.json").read_bytes())


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"format": "one"}',
        b"\xff",
        b'{"format": 1e999}',
        b"[" * 100_000,
        b'{"format": 1, "sha256": {"model.safetensors": "abc"}}',
        b'{"format": 1, "settings": []}',
    ],
)
def test_a_damaged_format_is_named_in_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(InputError, match=r"run\.json: damaged; copy the run anew.* or remove it") as caught:
        read_manifest(tmp_path)
    assert "\n" not in str(caught.value)
