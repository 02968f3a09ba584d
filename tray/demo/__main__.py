"""The demo mail server alone, for other programs: ``python -m tray.demo``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import connectionDone
from twisted.internet.stdio import StandardIO
from twisted.internet.task import react
from twisted.protocols.basic import LineOnlyReceiver

from tray.demo.server import DemoServer

if TYPE_CHECKING:
    from twisted.python.failure import Failure


class Orders(LineOnlyReceiver):
    """Standard input: a line becomes a message with that subject; ``/read UID`` and ``/remove UID`` change one."""

    delimiter = b"\n"

    def __init__(self, server: DemoServer) -> None:
        self._server = server
        self.ended: Deferred[None] = Deferred()

    def lineReceived(self, line: bytes) -> None:
        """Execute one order; any other line is a subject."""
        text = line.decode("utf-8", "replace").strip()
        order, _, rest = text.partition(" ")
        if order == "/read" and rest.isdigit():
            self._server.read(int(rest))
        elif order == "/remove" and rest.isdigit():
            self._server.remove(int(rest))
        elif order == "/stop":
            self.ended.callback(None)
        else:
            print("delivered", self._server.deliver(text), flush=True)  # noqa: T201

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Ignore it: standard input may be closed from the start (a service, a pipe)."""


async def _run(reactor: Any, options: argparse.Namespace) -> None:
    server = DemoServer(reactor, interval=options.interval, seed=options.seed, port=options.port)
    await server.start()
    if options.ca_file:
        options.ca_file.write_bytes(server.ca_pem)
    names = ("host", "port", "user", "password")
    facts = {name: getattr(server, name) for name in names} | {"ca_pem": server.ca_pem.decode("ascii")}
    print(json.dumps(facts), flush=True)  # noqa: T201
    orders = Orders(server)
    StandardIO(orders, reactor=reactor)
    await orders.ended
    await server.stop()


def main() -> None:
    """Run until /stop, Ctrl-C or SIGTERM; how to connect is printed as one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m tray.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1 (default: any free one)")
    parser.add_argument(
        "--interval", type=float, default=6.0, help="seconds between deliveries; 0: none by itself"
    )
    parser.add_argument("--seed", type=int, default=None, help="the same number gives the same times")
    parser.add_argument("--ca-file", type=Path, help="write the certificate there, for mail programs")
    options = parser.parse_args()
    react(lambda reactor: Deferred.fromCoroutine(_run(reactor, options)))


if __name__ == "__main__":
    main()
