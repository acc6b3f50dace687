"""Tokens: acquired once, masked, and refused in words that help."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from apirun import AuthError, AuthSettings, Masker, UsageError
from apirun.auth.provider import Token
from apirun.auth.registry import find_provider
from apirun.auth.tokens import Tokens


class Counting:
    """A provider that counts how often it is asked."""

    asked = 0

    @classmethod
    def from_config(cls, config):
        """Take any configuration."""
        return cls()

    def acquire(self, send):
        """Give the token of the next number."""
        type(self).asked += 1
        return Token(f"Counted t0ken-{type(self).asked}")


def tokens(settings, masker=None, **providers):
    """Return the tokens of a stage that renders nothing and sends nothing."""
    return Tokens(
        [settings],
        lambda text, key: text,
        lambda request: None,
        masker or Masker(),
        providers,
    )


def basic(**config):
    """Return the settings of a basic token."""
    return AuthSettings(name="admin", type="basic", config=config)


def test_basic_is_the_whole_header_value():
    """User name and password as RFC 7617 wants them, in UTF-8."""
    found = tokens(basic(username="mé", password="p:w"))["admin"]

    assert "Basic " + base64.b64encode("mé:p:w".encode()).decode() == found


def test_a_token_is_acquired_once_also_by_many_threads():
    """The first asks, the others wait and get the same."""
    settings = AuthSettings(name="admin", type="counting", config={})
    found = tokens(settings, counting=Counting)

    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(lambda _: found["admin"], range(50)))

    assert (1, 1) == (len(values), Counting.asked)


def test_a_token_is_masked_from_then_on():
    """Neither the header value nor its password is shown anywhere."""
    masker = Masker()
    value = tokens(basic(username="me", password="hunter2-long"), masker)["admin"]

    shown = masker.mask(f"{value} and hunter2-long")

    assert "hunter2" not in shown
    assert value.rpartition(" ")[2] not in shown


def test_a_missing_key_is_told():
    """What is missing in the configuration is named."""
    with pytest.raises(AuthError, match="password"):
        tokens(basic(username="me"))["admin"]


def test_an_unknown_name_is_a_key_error():
    """Templates then say that there is no such key."""
    with pytest.raises(KeyError):
        tokens(basic(username="me", password="x"))["other"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("basci", "did you mean 'basic'"),
        ("saml", "known: api_key, basic, oauth2, pocketbase"),
    ],
)
def test_a_type_that_is_not_there_is_refused(name, told):
    """With the nearest name, or with all that are known."""
    with pytest.raises(UsageError, match=told):
        find_provider(name)
