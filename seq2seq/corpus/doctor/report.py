"""A report of the doctor: what the files are, what is wrong with them; as text for the terminal and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from seq2seq.corpus.doctor import examine, usable
from seq2seq.corpus.doctor.finding import SIDES, Finding, Split
from seq2seq.corpus.doctor.marks import MINORITY, is_tokenised, share_of
from seq2seq.corpus.doctor.pieces import fitting_vocabulary, least_vocabulary

FORMAT = 1
"""Counts up when a reader of the JSON would have to change."""

BOLD, RESET = "\x1b[1m", "\x1b[0m"
SHOWN = 5
"""Line numbers in the table."""


@dataclass(frozen=True)
class Facts:
    """What is to be known of a split, whatever is wrong."""

    name: str
    source: str
    """Path."""
    target: str
    source_lines: int
    target_lines: int
    source_tokenised: bool | None
    """None where nothing shows it, or where lines of both kinds are many."""
    target_tokenised: bool | None
    least_vocab_size: int
    """What the characters need: see `pieces.least_vocabulary`."""
    vocab_size: int
    """One that will do."""


@dataclass(frozen=True)
class Report:
    """Facts of each split, and the findings."""

    facts: list[Facts]
    findings: list[Finding]

    @property
    def usable(self) -> bool:
        """Would `seq2seq prepare text` take the corpus?"""
        return usable(self.findings)


def report(splits: Sequence[Split]) -> Report:
    """Examine the splits of a corpus."""
    return Report(list(map(_facts, splits)), examine(splits))


def _facts(split: Split) -> Facts:
    return Facts(
        split.name,
        *split.paths,
        source_lines=len(split.source),
        target_lines=len(split.target),
        source_tokenised=_tokenised(split.source),
        target_tokenised=_tokenised(split.target),
        least_vocab_size=least_vocabulary(split),
        vocab_size=fitting_vocabulary(split),
    )


def _tokenised(lines: list[str]) -> bool | None:
    share = share_of(list(map(is_tokenised, lines)))
    return None if share is None or MINORITY < share < 1 - MINORITY else share > MINORITY


def as_json(found: Report) -> str:
    """The report as JSON, every line number in it."""
    findings = [
        {
            "check": one.check.name,
            "split": one.split,
            "what": one.check.what,
            "advice": one.check.advice,
            "fix": one.check.fix,
            "fatal": one.check.fatal,
            "count": one.count,
            **dict(zip(SIDES, one.of_sides, strict=True)),
            "detail": one.detail,
            "lines": one.lines,
            "examples": [example._asdict() for example in one.examples],
        }
        for one in found.findings
    ]
    content = {"format": FORMAT, "usable": found.usable, "splits": list(map(asdict, found.facts)), "findings": findings}
    return json.dumps(content, ensure_ascii=False, indent=1)


def as_text(found: Report, colour: bool = False) -> str:
    """The report for a terminal: the files, a table of the findings, then each with its examples."""
    blocks = ["\n".join(line for facts in found.facts for line in fact_lines(facts))]
    if not found.findings:
        return "\n\n".join([*blocks, "nothing found"])
    blocks.append(_table(found.findings, colour))
    blocks += [_block(one, colour) for one in found.findings]
    if not found.usable:
        blocks.append("seq2seq prepare refuses this corpus as it is")
    return "\n\n".join(blocks)


def fact_lines(facts: Facts) -> list[str]:
    """A split's files, and for train what settings they ask for."""
    same = facts.source_lines == facts.target_lines
    counts = f"{facts.source_lines:,} pairs" if same else f"{facts.source_lines:,} lines and {facts.target_lines:,}"
    lines = [f"{facts.name}: {facts.source} and {facts.target}, {counts}"]
    if facts.name == "train":
        words = {True: "tokenised", False: "not tokenised", None: "tokenised or not: cannot be told"}
        sides = (facts.source_tokenised, facts.target_tokenised)
        both = [f"both sides {words[sides[0]]}"] if len(set(sides)) == 1 else [
            f"{name} {words[kind]}" for name, kind in zip(SIDES, sides, strict=True)]  # fmt: skip
        lines.append(f"    {', '.join(both)}; subwords.vocab_size: {facts.least_vocab_size:,} at least, "
                     f"{facts.vocab_size:,} will do")  # fmt: skip
    return lines


def _table(findings: list[Finding], colour: bool) -> str:
    rows = [("check", "split", "lines", "which")]
    rows += [
        (one.check.name, one.split, f"{one.count:,}" if one.lines else "file", numbers(one.lines, SHOWN))
        for one in findings
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d}".rstrip() for a, b, c, d in rows]
    return "\n".join([_bold(lines[0], colour), *lines[1:]])


def numbers(lines: list[int], shown: int) -> str:
    """The first line numbers, with dots where there are more."""
    return ", ".join([*(f"{line:,}" for line in lines[:shown]), *(["…"] if len(lines) > shown else [])])


def _block(one: Finding, colour: bool) -> str:
    more = f" ({one.more})" if one.more else ""
    lines = [f"{_bold(one.check.name, colour)}: {one.check.what}, {one.split}{more}"]
    for example in one.examples:
        lines += [
            f"    line {example.line:,}: {example.detail}".rstrip(": "),
            *(f"        {text}" for text in example[2:]),
        ]
    return "\n".join([*lines, f"    {advice(one)}"])


def advice(one: Finding) -> str:
    """What to do about it, and whether `--fix` does it."""
    return f"-> {one.check.advice}" + ("" if one.check.fix == "leave" else "; --fix does")


def _bold(text: str, colour: bool) -> str:
    return f"{BOLD}{text}{RESET}" if colour else text
