"""What the settings of the built-in types of tokens are called."""

import difflib
from typing import Dict, Iterator, List, Mapping, Tuple

from attrs import field, frozen

__all__ = ["AUTH_TYPES", "AuthType", "Wrong"]


@frozen
class Wrong:
    """
    One thing that is wrong with the settings of a token.

    Attributes:
        message: What it is.
        names: The settings that it is about.
        missing: Whether they are not there at all.
    """

    message: str
    names: Tuple[str, ...]
    missing: bool = True


@frozen(kw_only=True)
class AuthType:
    """
    What the settings of one built-in type are called.

    Attributes:
        required: Those that must be there.
        optional: Those that may be, with their defaults.
        secrets: Those that must not be shown.
        lists: Those that may be a list as well as text.
        choices: The words that a setting may have.
        needs: What a word of a choice requires, as pairs of setting and word.
        one_of: Settings of which at least one must be there.
    """

    required: Tuple[str, ...]
    optional: Mapping[str, str] = field(factory=dict)
    secrets: Tuple[str, ...] = ("password",)
    lists: Tuple[str, ...] = ()
    choices: Mapping[str, Tuple[str, ...]] = field(factory=dict)
    needs: Mapping[Tuple[str, str], Tuple[str, ...]] = field(factory=dict)
    one_of: Tuple[str, ...] = ()

    @property
    def known(self) -> List[str]:
        """All names, the required ones first."""
        return [*self.required, *self.optional]

    def wrong(self, config: Mapping[str, object]) -> Iterator[Wrong]:
        """
        Yield what is wrong with *config*, but for keys that are not known.

        A choice that is a template is let through: its word is not known yet.

        Args:
            config: Settings by name, templates rendered or not.
        """
        told: Dict[str, object] = {**self.optional}
        told.update(
            (name, item) for name, item in config.items() if item not in ("", None)
        )
        for name in self.required:
            if name not in told:
                yield Wrong(f"'{name}' is missing", (name,))
        if self.one_of and not any(told.get(name) for name in self.one_of):
            listed = "' or '".join(self.one_of)
            yield Wrong(f"'{listed}' is missing", self.one_of)
        for name, item in told.items():
            if name in self.known and not self._fits(name, item):
                found = "a mapping" if isinstance(item, Mapping) else "a list"
                wanted = "text or a list of texts" if name in self.lists else "text"
                message = f"this must be {wanted}, not {found}"
                yield Wrong(message, (name,), missing=False)
        for name, words in self.choices.items():
            word = str(told[name])
            if word not in words and "{{" not in word:
                near = difflib.get_close_matches(word, words, n=1)
                allowed = f"; allowed: {', '.join(words)}"
                end = f": did you mean '{near[0]}'?" if near else allowed
                message = f"'{word}' is not known here{end}"
                yield Wrong(message, (name,), missing=False)
        for (name, word), needed in self.needs.items():
            for other in needed:
                if told[name] == word and not told[other]:
                    message = f"'{other}' is missing: the {name} '{word}' needs it"
                    yield Wrong(message, (other,))

    def _fits(self, name: str, item: object) -> bool:
        if name in self.lists and isinstance(item, (list, tuple)):
            return all(isinstance(each, str) for each in item)
        return not isinstance(item, (list, tuple, Mapping))


AUTH_TYPES: Mapping[str, AuthType] = {
    "api_key": AuthType(
        required=("value",), optional={"header": "Authorization"}, secrets=("value",)
    ),
    "basic": AuthType(required=("username", "password")),
    "oauth2": AuthType(
        required=("token_url", "client_id"),
        optional={
            "grant_type": "client_credentials",
            "client_secret": "",
            "client_auth": "header",
            "scopes": "",
            "audience": "",
            "username": "",
            "password": "",
            "refresh_token": "",
        },
        secrets=("client_secret", "password", "refresh_token"),
        lists=("scopes",),
        choices={
            "grant_type": ("client_credentials", "password", "refresh_token"),
            "client_auth": ("header", "body"),
        },
        needs={
            ("grant_type", "client_credentials"): ("client_secret",),
            ("grant_type", "password"): ("username", "password"),
            ("grant_type", "refresh_token"): ("refresh_token",),
        },
    ),
    "pocketbase": AuthType(
        required=("base_url", "password"),
        optional={"email": "", "username": "", "type": "admin", "collection": ""},
        choices={"type": ("admin", "user")},
        one_of=("email", "username"),
    ),
}
