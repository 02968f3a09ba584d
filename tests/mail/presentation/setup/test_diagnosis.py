"""The report of a test: what helps is in it, and nothing that is nobody's business."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tray.mail.model.account import Account, AccountId, Login, SecretSource, Security
from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.secret import Secret
from tray.mail.model.status import CheckResult, CheckStep, Connecting, NeedsCredentials, Problem, ProblemKind
from tray.mail.presentation.setup.diagnosis import LEFT_OUT, program_report, report

JANE = Account(AccountId("id"), "Work", "jane@example.org", "imap.example.org", "jane@example.org")
VERSIONS = {"Mailbell": "1.2", "Python": "CPython 3.11"}


def failing(server_text, sentence="The password was refused."):
    """A log-in that the server refused with these words."""
    problem = Problem(ProblemKind.REFUSED, sentence, "Enter it again.", server_text)
    return CheckResult(CheckStep.LOGIN, sentence, problem)


def test_it_says_what_whoever_helps_will_ask():
    """Line by line."""
    results = [
        CheckResult(CheckStep.NAME, "imap.example.org was found: 192.0.2.1."),
        CheckResult(
            CheckStep.CONNECT, "It answers.", warning=True, facts=(("greeting", "* OK hi jane@example.org"),)
        ),
        failing("[AUTHENTICATIONFAILED] jane@example.org\r\nis not known"),
    ]
    account = replace(
        JANE,
        security=Security.STARTTLS,
        port=143,
        login=Login.TOKEN,
        secret=SecretSource.OAUTH,
        oauth="google",
        proxy="socks5://jane:pw@proxy.example.org:1080",
        ca_file="/home/jane/own.pem",
    )
    assert report(account, results, VERSIONS).splitlines() == [
        "Mailbell: report of an account's test",
        "No password is in it; names are shortened.",
        "",
        "Mailbell: 1.2",
        "Python: CPython 3.11",
        "",
        "Account",
        "  address: j…@example.org",
        "  user name: j…@example.org",
        "  server: imap.example.org",
        "  port: 143",
        "  security: starttls",
        "  log-in: token",
        "  secret: oauth",
        "  sign-in with: google",
        "  proxy: socks5",
        "  own authority: yes",
        "  pinned certificate: no",
        "  client certificate: no",
        "  switched on: yes",
        "  folders: 1",
        "",
        "Test",
        "  name: worked: imap.example.org was found: 192.0.2.1.",
        "  connect: worked, but: It answers.",
        "    greeting: * OK hi j…@example.org",
        "  login: FAILED: The password was refused.",
        "    kind: refused",
        "    advice: Enter it again.",
        "    the server said: [AUTHENTICATIONFAILED] j…@example.org is not known",
        "  not tried: encrypt, mailbox, idle",
    ]


def test_a_certificate_that_failed_is_told_in_full():
    certificate = Certificate(
        "imap.example.org",
        "Example",
        ("imap.example.org",),
        "Authority",
        0,
        1,
        "ab" * 32,
        False,
        (CertificateErrorKind.EXPIRED,),
    )
    problem = Problem(ProblemKind.UNTRUSTED, "It has expired.", certificate=certificate)
    told = report(JANE, [CheckResult(CheckStep.ENCRYPT, "It is not trusted.", problem)], {})
    assert "    It has expired.\n" in told
    assert "    Issued by: Authority\n" in told
    assert "ABABABAB" in told.replace(":", "").replace(" ", "")


@pytest.mark.parametrize(
    ("proxy", "said"), [("", "no"), ("tor", "tor"), ("HTTP://h:1", "http"), ("hunter2://h", "yes")]
)
def test_a_proxy_is_told_by_its_kind_alone(proxy, said):
    assert f"  proxy: {said}\n" in report(replace(JANE, proxy=proxy), [], {})


def test_an_empty_account_says_so():
    told = report(Account(AccountId("id"), "", "", "", ""), [], {})
    assert "  address: none\n" in told
    assert "  not tried: name, connect, encrypt, login, mailbox, idle\n" in told


def test_all_steps_tried_leave_none_to_be_named():
    assert "not tried" not in report(JANE, [CheckResult(step, "Good.") for step in CheckStep], {})


def test_a_long_text_is_cut():
    assert f"the server said: {'x' * 399}…\n" in report(JANE, [failing("x" * 5000)], {})
    words = "words " * 5000
    assert f"the server said: {words[:399]}…\n" in report(JANE, [failing(words)], {})


def test_a_name_of_two_letters_is_shortened_only_where_it_stands_alone():
    told = report(replace(JANE, user="me", email=""), [failing("me is not a member, me@home neither")], {})
    assert "the server said: m… is not a member, m…@home neither\n" in told


def test_a_user_name_is_not_told_by_the_domain_of_an_address():
    """Some providers make it from the domain."""
    told = report(replace(JANE, user="example.org"), [failing("jane@example.org")], {})
    assert "the server said: j…@e…\n" in told


def test_a_name_that_begins_with_another_is_shortened_whole():
    account = replace(JANE, proxy="socks5://janedoe@proxy.example.org:1080")
    assert "the server said: j… is not j…\n" in report(account, [failing("janedoe is not jane")], {})


def test_a_file_is_not_told_by_its_path():
    told = report(replace(JANE, client_key="/home/jane/key"), [failing("/home/jane/key cannot be read")], {})
    assert "the server said: (file) cannot be read\n" in told


LONG = "ya29." + "".join(f"{number:x}" for number in range(400))
BEARER = base64.b64encode(f"user=jane@example.org\1auth=Bearer {LONG}\1\1".encode()).decode()


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("hunter2", "You said HUNTER2"),
        ("two words", "two\r\nwords"),
        (LONG, f"unknown command: AUTH/{BEARER[:120]}…"),
        ("hunter2", f"{'word ' * 1000}hunter2"),
        (
            '{"access_token": "ya29.a0AfH6SMB", "refresh_token": "1//0gabcdefgh"}',
            "ya29.a0AfH6SMB has expired",
        ),
    ],
)
def test_a_text_with_a_secret_is_left_out_whole(secret, text):
    """A gap would show where the secret was and how long it is; `SecretFilter` has tests of its own."""
    assert f"the server said: {LEFT_OUT}\n" in report(JANE, [failing(text)], {}, [Secret(secret)])


def test_a_text_without_end_costs_no_time():
    """Nothing of it is cut in the middle of a name."""
    told = report(JANE, [failing("x" * 60_000), failing("jane@example.org " * 5000)], {})
    assert "jane" not in told


@pytest.mark.parametrize(
    "account",
    [replace(JANE, password_command="echo hunter2"), replace(JANE, proxy="http://u:echo hunter2@host:1")],
)
def test_what_the_settings_hold_of_secrets_is_not_told_either(account):
    assert f"the server said: {LEFT_OUT}\n" in report(account, [failing("echo hunter2: not found")], {})


BLANK = report(Account(AccountId("id"), "", "", "", ""), [failing("", "")], VERSIONS).casefold()
LETTERS = st.characters(blacklist_categories=["Cs"], blacklist_characters="…@")
WORD = st.text(st.characters(whitelist_categories=["L", "N"]), min_size=3, max_size=12)
PASSWORD = st.text(LETTERS, min_size=4, max_size=20).map(str.strip)


@given(local=WORD, domain=WORD, user=WORD, secret=PASSWORD, noise=st.text(max_size=20), data=st.data())
def test_no_secret_and_no_name_is_in_it_whatever_the_server_says(local, domain, user, secret, noise, data):
    """Wherever the account, the secret and the server's words have them."""
    email = f"{local}@{domain}.example"
    assume(len(secret) > 3)
    # What the report says of itself may be somebody's name by chance; so may the start of a name be that of the rest.
    assume(not any(each.casefold() in BLANK for each in (secret, local, user)))
    pieces = st.lists(st.sampled_from([email, local, user, secret, noise, " ", "."]), max_size=6).map("".join)
    account = Account(
        AccountId("id"),
        data.draw(pieces),
        email,
        data.draw(pieces),
        data.draw(st.sampled_from([user, email, f"{user}@{domain}"])),
        secret=data.draw(st.sampled_from(SecretSource)),
        password_command=data.draw(pieces),
        proxy=data.draw(pieces),
        ca_file=data.draw(pieces),
        client_key=data.draw(pieces),
        oauth=data.draw(pieces),
    )
    problem = Problem(ProblemKind.REFUSED, data.draw(pieces), data.draw(pieces), data.draw(pieces))
    results = [
        CheckResult(CheckStep.LOGIN, data.draw(pieces), problem, facts=(("greeting", data.draw(pieces)),)),
        CheckResult(CheckStep.MAILBOX, data.draw(pieces), warning=True),
    ]
    told = report(account, results, VERSIONS, [Secret(secret)])
    assert secret not in told
    assert email not in told
    assert local not in told
    if account.user == user:
        assert user not in told


def test_a_report_of_the_program_has_each_account_and_what_is_wrong_with_it():
    """Without passwords, and with shortened names."""
    refused = Problem(ProblemKind.REFUSED, "jane@example.org was refused.", server_text="no jane@example.org")
    home = replace(JANE, id=AccountId("home"), name="Home", enabled=False)
    away = replace(JANE, id=AccountId("away"), name="Away")
    statuses = {JANE.id: NeedsCredentials(0, refused), away.id: Connecting(0)}
    text = program_report((JANE, home, away), statuses, VERSIONS)
    assert "jane" not in text
    first, second, third = text.split("Account ")[1:]
    assert "Mailbell: 1.2" in text
    assert "  state: needs-credentials\n  problem: refused: j…@example.org was refused." in first
    assert "  the server said: no j…@example.org" in first
    assert "switched on: no" in second
    assert "state:" not in second
    assert third.endswith("  state: connecting\n")
