"""Parsing of the command line: commands that are imported when they are chosen, value types, common options."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tray import __version__
from tray.cli.exit_codes import USAGE
from tray.i18n import tr, translate_library_texts

if TYPE_CHECKING:
    from collections.abc import Callable

LOG_LEVELS = ("debug", "info", "warning", "error")


class Parser(argparse.ArgumentParser):
    """An argument parser whose error message is a sentence with advice."""

    def error(self, message: str) -> NoReturn:
        """Print the message and exit with code 2."""
        text = tr("{message}. Try '{command} --help'.").format(
            message=message[:1].upper() + message[1:], command=self.prog
        )
        self.exit(USAGE, f"mailbell: {text}\n")


class Commands:
    """The commands of one level; the code of each is imported when it is chosen."""

    def __init__(
        self, parser: argparse.ArgumentParser, common: Parser, metavar: str, *, required: bool
    ) -> None:
        """Subcommands of `parser`, which all have the options of `common`, too."""
        self._common = common
        self._subparsers = parser.add_subparsers(
            metavar=metavar, dest=metavar.lower(), required=required, parser_class=Parser
        )

    def add(self, name: str, target: str, text: str) -> argparse.ArgumentParser:
        """A command that calls the function ``module:function`` of this package."""
        parser = self._parser(name, text)
        parser.set_defaults(run=lazy_command(target))
        return parser

    def group(self, name: str, text: str) -> Commands:
        """A command with subcommands."""
        return Commands(self._parser(name, text), self._common, "WHAT", required=True)

    def _parser(self, name: str, text: str) -> argparse.ArgumentParser:
        return self._subparsers.add_parser(name, help=text, description=text, parents=[self._common])


def lazy_command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function ``module:function`` of this package, imported when it is called."""
    module, function = name.split(":")

    def run(arguments: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"tray.cli.{module}"), function)(arguments)
        return code

    return run


def bar_format(text: str) -> str:
    """An argparse type: a format of `tray.mail.presentation.bar_formats`."""
    from tray.mail.presentation.bar_formats import check_format

    try:
        return check_format(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """An argparse type: whole numbers from `low` to `high`."""

    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(
                tr("{text!r} is not a whole number from {low} to {high}").format(
                    text=text, low=low, high=high
                )
            )
        return int(text)

    return number


def minutes(text: str) -> float:
    """An argparse type: a number of minutes."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 527_040:  # noqa: PLR2004 -- a year, as in the message
        raise argparse.ArgumentTypeError(
            tr("{text!r} is not a number of minutes from 1 to 527040 (a year)").format(text=text)
        )
    return value


def sha256(text: str) -> str:
    """An argparse type: the fingerprint of a certificate."""
    from tray.mail.model.certificate import fingerprint

    try:
        return fingerprint(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            tr("{text!r} is no SHA-256 fingerprint of 64 hexadecimal digits").format(text=text)
        ) from None


def common_options() -> Parser:
    """The options of every command."""
    common = Parser(add_help=False)
    common.add_argument(
        "--profile",
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help=tr("keep settings, state, logs and secrets apart, in this folder"),
    )
    common.add_argument(
        "--log-level",
        metavar="L",
        choices=LOG_LEVELS,
        default=argparse.SUPPRESS,
        help=tr("how much is logged: debug, info, warning (default) or error"),
    )
    return common


def program(common: Parser, **options: Any) -> Parser:
    """The parser of the notifier, without commands."""
    translate_library_texts()  # those of argparse
    parser = Parser(
        prog="mailbell",
        description=tr("Shows new mail in the tray."),
        epilog=tr("If something does not work, “mailbell doctor” looks at everything and says what to do."),
        parents=[common],
        **options,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"mailbell {__version__}",
        help=tr("show the program's version and exit"),
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help=tr("run on a throw-away profile with an embedded demo mail server"),
    )
    parser.set_defaults(run=lazy_command("start:run"), command=None)
    return parser
