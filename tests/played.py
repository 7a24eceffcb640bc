"""What a player shows in a browser, read back from the page, and what it is to show, taken from the records."""

from collections.abc import Callable
from typing import Any

import numpy as np
from browser import at_rest
from selenium.webdriver.support.ui import WebDriverWait

WAIT = 60
"""Seconds for a page on a machine that does something else too."""

READ = """
const text = (panel, side) => [...panel.querySelectorAll(`[data-side=${side}]`)].map((one) => one.textContent);
return [...document.querySelectorAll(".player-panel")].map((panel) => ({
  name: panel.querySelector("h2 bdi").textContent,
  note: panel.querySelector(".player-note").textContent,
  translation: panel.querySelector(".player-translation > :last-child").textContent,
  scores: panel.querySelector(".viewer-scores")?.textContent ?? "",
  source: text(panel, "source"), target: text(panel, "target"),
  gold: [...panel.querySelectorAll(".viewer-cell[data-gold]")].map(({ dataset }) => [+dataset.column, +dataset.row]),
  weights: [...panel.querySelectorAll(".viewer-cell")].map(({ dataset }) => +dataset.weight),
}));
"""


def panels(browser: Any) -> list[dict[str, Any]]:
    """The runs side by side: name, translation, words, gold links, and weights `[target words, source words]`."""
    at_rest(browser)
    found = browser.execute_script(READ)
    for panel in found:
        panel["weights"] = np.array(panel["weights"], dtype=float).reshape(len(panel["target"]), len(panel["source"]))
    return list(found)


def words_of(side: dict[str, Any]) -> list[str]:
    """The words of a side of a map, and the end of the sentence."""
    return [*(side["text"][start:end] for start, end in side["words"]), "</s>"]


def shows(panel: dict[str, Any], record: dict[str, Any], kind: str = "reference") -> bool:
    """Are words, weights and translation of a panel those of a record?"""
    shown = record["views"][kind]["maps"][0]["map"]
    weights = np.mean(shown["word_weights"], 0)
    return (
        panel["source"] == words_of(shown["source"])
        and panel["target"] == words_of(shown["target"])
        and panel["translation"] == record["translation"]
        and panel["weights"].shape == weights.shape
        and np.allclose(panel["weights"], weights, atol=1e-6)
    )


def wait(browser: Any, true: Callable[[], object], message: str) -> None:
    """Wait until it is so."""
    WebDriverWait(browser, WAIT, 0.05).until(lambda _: true(), message)


def wait_for(browser: Any, *records: dict[str, Any], kind: str = "reference") -> None:
    """Wait until the panels show these records, one each."""

    def shown() -> bool:
        found = panels(browser)
        return len(found) == len(records) and all(map(shows, found, records, [kind] * len(found)))

    wait(browser, shown, f"not shown: {[(record['sentence'], record['step']) for record in records]}")


def press(browser: Any, key: str) -> None:
    """Press a key where nothing has the focus."""
    browser.execute_script("document.activeElement.blur()")
    browser.switch_to.active_element.send_keys(key)


def scrub(browser: Any, position: int) -> None:
    """Move the slider to a place among the steps, as a hand does."""
    browser.execute_script(
        "const slider = document.querySelector('.player-slider'); slider.value = arguments[0];"
        "slider.dispatchEvent(new Event('input', { bubbles: true }));",
        position,
    )
