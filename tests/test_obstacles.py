"""Ten pages of each kind that stand in place of an article, and articles that are none of them."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from scrapy.http import HtmlResponse

from newscrawler.pages.article import ArticlePage
from newscrawler.pages.obstacles import obstacle
from newscrawler.pages.reader import read_article
from tests.conftest import PROJECT_ROOT

URL = "https://tide.example/local/2026/03/ferry-returns"
NEWS = "The ferry is back at its old quay, and the whole town came out to see it land. "
CHROME = """<header><a href=/>The Daily Tide</a><nav><a href=/local>Local</a><a href=/sea>Sea</a>
    <a href=/sport>Sport</a><a href=/login>Log in</a></nav></header>%s<footer>Imprint, privacy,
    cookies. <a href=/subscribe>Subscribe</a></footer>"""
META = """<meta property=og:type content=article><meta property=og:title content="Ferry returns">
    <meta property=article:published_time content=2026-03-01T08:00:00Z>"""


def found(html: str, *, listed: bool = True) -> str | None:
    page = ArticlePage(HtmlResponse(URL, body=html.encode(), encoding="utf-8"))
    return obstacle(page, read_article(page), listed=listed)


def page(title: str, main: str, head: str = "", body: str = "") -> str:
    """Give a page of the site, with its header and footer."""
    head = f'<head><meta charset="utf-8"><title>{title}</title>{head}</head>'
    return f"<!doctype html><html>{head}<body {body}>{CHROME % main}</body></html>"


def bare(title: str, body: str, head: str = "", attributes: str = "") -> str:
    """Give a page of a service before the site, which has nothing of the site."""
    head = f"<head><title>{title}</title>{head}</head>"
    return f"<!doctype html><html><!-- -->{head}<body {attributes}>{body}</body></html>"


LATEST = "".join(
    f"<li><a href=/local/{n}><h3>Harbour news number {n}</h3><p>{NEWS}</p></a></li>"
    for n in range(12)
)

SOFT_404 = {
    "WordPress with the latest posts": page(
        "Page not found &#8211; The Daily Tide",
        f"""<main><section class="error-404 not-found"><h1 class=page-title>Oops! That page
        can&rsquo;t be found.</h1><p>It looks like nothing was found at this location. Maybe try
        a search?</p><form role=search><input type=search></form></section>
        <ul>{LATEST}</ul></main>""",
        body='class="error404 wp-theme"',
    ),
    "Drupal, German": page(
        "Die Seite wurde nicht gefunden | Küstenblatt",
        """<div class="region region-content"><h1>Seite nicht gefunden</h1><p>Die angeforderte
        Seite konnte nicht gefunden werden.</p></div>""",
        body='class="path-system page-404"',
    ),
    "heading only, German": page(
        "Küstenblatt",
        """<main><h1>Hoppla, diese Seite gibt es nicht mehr</h1><p>Vielleicht hilft die Suche
        weiter, oder Sie beginnen auf der Startseite von vorn.</p></main>""",
    ),
    "French, removed": page(
        "L’Estran, le journal de la côte",
        """<main><h1>Cet article n’est plus disponible</h1><p>Le lien que vous avez suivi est
        peut-être ancien, ou le contenu a été retiré à la demande de sa rédaction. Nous vous
        invitons à revenir à la une du journal.</p></main>""",
    ),
    "Spanish, big number": page(
        "El Muelle Diario",
        """<div class=wrapper><div class=num>404</div><h2>La página que buscas no existe</h2>
        <p>Puede que haya cambiado de dirección. Vuelve a la portada para ver lo
        último.</p></div>""",
    ),
    "Polish, article taken down": page(
        "Kurier Portowy",
        """<main><h1>Ten artykuł został usunięty</h1><p>Przepraszamy, tekst, którego szukasz, nie
        jest już u nas dostępny. Zajrzyj na stronę główną.</p></main>""",
    ),
    "Russian": page(
        "Вестник Гавани",
        """<div class=error-page><h1>Такой страницы нет</h1><p>Возможно, она была удалена или
        адрес набран с ошибкой. Попробуйте найти нужное через поиск по сайту.</p></div>""",
    ),
    "Arabic": page(
        "جريدة الميناء",
        """<main><h1>عذراً، الصفحة التي تبحث عنها غير موجودة</h1><p>ربما نُقلت الصفحة أو تغير
        عنوانها، يمكنك العودة إلى الواجهة أو استعمال البحث.</p></main>""",
    ),
    "Japanese, end of publication": page(
        "灯台新聞デジタル",
        """<main><h1>この記事は公開を終了しました</h1><p>掲載期間が過ぎたか、記事が削除された可能性
        があります。トップページからお探しください。</p></main>""",
    ),
    "Italian with an apology": page(
        "Il Molo - notizie dal porto",
        """<main><h1>Spiacenti, la pagina che cerchi non esiste</h1><p>Forse è stata spostata, o
        l’indirizzo contiene un errore. Prova dalla prima pagina.</p></main>""",
    ),
}

CONSENT = {
    "wall of its own, English": bare(
        "Before you continue",
        """<h1>Before you go on to The Daily Tide</h1><p>We use cookies to keep our pages running
        and to measure how they are read. If you agree we also use them for advertising.</p>
        <button>Accept all</button><button>Reject all</button><button>More options</button>""",
    ),
    "pay or accept, German": bare(
        "Küstenblatt",
        """<div id=consent><h1>Lesen Sie mit Werbung oder mit dem Pur-Abo</h1><p>Mit Ihrer
        Einwilligung nutzen wir und unsere 184 Partner Cookies, um Werbung auszuspielen und zu
        messen. Ihre Zustimmung können Sie jederzeit widerrufen.</p><button>Alle
        akzeptieren</button><a>Pur-Abo für 2 Euro im Monat</a></div>""",
    ),
    "under the article's address and metadata": page(
        "Ferry returns",
        """<div class=message-component id=sp_message_container_81><p>We and our 623 partners
        store information on your device, such as cookies, and process personal data to select
        advertising and to learn about readers.</p><p>You may accept or manage your choices, and
        withdraw consent at any time in the settings.</p><button>Accept</button></div>""",
        META,
    ),
    "French, accept or subscribe": bare(
        "Bienvenue sur L’Estran",
        """<div id=didomi-host><h2>Votre vie privée</h2><p>Avec votre accord, nous et nos 210
        partenaires déposons des cookies pour mesurer l’audience et personnaliser la publicité.
        Vous pouvez accepter, refuser ou vous abonner.</p><button>Tout accepter</button>
        <button>Continuer sans accepter</button></div>""",
    ),
    "Spanish, cookies or pay": bare(
        "El Muelle Diario",
        """<main><h1>Para seguir leyendo, elige</h1><p>Nosotros y nuestros 95 socios usamos
        cookies para mostrar publicidad y medir su resultado.</p><button>Aceptar y continuar
        </button><button>Rechazar y suscribirse</button></main>""",
    ),
    "Polish": bare(
        "Kurier Portowy",
        """<div class=rodo-wall><p>Dbamy o Twoją prywatność. My i nasi zaufani partnerzy
        przechowujemy na urządzeniu pliki cookie i przetwarzamy dane w celach reklamowych. Twoja
        zgoda jest dobrowolna.</p><button>Akceptuję i przechodzę do serwisu</button></div>""",
    ),
    "Italian": bare(
        "Il Molo",
        """<div id=iubenda><h1>La tua privacy</h1><p>Noi e i nostri partner usiamo cookie e
        tecnologie simili per annunci personalizzati. Con il tuo consenso il sito resta
        gratuito.</p><button>Accetta e continua</button>
        <button>Rifiuta e abbonati</button></div>""",
    ),
    "Portuguese": bare(
        "Diário do Cais",
        """<main><h1>Aviso de privacidade</h1><p>Nós e os nossos parceiros usamos cookies para
        personalizar anúncios e medir a leitura. Pode aceitar ou gerir as suas escolhas.</p>
        <button>Aceitar tudo</button><button>Gerir opções</button></main>""",
    ),
    "Japanese": bare(
        "灯台新聞",
        """<main><h1>プライバシーに関するお知らせ</h1><p>当社とパートナー企業は、広告の表示と計測の
        ためにCookieを使用します。続けるには同意が必要です。</p><button>同意する</button>
        <button>設定を管理</button></main>""",
    ),
    "long list of purposes": page(
        "The Daily Tide",
        f"""<div class="qc-cmp2-container"><h2>We value your privacy</h2><p>We and our partners
        store and access information on a device, such as cookies, and process personal data,
        such as unique identifiers.</p>{
            "<p>Purpose: measure how advertising performs and how long a page is looked at, and "
            "combine this with what other sources tell about the same reader or household.</p>" * 6
        }<button>Agree to all</button><button>Disagree</button></div>""",
    ),
}

FORM = """<form action=/session method=post><input type=email name=mail><input type=password
    name=word><button>%s</button></form>"""
LOGIN = {
    "English title": page("Log in | The Daily Tide", "<h1>Welcome back</h1>" + FORM % "Go on"),
    "heading of the form": page(
        "The Daily Tide",
        f"<main><h1>Sign in to continue</h1>{FORM % 'Sign in'}<p>New here? Create an account. "
        "Forgotten your word? We will send you another one.</p></main>",
    ),
    "WordPress": bare(
        "Log In &lsaquo; The Daily Tide &#8212; WordPress",
        "<div id=login><h1>Powered by the port</h1>" + FORM % "Log In" + "</div>",
        attributes='class="login login-action-login"',
    ),
    "German, free registration": page(
        "Küstenblatt",
        f"""<main><h1>Jetzt anmelden und weiterlesen</h1><p>Dieser Text ist nur für angemeldete
        Leserinnen und Leser zu sehen. Die Anmeldung kostet nichts.</p>
        {FORM % "Anmelden"}</main>""",
    ),
    "French": page(
        "L’Estran - Identification",
        f"<main><h2>Connectez-vous à votre compte</h2>{FORM % 'Se connecter'}</main>",
    ),
    "Spanish": page(
        "El Muelle Diario",
        f"""<main><h1>Inicia sesión para leer esta noticia</h1>{FORM % "Entrar"}<p>¿Aún no tienes
        cuenta? Regístrate gratis.</p></main>""",
    ),
    "Polish": page(
        "Kurier Portowy",
        f"""<main><h1>Zaloguj się lub załóż konto</h1><p>Aby przeczytać ten tekst, podaj adres i
        hasło.</p>{FORM % "Zaloguj się"}</main>""",
    ),
    "Russian": page(
        "Вход на сайт — Вестник Гавани",
        f"<main><h1>Личный кабинет</h1>{FORM % 'Войти'}</main>",
    ),
    "Japanese, member page": page(
        "会員ログイン｜灯台新聞",
        f"<main><h1>会員の方はこちら</h1>{FORM % 'ログイン'}</main>",
    ),
    "Arabic, button alone": page(
        "جريدة الميناء",
        f"""<main><h1>مرحباً بعودتك</h1>{FORM % "تسجيل الدخول"}
        <p>ليس لديك حساب؟ أنشئ حساباً.</p></main>""",
    ),
}

CAPTCHA = {
    "Cloudflare, waiting": bare(
        "Just a moment...",
        """<div class=main-wrapper><noscript><span>Enable JavaScript and cookies to continue</span>
        </noscript></div><script>window._cf_chl_opt={cType:'managed'};</script>""",
        "<meta http-equiv=refresh content=390>",
    ),
    "Cloudflare, blocked": bare(
        "Attention Required! | Cloudflare",
        """<h1 data-translate=block_headline>Sorry, you have been blocked</h1><h2>You are unable to
        access tide.example</h2><p>This website guards itself against attacks. What you did set
        off its guard.</p><p>Ray ID: 8f00aa11bb</p>""",
    ),
    "Cloudflare, Polish waiting page": bare(
        "Cierpliwości...",
        """<h1>tide.example</h1><p>Sprawdzamy, czy połączenie jest bezpieczne.</p>
        <script>(function(){window._cf_chl_opt={cvId:'3'};})();</script>""",
    ),
    "DataDome": bare(
        "tide.example",
        """<p id=cmsg>Please enable JS and disable any ad blocker</p><script
        data-cfasync=false>var dd={'rt':'c','cid':'AHrlq','hsh':'00','t':'bv','s':1}</script>
        <script src=https://ct.captcha-delivery.example/c.js></script>""",
    ),
    "hCaptcha": bare(
        "Küstenblatt",
        """<h1>Einen Augenblick bitte</h1><p>Wir möchten sichergehen, dass ein Mensch diese Seite
        aufruft.</p><form><div class=h-captcha data-sitekey=0></div></form>""",
    ),
    "PerimeterX": bare(
        "Access to this page has been denied",
        """<h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1><div
        id=px-captcha></div><p>Reference ID 77aa-11</p>""",
    ),
    "Imperva": bare(
        "",
        """<iframe id=main-iframe src="/_Incapsula_Resource?CWUDNSAI=9&incident_id=1">Request
        unsuccessful. Incident ID: 12-34</iframe>""",
        "<meta name=robots content=noindex,nofollow>",
    ),
    "reCAPTCHA, Spanish": page(
        "El Muelle Diario",
        """<main><h1>Comprueba que no eres un robot</h1><p>Hemos visto demasiadas visitas desde tu
        red.</p><form><div class=g-recaptcha data-sitekey=0></div></form></main>""",
    ),
    "Russian": bare(
        "Вы не робот?",
        """<div class=CheckboxCaptcha><p>Подтвердите, что запросы отправляли вы, а не робот.</p>
        <input type=submit value="Я не робот"></div>""",
    ),
    "Japanese": bare(
        "アクセスの確認",
        """<p>お客様のネットワークから通常と異なるアクセスがありました。画像認証を行ってください。
        </p><form action=/captcha/check><img src=/captcha.png></form>""",
    ),
}

APP = "<script src=/static/js/main.3f2a.js></script>"
NEEDS_JAVASCRIPT = {
    "React": bare(
        "The Daily Tide",
        f"""<noscript>You need to enable JavaScript to run this app.</noscript>
        <div id=root></div>{APP}""",
    ),
    "Vue": bare(
        "tide",
        f"""<noscript><strong>We're sorry but tide doesn't work properly without JavaScript
        enabled. Please enable it to continue.</strong></noscript><div id=app></div>{APP}""",
    ),
    "shell without a word": bare("The Daily Tide", f"<div id=__next></div>{APP}"),
    "shell with the article's metadata": bare("Ferry returns", f"<app-root></app-root>{APP}", META),
    "sentence in view, English": page(
        "The Daily Tide",
        f"""<main><h1>JavaScript is disabled</h1><p>Our articles are put together in your browser.
        Switch JavaScript on in its settings and load the page again.</p></main>{APP}""",
    ),
    "German": bare(
        "Küstenblatt",
        f"<p>Bitte aktivieren Sie JavaScript, um diese Seite zu nutzen.</p><div id=app></div>{APP}",
    ),
    "French": bare(
        "L’Estran",
        f"""<noscript>Pour lire le journal, vous devez activer JavaScript.</noscript>
        <div id=app><div class=spinner></div></div>{APP}""",
    ),
    "Spanish": bare(
        "El Muelle", f"<div class=aviso>Activa JavaScript para ver esta página.</div>{APP}"
    ),
    "Russian": bare(
        "Вестник Гавани", f"<div>Для работы сайта включите JavaScript в браузере.</div>{APP}"
    ),
    "Japanese": bare(
        "灯台新聞", f"<p>このサイトを見るにはJavaScriptを有効にしてください。</p>{APP}"
    ),
}

EMPTY = {
    "no byte": "",
    "blanks": " \n\n ",
    "a mark of byte order": "\ufeff",
    "tags only": "<html><head></head><body></body></html>",
    "title only": bare("The Daily Tide", ""),
    "comments": "<!-- cache miss --><!-- rendered in 0 ms -->",
    "a pixel": bare("", "<img src=/pixel.gif width=1 height=1 alt=''>"),
    "empty containers": bare("Tide", "<div id=page><main><article></article></main></div>"),
    "a tag that counts": bare("Tide", "<script>window.dataLayer=[];</script>"),
    "a declaration": '<?xml version="1.0"?><!doctype html>',
}


def teaser(wall: str, head: str = "", words: int = 3) -> str:
    main = f"<main><article><h1>Ferry returns</h1><p>{NEWS * words}</p>{wall}</article></main>"
    return page("Ferry returns", main, META + head)


def json_ld(**fields: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Ferry returns"}
    return f"<script type=application/ld+json>{json.dumps({**data, **fields})}</script>"


PART = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".locked"}
PAID = {
    "Piano with schema": teaser(
        "<div class=tp-container-inner id=piano-inline></div>", json_ld(isAccessibleForFree=False)
    ),
    "flag as text, locked part": teaser(
        "<div class=locked></div><p>Subscribe to go on.</p>",
        json_ld(isAccessibleForFree="False", hasPart=PART),
    ),
    "flag on the part alone": teaser(
        "<div class=locked><p>For subscribers.</p></div>", json_ld(hasPart=[PART])
    ),
    "Poool, French": teaser(
        "<div id=poool-widget></div><p>La suite est réservée aux abonnés.</p>",
        json_ld(isAccessibleForFree=False),
    ),
    "Leaky, metered, no schema": teaser(
        """<div id=leaky_paywall_message>You have reached your limit of free articles this month.
        Subscribe to continue reading.</div>"""
    ),
    "German": teaser(
        "<div class=offer>Weiterlesen mit Küstenblatt Plus: Jetzt Abo abschließen.</div>"
        "<p>Sie möchten diesen Artikel weiterlesen? Jetzt Abo testen.</p>"
    ),
    "Spanish": teaser("<section class=muro>Contenido exclusivo para suscriptores</section>"),
    "Polish": teaser("<div class=blok>Dalsza część artykułu dostępna dla prenumeratorów</div>"),
    "Japanese": teaser("<div class=lock>この記事は有料会員限定です。残り1,240文字</div>", words=1),
    "Portuguese, tier": teaser(
        "<div>Conteúdo exclusivo para assinantes</div>",
        "<meta property=article:content_tier content=locked>",
    ),
}

KINDS = {
    "soft_404": SOFT_404,
    "consent_wall": CONSENT,
    "login_wall": LOGIN,
    "captcha": CAPTCHA,
    "needs_javascript": NEEDS_JAVASCRIPT,
    "empty_page": EMPTY,
    "paywalled_teaser": PAID,
}
CASES = [(kind, name) for kind, pages in KINDS.items() for name in pages]


@pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind}, {name}" for kind, name in CASES])
def test_what_stands_in_place_of_an_article_is_told(kind: str, name: str) -> None:
    assert found(KINDS[kind][name]) == kind
    assert found(KINDS[kind][name], listed=False) == kind


# Good articles


SAVED = {
    json.loads(line)["url"]: json.loads(line)
    for file in sorted((PROJECT_ROOT / "fixtures" / "expected").glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
}


def saved_page(url: str) -> ArticlePage:
    """Read a page of the fixture world."""
    path = PROJECT_ROOT / "fixtures" / "world" / unquote(url.partition("://")[2])
    file = path / "index.html" if path.is_dir() else path
    sidecar = file.with_name(f"{file.name}.http.json")
    headers = json.loads(sidecar.read_text(encoding="utf-8"))["headers"] if sidecar.exists() else {}
    return ArticlePage(HtmlResponse(url, body=file.read_bytes(), headers=headers))


@pytest.mark.parametrize("url", SAVED)
def test_a_good_article_is_not_flagged(url: str) -> None:
    good = saved_page(url)
    assert obstacle(good, read_article(good)) is None
