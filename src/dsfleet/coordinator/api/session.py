"""Sessions of a browser: the one-time link, who is logged in, logging out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from dsfleet.coordinator.api.auth import SESSION_COOKIE, ActorOf
from dsfleet.coordinator.api.bodies import LoginLink, Session
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.pages import LOGIN_LINK_SPENT

router = APIRouter(prefix="/session", tags=["session"])
login_router = APIRouter(tags=["session"])


@login_router.get("/login", include_in_schema=False)
async def login(token: Annotated[str, Query(max_length=200)], request: Request, context: Context) -> Response:
    """Turn a one-time link into a session and go to the page; a spent link is told so."""
    with context.database.transaction() as connection:
        session = context.access.use_login_link(connection, token, context.clock.now())
    if session is None:
        return HTMLResponse(LOGIN_LINK_SPENT, status_code=401)
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        session.secret,
        max_age=round(session.valid_for.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
    return response


@router.get("", operation_id="get_session")
async def get_session(context: Context, actor: ActorOf) -> Session:
    """Return who is logged in."""
    return Session(name=actor.name, demo=context.behaviour.demo)


@router.post("/logout", operation_id="logout", status_code=204)
async def logout(request: Request, response: Response, context: Context) -> None:
    """End this browser's session."""
    with context.database.transaction() as connection:
        context.access.end_session(connection, request.cookies.get(SESSION_COOKIE, ""))
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")


@router.post("/login-links", operation_id="create_login_link", status_code=201)
async def post_login_link(context: Context, actor: ActorOf) -> LoginLink:
    """Make a link that logs one browser in as the same person, once."""
    now = context.clock.now()
    with context.database.transaction() as connection:
        link = context.access.make_login_link(connection, actor.name, now)
    return LoginLink(path=f"/login?token={link.secret}", expires_at=now + link.valid_for)
