"""``mailbell doctor``: prints what was found, or writes a report for an issue."""

from __future__ import annotations

import getpass
import logging
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.cli.doctor.examination import Examination, examine
from tray.cli.doctor.finding import problems
from tray.cli.doctor.report.issue import report
from tray.cli.doctor.report.printing import on_terminal, record
from tray.cli.exit_codes import DONE, OTHER, USAGE, CommandFailed
from tray.cli.terminal import print_json
from tray.i18n import in_english, system_reason, tr, trn

if TYPE_CHECKING:
    import argparse

ISSUES = "https://github.com/mailbell/mailbell/issues"


def run(arguments: argparse.Namespace) -> int:
    """Look at everything and print it; 1 where there is a problem."""
    from tray.desktop.storage.paths import planned

    logging.getLogger().addHandler(
        logging.NullHandler()
    )  # else warnings of its parts stand between the lines
    paths = planned(arguments.profile)
    target = _target(arguments.report) if arguments.report is not None else None
    if sys.stderr.isatty():
        print(tr("Looking at everything; this takes some seconds…"), file=sys.stderr)

    def look() -> Examination:
        return examine(paths, limit=arguments.timeout, offline=arguments.offline, toast=arguments.toast)

    found = look() if arguments.report is None else in_english(look)
    failed = problems(found.groups)
    if arguments.report is not None:
        _write(target, in_english(lambda: _report(found, keep_names=arguments.with_names)))
        if target is not None:
            _say_where(target, failed)
    elif arguments.json:
        print_json(record(found.groups))
    else:
        print(on_terminal(found.groups, shutil.get_terminal_size().columns))
        print(
            tr("For an issue or for whoever helps, “mailbell doctor --report” writes all this without names.")
        )
    sys.stdout.flush()
    return OTHER if failed else DONE


def _target(name: str) -> Path | None:
    """The file to write; None for standard output. Raises `CommandFailed` before anything is looked at."""
    if name == "-":
        return None
    path = Path(name or time.strftime("mailbell-report-%Y%m%d-%H%M%S.txt")).expanduser().absolute()
    if os.path.lexists(path):
        raise CommandFailed(
            tr("{file} is there already. Choose another name for the report.").format(file=path), USAGE
        )
    return path


def _report(found: Examination, *, keep_names: bool) -> str:
    from tray.cli.doctor.report.anonymous import Anonymous
    from tray.desktop.storage.shipped_tables import shipped_providers

    providers = shipped_providers()
    user = ""
    with suppress(OSError, KeyError, ImportError):
        user = getpass.getuser()
    clean = Anonymous(
        found.accounts,
        secrets=[secret for test in found.tests for secret in test.used],
        is_public=lambda name: bool(providers.by_host(name) or providers.by_domain(name)),
        home=str(Path("~").expanduser()),
        user=user,
        computer=os.uname().nodename if hasattr(os, "uname") else "",
        keep_names=keep_names,
    )
    return report(found.groups, clean)


def _write(target: Path | None, text: str) -> None:
    if target is None:
        print(text, end="")
        return
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise CommandFailed(
            tr(
                "The report cannot be written to {file}: {reason}. Choose another place: --report FILE."
            ).format(file=target, reason=system_reason(error))
        ) from None


def _say_where(target: Path, failed: int) -> None:
    print(
        trn(
            "The report is in {file}; it names {n} problem.",
            "The report is in {file}; it names {n} problems.",
            failed,
        ).format(file=target, n=failed)
    )
    print(
        tr("It has no passwords in it. Look through it, then attach it to an issue: {url}").format(url=ISSUES)
    )
