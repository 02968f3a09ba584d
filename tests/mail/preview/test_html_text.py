"""What a reader would see of a page."""

from __future__ import annotations

import pytest

from tray.mail.preview.html_text import html_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("<b>bold</b> and <i>not</i>", "bold and not"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one</p>\n\n  <p>two</p>", "\none\ntwo\n"),
        ("a &amp; b &lt;c&gt; &eacute;&#8364; &nope;", "a & b <c> é€ &nope;"),
        ("<head><title>T</title><style>p{}</style></head><body>text", "\ntext"),
        ("<head><title>T</title><body>text", "text"),
        ("<script>if (a < b) { x('</p>') }</script>text", "text"),
        ('<div style="display:none">preheader</div>text', "text"),
        ('<div style="DISPLAY : none !important"><div>deep</div>er</div>text', "text"),
        ('<span style="font-size:0px;">no</span>yes', "yes"),
        ('<span style="max-height:0;overflow:hidden">no</span>yes', "yes"),
        ('<span style="max-height:0.5em">yes</span>', "yes"),
        ("<p hidden>no</p>yes", "yes"),
        ("<p hidden/>yes", "yes"),
        ("yes<blockquote>no<br>no</blockquote>again", "yes\n> no\n> no\nagain"),
        ("</blockquote>yes", "\nyes"),
        ('<img src="https://example.org/x.png" alt="Logo">text', "text"),
        ("<b>a</b> <i>b</i> <p> <b> c", "a b \n c"),
        ("text<", "text"),
        ("text<p cla", "text"),
        ("text<!-- never ends", "text"),
        ("<![if mso]>x<![endif]>text", "xtext"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "\na\nb\n"),
    ],
)
def test_the_visible_text(html: str, text: str) -> None:
    assert html_text(html) == text


def test_enough_is_read_of_a_long_page() -> None:
    assert len(html_text("<p>word</p>" * 20_000)) < 14_000
    assert html_text("<i>" * 20_000 + "text") == ""
    assert html_text("word " * 2000 + "<p>more") == "word " * 2000


def test_a_malformed_declaration_ends_the_text() -> None:
    assert html_text("text<![unknown[x]]>").startswith("text")
