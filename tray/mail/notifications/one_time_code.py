"""Finds a one-time code, as services send it for a log-in, in the subject and the text of a message."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_BREAK_SPACE = "\u00a0"
_TEXT_LIMIT = 4000  # characters that are searched
_NEAR = 60  # characters between a weak keyword and its code
_LETTERS = "0-9A-Za-z_\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"


class _Pattern:
    """A pattern, verbose and without regard to case, that is compiled when it is first used.

    Most messages need none of them, and to compile them all takes 30 ms, which the first toast would wait for.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self._text, re.IGNORECASE | re.VERBOSE)


# Words that alone make a message one with a code.
_STRONG = _Pattern(
    r"""
    # English
    \b(?:verification|verify|security|log[ -]?in|sign[ -]?in|signing[ -]in|access|authenti\w+|confirmation
       |one[ -]?time|single[ -]use|temporary|activation|2fa|two[ -](?:factor|step)|mfa|reset|recovery|passcode|identity)
       [ -](?:pin[ -]?)?(?:pass)?(?:codes?|pin|key)\b
    |\b(?:verification|security)[ -]number\b
    |\bone[ -]?time[ -](?:pass\w*|pin|log\w*|verif\w*|secur\w*)\b|\b(?:otp|mtan|smstan|passcode)\b
    |\bcode[ ](?:to|for)[ ](?:log|sign|verify|confirm|access|reset|finish|complete|authenti)
    |\b(?:log[ -]?in|sign[ -]?in|verify|confirm\b.{0,40})[ ](?:with|using|by[ ]entering)[ ](?:this|the
       |your)?[ ]?code\b
    # German
    |\b(?:bestätigungs|sicherheits|verifizierungs|verifikations|einmal|anmelde|login|zugangs|aktivierungs|freigabe
       |authentifizierungs|prüf|legitimations)[ -]?(?:code|pin|kennwort|passwort|nummer|schlüssel)s?\b
    # French, Spanish, Italian, Portuguese, Romanian, Catalan
    |\bcode[ ](?:de[ ]|d['\u2019])?(?:vérification|sécurité|confirmation|connexion|validation|accès
       |activation|authentification|usage[ ]unique|[àa][ ]usage)
    |\bcode[ ]unique\b
    |\bc(?:ó|o)d(?:igo|i)[ ](?:(?:único[ ])?(?:de|d['\u2019])[ ]?(?:verifica\w*|segurança|seguridad|seguretat|acceso
       |acesso|confirma\w*|inicio|autentica\w*|activación|ativação|un[ ]solo[ ]uso|uso[ ]único
       |login)|único)
    |\bcodice[ ](?:(?:di|d['\u2019])[ ]?(?:verifica|sicurezza|accesso|conferma|autenticazione|attivazione)|otp
       |monouso|usa)
    |\bcodul[ ](?:tău|dvs\.?|de[ ](?:verificare|securitate|acces|confirmare))
    # Dutch, Swedish, Norwegian, Danish, Finnish
    |\b(?:verificatie|beveiligings|inlog|toegangs|bevestigings|eenmalige[ ])code\b
    |\b(?:verifierings|verifikations|verifiserings|bekræftelses|bekreftelses|säkerhets|sikkerheds|sikkerhets
       |inloggnings|engångs|engangs|påloggings|innloggings|bekräftelse)(?:kod|kode)(?:en|n)?\b
    |\b(?:vahvistus|turva|kertakäyttö|todennus|kirjautumis)koodi\w*
    # Polish, Czech, Slovak, Croatian, Hungarian, Turkish
    |\bkod(?:u|em)?[ ](?:weryfikacyjn\w*|bezpieczeństwa|potwierdzaj\w*|dostępu|logowania|jednorazow\w*|aktywacyjn\w*)
    |\bjednorazow\w+[ ](?:kod|hasło)
    |\b(?:ověřovací|overovací|bezpečnostn\w|potvrzovací|jednorázov\w|přihlašovací)[ ](?:k[oó]d|heslo)
    |\b(?:verifikacijski|sigurnosni|potvrdni)[ ]kod
    |\b(?:ellenőrző|biztonsági|megerősítő|egyszeri|belépési)[ ]?(?:kód\w*|jelszó\w*)
    |\b(?:doğrulama|onay|güvenlik|giriş|aktivasyon|tek[ ]kullanımlık)[ ](?:kodu\w*|şifre\w*)
    # Russian, Ukrainian, Bulgarian, Greek
    |\bкод\w*[ ](?:подтвержден\w+|безопасности|доступа|проверки|для[ ](?:входа|входу)|входа|підтвердження|безпеки
       |за[ ]потвърждение)
    |\b(?:одноразов\w+|проверочн\w+)[ ](?:код|пароль)
    |κωδικός[ ](?:επαλήθευσης|ασφαλείας|μιας)
    # Chinese, Japanese, Korean
    |验证码|驗證碼|校验码|动态码|动态密码|安全代码|安全碼|确认码|確認碼
    |認証コード|確認コード|認証番号|ワンタイムパスワード|セキュリティコード|ログインコード
    |인증[ ]?번호|인증[ ]?코드|확인[ ]?코드|보안[ ]?코드
    # Arabic, Persian, Hebrew, Hindi, Vietnamese, Indonesian, Thai
    |رمز[ ](?:التحقق|التأكيد|الأمان|الدخول|التفعيل)|کد[ ](?:تأیید|تایید|ورود)
    |קוד[ ](?:אימות|האימות|חד[ -]פעמי|אבטחה|כניסה)|सत्यापन[ ]कोड|ओटीपी
    |\bmã[ ](?:xác[ ](?:minh|nhận|thực)|otp|bảo[ ]mật)|\bkode[ ](?:verifikasi|keamanan|otp|konfirmasi)|รหัส(?:ยืนยัน
       |ความปลอดภัย)
    """,
)
# Words that mean a code only where one stands near them.
_WEAK = _Pattern(
    r"\b(?:codes?|pin|tan|passwor[dt]|kod(?:e|en|u|em)?|koodi\w*|k[oó]d(?:ja)?|c[oó]digo|codice|codul|код\w{0,2}"
    r"|κωδικός|mã)\b|コード|코드|代码|رمز|קוד",
)
# Codes that are no one-time codes; where one of these stands nearer, the number is theirs.
_OTHER_CODES = _Pattern(
    r"""
    \b(?:promo\w*|discount|coupon|voucher|gift|referral|invit\w+|zip|post(?:al)?|area|country|dial\w*|source|error
       |exit|status|bar|qr|tracking|booking|reservation|order|product|item|sort|swift|bank|tax|dress|building|morse
       |response|http|pick-?up|rabatt|gutschein|aktions|vorteils|buchungs|fehler|bestell|produkt|abhol|promotion\w*|postnummer)
       [ -]?(?:codes?|kode?n?)\b
    |\b(?:code|c[oó]digo|codice|kod)[ ](?:promo\w*|postal\w?|de[ ](?:réduction|descuento|desconto|reserva\w*|suivi
       |barras)
       |sconto|rabatow\w+|pocztow\w+|barre|review)
    """,
)
# Where a discount is offered, a code is for it.
_DISCOUNT = _Pattern(
    r"\d[ ]?%|\b(?:checkout|discounts?|coupons?|vouchers?|rabatt\w*|gutschein\w*|descuento|sconto)\b",
)
_GAP = "[ \u00a0\u202f\\-\u2013]"
_CANDIDATE = re.compile(
    rf"""(?<![{_LETTERS}])
    (?:(?P<prefix>[A-Z]{{1,3}})-)?
    (?P<code>\d{{3}}{_GAP}\d{{3}}|\d{{4}}{_GAP}\d{{4}}|\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}|\d(?:[ \u00a0]\d){{3,7}}
       |\d{{4,8}}
       |(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{{5,8}}
       |(?=[A-Z0-9-]*\d)[A-Z0-9]{{3,4}}-[A-Z0-9]{{3,4}})
    (?![{_LETTERS}])""",
    re.VERBOSE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CURRENCY = "€$£¥₹₽₺₩₴"
_NUMBERED_THINGS = (
    r"order|invoice|bill|receipt|ticket|case|incident|issue|bug|build|pages?|chapter|section|version"
    r"|release|port|room|flight|booking|reservation|tracking|parcel|package|shipment|customer|client"
    r"|member(?:ship)?|policy|contract|account|card|reference|ref|transaction|payment|model|serial|part"
    r"|item|sku|pr|rfc|iso|din|phone|tel|telephone|mobile|fax|call|whatsapp|sms|text|dial|extension"
    r"|ending(?:[ ](?:in|with))?|ends[ ](?:in|with)|since|until|from|year|sum|total|amount|po|p\.o\."
    r"|box|suite|bestell\w*|auftrag\w*|rechnung\w*|kunden\w*|sendung\w*|paket\w*|vorgang\w*"
    r"|ticketnummer|buchung\w*|vertrag\w*|mitglied\w*|konto\w*|karte\w*|endet[ ]auf|endend[ ]auf"
    r"|telefon\w*|ruf\w*|handy\w*|postfach|plz|betrag|summe|commande|facture|dossier|colis|téléphone"
    r"|tél|numéro|pedido|factura|fatura|encomenda|envío|teléfono|telefone|cliente|ordine|fattura"
    r"|spedizione|telefono|bestelling|factuur|zamówieni\w*|faktur\w*|заказ\w*|订单|注文番号|주문번호"
    r"|电话"
)
# What stands before a number that is something else; always matched up to the number.
_NOT_BEFORE = _Pattern(
    rf"""(?:[{_CURRENCY}#+@=&?/\\%*\u2022x\u00d7№(]
       |\d[.,:/\-\u2013\u2014 \u00a0]
       |[.,:/\-][\-/]
       |\b(?:usd|eur|gbp|chf|rs\.?|pln|sek|nok|dkk|kč|us\$))\s?$
    |(?:\b(?:{_NUMBERED_THINGS})
       [ ]?(?:confirmation|code|id|no|nr|num|number|nummer|n°|nº|numéro|número|numero|is|ist|at|us|:)?
       [\s.:\#(°º\uff1a]{{0,3}}(?:is|ist|lautet|est|es|at|us|on|unter)?[ ]?(?:[A-Z]{{1,4}}-)?)$""",
)
# What stands behind a number that is something else.
_NOT_AFTER = _Pattern(
    rf"""[ \u00a0\u202f]?(?:[{_CURRENCY}%]|\b(?:usd|eur|euros?|gbp|chf|dollars?|pounds?|pln|zł|kč|kr|sek|nok|dkk|rub
       |руб|min(?:ute[ns]?|utos|uti)?|sec(?:ond[es]?)?|sekunden|hours?|stunden|heures|horas|days?|tagen?|weeks?|months?
       |years?|jahre?n?|people|users?|members?|followers?|views?|points?|punkte|miles|km|kg|kwh|gb|mb|kb|px|am|pm|uhr
       |characters?|street|st|road|ave\w*|items?|mails?|messages?|new|results?)\b)
    |[.,:/\-\u2013]\d|[@/=&_\\]|[ \u00a0]\d{{2}}|\*|[元円원年년月日]""",
)
_COLON = 4  # characters such as ``: `` between a word and its code
_PREFIXES = {None, "G", "FB"}  # of codes of Google and Facebook, which are typed without it
_USUAL = {6, 8}  # digits of a code
_LINK = re.compile(r"\S*(?://|www\.)\S*|\S+@\S+")


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A code that a service has sent."""

    text: str
    """The code as it is typed: digits and capital letters only."""

    @property
    def grouped(self) -> str:
        """The code as it is shown: ``482 913`` or ``4829 1374``, with no-break spaces; other lengths as they are."""
        size = {6: 3, 8: 4}.get(len(self.text))
        if size is None or not self.text.isdigit():
            return self.text
        return _NO_BREAK_SPACE.join((self.text[:size], self.text[size:]))


def find_code(subject: str, text: str) -> OneTimeCode | None:
    """The one-time code in `subject` or `text`, else None; the one that stands nearest to a word for it.

    Numbers that are money, dates, phone, order or tracking numbers are none, nor are codes for discounts.
    """
    texts = [_LINK.sub(" \u2026 ", part[:_TEXT_LIMIT]) for part in (subject, text)]
    # The usual cases, made fast: nothing that looks like a code, or no word for one.
    if not any(_CANDIDATE.search(part) for part in texts):
        return None
    strong = any(_STRONG.compiled.search(part) for part in texts)
    if not strong and not any(_WEAK.compiled.search(part) for part in texts):
        return None
    candidates = [list(_candidates(part)) for part in texts]
    if not any(candidates):
        return None
    if not strong and any(_DISCOUNT.compiled.search(part) for part in texts):
        return None
    best: tuple[float, str] | None = None
    for number, part in enumerate(texts):
        keywords = [found.span() for pattern in (_STRONG, _WEAK) for found in pattern.compiled.finditer(part)]
        others = [found.span() for found in _OTHER_CODES.compiled.finditer(part)]
        for start, end, code in candidates[number]:
            distance = _distance(start, end, keywords)
            if _distance(start, end, others) < min(_NEAR, distance + 1) or not (strong or distance <= _NEAR):
                continue
            if distance > _NEAR and start and not (code.isdigit() and len(code) in _USUAL):
                continue
            # In a message with a code, a number of six digits far from the word is it rather than another near one.
            rank = distance + number + (0 if len(code) in _USUAL else 25)
            if best is None or rank < best[0]:
                best = rank, code
    return None if best is None else OneTimeCode(best[1])


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    """Begin, end and code of everything in `text` that looks like a code and like nothing else."""
    for found in _CANDIDATE.finditer(text):
        start, end = found.span()
        written = found["code"]
        code = "".join(
            str(int(letter)) if letter.isdigit() else letter for letter in written if letter.isalnum()
        )
        before = text[max(0, start - 40) : start]
        if _NOT_BEFORE.compiled.search(before) and not _names_code(before):
            continue
        if _NOT_AFTER.compiled.match(text, end) or _YEAR.fullmatch(code) or len(set(code)) == 1:
            continue
        if found["prefix"] not in _PREFIXES and not _names_code(before):
            continue
        yield start, end, code


def _names_code(before: str) -> bool:
    """Whether the text just before a number says that it is a code: ``confirmation number: ``."""
    return any(len(before) - found.end() <= _COLON for found in _STRONG.compiled.finditer(before))


def _distance(start: int, end: int, spans: list[tuple[int, int]]) -> float:
    """Characters between a candidate and the nearest of `spans`."""
    return min((max(start - last, first - end, 0) for first, last in spans), default=float("inf"))
