"""What can be said of a keyring without a prompt; on a desktop: `tests.e2e.test_doctor`."""

from __future__ import annotations

import pytest

from tray.desktop.secrets import keyring
from tray.desktop.secrets.keyring import KeyringState
from tray.mail.model.secret import KeyringUnavailable


def backend(monkeypatch, name, module="somebody.backends"):
    """Have the library choose a back end of that name."""
    kind = type(name, (), {"__module__": module, "get_password": lambda _self, *_: "s3cret"})
    monkeypatch.setattr(keyring, "_backend", kind)


def test_a_keyring_that_never_prompts_is_read(monkeypatch):
    backend(monkeypatch, "PlaintextKeyring", "keyrings.alt.file")
    assert keyring.state() == ("keyrings.alt.file.PlaintextKeyring", KeyringState.OPEN)
    assert keyring.read_silently("mailbell", "work").reveal() == "s3cret"


def test_one_that_may_prompt_is_not(monkeypatch):
    backend(monkeypatch, "DBusKeyring", "keyring.backends.kwallet")
    assert keyring.state() == ("kwallet.DBusKeyring", KeyringState.UNKNOWN)
    with pytest.raises(KeyringUnavailable, match="might ask"):
        keyring.read_silently("mailbell", "work")


@pytest.mark.parametrize("module", ["keyring.backends.fail", "keyring.backends.null"])
def test_none_at_all_is_told(module, monkeypatch):
    backend(monkeypatch, "Keyring", module)
    with pytest.raises(KeyringUnavailable, match="no keyring"):
        keyring.state()
