"""The viewer on any page: hostile words, pictures that are saved, themes, long sentences, its speed, and the page."""

import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from browser import console_errors, in_peace
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from viewer_page import ATTENTION, GOLD, SEVERAL, Page, any_map, merged, words

from seq2seq.alignment.links import GoldLinks
from seq2seq.show.viewer import STATIC, bundle, view

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script>",
    "\"'`",
    "\u202eabc\u202c",
    "\u200f!\u200f",
    "👩‍👩‍👧",
    "&lt;",
    "\u0007",
)
Opened = Callable[[dict[str, Any]], Page]


@pytest.fixture
def opened(browser: webdriver.Chrome, tmp_path: Path) -> Iterator[Opened]:
    """Opens the page of a view."""
    with in_peace(browser):
        yield lambda data: Page(browser, tmp_path, data)


@pytest.mark.parametrize("form", ["heatmap", "links"])
def test_words_are_text_whatever_they_are(opened: Opened, form: str) -> None:
    hostile = any_map(words(*HOSTILE), words(*reversed(HOSTILE)), heads=2)
    shown = opened(view({HOSTILE[0]: hostile, HOSTILE[1]: hostile}, run=HOSTILE[0]))
    shown.call("choose", {"form": form})
    assert shown.shown[:2] == ([*HOSTILE, "</s>"], [*reversed(HOSTILE), "</s>"])
    for index, word in enumerate(HOSTILE):
        shown.point(shown.word("source", index))
        assert shown.one(".viewer-told").get_attribute("textContent") == word
    labels = [label.get_attribute("textContent") for label in shown.all("[data-choice=map] label")]
    assert labels == list(HOSTILE[:2])
    assert shown.all("main img, main script") == []


def saved(browser: webdriver.Chrome, button: WebElement, suffix: str) -> Path:
    """The file that a button has the browser save."""
    folder: Path = browser.downloads  # type: ignore[attr-defined]
    for old in folder.glob("*"):
        old.unlink()
    button.click()
    WebDriverWait(browser, 60, 0.1).until(lambda _: list(folder.glob(f"*.{suffix}")))
    (found,) = folder.glob("*")
    while not found.stat().st_size:
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("form", ["heatmap", "links"])
def test_a_saved_svg_holds_the_words_and_the_weights(opened: Opened, form: str) -> None:
    alignment = any_map(words(*HOSTILE), words("a", "b"), heads=1)
    shown = opened(view({"a map/1": alignment}, gold=GOLD))
    shown.call("choose", {"form": form, "threshold": 0.1})
    path = saved(shown.browser, shown.one("[data-save=svg]"), "svg")
    assert path.name == "a-map-1.svg"
    svg = "{http://www.w3.org/2000/svg}"
    root = ElementTree.parse(path).getroot()
    texts = [text.text for text in root.iter(f"{svg}text")]
    assert texts == [*(word.replace("\u0007", "\ufffd") for word in HOSTILE), "</s>", "a", "b", "</s>"]
    weights = alignment.weights[0]
    if form == "heatmap":
        cells = [cell for cell in root.iter(f"{svg}rect") if cell.find(f"{svg}title") is not None]
        told = [float(str(cell.find(f"{svg}title").text).rpartition(": ")[2]) for cell in cells]
        assert told == pytest.approx(list(weights.flat), abs=1e-5)
        unseen = {cell.get("fill") for cell, weight in zip(cells, weights.flat, strict=True) if weight < 0.1}
        assert len(unseen) == 1 and all(re.fullmatch("#[0-9a-f]{6}", str(cell.get("fill"))) for cell in cells)
        frames = [one for one in root.iter(f"{svg}rect") if one.get("fill") == "none"]
    else:
        lines = [line for line in root.iter(f"{svg}path") if line.get("stroke-opacity") != "0.5"]
        assert len(lines) == int((weights >= 0.1).sum())
        frames = [line for line in root.iter(f"{svg}path") if line.get("stroke-opacity") == "0.5"]
    assert sorted(frame.get("stroke-dasharray") is not None for frame in frames) == [False, True]


def test_a_saved_png_is_a_picture_of_the_heatmap(opened: Opened) -> None:
    shown = opened(SEVERAL)
    with Image.open(saved(shown.browser, shown.one("[data-save=png]"), "png")) as picture:
        image = np.asarray(picture.convert("RGB"), dtype=float)
    weights, cell = merged(ATTENTION), 52  # dots
    height, width = (image.shape[0] - 32, image.shape[1] - 32)  # without the margins at the right and below
    light = [
        image[height - (4 - row) * cell + 26, width - (3 - column) * cell + 26].mean()
        for row, column in np.ndindex(4, 3)
    ]
    order = np.argsort(weights, axis=None)
    assert all(light[a] >= light[b] for a, b in pairwise(order))


def test_colours_follow_the_theme(opened: Opened) -> None:
    shown = opened(SEVERAL)

    def colours() -> tuple[str, list[float]]:
        heaviest = shown.shades[np.unravel_index(merged(ATTENTION).argmax(), (4, 3))]
        return shown.one(".viewer").value_of_css_property("background-color"), heaviest.tolist()

    def prefer(scheme: str) -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        shown.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def theme(name: str) -> None:
        shown.browser.execute_script("document.body.dataset.theme = arguments[0]", name)

    prefer("light")
    light = colours()
    prefer("dark")
    WebDriverWait(shown.browser, 20, 0.05).until(lambda _: colours()[1] != light[1])
    dark = colours()
    theme("light")
    WebDriverWait(shown.browser, 20, 0.05).until(lambda _: colours() == light)
    prefer("light")
    theme("dark")
    WebDriverWait(shown.browser, 20, 0.05).until(lambda _: colours() == dark)
    shown.browser.execute_script("delete document.body.dataset.theme")
    WebDriverWait(shown.browser, 20, 0.05).until(lambda _: colours() == light)


@pytest.mark.parametrize("width", [360, 1400])
def test_a_long_sentence_scrolls_under_labels_that_stay(opened: Opened, width: int) -> None:
    long = words(*(f"word{index}" for index in range(100)))
    shown = opened(view({"attention": any_map(long, long, heads=1)}))
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    shown.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        shown.browser.execute_script("document.querySelector('.viewer-scroll').scrollTo(600, 500)")
        before = shown.word("source", 60).rect, shown.word("target", 40).rect
        box = shown.one(".viewer-scroll").rect
        assert shown.browser.execute_script("return document.documentElement.scrollWidth") <= width
        assert shown.word("source", 99).rect["y"] == before[0]["y"] >= box["y"]
        assert shown.word("target", 99).rect["x"] == before[1]["x"] == box["x"]
        shown.browser.execute_script("arguments[0].focus()", shown.cell(0, 0))
        shown.press(Keys.ARROW_RIGHT)
        focused, corner = shown.cell(0, 1).rect, shown.one(".viewer-corner").rect
        assert focused["x"] >= corner["x"] + corner["width"] - 1 and focused["y"] >= corner["y"] + corner["height"] - 1
    finally:
        shown.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_sentence_from_right_to_left_runs_from_the_right(opened: Opened) -> None:
    shown = opened(view({"attention": any_map(words("קנה", "הילד", "ספר"), words("the", "boy"))}))
    shown.call("choose", {"form": "links"})
    places = [shown.word("source", index).rect["x"] for index in range(3)]
    assert places == sorted(places, reverse=True)
    assert shown.word("target", 0).rect["x"] < shown.word("target", 1).rect["x"]
    shown.word("source", 0).click()
    shown.press(Keys.ARROW_LEFT, Keys.ENTER)
    assert shown.heard[-1][1]["index"] == 1


def test_a_viewer_may_be_mounted_before_it_comes_onto_the_page(opened: Opened) -> None:
    shown = opened(SEVERAL)
    expected = shown.shades
    shown.browser.execute_script(
        "const main = document.querySelector('main'), view = JSON.parse(document.getElementById('data').textContent);"
        "main.remove(); const place = main.cloneNode(); window.viewer.destroy();"
        "window.mount(place, view); document.body.append(place)"
    )
    WebDriverWait(shown.browser, 20, 0.05).until(lambda _: np.array_equal(shown.shades, expected))


@pytest.mark.parametrize(
    "sentence", ["Zwei Männer — 😀", "나는 그 책을 읽었다 .", "قرأ الولد الكتاب", " ".join(["word"] * 60)]
)
@pytest.mark.parametrize("width", [360, 1400])
def test_each_cell_lies_over_the_shade_of_its_weight(opened: Opened, sentence: str, width: int) -> None:
    side = words(*sentence.split())
    shown = opened(view({"attention": any_map(side, side, heads=1)}))
    for size in (width, 700):  # as opened, and after a change of size
        screen = {"width": size, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        shown.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        try:
            light = shown.shades.sum(-1)
        finally:
            shown.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        order = np.argsort(shown.shown[2], axis=None)
        assert (np.diff(light.flat[order]) <= 0).all()


def test_what_is_destroyed_leaves_nothing_behind(opened: Opened) -> None:
    shown = opened(SEVERAL)
    shown.call("destroy")
    assert shown.one("main").get_attribute("innerHTML") == ""


def test_an_update_of_8_heads_of_40_by_40_takes_less_than_100_ms(opened: Opened) -> None:
    long = words(*(f"word{index}" for index in range(39)))
    views = [view({"attention": any_map(long, long, heads=8, seed=seed)}) for seed in range(2)]
    shown = opened(views[0])
    shown.browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})  # whatever else the machine does

    def seconds() -> float:
        metrics = shown.browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")

    times = []
    for number in range(5):
        shown.browser.execute_script("window.next = arguments[0]", views[1 - number % 2])
        before = seconds()
        shown.browser.execute_async_script(
            "viewer.update(window.next); const done = arguments[0]; requestAnimationFrame(() => setTimeout(done))"
        )
        times.append(seconds() - before)
    shown.browser.execute_cdp_cmd("Performance.disable", {})
    expected = np.array(views[0 if number % 2 else 1]["maps"][0]["map"]["weights"]).mean(0)
    assert np.allclose(shown.shown[2], expected)
    assert 0 < min(times) < 0.1


def test_a_page_refuses_what_is_not_its_own(opened: Opened) -> None:
    shown = opened(SEVERAL)
    policy = shown.one("meta[http-equiv]").get_attribute("content")
    assert policy.startswith("default-src 'none'; ")
    asked = shown.browser.execute_async_script(
        "const done = arguments[0]; fetch('http://127.0.0.1:9/').then(() => done('went'), () => done('refused'))"
    )
    assert asked == "refused"
    assert any("Content Security Policy" in message for message in console_errors(shown.browser))


def test_a_bundle_is_one_module_that_imports_nothing() -> None:
    for path in STATIC.glob("*.js"):
        text = bundle(path.name)
        exported = set(re.findall(r"^export (?:async )?\w+ (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
        assert "import {" not in text
        assert set(re.findall(r"^export (?:async )?\w+ (\w+)", text, re.MULTILINE)) == exported


def test_names_of_exports_are_unique_over_the_modules() -> None:
    names = [
        name
        for path in STATIC.glob("*.js")
        for name in re.findall(r"^export (?:async )?\w+ (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        if name != "render"
    ]
    assert sorted(names) == sorted(set(names))


def test_no_text_becomes_markup() -> None:
    for path in STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://(?!www\.w3\.org)", text
        )


def test_gold_links_outside_of_the_map_are_refused() -> None:
    with pytest.raises(ValueError, match="gold link 7-0 lies outside"):
        view({"attention": ATTENTION}, gold=GoldLinks(frozenset(), frozenset({(7, 0)})))
