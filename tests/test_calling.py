"""Callables that end in odd ways: no exception, and no lazy return, is lost."""

import asyncio
import functools
from enum import Enum

import pytest
from attrs import evolve

from apirun import (
    DocumentError,
    MemoryStore,
    Migration,
    MigrationContext,
    Migrator,
    Orchestrator,
    Outcome,
    RefusedError,
    Request,
    RunFailedError,
    SqliteStore,
    Stage,
)
from apirun.testing import Reply


def stage_of(api, up):
    return Stage(
        name="shop",
        store=MemoryStore(),
        env={"api": api.url},
        migrations=[Migration(version=1, name="user", up=up)],
    )


class QuotaError(RefusedError):
    """Made with other arguments than its parent."""

    def __init__(self, quota):
        self.quota = quota

    def __str__(self):
        return f"the quota of {self.quota} is used up"


class SilentError(Exception):
    """Its text can't be had."""

    def __str__(self):
        raise KeyError("text")


class Deep(BaseException):
    """No `Exception`, as those of test runners and of asyncio are none."""


def post_and_raise(error):
    def up(context: MigrationContext) -> None:
        context.session.post(context.render("{{.api}}/users"), json={})
        raise error

    return up


@pytest.mark.parametrize(
    ("error", "outcome", "words"),
    [
        (QuotaError(5), Outcome.FAILED, "QuotaError: the quota of 5 is used up"),
        (SilentError(), Outcome.UNSETTLED, "raised SilentError: (no text: its"),
        (Deep("down"), Outcome.UNSETTLED, "raised Deep: down"),
        (asyncio.CancelledError(), Outcome.UNSETTLED, "raised CancelledError"),
        (GeneratorExit(), Outcome.UNSETTLED, "raised GeneratorExit"),
    ],
)
def test_whatever_a_callable_raises_becomes_a_failure(api, error, outcome, words):
    """The run ends with a result, and the version is what the requests say."""
    migrator = Migrator(stage_of(api, post_and_raise(error)))

    result = migrator.up()

    assert outcome is result.outcome
    assert words in result.failure.message
    assert "tests/test_calling.py:" in result.failure.message


async def coroutine(context):
    context.session.post(context.render("{{.api}}/users"))


@pytest.mark.parametrize(
    ("up", "kind"),
    [
        (lambda context: (context, coroutine(context))[1], "coroutine"),
        (lambda context: (context for _ in "a"), "generator"),
        (lambda context: map(context.session.post, ["/users"]), "map"),
    ],
)
def test_what_is_handed_back_unrun_is_not_taken_for_done(api, up, kind):
    """Nothing was sent, so the version must not be recorded as applied."""
    migrator = Migrator(stage_of(api, up))

    result = migrator.up()

    assert not result.ok
    assert f"returned a {kind}, which nothing runs" in result.failure.message
    assert 0 == migrator.status().applied
    assert [] == api.requests


class Lazily:
    """Callable by a coroutine function."""

    async def __call__(self, context):
        await coroutine(context)


def generator(context):
    yield context.session.post(context.render("{{.api}}/users"))


@pytest.mark.parametrize("up", [Lazily(), functools.partial(generator)])
def test_functions_that_nothing_runs_are_refused_when_composed(api, up):
    """Also behind a partial, and as an object's own method."""
    with pytest.raises(DocumentError, match=r"(coroutine|generator) function"):
        Migrator(stage_of(api, up))


def test_a_failed_environment_inside_may_have_done_something(api):
    """What a callable did by an orchestrator of its own is not seen either."""
    api.reply("POST", "/inner", Reply(500))
    up = Request("POST", f"{api.url}/inner")
    inner = Stage(
        name="inner",
        store=MemoryStore(),
        migrations=[Migration(version=1, name="a", up=up)],
    )

    def bring_up(context):
        with Orchestrator([inner]):
            pass

    result = Migrator(stage_of(api, bring_up)).up()

    assert Outcome.UNSETTLED is result.outcome
    assert RunFailedError.__name__ in result.failure.message


class Size(str, Enum):
    SMALL = "small"


def test_members_of_enumerations_are_captured_as_plain_text(api):
    """What comes after sees the value, and no class of the program."""

    def up(context):
        context.capture("size", Size.SMALL)

    result = Migrator(stage_of(api, up)).up()

    assert {"size": "small", "api": api.url} == dict(result.env)
    assert str is type(result.env["size"])


def test_a_value_that_holds_itself_is_refused(api):
    """It has no end as JSON."""
    ring = []
    ring.append({"ring": ring})

    def up(context):
        context.session.get(context.render("{{.api}}/users"))
        context.capture("ring", ring)

    result = Migrator(stage_of(api, up)).up()

    assert Outcome.FAILED is result.outcome
    assert "a list holds itself" in result.failure.message


def test_half_of_a_surrogate_pair_is_captured_as_from_an_answer(api, tmp_path):
    """A store could not write it, after the API has acted."""

    def up(context):
        context.session.post(context.render("{{.api}}/users"), json={})
        context.capture("name", "a\ud800b")

    stage = evolve(stage_of(api, up), store=SqliteStore(tmp_path / "a.db"))

    assert "a\ufffdb" == Migrator(stage).up().env["name"]


def test_a_context_shows_no_values_and_takes_only_text_for_templates(api):
    """What a program prints of it may end in a log."""
    shown = []

    def up(context):
        shown.append(repr(context))
        context.render(3)

    result = Migrator(stage_of(api, up)).up()

    assert ["<MigrationContext shop/1 up>"] == shown
    assert "TypeError: a template is text, not int" in result.failure.message
