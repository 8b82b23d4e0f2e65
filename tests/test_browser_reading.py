"""In a real Chromium: which button brings more of a list, when it ends, what a page may not do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

import pytest
from parsel import Selector
from playwright.async_api import Browser, Page, Request, Route, async_playwright

from newscrawler.browser.chromium import launch_options
from newscrawler.browser.reading import PRESS, Read, read_to_end
from newscrawler.browser.words import MORE_CLASS, MORE_WORDS, NOT_MORE

Found = TypeVar("Found")

PRESSED = {
    "English": "<button>Load more</button>",
    "a number": "<button>Show 20 more stories</button>",
    "More and an arrow": "<button>More ›</button>",
    "German": '<a href="#">Mehr laden</a>',
    "German articles": "<button>Weitere Artikel anzeigen</button>",
    "French": '<a href="javascript:void(0)">Voir plus</a>',
    "French articles": "<button>Plus d’articles</button>",
    "Spanish": "<button>\n  Ver   más\n</button>",
    "Portuguese": "<button>Carregar mais notícias</button>",
    "Italian": "<button>Mostra altri</button>",
    "Dutch": "<button>Toon meer</button>",
    "Polish": "<button>Pokaż więcej</button>",
    "Russian": '<div class="list__more">Ещё 20 материалов</div>',
    "Russian, another": "<button>Показать ещё</button>",
    "Ukrainian": "<button>Показати більше</button>",
    "Czech": "<button>Načíst další</button>",
    "Swedish": "<button>Visa fler</button>",
    "Turkish": "<button>Daha fazla göster</button>",
    "Greek": "<button>Περισσότερα</button>",
    "Arabic": "<button>عرض المزيد</button>",
    "Hebrew": "<button>טען עוד</button>",
    "Japanese": "<button>もっと見る</button>",
    "Chinese": "<button>加载更多</button>",
    "Korean": "<button>더보기</button>",
    "an element that acts as one": '<span role="button">Load more</span>',
    "a label": '<button aria-label="Load more articles">+</button>',
    "an input": '<input type="button" value="Load more">',
    "a class alone": '<a class="btn load-more-link js-load-more"><i></i></a>',
    "in an item of a pager": '<ul><li class="pager"><button>Load more</button></li></ul>',
    "the words before the class": "<div class='show-more'>Archive</div><button>Load more</button>",
}
LEFT = {
    "none": "<p>Load more</p>",
    "an address": '<a href="?page=2" class="load-more">Load more</a>',
    "comments": "<button>Load more comments</button>",
    "comments by class": '<button class="comments-more">Load more</button>',
    "one article": "<button>Read more</button>",
    "one article in German": "<button>Weiterlesen</button>",
    "less": "<button>Show less</button>",
    "a menu": "<nav><button>More</button></nav>",
    "a menu without nav": '<button aria-haspopup="true">More</button>',
    "a teaser": "<article><h2>Storm</h2><button>Show more</button></article>",
    "a teaser in a list": "<ul><li><h3>Storm</h3><button>Show more</button></li></ul>",
    "beside": "<aside><button>Load more</button></aside>",
    "a dialog": '<div role="dialog"><button>Show more</button></div>',
    "disabled": "<button disabled>Load more</button>",
    "disabled by its role": '<button aria-disabled="true">Load more</button>',
    "hidden": '<button style="display: none">Load more</button>',
    "invisible": '<button style="visibility: hidden">Load more</button>',
    "a long text": f"<button>Load more {'and more ' * 12}</button>",
}


@asynccontextmanager
async def opened(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options(chromium))
        yield browser
        await browser.close()


def in_chromium(path: Path, act: Callable[[Browser], Awaitable[Found]]) -> Found:
    async def run() -> Found:
        async with opened(path) as browser:
            return await act(browser)

    return asyncio.run(run())


def test_the_button_that_brings_more_is_found_by_its_words_or_name(chromium_path: Path) -> None:
    async def press(browser: Browser) -> dict[str, bool]:
        page = await browser.new_page()
        found = {}
        for name, markup in {**PRESSED, **LEFT}.items():
            await page.set_content(f"<main>{markup}</main>")
            found[name] = await page.evaluate(PRESS, [MORE_WORDS, MORE_CLASS, NOT_MORE])
        return found

    found = in_chromium(chromium_path, press)
    assert [name for name in PRESSED if not found[name]] == []
    assert [name for name in LEFT if found[name]] == []
    assert found.keys() == PRESSED.keys() | LEFT.keys()


class Pages(ThreadingHTTPServer):
    """Answers from `pages` by path, and to `/slow` never."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.pages = {"/elsewhere": "<p>there"}
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.closing = threading.Event()


class Answer(BaseHTTPRequestHandler):
    """One request to `Pages`."""

    server: Pages

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.server.closing.wait()
            return
        body = self.server.pages.get(self.path)
        self.send_response(503 if self.path == "/broken" else 404 if body is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the terminal for pytest."""


@pytest.fixture
def site() -> Iterator[Pages]:
    with Pages() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.closing.set()
        server.shutdown()


LIST = """<!DOCTYPE html><html><style>li {{height: 300px}}</style><body>
<main><ol>{entries}</ol>{more}</main><script>
const list = document.querySelector("ol");
let count = 3;
const add = number => {{
  for (let end = count + number; count < end; count++)
    list.insertAdjacentHTML("beforeend", `<li><a href="/story-${{count}}">Story</a></li>`);
}};
{script}
</script></body></html>"""
ENTRIES = "".join(f'<li><a href="/story-{number}">Story</a></li>' for number in range(3))
BUTTON = "<button>Load more</button>"
ON_PRESS = 'document.querySelector("main button").addEventListener("click", async event => {{{}}});'


def pressed(script: str, more: str = BUTTON) -> str:
    return LIST.format(entries=ENTRIES, more=more, script=ON_PRESS.format(script))


def shown(script: str, more: str = "") -> str:
    return LIST.format(entries=ENTRIES, more=more, script=script)


STAYS = "add(Math.min(5, 13 - count));"
CASES = {
    "a button that goes": (pressed("add(5); if (count > 12) event.target.remove();"), 13, "end"),
    "a button that stays": (pressed(STAYS), 13, "end"),
    "a button under a banner": (
        pressed(STAYS, f'{BUTTON}<div style="position: fixed; inset: 0">Cookies?</div>'), 13, "end",
    ),
    "a button for each page": (
        pressed(
            "const next = event.target.cloneNode(true); add(5);"
            "event.target.replaceWith(next); next.onclick = () => { add(5); next.remove(); };"
        ), 13, "end",
    ),
    "a list that comes late": (shown("setTimeout(() => add(10), 1500)"), 13, "end"),
    "an end that is watched": (
        shown(
            "new IntersectionObserver(([it]) => { if (it.isIntersecting && count < 13) add(5); })"
            ".observe(document.querySelector('.end'));", '<p class="end" style="height: 9px"></p>',
        ), 13, "end",
    ),
    "a box that scrolls": (
        shown(
            "const box = list; box.style = 'height: 40px; overflow: auto';"
            "box.addEventListener('scroll', () => { if (count < 13) add(5); });",
        ), 13, "end",
    ),
    "a button that leads away": (pressed("location.href = '/elsewhere';"), 3, "end"),
    "a button that asks": (pressed(f"if (confirm('Really?')) add(100); {STAYS}"), 13, "end"),
    "a button that opens windows": (pressed(f"open('/elsewhere'); {STAYS}"), 13, "end"),
    "an answer that there is no more": (pressed("await fetch('/none'); "), 3, "end"),
    "an answer that fails": (pressed("await fetch('/broken'); "), 3, "failed http_503"),
    "an answer that never comes": (pressed("await fetch('/slow'); add(5);"), 3, "failed timeout"),
    "a script that never comes": (
        pressed(STAYS, f'{BUTTON}<script async src="/slow"></script>'), 13, "end",
    ),
    "a page that writes its address": (
        pressed(f"history.pushState(null, '', '?page=2'); {STAYS}"), 13, "end",
    ),
    "a list without end": (pressed("add(5);"), 3 + 5 * 200, "limit 200 times more"),
    "a list of a million": (pressed("add(9999);"), 3 + 9999, "limit 10000 links"),
}  # fmt: skip


def staying(page: Page) -> Callable[[], Awaitable[None]]:
    async def stay(route: Route, request: Request) -> None:
        if request.is_navigation_request() and request.frame.parent_frame is None:
            await route.abort("aborted")
        else:
            await route.fallback()

    async def hold() -> None:
        await page.route("**", stay)

    return hold


def test_a_list_is_read_until_it_ends(
    site: Pages, chromium_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawler.browser.reading.ANSWER_TIME", 4.0)
    site.pages.update({f"/{place}": markup for place, (markup, *_) in enumerate(CASES.values())})

    async def read(browser: Browser, place: int) -> tuple[int, str]:
        page, url = await browser.new_page(), f"{site.url}/{place}"
        await page.goto(url, wait_until="domcontentloaded")
        ended = await read_to_end(page, url, 0, 120, hold=staying(page))
        await page.wait_for_load_state(timeout=10_000)
        return len(Selector(ended.html).css("ol a")), ended.how

    async def read_all(browser: Browser) -> list[tuple[int, str]]:
        return await asyncio.gather(*(read(browser, place) for place in range(len(CASES))))

    found = dict(zip(CASES, in_chromium(chromium_path, read_all), strict=True))
    assert found == {name: (count, how) for name, (_, count, how) in CASES.items()}


def test_a_list_is_read_no_longer_than_its_time(site: Pages, chromium_path: Path) -> None:
    site.pages["/"] = pressed("add(5);")

    async def read(browser: Browser) -> Read:
        page = await browser.new_page()
        await page.goto(f"{site.url}/")
        return await read_to_end(page, f"{site.url}/", 0.2, 1, hold=staying(page))

    assert in_chromium(chromium_path, read).how == "limit the time for a listing"


def test_a_page_that_leads_elsewhere_is_not_read(site: Pages, chromium_path: Path) -> None:
    site.pages["/"] = "<script>location.href = '/elsewhere'</script>"

    async def read(browser: Browser) -> Read:
        page = await browser.new_page()
        await page.goto(f"{site.url}/")
        await page.wait_for_url("**/elsewhere")
        return await read_to_end(page, f"{site.url}/", 0, 5, hold=staying(page))

    assert in_chromium(chromium_path, read) == Read(f"{site.url}/elsewhere", "moved", "")
