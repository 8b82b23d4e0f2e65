"""Some 200 names that lead out of a folder, or that a file system does not have."""

from __future__ import annotations

UP = [
    "..", "../x", "../../x", "../../../../../../tmp/x", "a/../../x", "./../x", "..//x",
    "...//x", "..../x", "../", "/..", "a/..", "/../../x", ".../...//x", "..;/x", "../.", "./..",
    "././../x", "....//....//x", "..\\x", "..\\..\\x", "a\\..\\..\\x", "\\..\\x", "..\\/x",
    "../\\x", ".", "./",
]  # fmt: skip
ENCODED = [
    "%2e%2e", "%2e%2e/x", "%2e%2e%2fx", "..%2fx", "..%2Fx", "..%5cx", "%2e%2e%5cx",
    "%252e%252e%252fx", "..%252fx", "..%c0%afx", "..%c1%9cx", "%c0%ae%c0%ae/x", "%e0%80%ae/x",
    "..%ef%bc%8fx", "%u002e/x", "%00", "a%00.html", "..%00/x", "%2f", "%2fetc%2fx", "%5c",
    "%2e", "%2e/x", "..%3bx", "%0a../x", "%7e/x", "%2e%2e%2f%2e%2e%2f%2e%2e%2fx",
    "a%2f..%2f..%2fx", "%ff../x", "..%e2%81%84x", "%2E%2E/x",
]  # fmt: skip
ABSOLUTE = [
    "/x", "//x", "///x", "/etc/passwd", "/dev/null", "/dev/stdout", "/proc/self/environ", "~",
    "~/x", "~root/x", "\\x", "\\\\server\\share\\x", "//server/share/x", "C:", "C:\\x", "C:/x",
    "c:x", "D:..\\x", "\\\\?\\C:\\x", "\\\\.\\pipe\\x", "file:///x", "file:x", "data:x",
    "http://x/../y", "/./x", "/x/../y",
]  # fmt: skip
WINDOWS = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "con.txt", "nul.jsonl", "aux.",
    "com1.html", "CLOCK$", "CONIN$", "x.", "x..", "x ", " x", "x. .", "x::$DATA", "x:stream",
    "x|y", "x<y", "x>y", "x*", "x?", 'x"y', "desktop.ini", "Thumbs.db", "PROGRA~1", "x\ty",
    "com¹", "COM².txt",
]  # fmt: skip
UNICODE = [
    "․․/x", "．．/x", "．．／x", "..／x", "..∕x", "..⁄x", "..⧸x", "‥/x", "…/x", "。。/x",
    "﹒﹒/x", "..＼x", "..\u200b/x", ".\u200d./x", ".\u0000./x", "\u202e/..", "\ufeff../x",
    "..\u2215x", "\u2024\u2024\u2044x", "e\u0301", "é", "\u0130", "ſ", "\u212a",
    "\udc2e\udc2e/x", "x\udcff", "👻", "\U000e002e\U000e002e/x", "ﷺ" * 60, "\u1e9b\u0323",
    "..\u0338/x",
]  # fmt: skip
CONTROLS = [
    "\x00", "a\x00b", "..\x00/x", "a\nb", "\r../x", "a\x1bb", "\x7f", "a\x85b", "\u2028../x",
    "\t",
]  # fmt: skip
LONG = [
    "a" * 255, "a" * 256, "a" * 300, "a" * 5000, "../" * 100 + "x", "a/" * 200 + "x", "ä" * 200,
    "🔥" * 100, "a" * 250 + ".html", "." * 300, "%2e" * 100, "a" * 80 + "/..", "-" * 300,
    "日" * 100,
]  # fmt: skip
TEMPLATES = [
    "%(series)s", "%(name)s/../x", "%(time)s", "%(batch_id)d", "{series}", "{0}", "{name!r}",
    "${HOME}/x", "$HOME", "$(id)", "`id`", "%s", "%n", "%%", "*", "?", "[a-z]", "{a,b}", "!x",
    "#x", ";x", "&x", "|x",
]  # fmt: skip
OURS = [
    "single-articles", "x.part", "x.http.json", ".git", ".part", ".x", "-", "--", "-rf",
    "--output=x", "x.jsonl", "000001.jsonl", "x.series.jsonl", "x~rendered.html",
    "~0123456789abcdef", "index.html", "state", "newscrawler.sqlite", "lost+found", "x/", "x//",
    "//", "", " ",
]  # fmt: skip
_ALL = [*UP, *ENCODED, *ABSOLUTE, *WINDOWS, *UNICODE, *CONTROLS, *LONG, *TEMPLATES, *OURS]
TRICKS = list(dict.fromkeys(_ALL))
