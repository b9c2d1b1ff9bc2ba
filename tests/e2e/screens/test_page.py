"""What holds for every screen: readable, reachable by keyboard, narrow enough for a phone, honest when things fail."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.product import Product
from tests.e2e.screens.operator import open_screen

AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
FIRST_VIEW_BYTES = 250 * 1024
SCREENS = {
    "/": "Overview",
    "/cameras": "Cameras",
    "/instances": "Instances",
    "/hosts": "Hosts",
    "/pipelines": "Pipelines",
    "/changes": "Pending changes",
    "/update-requests": "Update requests",
}


@pytest.fixture(params=["light", "dark"])
def themed_page(browser: Browser, session_state: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A logged-in page in one theme; anything the browser complains about fails the test."""
    context = browser.new_context(storage_state=session_state, color_scheme=request.param)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def addresses(product: Product) -> dict[str, str]:
    """Return every screen's address and title, those of single things included."""
    instance = product.named("/instances", "demo-1")
    request = product.items("/update-requests")[0]
    return SCREENS | {
        f"/hosts/{product.named('/agents', 'demo-host')['id']}": "demo-host",
        f"/instances/{instance['id']}": "demo-1",
        f"/instances/{instance['id']}?tab=configuration": "demo-1",
        f"/update-requests/{request['id']}": "Update request",
    }


def test_every_screen_can_be_read_by_everybody(product: Product, themed_page: Page) -> None:
    """axe finds nothing wrong on any screen, in either theme: contrast, names, roles, order of headings."""
    found = {}
    for address, title in addresses(product).items():
        open_screen(themed_page, f"{product.url}{address}", title)
        themed_page.wait_for_load_state("load")
        expect(themed_page.get_by_role("status", name="Loading")).to_have_count(0)
        themed_page.evaluate(AXE.read_text())
        result = themed_page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found[address] = [
            f"{violation['id']}: {node['html']}" for violation in result["violations"] for node in violation["nodes"]
        ]
    assert found == {address: [] for address in found}


def test_every_screen_fits_a_phone(product: Product, themed_page: Page) -> None:
    """No screen is wider than a phone of 390 pixels, and the menu opens the way to the others."""
    themed_page.set_viewport_size({"width": 390, "height": 844})
    for address, title in addresses(product).items():
        open_screen(themed_page, f"{product.url}{address}", title)
        assert themed_page.evaluate("document.documentElement.scrollWidth") <= 390, address
    themed_page.get_by_role("button", name="Menu").click()
    themed_page.get_by_role("navigation").get_by_role("link", name="Cameras").click()
    expect(themed_page.get_by_role("heading", level=1, name="Cameras")).to_be_visible()


def test_keyboard_alone_reaches_a_camera_and_comes_back(product: Product, page: Page) -> None:
    """With keys alone a camera's form is opened and left, and the focus returns to where it was."""
    open_screen(page, f"{product.url}/cameras", "Cameras")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("button", name="Add camera").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Add camera")).to_be_focused()


def test_first_view_is_light(product: Product, page: Page) -> None:
    """All JavaScript of the first view is below 250 KB compressed, and everything comes from the coordinator itself."""
    scripts: dict[str, int] = {}
    strangers: list[str] = []

    def weigh(answer: object) -> None:
        url = answer.url  # type: ignore[attr-defined]
        if not url.startswith(product.url):
            strangers.append(url)
        if url.endswith(".js"):
            scripts[url] = len(gzip.compress(answer.body()))  # type: ignore[attr-defined]

    page.on("response", weigh)
    open_screen(page, f"{product.url}/", "Overview")
    assert scripts
    assert sum(scripts.values()) < FIRST_VIEW_BYTES
    assert strangers == []


def test_logging_out_ends_the_session(product: Product, browser: Browser) -> None:
    """Logging out leads to the page for strangers, and going back does not help."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{product.url}{product.send('POST', '/session/login-links')['path']}")
    page.get_by_role("button", name="admin").click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_role("heading", name="You are not logged in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="You are not logged in")).to_be_visible()
    context.close()


def test_failure_is_said_and_mended_by_trying_again(product: Product, page: Page) -> None:
    """A list that cannot be read says why, in the coordinator's words, and appears once it can."""
    facts = {"code": "database-away", "message": "The database does not answer.", "field": None, "value": None}
    document = {"type": "about:blank", "title": facts["message"], "status": 500, "code": "database-away"}
    body = json.dumps({**document, "detail": "", "problems": [{**facts, "mend": "Try again in a moment."}]})
    page.route("**/api/v1/cameras?*", lambda route: route.fulfill(status=500, body=body))
    open_screen(page, f"{product.url}/cameras", "Cameras")
    expect(page.get_by_text("Could not load the cameras")).to_be_visible()
    expect(page.get_by_text("The database does not answer. Try again in a moment.")).to_be_visible()
    page.unroute("**/api/v1/cameras?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("row").filter(has_text="cam-1")).to_be_visible()


def test_lost_kafka_is_named_with_its_time(product: Product, page: Page) -> None:
    """While the link to the hosts is down a banner says so, since when, and that the hosts go on."""
    system = product.get("/system")
    down = {"ok": False, "since": "2026-01-01T10:11:12Z", "detail": "Kafka does not answer."}
    page.route("**/api/v1/events", lambda route: route.abort())
    page.route("**/api/v1/system", lambda route: route.fulfill(json={**system, "messenger": down}))
    open_screen(page, f"{product.url}/", "Overview")
    banner = page.get_by_role("alert").filter(has_text="The link to the hosts")
    expect(banner).to_contain_text("1 Jan 2026")
    expect(banner).to_contain_text("Kafka does not answer.")
    expect(banner).to_contain_text("The hosts go on with what they were told.")
    expect(page.get_by_role("alert").filter(has_text="Live updates have been interrupted since")).to_be_visible()
