"""The viewer in a real browser: what it shows is what the arrays hold, and it does what pointer and keys ask for."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from browser import at_rest, in_peace
from maps import HAUS
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from viewer_page import ALIGNER, ATTENTION, HOUSE, SEVERAL, Page, any_map, merged, words

from seq2seq.alignment.diagnostics import diagnose
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.show.viewer import view


@pytest.fixture(scope="module")
def several(browser: webdriver.Chrome, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A page of several maps."""
    return Page(browser, tmp_path_factory.mktemp("pages"), SEVERAL)


@pytest.fixture
def maps(several: Page) -> Iterator[Page]:
    """The page of several maps as it was opened."""
    with in_peace(several.browser):
        several.reopen()
        yield several


def test_the_words_and_weights_shown_are_those_of_the_map(maps: Page) -> None:
    sources, targets, weights = maps.shown
    assert sources == ["ein", "Haus", "</s>"] and targets == ["the", "house", "!", "</s>"]
    assert np.allclose(weights, merged(ATTENTION), atol=1e-5)


def test_each_map_each_head_and_pieces_can_be_chosen(maps: Page) -> None:
    maps.choose("2")
    assert np.array_equal(maps.shown[2], SEVERAL["maps"][0]["map"]["word_weights"][2])
    maps.choose("pieces")
    sources, targets, weights = maps.shown
    assert (tuple(sources), tuple(targets)) == (HAUS.pieces, HOUSE.pieces)
    assert np.array_equal(weights, SEVERAL["maps"][0]["map"]["weights"][2])
    maps.choose("aligner")
    assert np.array_equal(maps.shown[2], SEVERAL["maps"][1]["map"]["weights"][0])
    assert not maps.one("[data-choice=heads]").is_displayed()
    maps.choose("self-attention")
    maps.choose("1")
    assert np.array_equal(maps.shown[2], SEVERAL["maps"][2]["map"]["weights"][1])
    assert [name for name, _ in maps.heard] == ["viewer-choice"] * 5


def test_pointing_tells_both_words_weight_and_rank(maps: Page) -> None:
    weights = merged(ATTENTION)
    for row, column in ((0, 0), (1, 1), (2, 2)):
        rank = 1 + int((weights[row] > weights[row, column]).sum())
        told = maps.point(maps.cell(row, column))
        target, source = maps.shown[1][row], maps.shown[0][column]
        assert told.startswith(f"{target} ← {source} {weights[row, column]:.3f} rank {rank} of 3")
        assert told.endswith({0: "sure gold link", 1: "possible gold link"}.get(row, "of 3"))
    best = int(weights[1].argmax())
    assert maps.point(maps.word("target", 1)).startswith(f"house ← {maps.shown[0][best]} {weights[1, best]:.3f}")
    best = int(weights[:, 0].argmax())
    assert maps.point(maps.word("source", 0)).startswith(f"ein → {maps.shown[1][best]} {weights[best, 0]:.3f}")


def test_sums_of_rows_and_columns_count_what_reaches_the_threshold(maps: Page) -> None:
    weights = merged(ATTENTION)

    def sums() -> list[float]:
        told = [cell.text or cell.get_attribute("aria-label") for cell in maps.all("td.viewer-sum")]
        return [float(text) for text in told if text]

    assert sums() == pytest.approx([*weights.sum(1), *weights.sum(0)], abs=0.006)
    threshold = round(float(np.median(weights)), 2)
    maps.call("choose", {"threshold": threshold})
    kept = np.where(weights >= threshold, weights, 0)
    assert sums() == pytest.approx([*kept.sum(1), *kept.sum(0)], abs=0.006)
    shades = maps.shades
    assert len(np.unique(shades[weights < threshold], axis=0)) == 1
    assert len(np.unique(shades.reshape(-1, 3), axis=0)) > 3


def test_the_threshold_is_a_slider(maps: Page) -> None:
    maps.one(".viewer-threshold input").send_keys(Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert maps.one(".viewer-threshold output").text == "0.02"
    assert maps.heard[-1] == ["viewer-choice", {"threshold": 0.02}]


@pytest.mark.parametrize(("theme", "sign"), [("light", -1), ("dark", 1)])
def test_a_heavier_weight_stands_out_more_and_a_weak_one_can_be_seen(maps: Page, theme: str, sign: int) -> None:
    weights = np.array([[[0, 0.01, 0.05, 0.14, 0.3, 0.5], [0, 0, 0, 0, 0, 1]]])
    six, two = words(*"abcde"), words("x")
    maps.browser.execute_script("document.querySelector('main').dataset.theme = arguments[0]", theme)
    try:
        maps.call("update", view({"attention": AlignmentMap(six, two, weights, units="words")}))
        WebDriverWait(maps.browser, 20, 0.05).until(lambda _: (luminance(maps.shades[0, 0]) < 0.5) == (theme == "dark"))
        light = [luminance(shade) for shade in [*maps.shades[0], maps.shades[1, 5]]]
    finally:
        maps.browser.execute_script("delete document.querySelector('main').dataset.theme")
    steps = sign * np.diff(light)
    assert (steps > 0).all()
    contrast = (max(light[0], light[2]) + 0.05) / (min(light[0], light[2]) + 0.05)
    assert contrast > 1.1  # of 0.05 beside nothing


def luminance(colour: np.ndarray) -> float:
    """The relative luminance of red, green and blue, as WCAG 2.2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour / 255]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_links_are_lines_as_wide_as_the_weights(maps: Page) -> None:
    maps.choose("links")
    sources, targets, weights = maps.shown
    assert sources == ["ein", "Haus", "</s>"] and targets == ["the", "house", "!", "</s>"]
    expected = np.array(merged(ATTENTION))
    drawn = expected >= 0.01
    assert np.allclose(weights[drawn], expected[drawn], atol=1e-5) and np.isnan(weights[~drawn]).all()
    lines = [(float(line.get_attribute("data-weight")), line) for line in maps.all(".viewer-line")]
    widths = [float(line.get_attribute("stroke-width")) for _, line in sorted(lines, key=lambda one: one[0])]
    assert widths == sorted(widths) and widths[-1] == pytest.approx(7 * expected.max(), abs=0.01)
    maps.call("choose", {"threshold": 0.3})
    assert len(maps.all(".viewer-line")) == int((expected >= 0.3).sum())
    assert [one.get_attribute("data-gold") for one in maps.all(".viewer-gold")] == ["sure", "possible"]


def test_a_line_starts_and_ends_under_its_words(maps: Page) -> None:
    maps.choose("links")
    for line in maps.all(".viewer-line"):
        box, row, column = line.rect, line.get_attribute("data-row"), line.get_attribute("data-column")
        ends = [maps.word("target", int(row)).rect, maps.word("source", int(column)).rect]
        middles = sorted(end["x"] + end["width"] / 2 for end in ends)
        assert box["x"] == pytest.approx(middles[0], abs=8) and box["x"] + box["width"] == pytest.approx(
            middles[1], abs=8
        )


def test_gold_links_are_outlined_in_words_and_pieces(maps: Page) -> None:
    def outlined() -> list[tuple[str | None, ...]]:
        return [
            tuple(map(c.get_attribute, ("data-column", "data-row", "data-gold"))) for c in maps.all("td[data-gold]")
        ]

    assert outlined() == [("0", "0", "sure"), ("1", "1", "possible")]
    maps.choose("pieces")
    assert outlined() == [("0", "0", "sure"), ("1", "1", "possible"), ("1", "2", "possible")]
    assert maps.cell(0, 0).value_of_css_property("outline-style") == "solid"
    assert maps.cell(1, 1).value_of_css_property("outline-style") == "dashed"
    maps.choose("self-attention")
    assert outlined() == []


def test_entropy_and_aer_of_the_sentence_are_told(maps: Page) -> None:
    entropy = diagnose(ATTENTION.words(keep_end=True)).entropy
    scores = maps.one(".viewer-scores").text
    assert f"entropy {entropy:.2f} nats" in scores and f"AER {100 * SEVERAL['maps'][0]['aer']:.1f}" in scores
    maps.choose("self-attention")
    assert "AER" not in maps.one(".viewer-scores").text


def test_a_click_pins_and_a_second_one_lets_go(maps: Page) -> None:
    maps.word("target", 1).click()
    assert maps.heard == [["viewer-pin", {"side": "target", "index": 1, "units": "words"}]]
    maps.point(maps.one(".viewer-scores"))
    assert maps.readout.startswith("house ← ")
    assert maps.word("target", 1).get_attribute("aria-selected") == "true"
    maps.word("source", 2).click()
    maps.word("source", 2).click()
    maps.cell(2, 0).click()
    assert [detail and (detail["side"], detail["index"]) for _, detail in maps.heard] == [
        ("source", 2),
        None,
        ("target", 2),
    ]
    maps.choose("pieces")
    assert [detail for name, detail in maps.heard if name == "viewer-pin"] == [None]
    maps.choose("self-attention")
    maps.word("target", 0).click()
    assert maps.heard[-1][1] == {"side": "source", "index": 0, "units": "pieces"}


def test_the_keyboard_goes_through_the_cells_and_pins(maps: Page) -> None:
    assert len(maps.all(".viewer-stage [tabindex='0']")) == 1
    maps.cell(3, 1).click()
    maps.press(Keys.CONTROL, Keys.HOME)
    maps.press(Keys.ESCAPE)
    maps.one(".viewer-threshold input").send_keys(Keys.TAB)
    assert len(maps.heard) == 2

    def place() -> tuple[str | None, ...]:
        focused = maps.browser.switch_to.active_element
        return tuple(map(focused.get_attribute, ("data-row", "data-column", "data-side", "data-index")))

    assert place() == ("0", "0", None, None) and maps.readout.startswith("the ← ein ")
    maps.press(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    assert place() == ("1", "1", None, None) and maps.readout.startswith("house ← Haus ")
    maps.press(Keys.CONTROL, Keys.END)
    assert place()[:2] == ("3", "2")
    maps.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    assert place()[:2] == ("3", "2")
    maps.press(Keys.HOME, Keys.ARROW_LEFT)
    assert place() == (None, None, "target", "3")
    maps.press(Keys.ARROW_UP, Keys.ENTER)
    maps.press(Keys.ESCAPE)
    assert [detail and detail["index"] for _, detail in maps.heard] == [2, None]
    assert len(maps.all(".viewer-stage [tabindex='0']")) == 1


def test_the_keyboard_goes_through_the_two_rows(maps: Page) -> None:
    maps.choose("links")
    maps.word("source", 0).click()
    maps.press(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    focused = maps.browser.switch_to.active_element
    assert focused.get_attribute("data-side") == "target"
    maps.press(Keys.END, Keys.ENTER)
    assert maps.heard[-1] == ["viewer-pin", {"side": "target", "index": 3, "units": "words"}]
    assert maps.word("target", 3).get_attribute("aria-pressed") == "true"


def test_a_screen_reader_finds_a_grid_with_names(maps: Page) -> None:
    roles = [(maps.one(selector).aria_role, selector) for selector in ("table", "td.viewer-cell", "thead .viewer-word")]
    assert [role for role, _ in roles] == ["grid", "gridcell", "columnheader"]
    assert maps.one("table").accessible_name == "attention: target words by source words"
    at_rest(maps.browser)
    assert maps.cell(1, 1).accessible_name == f"house, Haus: {merged(ATTENTION)[1, 1]:.3f}, possible gold link"
    assert maps.one(".viewer-readout").get_attribute("role") == "status"
    assert maps.one("[data-save=svg]").accessible_name == "Save as SVG"
    assert (
        maps.one("[data-choice=units]").aria_role == "group"
        and maps.one("[data-choice=units]").accessible_name == "units"
    )


def test_another_view_keeps_what_was_chosen_and_pinned(maps: Page) -> None:
    for value in ("attention", "1", "pieces"):
        maps.choose(value)
    maps.word("target", 2).click()
    later = any_map(HAUS, HOUSE, heads=3, seed=9)
    maps.call("update", view({"aligner": ALIGNER, "attention": later}))
    assert np.array_equal(maps.shown[2], view({"x": later})["maps"][0]["map"]["weights"][1])
    assert "viewer-pinned" in str(maps.word("target", 2).get_attribute("class"))
    assert [detail and detail["index"] for name, detail in maps.heard if name == "viewer-pin"] == [2]
    other = any_map(words("a", "b"), words("c", "d"), heads=1)
    maps.call("update", view({"attention": other}))
    assert maps.shown[:2] == (["a", "b", "</s>"], ["c", "d", "</s>"])
    assert maps.heard == [["viewer-pin", None]]
    maps.call("update", SEVERAL)
    assert np.array_equal(maps.shown[2], SEVERAL["maps"][0]["map"]["weights"][1])
    assert maps.one("[data-choice=map] input:checked").get_attribute("value") == "attention"


def test_the_focus_stays_where_it_was_in_another_view(maps: Page) -> None:
    maps.cell(1, 1).click()
    maps.call("update", view({"attention": any_map(words("a", "b"), words("c", "d"))}))
    at_rest(maps.browser)
    focused = maps.browser.switch_to.active_element
    assert focused.get_attribute("aria-label").startswith("d, b: ")


def test_a_viewer_follows_another_without_an_event(maps: Page) -> None:
    maps.call("choose", {"map": "aligner", "form": "links"})
    assert maps.one("[data-choice=map] input:checked").get_attribute("value") == "aligner"
    assert len(maps.all(".viewer-line")) == int((merged(ALIGNER) >= 0.01).sum()) and maps.heard == []


@pytest.mark.parametrize("empty", [view({"attention": any_map(Side("", (), (), ()), HOUSE)}), view({})])
def test_a_view_without_words_says_so(maps: Page, empty: dict[str, Any]) -> None:
    maps.call("update", empty)
    assert maps.one(".viewer-stage").text == "nothing to align" and maps.readout == ""
    maps.call("update", SEVERAL)
    assert len(maps.all(".viewer-cell")) == 12


def test_a_view_is_of_this_version(maps: Page) -> None:
    said = maps.browser.execute_script(
        "try { viewer.update({version: 1, maps: []}) } catch (error) { return error.message }"
    )
    assert said == "a view of version 1; this viewer reads 2"
