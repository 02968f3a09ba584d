"""Tokens, and what is asked and answered on the way to them."""

from __future__ import annotations

import json
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.mail.model.secret import Secret
from tray.mail.oauth import flows
from tray.mail.oauth.flows import (
    EnterCode,
    MalformedOAuthAnswer,
    OAuthClientCredentials,
    OAuthError,
    TokenSet,
)
from tray.mail.settings.oauth_clients import DEVICE_GRANT, OAuthProvider

BIG = OAuthProvider(
    "big",
    "Big Mail",
    authorize="https://login.big.com/authorize?tenant=all",
    token="https://login.big.com/token",
    device="https://login.big.com/device",
    scopes=("mail.read", "offline"),
    parameters=(("prompt", "consent"),),
    issuer="https://login.big.com",
)
NOW = 1_000_000.0


def answer(**fields):
    return json.dumps(fields).encode()


def client(provider):
    return OAuthClientCredentials(provider, "client")


def attempt(provider=BIG):
    return flows.Attempt(client(provider), "http://127.0.0.1:8714/", "state", "v" * 43)


def test_a_token_set_is_kept_as_one_line_and_shows_itself_to_nobody():
    tokens = TokenSet("big", "the-access", NOW, NOW + 3600, "the-refresh")
    kept = tokens.to_secret()
    assert "\n" not in kept.reveal()
    assert TokenSet.from_secret(kept) == tokens
    assert "the-access" not in repr(tokens)
    assert TokenSet.from_secret(TokenSet("big", "a", NOW).to_secret()) == TokenSet("big", "a", NOW)


@pytest.mark.parametrize(
    "text",
    [
        "a plain password",
        "[]",
        "{}",
        "[" * 100_000,
        '{"provider": "x", "access": "", "refresh": "", "obtained": 1, "expires": null}',
        '{"provider": "x", "access": 1, "refresh": "", "obtained": 1, "expires": null}',
        '{"provider": "x", "access": "a", "refresh": "", "obtained": true, "expires": null}',
        '{"provider": "x", "access": "a", "refresh": "", "obtained": 1, "expires": "soon"}',
    ],
)
def test_any_other_secret_is_no_token_set_and_is_not_shown(text):
    with pytest.raises(ValueError, match=r"^no token set$"):
        TokenSet.from_secret(Secret(text))


@pytest.mark.parametrize(
    ("life", "age", "fresh", "alive"),
    [
        (3600, 0, True, True),
        (3600, 3299, True, True),
        (3600, 3300, False, True),
        (3600, 3600, False, False),
        (10, 4, True, True),  # half the life of a short one
        (10, 5, False, True),
        (None, 10**9, True, True),
        (-5, 0, False, False),
    ],
)
def test_a_token_is_given_out_until_shortly_before_its_end(life, age, fresh, alive):
    tokens = TokenSet("big", "a", NOW, None if life is None else NOW + life)
    assert (tokens.fresh(NOW + age), tokens.alive(NOW + age)) == (fresh, alive)


def test_the_challenge_is_that_of_the_standards_example():
    """RFC 7636, appendix B."""
    example = flows.Attempt(client(BIG), "r", "s", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert example.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_page_to_open_asks_for_a_code_with_pkce_and_no_secret():
    url = attempt().url("anna@big.com")
    said = dict(parse_qsl(urlsplit(url).query))
    assert url.startswith("https://login.big.com/authorize?tenant=all&")
    assert said == {
        "tenant": "all",
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": "http://127.0.0.1:8714/",
        "scope": "mail.read offline",
        "state": "state",
        "code_challenge": attempt().challenge,
        "code_challenge_method": "S256",
        "login_hint": "anna@big.com",
        "prompt": "consent",
    }
    plain = flows.Attempt(client(OAuthProvider("x", "X", "https://x.com/a")), "r", "s", "v")
    assert plain.url().startswith("https://x.com/a?response_type=code&")
    assert "login_hint" not in plain.url()


def test_each_attempt_has_its_own_state_and_verifier():
    first, second = (flows.begin(client(BIG), "r") for _ in range(2))
    assert len({first.state, second.state, first.verifier, second.verifier}) == 4
    assert len(first.verifier) == 43  # RFC 7636, 4.1
    assert first.verifier not in repr(first)


def test_the_code_is_taken_from_an_answer_to_this_attempt_alone():
    good = {"state": "state", "code": "abc", "iss": BIG.issuer}
    assert attempt().code(urlencode(good)) == "abc"
    assert attempt().code(urlencode([*good.items(), *((f"a{number}", "1") for number in range(37))])) == "abc"
    assert attempt(OAuthProvider("x", "X")).code("state=state&code=abc&iss=whoever") == "abc"
    for query in (
        "",
        "code=abc",
        "state=other&code=abc",
        "state=st%C3%A4te&code=abc",
        "state=state",
        "state=state&state=state&code=abc",
        "state=state&code=%FF",
        urlencode([*good.items(), ("state", "")]),
        urlencode([*good.items(), *((f"a{number}", "1") for number in range(38))]),
        "&".join(f"a{number}=1" for number in range(100)),
    ):
        assert attempt().code(query) is None


@pytest.mark.parametrize(
    "answer", ["code=abc&iss=https://evil.com", "code=abc", "error=access_denied", "code=abc&iss="]
)
def test_an_answer_without_the_issuer_that_is_known_is_refused(answer):
    """RFC 9207, 2.4: it may be of another server."""
    with pytest.raises(MalformedOAuthAnswer):
        attempt().code(f"state=state&{answer}")


def test_a_no_in_the_browser_is_heard():
    with pytest.raises(OAuthError) as caught:
        attempt().code(f"state=state&error=access_denied&error_description={'x' * 1000}&iss={BIG.issuer}")
    assert caught.value.code == "access_denied"
    assert caught.value.description == "x" * 299 + "…"


def test_what_is_asked_of_the_token_endpoint():
    assert attempt().exchange("abc") == {
        "grant_type": "authorization_code",
        "code": "abc",
        "redirect_uri": "http://127.0.0.1:8714/",
        "client_id": "client",
        "code_verifier": "v" * 43,
    }
    assert flows.renewal(client(BIG), TokenSet("big", "a", NOW, None, "r")) == {
        "grant_type": "refresh_token",
        "refresh_token": "r",
        "client_id": "client",
    }
    assert flows.device_request(client(BIG)) == {"client_id": "client", "scope": "mail.read offline"}
    code = flows.DeviceCode("dc", EnterCode("UC", "https://x", "", 60), 5)
    asked = {"grant_type": DEVICE_GRANT, "device_code": "dc", "client_id": "client"}
    assert flows.device_poll(client(BIG), code) == asked
    old = OAuthProvider("y", "Y", device_grant="device_code")
    assert flows.device_poll(client(old), code) == {**asked, "grant_type": "device_code", "code": "dc"}
    assert "dc" not in repr(code)


def test_a_client_secret_is_in_each_form_and_shows_itself_to_nobody():
    confidential = OAuthClientCredentials(BIG, "client", Secret("hush"))
    code = flows.DeviceCode("dc", EnterCode("UC", "https://x", "", 60), 5)
    forms = (
        flows.begin(confidential, "r").exchange("abc"),
        flows.renewal(confidential, TokenSet("big", "a", NOW, None, "r")),
        flows.device_request(confidential),
        flows.device_poll(confidential, code),
    )
    assert [form["client_secret"] for form in forms] == ["hush"] * 4
    assert "hush" not in repr(confidential)


def test_tokens_of_an_answer():
    body = answer(
        access_token="a", token_type="Bearer", expires_in=3600, refresh_token="r", scope="x", more=[1]
    )
    assert flows.tokens("big", 200, body, NOW) == TokenSet("big", "a", NOW, NOW + 3600, "r")
    before = TokenSet("big", "old", NOW - 1, None, "r0")
    assert flows.tokens("big", 200, body, NOW, before).refresh == "r"
    assert flows.tokens("big", 200, answer(access_token="a"), NOW, before).refresh == "r0"
    assert flows.tokens("big", 200, answer(access_token="a"), NOW) == TokenSet("big", "a", NOW)
    assert len(flows.tokens("big", 200, answer(access_token="a" * 16_384), NOW).access) == 16_384


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("3600", 3600),
        (1, 1),
        (0.5, 0.5),
        (0, None),
        (-1, None),
        ("soon", None),
        (True, None),
        (1e300, None),
        (9e11, 315_360_000),
        (1e12, None),
        ("9" * 11, 315_360_000),
        ("9" * 12, None),
        ([], None),
    ],
)
def test_how_long_a_token_lives_is_read_with_care(given, seconds):
    tokens = flows.tokens("big", 200, answer(access_token="a", expires_in=given), NOW)
    assert tokens.expires == (None if seconds is None else NOW + seconds)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "a\nb"},
        {"access_token": "x" * 16_385},
        {"access_token": "ä"},
        {"access_token": "a", "refresh_token": 7},
        {"access_token": "a", "refresh_token": "\x00"},
        {"access_token": "a", "token_type": "mac"},
        {"access_token": "a", "token_type": None},
    ],
)
def test_an_answer_that_gives_no_usable_token_is_said_so(fields):
    with pytest.raises(MalformedOAuthAnswer):
        flows.tokens("big", 200, answer(**fields), NOW)


@pytest.mark.parametrize(
    ("status", "body", "code", "description"),
    [
        (400, answer(error="invalid_grant", error_description="Gone.\nForever"), "invalid_grant", "Gone."),
        (200, answer(error="authorization_pending", error_description=5), "authorization_pending", ""),
        (500, b"<html>", "server_error", "HTTP 500"),
        (500, answer(), "server_error", "HTTP 500"),
        (503, answer(), "server_error", "HTTP 503"),
        (499, answer(), "refused", "HTTP 499"),
        (403, answer(error=""), "refused", "HTTP 403"),
    ],
)
def test_a_no_has_its_code_and_the_first_line_of_what_was_said(status, body, code, description):
    with pytest.raises(OAuthError) as caught:
        flows.tokens("big", status, body, NOW)
    assert (str(caught.value), caught.value.code, caught.value.description) == (code, code, description)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"[" * 100_000, b"\xff"])
def test_what_is_no_answer_is_said_without_its_text(body):
    for status in (200, 404, 499):
        with pytest.raises(MalformedOAuthAnswer, match=f"HTTP {status}"):
            flows.tokens("big", status, body, NOW)


def device(**fields):
    """The device code of an answer with these fields in place of common ones."""
    common = {"device_code": "dc", "user_code": "X", "verification_uri": "https://b.com"}
    return flows.device_code(200, answer(**{**common, **fields}))


def test_a_device_code_of_an_answer():
    filled_in = "https://b.com/d?user_code=X"
    code = device(verification_uri_complete=filled_in, expires_in=1800, interval=7)
    assert code.shown == EnterCode("X", "https://b.com", filled_in, 1800.0)
    assert (code.secret, code.interval) == ("dc", 7.0)
    assert device(user_code="X" * 64).shown.code == "X" * 64
    draft = answer(device_code="dc", user_code="X", verification_url="https://b.com/d")
    assert flows.device_code(200, draft).shown == EnterCode("X", "https://b.com/d", "", 900.0)


@pytest.mark.parametrize(
    ("life", "asked", "until", "interval"),
    [(10**9, 0, 3600.0, 5.0), (None, 10**6, 900.0, 120.0), (60, 0.1, 60.0, 1.0)],
)
def test_life_and_interval_of_a_device_code_are_bounded(life, asked, until, interval):
    code = device(expires_in=life, interval=asked)
    assert (code.shown.until, code.interval) == (until, interval)


@pytest.mark.parametrize(
    "fields",
    [
        {"device_code": None},
        {"user_code": ""},
        {"user_code": "X" * 65},
        {"user_code": 7},
        {"verification_uri": None},
        {"verification_uri": "http://b.com"},
        {"verification_uri": "javascript:alert(1)"},
    ],
)
def test_a_device_code_without_all_that_is_needed_is_none(fields):
    with pytest.raises(MalformedOAuthAnswer):
        device(**fields)


@pytest.mark.parametrize(
    "filled_in", ["https://evil.example/d", "http://127.0.0.1/d", "https://b.com:8443/d", "file:///x", 7]
)
def test_a_page_with_the_code_filled_in_is_on_the_site_of_the_page_that_is_shown(filled_in):
    assert device(verification_uri_complete=filled_in).shown.filled_in == ""


_KEYS = [
    "access_token",
    "refresh_token",
    "expires_in",
    "error",
    "device_code",
    "user_code",
    "verification_uri",
    "interval",
]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=5), inner)
    ),
    max_leaves=12,
)
_BODIES = st.binary(max_size=200) | _JSON.map(lambda value: json.dumps(value).encode())


@given(st.integers(100, 599), _BODIES)
def test_whatever_a_server_answers_is_a_value_or_a_no(status, body):
    with suppress(OAuthError, MalformedOAuthAnswer):
        assert flows.tokens("big", status, body, NOW).access
    with suppress(OAuthError, MalformedOAuthAnswer):
        assert flows.device_code(status, body).shown.url


@given(st.text(max_size=200))
def test_whatever_the_browser_brings_is_a_code_or_none(query):
    try:
        assert attempt().code(query) is None
    except (OAuthError, MalformedOAuthAnswer):
        pytest.fail("without our state nothing is an answer")
