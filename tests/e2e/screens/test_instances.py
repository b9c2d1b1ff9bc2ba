"""Instances in a browser: what the draft changes, refusals at their fields, an outdated plan, a restart."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.product import Product
from tests.e2e.screens.operator import choose, dialog, field, open_screen, press, row, row_action


@pytest.fixture
def as_before(product: Product) -> Iterator[None]:
    """One instance in normal mode with four cameras when the test ends, whatever it did."""
    yield
    for instance in product.items("/instances"):
        if instance["name"] == "demo-1":
            product.send("PATCH", f"/instances/{instance['id']}", {"mode": "normal", "power": "on"})
        else:
            product.send("DELETE", f"/instances/{instance['id']}")
    if not product.send("POST", "/plan", {})["nothing_to_do"]:
        product.update()
    product.live_cameras(4)


@pytest.mark.usefixtures("as_before")
def test_draft_is_shown_beside_what_was_sent(product: Product, page: Page) -> None:
    """The files are shown as sent beside the draft, and what differs is counted and marked in words."""
    instance = product.named("/instances", "demo-1")
    product.send("PATCH", f"/instances/{instance['id']}", {"mode": "debug"})
    open_screen(page, f"{product.url}/instances/{instance['id']}?tab=configuration", "demo-1")
    expect(page.get_by_text("/config/app.txt")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^\d+ lines differ\.$"))).to_be_visible()
    expect(page.get_by_label("Draft", exact=True)).to_contain_text("added: ")
    expect(page.get_by_label(re.compile("^As sent, revision"))).to_contain_text("removed: ")


@pytest.mark.usefixtures("as_before")
def test_unsent_instance_is_turned_off_and_removed(product: Product, page: Page) -> None:
    """An instance is created on the host, shown as not sent, and removed again, with nothing left to send."""
    open_screen(page, f"{product.url}/instances", "Instances")
    page.get_by_role("button", name="Create instance").click()
    field(page, "Name").fill("brief")
    choose(page, "Host", re.compile("^demo-host"))
    choose(page, "Pipeline", "demo")
    press(page, "Create instance")
    expect(row(page, "brief")).to_contain_text("not sent")
    page.get_by_role("link", name="brief").click()
    row_action(page, "brief", "Turn off")
    expect(page.get_by_text("turned off", exact=True)).to_be_visible()
    row_action(page, "brief", "Remove")
    press(page, "Remove")
    expect(page.get_by_role("heading", level=1, name="Instances")).to_be_visible()
    expect(row(page, "brief")).to_have_count(0)
    expect(page.get_by_role("link", name="Review and send")).to_have_count(0)


def test_missing_host_is_told_at_its_field(product: Product, page: Page) -> None:
    """An instance without host and pipeline is refused at exactly these fields."""
    open_screen(page, f"{product.url}/instances", "Instances")
    page.get_by_role("button", name="Create instance").click()
    field(page, "Name").fill("nowhere")
    press(page, "Create instance")
    expect(dialog(page).get_by_role("combobox", name="Host", exact=True)).to_have_attribute("aria-invalid", "true")
    assert "nowhere" not in [instance["name"] for instance in product.items("/instances")]


@pytest.mark.usefixtures("as_before")
def test_outdated_plan_is_refused_and_the_fresh_one_shown(product: Product, page: Page) -> None:
    """A plan that somebody else outdates while it is read is refused in words, and the fresh plan takes its place."""
    instance = product.named("/instances", "demo-1")
    product.send("PATCH", f"/instances/{instance['id']}", {"mode": "debug"})
    page.route("**/api/v1/events", lambda route: route.abort())  # a page that hears of nothing keeps its old plan
    open_screen(page, f"{product.url}/changes", "Pending changes")
    expect(page.get_by_text("mode normal -> debug")).to_be_visible()
    product.send("PATCH", f"/instances/{instance['id']}", {"mode": "normal", "power": "off"})
    page.get_by_role("button", name="Update 1 host").click()
    expect(page.get_by_text("The draft has changed since")).to_be_visible()
    expect(page.get_by_text("mode normal -> debug")).to_have_count(0)
    expect(page.get_by_text("demo-1 is stopped")).to_be_visible()


@pytest.mark.usefixtures("as_before")
def test_restart_is_followed_to_its_end(product: Product, page: Page) -> None:
    """A restart is asked for with a warning, becomes an update request of its own, and the container is a new one."""
    instance = product.named("/instances", "demo-1")
    open_screen(page, f"{product.url}/instances/{instance['id']}", "demo-1")
    row_action(page, "demo-1", "Restart")
    expect(dialog(page)).to_contain_text("4 cameras blink")
    press(page, "Restart")
    expect(page.get_by_text("1 of 1 host converged")).to_be_visible(timeout=60_000)
    assert product.get(f"/instances/{instance['id']}")["container_id"] != instance["container_id"]
