"""The page of the server in a real browser: what it shows is what the library says, and what is pressed is done."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import pytest
from browser import at_rest, console_errors, requests_that_left
from random_models import random_translator
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from served import in_thread

from seq2seq.cli.serve import explained
from seq2seq.show.serving.app import create_app
from seq2seq.translate.session import Session
from seq2seq.translate.translator import Translator

SENTENCE = "Er ruft am Sonntag seine Mutter an."
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "\"'`${1}&amp;",
    "\u202eabc\u202c \u200fשלום",
    "👩\u200d👩\u200d👧 👍🏽",
)


@pytest.fixture(scope="module")
def translators() -> dict[str, Translator]:
    loaded = {"tiny-de-en": Translator.load("tiny-de-en", "cpu"), "two heads": random_translator("self-attention")}
    return {
        name: Translator(one.engine, one.vocabulary, one.config.changed(search={"max_pieces": 300}))
        for name, one in loaded.items()
    }


@pytest.fixture(scope="module")
def model(translators: dict[str, Translator]) -> Translator:
    return translators["tiny-de-en"]


@pytest.fixture(scope="module")
def address(translators: dict[str, Translator]) -> Iterator[str]:
    with in_thread(create_app(translators, explained)) as found:
        yield found


@pytest.fixture
def page(browser: Any, address: str) -> Iterator["Page"]:
    """The page; afterwards no error is on the console and no request has left."""
    console_errors(browser), requests_that_left(browser)
    emulate(browser, [{"name": "prefers-reduced-motion", "value": "reduce"}])  # nothing moves under the pointer
    yield Page(browser, address)
    emulate(browser, [])
    assert console_errors(browser) == []
    assert requests_that_left(browser) == []


def emulate(browser: Any, features: list[dict[str, str]]) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


class Page:
    """What a person sees and does."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address

    def open(self, sentence: str = SENTENCE, **fields: str) -> "Page":
        self.browser.get("about:blank")
        self.browser.get(f"{self.address}/#{urlencode({'q': sentence, **fields}, quote_via=quote)}")
        return self.settled()

    def until(self, true: Callable[[], object]) -> Any:
        return WebDriverWait(self.browser, 90, 0.05).until(lambda _: true())

    def settled(self) -> "Page":
        self.until(lambda: self.all(".pane .status") and not self.all(".asking") and all(self.texts(".pane .status")))
        return self

    def all(self, selector: str) -> list[Any]:
        return list(self.browser.find_elements(By.CSS_SELECTOR, selector))

    def one(self, selector: str) -> Any:
        return self.all(selector)[0]

    def texts(self, selector: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)"
        return list(self.browser.execute_script(script, selector))

    def press(self, selector: str, number: int = 0) -> None:
        element = self.all(selector)[number]
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    @property
    def translation(self) -> str:
        return self.texts(".sentence")[0].removesuffix("end").strip()

    def becomes(self, text: str) -> None:
        self.until(lambda: self.translation == text)
        self.settled()

    def choose(self, word: int) -> None:
        self.press(f".word[data-word='{word}']")

    def weights(self) -> np.ndarray:
        """Of the map, as the page has them."""
        at_rest(self.browser)
        cells = self.browser.execute_script(
            "return [...document.querySelectorAll('.viewer-cell')].map("
            "(c) => ['row', 'column', 'weight'].map((n) => Number(c.dataset[n])))"
        )
        found = np.zeros((1 + int(max(row for row, _, _ in cells)), 1 + int(max(column for _, column, _ in cells))))
        for row, column, weight in cells:
            found[int(row), int(column)] = weight
        return found


def test_the_translation_its_map_and_its_rivals_are_those_of_the_library(page: Page, model: Translator) -> None:
    page.open()
    best = model.translate_all([SENTENCE], nbest=5)[0]
    words = best[0].alignment.words(keep_end=True)
    assert page.translation == best[0].text
    assert page.texts(".viewer-word[data-side=target]") == list(words.target.pieces)
    assert page.texts(".viewer-word[data-side=source]") == list(words.source.pieces)
    assert np.allclose(page.weights(), words.weights.mean(0), atol=1e-4)
    assert page.texts(".nbest bdi") == [one.text for one in best]
    assert page.texts(".viewer-choices[data-choice=map] span") == ["attention", "aligner"]
    session = Session(model, SENTENCE)
    assert page.texts(".candidate bdi")[0] == session.candidates(1)[0].piece.removeprefix("▁")
    shown = [float(item.get_attribute("data-weight")) for item in page.all(".weights li")]
    assert np.allclose(shown, session.word_row.mean(0), atol=1e-4)


def test_it_translates_as_one_types_and_the_address_says_what_is_shown(page: Page, model: Translator) -> None:
    page.open("Ich")
    page.one(".source-text").send_keys(" kenne die Frau.")
    page.becomes(model.translate("Ich kenne die Frau.").text)
    link = page.browser.current_url
    assert "q=Ich+kenne+die+Frau." in link
    page.browser.get("about:blank")
    page.browser.get(link)
    page.settled()
    assert page.translation == "I know the woman."
    page.one(".source-text").clear()
    page.one(".source-text").send_keys(" ")
    page.until(lambda: "stands here as you type" in page.texts(".sentence")[0])
    assert not page.one(".inside").is_displayed()


def test_another_piece_is_put_in_a_place_and_taken_back(page: Page, model: Translator) -> None:
    page.open().choose(1)
    session = Session(model, SENTENCE)
    session.accept()
    rival = session.candidates(2)[1]
    assert page.texts(".candidate bdi")[1] == rival.piece.removeprefix("▁")
    page.press(".candidate", 1)
    session.take(rival.id)
    page.becomes(session.complete()[0].text)
    own = page.all(".word[data-own]")
    assert [one.text for one in own] == [page.texts(".word")[1]]
    link = page.browser.current_url
    page.press(".actions .plain", 1)
    page.becomes(model.translate(SENTENCE).text)
    page.browser.get("about:blank")
    page.browser.get(link)
    page.settled()
    assert page.translation == session.complete()[0].text


def test_any_word_is_put_in_a_place(page: Page, model: Translator) -> None:
    page.open().choose(3)
    page.one(".other input").send_keys("father", Keys.ENTER)
    session = Session(model, SENTENCE)
    session.force("He calls his"), session.force("father")
    page.becomes(session.complete()[0].text)
    assert "his father" in page.translation
    page.choose(4)
    page.one(".other input").send_keys("tomorrow", Keys.ENTER)
    page.until(lambda: "his father tomorrow" in page.translation)
    page.settled()
    assert [one.text for one in page.all(".word[data-own]")] == ["father", "tomorrow"]


def rows_of(page: Page) -> list[float]:
    return [float(item.get_attribute("data-weight")) for item in page.all(".weights li")]


def test_weight_is_moved_with_a_slider_and_the_translation_follows(page: Page, model: Translator) -> None:
    page.open().choose(1)
    slider = page.one("input[data-source='3']")
    page.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", slider)
    slider.send_keys(Keys.END)
    session = Session(model, SENTENCE)
    session.accept()
    session.replace_word_row([0, 0, 0, 1, 0, 0, 0, 0, 0])
    page.becomes(session.complete()[0].text)
    assert rows_of(page) == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert page.weights()[1].tolist() == pytest.approx([0, 0, 0, 1, 0, 0, 0, 0, 0], abs=1e-4)
    assert page.one(".word[data-attended]").get_attribute("data-word") == "1"
    slider = page.one("input[data-source='3']")
    slider.send_keys(*[Keys.ARROW_LEFT] * 40)
    page.until(lambda: rows_of(page)[3] == pytest.approx(0.6) and page.one("[data-attended]"))
    page.settled()
    assert sum(rows_of(page)) == pytest.approx(1, abs=1e-3)
    page.press(".weights + .plain")
    page.becomes(model.translate(SENTENCE).text)
    assert page.all("[data-attended]") == []


def test_weight_is_dragged_from_one_word_to_another(page: Page, model: Translator) -> None:
    page.open().choose(1)
    before = rows_of(page)
    heaviest = int(np.argmax(before))
    grips = page.all(".grip")
    page.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", grips[4])
    ActionChains(page.browser).click_and_hold(grips[heaviest]).move_to_element(grips[4]).release().perform()
    page.until(lambda: rows_of(page)[4] > 0.9)
    page.settled()
    after = rows_of(page)
    assert after[heaviest] == 0 and after[4] == pytest.approx(before[heaviest] + before[4], abs=1e-3)
    session = Session(model, SENTENCE)
    session.accept()
    session.replace_word_row(after)
    best = session.complete()[0]
    assert page.translation == best.text
    assert np.allclose(page.weights(), best.alignment.words(keep_end=True).weights.mean(0), atol=1e-3)


def test_weight_is_moved_with_keys_alone(page: Page) -> None:
    page.open().choose(1)
    heaviest = int(np.argmax(rows_of(page)))
    page.browser.execute_script("arguments[0].focus()", page.all(".grip")[heaviest])
    ActionChains(page.browser).send_keys(Keys.ENTER, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER).perform()
    page.until(lambda: rows_of(page)[heaviest + 2] > 0.9)
    page.settled()
    assert page.one("[data-attended]").get_attribute("data-word") == "1"


def test_words_are_chosen_with_keys_and_in_the_map(page: Page) -> None:
    page.open().choose(0)
    page.browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    page.until(lambda: page.texts(".chosen") == ["his"])
    assert page.texts(".piece") == ["hi", "s"]
    page.press(".piece", 1)
    page.until(lambda: page.texts(".candidate[aria-pressed=true] bdi") == ["s"])
    page.press(".viewer-word[data-side=target]", 3)
    page.until(lambda: page.texts(".chosen") == ["mother"])


def test_a_cell_tells_of_itself_and_pieces_are_shown(page: Page, model: Translator) -> None:
    page.open()
    cell = page.one(".viewer-cell[data-row='1'][data-column='1']")
    page.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", cell)
    ActionChains(page.browser).move_to_element(cell).perform()
    told = page.until(lambda: page.texts(".viewer-readout")[0])
    assert "calls" in told and "ruft" in told
    page.browser.execute_script("document.querySelector('[data-choice=units] input[value=pieces]').click()")
    alignment = model.translate(SENTENCE).alignment
    page.until(lambda: page.texts(".viewer-word[data-side=target]") == list(alignment.target.pieces))
    assert np.allclose(page.weights(), alignment.weights.mean(0), atol=1e-4)


def test_the_beam_is_shown_and_a_hypothesis_of_it_taken(page: Page, model: Translator) -> None:
    page.open()
    page.press("[role=tab]", 1)
    page.until(lambda: page.all(".tree .node"))
    tree = model.beam_tree(SENTENCE)
    kept = [branch for branch in tree.branches if branch.fate != "dropped"]
    assert len(page.all(".tree .node")) == len(kept)
    page.press(".tree .check")
    page.until(lambda: len(page.all(".tree .node")) == len(tree.branches))
    page.press(".tree .check")
    third = tree.branches.index(tree.leaves()[2])
    assert "translation 3" in page.one(f"[data-branch='{third}']").get_attribute("aria-label")
    page.browser.execute_script(f"document.querySelector(\"[data-branch='{third}']\").focus()")
    page.browser.switch_to.active_element.send_keys(Keys.ENTER)
    page.becomes(tree.translations[2].text)


def test_a_rival_is_taken_and_its_numbers_are_those_of_the_model_alone(page: Page, model: Translator) -> None:
    page.open().choose(1)
    page.press("[role=tab]", 2)
    page.until(lambda: page.texts(".numbers h3") == ["How the model chose ▁calls"])
    page.choose(3)
    page.until(lambda: page.texts(".numbers h3") == ["How the model chose ▁mother"])
    assert any("softmax" in text.lower() for text in page.texts(".numbers h4"))
    page.press("[role=tab]", 0)
    page.press(".nbest button", 2)
    page.becomes(model.translate_all([SENTENCE], nbest=5)[0][2].text)
    page.press("[role=tab]", 2)
    page.until(lambda: "Undo your changes" in page.texts(".numbers")[0])


def test_a_translation_is_watched_as_it_grows(page: Page) -> None:
    page.open()
    whole = page.translation
    page.browser.execute_script(
        "window.seen = []; new MutationObserver(() => seen.push(document.querySelector('.sentence').textContent))"
        ".observe(document.querySelector('.sentence'), {childList: true})"
    )
    page.press(".actions .plain", 0)
    page.until(lambda: "of 10" in page.texts(".status")[0])
    page.until(lambda: "a piece" in page.texts(".status")[0])
    seen = page.browser.execute_script("return seen")
    grown = list(dict.fromkeys(text for text in seen if whole.startswith(text.strip()) and text.strip()))
    assert len(grown) >= 6 and [len(text) for text in grown] == sorted(len(text) for text in grown)
    assert page.translation == whole


def test_two_runs_are_side_by_side_each_with_changes_of_its_own(page: Page, translators: dict[str, Translator]) -> None:
    page.open(run="tiny-de-en", **{"with": "two heads"})
    titles = page.texts(".run")
    assert titles == list(translators)
    texts = [text.removesuffix("end").strip() for text in page.texts(".sentence")]
    assert texts == [translator.translate(SENTENCE).text for translator in translators.values()]
    assert page.texts(".pane:nth-child(2) [data-choice=heads] span") == ["mean", "1", "2"]
    page.press(".pane:first-child .word", 1)
    page.press(".pane:first-child .candidate", 1)
    page.until(lambda: page.all(".pane:first-child [data-own]"))
    page.settled()
    assert [text.removesuffix("end").strip() for text in page.texts(".sentence")][1] == texts[1]
    assert page.all(".pane:nth-child(2) [data-own]") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_appear_as_text(page: Page, text: str) -> None:
    page.open(f"Ich kenne {text}.")
    shown = "".join(page.texts(".viewer-word[data-side=source]"))
    assert shown == "".join(f"Ich kenne {text}.".split()) + "</s>"
    page.choose(0)
    page.one(".other input").send_keys("x")
    page.browser.execute_script(
        "const input = document.querySelector('.other input'); input.value = arguments[0];"
        "input.form.requestSubmit()", text)  # fmt: skip
    page.until(lambda: "".join(text.split()) in "".join(page.translation.split()))
    page.settled()
    assert page.browser.execute_script("return document.querySelectorAll('img, script:not([src])').length") == 0


def test_what_the_server_refuses_is_told(browser: Any, address: str) -> None:
    page = Page(browser, address).open("Hund " * 400)
    page.until(lambda: "pieces" in page.texts(".status.fault")[0])
    page.browser.execute_script("document.querySelector('.source-text').value = ''")
    page.one(".source-text").send_keys("Ich kenne die Frau.")
    page.becomes("I know the woman.")
    assert page.all(".status.fault") == []
    assert all("422" in line for line in console_errors(browser))  # the browser's own word on the refusal
    assert requests_that_left(browser) == []


def test_the_api_is_described_on_a_page_of_its_own(page: Page, address: str) -> None:
    page.browser.get(f"{address}/docs")
    page.until(lambda: page.all("[data-path]"))
    paths = [element.get_attribute("data-path") for element in page.all("[data-path]")]
    assert {"/api/translate", "/api/session", "/translate", "/health"} <= set(paths)
    assert any('"sentences"' in text for text in page.texts("pre"))


def test_a_map_is_saved_as_a_picture(page: Page) -> None:
    """The policy of the server's pages allows it."""
    page.open()
    folder = page.browser.downloads
    before = set(folder.glob("*"))
    for kind in ("svg", "png"):
        page.press(f"[data-save={kind}]")
        page.until(partial(lambda name: set(folder.glob(name)) - before, f"*.{kind}"))
