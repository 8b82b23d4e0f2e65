"""Tidy web addresses, and tell which of them lead to the same article."""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from urllib.parse import SplitResult, quote, unquote_plus, urljoin, urlsplit

import idna
from tldextract import TLDExtract

from newscrawler.normalise.redaction import redacted

# Click and campaign identifiers of advertisers, mailers, statistics and AMP viewers. `ref` is not
# among them: some publishers address an article by it, and a page fetched twice is cheaper than
# an article lost.
_TRACKING = re.compile(
    r"""(?:utm|mtm|matomo|piwik|hsa|vero|oly|fb_action|guce_referrer)_.+ | aspsessionid.*
    | pk_(?:campaign|kwd|keyword|source|medium|content|cid) | trk_(?:contact|msg|module|sid)
    | at_(?:medium|campaign|campaign_type|custom\d|link_.+|ptr_.+|bbc_.+|format|creation|variant)
    | (?:fb|g|d|y|ys|ym|tw|tt)clid | msclkid | gclsrc | gbraid | wbraid | srsltid
    | gad_(?:source|campaignid) | igsh(?:id)? | fb_(?:source|ref) | li_fat_id | epik | mkt_tok
    | mc_[ce]id | ml_subscriber(?:_hash)? | _hs(?:enc|mi) | __hs(?:sc|tc|fp) | hsctatracking
    | _g[al] | _openstat | wickedid | _bta_[ct]id | wt_z?mc | wt\.z?mc(?:_id)? | xto?r | xtref
    | ico | cmp | cmpid | ncid | ocid | s_cid | ns_(?:campaign|mchannel|source|linkname|fee)
    | smid | smtyp | ref_(?:src|url) | dicbo | oborigurl | tblci(?:id)? | ftag | soc_(?:src|trk)
    | sr_share | guccounter | wpisrc | (?:__)?twitter_impression | amp_(?:js_v|gsa|r) | usqp
    | phpsessid | jsessionid""",
    re.IGNORECASE | re.VERBOSE,
)
# `;jsessionid=...` of Java, `/(S(...))/` of ASP.NET.
_SESSION = re.compile(r";jsessionid=[^/;]*|/\(S\([0-9a-z]{24}\)\)", re.IGNORECASE)
# These names may also be those of articles; what is so long and of both letters and digits is not.
_SESSION_PARAMETER = re.compile(
    r"(?:s|sid|sess|session|sess(?:ion)?_?id|zenid|oscsid|cfid|cftoken)="
    r"(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{16,128}",
    re.IGNORECASE,
)
_AMP_PARAMETER = re.compile(
    r"(?:_?amp|amphtml)(?:=(?:1|amp|true|yes)?)?|(?:outputtype|view|type|format|mode)=amp",
    re.IGNORECASE,
)
_INDEX_PAGE = re.compile(r"/index\.(?:s?html?|php)$")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*")
_TWIN_LABELS = frozenset({"m", "mobile", "amp"})
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# RFC 3986, section 2.2: whether a reserved character is escaped may change what is addressed.
_RESERVED = ":/?#[]@!$&'()*+,;="
_UNESCAPED = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]*")
# WHATWG URL, section 4.4: what browsers strip around an address, and what they drop inside it.
_AROUND = "".join(map(chr, range(0x21)))
_INSIDE = str.maketrans("", "", "\t\n\r")
DEFAULT_PORTS = {"http": 80, "https": 443}
# Most links, and in normal form already: without query, escapes, dots to resolve, or a port.
_PLAIN = re.compile(
    r"(?:(?P<scheme>https?)://(?P<host>[a-z0-9][a-z0-9.-]*))?(?P<path>/(?!/)[\w/~-]*(?:\.\w[\w/~-]*)*)",
    re.ASCII,
)
# What does not depend on the address that it stands under.
_WHOLE = re.compile(r"https?://[^/?#\\]")
# Characters; longer ones are rare, and kept by the thousand they would fill the memory.
_LONGEST_CACHED = 2048


def clean_url(url: str) -> str:
    """Return an absolute http(s) address in RFC 3986 normal form, without tracking parameters.

    Raises ValueError, naming the address, for anything else and for an address with a password.
    """
    clean = _clean_cached if len(url) <= _LONGEST_CACHED else _clean
    try:
        return clean(url)
    except ValueError as error:
        raise ValueError(f"not an http(s) address: {redacted(url)!r} ({error})") from error


def absolute_url(base: str, href: str) -> str | None:
    """Return the tidy address that a link leads to, if it leads to another http(s) page."""
    plain = _PLAIN.fullmatch(href) if len(base) <= _LONGEST_CACHED else None
    if plain:
        origin = _origin(f"{plain['scheme']}://{plain['host']}" if plain["host"] else base)
        return origin and origin + plain["path"]
    link = href.strip(_AROUND).translate(_INSIDE)
    if not link or link.startswith("#"):
        return None
    try:
        is_whole = _WHOLE.match(link) is not None
        return clean_url(link if is_whole else urljoin(base, _forward_slashes(link)))
    except ValueError:
        return None


def url_key(url: str) -> str:
    """Return one key for the desktop, mobile and AMP addresses of one article.

    Raises ValueError like `clean_url`.
    """
    clean = clean_url(url)
    return (_key_cached if len(clean) <= _LONGEST_CACHED else _key)(clean)


def is_twin_url(url: str) -> bool:
    """Tell the AMP or mobile variant of an article from its main address.

    Raises ValueError like `clean_url`.
    """
    parts = urlsplit(clean_url(url))
    return (
        _desktop_netloc(parts.netloc) != _without_www(parts.netloc)
        or _without_amp_path(parts.path) != parts.path
        or len(_without_amp_parameters(parts.query)) < len(_parameters(parts.query))
    )


def host_of(url: str) -> str:
    """Return the host in lower case, without `www.` and port.

    Raises ValueError like `clean_url`.
    """
    return _without_www(_hostname(clean_url(url)))


def site_of(url: str) -> str:
    """Return the registrable domain (Public Suffix List, private suffixes too) or the IP address.

    Raises ValueError like `clean_url`.
    """
    host = _hostname(clean_url(url))
    return _registrable(host) or host


def same_site(a: str, b: str) -> bool:
    """Raises ValueError like `clean_url`."""
    return site_of(a) == site_of(b)


def _clean(url: str) -> str:
    return _rebuilt(_split(url.strip(_AROUND).translate(_INSIDE)))


# A page names its links in several places, and each is asked for its site and its key.
_clean_cached = lru_cache(maxsize=4096)(_clean)


def _key(clean: str) -> str:
    parts = urlsplit(clean)
    path = _INDEX_PAGE.sub("/", _without_amp_path(parts.path)).rstrip("/")
    query = "&".join(sorted(_without_amp_parameters(parts.query)))
    return _desktop_netloc(parts.netloc) + path + (f"?{query}" if query else "")


_key_cached = lru_cache(maxsize=4096)(_key)


@lru_cache(maxsize=1024)
def _origin(url: str) -> str | None:
    """Return what stands before the path in the normal form of an address."""
    try:
        return clean_url(urljoin(url, "/")).removesuffix("/")
    except ValueError:
        return None


def _hostname(clean: str) -> str:
    """Return the host of an address in normal form, which is shorter than its path."""
    netloc = clean.split("/", 3)[2]
    return netloc.partition(":")[0] if netloc[:1] != "[" else urlsplit(clean).hostname or ""


def _split(url: str) -> SplitResult:
    parts = urlsplit(_forward_slashes(url))
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("another scheme" if parts.scheme else "no scheme")
    if "@" in parts.netloc:
        raise ValueError("user names are not accepted")
    return parts


def _rebuilt(parts: SplitResult) -> str:
    host = _host(parts.hostname or "")
    port = parts.port
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        host += f":{port}"
    path = _without_dots(_escaped(_SESSION.sub("", parts.path)) or "/")
    query = "&".join(filter(_is_meaningful, _parameters(_escaped(parts.query))))
    return f"{parts.scheme}://{host}{path}" + (f"?{query}" if query else "")


def _forward_slashes(url: str) -> str:
    if "\\" not in url:
        return url
    path, *rest = re.split(r"([?#])", url, maxsplit=1)
    return path.replace("\\", "/") + "".join(rest)


@lru_cache(maxsize=1024)
def _host(host: str) -> str:
    if ":" in host:
        return f"[{ipaddress.IPv6Address(_unscoped(host)).compressed}]"
    ascii_host = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    ascii_host = ascii_host.removesuffix(".")
    if not _HOST.fullmatch(ascii_host):
        raise ValueError("no valid host")
    last_label = ascii_host.rpartition(".")[2]
    # WHATWG URL, section 3.5: a host that ends in a number is an IPv4 address, or invalid.
    if last_label.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last_label):
        return str(ipaddress.IPv4Address(ascii_host))
    return ascii_host


def _unscoped(host: str) -> str:
    if "%" in host:
        raise ValueError("a zone identifier has no meaning on the web")
    return host


def _escaped(text: str) -> str:
    if _UNESCAPED.fullmatch(text):
        return text
    escaped = _LONE_PERCENT.sub("%25", text)
    return quote(_ESCAPE.sub(_normal_escape, escaped), safe=_RESERVED + "%")


def _normal_escape(match: re.Match[str]) -> str:
    character = chr(int(match[0][1:], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    segments: list[str] = []
    steps = path.split("/")[1:]
    for step in steps:
        if step == "..":
            del segments[-1:]
        elif step != ".":
            segments.append(step)
    ends_as_folder = steps[-1] in {".", ".."}
    return "/" + "/".join([*segments, ""] if ends_as_folder else segments)


def _parameters(query: str) -> list[str]:
    return [parameter for parameter in query.split("&") if parameter]


def _is_meaningful(parameter: str) -> bool:
    if _SESSION_PARAMETER.fullmatch(parameter):
        return False
    return not _is_tracking(parameter.partition("=")[0])


@lru_cache(maxsize=1024)  # sites use some few names
def _is_tracking(name: str) -> bool:
    return _TRACKING.fullmatch(unquote_plus(name)) is not None


def _without_amp_parameters(query: str) -> list[str]:
    return [one for one in _parameters(query) if not _AMP_PARAMETER.fullmatch(one)]


def _without_amp_path(path: str) -> str:
    segments = path.strip("/").split("/")
    if len(segments) > 1 and "amp" in (segments[0], segments[-1]):
        segments = segments[1:] if segments[0] == "amp" else segments[:-1]
        return "/" + "/".join(segments) + ("/" if path.endswith("/") else "")
    return re.sub(r"(?<=[^/])\.amp(\.html?)?(?=/?$)", r"\1", path)


def _without_www(host: str) -> str:
    rest = host.removeprefix("www.")
    return rest if "." in rest else host


def _desktop_netloc(netloc: str) -> str:
    label, _, rest = _without_www(netloc).partition(".")
    if label in _TWIN_LABELS and _registrable(rest.partition(":")[0]):
        return _without_www(rest)
    return _without_www(netloc)


@lru_cache(maxsize=1024)
def _registrable(host: str) -> str:
    if re.fullmatch(r"[\d.]+|\[?[\da-f:.]*:[\da-f:.]*\]?", host):
        return ""
    found = _extractor()(host)
    if found.suffix:
        return found.top_domain_under_public_suffix
    # An unlisted top-level domain is a public suffix by itself (publicsuffix.org, rule `*`).
    labels = host.split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 else ""


@cache
def _extractor() -> TLDExtract:
    # The list that comes with the package: no network, and no cache that could change results.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
