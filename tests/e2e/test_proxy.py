"""The whole program behind a proxy with a password: watched, cut off and back, refused and asked."""

from __future__ import annotations

import pytest

from tests.real.proxies import Microsocks
from tests.rig.processes import wait_until


@pytest.fixture
def proxy():
    """A SOCKS5 proxy that knows one user."""
    with Microsocks("joe", "first") as proxy:
        yield proxy


def test_everything_goes_through_the_proxy(recorder, program, dovecot, proxy):
    """Push as well; while it is away there is nothing, and when it wants another password the user is asked."""
    program._add(
        dovecot,
        "Work",
        *("--password-stdin", "--insecure-secret-file", "--proxy", f"socks5://joe@127.0.0.1:{proxy.port}"),
        stdin=f"{dovecot.password}\nfirst\n",
    )
    program.start_watching()
    dovecot.deliver("Through the proxy")
    wait_until(
        lambda: any("Through the proxy" in each["body"] for each in recorder.notifications.toasts()),
        "a toast",
    )
    proxy.kill()
    wait_until(lambda: "refused the connection" in (program.status()[0]["error"] or ""), "words", 60)
    dovecot.deliver("Meanwhile")
    proxy.start()
    program.wait_state("watching")
    program.wait_unseen(2)
    proxy.kill()
    proxy.password = "second"
    proxy.start()
    error = program.wait_state("needs-credentials")["error"]
    assert "refused the user name or password of joe" in error
    assert "Traceback" not in program.log_text()
    assert "first" not in program.log_text()
