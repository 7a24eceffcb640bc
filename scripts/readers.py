"""Everything that reads what a stranger has written, as a function of bytes, with valid input for it."""

import contextlib
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from seq2seq import shipped
from seq2seq.config.sections import SubwordsConfig
from seq2seq.errors import InputError

SHIPPED = shipped.HERE / "runs" / "tiny-de-en"
PAIRS = (("Ich kenne die Frau.", "I know the woman."), ("„Heute“, sagt er, singt er.", "Today, he says, he sings."),
         ("Grüße!", "Regards!"), ("Zwei\u00a0Männer", "Two men"))  # fmt: skip


_JSON, _FORM = b"application/json", b"application/x-www-form-urlencoded"
REQUESTS = [
    b"/api/translate\n" + _JSON + b'\n{"sentences": ["Ich kenne die Frau.", ""], "nbest": 2, "beam": 2, "maps": true}',
    b"/api/session\n"
    + _JSON
    + b'\n{"sentence": "Ich \xed\x95\x9c", "steps": [{"do": "accept"}, {"do": "force", "text": '
    b'"a\\ud83d\\ude00"}, {"do": "attend", "weights": [0.5, 0, 0.5]}, {"do": "take", "piece": 5}], "complete": true, '
    b'"trace": true, "nbest": 1, "candidates": 3, "all_maps": true}',
    b"/api/tree\n" + _JSON + b'\n{"sentence": "Ich kenne", "steps": [{"do": "take", "piece": "</s>"}], "beam": 2}',
    b"/api/align\n" + _JSON + b'\n{"pairs": [{"source": "Ich", "target": "I know"}], "run": "tiny", "maps": true}',
    b"/api/explain\n" + _JSON + b'\n{"sentence": "Ich", "step": 1, "language": "ko", "numbers": true, "beam": 1}',
    b"/translate\n" + _JSON + b'\n{"q": ["Ich", "Frau"], "source": "auto", "target": "en", "alternatives": 1}',
    b"/translate?source=de\n" + _FORM + b"\nq=Ich+kenne%20die%F0%9F%98%80&target=en&format=text&api_key=",
]
"""Requests that the server answers."""


class Reader(NamedTuple):
    """What reads bytes, and valid input for it."""

    read: Callable[[bytes], object]
    seeds: Sequence[bytes]
    heavy: bool = False
    """Does an input take longer than a millisecond or two?"""
    header: bool = False
    """Is the beginning of the input where most can go wrong?"""


def all_readers(folder: Path) -> dict[str, Reader]:
    """Every reader by its name; those of files read them in `folder`."""
    return {**of_text(folder), **of_runs(folder), **of_corpora(folder), **of_packed(folder), **of_requests()}


def of_file(path: Path, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """The reader of a file, of the bytes that the file then has."""
    path.parent.mkdir(exist_ok=True)

    def from_bytes(content: bytes) -> object:
        path.write_bytes(content)
        return read(path)

    return from_bytes


def of_text(folder: Path) -> dict[str, Reader]:
    """Sentences, word links and maps."""
    from seq2seq.alignment.links import parse_pharaoh, read_gold_of
    from seq2seq.alignment.schema import map_from_json, map_to_dict, to_json
    from seq2seq.corpus.vectors import read_vectors
    from seq2seq.text.files import read_parallel, read_stream
    from seq2seq.translate.translator import Translator

    translator = Translator.load(SHIPPED, "cpu")
    alignment = translator.translate("Ich kenne die Frau.").alignment

    def segment(content: bytes) -> None:
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode("utf-8", "surrogatepass" if b"\xed" in content else "replace")
            translator.unknown_share(translator.vocabulary.source.segment(text).side)

    vectors = of_file(folder / "my.vec", lambda path: read_vectors(path, {"Ich", "die", "."}, 3))
    pair = folder / "pair"
    pair.write_text("a\nb\n", encoding="utf-8")
    lines, links = b"Ich kenne die Frau.\nEin Hund.\r\n\xea\xb0\x80\n", b"0-0 1p12 3-4 2-2"
    maps = [to_json(map_to_dict(one)).encode() for one in (alignment, alignment.words())]
    gold = of_file(folder / "gold", lambda path: read_gold_of(path, [(4, 13), (2, 2), (9, 9)]))
    return {
        "lines": Reader(lambda content: list(read_stream(io.BytesIO(content), "input")), [lines]),
        "parallel": Reader(of_file(folder / "lines", lambda path: read_parallel(path, pair)), [b"x\ny\n"]),
        "pharaoh": Reader(lambda content: parse_pharaoh(content.decode("utf-8", "replace")), [links]),
        "gold": Reader(gold, [links + b"\n\n8p8 0-1\n"]),
        "map": Reader(lambda content: map_from_json(content.decode("utf-8", "replace")), maps),
        "vectors": Reader(vectors, [b"3 3\nIch 0.5 -1e-3 2\ndie 1 2 3 \n. . 4 5 6\n", b". 1 2 3\n"]),
        "segment": Reader(segment, ["Ich kenne ▁ die Frau.".encode(), "漢字 😀 \ufdd0".encode()]),
    }


def of_runs(folder: Path) -> dict[str, Reader]:
    """The files of a run's folder, and its settings on the command line."""
    from seq2seq.config.reading import load_config, read_config
    from seq2seq.train.folder import read_metrics
    from seq2seq.translate.run_format import read_manifest

    config = shipped_file("config.yaml")

    def option(content: bytes) -> object:
        name, _, value = content.decode("utf-8", "replace").partition("\n")
        return load_config(SHIPPED / "config.yaml", f"--{name}={value}")

    return {
        "config": Reader(of_file(folder / "config.yaml", partial(read_config, check_trainer=True)), [config],
                         heavy=True),
        "option": Reader(option, [b"model.heads\n4", b"trainer.max_epochs\n[1, {a: 2}]", b"data.folder\nx"],
                         heavy=True),
        "manifest": Reader(of_file(folder / "run.json", lambda path: read_manifest(folder)),
                           [shipped_file("run.json")]),
        **of_events(folder / "events"),
        "metrics": Reader(of_file(folder / "metrics" / "metrics.json", read_metrics), [shipped_file("metrics.json")]),
        "subwords": Reader(of_file(folder / "subwords.model", read_subwords), [shipped_file("subwords.model")]),
        "given subwords": Reader(of_file(folder / "given.model", read_given_subwords),
                                 [shipped_file("subwords.model")], heavy=True),
        "weights": weights_reader(folder),
        "checkpoint": checkpoint_reader(folder),
    }  # fmt: skip


def of_events(folder: Path) -> dict[str, Reader]:
    """A map that was recorded in training, by itself and among TensorBoard's events."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.record_writer import RecordWriter

    from seq2seq.show.recorded import decode, encode, read_recorded, summary

    view = {"version": 2, "maps": []}
    record = {"version": 2, "sentence": 1, "step": 4, "source": "Ja.", "reference": "Yes.", "translation": "Yes.",
              "views": {"reference": view, "translation": view}}  # fmt: skip
    written = io.BytesIO()
    writer = RecordWriter(written)
    for event in (Event(file_version="brain.Event:2"), Event(step=4, summary=summary(record))):
        writer.write(event.SerializeToString())
    return {
        "record": Reader(decode, [encode(record)]),
        "events": Reader(of_file(folder / "events.out.tfevents.1", lambda path: read_recorded(path.parent)),
                         [written.getvalue()]),
    }  # fmt: skip


def shipped_file(name: str) -> bytes:
    """A file of the run that ships."""
    return (SHIPPED / name).read_bytes()


def read_subwords(path: Path) -> None:
    """Load a model, and send a sentence there and back."""
    from seq2seq.corpus.subwords import Subwords

    model = Subwords.load(path)
    model.text_of(model.segment("Ich kenne die Frau. ▁ 漢").ids[:-1])


def read_given_subwords(path: Path) -> None:
    """Make a model fit that was trained elsewhere, and send a sentence there and back."""
    from seq2seq.corpus.given_subwords import read_given

    model = read_given(path)
    model.text_of(model.segment("Ich kenne die Frau. ▁ 漢").ids[:-1])
    model.sample(["Ich kenne die Frau. ▁ 漢"], SubwordsConfig(sampling=0.5), 1)


def weights_reader(folder: Path) -> Reader:
    """The reader of a safetensors file, and the weights of a model so small that most of the file is its header."""
    from safetensors.torch import save

    from seq2seq.config.sections import DataConfig, ModelConfig
    from seq2seq.config.settings import Config
    from seq2seq.corpus.vocabulary import Vocabulary
    from seq2seq.translate.weights import build_model, load_weights

    vocabulary = Vocabulary.load(SHIPPED, joint=True)
    config = Config(DataConfig("x", "de", "en"), model=ModelConfig(embedding_size=1, hidden_size=2))
    model = build_model(config, vocabulary)
    content = save({name: weight.detach() for name, weight in model.named_parameters()})
    read = of_file(folder / "model.safetensors", lambda path: load_weights(path, config, vocabulary))
    return Reader(read, [content], heavy=True, header=True)


def checkpoint_reader(folder: Path) -> Reader:
    """The reader of `last.ckpt`, and one with as much in it as is looked at before a training goes on."""
    import torch

    from seq2seq.train.checkpoints import check_checkpoint

    content = io.BytesIO()
    found = {
        "global_step": 3,
        "loops": {"fit_loop": {"epoch_progress": {"current": {"ready": 1}}}},
        "seq2seq": {"kept": [], "seconds": 1.5},
        "run": {"settings": {"training.seed": 1}, "corpus": {}},
        "state_dict": {"weight": torch.ones(3)},
    }
    torch.save(found, content)
    own = {"settings": {"training.seed": 1}, "corpus": {}}
    limits = {"max_epochs": 2, "max_steps": -1}
    read = of_file(folder / "last.ckpt", lambda path: check_checkpoint(path, limits, own))
    return Reader(read, [content.getvalue()])


def of_corpora(folder: Path) -> dict[str, Reader]:
    """Corpora in all forms of `prepare text`, and what the doctor reads."""
    from forms import FORMS

    from seq2seq.corpus.archives import read_archive
    from seq2seq.corpus.own import prepare_file, prepare_text

    out, side = folder / "out", folder / "side.en"
    side.write_text("".join(f"{target}\n" for _, target in PAIRS), encoding="utf-8")
    sentences = "".join(f"{source}\n" for source, _ in PAIRS)
    encoded = [sentences.encode(name) for name in ("utf-8", "utf-16", "utf-16-le", "cp1252", "gb18030")]

    def table(path: Path) -> object:
        return prepare_file(path, "de", "en", out)

    forms: dict[str, list[bytes]] = {}
    for name, form in FORMS.items():
        if Path(name).suffix in (".tsv", ".csv", ".jsonl", ".json", ".tmx", ".zip", ".parquet"):
            forms.setdefault(Path(name).suffix[1:], []).append(form(PAIRS))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("deu.txt", "".join(f"{target}\t{source}\tCC-BY 2.0\n" for source, target in PAIRS))
    text = of_file(folder / "side.de", lambda path: prepare_text(path, side, "de", "en", out))
    return {
        "text": Reader(text, encoded, heavy=True),
        **{name: Reader(of_file(folder / f"my.{name}", table), seeds, heavy=True) for name, seeds in forms.items()},
        "tatoeba": Reader(of_file(folder / "deu-eng.zip", lambda path: read_archive(path, "deu.txt", [])),
                          [archive.getvalue()]),
        "doctor": Reader(of_file(folder / "examined.de", lambda path: examine(path, side)), encoded[:1], heavy=True),
    }  # fmt: skip


def examine(source: Path, target: Path) -> str:
    """What `seq2seq doctor` does with two files, all its forms of output included."""
    from seq2seq.corpus.doctor.fix import clean
    from seq2seq.corpus.doctor.page import as_page
    from seq2seq.corpus.doctor.reading import read_split
    from seq2seq.corpus.doctor.report import as_json, as_text, report

    split = read_split("train", (str(source), str(target)))
    found = report([split])
    clean([split])
    return as_text(found, colour=False) + as_json(found) + as_page(found)


def of_packed(folder: Path) -> dict[str, Reader]:
    """Packed files, of whatever is in them."""
    from seq2seq.corpus.unpack import read_bytes

    content = "".join(f"{source}\t{target}\n" for source, target in PAIRS).encode() * 9
    packings: dict[str, Callable[[bytes], bytes]] = {
        "gz": gzip.compress,
        "xz": lzma.compress,
        "zst": zstandard.compress,
    }
    return {name: Reader(of_file(folder / f"packed.{name}", read_bytes), [pack(content)])
            for name, pack in packings.items()}  # fmt: skip


def of_requests() -> dict[str, Reader]:
    """The server, asked in this process. An input is a path, the kind of the body and the body, each from a line of its
    own on. A 4xx is a refusal; a 5xx fails, and a refusal that is no JSON."""
    client = cache(_client)  # made in the process that asks: the server has a thread

    def read(content: bytes) -> None:
        path, _, rest = content.partition(b"\n")
        kind, _, body = rest.partition(b"\n")
        answer = client().ask("POST", path.decode("latin-1"), [body], {"content-type": kind.decode("latin-1")})
        if answer.status >= 500:
            raise AssertionError(f"status {answer.status}: {answer.body!r}")
        if answer.status >= 400:
            raise InputError(answer.json()["error"])
        answer.json()

    return {"server": Reader(read, REQUESTS, heavy=True)}


def _client() -> Any:
    """A server, with a model so small that it costs little."""
    from asgi import Client

    from seq2seq.cli.serve import explained
    from seq2seq.config.sections import DataConfig, ModelConfig, SearchConfig
    from seq2seq.config.settings import Config
    from seq2seq.corpus.vocabulary import Vocabulary
    from seq2seq.show.serving.app import create_app
    from seq2seq.translate.engine import ModelEngine
    from seq2seq.translate.translator import Translator
    from seq2seq.translate.weights import build_model

    vocabulary = Vocabulary.load(SHIPPED, joint=True)
    search = SearchConfig(beam=2, max_length_ratio=0.1, max_pieces=60)
    config = Config(DataConfig("x", "de", "en"), model=ModelConfig(embedding_size=4, hidden_size=4), search=search)
    model = build_model(config, vocabulary).eval()
    return Client(create_app({"tiny": Translator(ModelEngine(model), vocabulary, config)}, explained))
