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
        added.set_defaults(run=lazy_command(target))
        return added

    def group(self, name: str, text: str) -> Commands:
        """A command that has commands of its own."""
        return Commands(self._parser(name, text), self._common, "WHAT", required=True)

    def _parser(self, name: str, text: str) -> argparse.ArgumentParser:
        return self._kinds.add_parser(name, help=text, description=text, parents=[self._common])


def lazy_command(name: str) -> Callable[[argparse.Namespace], int]:
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
    from tray.mail.model.certificate import fingerprint

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


def account(commands: Commands) -> None:
    """Add the commands for accounts to `commands`."""
    kinds = commands.group(
        "account", "add, take over, list, remove and check accounts, and choose their folders"
    )
    _add(kinds.add("add", "account.add:run", "add an account; it is tested first"))
    _import(kinds.add("import", "account.import_accounts:run", "take over accounts that other programs have"))
    again = kinds.add(
        "sign-in",
        "account.sign_in:run",
        "sign in with the provider (OAuth2) for an account that is there; where the browser is on another computer, "
        "the address at which it ends can be pasted",
    )
    again.add_argument("name", metavar="NAME")
    _sign_in(again)
    listing = kinds.add("list", "account.accounts:list_accounts", "list the accounts")
    listing.add_argument("--json", action="store_true", help="print JSON instead of lines")
    change = kinds.add(
        "set", "account.edit:run", "change settings of an account, such as muted=yes or port=1993"
    )
    change.add_argument("name", metavar="NAME")
    change.add_argument(
        "settings",
        metavar="KEY=VALUE",
        nargs="+",
        help="as in the settings file; entries of a list have semicolons between them",
    )
    _proxy_password(change)
    remove = kinds.add(
        "remove", "account.accounts:remove", "remove an account and its secret; no mail is deleted"
    )
    remove.add_argument("name", metavar="NAME")
    folders = kinds.add(
        "folders",
        "account.folders:list_folders",
        "list the folders of an account, those that are watched marked",
    )
    folders.add_argument(
        "name", metavar="NAME", nargs="?", help="which account (needed where there are several)"
    )
    folders.add_argument("--json", action="store_true", help="print JSON instead of lines")
    for name, text in (
        ("watch", "watch more folders of an account"),
        ("unwatch", "no longer watch some folders"),
    ):
        changing = kinds.add(name, f"account.folders:{name}", text)
        changing.add_argument("name", metavar="NAME")
        changing.add_argument("folders", metavar="FOLDER", nargs="+", help="as 'account folders' prints it")
    check = kinds.add("check", "account.accounts:check", "test an account step by step")
    check.add_argument("name", metavar="NAME", nargs="?", help="which (default: all)")
    check.add_argument(
        "--pin",
        metavar="SHA256",
        type=sha256,
        help="from now on trust the certificate with this fingerprint, and no other, if the test goes well",
    )
    check.add_argument(
        "--report", action="store_true", help="print a report without passwords that can be sent to others"
    )


def _add(add: argparse.ArgumentParser) -> None:
    who = add.add_mutually_exclusive_group(required=True)
    who.add_argument("--email", metavar="E", help="mail address")
    who.add_argument(
        "--online-account",
        metavar="ID",
        help="one of the desktop's online accounts (GNOME), by id or address; see 'account import --list'",
    )
    add.add_argument("--name", metavar="N", help="what to call it (default: from the address)")
    add.add_argument("--user", metavar="U", help="user name (default: the address)")
    add.add_argument("--host", metavar="H", help="server (default: it is looked for)")
    add.add_argument(
        "--ask-thunderbird",
        action="store_true",
        help="look for the server in Thunderbird's public database, too, which so learns the address's domain",
    )
    add.add_argument(
        "--port", metavar="P", type=whole_number(1, 65535), help="port (default: as found; 993, or 143)"
    )
    add.add_argument("--security", choices=("tls", "starttls", "none"), help="default: as found; tls")
    add.add_argument("--allow-cleartext", action="store_true", help="allow --security none for any host")
    add.add_argument(
        "--ca-file", metavar="F", type=Path, help="trust the roots in this PEM file, and no others"
    )
    add.add_argument(
        "--pin",
        metavar="SHA256",
        type=sha256,
        help="trust the certificate with this fingerprint, and no other",
    )
    add.add_argument("--webmail", metavar="URL", default="", help="address that opens the mail in a browser")
    secret = add.add_mutually_exclusive_group()
    secret.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    secret.add_argument("--password-command", metavar="C", help="a command that prints the password")
    _way(add)
    add.add_argument(
        "--token", action="store_true", help="the secret is an OAuth2 access token, not a password"
    )
    add.add_argument(
        "--insecure-secret-file",
        action="store_true",
        help="keep the secret readable in a file (needs --profile)",
    )
    secret.add_argument(
        "--sign-in", action="store_true", help="sign in with the provider (OAuth2) in the browser"
    )
    _sign_in(add)
    add.add_argument("--no-check", action="store_true", help="add it without testing it")
    add.add_argument(
        "--mailbox",
        metavar="M",
        action="append",
        dest="mailboxes",
        help="a folder to watch; may be repeated (default: INBOX)",
    )


def _sign_in(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--oauth", metavar="ID", help="with whom (default: whoever signs in for the server)")
    parser.add_argument(
        "--device", action="store_true", help="sign in by a code that is typed in any browser, on any device"
    )


def _way(add: argparse.ArgumentParser) -> None:
    """The way to the server, and who we are there."""
    add.add_argument(
        "--proxy",
        metavar="URL",
        help="connect through it: socks5://[user@]host:port, http://[user@]host:port or tor; "
        "its password is asked for, or is the second line with --password-stdin",
    )
    _proxy_password(add)
    add.add_argument(
        "--client-certificate", metavar="F", type=Path, help="show the server this certificate (PEM)"
    )
    add.add_argument(
        "--client-key", metavar="F", type=Path, help="its key, where it is in a file of its own (PEM)"
    )
    add.add_argument(
        "--login",
        choices=("password", "token", "certificate"),
        help="what proves who one is (default: password); a certificate needs no password",
    )


def _proxy_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--proxy-password-stdin",
        action="store_true",
        help="read the password of the account's proxy from standard input",
    )


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", help="which, by name or address")
    parser.add_argument(
        "--from",
        dest="origin",
        choices=("online-accounts", "thunderbird", "mbsync", "goimapnotify", "geary", "mailnag"),
        help="look at this program only (default: all of them)",
    )
    parser.add_argument("--list", action="store_true", help="only say what there is, as without a NAME")
    parser.add_argument("--all", action="store_true", help="all that are not here already")
    parser.add_argument(
        "--yes",
        action="store_true",
        help="agree to the commands that print passwords there, without being asked",
    )


def build() -> argparse.ArgumentParser:
    """The whole parser."""
    common = common_options()
    parser = Parser(prog="mailbell", description="Tells of new mail from the tray.", parents=[common])
    parser.add_argument("--version", action="version", version=f"mailbell {__version__}")
    parser.add_argument(
        "--demo", action="store_true", help="run on a throw-away profile with an embedded demo mail server"
    )
    parser.set_defaults(run=lazy_command("start:run"))
    commands = Commands(parser, common, "COMMAND", required=False)

    subjects = commands.add("subjects", "subjects:run", "print the newest subjects, newest first, and exit")
    subjects.add_argument("--account", metavar="NAME", help="which account (needed where there are several)")
    subjects.add_argument("--mailbox", metavar="M", default="INBOX", help="which mailbox (default: INBOX)")
    subjects.add_argument(
        "-n", type=whole_number(1, 1000), default=20, dest="count", help="how many (default: 20)"
    )
    subjects.add_argument("--json", action="store_true", help="print JSON instead of lines")

    account(commands)
    _oauth(commands)

    status = commands.add("status", "running_instance:status", "ask the running Mailbell how it is doing")
    status.add_argument("--json", action="store_true", help="print JSON instead of lines")
    commands.add("check", "running_instance:check", "have the running Mailbell look for mail now")
    pause = commands.add("pause", "running_instance:pause", "pause the running Mailbell")
    pause.add_argument(
        "minutes", metavar="MINUTES", nargs="?", type=minutes, help="for how long (default: until resumed)"
    )
    commands.add("resume", "running_instance:resume", "end the pause")
    commands.add("quit", "running_instance:leave", "end the running Mailbell")
    return parser


def _oauth(commands: Commands) -> None:
    kinds = commands.group("oauth", "set, list and remove the client ids with which one signs in (OAuth2)")

    change = kinds.add(
        "set", "account.oauth_clients:set_client", "keep a client id, or describe a server of one's own"
    )
    change.add_argument("id", metavar="ID", help="such as google or microsoft, or a new name")
    change.add_argument("--client-id", metavar="C", help="by which the provider knows the program")
    change.add_argument(
        "--client-secret-stdin", action="store_true", help="read the client secret from standard input"
    )
    for option, text in (
        ("name", "what people call it"),
        ("authorize", "address of the authorisation endpoint"),
        ("token", "address of the token endpoint"),
        ("device", "address of the device authorisation endpoint"),
        ("redirect", "where the browser comes back to, as it is registered (default: http://127.0.0.1/)"),
        ("issuer", "what the server calls itself in its answers (RFC 9207)"),
    ):
        change.add_argument(f"--{option}", metavar="A", help=text)
    change.add_argument("--scope", metavar="S", action="append", help="what is asked for; may be repeated")
    listing = kinds.add("list", "account.oauth_clients:list_clients", "list whom one can sign in with")
    listing.add_argument("--json", action="store_true", help="print JSON instead of lines")
    remove = kinds.add("remove", "account.oauth_clients:remove", "remove a client id and its secret")
    remove.add_argument("id", metavar="ID")


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
