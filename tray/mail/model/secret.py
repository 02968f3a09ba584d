"""A password or token that cannot be printed by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Secret:
    """Wraps a secret text: `repr`, `str` and formatting never show it; `reveal()` says it on purpose."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself; call it where the bytes are put on the wire or into the keyring, nowhere else."""
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
        raise TypeError("a Secret is not to be pickled")


class RenewableSecret(Secret):
    """A secret that ends by itself, such as an access token: where it is refused, there may be another."""

    __slots__ = ("another",)

    def __init__(self, text: str, another: Callable[[], Awaitable[Secret | None]]) -> None:
        super().__init__(text)
        self.another = another
        """Gives another one to try at once, None where that is no use; raises SecretUnavailable."""

    __hash__ = Secret.__hash__


def recorded(secret: Secret, used: list[Secret]) -> Secret:
    """`secret`, added to `used`; of one that may be renewed on the way, every later one is added as well."""
    used.append(secret)
    if not isinstance(secret, RenewableSecret):
        return secret
    renew = secret.another

    async def another() -> Secret | None:
        fresh = await renew()
        return None if fresh is None else recorded(fresh, used)

    return RenewableSecret(secret.reveal(), another)


class SecretUnavailable(Exception):  # noqa: N818 -- it is a state of affairs, not a fault
    """No secret can be had now; `problem` tells the user why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem

    @classmethod
    def because(cls, sentence: str, advice: str = "") -> SecretUnavailable:
        """With a problem of the kind NO_SECRET."""
        return cls(Problem(ProblemKind.NO_SECRET, sentence, advice))


class KeyringUnavailable(SecretUnavailable):
    """The keyring as a whole cannot be asked now; the same is true for every account that uses it."""


def not_kept(problem: Problem) -> str:
    """The sentence for a password that was given and could not be kept, because of `problem`."""
    return tr("{sentence} The password is used until Mailbell ends, but it is not kept.").format(
        sentence=problem.sentence
    )
