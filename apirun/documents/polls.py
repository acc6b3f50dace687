"""Polls that could not be made again after a crash."""

from typing import Iterator, List

from apirun.documents.faults import Fault
from apirun.documents.templates import leaves
from apirun.migration import Migration, Poll
from apirun.template import TemplateError, compile_template

__all__ = ["unprobed_captures"]


def unprobed_captures(migration: Migration) -> List[Fault]:
    """
    Return a warning for each name that the poll needs and the probe lacks.

    A crash during the poll loses what the up's answer said. The probe settles
    it then, and what it captures is all that the poll has to go by.

    Args:
        migration: Well-formed.
    """
    poll, probe = migration.poll, migration.probe
    if poll is None or probe is None:
        return []
    known = {*probe.request.response.env_from, *poll.request.response.env_from}
    lost = {*migration.answered} - known
    return [
        Fault(
            f"the poll needs '{name}', which the probe does not capture: after a "
            "crash it could not be polled. Add it to 'probe.response.env_from'",
            "up.poll",
        )
        for name in sorted(lost & {*_names(poll)})
    ]


def _names(poll: Poll) -> Iterator[str]:
    """Return the names of the variables that the templates of *poll* read."""
    request = poll.request
    pairs = (*request.headers, *request.queries)
    texts = [request.url, poll.until, poll.fail_if, *(text for _, text in pairs)]
    for text in (*texts, *(text for _, text in leaves(request.body))):
        if not _is_template(text):
            continue
        for path in compile_template(text).references():
            yield path[1] if path[0] == "env" and len(path) > 1 else path[0]


def _is_template(text: str) -> bool:
    """Return whether *text* is one; a body that is not rendered may be anything."""
    try:
        compile_template(text)
    except TemplateError:
        return False
    return True
