"""`align` as a user meets it: links line for line, and what it refuses."""

from pathlib import Path

import pytest
from commands import Script
from conftest import sentences

from seq2seq.alignment.links import parse_pharaoh
from seq2seq.text.words import split_words


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
    scores = tmp_path / "scores"
    scored = script("align.py", aligned, "--source", files["de"], "--target", files["en"], "--scores", scores)
    assert scored.out == result.out
    for line, told in zip(lines, scores.read_text(encoding="utf-8").splitlines(), strict=True):
        pair, _, own = told.partition("\t")
        assert 0 <= float(pair) <= 1 and len(own.split()) == len(line.split())
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
