"""Telling: real HTTP and real SMTP on loopback, secrets that stay secret, and nobody told twice."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aliquot import nightlog, told
from aliquot.errors import ExitCode
from aliquot.told import Message, NightSummary, State, TellError, Telling, message_for, read_telling, tell
from aliquot.verdicts import Need, Verdict
from catalog.spool import Cause

TODAY = date(2026, 11, 22)
NO_PAUSES: tuple[float, ...] = ()
BROKEN = Verdict("labce", "LabCE", Need.ACT, Cause.LAYOUT, 1, TODAY, "40 things were read and none could be used")
RESTING = Verdict("adlm", "ADLM", Need.REST, Cause.DNS, 5, TODAY - timedelta(days=4))
WAITING = Verdict("aphl", "APHL", Need.WAIT, Cause.TIMEOUT, 1, TODAY)
FINE = Verdict("cdc", "CDC", Need.NOTHING)


@dataclass
class Listener:
    """A real HTTP server that keeps what it was sent and answers with the statuses it was given, then with 200."""

    port: int = 0
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T0/verysecrettoken"


@pytest.fixture
def listener() -> Iterator[Listener]:
    kept = Listener()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            kept.asked.append((self.command, self.path, self.rfile.read(length)))
            status = kept.statuses.pop(0) if kept.statuses else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.1:{kept.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _answer  # noqa: N815 - the base class's names

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Postbox:
    """What a real SMTP server was handed."""

    port: int
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, _server: object, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        self.envelopes.append(envelope)
        return "250 kept"

    def authenticate(
        self, _server: object, _session: object, _envelope: object, _how: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"correct horse", handled=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost with its key, made for this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "localhost.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def postbox(certificate: Path) -> Iterator[Postbox]:
    """An SMTP server that wants STARTTLS and a login."""
    kept = Postbox(free_port())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    controller = Controller(
        kept,
        hostname="127.0.0.1",
        port=kept.port,
        tls_context=context,
        require_starttls=True,
        authenticator=kept.authenticate,
        auth_required=True,
    )
    controller.start()
    yield kept
    controller.stop()


def night(
    *verdicts: Verdict, today: date = TODAY, exit_code: ExitCode = ExitCode.GOOD, problems: tuple[str, ...] = ()
) -> NightSummary:
    return NightSummary("r1", today, exit_code, problems, {}, verdicts, 42, "https://ce.lab.example/")


def telling_to(listener: Listener, *, heartbeat: bool = False) -> Telling:
    values = {"ALIQUOT_WEBHOOK_URL": listener.address}
    if heartbeat:
        values["ALIQUOT_HEARTBEAT_URL"] = f"http://127.0.0.1:{listener.port}/ping/verysecretuuid"
    return read_telling(values)


KNOWN = State(weekly=TODAY - timedelta(days=1))


def test_a_quiet_night_within_the_week_tells_nobody() -> None:
    assert message_for(night(FINE, WAITING), KNOWN) is None


def test_the_first_night_and_then_every_week_say_that_all_is_well() -> None:
    first = message_for(night(FINE), State())
    assert first is not None
    assert first.subject == "Aliquot: all is well"
    assert "1 of 1 sources read, 42 listings live." in first.lines
    after = told.state_after(night(FINE), first, State())
    days = [TODAY + timedelta(days=number) for number in range(1, 15)]
    spoken = []
    for day in days:
        message = message_for(night(FINE, today=day), after)
        after = told.state_after(night(FINE, today=day), message, after)
        if message is not None:
            spoken.append(day)
    assert spoken == [TODAY + timedelta(days=7), TODAY + timedelta(days=14)]


def test_a_source_that_needs_somebody_is_told_at_once_with_one_action() -> None:
    message = message_for(night(BROKEN, FINE, exit_code=ExitCode.SOURCE_FAILED), KNOWN)
    assert message is not None
    assert message.subject == "Aliquot: 1 thing needs you"
    assert message.lines[0].startswith("LabCE: ")
    assert "aliquot sources try" in message.lines[1]
    assert message.lines[-1] == "https://ce.lab.example/status/"


def test_the_same_need_is_told_once_and_again_when_it_comes_back() -> None:
    failing = night(BROKEN, exit_code=ExitCode.SOURCE_FAILED)
    state = told.state_after(failing, message_for(failing, KNOWN), KNOWN)
    assert message_for(failing, state) is None
    mended = told.state_after(night(FINE), message_for(night(FINE), state), state)
    assert message_for(failing, mended) is not None


def test_a_need_that_lasts_stands_in_the_weekly_message() -> None:
    failing = replace(night(RESTING, exit_code=ExitCode.SOURCE_FAILED), today=TODAY + timedelta(days=6))
    state = State(told={"rest:adlm:dns": TODAY}, weekly=TODAY - timedelta(days=1))
    message = message_for(failing, state)
    assert message is not None
    assert message.weekly
    assert any("aliquot sources rest adlm" in line for line in message.lines)


def test_a_night_that_did_not_publish_says_why() -> None:
    message = message_for(night(exit_code=ExitCode.NOT_PUBLISHED, problems=("o/x/: links nowhere",)), KNOWN)
    assert message is not None
    assert message.lines[:2] == ("Not published; the site is as it was.", "o/x/: links nowhere")


def test_words_of_a_page_cannot_ring_everybody_or_break_a_line() -> None:
    hostile = "<!channel> click\r\nBcc: all@lab.example\x00" + "x" * 5000
    message = message_for(night(exit_code=ExitCode.NOT_PUBLISHED, problems=(hostile,)), KNOWN)
    assert message is not None
    assert not any(character in line for line in message.lines for character in "<>\r\n\0")
    assert max(map(len, message.lines)) <= told.CHARACTERS_A_LINE


def test_a_webhook_gets_the_message_as_json(listener: Listener, tmp_path: Path) -> None:
    failures = tell(night(BROKEN, exit_code=ExitCode.SOURCE_FAILED), telling_to(listener), tmp_path, NO_PAUSES)
    assert failures == ()
    [(method, path, raw)] = listener.asked
    assert (method, path) == ("POST", "/services/T0/verysecrettoken")
    document = json.loads(raw)
    assert document["text"].startswith("Aliquot: 1 thing needs you\nLabCE: ")
    assert document["text"] == document["content"]
    assert document["run"] == "r1"


def test_what_could_not_be_sent_is_sent_the_next_night(listener: Listener, tmp_path: Path) -> None:
    listener.statuses = [500]
    failing = night(BROKEN, exit_code=ExitCode.SOURCE_FAILED)
    assert tell(failing, telling_to(listener), tmp_path, NO_PAUSES) == ("webhook: answered 500",)
    assert tell(failing, telling_to(listener), tmp_path, NO_PAUSES) == ()
    assert len(listener.asked) == 2
    assert tell(failing, telling_to(listener), tmp_path, NO_PAUSES) == ()
    assert len(listener.asked) == 2


def test_a_second_try_is_made(listener: Listener, tmp_path: Path) -> None:
    listener.statuses = [503]
    assert tell(night(FINE), telling_to(listener), tmp_path, (0.01,)) == ()
    assert len(listener.asked) == 2


def test_a_redirect_is_not_followed_with_the_secret(listener: Listener, tmp_path: Path) -> None:
    listener.statuses = [302]
    assert tell(night(FINE), telling_to(listener), tmp_path, NO_PAUSES) == ("webhook: answered 302",)
    assert [path for _, path, _ in listener.asked] == ["/services/T0/verysecrettoken"]


@pytest.mark.parametrize(("exit_code", "pings"), [(0, 1), (1, 1), (3, 0)])
def test_the_heartbeat_beats_only_after_a_night_that_published(
    listener: Listener, tmp_path: Path, exit_code: int, pings: int
) -> None:
    told.write_state(tmp_path / told.STATE, KNOWN)
    tell(night(FINE, exit_code=ExitCode(exit_code)), telling_to(listener, heartbeat=True), tmp_path, NO_PAUSES)
    assert [path for method, path, _ in listener.asked if method == "GET"] == ["/ping/verysecretuuid"] * pings


def test_mail_goes_out_encrypted_and_signed_in(
    postbox: Postbox, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    telling = read_telling(mail_settings(postbox, "correct horse"))
    failures = tell(night(BROKEN, exit_code=ExitCode.SOURCE_FAILED), telling, tmp_path, NO_PAUSES)
    assert failures == ()
    assert postbox.logins == [("aliquot", "correct horse")]
    [envelope] = postbox.envelopes
    assert envelope.rcpt_tos == ["ann@lab.example"]
    raw = envelope.content
    assert isinstance(raw, bytes)
    letter = message_from_bytes(raw)
    assert letter["Subject"] == "Aliquot: 1 thing needs you"
    assert "aliquot sources try" in letter.get_payload()


def test_a_server_with_a_strange_certificate_gets_no_password(postbox: Postbox, tmp_path: Path) -> None:
    telling = read_telling(mail_settings(postbox, "correct horse"))
    [failure] = tell(night(FINE), telling, tmp_path, NO_PAUSES)
    assert failure.startswith("mail: ")
    assert postbox.logins == []


def test_a_wrong_password_is_told_by_the_servers_number(
    postbox: Postbox, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    telling = read_telling(mail_settings(postbox, "wrong"))
    assert tell(night(FINE), telling, tmp_path, NO_PAUSES) == ("mail: answered 535",)


def mail_settings(postbox: Postbox, password: str) -> dict[str, str]:
    return {
        "ALIQUOT_SMTP_HOST": "localhost",
        "ALIQUOT_SMTP_PORT": str(postbox.port),
        "ALIQUOT_SMTP_USER": "aliquot",
        "ALIQUOT_SMTP_PASSWORD": password,
        "ALIQUOT_MAIL_FROM": "aliquot@lab.example",
        "ALIQUOT_MAIL_TO": "ann@lab.example",
    }


def test_secrets_leave_the_environment_before_any_child_starts() -> None:
    environment = {"ALIQUOT_WEBHOOK_URL": "https://hooks.lab.example/s3cret", "ALIQUOT_SMTP_HOST": "", "PATH": "/bin"}
    telling = read_telling(environment)
    assert telling.secrets == ("https://hooks.lab.example/s3cret",)
    assert environment == {"ALIQUOT_SMTP_HOST": "", "PATH": "/bin"}


def test_a_file_of_secrets_is_read_where_only_its_owner_can(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text('heartbeat_url = "https://beat.lab.example/s3cret"\n', encoding="utf-8")
    file.chmod(0o600)
    assert read_telling({"ALIQUOT_SECRETS_FILE": str(file)}).secrets == ("https://beat.lab.example/s3cret",)


def loosen(file: Path) -> None:
    file.chmod(0o640)


def link(file: Path) -> None:
    file.rename(file.with_name("real.toml"))
    file.symlink_to("real.toml")


def misname(file: Path) -> None:
    file.write_text('password = "s3cret"\n', encoding="utf-8")


def spoil(file: Path) -> None:
    file.write_text('heartbeat_url = "s3cret', encoding="utf-8")


def weaken(file: Path) -> None:
    file.write_text('heartbeat_url = "http://beat.lab.example/s3cret"\n', encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (loosen, "chmod 600"),
        (link, "symbolic links"),
        (misname, "password: is none of"),
        (spoil, "no TOML"),
        (weaken, "ALIQUOT_HEARTBEAT_URL must begin with https:"),
        (Path.unlink, "No such file"),
    ],
)
def test_a_file_of_secrets_that_cannot_be_trusted_is_refused(
    tmp_path: Path, harm: Callable[[Path], None], words: str
) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text('heartbeat_url = "https://beat.lab.example/s3cret"\n', encoding="utf-8")
    file.chmod(0o600)
    harm(file)
    with pytest.raises(TellError, match=words) as refusal:
        read_telling({"ALIQUOT_SECRETS_FILE": str(file)})
    assert "s3cret" not in str(refusal.value)


def test_a_failing_webhook_leaves_its_address_out_of_every_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"http://127.0.0.1:{free_port()}/services/verysecrettoken"
    telling = read_telling({"ALIQUOT_WEBHOOK_URL": address})
    with nightlog.kept(tmp_path, "r1", telling.secrets) as file:
        logging.getLogger("some.library").warning("could not reach %s", address)
        failures = tell(night(FINE), telling, tmp_path, NO_PAUSES)
    assert failures == ("webhook: Connection refused",)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert {line["run"] for line in lines} == {"r1"}
    assert {"told.failed", "could not reach [hidden]"} <= {line["event"] for line in lines}
    assert "verysecrettoken" not in file.read_text(encoding="utf-8") + "".join(capsys.readouterr())


def test_a_damaged_state_tells_once_more_and_is_mended(listener: Listener, tmp_path: Path) -> None:
    (tmp_path / told.STATE).write_text("{half", encoding="utf-8")
    assert tell(night(FINE), telling_to(listener), tmp_path, NO_PAUSES) == ()
    assert len(listener.asked) == 1
    assert told.read_state(tmp_path / told.STATE).weekly == TODAY


def test_a_message_can_be_sent_as_a_test(listener: Listener) -> None:
    message = Message("Aliquot: a test", ("It works.",))
    assert told.deliver(message, telling_to(listener), "test", NO_PAUSES) == []
    assert json.loads(listener.asked[0][2])["subject"] == "Aliquot: a test"


def test_mail_without_addresses_is_refused_by_name() -> None:
    with pytest.raises(TellError, match="ALIQUOT_MAIL_TO"):
        read_telling({"ALIQUOT_SMTP_HOST": "mail.lab.example"})
