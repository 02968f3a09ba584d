"""The letters that lie in the demo mailbox at the start: many languages, odd ones, and some that break decoders."""

from __future__ import annotations

from typing import Final

from tray.demo.letters import ANSWERED, FLAGGED, SEEN, Letter, encoded, letter, person

_READ = frozenset({SEEN})
_LONG: Final = (
    "Re: Re: Fwd: Re: Minutes of the joint meeting of the allotment garden association, the neighbourhood choir and "
    "the committee for the preservation of the old water tower, including the amendments to the amendments that were "
    "agreed on in the corridor afterwards, the list of those who brought cake, the list of those who ate it, and the "
    "unresolved question of who holds the second key to the tool shed, which was last seen in the possession of "
    "somebody's cousin in the spring of the year before last and has been asked for eleven times since"
)

# Among the well-formed ones stand letters that no program should write, and that some program writes every day.
INBOX: Final[tuple[Letter, ...]] = (
    letter(
        "Jörg Müßig-Öhler",
        "joerg@hausverwaltung.example",
        "Protokoll der Eigentümerversammlung: Dämmung, Aufzug, Müllplätze",
        "iso-8859-1",
        flags=_READ,
    ),
    Letter(person("Backup", "root@backup.example"), b"=?utf-8?Q?Nightly_backup=00_finished=0D=0ABcc:_all?="),
    letter(
        "Zofia Wiśniewska",
        "zofia@chor.example",
        "Próba chóru przełożona na środę, godzina 18:30",
        "iso-8859-2",
        flags=frozenset({SEEN, ANSWERED}),
    ),
    Letter(
        person("Old Newsletter Engine", "news@engine.example"),
        b"=?utf-8?B?V2VsY29tZSBiYWNr!!!*=?=",
        flags=_READ,
    ),
    letter("נועה בן־דוד", "noa@school.example", "תזכורת: אסיפת הורים ביום שלישי (קומה 2)", flags=_READ),
    Letter(
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
    Letter(
        person("Ticket Office", "tickets@theatre.example"),
        b"=?utf-8?Q?Ihre_Pl=C3?=\r\n =?utf-8?Q?=A4tze_im_Parkett?=",
    ),
    Letter(b"<noreply@parcel.example>", None, flags=_READ),
    Letter(None, b"A letter without a sender"),
    Letter(
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
    Letter(
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
    letter("王小明", "xiaoming@gongsi.example", "关于下周项目会议的通知", "gb18030"),
    Letter(
        "Bäckerei Rüß <brot@baeckerei.example>".encode("latin-1"),
        "Straßenfest am Samstag: Öffnungszeiten".encode("latin-1"),
    ),
    letter("ليلى حداد", "layla@clinic.example", "تذكير بموعدك يوم الأحد الساعة العاشرة صباحا"),
    letter("Tanja Brandt", "tanja@example.org", "🎉 Lena’s birthday: who brings the cake? 🍰🕯️", flags=_READ),
    letter(
        "山田 花子",
        "hanako@kaisha.example",
        "来週の打ち合わせ資料をお送りします",
        "iso-2022-jp",
        flags=frozenset({SEEN, FLAGGED}),
    ),
    letter("आशा वर्मा", "asha@yatra.example", "आपकी यात्रा का टिकट संलग्न है"),
    letter(
        "Müller & Söhne",
        "angebot@mueller.example",
        "Müller & Söhne: <b>50 %</b> auf alles & jedes &amp; mehr",
    ),
    letter("Alder Bank", "codes@alder-bank.example", "482913 is your Alder Bank sign-in code"),
    letter(
        "Mailbell demo", "demo@mailbell.example", "Welcome! Stay for a few seconds: more mail is on its way"
    ),
)
"""Oldest first; the newest is the welcome."""
