"""The settings of a run, all sections together."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo

from seq2seq.config.faults import fault
from seq2seq.config.nodes import dump
from seq2seq.config.sections import (
    STRICT,
    AlignmentConfig,
    DataConfig,
    InitConfig,
    LoggingConfig,
    ModelConfig,
    SearchConfig,
    SubwordsConfig,
    TrainingConfig,
)
from seq2seq.errors import InputError
from seq2seq.text.writing import atomic_write


@dataclass(frozen=True, config=STRICT)
class Config:
    """Everything a run is made from."""

    data: DataConfig
    subwords: SubwordsConfig = SubwordsConfig()
    model: ModelConfig = ModelConfig()
    alignment: AlignmentConfig = AlignmentConfig()
    init: InitConfig = InitConfig()
    training: TrainingConfig = TrainingConfig()
    search: SearchConfig = SearchConfig()
    logging: LoggingConfig = LoggingConfig()
    trainer: dict[str, Any] = dataclasses.field(default_factory=dict)
    """Arguments of Lightning's `Trainer`."""

    def changed(self, **sections: Mapping[str, Any]) -> "Config":
        """A copy with other settings: `config.changed(model={"heads": 4}, trainer={"max_epochs": 3})`.

        Raises InputError, in one line that names the setting, for one that is not there or an impossible value.
        """
        new: dict[str, Any] = {}
        for name, settings in sections.items():
            if name == "trainer":
                new[name] = {**self.trainer, **settings}
                continue
            if name not in SECTIONS:
                raise InputError(f"{name} is no section; there are {', '.join(SECTIONS)} and trainer")
            try:
                new[name] = dataclasses.replace(getattr(self, name), **settings)
            except ValidationError as error:
                raise InputError(fault(name, settings_of(name), error)[0]) from None
        return dataclasses.replace(self, **new)

    def save(self, path: Path) -> None:
        """Write the complete configuration as YAML."""
        with atomic_write(path) as stream:
            stream.write(dump(dataclasses.asdict(self)).encode())


SECTIONS: dict[str, type] = {
    "data": DataConfig, "subwords": SubwordsConfig, "model": ModelConfig, "alignment": AlignmentConfig,
    "init": InitConfig, "training": TrainingConfig, "search": SearchConfig, "logging": LoggingConfig,
}  # fmt: skip
"""The sections but `trainer`, whose settings are Lightning's."""


def settings_of(section: str) -> dict[str, FieldInfo]:
    """The settings of a section by name, with type, default and description."""
    fields: dict[str, FieldInfo] = SECTIONS[section].__pydantic_fields__  # type: ignore[attr-defined]
    return fields
