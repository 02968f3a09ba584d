"""Writes the man page and the completions of shells: ``manual.py [--check]``, in the project's environment.

All three come from the parser of the command line: what an option does is said there and nowhere else. The completions
are made by shtab, and name in their head the command line that they were made from.
"""
# ruff: noqa: SLF001 -- argparse has no public way to ask what a parser holds

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

os.environ["LANGUAGE"] = "en"  # before the first text is asked for

from tray.cli import exit_codes
from tray.cli.arguments import build
from tray.cli.parser import common_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHARE = Path(__file__).resolve().parents[2] / "resources" / "share"
MAN_PAGE = _SHARE / "man" / "man1" / "mailbell.1"
COMPLETIONS = {
    "bash": _SHARE / "bash-completion" / "completions" / "mailbell",
    "zsh": _SHARE / "zsh" / "site-functions" / "_mailbell",
    "fish": _SHARE / "fish" / "vendor_completions.d" / "mailbell.fish",
}
_COMMON = {option for action in common_options()._actions for option in action.option_strings}
"""Said once, not with every command."""
_METAINFO = _SHARE / "metainfo" / "io.github.mailbell.Mailbell.metainfo.xml"

_DESCRIPTION = """\
.B mailbell
watches mailboxes over IMAP, shows a notification for each new mail the moment
it arrives, and how many mails are unread in the tray.
Without a command it starts the notifier; where that runs already, its window
is shown.
The first start asks for an account.
.PP
The commands below add accounts, ask the running program, and control it.
Those that only print load no graphical interface.
"""
_END = f"""\
.SH EXIT STATUS
.TP
.B {exit_codes.DONE}
done
.TP
.B {exit_codes.OTHER}
any failure that is not listed here
.TP
.B {exit_codes.USAGE}
the arguments are wrong
.TP
.B {exit_codes.REFUSED}
the server refused user name or password
.TP
.B {exit_codes.UNREACHABLE}
the server cannot be reached
.TP
.B {exit_codes.UNTRUSTED}
the certificate of the server is not trusted
.TP
.B {exit_codes.NOT_RUNNING}
Mailbell is not running
.SH FILES
.TP
.I ~/.config/mailbell/settings.toml
settings, which may be edited while Mailbell does not run
.TP
.I ~/.local/state/mailbell/
what was announced, the newest mails, the log
.PP
Passwords and tokens are in the keyring of the desktop. The folders follow
.B XDG_CONFIG_HOME
and
.BR XDG_STATE_HOME .
.SH ENVIRONMENT
.TP
.B LANGUAGE
the language of texts, such as
.BR de ,
.B fr
or
.BR es ;
the settings can name another
.TP
.B QT_QPA_PLATFORM
.B xcb
for X11 or
.BR wayland ,
where Qt is not to choose
.SH EXAMPLES
.TP
Add an account; the server is looked for, the password is asked for:
.B mailbell account add \\-\\-email you@example.org
.TP
Print the newest five subjects:
.B mailbell subjects \\-n 5
.TP
If something does not work, look at everything and say what to do:
.B mailbell doctor
.TP
A module for waybar:
.B mailbell status \\-\\-watch \\-\\-format waybar
.SH SEE ALSO
.UR https://github.com/mailbell/mailbell
questions and answers, all settings, and the interface on the session bus
.UE
"""


def man_page() -> str:
    """The man page in the macros of man(7), from its section NAME on: what stands before is in `_title`."""
    parser = build()
    return "".join(
        [
            ".SH NAME\nmailbell \\- notifier for new mail in the tray\n",
            ".SH SYNOPSIS\n",
            f".B mailbell\n{_usage(parser)}\n.br\n",
            ".B mailbell\n\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n",
            f".SH DESCRIPTION\n{_DESCRIPTION}",
            ".SH OPTIONS\n",
            "The options \\fB\\-\\-profile\\fR and \\fB\\-\\-log\\-level\\fR can be given to\nevery command, too.\n",
            *_options(parser, parser._actions),
            ".SH COMMANDS\n",
            *_commands(parser, "mailbell"),
            _END,
        ]
    )


def _title() -> str:
    """The line with the program's version, and the day of its release."""
    release = ET.parse(_METAINFO).find("releases/release")
    assert release is not None
    return f'.TH MAILBELL 1 {release.get("date")} "Mailbell {release.get("version")}" "User Commands"\n'


def _commands(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """Each command without subcommands, and all that can be given to it."""
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        for word, command in action.choices.items():
            if any(isinstance(each, argparse._SubParsersAction) for each in command._actions):
                yield from _commands(command, f"{name} {word}")
                continue
            assert command.description
            sentence = f"{command.description[0].upper()}{command.description[1:]}."
            yield f".SS {_roff(f'{name} {word}')} {_usage(command)}".rstrip() + f"\n{_lines(sentence)}\n"
            own = (each for each in command._actions if not _COMMON & set(each.option_strings))
            yield from _options(command, own)


def _options(parser: argparse.ArgumentParser, actions: Iterable[argparse.Action]) -> Iterator[str]:
    """A paragraph for each argument that has an explanation."""
    formatter = parser._get_formatter()
    for action in actions:
        if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
            continue
        explanation = formatter._expand_help(action) if action.help else ""
        if explanation:
            yield f".TP\n{_forms(action)}\n{_lines(explanation)}\n"


def _usage(parser: argparse.ArgumentParser) -> str:
    """The arguments in one line: which there are, and which must be given."""
    required = [group for group in parser._mutually_exclusive_groups if group.required]
    grouped = [action for group in required for action in group._group_actions]
    parts = [f"({' | '.join(map(_forms, group._group_actions))})" for group in required]
    options = [each for each in parser._actions if each.option_strings and each not in grouped]
    if not {string for each in options for string in each.option_strings} <= _COMMON | {"-h", "--help"}:
        parts.append("[\\fIOPTION\\fR...]")
    for action in parser._actions:
        if not action.option_strings and not isinstance(action, argparse._SubParsersAction):
            shape = {"?": "[{0}]", "*": "[{0}...]", "+": "{0}..."}.get(str(action.nargs), "{0}")
            parts.append(shape.format(_forms(action)))
    return " ".join(parts)


def _forms(action: argparse.Action) -> str:
    """How it is typed: ``-n COUNT``."""
    choices = action.choices and "|".join(map(str, action.choices))
    if not action.option_strings:
        return f"\\fI{_roff(action.metavar)}\\fR" if action.metavar else _roff(f"{{{choices}}}")
    value = "" if action.nargs == 0 else str(choices or action.metavar or action.dest.upper())
    named = ", ".join(f"\\fB{_roff(option)}\\fR" for option in action.option_strings)
    return f"{named} \\fI{_roff(value)}\\fR" if value else named


def _roff(text: object) -> str:
    """`text` so that roff shows it as it is: a hyphen can be copied, and no apostrophe begins a macro."""
    return str(text).replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")


def _lines(text: str) -> str:
    """A paragraph of short lines, none of which begins a macro."""
    lines = wrap(_roff(text), 78, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in lines)


def _origin(page: str) -> str:
    digest = hashlib.sha256(page.encode()).hexdigest()[:16]
    return f"# Made by shtab (python3 installer/dev.py pages) from the command line {digest}."


def _completion(shell: str, origin: str) -> str:
    import shtab

    parser = build()
    _complete_files(parser)
    script = shtab.complete(parser, shell, root_prefix="mailbell")
    head = re.compile(r"^# AUTOMATICALLY GENERATED.*\n(#.*\n)*", re.MULTILINE)
    script, number = head.subn(f"{origin}\n", script, count=1)
    assert number == 1, "shtab begins its script otherwise than it did"
    return re.sub(r"[ \t]+$", "", script, flags=re.MULTILINE)


def _complete_files(parser: argparse.ArgumentParser) -> None:
    """Have the values of these arguments completed as files or folders."""
    import shtab

    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_files(command)
        elif action.type is Path:
            action.complete = shtab.DIRECTORY if action.metavar == "DIR" else shtab.FILE  # type: ignore[attr-defined]


def main(arguments: list[str]) -> int:
    """Write them, or with ``--check`` say whether they are as the command line is; the exit code."""
    page = man_page()
    origin = _origin(page)
    if arguments == ["--check"]:
        stale = [path for path in COMPLETIONS.values() if origin not in path.read_text(encoding="utf-8")]
        if MAN_PAGE.read_text(encoding="utf-8").partition("\n")[2] != page:
            stale.append(MAN_PAGE)
        for path in stale:
            print(f"{path.name} is not as the command line is: python3 installer/dev.py pages")
        return 1 if stale else 0
    texts = {MAN_PAGE: _title() + page}
    texts |= {path: _completion(shell, origin) for shell, path in COMPLETIONS.items()}
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
