"""The arguments of Lightning's Trainer as they are read from its source, against the Trainer itself."""

import inspect

from pytorch_lightning import Trainer

from seq2seq.config.trainer import OWNED, trainer_arguments


def test_the_arguments_are_those_of_the_trainer() -> None:
    """Fails when Lightning moves its source or writes it otherwise."""
    parameters = inspect.signature(Trainer.__init__).parameters
    found = trainer_arguments()
    assert list(found) == [name for name in parameters if name != "self"]
    assert {name: argument.default for name, argument in found.items()} == {
        name: repr(parameter.default) for name, parameter in parameters.items() if name != "self"
    }
    assert set(found) > set(OWNED) and all(argument.description for name, argument in found.items())


def test_what_a_type_takes() -> None:
    arguments = trainer_arguments()
    assert arguments["max_epochs"].accepts(3) and arguments["max_epochs"].accepts(None)
    assert not arguments["max_epochs"].accepts(True) and not arguments["max_epochs"].accepts(3.0)
    assert arguments["gradient_clip_val"].accepts(3) and arguments["gradient_clip_val"].accepts(0.5)
    assert arguments["devices"].accepts([0, 1]) and arguments["devices"].accepts("auto")
    assert not arguments["num_nodes"].accepts(None)
    assert arguments["gradient_clip_val"].wanted() == "a whole number or a number or null"
    assert arguments["gradient_clip_val"].description == "The value at which to clip gradients"
