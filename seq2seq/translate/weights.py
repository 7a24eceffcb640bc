"""A run's folder on disk: where it is, its configuration, and the weights of its model."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save

from seq2seq import shipped
from seq2seq.config.reading import load_config
from seq2seq.config.settings import Config
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.text.writing import atomic_write
from seq2seq.translate.run_format import check_format

WEIGHTS = "model.safetensors"


def find_run(run: str | Path) -> tuple[Path, Path]:
    """The folder of a run and the file of its weights: those of the folder, or the `.safetensors` file that is named.

    Where there is no such folder, a run of that name that ships is taken. Raises InputError where there is neither.
    """
    path = Path(run)
    if path.suffix == ".safetensors":
        return path.parent, path
    folder = path if path.is_dir() else shipped.run(str(run))
    if folder is None:
        raise InputError(
            f"{run}: no such folder, and no run of that name ships; train one first, see `seq2seq train --help`"
        )
    return folder, folder / WEIGHTS


def build_model(config: Config, vocabulary: Vocabulary) -> Seq2Seq:
    """A model of the configuration's shape, with random weights."""
    sizes = len(vocabulary.source), len(vocabulary.target)
    return Seq2Seq(config.model, *sizes, vocabulary.joint, config.alignment.aligner)


def load_run_config(run: Path) -> Config:
    """The configuration of a run's folder; InputError when it is none."""
    if not run.is_dir():
        raise InputError(f"{run}: no such folder; train a run first, see `seq2seq train --help`")
    if not (run / "config.yaml").is_file():
        raise InputError(f"{run}: no config.yaml in it, so it is not the folder of a run")
    check_format(run)
    return load_config(run / "config.yaml")


def save_weights(model: Seq2Seq, path: Path) -> None:
    """Write the weights, tied ones once (safetensors refuses two names for one tensor), in one step."""
    with atomic_write(path) as stream:
        stream.write(
            save({name: parameter.detach().cpu().contiguous() for name, parameter in model.named_parameters()})
        )


def load_weights(model: Seq2Seq, path: Path) -> None:
    """Read what `save_weights` wrote into a model of the same configuration; InputError when it does not fit.

    The weights take on the precision of the model: what was written in bf16 is read into float32 without loss.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; train the run first, to its first validation at least")
    try:
        weights = load_file(path)
        missing = {name for name, _ in model.named_parameters()} - weights.keys()
        if missing:
            raise RuntimeError(f"{min(missing)} is missing")
        model.load_state_dict(weights, strict=False)
    except (SafetensorError, OSError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise InputError(
            f"{path}: not the weights of the model in config.yaml ({reason}); train the run anew"
        ) from None
