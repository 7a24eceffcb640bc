"""What is wrong with the files of a run is named before anything is translated with them."""

import ast
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from conftest import sentences
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

import seq2seq.translate.weights
from seq2seq.errors import InputError
from seq2seq.train.folder import read_metrics
from seq2seq.train.weights import KeptWeights
from seq2seq.translate.run_format import read_manifest
from seq2seq.translate.translator import Translator

SOURCE = sentences()[60][0]
WEIGHTS = "model.safetensors"


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("config.yaml", "run.json", "subwords.model", WEIGHTS, "metrics.json"):
        shutil.copy(trained / name, folder / name)
    return folder


def refusal(run: Path) -> str:
    with pytest.raises(InputError) as caught:
        Translator.load(run, "cpu")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


@pytest.mark.parametrize("name", [WEIGHTS, "subwords.model"])
def test_every_flipped_bit_is_named_with_its_file(name: str, run: Path) -> None:
    bits = 8 * (run / name).stat().st_size
    for number in range(40):
        bit = (number * 7919 + number * bits // 40) % bits
        flip(run / name, bit)
        assert refusal(run).startswith(f"{run / name}: "), bit
        flip(run / name, bit)
    assert Translator.load(run, "cpu").translate(SOURCE)


def test_half_a_file_of_zeros_is_damage(run: Path) -> None:
    content = (run / WEIGHTS).read_bytes()
    (run / WEIGHTS).write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    assert refusal(run).startswith(f"{run / WEIGHTS}: damaged or of another run")


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("model", "heads", 2),
        ("model", "attention", "scaled_dot"),
        ("model", "residual", False),
        ("model", "self_attention", True),
        ("data", "tokenised", True),
        ("data", "target", "fr"),
        ("subwords", "joint", False),
        ("alignment", "aligner", True),
    ],
)
def test_an_edited_setting_of_the_weights_is_named(section: str, name: str, value: object, run: Path) -> None:
    config = yaml.safe_load((run / "config.yaml").read_text(encoding="utf-8"))
    before = config[section][name]
    config[section][name] = value
    (run / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    shown, was = (str(one).lower() if isinstance(one, bool) else one for one in (value, before))
    message = f"{run / 'config.yaml'}: {section}.{name} is {shown}, but the run was trained with {was} (run.json)"
    assert refusal(run).startswith(message)


def test_another_order_and_another_folder_of_the_corpus_change_nothing_and_other_search_is_told(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """6: a flipped bit of `beam` gave another translation without a word."""
    config = yaml.safe_load((run / "config.yaml").read_text(encoding="utf-8"))
    config["search"]["beam"], config["data"]["folder"] = 1, "elsewhere"
    reordered = {name: dict(reversed(config[name].items())) for name in reversed(config)}
    (run / "config.yaml").write_text(yaml.safe_dump(reordered, sort_keys=False), encoding="utf-8")
    assert Translator.load(run, "cpu").config.search.beam == 1
    told = f"warning: {run / 'config.yaml'}: search.beam is 1, and was 3 when the run was trained\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("older", [False, True])
def test_subwords_of_another_run_are_blamed_on_themselves(run: Path, stranger: Path, older: bool) -> None:
    shutil.copy(stranger / "subwords.model", run / "subwords.model")
    if older:
        (run / "run.json").unlink()
    assert refusal(run).startswith(f"{run / 'subwords.model'}: ")


def test_an_older_run_is_read_with_one_line(run: Path, trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = Translator.load(trained, "cpu").translate(SOURCE)
    assert capsys.readouterr().err == ""
    (run / "run.json").write_text('{"format": 1, "seq2seq": "0.2.0"}', encoding="utf-8")
    assert Translator.load(run, "cpu").translate(SOURCE) == expected
    warning = capsys.readouterr().err
    assert warning.count("\n") == 1
    assert warning.startswith(f"warning: {run}: read unchecked, for run.json has no SHA-256 of subwords.model, model")


@pytest.mark.parametrize("kills", [1, 3])
def test_a_kill_while_weights_are_replaced_leaves_a_run_that_loads(
    kills: int, run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The manifest is written first, so the moment that counts is between it and the weights; killed there again and
    again, with other weights each time, the run still is what it was before."""
    model, expected = Translator.load(run, "cpu").model, Translator.load(run, "cpu").translate(SOURCE)

    def kill(path: Path) -> None:
        raise KeyboardInterrupt

    for number in range(kills):
        model.output_bias.data.add_(1.0)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(seq2seq.translate.weights, "atomic_write", kill)
            KeptWeights(run, 0).offer(model, 1.0, number)
        assert Translator.load(run, "cpu").translate(SOURCE) == expected
    KeptWeights(run, 2).offer(model, 1.0, 9)
    for name in (WEIGHTS, "model-9.safetensors"):
        assert torch.equal(Translator.load(run / name, "cpu").model.output_bias, model.output_bias)
    assert len(read_manifest(run).sha256[WEIGHTS]) == 2 and capsys.readouterr().err == ""


def test_damaged_weights_are_not_blessed_by_their_replacement(run: Path) -> None:
    """They are overwritten, but a kill before that must not make the damage the run's own."""
    model = Translator.load(run, "cpu").model
    flip(run / WEIGHTS, 80_000)
    damaged = (run / WEIGHTS).read_bytes()
    KeptWeights(run, 0).offer(model, 1.0, 1)
    (run / WEIGHTS).write_bytes(damaged)
    assert "damaged" in refusal(run)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(value: float, run: Path) -> None:
    (run / "run.json").unlink()
    weights = load_file(run / WEIGHTS)
    weights["output_bias"][3] = value
    save_file(weights, run / WEIGHTS)
    assert refusal(run).startswith(f"{run / WEIGHTS}: output_bias has weights that are not finite")


def test_sizes_of_a_strangers_configuration_are_not_believed(run: Path) -> None:
    """66 GB of weights: refused by the header of the file, before anything is allocated."""
    (run / "run.json").unlink()
    text = (run / "config.yaml").read_text(encoding="utf-8")
    for name, value in (("hidden_size", "65536"), ("embedding_size", "65536"), ("encoder_layers", "100")):
        old = next(line for line in text.splitlines() if line.strip().startswith(f"{name}:"))
        text = text.replace(old, f"  {name}: {value}")
    (run / "config.yaml").write_text(text, encoding="utf-8")
    started = time.monotonic()
    assert "not the weights of the model in config.yaml" in refusal(run)
    assert time.monotonic() - started < 10


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 40)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [os.mkfifo, device, sparse, Path.mkdir], ids=["pipe", "device", "sparse", "folder"])
@pytest.mark.parametrize("name", ["config.yaml", "run.json", "subwords.model", WEIGHTS, "metrics.json"])
def test_what_is_no_usual_file_is_refused_at_once(name: str, make: Callable[[Path], Any], run: Path) -> None:
    (run / name).unlink()
    make(run / name)
    started = time.monotonic()
    if name == "metrics.json":
        with pytest.raises(InputError, match=r"metrics\.json"):
            read_metrics(run / name)
    else:
        assert name in refusal(run)
    assert time.monotonic() - started < 10


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["format", "seq2seq", "settings", "sha256", WEIGHTS]) | st.text(max_size=4), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200)
@given(JSON.map(lambda data: json.dumps(data).encode()) | st.binary(max_size=40))
def test_any_manifest_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "manifest"
    folder.mkdir(exist_ok=True)
    (folder / "run.json").write_bytes(content)
    try:
        read_manifest(folder)
    except InputError as error:
        assert str(folder) in str(error) and "\n" not in str(error)


@settings(max_examples=100)
@given(data=st.data())
def test_any_header_of_the_weights_is_read_or_refused_in_one_line(data: st.DataObject, trained: Path) -> None:
    """Without digests, with a byte of the header replaced or bytes put in."""
    run = trained.parent / "header"
    run.mkdir(exist_ok=True)
    for name in ("config.yaml", "subwords.model"):
        shutil.copy(trained / name, run / name)
    content = (trained / WEIGHTS).read_bytes()
    place = data.draw(st.integers(0, 8 + int.from_bytes(content[:8], "little")))
    removed = data.draw(st.integers(0, 3))
    changed = content[:place] + data.draw(st.binary(max_size=3)) + content[place + removed :]
    (run / WEIGHTS).write_bytes(changed)
    try:
        Translator.load(run, "cpu")
    except InputError as error:
        assert str(run / WEIGHTS) in str(error) and "\n" not in str(error)


def test_loading_a_run_opens_its_own_files_alone_and_unpickles_nothing(run: Path) -> None:
    """Seen by Python's audit events, in a process of its own; what Python and its packages read of themselves aside."""
    (run / "checkpoints").mkdir()
    (run / "checkpoints" / "last.ckpt").write_bytes(b"not to be opened")
    code = (
        "import sys; from seq2seq import Translator; Translator.load('tiny-de-en', 'cpu').translate('Ja.'); seen = []\n"
        "sys.addaudithook(lambda event, arguments: seen.append((event, str(arguments[0]) if arguments else '')))\n"
        f"Translator.load({str(run)!r}, 'cpu').translate('Ja.')\n"
        f"print(sorted({{what for event, what in seen if event == 'open' and what.startswith({str(run)!r})}}))\n"
        "print([event for event, _ in seen if event.startswith(('pickle.', 'subprocess.', 'socket.'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    opened, others = (ast.literal_eval(line) for line in done.stdout.splitlines())
    names = {Path(path).name for path in opened}
    assert {"config.yaml", "run.json", "subwords.model"} <= names
    assert names <= {"config.yaml", "run.json", "subwords.model", WEIGHTS} and others == []
