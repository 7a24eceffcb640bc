"""README and docs/ are promises: every command in them runs as it is printed, in the order of its page.

Trainings get limits (LIMITS). What cannot run here stands in NOT_HERE, with the reason.
"""

import contextlib
import lzma
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from commands import seq2seq
from corpora import SPLITS, hansards, lines, multi30k, tatoeba
from forms import write_form
from pages import PAGES, ROOT, Command, commands, python_blocks

from seq2seq.cli.main import VERBS, main
from seq2seq.corpus.publishers import prepare_multi30k

SHORT = (
    "--trainer.max_epochs 1 --trainer.limit_train_batches 2 --model.embedding_size 16 --model.hidden_size 16 "
    "--search.beam 1 --search.max_length_ratio 1 --logging.sentences 1"
)
FILMED = SHORT.replace("--logging.sentences 1", "--logging.sentences 2")
LIMITS = {
    "seq2seq train small --run runs/parent": f"--trainer.val_check_interval 1.0 {SHORT}",
    "seq2seq train tiny-de-en": FILMED,
    "seq2seq train": SHORT,
    "seq2seq bakeoff": f"--vary cell {SHORT}",
    "seq2seq prepare multi30k": "--source published/multi30k",
    "seq2seq prepare tatoeba": "--source published/tatoeba --val 10 --test 10",
    "seq2seq prepare text": "--val 10 --test 10",
}
"""What is added to a command: a small model for two updates, and a folder in place of the web."""

NOT_HERE = {
    "pip install": "the wheel is installed into an empty environment by scripts/check_wheel.sh",
    "source .venv": "changes the shell that it is typed in",
    "seq2seq board": "serves until Ctrl-C; tests/cli/test_board.py starts it",
    "seq2seq serve": "serves until Ctrl-C; tests/cli/test_serve_command.py starts it",
    "seq2seq translate tiny-de-en --input sentences.de --output sentences.en --shards": "tests/cli/test_shards.py",
    "seq2seq align tiny-de-en --source sentences.de --target sentences.en --output links --shards": "the same",
    "scripts/shards.py": "needs the extra ray, which make test does not install; tests/cli/test_shards.py",
    "seq2seq backtranslate": "a run of two updates ends no translation; tests/cli/test_backtranslate_command.py",
    "seq2seq distil": "the same; tests/cli/test_distil_command.py",
    "seq2seq evaluate runs/distilled": "the student of distil",
    "torchrun": "tests/train/test_scale_out.py starts two processes",
    "srun": "needs SLURM",
    "scripts/benchmark.py": "takes 14 minutes, and a peer; tests/scripts/test_benchmark.py runs it on a tiny corpus",
    ".venv/bin/": "runs the tests, or changes the repository's hooks",
}


def own_corpora(folder: Path) -> None:
    """Files of 300 pairs in every form that docs/corpora.md shows."""
    sides = [lines("tiny-de-en", "train", language, 300) for language in ("de", "en")]
    for language, own in zip(("de", "en"), sides, strict=True):
        (folder / f"my.{language}").write_text("\n".join(own) + "\n", encoding="utf-8")
    (folder / "my.de.xz").write_bytes(lzma.compress((folder / "my.de").read_bytes()))
    (folder / "my.en.zst").write_bytes(zstandard.compress((folder / "my.en").read_bytes()))
    pairs = list(zip(*sides, strict=True))
    for name in ("my.tsv", "my.csv", "my.jsonl", "my.tmx", "de-en.txt.zip", "my.parquet", "western.tsv"):
        write_form(folder, name, pairs)
    rows = ["id\tEnglish\tDeutsch", *(f"{i}\t{target}\t{source}" for i, (source, target) in enumerate(pairs))]
    (folder / "columns.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the pages speak of: published corpora, own files, a trained run, the tiny corpora."""
    folder = tmp_path_factory.mktemp("docs")
    multi30k(folder / "published" / "multi30k")
    tatoeba(folder / "published" / "tatoeba", ("fra", "kor", "deu"))
    hansards(folder / "HANSARDS")
    for name, languages in (("tiny-de-en", ("de", "en", "align")), ("tiny-ko-en", ("ko", "en", "align"))):
        (folder / "data" / name).mkdir(parents=True)
        for split, count in SPLITS:
            for language in languages:
                text = "\n".join(lines(name, split, language, count)) + "\n"
                (folder / "data" / name / f"{split}.{language}").write_text(text, encoding="utf-8")
    own_corpora(folder)
    (folder / "cc.en.300.vec").write_text(f"1 16\n. {'0.5 ' * 16}\n", encoding="utf-8")
    (folder / "data" / "back").mkdir()
    for language in ("ko", "en"):
        text = "\n".join(lines("tiny-ko-en", "train", language, 50)) + "\n"
        name = {"ko": "kor", "en": "eng"}[language]
        (folder / "data" / "back" / f"train.{name}").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "data" / "function-words", folder / "data" / "function-words")
    shutil.copy(folder / "data" / "tiny-de-en" / "test.de", folder / "sentences.de")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert seq2seq(patch, *shlex.split(f"train tiny-de-en {FILMED}")) == 0
    prepare_multi30k("en-de", folder / "data" / "multi30k-en-de-tok", str(folder / "published" / "multi30k"), "tok")
    for name in ("Makefile", "pyproject.toml", "setup.py", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def place(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, and the current folder."""
    shutil.copytree(published, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def shell(text: str, stdin: bytes = b"") -> bytes:
    """What a shell writes for a command that is not ours; it must succeed."""
    done = subprocess.run(["bash", "-c", f"set -e -o pipefail; {text}"], input=stdin, capture_output=True)
    # `zcat FILE | head` ends with a broken pipe in zcat, which is as it should be.
    assert done.returncode == 0 or " | head" in text, done.stderr.decode()
    return done.stdout


def limited(text: str) -> str:
    """The command with its limits, before a redirection."""
    for beginning, limits in LIMITS.items():
        if text.startswith(beginning):
            return re.sub(r"(?= [<>]|$)", f" {limits}", text, count=1)
    return text


@contextlib.contextmanager
def standard_input(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Standard input that holds these bytes."""
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    with os.fdopen(reader, "r") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield


def run_ours(text: str, stdin: bytes, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What `seq2seq ...` writes, in this process; it must exit with 0."""
    text, _, output = text.partition(" > ")
    text, _, source = text.partition(" < ")
    if source:
        stdin = Path(source.strip()).read_bytes()
    arguments = shell(f"printf '%s\\0' {text}").decode().split("\0")[:-1]  # quotes and wildcards as a shell has them
    monkeypatch.setattr(sys, "argv", arguments)
    capfd.readouterr()
    with standard_input(stdin, monkeypatch), pytest.raises(SystemExit) as ended:
        main()
    out, err = capfd.readouterr()
    assert ended.value.code == 0 and "Traceback" not in err, err
    if output:
        Path(output.strip()).write_text(out, encoding="utf-8")
    return out


def run_command(command: Command, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Run one command of a page; what it wrote."""
    text = command.text
    if text.startswith("make "):
        return shell(text.replace("make ", "make --dry-run ", 1)).decode()
    before, pipe, last = text.rpartition(" | ")
    if not last.startswith("seq2seq"):
        return shell(text).decode()
    return run_ours(limited(last), shell(before) if pipe else b"", capfd, monkeypatch)


def words_of(lines: list[str]) -> list[list[str]]:
    """The lines without what may differ between two machines: numbers, shades and spaces."""
    return [re.findall(r"[^\W\d_]+", line) for line in lines if line.strip()]


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_every_command_runs_as_printed(
    page: Path, place: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in commands(page):
        if command.text.startswith(tuple(NOT_HERE)):
            continue
        try:
            out = run_command(command, capfd, monkeypatch)
        except AssertionError as error:
            pytest.fail(f"{command}\n{error}")
        if command.output:
            assert words_of(out.splitlines()) == words_of(command.output), command


@pytest.mark.parametrize("page", [page for page in PAGES if python_blocks(page)], ids=lambda page: page.stem)
def test_every_python_example_runs(page: Path, place: Path) -> None:
    for number, code in python_blocks(page):
        exec(compile(code, f"{page.name}, line {number}", "exec"), {})
    assert page.name != "README.md" or (place / "map.png").is_file()


def test_the_first_screen_of_the_readme_is_among_the_commands() -> None:
    """A page whose commands are not found would be a test that cannot fail."""
    texts = [command.text for command in commands(ROOT / "README.md")]
    assert 'echo "Ich kenne die Frau." | seq2seq translate tiny-de-en --show-alignment' in texts
    assert len(texts) > 20 and "make demo" in texts
    assert any(command.output for command in commands(ROOT / "README.md"))


def test_every_reason_not_to_run_a_command_is_still_needed() -> None:
    texts = [command.text for page in PAGES for command in commands(page)]
    assert [key for key in (*NOT_HERE, *LIMITS) if not any(text.startswith(key) for text in texts)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_verbs_targets_paths_and_links_named_in_the_text_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text):
        if verb := re.match(r"seq2seq ([a-z]\w*)", code):
            assert verb[1] in VERBS, code
        if target := re.match(r"make ([a-z]\w*)", code):
            assert f"\n{target[1]}:" in makefile, code
        if re.fullmatch(r"(seq2seq|scripts|tests|configs|docs|data)/[\w/.-]+\.\w+", code):
            assert (ROOT / code).exists(), code
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert link.startswith("http") or (page.parent / link).exists(), link
