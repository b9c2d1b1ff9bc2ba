"""A limit on what a request may send, kept before anybody reads it: a login is checked only after the body is read."""

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dsfleet.contracts.problems import Problem
from dsfleet.coordinator.api.problems import respond

MOST_BYTES = 1024 * 1024
"""A pipeline's bundle is the largest thing anybody sends (256 KiB)."""


class BodyLimit:
    """Wraps the application; a larger body is answered with 413 and not kept in memory."""

    def __init__(self, app: ASGIApp) -> None:
        """Keep the application that answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, or with 413 once more than the limit is announced or has come."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > MOST_BYTES:
            await _too_large(scope, receive, send)
            return
        came = 0
        refused = False

        async def counted() -> Message:
            nonlocal came, refused
            message = await receive()
            came += len(message.get("body", b""))
            if came > MOST_BYTES:
                refused = True
                return {"type": "http.disconnect"}
            return message

        async def unless_refused(message: Message) -> None:
            if not refused:
                await send(message)

        try:
            await self._app(scope, counted, unless_refused)
        finally:
            if refused:
                await _too_large(scope, receive, send)


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    problem = Problem(
        code="body-too-large",
        message=f"The request holds more than {MOST_BYTES} bytes.",
        mend="Send less at a time.",
    )
    answer = respond(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, (problem,), scope["path"], {"Connection": "close"})
    await answer(scope, receive, send)
