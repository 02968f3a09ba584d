"""The messages of the demo mailbox, and how they become bytes."""

from __future__ import annotations

from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate
from typing import Final

from tray.demo.mailbox import ANSWERED, FLAGGED, SEEN
from tray.demo.mailbox import INBOX as INBOX_NAME

_TEXT: Final = "This is a letter of the Mailbell demo. Nobody wrote it, and nobody waits for an answer.\n"


def encoded(text: str, charset: str = "utf-8") -> bytes:
    """RFC 2047 encoded words of ``text`` in ``charset``, folded; plain ASCII stays as it is."""
    if text.isascii():
        return text.encode("ascii")
    return Header(text, charset, maxlinelen=72, header_name="Subject").encode(linesep="\r\n").encode("ascii")


def person(name: str, address: str, charset: str = "utf-8") -> bytes:
    """The value of a From header; an ASCII name is quoted (RFC 5322, section 3.4), any other is encoded."""
    shown = b'"' + name.encode("ascii") + b'"' if name.isascii() else encoded(name, charset)
    return shown + b" <" + address.encode("ascii") + b">"


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """A message before its delivery: raw header values (None: no such header) and a text."""

    sender: bytes | None
    subject: bytes | None
    text: str = _TEXT
    flags: frozenset[str] = frozenset()

    def mail(self, recipient: str, message_id: str, when: float) -> bytes:
        """The whole message with CRLF line ends; ``when`` is in Unix seconds."""
        lines = [
            b"Return-Path: <bounces@relay.example>",
            b"Date: " + formatdate(when, localtime=False).encode("ascii"),
            b"To: <" + recipient.encode("ascii") + b">",
            b"Message-ID: <" + message_id.encode("ascii") + b">",
        ]
        if self.sender is not None:
            lines.append(b"From: " + self.sender)
        if self.subject is not None:
            lines.append(b"Subject: " + self.subject)
        lines += [
            b"MIME-Version: 1.0",
            b"Content-Type: text/plain; charset=utf-8",
            b"Content-Transfer-Encoding: 8bit",
            b"",
            self.text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8"),
        ]
        return b"\r\n".join(lines)


def letter(
    name: str,
    address: str,
    subject: str,
    charset: str = "utf-8",
    *,
    flags: frozenset[str] = frozenset(),
    text: str = _TEXT,
) -> SampleMessage:
    """A well-formed letter whose name and subject are encoded in ``charset``."""
    return SampleMessage(person(name, address, charset), encoded(subject, charset), text, flags)


_READ = frozenset({SEEN})
_LONG: Final = (
    "Re: Re: Fwd: Re: Minutes of the joint meeting of the allotment garden association, the neighbourhood choir and "
    "the committee for the preservation of the old water tower, including the amendments to the amendments that were "
    "agreed on in the corridor afterwards, the list of those who brought cake, the list of those who ate it, and the "
    "unresolved question of who holds the second key to the tool shed, which was last seen in the possession of "
    "somebody's cousin in the spring of the year before last and has been asked for eleven times since"
)

# Some are malformed in ways that are common in real mail.
INBOX: Final[tuple[SampleMessage, ...]] = (
    letter(
        "Jörg Müßig-Öhler",
        "joerg@hausverwaltung.example",
        "Protokoll der Eigentümerversammlung: Dämmung, Aufzug, Müllplätze",
        "iso-8859-1",
        flags=_READ,
    ),
    SampleMessage(
        person("Backup", "root@backup.example"), b"=?utf-8?Q?Nightly_backup=00_finished=0D=0ABcc:_all?="
    ),
    letter(
        "Zofia Wiśniewska",
        "zofia@chor.example",
        "Próba chóru przełożona na środę, godzina 18:30",
        "iso-8859-2",
        flags=frozenset({SEEN, ANSWERED}),
    ),
    SampleMessage(
        person("Old Newsletter Engine", "news@engine.example"),
        b"=?utf-8?B?V2VsY29tZSBiYWNr!!!*=?=",
        flags=_READ,
    ),
    letter("נועה בן־דוד", "noa@school.example", "תזכורת: אסיפת הורים ביום שלישי (קומה 2)", flags=_READ),
    SampleMessage(
        person("Observatory", "dome@observatory.example"),
        b"=?x-martian-8?Q?Greetings_from_Olympus_Mons?=",
        flags=_READ,
    ),
    letter(
        "Énergie Côté Sud",
        "factures@cote-sud.example",
        "Votre facture d’électricité est arrivée",
        flags=_READ,
    ),
    # A character of two bytes cut in half between two encoded words: forbidden by RFC 2047, section 5, and common.
    SampleMessage(
        person("Ticket Office", "tickets@theatre.example"),
        b"=?utf-8?Q?Ihre_Pl=C3?=\r\n =?utf-8?Q?=A4tze_im_Parkett?=",
    ),
    SampleMessage(b"<noreply@parcel.example>", None, flags=_READ),
    SampleMessage(None, b"A letter without a sender"),
    SampleMessage(
        "Chloé Lefèvre <chloe@cuisine.example>".encode(),
        "Crème brûlée : la recette promise".encode(),
        flags=_READ,
    ),
    letter(
        "Ελένη Παπαδάκη",
        "eleni@logistiki.example",
        "Το τιμολόγιό σας είναι έτοιμο",
        "iso-8859-7",
        flags=_READ,
    ),
    SampleMessage(
        person("Accounts", "accounts@supplier.example"),
        encoded("Invoice \u202efdp.exe \u2066(not\u2069 opened)"),
    ),
    letter("김민지", "minji@sanak.example", "주말 등산 모임 안내", "euc-kr", flags=_READ),
    letter("สมชาย ใจดี", "somchai@krua.example", "ยืนยันการจองโต๊ะสำหรับสี่ท่าน", flags=_READ),
    letter(
        "Марина Соколова",
        "marina@galereya.example",
        "Приглашение на открытие выставки",
        "koi8-r",
        flags=_READ,
    ),
    letter("Water Tower Committee", "committee@example.org", _LONG, flags=frozenset({FLAGGED})),
    letter(
        "王小明",
        "xiaoming@gongsi.example",
        "关于下周项目会议的通知",
        "gb18030",
        text="各位好，会议改到周三上午十点，地点不变。\n",
    ),
    SampleMessage(
        "Bäckerei Rüß <brot@baeckerei.example>".encode("latin-1"),
        "Straßenfest am Samstag: Öffnungszeiten".encode("latin-1"),
    ),
    letter(
        "ليلى حداد",
        "layla@clinic.example",
        "تذكير بموعدك يوم الأحد الساعة العاشرة صباحا",
        text="عزيزي العميل، موعدكم يوم الأحد في العيادة.\n",
    ),
    letter(
        "Tanja Brandt",
        "tanja@example.org",
        "🎉 Lena’s birthday: who brings the cake? 🍰🕯️",
        flags=_READ,
        text="Sunday at three, in the garden if it stays dry. I have candles.\n",
    ),
    letter(
        "山田 花子",
        "hanako@kaisha.example",
        "来週の打ち合わせ資料をお送りします",
        "iso-2022-jp",
        flags=frozenset({SEEN, FLAGGED}),
    ),
    letter(
        "आशा वर्मा",
        "asha@yatra.example",
        "आपकी यात्रा का टिकट संलग्न है",
        text="आपकी यात्रा शुक्रवार को सुबह सात बजे शुरू होगी।\n",
    ),
    letter(
        "Müller & Söhne",
        "angebot@mueller.example",
        "Müller & Söhne: <b>50 %</b> auf alles & jedes &amp; mehr",
        text="Nur bis Samstag, in allen Filialen. Solange der Vorrat reicht.\n",
    ),
    letter(
        "Alder Bank",
        "codes@alder-bank.example",
        "482913 is your Alder Bank sign-in code",
        text="Enter 482913 to sign in. The code is valid for ten minutes; nobody of the bank will ask for it.\n",
    ),
    letter(
        "Mailbell demo",
        "demo@mailbell.example",
        "Welcome! Stay for a few seconds: more mail is on its way",
        text="Read, flag, archive or delete what you like: it is a mailbox of the demo, and gone when it ends.\n",
    ),
)
"""Oldest first."""

MAILBOXES: Final = {
    INBOX_NAME: INBOX,
    "Lists/Garden": (
        letter("Garden list", "garden@lists.example", "[garden] Slugs: a philosophy", flags=_READ),
        letter("Garden list", "garden@lists.example", "[garden] Re: Slugs: a philosophy"),
    ),
    "Büro": (letter("Empfang", "empfang@buero.example", "Schlüssel gefunden", flags=_READ),),
    "Archive": (),
    "Junk": (),
    "Trash": (),
}
USES: Final = {"Archive": "\\Archive", "Junk": "\\Junk", "Trash": "\\Trash"}
"""Mailboxes with a special use (RFC 6154)."""

ARRIVING: Final[tuple[SampleMessage, ...]] = (
    letter(
        "Ines Moreau",
        "ines@example.org",
        "Lunch tomorrow? The place with the green door",
        text="They have a table at half past twelve, shall I take it? The soup is said to be good.\n",
    ),
    letter(
        "Paul Hartmann",
        "paul@werkstatt.example",
        "Ihr Fahrrad ist fertig und kann abgeholt werden",
        text="Kette und Bremsen sind neu. Wir haben bis 18 Uhr geöffnet.\n",
    ),
    letter(
        "Build robot",
        "robot@ci.example",
        "[orchard] build 4711 passed: 1,204 tests in 58 s",
        text="main, 3 commits by 2 people. Nothing to do.\n",
    ),
    letter(
        "Grażyna Źródlińska",
        "grazyna@biblioteka.example",
        "Książka czeka na odbiór: „Pchła Szachrajka”",
        text="Można ją odebrać do piątku w wypożyczalni.\n",
    ),
    letter(
        "Ines Moreau",
        "ines@example.org",
        "Re: Lunch tomorrow? Half past twelve is fine 👍",
        text="I have taken the table by the window.\n",
    ),
    letter(
        "Farm Box",
        "box@farm.example",
        "This week: leeks, quinces & <i>three</i> kinds of kale",
        text="And a recipe for each of them. Boxes are delivered on Thursday.\n",
    ),
    letter("佐藤 健", "ken@kaisha.example", "会議の時間が変更になりました", "iso-2022-jp"),
    letter("Ondřej Šťastný", "ondrej@vlak.example", "Změna jízdního řádu: spoj v 17.42 dnes nejede"),
    letter(
        "Alder Bank",
        "codes@alder-bank.example",
        "730164 is your Alder Bank sign-in code",
        text="Enter 730164 to sign in. The code is valid for ten minutes; nobody of the bank will ask for it.\n",
    ),
    letter("سارة منصور", "sara@bookshop.example", "وصل الكتاب الذي طلبته"),
    letter("Vet Practice Dr. Kühn", "praxis@tierarzt.example", "Miezes Impfung ist fällig 🐈", "utf-8"),
    letter(
        "João Conceição",
        "joao@obras.example",
        "Orçamento da cozinha: versão final (agora a sério)",
        text="Segue em anexo, já com os azulejos.\n",
    ),
    letter("이서준", "seojun@daehak.example", "과제 제출 기한이 금요일로 연기되었습니다", "euc-kr"),
    letter(
        "City Library",
        "library@example.org",
        "3 items are due on Friday",
        text="You can renew two of them online; the third is waited for.\n",
    ),
    letter("Δημήτρης Νικολάου", "dimitris@nisi.example", "Τα εισιτήρια του πλοίου", "iso-8859-7"),
    SampleMessage(
        person("Weather Service", "warn@wetter.example"),
        "Warnung: Böen bis 85 km/h in höheren Lagen".encode("latin-1"),
    ),
    letter("Ayşe Yıldırım", "ayse@atolye.example", "Çömlek kursu için iki yer kaldı", "iso-8859-9"),
    letter("陈雨", "yu@chaguan.example", "周六下午茶会，欢迎带朋友来", "gb18030"),
    letter("Ole Bjørnås", "ole@fjell.example", "Hytta er ledig i påsken, skal vi ta den?"),
    letter("דן לוי", "dan@music.example", "החזרה של התזמורת נדחתה למחר"),
    SampleMessage(person("Printer", "printer@office.example"), b"=?utf-8?Q?Toner_low=00_on_floor_2?="),
    letter("Пётр Лебедев", "petr@dacha.example", "Яблоки собраны, приезжайте на выходных", "windows-1251"),
    letter("Ines Moreau", "ines@example.org", "Re: Re: Lunch tomorrow? Bring an umbrella ☔"),
    letter("Măriuca Țepeș", "mariuca@targ.example", "Târgul de toamnă: lista standurilor"),
)

READ_ELSEWHERE: Final = SampleMessage(
    person("Your other device", "phone@mailbell.example"),
    encoded("In a few seconds this mail is read on another device: watch its toast go"),
)
