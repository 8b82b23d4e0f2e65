"""What was worked out of the texts met last, in this process or in another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Recent(Generic[Result]):
    """A function of a text that keeps its last results, and takes those of other processes."""

    def __init__(self, work: Callable[[str], Result], most: int) -> None:
        self.work = work
        self.most = most
        self.results: dict[str, Result] = {}

    def __call__(self, text: str) -> Result:
        if text not in self.results:
            self.note(text, self.work(text))
        return self.results[text]

    def note(self, text: str, result: Result) -> None:
        """Keep what was worked out elsewhere."""
        self.results[text] = result
        while len(self.results) > self.most:
            del self.results[next(iter(self.results))]
