"""A password or token that cannot be printed by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Secret:
    """A secret text that `repr`, `str` and formatting never show; only `reveal()` returns it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret text; to be called only where it is sent or put into the keyring."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret must not be pickled")


class RenewableSecret(Secret):
    """A secret that expires, such as an access token: when it is refused, another one may work."""

    __slots__ = ("another",)

    def __init__(self, text: str, another: Callable[[], Awaitable[Secret | None]]) -> None:
        super().__init__(text)
        self.another = another
        """Returns another one to try at once, or None; raises SecretUnavailable."""

    __hash__ = Secret.__hash__


def recorded(secret: Secret, used: list[Secret]) -> Secret:
    """`secret`, after appending it to `used`; the secrets that replace a renewable one are appended later."""
    used.append(secret)
    if not isinstance(secret, RenewableSecret):
        return secret
    renew = secret.another

    async def another() -> Secret | None:
        fresh = await renew()
        return None if fresh is None else recorded(fresh, used)

    return RenewableSecret(secret.reveal(), another)


class SecretUnavailable(Exception):  # noqa: N818
    """No secret is available now; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem

    @classmethod
    def because(cls, sentence: str, advice: str = "") -> SecretUnavailable:
        """With a problem of the kind NO_SECRET."""
        return cls(Problem(ProblemKind.NO_SECRET, sentence, advice))


class KeyringUnavailable(SecretUnavailable):
    """The keyring itself is unavailable: this holds for every account that uses it."""


def not_kept(problem: Problem) -> str:
    """The sentence for a password that was entered but could not be stored, because of `problem`."""
    return tr("{sentence} The password is used until Mailbell ends, but it is not kept.").format(
        sentence=problem.sentence
    )
