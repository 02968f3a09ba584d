"""The files of other programs, where they lie."""

from __future__ import annotations

import os

import pytest

from tray.desktop.storage.import_files import ImportFiles
from tray.mail.importers.candidates import SourceProgram

THUNDERBIRD = """\
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.hostname", "{host}");
user_pref("mail.server.server1.userName", "jane");
user_pref("mail.server.server1.socketType", 3);
"""
MBSYNC = "IMAPAccount work\nHost {host}\nUser jane\nCertificateFile roots.pem\n"
GEARY = "[Account]\nservice_provider=other\n[Incoming]\nhost={host}\nlogin=jane\n"
MAILNAG = "[account1]\nenabled=1\nserver={host}\nuser=jane\n"
NOTIFY = "configurations:\n- host: {host}\n  username: jane\n  tls: true\n"


@pytest.fixture
def home(tmp_path):
    return tmp_path


def put(home, path, text):
    file = home / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def found(home, *origins, **environment):
    readings = ImportFiles(home, environment).readings(origins or frozenset(SourceProgram))
    offers = [offer for reading in readings for offer in reading.offers]
    return offers, [complaint for reading in readings for complaint in reading.complaints]


def hosts(home, *origins, **environment):
    offers, complaints = found(home, *origins, **environment)
    assert complaints == []
    return [offer.account.host for offer in offers]


def test_an_empty_home_holds_nothing(home):
    assert found(home) == ([], [])


def test_all_programs_are_looked_for(home):
    put(home, ".thunderbird/profiles.ini", "[Profile0]\nPath=a.default\n")
    put(home, ".thunderbird/a.default/prefs.js", THUNDERBIRD.format(host="thunderbird"))
    put(home, ".mbsyncrc", MBSYNC.format(host="mbsync"))
    put(home, ".config/goimapnotify/goimapnotify.yaml", NOTIFY.format(host="goimapnotify"))
    put(home, ".config/geary/account_01/geary.ini", GEARY.format(host="geary"))
    put(home, ".config/mailnag/mailnag.cfg", MAILNAG.format(host="mailnag"))
    offers, _ = found(home)
    assert [(offer.account.host, offer.place) for offer in offers] == [
        ("thunderbird", "~/.thunderbird/a.default/prefs.js"),
        ("mbsync", "~/.mbsyncrc"),
        ("goimapnotify", "~/.config/goimapnotify/goimapnotify.yaml"),
        ("geary", "~/.config/geary/account_01/geary.ini"),
        ("mailnag", "~/.config/mailnag/mailnag.cfg"),
    ]
    assert hosts(home, SourceProgram.GEARY) == ["geary"]
    assert hosts(home, SourceProgram.ONLINE) == []


@pytest.mark.parametrize(
    "root",
    [
        "snap/thunderbird/common/.thunderbird",
        ".var/app/org.mozilla.Thunderbird/.thunderbird",
        ".var/app/eu.betterbird.Betterbird/.thunderbird",
    ],
)
def test_sandboxes_are_looked_into(home, root):
    put(home, f"{root}/profiles.ini", "[Profile0]\nPath=a\n")
    put(home, f"{root}/a/prefs.js", THUNDERBIRD.format(host="a"))
    assert hosts(home) == ["a"]


def test_several_profiles_are_read_each_once(home):
    """Also where one lies elsewhere, is gone, or is named twice."""
    elsewhere = put(home, "mail/prefs.js", THUNDERBIRD.format(host="elsewhere")).parent
    text = f"[Profile0]\nPath=a\n[Profile1]\nIsRelative=0\nPath={elsewhere}\n[Profile2]\nPath=gone\n"
    put(home, ".thunderbird/profiles.ini", text + f"[Profile3]\nIsRelative=0\nPath={elsewhere}\n")
    put(home, ".thunderbird/a/prefs.js", THUNDERBIRD.format(host="a"))
    assert hosts(home) == ["a", "elsewhere"]


def test_the_configuration_folder_may_be_elsewhere(home):
    put(home, "etc/isyncrc", MBSYNC.format(host="a"))
    put(home, "etc/imapnotify/work.conf", '{"host": "b", "username": "j", "boxes": ["INBOX"]}')
    put(home, "etc/imapnotify/notes.txt", "nonsense")
    put(home, ".var/app/org.gnome.Geary/config/geary/account_02/geary.ini", GEARY.format(host="c"))
    offers, complaints = found(home, XDG_CONFIG_HOME=str(home / "etc"))
    assert [offer.account.host for offer in offers] == ["a", "b", "c"]
    assert complaints == []
    assert offers[0].account.ca_file == str(home / "etc/roots.pem")
    assert hosts(home, XDG_CONFIG_HOME="relative") == ["c"]
    offers, _ = found(home / "elsewhere", XDG_CONFIG_HOME=str(home / "etc"))
    assert offers[0].place == str(home / "etc/isyncrc")


def test_text_that_is_not_utf_8_and_marks_at_the_beginning_are_read(home):
    (home / ".mbsyncrc").write_bytes(
        b"\xef\xbb\xbf" + MBSYNC.format(host="a").encode() + b"\nPass \xff\xfe\n"
    )
    assert hosts(home) == ["a"]


def test_what_is_no_plain_file_is_none(home):
    """A pipe would be waited for for ever."""
    (home / ".config").mkdir()
    os.mkfifo(home / ".config/isyncrc")
    (home / ".mbsyncrc").mkdir()
    (home / ".config/geary").write_text("a file")
    put(home, ".thunderbird/profiles.ini", "[Profile0]\nPath=a\0b\n")
    assert found(home) == ([], [])


def test_a_loop_of_links_is_said(home):
    (home / ".mbsyncrc").symlink_to(".mbsyncrc")
    _, complaints = found(home)
    assert complaints == ["mbsync, ~/.mbsyncrc: it cannot be read: its links lead nowhere."]


def test_a_file_that_is_too_large_is_not_read(home):
    put(home, ".thunderbird/profiles.ini", "x" * 1_000_001)
    os.truncate(put(home, ".mbsyncrc", ""), 1_000_000_000)  # a hole in the disk
    _, complaints = found(home)
    assert complaints == [
        "Thunderbird, ~/.thunderbird/profiles.ini: it is too large to be meant.",
        "mbsync, ~/.mbsyncrc: it is too large to be meant.",
    ]


def test_a_file_of_a_terrible_name_is_named_all_the_same(home):
    """Neither half characters nor what steers a terminal comes through."""
    folder = home / ".config/goimapnotify"
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"caf\xe9\x1b[2J.json")).write_text("{")
    _, (complaint,) = found(home)
    assert complaint.encode("utf-8").isascii() is False
    assert complaint.isprintable()
