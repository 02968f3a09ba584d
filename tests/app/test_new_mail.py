"""What counts as new on the icon."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.summaries import account, summary, title
from tray.app.new_mail import NewMail


def test_what_arrived_counts_until_it_is_read_or_the_user_has_looked():
    changes = []
    new = NewMail()
    new.connect(lambda: changes.append(1))
    new.looked()
    assert changes == []
    one, two, old = title(1), title(2), title(0)
    new.arrived("Work", [one, two])
    assert new.count(summary(account("w", two, one, old))) == 2
    assert new.count(summary(account("w", replace(two, unseen=False), one, old))) == 1
    new.looked()
    assert changes == [1]
    assert new.count(summary(account("w", two, one, old))) == 0


def test_no_more_are_new_than_are_unread():
    """Those that are not among the newest any more may have been read elsewhere."""
    new = NewMail()
    new.arrived("Work", [title(uid) for uid in range(50)])
    assert new.count(summary(account("w", *(title(uid) for uid in range(10))))) == 10
    assert new.count(summary(account("w"))) == 0
