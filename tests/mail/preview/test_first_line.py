"""What of a text is worth its one line."""

from __future__ import annotations

import pytest

from tray.mail.preview.first_line import first_line

FILLING = "\u034f \u200c \u00a0 \u00ad " * 40


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("Shall we meet at noon?", "Shall we meet at noon?"),
        ("Hi Jane,\r\n\r\nshall we meet\r\nat noon?\r\n", "Hi Jane, shall we meet at noon?"),
        ("\N{THUMBS UP SIGN}", "\N{THUMBS UP SIGN}"),
        # quotations
        ("> Shall we?\n> Anna\n\nYes, gladly.", "Yes, gladly."),
        ("On Mon, 24 Nov 2025 at 10:12, Anna Berg <anna@example.org> wrote:\n> Shall we?\n\nYes.", "Yes."),
        ("Yes.\n\nOn Mon, 24 Nov 2025, Anna Berg wrote:\n> Shall we?", "Yes."),
        ("On Mon, 24 Nov 2025 at 10:12, Anna Berg\n<anna@example.org> wrote:\n\n> Shall we?\nYes.", "Yes."),
        ("On Mon, 24 Nov 2025\nat 10:12, Anna Berg\n<anna@example.org> wrote:\n> Shall we?\nYes.", "Yes."),
        ("Am 24.11.2025 um 10:12 schrieb Anna Berg:\n> Gehen wir?\nJa, gern.", "Ja, gern."),
        ("Le lun. 24 nov. 2025 à 10:12, Anna a écrit :\n> On y va ?\nOui.", "Oui."),
        ("El lun, 24 nov 2025 a las 10:12, Anna escribió:\n> ¿Vamos?\nSí.", "Sí."),
        ("2025年11月24日(月) 10:12 Anna <anna@example.org>:\n> 行く?\nはい。", "はい。"),
        ("On Friday we meet at 10, says Anna.", "On Friday we meet at 10, says Anna."),
        ("Done.\n\n-----Original Message-----\nFrom: Anna\nHello", "Done."),
        ("Done.\n\nFrom: Anna\nSent: Monday\nTo: Jane\nSubject: x\n\nHello", "Done."),
        (
            "---------- Forwarded message ---------\nFrom: Anna\nDate: Mon\nSubject: x\nTo: me\n\nThe text.",
            "The text.",
        ),
        ("Begin forwarded message:\n\nFrom: Anna\nSubject: x\n\nThe text.", "The text."),
        ("From: the bakery, with love", "From: the bakery, with love"),
        ("Hello.\n-- \nJane Doe\nExample Ltd", "Hello."),
        # what a newsletter says before it says something
        (f"Weekly news\n{FILLING}\nView in browser\nDear reader", "Weekly news Dear reader"),
        ("Trouble viewing this email? Click here.\nThe news", "The news"),
        ("Wird diese E-Mail nicht richtig dargestellt?\nHier die Nachrichten", "Hier die Nachrichten"),
        ("Voir ce message dans votre navigateur\nBonjour", "Bonjour"),
        ("Ver en el navegador\nHola", "Hola"),
        (
            "View it in a browser: " + "much more is said here " * 7,
            "View it in a browser: " + "much more is said here " * 6 + "much more is said here",
        ),
        (
            "##- Please type your reply above this line -##\nYour request was solved",
            "Your request was solved",
        ),
        ("[EXTERNAL]\nThe invoice", "The invoice"),
        ("https://example.org/a?b=c\n[image: Logo]\n*****\n=====\nThe news", "The news"),
        (
            "Read the report <https://example.org/r?id=1> today (https://example.org/x)",
            "Read the report today",
        ),
        ("*Sale* begins _today_ at snake_case_names", "Sale begins today at snake_case_names"),
        ("This is a multi-part message in MIME format.\nHello", "Hello"),
        ("> only\n> a quotation", ""),
        # not to be shown
        ("evil \u202egnp.exe\x00\x1b[31m text", "evil gnp.exe [31m text"),
        ("a\u200d\u200cb \u200d c", "a\u200db c"),
    ],
)
def test_the_line_is_what_the_sender_says(text: str, line: str) -> None:
    assert first_line(text) == line


def test_it_is_cut() -> None:
    assert first_line("word " * 1000) == "word " * 39 + "word…"
    assert first_line("word\n" * 1000) == "word " * 39 + "word…"


def test_it_is_looked_for_in_the_first_lines() -> None:
    assert first_line("> quoted\n" * 250 + "Yes.") == "Yes."
    assert first_line("\n" * 350 + "Yes.") == ""


@pytest.mark.parametrize(
    "text",
    [
        "https://a" * 20_000,
        "https://a " * 20_000,
        "On 1 " * 20_000,
        "\n" * 100_000,
        "*a" * 50_000,
        "(<[" * 50_000,
        "view " * 20_000,
        ("view it, cannot " * 9 + "\n") * 2000,
        "Am 1 schrieb" * 10_000,
        "--" * 50_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    first_line(text)
