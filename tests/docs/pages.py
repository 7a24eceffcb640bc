"""The commands that a Markdown page shows, taken from it as they are printed."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
COMMAND = re.compile(r"(seq2seq|make|pip|echo|cat|zcat|head|cp|source|torchrun|srun|\.venv/bin/\w+|scripts/\w+\.py) ")
"""What a line of a code block begins with if it is a command."""


@dataclass
class Command:
    """A command of a page, and what the page says that it answers."""

    page: str
    number: int
    """The line of the page, from 1 on."""
    text: str
    output: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}, line {self.number}: {self.text}"


def code_blocks(page: Path) -> list[tuple[int, list[str]]]:
    """The code blocks of a page, indented or fenced, each with the number of its first line."""
    blocks: list[tuple[int, list[str]]] = []
    fenced = inside = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            fenced, inside = not fenced, False
        elif fenced or line.startswith("    "):
            if not inside:
                blocks.append((number, []))
            blocks[-1][1].append(line if fenced else line[4:])
            inside = True
        elif line:
            inside = False
    return blocks


def commands(page: Path) -> list[Command]:
    """The commands of a page in their order, those over several lines put together."""
    found: list[Command] = []
    for first, lines in code_blocks(page):
        answering = continued = False
        for number, line in enumerate(lines, first):
            text = line.removeprefix("$ ")
            if continued:
                found[-1].text = found[-1].text.removesuffix("\\").rstrip() + " " + text.strip()
            elif line.startswith("$ ") or COMMAND.match(text):
                found.append(Command(str(page.relative_to(ROOT)), number, text.strip()))
                answering = line.startswith("$ ")
            elif answering and found:
                found[-1].output.append(line)
            continued = bool(found) and not found[-1].output and found[-1].text.endswith("\\")
    for command in found:
        command.text = re.sub(r"\s+# .*", "", command.text)
    return found


def python_blocks(page: Path) -> list[tuple[int, str]]:
    """The code blocks of a page that import this package."""
    return [(number, "\n".join(lines)) for number, lines in code_blocks(page) if lines[0].startswith("from seq2seq")]
