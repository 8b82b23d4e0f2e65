"""Whether a run is like the runs before it: fields, lengths, listing, news, pages in the way.

All is compared with the series' own history, never with a fixed number. A fall has to be large
and beyond chance, so that news that comes in bursts, or one page a run, raises nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, lgamma, log, sqrt
from statistics import fmean, median, stdev
from typing import Self

# So many entries are worth handing over: a run an hour finds news in few of them.
HISTORY = 500
# What is normal shows in the last 20 runs, or in more of them where they read little.
NORMAL_RUNS, NORMAL_PAGES = 20, 100
# What raised an alarm in so many runs is normal from then on.
SETTLED_RUNS = 10
# Pages judged together: five tell that all is lost, what only some pages have needs more.
POOLS = (5, 10, 20)
# What fewer pages have comes and goes.
RARE = 0.3
# To half of what it was, or less.
LARGE = 0.5
# A run makes ten comparisons and a series is followed for years. None at all is what a broken
# rule finds, and five pages cannot prove more.
CHANCE, CHANCE_OF_NONE = 1e-5, 1e-4
# Of a healthy history's pools so many may have been as low: weekends, photo days.
LOW_POOLS = 0.1
# Texts judged together, and how many before them tell how much lengths vary.
TEXTS, LENGTHS = 3, 20
# Standard errors; even logarithms of lengths are skewed.
LENGTH_FALL = 5
# The first run reads a listing deeper than later ones; short listings come and go.
LISTINGS, SHORT_LISTING = 5, 5
# Silence: so many gaps must be known, and it must be so much longer than they are.
GAPS, OF_LONGEST, OF_USUAL = 10, 1.5, 10

Count = tuple[int, int]
"""How many pages had something, and of how many."""


@dataclass(slots=True)
class Entry:
    """What one run found out about one series."""

    at: str
    """The run's start, as `2026-11-24T08:42:11Z`."""
    pages: int
    """Article pages that were read, those refused for lack of a headline or text included."""
    fields: dict[str, int]
    """How many of the pages have the field: 0 for a measured field that none has."""
    body_lengths: list[int]
    """Characters; a sample is enough."""
    listed: int | None
    """Entries of the listing, None if it was not read."""
    new: int
    """Articles never seen before."""
    obstacles: dict[str, int]
    """Pages that stood in place of an article, by reason; they are not among `pages`."""
    alarms: list[str]
    """The subjects of the alarms that the run raised."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; other text raises ValueError or TypeError."""
        return cls(**json.loads(text))


Counting = Callable[[Entry], Count]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is no longer as it was."""

    subject: str
    """A field, `body length`, `listed`, `new`, or the reason of an obstacle."""
    text: str
    """For a person: `body 2 % (was 98 %)`."""


def alarms(history: Sequence[Entry], current: Entry) -> list[Alarm]:
    """Compare a run with the earlier ones of its series, the oldest first.

    An alarm is raised by each run that shows its cause; `new` again when the silence has
    doubled. After ten such runs on end the comparison is with what they found.
    """
    found = [
        *(_field_alarm(history, current, name) for name in current.fields),
        _length_alarm(history, current),
        _listed_alarm(history, current),
        _new_alarm(history, current),
        *(_obstacle_alarm(history, current, reason) for reason in current.obstacles),
    ]
    return [alarm for alarm in found if alarm]


# Shares of pages


def _field_alarm(history: Sequence[Entry], current: Entry, name: str) -> Alarm | None:
    measured = [entry for entry in history if name in entry.fields]
    fall = _fall(measured, current, name, lambda entry: (entry.fields[name], entry.pages))
    return _shares_alarm(name, *fall) if fall else None


def _obstacle_alarm(history: Sequence[Entry], current: Entry, reason: str) -> Alarm | None:
    def free(entry: Entry) -> Count:
        answered = entry.pages + sum(entry.obstacles.values())
        return answered - entry.obstacles.get(reason, 0), answered

    fall = _fall(history, current, reason, free)
    return _shares_alarm(reason, *(1 - share for share in fall)) if fall else None


def _shares_alarm(subject: str, was: float, now: float) -> Alarm:
    return Alarm(subject, f"{subject} {100 * now:.0f} % (was {100 * was:.0f} %)")


def _fall(
    history: Iterable[Entry], current: Entry, subject: str, count: Counting
) -> tuple[float, float] | None:
    """Return the share before and now, if it fell.

    A page or two prove nothing: a run is judged together with those right before it. One that
    is well by itself raises nothing.
    """
    had, of = count(current)
    if not of or had > LARGE * of:
        return None
    runs = _settled([entry for entry in history if count(entry)[1]], subject)
    for size in POOLS:
        start, now = _pool_back(runs, (had, of), size, count)
        healthy = _healthy(runs[:start], subject, lambda entry: not count(entry)[0])
        before = [count(entry) for entry in _recent(healthy, lambda entry: count(entry)[1])]
        if now[1] >= size and _is_fall(before, now, size):
            return _share(_total(before)), _share(now)
    return None


def _is_fall(before: Sequence[Count], now: Count, size: int) -> bool:
    """Tell a fall that is large, beyond chance, and lower than even bad days were."""
    usual, share = _share(_total(before)), _share(now)
    if usual < RARE or share > LARGE * usual:
        return False
    if _chance(_total(before), now) > (CHANCE if share else CHANCE_OF_NONE):
        return False
    pools = list(_pools(before, size))
    return sum(_share(pool) <= share for pool in pools) <= LOW_POOLS * len(pools)


def _pool_back(runs: Sequence[Entry], now: Count, size: int, count: Counting) -> tuple[int, Count]:
    """Add runs, the last first, until there are `size` pages; tell where they start, too."""
    start = len(runs)
    while start and now[1] < size:
        start -= 1
        now = _total([now, count(runs[start])])
    return start, now


def _pools(counts: Iterable[Count], size: int) -> Iterator[Count]:
    """Put counts together until they have `size` pages each; an incomplete rest is left out."""
    pool = (0, 0)
    for one in counts:
        pool = _total([pool, one])
        if pool[1] >= size:
            yield pool
            pool = (0, 0)


def _total(counts: Iterable[Count]) -> Count:
    had, of = 0, 0
    for one in counts:
        had, of = had + one[0], of + one[1]
    return had, of


def _share(count: Count) -> float:
    return count[0] / count[1] if count[1] else 0.0


def _chance(before: Count, now: Count) -> float:
    """Return how likely so few or fewer are if nothing has changed.

    The beta-binomial distribution with Jeffreys' prior: a short history proves less.
    """
    a, b = before[0] + 0.5, before[1] - before[0] + 0.5
    had, of = now
    return sum(
        exp(_log_beta(k + a, of - k + b) - _log_beta(a, b) - _log_beta(k + 1, of - k + 1))
        / (of + 1)
        for k in range(had + 1)
    )


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


# What is normal


def _settled(runs: Sequence[Entry], subject: str) -> Sequence[Entry]:
    """Forget what was before ten runs on end that raised the alarm."""
    start, streak = 0, 0
    for place, entry in enumerate(runs, 1):
        streak = streak + 1 if subject in entry.alarms else 0
        if streak == SETTLED_RUNS:
            start = place - SETTLED_RUNS
    return runs[start:]


def _healthy(
    runs: Sequence[Entry], subject: str, led_up: Callable[[Entry], bool] | None = None
) -> list[Entry]:
    """Leave out the runs that raised the alarm and those that led up to it, of settled runs."""
    healthy = [entry for entry in runs[:SETTLED_RUNS] if subject in entry.alarms]
    if len(healthy) < SETTLED_RUNS:
        healthy = []
    for entry in runs[len(healthy) :]:
        if subject not in entry.alarms:
            healthy.append(entry)
            continue
        while led_up and healthy and led_up(healthy[-1]):
            healthy.pop()
    return healthy


def _recent(runs: Sequence[Entry], pages: Callable[[Entry], int]) -> Iterator[Entry]:
    """Give the runs that show what is normal, the last first."""
    read = 0
    for place, entry in enumerate(reversed(runs)):
        if place >= NORMAL_RUNS and read >= NORMAL_PAGES:
            return
        read += pages(entry)
        yield entry


# Lengths of texts


def _length_alarm(history: Sequence[Entry], current: Entry) -> Alarm | None:
    if not current.body_lengths:
        return None
    subject = "body length"
    runs = _settled([entry for entry in history if entry.body_lengths], subject)
    start, (_, found) = _pool_back(runs, _texts(current), TEXTS, _texts)
    now = _lengths([*runs[start:], current])
    healthy = _healthy(runs[:start], subject)
    before = _lengths(_recent(healthy, lambda entry: len(entry.body_lengths)))
    if found < TEXTS or len(before) < LENGTHS:
        return None
    was, is_now = median(before), median(now)
    if max(median(current.body_lengths), is_now) > LARGE * was or not _are_shorter(now, before):
        return None
    return Alarm(subject, f"{subject} {is_now:.0f} (was {was:.0f})")


def _texts(entry: Entry) -> Count:
    return len(entry.body_lengths), len(entry.body_lengths)


def _lengths(runs: Iterable[Entry]) -> list[int]:
    return [length for entry in runs for length in entry.body_lengths]


def _are_shorter(now: Sequence[int], before: Sequence[int]) -> bool:
    """Tell texts shorter than chance makes them: lengths vary by factors, as logarithms do."""
    logs, usual = [log(max(one, 1)) for one in now], [log(max(one, 1)) for one in before]
    # Texts cut to one length would vary by nothing, and a word less would be a fall.
    spread = max(stdev(usual), 0.1)
    # The median of a sample varies a quarter more than its mean.
    error = 1.25 * spread * sqrt(1 / len(logs) + 1 / len(usual))
    return median(usual) - median(logs) > LENGTH_FALL * error


# The listing


def _listed_alarm(history: Sequence[Entry], current: Entry) -> Alarm | None:
    """Compare with the usual listing, and with the short ones that were healthy."""
    runs = _settled([entry for entry in history if entry.listed is not None], "listed")
    lengths = [entry.listed or 0 for entry in _healthy(runs, "listed")]
    now = current.listed
    if now is None or len(lengths) < LISTINGS:
        return None
    usual = median(lengths[-NORMAL_RUNS:])
    # One in twenty may have been a page that failed.
    short = sorted(lengths)[len(lengths) // 20]
    if usual < SHORT_LISTING or now >= LARGE * min(usual, short):
        return None
    return Alarm("listed", f"listed {now} (was {usual:.0f})")


# Silence


def _new_alarm(history: Sequence[Entry], current: Entry) -> Alarm | None:
    # The first run finds what is there already.
    news = [_time(entry) for entry in history[1:] if entry.new]
    if current.new or len(news) <= GAPS:
        return None
    gaps = [(later - before).total_seconds() for before, later in pairwise(news)]
    usual = fmean(gaps[-NORMAL_RUNS:])
    silence = (_time(current) - news[-1]).total_seconds()
    raised = [(at - news[-1]).total_seconds() for at in _raised_since(history, news[-1])]
    least = max(OF_LONGEST * max(gaps), OF_USUAL * usual, 2 * max(raised, default=0))
    if silence < least or silence == 0:
        return None
    return Alarm("new", f"no new article for {_span(silence)} (was one every {_span(usual)})")


def _raised_since(history: Iterable[Entry], start: datetime) -> Iterator[datetime]:
    times = (_time(entry) for entry in history if "new" in entry.alarms)
    return (at for at in times if at > start)


def _time(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)


def _span(seconds: float) -> str:
    """Name a time in the unit that gives two or more of it."""
    for unit, length in (("days", timedelta(days=1)), ("hours", timedelta(hours=1))):
        if seconds >= 2 * length.total_seconds():
            return f"{seconds / length.total_seconds():.0f} {unit}"
    return f"{seconds / 60:.0f} minutes"
