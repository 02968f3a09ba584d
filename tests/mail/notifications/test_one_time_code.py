"""Codes as services send them, and numbers that are none."""

from __future__ import annotations

import pytest

from tray.mail.notifications.one_time_code import OneTimeCode, find_code

CODES = [
    # English
    ("Your verification code", "482913 is your verification code. It expires in 10 minutes.", "482913"),
    ("Your code is 482 913", "", "482913"),
    ("G-482913 is your Google verification code", "", "482913"),
    ("Google Verification Code", "Your Google verification code is: G-482913", "482913"),
    ("[GitHub] Please verify your device", "Hey octo! Verification code: 482913 If you did not…", "482913"),
    ("[GitHub] Sudo email verification code", "Here is your GitHub sudo code: 30417852", "30417852"),
    ("Slack confirmation code: 2BR-N7J", "Confirm your email address. Your code is below", "2BRN7J"),
    ("Your Steam account: Access from new computer", "Here is the Steam Guard code: 7BH2K", "7BH2K"),
    ("Your Amazon one-time password", "To verify, use this One Time Password (OTP): 482913", "482913"),
    ("Your single-use code", "We received your request for a single-use code. 4829137", "4829137"),
    ("Microsoft account security code", "Security code: 4829137 Only enter this code", "4829137"),
    ("Sign in to Notion", "Your temporary login code is 482-913. Enter it soon.", "482913"),
    ("Log in to your account", "Enter this code to log in: 4829", "4829"),
    ("PayPal: 482913 is your security code", "Your code expires in 10 minutes.", "482913"),
    ("Two-factor authentication", "Your two-factor code is 4829 1374.", "48291374"),
    ("Confirm your e-mail", "Confirmation code 48-29-13", "482913"),
    ("Example Bank", "Your OTP for the payment of EUR 1299.00 is 482913. Do not share it.", "482913"),
    ("Your login code", "4 8 2 9 1 3", "482913"),
    ("Apple ID verification", "Your Apple ID code is: 482913. Don't share it with anyone.", "482913"),
    ("Reset your password", "Your password reset code: 482913. Call +1 415 555 2671 for help.", "482913"),
    ("Order 83920114 waits", "Your confirmation code is 482913 for order 83920114", "482913"),
    ("Discord Verification", "Your Discord verification code is: X7K9Q2", "X7K9Q2"),
    ("Verify it is you", "Use verification code 482913 before 12:30 on 24.11.2025", "482913"),
    ("New sign-in", "2025-11-24: passcode 482913", "482913"),
    ("FB-48291 is your Facebook confirmation code", "", "48291"),
    ("Sign in to your account", "Security code AB-482913", "482913"),
    ("Your login code is 482 913", "The code before it was 48291", "482913"),
    # German
    ("482-913 ist dein Code", "", "482913"),
    ("Ihr Bestätigungscode", "Ihr Bestätigungscode lautet 482 913.", "482913"),
    ("Anmeldung bei der Beispielbank", "Ihre TAN: 482913 für die Überweisung von 1.299,00 EUR", "482913"),
    ("Sicherheitscode", "Geben Sie 482913 ein, um fortzufahren.", "482913"),
    ("Dein Einmalcode", "Dein Einmalcode ist 4829. Er gilt 10 Minuten.", "4829"),
    # French, Spanish, Italian, Portuguese
    ("Votre code de vérification", "Votre code de vérification est : 482913", "482913"),
    ("482913 est votre code de connexion", "", "482913"),
    ("Tu código de verificación", "Tu código de verificación es 482913. Caduca en 10 minutos.", "482913"),
    ("Código de seguridad", "482 913", "482913"),
    ("Il tuo codice di verifica", "Il tuo codice di verifica è 482913", "482913"),
    ("Seu código de segurança", "Use o código 482913 para entrar.", "482913"),
    # Others
    ("Je verificatiecode", "Je verificatiecode is 482913.", "482913"),
    ("Din engångskod", "Din engångskod är 482913", "482913"),
    ("Bekræftelseskode", "Din bekræftelseskode er 482913", "482913"),
    ("Vahvistuskoodi", "Vahvistuskoodisi on 482913", "482913"),
    ("Kod weryfikacyjny", "Twój kod weryfikacyjny to 482913", "482913"),
    ("Ověřovací kód", "Váš ověřovací kód je 482913", "482913"),
    ("Ellenőrző kód", "Az ellenőrző kódja: 482913", "482913"),
    ("Doğrulama kodunuz", "Doğrulama kodunuz: 482913", "482913"),
    ("Код подтверждения", "Ваш код подтверждения: 482913. Никому его не сообщайте.", "482913"),
    ("Код підтвердження", "482913", "482913"),
    ("Ο κωδικός επαλήθευσης", "Ο κωδικός επαλήθευσης είναι 482913", "482913"),
    ("验证码", "您的验证码是482913，5分钟内有效。", "482913"),
    ("認証コードのお知らせ", "認証コード：482913", "482913"),
    ("인증번호 안내", "인증번호는 482913입니다.", "482913"),
    ("رمز التحقق", "رمز التحقق الخاص بك هو ٤٨٢٩١٣", "482913"),
    ("קוד אימות", "קוד האימות שלך הוא 482913", "482913"),
    ("Mã xác minh", "Mã xác minh của bạn là 482913", "482913"),
    ("Kode verifikasi", "Kode verifikasi Anda 482913", "482913"),
    ("Codul tău", "Codul tău de verificare este 482913", "482913"),
]

NO_CODES = [
    # orders, parcels, invoices
    ("Your order #482913 has shipped", "Track it with code 1Z999AA10123456784"),
    ("Order confirmation number: 48291374", "Thank you for your order 48291374"),
    ("Invoice 482913", "Invoice no. 482913 of 24.11.2025 over 1299.00 EUR"),
    ("Ihre Bestellung 48291374", "Bestellnummer: 48291374, Kundennummer 1029384"),
    ("Your parcel is coming", "Tracking number 48291374, pickup code 4829 at the shop"),
    ("Sendungsnummer 48291374", "Ihr Paket kommt morgen. PLZ 10115 Berlin"),
    ("Votre commande n° 482913", "Numéro de colis 48291374"),
    ("Booking confirmed", "Booking code: QX7K9A. Flight LH 4829 on 12 Nov 2025"),
    # phone numbers, dates, years, prices
    ("Call us", "Our security team is at +49 30 482913 or 0800 4829137"),
    ("Anruf verpasst", "Telefon: 030 482913"),
    ("Year in review 2025", "What a year: 2025 in numbers"),
    ("Terms of 2024", "Your code of conduct for 2024"),
    ("Your bill", "The amount due is $4829.13, please pay until 2025-12-01"),
    ("Kontoauszug", "Neuer Saldo 4829,13 EUR"),
    ("Now 4999 EUR", "Only 4999 EUR instead of 5999 EUR"),
    ("$4829 in rewards", ""),
    ("Price: 4829 kr", "Use it within 1440 minutes"),
    # other codes
    ("20% off everything", "Use code SAVE20 at checkout"),
    ("Black Friday", "Your discount code: FRIDAY25"),
    ("Gutscheincode", "Ihr Gutscheincode lautet X7K9Q2"),
    ("Votre code promo", "Votre code promo : NOEL25"),
    ("Build 482913 failed", "Exit code 1337 in module 48291"),
    ("[JIRA] Bug 48291: error code 50012", "HTTP response code 5003"),
    ("Code review requested", "#4829 wants to merge 12 commits"),
    ("Unsere Postleitzahl", "Area code 90210, zip code 90210"),
    # codes are mentioned, but none is there
    ("Your verification code", "Enter the code in the app. Questions? See https://example.org/482913/help"),
    ("New sign-in to your account", "From 192.168.113.482 on 24 Nov 2025, card ending in 4829"),
    ("Password changed", "Your password was changed at 12:30 on 2025-11-24."),
    ("Security alert", "Account ending 4829 was used. Transaction id 48291374"),
    ("Ihr Sicherheitscode", "Vertragsnummer 48291374, Konto endet auf 482913"),
    ("Bestätigungscode", "Die Rechnungsnummer lautet 482913"),
    ("Security code policy", "See pages 1042 to 1051, chapter 4829"),
    ("Your security code", "In case of questions name our reference AB-482913 or flight ABC-4829"),
    ("Your security code", "It is valid at once. Our house has the name AB-482913"),
    # nothing at all
    ("Lunch on Friday?", "At 12:30, table for 1234 people"),
    ("Re: figures", "We sold 48291 items, 5000 more than last year"),
    ("", ""),
]


@pytest.mark.parametrize(("subject", "text", "code"), CODES)
def test_a_code_is_found(subject: str, text: str, code: str) -> None:
    assert find_code(subject, text) == OneTimeCode(code)


@pytest.mark.parametrize(("subject", "text"), NO_CODES)
def test_other_numbers_are_no_codes(subject: str, text: str) -> None:
    assert find_code(subject, text) is None


@pytest.mark.parametrize(
    ("code", "grouped"),
    [
        ("482913", "482\u00a0913"),
        ("48291374", "4829\u00a01374"),
        ("4829", "4829"),
        ("4829137", "4829137"),
        ("X7K9Q2", "X7K9Q2"),
    ],
)
def test_digits_are_grouped_for_display(code: str, grouped: str) -> None:
    assert OneTimeCode(code).grouped == grouped


def test_a_long_text_is_searched_in_a_moment() -> None:
    assert find_code("code " * 1000, "code 1" + "1-" * 100_000 + "4829 - " * 10_000) is None
