"""The built web page: files of the package folder `ui`, and its entry page for every address of the page itself."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

from dsfleet.coordinator.api.pages import UI_NOT_BUILT

_NEVER_PAGES = ("api/", "schemas/")
_FOR_EVER = "public, max-age=31536000, immutable"


def install_ui(app: FastAPI, folder: Path) -> None:
    """Addresses that no route takes show the page, and files below it; must be called after every route is there."""
    root = folder.resolve()

    @app.get("/{path:path}", include_in_schema=False)
    async def show(path: str) -> Response:
        return _file_or_page(root, path)


def _file_or_page(root: Path, path: str) -> Response:
    if path.startswith(_NEVER_PAGES) or "\0" in path:
        raise HTTPException(404)
    file = (root / path).resolve()
    if file.is_relative_to(root) and file.is_file() and file.name != "index.html":
        hashed = file.parent.name == "assets"  # Vite puts the content's hash into these names
        return FileResponse(file, headers={"Cache-Control": _FOR_EVER if hashed else "no-cache"})
    if "." in path.rpartition("/")[2] and path != "index.html":
        raise HTTPException(404)
    page = root / "index.html"
    if not page.is_file():
        return HTMLResponse(UI_NOT_BUILT)
    return FileResponse(page, headers={"Cache-Control": "no-cache"})
