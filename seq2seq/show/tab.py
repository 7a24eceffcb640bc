"""TensorBoard's tab "Alignments": the maps that trainings have recorded, served to the player in `static/`."""

import base64
import json
import mimetypes
from collections.abc import Callable, Mapping
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from typing import Any

from tensorboard import plugin_util
from tensorboard.backend.http_util import Respond
from tensorboard.data.provider import RunTagFilter
from tensorboard.plugins.base_plugin import FrontendMetadata, TBContext, TBPlugin
from werkzeug.wrappers import Request, Response

from seq2seq.errors import InputError
from seq2seq.show.events import PLUGIN
from seq2seq.show.recorded import decode, sentence_of, tag
from seq2seq.show.viewer import STATIC

ALL = 1 << 30
"""More records than there are of any sentence: none is left out."""


class AlignmentsPlugin(TBPlugin):
    """Three routes: the files of the front end; which sentences are recorded of which runs; the records of a sentence.

    Records go through as they are, base64 of what `recorded.encode` has made of them: the browser unpacks those that
    are looked at.
    """

    plugin_name = PLUGIN

    def __init__(self, context: TBContext) -> None:
        self.provider, self.logdir = context.data_provider, Path(context.logdir or ".")
        self.sources: dict[tuple[str, str], tuple[str, str]] = {}
        """By run and tag: the edition that was read, and the sentence that it has."""

    def get_plugin_apps(self) -> Mapping[str, Callable[..., Any]]:
        """The routes."""
        return {
            "/static/*": Request.application(self.serve_static),
            "/catalogue": Request.application(self.serve_catalogue),
            "/series": Request.application(self.serve_series),
        }

    def is_active(self) -> bool:
        """Not without records; where there are some, TensorBoard does not ask."""
        return False

    def frontend_metadata(self) -> FrontendMetadata:
        """The name of the tab, and the module that draws it."""
        return FrontendMetadata(es_module_path="/static/tab.js", tab_name="Alignments")

    def serve_static(self, request: Request) -> Response:
        """A file of the front end."""
        name = request.path.rpartition("/")[2]
        path = STATIC / name
        if name not in {file.name for file in STATIC.iterdir()}:
            return Respond(request, f"no file {name!a}", "text/plain", code=404)
        kind = {".js": "text/javascript", ".css": "text/css"}.get(path.suffix) or mimetypes.guess_type(name)[0]
        return Respond(request, path.read_bytes(), kind or "application/octet-stream")

    def serve_catalogue(self, request: Request) -> Response:
        """Runs, and of each the sentences that are recorded, with an `edition` that changes when records are added."""
        listed = self.provider.list_tensors(
            plugin_util.context(request.environ),
            experiment_id=plugin_util.experiment_id(request.environ),
            plugin_name=PLUGIN,
        )
        runs = []
        for run, tags in sorted(listed.items()):
            sentences = [self.sentence(request, run, name, tags[name]) for name in tags if sentence_of(name)]
            label = self.logdir.resolve().name if run == "." else run
            runs.append({"name": run, "label": label, "sentences": sorted(sentences, key=itemgetter("number"))})
        return Respond(request, {"runs": runs}, "application/json")

    def sentence(self, request: Request, run: str, name: str, series: Any) -> dict[str, Any]:
        """What the catalogue says of a sentence."""
        edition = f"{series.max_step} {series.max_wall_time}"
        known = self.sources.get((run, name))
        if known is None or known[0] != edition:
            source = source_in(self.read(request, run, name, 1)) or source_in(self.read(request, run, name, ALL))
            known = self.sources[run, name] = edition, source or "(damaged)"
        return {"number": sentence_of(name), "source": known[1], "edition": edition}

    def serve_series(self, request: Request) -> Response:
        """The records of a sentence of a run, in the order of their steps, each step once: the latest."""
        run, number = request.args.get("run", ""), request.args.get("sentence", "")
        data = self.read(request, run, tag(int(number)), ALL) if number.isdecimal() and len(number) < 10 else []
        if not data:
            return Respond(request, f"run {run!a} has no sentence {number!a}", "text/plain", code=404)
        packed = {datum.step: bytes_of(datum.numpy) for datum in data}
        parts = [{"steps": [step], "data": base64.b64encode(packed[step]).decode()} for step in sorted(packed)]
        # "identity": records are packed, and packing them again takes long
        return Respond(request, json.dumps({"parts": parts}), "application/json", content_encoding="identity")

    def read(self, request: Request, run: str, name: str, most: int) -> list[Any]:
        """At most so many records of a run and a tag, the last among them."""
        found = self.provider.read_tensors(
            plugin_util.context(request.environ),
            experiment_id=plugin_util.experiment_id(request.environ),
            plugin_name=PLUGIN,
            downsample=most,
            run_tag_filter=RunTagFilter(runs=[run], tags=[name]),
        )
        return list(found.get(run, {}).get(name, []))


def bytes_of(tensor: Any) -> bytes:
    """The bytes in a tensor of one string; none where it is another tensor."""
    item = tensor.item() if tensor.size == 1 else None
    return item if isinstance(item, bytes) else b""


def source_in(data: list[Any]) -> str | None:
    """The source sentence of the last of these records that is not damaged."""
    for datum in reversed(data):
        with suppress(InputError):
            return str(decode(bytes_of(datum.numpy))["source"])
    return None
