"""The site builds without a warning, and needs no other host to be read."""

import re
from html.parser import HTMLParser

import pytest

LOADING = {
    ("audio", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("img", "src"),
    ("link", "href"),
    ("object", "data"),
    ("script", "src"),
    ("source", "src"),
    ("video", "src"),
}
ELSEWHERE = re.compile(r"^(https?:)?//")
IN_STYLES = re.compile(r"(?:@import\s*|url\()\s*[\"']?((?:https?:)?//[^\"')\s]+)")
# What a script of the theme loads where a page has a diagram of this kind.
DIAGRAM = 'class="mermaid"'


class Loaded(HTMLParser):
    """Collects what a page makes a browser load."""

    def __init__(self):
        super().__init__()
        self.places = []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "link" and told.get("rel") in ("canonical", "next", "prev"):
            return
        self.places += [
            value for name, value in attrs if (tag, name) in LOADING and value
        ]


def loaded_by(html):
    parser = Loaded()
    parser.feed(html)
    return parser.places


@pytest.mark.e2e
def test_it_builds_without_a_warning(site):
    """A link, an anchor or a name that leads nowhere would be one."""
    assert (0, []) == (
        site.code,
        [line for line in site.said.splitlines() if re.match("WARNING|ERROR", line)],
    ), site.said


@pytest.mark.e2e
def test_it_loads_nothing_from_elsewhere(site):
    """Scripts, styles, fonts and pictures are its own."""
    pages = {path: path.read_text("utf-8") for path in site.directory.rglob("*.html")}
    foreign = {
        (path.name, place)
        for path, html in pages.items()
        for place in loaded_by(html) + IN_STYLES.findall(html)
        if ELSEWHERE.match(place)
    }
    styles = {
        (path.name, place)
        for path in site.directory.rglob("*.css")
        for place in IN_STYLES.findall(path.read_text("utf-8"))
    }

    assert len(pages) > 40
    assert (set(), set()) == (foreign, styles)
    assert [] == [path.name for path, html in pages.items() if DIAGRAM in html]


@pytest.mark.e2e
def test_nothing_that_is_to_be_made_is_left_out(site):
    """Every mark in a page was replaced by what it stands for."""
    assert [] == [
        path.name
        for path in site.directory.rglob("*.html")
        if "<!-- made:" in path.read_text("utf-8")
    ]
