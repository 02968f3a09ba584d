"""gnubiff shows a window of its own; the command that it runs for new mail shows a toast."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from benchmarks.programs import Program

if TYPE_CHECKING:
    from benchmarks.programs import Environment
    from benchmarks.testbed import Server, Testbed

_APP = "gnubiff"


def _command(testbed: Testbed, server: Server, _: Environment) -> list[str]:
    mailbox = {
        "protocol": "imap4",
        "name": "bench",
        "address": "localhost",
        "authentication": "certificate",
        "certificate": str(server.ca_file),
        "use_other_port": "true",
        "other_port": str(server.port),
        "username": server.dovecot.user,
        "password": server.dovecot.password,
        "use_idle": "true",
    }
    general = {
        "version": "2.2.17",
        "use_newmail_command": "true",
        "newmail_command": f"notify-send -a {_APP} 'New mail'",
    }
    settings = testbed.desktop.folder / f"gnubiff-{server.port}.xml"
    settings.write_text(
        '<?xml version="1.0"?>\n<configuration-file>\n'
        f"{_block('mailbox', mailbox)}{_block('general', general)}</configuration-file>\n"
    )
    return ["gnubiff", "--noconfigure", f"--config={settings}"]


def _block(name: str, values: dict[str, str]) -> str:
    lines = [
        f"  <parameter name={quoteattr(key)} value={quoteattr(value)}/>\n" for key, value in values.items()
    ]
    return f"<{name}>\n{''.join(lines)}</{name}>\n"


PROGRAM = Program(
    "gnubiff",
    _command,
    names_subject=False,
    app=_APP,
    note="gnubiff opens a window of its own; its toast is that of `notify-send`, which it runs for new mail.",
)
