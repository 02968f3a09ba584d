"""Special uses of folders, from attributes of the server and from usual names in many languages."""

from __future__ import annotations

import enum
import re
import unicodedata

_NAME_LIMIT = 200  # characters of a name that are compared
_LETTERS = re.compile(r"[\W_]+")


class SpecialUse(enum.Enum):
    """What a folder is for (RFC 6154, and INBOX), in the usual order."""

    INBOX = "inbox"
    DRAFTS = "drafts"
    SENT = "sent"
    ARCHIVE = "archive"
    JUNK = "junk"
    TRASH = "trash"
    ALL = "all"
    """A view of all mails, such as Gmail's All Mail."""
    FLAGGED = "flagged"
    """A view of the flagged ones."""
    IMPORTANT = "important"
    """A view of the messages that the server considers important."""

    @property
    def is_view(self) -> bool:
        """Whether it shows messages of other folders."""
        return self in {SpecialUse.ALL, SpecialUse.FLAGGED, SpecialUse.IMPORTANT}


_ATTRIBUTES = {
    "\\inbox": SpecialUse.INBOX,
    "\\drafts": SpecialUse.DRAFTS,
    "\\sent": SpecialUse.SENT,
    "\\archive": SpecialUse.ARCHIVE,
    "\\junk": SpecialUse.JUNK,
    "\\spam": SpecialUse.JUNK,
    "\\trash": SpecialUse.TRASH,
    "\\all": SpecialUse.ALL,
    "\\allmail": SpecialUse.ALL,
    "\\flagged": SpecialUse.FLAGGED,
    "\\starred": SpecialUse.FLAGGED,
    "\\important": SpecialUse.IMPORTANT,
}
"""Attributes of RFC 6154, RFC 8457, and XLIST, their predecessor."""

# Language by language: en de fr es it pt nl sv da no fi pl cs sk hu ro hr sl sr bg ru uk el tr he ar zh ja ko vi id ca
# eu gl et lv lt, as far as mail programs translate the names. Case, accents and spaces do not count.
_NAMES = {
    SpecialUse.DRAFTS: """
        Drafts, Draft; Entwürfe, Entwurf; Brouillons, Brouillon; Borradores, Borrador; Bozze; Rascunhos,
        Rascunho; Concepten, Concepts; Utkast; Kladder, Udkast; Kladd; Luonnokset; Kopie robocze,
        Wersje robocze, Szkice; Koncepty, Rozepsané; Rozpísané; Piszkozatok; Ciorne, Schițe; Skice, Nacrti;
        Osnutki; Нацрти; Чернови; Черновики; Чернетки; Πρόχειρα; Taslaklar; טיוטות; مسودات, المسودات; 草稿,
        草稿箱, 草稿匣, 草稿夹; 下書き; 임시보관함, 임시 보관함; Thư nháp, Nháp; Konsep, Draf; Esborranys;
        Zirriborroak; Borradores; Mustandid; Melnraksti; Juodraščiai
    """,
    SpecialUse.SENT: """
        Sent, Sent Mail, Sent Items, Sent Messages; Gesendet, Gesendete Objekte, Gesendete Elemente,
        Gesendete Nachrichten, Postausgang gesendet; Envoyés, Éléments envoyés, Messages envoyés,
        Objets envoyés, Courrier envoyé; Enviados, Elementos enviados, Correo enviado; Inviata, Posta inviata,
        Elementi inviati, Inviati; Itens enviados, Mensagens enviadas, Correio enviado; Verzonden,
        Verzonden items, Verzonden berichten; Skickat, Skickade objekt, Skickade; Sendt, Sendt post,
        Sendte elementer, Sendte meldinger; Lähetetyt, Lähetetyt viestit; Wysłane, Elementy wysłane,
        Wysłane wiadomości; Odeslané, Odeslaná pošta, Odeslané položky; Odoslané, Odoslaná pošta; Elküldött,
        Elküldött elemek, Elküldött üzenetek, Elküldött levelek; Trimise, Elemente trimise, Mesaje trimise;
        Poslano, Poslane stavke, Poslana pošta, Poslato; Послато; Изпратени; Отправленные, Отправленное;
        Надіслані, Відправлені; Απεσταλμένα; Gönderilmiş, Gönderilmiş Öğeler, Gönderilenler; נשלח, דואר שנשלח,
        פריטים שנשלחו; المرسل, البريد المرسل, العناصر المرسلة; 已发送, 已发送邮件, 已发邮件, 寄件備份, 已傳送,
        已傳送的郵件; 送信済み, 送信済みアイテム, 送信済みメール; 보낸편지함, 보낸 편지함, 보낸메일함;
        Thư đã gửi, Đã gửi; Terkirim, Pesan Terkirim; Enviats, Elements enviats; Bidalita, Bidaliak; Saadetud;
        Nosūtītie, Nosūtīts; Išsiųsti, Išsiųsta
    """,
    SpecialUse.ARCHIVE: """
        Archive, Archives, Archived; Archiv; Archivo, Archivos, Archivados; Archivio, Archiviati; Arquivo,
        Arquivos, Arquivados; Archief; Arkiv; Arkisto; Archiwum; Archív, Archivované; Archívum; Arhivă, Arhiva;
        Arhiv; Архива; Архив; Архів; Αρχειοθήκη, Αρχείο; Arşiv; ארכיון; الأرشيف, أرشيف; 存档, 归档, 封存;
        アーカイブ; 보관함, 아카이브; Lưu trữ; Arsip; Arxiu; Artxiboa; Arhiiv; Arhīvs; Archyvas
    """,
    SpecialUse.JUNK: """
        Junk, Spam, Junk Mail, Junk E-mail, Bulk, Bulk Mail, Spamverdacht, Quarantine; Junk-E-Mail, Werbung,
        Unerwünscht; Indésirables, Courrier indésirable, Pourriel, Pourriels; Correo no deseado, Correo basura,
        No deseado; Posta indesiderata, Indesiderata; Lixo eletrônico, Lixo eletrónico, Correio não solicitado,
        Spam; Ongewenste e-mail, Ongewenst; Skräppost; Uønsket, Uønsket post, Uønsket mail; Søppelpost;
        Roskaposti; Wiadomości-śmieci, Niechciane; Nevyžádaná pošta, Hromadné; Nevyžiadaná pošta; Levélszemét;
        Mesaje nedorite, E-mail nedorit; Neželjena pošta, Bezvrijedna pošta; Neželena pošta; Непожељна пошта;
        Нежелана поща, Спам; Нежелательная почта; Небажана пошта; Ανεπιθύμητα, Ανεπιθύμητη αλληλογραφία;
        Önemsiz, Önemsiz E-posta, İstenmeyen; דואר זבל, ספאם, דואר לא רצוי; البريد العشوائي, بريد مزعج,
        البريد غير الهام; 垃圾邮件, 垃圾箱邮件, 垃圾郵件; 迷惑メール; 스팸, 스팸메일함, 정크 메일; Thư rác;
        Sampah spam; Correu brossa; Zabor-posta; Correo lixo; Rämpspost; Mēstules; Šlamštas, Brukalas
    """,
    SpecialUse.TRASH: """
        Trash, Deleted, Deleted Items, Deleted Messages, Bin, Wastebasket, Rubbish; Papierkorb, Gelöscht,
        Gelöschte Objekte, Gelöschte Elemente, Gelöschte Nachrichten; Corbeille, Éléments supprimés,
        Messages supprimés; Papelera, Eliminados, Elementos eliminados; Cestino, Posta eliminata,
        Elementi eliminati; Lixeira, Lixo, Itens excluídos, Itens eliminados; Prullenbak, Prullenmand,
        Verwijderd, Verwijderde items; Papperskorg, Papperskorgen, Borttaget, Borttagna objekt; Papirkurv,
        Slettet post, Slettede elementer; Søppel, Papirkorg; Roskakori, Poistetut, Poistetut viestit; Kosz,
        Elementy usunięte; Koš, Odstraněná pošta, Odstraněné položky; Kôš, Odstránená pošta; Kuka, Lomtár,
        Törölt elemek; Coș, Coș de gunoi, Gunoi, Elemente șterse; Smeće, Otpad, Izbrisane stavke; Smeti, Koš,
        Izbrisano; Смеће; Кошче, Изтрити; Корзина, Удаленные, Удалённые; Кошик, Видалені; Κάδος,
        Κάδος απορριμμάτων, Διαγραμμένα; Çöp, Çöp Kutusu, Silinmiş Öğeler; אשפה, פריטים שנמחקו; المهملات,
        سلة المهملات, العناصر المحذوفة; 废纸篓, 垃圾箱, 已删除, 已删除邮件, 垃圾桶, 刪除的郵件; ゴミ箱,
        削除済みアイテム; 휴지통, 지운 편지함; Thùng rác; Sampah, Tempat Sampah; Paperera, Elements suprimits;
        Zakarrontzia, Zaborrontzia; Lixo; Prügi, Prügikast; Atkritne, Miskaste; Šiukšliadėžė, Šiukšlinė
    """,
}


def folded(text: str) -> str:
    """`text` for comparisons: without case, accents and widths (case folding, NFKD), truncated."""
    decomposed = unicodedata.normalize("NFKD", text[:_NAME_LIMIT].casefold())
    if decomposed.isascii():
        return decomposed
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_STROKES)


_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
"""Letters that are often typed as their base letters, and that NFKD does not decompose."""


def _key(name: str) -> str:
    return _LETTERS.sub("", folded(name))


_BY_NAME = {
    _key(name): use
    for use, names in _NAMES.items()
    for name in names.replace(";", ",").split(",")
    if name.strip()
}


def use_by_attributes(attributes: frozenset[str]) -> SpecialUse | None:
    """The special use in a folder's attributes; of several the last in the order of `SpecialUse`."""
    found = {use for name in attributes if (use := _ATTRIBUTES.get(name.lower())) is not None}
    return next((use for use in reversed(SpecialUse) if use in found), None)


def use_by_name(name: str) -> SpecialUse | None:
    """The special use of a folder of this name, in any of the languages above."""
    return _BY_NAME.get(_key(name))
