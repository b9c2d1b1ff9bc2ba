"""The HTTP application: every route joined, behind a login, with problem documents for every error."""

from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI

from dsfleet.coordinator.api import (
    agents,
    audit,
    cameras,
    documents,
    events,
    health,
    instances,
    message_documents,
    pipelines,
    plan,
    session,
    system,
    update_requests,
)
from dsfleet.coordinator.api.auth import require_actor
from dsfleet.coordinator.api.body_limit import BodyLimit
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.api.description import API
from dsfleet.coordinator.api.problems import install_problem_documents
from dsfleet.coordinator.api.security_headers import SecurityHeaders
from dsfleet.coordinator.api.ui import install_ui

UI_FOLDER = Path(__file__).parent / "ui"
PARTS = (cameras, instances, agents, pipelines, plan, update_requests, events, system, audit, session)


def make_routes() -> FastAPI:
    """Return the application with its routes and nothing behind them: enough to describe it."""
    app = FastAPI(title="dsfleet", openapi_url=None, docs_url=None, redoc_url=None)
    api = APIRouter(prefix=API, dependencies=[Depends(require_actor)])
    for part in PARTS:
        api.include_router(part.router)
    app.include_router(api)
    for router in (session.login_router, health.router, documents.router, message_documents.router):
        app.include_router(router)
    install_problem_documents(app)
    return app


def build_app(context: ApiContext, messenger_address: str, ui_folder: Path = UI_FOLDER) -> FastAPI:
    """Return the application that serves the fleet; `messenger_address` is what the AsyncAPI document names."""
    app = make_routes()
    install_ui(app, ui_folder)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    app.state.context = context
    app.state.messenger_address = messenger_address
    return app
