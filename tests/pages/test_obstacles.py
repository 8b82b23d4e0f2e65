"""What stands in place of an article, in many languages, and real articles about such things."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.article import ArticlePage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article

URL = "https://tide.example/local/ferry-returns"
PROSE = "The ferry is back at its old quay, and the whole town came out to see it land. "
DATE = "<meta property=article:published_time content=2024-03-01T08:00:00Z>"
JSON_LD = """<script type=application/ld+json>{"@type": "NewsArticle", "headline": "A",
    "author": "Ana Ruiz"%s}</script>"""


def found(text: str, *, listed: bool = False) -> str | None:
    page = ArticlePage(HtmlResponse(URL, body=text.encode(), encoding="utf-8"))
    return obstacle(page, read_article(page), listed=listed)


def notice(title: str, text: str = "Please try again later.") -> str:
    return f"<title>{title}</title><main><h1>{title}</h1><p>{text}</p></main>"


SOFT_404 = {
    "number": "404",
    "number and site": "404 | The Daily Tide",
    "site and number": "The Daily Tide - Error 404",
    "number and words": "404 Not Found",
    "en": "Page not found",
    "en, other words": "Sorry, the page you requested could not be found",
    "en, short": "Not Found - The Daily Tide",
    "en, gone": "This article is no longer available",
    "de": "Seite nicht gefunden | Küstenblatt",
    "de, number": "Fehler 404",
    "fr": "Page introuvable - L’Estran",
    "fr, number": "Erreur 404",
    "es": "Página no encontrada",
    "it": "Pagina non trovata",
    "pl": "Strona nie istnieje",
    "pl, other words": "Nie znaleziono strony",
    "pt": "Página não encontrada",
    "nl": "Pagina niet gevonden",
    "ru": "Страница не найдена",
    "ar": "الصفحة غير موجودة",
    "ja": "お探しのページが見つかりませんでした",
}


@pytest.mark.parametrize("title", SOFT_404.values(), ids=SOFT_404)
def test_an_error_page_that_answers_200(title: str) -> None:
    assert found(notice(title)) == "soft_404"


CONSENT = {
    "en": ("Before you continue", "We use cookies and other data."),
    "en, cookies": ("Cookie choices", "You may accept all or manage your choices."),
    "en, privacy": ("Your privacy", "Accept or reject what we store."),
    "de": ("Zustimmen und weiterlesen", "Wir brauchen Ihre Einwilligung für Cookies."),
    "fr": ("Accepter et continuer", "Votre consentement est demandé."),
    "es": ("Aceptar y seguir", "Usamos cookies."),
    "it": ("Accetta e continua", "Usiamo i cookie e il tuo consenso."),
    "pl": ("Akceptuję i przechodzę dalej", "Potrzebna jest zgoda na ciasteczka."),
    "pt": ("Aceitar e continuar", "Usamos cookies."),
    "nl": ("Cookies accepteren", "Wij vragen toestemming."),
}


@pytest.mark.parametrize(("title", "text"), CONSENT.values(), ids=CONSENT)
def test_a_consent_wall(title: str, text: str) -> None:
    assert found(notice(title, text)) == "consent_wall"


LOGIN = {
    "en": "Log in",
    "en, one word": "Login | The Daily Tide",
    "en, to read": "Sign in to continue reading",
    "en, behind the site": "The Daily Tide: Please sign in",
    "de": "Anmelden - Küstenblatt",
    "fr": "Connectez-vous pour lire la suite",
    "es": "Iniciar sesión",
    "it": "Accedi | Il Molo",
    "pl": "Zaloguj się, aby czytać dalej",
    "pt": "Iniciar sessão",
    "nl": "Inloggen",
    "ru": "Вход",
    "ar": "تسجيل الدخول",
    "ja": "ログイン｜灯台新聞",
}


@pytest.mark.parametrize("title", LOGIN.values(), ids=LOGIN)
def test_a_login_wall(title: str) -> None:
    assert found(notice(title)) == "login_wall"


CAPTCHA = {
    "title": ("Captcha", "One step more."),
    "waiting": ("Just a moment...", "The page loads soon."),
    "en": ("tide.example", "Verify that you are human by a click."),
    "en, question": ("Are you a robot?", "One step more."),
    "en, task": ("Security", "To go on, please complete the captcha below."),
    "en, traffic": ("tide.example", "We see unusual traffic from your network."),
    "de": ("tide.example", "Ich bin kein Roboter"),
    "fr": ("tide.example", "Je ne suis pas un robot"),
    "es": ("tide.example", "No soy un robot"),
    "ru": ("tide.example", "Я не робот"),
}


@pytest.mark.parametrize(("title", "text"), CAPTCHA.values(), ids=CAPTCHA)
def test_a_challenge(title: str, text: str) -> None:
    assert found(notice(title, text)) == "captcha"


ABOUT = {
    "car": "Peugeot 404 turns sixty",
    "flat": "Fire in flat 404 put out",
    "missing": "Missing sailor not found after three days",
    "de, missing": "Vermisster Segler noch nicht gefunden",
    "es, missing": "No encontrada aún la barca perdida",
    "cookies to eat": "Cookies win the harbour fair",
    "cookie law": "Parliament passes cookie law",
    "login data": "Thieves took the login data of sailors",
    "sign in": "Dock workers sign in for extra shifts",
    "captcha": "How a captcha learns from sailors",
    "robot": "Robot cleans the harbour",
    "paywall": "Why the port paper dropped its paywall",
}


@pytest.mark.parametrize("title", ABOUT.values(), ids=ABOUT)
@pytest.mark.parametrize(
    "page",
    [
        "<meta property=og:type content=article>",
        DATE + "<p class=cookie-bar>We use cookies. Accept or manage them.</p>",
        JSON_LD % "" + "<footer>Protected by reCAPTCHA. Log in.</footer>",
    ],
    ids=["marked", "dated, with a cookie bar", "JSON-LD, with a protected form"],
)
def test_a_short_item_about_such_things_is_an_article(title: str, page: str) -> None:
    assert found(notice(title, PROSE * 2) + page, listed=True) is None


@pytest.mark.parametrize(
    "title",
    ["Page not found", "Cookies: accept them?", "Log in", "Captcha"],
)
def test_a_long_text_or_a_stated_article_is_no_notice(title: str) -> None:
    assert found(notice(title, PROSE * 10)) is None
    assert found(notice(title, PROSE * 2) + DATE, listed=True) is None
    assert found(notice(title, PROSE) + JSON_LD % "") is None


def test_the_boilerplate_of_a_protected_form_is_no_challenge() -> None:
    page = (
        notice("Ferry returns", PROSE * 2) + "<footer>This site is protected by reCAPTCHA.</footer>"
    )
    assert found(page, listed=True) is None


WALL = "<div class=paywall>Subscribe to read on.</div>"
LOCKED = JSON_LD % ', "isAccessibleForFree": false'
PAID = {
    "teaser": (LOCKED + notice("Ferry returns", PROSE * 3) + WALL, "paywalled_teaser"),
    "wall by id": (LOCKED + notice("A", PROSE) + "<p id=js-paywall>x</p>", "paywalled_teaser"),
    "tier": ("<meta property=article:content_tier content=locked>" + notice("A", PROSE) + WALL,
             "paywalled_teaser"),
    "whole text": (LOCKED + notice("A", PROSE * 13) + WALL, None),
    "whole Japanese text": (LOCKED + notice("A", "フェリーが港に戻った。" * 40) + WALL, None),
    "no wall": (LOCKED + notice("A", PROSE), None),
    "free": (JSON_LD % ', "isAccessibleForFree": true' + notice("A", PROSE) + WALL, None),
    "not said": (JSON_LD % "" + notice("A", PROSE) + WALL, None),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), PAID.values(), ids=PAID)
def test_a_teaser_before_a_paywall(page: str, expected: str | None) -> None:
    assert found(page) == expected


OTHERS = {
    "a few words": ("<title>Weather</title><p>Rain and wind.</p>", False, "not_an_article"),
    "listed, a few words": (notice("Weather", "Rain and wind for the whole week."), True,
                            "not_an_article"),
    "listed, some sentences": (notice("Ferry", PROSE * 2), True, None),
    "not listed, some sentences": (notice("Ferry", PROSE * 2), False, "not_an_article"),
    "date and text": ("<h1>Ferry</h1><time datetime=2024-03-01>x</time><div><p>" + PROSE * 5
                      + "</p></div>", False, None),
    "no text": ("<title>Ferry</title>", False, "empty_page"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "listed", "expected"), OTHERS.values(), ids=OTHERS)
def test_another_page_is_no_article(page: str, listed: bool, expected: str | None) -> None:
    assert found(page, listed=listed) == expected
