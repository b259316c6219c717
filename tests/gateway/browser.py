"""A headless Chromium, driven over its DevTools protocol."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
START_SECONDS_MAX = 60.0
WAIT_SECONDS_MAX = 60.0


class Page:
    """One tab. What it logs as an error, a thrown error or a broken policy is kept in `problems`."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        self._session = ""
        self.problems: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol; return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._connection.send(json.dumps(message))
        while True:
            received = json.loads(self._connection.recv(timeout=WAIT_SECONDS_MAX))
            if received.get("id") == self._number:
                if "error" in received:
                    raise RuntimeError(f"{method}: {received['error']}")
                result: dict[str, Any] = received["result"]
                return result
            self._note(received)

    def open(self, url: str) -> None:
        """Go to the address."""
        self.call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; promises are waited for."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Return the expression's value as soon as it is true."""
        end = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < end:
            value = self.evaluate(expression)
            if value:
                return value
            time.sleep(0.1)
        raise TimeoutError(f"{expression} did not become true; problems: {self.problems}")

    def type_text(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def screenshot(self, path: Path) -> None:
        """Write a picture of the tab."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _note(self, event: dict[str, Any]) -> None:
        parameters = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.problems.append(str(parameters["exceptionDetails"].get("exception", {}).get("description")))
        elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.problems.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")


@contextmanager
def open_browser(directory: Path) -> Iterator[Page]:
    """Run the browser with an empty profile in the directory; give its one tab."""
    if CHROMIUM is None:
        raise RuntimeError("no chromium is installed")
    arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"]
    process = subprocess.Popen(
        [CHROMIUM, *arguments, "--window-size=1280,800", "--remote-debugging-port=0", f"--user-data-dir={directory}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port, path = _address(directory, process)
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, origin=None) as connection:
            yield Page(connection)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(directory: Path, process: subprocess.Popen[bytes]) -> tuple[str, str]:
    told = directory / "DevToolsActivePort"
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"chromium ended with status {process.returncode}")
        lines = told.read_text().split() if told.exists() else []
        if len(lines) == 2:
            return lines[0], lines[1]
        time.sleep(0.1)
    raise TimeoutError("chromium opened no debugging port")
