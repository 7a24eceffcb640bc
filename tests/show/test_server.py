"""The HTTP API, asked in this process: its answers are those of the library, and nothing that is sent breaks it."""

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from asgi import JSON, Answer, Client

from seq2seq.alignment.links import format_pharaoh
from seq2seq.alignment.schema import map_from_dict, translation_to_dict
from seq2seq.cli.serve import explained
from seq2seq.explain.translation import explain_step
from seq2seq.show.serving.app import create_app
from seq2seq.show.serving.limits import Limits
from seq2seq.show.serving.server import hosts_of, listen
from seq2seq.show.viewer import view
from seq2seq.translate.session import Session
from seq2seq.translate.translation import NBest
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import word_links

DATA = Path(__file__).parents[2] / "data" / "tiny-de-en"
PAIRS = [
    (source, target)
    for source, target in zip(
        *((DATA / f"test.{side}").read_text("utf-8").splitlines() for side in ("de", "en")), strict=True
    )
    if len(source) < 40
][:8]
SOURCES = [source for source, _ in PAIRS]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def translators(sister: Path) -> dict[str, Translator]:
    return {"one": Translator.load("tiny-de-en", "cpu"), "two heads": Translator.load(sister, "cpu")}


@pytest.fixture(scope="module")
def one(translators: dict[str, Translator]) -> Translator:
    return translators["one"]


@pytest.fixture(scope="module")
def client(translators: dict[str, Translator]) -> Client:
    return Client(create_app(translators, explained))


def limited(one: Translator, hosts: Sequence[str] | None = ("localhost",), **limits: Any) -> Client:
    """A server with one run and other limits."""
    return Client(create_app({"one": one}, explained, Limits(**limits), hosts))


def assert_fault(answer: Answer, status: int, *parts: str) -> None:
    """This status, and one clear line."""
    found = answer.json()
    assert answer.status == status, found
    assert list(found) == ["error"] and 0 < len(found["error"]) < 350 and "\n" not in found["error"]
    assert answer.headers["content-type"] == JSON
    for part in parts:
        assert part in found["error"], found


# Translations


def test_a_translation_is_that_of_the_library_with_its_map(client: Client, translators: dict[str, Translator]) -> None:
    for run, translator in translators.items():
        found = client.post("/api/translate", sentences=SOURCES[0], run=run, nbest=3).json()
        best = translator.translate_all([SOURCES[0]], nbest=3)[0]
        share = translator.unknown_share(best[0].alignment.source)
        assert found == {"run": run, "translations": [[translation_to_dict(one, share) for one in best]]}
        assert map_from_dict(found["translations"][0][0]["alignment"]).heads == translator.heads


def test_a_list_is_answered_in_its_order_blank_and_long_ones_too(client: Client, one: Translator) -> None:
    texts = [*SOURCES[:5], "", "Hund " * 2500, " "]
    found = client.post("/api/translate", sentences=texts, beam=2, maps=False).json()["translations"]
    expected = one.translate_all(texts, beam=2)
    assert [best[0]["text"] for best in found] == [best[0].text for best in expected]
    assert [best[0]["refused"] is None for best in found] == [True] * 6 + [False, True]
    assert list(found[0][0]) == ["text", "score", "log_prob", "finished", "refused"]


def test_those_who_ask_together_share_batches_and_get_their_own_answers(
    one: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    class Counting(Translator):
        def translate_all(self, sentences: Any, **options: Any) -> list[NBest]:
            sizes.append(len(sentences))
            return super().translate_all(sentences, **options)

    client = Client(create_app({"one": Counting(one.engine, one.vocabulary, one.config)}, explained))

    async def ask() -> list[Answer]:
        bodies = [json.dumps({"sentences": text, "maps": False}).encode() for text in SOURCES * 4]
        return await asyncio.gather(
            *(client.answer("POST", "/api/translate", [body], {"content-type": JSON}) for body in bodies)
        )

    found = [answer.json()["translations"][0][0]["text"] for answer in asyncio.run(ask())]
    assert found == [best[0].text for best in one.translate_all(SOURCES)] * 4
    assert sum(sizes) == 32 and len(sizes) < 10


def test_a_stranger_to_a_batch_changes_nothing(client: Client) -> None:
    alone = client.post("/api/translate", sentences=SOURCES[0]).json()["translations"][0]
    among = client.post("/api/translate", sentences=[SOURCES[0], "Hund " * 60]).json()["translations"][0]
    assert alone[0]["text"] == among[0]["text"]
    assert alone[0]["score"] == pytest.approx(among[0]["score"], abs=1e-5)


# Sessions


def test_accepting_all_is_greedy_search_and_completing_nothing_is_translation(client: Client, one: Translator) -> None:
    greedy = one.translate(SOURCES[0], beam=1)
    steps = [{"do": "accept"}] * len(greedy.ids)
    found = client.post("/api/session", sentence=SOURCES[0], steps=steps, trace=True).json()
    assert found["text"] == greedy.text and found["finished"] == greedy.finished
    assert found["view"] == view({"attention": greedy.alignment})
    assert [place["candidates"][0]["piece"] for place in found["trace"]] == [place["piece"] for place in found["trace"]]
    completed = client.post("/api/session", sentence=SOURCES[0], complete=True, nbest=3).json()
    best = one.translate_all([SOURCES[0]], nbest=3)[0]
    assert completed["text"] == best[0].text and completed["given"] == 0
    assert [entry["text"] for entry in completed["completions"]] == [entry.text for entry in best]


def test_a_session_keeps_nothing_and_a_step_less_is_a_step_back(client: Client, one: Translator) -> None:
    steps: list[dict[str, Any]] = [{"do": "accept"}, {"do": "force", "text": "zebra"}, {"do": "accept"}]
    answers = [client.post("/api/session", sentence=SOURCES[0], steps=steps[:count]).json() for count in (2, 3, 2)]
    assert answers[0] == answers[2] != answers[1]
    session = Session(one, SOURCES[0])
    session.accept(), session.force("zebra")
    assert answers[0]["text"] == session.text and " zebra" in answers[0]["text"]
    told = [(entry["id"], entry["piece"]) for entry in answers[0]["next"]["candidates"]]
    assert told == [(entry.id, entry.piece) for entry in session.candidates()]


@pytest.mark.parametrize("run", ["one", "two heads"])
def test_a_row_that_is_replaced_by_itself_changes_nothing_and_another_is_used(
    client: Client, translators: dict[str, Translator], run: str
) -> None:
    session = Session(translators[run], SOURCES[1])
    steps: list[dict[str, Any]] = [{"do": "attend", "weights": session.row.tolist(), "units": "pieces"}]
    asked = {"sentence": SOURCES[1], "run": run, "complete": True, "trace": True}
    plain, same = (client.post("/api/session", asked | {"steps": found}).json() for found in ([], steps))
    assert same["trace"][0].pop("replaced") and not plain["trace"][0].pop("replaced")
    assert {**same, "given": 0} == plain
    words = len(session.source.word_spans)
    row = [0.0] * words + [1.0]
    other = client.post("/api/session", asked | {"steps": [{"do": "attend", "weights": row}]}).json()
    assert other["trace"][0]["word_weights"] == [row] * translators[run].heads
    assert other["trace"][0]["model_word_weights"] == plain["trace"][0]["word_weights"]
    session.replace_word_row(row)
    assert other["text"] == session.complete()[0].text


def test_all_maps_of_a_pair(client: Client) -> None:
    found = client.post("/api/session", sentence=SOURCES[0], complete=True, all_maps=True).json()
    assert {entry["name"]: entry["map"]["kind"] for entry in found["view"]["maps"]} == {
        "attention": "decoder",
        "aligner": "aligner",
    }


@pytest.mark.parametrize(
    ("step", "parts"),
    [
        ({"do": "jump"}, ["steps.1", "'take'"]),
        ({"do": "take", "piece": "no such piece"}, ["steps.1: piece", "no piece"]),
        ({"do": "take", "piece": 10**30}, ["steps.1: piece"]),
        ({"do": "take", "piece": -1}, ["steps.1"]),
        ({"do": "take"}, ["steps.1.take.piece: Field required"]),
        ({"do": "force", "text": " "}, ["steps.1: text: it is blank"]),
        ({"do": "attend", "weights": [1]}, ["steps.1: the row has the shape 1; give"]),
        ({"do": "attend", "weights": [[1, 2], [3]]}, ["steps.1"]),
        ({"do": "attend", "weights": [-1, 2, 0, 0, 0]}, ["steps.1"]),
        ({"do": "accept", "more": 1}, ["steps.1.accept.more"]),
    ],
)
def test_a_step_that_cannot_be_made_is_named(client: Client, step: dict[str, Any], parts: list[str]) -> None:
    steps = [{"do": "accept"}, step]
    for path in ("/api/session", "/api/tree"):
        assert_fault(client.post(path, sentence="Der Hund sieht Wasser", steps=steps), 422, *parts)


def test_the_leaves_of_a_tree_are_the_best_translations(client: Client, one: Translator) -> None:
    tree = client.post("/api/tree", sentence=SOURCES[0], beam=4).json()["tree"]
    best = one.translate_all([SOURCES[0]], beam=4, nbest=4)[0]
    assert [leaf["text"] for leaf in tree["translations"]] == [entry.text for entry in best]
    leaves = sorted((branch["rank"], branch["score"]) for branch in tree["branches"] if branch["rank"] is not None)
    assert [score for _, score in leaves] == pytest.approx([entry.score for entry in best])


# Pairs and numbers


@pytest.mark.parametrize("run", ["one", "two heads"])
def test_links_are_those_of_align(client: Client, translators: dict[str, Translator], run: str) -> None:
    pairs = [*PAIRS[:3], ("", "x")]
    bodies = [{"source": source, "target": target} for source, target in pairs]
    found = client.post("/api/align", pairs=bodies, run=run).json()["pairs"]
    expected = word_links(translators[run], pairs)
    assert [entry["pharaoh"] for entry in found] == [format_pharaoh(links) for links in expected]
    assert [entry["links"] for entry in found] == [sorted(map(list, links)) for links in expected]
    names = [entry["name"] for entry in found[0]["view"]["maps"]]
    assert names == ["attention", "aligner"][: 1 + translators[run].has_aligner]
    assert client.post("/api/align", pairs=bodies, maps=False).json()["pairs"][0]["view"] is None


def test_the_worked_numbers_are_those_of_explain(client: Client, one: Translator) -> None:
    found = client.post("/api/explain", sentence=SOURCES[0], step=2, numbers=True).json()
    assert found["numbers"] == json.loads(json.dumps(explain_step(one, SOURCES[0], 2).to_dict()))
    assert found["step"] == 2 and found["steps"] == len(found["numbers"]["target_pieces"])
    assert found["blocks"][0]["kind"] == "heading"
    korean = client.post("/api/explain", sentence=SOURCES[0], step=2, language="ko").json()
    assert korean["numbers"] is None and korean["blocks"][1] != found["blocks"][1]
    assert_fault(client.post("/api/explain", sentence=SOURCES[0], step=99), 422, "step is 99, but the translation has")
    assert_fault(client.post("/api/explain", sentence=" "), 422, "the sentence is blank")


# LibreTranslate


def test_libretranslate_s_clients_are_answered_however_they_ask(client: Client, one: Translator) -> None:
    expected = {"translatedText": one.translate(SOURCES[0]).text}
    asked = {"q": SOURCES[0], "source": "de", "target": "en", "format": "text", "api_key": ""}
    assert client.post("/translate", asked).json() == expected
    assert client.form("/translate", **asked).json() == expected
    assert client.ask("POST", f"/translate?{urlencode(asked)}").json() == expected
    guessed = {"detectedLanguage": {"language": "de", "confidence": 0.0}}
    assert client.post("/translate", asked | {"source": "auto"}).json() == expected | guessed
    best = one.translate_all(SOURCES[:2], nbest=3)
    assert client.post("/translate", asked | {"q": SOURCES[:2], "alternatives": 2}).json() == {
        "translatedText": [found[0].text for found in best],
        "alternatives": [[other.text for other in found[1:]] for found in best],
    }
    assert client.get("/languages").json() == [{"code": "de", "name": "de", "targets": ["en"]}]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"source": "fr"}, "'fr' to 'en' is not supported; there is de to en"),
        ({"target": "<script>"}, "is not supported"),
        ({"format": "html"}, "only text is translated"),
        ({"q": 5}, "q: "),
        ({"q": "Hund " * 2500}, "pieces"),
    ],
)
def test_what_libretranslate_would_refuse(client: Client, changes: dict[str, Any], part: str) -> None:
    asked = {"q": SOURCES[0], "source": "de", "target": "en"}
    assert_fault(client.post("/translate", asked | changes), 400, part)


def test_libretranslate_s_hostile_bodies(client: Client) -> None:
    for kind, body, status in (
        (JSON, b"[]", 422),
        (JSON, b"{", 400),
        (JSON, b"\xff", 400),
        (JSON, b"[" * 100_000, 400),
        (FORM, b"q=%ff&source=de&target=en", 200),  # undecodable bytes become U+FFFD, as in any query
        (FORM, b"\xff", 400),
        (FORM, b"&".join([b"q=x"] * 1000), 400),
        (FORM, b"", 400),
        ("multipart/form-data", b"x", 415),
        ("text/plain", b"q=x", 415),
    ):
        answer = client.ask("POST", "/translate", [body], {"content-type": kind})
        assert answer.status == status, (body[:20], answer)
        if status != 200:
            assert_fault(answer, status)


# Limits


def test_what_is_beyond_the_limits_is_refused_with_the_reason(one: Translator) -> None:
    client = limited(one, sentences=3, beam=4, weights=5000, branches=500, steps=2)
    few = {"sentences": ["x"] * 4}
    assert_fault(client.post("/api/translate", few), 422, "4 sentences in a request, it must be at most 3")
    assert_fault(client.post("/api/align", pairs=[{"source": "x", "target": "y"}] * 4), 422, "4 pairs")
    assert_fault(client.post("/translate", q=["x"] * 4, source="de", target="en"), 422, "4 sentences")
    assert_fault(client.post("/api/translate", sentences="x", beam=5), 422, "beam is 5, it must be at most 4 here")
    assert_fault(client.post("/api/translate", sentences="x", nbest=5), 422, "nbest is 5, it must be at most 4 here")
    assert_fault(client.post("/api/translate", sentences="x", nbest=3, beam=2), 422, "raise the beam")
    assert_fault(client.post("/api/translate", sentences="Hund " * 100), 422, "the maps may have", "at most 5,000")
    assert_fault(client.post("/api/tree", sentence="Hund " * 100), 422, "the tree may have", "at most 500")
    assert_fault(client.post("/api/session", sentence="x", steps=[{"do": "accept"}] * 3), 422, "3 steps")
    assert client.post("/api/translate", sentences=["x", "y", "z"], beam=4).status == 200


def test_a_sentence_of_three_thousand_letters_is_refused_at_once(one: Translator) -> None:
    short = Translator(one.engine, one.vocabulary, one.config.changed(search={"max_pieces": 300}))
    client, started = limited(short), time.monotonic()
    for path, asked in (
        ("/api/translate", {"sentences": "x" * 3000}),
        ("/api/session", {"sentence": "x" * 3000}),
        ("/api/explain", {"sentence": "x" * 3000}),
        ("/api/align", {"pairs": [{"source": "x", "target": "x" * 3000}]}),
    ):
        assert_fault(client.post(path, asked), 422, "pieces, and search.max_pieces is 300")
    assert_fault(client.post("/api/translate", sentences="x" * 30_000), 422, "at most 20000 characters")
    assert time.monotonic() - started < 5


def test_a_body_that_is_too_long_is_refused_however_it_comes(one: Translator) -> None:
    client = limited(one, body=1000)
    for parts, headers in (
        ([b"x" * 1001], {}),
        ([b"x" * 100] * 11, {}),
        ([b"x"], {"content-length": "5000"}),
        ([b"x"], {"content-length": "9" * 18}),
        (iter([b"x" * 1000] * 1000), {}),
    ):
        answer = client.ask("POST", "/api/translate", parts, {"content-type": JSON} | headers)
        assert_fault(answer, 413, "the body has more than 1,000 bytes")
        assert answer.headers["connection"] == "close"
    answer = client.ask("POST", "/api/translate", [b"x"], {"content-type": JSON, "content-encoding": "gzip"})
    assert_fault(answer, 415, "packed")


class Slow(Translator):
    """Takes its time."""

    def translate_all(self, *arguments: Any, **options: Any) -> list[NBest]:
        time.sleep(0.5)
        return super().translate_all(*arguments, **options)


@pytest.fixture
def slow(one: Translator) -> Slow:
    return Slow(one.engine, one.vocabulary, one.config)


def together(client: Client, count: int) -> list[Answer]:
    """Answers to so many at a time."""

    async def ask() -> list[Answer]:
        body = json.dumps({"sentences": "Der Hund", "maps": False}).encode()
        return list(
            await asyncio.gather(
                *(client.answer("POST", "/api/translate", [body], {"content-type": JSON}) for _ in range(count))
            )
        )

    return asyncio.run(ask())


def test_who_waits_too_long_or_is_one_too_many_is_told_to_come_again(slow: Slow) -> None:
    for limits, part in (
        ({"seconds": 0.2}, "no answer within 0.2 seconds"),
        ({"requests": 3}, "3 requests are at work"),
        ({"waiting": 3}, "too many sentences wait"),
    ):
        busy = [answer for answer in together(limited(slow, **limits), 8) if answer.status != 200]
        assert busy
        for answer in busy:
            assert_fault(answer, 503, part)
            assert answer.headers["retry-after"] == "1"


def test_a_body_that_does_not_come_is_not_waited_for(one: Translator) -> None:
    client = limited(one, seconds=0.2)

    async def ask() -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        never = asyncio.Event()
        scope = {"type": "http", "method": "POST", "path": "/api/translate", "headers": [(b"host", b"localhost")]}
        await client.app(scope, never.wait, send)
        return sent

    start, body = asyncio.run(ask())
    assert start["status"] == 408 and b"the body has not arrived within 0.2 seconds" in body["body"]


def test_who_leaves_is_not_worked_for(slow: Slow) -> None:
    client, body = limited(slow), json.dumps({"sentences": "Der Hund", "maps": False}).encode()

    async def ask() -> tuple[float, int]:
        first = asyncio.create_task(client.answer("POST", "/api/translate", [body], {"content-type": JSON}))
        await asyncio.sleep(0.1)
        messages: list[dict[str, Any]] = [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0.05)
            return messages.pop(0)

        async def send(message: Any) -> None:
            raise AssertionError("nobody listens")

        scope = {"type": "http", "method": "POST", "path": "/api/translate", "query_string": b"", "root_path": "",
                 "headers": [(b"host", b"localhost"), (b"content-type", JSON.encode())]}  # fmt: skip
        started = time.monotonic()
        await client.app(scope, receive, send)
        left = time.monotonic() - started
        return left, (await first).status

    left, status = asyncio.run(ask())
    assert left < 0.4 and status == 200


# Strangers

BODIES = {
    "nothing": b"",
    "binary": bytes(range(256)),
    "a byte that is not UTF-8": b'{"sentences": "\xff"}',
    "half a surrogate pair": b'{"sentences": "\\ud800"}',
    "half a surrogate pair as a name": b'{"sentences": "x", "\\udfff": 1}',
    "no object": b"[1, 2]",
    "null": b"null",
    "a number": b"1e999",
    "a number of 5,000 digits": b'{"sentences": "x", "beam": ' + b"9" * 5000 + b"}",
    "no number": b'{"sentences": "x", "beam": NaN}',
    "infinity": b'{"sentences": "x", "nbest": Infinity}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"sentences": ' * 50_000,
    "a deep value": b'{"sentences": ' + b"[" * 900 + b"]" * 900 + b"}",
    "cut off": b'{"sentences": "x',
    "a wrong type": b'{"sentences": 5}',
    "a wrong type inside": b'{"sentences": ["x", null]}',
    "an unknown field": b'{"sentences": "x", "beem": 5}',
    "a long unknown field": b'{"sentences": "x", "' + b"y\\n" * 10_000 + b'": 5}',
    "a beam of none": b'{"sentences": "x", "beam": 0}',
    "a run that is not there": b'{"sentences": "x", "run": "../../etc\\u0000"}',
    "UTF-16": '{"sentences": 5}'.encode("utf-16"),
}


@pytest.mark.parametrize("path", ["/api/translate", "/api/session", "/api/tree", "/api/align", "/api/explain"])
@pytest.mark.parametrize("body", BODIES.values(), ids=list(BODIES))
def test_hostile_bodies_are_refused_in_one_line(client: Client, path: str, body: bytes) -> None:
    answer = client.ask("POST", path, [body], {"content-type": JSON})
    assert 400 <= answer.status < 500
    assert_fault(answer, answer.status)


@pytest.mark.parametrize(
    ("path", "begin", "item", "end"),
    [
        ("/api/translate", '{"sentences": [', "1", "]}"),
        ("/api/align", '{"pairs": [', "{}", "]}"),
        ("/api/session", '{"sentence": "x", "steps": [', "{}", "]}"),
        ("/api/session", '{"sentence": "x", "steps": [{"do": "attend", "weights": [', '""', "]}]}"),
        ("/translate", '{"target": "en", "q": [', "1", "]}"),
    ],
)
def test_a_body_full_of_faults_is_refused_at_the_first(
    client: Client, path: str, begin: str, item: str, end: str
) -> None:
    """All of them would take seconds and a gigabyte."""
    body = f"{begin}{','.join([item] * 60_000)}{end}".encode()
    started = time.process_time()
    answer = client.ask("POST", path, [body], {"content-type": JSON})
    assert_fault(answer, 400 if path == "/translate" else 422)
    assert time.process_time() - started < 2


def test_another_kind_of_body_is_refused_and_so_is_none(client: Client) -> None:
    for headers in ({"content-type": "text/plain"}, {"content-type": FORM}, {}):
        answer = client.ask("POST", "/api/translate", [b'{"sentences": "x"}'], headers)
        assert_fault(answer, 422, "Content-Type: application/json")


def test_what_is_not_there(client: Client) -> None:
    for path in ("/none", "/static/none.js", "/static/../viewer.py", "/static/%2e%2e/viewer.py", "/api/\x00"):
        assert_fault(client.get(path), 404, "there is no")
    wrong = client.get("/api/translate")
    assert_fault(wrong, 405, "is not for GET")
    assert wrong.headers["allow"] == "POST"
    assert_fault(client.post("/api/translate", sentences="x", run="none"), 404, "there is no run 'none' here")


def test_only_the_names_of_this_machine_are_answered_to(client: Client, one: Translator) -> None:
    for host in ("localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8000"):
        assert client.get("/health", host=host).status == 200
    for host in ("evil.example", "evil.example:8000", "localhost.evil.example", "", "[", "127.0.0.1.evil.example"):
        assert_fault(client.get("/health", host=host), 421, "there is no host")
    assert limited(one, hosts=None).get("/health", host="any.example").status == 200


def test_the_names_of_a_server_are_those_of_where_it_listens() -> None:
    for host, known in (
        ("127.0.0.1", {"127.0.0.1", "localhost", "::1"}),
        ("127.0.0.2", {"127.0.0.2"}),
        ("0.0.0.0", None),
    ):
        with listen(host, 0) as listening:
            hosts = hosts_of(listening)
            assert hosts is None if known is None else known <= (hosts or set())


def test_no_other_page_may_read_the_answers(client: Client) -> None:
    for path in ("/", "/health", "/none", "/static/serve.js"):
        headers = client.get(path, origin="http://evil.example").headers
        assert not [name for name in headers if name.startswith("access-control")]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


# The server


def test_state(client: Client, one: Translator) -> None:
    assert client.get("/health").json() == {"status": "ok", "waiting": 0}
    assert client.get("/api/version").json()["schema_version"] == 2
    runs = client.get("/api/runs").json()
    assert [(run["name"], run["heads"], run["aligner"]) for run in runs] == [
        ("one", 1, True), ("two heads", 2, False)]  # fmt: skip
    assert all(20 <= len(text) <= 70 for text in runs[0]["examples"])


def test_pages_and_description_load_nothing_from_elsewhere(client: Client) -> None:
    for path in ("/", "/docs"):
        page = client.get(path)
        assert page.status == 200 and b"http" not in page.body.replace(b"http-equiv", b"")
    described = client.get("/openapi.json").json()
    assert {"/api/translate", "/api/session", "/api/tree", "/api/align", "/translate"} <= set(described["paths"])
