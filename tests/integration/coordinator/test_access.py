"""Who may use the API: tokens, one-time links, sessions, and that every route asks."""

import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from dsfleet.coordinator.api.app import make_routes
from dsfleet.coordinator.api.description import describe
from tests.integration.coordinator.running import Running, running

ROUTES = sorted(
    (method.upper(), path)
    for path, methods in describe(make_routes())["paths"].items()
    for method in methods
    if path.startswith("/api/v1")
)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running coordinator that these tests change nothing in."""
    with running(tmp_path_factory.mktemp("closed")) as started:
        yield started


def logged_in(coordinator: Running) -> httpx.Client:
    """Return a browser that used a new login link."""
    link = coordinator.send("POST", "/session/login-links")["path"]
    browser = coordinator.client()
    answer = browser.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return browser


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_refuses_who_is_not_known(closed: Running, method: str, path: str) -> None:
    """Without token or session, and with a wrong one, each route below /api/v1 answers 401 with a problem."""
    with closed.client() as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": "dsfleet_session=wrong"}):
            answer = client.request(method, path.replace("{", "").replace("}", ""), headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "not-logged-in")
            assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("is_announced", [True, False])
def test_stranger_cannot_fill_the_memory(closed: Running, is_announced: bool) -> None:
    """A body beyond the limit is refused before anybody keeps it, whether its length was announced or not."""
    body = b"x" * (2 * 1024 * 1024)
    content = body if is_announced else (body[start : start + 65536] for start in range(0, len(body), 65536))
    with closed.client() as client:
        answer = client.post("/api/v1/cameras", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


def test_the_table_holds_every_route() -> None:
    """No route below /api/v1 is missing from the description, so none escapes the test above."""
    assert len(ROUTES) >= 30
    assert ("GET", "/api/v1/events") in ROUTES
    assert all(
        not isinstance(route, APIRoute) or route.include_in_schema or route.path in ("/login", "/openapi.json")
        for route in make_routes().routes
    )


def test_login_link_works_once_and_its_session_can_end(coordinator: Running) -> None:
    """The printed link logs one browser in; a second use is told so; after logging out the cookie opens nothing."""
    first, second = coordinator.client(), coordinator.client()
    link = coordinator.ready.login_link.removeprefix(coordinator.ready.address)
    answer = first.get(link)
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 303
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert first.get("/api/v1/session").json() == {"name": "admin", "demo": False}
    spent = second.get(link)
    assert (spent.status_code, "works once" in spent.text) == (401, True)
    kept = first.cookies["dsfleet_session"]
    assert first.post("/api/v1/session/logout", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 204
    assert second.get("/api/v1/session", headers={"Cookie": f"dsfleet_session={kept}"}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({}, 403),
    ],
)
def test_session_changes_only_from_our_own_page(coordinator: Running, headers: dict[str, str], status: int) -> None:
    """A change with a cookie is taken from our own origin alone; reading needs no origin."""
    browser = logged_in(coordinator)
    camera = {"name": "a", "uri": "rtsp://192.0.2.1/a"}
    answer = browser.post("/api/v1/cameras", json=camera, headers=headers)
    assert answer.status_code == status
    assert browser.get("/api/v1/cameras").status_code == 200


def test_own_origin_is_known_where_a_browser_sends_no_fetch_headers(coordinator: Running) -> None:
    """An Origin that is the address of the request counts as our own page."""
    browser = logged_in(coordinator)
    camera = {"name": "a", "uri": "rtsp://192.0.2.1/a"}
    answer = browser.post("/api/v1/cameras", json=camera, headers={"Origin": coordinator.ready.address})
    assert answer.status_code == 201


def test_admin_token_is_only_its_owners_and_survives_a_restart(tmp_path: Path) -> None:
    """The token file has mode 0600, and the same token works after the coordinator was started again."""
    file = tmp_path / "admin.token"
    with running(tmp_path) as first:
        token = file.read_text()
        first.send("GET", "/system")
    with running(tmp_path) as second:
        assert file.read_text() == token
        second.send("GET", "/system")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_answers_carry_headers_that_bind_the_browser(closed: Running) -> None:
    """The page runs no foreign script, is in no frame, and no answer of the API is kept."""
    with closed.admin() as client:
        page, answer = client.get("/"), client.get("/api/v1/system")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
