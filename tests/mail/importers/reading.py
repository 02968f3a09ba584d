"""Reads texts as the files of other programs."""

from __future__ import annotations

from tray.mail.importers import geary, goimapnotify, mailnag, mbsync, thunderbird
from tray.mail.importers.candidates import Source, SourceProgram

PARSERS = {
    SourceProgram.THUNDERBIRD: thunderbird.parse,
    SourceProgram.MBSYNC: lambda text, source: mbsync.parse(text, source, "/home/jane", "/home/jane/.config"),
    SourceProgram.GOIMAPNOTIFY: goimapnotify.parse,
    SourceProgram.GEARY: geary.parse,
    SourceProgram.MAILNAG: mailnag.parse,
}


def read(program, text):
    return PARSERS[program](text, Source(program, "~/file"))


def only(program, text):
    """The only offer in a text without complaints."""
    reading = read(program, text)
    assert reading.complaints == ()
    (offer,) = reading.offers
    return offer


def complaint(program, text):
    """The only complaint about a text without offers, without the names of program and file."""
    reading = read(program, text)
    assert reading.offers == ()
    (sentence,) = reading.complaints
    start = f"{program.title}, ~/file: "
    assert sentence.startswith(start)
    return sentence.removeprefix(start)


def values(offer, names):
    """The values of an account's fields."""
    return [getattr(offer.account, name) for name in names.split()]
