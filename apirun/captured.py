"""What an answer holds of the values that are wanted of it."""

from typing import Dict, List, Mapping, Tuple

from apirun.capture import MISSING, as_text, parse_document, parse_source
from apirun.capture import DocumentError as JsonError
from apirun.http import WireResponse
from apirun.masking import is_secret_name
from apirun.migration import Capture
from apirun.state import StoredValue

__all__ = ["take_captures"]


def take_captures(
    wanted: Mapping[str, Capture], response: WireResponse
) -> Tuple[Dict[str, StoredValue], List[str]]:
    """
    Return the values that are there, and the names of those that are not.

    Args:
        wanted: Where each value is found, by the variable's name.
        response: The answer.
    """
    found: Dict[str, StoredValue] = {}
    missing = []
    document: object = None
    for name, capture in wanted.items():
        source = parse_source(capture.path)
        value: object = MISSING
        if source.kind == "status":
            value = response.status
        elif source.kind == "raw":
            value = response.text
        elif source.kind == "header":
            value = response.headers.get(source.name, MISSING)
        elif source.kind == "cookie":
            value = response.cookies.get(source.name, MISSING)
        elif source.path is not None:
            if document is None:
                document = _document(response)
            value = MISSING if document is MISSING else source.path.get(document)
        if value is MISSING:
            missing.append(name)
        else:
            secret = capture.secret or is_secret_name(name)
            found[name] = StoredValue(as_text(value), secret)
    return found, missing


def _document(response: WireResponse) -> object:
    try:
        document = parse_document(response.body)
    except JsonError:
        return MISSING
    # A body of null is there, and is not to be parsed again.
    return MISSING if document is None else document
