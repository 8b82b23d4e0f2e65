"""Health against a series' own history: healthy series stay silent, breaks are found at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random
from typing import Any

import pytest

from newscrawler.health import Alarm, Entry, alarms

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
TRIALS, RUNS = 200, 60
SHARES = {
    "headline": 0.995,
    "body": 0.97,
    "date_published": 0.97,
    "authors": 0.9,
    "images": 0.85,
    "description": 0.8,
    "section": 0.7,
    "keywords": 0.5,
    "language": 1.0,
}


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry(hours: float = 0, pages: int = 10, **other: Any) -> Entry:
    """A run that found all as it should be."""
    plain = Entry(
        at=at(hours),
        pages=pages,
        fields=dict.fromkeys(SHARES, pages),
        body_lengths=[3000 + 100 * n for n in range(pages)],
        listed=40,
        new=pages,
        obstacles={},
        alarms=[],
    )
    return replace(plain, **other)


# Synthetic series


@dataclass
class Kind:
    """A kind of series: how many articles appear between two runs, and what they have."""

    mean: Callable[[int], float]
    every: float = 6
    """Hours between two runs."""
    most: int = 1000
    """Articles that a run reads at most."""
    bursts: float = 0
    """Shape of the negative binomial; 0 for the Poisson distribution."""
    week: bool = False
    listing: str = "whole"
    spread: float = 0.5
    teasers: float = 0.04
    shares: dict[str, float] = field(default_factory=lambda: SHARES)

    @property
    def runs_a_week(self) -> int:
        return int(7 * 24 / self.every)


def day_of(run: int, every: float) -> int:
    return int((6 + run * every) // 24) % 7


def constant(mean: float) -> Callable[[int], float]:
    return lambda _: mean


KINDS = {
    "steady": Kind(constant(8), listing="page"),
    "bursty": Kind(constant(6), bursts=1, week=True, listing="week"),
    "dying": Kind(lambda run: 8 * exp(-run / 25)),
    "small": Kind(constant(0.8), most=3, listing="week"),
    "growing": Kind(lambda run: 1 + run / 3),
    "mixed": Kind(
        constant(5),
        bursts=2,
        week=True,
        listing="page",
        spread=0.9,
        shares={**SHARES, "body": 0.9, "authors": 0.6},
    ),
}


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same numbers each time are what is wanted


def poisson(random: Random, mean: float) -> int:
    count, product = 0, random.random()
    while product > exp(-mean):
        count, product = count + 1, product * random.random()
    return count


def appeared(random: Random, kind: Kind, run: int) -> int:
    mean = kind.mean(run)
    if kind.week and day_of(run, kind.every) >= 5:
        mean /= 4
    if kind.bursts:
        mean = random.gammavariate(kind.bursts, mean / kind.bursts)
    return min(poisson(random, mean), kind.most)


@dataclass
class Series:
    """One synthetic series, run by run."""

    kind: Kind
    random: Random
    counts: list[int] = field(init=False)
    """New articles by run, those of the week before the first run ahead of them."""
    history: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        week = range(self.kind.runs_a_week)
        self.counts = [appeared(self.random, self.kind, run) for run in week]

    def run(self, pages: int | None = None) -> Entry:
        number = len(self.history)
        new = appeared(self.random, self.kind, number) if pages is None else pages
        self.counts.append(new)
        return self.read(new if number else 40, number * self.kind.every)

    def read(self, new: int, hours: float) -> Entry:
        teasers = sum(self.random.random() < self.kind.teasers for _ in range(new))
        pages = new - teasers
        fields = {name: self.some(pages, share) for name, share in self.kind.shares.items()}
        lengths = [int(self.random.lognormvariate(8, self.kind.spread)) for _ in range(pages)]
        return Entry(
            at=at(hours),
            pages=pages,
            fields=fields,
            body_lengths=lengths[: min(fields["body"], 50)],
            listed=self.listed(),
            new=new,
            obstacles={"paywalled_teaser": teasers} if teasers else {},
            alarms=[],
        )

    def some(self, pages: int, share: float) -> int:
        return sum(self.random.random() < share for _ in range(pages))

    def listed(self) -> int:
        if self.kind.listing == "whole":
            return 40 + sum(self.counts)
        if self.kind.listing == "week":
            return sum(self.counts[-self.kind.runs_a_week :])
        return 20 if self.history else 200

    def check(self, current: Entry) -> list[Alarm]:
        found = alarms(self.history, current)
        current.alarms = [alarm.subject for alarm in found]
        self.history.append(current)
        return found


def raised_by(kind: Kind, seed: int) -> list[tuple[int, Alarm]]:
    series = Series(kind, seeded(seed))
    return [(run, alarm) for run in range(RUNS) for alarm in series.check(series.run())]


def test_healthy_series_raise_nothing() -> None:
    """In one history of a hundred, judged after each of its runs, chance may raise something."""
    raised = {
        (name, seed): found
        for name, kind in KINDS.items()
        for seed in range(34)
        if (found := raised_by(kind, seed))
    }
    assert len(raised) <= 0.01 * 34 * len(KINDS), raised


# Breaks


def without(name: str) -> Callable[[Entry], None]:
    def break_it(run: Entry) -> None:
        run.fields[name] = 0
        if name == "body":
            run.body_lengths = []

    return break_it


def cut(run: Entry) -> None:
    """Leave the teasers."""
    run.body_lengths = [min(length, 150 + length % 100) for length in run.body_lengths]


def empty_listing(run: Entry) -> None:
    run.listed = run.new = 0


def challenge(run: Entry) -> None:
    run.obstacles = {"captcha": run.pages + sum(run.obstacles.values())}
    run.fields = dict.fromkeys(run.fields, 0)
    run.pages, run.body_lengths, run.new = 0, [], 0


BREAKS = {
    "headline": without("headline"),
    "body": without("body"),
    "date_published": without("date_published"),
    "authors": without("authors"),
    "body length": cut,
    "listed": empty_listing,
    "captcha": challenge,
}
# What nine pages in ten have or fewer is missing on five in a row by chance once in a while.
EVERY_RUN = Kind(constant(8), listing="page", teasers=0, shares={**SHARES, "authors": 0.95})


def detected(subject: str, seed: int, pages: int, runs: int) -> bool:
    """Tell whether the alarm is raised within some runs of `pages` pages after the break."""
    series = Series(EVERY_RUN, seeded(seed))
    for _ in range(30):
        series.history.append(series.run(pages if pages == 1 else None))
    for _ in range(runs):
        broken = series.run(pages)
        BREAKS[subject](broken)
        if subject in [alarm.subject for alarm in series.check(broken)]:
            return True
    return False


@pytest.mark.parametrize(("pages", "runs"), [(5, 1), (1, 5)], ids=["five pages", "one page a run"])
@pytest.mark.parametrize("subject", BREAKS)
def test_a_break_is_found_within_five_pages(subject: str, pages: int, runs: int) -> None:
    found = sum(detected(subject, seed, pages, runs) for seed in range(TRIALS))
    assert found >= 0.99 * TRIALS


def silent(series: Series, times: float) -> Entry:
    """Give a run without news, so many of the usual gaps after the last article."""
    hours = [n * series.kind.every for n, run in enumerate(series.history) if run.new and n]
    usual = (hours[-1] - hours[0]) / (len(hours) - 1)
    return series.read(0, hours[-1] + times * usual)


@pytest.mark.parametrize("name", ["steady", "bursty", "small", "growing", "mixed"])
def test_silence_for_twenty_times_the_usual_gap_is_found(name: str) -> None:
    found = 0
    for seed in range(TRIALS):
        series = Series(KINDS[name], seeded(seed))
        for _ in range(RUNS):
            series.history.append(series.run())
        found += "new" in [alarm.subject for alarm in series.check(silent(series, 20))]
    assert found >= 0.99 * TRIALS


# Single rules


def texts(history: list[Entry], current: Entry) -> list[str]:
    return [alarm.text for alarm in alarms(history, current)]


def daily(count: int, **other: Any) -> list[Entry]:
    return [replace(entry(24 * day), **other) for day in range(count)]


def with_fields(pages: int, **counts: int) -> dict[str, int]:
    return {**dict.fromkeys(SHARES, pages), **counts}


ALARMS = {
    "body": ({"fields": with_fields(10, body=0)}, ["body 0 % (was 100 %)"]),
    "two fields": ({"fields": with_fields(10, authors=0, section=1)},
                   ["authors 0 % (was 100 %)", "section 10 % (was 100 %)"]),
    "lengths": ({"body_lengths": [120] * 10}, ["body length 120 (was 3450)"]),
    "listing": ({"listed": 0}, ["listed 0 (was 40)"]),
    "a short listing": ({"listed": 19}, ["listed 19 (was 40)"]),
    "captcha": ({"obstacles": {"captcha": 40}}, ["captcha 80 % (was 0 %)"]),
    "nothing read": ({"pages": 0, "fields": with_fields(0), "body_lengths": []}, []),
    "half of the fields": ({"fields": with_fields(10, body=6)}, []),
    "shorter texts": ({"body_lengths": [1800] * 10}, []),
    "a text without a letter": ({"body_lengths": [*range(3000, 3900, 100), 0]}, []),
    "half of the listing": ({"listed": 20}, []),
    "listing not read": ({"listed": None}, []),
    "a few obstacles": ({"obstacles": {"captcha": 2}}, []),
    "a field not measured before": ({"fields": with_fields(10, dateline=0)}, []),
}  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), ALARMS.values(), ids=ALARMS)
def test_an_alarm_names_the_fall(change: dict[str, Any], expected: list[str]) -> None:
    assert texts(daily(10), replace(entry(240), **change)) == expected


def test_the_first_run_has_nothing_to_be_compared_with() -> None:
    assert alarms([], entry(pages=0, listed=0, obstacles={"captcha": 40})) == []


def test_a_field_that_few_pages_have_may_be_missing() -> None:
    history = daily(20, fields=with_fields(10, keywords=2))
    assert texts(history, entry(480, fields=with_fields(10, keywords=0))) == []


def test_one_page_without_a_text_is_no_alarm() -> None:
    history = [entry(24 * day, 1) for day in range(20)]
    assert texts(history, entry(480, 1, fields=with_fields(1, body=0))) == []


def test_a_run_that_is_well_itself_ends_the_alarm() -> None:
    history = daily(20) + [
        entry(24 * day, 1, fields=with_fields(1, body=0), alarms=["body"]) for day in range(20, 26)
    ]
    assert texts(history, entry(24 * 26, 1, fields=with_fields(1, body=0))) != []
    assert texts(history, entry(24 * 26, 1)) == []


def test_weekends_without_authors_are_normal() -> None:
    week = [8, 8, 8, 8, 8, 0, 0]
    history = [entry(24 * day, fields=with_fields(10, authors=week[day % 7])) for day in range(33)]
    assert texts(history, entry(24 * 33, fields=with_fields(10, authors=0))) == []


def runs_with_alarm(changed: dict[str, Any], runs: int) -> list[bool]:
    """Tell for each run with the change, after ten good ones, whether it raises an alarm."""
    history, raised = daily(10), []
    for day in range(10, 10 + runs):
        current = replace(entry(24 * day), **changed)
        current.alarms = [alarm.subject for alarm in alarms(history, current)]
        raised.append(bool(current.alarms))
        history.append(current)
    return raised


STANDING: dict[str, dict[str, Any]] = {
    "field": {"fields": with_fields(10, body=0)},
    "lengths": {"body_lengths": [120] * 10},
    "listing": {"listed": 6},
    "obstacle": {"obstacles": {"captcha": 40}},
}


@pytest.mark.parametrize("changed", STANDING.values(), ids=STANDING)
def test_what_stands_for_ten_runs_is_normal(changed: dict[str, Any]) -> None:
    assert runs_with_alarm(changed, 15) == [True] * 10 + [False] * 5


def test_the_deep_listing_of_the_first_run_is_not_expected_again() -> None:
    history = [entry(listed=570), *(entry(24 * day, listed=20) for day in range(1, 8))]
    assert all(texts(history[:day], history[day]) == [] for day in range(1, 8))
    assert texts(history, entry(240, listed=0)) == ["listed 0 (was 20)"]


# Silence


def hourly(news: int, gap: int = 5) -> list[Entry]:
    """Give the runs of every hour, with an article every `gap` hours and no pages to judge."""
    return [quiet(hour, new=int(hour % gap == 0)) for hour in range(news * gap + 1)]


def quiet(hour: float, new: int = 0) -> Entry:
    return entry(hour, 0, fields=with_fields(0), body_lengths=[], new=new)


def test_silence_is_told_in_days_and_hours() -> None:
    expected = ["no new article for 9 days (was one every 5 hours)"]
    assert texts(hourly(12), quiet(60 + 9 * 24)) == expected


def test_an_alarm_of_silence_is_raised_again_only_when_it_has_doubled() -> None:
    history, raised = hourly(12), []
    for hour in range(1, 24 * 20):
        current = quiet(60 + hour)
        current.alarms = [alarm.subject for alarm in alarms(history, current)]
        raised += [hour] if current.alarms else []
        history.append(current)
    assert raised == [50, 100, 200, 400]


@pytest.mark.parametrize("hours", [5, 20, 45])
def test_a_silence_that_may_be_chance_is_none(hours: float) -> None:
    assert texts(hourly(12), quiet(60 + hours)) == []


def test_a_series_with_few_articles_has_no_usual_gap() -> None:
    assert texts(hourly(9), quiet(1000)) == []


def test_what_was_silent_for_as_long_before_may_be_so_again() -> None:
    history = [*hourly(12), *(replace(run, at=at(n + 200)) for n, run in enumerate(hourly(3)))]
    assert texts(history, quiet(215 + 150)) == []
    assert texts(history, quiet(215 + 400)) != []


# Keeping


def test_an_entry_survives_as_json() -> None:
    run = entry(3, listed=None, obstacles={"captcha": 2}, alarms=["body", "captcha"])
    assert Entry.from_json(run.to_json()) == run
    assert "\n" not in run.to_json()
