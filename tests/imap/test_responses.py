"""Tests of the meaning of responses, the odd ones above all."""

from __future__ import annotations

import pytest

from tests.imap.wire import event, events
from tray.imap.errors import RemoteProtocolError
from tray.imap.events import (
    Capabilities,
    Continuation,
    Event,
    Exists,
    Expunged,
    ExtendedSearch,
    Fetched,
    Listed,
    MailboxStatus,
    Namespaces,
    Recent,
    ResponseCode,
    SearchResult,
    StatusResponse,
    Tagged,
    Unknown,
    Unparsed,
)
from tray.imap.framer import Frame
from tray.imap.responses import parse, split_code
from tray.imap.types import INBOX, SEEN, Flag, MailboxName, SequenceNumber, Uid


def fetched(**known: object) -> Fetched:
    return Fetched(SequenceNumber(7), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"+", Continuation(b"")),
        (b"+ ", Continuation(b"")),
        (b"+ idling", Continuation(b"idling")),
        (b"+idling", Continuation(b"idling")),
        (b"+  {5}", Continuation(b" {5}")),
        (b"* OK Hello :)", StatusResponse("OK", None, "Hello :)")),
        (b'* OK don"t', StatusResponse("OK", None, 'don"t')),
        (b"* OK []", StatusResponse("OK", None, "[]")),
        (b"* OK [", StatusResponse("OK", None, "[")),
        (b"* OK [ALERT", StatusResponse("OK", None, "[ALERT")),
        (b"* OK [ALERT] https://x/(y", StatusResponse("OK", ResponseCode("ALERT"), "https://x/(y")),
        (b'* NO [ALERT "(] don"t', StatusResponse("NO", ResponseCode("ALERT", '"('), 'don"t')),
        (b"* OK 90% {90%}", StatusResponse("OK", None, "90% {90%}")),
        (b"* ok [Alert] {5}", StatusResponse("OK", ResponseCode("ALERT"), "{5}")),
        (b"* OK", StatusResponse("OK", None, "")),
        (b"* BYE ", StatusResponse("BYE", None, "")),
        (b"* bye [UNAVAILABLE] later", StatusResponse("BYE", ResponseCode("UNAVAILABLE"), "later")),
        (b"* PREAUTH welcome", StatusResponse("PREAUTH", None, "welcome")),
        (b"* BAD \xfcber", StatusResponse("BAD", None, "über")),
        (b"* BAD so \0\x1b[2J\xe2\x80\xae", StatusResponse("BAD", None, "so [2J")),
        (b"* OK [X-NEW a (b] c) d] text", StatusResponse("OK", ResponseCode("X-NEW", "a (b] c) d"), "text")),
        (b"* OK [UIDNEXT 5]", StatusResponse("OK", ResponseCode("UIDNEXT", "5"), "")),
        (
            rb"* OK [PERMANENTFLAGS (\Seen a] \*)] Limited",
            StatusResponse("OK", ResponseCode("PERMANENTFLAGS", r"(\Seen a] \*)"), "Limited"),
        ),
        (
            b"* OK [CAPABILITY IMAP4rev1 Auth=plain] hi",
            StatusResponse("OK", ResponseCode("CAPABILITY", "IMAP4rev1 Auth=plain"), "hi"),
        ),
        (b"a1 OK", Tagged(b"a1", "OK", None, "")),
        (b"0002 ok [READ-ONLY]", Tagged(b"0002", "OK", ResponseCode("READ-ONLY"), "")),
        (
            b"A1 no [AUTHENTICATIONFAILED] Nope {5}",
            Tagged(b"A1", "NO", ResponseCode("AUTHENTICATIONFAILED"), "Nope {5}"),
        ),
        (
            b"A1 BAD User is authenticated but not connected",
            Tagged(b"A1", "BAD", None, "User is authenticated but not connected"),
        ),
        (b"* 0 EXISTS", Exists(0)),
        (b"* 4294967295 exists", Exists(4_294_967_295)),
        (b"*  3  RECENT", Recent(3)),
        (b"* 2 expunge", Expunged(SequenceNumber(2))),
        (
            b"* CAPABILITY IMAP4rev1 idle AUTH=Plain",
            Capabilities(frozenset({"IMAP4REV1", "IDLE", "AUTH=PLAIN"})),
        ),
        (b"* CAPABILITY", Capabilities(frozenset())),
        (b'* capability X(Y "Z', Capabilities(frozenset({"X(Y", '"Z'}))),
        (rb"* FLAGS (\seen)", Unknown("FLAGS")),
        (b"* SEARCH", SearchResult(())),
        (b"* SEARCH ", SearchResult(())),
        (b"* search 3  1 2 ", SearchResult((3, 1, 2))),
        (b"* SEARCH 2 5 (MODSEQ 917162500)", SearchResult((2, 5))),
        (b"* ESEARCH", ExtendedSearch()),
        (b'* ESEARCH (TAG "A2") UID COUNT 5', ExtendedSearch(5)),
        (b"* esearch (tag A2) count 0", ExtendedSearch(0)),
        (b'* ESEARCH (TAG "A") UID ALL 9:3,12 MODSEQ 7 X-Y (a (b)) COUNT 9', ExtendedSearch(9)),
        (b"* VANISHED 1:3,5", Unknown("VANISHED")),
        (b"* XGOOD (a", Unknown("XGOOD")),
        (b"* 12 XFOO", Unknown("XFOO")),
        (b"* 12", Unknown("12")),
        (b"* MYRIGHTS INBOX rwiptsldaex", Unknown("MYRIGHTS")),
        (b'* LSUB () "/" a', Unknown("LSUB")),
        (b"* \xff\xfe\x00", Unknown("ÿþ")),
        (
            b"* STATUS Lists/two (MESSAGES 2 UIDNEXT 3 UNSEEN 1 UIDVALIDITY 9)",
            MailboxStatus(MailboxName("Lists/two"), 2, 1, 3, 9),
        ),
        (b'* status "inbox" ()', MailboxStatus(INBOX)),
        (b"* STATUS {2}\r\na( (unseen 4)", MailboxStatus(MailboxName("a("), unseen=4)),
        (b"* STATUS a(MESSAGES 1 ) ", MailboxStatus(MailboxName("a"), 1)),
        (
            b"* STATUS a (MAILBOXID (F1) SIZE 99999999999 HIGHESTMODSEQ 9223372036854775807 UNSEEN NIL UIDNEXT 0 UIDVALIDITY 0)",
            MailboxStatus(MailboxName("a"), uid_next=0, uid_validity=0, highest_modseq=9223372036854775807),
        ),
        (b"* STATUS a (UNSEEN 4294967296 MESSAGES 3)", MailboxStatus(MailboxName("a"), 3)),
        (b"* STATUS a (UNSEEN (4) MESSAGES 3", MailboxStatus(MailboxName("a"), 3)),
        (
            b"* STATUS a (HIGHESTMODSEQ 18446744073709551616 UIDVALIDITY 9223372036854775807 UNSEEN 1)",
            MailboxStatus(MailboxName("a"), unseen=1, uid_validity=9223372036854775807),
        ),
        (b"* ESEARCH UID COUNT x", ExtendedSearch()),
        (b"* ESEARCH ALL 1:2:3 COUNT 2", ExtendedSearch(2)),
    ],
)
def test_a_response_is_read(line: bytes, expected: Event) -> None:
    assert event(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (rb'* LIST (\HasNoChildren \Trash) "/" "Bin"', (["\\HasNoChildren", "\\Trash"], "/", "Bin")),
        (rb'* list () "\\" "C:\\"', ([], "\\", "C:\\")),
        (rb'* LIST () "/" "say \"hi\""', ([], "/", 'say "hi"')),
        (b"* LIST () NIL inbox", ([], None, "INBOX")),
        (b"* LIST () nil {5}\r\nother", ([], None, "other")),
        (b"* LIST () . {0}\r\n", ([], ".", "")),
        (b"* LIST () NIL ~{3}\r\na\r\n", ([], None, "a\r\n")),
        (b"* LIST () NIL a]b", ([], None, "a]b")),
        (b'* LIST () "/" Entw&APw-rfe ("CHILDINFO" ("SUBSCRIBED"))', ([], "/", "Entwürfe")),
        (b'* LIST () "/" "\xc3\xa4"', ([], "/", "ä")),
    ],
)
def test_a_list_line_may_spell_its_name_in_many_ways(
    line: bytes, expected: tuple[list[str], str | None, str]
) -> None:
    attributes, delimiter, name = expected
    assert event(line) == Listed(frozenset(attributes), delimiter, MailboxName(name))
    assert event(line.replace(b"LIST", b"XLIST", 1).replace(b"list", b"xlist", 1)) == event(line)


def namespaces(text: str) -> tuple[list[tuple[str, str | None]], ...]:
    found = event(f"* NAMESPACE {text}".encode())
    assert isinstance(found, Namespaces)
    kinds = (found.personal, found.others, found.shared)
    return tuple([(str(each.prefix), each.delimiter) for each in kind] for kind in kinds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('(("" "/")) NIL NIL', ([("", "/")], [], [])),
        (
            '(("INBOX." ".")) (("user." ".")) (("" "."))',  # Cyrus (RFC 2342, 5.6)
            ([("INBOX.", ".")], [("user.", ".")], [("", ".")]),
        ),
        (
            '(("" "/")("#mh/" "/" "X-PARAM" ("FLAG1" "FLAG2"))) NIL (("#sh&AOQ-red/" "/"))',
            ([("", "/"), ("#mh/", "/")], [], [("#shäred/", "/")]),
        ),
        ('nil NIL (("flat" NIL))', ([], [], [("flat", None)])),
        ("NIL NIL " + "(" + '("" "/")' * 101 + ")", ([], [], [("", "/")] * 100)),
    ],
)
def test_namespaces_are_read(text: str, expected: tuple[list[tuple[str, str | None]], ...]) -> None:
    assert namespaces(text) == expected


def test_a_backslash_as_it_is_parts_names() -> None:
    """Some servers do not escape it: `"\\"` would begin a string that holds a quote."""
    assert namespaces(r'(("" "\")("a\\" "\")) NIL (("x" "\" ))') == (
        [("", "\\"), ("a\\", "\\")],
        [],
        [("x", "\\")],
    )
    assert event(rb'* LIST () "\" "INBOX"') == Listed(frozenset(), "\\", INBOX)
    assert event(rb'* LIST () "\"" Odd') == Listed(frozenset(), '"', MailboxName("Odd"))


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (b"", fetched()),
        (b"UID 99", fetched(uid=Uid(99))),
        (rb"FLAGS (\SEEN \seen $MDNSent x])", fetched(flags=frozenset({SEEN, Flag("$MDNSent"), Flag("x]")}))),
        (b"FLAGS()UID 4294967295", fetched(flags=frozenset(), uid=Uid(4_294_967_295))),
        (b'internaldate " 1-Jan-1970 00:00:09 +0000"', fetched(internal_date=9.0)),
        (b'INTERNALDATE "yesterday"', fetched()),
        (b"INTERNALDATE NIL", fetched()),
        (b"X-GM-MSGID 18446744073709551615", fetched(gmail_id=2**64 - 1)),
        (b"RFC822.SIZE 4711 UID 2", fetched(size=4711, uid=Uid(2))),
        (b"MODSEQ (9223372036854775807) UID 1", fetched(uid=Uid(1))),
        (b"BODY[HEADER] {4}\r\na\r\n\n", fetched(headers=b"a\r\n\n")),
        (b"BODY[HEADER.FIELDS (SUBJECT FROM)] NIL UID 2", fetched(headers=b"", uid=Uid(2))),
        (b'body[header.fields ("Subject" from)]<0> "x: y"', fetched(headers=b"x: y")),
        (b"BODY[HEADER.FIELDS ({7}\r\nSubject {4}\r\nFrom)] {2}\r\nhi", fetched(headers=b"hi")),
        (b"BODY[HEADER.FIELDS.NOT (X)] ~{2}\r\nhi", fetched(headers=b"hi")),
        (b"BODY[HEADER.FIELDS Subject] {2}\r\nhi", fetched(headers=b"hi")),
        (b"RFC822.HEADER {2}\r\nhi", fetched(headers=b"hi")),
        (
            b"BODY[] {2}\r\nhi BODY[1.2.MIME] NIL BODY[1.HEADER] x BINARY[3]<7> ~{1}\r\n\0 UID 3",
            fetched(uid=Uid(3)),
        ),
        (rb'X-GM-LABELS ("\\Inbox" "say \"hi\"" \Important [Gmail]/x "(" ) UID 4', fetched(uid=Uid(4))),
        (
            b'ENVELOPE ("d" {1}\r\nx (("A" NIL "a" "x"))(("B" NIL {2}\r\n)( "x")) NIL NIL NIL NIL NIL "<1@x>") UID 5',
            fetched(uid=Uid(5)),
        ),
        (
            b'BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "7BIT" 5 1)("A" "B") "MIXED") RFC822.TEXT 7 UID 6',
            fetched(uid=Uid(6)),
        ),
        (b"X " + b"(" * 24 + b")" * 24 + b" UID 8", fetched(uid=Uid(8))),
        (b'UID 9 X "C:\\\\" ', fetched(uid=Uid(9))),
        *((flags, fetched(flags=frozenset())) for flags in (b"FLAGS NIL", b"FLAGS ((a))", b"flags ( )")),
        (b"FLAGS NIL UID 1", fetched(flags=frozenset(), uid=Uid(1))),
        (rb"FLAGS \Seen UID 1", fetched(flags=frozenset({SEEN}), uid=Uid(1))),
        (
            rb"FLAGS ((a) \Seen [x] b{c) UID 1",
            fetched(flags=frozenset({SEEN, Flag("[x]"), Flag("b{c")}), uid=Uid(1)),
        ),
        (rb'FLAGS ("two words" \Seen)', fetched(flags=frozenset({SEEN, Flag("two words")}))),
        (rb"FLAGS (\Seen", fetched(flags=frozenset({SEEN}))),
        (b"UID 0 FLAGS ()", fetched(flags=frozenset())),
        (b"UID 4294967296 FLAGS ()", fetched(flags=frozenset())),
        (b"UID 123456789012345678901", fetched()),
        (b"UID -1 FLAGS ()", fetched(flags=frozenset())),
        (b"UID 12abc", fetched()),
        (b"UID NIL", fetched()),
        (b"UID (1)", fetched()),
        (b"MODSEQ 5 UID 2", fetched(uid=Uid(2))),
        (b"MODSEQ (9223372036854775808) UID 2", fetched(uid=Uid(2))),
        (b"X-GM-MSGID 18446744073709551616 UID 2", fetched(uid=Uid(2))),
        (b"INTERNALDATE (x) UID 2", fetched(uid=Uid(2))),
        (b"INTERNALDATE 17-Jul-2026 UID 2", fetched(uid=Uid(2))),
        (b"BODY[HEADER] atom UID 2", fetched(uid=Uid(2))),
        (b'BODY["HEADER.FIELDS" ("SUBJECT" "FROM")] "x: y"', fetched(headers=b"x: y")),
        (b'BODY[ HEADER.FIELDS(SUBJECT  FROM) ] "x: y"', fetched(headers=b"x: y")),
        (b'BODY [HEADER.FIELDS (SUBJECT)] "x: y"', fetched(headers=b"x: y")),
        (b'BODY.PEEK[HEADER.FIELDS (SUBJECT)] "x: y"', fetched(headers=b"x: y")),
        (b"BODY[HEADER.FIELDS (SUBJECT)] {0}\r\n", fetched(headers=b"")),
        (b"BODY[TEXT]<0> {5}\r\nHello", fetched(text=b"Hello")),
        (b"BODY[TEXT]<0> NIL", fetched(text=b"")),
        (b'UID 2 PREVIEW "Hello"', fetched(uid=Uid(2), preview=b"Hello")),
        (b"PREVIEW NIL", fetched(preview=b"")),
        (
            b'PREVIEW (FUZZY "Hello") UID 2',
            fetched(uid=Uid(2), preview=None),
        ),  # Dovecot 2.3.0, before the RFC
        (b"UID 19436 ", fetched(uid=Uid(19436))),  # QQ
    ],
)
def test_items_of_fetch_are_read_and_those_that_are_unknown_or_unreadable_skipped(
    items: bytes, expected: Fetched
) -> None:
    assert event(b"* 7 FETCH (" + items + b")") == expected


def test_fetch_may_lack_its_last_parenthesis() -> None:
    assert event(b"* 7 FETCH (UID 1") == fetched(uid=Uid(1))
    assert event(b"* 7 FETCH (UID 1 BODY[HEADER] {2}\r\nhi") == fetched(uid=Uid(1), headers=b"hi")


@pytest.mark.parametrize(
    ("line", "keyword"),
    [
        (b"*", ""),
        (b"* ", ""),
        (b"* (x)", ""),
        (b'* "x"', ""),
        (b"* 4294967296 EXISTS", "EXISTS"),
        (b"* -1 EXISTS", "EXISTS"),
        (b"* ten exists", "EXISTS"),
        (b"* EXISTS", "EXISTS"),
        (b"* RECENT", "RECENT"),
        (b"* 0 EXPUNGE", "EXPUNGE"),
        (b"* 7 SEARCH 5", "SEARCH"),
        (b"* 0 FETCH (UID 1)", "FETCH"),
        (b"* ? FETCH (UID 1)", "FETCH"),
        (b"* 1 FETCH", "FETCH"),
        (b"* 1 FETCH NIL", "FETCH"),
        (b"* 1 FETCH UID 1", "FETCH"),
        (b"* 1 FETCH (UID)", "FETCH"),
        (b"* 1 FETCH ((UID 1))", "FETCH"),
        (b'* 1 FETCH ("UID" 1)', "FETCH"),
        (b'* 1 FETCH (FLAGS ("a))', "FETCH"),
        (b'* 1 FETCH (FLAGS (a\r"b"))\r', "FETCH"),
        (b"* 1 FETCH (BODY[HEADER", "FETCH"),
        (b"* 1 FETCH (BODY[HEADER.FIELDS (a] NIL)", "FETCH"),
        (b"* 1 FETCH (BODY[\xff] NIL)", "FETCH"),
        (b"* 1 FETCH (X a\0b)", "FETCH"),
        (b'* 1 FETCH (X "a\0b")', "FETCH"),
        (b'* 1 FETCH (X "a\rb")', "FETCH"),
        (b"* 1 FETCH (RFC822.SIZE UID 5)", "FETCH"),
        (b"* SEARCH 1 x", "SEARCH"),
        (b"* SEARCH 0", "SEARCH"),
        (b"* SEARCH 5 0", "SEARCH"),
        (b"* SEARCH 1 " + b"9" * 5000, "SEARCH"),
        (b"* SEARCH 1 4294967296", "SEARCH"),
        (b"* SEARCH 12345678901", "SEARCH"),
        (b"* SEARCH 1 (", "SEARCH"),
        (b"* SEARCH NIL", "SEARCH"),
        (b"* ESEARCH COUNT", "ESEARCH"),
        (b"* ESEARCH ALL", "ESEARCH"),
        (b"* ESEARCH (TAG", "ESEARCH"),
        (b"* STATUS", "STATUS"),
        (b"* STATUS a", "STATUS"),
        (b"* STATUS a UNSEEN 3", "STATUS"),
        (b"* STATUS a (UNSEEN)", "STATUS"),
        (b"* LIST", "LIST"),
        (b"* LIST ()", "LIST"),
        (b"* LIST () NIL", "LIST"),
        (b'* LIST () NIL "a', "LIST"),
        (rb'* LIST (\HasNoChildren) "/" "Old\"', "LIST"),
        (rb'* LIST () "/" "Old\"', "LIST"),
        (b"* NAMESPACE NIL NIL", "NAMESPACE"),
        (b'* NAMESPACE NIL NIL "x"', "NAMESPACE"),
        (b'* NAMESPACE (("" "/") NIL NIL', "NAMESPACE"),
        (b'* NAMESPACE ("" "/") NIL NIL', "NAMESPACE"),
    ],
)
def test_data_without_a_meaning_are_passed_over_by_name(line: bytes, keyword: str) -> None:
    """It is certain where they end; whoever needs them asks another way."""
    found = event(line)
    assert isinstance(found, Unparsed)
    assert found.keyword == keyword
    assert found.why
    assert events(line + b"\r\n* 5 EXISTS\r\n")[1] == Exists(5)


@pytest.mark.parametrize(
    "line",
    [
        *(b" * 1 EXISTS", b"*\tOK", b"hello", b"a1", b"a1 ", b"a1 PREAUTH x", b"a1 BYE x", b"a* OK x"),
        *(b"\xff OK x", b'a"1 OK x', b"t" * 65 + b" OK", b"* 1 FETCH (X " + b"(" * 25 + b")" * 25 + b")"),
        # Behind a literal nothing is skipped: its length may be wrong, and what follows is by the sender of the mail.
        b"* 1 FETCH (BODY[HEADER] {2}\r\nhi UID",
        b'* 1 FETCH (BODY[HEADER] {2}\r\nhiSubject: a" UID 1)',
        b"* 1 FETCH (UID 1 FLAGS ({1}\r\na (b)",
        b'* LIST () {1}\r\n/ "a',
        b"* STATUS {1}\r\na NIL",
    ],
)
def test_a_line_that_imap_does_not_allow_ends_the_connection(line: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        events(line + b"\r\n")


def test_a_literal_that_did_not_come_is_no_accident_of_ours() -> None:
    with pytest.raises(RemoteProtocolError):
        parse(Frame((b"* LIST () NIL {5}",)))


def test_a_hit_may_be_the_highest_uid_that_there_is() -> None:
    assert event(b"* SEARCH 1 4294967295") == SearchResult((1, 4_294_967_295))


@pytest.mark.parametrize(
    ("argument", "number"),
    [
        ("5", 5),
        (str(2**64 - 1), 2**64 - 1),
        *((text, None) for text in ("", "-5", "x", "5 6", "٣", "9" * 21, "9" * 5000)),
    ],
)
def test_the_number_of_a_code_is_a_number_and_nothing_else(argument: str, number: int | None) -> None:
    assert ResponseCode("UIDNEXT", argument).number == number


def test_capabilities_are_read_from_their_own_code_only() -> None:
    assert ResponseCode("CAPABILITY", "IMAP4rev1 idle").capabilities == {"IMAP4REV1", "IDLE"}
    assert ResponseCode("ALERT", "idle").capabilities is None


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("", None, ""),
        ("plain", None, "plain"),
        ("[A ]x]", ResponseCode("A"), "x]"),
        ("[A) x] y", None, "[A) x] y"),
        ('[A "x]"] y', ResponseCode("A", '"x]"'), "y"),
        ('[A don"t] y', ResponseCode("A", 'don"t'), "y"),
        ("[A (a (b) c] d) e] y", ResponseCode("A", "(a (b) c] d) e"), "y"),
        ("[A )] y", ResponseCode("A", ")"), "y"),
        ("[A (] y", ResponseCode("A", "("), "y"),
        ("[A (", None, "[A ("),
    ],
)
def test_a_code_is_split_from_the_text(text: str, code: ResponseCode | None, rest: str) -> None:
    assert split_code(text) == (code, rest)
