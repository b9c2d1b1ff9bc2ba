"""An operator does each job in a real browser, and the fleet follows: checks end at the API and the engine."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.product import Product
from tests.eventually import eventually_sync

UPDATE_MS = 60_000
RATE = re.compile(r"\b\d+\.\d / 10\b")


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation, as an operator does: the page itself is not loaded anew."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, exact=True).wait_for()


def open_page(page: Page, product: Product) -> None:
    """Load the page once and leave a mark that a reload would wipe out."""
    page.goto(product.url)
    page.get_by_role("navigation").first.wait_for()
    page.evaluate("window.loadedOnce = true")


def choose(dialog: Locator, label: str, option: str | re.Pattern[str]) -> None:
    """Pick an option of a select box."""
    dialog.get_by_role("combobox", name=label).click()
    dialog.page.get_by_role("option", name=option, exact=isinstance(option, str)).click()


def send_pending_changes(page: Page, planned: str) -> None:
    """Read the plan, file the update request, hear the answer at once, and watch it converge."""
    page.get_by_role("link", name="Review and send").click()
    expect(page.get_by_text(planned)).to_be_visible()
    page.get_by_role("button", name="Update 1 host").click()
    expect(page.get_by_text("will update soon").first).to_be_visible(timeout=5_000)
    state = page.get_by_role("main").get_by_role("status").get_by_text("converged", exact=True)
    expect(state).to_be_visible(timeout=UPDATE_MS)
    assert page.evaluate("window.loadedOnce") is True, "the page was loaded anew"


def camera_row(page: Page, name: str) -> Locator:
    """Return the table row of a camera."""
    return page.get_by_role("row").filter(has=page.get_by_text(name, exact=True))


def test_camera_is_added_edited_and_removed(page: Page, product: Product) -> None:
    """A camera added in the page shows its frames without a reload; edited and removed, the fleet follows."""
    uri = product.named("/cameras", "cam-1")["uri"]
    open_page(page, product)
    go(page, "Cameras")
    page.get_by_role("button", name="Add camera").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("gate")
    dialog.get_by_role("textbox", name="Address").fill(uri)
    dialog.get_by_label("Expected frames per second").fill("10")
    choose(dialog, "Instance", "demo-1")
    dialog.get_by_role("button", name="Add camera").click()
    expect(dialog).to_be_hidden()
    send_pending_changes(page, "demo-1 is recreated, 5 cameras blink")
    go(page, "Cameras")
    row = camera_row(page, "gate")
    expect(row.get_by_text("live", exact=True)).to_be_visible(timeout=UPDATE_MS)
    expect(row.get_by_text(RATE)).to_be_visible()
    assert page.evaluate("window.loadedOnce") is True
    product.live_cameras(5)

    row.get_by_role("button", name="Actions for gate").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Name", exact=True).fill("gate-north")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(camera_row(page, "gate-north")).to_be_visible()

    camera_row(page, "gate-north").get_by_role("button", name="Actions for gate-north").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("button", name="Remove camera").click()
    expect(camera_row(page, "gate-north")).to_be_hidden()
    send_pending_changes(page, "demo-1 is recreated, 4 cameras blink")
    assert len(product.live_cameras(4)) == 4


def test_bad_input_is_told_at_its_field_and_keeps_what_was_typed(page: Page, product: Product) -> None:
    """A wrong address is refused beside the address, with the mend; the dialog and its contents stay."""
    open_page(page, product)
    go(page, "Cameras")
    page.get_by_role("button", name="Add camera").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("wrong")
    dialog.get_by_role("textbox", name="Address").fill("http://127.0.0.1/video")
    dialog.get_by_role("button", name="Add camera").click()
    expect(dialog.get_by_role("textbox", name="Address")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("textbox", name="Address")).to_have_value("http://127.0.0.1/video")
    expect(dialog.get_by_text("rtsp://host", exact=False).first).to_be_visible()
    assert [camera for camera in product.items("/cameras") if camera["name"] == "wrong"] == []


def choose_mode(page: Page, product: Product, mode: str) -> None:
    """Choose a mode in the open dialog and save it; return once the draft has it."""
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    dialog.get_by_text(mode, exact=True).click()
    expect(dialog.get_by_role("radio", name=mode)).to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    eventually_sync(lambda: product.named("/instances", "demo-1")["mode"] == mode.lower(), timeout_s=20)


def test_debug_mode_is_chosen_and_its_picture_linked(page: Page, product: Product) -> None:
    """Debug mode is chosen in the page; the page then links the RTSP picture and says that anyone can open it."""
    open_page(page, product)
    go(page, "Instances")
    page.get_by_role("link", name="demo-1").click()
    page.get_by_role("button", name="Edit", exact=True).click()
    choose_mode(page, product, "Debug")
    send_pending_changes(page, "demo-1 is recreated, 4 cameras blink")
    go(page, "Instances")
    page.get_by_role("link", name="demo-1").click()
    expect(page.get_by_text(re.compile(r"rtsp://\S+/ds-test"))).to_be_visible()
    expect(page.get_by_text("Anyone on the network")).to_be_visible()
    assert product.named("/instances", "demo-1")["mode"] == "debug"
    page.get_by_role("button", name="Edit", exact=True).click()
    choose_mode(page, product, "Normal")
    send_pending_changes(page, "demo-1 is recreated, 4 cameras blink")
    product.live_cameras(4)


def test_instance_is_turned_off_and_on(page: Page, product: Product) -> None:
    """Turned off in the page, the instance stops and says so; turned on, its cameras are live again."""
    open_page(page, product)
    go(page, "Instances")
    page.get_by_role("link", name="demo-1").click()
    page.get_by_role("button", name="Actions for demo-1").click()
    page.get_by_role("menuitem", name="Turn off").click()
    send_pending_changes(page, "demo-1 is stopped")
    assert [each for each in product.containers() if each["State"]["Running"]] == []
    go(page, "Instances")
    expect(page.get_by_role("row").filter(has_text="demo-1").get_by_text("stopped")).to_be_visible()
    page.get_by_role("link", name="demo-1").click()
    page.get_by_role("button", name="Actions for demo-1").click()
    page.get_by_role("menuitem", name="Turn on").click()
    send_pending_changes(page, "demo-1 is started")
    product.live_cameras(4)


def test_instance_is_created_given_a_camera_and_removed(page: Page, product: Product) -> None:
    """An instance made in the page runs beside the first; removed, its camera is unassigned and its container gone."""
    uri = product.named("/cameras", "cam-2")["uri"]
    camera = product.send("POST", "/cameras", {"name": "lone", "uri": uri, "expected_fps": 10})
    open_page(page, product)
    go(page, "Instances")
    page.get_by_role("button", name="Create instance").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("beside")
    choose(dialog, "Host", re.compile(product.items("/agents")[0]["name"]))
    choose(dialog, "Pipeline", "demo")
    choose(dialog, "Add a camera", "lone")
    dialog.get_by_role("button", name="Create instance").click()
    expect(dialog).to_be_hidden()
    send_pending_changes(page, "beside is created with 1 camera")
    product.live_cameras(5)
    go(page, "Instances")
    page.get_by_role("link", name="beside").click()
    page.get_by_role("button", name="Actions for beside").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    send_pending_changes(page, "beside is removed, 1 camera goes dark")
    assert len(product.containers()) == 1
    assert product.get(f"/cameras/{camera['id']}")["instance_id"] is None
    product.send("DELETE", f"/cameras/{camera['id']}")


def test_configuration_is_read_back_from_the_container(page: Page, product: Product) -> None:
    """The page shows the configuration as sent beside the one read back just now, and that they are the same."""
    open_page(page, product)
    go(page, "Instances")
    page.get_by_role("link", name="demo-1").click()
    page.get_by_role("tab", name="Configuration").click()
    expect(page.get_by_text("As sent, revision").first).to_be_visible()
    page.get_by_role("button", name="Read back from the container").click()
    expect(page.get_by_text("The container holds exactly what was sent.")).to_be_visible()


@contextmanager
def second_agent(product: Product, state_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a second agent beside the demo's, with a state directory and name of its own."""
    command = [sys.executable, "-m", "dsfleet.cli.main", "agent", "--kafka", product.kafka_address()]
    command += ["--state-dir", str(state_dir), "--name", "second-host"]
    with (state_dir / "agent.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=15)


def test_waiting_host_is_admitted_by_hand(page: Page, product: Product, tmp_path: Path) -> None:
    """A new agent waits with its fingerprint until an operator lets it in by hand; then it is live."""
    open_page(page, product)
    go(page, "Hosts")
    with second_agent(product, tmp_path):
        room = page.get_by_role("article", name="second-host")
        expect(room).to_be_visible()
        (waiting,) = [agent for agent in product.items("/agents") if agent["admission"] == "waiting"]
        expect(room.get_by_text(waiting["fingerprint"].removeprefix("sha256:")[:8]).first).to_be_visible()
        room.get_by_role("button", name="Admit").click()
        page.get_by_role("dialog").get_by_role("button", name="Admit").click()
        expect(page.get_by_role("row").filter(has_text="second-host").get_by_text("live").first).to_be_visible()
    agent = product.named("/agents", "second-host")
    assert agent["admission"] == "admitted"


def test_visitor_without_a_login_is_told_what_to_do(product: Product, browser: Browser) -> None:
    """Without a session the page says how to get in, and the one-time link does not work a second time."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(product.url)
    expect(page.get_by_text("You are not logged in")).to_be_visible()
    link = page.request.post(f"{product.url}/api/v1/cameras", data={"name": "x", "uri": "rtsp://127.0.0.1/x"})
    assert link.status == 401
    context.close()


def test_one_time_link_works_once(product: Product, session_state: Path) -> None:
    """The printed link was opened by the session's browser; nobody else gets in by it."""
    assert session_state.exists()
    answer = httpx.get(product.login_link(), follow_redirects=False, trust_env=False)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["Overview", "Cameras", "Instances", "Hosts", "Pipelines", "Update requests"])
def test_pages_fit_a_phone(product: Product, browser: Browser, session_state: Path, name: str, theme: str) -> None:
    """No page is wider than a phone, in either theme, and each has its heading."""
    context = browser.new_context(
        storage_state=session_state,
        viewport={"width": 390, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    path = {"Overview": "", "Update requests": "update-requests"}.get(name, name.lower())
    page.goto(f"{product.url}/{path}")
    page.get_by_role("heading", name=name, exact=True).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_dead_broker_is_named_with_its_time_and_the_page_recovers(page: Page, product: Product) -> None:
    """When Kafka goes away, the page says so and since when; when it returns, the banner goes by itself."""
    open_page(page, product)
    broker = product.part("java")
    broker.suspend()
    try:
        expect(page.get_by_text(re.compile("link to the hosts has been unreachable since"))).to_be_visible(
            timeout=60_000
        )
    finally:
        broker.resume()
    expect(page.get_by_text(re.compile("has been unreachable since"))).to_be_hidden(timeout=60_000)
    eventually_sync(lambda: product.get("/system")["messenger"]["ok"], timeout_s=30, interval_s=0.3)
    product.live_cameras(4)
