"""Which server an address has, as each source says it."""

from __future__ import annotations

import pytest

from tray.mail.model.account import AccountId, Security
from tray.mail.settings.checks import guess_account
from tray.mail.setup.autoconfig import Config, Server
from tray.mail.setup.discovery import (
    Candidate,
    NoImap,
    Service,
    Source,
    TooWeak,
    applied,
    autoconfig_urls,
    candidate_by_autoconfig,
    candidate_by_services,
    clean_address,
    domain_of,
    result_by_exchangers,
    shipped_result,
    sources_to_ask,
    usual_candidate,
    usual_names,
)
from tray.mail.setup.providers import Providers, parse

EMAIL = "anna+x@example.org"
PROVIDERS = Providers(parse(
    {
        "provider": [
            {
                "id": "big", "name": "Big", "domains": ["big.com"], "mx": ["mx.big.com"], "host": "imap.big.com",
                "user": "local-part", "webmail": "https://mail.big.com/", "sign_in": "app-password",
                "password_url": "https://big.com/passwords", "oauth": "big", "notes": ["Switch it on."],
            },
            {"id": "none", "name": "None", "domains": ["none.com"], "mx": ["mx.none.com"], "notes": ["It has none."]},
            {
                "id": "modern", "name": "Modern", "domains": ["modern.com"], "host": "imap.modern.com",
                "sign_in": "oauth", "oauth": "modern",
            },
        ]
    }
))  # fmt: skip
NONE = PROVIDERS.by_domain("none.com")
BIG = PROVIDERS.by_domain("big.com")


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("anna@example.org", "example.org"), (" anna@EXAMPLE.org. ", "example.org"), ("a@b@example.org", "example.org"),
        ("anna@bücher.example", "xn--bcher-kva.example"), ("anna", ""), ("@example.org", ""), ("anna@", ""),
        ("anna@localhost", ""), ("anna@[192.0.2.1]", ""), ("anna@192.0.2.1", ""), ("anna@exa mple.org", ""),
        ("anna@example.org/x", ""), ("anna@" + "ä" * 80 + ".org", ""), ("anna@a..org", ""),
    ],
)  # fmt: skip
def test_the_domain_of_an_address(email, domain):
    assert domain_of(email) == domain


def test_what_can_be_proven_goes_first_and_third_parties_are_asked_only_when_wanted():
    order = sources_to_ask()
    assert order[0] is Source.SHIPPED
    assert order[-1] is Source.OPEN_AUTOCONFIG
    assert Source.DATABASE not in order
    assert set(sources_to_ask(ask_database=True)) == set(Source)


def test_only_the_domain_itself_is_asked_and_the_address_goes_over_https_alone():
    first, second = autoconfig_urls(Source.AUTOCONFIG, EMAIL)
    assert first == "https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=anna%2Bx%40example.org"
    assert second == "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml"
    (open_one,) = autoconfig_urls(Source.OPEN_AUTOCONFIG, EMAIL)
    assert open_one == "http://autoconfig.example.org/mail/config-v1.1.xml"
    (database,) = autoconfig_urls(Source.DATABASE, EMAIL)
    assert "anna" not in open_one + database


def test_a_provider_that_is_known():
    assert shipped_result("Anna@BIG.com", PROVIDERS) == Candidate(
        "imap.big.com", 993, Security.TLS, "Anna", Source.SHIPPED, BIG, "https://mail.big.com/"
    )
    assert shipped_result("anna@modern.com", PROVIDERS).oauth_only
    assert shipped_result("anna@none.com", PROVIDERS) == NoImap(NONE)
    assert shipped_result(EMAIL, PROVIDERS) is None


def test_a_domain_at_a_known_provider():
    found = result_by_exchangers(EMAIL, [(20, "mx.other.net"), (10, "IN.mx.big.com.")], PROVIDERS)
    assert found.provider is BIG
    assert found.user == EMAIL  # the whole address: what is before the @ is unique to nobody there
    assert result_by_exchangers(EMAIL, [(1, "mx.none.com")], PROVIDERS) == NoImap(NONE)
    assert result_by_exchangers(EMAIL, [(1, "mx.other.net")], PROVIDERS) is None


def config(*servers, weak=False, webmail=""):
    return Config(tuple(servers), webmail, weak)


def server(host="imap.example.org", security=Security.TLS, user="", *, oauth=False, password=True):
    return Server(host, 993, security, user, oauth, password)


def test_a_file_of_the_domain():
    found = candidate_by_autoconfig(
        EMAIL, config(server(), webmail="https://w.example.org/"), Source.AUTOCONFIG, PROVIDERS
    )
    assert found == Candidate(
        "imap.example.org", 993, Security.TLS, EMAIL, Source.AUTOCONFIG, None, "https://w.example.org/"
    )
    assert (
        candidate_by_autoconfig(EMAIL, config(server(user="u7")), Source.AUTOCONFIG, PROVIDERS).user == "u7"
    )


@pytest.mark.parametrize(
    ("user", "kept"),
    [("", EMAIL), (EMAIL, EMAIL), ("anna+x", "anna+x"), ("joe", EMAIL), ("joe@evil.example", EMAIL)],
)
def test_of_a_file_that_anybody_may_have_written_the_server_alone_is_used(user, kept):
    """It is shown, and proves itself; a webmail address would be opened by a click later on."""
    one = server(user=user, oauth=True, password=False)
    found = candidate_by_autoconfig(
        EMAIL, config(one, webmail="https://evil.example/"), Source.OPEN_AUTOCONFIG, PROVIDERS
    )
    assert found == Candidate("imap.example.org", 993, Security.TLS, kept, Source.OPEN_AUTOCONFIG)
    assert applied(found, guess_account(EMAIL, AccountId("a"))).webmail == ""
    elsewhere = candidate_by_autoconfig(
        EMAIL,
        config(server("imap.hoster.net"), webmail="https://evil.example/"),
        Source.OPEN_AUTOCONFIG,
        PROVIDERS,
    )
    assert (elsewhere.webmail, elsewhere.to_confirm) == ("", True)
    known = config(server("imap.big.com"), webmail="https://evil.example/")
    assert (
        candidate_by_autoconfig(EMAIL, known, Source.OPEN_AUTOCONFIG, PROVIDERS).webmail
        == "https://mail.big.com/"
    )


def test_another_spelling_is_the_same_domain():
    assert domain_of("anna@BÜCHER.example.") == domain_of("anna@xn--bcher-kva.example")
    assert domain_of("anna@straße.example") == "xn--strae-oqa.example"


def test_a_server_that_takes_passwords_is_preferred():
    both = config(server("a.example.org", oauth=True, password=False), server("b.example.org"))
    assert candidate_by_autoconfig(EMAIL, both, Source.AUTOCONFIG, PROVIDERS).host == "b.example.org"
    only = config(server(oauth=True, password=False))
    assert candidate_by_autoconfig(EMAIL, only, Source.AUTOCONFIG, PROVIDERS).oauth_only


def test_a_file_that_weakens_security_is_refused():
    with pytest.raises(TooWeak):
        candidate_by_autoconfig(EMAIL, config(weak=True), Source.AUTOCONFIG, PROVIDERS)
    assert (
        candidate_by_autoconfig(EMAIL, config(server(), weak=True), Source.AUTOCONFIG, PROVIDERS) is not None
    )
    assert candidate_by_autoconfig(EMAIL, config(), Source.AUTOCONFIG, PROVIDERS) is None


@pytest.mark.parametrize(
    ("source", "host", "to_confirm"),
    [
        (Source.AUTOCONFIG, "imap.hoster.net", False), (Source.DATABASE, "imap.hoster.net", False),
        (Source.OPEN_AUTOCONFIG, "imap.hoster.net", True), (Source.OPEN_AUTOCONFIG, "imap.example.org", False),
        (Source.OPEN_AUTOCONFIG, "imap.notexample.org", True), (Source.OPEN_AUTOCONFIG, "example.org", False),
        (Source.OPEN_AUTOCONFIG, "imap.big.com", False),
    ],
)  # fmt: skip
def test_a_server_elsewhere_has_to_be_confirmed_unless_it_is_proven_or_known(source, host, to_confirm):
    """RFC 6186, section 6."""
    assert candidate_by_autoconfig(EMAIL, config(server(host)), source, PROVIDERS).to_confirm is to_confirm


def test_a_known_server_brings_its_provider():
    found = candidate_by_autoconfig(EMAIL, config(server("imap.big.com")), Source.AUTOCONFIG, PROVIDERS)
    assert (found.provider, found.webmail) == (BIG, "https://mail.big.com/")
    assert candidate_by_autoconfig(
        EMAIL, config(server("imap.modern.com")), Source.AUTOCONFIG, PROVIDERS
    ).oauth_only


HERE = "imap.example.org"


@pytest.mark.parametrize(
    ("implicit", "upgraded", "expected"),
    [
        ([], [], None),
        ([Service(0, 1, HERE, 993)], [], (HERE, 993, Security.TLS)),
        ([], [Service(0, 1, HERE, 143)], (HERE, 143, Security.STARTTLS)),
        # RFC 8314: TLS from the beginning, whatever the priorities.
        ([Service(20, 1, HERE, 993)], [Service(0, 1, "old.example.org", 143)], (HERE, 993, Security.TLS)),
        # RFC 6186, 3.4: "." says that it is not offered.
        ([Service(0, 0, ".", 0)], [Service(0, 1, HERE, 143)], (HERE, 143, Security.STARTTLS)),
        ([Service(0, 0, "", 993)], [Service(0, 0, ".", 0)], None),
        ([Service(0, 1, HERE, 0)], [], None),
        ([Service(20, 9, "b.example.org", 993), Service(10, 0, "A.example.org.", 1993)], [],
         ("a.example.org", 1993, Security.TLS)),
        ([Service(10, 1, "b.example.org", 993), Service(10, 5, "a.example.org", 993)], [],
         ("a.example.org", 993, Security.TLS)),
        ([Service(0, 0, "192.0.2.1", 993)], [], None),
    ],
)  # fmt: skip
def test_service_records(implicit, upgraded, expected):
    found = candidate_by_services(EMAIL, implicit, upgraded, PROVIDERS)
    assert (found and (found.host, found.port, found.security)) == expected
    assert found is None or found.user == EMAIL


def test_a_service_elsewhere_has_to_be_confirmed():
    assert candidate_by_services(EMAIL, [Service(0, 1, "imap.hoster.net", 993)], [], PROVIDERS).to_confirm
    assert not candidate_by_services(EMAIL, [Service(0, 1, HERE, 993)], [], PROVIDERS).to_confirm
    assert not candidate_by_services(EMAIL, [Service(0, 1, "imap.big.com", 993)], [], PROVIDERS).to_confirm


def test_usual_names():
    assert usual_names(EMAIL) == ("imap.example.org", "mail.example.org")
    assert usual_candidate(EMAIL, HERE) == Candidate(HERE, 993, Security.TLS, EMAIL, Source.USUAL_NAMES)


def test_what_was_found_is_filled_in():
    account = guess_account("anna@big.com", AccountId("a"))
    found = shipped_result("anna@big.com", PROVIDERS)
    filled = applied(found, account)
    assert (filled.host, filled.user, filled.webmail, filled.name) == (
        "imap.big.com", "anna", "https://mail.big.com/", "big.com",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("jane@example.org", "jane@example.org"),
        (" jane@example.org\n", "jane@example.org"),
        ("Jane Doe <jane@example.org>", "jane@example.org"),
        ("<jane@example.org", "jane@example.org"),
        ("jane@example.org>", "jane@example.org"),
        ("jane @ example.org", "jane@example.org"),
        ("mailto:jane@example.org", "jane@example.org"),
        ("", ""),
    ],
)
def test_the_address_is_taken_out_of_what_is_pasted(pasted, address):
    assert clean_address(pasted) == address
