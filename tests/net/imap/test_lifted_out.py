"""The protocol is of use to somebody who has Twisted and nothing else of ours or of the desktop's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

TRAY = Path(__file__).resolve().parents[3] / "tray"
LIFTED = (
    "__init__.py",
    "values.py",
    *(str(path.relative_to(TRAY)) for path in sorted((TRAY / "imap").rglob("*.py"))),
    *(f"net/{name}.py" for name in ("__init__", "clock", "deferreds", "errors")),
    *(
        f"net/imap/{name}.py"
        for name in ("__init__", "protocol", "connection", "command_queue", "sasl_exchange")
    ),
)

SCRIPT = """
import sys

ABSENT = {"PyQt5", "qt5reactor", "keyring", "tomlkit", "platformdirs", "jeepney"}

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ImportError(name)

sys.meta_path.insert(0, Refuse())
sys.path.insert(0, sys.argv[1])

from twisted.internet.testing import StringTransport

from tray.imap import commands
from tray.imap.sasl.mechanism import Plain
from tray.net.imap.protocol import MailProtocol
from tray.net.imap.sasl_exchange import exchange_sasl

assert "twisted.internet.reactor" not in sys.modules
told, transport = [], StringTransport()
protocol = MailProtocol(on_event=told.append)
assert "twisted.internet.reactor" in sys.modules
protocol.makeConnection(transport)
protocol.dataReceived(b"* OK ready\\r\\n* 3 EXISTS\\r\\n")
protocol.idle()
print(transport.value().decode().strip(), told[-1])
print(sorted(name for name in sys.modules if name.startswith("tray.mail")))
"""


def test_it_works_where_nothing_is_but_its_own_files_and_twisted(tmp_path: Path) -> None:
    for name in LIFTED:
        target = tmp_path / "tray" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TRAY / name, target)
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["0001 IDLE Exists(count=3)", "[]"]
