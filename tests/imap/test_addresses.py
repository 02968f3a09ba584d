"""Tests of the From header."""

from __future__ import annotations

import pytest

from tray.imap.addresses import parse_address
from tray.imap.types import Address


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        ("", "", ""),
        (" \r\n ", "", ""),
        ("j@x", "", "j@x"),
        ("<j@x>", "", "j@x"),
        ("Jane <j@x>", "Jane", "j@x"),
        ("Jane<j@x>", "Jane", "j@x"),
        ('"Doe, Jane" <j@x>', "Doe, Jane", "j@x"),
        ('"Jane \\"J\\" Doe" <j@x>', 'Jane "J" Doe', "j@x"),
        ("Jane\r\n Doe\r\n <j@x>", "Jane Doe", "j@x"),
        ("'Jane' <j@x>", "Jane", "j@x"),
        ("j@x (Jane)", "Jane", "j@x"),
        ("j@x (Jane (the \\) one))", "Jane (the ) one)", "j@x"),
        ("(Jane) <j@x> (not me)", "Jane", "j@x"),
        ("(a) (b) j@x", "a", "j@x"),
        ("Jane <j@x>, Joe <k@x>", "Jane", "j@x"),
        ("j@x, k@x", "", "j@x"),
        (", ; j@x", "", "j@x"),
        ("=?utf-8?Q?Doe,_J=C3=A4ne?= <j@x>", "Doe, Jäne", "j@x"),
        ('"=?utf-8?Q?Doe,_J=C3=A4ne?=" <j@x>', "Doe, Jäne", "j@x"),
        ("=?utf-8?Q?J=C3?= =?utf-8?Q?=A4ne?= <j@x>", "Jäne", "j@x"),
        ("=?utf-8?Q?=3Cboss@corp=3E?= <j@x>", "<boss@corp>", "j@x"),
        ("Dr. =?utf-8?Q?J=C3=A4ne?= j@x", "Dr. Jäne", "j@x"),
        ("a=b@x", "", "a=b@x"),
        ("Friends: Jane <j@x>, k@x;", "Jane", "j@x"),
        ("Undisclosed recipients:;", "Undisclosed recipients", ""),
        (":; j@x", "", "j@x"),
        ("RE: Support <j@x>", "RE: Support", "j@x"),
        ("Jane <@relay,@two:j@x>", "Jane", "j@x"),
        ("Mail Delivery System <>", "Mail Delivery System", ""),
        ("Mail Delivery System", "Mail Delivery System", ""),
        ("Mail <> Delivery System <j@x>", "Mail Delivery System", "j@x"),
        ("(nobody)", "nobody", ""),
        ("Jane Doe j@x", "Jane Doe", "j@x"),
        ('"Doe, Jane" j@x', "Doe, Jane", "j@x"),
        ('"john doe"@x', "", '"john doe"@x'),
        ('"Jane', "Jane", ""),
        ('"Jane\\', "Jane", ""),
        ("Jane <j@x", "Jane", "j@x"),
        ("(Jane", "Jane", ""),
        ("back\\slash <j@x>", "back\\slash", "j@x"),
        ('="Doe, Jane" <j@x>', "=Doe, Jane", "j@x"),
        ("Kock, Arne <arne@x.test>", "Kock, Arne", "arne@x.test"),
        ("Kock, Arne <arne@x.test>, Joe <k@x>", "Kock, Arne", "arne@x.test"),
        ("Kock; Arne <arne@x.test>", "Kock; Arne", "arne@x.test"),
        ("Kock, Arne", "Kock, Arne", ""),
        ("Kock, arne@x.test", "Kock", "arne@x.test"),
        ("Dr. Jane Doe, PhD <j@x>, Joe <k@x>", "Dr. Jane Doe, PhD", "j@x"),
        ("Jane, <j@x>", "Jane", "j@x"),
        ('"Jane" <<jane@x.test>>', "Jane", "jane@x.test"),
        ("Jane <jane@x.test>>, Joe <k@x>", "Jane", "jane@x.test"),
        ("Jane < jane@x.test >", "Jane", "jane@x.test"),
        ("Jane <jane@x.test, joe@x.test>", "Jane", "jane@x.test"),
        ("Jane <joe; jane@x.test>", "Jane", "jane@x.test"),
        ("Jane >jane@x.test<", "Jane", "jane@x.test"),
        ("Jane <Doe> <j@x>", "Jane <Doe>", "j@x"),
        ("Jane <Doe>, Joe", "Jane", "Doe"),
        ("<Jane Doe j@x>", "Jane Doe", "j@x"),
        ("Jane <mailto:j@x>", "Jane", "j@x"),
        ("Jane Doe [mailto:j@x]", "Jane Doe", "j@x"),
        ('"Jane Doe <jane@x.test>', "Jane Doe", "jane@x.test"),
        ('Jane" Doe <jane@x.test>', "Jane Doe", "jane@x.test"),
        ('"Jane "J" Doe" <j@x>', "Jane J Doe", "j@x"),
        ('"Jane Doe <jane@x.test>"', "Jane Doe", "jane@x.test"),
        ("\"Jane\" <'j@x'>", "Jane", "j@x"),
        ('"Jane" <"j@x">', "Jane", "j@x"),
        ('Jane <"jane doe"@x>', "Jane", '"jane doe"@x'),
        ("Jane (work <j@x>", "Jane work", "j@x"),
        ("jane(work)@x.test", "work", "jane@x.test"),
        ("jane@(home)x", "home", "jane@x"),
        ("Dr. =?utf-8?Q?J=C3=A4ne?= jane@x.test", "Dr. Jäne", "jane@x.test"),
        ("=?utf-8?Q?boss@corp.test?= j@x", "boss@corp.test", "j@x"),
        ("Jane <jane(work)@(home)x.test>", "Jane", "jane@x.test"),
        ("<j@x> (Jane)", "Jane", "j@x"),
        ("jane@x.test (home)Doe", "Doe", "jane@x.test"),
        ("Jane (j@x)", "Jane", "j@x"),
        ("jane @ x.test", "", "jane@x.test"),
        ("Jane <jane . doe @ x.test>", "Jane", "jane.doe@x.test"),
        ("Jane @ work", "Jane @ work", ""),
        ("@handle", "@handle", ""),
        ("=?utf-8?Q?Jane_Doe_<jane@x.test>?=", "Jane Doe", "jane@x.test"),
        ("=?utf-8?Q?Jane_Doe_=3Cjane=40x.test=3E?=", "Jane Doe", "jane@x.test"),
        ("=?utf-8?Q?jane=40x.test?=", "", "jane@x.test"),
        ("=?utf-8?Q?Jane <jane@x.test>", "Jane", "jane@x.test"),
        ("=?utf-8?Q?Jane?= <=?utf-8?Q?jane@x.test?=>", "Jane", "jane@x.test"),
        ("=?utf-8?Q?Jane?=<j@x>", "Jane", "j@x"),
        ("undisclosed-recipients:;", "undisclosed-recipients", ""),
        ("A: B: Jane <j@x>;", "Jane", "j@x"),
        ("jane@[IPv6:2001:db8::1]", "", "jane@[IPv6:2001:db8::1]"),
        ("Jane <jane@[IPv6:2001:db8::1]>;", "Jane", "jane@[IPv6:2001:db8::1]"),
        ('"ceo@bank.test" <x@evil.test>', "ceo@bank.test", "x@evil.test"),
        ('"ceo@bank.test", x@evil.test', "ceo@bank.test", "x@evil.test"),
        ("ceo@bank.test <x@evil.test>", "ceo@bank.test", "x@evil.test"),
        ("jäne@bücher.test", "", "jäne@bücher.test"),
        ("j@x <>", "", "j@x"),
        ("a\u202eb <j\u200b@x>", "ab", "j@x"),
        ("x\0\ud800y <j@x>", "x \ufffdy", "j@x"),
    ],
)
def test_the_first_mailbox_is_found_however_it_is_written(raw: str, name: str, address: str) -> None:
    assert parse_address(raw) == Address(name, address)


def test_bytes_may_be_raw_eight_bit() -> None:
    assert parse_address("Jäne <jö@x>".encode()) == Address("Jäne", "jö@x")
    assert parse_address("Jäne <j@x>".encode("latin-1")) == Address("Jäne", "j@x")


@pytest.mark.parametrize(
    ("raw", "name"), [("''\0\0' <a@b>", "'"), ("' Bob ' <a@b>", "Bob"), ("''' <a@b>", "'")]
)
def test_quotes_around_a_name_go_with_the_spaces_in_them(raw: str, name: str) -> None:
    """Found by the fuzzer."""
    assert parse_address(raw).name == name


def test_both_parts_are_bounded() -> None:
    found = parse_address("n" * 5000 + "<" + "a" * 5000 + "@x>")
    assert len(found.name) == 200
    assert len(found.address) == 320
