"""The few plain pages that are served without the built UI; no script, no outside address."""

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}"
)


def _page(title: str, text: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1>{text}</body></html>"
    )


LOGIN_LINK_SPENT = _page(
    "This link was used, or is too old",
    "<p>A login link works once. Start the program again for a new one, or ask for one with an API token: "
    "<code>POST /api/v1/session/login-links</code>.</p>",
)

UI_NOT_BUILT = _page(
    "The page is not built",
    "<p>This copy of dsfleet holds no web page. Build it with <code>make setup</code>, or with "
    "<code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, then reload.</p>"
    '<p>The API works all the same: <a href="/openapi.json">its description</a>.</p>',
)
