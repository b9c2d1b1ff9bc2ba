"""The coordinator's settings, and the only reader of its environment: flags over `DSFLEET_*` over a TOML file."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

DEFAULT_DATA_DIR = Path("/var/lib/dsfleet/coordinator")


class CoordinatorSettings(BaseSettings):
    """What the coordinator needs to know; every field has an environment variable `DSFLEET_<FIELD>`.

    Flags are given as keyword arguments and win; then the environment; then the TOML file; then these defaults.
    """

    model_config = SettingsConfigDict(env_prefix="DSFLEET_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    data_dir: Path = Field(default=DEFAULT_DATA_DIR, description="Where the database and the key of its secrets are.")
    database_url: str | None = Field(default=None, description="Another database, such as postgresql+psycopg://...")
    kafka: str = Field(default="127.0.0.1:9092", description="Kafka's bootstrap addresses, separated by commas.")
    kafka_settings: dict[str, str] = Field(default_factory=dict, description="More settings of the Kafka client.")
    group: str = Field(default="dsfleet-coordinator", description="The consumer group that coordinators share.")
    demo: bool = Field(default=False, description="Part of `dsfleet demo`: lets the demo's own agent in.")
    in_process: bool = Field(default=False, description="Coordinator and agent share one process, without Kafka.")
    auto_admit_names: tuple[str, ...] = Field(default=(), description="Agents that enter by name; demo only.")
    deadline_s: float = Field(default=300.0, gt=0, description="Seconds an update request may take.")
    read_back_timeout_s: float = Field(default=10.0, gt=0, description="Seconds a host may take to hand files over.")
    admin_token_file: Path | None = Field(default=None, description="File for an administrator's API token (0600).")
    ui: Path | None = Field(default=None, description="Folder of the built page; by default the packaged one.")
    wait: bool = Field(default=False, description="Start although Kafka does not answer, and wait for it.")
    log_level: str = Field(default="info", description="debug, info, warning or error.")

    @property
    def database_address(self) -> str:
        """The database as SQLAlchemy's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'coordinator.db'}"

    @property
    def key_file(self) -> Path:
        """The key that opens what the database holds sealed; beside the database, never inside."""
        return self.data_dir / "secret.key"

    @property
    def deadline(self) -> timedelta:
        """How long an update request may take."""
        return timedelta(seconds=self.deadline_s)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, strongest first."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(toml_file: Path | None, flags: Mapping[str, object]) -> CoordinatorSettings:
    """Return the settings; a flag that is None counts as not given. Raises pydantic's ValidationError."""
    given = {name: value for name, value in flags.items() if value is not None}
    if toml_file is None:
        return CoordinatorSettings(**given)  # type: ignore[arg-type]

    class FromFile(CoordinatorSettings):
        model_config = SettingsConfigDict(toml_file=toml_file)

    return FromFile(**given)  # type: ignore[arg-type]
