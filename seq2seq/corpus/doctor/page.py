"""The report as one HTML page that needs nothing from anywhere: no script, no font, no picture."""

from html import escape

from seq2seq.corpus.doctor.finding import Finding
from seq2seq.corpus.doctor.report import Report, fact_lines, numbers
from seq2seq.text.page import html_page

TITLE = "What the corpus doctor found"
LISTED = 1000
"""Line numbers of a finding on the page; the JSON has them all."""

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans KR", sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1, h2 { line-height: 1.25; }
h2 { margin-top: 2.5rem; border-top: 1px solid #8886; padding-top: 1rem; font-size: 1.2rem; }
h2 code { font-weight: normal; font-size: 0.8em; }
code { background: #8882; border-radius: 0.2em; padding: 0 0.25em; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
th { white-space: nowrap; }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.examples td { width: 38%; unicode-bidi: plaintext; }
.examples td.number, .examples td.detail { width: auto; }
.detail { color: #c2410c; }
.stop { border-left: 4px solid #c2410c; padding-left: 0.8rem; }
details { margin: 0.5rem 0; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; }
a { color: inherit; }
@media (prefers-color-scheme: dark) { .detail { color: #fdba74; } }
@media (max-width: 40rem) {
  .examples thead { display: none; }
  .examples tr { display: block; border-bottom: 1px solid #8886; padding: 0.4rem 0; }
  .examples td, .examples td.number, .examples td.detail { display: block; width: auto; border: 0; padding: 0.1rem 0;
    text-align: left; }
  .examples td[data-name]::before { content: attr(data-name) " "; opacity: 0.7; }
  th, td { padding: 0.3rem; }
}
"""


def as_page(found: Report) -> str:
    """The page, a line end after the last line."""
    body = [_opening(found), *(_section(number, one) for number, one in enumerate(found.findings))]
    return html_page("en", TITLE, STYLE, "\n".join(body))


def _opening(found: Report) -> str:
    parts = [f"<h1>{TITLE}</h1>"]
    parts += ["<p>" + "<br>".join(escape(line.strip()) for line in fact_lines(facts)) + "</p>" for facts in found.facts]
    if not found.findings:
        return "\n".join([*parts, "<p><strong>Nothing found.</strong></p>"])
    if not found.usable:
        parts.append('<p class="stop"><code>seq2seq prepare</code> refuses this corpus as it is.</p>')
    rows = [
        f'<tr><td><a href="#f{number}">{escape(one.check.what)}</a></td><td>{escape(one.split)}</td>'
        f'<td class="number">{f"{one.count:,}" if one.lines else "file"}</td></tr>'
        for number, one in enumerate(found.findings)
    ]
    head = '<thead><tr><th>what</th><th>split</th><th class="number">lines</th></tr></thead>'
    return "\n".join([*parts, f"<table>{head}<tbody>", *rows, "</tbody></table>"])


def _section(number: int, one: Finding) -> str:
    name, what = escape(one.check.name), escape(one.check.what)
    many = "the whole file" if not one.lines else f"{one.count:,} line{'s' * (one.count != 1)}"
    parts = [
        f'<section><h2 id="f{number}">{what[:1].upper()}{what[1:]} <code>{name}</code></h2>',
        f"<p>{escape(one.split)}: {escape('; '.join(part for part in (many, one.more) if part))}.</p>",
        f"<p>What to do: {escape(one.check.advice)}{_fixed(one)}.</p>",
    ]
    if one.examples:
        head = '<thead><tr><th class="number">line</th><th>found</th><th>source</th><th>target</th></tr></thead>'
        rows = [
            f'<tr><td class="number" data-name="line">{example.line:,}</td>'
            f'<td class="detail">{escape(example.detail)}</td>'
            f'<td dir="auto" data-name="source">{escape(example.source)}</td>'
            f'<td dir="auto" data-name="target">{escape(example.target)}</td></tr>'
            for example in one.examples
        ]
        parts += [f'<table class="examples">{head}<tbody>', *rows, "</tbody></table>"]
    if one.count > len(one.examples):
        parts.append(f"<details><summary>all lines</summary><p>{numbers(one.lines, LISTED)}</p></details>")
    return "\n".join([*parts, "</section>"])


def _fixed(one: Finding) -> str:
    return "" if one.check.fix == "leave" else " (<code>--fix</code> does)"
