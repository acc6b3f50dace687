"""The site in a real browser: on a phone, in the dark, and from a directory."""

import pytest

from tests.helpers.browser import start_browser

pytestmark = pytest.mark.e2e

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
PAGES = (
    "index",
    "tutorial",
    "how-to/crash",
    "how-to/pytest",
    "reference/commands",
    "reference/config-file",
    "reference/templates",
    "reference/api/running",
    "reference/api/testing",
    "explanation/journal",
)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCHEME = "document.body.dataset.mdColorScheme"
FOUND = "results => results.map(each => each.textContent.trim())"


@pytest.fixture(scope="module")
def browser():
    with start_browser() as found:
        yield found


@pytest.fixture
def look_at(browser, site):
    """Open a page from the directory in which it was built."""
    opened = []

    def look(name, size, scheme="light"):
        page = browser.new_page(viewport=size, color_scheme=scheme)
        page.set_default_timeout(20_000)
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: line.type == "error" and page.complaints.append(line.text),
        )
        opened.append(page)
        page.goto((site.directory / f"{name}.html").as_uri())
        return page

    yield look
    for page in opened:
        page.close()


@pytest.mark.parametrize(("scheme", "shown"), [("light", "default"), ("dark", "slate")])
def test_a_page_fits_on_a_phone(look_at, scheme, shown):
    """It is never scrolled sideways, has the phone's scheme, and says no error."""
    found = {}
    for name in PAGES:
        page = look_at(name, PHONE, scheme)
        found[name] = (page.evaluate(WIDER), page.evaluate(SCHEME), page.complaints)

    assert dict.fromkeys(PAGES, (0, shown, [])) == found


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("idempotency_key", "Recover from a crash"),
        ("lock timeout", "Keep histories in PostgreSQL"),
        ("StateStore", "StateStore"),
    ],
)
def test_the_search_works_without_a_server(look_at, asked, title):
    """What is asked for is found, and how it is done comes before a class of it."""
    page = look_at("index", DESKTOP)
    page.click(".md-search__input")
    page.keyboard.type(asked)
    page.wait_for_selector(".md-search-result__item")
    titles = page.eval_on_selector_all(
        ".md-search-result__item h1, .md-search-result__item h2", FOUND
    )

    assert title in titles[:2]
    assert [] == page.complaints
