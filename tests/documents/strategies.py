"""Migrations as Hypothesis makes them."""

from hypothesis import strategies as st

from apirun.env import EnvEntry
from apirun.migration import Capture, Migration, Poll, Probe, Request, Response
from apirun.retry import RetryPolicy

TEXT = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="{}"), max_size=20
)
LINE = st.text("abcäß/:.?=& -_019", min_size=1, max_size=20).filter(str.strip)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
TOKENS = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True)
SECONDS = st.floats(0.001, 1e6).map(lambda value: round(value, 6))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: (
        st.dictionaries(TEXT, inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
BODIES = (
    st.none()
    | TEXT
    | st.binary(max_size=20)
    | st.dictionaries(TEXT, JSON, max_size=3)
    | st.lists(JSON, max_size=3).map(tuple)
)
RETRIES = st.builds(
    RetryPolicy,
    attempts=st.integers(1, 9),
    wait_initial_s=SECONDS,
    wait_max_s=SECONDS,
)
ENTRIES = st.builds(EnvEntry, NAMES, TEXT, st.none(), st.booleans()) | st.builds(
    EnvEntry, NAMES, st.just(""), NAMES, st.booleans()
)
ENV = st.lists(ENTRIES, max_size=3, unique_by=lambda entry: entry.name).map(tuple)
CODES = st.sampled_from(["200", "2xx", "{{.code}}", "404"])
PATHS = st.sampled_from(["id", "a.0.b", "$.a.b", "header:Location", "response:status"])
RESPONSES = st.builds(
    Response,
    result_code=st.lists(CODES, max_size=3),
    env_missing=st.sampled_from(["skip", "fail"]),
    env_from=st.dictionaries(NAMES, st.builds(Capture, PATHS, st.booleans())),
)


def requests(methods, **more):
    """Return requests with one of *methods*."""
    return st.builds(
        Request,
        st.sampled_from(methods),
        LINE,
        headers=st.lists(st.tuples(TOKENS, LINE), max_size=2),
        queries=st.lists(st.tuples(LINE, TEXT), max_size=2),
        body=BODIES,
        render_body=st.none() | st.booleans(),
        timeout_s=st.none() | SECONDS,
        retry=st.none() | RETRIES,
        idempotency_key=st.booleans(),
        auth_name=st.just("") | NAMES,
        response=RESPONSES,
        **more,
    )


CRITERIA = st.sampled_from(["true", '{{eq .a "b"}}', "{{.a}} != 'b'"])
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
MIGRATIONS = st.builds(
    Migration,
    version=st.integers(0, 2**63 - 1),
    name=NAMES,
    up=requests(METHODS, env=ENV),
    down=st.none() | requests(METHODS, env=ENV, find=st.none() | requests(METHODS)),
    probe=st.none() | st.builds(Probe, requests(["GET", "HEAD"])),
    poll=st.none()
    | st.builds(
        Poll,
        request=requests(["GET", "HEAD"]),
        until=CRITERIA,
        fail_if=st.just("") | CRITERIA,
        interval_s=SECONDS,
        timeout_s=SECONDS,
    ),
    title=TEXT,
)
