"""What an import took and what not."""

from backend.core.schemas import Output


class Refusal(Output, frozen=True):
    """A row that the importer did not take. ``line`` counts from 1; ``reason`` is plain words."""

    line: int
    id: str
    reason: str


class LoadReport(Output, frozen=True):
    """What an import did."""

    total: int
    new: int
    changed: int
    unchanged: int
    refused: list[Refusal]
    unknown_columns: dict[str, int]

    @property
    def ok(self) -> bool:
        """Whether every row was taken."""
        return not self.refused
