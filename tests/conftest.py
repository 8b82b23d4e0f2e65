"""What the tests share: the real commands, a site on this machine, a browser, no network."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import pytest

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
PROJECT_ROOT = Path(__file__).resolve().parents[1]

# The servers of the tests are on this machine, at ports of their own; every command inherits it.
os.environ["NEWSCRAWLER_CONTACT"] = "https://newscrawler.example/contact"
os.environ["NEWSCRAWLER_ALLOWED_NETWORKS"] = "127.0.0.0/8,::1/128"
os.environ["NEWSCRAWLER_ALLOWED_PORTS"] = "1024-65535"


class RunCommand(Protocol):
    def __call__(
        self,
        *args: str | Path,
        cwd: Path = ...,
        env: Mapping[str, str] = ...,
        timeout: float = ...,
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def project_root() -> Path:
    return PROJECT_ROOT


@pytest.fixture
def run_scrapy() -> RunCommand:
    """Run `scrapy ARGS` as a user does, in the project's folder unless `cwd` names another.

    A warning ends the run, as it fails a test, unless `env` sets PYTHONWARNINGS.
    """
    return partial(run_command, sys.executable, "-m", "scrapy")


@pytest.fixture
def no_network() -> RunCommand:
    """Run a command where no socket leads anywhere, not even to this machine."""
    if not succeeds("unshare", "-rn", "true"):
        pytest.skip("unshare -rn is not allowed here, so the network cannot be taken away")
    return partial(run_command, "unshare", "-rn")


def run_command(
    *args: str | Path,
    cwd: Path = PROJECT_ROOT,
    env: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> subprocess.CompletedProcess[str]:
    """Run a command; one that takes over `timeout` seconds is killed with its children."""
    command = [str(arg) for arg in args]
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONWARNINGS": "error", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


class SavedSite(ThreadingHTTPServer):
    """A folder of saved pages as a live site on a port of its own.

    The folder is one host of `fixtures/world`, whose name it bears: links to that host lead
    to this server instead. `requests` has the path and query of each request in order.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), SavedPage)
        self.folder = folder.resolve()
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def find(self, target: str) -> Path | None:
        """Return the file for a path and query, which need not exist if its sidecar does."""
        names = (name for spelling in (target, unquote(target)) for name in file_names(spelling))
        return next((file for name in names if (file := self.saved(name))), None)

    def saved(self, name: str) -> Path | None:
        file = Path(os.path.normpath(self.folder / name))
        if file.is_relative_to(self.folder) and (file.is_file() or sidecar(file).is_file()):
            return file
        return None

    def relocate(self, text: bytes) -> bytes:
        """Let links to the host and its twins lead here, those in JSON (`https:\\/\\/`) too."""
        host = re.escape(self.folder.name.encode())
        link = rb"(?:https?:)?(\\?/\\?/)(?:www\.|m\.)?" + host + rb"(?![\w.-])"
        return re.sub(link, rf"http:\g<1>127.0.0.1:{self.server_port}".encode(), text)


def file_names(target: str) -> Iterator[str]:
    """Give the names a page may be saved under: `/a/?page=2` is `a/index.html?page=2`."""
    path, mark, query = target.lstrip("/").partition("?")
    for name in (path, f"{path}.html", f"{path}/index.html".lstrip("/")):
        if not name.endswith("/"):
            yield name + mark + query
    yield f"{path}index.html{mark}{query}"


def sidecar(file: Path) -> Path:
    return file.with_name(f"{file.name}.http.json")


class SavedPage(BaseHTTPRequestHandler):
    """One request to a `SavedSite`."""

    protocol_version = "HTTP/1.1"
    server: SavedSite

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.server.requests.append(target)
        file = self.server.find(target)
        if file is None:
            self.answer(404, {"Content-Type": "text/plain"}, b"not found")
        else:
            self.answer(*self.read(file))

    do_HEAD = do_GET  # noqa: N815

    def read(self, file: Path) -> tuple[int, dict[str, str], bytes]:
        exchange: dict[str, Any] = {}
        if sidecar(file).is_file():
            exchange = json.loads(sidecar(file).read_text(encoding="utf-8"))
        guessed = guess_type(file.name.partition("?")[0])[0] or "text/html"
        headers = {"Content-Type": guessed, **exchange.get("headers", {})}
        headers = {name: self.relocate(value) for name, value in headers.items()}
        body = file.read_bytes() if file.is_file() else b""
        is_text = headers["Content-Type"].startswith(("text/", "application/"))
        return exchange.get("status", 200), headers, self.server.relocate(body) if is_text else body

    def relocate(self, value: str) -> str:
        return self.server.relocate(value.encode()).decode()

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "content-encoding", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep the terminal for pytest; `SavedSite.requests` is the log."""


@contextmanager
def running(site: SavedSite) -> Iterator[SavedSite]:
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Path], SavedSite]]:
    """Serve folders such as `fixtures/world/courier.example` until the test ends."""
    with ExitStack() as sites:
        yield lambda folder: sites.enter_context(running(SavedSite(folder)))


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Skip without a browser, except with CI=true, where the test has to run."""
    for name in CHROMIUMS:
        if (path := shutil.which(name)) and succeeds(path, "--version"):
            return Path(path)
    missing = f"none of {', '.join(CHROMIUMS)} starts; `make chromium` installs one"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0
    except FileNotFoundError:
        return False
