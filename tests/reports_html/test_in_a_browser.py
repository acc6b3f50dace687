"""The page in a real browser: seen, used by keyboard, on a phone, on paper."""

import pytest

from apirun import GraphNode, GraphView, Tone
from apirun.reports.html import to_html
from tests.helpers.browser import start_browser

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}
SCHEMES = ("light", "dark")
NODE = GraphNode(name="net", state="2 pending", tone=Tone.DUE)

# Every text with its colour, on the colour of the nearest element behind it.
CONTRAST = """() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const luminance = colour => {
    const [r, g, b] = numbers(colour).map(part => {
      const value = part / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const low = new Set();
  let seen = 0;
  for (const each of document.querySelectorAll('body *')) {
    const own = [...each.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || each.closest('style') || each.tagName === 'title') continue;
    const svg = each.closest('g');
    const style = getComputedStyle(each);
    const found = svg
      ? ratio(style.fill, getComputedStyle(svg.querySelector('.box')).fill)
      : ratio(style.color, behind(each));
    seen += 1;
    if (found < 4.5) low.add(`${each.tagName}.${each.className}: ${found.toFixed(2)}`);
  }
  return {seen, low: [...low]};
}"""

OUTSIDE = """() => {
  const chart = document.querySelector('.chart').getBoundingClientRect();
  const bars = [...document.querySelectorAll('.bar')];
  return {
    bars: bars.length,
    outside: bars.map(bar => bar.getBoundingClientRect()).filter(bar =>
      bar.width < 1 || bar.height < 10 || bar.left < chart.left - 1 ||
      bar.right > chart.right + 1 || bar.bottom > chart.bottom + 1).length,
  };
}"""

CLIPPED = """() => [
  ...document.querySelectorAll('h1, h2, h3, h4, p, pre, dd, td, li, .url')
].filter(each => !each.closest('.scroll') && each.scrollWidth > each.clientWidth + 1
    && getComputedStyle(each).display !== 'inline')
  .map(each => each.tagName + each.className)"""

OPEN_ALL = (
    "() => document.querySelectorAll('details').forEach(each => each.open = true)"
)


@pytest.fixture(scope="module")
def browser():
    """Start Chromium, or skip."""
    with start_browser() as started:
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory, failed, quiet, stuck, long):
    """Write the pages, and return their addresses by name."""
    folder = tmp_path_factory.mktemp("pages")
    reports = {"failed": failed, "quiet": quiet, "stuck": stuck, "long": long}
    for name, report in reports.items():
        (folder / f"{name}.html").write_text(to_html(report), "utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in reports}


@pytest.fixture
def opened(browser, files):
    """Return a function that opens a page as a person with these settings."""
    contexts = []

    def open_page(name, *, size=DESKTOP, scheme="light", **settings):
        context = browser.new_context(viewport=size, color_scheme=scheme, **settings)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(files[name])
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", ["failed", "quiet", "long"])
def test_the_page_says_nothing_to_the_console_and_loads_nothing(opened, files, name):
    """No warning, no error, and no request but for the file itself."""
    page = opened(name)
    page.evaluate(OPEN_ALL)
    page.screenshot()

    assert ([], [files[name]]) == (page.said, page.asked)


def test_what_the_page_consists_of_is_seen(opened):
    """Headings, the failure, the graph and the timeline have their place."""
    page = opened("failed")
    headings = page.locator("h1, h2").all_inner_texts()
    boxes = page.locator(".apirun-graph .box").count()

    assert "Failed: Shop, staging" == page.title()
    assert [
        "Shop, staging",
        "services/002_start_machines failed",
        "What was rolled back",
        "Stages and what they depend on",
        "Timeline",
        "Stages",
    ] == headings
    assert 7 == boxes
    assert page.locator("section.failure .next").is_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["failed", "long"])
def test_the_bars_lie_in_the_timeline(opened, name, size):
    """Each has a size that can be seen, and none stands out."""
    seen = opened(name, size=size).evaluate(OUTSIDE)

    assert 0 == seen["outside"]
    assert seen["bars"] > (200 if name == "long" else 8)


def test_a_stage_is_opened_by_keyboard(opened):
    """Without any script: Tab goes to it, Enter opens it, and one sees where one is."""
    page = opened("failed", java_script_enabled=False)
    stage = page.locator("#stage-1")
    summary = stage.locator("> summary")
    page.keyboard.press("Tab")
    for _ in range(40):
        if summary.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    outline = summary.evaluate("each => getComputedStyle(each).outlineStyle")
    before = stage.evaluate("each => each.open")
    page.keyboard.press("Enter")

    assert ("solid", False) == (outline, before)
    assert stage.evaluate("each => each.open")
    assert stage.locator("h4").first.is_visible()


def test_a_link_opens_what_it_leads_to(opened):
    """A bar of the timeline leads to its stage; a key is enough."""
    page = opened("failed", java_script_enabled=False)
    page.locator('.bar[href="#stage-1"]').first.focus()
    page.keyboard.press("Enter")

    assert page.url.endswith("#stage-1")
    assert page.locator("#stage-1 > summary").is_visible()


@pytest.mark.parametrize("name", ["failed", "quiet", "long"])
def test_a_phone_needs_no_sideways_scrolling(opened, name):
    """With everything open, 360 pixels hold all but what scrolls in its own box."""
    page = opened(name, size=PHONE)
    page.evaluate(OPEN_ALL)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert [] == page.evaluate(CLIPPED)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["failed", "quiet", "stuck", "long"])
def test_the_times_of_the_timeline_do_not_run_into_each_other(opened, name, size):
    """Where there is less room, there are fewer of them."""
    page = opened(name, size=size)
    ends = page.evaluate(
        """() => [...document.querySelectorAll('.axis span')]
            .filter(tick => tick.checkVisibility())
            .map(tick => {
                const text = document.createRange();
                text.selectNodeContents(tick);
                const place = text.getBoundingClientRect();
                return [place.left, place.right];
            })"""
    )

    assert all(end < begin for (_, end), (begin, _) in zip(ends, ends[1:]))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["failed", "quiet"])
def test_text_can_be_read(opened, name, scheme):
    """The contrast of every text is that of WCAG 2.1, level AA: 4.5 to 1."""
    page = opened(name, scheme=scheme)
    page.evaluate(OPEN_ALL)
    found = page.evaluate(CONTRAST)

    assert [] == found["low"]
    assert found["seen"] > 10


def test_light_and_dark_are_what_was_asked_for(opened):
    """The page and the picture in it follow the same wish."""
    script = """() => [
      getComputedStyle(document.body).backgroundColor,
      getComputedStyle(document.querySelector('.paper')).fill,
    ]"""

    assert {
        "light": ["rgb(255, 255, 255)"] * 2,
        "dark": ["rgb(13, 17, 23)"] * 2,
    } == {
        scheme: opened("failed", scheme=scheme).evaluate(script) for scheme in SCHEMES
    }


def test_stages_can_be_chosen_by_keyboard(opened):
    """The choice hides the others, also where no script may run."""
    page = opened("long", java_script_enabled=False)
    page.locator("#show-failed").focus()
    page.keyboard.press("Space")
    shown = page.locator(".stage").evaluate_all(
        "all => all.filter(each => each.checkVisibility()).map(each => each.id)"
    )

    assert ["stage-151"] == shown


def test_a_link_also_leads_to_what_is_not_chosen(opened):
    """What a failed stage depends on is shown when its link is followed."""
    page = opened("long", java_script_enabled=False)
    page.locator("#show-failed").check()
    link = page.locator("#stage-151 .facts a").first
    link.click()

    assert page.locator(f"{link.get_attribute('href')} > summary").is_visible()


def test_paper_shows_what_is_closed_on_the_screen(opened, tmp_path):
    """The failure, requests and answers of closed stages; light, also from dark."""
    pypdf = pytest.importorskip("pypdf")
    page = opened("failed", scheme="dark")
    page.emulate_media(media="print")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    pages = pypdf.PdfReader(str(tmp_path / "page.pdf")).pages
    text = "\n".join(each.extract_text() for each in pages)

    assert "rgb(255, 255, 255)" == paper
    assert {
        words
        for words in (
            "services/002_start_machines failed",
            "Version 2 stays pending.",
            '"cidr": "10.0.0.0/16"',
            "create_database_id",
            "After the run had failed:",
            "Poll 16 of 16",
        )
        if words not in text
    } == set()


def test_a_long_run_does_not_fill_hundreds_of_sheets(opened):
    """Each version has its line, those that are open their requests, and it says so."""
    page = opened("long")
    note = page.locator(".on-paper")
    on_screen = note.is_visible()
    page.emulate_media(media="print")
    shown = """all => all.map(
      each => getComputedStyle(each, '::details-content').contentVisibility)"""
    closed = page.locator(".version:not([open])").evaluate_all(shown)
    other = page.locator(".version[open], .stage").evaluate_all(shown)

    assert (False, True) == (on_screen, note.is_visible())
    assert ({"hidden"}, {"visible"}) == (set(closed), set(other))
    assert "only those that were open" in note.inner_text()


def test_no_label_ends_a_sheet_of_paper(opened, tmp_path):
    """What stands on a label of a request or an answer is on the same sheet."""
    pypdf = pytest.importorskip("pypdf")
    page = opened("stuck")
    page.emulate_media(media="print")
    last = set()
    for height in (192, 240, 252, 276, 288):
        path = tmp_path / f"{height}.pdf"
        page.pdf(path=str(path), width="210mm", height=f"{height}mm")
        texts = [each.extract_text() for each in pypdf.PdfReader(str(path)).pages]
        last |= {text.split()[-1] for text in texts if text.split()}

    assert last.isdisjoint({"Sent", "Answered", "Where", "Reason", "Next"})


def test_nothing_moves_for_those_who_do_not_want_it(opened):
    """The wish for less motion is heard."""
    page = opened("failed", reduced_motion="reduce")
    script = "each => getComputedStyle(each, '::before').transitionDuration"

    assert "0s" == page.locator("summary").first.evaluate(script)


def test_a_picture_alone_is_dark_all_over(browser, tmp_path):
    """What `stages graph --format svg` writes leaves no white edge in the dark."""
    path = tmp_path / "graph.svg"
    path.write_text(GraphView((NODE,)).to_svg(), "utf-8")
    context = browser.new_context(viewport=PHONE, color_scheme="dark")
    page = context.new_page()
    page.goto(path.as_uri())
    script = "getComputedStyle(document.documentElement).backgroundColor"
    background = page.evaluate(script)
    context.close()

    assert "rgb(13, 17, 23)" == background
