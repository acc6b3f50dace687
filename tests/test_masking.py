"""Masking never leaks, and changes nothing else."""

import base64
import json
import pickle
import re
import threading
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from apirun.masking import Masker, is_secret_name

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0/+AQEF=\nend\n"

secrets = st.text(min_size=4, max_size=12)

# Few characters, so that secrets overlap, contain each other, and are
# completed by the asterisks themselves.
awkward = st.text(alphabet="ab*% 2\\", max_size=8)


def encoded(secret):
    """Write a secret in every form that a client may send or log."""
    percent = [quote(secret, safe=""), quote(secret), quote_plus(secret)]
    lower = [re.sub("%..", lambda found: found[0].lower(), text) for text in percent]
    by_requests = quote(secret, safe="!#$%&'()*+,/:;=?@[]~")
    as_json = [json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]]
    return [
        secret,
        *percent,
        *lower,
        by_requests,
        *as_json,
        *(text.replace("/", "\\/") for text in as_json),
        *(text.replace("&", "\\u0026") for text in as_json),
    ]


def touched(text, start, length):
    """Cut out the characters of a base64 text that hold bits of some bytes."""
    return text[8 * start // 6 : -(-8 * (start + length) // 6)]


@given(secret=secrets, before=st.text(max_size=5), after=st.text(max_size=5))
@example(secret="é/&\"' \n", before="", after="")
def test_no_form_survives(secret, before, after):
    """A secret in any of its forms, inside any text, is gone."""
    assume(secret.replace("*", "").strip())
    masker = Masker([secret])
    for form in encoded(secret):
        masked = masker.mask(before + form + after)

        assert not [each for each in encoded(secret) if each in masked]
        assert "***" in masked


@given(
    secret=secrets,
    before=st.binary(max_size=5),
    after=st.binary(max_size=5),
    encode=st.sampled_from([base64.standard_b64encode, base64.urlsafe_b64encode]),
)
@example(secret="\xbe\xfb\xef~", before=b"", after=b"", encode=base64.b64encode)
def test_no_base64_survives(secret, before, after, encode):
    """No character of a base64 text that holds bits of the secret is left."""
    assume(secret.replace("*", "").strip())
    data = secret.encode()
    text = encode(before + data + after).decode()
    hidden = touched(text, len(before), len(data))
    forms = [text, quote(text, safe=""), json.dumps(text).replace("/", "\\/")]

    for form in forms:
        masked = Masker([secret]).mask(form)

        assert "***" in masked
        assert hidden not in masked
        assert hidden[:-1] not in masked


@given(known=st.lists(awkward, max_size=4), text=st.lists(awkward).map("".join))
@example(known=["a***b", "XXXX"], text="aXXXXb")
@example(known=["*a*", "aaaa", "a"], text="*a*a aaaa*")
def test_masking_is_idempotent(known, text):
    """Masking twice is masking once, and no secret comes about by masking."""
    masker = Masker(known)

    masked = masker.mask(text)

    assert masked == masker.mask(masked)
    for secret in known:
        if len(secret) >= 4 and secret.replace("*", "").strip():
            assert secret not in masked


@given(known=st.lists(awkward, max_size=3), url=st.text(alphabet="ab:/?&=#;@*token"))
def test_masking_urls_is_idempotent(known, url):
    """Masking a URL twice is masking it once."""
    masker = Masker(known)

    masked = masker.mask_url(url)

    assert masked == masker.mask_url(masked)


@given(text=st.text())
def test_nothing_known_changes_nothing(text):
    """Without secrets the very text comes back."""
    assert text is Masker().mask(text)
    assert text is Masker([text], enabled=False).mask(text)


def test_overlapping_secrets_go_whole():
    """Of secrets that overlap, contain or follow each other nothing is left."""
    masker = Masker(["abcdX", "Xefgh", "abcdXefghij"])

    assert masker.mask("<abcdXefgh>") == "<***>"
    assert masker.mask("<abcdXefghij>") == "<***>"
    assert masker.mask("<abcdXXefgh>") == "<***>"


def test_base64_of_credentials():
    """The password in a Basic header is hidden, its neighbours only at the edge."""
    header = "Basic " + base64.b64encode(b"admin:s3cr3t-pw:tail").decode()

    masked = Masker(["s3cr3t-pw"]).mask(header)

    assert masked == "Basic YWRtaW4***nRhaWw="


def test_every_line_is_a_secret():
    """Of a key of several lines the whole and every longer line is hidden."""
    masker = Masker([PEM])

    assert masker.mask(PEM) == "***"
    assert masker.mask(json.dumps({"key": PEM})) == '{"key": "***"}'
    assert masker.mask("line 2: MIIEvQIBADANBg, end") == "line 2: ***, end"
    assert masker.mask(PEM.replace("\n", "\r\n").split("\r\n")[2]) == "***"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pin 42", "pin ***"),
        ('{"pin":"42","n":142}', '{"pin":"***","n":142}'),
        ("/042/42x/x_42", "/042/42x/x_42"),
        ("42", "***"),
        ("é %C3%A9=%c3%a9&x=a\\u00e9 éa", "*** ***=***&x=a\\u00e9 éa"),
    ],
)
def test_short_secrets_are_words(text, expected):
    """A secret of up to three characters is hidden only as a word of its own."""
    assert expected == Masker(["42", "é"]).mask(text)


@pytest.mark.parametrize("blank", ["", "  ", "***", "* *\n", "****"])
def test_blanks_are_no_secret(blank):
    """What holds nothing to hide is not looked for."""
    assert Masker([blank]).mask("a **** b") == "a **** b"


def test_values_inside_values():
    """Strings are masked wherever they stand; the rest stays what it is."""
    masker = Masker(["s3cret", "123456"])
    value = {"s3cret": [("a s3cret", 123456, 7, True, None, 1.5)], "b": {"c": []}}

    expected = {"***": [("a ***", "***", 7, True, None, 1.5)], "b": {"c": []}}
    assert expected == masker.mask_value(value)
    assert value is Masker().mask_value(value)


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "proxy-authorization", "Cookie", "SET-COOKIE"),
        *("X-Api-Key", "apikey", "X-Auth-Token", "X-Client-Secret"),
    ],
)
def test_secret_headers(name):
    """Headers that carry credentials are hidden whole, known or not."""
    headers = {name: "anything", "Accept": "a s3cret", "Host": "h"}

    expected = {name: "***", "Accept": "a ***", "Host": "h"}
    assert expected == Masker(["s3cret"]).mask_headers(headers)
    assert headers == Masker(["s3cret"], enabled=False).mask_headers(headers)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:pw@host:80/p?x=1#f", "https://me:***@host:80/p?x=1#f"),
        ("postgres://me:p@w:x@host/db", "postgres://me:***@host/db"),
        ("https://host/a:b@c", "https://host/a:b@c"),
        (
            "http://h/?Access_Token=a&page=2&api%5Fkey=b=c;secret=",
            "http://h/?Access_Token=***&page=2&api%5Fkey=***;secret=***",
        ),
        ("http://h/cb#id_token=x.y&state=1", "http://h/cb#id_token=***&state=1"),
        ("http://h/s3%2Fcret?q=s3/cret", "http://h/***?q=***"),
        ("/relative?token=x", "/relative?token=***"),
        ("", ""),
    ],
)
def test_urls(url, expected):
    """Passwords and secret parameters are hidden, the rest stays as written."""
    assert expected == Masker(["s3/cret"]).mask_url(url)
    assert url == Masker(["s3/cret"], enabled=False).mask_url(url)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DB_PASSWORD", True),
        ("db-passwd", True),
        ("clientSecret", True),
        ("access_token", True),
        ("api-key", True),
        ("ApiKey", True),
        ("private-key", True),
        ("aws_credentials", True),
        ("Authorization", True),
        ("vpc_id", False),
        ("key", False),
        ("", False),
    ],
)
def test_secret_names(name, expected):
    """A name is secret if it holds one of the words of the contract."""
    assert expected is is_secret_name(name)


def test_secrets_learnt_one_by_one():
    """A secret is hidden from the moment it is known, however many there are."""
    masker = Masker()
    for number in range(200):
        secret = f"secret-{number:04}!"
        assert secret in masker.mask(f"<{secret}>")
        masker.add(secret)
        assert masker.mask(f"<{secret}>") == "<***>"
    everything = " ".join(f"secret-{number:04}!" for number in range(200))

    assert masker.mask(everything) == " ".join(["***"] * 200)


def test_threads_share_a_masker():
    """Secrets that several threads add are all hidden afterwards."""
    masker = Masker()
    leaks = []

    def work(worker):
        for number in range(50):
            secret = f"{worker}-secret-{number}"
            masker.add(secret)
            if secret in masker.mask(f"a {secret} b"):
                leaks.append(secret)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not leaks
    assert masker.mask("0-secret-0 3-secret-49") == "*** ***"


def test_backslashes_do_not_explode():
    """A secret of backslashes is found, or not, at once."""
    masker = Masker(["\\" * 60 + "x", "%25" * 60 + "x", " " * 60 + "x"])

    for text in ("\\" * 5000, "%25" * 2000, " +%20" * 1000):
        assert text == masker.mask(text)


def test_huge_secrets():
    """A secret as long as an answer may be is hidden without being compiled."""
    secret = 'é"/ +' * 100_000
    masker = Masker([secret])

    for form in encoded(secret):
        assert masker.mask(f"<{form}>") == "<***>"
    inside = base64.b64encode(b"x" + secret.encode() + b"y").decode()
    assert masker.mask(inside) == "e***k="
    assert masker.mask(secret[:1000]) == secret[:1000]


def test_masker_travels():
    """A masker that went to another process knows what it knew."""
    masker = pickle.loads(pickle.dumps(Masker(["s3cret"])))

    assert masker.mask("s3cret") == "***"
