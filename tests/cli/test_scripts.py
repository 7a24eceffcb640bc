"""The scripts as a user meets them: streams, formats, and every kind of bad input in one line."""

import json
import os
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import sentences, tiny_config, write_corpus
from PIL import Image

from seq2seq.alignment import diagnostics
from seq2seq.alignment.links import alignment_scores, format_pharaoh, parse_pharaoh, read_gold
from seq2seq.alignment.map import AlignmentMap
from seq2seq.show import figures, fonts
from seq2seq.text.files import read_parallel
from seq2seq.text.words import split_words
from seq2seq.translate.ensemble import load_runs
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import word_links

SCRIPTS = Path(__file__).parents[2] / "scripts"
SOURCE = sentences()[62][0]


class Result:
    """What a script did: exit status, standard output, standard error."""

    def __init__(self, status: object, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


Script = Callable[..., Result]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Script:
    """Run a script in this process: `script("translate.py", run, "--beam", "1", stdin=b"...")`."""

    def run(name: str, *arguments: object, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        reader, writer = os.pipe()
        os.write(writer, stdin)
        os.close(writer)
        with os.fdopen(reader, "r") as stream, pytest.raises(SystemExit) as ended:
            monkeypatch.setattr(sys, "stdin", stream)
            runpy.run_path(str(SCRIPTS / name), run_name="__main__")
        out, err = capfd.readouterr()
        return Result(ended.value.code, out, err)

    return run


def assert_fault(result: Result, *parts: str) -> None:
    lines = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert result.status == 2 and len(lines) == 1 and "Traceback" not in result.err, result.err
    for part in parts:
        assert part in lines[0]


@pytest.mark.parametrize("name", sorted(path.name for path in SCRIPTS.glob("*.py") if os.access(path, os.X_OK)))
def test_help_is_there(script: Script, name: str) -> None:
    result = script(name, "--help")
    assert result.status in (0, None) and "usage" in result.out.lower()


def test_one_line_out_for_each_line_in(script: Script, trained: Path, tmp_path: Path) -> None:
    lines = f"{SOURCE}\n\n{SOURCE}\n".encode()
    out = script("translate.py", trained, stdin=lines).out.split("\n")
    assert len(out) == 4 and out[0] == out[2] != "" and out[1] == out[3] == ""
    (tmp_path / "in.de").write_bytes(lines)
    result = script("translate.py", trained, "--input", tmp_path / "in.de", "--output", tmp_path / "out.en")
    assert (
        result.status == 0 and (tmp_path / "out.en").read_text(encoding="utf-8").split("\n") == out and result.out == ""
    )


def test_the_formats(script: Script, trained: Path) -> None:
    stdin = f"{SOURCE}\n".encode()
    data = [
        json.loads(line)
        for line in script("translate.py", trained, "--format", "jsonl", "--nbest", 2, stdin=stdin).out.splitlines()
    ]
    assert len(data) == 2 and data[0]["source"] == SOURCE and data[0]["version"] == data[0]["alignment"]["version"] == 2
    coverage = data[0]["diagnostics"]["coverage"]
    assert len(coverage) == len(split_words(SOURCE)) and 0 < sum(coverage) <= len(split_words(data[0]["text"])) + 1e-4
    links = parse_pharaoh(script("translate.py", trained, "--format", "pharaoh", stdin=stdin).out.strip()).sure
    assert {target for _, target in links} == set(range(len(links)))
    shown = script("translate.py", trained, "--show-alignment", stdin=stdin).out
    assert shown.splitlines()[0] == data[0]["text"] and f"1 {SOURCE.split()[0]}" in shown


def test_a_pipe_is_answered_as_it_fills(trained: Path) -> None:
    command = [sys.executable, str(SCRIPTS / "translate.py"), str(trained), "--beam", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin and process.stdout
        for _ in range(2):
            process.stdin.write(f"{SOURCE}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline().endswith(b"\n")  # would hang if it waited for more
        process.stdin.close()
        assert process.wait() == 0


def test_ctrl_c_while_it_waits_for_a_line(trained: Path) -> None:
    """Python aborted at its end, with a core dump, because a thread still waited in `sys.stdin`."""
    command = [sys.executable, str(SCRIPTS / "translate.py"), str(trained), "--beam", "1"]
    pipe = subprocess.PIPE
    # a shell starts what it runs in the background with Ctrl-C ignored, and children inherit that
    heeds = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    with subprocess.Popen(command, preexec_fn=heeds, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(f"{SOURCE}\n".encode())
        process.stdin.flush()
        assert process.stdout.readline().endswith(b"\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130 and b"Traceback" not in process.stderr.read()


def test_translate_faults(script: Script, trained: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out.en"
    kept.write_text("old\n", encoding="utf-8")
    for raw, parts in (
        (b"gut\nschlecht \xff\n", ("line 2", "byte 10", "UTF-8")),
        (b"gut\nein\0Wort\n", ("line 2", "NUL")),
        ("gut\nein\u2028Wort\n".encode(), ("line 2", "U+2028")),
    ):
        (tmp_path / "in.de").write_bytes(raw)
        result = script("translate.py", trained, "--input", tmp_path / "in.de", "--output", kept)
        assert_fault(result, "in.de", *parts)
        assert kept.read_text(encoding="utf-8") == "old\n" and sorted(os.listdir(tmp_path)) == ["in.de", "out.en"]
    assert_fault(script("translate.py", trained, "--input", tmp_path / "none.de"), "none.de", "no such file")
    assert_fault(script("translate.py", tmp_path / "norun"), "norun", "no such folder")
    assert_fault(script("translate.py", tmp_path), "not the folder of a run")
    assert_fault(script("translate.py", trained, "--nbest", 9, "--beam", 3), "--nbest is 9", "raise the beam")
    assert_fault(script("translate.py", trained, "--beam", 0), "beam")
    assert_fault(script("translate.py", trained, "--batch-size", 0), "--batch-size is 0")
    assert_fault(script("translate.py", trained, "--format", "xml"), "xml")
    for form in ("jsonl", "pharaoh", "moses"):
        drawn = script("translate.py", trained, "--format", form, "--show-alignment")
        assert_fault(drawn, "--show-alignment", f"leave out --format {form}")


@pytest.mark.parametrize("form", ["text", "jsonl", "pharaoh", "moses"])
@pytest.mark.parametrize("beam", [[], ["--beam", 7]])
def test_n_best_has_as_many_lines_for_every_line_in(
    script: Script, trained: Path, form: str, beam: list[object]
) -> None:
    """The run's beam is 3: without --beam it is raised to what is asked for."""
    stdin = f"{SOURCE}\n\n{SOURCE}\n".encode()
    lines = script("translate.py", trained, "--nbest", 5, "--format", form, *beam, stdin=stdin).out.split("\n")
    assert (len(lines) == 16 and lines[:5] == lines[10:15]) or form == "moses"
    best = Translator.load(trained).translate_all([SOURCE], beam=7 if beam else None, nbest=5)[0]
    expected = {
        "text": [one.text for one in best] + [""] * 5,
        "pharaoh": [format_pharaoh(one.alignment.words().links()) for one in best] + [""] * 5,
        "moses": [f"0 ||| {one.text} ||| {one.score:.6f}" for one in best] + ["1 |||  ||| 0.000000"] * 5,
    }
    if form == "jsonl":
        assert [json.loads(line)["text"] for line in lines[:10]] == expected["text"]
    else:
        assert lines[:10] == expected[form]
    if form == "moses":
        assert [line.split(" ||| ")[0] for line in lines[:-1]] == ["0"] * 5 + ["1"] * 5 + ["2"] * 5


def test_a_line_that_the_model_cannot_know_is_warned_of(script: Script, trained: Path) -> None:
    """The tiny run has seen no Cyrillic; six such lines are named three times, then counted."""
    known = script("translate.py", trained, "--format", "jsonl", stdin=f"{SOURCE}\n".encode())
    assert "spelt" not in known.err and json.loads(known.out)["unknown_share"] == 0
    result = script("translate.py", trained, "--format", "jsonl", stdin="\n".join([SOURCE, *["Привет"] * 6]).encode())
    warnings = [line for line in result.err.splitlines() if "spelt" in line]
    assert [line.split(":")[1] for line in warnings[:3]] == [" line 2", " line 3", " line 4"]
    assert "100% of it is spelt in bytes or single letters" in warnings[0]
    assert warnings[3:] == ["warning: 3 more lines are spelt in bytes or single letters"] and result.status == 0
    assert [json.loads(line)["unknown_share"] for line in result.out.splitlines()] == [0, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("verb", ["translate", "draw", "align", "explain"])
def test_help_teaches_by_an_example_and_fits_two_screens(script: Script, verb: str) -> None:
    lines = script(f"{verb}.py", "--help").out.splitlines()
    assert lines[lines.index("") + 1].strip().startswith(("seq2seq ", "echo ")) and len(lines) <= 50


def test_evaluate_prints_json(script: Script, trained: Path, corpus: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    result = script("evaluate.py", trained, *files, "--gold", corpus / "test.align")
    scores = json.loads(result.out)
    names = "sentences bleu bleu_signature chrf chrf_signature nll perplexity seconds aer precision recall attention"
    assert list(scores) == names.split() and scores["sentences"] == 8
    metrics = json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    assert scores["bleu"] == pytest.approx(metrics["test"]["bleu"])
    assert "case:lc" in json.loads(script("evaluate.py", trained, *files, "--lowercase").out)["bleu_signature"]


def test_evaluate_prints_the_diagnostics_of_references(script: Script, trained: Path, corpus: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    scores = json.loads(script("evaluate.py", trained, *files).out)
    assert "aer" not in scores and scores["attention"]["gold_share"] is None
    maps = Translator.load(trained).align_all(read_parallel(corpus / "test.de", corpus / "test.en"))
    rows = [row for one in maps for row in one.words(keep_end=True).mean().weights[0][:-1]]
    assert scores["attention"]["end_share"] == pytest.approx(sum(row[-1] for row in rows) / len(rows), abs=1e-5)
    with_gold = json.loads(script("evaluate.py", trained, *files, "--gold", corpus / "test.align").out)
    assert 0 < with_gold["attention"].pop("gold_share") < 1
    of_links = {name: with_gold["attention"].pop(name) for name in ("aer", "precision", "recall")}
    assert of_links == {name: with_gold[name] for name in of_links}  # a run without an aligner has no other links
    assert with_gold["attention"].items() <= scores["attention"].items()


def test_evaluate_warns_of_attention_that_has_collapsed(
    script: Script, trained: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnostics, "COLLAPSED_TO_UNIFORM", 0.0)  # the tiny run has hardly learned where to look
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    result = script("evaluate.py", trained, *files)
    warning = json.loads(result.out)["attention"]["warning"]
    assert warning.startswith("attention has collapsed into a uniform one") and f"warning: {warning}" in result.err


def test_align_links_line_for_line_and_the_other_way_transposed(script: Script, aligned: Path, tmp_path: Path) -> None:
    pairs = [*sentences()[60:64], ("", "the dog"), ("Der Hund ruft.", "")]
    files = {"de": tmp_path / "a.de", "en": tmp_path / "a.en"}
    for side, path in enumerate(files.values()):
        path.write_text("".join(f"{pair[side]}\n" for pair in pairs), encoding="utf-8")
    result = script("align.py", aligned, "--source", files["de"], "--target", files["en"])
    lines = result.out.removesuffix("\n").split("\n")
    assert result.status == 0 and len(lines) == len(pairs) and lines[4:] == ["", ""]
    for line, (source, target) in zip(lines[:4], pairs, strict=False):
        links = parse_pharaoh(line).sure
        assert all(i < len(split_words(source)) and j < len(split_words(target)) for i, j in links)
    output = tmp_path / "links"
    written = script("align.py", aligned, "--source", files["de"], "--target", files["en"], "--output", output)
    assert written.out == "" and output.read_text(encoding="utf-8") == result.out
    union = script("align.py", aligned, "--source", files["de"], "--target", files["en"], "--symmetrize", "union")
    both = script("align.py", aligned, "--source", files["de"], "--target", files["en"], "--symmetrize", "intersection")
    assert union.out.strip() != both.out.strip()
    for more, fewer in zip(union.out.splitlines(), both.out.splitlines(), strict=True):
        assert parse_pharaoh(fewer).sure <= parse_pharaoh(more).sure


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--symmetrize", "both"], "unknown method 'both'; choose one of agreement, forward"),
        (["--symmetrize", "grow-diag"], "'grow-diag' needs both directions: give a run of the opposite direction"),
        (["--threshold", "0"], "--threshold is 0.0, it must be above 0"),
        (["--reverse", "RUN"], "the run translates from de to en, so the reverse run must translate from en to de"),
    ],
)
def test_align_refuses_what_it_cannot_do(
    script: Script, trained: Path, corpus: Path, options: list[str], message: str
) -> None:
    options = [str(trained) if option == "RUN" else option for option in options]
    result = script("align.py", trained, "--source", corpus / "val.de", "--target", corpus / "val.en", *options)
    assert result.status == 2 and result.out == "" and message in result.err and result.err.count("\n") == 1


def test_evaluate_scores_the_links_of_the_aligner(script: Script, aligned: Path, corpus: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en", "--gold", corpus / "test.align")
    scores = json.loads(script("evaluate.py", aligned, *files).out)
    gold, pairs = read_gold(corpus / "test.align"), read_parallel(corpus / "test.de", corpus / "test.en")
    expected = alignment_scores(word_links(Translator.load(aligned), pairs), gold)
    assert scores["aer"] == pytest.approx(expected.aer) and scores["aer"] != scores["attention"]["aer"]


def test_evaluate_probes_the_attention(script: Script, trained: Path, corpus: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    first, second = (json.loads(script("evaluate.py", trained, *files, "--probe-attention").out) for _ in range(2))
    assert first["probe"] == second["probe"] and first["probe"]["log_prob"] < 0
    effects = [first["probe"][name] for name in ("uniform", "permuted", "diagonal")]
    assert len({effect["log_prob_change"] for effect in effects}) == 3
    assert all(0 <= first["bleu"] + effect["bleu_change"] <= 100 for effect in effects)


def test_evaluate_faults(script: Script, trained: Path, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "short.en").write_text("one\ntwo\n", encoding="utf-8")
    (tmp_path / "empty").write_text("", encoding="utf-8")
    (tmp_path / "bad.align").write_text("0-0 1:1\n" + "0-0\n" * 7, encoding="utf-8")
    source, reference = corpus / "test.de", corpus / "test.en"
    unequal = script("evaluate.py", trained, "--source", source, "--reference", tmp_path / "short.en")
    assert_fault(unequal, "test.de has 8 lines", "short.en has 2")
    empty = tmp_path / "empty"
    assert_fault(script("evaluate.py", trained, "--source", empty, "--reference", empty), "empty")
    files = ("--source", source, "--reference", reference)
    assert_fault(script("evaluate.py", trained, *files, "--gold", tmp_path / "bad.align"), "bad.align", "line 1")
    assert_fault(script("evaluate.py", trained, *files, "--gold", tmp_path / "short.en"), "short.en")
    (tmp_path / "far.align").write_text("0-0\n" * 7 + "0-99\n", encoding="utf-8")
    assert_fault(script("evaluate.py", trained, *files, "--gold", tmp_path / "far.align"), "far.align, line 8", "0-99")
    assert_fault(script("evaluate.py", trained, *files, "--beam", 0), "--beam is 0")
    assert_fault(script("evaluate.py", trained, *files, "--tokenize", "nonsense"), "nonsense")


def test_explain_writes_the_example_in_every_format(script: Script, tmp_path: Path) -> None:
    shown = script("explain.py")
    assert shown.status == 0 and "= 0.49 + 0.56 + 0.64 + 0.24 = 1.93" in shown.out and shown.err == ""
    numbers = json.loads(script("explain.py", "--format", "json").out)
    assert numbers["dot"]["weights"][0][1] == pytest.approx([0.059, 0.318, 0.038, 0.585, 0], abs=5e-4)
    path = tmp_path / "new" / "page.html"
    result = script("explain.py", "--format", "html", "--language", "ko", "--output", path)
    assert result.status == 0 and result.out == "" and os.listdir(path.parent) == ["page.html"]
    assert '<html lang="ko">' in path.read_text(encoding="utf-8")
    assert script("explain.py", "--format", "markdown").out.startswith("# Attention")


def test_explain_shows_the_row_of_the_alignment_map(script: Script, trained: Path) -> None:
    """The same sentence through both scripts; the map has five significant digits."""
    translated = script("translate.py", trained, "--format", "jsonl", stdin=f"{SOURCE}\n".encode())
    rows = json.loads(translated.out)["alignment"]["weights"][0]
    explained = json.loads(script("explain.py", trained, SOURCE, "--step", 2, "--format", "json").out)
    assert explained["attention"]["weights"][0][0] == pytest.approx(rows[1], rel=1e-4, abs=1e-7)
    shown = script("explain.py", trained, SOURCE, "--beam", 1).out
    assert SOURCE in shown and str(trained) in shown


def test_explain_faults(script: Script, trained: Path, tmp_path: Path) -> None:
    kept = tmp_path / "page.html"
    kept.write_text("old\n", encoding="utf-8")
    for arguments, parts in (
        ((trained, SOURCE, "--step", 0), ("--step is 0", "from 1 to")),
        ((trained, SOURCE, "--step", 999), ("--step is 999", "from 1 to")),
        ((trained, SOURCE, "--step", "two"), ("--step", "two")),
        ((trained, "  "), ("blank",)),
        ((trained, "a \udcff b"), ("not valid Unicode at character 3",)),
        ((trained,), ("give a sentence",)),
        ((trained, SOURCE, "--beam", 0), ("--beam is 0",)),
        ((trained, SOURCE, "--score", "general"), ("--score",)),
        ((trained, SOURCE, "--format", "pdf"), ("pdf",)),
        ((trained, SOURCE, "--language", "de"), ("de", "ko")),
        ((tmp_path, SOURCE), ("not the folder of a run",)),
        ((tmp_path / "none", SOURCE), ("no such folder",)),
        (("--step", 1), ("--step", "need a run")),
    ):
        assert_fault(script("explain.py", *arguments, "--output", kept), *parts)
    assert kept.read_text(encoding="utf-8") == "old\n" and os.listdir(tmp_path) == ["page.html"]
    assert_fault(script("explain.py", "--output", kept / "below"), "page.html")


def test_train_faults_write_nothing(script: Script, corpus: Path, tmp_path: Path) -> None:
    pairs = sentences()
    config = tmp_path / "c.yaml"

    def train(*arguments: object) -> Result:
        return script("train.py", "--config", config, "--run", tmp_path / "run", *arguments)

    tiny_config(corpus).save(config)
    assert_fault(train("--model.hiden_size", "16"), "hiden_size")
    assert_fault(train("--model.hidden_size", "big"), "model.hidden_size", "big")
    assert_fault(train("--model.heads", "3"), "heads is 3")
    assert_fault(train("--data.folder", tmp_path / "nowhere"), "nowhere: no such folder", "seq2seq prepare")
    for train_lines, parts in (
        ("ein\nzwei\n\ndrei\n", ("train.de has 4 lines", "train.en has 2", "blank line at 3")),
        ("ein\n\n", ("train.de, line 2", "blank")),
        ("ein\nzwei\0\n", ("train.de, line 2", "NUL")),
    ):
        broken = write_corpus(tmp_path / "broken", val=pairs[:4])
        (broken / "train.de").write_text(train_lines, encoding="utf-8")
        (broken / "train.en").write_text("one\ntwo\n", encoding="utf-8")
        assert_fault(train("--data.folder", broken), *parts)
    for side in ("de", "en"):
        (broken / f"train.{side}").write_text("", encoding="utf-8")
    assert_fault(train("--data.folder", broken), "empty")
    config.write_text("data:\n  fold: x\n", encoding="utf-8")
    assert_fault(train(), "c.yaml, line 2", "data.fold", "did you mean folder?")
    assert not (tmp_path / "run").exists()


def test_train_prints_the_scores_as_json(script: Script, trained: Path, tmp_path: Path) -> None:
    result = script("train.py", "--config", trained / "config.yaml", "--run", trained)
    assert json.loads(result.out) == json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    assert "is finished" in result.err


def test_the_figures_of_the_demo_say_what_makes_them_again(script: Script, trained: Path, tmp_path: Path) -> None:
    run = shutil.copytree(trained, tmp_path / "run")
    assert script("demo.py", run, "--sentences", 2).status == 0
    for number in (1, 2):
        figure = run / f"alignment-{number}.png"
        drawn = figure.read_bytes()
        assert drawn.startswith(b"\x89PNG") and made_again(script, figure) == drawn


def made_again(script: Script, path: Path) -> bytes:
    """The bytes of the figure that the command in the metadata of `path` makes, the old one being gone."""
    with Image.open(path) as image:
        command, verb, *arguments = shlex.split(image.info["command"])
    path.unlink()
    assert (command, verb) == ("seq2seq", "draw") and script("draw.py", *arguments).status == 0
    return path.read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        [SOURCE],
        [SOURCE, "--beam", 1, "--units", "pieces", "--heads", "each", "--title", 'it\'s "quoted"; $HOME'],
        [SOURCE, "--translation", "The cat.", "--keep-end"],
    ],
)
def test_a_figure_says_what_makes_it_again(
    script: Script, trained: Path, tmp_path: Path, options: list[object]
) -> None:
    path = tmp_path / "a map.png"
    assert script("draw.py", trained, *options, "--output", path).status == 0
    drawn = path.read_bytes()
    with Image.open(path) as image:
        assert image.info["run"] == str(trained)
        how = "forced" if "--translation" in options else f"beam {1 if '--beam' in options else 3}, length penalty 1.0"
        assert image.info["decoding"].startswith(how)
    assert made_again(script, path) == drawn


def test_a_line_of_files_with_gold_as_a_vector_figure(
    script: Script, trained: Path, corpus: Path, tmp_path: Path
) -> None:
    files = ("--source", corpus / "test.de", "--target", corpus / "test.en", "--gold", corpus / "test.align")
    for kind in ("svg", "pdf"):
        for name in ("one", "two"):
            output = tmp_path / f"{name}.{kind}"
            assert script("draw.py", trained, *files, "--line", 3, "--output", output).status == 0
        assert b"--line 3 --output" in output.read_bytes() and b"forced" in output.read_bytes()
        one, two = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
        assert one.replace(b"one.", b"two.") == two


def test_what_a_figure_shows(script: Script, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[AlignmentMap, dict[str, object]]] = []
    monkeypatch.setattr(figures, "heatmap", lambda alignment, path, **settings: drawn.append((alignment, settings)))
    (tmp_path / "gold").write_text("0-0\n1p0 0-0\n", encoding="utf-8")
    (tmp_path / "source").write_text(f"Wasser\n{SOURCE}\n", encoding="utf-8")
    (tmp_path / "target").write_text("water\nthe cat\n", encoding="utf-8")
    files = ("--source", tmp_path / "source", "--target", tmp_path / "target", "--line", 2)
    script("draw.py", trained, *files, "--gold", tmp_path / "gold", "--output", "x.png")
    script("draw.py", trained, *files, "--units", "pieces", "--heads", "each", "--output", "x.png")
    script("draw.py", trained, *files, "--keep-end", "--output", "x.png")
    pieces = Translator.load(trained).align_all([(SOURCE, "the cat")])[0]
    assert [alignment for alignment, _ in drawn] == [pieces.words(), pieces, pieces.words(keep_end=True)]
    assert [settings["heads"] for _, settings in drawn] == ["mean", "each", "mean"]
    assert [settings["gold"] for _, settings in drawn] == [parse_pharaoh("1p0 0-0"), None, None]


def test_draw_faults(script: Script, trained: Path, corpus: Path, tmp_path: Path) -> None:
    def draw(*arguments: object) -> Result:
        return script("draw.py", trained, *arguments, "--output", tmp_path / "out" / "a.png")

    source, target, gold = (corpus / f"test.{suffix}" for suffix in ("de", "en", "align"))
    assert_fault(draw(), "a sentence", "--source")
    assert_fault(draw(SOURCE, "--source", source), "a sentence", "--source")
    assert_fault(draw("--source", source, "--target", target, "--translation", "x"), "--translation", "--target")
    assert_fault(draw("--source", source, "--line", 9), "--line is 9", "test.de has 8 lines")
    assert_fault(draw("--source", source, "--line", 0), "--line is 0")
    assert_fault(draw("--source", source, "--gold", gold), "--gold", "add --target")
    both = ("--source", source, "--target", target, "--gold", gold)
    assert_fault(draw(*both, "--units", "pieces"), "leave out --units pieces")
    (tmp_path / "far.align").write_text("0-0\n0-99\n", encoding="utf-8")
    assert_fault(draw(*both[:4], "--gold", tmp_path / "far.align", "--line", 2), "far.align, line 2", "0-99")
    assert_fault(draw(SOURCE, "--beam", 0), "--beam is 0")
    assert_fault(draw("a \udcff b"), "the sentence is not valid Unicode at character 3")
    assert_fault(draw(SOURCE, "--translation", "\udcff"), "the translation is not valid Unicode at character 1")
    assert_fault(script("draw.py", trained, SOURCE, "--output", tmp_path / "out" / "a.jpg"), "a.jpg", ".svg")
    assert not (tmp_path / "out").exists()


def test_a_script_without_a_font_is_a_line_on_stderr(
    script: Script, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "FONTS", fonts.FontBook(installed=lambda: []))
    result = script("draw.py", trained, "나는", "--output", tmp_path / "a.png")
    assert result.status == 0 and (tmp_path / "a.png").exists()
    assert [line for line in result.err.splitlines() if line.startswith("warning: no installed font has Hangul")]


def test_a_line_break_that_the_model_spells_in_bytes_stays_in_its_line() -> None:
    from seq2seq.cli.translate import one_line

    assert one_line("a\nb\u2028c") == "a b c"


def test_the_scripts_take_several_runs(
    script: Script, trained: Path, sister: Path, stranger: Path, corpus: Path
) -> None:
    expected = load_runs([trained, sister]).translate(SOURCE)
    shown = script("translate.py", trained, sister, "--format", "jsonl", stdin=f"{SOURCE}\n".encode())
    data = json.loads(shown.out)
    assert (data["text"], data["score"]) == (expected.text, pytest.approx(expected.score))
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en", "--gold", corpus / "test.align")
    both = json.loads(script("evaluate.py", trained, sister, *files).out)
    swapped = json.loads(script("evaluate.py", sister, trained, *files).out)
    alone = json.loads(script("evaluate.py", trained, *files).out)
    assert both | {"seconds": 0} == swapped | {"seconds": 0}
    assert both["attention"]["entropy"] != alone["attention"]["entropy"]
    for arguments in (("translate.py", trained, stranger), ("evaluate.py", trained, stranger, *files)):
        assert_fault(script(*arguments), f"{stranger} and {trained} cannot translate together")
    assert_fault(script("evaluate.py", trained, sister, *files, "--probe-attention"), "give one run")


def test_a_run_that_is_not_there_is_named(script: Script, trained: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(trained, tmp_path / "copy")
    (copy / "model.safetensors").unlink()
    assert_fault(script("translate.py", trained, copy), "copy/model.safetensors: no such file")


def test_bakeoff_makes_runs_and_a_page(script: Script, corpus: Path, tmp_path: Path) -> None:
    tiny_config(corpus, max_epochs=1).save(tmp_path / "tiny.yaml")
    options = ("--config", tmp_path / "tiny.yaml", "--runs", tmp_path / "runs", "--vary", "cell")
    assert_fault(script("bakeoff.py", *options, "--lines", 9), "--lines has 9", "val.de has lines 1 to 8")
    assert_fault(script("bakeoff.py", *options, "--vary", "colour"), "--vary has 'colour'")
    assert_fault(script("bakeoff.py", *options, "--lines", "first"), "first")
    assert_fault(script("bakeoff.py", *options, "--model.cel", "gru"), "did you mean --model.cell?")
    assert not (tmp_path / "runs").exists()
    baked = script("bakeoff.py", *options, "--lines", 2, 1, "--page", tmp_path / "docs" / "page.md")
    assert baked.status == 0 and baked.out == ""
    assert sorted(os.listdir(tmp_path / "docs")) == ["page-1.png", "page-2.png", "page.md"]
    page = (tmp_path / "docs" / "page.md").read_text(encoding="utf-8")
    assert "val`" in page and shlex.join(["--vary", "cell"]) in page and "| cell-gru |" in page
    assert sorted(os.listdir(tmp_path / "runs")) == ["base", "cell-gru"]
    assert script("translate.py", tmp_path / "runs" / "cell-gru", stdin=f"{SOURCE}\n".encode()).out.strip()
