"""A page with the viewer of a view, and what a person does with it."""

from pathlib import Path
from typing import Any

import numpy as np
from browser import at_rest
from maps import HAUS, side
from numpy.typing import NDArray
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap, Kind
from seq2seq.alignment.sides import Side
from seq2seq.show.viewer import page, view

SCRIPT = """
window.mount = mountViewer;
window.viewer = mountViewer(document.querySelector("main"), pageData());
window.heard = [];
for (const name of ["viewer-pin", "viewer-choice"]) {
  document.body.addEventListener(name, (event) => window.heard.push([name, event.detail]));
}
"""


def words(*texts: str) -> Side:
    """A side whose units are these words."""
    text = " ".join(texts)
    starts = np.cumsum([0, *(len(one) + 1 for one in texts)])
    spans = tuple((int(start), int(start) + len(one)) for start, one in zip(starts, texts, strict=False))
    return Side(text, texts, spans, spans).with_end()


def any_map(source: Side, target: Side, heads: int = 2, seed: int = 0, kind: Kind = "decoder") -> AlignmentMap:
    """A map of weights at random."""
    weights = np.random.default_rng(seed).dirichlet(np.full(len(source), 0.4), (heads, len(target)))
    return AlignmentMap(source, target, weights, kind, "words" if source.is_words and target.is_words else "pieces")


def merged(alignment: AlignmentMap) -> NDArray[np.float32]:
    """The mean over heads of the weights over words."""
    return alignment.words(keep_end=True).weights.mean(0)


HOUSE = side("the house!", ("▁the", 0, 3), ("▁hou", 4, 7), ("se", 7, 9), ("!", 9, 10))
GOLD = GoldLinks(frozenset({(0, 0)}), frozenset({(0, 0), (1, 1)}))
ATTENTION = any_map(HAUS, HOUSE, heads=3)
ALIGNER = any_map(HAUS, HOUSE, heads=1, seed=1, kind="aligner")
SELF = any_map(HAUS, HAUS, heads=2, seed=2, kind="self-attention")
SEVERAL = view({"attention": ATTENTION, "aligner": ALIGNER, "self-attention": SELF}, gold=GOLD)


class Page:
    """A page with one viewer; `call` reaches what `mountViewer` gave."""

    def __init__(self, browser: webdriver.Chrome, folder: Path, data: dict[str, Any]) -> None:
        self.browser = browser
        path = folder / "page.html"
        text = page("a map", "viewer.js", data)
        path.write_text(text.replace("</script>\n</body>", f"{SCRIPT}</script>\n</body>"), encoding="utf-8")
        browser.get(path.as_uri())

    def reopen(self) -> None:
        """As it was opened with SEVERAL, much faster."""
        self.call("update", {"version": 2, "maps": []})
        self.call("choose", {"map": None, "head": None, "units": "words", "form": "heatmap", "threshold": 0})
        self.call("update", SEVERAL)
        self.point(self.one(".viewer-scores"))
        self.browser.execute_script("window.heard.length = 0; document.activeElement.blur()")

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def choose(self, value: str) -> None:
        self.one(f".viewer-choices input[value='{value}']").click()

    def word(self, side: str, index: int) -> WebElement:
        return self.one(f"[data-side='{side}'][data-index='{index}']")

    def cell(self, row: int, column: int) -> WebElement:
        return self.one(f"[data-row='{row}'][data-column='{column}']")

    def point(self, element: WebElement) -> str:
        """What is told of an element that the pointer is on."""
        ActionChains(self.browser).move_to_element(element).perform()
        return self.readout

    def press(self, *keys: str) -> None:
        self.browser.switch_to.active_element.send_keys(*keys)

    @property
    def readout(self) -> str:
        return self.one(".viewer-readout").text

    @property
    def shown(self) -> tuple[list[str], list[str], np.ndarray]:
        """Source words, target words, and weights; NaN where there is no cell or line."""
        at_rest(self.browser)
        sources, targets, cells = self.browser.execute_script(
            "const all = (what) => [...document.querySelectorAll(what)];"
            "const text = (side) => all(`[data-side=${side}]`).map((one) => one.textContent);"
            "const numbers = ({ dataset }) => [+dataset.row, +dataset.column, +dataset.weight];"
            "return [text('source'), text('target'), all('[data-weight]').map(numbers)]"
        )
        weights = np.full((len(targets), len(sources)), np.nan)
        for row, column, weight in cells:
            weights[int(row), int(column)] = weight
        return sources, targets, weights

    @property
    def shades(self) -> np.ndarray:
        """The colour of each cell, [row, column, red green blue]: that of the picture where the cell lies over it."""
        width, height, data, places = self.browser.execute_script(
            "const picture = document.querySelector('.viewer-shades'), under = picture.getBoundingClientRect();"
            "const { width, height } = picture, image = picture.getContext('2d').getImageData(0, 0, width, height);"
            "const places = [...document.querySelectorAll('.viewer-cell')].map((cell) => {"
            "  const { x, y, width: w, height: h } = cell.getBoundingClientRect();"
            "  return [(y + h / 2 - under.y) / under.height, (x + w / 2 - under.x) / under.width]; });"
            "return [width, height, [...image.data], places]"
        )
        places = np.array(places) * (height, width)
        rows, columns = np.divmod(np.arange(height * width), width)
        assert np.abs(places - 0.5 - np.stack([rows, columns], 1)).max() < 0.1  # each cell over a pixel of its own
        return np.array(data, dtype=float).reshape(height, width, 4)[..., :3]

    @property
    def heard(self) -> list[Any]:
        """The events since this was last asked."""
        return self.browser.execute_script("return window.heard.splice(0)")

    def call(self, method: str, argument: object = None) -> Any:
        return self.browser.execute_script(f"return window.viewer.{method}(arguments[0])", argument)
