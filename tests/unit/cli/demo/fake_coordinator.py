"""A coordinator's API as far as the demo's first start uses it, behind httpx's mock transport."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

PAGE = 2


@dataclass
class FakeCoordinator:
    """Keeps what is created by path; lists answer two items a page, as any list of the API may."""

    token: str = "secret-token"
    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    nothing_to_do: bool = False
    refusal: dict[str, Any] | None = None
    is_ready: bool = True

    def transport(self) -> httpx.MockTransport:
        """Return what stands in for the network."""
        return httpx.MockTransport(self.answer)

    def at(self, path: str) -> list[dict[str, Any]]:
        """Return what exists at a path."""
        return self.objects.setdefault(path, [])

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one call."""
        if request.url.path == "/readyz":
            return httpx.Response(200 if self.is_ready else 503)
        assert request.headers["Authorization"] == f"Bearer {self.token}"
        path = request.url.path.removeprefix("/api/v1")
        if request.method == "GET":
            return httpx.Response(200, json=self._page(path, request.url.params))
        if self.refusal is not None:
            return httpx.Response(409, json=self.refusal)
        if path == "/plan":
            return httpx.Response(200, json={"plan_id": "p-1", "nothing_to_do": self.nothing_to_do})
        if path == "/session/login-links":
            return httpx.Response(201, json={"path": "/login?token=once"})
        made = {**json.loads(request.content), "id": f"{path}-{len(self.at(path)) + 1}"}
        self.at(path).append(made)
        return httpx.Response(201, json=made)

    def _page(self, path: str, params: httpx.QueryParams) -> dict[str, Any]:
        found = [item for item in self.at(path) if params.get("q", "") in item["name"]]
        start = int(params.get("cursor", 0))
        more = len(found) > start + PAGE
        return {"items": found[start : start + PAGE], "next_cursor": str(start + PAGE) if more else None}
