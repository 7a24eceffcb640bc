"""The viewer of alignment maps in a browser: what it is given, and pages that hold it. Needs numpy, no torch.

The front end stands in `static/`: ES modules without dependencies. So that `bundle` can make one of several, a module
imports others in the form `import { a, b } from "./x.js";` and exports by `export function`, `export class` and
`export const`; names of exports are unique over all modules.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seq2seq.alignment.diagnostics import diagnose
from seq2seq.alignment.links import GoldLinks, alignment_error_rate
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.schema import VERSION, map_to_dict, to_json
from seq2seq.text.page import html_page

STATIC = Path(__file__).parent / "static"
"""The folder of the front end."""

_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:async )?(?:function|class|const) (\w+)", re.MULTILINE)


def view(
    maps: Mapping[str, AlignmentMap],
    *,
    gold: GoldLinks | None = None,
    run: str | None = None,
    step: int | None = None,
    score: float | None = None,
) -> dict[str, Any]:
    """What the viewer is given, as JSON types: maps of the same sentence pair by name, the first of them shown first.

    Each has its mean entropy in nats over words (`diagnose`). `gold` links are of the pair's words: each map but
    self-attention, which is of one sentence, gets them and the AER of its links by argmax, from 0 to 1. Raises
    ValueError for a gold link that lies outside a map.
    """
    entries = []
    for name, one in maps.items():
        links = None if one.kind == "self-attention" else gold
        words = one.words(keep_end=True) if one.units == "pieces" else one
        aer = None if links is None else alignment_error_rate([words.without_end().links()], [links]) / 100
        entries.append(
            {
                "name": name,
                "map": map_to_dict(one, run=run, step=step, score=score, gold=links),
                "entropy": round(diagnose(words, links).entropy, 4),
                "aer": None if aer is None else round(aer, 4),
            }
        )
    return {"version": VERSION, "maps": entries}


def page(title: str, script: str, data: Any) -> str:
    """One HTML page that needs nothing from anywhere: the data (JSON types) is in its element `data`, and
    `static/SCRIPT`, with all that it imports, fills its element `main`.

    Its style is that of the CSS files beside the modules, where there are some.
    """
    sheets = [STATIC / "page.css", *((STATIC / name).with_suffix(".css") for name in _modules(script))]
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.exists())
    code = bundle(script).replace("</script", "<\\/script")
    json = to_json(data).replace("<", "\\u003c")
    scripts = f'<script type="application/json" id="data">{json}</script>\n<script type="module">\n{code}</script>\n'
    body = "<noscript>This page needs JavaScript.</noscript>"
    return html_page("en", title, style, body, policy=_POLICY, scripts=scripts)


def bundle(script: str) -> str:
    """`static/SCRIPT` and all that it imports, as the text of one module, which exports what SCRIPT does.

    What is imported keeps its inner names to itself: each module is the body of a function that returns its exports.
    """
    found = _modules(script)
    entry = found.pop(script)
    return "\n".join([*map(_enclosed, found.values()), entry])


def _modules(script: str) -> dict[str, str]:
    """The text of the script, after those of all that it imports, by their names."""
    found: dict[str, str] = {}
    _collect(script, found)
    return found


def _collect(name: str, found: dict[str, str]) -> None:
    """Put the module after those that it imports, each once."""
    if name in found:
        return
    text = (STATIC / name).read_text(encoding="utf-8")
    for imported in _IMPORT.findall(text):
        _collect(imported, found)
    found[name] = _IMPORT.sub("", text)


def _enclosed(text: str) -> str:
    exported = ", ".join(_EXPORT.findall(text))
    inner = re.sub(r"^export ", "", text, flags=re.MULTILINE)
    return f"const {{ {exported} }} = (() => {{\n{inner}return {{ {exported} }};\n}})();"
