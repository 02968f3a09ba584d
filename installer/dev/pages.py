"""Writes the pages of docs/ that are made from the code: ``pages.py [--check]``, in the project's environment.

``docs/settings.md`` lists all keys of the settings file. What a key means is the docstring below the field of the same
name in `Settings`, `Account`, `Rule` or `OAuthClient`, which therefore is written for whoever edits the file.
"""

from __future__ import annotations

import ast
import enum
import inspect
import sys
from dataclasses import MISSING, fields
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from tray.mail.model.account import Account
from tray.mail.settings.fields import ACCOUNT, GENERAL
from tray.mail.settings.oauth_clients import OAUTH, OAuthClient
from tray.mail.settings.rules import RULE, Rule
from tray.mail.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.mail.settings.fields import Setting

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
_HEAD = """\
# The settings file

`~/.config/mailbell/settings.toml` is a TOML file, read at the start. It may be edited while Mailbell does not run;
comments survive what the settings window writes. A value that cannot be used is refused with a sentence that names it.
An unknown key is kept, and named in the log.

`version` at its beginning is that of the file's form, now 1, and may be left out as long as it is 1. An older file is
read as it is; with the first change it gets the present form, and a copy of it stays as `settings.toml.v1`. A file of a
newer version is refused and not written to.

This page is made from the code by `python3 installer/dev.py pages`.
"""
_ACCOUNT_INTRO = """
Each account is a table under a line `[[account]]`. It needs `host` and one of `user` and `email`; the rest may be left
out.
"""
_RULE_INTRO = """
Each rule is a table under a line `[[rule]]`. It matches a message for which all conditions hold that it gives, from
`account` to `older_than`; of several texts in a list one has to fit, and upper and lower case are the same. The rules
are tried in the order of the file, and the first one that matches decides alone.

A command, that of a rule as well as `new_mail_command`, finds the message in the environment: `MAILBELL_ACCOUNT`,
`MAILBELL_EMAIL`, `MAILBELL_MAILBOX`, `MAILBELL_UID`, `MAILBELL_MESSAGE_ID`, `MAILBELL_FROM`, `MAILBELL_FROM_NAME`,
`MAILBELL_SUBJECT`, `MAILBELL_DATE` (Unix seconds) and `MAILBELL_RULE`. At most four commands run at once, each for at
most a minute. A message that waits for the end of quiet hours over a restart counts as new once more.

```toml
[[rule]]
name = "Newsletters"
list_id = ["news.example.org", "announce.example.com"]
notify = "count"

[[rule]]
name = "From the boss"
sender = "boss@example.org"
notify = "urgent"
sound = "bell"
```
"""
_OAUTH_INTRO = """
Each client id with which one signs in is a table under a line `[[oauth]]`. What is left out is as Mailbell ships it for
the provider of that id; one that is not shipped needs `client_id`, `token`, `scopes`, and `authorize` or `device`.
"""


def settings_page() -> str:
    """The text of ``docs/settings.md``."""
    parts = [
        _HEAD,
        "\n## General\n\n",
        *_table(GENERAL, Settings),
        "\n## Accounts\n",
        _ACCOUNT_INTRO,
        "\n",
        *_table(ACCOUNT, Account),
        "\n## Rules\n",
        _RULE_INTRO,
        "\n",
        *_table(RULE, Rule),
        "\n## Client ids for signing in\n",
        _OAUTH_INTRO,
        "\n",
        *_table(OAUTH, OAuthClient),
    ]
    return "".join(parts)


def _table(settings: tuple[Setting, ...], owner: type) -> Iterator[str]:
    meanings = docstrings(owner)
    defaults = {field.name: field.default for field in fields(owner)}
    yield "| key | takes | default | what it is |\n|---|---|---|---|\n"
    for setting in settings:
        value = defaults[setting.key]
        takes = _values(type(value)) if isinstance(value, enum.Enum) else setting.kind.expected()
        default = "" if value is MISSING else _toml(setting.kind.write(value))
        cells = (f"`{setting.key}`", takes, default and f"`{default}`", meanings[setting.key])
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _values(kind: type[enum.Enum]) -> str:
    meanings = docstrings(kind)
    return "<br>".join(f'`"{member.value}"` {meanings.get(member.name, "")}'.strip() for member in kind)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def docstrings(owner: type) -> dict[str, str]:
    """The text below each field or member of a class, on one line, by its name."""
    (definition,) = ast.parse(dedent(inspect.getsource(owner))).body
    assert isinstance(definition, ast.ClassDef)
    found: dict[str, str] = {}
    for above, below in zip(definition.body, definition.body[1:], strict=False):
        target = above.target if isinstance(above, ast.AnnAssign) else getattr(above, "targets", [None])[0]
        if (
            isinstance(target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            found[target.id] = " ".join(str(below.value.value).replace("``", "`").split())
    return found


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is as the code makes it; the exit code."""
    text = settings_page()
    if arguments == ["--check"]:
        if _PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/settings.md is not as the code makes it: python3 installer/dev.py pages")
        return 1
    _PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
