"""Every setting that differs from Scrapy's default, with the reason."""

import os

from scrapy.settings import default_settings

from newscrawler import __version__

BOT_NAME = "newscrawler"
SPIDER_MODULES = ["newscrawler.spiders"]
NEWSPIDER_MODULE = "newscrawler.spiders"
COMMANDS_MODULE = "newscrawler.commands"

# Manners. Scrapy asks 8 pages of a host at once, at once, and under its own name.
# Whom the owner of a site can write to, a page or a mailbox; no live crawl without it.
NEWSCRAWLER_CONTACT = os.environ.get("NEWSCRAWLER_CONTACT", "")
USER_AGENT = f"newscrawler/{__version__}"
ROBOTSTXT_OBEY = True  # default False
ROBOTSTXT_USER_AGENT = "newscrawler"  # else groups for any word of USER_AGENT are obeyed
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8
DOWNLOAD_DELAY = 1.0  # seconds; default 0
DOWNLOAD_DELAY_JITTER = 0.5  # default 0: a fixed beat looks like an attack

# Safety. Scrapy is tuned for scraping sites one trusts.
# Addresses that are not public and may be asked all the same: an intranet, a test. CIDR, by commas.
NEWSCRAWLER_ALLOWED_NETWORKS = os.environ.get("NEWSCRAWLER_ALLOWED_NETWORKS", "")
# Beside 80, 443 and the ports of the addresses that a crawl starts from: 8080,9000-9099.
NEWSCRAWLER_ALLOWED_PORTS = os.environ.get("NEWSCRAWLER_ALLOWED_PORTS", "")
TELNETCONSOLE_ENABLED = False  # default True: a listening port that runs code
REMOTE_CONTROL_ENABLED = False  # default True: the same over HTTP
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
DOWNLOAD_HANDLERS = {
    "file": None, "data": None, "ftp": None, "s3": None,  # default: all on
    # Scrapy's own, and a browser that starts with the first request which asks for it.
    "http": "newscrawler.browser.handler.DownloadHandler",
    "https": "newscrawler.browser.handler.DownloadHandler",
}  # fmt: skip
COOKIES_ENABLED = False  # default True: a crawler needs no identity
REFERRER_POLICY = "same-origin"  # default also tells the next site the path
# Nor does a page decide otherwise: `Referrer-Policy: unsafe-url` would tell all sites its query.
REFERRER_POLICIES = dict.fromkeys(
    ("", "no-referrer-when-downgrade", "origin", "strict-origin", "origin-when-cross-origin",
     "strict-origin-when-cross-origin", "unsafe-url", "scrapy-default"),
    "scrapy.spidermiddlewares.referer.SameOriginPolicy",
)  # fmt: skip
DOWNLOAD_MAXSIZE = 5 * 2**20  # bytes; default 1 GiB; no news page is larger
DOWNLOAD_TIMEOUT = 30  # seconds; default 180, three times over
REDIRECT_MAX_TIMES = 5  # default 20
METAREFRESH_MAXDELAY = 5  # seconds; default 100
DEPTH_LIMIT = 6000  # default none: 5,000 articles that lead one to the next, 1,000 listing pages

# Order. A feed in the order of the listing reads well and is the same each time;
# first in, first out instead of Scrapy's last in, first out.
DEPTH_PRIORITY = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# Speed. Scrapy makes this many tasks for each response: 8 saves a quarter of the CPU of 100.
CONCURRENT_ITEMS = 8

# 429 is no failure that goes away at once; the page is put off to a later run.
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # default: also 429

# Once more at most: a page that hangs in the browser takes long enough.
RETRY_EXCEPTIONS = [
    *default_settings.RETRY_EXCEPTIONS,
    "newscrawler.browser.handler.BrowserFailed",
]

# The browser. Its handler knows no DOWNLOAD_TIMEOUT.
PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT = 20_000  # milliseconds; default 30,000
NEWSCRAWLER_BROWSER_TIME = 300.0  # seconds to press a listing's button, or to scroll
NEWSCRAWLER_CHROMIUM = ""  # the program; else chromium, chromium-browser or google-chrome

DUPEFILTER_CLASS = "newscrawler.frontier.ArticleDupeFilter"
DOWNLOADER_MIDDLEWARES = {
    "newscrawler.network.origins.WebAddresses": 20,
    # Behind what sets headers, before the proxy's (750).
    "newscrawler.network.origins.OwnHeaders": 740,
    # Nearer than RetryMiddleware (550).
    "newscrawler.network.certificates.CertificateFailures": 560,
    # Next to the downloader: what follows sees a page, not that it has not changed.
    "newscrawler.frontier.ConditionalRequests": 850,
}
SPIDER_MIDDLEWARES = {
    # Next to the spider: it sees whole what a page gives.
    "newscrawler.journal.Journal": 950,
}
ITEM_PIPELINES = {
    "newscrawler.pipelines.Normalise": 100,
    "newscrawler.pipelines.Validate": 200,
    "newscrawler.pipelines.DropDuplicates": 300,
    "newscrawler.pipelines.Remember": 400,
}
EXTENSIONS = {
    "newscrawler.memory.Memory": 0,
    "newscrawler.logs.LimitedLog": 10,
    "newscrawler.browser.handler.Browser": 50,
    "newscrawler.extensions.SeriesAccounts": 100,
    "newscrawler.progress.Progress": 200,
    # Behind all that enters something when the spider closes.
    "newscrawler.ending.Ending": 900,
}

# What is remembered, and where feeds go that are not named; below the folder one works in.
NEWSCRAWLER_STATE = "state/newscrawler.sqlite"  # ":memory:" forgets all at the end
NEWSCRAWLER_FEEDS = "feeds"
NEWSCRAWLER_OUTPUTS: list[dict[str, object]] = []
NEWSCRAWLER_REPORT = ""
NEWSCRAWLER_LOCK_WAIT = 0.0  # seconds; a run that finds another one at work exits with 75 at once
NEWSCRAWLER_MAX_TIME = 6 * 3600.0  # seconds; 2,000 articles at a polite pace take one hour

# A user's own FEEDS get each article as it is scraped, beside the published feeds.
FEED_EXPORTERS = {"jsonlines": "newscrawler.exporters.JsonLinesRecordExporter"}
FEED_STORAGES = {
    "": "newscrawler.storages.WholeFileStorage",
    "file": "newscrawler.storages.WholeFileStorage",
}
FEED_EXPORT_ENCODING = "utf-8"  # default for JSON: ASCII with escapes

LOG_LEVEL = "INFO"  # default DEBUG
LOG_VERSIONS: list[str] = []  # default: twelve lines on libraries before each run
