"""The frame of an HTML page that is one file and needs nothing from anywhere."""

from html import escape


def html_page(language: str, title: str, style: str, body: str, *, policy: str = "", scripts: str = "") -> str:
    """The page with a line end after the last line: `title` is plain text, `style` CSS, and `body` the HTML inside of
    its `main` element, after which the HTML of its `scripts` stands; `policy` is its Content-Security-Policy."""
    allowed = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n' if policy else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{allowed}<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        f"{scripts}</body>\n</html>\n"
    )
