"""Why an operation cannot be planned."""


class PlanningError(Exception):
    """The supergraph gives no way to answer a field; a fault of the supergraph or of the planner, not of the client."""


class PlanTooLarge(Exception):
    """The operation needs more planning than the budget allows."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"the operation needs more than {limit} {what}")
        self.what = what
        self.limit = limit
