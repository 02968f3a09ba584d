"""The arguments of ``mailbell`` and its commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tray.cli.parser import (
    Commands,
    Parser,
    bar_format,
    common_options,
    minutes,
    program,
    sha256,
    whole_number,
)
from tray.i18n import tr

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def _account(commands: Commands) -> None:
    """Add the commands for accounts to `commands`."""
    kinds = commands.group(
        "account", tr("add, import, list, remove and check accounts, and choose their folders")
    )
    _add(kinds.add("add", "account.add:run", tr("add an account; it is tested first")))
    _import(
        kinds.add("import", "account.import_accounts:run", tr("import accounts that other programs have"))
    )
    again = kinds.add(
        "sign-in",
        "account.sign_in:run",
        tr(
            "sign in with the provider (OAuth2) for an account that is there; "
            "where the browser is on another computer, the address at which it ends can be pasted"
        ),
    )
    again.add_argument("name", metavar="NAME")
    _sign_in(again)
    listing = kinds.add("list", "account.accounts:list_accounts", tr("list the accounts"))
    _json(listing)
    change = kinds.add(
        "set", "account.accounts:change", tr("change settings of an account, such as muted=yes or port=1993")
    )
    change.add_argument("name", metavar="NAME")
    change.add_argument(
        "settings",
        metavar="KEY=VALUE",
        nargs="+",
        help=tr("as in the settings file; entries of a list have semicolons between them"),
    )
    _proxy_password(change)
    remove = kinds.add(
        "remove", "account.accounts:remove", tr("remove an account and its secret; no mail is deleted")
    )
    remove.add_argument("name", metavar="NAME")
    folders = kinds.add(
        "folders",
        "account.folders:list_folders",
        tr("list the folders of an account, those that are watched marked"),
    )
    folders.add_argument(
        "name", metavar="NAME", nargs="?", help=tr("which account (needed where there are several)")
    )
    _json(folders)
    for name, text in (
        ("watch", tr("watch more folders of an account")),
        ("unwatch", tr("no longer watch some folders")),
    ):
        changing = kinds.add(name, f"account.folders:{name}", text)
        changing.add_argument("name", metavar="NAME")
        changing.add_argument(
            "folders", metavar="FOLDER", nargs="+", help=tr("as 'account folders' prints it")
        )
    check = kinds.add("check", "account.accounts:check", tr("test an account step by step"))
    check.add_argument("name", metavar="NAME", nargs="?", help=tr("which (default: all)"))
    check.add_argument(
        "--pin",
        metavar="SHA256",
        type=sha256,
        help=tr(
            "from now on trust the certificate with this fingerprint, and no other, if the test goes well"
        ),
    )
    check.add_argument(
        "--report",
        action="store_true",
        help=tr("print a report without passwords that can be sent to others"),
    )


def _add(add: argparse.ArgumentParser) -> None:
    who = add.add_mutually_exclusive_group(required=True)
    who.add_argument("--email", metavar="E", help=tr("mail address"))
    who.add_argument(
        "--online-account",
        metavar="ID",
        help=tr(
            "one of the desktop's online accounts (GNOME), by id or address; see 'account import --list'"
        ),
    )
    add.add_argument("--name", metavar="N", help=tr("what to call it (default: from the address)"))
    add.add_argument("--user", metavar="U", help=tr("user name (default: the address)"))
    add.add_argument("--host", metavar="H", help=tr("server (default: it is looked for)"))
    add.add_argument(
        "--ask-thunderbird",
        action="store_true",
        help=tr(
            "look for the server in Thunderbird's public database, too; it learns the domain of the address"
        ),
    )
    add.add_argument(
        "--port", metavar="P", type=whole_number(1, 65535), help=tr("port (default: as found; 993, or 143)")
    )
    add.add_argument("--security", choices=("tls", "starttls", "none"), help=tr("default: as found; tls"))
    add.add_argument("--allow-cleartext", action="store_true", help=tr("allow --security none for any host"))
    add.add_argument(
        "--ca-file", metavar="F", type=Path, help=tr("trust the roots in this PEM file, and no others")
    )
    add.add_argument(
        "--pin",
        metavar="SHA256",
        type=sha256,
        help=tr("trust the certificate with this fingerprint, and no other"),
    )
    add.add_argument(
        "--webmail", metavar="URL", default="", help=tr("address that opens the mail in a browser")
    )
    secret = add.add_mutually_exclusive_group()
    secret.add_argument(
        "--password-stdin", action="store_true", help=tr("read the password from standard input")
    )
    secret.add_argument("--password-command", metavar="C", help=tr("a command that prints the password"))
    _connection(add)
    add.add_argument(
        "--token", action="store_true", help=tr("the secret is an OAuth2 access token, not a password")
    )
    add.add_argument(
        "--insecure-secret-file",
        action="store_true",
        help=tr("keep the secret readable in a file (needs --profile)"),
    )
    secret.add_argument(
        "--sign-in", action="store_true", help=tr("sign in with the provider (OAuth2) in the browser")
    )
    _sign_in(add)
    add.add_argument("--no-check", action="store_true", help=tr("add it without testing it"))
    add.add_argument(
        "--mailbox",
        metavar="M",
        action="append",
        dest="mailboxes",
        help=tr("a folder to watch; may be repeated (default: INBOX)"),
    )


def _sign_in(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--oauth", metavar="ID", help=tr("the provider to sign in with (default: the one of the server)")
    )
    parser.add_argument(
        "--device",
        action="store_true",
        help=tr("sign in by a code that is typed in any browser, on any device"),
    )


def _json(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--json", action="store_true", help=tr("print JSON instead of lines"))


def _connection(add: argparse.ArgumentParser) -> None:
    """Proxy, client certificate and log-in."""
    add.add_argument(
        "--proxy",
        metavar="URL",
        help=tr(
            "connect through it: socks5://[user@]host:port, http://[user@]host:port or tor; "
            "its password is asked for, or is the second line with --password-stdin"
        ),
    )
    _proxy_password(add)
    add.add_argument(
        "--client-certificate", metavar="F", type=Path, help=tr("show the server this certificate (PEM)")
    )
    add.add_argument(
        "--client-key", metavar="F", type=Path, help=tr("its key, where it is in a file of its own (PEM)")
    )
    add.add_argument(
        "--login",
        choices=("password", "token", "certificate"),
        help=tr("how to log in (default: password); a certificate needs no password"),
    )


def _proxy_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--proxy-password-stdin",
        action="store_true",
        help=tr("read the password of the account's proxy from standard input"),
    )


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", help=tr("which, by name or address"))
    parser.add_argument(
        "--from",
        dest="origin",
        choices=("online-accounts", "thunderbird", "mbsync", "goimapnotify", "geary", "mailnag"),
        help=tr("look at this program only (default: all of them)"),
    )
    parser.add_argument("--list", action="store_true", help=tr("only list what there is, as without a NAME"))
    parser.add_argument("--all", action="store_true", help=tr("all that are not here already"))
    parser.add_argument(
        "--yes",
        action="store_true",
        help=tr("agree to the commands that print passwords, without being asked"),
    )


def build() -> Parser:
    """The parser of all commands."""
    common = common_options()
    parser = program(common)
    commands = Commands(parser, common, "COMMAND", required=False)

    subjects = commands.add(
        "subjects", "subjects:run", tr("print the newest subjects, newest first, and exit")
    )
    subjects.add_argument(
        "--account",
        metavar="NAME",
        dest="name",
        help=tr("which account (needed where there are several)"),
    )
    subjects.add_argument("--mailbox", metavar="M", default="INBOX", help=tr("which folder (default: INBOX)"))
    subjects.add_argument(
        "-n", type=whole_number(1, 1000), default=20, dest="count", help=tr("how many (default: 20)")
    )
    _json(subjects)

    _account(commands)
    _oauth(commands)

    status = commands.add("status", "status:run", tr("ask the running Mailbell how it is doing"))
    _json(status)
    status.add_argument(
        "--watch", action="store_true", help=tr("print it again at each change, until interrupted")
    )
    status.add_argument(
        "--format",
        metavar="F",
        type=bar_format,
        help=tr("waybar, polybar, i3blocks, or a line such as '{unread} {sender}'"),
    )
    _doctor(
        commands.add(
            "doctor",
            "doctor.command:run",
            tr(
                "look at everything that Mailbell depends on, and say what to do; changes nothing. "
                "The exit code is 1 where there is a problem, else 0"
            ),
        )
    )
    commands.add("check", "running_instance:check", tr("tell the running Mailbell to check for mail now"))
    commands.add("show", "running_instance:show", tr("show the window of the running Mailbell"))
    opening = commands.add(
        "open", "running_instance:open_message", tr("open a message, or the mail program without an ID")
    )
    opening.add_argument(
        "message", metavar="ID", nargs="?", help=tr("as 'status --json' prints it, under \"id\"")
    )
    acting = commands.add(
        "act", "running_instance:act", tr("do something with messages, at once on the server")
    )
    acting.add_argument("action", choices=("read", "unread", "flag", "unflag", "archive", "delete", "junk"))
    acting.add_argument("messages", metavar="ID", nargs="+", help=tr("as 'status --json' prints it"))
    commands.add("undo", "running_instance:undo", tr("undo the last action, within ten seconds"))
    pause = commands.add("pause", "running_instance:pause", tr("pause the running Mailbell"))
    pause.add_argument(
        "minutes",
        metavar="MINUTES",
        nargs="?",
        type=minutes,
        help=tr("for how long (default: until resumed)"),
    )
    commands.add("resume", "running_instance:resume", tr("end the pause"))
    commands.add("quit", "running_instance:leave", tr("end the running Mailbell"))
    commands.add(
        "install-desktop-files",
        "desktop_files:install",
        tr("add a menu entry, icons, the man page and completions, after an installation by pipx or uv"),
    )
    commands.add(
        "remove-desktop-files",
        "desktop_files:remove",
        tr("remove what install-desktop-files added, before uninstalling"),
    )
    return parser


def _doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument("--offline", action="store_true", help=tr("leave the servers alone"))
    doctor.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=whole_number(2, 600),
        default=12,
        help=tr("how long each check may take (default: 12)"),
    )
    doctor.add_argument("--toast", action="store_true", help=tr("show a test notification"))
    how = doctor.add_mutually_exclusive_group()
    _json(how)
    how.add_argument(
        "--report",
        metavar="FILE",
        nargs="?",
        const="",
        help=tr(
            "write a report for an issue, in English and without passwords, into this file (- prints it)"
        ),
    )
    doctor.add_argument(
        "--with-names",
        action="store_true",
        help=tr("leave addresses, servers, folders and user names in the report"),
    )


def _oauth(commands: Commands) -> None:
    kinds = commands.group("oauth", tr("set, list and remove the client ids for signing in (OAuth2)"))

    change = kinds.add(
        "set", "account.oauth_clients:set_client", tr("keep a client id, or describe a server of one's own")
    )
    change.add_argument("id", metavar="ID", help=tr("such as google or microsoft, or a new name"))
    change.add_argument("--client-id", metavar="C", help=tr("the id by which the provider knows the program"))
    change.add_argument(
        "--client-secret-stdin", action="store_true", help=tr("read the client secret from standard input")
    )
    for option, text in (
        ("name", tr("its name")),
        ("authorize", tr("address of the authorisation endpoint")),
        ("token", tr("address of the token endpoint")),
        ("device", tr("address of the device authorisation endpoint")),
        ("redirect", tr("where the browser comes back to, as it is registered (default: http://127.0.0.1/)")),
        ("issuer", tr("what the server calls itself in its answers (RFC 9207)")),
    ):
        change.add_argument(f"--{option}", metavar="A", help=text)
    change.add_argument(
        "--scope", metavar="S", action="append", help=tr("a scope that is asked for; may be repeated")
    )
    listing = kinds.add(
        "list", "account.oauth_clients:list_clients", tr("list the providers to sign in with")
    )
    _json(listing)
    remove = kinds.add("remove", "account.oauth_clients:remove", tr("remove a client id and its secret"))
    remove.add_argument("id", metavar="ID")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments as a namespace with `run`, `profile` (None for the user's own) and `log_level`."""
    parser = program(common_options(), add_help=False, allow_abbrev=False)
    arguments, rest = parser.parse_known_args(argv)
    if rest:  # most starts have no command: the parsers of forty would take them 5 ms
        parser = build()
        arguments = parser.parse_args(argv)
    arguments.profile = getattr(arguments, "profile", None)
    arguments.log_level = getattr(arguments, "log_level", "warning")
    if arguments.demo and arguments.command is not None:
        parser.error(tr("--demo starts the notifier and cannot be used with a command"))
    if arguments.demo and arguments.profile is not None:
        parser.error(tr("--demo has a throw-away profile of its own, so it cannot be used with --profile"))
    return arguments
