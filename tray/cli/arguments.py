"""What can be typed after ``mailbell``; each command's code is imported when it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray import __version__
from tray.cli.account_arguments import account
from tray.cli.parser import Commands, Parser, common_options, late, minutes, whole_number

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def build() -> argparse.ArgumentParser:
    """The whole parser."""
    common = common_options()
    parser = Parser(prog="mailbell", description="Tells of new mail from the tray.", parents=[common])
    parser.add_argument("--version", action="version", version=f"mailbell {__version__}")
    parser.add_argument(
        "--demo", action="store_true", help="run on a throw-away profile with an embedded demo mail server"
    )
    parser.set_defaults(run=late("notifier:run"))
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

    status = commands.add("status", "remote:status", "ask the running Mailbell how it is doing")
    status.add_argument("--json", action="store_true", help="print JSON instead of lines")
    commands.add("check", "remote:check", "have the running Mailbell look for mail now")
    pause = commands.add("pause", "remote:pause", "pause the running Mailbell")
    pause.add_argument(
        "minutes", metavar="MINUTES", nargs="?", type=minutes, help="for how long (default: until resumed)"
    )
    commands.add("resume", "remote:resume", "end the pause")
    commands.add("quit", "remote:leave", "end the running Mailbell")
    return parser


def _oauth(commands: Commands) -> None:
    kinds = commands.group("oauth", "set, list and remove the client ids with which one signs in (OAuth2)")

    change = kinds.add("set", "oauth:set_client", "keep a client id, or describe a server of one's own")
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
    listing = kinds.add("list", "oauth:list_clients", "list whom one can sign in with")
    listing.add_argument("--json", action="store_true", help="print JSON instead of lines")
    remove = kinds.add("remove", "oauth:remove", "remove a client id and its secret")
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
