"""What counts as new on the icon."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.summaries import account, summary, title
from tray.app.new_mail import NewMail


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new-mail.json"


def test_what_arrived_counts_until_it_is_read_or_the_user_has_looked(path):
    changes = []
    new = NewMail(path)
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


def test_no_more_are_new_than_are_unread(path):
    """Those that are not among the newest any more may have been read elsewhere."""
    new = NewMail(path)
    new.arrived("Work", [title(uid) for uid in range(50)])
    assert new.count(summary(account("w", *(title(uid) for uid in range(10))))) == 10
    assert new.count(summary(account("w"))) == 0


def test_who_never_looks_fills_no_memory(path):
    """The newest count: those are on the menu."""
    new = NewMail(path)
    for uid in range(3000):
        new.arrived("Work", [title(uid)])
    new.arrived("Work", [title(uid) for uid in range(3000, 6000)])
    assert len(new._keys) == 500
    everything = replace(summary(account("w", title(5999, unseen=False), title(1))), unseen=6000)
    assert new.count(everything) == 499
    new.save()
    assert NewMail(path).count(everything) == 499


def test_what_is_new_stays_so_until_the_next_run_and_no_longer_than_that(path):
    new, shown = NewMail(path), summary(account("w", title(1), title(2)))
    new.save()
    assert not path.exists()
    new.arrived("Work", [title(1), title(2)])
    new.save()
    again = NewMail(path)
    assert again.count(shown) == 2
    again.looked()
    again.save()
    assert NewMail(path).count(shown) == 0
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "{", "5", "null", "[1]", '["x"]', '{"a": 1}', "[" * 9999])
def test_a_damaged_file_is_no_new_mail(path, text):
    path.write_text(text)
    path.chmod(0o600)
    assert NewMail(path).count(summary(account("w", title(1)))) == 0


@pytest.mark.expects_log("could not be kept")
def test_a_full_disk_is_in_the_log(path):
    new = NewMail(path / "no" / "folder")
    new.arrived("Work", [title(1)])
    new.save()
