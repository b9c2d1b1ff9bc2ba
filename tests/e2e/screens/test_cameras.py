"""Cameras in a browser: edited in place, refused at the field, logins that stay hidden, filters in the address."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.product import Product
from tests.e2e.screens.operator import dialog, field, open_screen, press, row, row_action

SECRET = "marked-password-7"


@pytest.fixture
def forgotten(product: Product) -> Iterator[list[str]]:
    """Names of cameras that are gone from the draft when the test ends."""
    names: list[str] = []
    yield names
    for camera in product.items("/cameras"):
        if camera["name"] in names:
            product.send("DELETE", f"/cameras/{camera['id']}")


def test_camera_is_edited_and_removed(product: Product, page: Page, forgotten: list[str]) -> None:
    """A camera's name is changed, it is disabled, enabled and removed, all from its row."""
    forgotten.extend(["spare", "spare-2"])
    product.send("POST", "/cameras", {"name": "spare", "uri": "rtsp://127.0.0.1:9/spare"})
    open_screen(page, f"{product.url}/cameras", "Cameras")
    row_action(page, "spare", "Edit")
    field(page, "Name").fill("spare-2")
    press(page, "Save")
    expect(row(page, "spare-2")).to_be_visible()
    row_action(page, "spare-2", "Disable")
    expect(row(page, "spare-2")).to_contain_text("off")
    row_action(page, "spare-2", "Enable")
    expect(row(page, "spare-2")).to_contain_text("unassigned")
    row_action(page, "spare-2", "Remove")
    press(page, "Remove camera")
    expect(row(page, "spare-2")).to_have_count(0)
    assert [camera["name"] for camera in product.items("/cameras") if camera["name"].startswith("spare")] == []


def test_refusals_stand_at_their_fields(product: Product, page: Page) -> None:
    """A wrong scheme and a taken name are told at the field, in the server's words, and the field gets the focus."""
    before = len(product.items("/cameras"))
    open_screen(page, f"{product.url}/cameras", "Cameras")
    page.get_by_role("button", name="Add camera").click()
    field(page, "Name").fill("wrong")
    field(page, "Address").fill("ftp://192.0.2.1/stream")
    press(page, "Add camera")
    expect(field(page, "Address")).to_have_attribute("aria-invalid", "true")
    expect(field(page, "Address")).to_be_focused()
    field(page, "Address").fill("rtsp://192.0.2.1/stream")
    field(page, "Name").fill("cam-1")
    press(page, "Add camera")
    expect(field(page, "Name")).to_have_attribute("aria-invalid", "true")
    expect(dialog(page)).to_contain_text("cam-1")
    assert len(product.items("/cameras")) == before


def test_login_is_written_and_never_shown(product: Product, page: Page, forgotten: list[str]) -> None:
    """A login typed into the page is kept, said to exist, and comes back in no form and in no answer."""
    forgotten.append("guarded-gate")
    answers: list[str] = []
    page.on("response", lambda answer: answers.append(answer.url) if answer.url.endswith("/cameras") else None)
    open_screen(page, f"{product.url}/cameras", "Cameras")
    page.get_by_role("button", name="Add camera").click()
    field(page, "Name").fill("guarded-gate")
    field(page, "Address").fill("rtsp://192.0.2.1/stream")
    field(page, "User name").fill("viewer")
    field(page, "Password").fill(SECRET)
    press(page, "Add camera")
    expect(row(page, "guarded-gate").get_by_role("img", name="Has a login")).to_be_visible()
    row_action(page, "guarded-gate", "Edit")
    expect(dialog(page)).to_contain_text("This camera has a login.")
    expect(field(page, "Password")).to_have_count(0)
    dialog(page).get_by_text("Replace", exact=True).click()
    expect(field(page, "Password")).to_have_value("")
    expect(field(page, "User name")).to_have_value("")
    assert SECRET not in page.content()
    dialog(page).get_by_text("Remove", exact=True).click()
    press(page, "Save")
    expect(row(page, "guarded-gate").get_by_role("img", name="Has a login")).to_have_count(0)
    assert product.named("/cameras", "guarded-gate")["has_login"] is False


def test_filters_live_in_the_address(product: Product, page: Page) -> None:
    """A search is part of the address: it survives a reload, and clearing it shows every camera again."""
    open_screen(page, f"{product.url}/cameras", "Cameras")
    page.get_by_role("searchbox").fill("cam-2")
    expect(row(page, "cam-1")).to_have_count(0)
    assert "q=cam-2" in page.url
    page.reload()
    expect(row(page, "cam-2")).to_be_visible()
    expect(row(page, "cam-1")).to_have_count(0)
    page.get_by_role("searchbox").fill("no such camera")
    page.get_by_role("button", name="Clear filters").click()
    expect(row(page, "cam-1")).to_be_visible()
