"""A page as text for the terminal, as Markdown, as one HTML file that needs nothing from anywhere, or as JSON types."""

import html
import re
from dataclasses import fields
from typing import Any

from seq2seq.explain.blocks import BACKTICK, BAR, Block, Bullets, Heading, Lines, Page, Table
from seq2seq.show.terminal import BOLD, RESET, display_width, pad
from seq2seq.text.page import html_page

WIDTH = 80
"""Columns of running text in the terminal."""

MARKS = re.compile(r"`([^`]+)`|\*\*(.+?)\*\*")
"""`code` or **strong**."""

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 1rem/1.6 system-ui, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
:lang(ko) { word-break: keep-all; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.5rem; border-top: 1px solid #8886; padding-top: 1rem; }
code, pre, td.number { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
code { background: #8882; border-radius: 0.2em; padding: 0 0.2em; white-space: pre-wrap; }
pre { background: #8882; border-radius: 0.4em; padding: 0.7rem; line-height: 1.5; white-space: pre-wrap; }
pre span { display: block; min-height: 1.5em; padding-left: 5ch; text-indent: -5ch; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5rem 0; }
th, td { border-bottom: 1px solid #8886; padding: 0.2rem 0.6rem; text-align: left; }
th.number, td.number { text-align: right; }
td.number { white-space: nowrap; }
td.bar { color: #3b82f6; line-height: 1; }
@media (max-width: 30rem) { table { font-size: 0.9rem; } th, td { padding: 0.2rem 0.3rem; } }
"""


def render(page: Page, form: str, colour: bool = False) -> str:
    """The page as `terminal`, `markdown` or `html`, with a line end after the last line."""
    if form == "html":
        return _html_page(page)
    block_text = {"terminal": lambda block: _terminal(block, colour), "markdown": _markdown}[form]
    return "\n\n".join(block_text(block) for block in page.blocks) + "\n"


# Terminal


def _terminal(block: Block, colour: bool) -> str:
    if isinstance(block, Heading):
        text = _plain(block.text)
        underline = "═─ "[block.level - 1] * display_width(text)
        return f"{BOLD}{text}{RESET}" if colour else f"{text}\n{underline}".rstrip()
    if isinstance(block, Bullets):
        return "\n".join(_wrap(_running(item), "- ", "  ") for item in block.items)
    if isinstance(block, Lines):
        return "\n".join(f"    {line}".rstrip() for line in block.lines)
    if isinstance(block, Table):
        return _terminal_table(block)
    return _wrap(_running(block.text))


def _plain(text: str) -> str:
    """A text without marks."""
    return MARKS.sub(lambda found: found[1] or found[2], text).replace(BACKTICK, "`")


def _running(text: str) -> str:
    """A text without the marks of **strong**: `code` keeps its backticks, which set a word apart that is talked of."""
    return MARKS.sub(lambda found: found[2] or found[0], text).replace(BACKTICK, "`")


def _wrap(text: str, first: str = "", others: str = "") -> str:
    """Lines of at most `WIDTH` columns, broken at spaces; wide characters count two."""
    lines, line = [], first
    for word in text.split():
        if display_width(f"{line} {word}") > WIDTH and line.strip() and line != first:
            lines.append(line)
            line = others
        line += word if line in (first, others) else f" {word}"
    return "\n".join([*lines, line])


def _terminal_table(block: Table) -> str:
    rows = [[_plain(cell) for cell in row] for row in (block.header, *block.rows)]
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(block.header))]

    def line(row: list[str]) -> str:
        cells = [
            pad(cell, width) if column < block.labels else " " * (width - display_width(cell)) + cell
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return f"    {'  '.join(cells)}".rstrip()

    head = [line(rows[0]), f"    {'  '.join('─' * width for width in widths)}"] if any(block.header) else []
    return "\n".join([*head, *map(line, rows[1:])])


# Markdown


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_markdown_text(block.text)}"
    if isinstance(block, Bullets):
        return "\n".join(f"- {_markdown_text(item)}" for item in block.items)
    if isinstance(block, Lines):
        return "\n".join([f"```{block.language}", *block.lines, "```"])
    if isinstance(block, Table):
        return _markdown_table(block)
    return _markdown_text(block.text)


def _markdown_table(block: Table) -> str:
    rule = ["---" if column < block.labels else "---:" for column in range(len(block.header))]
    rows = [[_markdown_text(cell).replace("|", "\\|") for cell in row] for row in (block.header, *block.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))


def _markdown_text(text: str) -> str:
    """`code` with a backtick in it needs a longer fence."""

    def fence(found: re.Match[str]) -> str:
        if found[1] is None or BACKTICK not in found[1]:
            return found[0]
        return f"`` {found[1].replace(BACKTICK, '`')} ``"

    return MARKS.sub(fence, text)


# HTML


def _html_page(page: Page) -> str:
    title = _plain(page.blocks[0].text) if isinstance(page.blocks[0], Heading) else ""
    return html_page(page.language, title, STYLE, "\n".join(map(_html, page.blocks)))


def _html(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_html_text(block.text)}</h{block.level}>"
    if isinstance(block, Bullets):
        return f"<ul>{''.join(f'<li>{_html_text(item)}</li>' for item in block.items)}</ul>"
    if isinstance(block, Lines):
        return f"<pre>{''.join(f'<span>{_html_line(line)}</span>' for line in block.lines)}</pre>"
    if isinstance(block, Table):
        return _html_table(block)
    return f"<p>{_html_text(block.text)}</p>"


def _html_line(line: str) -> str:
    """A line that breaks, where it must, between terms and not within one."""
    return html.escape(line).replace(" × ", "\u00a0×\u00a0").replace(": ", ":\u00a0")


def _html_table(block: Table) -> str:
    def cell(column: int, text: str, tag: str) -> str:
        kind = "number" if column >= block.labels else "bar" if text and not text.strip(BAR) else ""
        return f"<{tag} class={kind}>{_html_text(text)}</{tag}>" if kind else f"<{tag}>{_html_text(text)}</{tag}>"

    def row(cells: tuple[str, ...], tag: str) -> str:
        return f"<tr>{''.join(cell(column, text, tag) for column, text in enumerate(cells))}</tr>"

    rows = [*([row(block.header, "th")] if any(block.header) else []), *(row(cells, "td") for cells in block.rows)]
    return "\n".join(['<div class="scroll"><table>', *rows, "</table></div>"])


def _html_text(text: str) -> str:
    def marked(found: re.Match[str]) -> str:
        return f"<code>{found[1]}</code>" if found[1] else f"<strong>{found[2]}</strong>"

    return MARKS.sub(marked, html.escape(text, quote=False)).replace(BACKTICK, "`")


# JSON


def as_data(page: Page) -> list[dict[str, Any]]:
    """The blocks as JSON types: each with its `kind` (`heading`, `table`, ...) and its fields, in which every text is a
    list of parts, `{"text": ..., "mark": "" | "code" | "strong"}`."""
    return [_data_of(block) for block in page.blocks]


def _data_of(block: Block) -> dict[str, Any]:
    kept = isinstance(block, Lines)  # lines keep their characters
    data: dict[str, Any] = {"kind": type(block).__name__.lower()}
    for field in fields(block):
        value = getattr(block, field.name)
        data[field.name] = value if kept else _parts_in(value)
    return data


def _parts_in(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_parts_in(one) for one in value]
    return _parts(value) if isinstance(value, str) else value


def _parts(text: str) -> list[dict[str, str]]:
    parts, end = [], 0
    for found in MARKS.finditer(text):
        parts += [(text[end : found.start()], ""), (found[1] or found[2], "code" if found[1] else "strong")]
        end = found.end()
    parts.append((text[end:], ""))
    return [{"text": part.replace(BACKTICK, "`"), "mark": mark} for part, mark in parts if part]
