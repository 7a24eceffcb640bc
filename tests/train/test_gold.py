"""Word links that come with a corpus."""

from pathlib import Path

import pytest
from conftest import tiny_config

from seq2seq.errors import InputError
from seq2seq.train.gold import gold_links, links_either_way
from seq2seq.train.run import held_out_pairs


def test_gold_links_serve_both_directions_of_a_corpus() -> None:
    config = tiny_config(Path(__file__).parents[2] / "data" / "tiny-de-en")
    pairs = held_out_pairs(config)["val"]
    forward = gold_links(config, "val", pairs)
    backward = gold_links(config, "val", [(target, source) for source, target in pairs])
    assert forward and backward == [links.transposed() for links in forward] != forward
    assert gold_links(config, "dev", pairs) is None


def test_links_that_fit_neither_way_are_refused_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "links"
    path.write_text("0-0 0-2\n", encoding="utf-8")
    assert links_either_way(path, [(3, 1)])[0].sure == {(0, 0), (2, 0)}
    with pytest.raises(InputError, match=r"links, line 1: link 0-2 lies outside the pair, which has 2 source and 2"):
        links_either_way(path, [(2, 2)])
