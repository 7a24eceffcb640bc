"""Sentences that would take too much memory or time are refused, one by one, and the others are answered."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from conftest import sentences
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from warm import Warm

from seq2seq.alignment.schema import to_json, translation_to_dict
from seq2seq.config.sections import SearchConfig
from seq2seq.errors import InputError
from seq2seq.translate.engine import ModelEngine
from seq2seq.translate.limits import fitting, refusal, search_memory
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import word_links

ROOT = Path(__file__).parents[2]
PAIRS = sentences()[60:64]
LONG = {"a word of 100,000 letters": "x" * 100_000, "33,000 words": "Hund " * 33_000}


@pytest.fixture(scope="module")
def translator(trained: Path) -> Translator:
    return Translator.load(trained, "cpu")


def limited(translator: Translator, **limits: int) -> Translator:
    return Translator(translator.engine, translator.vocabulary, translator.config.changed(search=limits))


@pytest.mark.parametrize("text", LONG.values(), ids=list(LONG))
def test_what_is_too_long_is_refused_at_once_and_the_others_are_answered(translator: Translator, text: str) -> None:
    lines = [PAIRS[0][0], text, PAIRS[1][0], ""]
    started = time.monotonic()
    found = [best[0] for best in translator.stream(lines, beam=5)]
    assert time.monotonic() - started < 20
    alone = [translator.translate(line, beam=5).text for line in (lines[0], lines[2])]
    assert [one.text for one in found] == [alone[0], "", alone[1], ""]
    assert [one.refused is None for one in found] == [True, False, True, True]
    assert found[1].refused is not None
    assert "pieces, and search.max_pieces is 2,000; split it, or raise the limit" in found[1].refused
    assert not found[1].finished
    data = translation_to_dict(found[1], 0.0)
    assert data["refused"] == found[1].refused and data["covered"] == 0 and len(to_json(data)) < 2_000_000
    with pytest.raises(InputError, match=r"sentence: it has .* pieces"):
        translator.translate(text)


def test_limits_can_be_raised_and_lowered(translator: Translator) -> None:
    text = "der Hund sieht das Haus " * 30
    assert translator.translate(text, beam=1).refused is None
    pieces = len(translator.vocabulary.source.segment(text).ids) - 1
    assert limited(translator, max_pieces=pieces).translate(text, beam=1).refused is None
    with pytest.raises(InputError, match=rf"it has {pieces:,} pieces, and search\.max_pieces is {pieces - 1:,}"):
        limited(translator, max_pieces=pieces - 1).translate(text, beam=1)


def test_the_memory_of_a_search_grows_with_the_beam_and_the_square_of_the_length() -> None:
    """4 bytes for each of 2 heads, 5 hypotheses, 11 source pieces and 40 steps, and three scores of 100 pieces."""
    settings = SearchConfig(max_length_ratio=3.0, max_memory=1, max_pieces=10_000)
    assert search_memory(10, settings, 5, 2, 100) == 4 * 5 * (2 * 11 * 40 + 3 * 100)
    assert refusal(10, settings, 5, 2, 100) is None
    message = refusal(1000, settings, 5, 2, 100)
    assert message == (
        "its 1,000 pieces need up to 114 MiB at beam 5, and search.max_memory is 1; split it, lower the beam, or raise "
        "the limit"
    )
    absurd = SearchConfig(max_length_ratio=1000.0)
    assert refusal(2000, absurd, 5, 1, 100) is not None and refusal(2000, absurd, 1000, 1, 100) is not None


def test_neither_beam_nor_nbest_is_endless(translator: Translator) -> None:
    for arguments in ({"beam": 5000}, {"nbest": 5000}, {"beam": 10**30}):
        with pytest.raises(ValueError, match=r"(beam|nbest) is [\d,]+, it must be at most 1,000"):
            translator.translate_all([PAIRS[0][0]], **arguments)


def test_a_batch_is_parted_so_that_it_fits() -> None:
    assert list(fitting([3, 1, 0, 2], [10, 20, 10, 20], 40)) == [[3, 1], [0, 2]]
    assert list(fitting([0, 1], [100, 100], 40)) == [[0], [1]]
    assert list(fitting(range(5), [1] * 5, 100)) == [[0, 1, 2, 3, 4]]


def test_little_memory_changes_no_translation(translator: Translator) -> None:
    sources = [source for source, _ in PAIRS] * 4
    small = limited(translator, max_memory=1)
    for one, other in zip(
        small.translate_all(sources, beam=60), translator.translate_all(sources, beam=60), strict=True
    ):
        assert one[0].text == other[0].text


def test_pairs_that_are_too_long_are_refused(translator: Translator) -> None:
    long = "Hund " * 20_000
    for pair, side in (((long, "dog"), "source"), (("Hund", long), "target"), ((long, long), "source")):
        for method in (translator.align_all, lambda pairs: word_links(translator, pairs)):
            with pytest.raises(InputError, match=rf"pairs\[1\]: the {side} has 80,000 pieces"):
                method([PAIRS[0], pair])


def test_weights_that_give_no_numbers_are_an_input_error(trained: Path) -> None:
    translator = Translator.load(trained, "cpu")
    assert isinstance(translator.engine, ModelEngine)
    with torch.no_grad():
        translator.model.output_bias.fill_(float("nan"))
    with pytest.raises(InputError, match="its weights are damaged, or its training has diverged"):
        translator.translate(PAIRS[0][0])


class Ended(NamedTuple):
    """How a command has ended."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Ended]


@pytest.fixture
def command(warm: Warm, tmp_path: Path) -> Command:
    """Runs `seq2seq` in a process of its own: `command("translate", run, text="Hund")`."""

    def run(*arguments: str, text: str = "") -> Ended:
        (tmp_path / "stdin").write_text(text, encoding="utf-8")
        done = warm.run(arguments, streams={"stdin": tmp_path / "stdin"})
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def test_translate_refuses_line_by_line(command: Command) -> None:
    lines = [PAIRS[0][0], "Katze " * 33_000, PAIRS[1][0]]
    done = command("translate", "tiny-de-en", "--beam", "5", text="\n".join(lines) + "\n")
    answers = done.stdout.split("\n")
    assert len(answers) == 4 and answers[1] == "" and all(answers[:3:2]), done.stderr
    assert done.returncode == 3 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("refused: line 2: it has 33,000 pieces, and search.max_pieces is 2,000")
    done = command("translate", "tiny-de-en", "--max-pieces", "3", "--format", "jsonl", text="\n".join(lines) + "\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["refused"] is None for one in found] == [False] * 3 and done.returncode == 3
    for option in ("--max-pieces", "--max-memory"):
        done = command("translate", "tiny-de-en", option, "0", text="x\n")
        assert done.returncode == 2 and f"search.{option[2:].replace('-', '_')} is 0" in done.stderr


def test_align_refuses_line_by_line(command: Command, trained: Path, tmp_path: Path) -> None:
    for side in (0, 1):
        texts = [PAIRS[0][side], "Hund " * 20_000, PAIRS[1][side]]
        (tmp_path / str(side)).write_text("\n".join(texts) + "\n", encoding="utf-8")
    files = "--source", str(tmp_path / "0"), "--target", str(tmp_path / "1")
    done = command("align", str(trained), *files)
    answers = done.stdout.split("\n")
    assert len(answers) == 4 and answers[1] == "" and all(answers[:3:2]) and done.returncode == 3, done.stderr
    assert done.stderr.startswith("refused: line 2: the source has 80,000")


def test_a_translation_that_covers_little_of_its_line_is_told_of(command: Command) -> None:
    """20 sentences on one line; each of them alone is translated whole."""
    sources = (ROOT / "data/tiny-de-en/test.de").read_text(encoding="utf-8").splitlines()[:20]
    joined = " ".join(sources)
    done = command("translate", "tiny-de-en", text="\n".join([*sources, joined]) + "\n")
    assert done.stderr.startswith("warning: line 21: its translation covers ") and done.stderr.count("\n") == 1
    assert done.returncode == 0
    done = command("translate", "tiny-de-en", "--format", "jsonl", text=f"{sources[0]}\n{joined}\n")
    whole, part = (json.loads(line)["covered"] for line in done.stdout.splitlines())
    assert whole > 0.8 and part < 0.5


def test_a_translation_that_was_cut_is_told_of(command: Command, trained: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for name in ("run.json", "subwords.model", "model.safetensors"):
        (run / name).write_bytes((trained / name).read_bytes())
    text = (trained / "config.yaml").read_text(encoding="utf-8")
    (run / "config.yaml").write_text(text.replace("max_length_ratio: 1.0", "max_length_ratio: 0.001"), encoding="utf-8")
    found = Translator.load(run, "cpu").translate_all(["Hund " * 400], beam=1)[0][0]
    done = command("translate", str(run), "--beam", "1", text="Hund " * 400 + "\n")
    assert not found.finished
    assert done.stderr.splitlines() == [
        f"warning: {run}/config.yaml: search.max_length_ratio is 0.001, and was 1.0 when the run was trained",
        "warning: line 1: its translation was cut off at the length limit (search.max_length_ratio)",
    ]


def test_several_references_are_scored_as_such(command: Command, trained: Path, corpus: Path, tmp_path: Path) -> None:
    """As sacrebleu scores them, in either order; what is not BLEU or chrF is measured on the first."""
    source, names = corpus / "test.de", {"right": corpus / "test.en", "other": tmp_path / "other.en"}
    right = names["right"].read_text(encoding="utf-8").splitlines()
    names["other"].write_text("\n".join(other := right[1:] + right[:1]) + "\n", encoding="utf-8")
    own = [best[0].text for best in Translator.load("tiny-de-en", "cpu").translate_all(
        source.read_text(encoding="utf-8").splitlines())]  # fmt: skip
    for order in (("right", "other"), ("other", "right")):
        texts = [right, other] if order[0] == "right" else [other, right]
        references = [argument for name in order for argument in ("--reference", str(names[name]))]
        done = command("evaluate", "tiny-de-en", "--source", str(source), *references)
        scores = json.loads(done.stdout)
        assert scores["chrf"] == pytest.approx(CHRF().corpus_score(own, texts).score)
        assert scores["bleu"] == pytest.approx(BLEU().corpus_score(own, texts).score)
        assert "nrefs:2" in scores["bleu_signature"]
        first = command("evaluate", "tiny-de-en", "--source", str(source), *references[:2])
        assert scores["nll"] == pytest.approx(json.loads(first.stdout)["nll"])
    (tmp_path / "short.en").write_text("one\n", encoding="utf-8")
    done = command("evaluate", str(trained), "--source", str(corpus / "test.de"), "--reference",
                   str(corpus / "test.en"), "--reference", str(tmp_path / "short.en"))  # fmt: skip
    assert done.returncode == 2 and "short.en has 1" in done.stderr and done.stdout == ""
