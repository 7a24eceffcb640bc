"""The report of a test set: its numbers are those that each part gives alone, and the page shows them in a browser."""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import at_rest, console_errors, requests_that_left
from corpora import lines
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import visibility_of
from selenium.webdriver.support.ui import WebDriverWait

from seq2seq.alignment.diagnostics import diagnose
from seq2seq.alignment.links import alignment_error_rate, parse_pharaoh
from seq2seq.errors import InputError
from seq2seq.show.report import (
    RunReport,
    Texts,
    check_side_by_side,
    pack,
    parted,
    report_data,
    report_page,
    report_run,
)
from seq2seq.translate.evaluation import evaluate
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import word_links

SOURCES, REFERENCES, LINKS = (lines("tiny-de-en", "test", suffix, 12) for suffix in ("de", "en", "align"))
PAIRS = list(zip(SOURCES, REFERENCES, strict=True))
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\"quotes\" & 'more' `${alert(1)}`",
    "\u202eright to left\u202c שלום",
    "👩‍👩‍👧‍👦 and 🏳️‍🌈",
)

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(SOURCES, [REFERENCES], [parse_pharaoh(line) for line in LINKS])


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator.load("tiny-de-en", "cpu")


@pytest.fixture(scope="module")
def one(translator: Translator, texts: Texts) -> RunReport:
    return report_run(translator, "tiny-de-en", texts, beam=2)


@pytest.fixture(scope="module")
def other(sister: Path, texts: Texts) -> RunReport:
    return report_run(Translator.load(sister, "cpu"), "runs/sister", texts, beam=1)


def data_of(texts: Texts, *runs: RunReport) -> dict[str, Any]:
    names = [f"test{i}.en" for i, _ in enumerate(texts.references)]
    return report_data(texts, runs, files={"source": "test.de", "references": names, "gold": None}, command="seq2seq x")


@pytest.fixture
def open_report(browser: Any, tmp_path: Path) -> Any:
    """Opens the page of a report; afterwards no error is on the console and no request has left."""

    def opened(data: dict[str, Any], fragment: str = "") -> Any:
        path = tmp_path / "report.html"
        path.write_text(report_page(data), encoding="utf-8")
        console_errors(browser), requests_that_left(browser)
        browser.set_window_size(1300, 900)
        browser.get("about:blank")  # a page that differs in its fragment alone would not be loaded anew
        browser.get(path.as_uri() + fragment)
        WebDriverWait(browser, 10).until(lambda _: browser.execute_script("return document.readyState") == "complete")
        return browser

    yield opened
    assert console_errors(browser) == []
    assert requests_that_left(browser) == []


# The numbers


def test_scores_of_sentences_are_those_of_sacrebleu(one: RunReport) -> None:
    bleu, chrf = BLEU(effective_order=True), CHRF()
    for (_, reference), translation, own_bleu, own_chrf in zip(
        PAIRS, one.translations, one.measures["bleu"], one.measures["chrf"], strict=True
    ):
        assert own_bleu == pytest.approx(bleu.sentence_score(translation.text, [reference]).score)
        assert own_chrf == pytest.approx(chrf.sentence_score(translation.text, [reference]).score)
    assert one.scores["sentence_bleu_signature"] == str(bleu.get_signature())


def test_scores_of_all_sentences_are_those_of_evaluate(translator: Translator, texts: Texts, one: RunReport) -> None:
    expected = evaluate(translator, PAIRS, texts.gold, beam=2)
    for name in ("bleu", "bleu_signature", "chrf", "chrf_signature", "nll", "aer", "sentences"):
        assert one.scores[name] == expected[name], name
    assert one.scores["attention"] == expected["attention"]
    totals = data_of(texts, one)["runs"][0]["totals"]
    assert (totals["aer"], totals["aligner_aer"]) == pytest.approx(
        (expected["attention"]["aer"], expected["aer"]), abs=1e-4
    )


def test_each_sentence_has_the_links_entropy_and_coverage_of_its_maps(
    translator: Translator, texts: Texts, one: RunReport
) -> None:
    assert texts.gold is not None
    links, forced = word_links(translator, PAIRS), translator.align_all(PAIRS)
    best = [found[0] for found in translator.translate_all(texts.sources, beam=2)]
    for i, gold in enumerate(texts.gold):
        assert one.measures["aligner_aer"][i] == alignment_error_rate([links[i]], [gold])
        assert one.measures["aer"][i] == alignment_error_rate([forced[i].words().links()], [gold])
        found = diagnose(best[i].alignment.words(keep_end=True))
        assert one.measures["entropy"][i] == pytest.approx(found.entropy, abs=1e-5)
        assert one.measures["uncovered"][i] == len(found.untranslated)
        assert one.measures["doubled"][i] == len(found.over_translated)
        assert one.measures["length"][i] == translator.word_counts(PAIRS)[i][0]
        assert one.measures["unknown"][i] == 100 * translator.unknown_share(best[i].alignment.source)


def test_a_further_reference_counts_in_bleu_and_chrf_alone(
    translator: Translator, texts: Texts, one: RunReport
) -> None:
    found = [translation.text for translation in one.translations]
    both = report_run(translator, "x", replace(texts, references=[*texts.references, found]), beam=2)
    assert both.measures["bleu"] == pytest.approx([100] * len(PAIRS))
    assert "nrefs:2" in both.scores["bleu_signature"] and "nrefs:2" in both.scores["sentence_bleu_signature"]
    assert both.measures["aer"] == one.measures["aer"] and both.scores["nll"] == one.scores["nll"]


def test_without_references_there_is_what_the_translations_tell(translator: Translator, texts: Texts) -> None:
    found = report_run(translator, "x", Texts([*texts.sources[:3], "", "x " * 3000]), beam=2)
    assert list(found.measures) == ["entropy", "uncovered", "doubled", "length", "unknown"]
    assert list(found.scores) == ["translations"] and found.measures["length"][3:] == [0, 3000]
    assert found.translations[4].refused and found.measures["entropy"][4] is None
    assert [unpacked(one).keys() for one in found.packed] == [{"translation"}] * 3 + [set()] * 2


def unpacked(text: str) -> dict[str, Any]:
    """The views that are packed, with arrays of weights."""
    header, _, numbers = zlib.decompress(base64.b85decode(text.replace(",", "<"))).partition(b"\0")
    lower, higher = np.frombuffer(numbers, np.uint8).reshape(2, -1).astype(int)
    views: dict[str, Any] = json.loads(header)
    weights = (lower + 256 * higher) / 1000
    for one in (shown["map"] for view in views.values() for shown in view["maps"]):
        for name in ("weights", "word_weights"):
            shape = one[name]
            one[name], weights = weights[: np.prod(shape)].reshape(shape), weights[np.prod(shape) :]
    assert not len(weights)
    return views


def test_what_is_packed_are_the_maps_to_three_decimals(translator: Translator, texts: Texts, one: RunReport) -> None:
    forward = [both[0] for both in translator.align_both_ways(PAIRS)]
    for packed, attention, aligner in zip(one.packed, translator.align_all(PAIRS), forward, strict=True):
        views = unpacked(packed)
        assert [shown["name"] for shown in views["reference"]["maps"]] == ["attention", "aligner"]
        for shown, expected in zip(views["reference"]["maps"], (attention, aligner), strict=True):
            assert np.allclose(shown["map"]["weights"], expected.weights, atol=1e-3)
            assert np.allclose(shown["map"]["word_weights"], expected.words(keep_end=True).weights, atol=1e-3)
            assert shown["map"]["gold"]["sure"] and shown["aer"] is not None


@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=5))
def test_rows_in_parts_sum_to_one_and_no_weight_is_off_by_more_than_a_part(rows: list[list[float]]) -> None:
    weights = np.array([[row if sum(row) > 0.01 else [1.0, 0, 0, 0] for row in rows]])
    weights /= weights.sum(-1, keepdims=True)
    found = parted(weights)
    assert (found.sum(-1) == 1000).all() and np.abs(found / 1000 - weights).max() < 0.001


def test_nothing_is_packed_as_nothing() -> None:
    assert unpacked(pack({})) == {}


def test_runs_of_other_languages_or_words_do_not_stand_side_by_side(translator: Translator) -> None:
    check_side_by_side(["a", "b"], [translator, translator])
    for change, message in (({"target": "fr"}, "and b from de to fr"), ({"tokenised": True}, "they count other words")):
        changed = Translator(translator.engine, translator.vocabulary, translator.config.changed(data=change))
        with pytest.raises(InputError, match=message):
            check_side_by_side(["a", "b"], [translator, changed])


# The page


ROWS = """
    const texts = (row) => [...row.querySelectorAll("[data-text]")].map((line) =>
      [line.dataset.text, line.querySelector("bdi").textContent]);
    const runs = (cell) => Object.fromEntries([...cell.querySelectorAll("[data-run]")].map((one) =>
      [one.dataset.run, one.textContent]));
    const numbers = (row) => Object.fromEntries([...row.querySelectorAll("td[data-measure]")].map((cell) =>
      [cell.dataset.measure, runs(cell)]));
    return [...document.querySelectorAll("tr[data-sentence]")].map((row) =>
      ({ sentence: Number(row.dataset.sentence), texts: texts(row), numbers: numbers(row) }));
"""

CELLS = """
    const cells = document.querySelectorAll(".report-panel")[arguments[0]]?.querySelectorAll(".viewer-cell") ?? [];
    return [...cells].map((cell) => ["row", "column", "weight"].map((name) => Number(cell.dataset[name])));
"""


def table(browser: Any) -> list[dict[str, Any]]:
    """The rows of the table: number of the sentence, texts by their kind, numbers by measure and run."""
    found: list[dict[str, Any]] = browser.execute_script(ROWS)
    return found


def order(browser: Any) -> list[int]:
    return [row["sentence"] for row in table(browser)]


def sort_by(browser: Any, measure: str) -> None:
    browser.find_element(By.CSS_SELECTOR, f"thead [data-measure={measure}] button").click()


def by(values: list[float | None], descending: bool = False) -> list[int]:
    """The sentences, from 1 on, by these numbers; equal ones in the order of the file."""
    sign = -1 if descending else 1
    return sorted(range(1, len(values) + 1), key=lambda number: (sign * values[number - 1], number))


def test_the_table_has_the_texts_and_numbers_of_each_sentence(open_report: Open, texts: Texts, one: RunReport) -> None:
    browser = open_report(data_of(texts, one))
    for number, row in enumerate(table(browser), 1):
        source, reference = PAIRS[number - 1]
        translation = one.translations[number - 1].text
        assert row["sentence"] == number
        assert row["texts"] == [["source", source], ["translation", translation], ["reference", reference]]
        assert row["numbers"]["bleu"]["0"] == f"{one.measures['bleu'][number - 1]:.1f}"
        assert row["numbers"]["entropy"]["0"] == f"{one.measures['entropy'][number - 1]:.2f}"
        assert row["numbers"]["length"]["0"] == str(one.measures["length"][number - 1])
    assert number == len(PAIRS)
    totals = browser.find_element(By.CSS_SELECTOR, ".report-card[data-measure=bleu] [data-total='0']")
    assert totals.text == f"{one.scores['bleu']:.1f}"
    page = browser.find_element(By.TAG_NAME, "footer").text
    for name in ("bleu_signature", "chrf_signature", "sentence_bleu_signature"):
        assert one.scores[name] in page


def test_a_press_on_a_head_sorts_and_another_one_turns_round(open_report: Open, texts: Texts, one: RunReport) -> None:
    browser = open_report(data_of(texts, one))
    for measure in ("bleu", "aer", "entropy", "length"):
        sort_by(browser, measure)
        assert order(browser) == by(one.measures[measure])
        head = browser.find_element(By.CSS_SELECTOR, f"thead [data-measure={measure}]")
        assert head.get_attribute("aria-sort") == "ascending"
        sort_by(browser, measure)
        assert order(browser) == by(one.measures[measure], descending=True)
    sort_by(browser, "number")
    assert order(browser) == list(range(1, len(PAIRS) + 1))


def test_text_and_ranges_filter(open_report: Open, texts: Texts, one: RunReport) -> None:
    browser = open_report(data_of(texts, one))
    field = browser.find_element(By.CSS_SELECTOR, "input[type=search]")
    word = PAIRS[0][0].split()[1]
    field.send_keys(word.upper())
    assert order(browser) == [i for i, (source, _) in enumerate(PAIRS, 1) if word in source]
    count = browser.find_element(By.CSS_SELECTOR, ".report-count").text
    assert count == f"{len(order(browser))} of {len(PAIRS)} sentences"
    browser.find_element(By.CSS_SELECTOR, ".report-clear").click()
    assert len(order(browser)) == len(PAIRS) and field.get_attribute("value") == ""
    least = browser.find_element(By.CSS_SELECTOR, ".report-card[data-measure=length] [data-end=least]")
    least.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    bound, length = int(least.get_attribute("value")), [value or 0 for value in one.measures["length"]]
    assert bound == min(length) + 2 and order(browser) == [i for i, value in enumerate(length, 1) if value >= bound]
    assert len(order(browser)) < len(PAIRS)
    field.send_keys("no such word")
    assert order(browser) == []


def test_the_keyboard_goes_through_the_table_and_opens_a_sentence(
    open_report: Open, texts: Texts, one: RunReport
) -> None:
    browser = open_report(data_of(texts, one))
    grid = browser.find_element(By.CSS_SELECTOR, "table[role=grid]")
    grid.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    active = grid.get_attribute("aria-activedescendant")
    assert browser.find_element(By.ID, active).get_attribute("data-sentence") == "3"
    grid.send_keys(Keys.ENTER)
    dialog = browser.find_element(By.TAG_NAME, "dialog")
    assert dialog.is_displayed() and dialog.find_element(By.TAG_NAME, "h2").text == "Sentence 3"
    browser.switch_to.active_element.send_keys("j")
    assert dialog.find_element(By.TAG_NAME, "h2").text == "Sentence 4"
    browser.switch_to.active_element.send_keys("k", "k")
    assert dialog.find_element(By.TAG_NAME, "h2").text == "Sentence 2" and browser.current_url.endswith("#2")
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not dialog.is_displayed() and browser.switch_to.active_element == grid
    assert browser.find_element(By.CSS_SELECTOR, "[aria-selected=true]").get_attribute("data-sentence") == "2"


def weights_of(browser: Any, panel: int) -> np.ndarray:
    """The weights that the viewer of a panel shows, `[target, source]`, once it is there."""
    WebDriverWait(browser, 10).until(lambda _: browser.execute_script(CELLS, panel))
    at_rest(browser)
    cells = browser.execute_script(CELLS, panel)
    rows, columns = (int(max(cell[axis] for cell in cells)) + 1 for axis in (0, 1))
    weights = np.zeros((rows, columns))
    for row, column, weight in cells:
        weights[int(row), int(column)] = weight
    return weights


def test_a_click_opens_the_maps_of_the_sentence(
    open_report: Open, texts: Texts, one: RunReport, translator: Translator
) -> None:
    browser = open_report(data_of(texts, one))
    browser.find_element(By.CSS_SELECTOR, "tr[data-sentence='5'] .report-source").click()
    best = translator.translate_all(texts.sources, beam=2)[4][0]
    expected = [best.alignment, translator.align_all(PAIRS)[4]]
    for panel, alignment in enumerate(expected):
        found = weights_of(browser, panel)
        assert np.allclose(found, alignment.words(keep_end=True).weights.mean(0), atol=1e-3)
    words = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".report-panel:first-child [data-side=source]")]
    assert words == [*texts.sources[4].removesuffix(".").split(), ".", "</s>"]
    gold = browser.find_elements(By.CSS_SELECTOR, ".report-panel:last-child .viewer-cell[data-gold=sure]")
    assert {(g.get_attribute("data-column"), g.get_attribute("data-row")) for g in gold} == {
        tuple(link.split("-")) for link in LINKS[4].split()
    }


def test_a_link_to_a_sentence_opens_it(open_report: Open, texts: Texts, one: RunReport) -> None:
    browser = open_report(data_of(texts, one), "#7")
    assert browser.find_element(By.CSS_SELECTOR, "dialog h2").text == "Sentence 7"


def test_two_runs_stand_side_by_side_sorted_by_their_difference(
    open_report: Open, texts: Texts, one: RunReport, other: RunReport
) -> None:
    browser = open_report(data_of(texts, one, other))
    difference = [b - a for a, b in zip(one.measures["bleu"], other.measures["bleu"], strict=True)]
    rounded = [round(b, 4) - round(a, 4) for a, b in zip(one.measures["bleu"], other.measures["bleu"], strict=True)]
    assert order(browser) == by(rounded)
    row = table(browser)[0]
    index = row["sentence"] - 1
    assert [text for _, text in row["texts"]] == [
        PAIRS[index][0], one.translations[index].text, other.translations[index].text, PAIRS[index][1]
    ]  # fmt: skip
    own = row["numbers"]["bleu"]
    assert own["difference"].replace("\u2212", "-") == f"{difference[index]:+.1f}"
    assert (own["0"], own["1"]) == (f"{one.measures['bleu'][index]:.1f}", f"{other.measures['bleu'][index]:.1f}")
    assert list(row["numbers"]["length"]) == ["0"]  # of the source: there is no difference
    browser.find_element(By.CSS_SELECTOR, "input[name=report-of][value='1']").click()
    assert order(browser) == by(other.measures["bleu"])


def test_the_maps_of_two_runs_stand_side_by_side(
    open_report: Open, texts: Texts, one: RunReport, other: RunReport, translator: Translator, sister: Path
) -> None:
    browser = open_report(data_of(texts, one, other), "#3")
    second = Translator.load(sister, "cpu")
    for panel, (run, beam) in enumerate(((translator, 2), (second, 1))):
        words = run.translate_all(texts.sources, beam=beam)[2][0].alignment.words(keep_end=True)
        assert np.allclose(weights_of(browser, panel), words.weights.mean(0), atol=2e-3)
    browser.find_element(By.CSS_SELECTOR, "input[name=report-side][value=reference]").click()
    for panel, run in enumerate((translator, second)):
        words = run.align_all(PAIRS)[2].words(keep_end=True)
        assert np.allclose(weights_of(browser, panel), words.weights.mean(0), atol=2e-3)


def test_hostile_words_are_text(open_report: Open, translator: Translator) -> None:
    found = report_run(translator, HOSTILE[0], Texts(HOSTILE, [HOSTILE[::-1]]), beam=1)
    found = replace(found, translations=[replace(one, text=HOSTILE[2]) for one in found.translations])
    browser = open_report(data_of(Texts(HOSTILE, [HOSTILE[::-1]]), found))
    for number, row in enumerate(table(browser)):
        assert [text for _, text in row["texts"]] == [HOSTILE[number], HOSTILE[2], HOSTILE[-1 - number]]
    assert HOSTILE[0] in browser.title and HOSTILE[0] in browser.find_element(By.TAG_NAME, "h1").text
    for number in range(len(HOSTILE)):
        browser.execute_script("document.querySelector(`tr[data-sentence='${arguments[0]}']`).click()", number + 1)
        weights_of(browser, 0)
        browser.find_element(By.CSS_SELECTOR, "dialog [aria-label^=Close]").click()
    assert browser.execute_script("return document.querySelectorAll('img, main script').length") == 0


def test_a_refused_and_a_blank_sentence_have_no_map_and_say_why(open_report: Open, translator: Translator) -> None:
    texts = Texts(["", "x " * 3000, PAIRS[0][0]])
    browser = open_report(data_of(texts, report_run(translator, "x", texts, beam=1)))
    assert [row["texts"][1][0] for row in table(browser)] == ["translation", "refused", "translation"]
    assert "search.max_pieces" in table(browser)[1]["texts"][1][1]
    assert table(browser)[1]["numbers"]["entropy"] == {"0": "–"}
    for number in (1, 2):
        browser.execute_script("document.querySelector(`tr[data-sentence='${arguments[0]}']`).click()", number)
        nothing = browser.find_element(By.CSS_SELECTOR, ".report-nothing")
        WebDriverWait(browser, 10).until(visibility_of(nothing))
        browser.find_element(By.CSS_SELECTOR, "dialog [aria-label^=Close]").click()
    sort_by(browser, "entropy")
    assert order(browser)[-1] == 2  # what has no number comes last, in either direction
    sort_by(browser, "entropy")
    assert order(browser)[-1] == 2


def test_of_a_long_table_only_what_is_in_sight_is_in_the_document(
    open_report: Open, texts: Texts, one: RunReport
) -> None:
    data = data_of(texts, one)
    data |= {"sources": data["sources"] * 100, "references": [data["references"][0] * 100]}
    run = data["runs"][0]
    run |= {name: run[name] * 100 for name in ("translations", "refused", "packed")}
    run["measures"] = {name: values * 100 for name, values in run["measures"].items()}
    browser = open_report(data)
    assert 5 < len(table(browser)) < 60
    grid = browser.find_element(By.CSS_SELECTOR, "table[role=grid]")
    assert grid.get_attribute("aria-rowcount") == "1201"
    heights = browser.execute_script(
        "return [...document.querySelectorAll('tr[data-sentence]')].map((r) => r.offsetHeight)"
    )
    assert len(set(heights)) == 1
    browser.execute_script("scrollTo(0, document.body.scrollHeight)")
    WebDriverWait(browser, 10).until(lambda _: order(browser)[-1] == 1200)
    assert len(table(browser)) < 60
    grid.send_keys(Keys.HOME)
    WebDriverWait(browser, 10).until(lambda _: order(browser)[0] == 1)
    grid.send_keys(Keys.END, Keys.ENTER)
    assert browser.find_element(By.CSS_SELECTOR, "dialog h2").text == "Sentence 1200"
    assert weights_of(browser, 0).size


def test_a_phone_shows_all_of_it_in_its_width(
    open_report: Open, texts: Texts, one: RunReport, other: RunReport
) -> None:
    browser = open_report(data_of(texts, one, other))
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    )
    try:
        assert browser.execute_script("return document.documentElement.scrollWidth") == 390
        numbers = browser.find_elements(By.CSS_SELECTOR, "tr[data-position='0'] td[data-measure]")
        assert len(numbers) >= 9
        assert all(cell.rect["x"] >= 0 and cell.rect["x"] + cell.rect["width"] <= 390 for cell in numbers)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
