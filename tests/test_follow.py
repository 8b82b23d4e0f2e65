"""One command that follows all series of a file: what is due, in order, with a true exit code."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server

import pytest
from filelock import FileLock

from newscrawler.crawls import CrawlsError, read_crawls, worst
from newscrawler.schedule import TIME_FORMAT
from tests.conftest import PROJECT_ROOT, run_command

WORLD = PROJECT_ROOT / "fixtures" / "world"
ENVIRONMENT = {"SCRAPY_SETTINGS_MODULE": "newscrawler.settings", "PYTHONPATH": str(PROJECT_ROOT)}
FOLLOW = (sys.executable, "-m", "scrapy", "follow")
URL = 'url = "https://news.example/"'
STRIKE = f"""
[crawl.strike]
url = "https://courier.example/series/northport-harbour-strike/"
output = "feeds/strike.jsonl"
replay = "{WORLD}"
arguments = {{ related = 0 }}
settings = {{ LOG_LEVEL = "ERROR" }}
"""
# No saved page is there, which the quickest of all runs says with code 9.
NOWHERE = f"""
[crawl.nowhere]
url = "https://courier.example/nowhere/"
replay = "{WORLD}"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write_file(text: str) -> Path:
        file = tmp_path / "crawls.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write_file


def run_follow(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return run_command(*FOLLOW, *args, cwd=folder, env=ENVIRONMENT)


def ago(**age: float) -> str:
    return (datetime.now(UTC) - timedelta(**age)).strftime(TIME_FORMAT)


@contextmanager
def hanging_round(write: Callable[[str], Path]) -> Iterator[subprocess.Popen[str]]:
    """Follow a site that never answers, and one more; give the process once it is asking."""
    with create_server(("127.0.0.1", 0)) as server:
        hanging = f'[crawl.hanging]\nurl = "http://127.0.0.1:{server.getsockname()[1]}/"\n'
        folder = write(hanging + "settings = { ROBOTSTXT_OBEY = false }" + NOWHERE).parent
        process = subprocess.Popen(
            FOLLOW, cwd=folder, env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE, text=True
        )
        try:
            server.settimeout(30)
            with server.accept()[0]:
                yield process
        finally:
            process.kill()
            process.wait()


def children(process: subprocess.Popen[str]) -> list[int]:
    file = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(number) for number in file.read_text(encoding="ascii").split()]


# The file


def test_a_file_says_how_each_crawl_is_started(write: Callable[[str], Path]) -> None:
    file = write(
        '[defaults]\nevery = "2h"\nstate = "/var/state.sqlite"\nreports = "said"\n'
        f"[crawl.tides]\n{URL}\n"
        '[crawl.harbour]\nurl = "https://news.example/a,b.html"\nevery = "30m"\n'
        'output = "feeds/harbour.jsonl.gz"\nreplay = "saved"\n'
        'arguments = { related = 2, since = "2026-10-01" }\n'
        "settings = { DOWNLOAD_DELAY = 2.5, COOKIES_ENABLED = false }\n"
    )
    tides, harbour = read_crawls(file)
    assert (tides.every, harbour.every) == (timedelta(hours=2), timedelta(minutes=30))
    folder = file.parent
    assert shlex.join(tides.command()) == (
        f"scrapy crawl series -a url=https://news.example/ --report {folder}/said/tides.json"
        " --state /var/state.sqlite"
    )
    assert shlex.join(harbour.command()) == (
        "scrapy crawl series -a url=https://news.example/a,b.html -a related=2 -a since=2026-10-01"
        f" -O {folder}/feeds/harbour.jsonl.gz --report {folder}/said/harbour.json"
        f" --state /var/state.sqlite --replay {folder}/saved"
        " -s DOWNLOAD_DELAY=2.5 -s COOKIES_ENABLED=0"
    )


def test_a_file_needs_no_more_than_an_address(write: Callable[[str], Path]) -> None:
    byte_order_mark = "\ufeff"
    (crawl,) = read_crawls(write(f'{byte_order_mark}[crawl."Überfahrt-2"]\n{URL}\n'))
    assert (crawl.name, crawl.every) == ("Überfahrt-2", timedelta(hours=1))
    assert crawl.report.name == "Überfahrt-2.json"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[crawl.a\n", "crawls.toml: Expected ']'"),
        ("", "crawls.toml: it lists no crawl"),
        ("[crawl]\n", "crawls.toml: it lists no crawl"),
        ("crawl = 3\n", ", line 1: crawl: it is to be a table"),
        ("[crawl]\na = 3\n", ", line 2: crawl.a: it is to be a table"),
        (f"[crawl.a]\n{URL}\n[craw.b]\n", "craw: there is no such key; there is: defaults, crawl"),
        (f"[crawl.a]\n{URL}\noutptu = 'a'\n", ", line 3: crawl.a.outptu: there is no such key"),
        (f"[defaults]\nevry = '1h'\n[crawl.a]\n{URL}", ", line 2: defaults.evry: there is no"),
        ("[crawl.a]\nevery = '1h'\n", ", line 1: crawl.a.url: it is missing"),
        ("[crawl.a]\nurl = ' '\n", ", line 2: crawl.a.url: it is empty"),
        ("[crawl.a]\nurl = 3\n", ", line 2: crawl.a.url: it is to be a text in quotes"),
        ('[crawl.a]\nurl = "a\\u0000b"\n', ", line 2: crawl.a.url: it holds an invisible"),
        (f"[crawl.a]\n{URL}\nevery = '1 h'", ", line 3: crawl.a.every: '1 h' is no age such as"),
        (f"[crawl.a]\n{URL}\nevery = 60", ", line 3: crawl.a.every: it is to be a text"),
        (f"[defaults]\nevery = '1y'\n[crawl.a]\n{URL}\n", ", line 2: defaults.every: '1y' is no"),
        (f"[crawl.'a/b']\n{URL}\n", ", line 1: crawl.a/b: 'a/b' is no name"),
        (f"[crawl.'..']\n{URL}\n", "'..' is no name"),
        (f"[crawl.'']\n{URL}\n", "'' is no name"),
        (f"[crawl.-a]\n{URL}\n", "'-a' is no name"),
        (f"[crawl.a]\n{URL}\noutput = '-'", ", line 3: crawl.a.output: it is to be the name"),
        (f"[crawl.a]\n{URL}\noutput = 'a.pdf'", ", line 3: crawl.a.output: "),
        (f"[crawl.a]\n{URL}\nreplay = '-v'", ", line 3: crawl.a.replay: a path that begins with -"),
        (f"[crawl.a]\n{URL}\narguments = 1", ", line 3: crawl.a.arguments: it is to be a table"),
        (f"[crawl.a]\n{URL}\narguments = {{ url = 'b' }}", "arguments: the url has a key of its"),
        (
            f"[crawl.a]\n{URL}\n[crawl.a.settings]\nDELAY = [1]",
            ", line 4: crawl.a.settings.DELAY: it is to be a text, a number, true or false",
        ),
        (
            f"[crawl.a]\n{URL}\nsettings = {{ 'A=B' = 1 }}",
            ", line 3: crawl.a.settings.A=B: it is no name of an argument or a setting",
        ),
        (
            f"[crawl.a]\n{URL}\noutput = 'x.jsonl'\n[crawl.b]\n{URL}\noutput = 'y/../x.jsonl'\n",
            ", line 6: crawl.b.output: x.jsonl is written by 'a' as well",
        ),
        (
            f"[crawl.a]\n{URL}\noutput = 'x.jsonl'\n[crawl.b]\n{URL}\noutput = 'x.drops.jsonl'\n",
            "x.drops.jsonl is written by 'a' as well",
        ),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(
    write: Callable[[str], Path], text: str, message: str
) -> None:
    with pytest.raises(CrawlsError) as raised:
        read_crawls(write(text))
    assert message in str(raised.value)
    assert str(raised.value).startswith(str(write(text)))


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "crawls.toml"
    file.write_bytes("[crawl.a] # Küste".encode("latin-1"))
    with pytest.raises(CrawlsError, match="it is not UTF-8"):
        read_crawls(file)


# What is due


@pytest.mark.parametrize(
    ("stamp", "report", "is_due"),
    [
        pytest.param(None, None, True, id="never started"),
        pytest.param({"started_at": ago(minutes=1), "exit_code": 0}, None, False, id="lately"),
        pytest.param({"started_at": ago(minutes=61), "exit_code": 0}, None, True, id="long ago"),
        pytest.param({"started_at": ago(minutes=1), "exit_code": 12}, None, False, id="partial"),
        *(
            pytest.param(
                {"started_at": ago(minutes=1), "exit_code": code}, None, True, id=f"{code}"
            )
            for code in (3, 11, 13, 15, 75)
        ),
        pytest.param({"started_at": ago(minutes=1)}, None, True, id="killed with the command"),
        pytest.param({"started_at": ago(minutes=1), "exit_code": -9}, None, True, id="killed"),
        pytest.param(
            {"started_at": ago(minutes=1)},
            {"started_at": ago(minutes=2), "exit_code": 0},
            True,
            id="killed after a run that ended",
        ),
        pytest.param(
            {"started_at": ago(minutes=2)},
            {"started_at": ago(minutes=1), "exit_code": 0},
            False,
            id="started by hand since",
        ),
        pytest.param(
            {"started_at": ago(minutes=1), "exit_code": 2}, {"exit_code": 2}, False, id="refused"
        ),
        pytest.param({"started_at": ago(days=-1), "exit_code": 0}, None, True, id="in the future"),
        pytest.param({"started_at": "soon", "exit_code": 0}, None, True, id="no time"),
        pytest.param([], "torn", True, id="damaged"),
    ],
)
def test_a_crawl_is_due_by_its_last_start_and_at_once_if_it_was_broken_off(
    write: Callable[[str], Path], stamp: object, report: object, *, is_due: bool
) -> None:
    (crawl,) = read_crawls(write(f'[crawl.a]\n{URL}\nevery = "1h"\n'))
    crawl.reports.mkdir()
    if stamp is not None:
        crawl.stamp.write_text(json.dumps(stamp), encoding="utf-8")
    if report is not None:
        crawl.report.write_text(json.dumps(report)[:400], encoding="utf-8")
    assert (crawl.due_at() is None) == is_due


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 75], 75),
        ([75, 10], 10),
        ([10, 12], 12),
        ([12, 15], 15),
        ([15, 18], 18),
        ([18, 9], 9),
        ([9, 11], 11),
        ([11, 13], 13),
        ([13, 2], 2),
        ([2, 4], 4),
        ([4, 14], 14),
        ([14, 3], 3),
        ([3, 1], 1),
        ([1, 137], 137),
        ([0, 12, 75, 0], 12),
    ],
)
def test_the_exit_code_is_the_gravest(codes: list[int], expected: int) -> None:
    assert worst(codes) == worst(codes[::-1]) == expected


# The command


def test_a_round_follows_what_is_due_and_says_what_is_not(write: Callable[[str], Path]) -> None:
    folder = write(STRIKE + NOWHERE).parent
    first = run_follow(folder)
    said = [line for line in first.stdout.splitlines() if line.startswith(("strike:", "nowhere:"))]
    assert said[0].startswith("strike: 0 complete: Northport Harbour Strike: advertised 47")
    assert said[1].startswith("nowhere: 9 nothing_reachable: ")
    assert first.returncode == 9, first.stderr
    assert (folder / "feeds" / "strike.jsonl").stat().st_size
    assert json.loads((folder / "reports" / "strike.json").read_bytes())["exit_code"] == 0
    assert (folder / "state" / "newscrawler.sqlite").is_file()

    second = run_follow(folder)
    assert second.returncode == 0
    assert [line.partition("before")[0] for line in second.stdout.splitlines()] == [
        "strike: not due ",
        "nowhere: not due ",
    ]
    third = run_follow(folder, "--all", "strike")
    assert "strike: 0 complete: " in third.stdout
    assert "new 0" in third.stdout
    assert "nowhere" not in third.stdout


def test_a_dry_run_shows_the_commands_and_leaves_no_trace(write: Callable[[str], Path]) -> None:
    file = write(STRIKE + NOWHERE)
    run = run_follow(file.parent, "--dry-run", "strike")
    assert run.returncode == 0
    assert run.stdout == (
        "strike: due: scrapy crawl series"
        " -a url=https://courier.example/series/northport-harbour-strike/ -a related=0"
        " -O feeds/strike.jsonl --report reports/strike.json --state state/newscrawler.sqlite"
        f" --replay {WORLD} -s LOG_LEVEL=ERROR\n"
    )
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("text", "args", "code", "message"),
    [
        ("[crawl.a]\n", [], 4, "scrapy follow: crawls.toml, line 1: crawl.a.url: it is missing\n"),
        ("x\n", [], 4, "scrapy follow: crawls.toml: Expected '=' after a key"),
        ("", ["--file", "none.toml"], 4, "scrapy follow: none.toml: No such file or directory\n"),
        ("", ["--file", "."], 4, "scrapy follow: .: Is a directory\n"),
        (
            NOWHERE,
            ["nowhere", "tides"],
            2,
            "there is no crawl 'tides'; there is: nowhere, strike\n",
        ),
    ],
)
def test_a_mistake_starts_nothing(
    write: Callable[[str], Path], text: str, args: list[str], code: int, message: str
) -> None:
    folder = write(text + STRIKE).parent
    run = run_follow(folder, *args)
    assert (run.returncode, run.stdout) == (code, "")
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert [path.name for path in folder.iterdir()] == ["crawls.toml"]


def test_a_second_round_leaves_at_once(write: Callable[[str], Path]) -> None:
    file = write(NOWHERE)
    with FileLock(f"{file}.lock"):
        run = run_follow(file.parent)
    assert (run.returncode, run.stdout) == (75, "")
    assert run.stderr == "scrapy follow: another round with crawls.toml is under way\n"
    assert not (file.parent / "reports").exists()


def test_a_signal_ends_the_crawl_and_the_round(
    write: Callable[[str], Path], tmp_path: Path
) -> None:
    with hanging_round(write) as process:
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        said, _ = process.communicate(timeout=20)
        assert time.monotonic() - began < 10
    assert process.returncode == 11
    assert "hanging: 11 stopped: " in said
    assert said.splitlines()[-1] == "nowhere: not started: SIGTERM"
    plan = run_follow(tmp_path, "--dry-run")
    assert [line.split(": ")[1] for line in plan.stdout.splitlines()] == ["due", "due"]


def test_a_crawl_that_is_killed_keeps_no_other_from_its_turn(write: Callable[[str], Path]) -> None:
    with hanging_round(write) as process:
        os.kill(children(process)[0], signal.SIGKILL)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 137
    assert said.splitlines()[0] == "hanging: 137 killed by SIGKILL: it left no report"
    assert "nowhere: 9 nothing_reachable: " in said


@pytest.mark.parametrize("redirection", ["0<&-", "0<&- >&-", "0<&- >&- 2>&-"])
def test_it_needs_nothing_that_cron_does_not_have(
    write: Callable[[str], Path], redirection: str
) -> None:
    folder = write(NOWHERE).parent
    bare = {**ENVIRONMENT, "PATH": "/usr/bin:/bin", "LANG": "C", "SHELL": "/bin/sh"}
    command = f"{shlex.join(FOLLOW)} {redirection}"
    run = subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env=bare, check=False, capture_output=True
    )
    assert run.returncode == 9, run.stderr
    assert json.loads((folder / "reports" / "nowhere.json").read_bytes())["exit_code"] == 9


def test_what_nobody_can_read_changes_no_exit_code(write: Callable[[str], Path]) -> None:
    folder = write(NOWHERE).parent
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [*FOLLOW, "--dry-run"],
            cwd=folder,
            env={**os.environ, **ENVIRONMENT},
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert (run.returncode, run.stderr) == (0, b"")


def test_a_folder_for_reports_that_cannot_be_made_is_a_storage_error(
    write: Callable[[str], Path],
) -> None:
    folder = write(f'[defaults]\nreports = "/dev/null/reports"\n{NOWHERE}').parent
    run = run_follow(folder)
    assert run.returncode == 3
    assert "scrapy follow: nowhere: " in run.stderr
    assert "/dev/null/reports" in run.stderr
    assert "Traceback" not in run.stderr


# The examples


EXAMPLES = PROJECT_ROOT / "docs" / "examples"
# Those of systemd.service(5), .exec(5), .kill(5), .resource-control(5), .unit(5) and .timer(5)
# that the examples use.
DIRECTIVES = """
    After CapabilityBoundingSet Description DynamicUser Environment ExecStart IPAddressAllow
    IPAddressDeny KillMode KillSignal LockPersonality MemoryMax Nice NoNewPrivileges OnCalendar
    Persistent PrivateDevices PrivateTmp ProtectClock ProtectControlGroups ProtectHome
    ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc
    ProtectSystem RandomizedDelaySec RestrictAddressFamilies RestrictNamespaces RestrictRealtime
    RestrictSUIDSGID StateDirectory StateDirectoryMode SuccessExitStatus SystemCallArchitectures
    SystemCallErrorNumber SystemCallFilter TasksMax TimeoutStartSec TimeoutStopSec Type UMask
    WantedBy Wants WorkingDirectory
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Make the folder of an installation: the example's crawls on saved pages, and programs."""
    text = (EXAMPLES / "crawls.toml").read_text(encoding="utf-8")
    replay = re.sub(r"(?m)^(url = .*)$", rf'\1\nreplay = "{WORLD}"', text)
    (tmp_path / "crawls.toml").write_text(replay, encoding="utf-8")
    shutil.copy(PROJECT_ROOT / "scrapy.cfg", tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    scrapy = f'PYTHONPATH={PROJECT_ROOT} exec {sys.executable} -m scrapy "$@"'
    for name, command in (("scrapy", scrapy), ("curl", 'echo "$@" >> pings')):
        (programs / name).write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    return tmp_path


def run_crontab(machine: Path) -> subprocess.CompletedProcess[str]:
    """Run the crontab's one command as cron does."""
    text = (EXAMPLES / "crontab").read_text(encoding="utf-8")
    lines = text.replace("/srv/newscrawler", str(machine)).splitlines()
    settings = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]+=", line))
    (command,) = (line.split(maxsplit=5)[5] for line in lines if line.startswith("*"))
    assert "%" not in command, "cron takes it for the end of the line"
    return subprocess.run(
        [settings["SHELL"], "-c", command],
        env=settings,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_the_crontab_is_silent_and_pings_when_all_went_well(machine: Path) -> None:
    run = run_crontab(machine)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert "https://ping.example/newscrawler" in (machine / "pings").read_text(encoding="utf-8")
    log = (machine / "follow.log").read_text(encoding="utf-8")
    assert "harbour-strike: 0 complete: Northport Harbour Strike: advertised 47" in log
    assert "coastal-rail: 0 complete: " in log
    assert (machine / "feeds" / "harbour-strike.jsonl").stat().st_size


def test_the_crontab_prints_the_log_of_a_failure_and_nothing_of_a_round_under_way(
    machine: Path,
) -> None:
    with FileLock(machine / "crawls.toml.lock"):
        under_way = run_crontab(machine)
    assert (under_way.returncode, under_way.stdout, under_way.stderr) == (0, "", "")
    (machine / "crawls.toml").write_text(NOWHERE, encoding="utf-8")
    failure = run_crontab(machine)
    assert "nowhere: 9 nothing_reachable: " in failure.stdout
    assert not (machine / "pings").exists()


class Unit(configparser.ConfigParser):
    """A file of systemd's, whose directives are in mixed case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def directives(name: str) -> dict[str, dict[str, str]]:
    # The last of several counts here, which is enough to know their names and the command.
    parser = Unit(strict=False, interpolation=None)
    parser.read(EXAMPLES / name, encoding="utf-8")
    return {section: dict(parser[section]) for section in parser.sections()}


@pytest.mark.parametrize(
    ("unit", "sections"),
    [
        ("newscrawler.service", ["Unit", "Service"]),
        ("newscrawler.timer", ["Unit", "Timer", "Install"]),
    ],
)
def test_a_unit_has_directives_that_systemd_knows(unit: str, sections: list[str]) -> None:
    found = directives(unit)
    assert list(found) == sections
    assert {name for section in found.values() for name in section} <= set(DIRECTIVES.split())


def test_the_command_of_the_service_works(machine: Path) -> None:
    service = directives("newscrawler.service")["Service"]
    command = service["ExecStart"].replace("/opt/newscrawler", str(machine))
    (machine / "newscrawler").mkdir()
    (machine / "crawls.toml").rename(machine / "newscrawler" / "crawls.toml")
    run = subprocess.run(
        [*shlex.split(command.replace("%S", str(machine))), "harbour-strike"],
        cwd=service["WorkingDirectory"].replace("%S", str(machine)),
        env=dict(part.split("=", 1) for part in service["Environment"].split()),
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert (machine / "newscrawler" / "feeds" / "harbour-strike.jsonl").stat().st_size
    assert (machine / "newscrawler" / "reports" / "harbour-strike.json").is_file()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_finds_nothing_to_object_to(machine: Path) -> None:
    for unit in ("newscrawler.service", "newscrawler.timer"):
        text = (EXAMPLES / unit).read_text(encoding="utf-8")
        here = text.replace("/opt/newscrawler", str(machine))
        (machine / unit).write_text(here, encoding="utf-8")
    units = [machine / "newscrawler.service", machine / "newscrawler.timer"]
    verified = run_command("systemd-analyze", "verify", *units)
    assert (verified.returncode, verified.stderr) == (0, "")
    # Ten for a service that may do all, in tenths: 20 is 2.0.
    security = ("systemd-analyze", "security", "--offline=yes", "--threshold=20")
    assert run_command(*security, units[0]).returncode == 0
