"""The waiting room in a browser: an agent appears by itself, is denied, admitted, and forgotten."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.product import Product, running_product
from tests.e2e.screens.operator import dialog, field, open_screen, press

APPEAR_MS = 60_000


@pytest.fixture
def other_product(tmp_path: Path) -> Iterator[Product]:
    """A product of its own: an agent that has greeted stays known for a while, which other tests do not expect."""
    with running_product(tmp_path / "demo", "--cameras", "1") as running:
        yield running


@pytest.fixture
def stranger(other_product: Product, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A second agent on that product's Kafka, which nobody knows."""
    command = [sys.executable, "-m", "dsfleet.cli.main", "agent", "--name", "stranger"]
    where = ["--kafka", other_product.kafka_address(), "--state-dir", str(tmp_path / "agent")]
    with (tmp_path / "agent.log").open("wb") as log:
        process = subprocess.Popen([*command, *where], stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


@pytest.mark.usefixtures("stranger")
def test_unknown_agent_waits_and_is_denied_with_a_reason(other_product: Product, browser: Browser) -> None:
    """A new agent appears in the waiting room by itself; it is denied, which wants a reason, and the reason is kept."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(other_product.login_link())
    open_screen(page, f"{other_product.url}/hosts", "Hosts")
    waiting = page.get_by_role("region", name="Waiting room").get_by_role("article", name="stranger")
    expect(waiting).to_be_visible(timeout=APPEAR_MS)
    fingerprint = other_product.named("/agents", "stranger")["fingerprint"]
    expect(waiting.get_by_label(f"Fingerprint {fingerprint}")).to_be_visible()
    waiting.get_by_role("button", name="Deny").click()
    press(page, "Deny")
    expect(field(page, "Reason")).to_have_attribute("aria-invalid", "true")
    field(page, "Reason").fill("Not one of ours.")
    press(page, "Deny")
    expect(dialog(page)).to_have_count(0)
    expect(waiting).to_have_count(0)
    page.get_by_role("link", name="stranger").click()
    expect(page.get_by_text("Not one of ours.")).to_be_visible()
    assert other_product.named("/agents", "stranger")["admission"] == "denied"
    context.close()


def test_agent_is_admitted_by_hand_under_a_new_name(product: Product, page: Page) -> None:
    """Admitting in the page sends the fingerprint that was shown, so that no other key slips in."""
    sent: list[object] = []
    agent = {**product.items("/agents")[0], "id": "a-1", "name": "edge", "admission": "waiting", "link": "never"}

    def answer_admission(route: object) -> None:
        sent.append(json.loads(route.request.post_data))  # type: ignore[attr-defined]
        route.fulfill(json={**agent, "name": "gatehouse", "admission": "admitted"})  # type: ignore[attr-defined]

    page.route("**/api/v1/events", lambda route: route.abort())
    page.route("**/api/v1/agents?*", lambda route: route.fulfill(json={"items": [agent], "next_cursor": None}))
    page.route("**/api/v1/agents/a-1/admit", answer_admission)
    open_screen(page, f"{product.url}/hosts", "Hosts")
    page.get_by_role("article", name="edge").get_by_role("button", name="Admit").click()
    field(page, "Name").fill("gatehouse")
    press(page, "Admit")
    expect(page.get_by_text("gatehouse is admitted.")).to_be_visible()
    assert sent == [{"name": "gatehouse", "fingerprint": agent["fingerprint"]}]


def test_host_shows_what_it_has_and_what_it_runs(product: Product, page: Page) -> None:
    """A host's page names its hardware, its engine, its load, and the revision that each instance follows."""
    host = product.named("/agents", "demo-host")
    inventory = host["inventory"]
    open_screen(page, f"{product.url}/hosts/{host['id']}", "demo-host")
    expect(page.get_by_role("region", name="Inventory")).to_contain_text(inventory["hostname"])
    expect(page.get_by_role("region", name="Inventory")).to_contain_text(f"Docker {inventory['engine']['version']}")
    expect(page.get_by_role("region", name="Load")).to_contain_text("4 of")
    expect(page.get_by_role("region", name="Instances").get_by_role("link", name="demo-1")).to_be_visible()
