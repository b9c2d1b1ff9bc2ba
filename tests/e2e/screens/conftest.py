"""Patience for a busy machine: what a screen shows may take a while, on two cores that also decode video."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

PATIENCE_MS = 20_000
PLAYWRIGHTS_OWN_MS = 5_000


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Expectations of these tests wait longer than Playwright's own 5 seconds."""
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=PLAYWRIGHTS_OWN_MS)
