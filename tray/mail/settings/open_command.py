"""Checks of the command that opens a message: no text of others may become code, a program or an option."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.text import display_safe
from tray.mail.settings.open_message import PLACEHOLDER, quoted, variable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FROM_OTHERS = re.compile("{(message_id|mailbox)}")
"""Values written by the sender and by the server; the others are numbers, or texts of the user."""

_WORDS_LIMIT = 200
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|\b(?:mid|cid|message|mailto):", re.IGNORECASE)
"""The beginning of a URL in an argument; values after it are percent-encoded (RFC 3986, RFC 2392)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Shells and languages: the first argument that is no option is a script, or code after an option such as -c.
_SCRIPTS = _words(
    """
    sh bash dash ash ksh mksh zsh yash rbash fish csh tcsh elvish nu xonsh python pypy ipython perl raku ruby
    irb jruby node nodejs deno bun php lua luajit tclsh wish expect osascript guile racket sbcl clisp ocaml
    ghci runghc runhaskell julia rscript groovy scala jshell elixir erl gjs qjs
    """
)
# Programs that take all arguments together as code: for a shell, a remote shell, a keyboard or their own language.
_JOINERS = _words(
    """
    ssh slogin rsh remsh mosh autossh dbclient plink adb eval watch awk gawk mawk nawk original-awk sed tmux
    screen parallel make gmake at batch entr cmd powershell pwsh xdotool ydotool wtype i3-msg swaymsg hyprctl
    herbstclient awesome-client
    """
)
# Programs that run the argument of one of these options, or of a long one below, as code.
_OPTIONS = {
    **dict.fromkeys(("su", "runuser", "script", "flock", "vi", "ex", "view", "psql"), "c"),
    **dict.fromkeys(("vim", "nvim", "gvim", "vimdiff"), "cS"),
    **dict.fromkeys(("emacsclient", "mutt", "neomutt", "mysql", "mariadb", "kak"), "e"),
    **dict.fromkeys(("emacs", "gdb", "lldb", "sqlite", "nvr"), ""),
}
# Programs that start the program that is their argument.
_STARTERS = _words(
    """
    env nice ionice nohup setsid timeout stdbuf sudo doas pkexec exec command time strace chrt taskset unshare
    xargs systemd-run dbus-run-session gtk-launch firejail xterm uxterm urxvt rxvt konsole gnome-terminal
    xfce4-terminal mate-terminal lxterminal terminator tilix alacritty kitty foot st x-terminal-emulator
    xdg-terminal-exec
    """
)
_COMMON_WORDS = _words(
    """
    watch at batch make screen parallel expect view script scala sed ex cmd nu command time
    """
)
"""Names of these programs that are also common arguments."""

_NAME = re.compile(r"([a-z]+)(?:[-.]?[0-9][^/]*|\.[a-z0-9]+)?")
_SCRIPT_OPTION = re.compile(r"-[a-z]*[cepr]", re.IGNORECASE)
_LONG_OPTION = re.compile(
    r"--?(?:eval|evaluate|execute|exec|command|cmd|run|print|ex|eval-command|init-eval-command|funcall|expression|"
    r"remote-send|remote-expr|session-command)(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(r"[\s\"'`;|&<>()$\\*]")
_CODE_IN_ADDRESS = re.compile(r"[\s\"`|<>()\\]")


def command_parts(command: str) -> tuple[str, ...] | None:
    """The command split as a shell would, or None where a quote is not closed; nothing is expanded."""
    import shlex  # noqa: PLC0415 -- most accounts have no command

    try:
        return tuple(shlex.split(command))
    except ValueError:
        return None


def quote_not_closed() -> str:
    """What is wrong where `command_parts` has no answer, and what to do."""
    return tr(
        "A quote in this command is not closed: add the closing quote, or a backslash before an apostrophe."
    )


def mistake(command: str) -> str | None:
    """A sentence where the command cannot be used, or where a placeholder stands in a place that is not safe."""
    parts = command_parts(command)
    if parts is None:
        return quote_not_closed()
    if len(parts) > _WORDS_LIMIT:
        return tr("This command is too long; put it into a script.")
    argv0: set[int] = set()
    for place, word in enumerate(parts):
        if place in argv0:
            continue
        name = _program(word, first=place == 0 or _name(parts[0]) in _STARTERS)
        if name in _STARTERS and _names_program(parts[place + 1 :]):
            return tr("A placeholder cannot name the program that is run; write its name.")
        filled = _filled_into_code(name, parts[place + 1 :])
        if filled:
            return _code(filled, name)
        argv0.add(place + _argv0_offset(name, parts[place + 1 :]))
    for before, word in pairwise(parts):
        found = _FROM_OTHERS.search(word)
        if found is None:
            continue
        if re.match(r"[-+]+{|--[^=]*{(?:message_id|mailbox)}", word):
            return tr("A placeholder cannot name an option; write its name.")
        address = _ADDRESS.search(word, 0, found.start())
        if (
            address
            and address[0].endswith("//")
            and not re.search("[/?#]", word[address.end() : found.start()])
        ):
            return tr("A placeholder cannot name the site of an address; write its name.")
        code = _CODE_IN_ADDRESS if address else _CODE
        if code.search(word) or _LONG_OPTION.fullmatch(before) or _LONG_OPTION.fullmatch(word):
            return _code(found[0], _name(parts[0]))
    return None


def argument_for(template: str, values: Mapping[str, str]) -> str:
    """`template` with its placeholders filled in, in one pass; values inside a URL are percent-encoded."""

    def fill(match: re.Match[str]) -> str:
        value = values[match[1]]
        return quoted(value, safe="!$*+=@") if _ADDRESS.search(template, 0, match.start()) else value

    return PLACEHOLDER.sub(fill, template)


def _filled_into_code(name: str, words: Sequence[str]) -> str:
    """The placeholder in `words` that the program `name` would run as code; empty for none."""
    if name in _JOINERS:
        return _first(" ".join(words))
    if name in _OPTIONS:
        letters = _OPTIONS[name]
        for place, word in enumerate(words):
            short = bool(letters) and re.match(f"-[A-Za-z]*[{letters}]", word)
            if short or word.startswith("+") or _LONG_OPTION.fullmatch(word):
                return _first(" ".join(words[place:]))
    if name in _SCRIPTS:
        before = ""
        script = False  # whether the script, or the code, was passed
        for word in words:
            option = _SCRIPT_OPTION.match(word) or _LONG_OPTION.fullmatch(word)
            after_option = _SCRIPT_OPTION.fullmatch(before) or _LONG_OPTION.fullmatch(before)
            if (not script or option or after_option) and _first(word):
                return _first(word)
            script = script or not word.startswith("-")
            before = word
    return ""


def _argv0_offset(name: str, words: Sequence[str]) -> int:
    """The distance from a shell to its ``$0``, as in ``sh -c CODE sh ARGUMENT``; 0 for none."""
    for place, word in enumerate(words):
        if name in _SCRIPTS and not word.startswith("-"):
            return place + 2 if any(_SCRIPT_OPTION.fullmatch(option) for option in words[:place]) else 0
    return 0


def _names_program(words: Sequence[str]) -> bool:
    """Whether the program in `words` (the first that is no option, NAME=VALUE or number) has a placeholder."""
    for word in words:
        if not word.startswith("-") and not re.match(r"[A-Za-z_][A-Za-z0-9_]*=|[0-9]", word):
            return bool(_first(word)) and not re.search(
                r"\s", word
            )  # with spaces it is code, as for ``env -S``
    return False


def _program(word: str, *, first: bool) -> str:
    """The program in `word`, also in ``--command=sh``; empty for a common argument that is not the `first` word."""
    name = _name(word)
    return "" if name in _COMMON_WORDS and not first else name


def _name(word: str) -> str:
    """The name of a program without directory and version: ``python`` of ``/usr/bin/python3.11``."""
    last = re.split(r"[/\\=]", word)[-1].lower()
    match = None if last in _JOINERS else _NAME.fullmatch(last)
    return match[1] if match else last


def _first(text: str) -> str:
    match = PLACEHOLDER.search(text)
    return match[0] if match else ""


def _code(placeholder: str, program: str) -> str:
    return tr(
        "{placeholder} would be run as code by “{program}”, and others may write into it. Take it out, and read it "
        "there from the environment: ${variable}, in quotes."
    ).format(
        placeholder=placeholder, program=display_safe(program, 40), variable=variable(placeholder.strip("{}"))
    )
