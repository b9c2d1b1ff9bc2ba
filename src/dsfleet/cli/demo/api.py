"""The demo as a client of its own coordinator: waits until it answers, and asks what it needs."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from dsfleet.contracts.problems import InputError, Problem, TemporaryError

REQUEST_TIMEOUT_S = 10.0
POLL_S = 0.1


class CoordinatorApi:
    """An HTTP client that bears the administrator's token."""

    def __init__(self, url: str, token_file: Path, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Keep the address; `transport` stands in for the network in tests."""
        self.url = url
        self._token_file = token_file
        self._client = httpx.AsyncClient(
            base_url=url, timeout=REQUEST_TIMEOUT_S, trust_env=False, transport=transport or httpx.AsyncHTTPTransport()
        )

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def wait_until_ready(self, is_hopeless: Callable[[], str | None], timeout_s: float) -> None:
        """Return when the coordinator and its messenger answer and the token is there.

        is_hopeless: says why waiting is no use any more, or None. Raises TemporaryError `coordinator-not-ready`.
        """
        deadline = asyncio.get_running_loop().time() + timeout_s
        while not await self._is_ready():
            reason = is_hopeless()
            if reason is None and asyncio.get_running_loop().time() > deadline:
                reason = f"it did not answer within {timeout_s:g} s"
            if reason is not None:
                raise TemporaryError(
                    Problem(code="coordinator-not-ready", message=f"The coordinator did not start: {reason}")
                )
            await asyncio.sleep(POLL_S)

    async def get(self, path: str, **params: str) -> Any:
        """Return the decoded answer. Raises as `_send` does."""
        return await self._send("GET", path, params=params)

    async def post(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Return the decoded answer. Raises as `_send` does."""
        return await self._send("POST", path, body=body or {})

    async def find(self, path: str, name: str) -> dict[str, Any] | None:
        """Return the object of that name from a list, however many pages it has."""
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(path, q=name, **cursor)
            for item in page["items"]:
                if item["name"] == name:
                    return dict(item)
            if page.get("next_cursor") is None:
                return None
            cursor = {"cursor": page["next_cursor"]}

    async def login_link(self) -> str:
        """Return the path of a link that logs one browser in, once."""
        return str((await self.post("/session/login-links"))["path"])

    async def _send(
        self, method: str, path: str, params: Mapping[str, str] | None = None, body: Mapping[str, object] | None = None
    ) -> Any:
        """Return the decoded answer of one call under /api/v1.

        Raises TemporaryError `coordinator-unreachable`, InputError with the problem that the coordinator names.
        """
        headers = {"Authorization": f"Bearer {self._token_file.read_text().strip()}"}
        try:
            answer = await self._client.request(method, f"/api/v1{path}", params=params, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise TemporaryError(
                Problem(code="coordinator-unreachable", message=f"The coordinator did not answer: {error!r}.")
            ) from error
        if answer.is_success:
            return answer.json() if answer.content else None
        raise InputError(_problem_of(method, path, answer))

    async def _is_ready(self) -> bool:
        if not self._token_file.is_file():
            return False
        try:
            return (await self._client.get("/readyz")).is_success
        except httpx.HTTPError:
            return False


def _problem_of(method: str, path: str, answer: httpx.Response) -> Problem:
    try:
        document = answer.json()
    except ValueError:
        document = {}
    return Problem(
        code=str(document.get("code", "unexpected-answer")),
        message=f"{method} {path} was answered with {answer.status_code}: {document.get('title', answer.text[:200])}",
        mend=document.get("detail"),
    )
