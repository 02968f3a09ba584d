"""Tests of the commands that go out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap import action_commands, commands
from tray.imap.commands import Request
from tray.imap.errors import LocalProtocolError
from tray.imap.framer import Frame
from tray.imap.reader import Reader
from tray.imap.types import INBOX, SEEN, ExtraItems, Flag, MailboxName, Uid

ITEMS = b"UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)]"
PUSHED = b"UID FLAGS INTERNALDATE BODY.PEEK[HEADER]<0.32768>"
GMAIL_ITEMS = ITEMS.replace(b" INTERNALDATE", b" X-GM-MSGID INTERNALDATE")


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (commands.capability(), b"CAPABILITY"),
        (commands.starttls(), b"STARTTLS"),
        (commands.logout(), b"LOGOUT"),
        (commands.noop(), b"NOOP"),
        (commands.idle(), b"IDLE"),
        (commands.examine(INBOX), b'EXAMINE "INBOX"'),
        (commands.select(MailboxName('a"\\ö')), b'SELECT "a\\"\\\\&APY-"'),
        (commands.status(INBOX), b'STATUS "INBOX" (MESSAGES UNSEEN)'),
        (commands.list_mailboxes(), b'LIST "" "*"'),
        (commands.list_mailboxes("ö/%"), b'LIST "" "&APY-/%"'),
        (
            commands.list_mailboxes(returning=("SPECIAL-USE", "CHILDREN")),
            b'LIST "" "*" RETURN (SPECIAL-USE CHILDREN)',
        ),
        (commands.xlist_mailboxes("ö/*"), b'XLIST "" "&APY-/*"'),
        (commands.namespace(), b"NAMESPACE"),
        (commands.client_id("~M!", "1.0"), b'ID ("name" "~M!" "version" "1.0")'),
        (commands.authenticate("PLAIN", None), b"AUTHENTICATE PLAIN"),
        (commands.authenticate("EXTERNAL", b""), b"AUTHENTICATE EXTERNAL ="),
        (commands.fetch_newest_envelopes(50, 20, gmail=False), b"FETCH 31:50 (%b)" % ITEMS),
        (commands.fetch_newest_envelopes(1, 20, gmail=False), b"FETCH 1:1 (%b)" % ITEMS),
        (commands.fetch_newest_envelopes(50, 1, gmail=False), b"FETCH 50:50 (%b)" % ITEMS),
        (commands.fetch_newest_envelopes(3, 20, gmail=True), b"FETCH 1:3 (%b)" % GMAIL_ITEMS),
        (commands.uid_fetch_envelopes(7, None, gmail=False), b"UID FETCH 7:* (%b)" % ITEMS),
        (commands.uid_fetch_envelopes(7, 9, gmail=True), b"UID FETCH 7:9 (%b)" % GMAIL_ITEMS),
        (commands.uid_fetch_envelopes_of([9, 7, 8, 3], gmail=False), b"UID FETCH 3,7:9 (%b)" % ITEMS),
        (commands.fetch_flags_of(1), b"FETCH 1 (UID FLAGS)"),
        (commands.uid_fetch_flags(7), b"UID FETCH 7:* (UID FLAGS)"),
        (commands.uid_fetch_flags(10, (9,)), b"UID FETCH 10:4294967295 (UID FLAGS)"),
        (commands.uid_fetch_flags(10, (12,)), b"UID FETCH 10:11,13:4294967295 (UID FLAGS)"),
        (commands.uid_fetch_flags(10, (10, 11, 14)), b"UID FETCH 12:13,15:4294967295 (UID FLAGS)"),
        (commands.uid_fetch_flags(10, (2**32 - 1,)), b"UID FETCH 10:4294967294 (UID FLAGS)"),
        (commands.uid_fetch_flags(2**32 - 1, (2**32 - 1,)), b"UID FETCH 4294967295:* (UID FLAGS)"),
        (commands.uid_fetch_flags(10, (), [3, 4, 7]), b"UID FETCH 3:4,7,10:* (UID FLAGS)"),
        (commands.uid_fetch_flags(10, (10,), [3]), b"UID FETCH 3,11:4294967295 (UID FLAGS)"),
        (
            commands.uid_fetch_texts([7, 8], 4096),
            (
                b"UID FETCH 7:8 (UID BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE"
                b" CONTENT-TRANSFER-ENCODING)] BODY.PEEK[TEXT]<0.4096>)"
            ),
        ),
        (commands.uid_fetch_previews([7, 9]), b"UID FETCH 7,9 (UID PREVIEW)"),
        (commands.search_unseen_at(5, 9), b"UID SEARCH 5:9 UNSEEN UNDELETED"),
        (commands.count_unseen_extended(), b"UID SEARCH RETURN (COUNT) UNSEEN UNDELETED"),
        (commands.count_unseen_extended(5, 9), b"UID SEARCH RETURN (COUNT) UID 5:9 UNSEEN UNDELETED"),
        (commands.search_unseen(), b"UID SEARCH UNSEEN UNDELETED"),
        (commands.search_unseen(5), b"UID SEARCH UID 5:* UNSEEN UNDELETED"),
        (commands.search_unseen(None, 9), b"UID SEARCH UID 1:9 UNSEEN UNDELETED"),
        (commands.search_unseen(5, 9), b"UID SEARCH UID 5:9 UNSEEN UNDELETED"),
        (commands.search_from(5), b"UID SEARCH 5:*"),
        (commands.search_uids_from(5), b"UID SEARCH UID 5:*"),
        (*action_commands.uid_store_batches([5], SEEN, present=False), b"UID STORE 5 -FLAGS.SILENT (\\Seen)"),
        (*action_commands.uid_move_batches({7, 8}, MailboxName('a "b"')), b'UID MOVE 7:8 "a \\"b\\""'),
        (*action_commands.uid_copy_batches({7, 9}, MailboxName("Büro")), b'UID COPY 7,9 "B&APw-ro"'),
        (*action_commands.uid_expunge_batches({7, 9}), b"UID EXPUNGE 7,9"),
        (action_commands.status_uid_next(INBOX), b'STATUS "INBOX" (UIDNEXT)'),
        (commands.status_of(INBOX), b'STATUS "INBOX" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)'),
        (
            *commands.list_statuses([INBOX, MailboxName('a "ö"')]),
            b'LIST "" ("INBOX" "a \\"&APY-\\"") RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))',
        ),
        (
            *commands.list_statuses([MailboxName("a*")]),
            b'STATUS "a*" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)',
        ),
        (
            *commands.list_statuses([MailboxName("a%")]),
            b'STATUS "a%" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)',
        ),
        (
            commands.notify(0),
            b"NOTIFY SET (selected-delayed (MessageNew (%b) MessageExpunge FlagChange))" % PUSHED,
        ),
        (
            commands.notify(0, [MailboxName("a"), MailboxName('"ö')]),
            b"NOTIFY SET (selected-delayed (MessageNew (%b) MessageExpunge FlagChange))"
            b' (mailboxes ("a" "\\"&APY-") (MessageNew MessageExpunge FlagChange MailboxName))' % PUSHED,
        ),
        (
            commands.notify(4096, [MailboxName("a")], more=False, size=True),
            b"NOTIFY SET (selected-delayed (MessageNew (%b BODY.PEEK[TEXT]<0.4096>) MessageExpunge FlagChange))"
            b' (mailboxes ("a") (MessageNew MessageExpunge))'
            % PUSHED.replace(b"FLAGS", b"FLAGS RFC822.SIZE"),
        ),
        (action_commands.create(MailboxName("Archive")), b'CREATE "Archive"'),
        (action_commands.create(MailboxName("Archive"), "\\Archive"), b'CREATE "Archive" (USE (\\Archive))'),
        (action_commands.subscribe(MailboxName("Archive")), b'SUBSCRIBE "Archive"'),
        (*action_commands.uid_store_batches([Uid(5)], SEEN), b"UID STORE 5 +FLAGS.SILENT (\\Seen)"),
        (
            *action_commands.uid_store_batches({9, 1, 2, 3, 8, 5}, Flag("$Junk")),
            b"UID STORE 1:3,5,8:9 +FLAGS.SILENT ($Junk)",
        ),
    ],
)
def test_commands_are_one_line(request_: Request, line: bytes) -> None:
    assert request_.chunks == (line,)
    assert line.decode().startswith(request_.name)
    assert request_.secret == (request_.name == "AUTHENTICATE")


@pytest.mark.parametrize(
    ("user", "password", "chunks"),
    [
        ("me", "pw", (b'LOGIN "me" "pw"',)),
        ("me", 'a"\\b', (b'LOGIN "me" "a\\"\\\\b"',)),
        ("me", "{5}", (b'LOGIN "me" "{5}"',)),
        ("me", " a ~", (b'LOGIN "me" " a ~"',)),
        ("me", "", (b'LOGIN "me" ""',)),
        ("me", "pä", (b'LOGIN "me" {3}\r\n', b"p\xc3\xa4")),
        ("mö", "pä", (b"LOGIN {3}\r\n", b"m\xc3\xb6 {3}\r\n", b"p\xc3\xa4")),
        ("me", "x" * 1000, (b'LOGIN "me" "' + b"x" * 1000 + b'"',)),
        ("me", "x" * 1001, (b'LOGIN "me" {1001}\r\n', b"x" * 1001)),
        ("me", "\x7f", (b'LOGIN "me" {1}\r\n', b"\x7f")),
    ],
)
def test_login_quotes_or_sends_a_literal(user: str, password: str, chunks: tuple[bytes, ...]) -> None:
    assert commands.login(user, password) == Request("LOGIN", chunks, secret=True)


@pytest.mark.parametrize(
    ("user", "password"),
    [("a\r\nb", "x"), ("a", "x\n"), ("a", "x\r"), ("a\0", "x"), ("a", "\0"), ("a", "half \ud800 hunter2")],
)
def test_a_login_that_cannot_be_carried_is_refused_without_showing_it(user: str, password: str) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        commands.login(user, password)
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_what_follows_a_literal_stands_in_the_last_part() -> None:
    sent = commands.status(MailboxName("x" * 1001))
    assert sent.chunks == (b"STATUS {1001}\r\n", b"x" * 1001 + b" (MESSAGES UNSEEN)")


def test_authenticate_sends_base64_in_one_line() -> None:
    token = b"t" * 2048
    sent = commands.authenticate("XOAUTH2", token)
    assert sent.secret
    assert sent.chunks[0].startswith(b"AUTHENTICATE XOAUTH2 dHR0")
    assert b"\n" not in sent.chunks[0]
    assert commands.sasl_response(b"\x01") == b"AQ==\r\n"
    assert commands.sasl_response(b"") == b"\r\n"
    assert commands.sasl_response(token).count(b"\n") == 1


def test_a_secret_is_in_no_repr() -> None:
    assert repr(commands.login("me", "hunter2")) == "Request('LOGIN', …)"
    assert repr(commands.authenticate("PLAIN", b"hunter2")) == "Request('AUTHENTICATE', …)"
    assert repr(commands.noop()) == "Request('NOOP', (b'NOOP',))"


@pytest.mark.parametrize(
    "build",
    [
        lambda: commands.examine(MailboxName("a\0")),
        lambda: commands.select(MailboxName("a\ud800")),
        lambda: commands.list_mailboxes(returning=("CHILDREN)",)),
        lambda: commands.authenticate("PLAIN\r\n", None),
        lambda: commands.client_id("ö", "1"),
        lambda: commands.client_id("a", "1\n"),
        lambda: commands.client_id("a", ""),
        lambda: commands.client_id('M"b', "1"),
        lambda: commands.fetch_newest_envelopes(0, 20, gmail=False),
        lambda: commands.fetch_newest_envelopes(5, 0, gmail=False),
        lambda: commands.uid_fetch_envelopes(0, None, gmail=False),
        lambda: commands.uid_fetch_envelopes(1, 2**32, gmail=False),
        lambda: commands.uid_fetch_flags(-1),
        lambda: commands.search_unseen(-1),
        lambda: commands.search_unseen(0),
        lambda: commands.search_text("a\r\nb", 1, 9, whole=True),
        lambda: commands.search_text("\ud800", 1, 9, whole=True),
        lambda: action_commands.uid_store_batches([0], SEEN),
        lambda: action_commands.uid_store_batches([1], Flag("a b")),
        lambda: action_commands.uid_store_batches([1], Flag("\\")),
        lambda: action_commands.uid_move_batches([0], MailboxName("a")),
        lambda: action_commands.uid_copy_batches([1], MailboxName("a\0")),
        lambda: action_commands.uid_expunge_batches([-1]),
        lambda: action_commands.create(MailboxName("a"), "\\Archive)"),
        lambda: action_commands.subscribe(MailboxName("a\0")),
        lambda: action_commands.uid_search_and_save(0, "<7@example.org>"),
        lambda: action_commands.uid_store_found(Flag("a b"), present=True),
        lambda: action_commands.uid_move_found(MailboxName("a\0")),
    ],
)
def test_what_imap_does_not_allow_is_our_fault(build: object) -> None:
    with pytest.raises(LocalProtocolError):
        build()  # type: ignore[operator]


def test_what_depends_on_a_search_is_sent_once() -> None:
    search = action_commands.uid_search_and_save(7, '<a"b\\c@example.org>')
    assert search is not None
    assert search.chunks == (
        b'UID SEARCH RETURN (SAVE COUNT) UID 7 HEADER MESSAGE-ID "<a\\"b\\\\c@example.org>"',
    )
    store = action_commands.uid_store_found(SEEN, present=False)
    assert store.chunks == (b"UID STORE $ -FLAGS.SILENT (\\Seen)",)
    move = action_commands.uid_move_found(MailboxName("Büro"))
    assert move.chunks == (b'UID MOVE $ "B&APw-ro"',)
    assert search.once
    assert store.once
    assert move.once
    assert not any(each.once for each in action_commands.uid_store_batches([7], SEEN))


@pytest.mark.parametrize(
    "message_id",
    [
        "",
        "7@example.org",
        "<7@example.org",
        "7@example.org>",
        "<>",
        "<7@exa mple.org>",
        "<7@example.org> <8@example.org>",
        "<<7@example.org>",
        "<ä@example.org>",
        "<7\x7f@example.org>",
        "<7\ud800@example.org>",
        f"<{'7' * 999}>",  # the limit of a quoted string
    ],
)
def test_a_message_id_is_searched_for_as_a_whole_and_in_one_line_or_not_at_all(message_id: str) -> None:
    """A part of one would be found in others, too."""
    assert action_commands.uid_search_and_save(7, message_id) is None


def test_very_many_uids_go_out_in_several_commands() -> None:
    uids = range(1_000_001, 1_020_001, 2)
    batches = action_commands.uid_store_batches(uids, SEEN)
    assert len(batches) > 1
    lengths = [len(batch.chunks[0].split()[2]) for batch in batches]
    assert all(3990 < length <= 4000 for length in lengths[:-1])
    assert lengths[-1] <= 4000
    sets = b",".join(batch.chunks[0].split()[2] for batch in batches)
    assert list(map(int, sets.split(b","))) == list(uids)
    assert action_commands.uid_store_batches([], SEEN) == ()


def test_names_that_do_not_fit_into_a_line_are_sent_in_several_commands_or_not_at_all() -> None:
    names = [MailboxName(f"{number:0100}") for number in range(100)]
    sent = commands.list_statuses([*names, MailboxName("x" * 1001)])
    lines = [b"".join(each.chunks) for each in sent]
    assert [line.partition(b" ")[0] for line in lines] == [b"LIST", b"LIST", b"LIST", b"STATUS"]
    assert max(map(len, lines)) < 4500
    assert all(sum(f'"{name}"'.encode() in line for line in lines) == 1 for name in names)
    many = [MailboxName(f"{number}") for number in range(101)]
    for others in (names, [MailboxName("x" * 1001)], many):
        (line,) = commands.notify(0, others).chunks
        assert line.endswith(b" (personal (MessageNew MessageExpunge FlagChange MailboxName))")
    (line,) = commands.notify(0, names[:30]).chunks
    assert all(f'"{name}"'.encode() in line for name in names[:30])
    assert b'"99"' in commands.notify(0, many[:100]).chunks[0]
    assert commands.list_statuses([]) == ()


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n\0")))
def test_any_text_comes_back_from_a_command(text: str) -> None:
    """What we quote, we can read: the reader of the server's strings reads our own."""
    first, *rest = commands.login(text, "x").chunks
    octets = text.encode()
    parts = [first.removesuffix(b"\r\n")]
    for chunk in rest:
        parts += [chunk[: len(octets)], chunk[len(octets) :]]
    reader = Reader(Frame(tuple(parts)), len("LOGIN"))
    assert reader.string() == octets
    assert reader.string() == b"x"
    assert reader.at_end()


@given(st.sets(st.integers(1, 60), min_size=1))
def test_a_set_of_uids_names_each_once(uids: set[int]) -> None:
    (store,) = action_commands.uid_store_batches(uids, SEEN)
    text = store.chunks[0].split()[2].decode()
    spans = [tuple(map(int, span.split(":"))) for span in text.split(",")]
    assert [uid for span in spans for uid in range(span[0], span[-1] + 1)] == sorted(uids)


def test_what_rules_name_is_fetched_beside_the_envelope() -> None:
    extra = ExtraItems(frozenset({"list-id", "to", "subject"}), size=True)
    items = ITEMS.replace(b" INTERNALDATE", b" RFC822.SIZE INTERNALDATE")
    items = items.replace(b"CONTENT-TYPE", b"CONTENT-TYPE LIST-ID TO")
    assert commands.uid_fetch_envelopes(7, None, False, extra).chunks == (b"UID FETCH 7:* (%b)" % items,)
    assert commands.uid_fetch_envelopes_of([7], False, extra).chunks == (b"UID FETCH 7 (%b)" % items,)
    assert commands.fetch_newest_envelopes(1, 1, False, extra).chunks == (b"FETCH 1:1 (%b)" % items,)


def test_a_header_name_that_is_no_atom_is_not_sent() -> None:
    with pytest.raises(LocalProtocolError):
        commands.uid_fetch_envelopes(7, None, False, ExtraItems(frozenset({"a)\r\nb"})))


@pytest.mark.parametrize(
    ("text", "whole", "chunks"),
    [
        ('a "b', True, (b'UID SEARCH 1:9 TEXT "a \\"b"',)),
        ("lunch", False, (b'UID SEARCH 1:9 OR SUBJECT "lunch" FROM "lunch"',)),
        ("ö", True, (b"UID SEARCH CHARSET UTF-8 1:9 TEXT {2}\r\n", "ö".encode())),
    ],
)
def test_a_search_for_text(text: str, whole: bool, chunks: tuple[bytes, ...]) -> None:
    request = commands.search_text(text, 1, 9, whole=whole)
    assert request.chunks == chunks
    assert text not in repr(request)
