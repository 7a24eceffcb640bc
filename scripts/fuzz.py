#!/usr/bin/env python
"""Damaged and hostile input to every reader: scripts/fuzz.py [READER ...] --inputs 10000 --seed 1

No input may raise anything but InputError, take over 5 seconds, or let memory grow. Inputs are valid ones with bytes
flipped, removed, repeated, exchanged and put in; the same seed gives the same inputs. With --guided, atheris looks for
inputs that reach new code instead (pip install 'seq2seq[fuzz]').
"""

import contextlib
import io
import json
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from seq2seq import shipped
from seq2seq.cli.command import Parser, run
from seq2seq.errors import InputError

SECONDS = 5
"""An input that takes longer hangs."""

PIECES = (b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b" ", b"[" * 50, b"{", b'"', b"9" * 30, b"1e999", b"-",
          b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\\ud800", b"!!int ", b"&a ", b"*a ", b"p", b"null", b"\xef\xb7\x90",
          b"\xe2\x96\x81")  # fmt: skip
"""What is put in."""


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


def main() -> None:
    """Parse arguments, feed the readers, and print how many inputs each has had."""
    parser = Parser(description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help="which readers (default: all)")
    parser.add_argument("--inputs", metavar="N", type=int, default=10_000, help="inputs of each (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, help="of the inputs (default: 1)")
    parser.add_argument("--guided", action="store_true", help="let atheris choose the inputs of one reader")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with instrumented() if arguments.guided else contextlib.nullcontext():
            readers = all_readers(Path(folder))
        for name in arguments.readers:
            if name not in readers:
                raise InputError(f"{name} is no reader; there are {', '.join(readers)}")
        if arguments.guided:
            guide(readers[(arguments.readers or ["map"])[0]], arguments.inputs, arguments.seed, Path(folder))
        failures = sum(
            feed(name, reader, arguments.inputs, arguments.seed)
            for name, reader in readers.items()
            if name in (arguments.readers or readers)
        )
    if failures:
        sys.exit(1)


def all_readers(folder: Path) -> dict[str, Reader]:
    """Every reader by its name; those of files read them in `folder`."""
    from seq2seq.alignment.links import parse_pharaoh
    from seq2seq.alignment.schema import map_from_json, map_to_dict, to_json
    from seq2seq.config.reading import load_config
    from seq2seq.text.files import read_parallel, read_stream
    from seq2seq.train.folder import read_metrics
    from seq2seq.translate.run_format import read_manifest
    from seq2seq.translate.translator import Translator

    source = shipped.HERE / "runs" / "tiny-de-en"
    translator = Translator.load(source, "cpu")
    alignment = translator.translate("Ich kenne die Frau.").alignment

    def segment(content: bytes) -> None:
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode("utf-8", "surrogatepass" if b"\xed" in content else "replace")
            translator.unknown_share(translator.vocabulary.source.segment(text).side)

    pair = folder / "pair"
    pair.write_text("a\nb\n", encoding="utf-8")
    config, manifest, metrics, subwords = (
        (folder / name, [(source / name).read_bytes()])
        for name in ("config.yaml", "run.json", "metrics.json", "subwords.model")
    )
    lines = b"Ich kenne die Frau.\nEin Hund.\r\n\xea\xb0\x80\n"
    maps = [to_json(map_to_dict(one)).encode() for one in (alignment, alignment.words())]
    return {
        "lines": Reader(lambda content: list(read_stream(io.BytesIO(content), "input")), [lines]),
        "parallel": Reader(of_file(folder / "lines", lambda path: read_parallel(path, pair)), [b"x\ny\n", lines]),
        "pharaoh": Reader(lambda content: parse_pharaoh(content.decode("utf-8", "replace")), [b"0-0 1p12 3-4 2-2"]),
        "map": Reader(lambda content: map_from_json(content.decode("utf-8", "replace")), maps),
        "config": Reader(of_file(config[0], load_config), config[1]),
        "manifest": Reader(of_file(manifest[0], lambda path: read_manifest(folder)), manifest[1]),
        "metrics": Reader(of_file(metrics[0], read_metrics), metrics[1]),
        "subwords": Reader(of_file(subwords[0], read_subwords), subwords[1]),
        "segment": Reader(segment, ["Ich kenne ▁ die Frau.".encode(), "漢字 😀 \ufdd0".encode()]),
        "weights": weights_reader(folder),
        "server": server_reader(),
    }  # fmt: skip


def of_file(path: Path, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """The reader of a file, of the bytes that the file then has."""

    def from_bytes(content: bytes) -> object:
        path.write_bytes(content)
        return read(path)

    return from_bytes


def read_subwords(path: Path) -> None:
    """Load a model, and send a sentence there and back."""
    from seq2seq.corpus.subwords import Subwords

    model = Subwords.load(path)
    model.text_of(model.segment("Ich kenne die Frau. ▁ 漢").ids[:-1])


def weights_reader(folder: Path) -> Reader:
    """The reader of a safetensors file, and the weights of a model so small that most of the file is its header."""
    from safetensors.torch import save

    from seq2seq.config.settings import Config, DataConfig, ModelConfig
    from seq2seq.corpus.vocabulary import Vocabulary
    from seq2seq.translate.weights import build_model, load_weights

    source = shipped.HERE / "runs" / "tiny-de-en"
    vocabulary = Vocabulary.load(source, joint=True)
    config = Config(DataConfig("x", "de", "en"), model=ModelConfig(embedding_size=1, hidden_size=2))
    model = build_model(config, vocabulary)
    content = save({name: weight.detach() for name, weight in model.named_parameters()})

    def read(changed: bytes) -> object:
        (folder / "model.safetensors").write_bytes(changed)
        return load_weights(folder / "model.safetensors", config, vocabulary)

    return Reader(read, [content])


def server_reader() -> Reader:
    """The server, in this process, with a model so small that it costs little. An input is a path, the kind of the body
    and the body, each from a line of its own on. A 4xx is a refusal; a 5xx fails, and a refusal that is no JSON."""
    from asgi import Client

    from seq2seq.cli.serve import explained
    from seq2seq.config.settings import Config, DataConfig, ModelConfig, SearchConfig
    from seq2seq.corpus.vocabulary import Vocabulary
    from seq2seq.show.serving.app import create_app
    from seq2seq.translate.engine import ModelEngine
    from seq2seq.translate.translator import Translator
    from seq2seq.translate.weights import build_model

    vocabulary = Vocabulary.load(shipped.HERE / "runs" / "tiny-de-en", joint=True)
    search = SearchConfig(beam=2, max_length_ratio=0.1, max_pieces=60)
    config = Config(DataConfig("x", "de", "en"), model=ModelConfig(embedding_size=4, hidden_size=4), search=search)
    model = build_model(config, vocabulary).eval()
    client = Client(create_app({"tiny": Translator(ModelEngine(model), vocabulary, config)}, explained))

    def read(content: bytes) -> None:
        path, _, rest = content.partition(b"\n")
        kind, _, body = rest.partition(b"\n")
        answer = client.ask("POST", path.decode("latin-1"), [body], {"content-type": kind.decode("latin-1")})
        if answer.status >= 500:
            raise AssertionError(f"status {answer.status}: {answer.body!r}")
        if answer.status >= 400:
            raise InputError(answer.json()["error"])
        answer.json()

    return Reader(read, REQUESTS)


def feed(name: str, reader: Reader, inputs: int, seed: int) -> int:
    """Feed a reader with so many inputs, print what came of it, and return how many failed."""
    generator, refused, failures = random.Random(f"{seed} {name}"), 0, 0
    started, slowest, early = time.monotonic(), 0.0, 0
    signal.signal(signal.SIGALRM, _hangs)
    for number in range(inputs):
        content = mutated(reader.seeds, generator, header=name == "weights")
        before = time.monotonic()
        signal.alarm(SECONDS)
        try:
            reader.read(content)
        except InputError as error:
            refused += 1
            if len(str(error).splitlines()) > 1:
                failures += _report(name, number, content, error)
        except Exception as error:
            failures += _report(name, number, content, error)
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.monotonic() - before)
        if number == inputs // 4:
            early = _peak()
    print(
        f"{name:10} {inputs:9,} inputs, seed {seed}: {refused:,} refused, {failures:,} failed; slowest "
        f"{slowest * 1000:,.0f} ms; memory +{(_peak() - early) / 1024:,.0f} MiB in the last three quarters; "
        f"{time.monotonic() - started:,.0f} s",
        flush=True,
    )
    return failures


def mutated(seeds: Sequence[bytes], generator: random.Random, header: bool = False) -> bytes:
    """A valid input with a few changes; with `header` most of them are in its first part, where sizes are written."""
    content = bytearray(generator.choice(seeds))
    for _ in range(generator.choice((1, 1, 1, 2, 3, 8))):
        end = min(len(content), 2_000) if header and generator.random() < 0.8 else len(content)
        place = generator.randint(0, end)
        length = generator.choice((0, 1, 1, 2, 8, 64))
        kind = generator.randrange(6)
        if kind == 0 and place < len(content):
            content[place] ^= 1 << generator.randrange(8)
        elif kind == 1:
            del content[place : place + length]
        elif kind == 2:
            content[place:place] = content[place : place + length] * generator.choice((1, 2, 50))
        elif kind == 3:
            other = generator.randint(0, end)
            content[place : place + length], content[other : other + length] = (
                content[other : other + length], content[place : place + length])  # fmt: skip
        elif kind == 4:
            content[place:place] = generator.choice(PIECES)
        else:
            content[place : place + length] = generator.randbytes(length)
    return bytes(content)


def instrumented() -> contextlib.AbstractContextManager[Any]:
    """Within the block, atheris sees what runs in the modules that are imported; InputError where there is none."""
    try:
        import atheris
    except ImportError:
        raise InputError("--guided needs atheris: pip install 'seq2seq[fuzz]'") from None
    found: contextlib.AbstractContextManager[Any] = atheris.instrument_imports(include=["seq2seq"])
    return found


def guide(reader: Reader, inputs: int, seed: int, folder: Path) -> None:
    """Let atheris choose the inputs; ends the process."""
    import atheris

    seeds = folder / "seeds"
    seeds.mkdir()
    for number, content in enumerate(reader.seeds):
        (seeds / str(number)).write_bytes(content)

    def one(content: bytes) -> None:
        with contextlib.suppress(InputError):
            reader.read(content)

    options = [f"-runs={inputs}", f"-seed={seed}", f"-timeout={SECONDS}", "-rss_limit_mb=4096", "-max_len=65536"]
    atheris.Setup([sys.argv[0], *options, str(seeds)], one)
    atheris.Fuzz()


def _hangs(*_: Any) -> None:
    raise TimeoutError(f"takes over {SECONDS} seconds")


def _report(name: str, number: int, content: bytes, error: Exception) -> int:
    """Keep the input, and say where it is and what it did."""
    folder = Path("build/fuzz")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-{number}").write_bytes(content)
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = json.dumps(str(error)[:200])
    print(f"{name}: build/fuzz/{name}-{number}: {type(error).__name__} {what}, {last.filename}:{last.lineno}")
    return 1


def _peak() -> int:
    """The most memory that this process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    run(main)
