"""One mail on its way to servers that behave, that refuse, and that attack."""

from __future__ import annotations

import logging
from base64 import b64encode

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from tests.net.smtp.scripted import MAIL, PASSWORD, Smtp, decoded, plain, reply, sent
from tests.net.wire import Transport, result
from tray.imap.errors import RemoteProtocolError, SaslError
from tray.mail.model.account import Login
from tray.mail.model.secret import RenewableSecret, Secret
from tray.net.errors import CertificateRefused, DeadlineExceeded, NoLoginMethod, StartTlsMissing
from tray.net.smtp.connection import DEADLINE, END_DEADLINE, SmtpConnection
from tray.net.smtp.errors import DeliveryUnknown, NoInternationalMail, SmtpRefused, TooLarge


@pytest.mark.parametrize("starttls", [False, True])
def test_a_mail_is_handed_over_over_tls(tmp_path, starttls):
    server = Smtp(starttls=starttls)
    assert sent(server, tmp_path) == ["mail"]
    before = ["EHLO [127.0.0.1]", "STARTTLS"] if starttls else []
    assert [line for line in server.lines if line != "QUIT"] == [
        *before,
        "EHLO [127.0.0.1]",
        plain("me", PASSWORD),
        f"MAIL FROM:<me@example.org> SIZE={len(MAIL)}",
        "RCPT TO:<anna@example.org>",
        "DATA",
    ]
    assert server.mails == [b"Subject: Re: Lunch?\r\n\r\nYes\r\n..\r\n...two\r\n.\r\n"]


def test_a_line_of_dots_at_the_beginning_and_no_line_end_do_not_end_the_mail_early(tmp_path):
    server = Smtp()
    sent(server, tmp_path, reply=reply(mail=b".\r\nend"))
    assert server.mails == [b"..\r\nend\r\n.\r\n"]


def test_without_size_none_is_named(tmp_path):
    server = Smtp(offers=("AUTH PLAIN",))
    sent(server, tmp_path)
    assert "MAIL FROM:<me@example.org>" in server.lines


@pytest.mark.parametrize("offer", ["AUTH=LOGIN", "AUTH LOGIN"])
def test_login_is_spoken_with_old_servers(tmp_path, offer):
    questions = iter(["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 ok\r\n"])
    server = Smtp(offers=(offer,), AUTH=lambda *_: next(questions))
    server.answers[b64encode(b"me").decode().upper()] = lambda *_: next(questions)
    server.answers[b64encode(PASSWORD.encode()).decode().upper()] = lambda *_: next(questions)
    sent(server, tmp_path)
    assert server.lines[1:4] == [
        "AUTH LOGIN",
        b64encode(b"me").decode(),
        b64encode(PASSWORD.encode()).decode(),
    ]


def test_a_long_token_waits_for_the_challenge(tmp_path):
    token = "t" * 600
    server = Smtp(offers=("AUTH XOAUTH2",), AUTH="334 \r\n")
    long = b64encode(f"user=me\1auth=Bearer {token}\1\1".encode()).decode()
    server.answers[long.upper()] = "235 ok\r\n"
    sent(server, tmp_path, secret=Secret(token), login=Login.TOKEN)
    assert server.lines[1:3] == ["AUTH XOAUTH2", long]


def test_a_refused_token_is_renewed_once(tmp_path):
    async def another():
        return Secret("fresh")

    answers = iter(["334 eyJzdGF0dXMiOiI0MDEifQ==\r\n", "235 ok\r\n"])
    server = Smtp(offers=("AUTH XOAUTH2",), AUTH=lambda *_: next(answers))
    server.answers[""] = "535 5.7.8 no\r\n"
    sent(server, tmp_path, secret=RenewableSecret("stale", another), login=Login.TOKEN)
    assert ["stale" in decoded(line) for line in server.lines if line.startswith("AUTH")] == [True, False]
    assert len(server.mails) == 1


def test_scram_needs_the_proof_of_the_server(tmp_path):
    server = Smtp(offers=("AUTH SCRAM-SHA-256",))  # says 235 at once
    with pytest.raises(SaslError):
        sent(server, tmp_path)
    assert server.mails == []
    assert not any(PASSWORD in line or b64encode(PASSWORD.encode()).decode() in line for line in server.lines)


def test_a_mechanism_that_may_be_to_blame_is_followed_by_the_next(tmp_path):
    answers = {"SCRAM-SHA-256": "535 5.7.8 no\r\n", "PLAIN": "235 ok\r\n"}
    server = Smtp(offers=("AUTH SCRAM-SHA-256 PLAIN",), AUTH=lambda _, line: answers[line.split()[1]])
    sent(server, tmp_path)
    assert len(server.mails) == 1


def test_a_refused_password_is_sent_once(tmp_path):
    server = Smtp(AUTH=f"535 5.7.8 {PASSWORD} is wrong\r\n")
    with pytest.raises(SmtpRefused) as refused:
        sent(server, tmp_path)
    assert [line for line in server.lines if line.startswith("AUTH")] == [plain("me", PASSWORD)]
    assert (refused.value.stage, refused.value.enhanced, refused.value.text) == ("log-in", "5.7.8", "")


def test_a_server_without_a_log_in_gets_no_mail(tmp_path):
    with pytest.raises(NoLoginMethod):
        sent(Smtp(offers=()), tmp_path)


def test_a_certificate_logs_in_where_the_server_takes_it(tmp_path):
    with pytest.raises(NoLoginMethod):
        sent(Smtp(), tmp_path, login=Login.CERTIFICATE)
    server = Smtp(offers=("AUTH EXTERNAL",))
    sent(server, tmp_path, login=Login.CERTIFICATE)
    assert server.lines[1] == "AUTH EXTERNAL " + b64encode(b"me").decode()


@pytest.mark.parametrize(
    ("answers", "stage", "temporary"),
    [
        ({"greeting": "554 5.7.1 go away\r\n"}, "greeting", False),
        ({"greeting": "421 4.3.2 too many\r\n"}, "greeting", True),
        ({"EHLO": "502 what\r\n"}, "greeting", False),
        ({"AUTH": "454 4.7.0 later\r\n"}, "log-in", True),
        ({"MAIL": "553 5.7.1 not yours\r\n"}, "sender", False),
        ({"RCPT": "550-5.1.1 no such\r\n550 5.1.1 user\r\n"}, "recipient", False),
        ({"RCPT": "451 4.7.1 greylisted\r\n"}, "recipient", True),
        ({"DATA": "452 4.3.1 full\r\n"}, "mail", True),
        ({"DATA": "250 what\r\n"}, "mail", False),
        ({"mail": "554 5.7.1 spam\r\n"}, "mail", False),
        ({"mail": "451 4.3.0 later\r\n"}, "mail", True),
    ],
)
def test_a_refusal_says_at_which_step_and_whether_it_may_pass(tmp_path, answers, stage, temporary):
    server = Smtp(**answers)
    with pytest.raises(SmtpRefused) as refused:
        sent(server, tmp_path)
    assert (refused.value.stage, refused.value.temporary) == (stage, temporary)
    assert server.connections == 1


def test_what_is_too_large_or_not_ascii_is_not_begun(tmp_path):
    server = Smtp(offers=("AUTH PLAIN", "SIZE 10"))
    with pytest.raises(TooLarge):
        sent(server, tmp_path)
    with pytest.raises(NoInternationalMail):
        sent(server := Smtp(), tmp_path, reply=reply(recipient="jörg@example.org"))
    assert server.mails == []
    server = Smtp(offers=("AUTH PLAIN", "SMTPUTF8", "8BITMIME"))
    sent(server, tmp_path, reply=reply(recipient="jörg@example.org"))
    assert "MAIL FROM:<me@example.org> BODY=8BITMIME SMTPUTF8" in server.lines
    assert "RCPT TO:<jörg@example.org>" in server.lines


def test_without_starttls_nothing_is_said_in_clear(tmp_path):
    server = Smtp(starttls=True, EHLO="250-me\r\n250 AUTH PLAIN\r\n")
    with pytest.raises(StartTlsMissing):
        sent(server, tmp_path)
    assert server.lines == ["EHLO [127.0.0.1]"]
    server = Smtp(starttls=True, STARTTLS="454 4.7.0 not now\r\n")
    with pytest.raises(StartTlsMissing):
        sent(server, tmp_path)
    assert server.lines == ["EHLO [127.0.0.1]", "STARTTLS"]


@pytest.mark.parametrize("injected", ["250-me\r\n250 AUTH PLAIN\r\n", "250-AUTH", "x"])
def test_what_is_injected_behind_starttls_ends_it(tmp_path, injected):
    server = Smtp(starttls=True, STARTTLS=f"220 go on\r\n{injected}")
    with pytest.raises(RemoteProtocolError):
        sent(server, tmp_path)
    assert server.lines == ["EHLO [127.0.0.1]", "STARTTLS"]


def test_a_certificate_for_another_host_is_refused(tmp_path):
    server = Smtp()
    with pytest.raises(CertificateRefused):
        sent(server, tmp_path, "other.example.org")
    assert server.lines == []


@pytest.mark.parametrize(
    "said",
    [
        "* OK IMAP4rev1 ready\r\n",
        "HTTP/1.1 400 Bad\r\n",
        "220-one\r\n250 two\r\n",
        "x" * 5000,
        "220-a\r\n" * 300,
        "199 a\r\n",
        "600 a\r\n",
    ],
)
def test_what_is_not_smtp_ends_the_connection(tmp_path, said):
    with pytest.raises(RemoteProtocolError):
        sent(Smtp(greeting=said), tmp_path)


def test_replies_that_nobody_asked_for_end_the_connection(tmp_path):
    server = Smtp(MAIL="250 ok\r\n250 ok\r\n")
    with pytest.raises(RemoteProtocolError):
        sent(server, tmp_path)
    assert server.mails == []


@pytest.mark.parametrize("where", ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_ends_before_the_mail_has_sent_none(tmp_path, where):
    def nothing(*_):
        return None

    server = Smtp(**{where: None if where == "greeting" else nothing})
    with pytest.raises(Exception) as ended:
        sent(server, tmp_path)
    assert not isinstance(ended.value, DeliveryUnknown)
    assert server.mails == []


@pytest.mark.parametrize("answer", [None, "250", "hello\r\n"])
def test_a_connection_that_ends_behind_the_mail_leaves_it_open_whether_it_was_taken(tmp_path, answer):
    server = Smtp(mail=answer)
    if answer == "250":  # half a line, and the end
        server._say = lambda wire, text: Smtp._say(wire, text) and text != "250"
    with pytest.raises(DeliveryUnknown):
        sent(server, tmp_path)
    assert len(server.mails) == 1


def test_nothing_secret_is_logged(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    sent(Smtp(), tmp_path)
    assert PASSWORD not in caplog.text
    assert b64encode(f"\0me\0{PASSWORD}".encode()).decode() not in caplog.text


# Time, without a network


def connection():
    clock = Clock()
    made = SmtpConnection(clock)
    transport = Transport(clock)
    transport.protocol = made
    made.makeConnection(transport)
    return clock, made, transport


def test_a_silent_server_is_given_up():
    clock, made, transport = connection()
    greeting = result(made.greeting)
    clock.advance(DEADLINE)
    assert isinstance(greeting[0], DeadlineExceeded)
    assert transport.aborted


def test_each_byte_may_come_alone_but_the_whole_in_time():
    clock, made, _ = connection()
    greeting = result(made.greeting)
    for byte in b"220 hello\r\n":
        made.dataReceived(bytes([byte]))
    assert greeting[0].text == "hello"
    answer = result(made.command("NOOP"))
    for _ in range(59):
        clock.advance(1)
        made.dataReceived(b"250-x\r\n")
    assert answer == []
    clock.advance(1)
    assert isinstance(answer[0], DeadlineExceeded)


def test_a_tls_handshake_has_its_deadline():
    clock, made, _ = connection()
    made.greeting.addErrback(lambda _: None)
    secured = result(Deferred.fromCoroutine(made.secure(object())))
    clock.advance(DEADLINE)
    assert isinstance(secured[0], DeadlineExceeded)


@pytest.mark.parametrize("answered", [True, False])
def test_the_connection_ends_with_quit_whether_or_not_that_is_answered(answered):
    clock, made, transport = connection()
    made.dataReceived(b"220 hello\r\n")
    ended = result(Deferred.fromCoroutine(made.end()))
    assert transport.value() == b"QUIT\r\n"
    if answered:
        made.dataReceived(b"221 bye\r\n")
    else:
        clock.advance(END_DEADLINE)
    assert ended == [None]
    assert transport.aborted
    assert isinstance(result(made.command("NOOP"))[0], Exception)


@pytest.mark.parametrize("line", ["MAIL FROM:<a>\r\nRCPT TO:<b>", "NOOP\n"])
def test_no_command_has_a_line_break(line):
    _, made, transport = connection()
    made.dataReceived(b"220 hello\r\n")
    with pytest.raises(AssertionError):
        made.command(line)
    assert transport.value() == b""
