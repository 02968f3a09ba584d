"""Runs Twisted's tests of its IMAP client, with `MailProtocol` as the client; prints what came of each, as JSON.

In a process of its own: the tests spin Twisted's global reactor.
"""

from __future__ import annotations

import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from twisted.internet import ssl
from twisted.mail import imap4

from tests.net.loopback import certificates
from tray.net.imap import connection
from tray.net.imap.protocol import MailProtocol

CASES = (
    "AuthenticatorTests", "ClientCapabilityTests", "DefaultSearchTests", "DisconnectionTests",
    "FetchSearchStoreTests", "HandCraftedTests", "IMAP4ClientCopyTests", "IMAP4ClientExamineTests",
    "IMAP4ClientExpungeTests", "IMAP4ClientFetchTests", "IMAP4ClientSearchTests", "IMAP4ClientSelectTests",
    "IMAP4ClientStatusTests", "IMAP4ClientStoreTests", "IMAP4ServerSearchTests", "IMAP4ServerTests",
    "NewFetchTests", "NewStoreTests", "TLSTests", "TimeoutTests", "UnsolicitedResponseTests",
)  # fmt: skip
"""All that have a client, the tests of the server through one included."""

EXCLUDED = {
    "TLSTests.test_startTLSDefault": "STARTTLS without a context, so that anybody's certificate is accepted",
    "HandCraftedTests.testTrailingLiteral": "a response goes on behind the line end that follows a literal: where a "
    "response ends must be certain, else a mail could hold responses of its own",
    "IMAP4ClientFetchTests.test_fetchSpecificHeader": "a line end inside a quoted string (against RFC 3501, 9): as above",
    "HandCraftedTests.test_nonIntegerLiteralLength": "the breach is raised out of dataReceived, so that any server can "
    "fill the log with tracebacks; here the connection is aborted, and the command fails with the reason",
}
"""What must not hold, and why not."""


class Client(MailProtocol):
    """The servers of these tests are in memory or on loopback, and have no TLS unless TLS is what is tested."""

    allow_cleartext = True


def contexts() -> tuple[object, object]:
    """TLS for a server called localhost, and for a client that verifies it."""
    with TemporaryDirectory() as folder:
        certificates(Path(folder), "localhost")
        certificate, key = (Path(folder, name).read_bytes() for name in ("ca.pem", "key.pem"))
    trusted = ssl.Certificate.loadPEM(certificate)
    server = ssl.PrivateCertificate.loadPEM(certificate + key)
    return server.options(), ssl.optionsForClientTLS("localhost", trustRoot=trusted)


class Results(unittest.TestResult):
    """The outcome of each test: empty where it passed, else the end of its traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: dict[str, str] = {}

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        self.outcomes[_name(test)] = ""

    def addError(self, test: Any, err: Any) -> None:
        self.outcomes[_name(test)] += str(err.getTraceback() if hasattr(err, "getTraceback") else err)[-2000:]

    addFailure = addError  # noqa: N815 -- unittest's name

    def addSkip(self, test: Any, reason: str) -> None:
        self.outcomes[_name(test)] = f"skipped: {reason}"


def _name(test: Any) -> str:
    return test.id().removeprefix("twisted.mail.test.test_imap.")


def main() -> None:
    """Run them; the excluded ones last, because some leave the reactor in disorder."""
    imap4.IMAP4Client = Client  # before its tests derive their clients from it
    connection.WORK_SLICE = float("inf")  # tests that run no reactor have nobody to go on after a pause
    from twisted.mail.test import test_imap

    test_imap.TLSTests.serverCTX, test_imap.TLSTests.clientCTX = contexts()
    loaded = (unittest.defaultTestLoader.loadTestsFromTestCase(getattr(test_imap, case)) for case in CASES)
    tests = [test for suite in loaded for test in suite]
    results = Results()
    for test in sorted(tests, key=lambda test: _name(test) in EXCLUDED):
        test.run(results)
    print(json.dumps(results.outcomes))


if __name__ == "__main__":
    main()
