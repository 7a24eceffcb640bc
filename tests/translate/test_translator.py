import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import run_of, sentences, tiny_config
from safetensors.torch import load_file, save_file

from seq2seq import shipped
from seq2seq.corpus.subwords import END, START, Subwords
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.translate.engine import Engine, ModelEngine
from seq2seq.translate.ensemble import EnsembleEngine, load_runs
from seq2seq.translate.stream import batches_as_they_come
from seq2seq.translate.translation import Translation
from seq2seq.translate.translator import Translator
from seq2seq.translate.weights import build_model

SOURCES = [source for source, _ in sentences()[60:71]]


@pytest.fixture(scope="module")
def translator(trained: Path) -> Translator:
    return Translator.load(trained, "cpu")


def assert_same(one: Translation, other: Translation) -> None:
    assert one.text == other.text
    assert one.score == pytest.approx(other.score, abs=1e-4)
    np.testing.assert_allclose(one.alignment.weights, other.alignment.weights, atol=1e-4)


@pytest.mark.parametrize("beam", [1, 3])
def test_neither_batch_nor_padding_nor_order_matters(translator: Translator, beam: int) -> None:
    mixed = [*SOURCES, "Wasser", " ".join(SOURCES)]
    together = translator.translate_all(mixed, beam=beam)
    one_by_one = translator.translate_all(mixed, beam=beam, batch_tokens=1)
    backwards = translator.translate_all(mixed[::-1], beam=beam)[::-1]
    for alone, one, other in zip(one_by_one, together, backwards, strict=True):
        assert_same(one[0], alone[0])
        assert_same(other[0], alone[0])


def test_the_map_has_a_row_for_each_target_piece_over_the_source(translator: Translator) -> None:
    for source in SOURCES:
        translation = translator.translate(source)
        alignment = translation.alignment
        assert alignment.source.text == source and alignment.target.text == translation.text
        assert alignment.weights.shape[1:] == (len(alignment.target), len(alignment.source))
        np.testing.assert_allclose(alignment.weights.sum(-1), 1, atol=1e-5)
        assert alignment.source.has_end and alignment.target.has_end == translation.finished


def test_nbest_is_sorted_and_begins_with_the_best(translator: Translator) -> None:
    best = translator.translate_all(SOURCES[:2], beam=3, nbest=3)
    for hypotheses, single in zip(best, translator.translate_all(SOURCES[:2], beam=3), strict=True):
        assert_same(hypotheses[0], single[0])
        assert len({translation.alignment.target.pieces for translation in hypotheses}) == 3
        ranks = [(translation.finished, translation.score) for translation in hypotheses]
        assert ranks == sorted(ranks, reverse=True)
    with pytest.raises(ValueError, match="nbest"):
        translator.translate_all(SOURCES, beam=2, nbest=3)


def test_a_blank_line_gives_a_blank_line(translator: Translator) -> None:
    texts = [best[0].text for best in translator.translate_all(["", SOURCES[1], "   "])]
    assert texts[0] == texts[2] == "" != texts[1]
    alignment = translator.translate("").alignment
    assert alignment.weights.shape == (1, 0, 1) and alignment.words().links() == set()
    assert translator.translate_all([]) == []


@pytest.mark.parametrize("line", ["\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u200e\u00ad"])
def test_a_line_without_visible_characters_is_blank(translator: Translator, line: str) -> None:
    """A tab was answered with "Does she learn television."."""
    assert translator.translate(line).text == ""
    (only,) = translator.align_all([(line, line)])
    assert only.words().links() == set() and translator.word_counts([(line, line)]) == [(0, 0)]


@pytest.mark.parametrize("outer", ["\t", "\u00a0", "\u3000 ", " \u2003"])
def test_outer_white_space_changes_no_translation(translator: Translator, outer: str) -> None:
    """ "\\tEr singt heute.\\t" was translated as "He sings."."""
    for source in SOURCES[:3]:
        bare, padded = translator.translate(source), translator.translate(outer + source + outer)
        assert_same(padded, bare)
        assert padded.alignment.source.text == outer + source + outer
        assert padded.alignment.words().source.pieces == bare.alignment.words().source.pieces
        assert padded.alignment.words().links() == bare.alignment.words().links()


def test_a_very_long_sentence_is_read_whole(translator: Translator) -> None:
    long = "der Hund sieht das Haus " * 100
    alignment = translator.translate(long, beam=1).alignment
    assert len([piece for piece in alignment.words().source.pieces if piece == "Hund"]) == 100


@pytest.mark.parametrize("source", ["😀 ▁ \u00a0\u200b", "漢字かな", "</s> <unk>", "a" * 300])
def test_any_characters_can_be_translated(translator: Translator, source: str) -> None:
    assert translator.translate(source, beam=1).alignment.source.text == source


def test_forced_decoding_does_not_depend_on_the_batch(translator: Translator) -> None:
    pairs = [*sentences()[60:68], ("Wasser", "water water water"), ("", "water"), ("Wasser", "")]
    together = translator.align_all(pairs)
    for pair, alignment in zip(pairs, together, strict=True):
        alone = translator.align_all([pair])[0]
        assert (alignment.source.text, alignment.target.text) == pair
        np.testing.assert_allclose(alignment.weights, alone.weights, atol=1e-5)
        assert alignment.words().links() == alone.words().links()


@pytest.mark.parametrize(
    "settings",
    [{}, {"context_feed": "input", "cell": "gru"}, {"heads": 4, "projections": True, "self_attention": True}],
)
def test_neither_batch_nor_padding_nor_order_nor_beam_changes_the_links(trained: Path, settings: dict) -> None:
    """Weights far from uniform, so that no link hangs on the last digit."""
    vocabulary = Translator.load(trained).vocabulary
    config = tiny_config(trained)
    config = replace(config, model=replace(config.model, **settings), search=replace(config.search, beam=7))
    torch.manual_seed(0)
    model = build_model(config, vocabulary).eval()
    for parameter in model.parameters():
        parameter.data.mul_(3)
    translator = Translator(ModelEngine(model), vocabulary, config)
    pairs = [*sentences()[60:70], ("Wasser", "water water water"), (" ".join(SOURCES), "a dog"), ("Wasser", "")]
    expected = [translator.align_all([pair])[0].words().links() for pair in pairs]
    assert len(set(map(frozenset, expected))) > 5
    for batch_tokens in (1, 60, 4000):
        for order in (pairs, pairs[::-1], pairs[5:] + pairs[:5]):
            found = dict(zip(order, translator.align_all(order, batch_tokens=batch_tokens), strict=True))
            assert [found[pair].words().links() for pair in pairs] == expected
    greedy = Translator(ModelEngine(model), vocabulary, config.changed(search={"beam": 1}))
    assert [alignment.words().links() for alignment in greedy.align_all(pairs)] == expected


def test_streaming_answers_each_sentence_before_the_next_comes(translator: Translator) -> None:
    asked = []

    def lines() -> Iterator[str]:
        for source in SOURCES[:3]:
            asked.append(source)
            yield source

    expected = [best[0].text for best in translator.translate_all(SOURCES[:3])]
    assert [best[0].text for best in translator.stream(lines())] == expected
    assert asked == SOURCES[:3]


def test_full_batches_are_waited_for(translator: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    translate_all, sizes = Translator.translate_all, []

    def counted(self: Translator, lines: list[str], **options: Any) -> Any:
        sizes.append(len(lines))
        return translate_all(self, lines, **options)

    def slow() -> Iterator[str]:
        for line in SOURCES[:5]:
            time.sleep(0.01)
            yield line

    monkeypatch.setattr(Translator, "translate_all", counted)
    found = [best[0].text for best in translator.stream(slow(), beam=1, batch_size=2, full_batches=True)]
    assert sizes == [2, 2, 1] and len(found) == 5


def test_what_fails_in_reading_comes_after_the_answers_before_it() -> None:
    def lines() -> Iterator[str]:
        yield from "abcde"
        raise InputError("line 6")

    seen: list[str] = []
    with pytest.raises(InputError, match="line 6"):
        for batch in batches_as_they_come(lines(), 2):
            assert 1 <= len(batch) <= 2
            seen += batch
    assert seen == list("abcde")


def test_what_is_no_run_is_an_input_error(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        Translator.load(tmp_path / "none")
    with pytest.raises(InputError, match="not the folder of a run"):
        Translator.load(tmp_path)
    run = shutil.copytree(trained, tmp_path / "run")
    weights = (run / "model.safetensors").read_bytes()
    (run / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(InputError, match="not the weights"):
        Translator.load(run)
    (run / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"model\.safetensors: no such file; train the run first"):
        Translator.load(run)


def test_weights_of_another_shape_are_an_input_error(trained: Path, tmp_path: Path) -> None:
    run = shutil.copytree(trained, tmp_path / "run")
    text = (run / "config.yaml").read_text(encoding="utf-8")
    (run / "config.yaml").write_text(text.replace("hidden_size: 16", "hidden_size: 32"), encoding="utf-8")
    with pytest.raises(InputError, match=r"config\.yaml: model\.hidden_size is 32, but the run was trained with 16"):
        Translator.load(run)
    (run / "run.json").unlink()
    with pytest.raises(InputError, match="not the weights"):
        Translator.load(run)


def test_weights_written_in_bf16_are_read_in_the_precision_that_is_asked(trained: Path, tmp_path: Path) -> None:
    """As those of a model that ships: half the size, and no less exact once they are read."""
    run = shutil.copytree(trained, tmp_path / "run")
    (run / "run.json").unlink()  # or the new weights would be taken for damaged ones
    exact = load_file(run / "model.safetensors")
    save_file({name: weight.bfloat16() for name, weight in exact.items()}, run / "model.safetensors")
    for precision, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        model = Translator.load(run, "cpu", precision).model
        for name, parameter in model.named_parameters():
            assert parameter.dtype == dtype and torch.equal(parameter, exact[name].bfloat16().to(dtype))


def test_a_run_that_ships_is_found_by_its_name(
    trained: Path, translator: Translator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of that name in the working directory comes first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shipped, "HERE", tmp_path / "package")
    with pytest.raises(InputError, match="no such folder, and no run of that name ships"):
        Translator.load("tiny")
    shutil.copytree(trained, tmp_path / "package" / "runs" / "tiny")
    assert Translator.load("tiny", "cpu").translate_all(SOURCES) == translator.translate_all(SOURCES)
    (tmp_path / "tiny").mkdir()
    with pytest.raises(InputError, match="not the folder of a run"):
        Translator.load("tiny")


def test_maps_say_what_they_are(translator: Translator, aligned: Path) -> None:
    pair = sentences()[60]
    assert translator.translate(pair[0]).alignment.kind == translator.align_all([pair])[0].kind == "decoder"
    there, back = Translator.load(aligned, "cpu").align_both_ways([pair])[0]
    assert there.kind == back.kind == "aligner" and (there.source, there.target) == (back.target, back.source)


def test_the_ids_of_a_translation_are_what_search_found(translator: Translator) -> None:
    for source in SOURCES:
        translation = translator.translate(source)
        ids = translation.ids[:-1] if translation.finished else translation.ids
        assert translator.vocabulary.target.text_of(ids).text == translation.text
        assert (translation.ids[-1] == END) == translation.finished


def test_words_are_counted_by_the_rule_of_the_run(translator: Translator) -> None:
    assert translator.word_counts([("Der Hund.", "the dog ."), ("", "x")]) == [(3, 3), (0, 1)]
    tokenised = Vocabulary(*(Subwords(side.model, tokenised=True) for side in [translator.vocabulary.source] * 2))
    parted = Translator(translator.engine, tokenised, translator.config)
    assert parted.word_counts([("Der Hund.", "the dog .")]) == [(2, 3)]
    assert parted.translate("Der Hund.").alignment.words().source.pieces == ("Der", "Hund.")


@torch.inference_mode()
@pytest.mark.parametrize("together", [False, True])
def test_forced_decoding_is_the_steps_of_the_engine(translator: Translator, together: bool) -> None:
    """One model, and two that act as one: the attention over a whole target is that of its steps."""
    engine: Engine = EnsembleEngine([translator.engine] * 2) if together else translator.engine
    source = torch.tensor([translator.vocabulary.source.segment(SOURCES[0]).ids])
    target = torch.tensor([[START, *translator.vocabulary.target.segment("The dog sees.").ids]])
    rows, state = engine.align(source, target), engine.start(source)
    assert rows.shape == (1, engine.heads, target.shape[1] - 1, source.shape[1])
    for position in range(target.shape[1] - 1):
        _, weights, state = engine.step(target[:, position : position + 1], state)
        torch.testing.assert_close(weights[:, :, 0], rows[:, :, position], atol=1e-6, rtol=0)


def test_several_models_have_no_one_model(trained: Path) -> None:
    assert Translator.load(trained, "cpu").model.decoder.attention.heads == 1
    with pytest.raises(ValueError, match="several models translate here"):
        _ = load_runs([trained, trained]).model


def test_in_bf16_translations_are_those_of_fp32_to_its_precision(translator: Translator, trained: Path) -> None:
    rough = Translator.load(trained, "cpu", "bf16")
    assert all(parameter.dtype == torch.bfloat16 for parameter in rough.model.parameters())
    for one, other in zip(rough.translate_all(SOURCES), translator.translate_all(SOURCES), strict=True):
        assert one[0].score == pytest.approx(other[0].score, abs=0.1)
        assert one[0].alignment.weights.dtype == np.float32
        np.testing.assert_allclose(one[0].alignment.weights.sum(-1), 1, atol=1e-5)


def test_in_8_bits_translations_are_those_of_fp32_nearly(translator: Translator, trained: Path) -> None:
    rough = Translator.load(trained, "cpu", "int8")
    for one, other in zip(rough.translate_all(SOURCES), translator.translate_all(SOURCES), strict=True):
        assert one[0].score == pytest.approx(other[0].score, abs=0.1)
        assert one[0].score != other[0].score
        np.testing.assert_allclose(one[0].alignment.weights.sum(-1), 1, atol=1e-5)


def test_what_has_no_steps_in_8_bits_is_refused(corpus: Path, tmp_path: Path) -> None:
    run = run_of(tiny_config(corpus, max_steps=1).changed(model={"cell": "gru"}), tmp_path / "gru")
    with pytest.raises(InputError, match="gru: int8 is for an LSTM with one head"):
        Translator.load(run, precision="int8")


def test_pruning_is_said_where_the_search_is_described(translator: Translator) -> None:
    pruned = Translator(translator.engine, translator.vocabulary, translator.config.changed(search={"prune": 2.5}))
    assert "pruned at 2.5 nats" in pruned.decoding() and "pruned" not in translator.decoding()
    assert [one.text for (one,) in pruned.translate_all(SOURCES)]
    lists = [found.translate_all(SOURCES, beam=3, nbest=3) for found in (pruned, translator)]
    assert [[one.text for one in best] for best in lists[0]] == [[one.text for one in best] for best in lists[1]]


def test_a_stream_that_is_left_early_leaves_no_thread(translator: Translator) -> None:
    """The thread waited for room for ever, once for each stream."""
    before = threading.active_count()
    for _ in range(5):
        for _ in translator.stream((SOURCES[0] for _ in range(1000)), beam=1, batch_size=2):
            break
    until = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before
