"""What a template reads, found without rendering it."""

import re
from contextlib import suppress

import pytest
from hypothesis import given

from apirun.template import Template, TemplateError

from .fragments import DATA, template_texts


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("plain", set()),
        ("{{.vpc_id}} {{$.b}}", {("vpc_id",), ("b",)}),
        ("{{.env.vpc_id}}{{.auth.admin}}", {("env", "vpc_id"), ("auth", "admin")}),
        ("{{if .a}}{{.b}}{{else}}{{.c}}{{end}}", {("a",), ("b",), ("c",)}),
        ("{{range .a}}{{.b}}{{$.c}}{{else}}{{.d}}{{end}}", {("a",), ("c",), ("d",)}),
        ("{{with .a}}{{.b}}{{else with .c}}{{.d}}{{end}}", {("a",), ("c",)}),
        ("{{print (.a | upper) .b.c}}", {("a",), ("b", "c")}),
        ("{{(.).a}}{{($).b.c}}{{(.d).e}}", {("a",), ("b", "c"), ("d",)}),
        ("{{$x := .a}}{{$x.b}}", {("a",)}),
        ('{{define "t"}}{{.a}}{{$.b}}{{end}}{{template "t" .}}', {("a",), ("b",)}),
        ('{{define "t"}}{{.a}}{{template "t" .}}{{end}}{{template "t" .b}}', {("b",)}),
        ('{{block "t" $}}{{.a}}{{end}}', {("a",)}),
    ],
)
def test_references(text, paths):
    """
    Chains off the root are found, those off another dot are not.
    """
    assert paths == Template(text).references()


# What reads a map by other means than the names in the text: functions that
# take or show a whole map, and the root standing by itself.
WHOLE = re.compile(r"index|get|Json|print|\$(?![\w.])|(?<![\w$)\]])\.(?!\w)")


@given(template_texts())
def test_every_key_read_off_the_root_is_referred_to(text):
    """
    Rendering reads nothing by name that was not foretold.
    """
    read = set()

    class Spy(dict):
        def __getitem__(self, key):
            read.add(key)
            return super().__getitem__(key)

    template = Template(text)
    known = {path[0] for path in template.references()}
    listed = WHOLE.search(text) is not None
    with suppress(TemplateError):
        template.render(Spy(DATA))
    if not listed:
        assert read <= known
