"""A step of a translation explained: the very floats of the alignment map, under every configuration of the model."""

import copy
import dataclasses
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import sentences

from seq2seq.config.reading import load_config
from seq2seq.config.sections import ModelConfig, SubwordsConfig
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.explain.blocks import Bullets, Heading, Lines, Page, Paragraph, Table, code
from seq2seq.explain.digits import added, largest, number, rest, rounded, subscript
from seq2seq.explain.example import worked_example
from seq2seq.explain.example_page import example_page
from seq2seq.explain.render import WIDTH, render
from seq2seq.explain.texts import LANGUAGES, Texts, catalogue
from seq2seq.explain.translation import ExplainedStep, explain_step
from seq2seq.explain.translation_page import translation_page
from seq2seq.explain.worked import MismatchError
from seq2seq.model.attention import DotScore
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.show.terminal import display_width
from seq2seq.translate.engine import ModelEngine
from seq2seq.translate.ensemble import load_runs
from seq2seq.translate.translator import Translator
from seq2seq.translate.weights import build_model

SOURCE = sentences()[63][0]

REST = {"en": "rest", "ko": "나머지"}

MODELS: dict[str, dict[str, Any]] = {
    "upper": {},
    "upper, heads": {"heads": 2, "attention": "scaled_dot"},
    "upper, gru": {"cell": "gru", "attention": "general", "layer_norm": True, "decoder_layers": 3},
    "input": {"context_feed": "input"},
    "input, heads": {"context_feed": "input", "heads": 2, "attention": "additive"},
    "input, gru": {"context_feed": "input", "cell": "gru", "decoder_layers": 1, "projections": True, "heads": 4},
    "self-attention": {"self_attention": True, "heads": 2, "projections": True, "attention": "general"},
    "untied": {"tied_embeddings": False, "residual": False},
}


@pytest.fixture(scope="module")
def vocabularies() -> dict[bool, Vocabulary]:
    pairs = sentences()[:60]
    return {joint: Vocabulary.train(pairs, SubwordsConfig(vocab_size=320, joint=joint)) for joint in (True, False)}


def random_translator(trained: Path, vocabulary: Vocabulary, **settings: Any) -> Translator:
    """A model with random weights, large enough that its translations are no mere repetition."""
    config = load_config(trained / "config.yaml")
    model_config = ModelConfig(**{"embedding_size": 16, "hidden_size": 16, **settings})
    search = dataclasses.replace(config.search, max_length_ratio=0.1)  # some ten pieces
    config = dataclasses.replace(config, model=model_config, search=search)
    torch.manual_seed(3)
    model = build_model(config, vocabulary).eval()
    for parameter in model.parameters():
        parameter.data *= 2
    return Translator(ModelEngine(model), vocabulary, config)


@pytest.fixture(params=MODELS)
def translator(request: pytest.FixtureRequest, trained: Path, vocabularies: dict[bool, Vocabulary]) -> Translator:
    return random_translator(trained, vocabularies[request.param != "untied"], **MODELS[request.param])


def chosen_probability(explained: ExplainedStep) -> float:
    return next(piece.with_context for piece in explained.next_pieces if piece.chosen)


@pytest.mark.parametrize("beam", [1, 4])
def test_the_weights_are_the_row_of_the_alignment_map(translator: Translator, beam: int) -> None:
    """To the last bit; and the probabilities of what was written multiply up to that of the translation."""
    translation = translator.translate(SOURCE, beam=beam)
    rows = translation.alignment.weights
    probability = 0.0
    for step in range(1, rows.shape[1] + 1):
        explained = explain_step(translator, SOURCE, step, beam)
        assert explained.translation.alignment == translation.alignment and explained.step == step
        assert np.array_equal(explained.attention.weights[:, 0].astype(np.float32), rows[:, step - 1])
        probability += np.log(chosen_probability(explained))
        check_page(explained, translation_page(explained, "runs/any", LANGUAGES[step % 2]))
    assert probability == pytest.approx(translation.log_prob, abs=1e-3)


def check_page(explained: ExplainedStep, page: Page) -> None:
    """Every source piece with its score and its weight, and sums that add up as shown."""
    rows = [row for block in page.blocks if isinstance(block, Table) for row in block.rows]
    attention = explained.attention
    for scores, weights in zip(attention.scores[:, 0], attention.weights[:, 0], strict=True):
        for place, (score, weight) in enumerate(zip(scores, weights, strict=True), 1):
            assert any(
                row[0] == str(place) and (row[3], row[5]) == (number(score, 3), number(weight, 4)) for row in rows
            )
    sums = [
        line
        for block in page.blocks
        if isinstance(block, Lines)
        for line in block.lines
        if f"({REST[page.language]})" in line
    ]
    assert sums
    for line in sums:
        terms, total = line.replace("−", "-").replace(f"({REST[page.language]})", "").split(" = ")[1:]
        assert eval(terms) == pytest.approx(float(total), abs=1e-9)


def test_the_default_step_has_the_highest_entropy(trained: Path) -> None:
    translator = Translator.load(trained)
    explained = explain_step(translator, SOURCE)
    weights = explained.translation.alignment.weights[0].astype(np.float64)
    entropies = [-sum(w * np.log(w) for w in row if w > 0) for row in weights]
    inner = entropies[:-1] if explained.translation.finished else entropies
    assert explained.step == 1 + int(np.argmax(inner))


def test_without_context_the_readout_sees_none(trained: Path, vocabularies: dict[bool, Vocabulary]) -> None:
    """With `context_feed: input` the first step's context goes into the readout alone: take its columns away there."""
    translator = random_translator(trained, vocabularies[True], context_feed="input")
    explained = explain_step(translator, SOURCE, 1, beam=1)
    blind = copy.deepcopy(translator.model)
    blind.decoder.readout.weight.data[:, 16:] = 0
    ids = vocabularies[True].source.segment(SOURCE).ids
    log_probs = blind.step(torch.tensor([[2]]), blind.start(torch.tensor([ids])))[0][0, 0]
    expected = torch.exp(log_probs).topk(5).values.tolist()
    found = sorted((piece.without_context for piece in explained.next_pieces), reverse=True)
    assert found[:5] == pytest.approx(expected) and len(found) >= 5
    with_context = [piece.with_context for piece in explained.next_pieces]
    assert with_context == sorted(with_context, reverse=True)


def test_the_model_is_as_before(trained: Path) -> None:
    translator = Translator.load(trained)
    before = translator.translate(SOURCE)
    explain_step(translator, SOURCE)
    assert translator.translate(SOURCE) == before


def test_a_translation_that_was_cut_off(trained: Path, vocabularies: dict[bool, Vocabulary]) -> None:
    translator = random_translator(trained, vocabularies[True])
    translator.model.output_bias.data[3] = -1e4  # it never ends
    explained = explain_step(translator, SOURCE, beam=2)
    assert not explained.translation.finished
    last = explained.translation.alignment.weights.shape[1]
    assert explain_step(translator, SOURCE, last, beam=2).step == last
    with pytest.raises(InputError, match=rf"--step is {last + 1}, .* from 1 to {last}"):
        explain_step(translator, SOURCE, last + 1, beam=2)


def test_a_wrong_library_is_found_out(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    translator = Translator.load(trained)
    right = DotScore.forward
    monkeypatch.setattr(DotScore, "forward", lambda self, query, keys: right(self, query, keys) * 1.001)
    with pytest.raises(MismatchError, match="scores"):
        explain_step(translator, SOURCE)


def test_wrong_probabilities_are_found_out(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An output layer that is off in float32 alone."""
    translator, right = Translator.load(trained), Seq2Seq.logits
    slope = torch.linspace(0, 0.1, len(translator.vocabulary.target))
    monkeypatch.setattr(
        Seq2Seq, "logits", lambda self, outputs: right(self, outputs) + slope * (outputs.dtype == torch.float32)
    )
    with pytest.raises(MismatchError, match="probabilities"):
        explain_step(translator, SOURCE)


def test_a_sentence_of_two_pieces_is_shown_whole(trained: Path) -> None:
    """Two terms have no rest: their sum is the number of the context."""
    explained = explain_step(Translator.load(trained), ".", 1)
    count = len(explained.translation.alignment.source)
    page = translation_page(explained, "runs/any", "en")
    lines = [block for block in page.blocks if isinstance(block, Lines)][-1].lines
    assert count <= 3 and not any("rest" in line or "…" in line for line in lines)
    assert all(line.count("×") == count for line in lines if line.startswith("c"))


def test_json_has_every_number(trained: Path) -> None:
    explained = explain_step(Translator.load(trained), SOURCE, 2)
    data = json.loads(json.dumps(explained.to_dict()))
    assert data["attention"]["weights"][0][0] == explained.translation.alignment.weights[0, 1].tolist()
    assert data["step"] == 2 and len(data["source_pieces"]) == len(data["attention"]["keys"][0])
    assert sum(piece["chosen"] for piece in data["next_pieces"]) == 1 and data["model"]["hidden_size"] == 16


@pytest.mark.parametrize(
    ("sentence", "step", "beam", "message"),
    [
        ("", None, None, "blank"),
        (" \t\u3000", None, None, "blank"),
        ("\u200b\u200e", None, None, "blank"),
        (SOURCE, 0, None, "--step is 0"),
        (SOURCE, 999, None, "--step is 999"),
    ],
)
def test_bad_input(trained: Path, sentence: str, step: int | None, beam: int | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        explain_step(Translator.load(trained), sentence, step, beam)


def test_a_beam_of_nothing_and_several_models_are_refused(trained: Path) -> None:
    with pytest.raises(ValueError, match="beam is 0"):
        explain_step(Translator.load(trained), SOURCE, beam=0)
    with pytest.raises(ValueError, match="one run at a time"):
        explain_step(load_runs([trained, trained]), SOURCE)


# Texts


def places(text: str) -> set[str]:
    from string import Formatter

    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_each_sentence_is_there_in_each_language_with_the_same_places() -> None:
    for name, languages in catalogue().items():
        assert set(languages) == set(LANGUAGES), name
        assert len({frozenset(places(text)) for text in languages.values()}) == 1, name
        assert all(text.count("`") % 2 == 0 and text.count("**") % 2 == 0 for text in languages.values()), name


def test_each_sentence_is_used(
    trained: Path, vocabularies: dict[bool, Vocabulary], monkeypatch: pytest.MonkeyPatch
) -> None:
    used: set[str] = set()
    say = Texts.__call__

    def noted(self: Texts, name: str, **at: object) -> str:
        used.add(name)
        return say(self, name, **at)

    monkeypatch.setattr(Texts, "__call__", noted)
    example_page(worked_example(), "en")
    for settings in MODELS.values():
        translator = random_translator(trained, vocabularies[True], **settings)
        translator.model.output_bias.data[3] = -1e4
        for step in (1, 2):
            translation_page(explain_step(translator, SOURCE, step, beam=1), "runs/any", "en")
    assert used == set(catalogue())


# Rendering

NASTY = "a|b`c*d_e<f>&\\"


class Reader(HTMLParser):
    """The text of a page, its tags, and whatever it would fetch from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.open, self.outside = "", list[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.open += [] if tag == "meta" else [tag]
        self.outside += [name for name, _ in attributes if name in ("src", "href")]
        self.outside += [tag] if tag in ("script", "link", "img") else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def nasty_page() -> Page:
    return Page(
        "en",
        (
            Heading(1, f"About {code(NASTY)}"),
            Paragraph(f"**Strong** and {code(NASTY)}"),
            Bullets(("one", code("`"))),
            Lines((NASTY, "", "  c = 1 × 2"), "python"),
            Table(("piece", "w"), ((code(NASTY), "0.5"), ("█", "1"))),
        ),
    )


def test_html_shows_any_text_as_it_is_and_needs_nothing_from_outside() -> None:
    text = render(nasty_page(), "html")
    reader = Reader(text)
    assert reader.text.count(NASTY) == 5 and not reader.open and not reader.outside and "url(" not in text
    assert '<meta name="viewport"' in text and "<strong>Strong</strong>" in text


def test_markdown_keeps_any_text_in_its_cell() -> None:
    lines = render(nasty_page(), "markdown").splitlines()
    assert lines[0] == f"# About `` {NASTY} ``" and "- `` ` ``" in lines and "**Strong**" in lines[2]
    escaped = NASTY.replace("|", "\\|")
    assert f"| `` {escaped} `` | 0.5 |" in lines and "```python" in lines


def test_the_terminal_shows_any_text_as_it_is() -> None:
    text = render(nasty_page(), "terminal")
    assert text.count(NASTY) == 4 and "**" not in text and "\x1b" not in text
    assert "\x1b[1mAbout" in render(nasty_page(), "terminal", colour=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_running_text_and_tables_fit_the_terminal(language: str) -> None:
    lines = render(example_page(worked_example(), language), "terminal").splitlines()
    assert max(map(display_width, lines)) <= WIDTH + 5


# Digits


def test_numbers_as_they_are_shown() -> None:
    assert (number(-0.0004, 3), number(-1.25, 1), number(0.5, 3)) == ("0.000", "−1.2", "0.500")
    assert added([0.5, -0.25, 1.0], 2) == "0.50 − 0.25 + 1.00" and added([-0.5, -0.001], 2) == "−0.50 + 0.00"
    assert subscript(120) == "₁₂₀" and largest(np.array([1.0, -3, 2, 3]), 3) == [1, 3, 2]


def test_what_is_shown_adds_up() -> None:
    generator = np.random.default_rng(1)
    for _ in range(200):
        terms = generator.normal(size=4)
        total = terms.sum() + generator.normal()
        shown = sum(rounded(term, 3) for term in terms) + rest(total, terms, 3)
        assert number(shown, 3) == number(total, 3)
