"""Reads a listing to its end in the browser: presses its button, scrolls, waits for what comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.archives.addresses import address_keys
from newscrawler.browser.words import MORE_CLASS, MORE_WORDS, NOT_MORE

if TYPE_CHECKING:
    from playwright.async_api import Page, Request, Response

# How often a button is pressed or a page scrolled; the longest series seen has 100 pages.
MAX_STEPS = 200
# The longest series seen has some 2,000 articles; a list that goes on is a trap.
MAX_LINKS = 10_000
# Seconds: a page at rest has nothing to bring; one that waits for its server may get an answer.
AT_REST = 3.0
ANSWER_TIME = 20.0
LOOK_EACH = 100  # milliseconds; each frame is the default, and a hidden page draws none
AWAITED = ("xhr", "fetch", "script", "document")
SERVER_ERROR = 500
REFUSED = (401, 403, 408, 429)  # other answers of this kind, as 404, are how a list may end

END = "end"
MOVED = "moved"
LINKS = """() => new Set([...document.links].map(a => a.href.split('#')[0])).size"""
GREW = f"known => ({LINKS})() > known"
# Pressed by its own event, so that nothing that lies upon it (a banner) gets in the way.
PRESS = """([words, classes, never]) => {
  const [word, named, not] = [words, classes, never].map(one => new RegExp(one, 'iu'));
  const texts = e => [e.innerText, e.value, e.getAttribute('aria-label'), e.title]
    .map(one => `${one || ''}`.replace(/\\s+/g, ' ').trim()).filter(one => one);
  const names = e => `${e.className.baseVal ?? e.className} ${e.id}`;
  const leads = e => e.localName === 'a' && e.hasAttribute('href')
    && !/^(?:#.*|javascript:.*|)$/i.test(e.getAttribute('href').trim());
  const works = e => e.getClientRects().length && !e.disabled
    && e.getAttribute('aria-disabled') !== 'true' && getComputedStyle(e).visibility !== 'hidden';
  const aside = e => e.closest('nav, aside, dialog, article, [role=dialog], [aria-haspopup=true]')
    || e.closest('li')?.querySelector('h2, h3, h4');
  const score = e => {
    const [said, name] = [texts(e), names(e)];
    if (said[0]?.length > 60 || [...said, name].some(one => not.test(one))) return 0;
    return 2 * said.some(one => word.test(one)) + named.test(name);
  };
  const css = 'button, [role=button], input[type=button], input[type=submit], a, '
    + '[class*=more i], [id*=more i], [class*=next i], [data-load-more]';
  const found = [...document.querySelectorAll(css)]
    .filter(e => works(e) && !leads(e) && !aside(e) && !e.querySelector('a[href], button'))
    .map(e => [score(e), e]).filter(([points]) => points > 0);
  if (!found.length) return false;
  const best = Math.max(...found.map(([points]) => points));
  found.find(([points]) => points === best)[1].click();
  return true;
}"""
# Away from the end and back: what watches for the end is told of it anew.
SCROLL = """async () => {
  const frame = () => new Promise(go => setTimeout(go, 50));
  const links = [...document.links].filter(a => !a.closest('nav, aside, footer'));
  window.scrollBy(0, -2 * window.innerHeight);
  await frame();
  links.at(-1)?.scrollIntoView({block: 'end'});
  await frame();
  window.scrollTo(0, document.documentElement.scrollHeight);
}"""


@dataclass(frozen=True, slots=True)
class Read:
    """How reading ended (`end`, `limit WHICH`, `failed WHY`, `moved`), and the page as it was."""

    url: str
    how: str
    html: str = ""


async def read_to_end(
    page: Page, asked_for: str, pace: float, seconds: float, hold: Callable[[], Awaitable[None]]
) -> Read:
    """Have the page show all of its list, for `PageMethod`; not where it leads elsewhere.

    `pace` is the time between two requests for more, `seconds` how long the page is read. `hold`
    keeps the page where it is: a script that leads away would take the list with it.
    """
    if address_keys(page.url)[0] != address_keys(asked_for)[0]:
        return Read(page.url, MOVED)
    await hold()
    return await Reading(page, pace, seconds).run()


class Reading:
    """One listing page in the browser, from its arrival to the end of its list."""

    def __init__(self, page: Page, pace: float, seconds: float) -> None:
        self.page, self.pace = page, pace
        self.until = time.monotonic() + seconds
        self.awaited: set[Request] = set()
        self.failure = ""

    async def run(self) -> Read:
        self.page.on("request", self.sent)
        self.page.on("requestfinished", self.settled)
        self.page.on("requestfailed", self.settled)
        self.page.on("response", self.answered)
        how = await self.to_end()
        read = Read(self.page.url, how, await self.page.content())
        # Ends what a page would go on loading for ever, and the handler wait for.
        await self.page.goto("about:blank")
        return read

    def sent(self, request: Request) -> None:
        if request.resource_type in AWAITED:
            self.awaited.add(request)

    def settled(self, request: Request) -> None:
        self.awaited.discard(request)

    def answered(self, response: Response) -> None:
        has_failed = response.status >= SERVER_ERROR or response.status in REFUSED
        if has_failed and response.request.resource_type in ("xhr", "fetch"):
            self.failure = f"http_{response.status}"

    async def to_end(self) -> str:
        known = await self.links()
        for _ in range(MAX_STEPS):
            self.failure = ""
            asked = time.monotonic()
            count = await self.more(known)
            if count <= known:
                return f"failed {self.failure}" if self.failure else END
            known = count
            if known > MAX_LINKS:
                return f"limit {MAX_LINKS} links"
            await asyncio.sleep(self.pace - (time.monotonic() - asked))
            if time.monotonic() > self.until:
                return "limit the time for a listing"
        return f"limit {MAX_STEPS} times more"

    async def links(self) -> int:
        return int(await self.page.evaluate(LINKS))

    async def more(self, known: int) -> int:
        """Press the button or, where there is none or it brings nothing, scroll."""
        if await self.page.evaluate(PRESS, [MORE_WORDS, MORE_CLASS, NOT_MORE]):
            count = await self.grown(known)
            if count > known or self.failure:
                return count
        await self.page.evaluate(SCROLL)
        return await self.grown(known)

    async def grown(self, known: int) -> int:
        """Return the number of links once there are more, or once none are to be expected."""
        from playwright.async_api import TimeoutError as PlaywrightTimeoutError

        until = min(time.monotonic() + ANSWER_TIME, self.until)
        while True:
            try:
                await self.page.wait_for_function(
                    GREW, arg=known, timeout=AT_REST * 1000, polling=LOOK_EACH
                )
            except PlaywrightTimeoutError:
                if self.awaited and time.monotonic() < until:
                    continue
                if self.awaited:
                    self.failure = self.failure or "timeout"
            return await self.links()
