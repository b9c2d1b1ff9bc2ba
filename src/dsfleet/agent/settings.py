"""The agent's settings, and the only reader of its environment: flags over `DSFLEET_AGENT_*` over a TOML file."""

import socket
import tomllib
from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from dsfleet.contracts.problems import InputError, Problem

DEFAULT_STATE_DIR = Path("/var/lib/dsfleet/agent")


class AgentSettings(BaseSettings):
    """What one agent needs to know; every field has an environment variable `DSFLEET_AGENT_<FIELD>`.

    Flags are given as keyword arguments and win; then the environment; then the TOML file; then these defaults.
    """

    model_config = SettingsConfigDict(env_prefix="DSFLEET_AGENT_", frozen=True, extra="forbid")

    kafka: str = Field(
        default="127.0.0.1:9092",
        description="Kafka's bootstrap addresses, host:port separated by commas.",
        validation_alias=AliasChoices("kafka", "DSFLEET_AGENT_KAFKA", "DSFLEET_KAFKA"),
    )
    state_dir: Path = Field(
        default=DEFAULT_STATE_DIR, description="Where identity, keys and the newest state are kept."
    )
    name: str = Field(
        default_factory=socket.gethostname, description="How the host is shown until somebody renames it."
    )
    docker_host: str | None = Field(default=None, description="The Docker engine's address; empty: DOCKER_HOST.")
    cameras: int = Field(default=16, ge=0, description="How many cameras this host may carry.")
    port_first: int = Field(default=18600, ge=1024, le=65535, description="First port that instances may be given.")
    port_last: int = Field(default=18999, ge=1024, le=65535, description="Last port that instances may be given.")
    status_interval_s: float | None = Field(
        default=None, gt=0, description="Seconds between reports at rest; empty: what the coordinator says (60)."
    )
    reconcile_interval_s: float = Field(default=60.0, gt=0, description="Seconds between looks at the host at rest.")
    log_level: str = Field(default="info", description="debug, info, warning or error.")

    @model_validator(mode="after")
    def _ports_are_a_range(self) -> Self:
        if self.port_first > self.port_last:
            raise ValueError(f"port_first {self.port_first} is above port_last {self.port_last}: exchange them")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, strongest first; the TOML file's path comes from `toml_file` in the model's settings."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(toml_file: Path | None, flags: dict[str, object]) -> AgentSettings:
    """Return the settings; a flag that is None counts as not given.

    Raises InputError `setting-invalid` with one problem per setting, `settings-file-unreadable` for the file itself.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    settings_class = AgentSettings if toml_file is None else _reading(toml_file)
    try:
        return settings_class(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InputError(*map(_problem, error.errors())) from error
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(toml_file, str(error)) from error


def _reading(toml_file: Path) -> type[AgentSettings]:
    if not toml_file.is_file():
        raise _unreadable(toml_file, "there is no such file")

    class FromFile(AgentSettings):
        model_config = SettingsConfigDict(toml_file=toml_file)

    return FromFile


def _problem(error: ErrorDetails) -> Problem:
    name = ".".join(map(str, error["loc"])) or "settings"
    return Problem(
        code="setting-invalid",
        message=f"The setting {name} cannot be used: {error['msg']}.",
        field=name,
        value=str(error["input"]) if error["loc"] else None,
        mend="See `dsfleet agent --help` for what it may be.",
    )


def _unreadable(toml_file: Path | None, reason: str) -> InputError:
    return InputError(
        Problem(
            code="settings-file-unreadable",
            message=f"The settings file cannot be read: {reason}.",
            field="settings",
            value=str(toml_file),
            mend="Give a TOML file with lines such as `cameras = 16`.",
        )
    )
