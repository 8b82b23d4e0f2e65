"""The Chromium of the machine, and how it is started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
# What Chromium would ask the network for by itself; QUIC passes by what watches over TCP.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
)

# No name and no numeric address leads anywhere; what asks for neither goes to a proxy that is
# nowhere, and so does what is for this machine itself.
NO_WAY_OUT = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=socks5://nowhere.invalid:9",
    "--proxy-bypass-list=<-loopback>",
)


def find_chromium(named: str = "") -> Path | None:
    """Return the program: the one that is `named`, else the first on the path."""
    names = (named,) if named else NAMES
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Path(found) if found else None


def launch_options(path: Path) -> dict[str, Any]:
    """Return Playwright's options; signals are the crawl's to handle, and not the browser's."""
    # It refuses to sandbox itself for root, and containers have a small /dev/shm.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        "executable_path": str(path),
        "headless": True,
        "args": [*sandbox, "--disable-dev-shm-usage", *QUIET],
        "chromium_sandbox": not sandbox,
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


def isolated_options(path: Path) -> dict[str, Any]:
    """Return the options of a browser that cannot connect; whoever starts it answers its pages."""
    options = launch_options(path)
    return {**options, "args": [*options["args"], *NO_WAY_OUT]}
