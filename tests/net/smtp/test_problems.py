"""What is said where a reply could not be sent."""

from __future__ import annotations

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.error import ConnectionRefusedError as Refused

from tests.fakes.values import account
from tests.net.smtp.scripted import reply
from tray.imap.errors import RemoteProtocolError
from tray.mail.model.account import Security
from tray.mail.model.status import ProblemKind
from tray.mail.settings.outgoing import Outgoing, submission_account
from tray.net.smtp.errors import DeliveryUnknown, NoInternationalMail, SmtpRefused, TooLarge
from tray.net.smtp.problems import sending_problem
from tray.net.smtp.replies import SmtpReply

WORK = submission_account(account("work"), Outgoing("smtp.example.org", 465, Security.TLS))


def refused(stage, code, text):
    answer = SmtpReply(code, (text.encode(),))
    return SmtpRefused(stage, answer, answer.text)


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (
            refused("log-in", 535, "5.7.8 Bad credentials"),
            ProblemKind.REFUSED,
            "smtp.example.org refused to log in work for sending. It says: Bad credentials.",
        ),
        (
            refused("log-in", 535, "5.7.139 Authentication unsuccessful!"),
            ProblemKind.NOT_ALLOWED,
            "smtp.example.org does not let programs send mail for this account. It says: Authentication unsuccessful!",
        ),
        (
            refused("recipient", 451, "4.7.1 Greylisted"),
            ProblemKind.UNREACHABLE,
            "smtp.example.org does not take mail at the moment. It says: Greylisted.",
        ),
        (
            refused("recipient", 550, ""),
            ProblemKind.SERVER,
            "smtp.example.org does not accept the address anna@example.org.",
        ),
        (
            refused("sender", 553, "5.7.1 no"),
            ProblemKind.SERVER,
            "smtp.example.org does not let you send from me@example.org. It says: no.",
        ),
        (
            refused("mail", 554, "spam"),
            ProblemKind.SERVER,
            "smtp.example.org does not accept the mail. It says: spam.",
        ),
        (
            refused("mail", 552, "5.3.4 big"),
            ProblemKind.SERVER,
            "smtp.example.org does not take mails as long as this.",
        ),
        (TooLarge(), ProblemKind.SERVER, "smtp.example.org does not take mails as long as this."),
        (
            NoInternationalMail(),
            ProblemKind.SERVER,
            "smtp.example.org cannot send to an address with letters other than a to z.",
        ),
        (
            DeliveryUnknown(ConnectionLost()),
            ProblemKind.UNREACHABLE,
            "The connection to smtp.example.org ended before it said whether it has the mail.",
        ),
        (
            RemoteProtocolError("a line that does not end"),
            ProblemKind.PROTOCOL,
            "smtp.example.org sent what is not SMTP: a line that does not end.",
        ),
        (
            Refused(),
            ProblemKind.UNREACHABLE,
            "smtp.example.org refused the connection on port 465.",
        ),
    ],
)
def test_each_failure_has_its_sentence(error, kind, sentence):
    problem = sending_problem(error, WORK, reply())
    assert (problem.kind, problem.sentence) == (kind, sentence)


def test_a_long_text_of_the_server_is_cut():
    problem = sending_problem(refused("mail", 554, "x " * 400), WORK, reply())
    assert problem.sentence.endswith("x…")
    assert len(problem.sentence) < 250
