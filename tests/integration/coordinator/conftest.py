"""Fixtures of the coordinator's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.coordinator.running import Running, running


@pytest.fixture
def coordinator(tmp_path: Path) -> Iterator[Running]:
    """A running coordinator that knows nothing yet."""
    with running(tmp_path) as started:
        yield started
