#!/usr/bin/env python
"""Make an animated picture of a film: scripts/record_film.py film.html film.gif

It plays the film in a headless Chromium and takes a picture of each step.
"""

import argparse
import io
import sys
from pathlib import Path

from PIL import Image
from selenium import webdriver

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import started

COLOURS = 128
STEP, END = 250, 2500
"""Milliseconds that a step is seen, and the last one."""

SEEK = """
const [position, done] = arguments;
const slider = document.querySelector(".player-slider");
if (position > Number(slider.max)) return done(false);
document.addEventListener("player-drawn", () => setTimeout(done, 50, true), { once: true });
slider.value = position;
slider.dispatchEvent(new Event("input", { bubbles: true }));
"""


def main() -> None:
    """Parse arguments and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", type=Path, help="page that seq2seq film has written")
    parser.add_argument("picture", type=Path, help="file to write: .gif")
    parser.add_argument("--sentence", type=int, help="number of the sentence (default: the first)")
    parser.add_argument("--width", type=int, default=1000, help="pixels (default: 1000)")
    arguments = parser.parse_args()
    link = "" if arguments.sentence is None else f"#sentence={arguments.sentence}"
    with started() as browser:
        browser.set_window_size(arguments.width, 2000)
        browser.get(f"{arguments.film.resolve().as_uri()}{link}")
        pictures = frames(browser)
    palette = palette_of(pictures)
    first, *others = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    times = [*[STEP] * len(others), END]
    first.save(arguments.picture, save_all=True, append_images=others, duration=times, loop=0, optimize=True)


def palette_of(pictures: list[Image.Image]) -> Image.Image:
    """A picture with the colours that do best for all of them, by every fourth."""
    width, height = pictures[0].size
    together = Image.new("RGB", (width, height * len(pictures[::4])))
    for row, picture in enumerate(pictures[::4]):
        together.paste(picture, (0, row * height))
    return together.quantize(COLOURS)


def frames(browser: webdriver.Chrome) -> list[Image.Image]:
    """A picture of the player at each step."""
    browser.implicitly_wait(30)
    player = browser.find_element("css selector", "main:has(.viewer-cell)")
    found: list[Image.Image] = []
    while browser.execute_async_script(SEEK, len(found)):
        found.append(Image.open(io.BytesIO(player.screenshot_as_png)).convert("RGB"))
    return found


if __name__ == "__main__":
    main()
