"""Texts of our own that break what handles text carelessly: about 150, each for one reason."""

from __future__ import annotations

FORGED = "2026-01-01 00:00:00 [series] ERROR: forged"

# What moves a cursor, ends a line, or changes how what follows is read.
CONTROLS = [
    *(f"a{chr(number)}{FORGED}" for number in range(0x20)),
    *(f"a{chr(number)}{FORGED}" for number in range(0x7F, 0xA0)),
    *(f"a{sign}{FORGED}" for sign in ("\r\n", "\u2028", "\u2029", "\u000b\u000c", "\u0085")),
    "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b[31mred\x1b[0m", "\x1b]8;;http://x.example\x1b\\link",
    "\x1bP1$r\x1b\\", "\x9b31m", "\x1b[6n", "a\b\b\b\bb", "\x1b[?25l", "\x1b]52;c;Zm9yZ2Vk\x07",
]  # fmt: skip
# Other directions, invisible signs, half characters, signs above signs.
UNICODE = [
    "\u202etxt.exe", "\u2066ab\u2069", "\u061c\u200e\u200f", "a\u200bb", "\ufeffa", "a\u00adb",
    "\ud800", "\udfff", "\ud800\udc00", "a\udcffb", "\ufffe", "\uffff", "\U0010ffff", "\ufdd0",
    "\U000e0001\U000e0041", "e" + "\u0301" * 200, "\u0e01\u0e49\u0e49\u0e49\u0e49", "ﷺ", "ﬀ", "İı",
    "ß", "ẞ", "ǅ", "Ⅷ", "①②⑦", "。", "／", "．．／", "﹨", "👩‍👩‍👧‍👦", "🏴\U000e0067\U000e007f",
    "می‌خواهم", "क्‍ष", "שלום world", "العربية", "日本語の見出し", "Ω≈ç√∫", "\u3000", "\u00a0",
    "\u2007\u202f", "\u180e", "\u2800", "\ue000", "\U000f0000", "ℌ𝔢𝔩𝔩𝔬", "Zalgo͟͠ͅ",
]  # fmt: skip
# What is code, a path, a number or nothing to somebody.
MEANINGS = [
    "%s%s%n", "%(series)s", "%(name)s", "{0}", "{item.__class__}", "{{x}}", "${jndi:ldap://x}",
    "$HOME",
    "`id`", "$(id)", "; rm -rf .", "| cat", "&& true", "'", '"', "''\"\"", "\\", "\\n", "\\u0000",
    "\\x1b[31m", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;&amp;&#10;",
    "<!--", "]]>", "<![CDATA[", "<?xml?>", "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0",
    "' OR '1'='1", "'; DROP TABLE pages; --", "null", "None", "undefined", "NaN", "Infinity",
    "true", "1e400", "0x10", "1,000", "01", "-0", "9" * 400, "../../etc/passwd", "..\\..\\x",
    "/dev/null",
    "C:\\x", "CON", "nul.txt", "file:///etc/passwd", "javascript:alert(1)", "data:,x", "a" * 5000,
    "{\"a\": 1}", "[" * 300, "[]", "---\na: 1", "!!python/object:os.system", "\\\\server\\share",
    "x\n\n\nFrom me", "To: a\r\nBcc: b", "a\tb\tc", " a ", "", " ", "\n", "🔥" * 300,
]  # fmt: skip
NAUGHTY = [*CONTROLS, *UNICODE, *MEANINGS]
