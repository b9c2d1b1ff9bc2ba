"""Where pictures leave the application."""

from deepstream_simulator.config import AppConfig
from deepstream_simulator.console import Console
from deepstream_simulator.sources import Sources


class Outputs:
    def __init__(self, config: AppConfig, sources: Sources, console: Console) -> None:
        pass

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass
