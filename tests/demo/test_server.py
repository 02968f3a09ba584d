"""The demo server through the eyes of the standard library's IMAP client, over TLS."""

from __future__ import annotations

import imaplib
import re
import subprocess
import sys

import pytest

TITLES = "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)])"


def line_of(client):
    return client.readline().rstrip(b"\r\n")


def test_login_and_plain_let_the_right_password_in(demo):
    demo.login()
    other = demo.connect()
    user, password = demo.facts["user"], demo.facts["password"]
    assert other.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())[0] == "OK"


def test_a_wrong_password_is_named_as_such(demo):
    client = demo.connect()
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.login(demo.facts["user"], 'wr"on\\g')
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        client.authenticate("PLAIN", lambda _: b"\0nobody\0nothing")


def test_capabilities_name_what_there_is(demo):
    capabilities = demo.connect().capabilities
    assert {"IMAP4REV1", "IDLE", "AUTH=PLAIN"} <= set(capabilities)
    assert "STARTTLS" not in capabilities


def test_examine_tells_all_that_a_client_needs(demo):
    client = demo.examine()
    assert int(client.untagged_responses["UIDNEXT"][0]) == 4227
    assert int(client.untagged_responses["UIDVALIDITY"][0]) > 0
    assert client.untagged_responses["EXISTS"] == [b"26"]
    assert "READ-ONLY" in client.untagged_responses


def test_headers_come_as_raw_bytes(demo):
    client = demo.examine()
    _, found = client.uid("FETCH", "4201:*", TITLES)
    headers = [part[1] for part in found if isinstance(part, tuple)]
    assert len(headers) == 26
    assert any("Straßenfest".encode("latin-1") in header for header in headers)
    assert any("Crème brûlée".encode() in header for header in headers)
    assert all(header.endswith(b"\r\n\r\n") for header in headers)


def test_uid_fetch_beyond_the_end_answers_with_the_last(demo):
    _, found = demo.examine().uid("FETCH", "99999:*", "(UID FLAGS)")
    assert found == [b"26 (UID 4226 FLAGS ())"]


def test_every_item_of_a_full_mail_program_is_answered(demo):
    client = demo.login()
    client.select()
    items = "(UID RFC822.SIZE RFC822.HEADER ENVELOPE BODYSTRUCTURE BODY BODY.PEEK[] BODY.PEEK[TEXT]<0.7>)"
    status, found = client.fetch("1:*", items)
    assert status == "OK"
    assert (
        sum(b"BODYSTRUCTURE" in part for entry in found for part in entry[:1] if isinstance(entry, tuple))
        == 26
    )
    assert client.search(None, "UID", "4226", "UNSEEN")[1] == [b"26"]
    client.fetch("26", "(BODY[TEXT])")
    assert client.search(None, "UID", "4226", "UNSEEN")[1] == [b""]


def test_search_finds_by_flags_and_numbers(demo):
    client = demo.examine()
    _, (unseen,) = client.uid("SEARCH", "UNSEEN", "UNDELETED")
    _, (seen,) = client.uid("SEARCH", "SEEN")
    assert len(unseen.split()) + len(seen.split()) == 26
    assert client.uid("SEARCH", "UNSEEN", "UID", "4226:*")[1] == [b"4226"]
    assert client.search(None, "(OR 1 NOT 2:26)")[1] == [b"1"]
    with pytest.raises(imaplib.IMAP4.error, match="cannot search"):
        client.search(None, "BODY", "cake")


def test_status_and_list_know_the_other_mailboxes(demo):
    client = demo.login()
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
    watching, reading = demo.examine(), demo.login()
    reading.select()
    assert reading.uid("STORE", "4225:4226", "+FLAGS.SILENT", "(\\Seen)") == ("OK", [None])
    watching.untagged_responses.clear()
    watching.noop()
    assert watching.untagged_responses["FETCH"] == [
        b"25 (UID 4225 FLAGS (\\Seen))",
        b"26 (UID 4226 FLAGS (\\Seen))",
    ]


def test_idle_tells_of_mail_flags_and_expunges_at_once(demo):
    client = demo.examine()
    client.send(b"i1 IDLE\r\n")
    assert line_of(client) == b"+ idling"
    uid = demo.deliver("Grüße & <b>")
    assert line_of(client) == b"* 27 EXISTS"
    demo.order(f"/read {uid}")
    assert line_of(client) == b"* 27 FETCH (UID 4227 FLAGS (\\Seen))"
    demo.order("/remove 4202")
    assert line_of(client) == b"* 2 EXPUNGE"
    client.send(b"done\r\n")
    assert line_of(client) == b"i1 OK Idle completed"


def test_done_fetch_and_idle_may_come_in_one_write(demo):
    client = demo.examine()
    client.send(b"i1 IDLE\r\n")
    assert line_of(client) == b"+ idling"
    client.send(b"DONE\r\ni2 UID FETCH 4226 (UID FLAGS)\r\ni3 IDLE\r\n")
    expected = [
        b"i1 OK Idle completed",
        b"* 26 FETCH (UID 4226 FLAGS ())",
        b"i2 OK FETCH completed",
        b"+ idling",
    ]
    assert [line_of(client) for _ in expected] == expected


def test_anything_but_done_ends_idle_with_an_error(demo):
    client = demo.examine()
    client.send(b"i1 IDLE\r\n")
    line_of(client)
    client.send(b"i2 NOOP\r\n")
    assert line_of(client) == b"i1 BAD Expected DONE"


def test_an_expunge_waits_until_numbers_may_change(demo):
    client = demo.examine()
    demo.order("/remove 4201")
    demo.deliver()
    client.untagged_responses.clear()
    assert client.fetch("26", "(UID)")[1] == [b"26 (UID 4226)"]
    assert "EXPUNGE" not in client.untagged_responses
    client.untagged_responses.clear()
    client.noop()
    assert client.untagged_responses["EXPUNGE"] == [b"1"]
    assert client.untagged_responses["EXISTS"] == [b"26"]


def test_deleted_mails_go_when_expunged(demo):
    client = demo.login()
    client.select()
    client.uid("STORE", "4201", "+FLAGS", "(\\Deleted)")
    assert client.expunge()[1] == [b"1"]
    assert client.status("INBOX", "(MESSAGES)")[1] == [b'"INBOX" (MESSAGES 25)']


def test_what_it_does_not_offer_is_refused_in_words(demo):
    client = demo.login()
    assert client.create("Mine") == ("NO", [b"[CANNOT] The demo keeps its mailboxes as they are"])


def test_mail_comes_by_itself_once_somebody_looks(lively_demo):
    client = lively_demo.examine()
    client.send(b"i1 IDLE\r\n")
    assert line_of(client) == b"+ idling"
    assert re.fullmatch(rb"\* \d+ EXISTS", line_of(client))
    assert re.fullmatch(rb"\* \d+ EXISTS", line_of(client))


def test_stopping_says_goodbye(demo):
    client = demo.examine()
    client.send(b"i1 IDLE\r\n")
    line_of(client)
    demo.order("/stop")
    assert line_of(client) == b"* BYE The demo ends"
    assert demo.process.wait(10) == 0


def test_importing_it_leaves_the_reactor_to_others():
    code = "import sys, tray.demo.server; sys.exit('twisted.internet.reactor' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
