"""Which values the settings take that say how an account makes itself seen and heard."""

from __future__ import annotations

from tray.i18n import tr
from tray.mail.colour import is_colour
from tray.mail.kinds import AsItIs, AsList, NotTaken
from tray.mail.sound import is_sound

MOST_QUIET_HOURS = 50
"""Entries of one account."""


class Colour(AsItIs):
    """A colour, or none."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr('a colour such as "#2457d6", or empty for none')

    def read(self, value: object) -> str:
        """The colour in lower case."""
        colour = value.strip().lower() if isinstance(value, str) else None
        if colour is None or not (colour == "" or is_colour(colour)):
            raise NotTaken(self.expected)
        return colour


class SoundName(AsItIs):
    """A sound, as `tray.mail.sound` knows them."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr(
            'a sound: empty for the desktop\'s own, "none", "mailbell", the whole path of a file, '
            'or a name of the desktop\'s sound theme such as "bell"'
        )

    def read(self, value: object) -> str:
        """The sound less the spaces around it."""
        if not isinstance(value, str) or not is_sound(value.strip()):
            raise NotTaken(self.expected)
        return value.strip()


class QuietHours(AsList):
    """A list of quiet hours, perhaps none; a repeated one counts once."""

    __slots__ = ()

    @property
    def expected(self) -> str:
        """What it takes in words."""
        return tr('a list of quiet hours such as ["mon-fri 22:00-07:00", "sat,sun 00:00-24:00"]')

    def read(self, value: object) -> tuple[str, ...]:
        """The entries in their canonical form."""
        if not isinstance(value, list) or len(value) > MOST_QUIET_HOURS:
            raise NotTaken(self.expected)
        if not all(isinstance(entry, str) for entry in value):
            raise NotTaken(self.expected)
        from tray.mail.quiet_hours import canonical  # noqa: PLC0415 -- most accounts have none

        return tuple(dict.fromkeys(canonical(entry) for entry in value))
