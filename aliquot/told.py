"""Telling a person: a short message when something needs one, a weekly one when all is well, and a heartbeat.

A message goes to a webhook, by mail, or both. The heartbeat is a ping to an outside service that raises its voice when
the ping stays away, so that silence is noticed too. Nothing here can fail a night: what cannot be sent is logged, and
is sent the next night.

Secrets (addresses that are passwords, and passwords) come from the environment or from one file that only its owner
can read. They are shown nowhere, and child processes do not inherit them.
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import stat
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from http.client import HTTPException
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from aliquot import nightlog
from aliquot.errors import CommandError, ExitCode
from aliquot.verdicts import Need, Verdict

STATE = "told.json"
PREFIX = "ALIQUOT_"
SECRETS = ("webhook_url", "heartbeat_url", "smtp_password")
SECRETS_FILE = f"{PREFIX}SECRETS_FILE"
DAYS_BETWEEN_WEEKLY = 7
SECONDS_TO_ANSWER = 30.0
PAUSES = (2.0, 10.0)
"""Seconds before the second and the third try."""

LINES_AT_MOST = 12
CHARACTERS_A_LINE = 300
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class TellError(CommandError):
    """A setting of telling that cannot be used; names it, never its value."""


class Telling(BaseModel):
    """Whom to tell, and how. Each field is an environment variable ``ALIQUOT_...``; secrets may stand in a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    webhook_url: SecretStr | None = Field(default=None, description="gets {text, content, ...} as JSON by POST")
    heartbeat_url: SecretStr | None = Field(default=None, description="pinged after each night that published")
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str | None = None
    mail_to: str | None = None

    @field_validator("webhook_url", "heartbeat_url")
    @classmethod
    def _an_address_that_keeps_its_secret(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        parts = urlsplit(url.get_secret_value())
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("must begin with https:, for the address is a secret")
        if not parts.hostname:
            raise ValueError("has no host")
        return url

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Telling:
        if self.smtp_host and not (self.mail_from and self.mail_to):
            raise ValueError("smtp_host: mail needs ALIQUOT_MAIL_FROM and ALIQUOT_MAIL_TO too")
        if self.smtp_password and self.smtp_security == "none" and self.smtp_host not in LOOPBACK:
            raise ValueError("smtp_security: a password is not sent in clear")
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for hiding them in logs."""
        found = (self.webhook_url, self.heartbeat_url, self.smtp_password)
        return tuple(each.get_secret_value() for each in found if each)

    @property
    def reaches_somebody(self) -> bool:
        """Whether a message would go anywhere."""
        return bool(self.webhook_url or self.smtp_host)


def read_telling(environment: MutableMapping[str, str]) -> Telling:
    """The settings from the environment and from the file of secrets that it names.

    Secrets are taken out of ``environment``, so that no child process gets them. Raises :class:`TellError`.
    """
    named = environment.get(SECRETS_FILE)
    values: dict[str, Any] = dict(read_secrets(Path(named))) if named else {}
    for name in Telling.model_fields:
        key = f"{PREFIX}{name.upper()}"
        value = environment.pop(key, "") if name in SECRETS else environment.get(key, "")
        if value:
            values[name] = value
    try:
        return Telling.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise TellError(f"{PREFIX}{field.upper()} {message}" if field else f"{PREFIX}{message}") from None


def read_secrets(file: Path) -> Mapping[str, str]:
    """Secrets from a TOML file that belongs to us or to root and that nobody else can read.

    Raises :class:`TellError` naming the file and what is wrong with it, never a value.
    """
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as opened:
            found = os.fstat(opened.fileno())
            _check_owner(file, found)
            table = tomllib.loads(opened.read().decode("utf-8"))
    except OSError as error:
        raise TellError(f"{file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise TellError(f"{file}: is no TOML file") from None
    for name, value in table.items():
        if name not in SECRETS:
            raise TellError(f"{file}: {name}: is none of {', '.join(SECRETS)}")
        if not isinstance(value, str):
            raise TellError(f"{file}: {name}: must be a text")
    return table


def _check_owner(file: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise TellError(f"{file}: is no plain file")
    if found.st_uid not in {os.geteuid(), 0}:
        raise TellError(f"{file}: belongs to somebody else")
    if found.st_mode & 0o077:
        raise TellError(f"{file}: others can read it; run: chmod 600 {file}")


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads: a subject, a few lines, and where to see more."""

    subject: str
    lines: tuple[str, ...]
    weekly: bool = False
    keys: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Subject and lines, as a chat shows them."""
        return "\n".join((self.subject, *self.lines))


@dataclass(frozen=True, slots=True)
class NightSummary:
    """What telling needs to know of a night.

    ``problems`` kept the release from being published; ``held`` is what a guard held back, a sentence by source.
    """

    run: str
    today: date
    exit_code: ExitCode
    problems: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    live: int | None = None
    address: str | None = None
    rules_changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class State(BaseModel):
    """What was told already: needs by key with the day, and the day of the last weekly message."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    told: dict[str, date] = {}
    weekly: date | None = None


def read_state(file: Path) -> State:
    """The kept state; an empty one where there is none, or where it is damaged (somebody is told once more)."""
    try:
        return State.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return State()
    except (ValidationError, OSError) as error:
        nightlog.warn("told.state_damaged", file=str(file), reason=type(error).__name__)
        return State()


def write_state(file: Path, state: State) -> None:
    """Keep the state, in one step."""
    waiting = file.with_name(f".{file.name}.{os.getpid()}")
    waiting.write_text(state.model_dump_json(indent=2) + "\n", encoding="utf-8")
    waiting.replace(file)


def needs_of(night: NightSummary) -> dict[str, tuple[str, ...]]:
    """Everything that needs a person, by a key that stays the same from night to night, with its lines."""
    found: dict[str, tuple[str, ...]] = {}
    if night.exit_code >= ExitCode.NOT_PUBLISHED:
        reasons = night.problems or ("The night ended before it could publish.",)
        found["not_published"] = ("Not published; the site is as it was.", *reasons[:3])
    for key, sentence in night.held.items():
        found[f"held:{key}"] = (sentence,)
    for verdict in night.verdicts:
        if verdict.need in (Need.ACT, Need.REST) and verdict.source not in night.held:
            key = f"{verdict.need}:{verdict.source}:{verdict.cause}"
            found[key] = (verdict.sentence, f"  {verdict.action}")
    for url, names in night.rules_changed.items():
        found[f"rule:{url}"] = (
            f"A page that rules were read from has changed: {url}",
            f"  Read it, then set the figures and read_on of {', '.join(names)}.",
        )
    return found


def message_for(night: NightSummary, state: State) -> Message | None:
    """The message of a night, or ``None`` where there is none: a need is told once, then weekly while it lasts."""
    needs = needs_of(night)
    fresh = [key for key in needs if key not in state.told]
    weekly = state.weekly is None or (night.today - state.weekly).days >= DAYS_BETWEEN_WEEKLY
    if not fresh and not weekly:
        return None
    read = sum(verdict.need is Need.NOTHING for verdict in night.verdicts)
    counted = f"{read} of {len(night.verdicts)} sources read"
    if night.live is not None:
        counted += f", {night.live} listings live"
    if not needs:
        return Message("Aliquot: all is well", (f"{counted}.", *_where(night)), weekly=True)
    told = list(needs) if weekly else fresh
    lines = [_plain(line) for key in told for line in needs[key]]
    if len(lines) > LINES_AT_MOST:
        lines = [*lines[:LINES_AT_MOST], f"... and {len(lines) - LINES_AT_MOST} more lines on the status page."]
    count = len(told)
    subject = f"Aliquot: {count} thing{'s' if count != 1 else ''} need{'s' if count == 1 else ''} you"
    return Message(subject, (*lines, f"{counted}.", *_where(night)), weekly=weekly, keys=tuple(told))


def _plain(line: str) -> str:
    """A line as harmless text: words of a page may stand in it, and a chat gives some characters a meaning."""
    shown = "".join(character if character.isprintable() else " " for character in line)
    return shown.replace("<", "‹").replace(">", "›")[:CHARACTERS_A_LINE]


def _where(night: NightSummary) -> tuple[str, ...]:
    return (f"{night.address}status/",) if night.address else ()


def state_after(night: NightSummary, message: Message | None, state: State) -> State:
    """The state after a message was delivered: what is over is forgotten, so that it is told anew if it comes back."""
    needs = needs_of(night)
    told = {key: day for key, day in state.told.items() if key in needs}
    if message is None:
        return State(told=told, weekly=state.weekly)
    told.update({key: night.today for key in message.keys if key in needs})
    return State(told=told, weekly=night.today if message.weekly else state.weekly)


def tell(night: NightSummary, telling: Telling, home: Path, pauses: Sequence[float] = PAUSES) -> tuple[str, ...]:
    """Send what a night has to say, and ping. Gives back what could not be sent, one sentence each; never raises."""
    file = home / STATE
    state = read_state(file)
    message = message_for(night, state)
    failures: list[str] = []
    if message is not None and telling.reaches_somebody:
        failures += deliver(message, telling, night.run, pauses)
    elif message is not None:
        nightlog.note("told.nobody_to_tell", subject=message.subject)
    if not failures:
        try:
            write_state(file, state_after(night, message, state))
        except OSError as error:
            failures.append(f"{file} could not be written: {error.strerror}")
    if telling.heartbeat_url and night.exit_code <= ExitCode.SOURCE_FAILED:
        failures += _tried("heartbeat", lambda: ping(telling), pauses)
    for failure in failures:
        nightlog.warn("told.failed", reason=failure)
    return tuple(failures)


def deliver(message: Message, telling: Telling, run: str, pauses: Sequence[float] = PAUSES) -> list[str]:
    """Send one message by every way that is set; gives back the failures in words."""
    failures: list[str] = []
    if telling.webhook_url:
        failures += _tried("webhook", lambda: post(message, telling, run), pauses)
    if telling.smtp_host:
        failures += _tried("mail", lambda: mail(message, telling, run), pauses)
    return failures


def _tried(what: str, send: Callable[[], None], pauses: Sequence[float]) -> Iterable[str]:
    """Try to send, again after each pause. A failure is told by its kind: an error's text may hold the address."""
    reason = ""
    for pause in (*pauses, None):
        try:
            send()
        except urllib.error.HTTPError as error:
            error.close()
            reason = f"answered {error.code}"
        except (OSError, HTTPException, smtplib.SMTPException) as error:
            reason = _kind_of(error)
        else:
            nightlog.note(f"told.{what}")
            return ()
        if pause is not None:
            time.sleep(pause)
    return (f"{what}: {reason}",)


def _kind_of(error: Exception) -> str:
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        return _kind_of(error.reason)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answered {error.smtp_code}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the secret to an address that nobody chose."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _send(request: urllib.request.Request) -> None:
    opener = urllib.request.build_opener(_NoRedirect)
    with opener.open(request, timeout=SECONDS_TO_ANSWER) as answer:
        answer.read(1024)


def post(message: Message, telling: Telling, run: str) -> None:
    """POST a message to the webhook. ``text`` and ``content`` are what chat services show."""
    if telling.webhook_url is None:
        return
    document = {
        "text": message.text,
        "content": message.text,
        "subject": message.subject,
        "lines": list(message.lines),
        "weekly": message.weekly,
        "run": run,
        "allowed_mentions": {"parse": []},
    }
    _send(
        urllib.request.Request(  # noqa: S310 - the operator's own address, checked to be https
            telling.webhook_url.get_secret_value(),
            data=json.dumps(document).encode(),
            headers={"Content-Type": "application/json", "User-Agent": "Aliquot"},
            method="POST",
        )
    )


def ping(telling: Telling) -> None:
    """Ask the heartbeat's address, which takes that for a sign of life."""
    if telling.heartbeat_url is not None:
        address = telling.heartbeat_url.get_secret_value()
        _send(urllib.request.Request(address, headers={"User-Agent": "Aliquot"}))  # noqa: S310 - as above


def mail(message: Message, telling: Telling, run: str) -> None:
    """Send a message as plain text by SMTP."""
    if telling.smtp_host is None:
        return
    letter = EmailMessage()
    letter["Subject"] = message.subject
    letter["From"] = telling.mail_from
    letter["To"] = telling.mail_to
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Aliquot-Run"] = run
    letter.set_content("\n".join(message.lines) + "\n")
    context = ssl.create_default_context()
    if telling.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            telling.smtp_host, telling.smtp_port, timeout=SECONDS_TO_ANSWER, context=context
        )
    else:
        server = smtplib.SMTP(telling.smtp_host, telling.smtp_port, timeout=SECONDS_TO_ANSWER)
    with server:
        if telling.smtp_security == "starttls":
            server.starttls(context=context)
        if telling.smtp_user and telling.smtp_password:
            server.login(telling.smtp_user, telling.smtp_password.get_secret_value())
        server.send_message(letter)
