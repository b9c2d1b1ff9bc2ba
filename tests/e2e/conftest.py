"""One running product and one browser for the whole end-to-end session; what a failed test leaves behind to look at."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import running_browser
from tests.e2e.product import Product, running_product

RESULTS = Path("test-results")
WAIT_MS = 20_000
"""How long a page may take to show something, on a machine that is busy with the whole product."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as end-to-end."""
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demo with four cameras, shared by the tests that leave it as they found it."""
    data_dir = tmp_path_factory.mktemp("demo")
    with running_product(data_dir) as running:
        running.live_cameras(4, timeout_s=90)
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def session_state(product: Product, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A logged-in browser's cookies, made by opening the one-time link once."""
    path = tmp_path_factory.mktemp("session") / "state.json"
    context = browser.new_context()
    page = context.new_page()
    page.goto(product.login_link())
    page.wait_for_url(f"{product.url}/**")
    page.get_by_role("navigation").first.wait_for(timeout=WAIT_MS)
    context.storage_state(path=path)
    context.close()
    return path


@pytest.fixture
def page(product: Product, browser: Browser, session_state: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a logged-in operator; a failed test leaves a screenshot and the product's logs in test-results/."""
    context = browser.new_context(storage_state=session_state, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    failed = getattr(request.node, "call_failed", False)
    if failed:
        folder = RESULTS / request.node.name
        folder.mkdir(parents=True, exist_ok=True)
        opened.screenshot(path=folder / "page.png", full_page=True)
        (folder / "demo.log").write_text(product.output)
        shutil.copytree(product.data_dir / "logs", folder / "logs", dirs_exist_ok=True)
    context.close()
    assert not problems, f"errors in the page: {problems}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tell fixtures whether the test's own part failed."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # pluggy's result, untyped in a hookwrapper
    if report.when == "call":
        item.call_failed = report.failed  # type: ignore[attr-defined]  # a note for the page fixture
