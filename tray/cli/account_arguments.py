"""What can be typed after ``mailbell account``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tray.cli.parser import sha256, whole_number

if TYPE_CHECKING:
    import argparse

    from tray.cli.parser import Commands


def account(commands: Commands) -> None:
    """Add the commands for accounts to `commands`."""
    kinds = commands.group(
        "account", "add, take over, list, remove and check accounts, and choose their folders"
    )
    _add(kinds.add("add", "account_add:run", "add an account; it is tested first"))
    _import(kinds.add("import", "account_import:run", "take over accounts that other programs have"))
    again = kinds.add(
        "sign-in",
        "sign_in:run",
        "sign in with the provider (OAuth2) for an account that is there; where the browser is on another computer, "
        "the address at which it ends can be pasted",
    )
    again.add_argument("name", metavar="NAME")
    _sign_in(again)
    listing = kinds.add("list", "accounts:list_accounts", "list the accounts")
    listing.add_argument("--json", action="store_true", help="print JSON instead of lines")
    change = kinds.add(
        "set", "account_set:run", "change settings of an account, such as muted=yes or port=1993"
    )
    change.add_argument("name", metavar="NAME")
    change.add_argument(
        "settings",
        metavar="KEY=VALUE",
        nargs="+",
        help="as in the settings file; entries of a list have semicolons between them",
    )
    _proxy_password(change)
    remove = kinds.add("remove", "accounts:remove", "remove an account and its secret; no mail is deleted")
    remove.add_argument("name", metavar="NAME")
    folders = kinds.add(
        "folders", "folders:list_folders", "list the folders of an account, those that are watched marked"
    )
    folders.add_argument(
        "name", metavar="NAME", nargs="?", help="which account (needed where there are several)"
    )
    folders.add_argument("--json", action="store_true", help="print JSON instead of lines")
    for name, text in (
        ("watch", "watch more folders of an account"),
        ("unwatch", "no longer watch some folders"),
    ):
        changing = kinds.add(name, f"folders:{name}", text)
        changing.add_argument("name", metavar="NAME")
        changing.add_argument("folders", metavar="FOLDER", nargs="+", help="as 'account folders' prints it")
    check = kinds.add("check", "accounts:check", "test an account step by step")
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
