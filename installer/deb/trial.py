"""The package on each clean Debian: installed from a signed repository, used, replaced, removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dev import chroot, venv
from dev.talk import Stop, say

from deb import repository, systems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOOLS = "xvfb dbus gnome-keyring dovecot-imapd python3-jeepney python3-cryptography"
_SOURCES = "etc/apt/sources.list.d/mailbell.sources"
_SESSION = """
install -d -o anna -m 700 /run/anna && cd /mnt/checkout &&
runuser -u anna -- env -i HOME=/home/anna PATH=/usr/bin:/bin LANG=C.UTF-8 XDG_RUNTIME_DIR=/run/anna \\
    PYTHONDONTWRITEBYTECODE=1 dbus-run-session -- python3 -m installer.deb.session {what}
"""
# Root's part in it: the newer package comes while the program runs.
_WHEN_ASKED = """
{{ until [ -e /tmp/upgrade-now ]; do sleep 1; done; {upgrade} && touch /tmp/upgraded; }} & {session}
"""
# It has to fail, and for this reason.
_REFUSED = """
cd /tmp && if said=$({command} 2>&1); then echo "$said"; exit 1; fi; echo "$said" | grep -iE '{reason}'
"""
_UPDATE = "apt-get update -o APT::Update::Error-Mode=any"
_NOT_SIGNED = "not signed|NO_PUBKEY|Missing key|BADSIG|signatures? .*invalid|Bad signature|clearsigned"
_ELSEWHERE = (
    "proc",
    "sys",
    "dev",
    "run",
    "tmp",
    "mnt",
    "srv",
    "home",
    "var/cache/apt",
    "var/lib/apt",
    "var/log",
)


def run(package: Path, before: Sequence[Path] = (), kept: Path | None = None) -> None:
    """Try `package` on every release, as a new installation and over each of the packages `before`.

    A package of before that a release cannot install is tried on the others. `kept` as in `systems.clean`. Raises
    Stop at the first thing that is not as it should be.
    """
    chroot.prepare()
    tried: set[Path] = set()
    for release in chroot.RELEASES:
        with tempfile.TemporaryDirectory(prefix="mailbell-repository-") as scratch:
            Path(scratch).chmod(0o755)
            folder = Path(scratch, "repository")
            repository.make(folder, [package], Path(scratch, "gnupg"), url="file:/srv/mailbell")
            with systems.clean(release, kept) as system:
                _prepare(system)
                _try_refusals(system, folder)
                _try_new(system, folder)
            for old in before:
                with systems.clean(release, kept) as system:
                    _prepare(system)
                    if _try_upgrade(system, folder, old):
                        tried.add(old)
    untried = [old.name for old in before if old not in tried]
    if untried:
        raise Stop(f"No release could install this package, so there was no upgrade: {', '.join(untried)}")


def _prepare(system: systems.System) -> None:
    system.must("useradd --create-home anna && apt-get update -qq")


def _try_refusals(system: systems.System, folder: Path) -> None:
    """Apt takes nothing that the key did not sign."""
    say(f"Debian {system.release}: a repository that somebody changed is refused")
    package = next((folder / "pool").rglob("*.deb")).relative_to(folder)
    with tempfile.TemporaryDirectory(prefix="mailbell-other-") as scratch:
        other = repository.make(
            Path(scratch, "other"), [folder / package], Path(scratch, "gnupg"), url="file:/srv/mailbell"
        )
        shutil.copyfile(other, system.path / _SOURCES)
    _refuses(system, folder, _UPDATE, _NOT_SIGNED)
    shutil.copyfile(folder / "mailbell.sources", system.path / _SOURCES)
    with _changed(
        folder, Path("dists", "stable", "InRelease"), b"Label: Mailbell", b"Label: Mailball"
    ) as bad:
        _refuses(system, bad, _UPDATE, _NOT_SIGNED)
    system.must(_UPDATE, {"/srv/mailbell": folder})
    with _changed(folder, package, b"debian-binary", b"debian-canary") as bad:
        _refuses(system, bad, "apt-get download mailbell", "Hash Sum mismatch|unexpected size")


def _try_new(system: systems.System, folder: Path) -> None:
    shared = {"/srv/mailbell": folder, "/mnt/checkout": venv.ROOT}
    say(f"Debian {system.release}: apt-get install mailbell")
    system.apt("install mailbell", "--no-install-recommends", shared)
    system.must("mailbell --version")
    system.must(
        "apt-get install -qq --simulate mailbell gnome-keyring notification-daemon >/dev/null", shared
    )
    system.apt(f"install {_TOOLS}", "--no-install-recommends", shared)
    say(f"Debian {system.release}: the demo")
    system.must(_SESSION.format(what="demo"), shared)
    say(f"Debian {system.release}: a mail from a server")
    system.must(_SESSION.format(what="mail"), shared)
    _try_removal(system)


def _try_upgrade(system: systems.System, folder: Path, old: Path) -> bool:
    """Whether the package `old` could be installed there at all; raises Stop where the upgrade fails."""
    shared = {"/srv/mailbell": folder, "/mnt/checkout": venv.ROOT, "/mnt/old": old.resolve().parent}
    package = f"/mnt/old/{old.name}"
    if system.run(f"apt-get install -qq --simulate {package} >/dev/null 2>&1", shared) != 0:
        say(f"Debian {system.release} has not what {old.name} depends on")
        return False
    say(f"Debian {system.release}: upgrade from {old.name} while it runs")
    system.apt(f"install {_TOOLS} {package}", "--no-install-recommends", shared)
    shutil.copyfile(folder / "mailbell.sources", system.path / _SOURCES)
    upgrade = (
        f"{_UPDATE} -qq && apt-get upgrade -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends --with-new-pkgs"
    )
    session = _SESSION.format(what="upgrade")
    system.must(_WHEN_ASKED.format(upgrade=upgrade, session=session), shared)
    _try_removal(system)
    return True


def _try_removal(system: systems.System) -> None:
    """Nothing is left of the package; the user's own files are."""
    say(f"Debian {system.release}: remove and purge")
    listed = (system.path / "var/lib/dpkg/info/mailbell.list").read_text().split("\n")
    system.apt("remove mailbell")
    system.apt("purge mailbell")
    others = {
        line
        for file in (system.path / "var/lib/dpkg/info").glob("*.list")
        for line in file.read_text().split("\n")
    }
    left = [name for name in listed if name not in others and (system.path / name[1:]).exists()]
    left += [
        f"/{path.relative_to(system.path)}" for path in _everywhere(system) if "mailbell" in path.name.lower()
    ]
    left = [name for name in left if name != f"/{_SOURCES}"]
    if left:
        raise Stop(f"After the purge this is left on Debian {system.release}: {' '.join(left)}")
    if not (system.path / "home/anna/.config/mailbell/settings.toml").is_file():
        raise Stop(f"The purge took the user's settings on Debian {system.release}.")


def _everywhere(system: systems.System) -> Iterator[Path]:
    """All that lies on the system but in homes and in the places of apt and of what comes and goes."""
    for folder, folders, files in os.walk(system.path):
        inside = Path(folder)
        folders[:] = [
            name for name in folders if (inside / name).relative_to(system.path).as_posix() not in _ELSEWHERE
        ]
        yield from (inside / name for name in (*folders, *files))


def _refuses(system: systems.System, folder: Path, command: str, reason: str) -> None:
    system.must(_REFUSED.format(command=command, reason=reason), {"/srv/mailbell": folder})


@contextlib.contextmanager
def _changed(folder: Path, name: Path, old: bytes, new: bytes) -> Iterator[Path]:
    """A copy of the repository in which one file was changed."""
    with tempfile.TemporaryDirectory(prefix="mailbell-changed-") as scratch:
        copy = Path(scratch, "repository")
        shutil.copytree(folder, copy)
        Path(scratch).chmod(0o755)
        content = (copy / name).read_bytes()
        if old not in content:
            raise Stop(f"{name} has no {old!r} that could be changed.")
        (copy / name).write_bytes(content.replace(old, new, 1))
        yield copy
