"""Client certificates and a real Dovecot that asks for them; each scenario runs in a process of its own.

``python -m tests.real.certificate_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.real.client_certificates import ClientCertificateAuthority
from tests.real.dovecot_configuration import client_certificates
from tests.real.scenarios import ScenarioFixture, run_one
from tray.mail.model.account import Account, Login, Security
from tray.mail.model.secret import Secret
from tray.mail.model.status import ProblemKind
from tray.net.setup.account_check import AccountCheck

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.mail.model.status import CheckResult


class ClientCertificateFixture(ScenarioFixture):
    """A server that knows its users by their certificates."""

    def __init__(self, reactor: Any, folder: Path, *, required: bool = True, more: str = "") -> None:
        self.clients = ClientCertificateAuthority(folder)
        extra = f"ssl_min_protocol = TLSv1.2\n{more}\n" + client_certificates(
            self.clients.file, required=required
        )
        super().__init__(reactor, mechanisms="plain external", extra=extra)
        self.asked = 0

    async def secret(self, account: Account) -> Secret:
        self.asked += 1
        return Secret("" if account.login is Login.CERTIFICATE else self.password)

    def show(self, files: tuple[str, str], login: Login = Login.CERTIFICATE) -> None:
        certificate, key = files
        self.account = replace(self.account, client_certificate=certificate, client_key=key, login=login)

    async def check(self) -> CheckResult:
        """The last step."""
        steps: list[CheckResult] = []
        await AccountCheck(self.reactor, self.account, self.secret, steps.append).run()
        return steps[-1]


async def by_certificate_alone(reactor: Any) -> None:
    """EXTERNAL, by TLS and by STARTTLS, watched with IDLE, and no password anywhere."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = ClientCertificateFixture(reactor, Path(folder))
        fixture.password = "none that is right"
        try:
            fixture.show(fixture.clients.issue(fixture.server.user))
            fixture.server.deliver("Old")
            fixture.watch()
            await fixture.watching()
            fixture.server.deliver("New")
            await fixture.until(lambda: fixture.arrivals == ["New"])
            assert "method=EXTERNAL" in fixture.server.log_text()
            fixture.account = replace(
                fixture.account, security=Security.STARTTLS, port=fixture.server.port_starttls
            )
            fixture.show(fixture.clients.issue(fixture.server.user, together=True))
            step = await fixture.check()
            assert step.problem is None, step
        finally:
            await fixture.close()


async def beside_a_password(reactor: Any) -> None:
    """The server wants both; without the certificate it says so."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = ClientCertificateFixture(reactor, Path(folder))
        try:
            step = await fixture.check()
            assert step.problem is not None

            assert "certificate" in step.sentence, step
            fixture.show(fixture.clients.issue(fixture.server.user), Login.PASSWORD)
            step = await fixture.check()
            assert step.problem is None, step
        finally:
            await fixture.close()


async def refused_by_the_server(reactor: Any) -> None:
    """Expired, of an unknown authority, of somebody else: each in words, before or after the handshake."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = ClientCertificateFixture(reactor, Path(folder))
        elsewhere = Path(folder) / "elsewhere"
        elsewhere.mkdir()
        try:
            for files in (
                fixture.clients.issue(fixture.server.user, expired=True),
                ClientCertificateAuthority(elsewhere, "strangers").issue(fixture.server.user),
                fixture.clients.issue("somebody"),
            ):
                fixture.show(files)
                step = await fixture.check()
                assert step.problem is not None

                assert "certificate" in step.sentence, step
        finally:
            await fixture.close()


async def not_offered(reactor: Any) -> None:
    """A server without EXTERNAL, and one without encryption."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = ScenarioFixture(reactor)
        try:
            certificate, key = ClientCertificateAuthority(Path(folder)).issue("anna")
            fixture.account = replace(
                fixture.account, client_certificate=certificate, client_key=key, login=Login.CERTIFICATE
            )
            steps: list[CheckResult] = []
            await AccountCheck(fixture.reactor, fixture.account, fixture.secret, steps.append).run()
            assert steps[-1].problem is not None
            assert steps[-1].problem.kind is ProblemKind.SERVER
            assert "by certificate (EXTERNAL)" in steps[-1].sentence, steps
        finally:
            await fixture.close()


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario
    for scenario in (by_certificate_alone, beside_a_password, refused_by_the_server, not_offered)
}


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
