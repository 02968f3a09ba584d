"""A peer that is silent from one moment on, as behind a NAT that forgot: when we notice, and when the mail is there.

``python -m tests.real.silent_peer`` waits with the program's own values, which takes two to three minutes, and prints
what it measured as JSON. Other values are for tests that cannot wait so long. Everything happens in a network
namespace of its own: the program's watcher, a mail server, and a packet filter that drops each packet of the
connection, either way, without a word. A new connection goes through.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.arrivals.mailbox_state import MailboxReport

ROOT = Path(__file__).resolve().parents[2]
SUBJECT = "Sent while nothing came through"


class NoNamespaceError(Exception):
    """This user may make no network namespace here."""


def measure(*arguments: str, seconds: float) -> dict[str, float]:
    """Run it in a namespace; ``ended`` and ``announced`` are seconds since the packets were lost.

    Raises NoNamespaceError.
    """
    enter = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    if subprocess.run([*enter, "true"], capture_output=True, check=False).returncode:
        raise NoNamespaceError("no network namespace can be made here")
    done = subprocess.run(
        [*enter, sys.executable, "-m", "tests.real.silent_peer", "--inside", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def _inside(values: dict[str, int]) -> None:
    from twisted.internet import reactor as the_reactor

    from tray.demo.server import DemoServer
    from tray.imap.types import ExtraItems
    from tray.mail.arrivals.mailbox_state import MailboxState, advance
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Status, Watching
    from tray.net.imap import factory
    from tray.net.watch.connections.connection_limits import ConnectionLimits
    from tray.net.watch.watcher import MailboxWatcher

    factory.KEEPALIVE.update(values)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    reactor: Any = the_reactor
    server = DemoServer(reactor, interval=0, password="secret")
    authority = Path("/proc/self/fd") / str(_in_memory(server.ca_pem))
    known: list[MailboxState | None] = [None]
    measured: dict[str, float] = {}
    lost_at: list[float] = []

    class Listener:
        async def secret(self, _: Account) -> Secret:
            return Secret("secret")

        proxy_secret = secret

        def mailbox_state(self) -> MailboxState | None:
            return known[0]

        def extra_items(self) -> ExtraItems:
            return ExtraItems()

        def on_new_mail_requested(self) -> None:
            pass

        def on_report(self, report: MailboxReport) -> None:
            change = advance(known[0], report, 5)
            known[0] = change.state
            if any(SUBJECT in str(each) for each in change.arrivals):
                measured["announced"] = reactor.seconds() - lost_at[0]
                print(json.dumps(measured))
                watcher.stop().addCallback(lambda _: reactor.stop())

        def on_status(self, status: Status) -> None:
            if isinstance(status, Watching):
                if not lost_at:
                    reactor.callLater(0.3, lose)  # the last bytes of the beginning are acknowledged
            elif lost_at:
                measured.setdefault("ended", reactor.seconds() - lost_at[0])

        def on_alert(self, problem: Any) -> None:
            """There is none."""

    def lose() -> None:
        assert watcher._protocol is not None
        port = watcher._protocol.transport.getHost().port
        rules = f"""
            table ip lossy {{
                chain input {{
                    type filter hook input priority 0;
                    tcp sport {port} drop
                    tcp dport {port} drop
                }}
            }}
        """
        subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
        lost_at.append(reactor.seconds())
        server.deliver(SUBJECT)

    account = Account(
        AccountId("a"), "Work", "", "localhost", server.user, ca_file=str(authority), mailboxes=()
    )

    def begin(port: int) -> None:
        nonlocal account, watcher
        from dataclasses import replace

        from tray.imap.types import INBOX

        account = replace(account, port=port)
        watcher = MailboxWatcher(
            account,
            INBOX,
            Listener(),
            5,
            reactor=reactor,
            limits=ConnectionLimits(reactor, lambda: 0.5),
            random=lambda: 0.5,
            now=reactor.seconds,
        )
        watcher.start()

    watcher: Any = None
    reactor.callWhenRunning(lambda: server.start().addCallback(begin))
    reactor.run()


def _in_memory(data: bytes) -> int:
    file = os.memfd_create("authority")
    os.write(file, data)
    return file


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, or be measured."""
    from tray.net.imap.factory import KEEPALIVE

    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in KEEPALIVE.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    values = {name: getattr(chosen, name) for name in KEEPALIVE}
    if chosen.inside:
        _inside(values)
    else:
        words = [word for name, value in values.items() for word in (f"--{name}", str(value))]
        silence = values["TCP_KEEPIDLE"] + values["TCP_KEEPINTVL"] * values["TCP_KEEPCNT"]
        found = measure(*words, seconds=2 * silence)
        print(json.dumps({**values, **{name: round(value, 1) for name, value in found.items()}}))


if __name__ == "__main__":
    main()
