"""The pipeline in service, and the moment at which another one takes its place."""

import asyncio

from gateway.pipeline import Pipeline


class Served:
    """What long-lived work looks at to follow the supergraph."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.replaced = asyncio.Event()

    def adopt(self, pipeline: Pipeline) -> None:
        """Put another pipeline into service and tell those who wait for it."""
        replaced, self.replaced = self.replaced, asyncio.Event()
        self.pipeline = pipeline
        replaced.set()
