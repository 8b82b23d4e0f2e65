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
DOWNLOAD_DELAY = 1.0  # seconds, from the end of an answer; default 0, from the request
DOWNLOAD_DELAY_JITTER = 0.5  # default 0: a fixed beat looks like an attack
NEWSCRAWLER_ROBOTS_AGE = 24 * 3600.0  # seconds; RFC 9309, 2.4: no longer than a day
NEWSCRAWLER_LONGEST_CRAWL_DELAY = 30.0  # seconds; a host that asks for more is left alone
NEWSCRAWLER_RETRY_AFTER = 120.0  # seconds that a run waits for one host; more is for the next run
NEWSCRAWLER_LONGEST_PAUSE = 120.0  # seconds; the delay doubles with each failure, up to this
# In a row, then the rest of the host is left to the next run. Twisted itself asks once more where
# a kept connection breaks: a dead host gets at most 8 requests.
NEWSCRAWLER_HOST_FAILURES = 7
# Which wishes of a page are obeyed, by commas, as the field `usage` names them; all are recorded.
NEWSCRAWLER_OBEY = ""

# Safety. Scrapy is tuned for scraping sites one trusts.
# Addresses that are not public and may be asked all the same: an intranet, a test. CIDR, by commas.
NEWSCRAWLER_ALLOWED_NETWORKS = os.environ.get("NEWSCRAWLER_ALLOWED_NETWORKS", "")
# Beside 80, 443 and the ports of the addresses that a crawl starts from: 8080,9000-9099.
NEWSCRAWLER_ALLOWED_PORTS = os.environ.get("NEWSCRAWLER_ALLOWED_PORTS", "")
# A proxy resolves names itself: 1 says that it lets nobody into a network that is not public.
NEWSCRAWLER_TRUST_PROXY = os.environ.get("NEWSCRAWLER_TRUST_PROXY", "0")
# Default: any address a name has, IPv4 alone; ours asks Twisted's own and passes on what is public.
TWISTED_DNS_RESOLVER = "newscrawler.network.resolver.PublicResolver"
DNS_TIMEOUT = 10  # seconds; default 60
TELNETCONSOLE_ENABLED = False  # default True: a listening port that runs code
REMOTE_CONTROL_ENABLED = False  # default True: the same over HTTP
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
DOWNLOAD_HANDLERS = {
    "file": None, "data": None, "ftp": None, "s3": None,  # default: all on
    # Scrapy's own in the host's turn, and a browser that starts with the first request for it.
    "http": "newscrawler.politeness.turns.PoliteDownloadHandler",
    "https": "newscrawler.politeness.turns.PoliteDownloadHandler",
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
DOWNLOAD_TIMEOUT = 30  # seconds in all; default 180, three times over
NEWSCRAWLER_CONNECT_TIMEOUT = 10.0  # seconds; else all of DOWNLOAD_TIMEOUT
REDIRECT_MAX_TIMES = 5  # default 20
METAREFRESH_MAXDELAY = 5  # seconds; default 100
DEPTH_LIMIT = 6000  # default none: 5,000 articles that lead one to the next, 1,000 listing pages

# Limits of a crawl: where a site names addresses without end, the run has one.
SCHEDULER = "newscrawler.limits.Scheduler"
NEWSCRAWLER_MAX_URL_LENGTH = 2083  # characters; Internet Explorer's limit, which all sites kept
NEWSCRAWLER_MAX_PATH_SEGMENTS = 20  # Heritrix: TooManyPathSegmentsDecideRule
NEWSCRAWLER_MAX_PATH_REPEATS = 2  # Heritrix: PathologicalPathDecideRule
NEWSCRAWLER_MAX_FRUITLESS = 50  # pages of one pattern that give no article
NEWSCRAWLER_MAX_PAGES_PER_SITE = 20_000  # six hours of one page a second
NEWSCRAWLER_MAX_PAGES = 100_000  # the same for five sites
# Seconds to read a page of an archive, which takes a fortieth; a hostile one may take two.
NEWSCRAWLER_PAGE_TIME = 20.0
# Articles after which a crawl of archives publishes a batch, a few minutes' work: what waits for
# the end of a run of days is not to be all that it found.
NEWSCRAWLER_BATCH = 10_000
NEWSCRAWLER_MAX_REFRESHES = 2  # `<meta http-equiv=refresh>` in a row; more is a loop or a game
# MiB of memory, looked at each 5 seconds; a crawl takes some 200. Default: no limit, and 60.
MEMUSAGE_LIMIT_MB = 1024
MEMUSAGE_CHECK_INTERVAL_SECONDS = 5.0

# Order. A feed in the order of the listing reads well and is the same each time;
# first in, first out instead of Scrapy's last in, first out.
DEPTH_PRIORITY = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# Speed. Scrapy makes this many tasks for each response: 8 saves a quarter of the CPU of 100.
CONCURRENT_ITEMS = 8

# Default -1: behind all others. After its pause a page comes where it would have come.
RETRY_PRIORITY_ADJUST = 1
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
    # The first of all: not even robots.txt is asked for where a request must not go.
    "newscrawler.network.request_guard.RequestGuard": 10,
    # Scrapy's takes a robots.txt that cannot be reached for one that allows everything.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newscrawler.politeness.robots.ObeyRobots": 100,
    # Nearer than RetryMiddleware (550).
    "newscrawler.network.certificates.CertificateFailures": 560,
    # Behind what sets headers, before the proxy's (750).
    "newscrawler.network.origins.OwnHeaders": 740,
    # Sees an answer before redirects and retries do.
    "newscrawler.politeness.retry_after.RetryAfter": 840,
    "newscrawler.network.many_links.ManyLinks": 20,
    # In the place of Scrapy's own, which takes a packed page that breaks off for a whole one.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newscrawler.network.bodies.WholeBodies": 590,
    # In the place of Scrapy's own, which follows as many refreshes as redirects.
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "newscrawler.network.refreshes.Refreshes": 580,
    # Next to the downloader: what follows sees a page, not that it has not changed.
    "newscrawler.frontier.ConditionalRequests": 850,
    "newscrawler.recording.ReplayedFailures": 890,
    # The nearest to the network: it keeps what went over it, `--record`.
    "newscrawler.recording.RecordExchanges": 900,
}
SPIDER_MIDDLEWARES = {
    # Next to the spider: it sees whole what a page gives.
    "newscrawler.journal.Journal": 950,
}
ITEM_PIPELINES = {
    "newscrawler.pipelines.Normalise": 100,
    "newscrawler.pipelines.Validate": 200,
    "newscrawler.pipelines.ObeyUsage": 250,
    "newscrawler.pipelines.DropDuplicates": 300,
    "newscrawler.pipelines.Remember": 400,
    "newscrawler.pipelines.FlagDuplicates": 450,
}
EXTENSIONS = {
    "newscrawler.memory.Memory": 0,
    "newscrawler.politeness.hosts.Hosts": 10,
    "newscrawler.logs.LimitedLog": 10,
    "newscrawler.network.connections.BoundedConnections": 10,
    "newscrawler.browser.handler.Browser": 50,
    "newscrawler.extensions.SeriesAccounts": 100,
    "newscrawler.progress.Progress": 200,
    # Behind all that enters something when the spider closes.
    "newscrawler.ending.Ending": 900,
}

# What becomes of a text that another page has as well: flag it in the feed, or drop the article.
NEWSCRAWLER_NEAR_DUPLICATES = "flag"
NEAR_DUPLICATES = None  # the same, shorter to type; it counts where it is given

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
