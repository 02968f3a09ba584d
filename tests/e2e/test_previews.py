"""The first line of a mail, and a one-time code further down in it, on the way from a real server to a toast."""

from __future__ import annotations


def test_a_toast_says_the_first_line_and_offers_the_code(program, recorder, dovecot):
    program.add_account(dovecot)
    program.start_watching()
    dovecot.deliver("Lunch?", body="Shall we meet at noon?\n\n> Yes.\n")
    lines = recorder.notifications.wait_toast("Lunch?")["lines"]
    assert lines == ["Lunch?", "Shall we meet at noon?"]
    words = "Somebody has asked to log in. If it was not you, nothing has to be done. " * 4
    dovecot.deliver("Your login code", "Example Bank <bank@example.org>", body=f"{words}\n\nIt is 482 913.\n")
    toast = recorder.notifications.wait_toast("Your login code")
    assert toast["summary"] == "Code 482\u00a0913 – Example Bank"
    assert "copy-code" in toast["actions"]
    program.wait_announced()
    program.stop()
    kept = b"".join(path.read_bytes() for path in program.profile.rglob("*") if path.is_file())
    assert b"Lunch?" in kept
    assert not any(said.encode() in kept for said in ("at noon", "482913", "482 913", "482\u00a0913"))
