"""Who is asking: a bearer token or a session cookie, on every route below /api/v1.

A browser sends the cookie by itself, so a change made with it must come from our own page: `Sec-Fetch-Site` says so, or
`Origin` names the address the request went to.
"""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from dsfleet.coordinator.access.model import Actor
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.problems import ForbiddenError, UnauthorizedError

SESSION_COOKIE = "dsfleet_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def require_actor(request: Request, context: Context) -> Actor:
    """Return who is asking; raises UnauthorizedError, or ForbiddenError for a change that another site asks for."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    with context.database.reading() as connection:
        if scheme.lower() == "bearer":
            actor = context.access.actor_of_token(connection, token.strip(), context.clock.now())
        else:
            session = request.cookies.get(SESSION_COOKIE, "")
            actor = context.access.actor_of_session(connection, session, context.clock.now())
    if actor is None:
        raise UnauthorizedError()
    if scheme.lower() != "bearer" and request.method not in SAFE_METHODS and not _is_same_origin(request):
        raise ForbiddenError()
    return actor


ActorOf = Annotated[Actor, Depends(require_actor)]


def _is_same_origin(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
