"""Runs a real authorisation server beside a test, and is the user's browser."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.real import dovecot_configuration
from tests.real.authorization_server_program import PUBLIC, RESOURCE, RESOURCE_SECRET, SCOPE
from tray.mail.settings.oauth_clients import OAuthProvider

if TYPE_CHECKING:
    from typing_extensions import Self

ROOT = Path(__file__).resolve().parents[2]


class AuthorizationServerFixture:
    """One server; use it as a context manager."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self._child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.real.authorization_server_program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        assert self._child.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._child.stdout.readline())}"
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; from then on nobody answers."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()  # which closes its pipes, too

    def provider(self, **changed: Any) -> OAuthProvider:
        """It, as our program knows it."""
        values: dict[str, Any] = {
            "id": "test",
            "name": "Test Mail",
            "authorize": f"{self.url}/authorize",
            "token": f"{self.url}/token",
            "device": f"{self.url}/device_authorization",
            "scopes": (SCOPE,),
        }
        return OAuthProvider(**{**values, **changed})

    def settings(self) -> tuple[str, ...]:
        """The words of ``mailbell oauth set`` that make it known."""
        return (
            *("oauth", "set", "test", "--client-id", PUBLIC, "--scope", SCOPE, "--name", "Test Mail"),
            *("--authorize", f"{self.url}/authorize", "--token", f"{self.url}/token"),
            *("--device", f"{self.url}/device_authorization"),
        )

    def change(self, **values: Any) -> None:
        """Have it behave otherwise."""
        self._post("/test/set", values)

    def type_code(self, code: str, *, allow: bool = True) -> None:
        """Type a device code as the user does."""
        self._post("/test/grant", {"code": code, "allow": allow})

    def end_access(self) -> None:
        """All access tokens end early."""
        self._post("/test/revoke", {"refresh": False})

    def revoke(self) -> None:
        """The user takes back what was allowed."""
        self._post("/test/revoke", {"refresh": True})

    def state(self) -> dict[str, Any]:
        """What it was asked for, by kind; when it was polled; all tokens that it gave."""
        with urllib.request.urlopen(f"{self.url}/test/state", timeout=10) as answer:
            return json.load(answer)

    def asked(self, what: str) -> int:
        """How often it was asked for `what`."""
        return self.state()["asked"].get(what, 0)

    def introspection(self, folder: Any) -> str:
        """The lines of a Dovecot that asks it about tokens; the file goes into `folder`."""
        host = self.url.removeprefix("http://")
        url = f"http://{RESOURCE}:{RESOURCE_SECRET}@{host}/introspect"
        return dovecot_configuration.introspection(folder, url, SCOPE)

    def _post(self, path: str, values: dict[str, Any]) -> None:
        request = urllib.request.Request(
            self.url + path, json.dumps(values).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=10).close()


def browse(url: str) -> str:
    """What a browser shows that is sent to `url` and follows wherever it leads."""
    try:
        with urllib.request.urlopen(url, timeout=20) as page:
            return page.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.read().decode()


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, _request: Any, page: Any, *more: Any) -> None:
        page.close()
        raise urllib.error.URLError(more[-1])  # where it would go


def ended_at(url: str) -> str:
    """Where the browser of another computer ends that is sent to `url`: at its own loopback, where nobody is."""
    try:
        urllib.request.build_opener(_Stays).open(url, timeout=20)
    except urllib.error.URLError as ended:
        return str(ended.reason)
    raise AssertionError("nobody was led anywhere")
