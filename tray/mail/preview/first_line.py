"""Chooses the line that shows what a message says: not what it answers, nor how to view it elsewhere."""

from __future__ import annotations

import re

from tray.imap.text import display_safe

LIMIT = 200
"""Characters of a preview."""
_LINES_LIMIT = 300
_LINE_LIMIT = 1000  # characters
_HINT_LIMIT = 160  # characters; a longer line says more than that
_WROTE = (
    r"wrote|writes|schrieb.{0,80}|a écrit|escribió|escreveu|ha scritto|schreef.{0,80}|skrev.{0,80}|napsal.{0,20}"
    r"|napisał.{0,20}|kirjoitti|писал.{0,20}|написал.{0,20}|пише|写道|寫道|yazdı|のメール|viết|menulis|<\S{1,80}@\S{1,80}>"
)
_ATTRIBUTION = re.compile(
    r"(?:on|am|le|el|em|il|op|den|dne|w dniu|в|na|dnia|pe|vào|pada|\d{4}[-./年]|\d{1,2}[-./ ])"
    rf".{{5,250}}(?:{_WROTE})\s*[:：]\s*",
    re.IGNORECASE,
)
_ATTRIBUTION_BEGINS = re.compile(r"(?:on|am|le|el|em|il|op|den|dne|w dniu)\b.{5,}\d", re.IGNORECASE)
_FORWARDED = re.compile(
    r"-{2,}\s*(?:original|forwarded|weitergeleitete|ursprüngliche|message|mensaje|messaggio|mensagem|doorgestuurd"
    r"|vidarebefordrat).*|begin forwarded message:|anfang der weitergeleiteten nachricht:"
    r"|début du message (?:transféré|réexpédié).*",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\*?(?:from|to|cc|date|sent|subject|reply-to|von|an|gesendet|datum|betreff|de|à|para|envoyé|objet|fecha|enviado"
    r"|asunto|da|inviato|oggetto|a|data|assunto|van|aan|verzonden|onderwerp|från|till|skickat|ämne|fra|til|emne|od|do"
    r"|temat|от|кому|дата|тема)\s?:\*?\s.*",
    re.IGNORECASE,
)
_SIGNATURE = "--"
# Short lines with one of these say how to view the mail, or that it came from outside.
_HINT = re.compile(
    r"""
    \b(?:view|open|read|see)\b.{0,40}\b(?:browser|online|web[ ]version|web[ ]?page)\b
    |\b(?:trouble|problems?|difficult\w*|unable|can(?:'|\u2019)?t|cannot)\b.{0,30}\b(?:view|see|read|display)
    |\b(?:web|online|browser)[ -]?(?:version|ansicht)\b|\b(?:im|den)[ ](?:web)?browser\b|\bonline[ ]ansehen\b
    |\bnicht[ ](?:richtig|korrekt)[ ](?:angezeigt|dargestellt)|\bdans\b.{0,30}\bnavigateur\b
    |\bversion[ ]en[ ]ligne\b
    |\bafficher?\b.*\bcorrectement\b|\ben[ ](?:el|tu|su)[ ]navegador\b|\bno[ ]navegador\b
    |\b(?:nel|sul)[ ](?:tuo[ ])?browser\b|\bin[ ](?:je|uw|de)[ ]browser
    |\bi[ ](?:din[ ])?(?:webbläsare|browser|nettleser)
    |в[ ]браузере|w[ ]przeglądarce|\bunsubscribe\b|^abmelden$|\bse[ ]désinscrire\b|\bdarse[ ]de[ ]baja\b
    |^skip[ ]to[ ]|\#\#-.*-\#\#|\breply\b.{0,20}\babove[ ]this[ ]line\b|\boriginated?[ ](?:from[ ])?outside\b
    |^\W*(?:external|extern|caution|achtung|warning)\W*(?:e-?mail|sender|message)?\W*$
    |^(?:content-(?:type|transfer-encoding)|mime-version):|\bmulti-?part[ ]message[ ]in[ ]mime\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ORNAMENT = re.compile(r"[\s|\u2022\u00b7*_=~#+.,:<>()\[\]\-\u2013\u2014\u25cf\u25a0]*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\[(?:image|logo|cid|bild)\b[^\]]*\]", re.IGNORECASE)
_LINKS = re.compile(
    r"\s*(?:<(?:https?|mailto):[^>\s]*>|\[(?:https?://|cid:)[^\]\s]*\]|\((?:https?://)[^)\s]*\))"
)
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]+")
_LOOSE_JOINERS = re.compile("(?:(?<![^\\s])[\u200c\u200d]+|[\u200c\u200d]+(?![^\\s]))")
_STARS = re.compile(r"(?<!\w)([*_])(?=\S)(.{1,200}?)(?<=\S)\1(?!\w)")


def first_line(text: str) -> str:
    """What `text` says first, as one line of at most `LIMIT` characters that is safe to display; may be empty.

    Left out: quotations, and the line above that says whom they quote; hints to view a mail elsewhere; lines of links
    or ornaments; invisible filling; the signature.
    """
    found: list[str] = []
    lines = [_clean(line[:_LINE_LIMIT]) for line in text.split("\n", _LINES_LIMIT)[:_LINES_LIMIT]]
    headers = False
    skip = 0
    for number, line in enumerate(lines):
        if skip:
            skip -= 1
            continue
        if not line:
            headers = headers and not found
            continue
        if line == _SIGNATURE and found:
            break
        if _FORWARDED.fullmatch(line):
            if found:
                break
            headers = True
            continue
        if (headers or _begins_headers(lines, number)) and _HEADER.fullmatch(line):
            if found:
                break
            headers = True
            continue
        headers = False
        skip = _attribution(lines, number)
        if skip or line.startswith(">") or _says_nothing(line):
            skip = max(skip - 1, 0)
            continue
        found.append(line)
    return display_safe(" ".join(found), LIMIT)


def _clean(line: str) -> str:
    """`line` without invisible filling, links in brackets and marks for bold letters."""
    line = _LOOSE_JOINERS.sub("", _INVISIBLE.sub("", line))
    line = _LINKS.sub("", line)
    return _STARS.sub(r"\2", line).strip()


def _says_nothing(line: str) -> bool:
    """Whether `line` is an ornament, links only, or a hint that has nothing to do with what the message says."""
    if _ORNAMENT.fullmatch(_ADDRESS.sub("", line)):
        return True
    return len(line) <= _HINT_LIMIT and _HINT.search(line) is not None


def _attribution(lines: list[str], number: int) -> int:
    """How many lines from `number` on say whom the quotation below quotes: mail programs wrap them."""
    line = lines[number]
    if _ATTRIBUTION.fullmatch(line):
        return 1
    if _ATTRIBUTION_BEGINS.match(line):
        for more in (2, 3):
            joined = " ".join(lines[number : number + more])
            if _ATTRIBUTION.fullmatch(joined):
                return more
    return 0


def _begins_headers(lines: list[str], number: int) -> bool:
    """Whether a block of headers begins here, as Outlook writes it above a quotation: three of them in a row."""
    block = [line for line in lines[number : number + 8] if line][:3]
    return len(block) == 3 and all(map(_HEADER.fullmatch, block))  # noqa: PLR2004
