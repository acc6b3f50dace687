"""TLS settings: of the stage alone, wrong ones told before anything is sent."""

import shutil
import ssl
import subprocess
from contextlib import contextmanager

import pytest

from apirun.exceptions import AnswerLostError, NotSentError, UsageError
from apirun.testing import Reply, serve_api
from apirun.testing import failing as ways
from tests.http.test_client import client, post

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(not OPENSSL, reason="there is no command openssl")


def make_certificate(directory, name, host="127.0.0.1"):
    """Make a self-signed certificate and its key, and return their paths."""
    certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
    command = [
        *(OPENSSL, "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
        *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={name}"),
        *("-addext", f"subjectAltName=IP:{host}"),
        *("-out", str(certificate), "-keyout", str(key)),
    ]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return str(certificate), str(key)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"), "server")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"), "other", "127.0.0.9")


@contextmanager
def serve_tls(pair, *, client_ca="", highest=None):
    """Serve https with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    if highest is not None:
        context.maximum_version = highest
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    with serve_api(tls=context) as api:
        yield api


@needs_openssl
def test_an_unknown_certificate_is_refused(pair):
    """Nothing is sent to a server that can't prove who it is."""
    with serve_tls(pair) as api, client() as http:
        with pytest.raises(NotSentError, match=r"(?i)certificate"):
            http.send(post(f"{api.url}/users"))

        assert [] == api.lines


@needs_openssl
def test_ca_file_makes_a_certificate_known(pair):
    """A self-signed certificate is accepted when the stage names it."""
    with serve_tls(pair) as api, client(ca_file=pair[0]) as http:
        assert 201 == http.send(post(f"{api.url}/users")).status


@needs_openssl
def test_ca_file_checks_the_host_still(pair, other):
    """A certificate that is known, but made out to another host, is refused."""
    with serve_tls(other) as api, client(ca_file=other[0]) as http:
        with pytest.raises(NotSentError):
            http.send(post(f"{api.url}/users"))

        assert [] == api.lines


@needs_openssl
def test_ca_file_alone_is_trusted(pair, other):
    """With a ca_file, nothing else is accepted."""
    with serve_tls(pair) as api, client(ca_file=other[0]) as http:
        with pytest.raises(NotSentError):
            http.send(post(f"{api.url}/users"))

        assert [] == api.lines


@needs_openssl
def test_insecure_accepts_any_certificate_and_this_stage_alone(pair, recwarn):
    """One stage that does not check leaves another stage's checks alone."""
    with serve_tls(pair) as api, client(insecure=True) as lax, client() as strict:
        assert 201 == lax.send(post(f"{api.url}/users")).status
        with pytest.raises(NotSentError):
            strict.send(post(f"{api.url}/users"))

        assert 1 == len(api.lines)
    assert [] == list(recwarn)


@needs_openssl
def test_a_plain_proxy_variable_of_the_process_is_not_taken(pair, monkeypatch):
    """Neither proxies nor authorities come from the environment."""
    with ways.refused_url() as nobody:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, nobody)
        monkeypatch.setenv("ALL_PROXY", nobody)
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, pair[0])
        with serve_api() as api, client() as http:
            assert 201 == http.send(post(f"{api.url}/users")).status
        refused = pytest.raises(NotSentError, match=r"(?i)certificate")
        with serve_tls(pair) as api, client() as http, refused:
            http.send(post(f"{api.url}/users"))


@needs_openssl
def test_min_tls_version_refuses_older_servers(pair):
    """A server that speaks only what is too old is not spoken to."""
    with serve_tls(pair, highest=ssl.TLSVersion.TLSv1_2) as api:
        with client(ca_file=pair[0], min_tls_version="1.2") as http:
            assert 201 == http.send(post(f"{api.url}/users")).status
        with client(ca_file=pair[0], min_tls_version="1.3") as http, pytest.raises(
            NotSentError
        ):
            http.send(post(f"{api.url}/users"))

        assert 1 == len(api.lines)


@needs_openssl
def test_a_client_certificate_is_shown(pair, other):
    """A server that asks for a certificate gets the stage's."""
    with serve_tls(pair, client_ca=other[0]) as api:
        settings = {"ca_file": pair[0], "cert_file": other[0], "key_file": other[1]}
        with client(**settings) as http:
            assert 201 == http.send(post(f"{api.url}/users")).status
        with client(ca_file=pair[0]) as http, pytest.raises(
            (NotSentError, AnswerLostError)
        ):
            http.send(post(f"{api.url}/users"))

        assert 1 == len(api.lines)


@needs_openssl
def test_a_certificate_without_its_key_is_told(pair, other):
    """Files that do not belong together are refused before anything is sent."""
    with pytest.raises(UsageError, match=r"client\.cert_file"):
        client(cert_file=pair[0], key_file=other[1]).__enter__()


def test_a_file_that_is_not_there_is_told(tmp_path):
    """The message names the key and the file."""
    missing = str(tmp_path / "ca.pem")
    with pytest.raises(UsageError) as caught:
        client(ca_file=missing).__enter__()

    expected = (
        f"client.ca_file: {missing} can't be read: No such file or directory. "
        "Nothing was sent."
    )
    assert expected == str(caught.value)


def test_a_file_that_holds_no_certificate_is_told(tmp_path):
    """What is no PEM file is refused before anything is sent."""
    wrong = tmp_path / "ca.pem"
    wrong.write_text("no certificate")
    with pytest.raises(UsageError, match=r"client\.ca_file.*no PEM file"):
        client(ca_file=str(wrong)).__enter__()


def test_a_key_without_a_certificate_is_told(tmp_path):
    """A setting that could have no effect is refused."""
    with pytest.raises(UsageError, match=r"client\.key_file"):
        client(key_file=str(tmp_path / "a.key")).__enter__()


def test_versions_that_exclude_each_other_are_told():
    """A lowest version above the highest is refused."""
    with pytest.raises(UsageError, match="no version is both"):
        client(min_tls_version="1.3", max_tls_version="1.2").__enter__()


def test_plain_text_where_tls_is_expected_is_not_sent():
    """A server without TLS gets nothing of a request."""
    with serve_api() as api, client() as http:
        with pytest.raises(NotSentError):
            http.send(post(f"https{api.url[4:]}/users"))

        assert [] == api.lines


def test_a_handshake_that_stalls_ends_at_the_timeout():
    """A server that says nothing to a handshake got no request."""

    def silent(peer):
        peer.read_byte()
        peer.wait()

    with ways.serve_failing(silent) as api, client() as http, pytest.raises(
        NotSentError
    ):
        http.send(post(f"https{api.url[4:]}/users", timeout_s=0.3))


def test_the_proxy_of_the_stage_is_taken():
    """With a proxy the whole URL is asked of it."""
    with serve_api() as proxy, client(proxy=proxy.url) as http:
        proxy.reply("GET", "/users", Reply(200, [7]))
        response = http.send(post("http://api.example/users", method="GET", body=None))

        assert b"[7]" == response.body
        assert "api.example" == proxy.last.headers["host"]
