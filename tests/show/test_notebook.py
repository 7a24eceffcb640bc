"""What a notebook shows: the viewer in a frame, a picture where scripts are blocked; a short line in a terminal."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import at_rest, console_errors, requests_that_left
from processes import environment
from selenium.webdriver.common.by import By
from viewer_page import ATTENTION, merged, words

from seq2seq.alignment.map import AlignmentMap
from seq2seq.show.notebook import as_html, as_png
from seq2seq.translate.attribution import attribute
from seq2seq.translate.translation import NBest, Translation, refused
from seq2seq.translate.translator import Translator

HOSTILE = ("<img src=x onerror=alert(1)>", "</script>", '"quotes"&\'', "\u202eabc\u202c", "👩‍👩‍👧‍👦")


@pytest.fixture(scope="module")
def best() -> NBest:
    return Translator.load("tiny-de-en", "cpu").translate_all(["Ich kenne die Frau."], nbest=3)[0]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Any:
    """Opens a page as a notebook's that shows a value; no error is on the console, and no request has left."""

    def shown(html: str) -> Any:
        path = tmp_path / "notebook.html"
        path.write_text(f'<!DOCTYPE html><meta charset="utf-8"><body>{html}', encoding="utf-8")
        console_errors(browser), requests_that_left(browser)
        browser.set_window_size(1000, 900)
        browser.get(path.as_uri())
        return browser

    yield shown
    browser.switch_to.default_content()
    assert console_errors(browser) == []
    assert requests_that_left(browser) == []


def into_frame(browser: Any) -> None:
    browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))


def weights(browser: Any) -> np.ndarray:
    at_rest(browser)
    cells = browser.execute_script("""return [...document.querySelectorAll(".viewer-cell")].map((cell) =>
        ["row", "column", "weight"].map((name) => Number(cell.dataset[name])))""")
    found = np.zeros([int(max(cell[axis] for cell in cells)) + 1 for axis in (0, 1)])
    for row, column, weight in cells:
        found[int(row), int(column)] = weight
    return found


def test_a_map_is_shown_by_the_viewer_in_a_frame_that_may_only_run_scripts(show: Any) -> None:
    browser = show(as_html(ATTENTION))
    frame = browser.find_element(By.TAG_NAME, "iframe")
    assert set(frame.get_attribute("sandbox").split()) == {"allow-scripts", "allow-downloads"}
    into_frame(browser)
    assert np.allclose(weights(browser), merged(ATTENTION), atol=1e-5)


def test_of_an_n_best_list_one_is_chosen(show: Any, best: NBest) -> None:
    browser = show(as_html(best))
    into_frame(browser)
    labels = browser.find_elements(By.CSS_SELECTOR, ".notebook-best label")
    assert [label.find_element(By.TAG_NAME, "bdi").text for label in labels] == [one.text for one in best]
    assert f"score {best[2].score:.3f}" in labels[2].text.replace("\u2212", "-")
    for label, translation in zip(labels, best, strict=True):
        label.click()
        assert np.allclose(weights(browser), merged(translation.alignment), atol=1e-5)


def test_a_translation_is_shown_with_its_text_and_score(show: Any, best: NBest) -> None:
    browser = show(as_html(best[0]))
    into_frame(browser)
    assert browser.find_element(By.CSS_SELECTOR, ".notebook-one bdi").text == best[0].text
    assert np.allclose(weights(browser), merged(best[0].alignment), atol=1e-5)


@pytest.mark.parametrize("blocked", ["the scripts of the frame", "the frame"])
def test_where_scripts_are_blocked_a_picture_is_seen(show: Any, best: NBest, blocked: str) -> None:
    html = as_html(best)
    if blocked == "the frame":
        html = html[: html.index("<iframe")] + "</div>"
    browser = show(html.replace("allow-scripts ", ""))
    picture = browser.find_element(By.TAG_NAME, "img")
    assert browser.execute_script("return arguments[0].complete && arguments[0].naturalWidth", picture) > 100
    assert best[0].text in picture.get_attribute("alt")
    if blocked == "the scripts of the frame":
        assert not browser.find_element(By.TAG_NAME, "body").text
        shot = browser.get_screenshot_as_png()
        browser.execute_script("arguments[0].remove()", browser.find_element(By.TAG_NAME, "iframe"))
        assert browser.get_screenshot_as_png() == shot  # the frame hides nothing of it


def test_hostile_words_are_text(show: Any) -> None:
    side = words(*(text.replace(" ", "\u00a0") for text in HOSTILE))
    alignment = AlignmentMap(side, side, np.eye(len(side))[None], units="words")
    browser = show(as_html(Translation(" ".join(HOSTILE), -1.0, -1.0, True, alignment, (4,))))
    assert len(browser.find_elements(By.CSS_SELECTOR, "img")) == 1
    into_frame(browser)
    assert browser.find_element(By.CSS_SELECTOR, ".notebook-one bdi").text.endswith(HOSTILE[-1])
    found = [one.get_attribute("textContent") for one in browser.find_elements(By.CSS_SELECTOR, "[data-side=source]")]
    assert found == [*side.pieces]
    assert browser.execute_script("return document.querySelectorAll('img').length") == 0


def test_an_attribution_is_shown_by_its_map(show: Any) -> None:
    pair = ("Ich kenne die Frau.", "I know the woman.")
    (found,) = attribute(Translator.load("tiny-de-en", "cpu"), [pair], "occlusion")
    assert repr(found) == f"Attribution(6 target by 8 source pieces, {pair[0]!r} to {pair[1]!r})"
    browser = show(as_html(found))
    into_frame(browser)
    assert np.allclose(weights(browser), merged(found.map()), atol=1e-5)


def test_nothing_to_align_is_shown_as_such(show: Any) -> None:
    browser = show(as_html(NBest([refused("a long one", "it is too long", 2)])))
    into_frame(browser)
    assert "refused: it is too long" in browser.find_element(By.CSS_SELECTOR, ".notebook-one").text
    assert as_png(refused("", "x", 1)).startswith(b"\x89PNG")


def test_a_terminal_gets_a_short_line(best: NBest) -> None:
    assert repr(best[0]) == f"Translation('I know the woman.', score {best[0].score:.3f})"
    assert repr(best[0].alignment) == (
        "AlignmentMap(decoder, 1 head, 6 target by 8 source pieces, 'Ich kenne die Frau.' to 'I know the woman.')"
    )
    assert repr(refused("x", "it is too long", 1)) == "Translation(refused: it is too long)"
    cut = Translation("a " * 100, -1.0, -1.0, False, best[0].alignment, ())
    assert len(repr(cut)) < 100 and repr(cut).endswith("cut off)")
    assert isinstance(best, list) and best == list(best)


SHELL = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
assert "seq2seq" not in sys.modules
shell.run_cell("from seq2seq import AlignmentMap, Translator")
drawn = "matplotlib" in sys.modules
shell.run_cell("best = Translator.load('tiny-de-en').translate_all(['Ich kenne die Frau.'], nbest=2)[0]")
kinds = {name: sorted(shell.display_formatter.format(shell.user_ns["best"] if name == "best" else
         eval(name, shell.user_ns))[0]) for name in ("best", "best[0]", "best[0].alignment", "[best]", "3")}
shell.display_formatter.active_types = ["text/plain"]
terminal = sorted(shell.display_formatter.format(shell.user_ns["best"])[0])
print(json.dumps([kinds, terminal, drawn]))
"""


def test_ipython_knows_how_as_soon_as_the_package_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", SHELL], env=environment(), capture_output=True, text=True, check=True)
    kinds, terminal, drawn = json.loads(done.stdout.splitlines()[-1])
    every = ["image/png", "text/html", "text/plain"]
    assert not drawn
    assert [kinds[name] for name in ("best", "best[0]", "best[0].alignment")] == [every] * 3
    assert kinds["[best]"] == kinds["3"] == terminal == ["text/plain"]


def test_without_ipython_nothing_of_it_is_imported() -> None:
    code = "import sys, seq2seq; print([name for name in ('IPython', 'numpy', 'torch') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
