"""The values of toasts that go out as they are."""

from __future__ import annotations

from tray.mail.model.toast import Urgency


def test_urgencies_are_the_bytes_of_the_notification_protocol():
    """Desktop Notifications Specification 1.2, Urgency Levels."""
    assert {level.name: level.value for level in Urgency} == {"LOW": 0, "NORMAL": 1, "CRITICAL": 2}
