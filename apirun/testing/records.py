"""Intents and endings, written down short, and as strategies for Hypothesis."""

from typing import Mapping, Optional

from hypothesis import strategies as st

from apirun.state import (
    Direction,
    Ending,
    EndingKind,
    Intent,
    StoredValue,
)

__all__ = ["HIGHEST_VERSION", "ending", "endings", "intent", "intents"]

HIGHEST_VERSION = 2**63 - 1


def intent(version: int = 1, **changes: object) -> Intent:
    """
    Return an intent with every field filled.

    Args:
        version: The migration's version.
        changes: What is to be different, by the names of the fields.
    """
    fields = {
        "version": version,
        "name": f"{version:03d}_create_thing",
        "direction": Direction.UP,
        "run_id": "run-1",
        "method": "POST",
        "digest": "ab-cd",
        "idempotency_key": "key-1",
        "started_at": "2024-05-06T07:08:09Z",
        "host": "build-1",
        "pid": 4711,
        "document": '{"up": {"method": "POST"}}',
        "document_digest": "d1" * 32,
        "scope": '{"api_base": "http://127.0.0.1"}',
        "env": '{"size": "3"}',
        "shown": "POST http://127.0.0.1/things",
        **changes,
    }
    return Intent(**fields)  # type: ignore[arg-type]  # the names are its fields


def ending(
    begun: Intent,
    kind: EndingKind = EndingKind.APPLIED,
    *,
    captures: Optional[Mapping[str, StoredValue]] = None,
    **changes: object,
) -> Ending:
    """
    Return what became of *begun*.

    Args:
        begun: The intent.
        kind: How it ended.
        captures: What it captured.
        changes: What is to be different, by the names of the fields.
    """
    fields = {
        "intent": begun,
        "kind": kind,
        "status_code": 201,
        "captures": dict(captures or {}),
        "ended_at": "2024-05-06T07:08:10Z",
        "elapsed_s": 0.25,
        **changes,
    }
    return Ending(**fields)  # type: ignore[arg-type]  # the names are its fields


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
json_objects = st.sampled_from(["{}", '{"a": "1"}', '{"ключ": "☃"}'])
versions = st.integers(0, 3) | st.just(HIGHEST_VERSION)

intents = st.builds(
    Intent,
    version=versions,
    name=texts,
    direction=st.sampled_from(Direction),
    run_id=texts,
    method=st.sampled_from(["POST", "PUT", "DELETE"]),
    digest=texts,
    idempotency_key=texts,
    started_at=texts,
    host=texts,
    pid=st.integers(0, 2**31),
    document=texts,
    document_digest=texts,
    scope=json_objects,
    env=json_objects,
    reason=texts,
    shown=texts,
)

endings = st.builds(
    Ending,
    intent=intents,
    kind=st.sampled_from(EndingKind),
    status_code=st.integers(0, 599),
    captures=st.dictionaries(
        texts, st.builds(StoredValue, texts, st.booleans()), max_size=3
    ),
    body=st.none() | texts,
    error=texts,
    ended_at=texts,
    elapsed_s=st.floats(0, 1e6),
)
