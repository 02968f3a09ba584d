"""The demo server, through the standard library's IMAP client over TLS."""

from __future__ import annotations

import imaplib
import re
import subprocess
import sys

import pytest

from tests.demo.running import RunningDemo, line_of

ENVELOPE = "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)])"


@pytest.fixture
def demo(request):
    running = RunningDemo(getattr(request, "param", "0"))
    yield running
    running.stop()


def test_login_and_plain_accept_the_right_password(demo):
    demo.select()
    other = demo.connect()
    user, password = demo.facts["user"], demo.facts["password"]
    assert other.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())[0] == "OK"


def test_a_wrong_password_is_named_as_such(demo):
    client = demo.connect()
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.login(demo.facts["user"], 'wr"on\\g')
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.authenticate("PLAIN", lambda _: b"\0nobody\0nothing")


def test_examine_sends_all_that_a_client_needs(demo):
    client = demo.examine()
    assert int(client.untagged_responses["UIDNEXT"][0]) == 4227
    assert int(client.untagged_responses["UIDVALIDITY"][0]) > 0
    assert client.untagged_responses["EXISTS"] == [b"26"]
    assert "READ-ONLY" in client.untagged_responses


def test_headers_come_as_raw_bytes(demo):
    client = demo.examine()
    _, found = client.uid("FETCH", "4201:*", ENVELOPE)
    headers = [part[1] for part in found if isinstance(part, tuple)]
    assert len(headers) == 26
    assert any("Straßenfest".encode("latin-1") in header for header in headers)
    assert any("Crème brûlée".encode() in header for header in headers)
    assert all(header.endswith(b"\r\n\r\n") for header in headers)


def test_uid_fetch_beyond_the_end_answers_with_the_last(demo):
    _, found = demo.examine().uid("FETCH", "99999:*", "(UID FLAGS)")
    assert found == [b"26 (UID 4226 FLAGS ())"]


def test_whole_messages_and_sizes_are_fetched_and_reading_sets_seen(demo):
    client = demo.select()
    _, found = client.fetch("26", "(RFC822.SIZE BODY.PEEK[])")
    assert int(re.search(rb"SIZE (\d+)", found[0][0])[1]) == len(found[0][1])
    (whole,) = [part[1] for part in found if isinstance(part, tuple)]
    assert client.search(None, "UID", "4226", "UNSEEN")[1] == [b"26"]
    parts = [client.fetch("26", f"(BODY[{section}])")[1][0][1] for section in ("HEADER", "TEXT")]
    assert b"".join(parts) == whole
    assert client.search(None, "UID", "4226", "UNSEEN")[1] == [b""]
    with pytest.raises(imaplib.IMAP4.error, match="cannot fetch"):
        client.fetch("26", "(ENVELOPE)")


def test_a_part_of_a_text_is_fetched(demo):
    client = demo.examine()
    whole = client.fetch("26", "(BODY.PEEK[TEXT])")[1][0][1]
    name, part = client.fetch("26", "(BODY.PEEK[TEXT]<5.7>)")[1][0]
    assert part == whole[5:12]
    assert b"BODY[TEXT]<5>" in name
    assert client.fetch("26", "(BODY.PEEK[TEXT]<9000.7>)")[1][0][1] == b""


def test_search_finds_text_in_headers_and_bodies(demo):
    client = demo.examine()

    def search(*keys):
        client.literal = "müller".encode()
        return client.search("UTF-8", *keys)[1]

    assert search("FROM") == [b"24"]
    assert client.search(None, "OR", "SUBJECT", "CAKE", "FROM", '"Alder Bank"')[1] == [b"17 21 25"]
    assert client.search(None, "TEXT", '"sign in. The code"')[1] == [b"25"]
    assert client.search(None, "SUBJECT", '"sign in. The code"')[1] == [b""]


def test_search_finds_by_flags_and_numbers(demo):
    client = demo.examine()
    _, (unseen,) = client.uid("SEARCH", "UNSEEN", "UNDELETED")
    _, (seen,) = client.uid("SEARCH", "SEEN")
    assert len(unseen.split()) + len(seen.split()) == 26
    assert client.uid("SEARCH", "UNSEEN", "UID", "4226:*")[1] == [b"4226"]
    assert client.search(None, "ALL", "UNSEEN", "25:*")[1] == [b"25 26"]
    with pytest.raises(imaplib.IMAP4.error, match="cannot search"):
        client.search(None, "BODY", "cake")


def test_status_and_list_have_the_other_mailboxes(demo):
    client = demo.select()
    assert b'(\\HasNoChildren) "/" "B&APw-ro"' in client.list()[1]
    assert client.status("INBOX", "(MESSAGES UNSEEN UIDNEXT)")[1] == [
        b'"INBOX" (MESSAGES 26 UNSEEN 12 UIDNEXT 4227)'
    ]
    assert client.status('"B&APw-ro"', "(MESSAGES)")[1] == [b'"B&APw-ro" (MESSAGES 1)']
    assert client.status("Nowhere", "(MESSAGES)")[0] == "NO"
    assert client.select("Nowhere")[0] == "NO"


def test_a_read_only_client_cannot_change_flags(demo):
    assert demo.examine().uid("STORE", "4226", "+FLAGS.SILENT", "(\\Seen)")[0] == "NO"


def test_two_clients_see_one_anothers_flags(demo):
    watching, reading = demo.examine(), demo.select()
    assert reading.uid("STORE", "4225:4226", "+FLAGS.SILENT", "(\\Seen)") == ("OK", [None])
    watching.untagged_responses.clear()
    watching.noop()
    assert watching.untagged_responses["FETCH"] == [
        b"25 (UID 4225 FLAGS (\\Seen))",
        b"26 (UID 4226 FLAGS (\\Seen))",
    ]


def test_idle_sends_mail_flags_and_expunges_at_once(demo):
    client = demo.idle()
    uid = demo.deliver("Grüße & <b>")
    assert line_of(client) == b"* 27 EXISTS"
    demo.order(f"/read {uid}")
    assert line_of(client) == b"* 27 FETCH (UID 4227 FLAGS (\\Seen))"
    demo.order("/remove 4202")
    assert line_of(client) == b"* 2 EXPUNGE"
    client.send(b"done\r\n")
    assert line_of(client) == b"i1 OK Idle completed"


def test_done_fetch_and_idle_may_come_in_one_write(demo):
    client = demo.idle()
    client.send(b"DONE\r\ni2 UID FETCH 4226 (UID FLAGS)\r\ni3 IDLE\r\n")
    expected = [
        b"i1 OK Idle completed",
        b"* 26 FETCH (UID 4226 FLAGS ())",
        b"i2 OK FETCH completed",
        b"+ idling",
    ]
    assert [line_of(client) for _ in expected] == expected


def test_anything_but_done_ends_idle_with_an_error(demo):
    client = demo.idle()
    client.send(b"i2 NOOP\r\n")
    assert line_of(client) == b"i1 BAD Expected DONE"


def test_an_expunge_waits_until_numbers_may_change(demo):
    client = demo.examine()
    demo.order("/remove 4201")
    demo.deliver("One more")
    client.untagged_responses.clear()
    assert client.fetch("26", "(UID)")[1] == [b"26 (UID 4226)"]
    assert "EXPUNGE" not in client.untagged_responses
    assert client.untagged_responses["EXISTS"] == [b"27"]
    client.untagged_responses.clear()
    client.noop()
    assert client.untagged_responses["EXPUNGE"] == [b"1"]
    assert client.uid("FETCH", "4227", "(FLAGS)")[1] == [b"26 (UID 4227 FLAGS ())"]


def test_deleted_mails_go_when_expunged(demo):
    client = demo.select()
    client.uid("STORE", "4201", "+FLAGS", "(\\Deleted)")
    assert client.expunge()[1] == [b"1"]
    assert client.status("INBOX", "(MESSAGES)")[1] == [b'"INBOX" (MESSAGES 25)']


def test_mails_are_moved_and_copied_between_its_folders(demo):
    """To the folders of special use, among others."""
    client = demo.select()
    assert b'(\\HasNoChildren \\Archive) "/" "Archive"' in client.list()[1]
    assert client._simple_command("UID", "MOVE", "4201:4202", "Archive")[0] == "OK"
    assert client.status("INBOX", "(MESSAGES)")[1] == [b'"INBOX" (MESSAGES 24)']
    assert client.uid("COPY", "4203", "Trash")[0] == "OK"
    assert client.status("INBOX", "(MESSAGES)")[1] == [b'"INBOX" (MESSAGES 24)']
    assert client.uid("COPY", "4203", "Nowhere")[1] == [b"[TRYCREATE] No such mailbox"]
    assert client.status("Archive", "(MESSAGES UIDNEXT)")[1] == [b'"Archive" (MESSAGES 2 UIDNEXT 3)']
    assert demo.examine()._simple_command("UID", "MOVE", "4204", "Trash")[0] == "NO"


def test_uid_expunge_removes_no_other_mail(demo):
    client = demo.select()
    client.uid("STORE", "4201:4203", "+FLAGS", "(\\Deleted)")
    assert client.uid("EXPUNGE", "4202:4226")[0] == "OK"
    assert client.uid("SEARCH", "DELETED")[1] == [b"4201"]


def test_a_command_that_it_does_not_offer_is_refused_in_words(demo):
    client = demo.select()
    assert client.create("Mine") == ("NO", [b"[CANNOT] The demo keeps its mailboxes as they are"])


@pytest.mark.parametrize("demo", ["0.3"], indirect=True)
def test_mail_comes_by_itself_once_a_mailbox_is_open(demo):
    client = demo.idle()
    assert re.fullmatch(rb"\* \d+ EXISTS", line_of(client))
    assert re.fullmatch(rb"\* \d+ EXISTS", line_of(client))


def test_a_server_that_stops_sends_bye(demo):
    client = demo.idle()
    demo.order("/stop")
    assert line_of(client) == b"* BYE The demo ends"
    assert demo.process.wait(60) == 0


def test_importing_it_leaves_the_reactor_to_others():
    code = "import sys, tray.demo.server; sys.exit('twisted.internet.reactor' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
