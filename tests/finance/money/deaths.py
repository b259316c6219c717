"""A process that dies at the commit of a unit of work: right before it, or right after it and before anybody is told.

What is replaced is the driver's commit alone: a death before it rolls the unit back, as the store does with what a dead
process left; a death after it lets the commit happen and takes the answer away. Nothing of the product catches it.
"""

from collections.abc import Awaitable, Callable
from enum import Enum

from kit.mongo import Mongo, Session


class Death(Enum):
    """When the process dies."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit, before the answer"


class Killed(BaseException):
    """The process is dead: no code of it runs on, so no `except Exception` sees this."""


class MortalMongo(Mongo):
    """A store whose process can be doomed to die at one of its next commits."""

    _death: Death | None = None
    _commits_left = 0

    def doom(self, death: Death, *, at_commit: int) -> None:
        """Let the process die at its next commit (1), or at a later one."""
        self._death, self._commits_left = death, at_commit

    def spare(self) -> None:
        """Let the process live on, if it has not died yet."""
        self._death = None

    async def start_session(self) -> Session:
        """Return a session whose commit is the end of a doomed process."""
        session = await super().start_session()
        commit = session.commit_transaction

        async def commit_or_die() -> None:
            death = self._dies_now()
            if death is not Death.BEFORE_COMMIT:
                await commit()
            if death is not None:
                raise Killed(death.value)

        _replace_commit(session, commit_or_die)
        return session

    def _dies_now(self) -> Death | None:
        """Return how the process dies at this commit; None if it does not."""
        if self._death is None:
            return None
        self._commits_left -= 1
        if self._commits_left > 0:
            return None
        death, self._death = self._death, None
        return death


def _replace_commit(session: Session, commit: Callable[[], Awaitable[None]]) -> None:
    session.__dict__["commit_transaction"] = commit
