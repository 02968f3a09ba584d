"""The parts of the site that are ours: the man page as Markdown, and the search for links that lead nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from installer.website import links, manual

ROOT = Path(__file__).resolve().parents[2]


def test_the_requests_of_the_man_page_become_markdown():
    page = manual.markdown(
        ".TH MAILBELL 1\n.SH EXIT STATUS\n.B mailbell\n[\\fIOPTION\\fR]\n.PP\nsee\n.BR sway (5)\n"
        ".SS mailbell act\n.TP\n\\fB\\-\\-all\\fR \\fIA|B\\fR\nthe program\\(aqs own\n"
    )
    assert page == (
        "\n## Exit status\n\n**mailbell**\n\\[*OPTION*\\]\n\nsee\n**sway**(5)\n"
        "\n### mailbell act\n\n\n* **--all** *A\\|B*\\\n  the program's own\n"
    )


def test_an_unknown_request_is_an_error():
    with pytest.raises(ValueError, match=r"\.nf is not known"):
        manual.markdown(".nf\n")


def test_the_man_page_of_the_program_has_no_request_that_is_not_known():
    page = manual.markdown((ROOT / "resources" / "share" / "man" / "man1" / "mailbell.1").read_text("utf-8"))
    assert "## Options" in page
    assert "\\f" not in page


def test_links_that_lead_nowhere_are_found_with_their_page(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a b.html").write_text('<h1 id="top">A</h1><a name="old"></a>')
    (tmp_path / "sub" / "page.html").write_text(
        '<a href="../a%20b.html#top"></a><a href="../a%20b.html#old"></a><a href="#here" id="here"></a>'
        '<a href="../a%20b.html#gone"></a><img src="../no.png"><a href="https://example.org/x"></a><a href="mailto:a@b"></a>'
    )
    assert links.check(tmp_path) == (
        ["sub/page.html: ../a%20b.html#gone", "sub/page.html: ../no.png"],
        ["https://example.org/x", "mailto:a@b"],
    )
