"""The film of trainings in a real browser: played, scrubbed, compared, and nothing shown that was not recorded."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import in_peace
from played import panels, press, scrub, wait, wait_for
from recordings import record, write_records
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from seq2seq.errors import InputError
from seq2seq.show.film import film

HAUS = ("Das alte Haus ist groß.", "The old house is big.")
HOSTILE = ('<img src=x onerror=alert(1)> "quoted" </script>', "\u202eمرحبا & 👩\u200d👩\u200d👧 <!-- &lt;")
STEPS = range(0, 60, 10)


def records_of(seed: int) -> list[dict[str, Any]]:
    return [record(3, step, HAUS, "the the" if step < 20 else "", seed=seed) for step in STEPS] + [
        record(5, step, HOSTILE, seed=seed) for step in STEPS
    ]


RECORDS = {"one": records_of(1), "two": records_of(2)}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("runs")
    return [write_records(folder / name, records) for name, records in RECORDS.items()]


@pytest.fixture(scope="module")
def page(runs: list[Path]) -> Path:
    path = runs[0].parent / "film.html"
    path.write_text(film(runs).html, encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Any, page: Path) -> Iterator[Any]:
    """Opens the page at a link; afterwards no error is on the console and no request has left."""

    def at(link: str = "", path: Path = page) -> Any:
        browser.get("about:blank")
        browser.get(f"{path.as_uri()}#{link}")
        return browser

    with in_peace(browser):
        yield at


def at(run: str, sentence: int, step: int) -> dict[str, Any]:
    """The record of a run."""
    return next(one for one in RECORDS[run] if (one["sentence"], one["step"]) == (sentence, step))


def test_runs_side_by_side_show_what_was_recorded_at_every_step(opened: Any) -> None:
    browser = opened()
    for position in (5, 0, 3):
        scrub(browser, position)
        wait_for(browser, at("one", 3, 10 * position), at("two", 3, 10 * position))
        told = browser.find_element(By.CSS_SELECTOR, ".player-step").text
        assert re.sub(r"\s+", " ", told) == f"update {10 * position} {position + 1} of 6"
    one = panels(browser)[0]
    entry = at("one", 3, 30)["views"]["reference"]["maps"][0]
    assert one["name"] == "one" and sorted(map(tuple, one["gold"])) == [(i, i) for i in range(6)]
    assert f"{entry['entropy']:.2f} nats" in one["scores"] and f"{100 * entry['aer']:.1f}" in one["scores"]
    texts = [element.text for element in browser.find_elements(By.CSS_SELECTOR, ".player-texts dd")]
    assert texts == list(HAUS)


def test_a_link_opens_a_moment_and_follows_what_is_looked_at(opened: Any) -> None:
    browser = opened("run=two&sentence=5&step=20&target=translation")
    wait_for(browser, at("two", 5, 20), kind="translation")
    press(browser, Keys.ARROW_RIGHT)
    wait_for(browser, at("two", 5, 30), kind="translation")
    assert browser.current_url.endswith("#run=two&sentence=5&step=30&target=translation")
    press(browser, Keys.HOME)
    wait_for(browser, at("two", 5, 0), kind="translation")


def test_playing_shows_every_step_from_the_first_to_the_last_and_ends(opened: Any) -> None:
    browser = opened()
    wait_for(browser, at("one", 3, 50), at("two", 3, 50))
    browser.execute_script(
        "window.steps = []; document.addEventListener('player-drawn', ({ detail }) => {"
        "  if (detail.playing) window.steps.push(detail.step); });"
    )
    Select(browser.find_element(By.CSS_SELECTOR, ".player-speed")).select_by_visible_text("4×")
    press(browser, " ")
    wait(
        browser, lambda: browser.find_element(By.CSS_SELECTOR, ".player-play").accessible_name == "Pause", "not playing"
    )
    wait(browser, lambda: browser.find_element(By.CSS_SELECTOR, ".player-play").accessible_name == "Play", "no end")
    assert browser.execute_script("return window.steps") == list(STEPS)
    wait_for(browser, at("one", 3, 50), at("two", 3, 50))


def test_a_playing_stops_where_it_is_paused(opened: Any) -> None:
    browser = opened()
    wait_for(browser, at("one", 3, 50), at("two", 3, 50))
    press(browser, " ")
    wait(browser, lambda: "step=" in browser.current_url and shown_step(browser) >= 10, "not playing")
    browser.execute_script("document.querySelector('.player-play').click()")
    step = shown_step(browser)
    assert step < 50
    wait_for(browser, at("one", 3, step), at("two", 3, step))


def shown_step(browser: Any) -> int:
    """In one question: while it plays, elements are replaced by others."""
    return int(browser.execute_script("return document.querySelector('.player-step strong').textContent"))


def test_runs_and_sentences_are_chosen(opened: Any) -> None:
    browser = opened()
    wait_for(browser, at("one", 3, 50), at("two", 3, 50))
    Select(browser.find_element(By.CSS_SELECTOR, ".player-sentences")).select_by_index(1)
    wait_for(browser, at("one", 5, 50), at("two", 5, 50))
    first, second = browser.find_elements(By.CSS_SELECTOR, ".player-chip input")
    first.click()
    wait_for(browser, at("two", 5, 50))
    second.click()
    wait(
        browser,
        lambda: "Choose a run." in browser.find_element(By.CSS_SELECTOR, ".player > .player-note").text,
        "no note",
    )
    first.click()
    wait_for(browser, at("one", 5, 50))


def test_what_is_chosen_in_one_viewer_is_chosen_in_all(opened: Any) -> None:
    browser = opened()
    wait_for(browser, at("one", 3, 50), at("two", 3, 50))
    browser.find_element(By.CSS_SELECTOR, ".player-panel [data-choice=units] input[value=pieces]").click()
    pieces = at("one", 3, 50)["views"]["reference"]["maps"][0]["map"]["target"]["pieces"]
    wait(browser, lambda: [panel["target"] for panel in panels(browser)] == [pieces, pieces], "not all in pieces")
    scrub(browser, 2)
    wait(browser, lambda: len(panels(browser)[1]["target"]) == len(pieces), "words again")


def test_hostile_words_are_text(opened: Any) -> None:
    browser = opened("sentence=5")
    wait_for(browser, at("one", 5, 50), at("two", 5, 50))
    texts = [
        element.get_property("textContent") for element in browser.find_elements(By.CSS_SELECTOR, ".player-texts dd")
    ]
    assert texts == list(HOSTILE)
    assert browser.find_elements(By.CSS_SELECTOR, "main img, main script") == []
    labels = [option.get_property("textContent") for option in browser.find_elements(By.CSS_SELECTOR, "option")]
    assert f"5 · {HOSTILE[0]}" in labels


def test_runs_of_other_steps_and_sentences_are_compared_as_far_as_they_go(opened: Any, tmp_path: Path) -> None:
    """The slider has the steps of all; a run shows its last record before, and its name says from where."""
    sparse = [record(3, step, HAUS, seed=3) for step in (0, 25)]
    other = [record(5, step, HOSTILE, seed=4) for step in (0, 40)]
    paths = [write_records(tmp_path / "sparse", sparse), write_records(tmp_path / "other", other)]
    page = tmp_path / "film.html"
    page.write_text(film(paths).html, encoding="utf-8")
    browser = opened("sentence=3&step=25", page)
    wait(browser, lambda: len(panels(browser)) == 2, "no panels")
    assert panels(browser)[1]["note"] == "This run has no maps of the sentence."
    wait(browser, lambda: panels(browser)[0]["translation"] == HAUS[1], "nothing shown")


def test_words_are_words_where_each_is_one_piece_too(opened: Any, tmp_path: Path) -> None:
    one = record(1, 0, ("Er ist da", "he is in"))
    page = tmp_path / "film.html"
    page.write_text(film([write_records(tmp_path / "run", [one])]).html, encoding="utf-8")
    wait_for(opened(path=page), one)


def test_a_film_within_bounds_keeps_the_first_and_the_last_step(runs: list[Path], tmp_path: Path) -> None:
    whole = film(runs)
    assert whole.steps == {"one": (6, 6), "two": (6, 6)}
    part = film(runs, most=len(whole.html) - 4000)
    assert len(part.html.encode()) <= len(whole.html) - 4000
    kept = [[int(step) for step in steps.split(",")] for steps in re.findall(r'"steps":\[([\d,]+)\]', part.html)]
    assert len(kept) == 4 and all(steps == kept[0] for steps in kept)
    assert 2 <= len(kept[0]) < 6 and {0, 50} <= set(kept[0])
    assert part.steps["one"] == (len(kept[0]), 6)
    gaps = {after - before for before, after in zip(kept[0], kept[0][1:], strict=False)}
    assert max(gaps) - min(gaps) <= 10
    with pytest.raises(
        InputError, match=r"no more than 2 steps of each run, the most is 0\.01; name fewer --sentences"
    ):
        film(runs, most=10_000)


def test_a_film_of_chosen_sentences(runs: list[Path]) -> None:
    html = film(runs, [5]).html
    assert re.findall(r'"number":(\d+)', html) == ["5", "5"]
    with pytest.raises(InputError, match=r"one: no maps of sentence 4 are recorded; there are those of 3, 5"):
        film(runs, [3, 4])


def test_runs_are_called_by_their_folders_or_by_their_paths_where_these_are_the_same(tmp_path: Path) -> None:
    records = [record(1, 0, ("a", "b"))]
    one, two = (write_records(tmp_path / name / "run", records) for name in "ab")
    assert list(film([one, one]).steps) == ["run"]
    assert list(film([one, two]).steps) == [str(one), str(two)]


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    run = write_records(tmp_path / "run", [record(1, 0, ("a", "b"))], [b"no record"])
    with pytest.raises(InputError, match=r"run: alignments/sentence 1, step 0: no recorded map"):
        film([run])


def test_a_run_without_recorded_maps_says_how_to_get_them(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = tmp_path / "scalars"
    write_records(run, [])
    with pytest.raises(
        InputError, match=r"scalars: no recorded maps in its events; train it anew: .* logging\.sentences"
    ):
        film([run])
    with pytest.raises(InputError, match=r"no such folder; name the folder of a run"):
        film([tmp_path / "none"])
    with pytest.raises(InputError, match=r"no TensorBoard events in it; name the folder of a run"):
        film([tmp_path / "empty"])
