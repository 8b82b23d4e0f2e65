"""A server is believed only with a certificate that is valid, for its host, and signed by a CA."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newscrawler.exit_codes import ExitCode
from tests.listeners import Authority, Knocks, context_of, speaking_tls
from tests.newsroom import Newsroom, opened
from tests.unattended import Ended, Workplace

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made_in(tmp_path_factory.mktemp("ca"))


def valid(authority: Authority, folder: Path) -> ssl.SSLContext:
    return context_of(authority.ca.issue_cert("127.0.0.1"))


def expired(authority: Authority, folder: Path) -> ssl.SSLContext:
    return context_of(authority.ca.issue_cert("127.0.0.1", not_after=YESTERDAY))


def not_yet_valid(authority: Authority, folder: Path) -> ssl.SSLContext:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return context_of(authority.ca.issue_cert("127.0.0.1", not_before=tomorrow))


def of_another_host(authority: Authority, folder: Path) -> ssl.SSLContext:
    return context_of(authority.ca.issue_cert("courier.example"))


def of_an_unknown_authority(authority: Authority, folder: Path) -> ssl.SSLContext:
    return context_of(trustme.CA().issue_cert("127.0.0.1"))


def with_a_missing_link(authority: Authority, folder: Path) -> ssl.SSLContext:
    """The server does not send the certificate that signed its own."""
    leaf = authority.ca.create_child_ca().issue_cert("127.0.0.1")
    lone = folder / "leaf.pem"
    lone.write_bytes(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(lone)
    return context


def self_signed(authority: Authority, folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(YESTERDAY)
        .not_valid_after(YESTERDAY + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    file = folder / "self.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def old(version: ssl.TLSVersion) -> Callable[[Authority, Path], ssl.SSLContext]:
    def make(authority: Authority, folder: Path) -> ssl.SSLContext:
        context = valid(authority, folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # which is why it is tested
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = version
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context

    return make


REFUSED = {
    "expired": (expired, "bad_certificate"),
    "not yet valid": (not_yet_valid, "bad_certificate"),
    "of another host": (of_another_host, "bad_certificate"),
    "of an unknown authority": (of_an_unknown_authority, "bad_certificate"),
    "with a missing link": (with_a_missing_link, "bad_certificate"),
    "self-signed": (self_signed, "bad_certificate"),
    "TLS 1.0": (old(ssl.TLSVersion.TLSv1), "tls_failed"),
    "TLS 1.1": (old(ssl.TLSVersion.TLSv1_1), "tls_failed"),
}


@pytest.fixture(scope="module")
def refused(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Ended, dict[str, tuple[Newsroom, Knocks]]]]:
    """One crawl that starts from all of them."""
    folder = tmp_path_factory.mktemp("refused")
    with ExitStack() as stack:
        rooms = {
            name: stack.enter_context(speaking_tls(make(authority, folder)))
            for name, (make, _) in REFUSED.items()
        }
        urls = ",".join(room.listing for room, _ in rooms.values())
        first = next(iter(rooms.values()))[0]
        # They are one host on eight ports, of which seven failures are borne.
        work = Workplace(folder, first, "-a", f"url={urls}", "-s", "NEWSCRAWLER_HOST_FAILURES=100")
        yield work.crawl(SSL_CERT_FILE=str(authority.file)), rooms


@pytest.mark.parametrize("name", REFUSED)
def test_a_server_is_not_believed_whose_certificate_is(
    name: str, refused: tuple[Ended, dict[str, tuple[Newsroom, Knocks]]]
) -> None:
    ended, rooms = refused
    room, knocks = rooms[name]
    assert room.visits == []
    assert f"cannot start: {room.listing}: {REFUSED[name][1]}" in ended.stderr
    # robots.txt and the page: neither is asked for again, where Scrapy asks three times.
    assert 1 <= knocks.number <= 2
    assert knocks.failed == knocks.number


def test_a_crawl_that_reaches_no_trusted_server_says_so(
    refused: tuple[Ended, dict[str, tuple[Newsroom, Knocks]]],
) -> None:
    ended, _ = refused
    assert ended.code == ExitCode.NOTHING_REACHABLE, ended.told
    assert ended.report["opt_outs"] == []


def test_an_authority_of_ones_own_is_named_by_the_environment(
    authority: Authority, tmp_path: Path
) -> None:
    with speaking_tls(valid(authority, tmp_path)) as (room, _):
        work = Workplace(tmp_path / "work", room)
        ended = work.crawl(SSL_CERT_FILE=str(authority.file))
    assert ended.code == ExitCode.COMPLETE, ended.told
    assert ended.report["pages"]["new"] == 2
    assert "not verified" not in ended.stdout + ended.stderr


def test_who_switches_verification_off_is_told_so_each_time(
    authority: Authority, tmp_path: Path
) -> None:
    with speaking_tls(self_signed(authority, tmp_path)) as (room, _):
        work = Workplace(tmp_path / "work", room, "-s", "DOWNLOAD_VERIFY_CERTIFICATES=0")
        ended = work.crawl()
    assert ended.code == ExitCode.COMPLETE, ended.told
    told = "certificates are not verified: DOWNLOAD_VERIFY_CERTIFICATES is off"
    assert ended.report["opt_outs"] == [told]
    assert told in ended.stdout.splitlines()


def test_a_handshake_that_stalls_ends_with_the_time_of_a_page(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf, opened(Newsroom(1)) as room:
        room.listing = f"https://127.0.0.1:{deaf.getsockname()[1]}/series/"
        knocks: list[socket.socket] = []
        listening = threading.Thread(target=take_all, args=(deaf, knocks), daemon=True)
        listening.start()
        limits = ("-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=0")
        ended = Workplace(tmp_path, room, *limits).crawl()
    assert ended.code == ExitCode.NOTHING_REACHABLE, ended.told
    assert f"cannot start: {room.listing}: robots_unreachable" in ended.stderr
    assert knocks


def take_all(deaf: socket.socket, knocks: list[socket.socket]) -> None:
    """Take connections and say nothing, until the socket is closed."""
    try:
        while True:
            knocks.append(deaf.accept()[0])
    except OSError:
        return
