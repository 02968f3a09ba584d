"""Tables of providers: what is accepted, and how a provider is found."""

from __future__ import annotations

from tray.mail.model.account import Security
from tray.mail.setup.providers import Provider, Providers, SignInMethod, UserForm, parse

SMALL = {"id": "x", "name": "X", "domains": ["x.org"], "host": "imap.x.org"}


def table(**changes):
    return {key: value for key, value in {**SMALL, **changes}.items() if value is not None}


def of(*tables):
    return Providers(parse({"provider": list(tables)}))


def test_what_is_left_out_is_what_most_have():
    (provider,) = parse({"provider": [SMALL]})
    assert (provider.port, provider.security, provider.user) == (993, Security.TLS, UserForm.ADDRESS)
    assert (provider.sign_in, provider.domains) == (SignInMethod.PASSWORD, ("x.org",))


def test_several_files_are_one_list():
    both = parse({"provider": [SMALL]}, {"provider": [table(id="y", security="starttls", user="local-part")]})
    assert [each.id for each in both] == ["x", "y"]
    assert (both[1].security, both[1].user) == (Security.STARTTLS, UserForm.LOCAL_PART)


def test_a_star_stands_for_what_is_beneath():
    providers = of(table(domains=["*.tenants.org", "y.org"]))
    assert providers.by_domain("one.tenants.org") is not None
    assert providers.by_domain("a.one.tenants.org") is not None
    assert providers.by_domain("y.org") is not None
    assert providers.by_domain("tenants.org") is None
    assert providers.by_domain("sub.y.org") is None


def test_the_longest_suffix_and_the_preferred_exchanger_count():
    providers = of(
        table(mx=["mx.net"]),
        table(id="y", domains=None, mx=["in.mx.net"]),
        table(id="z", domains=["z.org"], mx=["z.net"]),
    )
    assert providers.by_exchangers(["a.in.mx.net"]).id == "y"
    assert providers.by_exchangers(["a.mx.net", "b.z.net"]).id == "x"
    assert providers.by_exchangers(["mx.net"]).id == "x"
    assert providers.by_exchangers(["notmx.net"]) is None
    assert providers.by_exchangers([]) is None


def test_a_server_leads_to_its_first_provider():
    providers = of(
        SMALL,
        table(id="y", domains=["y.org"]),
        table(id="n", domains=["n.org"], host=None, notes=["It has no IMAP."]),
        table(id="o", domains=["o.org"], host="imap.o.org", other_hosts=["old.o.org", "imap.x.org"]),
    )
    assert providers.by_host("IMAP.x.org.").id == "x"
    assert providers.by_host("old.o.org").id == "o"
    assert providers.by_host("imap.y.org") is None


def test_another_spelling_is_the_same_provider():
    provider = Provider("b", "Bücher", host="xn--bcher-kva.example")
    assert Providers([provider]).by_host("BÜCHER。example.") is provider
