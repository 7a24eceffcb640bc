"""Which steps of a training are kept of what is logged at each validation, so that it stays within bounds."""

from typing import Any


class Thinned:
    """The steps that are kept: all, until they are more than `steps`, or take more than `size` bytes.

    Then every second one goes, from the first on, and from then on every second is logged; and so on. What is kept is
    spread evenly over the training at any time, and begins with its first step.
    """

    def __init__(self, steps: int, size: int) -> None:
        self.most, self.size = steps, size
        self.stride, self.offered = 1, 0
        self.kept: dict[int, int] = {}
        """Steps, and the bytes of each."""

    def offer(self) -> bool:
        """Count a step; is it one to be logged?"""
        self.offered += 1
        return (self.offered - 1) % self.stride == 0

    def add(self, step: int, size: int) -> bool:
        """Count what was logged at a step; True where others have to go, so that only `kept` is left."""
        self.kept[step] = size
        whole = len(self.kept)
        while len(self.kept) > 2 and (len(self.kept) > self.most or sum(self.kept.values()) > self.size):
            self.kept = dict(list(self.kept.items())[::2])
            self.stride *= 2
        return len(self.kept) < whole

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint has to hold."""
        return {"stride": self.stride, "offered": self.offered, "kept": dict(self.kept)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint's."""
        self.stride, self.offered, self.kept = state["stride"], state["offered"], dict(state["kept"])
