"""Parsing: Go's error texts, and that nothing else ever comes out."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.template import Limits, Template, TemplateSyntaxError
from apirun.template.functions import FUNCTIONS
from apirun.template.parser import parse
from apirun.template.source import Source

from .fragments import template_texts


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{{.a\n\n", "3: unclosed action started at gotmpl:1"),
        ("{{\n.a\n", "3: unclosed action started at gotmpl:1"),
        ("\n{{if .a\n | }}", "3: unexpected EOF"),
        ('{{\n"x}}', "2: unterminated quoted string in action started at gotmpl:1"),
        ("{{/* x", "1: unclosed comment"),
        ("{{/* x */ }}", "1: comment ends before closing delimiter"),
        ("{{if .a}}{{else}}{{else}}{{end}}", "1: expected end; found {{else}}"),
        ("{{else}}", "1: unexpected {{else}}"),
        ("{{template}}", '1: unexpected "}}" in template clause'),
        ("{{template .a}}", '1: unexpected ".a" in template clause'),
        ("{{define .a}}{{end}}", '1: unexpected ".a" in define clause'),
        ('{{if .a}}{{define "x"}}{{end}}{{end}}', "1: unexpected <define> in command"),
        ('{{define "x"}}{{else}}{{end}}', "1: unexpected {{else}} in define clause"),
        ('{{block "x"}}{{end}}', "1: missing value for block clause"),
        ("{{range $a, .b}}{{end}}", "1: range can only initialize variables"),
        ("{{range $a, $b, $c := .b}}{{end}}", "1: too many declarations in range"),
        ("{{$x}}", '1: undefined variable "$x"'),
        ("{{with $x := 1}}{{end}}{{$x}}", '1: undefined variable "$x"'),
        ("{{true.x}}", '1: unexpected . after term "true"'),
        ('{{"a".b}}', r'1: unexpected . after term "\"a\""'),
        ("{{1a}}", '1: bad number syntax: "1a"'),
        ("{{0x}}", '1: illegal number syntax: "0x"'),
        ("{{99999999999999999999}}", '1: integer overflow: "99999999999999999999"'),
        ("{{089}}", '1: integer overflow: "089"'),
        ("{{1+2i}}", '1: complex numbers are not supported: "1+2i"'),
        ("{{''}}", "1: invalid syntax"),
        ("{{'a}}", "1: unterminated character constant"),
        (r'{{"\q"}}', "1: invalid syntax"),
        ("{{.a : 1}}", "1: expected :="),
        ("{{.a \x01}}", "1: unrecognized character in action: U+0001"),
        ("{{.a ~}}", '1: unexpected "~" in operand'),
        ("{{break}}", "1: {{break}} outside {{range}}"),
        ("{{range .a}}{{break 1}}{{end}}", '1: unexpected "1" in {{break}}'),
        ("{{continue 1}}", '1: unexpected "1" in {{continue}}'),
        ("{{.a | 1}}", "1: non executable command in pipeline stage 2"),
        ("{{()}}", "1: missing value for parenthesized pipeline"),
        ("{{end 1}}", '1: unexpected "1" in end'),
        ("{{if .a}}{{end}}{{end}}", "1: unexpected {{end}}"),
        ("a\nb\n{{nosuch}}", '3: function "nosuch" not defined'),
        ("{{aaaaaaaaaaaaaaaa := 1}}", '1: function "aaaaaaaaaaaaaaaa" not defined'),
        ('{{template "aaaaaaaaaaaaaaa" "x" := }}', '1: unexpected ":=" in operand'),
        ('{{end "aaaaaaaaaaaaaaa"}}', r'1: unexpected "\"aaaaaaaaa"... in end'),
        (
            '{{define "x"}}1{{end}}{{define "x"}}2{{end}}',
            '1: template: multiple definition of template "x"',
        ),
    ],
)
def test_syntax_error_is_gos(text, error):
    """
    What is no template is refused in Go's words.
    """
    with pytest.raises(TemplateSyntaxError) as caught:
        Template(text)

    assert f"template: gotmpl:{error}" == str(caught.value)


def test_syntax_error_knows_its_place():
    """
    A syntax error carries line and column for a caret.
    """
    with pytest.raises(TemplateSyntaxError) as caught:
        Template("é\né {{nosuch}}", name="body")

    assert ("body", 2, 5) == (
        caught.value.name,
        caught.value.line,
        caught.value.column,
    )


@given(st.text(alphabet=st.sampled_from("{}|.$()\"'`:=,-/* \n01xeif_aé\x00\ud800")))
def test_parsing_raises_nothing_but_syntax_errors(text):
    """
    Whatever the text is, parsing it ends in a template or a syntax error.
    """
    with suppress(TemplateSyntaxError):
        assert Template("{{" + text).text == "{{" + text


@given(template_texts())
def test_tree_shows_a_template_with_the_same_tree(text):
    """
    What a tree shows of itself parses to a tree that shows the same.
    """
    shown = _shown(text)

    assert shown == _shown(shown)


def _shown(text):
    trees = parse(Source(text, "gotmpl"), FUNCTIONS.keys(), Limits())
    return "".join(map(str, trees["gotmpl"]))


@given(st.text().filter(lambda text: "{{" not in text))
def test_plain_text_renders_to_itself(text):
    """
    Text without actions comes out as it went in.
    """
    assert text == Template(text).render({})


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("a  {{- .x -}}  b", "a1b"),
        ("a {{/* c */}} b", "a  b"),
        ("a {{- /* c */ -}} b", "ab"),
        ("{{- 3}} {{3 -}} x", "3 3x"),
        ("{{-3}}", "-3"),
        ("{{.x  -}}\n\t y", "1y"),
        ("{{\n  .x\n}}", "1"),
        ("}}{{.x}}}}", "}}1}}"),
        ('{{define "gotmpl"}}in{{end}}  ', "in"),
        ('{{define "a"}} {{end}}{{define "a"}}x{{end}}{{template "a"}}', "x"),
        ("{{`raw\\n\r`}}", "raw\\n"),
        (r'{{"\x41\101é\U0001F600\xc3\xa9\""}}', 'AAé😀é"'),
        ("{{'é'}} {{'\\''}} {{'\\x41'}}", "233 39 65"),
        (
            "{{0x1F}} {{0b101}} {{0o17}} {{017}} {{1_000}} {{0x_f}}",
            "31 5 15 15 1000 15",
        ),
        ("{{.5}} {{1e3}} {{0x1p4}} {{1_0.5}} {{-0}} {{+3}}", "0.5 1000 16 10.5 0 3"),
    ],
)
def test_lexical_forms(text, output):
    """
    Trim markers, comments and literals mean what they mean in Go.
    """
    assert output == Template(text).render({"x": 1})
