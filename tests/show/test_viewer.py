"""The viewer in a real browser: what it shows is what the arrays hold, by pointer, keyboard and for every word."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import console_errors, requests_that_left
from maps import HAUS, side
from selenium.webdriver.common.by import By

from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap
from seq2seq.show.viewer import STATIC, bundle, page, view

HOUSE = side("the house!", ("▁the", 0, 3), ("▁hou", 4, 7), ("se", 7, 9), ("!", 9, 10))
GOLD = GoldLinks(frozenset({(0, 0)}), frozenset({(0, 0), (1, 1)}))


def attention(heads: int = 2, seed: int = 0) -> AlignmentMap:
    generator = np.random.default_rng(seed)
    return AlignmentMap(HAUS, HOUSE, generator.dirichlet(np.full(len(HAUS), 0.4), (heads, len(HOUSE))))


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Any:
    """Opens the page of maps; afterwards no error is on the console and no request has left."""

    def opened(data: dict[str, Any]) -> Any:
        path = tmp_path / "page.html"
        path.write_text(page("a map", "map.js", data), encoding="utf-8")
        console_errors(browser), requests_that_left(browser)
        browser.get(path.as_uri())
        return browser

    yield opened
    assert console_errors(browser) == []
    assert requests_that_left(browser) == []


def shown(browser: Any) -> tuple[list[str], list[str], np.ndarray]:
    """Source words, target words and weights as the page has them."""
    texts = browser.execute_script(
        "const text = (side) => [...document.querySelectorAll(`[data-side=${side}]`)].map((one) => one.textContent);"
        "const cells = [...document.querySelectorAll('.viewer-cell')];"
        "return [text('source'), text('target'), cells.map((c) => ['row', 'column', 'weight'].map((n) => +c.dataset[n]))]"
    )
    weights = np.zeros((len(texts[1]), len(texts[0])))
    for row, column, weight in texts[2]:
        weights[int(row), int(column)] = weight
    return texts[0], texts[1], weights


def test_the_words_and_weights_shown_are_those_of_the_map(open_page: Any) -> None:
    alignment = attention()
    sources, targets, weights = shown(open_page(view({"attention": alignment}, gold=GOLD)))
    assert sources == ["ein", "Haus", "</s>"] and targets == ["the", "house", "!", "</s>"]
    assert np.allclose(weights, alignment.words(keep_end=True).weights.mean(0), atol=1e-5)


def test_a_bundle_is_one_module_that_imports_nothing() -> None:
    text = bundle("map.js")
    assert "import {" not in text
    assert text.count("export function mountViewer") == 1
    assert all(path.suffix in (".js", ".css") for path in STATIC.iterdir())


def test_gold_links_are_outlined(open_page: Any) -> None:
    browser = open_page(view({"attention": attention()}, gold=GOLD))
    outlined = browser.find_elements(By.CSS_SELECTOR, ".viewer-cell[data-gold]")
    found = [
        (c.get_attribute("data-column"), c.get_attribute("data-row"), c.get_attribute("data-gold")) for c in outlined
    ]
    assert found == [("0", "0", "sure"), ("1", "1", "possible")]
