"""What can be typed after ``mailbell``; each command's code is imported when it is chosen."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tray import __version__
from tray.cli.exit_codes import USAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LOG_LEVELS = ("debug", "info", "warning", "error")


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one sentence that ends with what to do."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with exit code 2."""
        text = message[:1].upper() + message[1:]
        self.exit(USAGE, f"mailbell: {text}. Try '{self.prog} --help'.\n")


def _late(name: str) -> Callable[[argparse.Namespace], int]:
    """The function ``module:function`` of this package, imported when it is called."""
    module, function = name.split(":")

    def run(arguments: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"tray.cli.{module}"), function)(arguments)
        return code

    return run


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return number


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 527_040:  # noqa: PLR2004 -- a year, said in the message
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes from 1 to 527040 (a year)")
    return minutes


def _fingerprint(text: str) -> str:
    from tray.mail.certificate import fingerprint

    try:
        return fingerprint(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no SHA-256 fingerprint of 64 hexadecimal digits"
        ) from None


def _common() -> _Parser:
    common = _Parser(add_help=False)
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


def build() -> argparse.ArgumentParser:
    """The whole parser."""
    common = _common()
    parser = _Parser(prog="mailbell", description="Tells of new mail from the tray.", parents=[common])
    parser.add_argument("--version", action="version", version=f"mailbell {__version__}")
    parser.add_argument(
        "--demo", action="store_true", help="run on a throw-away profile with an embedded demo mail server"
    )
    parser.set_defaults(run=_late("notifier:run"))
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", parser_class=_Parser)

    def command(name: str, target: str, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text, parents=[common])
        added.set_defaults(run=_late(target))
        return added

    subjects = command("subjects", "subjects:run", "print the newest subjects, newest first, and exit")
    subjects.add_argument("--account", metavar="NAME", help="which account (needed where there are several)")
    subjects.add_argument("--mailbox", metavar="M", default="INBOX", help="which mailbox (default: INBOX)")
    subjects.add_argument(
        "-n", type=_whole_number(1, 1000), default=20, dest="count", help="how many (default: 20)"
    )
    subjects.add_argument("--json", action="store_true", help="print JSON instead of lines")

    _account(commands, common)

    status = command("status", "remote:status", "ask the running Mailbell how it is doing")
    status.add_argument("--json", action="store_true", help="print JSON instead of lines")
    command("check", "remote:check", "have the running Mailbell look for mail now")
    pause = command("pause", "remote:pause", "pause the running Mailbell")
    pause.add_argument(
        "minutes", metavar="MINUTES", nargs="?", type=_minutes, help="for how long (default: until resumed)"
    )
    command("resume", "remote:resume", "end the pause")
    command("quit", "remote:leave", "end the running Mailbell")
    return parser


def _account(commands: argparse._SubParsersAction[_Parser], common: _Parser) -> None:
    text = "add, list, remove and check accounts"
    account = commands.add_parser("account", help=text, description=text, parents=[common])
    kinds = account.add_subparsers(metavar="WHAT", dest="what", required=True, parser_class=_Parser)

    def kind(name: str, target: str, text: str) -> argparse.ArgumentParser:
        added = kinds.add_parser(name, help=text, description=text, parents=[common])
        added.set_defaults(run=_late(target))
        return added

    add = kind("add", "account_add:run", "add an account; it is tested first")
    add.add_argument("--email", metavar="E", required=True, help="mail address")
    add.add_argument("--name", metavar="N", help="what to call it (default: from the address)")
    add.add_argument("--user", metavar="U", help="user name (default: the address)")
    add.add_argument("--host", metavar="H", help="server (default: it is looked for)")
    add.add_argument(
        "--ask-thunderbird",
        action="store_true",
        help="look for the server in Thunderbird's public database, too, which so learns the address's domain",
    )
    add.add_argument(
        "--port", metavar="P", type=_whole_number(1, 65535), help="port (default: as found; 993, or 143)"
    )
    add.add_argument("--security", choices=("tls", "starttls", "none"), help="default: as found; tls")
    add.add_argument("--allow-cleartext", action="store_true", help="allow --security none for any host")
    add.add_argument(
        "--ca-file", metavar="F", type=Path, help="trust the roots in this PEM file, and no others"
    )
    add.add_argument(
        "--pin",
        metavar="SHA256",
        type=_fingerprint,
        help="trust the certificate with this fingerprint, and no other",
    )
    add.add_argument("--webmail", metavar="URL", default="", help="address that opens the mail in a browser")
    secret = add.add_mutually_exclusive_group()
    secret.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    secret.add_argument("--password-command", metavar="C", help="a command that prints the password")
    add.add_argument(
        "--token", action="store_true", help="the secret is an OAuth2 access token, not a password"
    )
    add.add_argument(
        "--insecure-secret-file",
        action="store_true",
        help="keep the secret readable in a file (needs --profile)",
    )
    add.add_argument("--no-check", action="store_true", help="add it without testing it")
    listing = kind("list", "accounts:list_accounts", "list the accounts")
    listing.add_argument("--json", action="store_true", help="print JSON instead of lines")
    remove = kind("remove", "accounts:remove", "remove an account and its secret; no mail is deleted")
    remove.add_argument("name", metavar="NAME")
    check = kind("check", "accounts:check", "test an account step by step")
    check.add_argument("name", metavar="NAME", nargs="?", help="which (default: all)")
    check.add_argument(
        "--pin",
        metavar="SHA256",
        type=_fingerprint,
        help="from now on trust the certificate with this fingerprint, and no other, if the test goes well",
    )


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments as a namespace with `run`, `profile` (None for the user's own) and `log_level`."""
    parser = build()
    arguments = parser.parse_args(argv)
    arguments.profile = getattr(arguments, "profile", None)
    arguments.log_level = getattr(arguments, "log_level", "warning")
    if arguments.demo and arguments.command is not None:
        parser.error("--demo starts the notifier and goes with no command")
    if arguments.demo and arguments.profile is not None:
        parser.error("--demo has a throw-away profile of its own, so --profile does not go with it")
    return arguments
