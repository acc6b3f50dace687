"""HTML that can't be broken by what stands in it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apirun.reports.html.markup import HOLE, Html, Shape, joined, preformatted, tag
from tests.helpers.outline import outline

ANY_TEXT = st.text(st.characters())
HOSTILE = "</p><script>alert(1)</script><p a='\"&lt;\0\ud800"


WRITTEN = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"},
    0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000)], 0xFFFD),
    **dict.fromkeys([0xFFFE, 0xFFFF], 0xFFFD),
    **{
        code: f"\\u{code:x}"
        for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
    },
}


@given(ANY_TEXT, ANY_TEXT)
@example(HOSTILE, HOSTILE)
def test_text_and_attributes_stay_what_they_are(text, value):
    """Whatever they hold, there is one element with one attribute and the text."""
    page = tag("p", text, title=value)
    page.encode()
    (element,) = outline(page).children

    assert ("p", ["title"]) == (element.tag, list(element.attributes))
    assert all(not hasattr(child, "tag") for child in element.children)
    assert text.translate(WRITTEN) == element.text
    assert value.translate(WRITTEN) == element.attributes["title"]


def test_a_control_character_is_shown_by_its_picture():
    """Nothing that came is passed over in silence."""
    assert "<p>a\u2400b\u241bc\u2421d\ufffde\ufffdf</p>" == tag(
        "p", "a\0b\x1bc\x7fd\x85e\ud800f"
    )


def test_no_text_turns_the_direction_of_writing_round():
    """What an API answers can't show as something else; letters may run as they do."""
    assert "<p>a\\u202egpj.exe\\u2069</p>" == tag("p", "a\u202egpj.exe\u2069")
    assert "<p>שלום\u200d</p>" == tag("p", "שלום\u200d")


def test_markup_is_not_escaped_twice():
    """What a tag made is taken into another as it is, and text beside it is not."""
    assert "<p>&lt;<b>x</b></p>" == tag("p", "<", tag("b", "x"))
    assert "&lt;<b>x</b>" == joined(["<", tag("b", "x"), None, ""])


def test_attributes_that_are_not_so_are_left_out():
    """True needs no value; None and False are not there; 0 is a value."""
    made = tag("input", open=True, id=None, hidden=False, tabindex="0", class_="a")

    assert '<input open tabindex="0" class="a">' == made


@given(st.none() | ANY_TEXT, ANY_TEXT.map(lambda text: tag("b", text)))
@example(HOSTILE, tag("b", HOSTILE))
@example("\0", tag("b", "\0"))
def test_a_shape_is_what_its_element_would_be(text, markup):
    """Whatever is put in stands where its hole was, text escaped as ever."""
    shape = Shape(tag("p", HOLE, tag("i", " ", HOLE), HOLE, title="t"))

    for _ in range(2):
        assert tag("p", text, tag("i", " ", markup), text, title="t") == shape(
            text, markup, text
        )


@pytest.mark.parametrize("children", [(), ("a",), ("a", "b", "c")])
def test_every_hole_of_a_shape_gets_something(children):
    """One child too many or too few is a mistake that shows."""
    with pytest.raises(ValueError, match="size"):
        Shape(tag("p", HOLE, HOLE))(*children)


def test_text_cut_out_of_markup_is_text_again():
    """Only whole elements are taken as they are."""
    assert "<p>&lt;b</p>" == tag("p", tag("b", "x")[:2])
    assert type(tag("p")) is Html


def test_preformatted_text_keeps_its_first_empty_line():
    """A reader of HTML drops one line break behind the tag, and no more."""
    assert "<pre>\n\nx</pre>" == preformatted("\nx")
    assert "<pre>x\n</pre>" == preformatted("x\n")
