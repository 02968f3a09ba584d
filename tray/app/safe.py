"""The safe: what accounts and their proxies log in with, fetched in threads of its own; the GUI never waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.app.blocking import BlockingThread, ThreadForEach
from tray.app.proxy_passwords import ProxyPasswords
from tray.app.vault import Vault
from tray.desktop.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from tray.desktop.paths import Paths
    from tray.mail.account import Account
    from tray.mail.secret import Secret


class Safe:
    """The vault, the passwords of proxies, and the threads that ask for them."""

    def __init__(self, call_from_thread: Callable[..., Any], paths: Paths) -> None:
        """Answer through `call_from_thread`; no thread begins before it is asked something."""
        self._secrets = Secrets(paths.keyring_service, paths.secret_file)
        keyring = BlockingThread(call_from_thread, "keyring")
        files = BlockingThread(call_from_thread, "files")
        commands = ThreadForEach(call_from_thread, "password command")
        self._desktop = ThreadForEach(call_from_thread, "online account")
        self._threads = keyring, files, commands, self._desktop
        self.vault = Vault(self._secrets, keyring, files, commands)
        self.proxies = ProxyPasswords(self.vault)

    def ask_desktop(self, account: Account) -> Deferred[Secret]:
        """What the desktop has for its online account; fails with `SecretUnavailable`.

        The desktop may ask the network for it, and nobody else has to wait for that.
        """
        return self._desktop.run(lambda: self._secrets.get(account))

    def close(self) -> None:
        """Wait for nobody: what is under way ends unheard, and no command is left behind."""
        for thread in self._threads:
            thread.close()
        self._secrets.close()
