"""What a translator shows of itself, and what it says of a line with nothing to translate."""

from pathlib import Path

import pytest

from seq2seq.alignment.schema import translation_to_dict
from seq2seq.translate.ensemble import load_runs
from seq2seq.translate.translator import Translator


def test_a_translator_shows_itself_in_a_short_line(trained: Path, sister: Path) -> None:
    translator = Translator.load(trained, "cpu")
    count = sum(weights.numel() for weights in translator.model.parameters())
    pieces = len(translator.vocabulary.source)
    assert repr(translator) == f"Translator(de to en, {pieces:,} pieces, {count:,} parameters)"
    assert repr(load_runs([trained, sister], "cpu")) == f"Translator(de to en, {pieces:,} pieces, EnsembleEngine)"


@pytest.mark.parametrize("blank", ["", " ", "\t\u3000"])
def test_nothing_of_a_blank_line_is_cut_off(blank: str, trained: Path) -> None:
    translator = Translator.load(trained, "cpu")
    for batch in ([blank], ["Der Hund sieht das Haus.", blank]):
        (found,) = translator.translate_all(batch)[-1]
        assert (found.text, found.ids, found.finished, found.refused) == ("", (), True, None)
        assert translation_to_dict(found, 0.0)["finished"] is True
    long = translator.config.changed(search={"max_pieces": 1})
    (found,) = Translator(translator.engine, translator.vocabulary, long).translate_all(["Der Hund sieht das Haus."])[0]
    assert found.refused and not found.finished
