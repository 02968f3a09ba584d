"""The letters that arrive while the demo runs, over and over, and those that it tells a story with."""

from __future__ import annotations

from typing import Final

from tray.demo.letters import Letter, encoded, letter, person

REPERTOIRE: Final[tuple[Letter, ...]] = (
    letter("Ines Moreau", "ines@example.org", "Lunch tomorrow? The place with the green door"),
    letter("Paul Hartmann", "paul@werkstatt.example", "Ihr Fahrrad ist fertig und kann abgeholt werden"),
    letter("Build robot", "robot@ci.example", "[orchard] build 4711 passed: 1,204 tests in 58 s"),
    letter("Grażyna Źródlińska", "grazyna@biblioteka.example", "Książka czeka na odbiór: „Pchła Szachrajka”"),
    letter("Ines Moreau", "ines@example.org", "Re: Lunch tomorrow? Half past twelve is fine 👍"),
    letter("Farm Box", "box@farm.example", "This week: leeks, quinces & <i>three</i> kinds of kale"),
    letter("佐藤 健", "ken@kaisha.example", "会議の時間が変更になりました", "iso-2022-jp"),
    letter("Ondřej Šťastný", "ondrej@vlak.example", "Změna jízdního řádu: spoj v 17.42 dnes nejede"),
    letter("Alder Bank", "codes@alder-bank.example", "730164 is your Alder Bank sign-in code"),
    letter("سارة منصور", "sara@bookshop.example", "وصل الكتاب الذي طلبته"),
    letter("Vet Practice Dr. Kühn", "praxis@tierarzt.example", "Miezes Impfung ist fällig 🐈", "utf-8"),
    letter("João Conceição", "joao@obras.example", "Orçamento da cozinha: versão final (agora a sério)"),
    letter("이서준", "seojun@daehak.example", "과제 제출 기한이 금요일로 연기되었습니다", "euc-kr"),
    letter("City Library", "library@example.org", "3 items are due on Friday"),
    letter("Δημήτρης Νικολάου", "dimitris@nisi.example", "Τα εισιτήρια του πλοίου", "iso-8859-7"),
    Letter(
        person("Weather Service", "warn@wetter.example"),
        "Warnung: Böen bis 85 km/h in höheren Lagen".encode("latin-1"),
    ),
    letter("Ayşe Yıldırım", "ayse@atolye.example", "Çömlek kursu için iki yer kaldı", "iso-8859-9"),
    letter("陈雨", "yu@chaguan.example", "周六下午茶会，欢迎带朋友来", "gb18030"),
    letter("Ole Bjørnås", "ole@fjell.example", "Hytta er ledig i påsken, skal vi ta den?"),
    letter("דן לוי", "dan@music.example", "החזרה של התזמורת נדחתה למחר"),
    Letter(person("Printer", "printer@office.example"), b"=?utf-8?Q?Toner_low=00_on_floor_2?="),
    letter("Пётр Лебедев", "petr@dacha.example", "Яблоки собраны, приезжайте на выходных", "windows-1251"),
    letter("Ines Moreau", "ines@example.org", "Re: Re: Lunch tomorrow? Bring an umbrella ☔"),
    letter("Măriuca Țepeș", "mariuca@targ.example", "Târgul de toamnă: lista standurilor"),
)

READ_ELSEWHERE: Final = Letter(
    person("Your other device", "phone@mailbell.example"),
    encoded("In a few seconds this mail is read on another device: watch its toast go"),
)

SPOKEN: Final = Letter(person("Demo visitor", "visitor@mailbell.example"), b"Hello from the demo server")
"""What ``deliver()`` brings when it is not told otherwise."""
