"""Figures as a user meets them: what they show, what makes them again, and bad input in one line."""

import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import SOURCE, Result, Script, assert_fault
from PIL import Image
from selenium.webdriver.common.by import By

from seq2seq.alignment.links import parse_pharaoh
from seq2seq.alignment.map import AlignmentMap
from seq2seq.show import figures, fonts
from seq2seq.translate.translator import Translator

if TYPE_CHECKING:
    from selenium import webdriver


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


def test_a_page_shows_the_map_and_says_what_makes_it_again(
    script: Script, trained: Path, corpus: Path, tmp_path: Path, browser: "webdriver.Chrome"
) -> None:
    files = ("--source", corpus / "test.de", "--target", corpus / "test.en", "--gold", corpus / "test.align")
    path = tmp_path / "a map.html"
    assert script("draw.py", trained, *files, "--line", 3, "--title", "<b>x</b>", "--output", path).status == 0
    drawn = path.read_bytes()
    browser.get(path.as_uri())
    assert browser.title == browser.find_element(By.TAG_NAME, "h1").text == "<b>x</b>"
    source = (corpus / "test.de").read_text(encoding="utf-8").splitlines()[2]
    assert browser.find_element(By.CLASS_NAME, "sentence").text == source
    words = [word.text for word in browser.find_elements(By.CSS_SELECTOR, "[data-side=source]")]
    assert words[-1] == "</s>" and " ".join(words[:-1]).replace(" .", ".") == source
    assert len(browser.find_elements(By.CSS_SELECTOR, ".viewer-cell[data-gold=sure]")) == 3
    *_, command = (fact.text for fact in browser.find_elements(By.TAG_NAME, "dd"))
    name, verb, *arguments = shlex.split(command)
    path.unlink()
    assert (name, verb) == ("seq2seq", "draw") and script("draw.py", *arguments).status == 0
    assert path.read_bytes() == drawn


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
    assert_fault(
        script("draw.py", trained, SOURCE, "--output", tmp_path / "out" / "a.jpg"), "a.jpg", ".svg, .pdf, .html"
    )
    page = ("--output", tmp_path / "out" / "a.html")
    for option in (("--units", "pieces"), ("--heads", "each"), ("--keep-end",)):
        assert_fault(script("draw.py", trained, SOURCE, *option, *page), option[0], "a page (.html)")
    assert not (tmp_path / "out").exists()


def test_a_script_without_a_font_is_a_line_on_stderr(
    script: Script, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "FONTS", fonts.FontBook(installed=lambda: []))
    result = script("draw.py", trained, "나는", "--output", tmp_path / "a.png")
    assert result.status == 0 and (tmp_path / "a.png").exists()
    assert [line for line in result.err.splitlines() if line.startswith("warning: no installed font has Hangul")]
