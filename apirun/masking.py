"""
Takes secrets out of everything that a person may read.

A `Masker` knows the secret values of a run and replaces them, in whatever
form they appear, by three asterisks.
"""

import re
import threading
from itertools import chain
from typing import (
    Dict,
    Final,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Pattern,
    Tuple,
    Type,
)
from urllib.parse import unquote_plus

from apirun.secret_forms import (
    base64_forms,
    is_telling,
    long_base64_forms,
    long_text_forms,
    text_forms,
)
from apirun.secret_names import MASK, is_secret_name

__all__ = ["MASK", "Masker", "is_secret_name"]

_SECRET_HEADERS: Final = frozenset({"cookie", "set-cookie"})
_SHORTEST_LINE: Final = 8

# Characters; a longer secret is looked for in its common forms only, and one
# longer than the second is no key or certificate that has lines of interest.
_LONGEST_COMPILED: Final = 4096
_LONGEST_WITH_LINES: Final = 65536

_BASE64: Final = re.compile(r"[0-9A-Za-z+/_-]")
_BASE64_END: Final = re.compile(r"[0-9A-Za-z+/_-]?={0,2}")
_USERINFO: Final = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#:@]*:)[^/?#]*@")
_PARAMETER: Final = re.compile(r"(?<=[?&;#])([^=&;#]*)=([^&;#]*)")


class _Chunk:
    """Some secrets, compiled together."""

    def __init__(self, secrets: List[str]) -> None:
        self.secrets = sorted(secrets, key=len, reverse=True)
        short = [each for each in self.secrets if len(each) <= _LONGEST_COMPILED]
        long = self.secrets[: len(self.secrets) - len(short)]
        self._text = _alternatives(form for each in short for form in text_forms(each))
        self._base64 = _alternatives(
            form for each in short for form in base64_forms(each)
        )
        self._long_text = [form for each in long for form in long_text_forms(each)]
        self._long_base64 = [form for each in long for form in long_base64_forms(each)]

    def spans(self, text: str) -> Iterator[Tuple[int, int]]:
        """Find where the secrets stand, also where they overlap."""
        yield from _overlapping(self._text, text)
        yield from _literal(self._long_text, text)
        in_base64 = _overlapping(self._base64, text)
        for start, end in chain(in_base64, _literal(self._long_base64, text)):
            # The characters at both ends hold some bits of the secret, too.
            if start and _BASE64.match(text, start - 1):
                start -= 1  # noqa: PLW2901 - widened on purpose
            tail = _BASE64_END.match(text, end)
            yield start, tail.end() if tail else end


class Masker:
    """
    Replaces the secrets that it knows by ``***``.

    A secret is found inside longer text, percent-encoded, escaped as in JSON
    and in base64 (both alphabets, at any place of a longer base64 text). Of a
    secret of several lines every line of at least 8 characters is one, too. A
    secret of 1 to 3 characters is replaced only where it stands as a word of
    its own, and not looked for in base64: replaced inside words it would make
    the output unreadable and thereby give itself away. What consists of blanks
    and asterisks alone is no secret.

    Masking twice is masking once. Several threads may use one masker.

    Args:
        secrets: The secrets known from the start.
        enabled: If false, everything is returned as it came.

    Example:
        >>> masker = Masker(["hunter2"])
        >>> masker.mask("password=hunter2&u=1 Basic bWU6aHVudGVyMg==")
        'password=***&u=1 Basic bWU***'
    """

    def __init__(self, secrets: Iterable[str] = (), enabled: bool = True) -> None:  # noqa: FBT001, FBT002 - a setting by its name, like logging's own
        self.enabled = enabled
        self._lock = threading.Lock()
        self._known: Dict[str, None] = {}
        self._pending: List[str] = []
        self._chunks: Tuple[_Chunk, ...] = ()
        for secret in secrets:
            self.add(secret)

    def __reduce__(self) -> Tuple[Type["Masker"], Tuple[Tuple[str, ...], bool]]:
        return (type(self), (tuple(self._known), self.enabled))

    @property
    def secrets(self) -> Tuple[str, ...]:
        """The secrets known so far."""
        with self._lock:
            return tuple(self._known)

    def add(self, value: str) -> None:
        """
        Learn a secret.

        Args:
            value: The secret; one that is known already, or empty, is fine.
        """
        parts = [value, value.strip()]
        if len(value) <= _LONGEST_WITH_LINES:
            lines = (line.strip() for line in value.splitlines())
            parts += [line for line in lines if len(line) >= _SHORTEST_LINE]
        with self._lock:
            for part in parts:
                if is_telling(part) and part not in self._known:
                    self._known[part] = None
                    self._pending.append(part)

    def mask(self, text: str) -> str:
        """
        Return *text* without the secrets.

        Args:
            text: Anything that is going to be shown or kept.
        """
        if not (self._known and self.enabled):
            return text
        chunks = self._compiled()
        # Again until nothing is found: the asterisks may complete a secret
        # that has some of its own. It ends because each round takes at least
        # one character that is no asterisk.
        while True:
            spans = sorted(span for chunk in chunks for span in chunk.spans(text))
            if not spans:
                return text
            text = _without(text, spans)

    def mask_value(self, value: object) -> object:
        """
        Return a value with the strings inside it masked.

        Args:
            value: Lists, tuples and mappings are gone through, keys included;
                a number that is a secret becomes text; anything else is
                returned as it is.
        """
        if not (self._known and self.enabled):
            return value
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, Mapping):
            return {
                self.mask_value(key): self.mask_value(item)
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            items = [self.mask_value(item) for item in value]
            return items if isinstance(value, list) else tuple(items)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            text = str(value)
            masked = self.mask(text)
            return value if masked == text else masked
        return value

    def mask_headers(self, headers: Mapping[str, str]) -> Dict[str, str]:
        """
        Return headers without secrets.

        Args:
            headers: Names and values. The values of ``Authorization``,
                ``Cookie``, ``Set-Cookie`` and all with a secret name are
                replaced whole.
        """
        return {name: self.mask_header(name, text) for name, text in headers.items()}

    def mask_header(self, name: str, value: str) -> str:
        """Return the value of one header without secrets; see `mask_headers`."""
        if not self.enabled:
            return value
        if name.lower() in _SECRET_HEADERS or is_secret_name(name):
            return MASK
        return self.mask(value)

    def mask_url(self, url: str) -> str:
        """
        Return a URL without secrets.

        Args:
            url: The URL. Its password and the values of its parameters with a
                secret name, in the query and in the fragment, are replaced
                whole.

        Example:
            >>> Masker().mask_url("https://me:pw@host/?access_token=x&page=2")
            'https://me:***@host/?access_token=***&page=2'
        """
        if not self.enabled:
            return url
        while True:
            masked = _USERINFO.sub(rf"\1{MASK}@", url)
            masked = self.mask(_PARAMETER.sub(_mask_parameter, masked))
            if masked == url:
                return url
            url = masked

    def _compiled(self) -> Tuple[_Chunk, ...]:
        if not self._pending:
            return self._chunks
        with self._lock:
            secrets, self._pending = self._pending, []
            chunks = list(self._chunks)
            # Chunks double in size, so that a secret is compiled again only a
            # few times however many come one after the other.
            while chunks and len(chunks[-1].secrets) <= len(secrets):
                secrets = chunks.pop().secrets + secrets
            if secrets:
                chunks.append(_Chunk(secrets))
            self._chunks = tuple(chunks)
            return self._chunks


def _alternatives(forms: Iterable[Tuple[str, str]]) -> Optional[Pattern[str]]:
    """Compile forms, each given as its first character and the rest."""
    by_first: Dict[str, Dict[str, None]] = {}
    for first, rest in forms:
        by_first.setdefault(first, {})[rest] = None
    if not by_first:
        return None
    branches = (
        f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items()
    )
    return re.compile("|".join(branches))


def _overlapping(
    pattern: Optional[Pattern[str]], text: str
) -> Iterator[Tuple[int, int]]:
    match = pattern.search(text) if pattern else None
    while pattern and match:
        yield match.span()
        match = pattern.search(text, match.start() + 1)


def _literal(forms: Iterable[str], text: str) -> Iterator[Tuple[int, int]]:
    for form in forms:
        at = text.find(form)
        while at >= 0:
            yield at, at + len(form)
            at = text.find(form, at + len(form))


def _without(text: str, spans: List[Tuple[int, int]]) -> str:
    """Replace sorted spans; those that overlap or touch become one."""
    pieces: List[str] = []
    at = -1
    for start, end in spans:
        if start > at:
            pieces += [text[max(at, 0) : start], MASK]
        at = max(at, end)
    return "".join(pieces) + text[at:]


def _mask_parameter(match: "re.Match[str]") -> str:
    name, value = match.groups()
    return f"{name}={MASK if is_secret_name(unquote_plus(name)) else value}"
