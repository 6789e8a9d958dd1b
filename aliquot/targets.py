"""Where a published release goes beyond this machine's own ``current``: a folder, another machine, a forge's artifact.

A release gets here only after it was verified and published. Sample data is refused everywhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from aliquot.errors import CommandError, ExitCode

SETTING = "ALIQUOT_PUBLISH_TO"
OURS = "status.json"
"""What tells that a folder holds a site of ours, and may be replaced by the next one."""

DESTINATION = re.compile(r"[A-Za-z0-9_./~][A-Za-z0-9_.@:/~+-]*")
RSYNC_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """A folder of a web server on this machine; it becomes a copy of the release."""

    folder: Path

    def problem(self) -> str | None:
        """Why it could not be published to, or ``None``."""
        parent = self.folder.parent
        if not parent.is_dir():
            return f"there is no folder {parent}"
        if not os.access(parent, os.W_OK | os.X_OK):
            return f"{parent} may not be written"
        if self.folder.is_symlink() or (self.folder.exists() and not self.folder.is_dir()):
            return f"{self.folder} is no folder"
        if self.folder.is_dir() and any(self.folder.iterdir()) and not (self.folder / OURS).is_file():
            return f"{self.folder} holds something else than a site of Aliquot; name a new folder"
        return None

    def deliver(self, release: Path) -> None:
        """Copy beside, then swap: a visitor meets the old site or the new one."""
        fresh = self.folder.with_name(f".{self.folder.name}.new")
        former = self.folder.with_name(f".{self.folder.name}.old")
        for leftover in (fresh, former):
            if leftover.exists():
                shutil.rmtree(leftover)
        shutil.copytree(release, fresh)
        if self.folder.exists():
            self.folder.rename(former)
        try:
            fresh.rename(self.folder)
        except OSError:
            if former.exists():
                former.rename(self.folder)
            raise
        if former.exists():
            shutil.rmtree(former)


@dataclass(frozen=True, slots=True)
class RsyncTarget:
    """A folder on another machine, by rsync; how to sign in there is ssh's own matter."""

    destination: str

    def problem(self) -> str | None:
        """Why it could not be published to, or ``None``; the other machine is not asked."""
        return None if shutil.which("rsync") else "this machine has no rsync"

    def deliver(self, release: Path) -> None:
        """Send what differs; new files take their place all together at the end."""
        rsync = shutil.which("rsync")
        if rsync is None:
            raise CommandError("this machine has no rsync", ExitCode.NOT_PUBLISHED)
        # By content: a page that was made anew within the same second, with the same size, would be passed over.
        exact = ("--archive", "--checksum", "--no-owner", "--no-group")
        options = (*exact, "--delay-updates", "--delete-delay", "--timeout=120")
        order = [rsync, *options, "--", f"{release}/", self.destination]
        done = subprocess.run(  # noqa: S603 - fixed words; the destination was checked
            order, capture_output=True, text=True, timeout=RSYNC_SECONDS, check=False
        )
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
            raise CommandError(f"rsync: {last[0]}", ExitCode.NOT_PUBLISHED)


@dataclass(frozen=True, slots=True)
class ArtifactTarget:
    """A tar file as forges want it for their pages: plain files and folders, no links."""

    file: Path

    def problem(self) -> str | None:
        """Why it could not be written, or ``None``."""
        parent = self.file.parent
        return None if parent.is_dir() and os.access(parent, os.W_OK) else f"{parent} may not be written"

    def deliver(self, release: Path) -> None:
        """Write the tar file in one step. Equal releases make equal files."""
        waiting = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        with tarfile.open(waiting, "w", dereference=True) as archive:
            for path in (release, *sorted(release.rglob("*"))):
                name = "./" + str(path.relative_to(release)) if path != release else "."
                member = archive.gettarinfo(path, name)
                # Files that are hard links of each other are stored whole: a forge refuses links.
                member.type = tarfile.DIRTYPE if path.is_dir() else tarfile.REGTYPE
                member.linkname = ""
                member.size = 0 if path.is_dir() else path.stat().st_size
                member.mtime = member.uid = member.gid = 0
                member.uname = member.gname = ""
                member.mode = 0o755 if path.is_dir() else 0o644
                if path.is_dir():
                    archive.addfile(member)
                else:
                    with path.open("rb") as content:
                        archive.addfile(member, content)
        waiting.replace(self.file)


Target = FolderTarget | RsyncTarget | ArtifactTarget


def read_target(text: str) -> Target:
    """A target from ``folder:/srv/www/ce``, ``rsync:host:/srv/www/ce`` or ``artifact:/tmp/site.tar``.

    Raises :class:`CommandError` for anything else.
    """
    kind, colon, rest = text.partition(":")
    if not colon or not rest:
        raise CommandError(f"{SETTING} takes folder:PATH, rsync:DESTINATION or artifact:FILE, not {text!r}")
    if kind == "rsync":
        if not DESTINATION.fullmatch(rest):
            raise CommandError(f"{SETTING}: {rest!r} is no destination like host:/srv/www/ce")
        return RsyncTarget(rest)
    path = Path(rest).expanduser()
    if not path.is_absolute() or len(path.parts) < 3:
        raise CommandError(f"{SETTING}: {rest!r} is no full path with at least two parts")
    if kind == "folder":
        return FolderTarget(path)
    if kind == "artifact":
        return ArtifactTarget(path)
    raise CommandError(f"{SETTING} takes folder:, rsync: or artifact:, not {kind!r}")


def deliver(text: str | None, release: Path, *, sample: bool) -> str | None:
    """Bring a release to the target that the setting names, and give back its words; ``None`` where none is named.

    Raises :class:`CommandError` with exit status 3 where it cannot be delivered, and for sample data.
    """
    if text is None:
        return None
    if sample:
        raise CommandError("sample data is published on this machine only", ExitCode.NOT_PUBLISHED)
    target = read_target(text)
    problem = target.problem()
    if problem is not None:
        raise CommandError(f"{SETTING}: {problem}", ExitCode.NOT_PUBLISHED)
    try:
        target.deliver(release)
    except (OSError, subprocess.SubprocessError, tarfile.TarError) as error:
        raise CommandError(f"{SETTING}: {error}", ExitCode.NOT_PUBLISHED) from error
    return text
