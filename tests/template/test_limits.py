"""No template runs away in depth, time or size."""

from string import ascii_lowercase

import pytest

from apirun.template import (
    Limits,
    Template,
    TemplateError,
    TemplateExecutionError,
    TemplateSyntaxError,
)

DOUBLING = "{{$x := list 1 2}}{{range 60}}{{$x = list $x $x}}{{end}}"

# Every template calls the next one twice.
FORKING = "".join(
    f'{{{{define "{name}"}}}}' + f'{{{{template "{after}"}}}}' * 2 + "{{end}}"
    for name, after in zip(ascii_lowercase, ascii_lowercase[1:])
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{range 1000000000000}}{{end}}", "takes more than 1000000 steps"),
        (
            "{{range 99999}}{{range 99999}}x{{end}}{{end}}",
            "takes more than 1000000 steps",
        ),
        (
            '{{define "t"}}{{template "t"}}{{end}}{{template "t"}}',
            "exceeded maximum template depth (100)",
        ),
        (
            '{{define "t"}}{{template "t"}}{{template "t"}}{{end}}{{template "t"}}',
            "exceeded maximum template depth (100)",
        ),
        (
            FORKING + '{{define "z"}}{{end}}{{template "a"}}',
            "takes more than 1000000 steps",
        ),
        (
            '{{repeat 1000000000 "x"}}',
            "error calling repeat: the text is longer than 16777216 characters",
        ),
        ('{{indent 1000000000 "x"}}', "error calling indent: the text is longer than"),
        (
            '{{replace "" (repeat 10000 "x") (repeat 10000 "x")}}',
            "error calling replace: the text is longer than",
        ),
        (
            '{{$x := "xxxxxxxx"}}{{range 99}}{{$x = print $x $x}}{{end}}',
            "error calling print: ",
        ),
        (
            '{{$x := repeat 8000000 "x"}}{{$x}}{{$x}}{{$x}}',
            "the output is longer than 16777216 characters",
        ),
        (
            '{{range 9999}}{{printf "%1000000d" 1}}{{end}}',
            "takes more than 1000000 steps",
        ),
        (f"{DOUBLING}{{{{$x}}}}", "the value has more than 1000000 parts"),
        (f"{DOUBLING}{{{{toJson $x}}}}", "the value has more than 1000000 parts"),
        (f"{DOUBLING}{{{{uniq $x}}}}", "the value has more than 1000000 parts"),
        (f'{DOUBLING}{{{{join "" $x}}}}', "the value has more than 1000000 parts"),
        (
            "{{$x := list 1}}{{range 90000}}{{$x = list $x}}{{end}}{{$x}}",
            "nested too deeply",
        ),
        (
            "{{$x := list 1}}{{range 90000}}{{$x = list $x}}{{end}}{{toJson $x}}",
            "nested too deeply",
        ),
        ('{{fromJson (repeat 100000 "[")}}', "error calling fromJson: "),
        ('{{splitList "" (repeat 16000000 "x")}}', "takes more than 1000000 steps"),
        (
            '{{range 999999}}{{len (repeat 100000 "é")}}{{end}}',
            "takes more than 1000000 steps",
        ),
        (
            '{{regexMatch "(a*)*$" (repeat 9999999 "a")}}',
            "takes more than 1000000 steps",
        ),
        ('{{regexMatch "a{1000}{1000}" ""}}', "invalid nested repetition operator"),
        ('{{regexMatch "((a{100}){100}){100}" ""}}', "expression too large"),
    ],
)
def test_running_away_is_an_error(text, reason):
    """
    What grows without bound ends in a clear error.
    """
    with pytest.raises(TemplateExecutionError) as caught:
        Template(text).render({})

    assert reason in str(caught.value)


@pytest.mark.parametrize("count", [101, 5000, 100_000])
@pytest.mark.parametrize(
    ("start", "middle", "end"),
    [
        ("{{", "(", "1"),
        ("", "{{if 1}}", ""),
        ("{{if 1}}", "{{else if 1}}", "{{end}}"),
        ("", '{{block "a" 1}}', ""),
    ],
)
def test_deep_nesting_is_a_syntax_error(start, middle, end, count):
    """
    A template nested too deeply is refused when it is parsed.
    """
    with pytest.raises(TemplateSyntaxError, match="max expression depth exceeded"):
        Template(start + middle * count + end)


@pytest.mark.parametrize(
    "text",
    [
        "{{" + "(" * 99 + ".x" + ")" * 99 + "}}",
        "{{if .x}}" * 100 + "{{.x}}" + "{{end}}" * 100,
        "{{if .no}}{{else if .no}}" + "{{else if .no}}" * 90 + "{{else}}{{.x}}{{end}}",
        "{{.x" + " | print" * 2000 + "}}",
        "{{(.d)" + ".d" * 5000 + ".x}}",
    ],
)
def test_nesting_within_the_limit_works(text):
    """
    What is nested less deeply renders.
    """
    data = {"x": "x", "no": ""}
    data["d"] = data

    assert "x" == Template(text).render(data)


def test_data_that_contains_itself_is_an_error():
    """
    Printing data without end is refused.
    """
    data = {"a": []}
    data["a"].append(data["a"])

    for text in ("{{.a}}", "{{print .a}}", "{{toJson .a}}", "{{if 1}}{{.a}}{{end}}"):
        with pytest.raises(TemplateError, match="nested too deeply"):
            Template(text).render(data)


def test_limits_can_be_set():
    """
    Each limit holds at the number that is given.
    """
    small = Limits(nesting=2, template_depth=2, steps=20, output=10)

    assert "1234512345" == Template("{{.a}}{{.a}}", limits=small).render({"a": "12345"})
    for text in ("{{.a}}{{.a}}{{.a}}", "{{$a := .a}}{{$a}}{{$a}}{{$a}}"):
        with pytest.raises(
            TemplateExecutionError, match="the output is longer than 10"
        ):
            Template(text, limits=small).render({"a": "12345"})
    with pytest.raises(TemplateExecutionError, match="takes more than 20 steps"):
        Template("{{range 20}}{{end}}", limits=small).render({})
    with pytest.raises(TemplateExecutionError, match="the text is longer than 10"):
        Template("{{.a}}", limits=small).render({"a": [1] * 20})
    with pytest.raises(TemplateSyntaxError):
        Template("{{(((1)))}}", limits=small)
