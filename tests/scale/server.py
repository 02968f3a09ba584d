"""A Dovecot with many users, and a burst of mail to one of them."""

from __future__ import annotations

import itertools
import os

from tests.real.dovecot import Dovecot, _base64, mail


class ManyUsersDovecot(Dovecot):
    """`users` more users beside the first one, all with its password and an empty mailbox."""

    def __init__(self, users: int) -> None:
        super().__init__()
        self.users = [f"user{number:02}" for number in range(1, users + 1)]
        self._bursts = itertools.count(1)
        with (self.home / "users").open("a", encoding="utf-8") as file:
            file.writelines(f"{user}:{{PLAIN.B64}}{_base64(self.password)}\n" for user in self.users)

    def fill(self, count: int) -> None:
        """Give every one of them `count` mails, before anybody looks."""
        for user in self.users:
            maildir = self.home / "mail" / user / "Maildir"
            for name in (maildir.parent, maildir, *(maildir / name for name in ("tmp", "new", "cur"))):
                name.mkdir()
                self._own(name)
            for number in range(count):
                text = mail(f"Mail {number} to {user}", "Bob <bob@example.org>", "Hello.\n", number, None)
                self._maildir_add(maildir, text)

    def burst(self, user: str, count: int) -> None:
        """Deliver `count` mails to `user` as fast as the disk takes them: one text under many names."""
        folder = self.home / "mail" / user / "Maildir"
        burst = next(self._bursts)
        text = folder / "tmp" / f"burst{burst}"
        text.write_bytes(mail(f"Burst {burst}", "Bob <bob@example.org>", "Hello.\n", burst, None))
        self._own(text)
        for number in range(count):
            os.link(text, folder / "new" / f"1.burst{burst}x{number:06}.host")
        text.unlink()
