"""The process around the application: one uvicorn server that drains before it stops."""

import asyncio
import gc
from socket import socket
from types import FrameType

import uvicorn

from gateway.app import GatewayApp


class DrainingServer(uvicorn.Server):
    """Told to stop, it first turns unready and ends the subscriptions bit by bit; told twice, it stops at once."""

    def __init__(self, config: uvicorn.Config, app: GatewayApp) -> None:
        super().__init__(config)
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining = False

    async def serve(self, sockets: list[socket] | None = None) -> None:
        """Serve until told to stop."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; called by the signal handler, outside every task."""
        if self._draining or self._loop is None:
            super().handle_exit(sig, frame)
            return
        self._draining = True
        self._loop.call_soon_threadsafe(self._start_to_drain, sig, frame)

    def _start_to_drain(self, sig: int, frame: FrameType | None) -> None:
        task = asyncio.get_running_loop().create_task(self._app.drain())
        task.add_done_callback(lambda _: super(DrainingServer, self).handle_exit(sig, frame))


def serve(app: GatewayApp) -> None:
    """Serve the application on its settings' address until a signal ends it."""
    settings = app.settings
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=settings.body_bytes_max,
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )
    # The schema is here to stay; to look through it again and again would cost requests milliseconds.
    gc.collect()
    gc.freeze()
    DrainingServer(config, app).run()
