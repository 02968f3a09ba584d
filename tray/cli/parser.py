"""The parts of which the parsers of all commands are made."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tray.cli.exit_codes import USAGE

if TYPE_CHECKING:
    from collections.abc import Callable

LOG_LEVELS = ("debug", "info", "warning", "error")


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one sentence that ends with what to do."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with exit code 2."""
        text = message[:1].upper() + message[1:]
        self.exit(USAGE, f"mailbell: {text}. Try '{self.prog} --help'.\n")


class Commands:
    """The commands of one level; each one's code is imported when it is chosen."""

    def __init__(
        self, parser: argparse.ArgumentParser, common: Parser, metavar: str, *, required: bool
    ) -> None:
        """Commands behind `parser`, which all have the options of `common` as well."""
        dest = metavar.lower()
        self._common = common
        self._kinds = parser.add_subparsers(
            metavar=metavar, dest=dest, required=required, parser_class=Parser
        )

    def add(self, name: str, target: str, text: str) -> argparse.ArgumentParser:
        """A command that is done by the function ``module:function`` of this package."""
        added = self._parser(name, text)
        added.set_defaults(run=late(target))
        return added

    def group(self, name: str, text: str) -> Commands:
        """A command that has commands of its own."""
        return Commands(self._parser(name, text), self._common, "WHAT", required=True)

    def _parser(self, name: str, text: str) -> argparse.ArgumentParser:
        return self._kinds.add_parser(name, help=text, description=text, parents=[self._common])


def late(name: str) -> Callable[[argparse.Namespace], int]:
    """The function ``module:function`` of this package, imported when it is called."""
    module, function = name.split(":")

    def run(arguments: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"tray.cli.{module}"), function)(arguments)
        return code

    return run


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Whole numbers within bounds, for argparse."""

    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return number


def minutes(text: str) -> float:
    """A number of minutes, for argparse."""
    try:
        given = float(text)
    except ValueError:
        given = 0.0
    if not 0 < given <= 527_040:  # noqa: PLR2004 -- a year, said in the message
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes from 1 to 527040 (a year)")
    return given


def sha256(text: str) -> str:
    """A fingerprint, for argparse."""
    from tray.mail.certificate import fingerprint

    try:
        return fingerprint(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no SHA-256 fingerprint of 64 hexadecimal digits"
        ) from None


def common_options() -> Parser:
    """The options of every command."""
    common = Parser(add_help=False)
    common.add_argument(
        "--profile",
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help="keep settings, state, logs and secrets apart, in this folder",
    )
    common.add_argument(
        "--log-level",
        metavar="L",
        choices=LOG_LEVELS,
        default=argparse.SUPPRESS,
        help="how much is logged: debug, info, warning (default) or error",
    )
    return common
