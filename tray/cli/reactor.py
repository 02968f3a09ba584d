"""Runs one coroutine on Twisted's own reactor, for commands that need the network but no window."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from tray.cli.exit_codes import CommandFailed
from tray.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

T = TypeVar("T")


def run(main: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
    """Call ``main(reactor)``, run until it is done, and give its result or raise what it raised."""
    from twisted.internet import reactor as the_reactor
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.net.name_lookup import NameLookups

    reactor: Any = the_reactor
    reactor.installNameResolver(NameLookups(reactor))
    outcome: list[T | Failure] = []

    def finish(result: T | Failure) -> None:
        outcome.append(result)
        reactor.stop()

    def start() -> None:
        Deferred.fromCoroutine(main(reactor)).addBoth(finish)

    reactor.callWhenRunning(start)
    reactor.run()
    if not outcome:
        raise CommandFailed(tr("Stopped before it was done."))
    result = outcome[0]
    if isinstance(result, Failure):
        result.raiseException()
    return result


@contextmanager
def interruptible() -> Iterator[None]:
    """A context in which Ctrl+C ends a prompt at once; the handler of a running reactor would wait for its end."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
