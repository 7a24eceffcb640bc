"""The pages of the server: what a person sees. Their scripts and styles are files of `show/static`."""

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from seq2seq.show.viewer import STATIC


def router() -> APIRouter:
    """The page to translate with, the page of the API, and the files that they load."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(html("seq2seq", "serve", ["page", "viewer", "serve"]))

    @routes.get("/docs")
    async def docs() -> HTMLResponse:
        return HTMLResponse(html("seq2seq: the API", "api", ["page", "serve", "api"]))

    routes.mount("/static", StaticFiles(directory=STATIC))
    return routes


def html(title: str, script: str, styles: list[str]) -> str:
    """A page whose `main` element a script fills."""
    links = "\n".join(f'<link rel="stylesheet" href="/static/{style}.css">' for style in styles)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="data:,">\n{links}\n'
        f'<script type="module" src="/static/{script}.js"></script>\n</head>\n<body>\n<main></main>\n'
        "<noscript>This page needs JavaScript.</noscript>\n</body>\n</html>\n"
    )
