"""The words by which pages of many languages name their parts."""

from __future__ import annotations

import re

from newscrawler.pages.class_names import ClassWords

_in_class = ClassWords.of

# Boxes of keywords by their class, and the keywords that are marked themselves.
TAG_BOX_CLASS = re.compile(
    r"tags|tag-list|taglist|TagList|article-tag|keywords|topics-list|article-topics|articleTopics|"
    r"sujets|mots-cles|tagi|schlagw|etiquetas",
)
TAG_CLASS = re.compile(r"(?:^|\s)tag(?:$|\s)|Tag_tag|tag-like")
TAG_PATHS = (
    "/tag/", "/tags/", "/topic/", "/topics/", "/thema/", "/themen/", "/etiquetas/", "/keyword/",
    "/schlagwort", "/sujet/", "/tema/", "/hashtag/",
)  # fmt: skip
BREADCRUMBS_CLASS = re.compile("bread-?crumb", re.IGNORECASE)
PHOTOS = "self::figure or self::div[contains(@class, 'foto') or contains(@class, 'photo')]"
CAPTIONS = "figcaption, [class*=caption], [class*=podpis], [class*=legende], [class*=leyenda]"
CREDITS = "[class*=credit], [class*=copyright], [class*=zrodlo], [class*=quelle]"

# Words before a series' name that say what it is, in the languages of the publishers met.
SERIES_LABEL = re.compile(
    r"^(?:(?:part|teil) of(?: the series)?|(?:this|the) (?:series|topic)|series|serie|serien|"
    r"topic|thema|dossier|storyline|trend|special report|temat|tema|sujet|argomento|ملف|سلسلة|"
    r"сюжет|тема|特集|連載|이슈)\s*[:：]\s*",
    re.IGNORECASE,
)
# Paths under which publishers of many languages keep a storyline.
_SERIES_FOLDER = (
    r"/(?:series|serie|serien|storyline|story-?lines?|dossiers?|trends?|topics?|themen?|temas?|"
    r"thema|sujets?|argomenti|tematy?|milaf|malaf|special-?reports?|in-?depth)/"
)
SERIES_PATH = re.compile(
    rf"{_SERIES_FOLDER}[^/?#]+/?(?:page[/-]?\d+/?)?(?:[?#].*)?$", re.IGNORECASE
)
SERIES_FOLDER = re.compile(_SERIES_FOLDER)
SERIES_CLASS = _in_class(r"series?|serien|storyline|dossier|story-?topic")
RELATED_CLASS = _in_class(
    r"related|relacionad[ao]s?|verwandte|mehr-zum-thema|more-on|meme-sujet|"
    r"powiazane|correlati"
)
READ_MORE_CLASS = _in_class(
    r"read-?(?:more|also)|see-?also|lire-aussi|lesen-sie-auch|"
    r"(?:lea|lee)-tambien|leggi-anche|czytaj-(?:tez|takze)"
)
INJECT_CLASS = _in_class(
    r"injects?|inline-(?:article|related|teaser|promo)|embedded-article|"
    r"in-?text-(?:teaser|related)"
)
# The words with which a line inside the text sends the reader to another article.
_READ_MORE = (
    "read (?:more|also|next)", "also read", "see also", "lire aussi", "à lire(?: aussi)?",
    "lesen sie (?:auch|mehr)", "lesen sie dazu(?: auch)?", "mehr zum thema", "lea? también",
    "lee también", "te puede interesar", "leia (?:mais|também)", "leggi anche", "lees ook",
    "czytaj (?:też|także|również|więcej)", "zobacz (?:też|także)", "les også", "läs också",
    "læs også", "okuyun", "читайте также", "اقرأ (?:أيضا|أيضًا|المزيد)", "あわせて読みたい",
    "関連記事",
)  # fmt: skip
READ_MORE = re.compile(
    rf"^\s*[«“\[(]?\s*(?:{'|'.join(_READ_MORE)})\s*[»”\])]?\s*[:：|–—-]?\s*", re.IGNORECASE
)
READ_MORE_STARTS = frozenset(words[:2] for words in _READ_MORE)
"""The first two letters of these words: few lines begin with them."""
RELATED_HEADING = re.compile(
    r"^(?:related|more on|read (?:more|also|next)|see also|mehr zum thema|lesen sie auch|"
    r"zum thema|lire aussi|à lire|sur le même (?:sujet|thème)|noticias relacionadas|"
    r"lea también|te puede interesar|leggi anche|czytaj (?:też|także|również)|"
    r"zobacz (?:też|także)|powiązane|lees ook|leia (?:mais|também)|по теме|читайте также|"
    r"اقرأ أيضا|مقالات ذات صلة|مواضيع ذات صلة|関連記事|あわせて読みたい|関連ニュース|관련기사)",
    re.IGNORECASE,
)
FURNITURE_CLASS = _in_class(
    r"sidebar|side-?column|most-?(?:read|viewed|popular)|popular|trending|latest|"
    r"menu|sitenav|(?:site-?|page-?|global-?|main-?)footer|breadcrumbs?"
)
ASIDE_CLASS = _in_class(
    r"sidebar|most-?read|popular|trending|related|recommended|newsletter|"
    r"menu|nav|footer|breadcrumbs?|share|tags|promo"
)
PAGER_BOX_CLASS = _in_class(r"pagination|pager")
COMMENTS_CLASS = _in_class(r"comments?|commentlist|disqus|respond|kommentare?|comentarios|replies")
CALENDAR_CLASS = _in_class(r"calendar|calendario|kalender|datepicker|date-?picker|ui-datepicker")
SLIDES_CLASS = _in_class(
    r"carousel|carrousel|slider|slideshow|slides?|slick|swiper|gallery|galleria|lightbox|"
    r"owl|flexslider|fotorama|diaporama|bildergalerie"
)
# What stands before the headline in one element with it.
KICKER_CLASS = _in_class(
    r"kicker|over-?(?:line|title)|(?:dach|spitz|ober)(?:zeile|marke|titel)|spitz|top-?(?:line|title)|"
    r"roof-?(?:line|title)?|eyebrow|(?:super|supra|pre|sur|sup|sub)-?(?:title|headline|heading|titre)|"
    r"titelzusatz|ante-?titulo|volanta|cintillo|chapeu|occhiello|nadtytul|rubri(?:k|c|que)|"
    r"category|section|ressort|h1-?small|label|badge|flag|tagline|topic|shoulder|vignette|stikktittel"
)
HEADLINE_CLASS = _in_class(r"headline|title|titel|titre|titulo|titolo|hl|main-?title")
# Who wrote, and who paid for, what stands there.
CREDIT_CLASS = _in_class(
    r"authors?|byline|sponsor(?:ed|s)?|advert(?:isement|s|orial)?|ads?|werbung"
)
# Paths of a person, a keyword, an account.
NO_ARTICLE_PATH = re.compile(
    r"/(?:authors?|auth?or(?:es|in)?|auteurs?|autori|people|profiles?|users?|members?|tags?|"
    r"labels?|"
    r"keywords?|hashtag|login|register|signup|abo|subscribe|newsletters?)/",
    re.IGNORECASE,
)
# What is said over a box that stands beside a listing, in lower case.
ASIDE_HEADING = re.compile(
    r"(?:the )?(?:most (?:read|viewed|popular|shared|commented)|top stories|trending|popular|"
    r"editors?['’]? (?:picks?|choice)|sponsored|advertisement|promoted|"
    r"meist ?(?:gelesen|geklickt|kommentiert)|beliebt|anzeige|les plus (?:lus?|vus?|populaires)|"
    r"publicité|lo más (?:leído|visto)|(?:las )?más (?:leídas|vistas)|publicidad|(?:i )?più letti|"
    r"(?:le )?più lette|pubblicità|mais (?:lidas|lidos|vistas)|publicidade|"
    r"najczęściej czytane|najpopularniejsze|reklama|meest gelezen|mest (?:läst|lest|læst)|"
    r"luetuimmat|en çok okunan|самое (?:читаемое|популярное)|популярное|реклама|найпопулярніше|"
    r"الأكثر (?:قراءة|مشاهدة|تداولا)|إعلان|アクセスランキング|人気(?:記事|ランキング)|広告|热门|"
    r"많이 본)"
)
BYLINE_START = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|przez|autor(?:ka|in|e)?|tekst|text|автор|текст|بقلم)\b|"
    r".* (?:avec|with|mit) ",
    re.IGNORECASE,
)
# What is left of a line of dates once its `time` elements are taken out.
_DATED = (
    r"^(?:(?:last )?updated?(?: on)?|(?:first )?published(?: on)?|posted(?: on)?|"
    r"(?:zuletzt )?aktualisiert(?: am)?|"
    r"veröffentlicht(?: am)?|stand|mis à jour(?: le)?|publié(?: le)?|actualizado|publicado|"
    r"aggiornato|pubblicato|aktualizacja|opublikowano|обновлено|опубликовано|atualizado|"
    r"bijgewerkt|gepubliceerd|公開|更新|نشر(?: في)?|تم النشر|آخر تحديث)"
)
DATE_LABEL = re.compile(rf"{_DATED}\W*$", re.IGNORECASE)
DATE_START = re.compile(rf"{_DATED}(?=[\W\d])", re.IGNORECASE)
SENTENCE_END = (".", "!", "?", "…", "”", "»", '"', "。", "！", "？", "」", "؟", "۔")
HOME = {
    "home", "homepage", "front page", "startseite", "start", "accueil", "inicio", "portada",
    "página inicial", "início", "strona główna", "главная", "الرئيسية", "ホーム", "トップ", "홈",
    "home page", "pagina iniziale", "prima pagina", "voorpagina", "hem", "hjem", "forside",
    "etusivu", "anasayfa", "ana sayfa", "главная страница", "الصفحة الرئيسية", "首页", "首頁",
}  # fmt: skip
# Where a page keeps the standfirst apart from the text.
STANDFIRST = _in_class(
    r"standfirst|lead|lede|dek|deck|intro|introduction|chapo|subtitle|"
    r"sub-?head(?:line)?|kicker|overline|sottotitolo|entradilla|bajada|copete|sapo|vorspann|"
    r"summary|excerpt"
)
# The parts of a title, such as `404 | The Daily Tide`; `Peugeot 404` is a car.
_PART = r"(?:^|[|·:-] ?)"
_END = r"(?: ?[|·:!.-]|$)"
_WHAT = r"(?:page|article|story|content|document)"
NOT_FOUND = re.compile(
    rf"{_PART}(?:(?:error|fehler|erreur|errore?|błąd|ошибка|fout|erro) )?404{_END}|"
    r"\b(?:error|fehler|erreur|errore|błąd|ошибка|fout|erro) 404\b|\b404 (?:error|not found)\b|"
    rf"{_PART}(?:nothing |not )found{_END}|"
    rf"\b{_WHAT}(?: you(?:'re| are| have)? \w+(?: for)?)?(?: was| could| can)?"
    rf"(?: not|not|n't)(?: be)? found\b|\b{_WHAT} (?:is )?no longer (?:available|exists)\b|"
    rf"\b{_WHAT} (?:does not|doesn't) exist\b|"
    r"\b(?:seite|artikel|inhalt) (?:wurde |konnte )?nicht gefunden\b|\bpage (?:introuvable|non "
    r"trouvée)\b|\bpágina no encontrada\b|\bno se (?:ha encontrado|encontró) la página\b|"
    r"\bpágina não encontrada\b|\bpagina non trovata\b|\bpagina niet gevonden\b|"
    r"\bstrona nie (?:istnieje|została znaleziona)|\bnie znaleziono strony\b|"
    r"страница не (?:найдена|существует)|الصفحة غير موجودة|لم يتم العثور على الصفحة|"
    r"ページ[がは]見つかりません"
)
# What is missing and the words that say so stand close together, in any order.
_MISSING_WHAT = (
    r"(?:\b(?:page|article|story|content|seite|artikel|beitrag|inhalt|contenu|página|artículo|"
    r"noticia|contenido|pagina|articolo|contenuto|artigo|notícia|conteúdo|strona|strony|artykuł|"
    r"sida|side|страниц[аы]|статья|материал)\b|(?:الصفحة|المقال)|ページ|記事)"
)
_MISSING = (
    r"(?:\b(?:not (?:be )?found|(?:couldn't|could not|can't|cannot) (?:be )?f(?:ind|ound)|"
    r"no longer|(?:does not|doesn't) exist|(?:has been|was) (?:removed|deleted|taken down)|"
    r"nicht (?:mehr )?(?:gefunden|verfügbar|vorhanden)|gibt es (?:leider )?nicht|existiert nicht|"
    r"gelöscht|introuvable|n'existe|n'est plus disponible|a été supprimée?|no existe|"
    r"no (?:se )?(?:ha )?encontr\w+|ya no está disponible|non (?:esiste|trovat[ao])|"
    r"non è più disponibile|não (?:foi )?encontrad[ao]|não existe|não está disponível|"
    r"nie istnieje|nie znaleziono|został[ao]? usunięt[ya]|nie jest już dostępn[ya]|bestaat niet|"
    r"не найден[ао]?|не существует|нет|удал[её]н[ао]?)\b|غير (?:موجود|متاح)|"
    r"見つかりません|存在しません|削除され|公開を終了|掲載を?終了)"
)
MISSING = re.compile(f"{_MISSING_WHAT}.{{0,40}}?{_MISSING}|{_MISSING}.{{0,40}}?{_MISSING_WHAT}")
# How the two systems most used mark their error page.
NOT_FOUND_MARK = "body.error404, body.page-404, body.path-404, section.error-404"
CONSENT = re.compile(
    r"\b(?:cookies?|consent|einwilligung|consentement|consentimiento|consenso|zgod[aęy]|"
    r"toestemming|consentimento|согласие|personal data|your privacy|privacy choices|datenschutz|"
    r"ciasteczk\w+)\b|cookieを|クッキー|ملفات تعريف الارتباط|الكوكيز"
)
CONSENT_DEED = re.compile(
    r"\b(?:accept|agree|allow|manage|reject|akzeptieren|zustimmen|ablehnen|accepter|refuser|"
    r"aceptar|rechazar|accetta|rifiuta|akceptuj\w*|zgadzam|accepteren|aceitar|принять|continue|"
    r"einverstanden)\b|同意|موافق|أوافق|قبول"
)
# Nobody but a consent wall speaks so of itself.
PARTNERS = re.compile(
    r"\b(?:(?:and|with) (?:our|\d+)|und (?:unsere|\d+)|mit unseren|et (?:nos|ses)|"
    r"y (?:nuestros|sus)|e (?:i )?(?:nostri|suoi)|i nasi|e (?:os )?nossos|en onze|и наши)\b"
    r"(?: [\w.,]+){0,2}? (?:partn\w+|partenaires|socios|parceiros|vendors|партн[её]р\w*)|"
    r"نحن وشركا|(?:当社|弊社)(?:と|および|及び)(?:その)?パートナー"
)
# As a command; `Dock workers sign in for shifts` is news.
LOGIN = re.compile(
    rf"{_PART}(?:(?:please |bitte )?(?:log ?in|sign ?in)(?: to (?:read|continue|view|your)\b|"
    rf"{_END})|(?:please |bitte )?(?:anmelden|einloggen)(?: und|{_END})|anmeldung{_END}|"
    r"(?:se connecter|connectez-vous|connexion|iniciar sesión|inicia sesión|accedi|zaloguj się|"
    r"logowanie|inloggen|iniciar sessão|faça login|войти|вход|авторизация|تسجيل الدخول|ログイン)"
    rf"(?:,? (?:pour|para|per|aby|lub|om|чтобы)\b|{_END}))|"
    rf"{_PART}(?:log in ‹|jetzt anmelden|connectez-vous à votre compte|вход на сайт|"
    r"личный кабинет|会員ログイン|register (?:for free )?to (?:keep|continue|go on)\b)"
)
BUTTONS = "button, [type=submit], [role=button], [class*=button], [class*=btn]"
# What only a challenge says: footers say that a form is protected by reCAPTCHA.
CAPTCHA = re.compile(
    rf"{_PART}(?:captcha|just a moment(?:\.\.\.|…)?|security check|access denied){_END}|"
    r"\b(?:solve|complete|enter|fill in) (?:the |this |a )?captcha\b|"
    r"\bare you (?:a )?(?:human|robot)\b|\bverify (?:that )?you are (?:a )?human\b|"
    r"\bunusual traffic\b|\bchecking your browser\b|\bi'?a?m not a robot\b|"
    r"\bich bin kein roboter\b|\bje ne suis pas un robot\b|\bno soy un robot\b|"
    r"\bnon sono un robot\b|\bnie jestem robotem\b|\bnão sou um robô\b|\bik ben geen robot\b|"
    r"(?:я|вы|а) не робот|لست روبوت|ロボットで(?:はありません|はない)|"
    r"画像認証を|"
    r"^pardon our interruption\b|\b(?:think|thought) you (?:a|we)re a bot\b|"
    r"^attention required!|\byou have been blocked\b|\baccess to this page has been denied\b|"
    r"\bpress & hold\b|\byou(?:'re| are) (?:a human and )?not a (?:ro)?bot\b|^human verification\b|"
    r"\bque no eres un robot\b|\bque vous n'êtes pas un robot\b|\bdass sie kein roboter sind\b"
)
CAPTCHA_MARK = (
    "#px-captcha, #challenge-form, .h-captcha, .g-recaptcha, .cf-turnstile, .frc-captcha,"
    " iframe[src*=_Incapsula_Resource], form[action*=captcha], script[src*=captcha-delivery]"
)
# What the scripts of challenges set, and the scripts on the pages behind them do not.
CAPTCHA_SCRIPT = re.compile(r"\b_cf_chl_opt\b|\bvar dd ?= ?\{ ?'rt'|\bgokuProps\b")
NEEDS_JAVASCRIPT = re.compile(
    r"\b(?:enable|activate|turn on|requires?|without) (?:java ?script|js)\b|"
    r"\bjava ?script (?:is|must be|to be)? ?(?:disabled|required|enabled|turned off|not enabled)\b|"
    r"\baktivieren sie (?:bitte )?javascript\b|\bjavascript (?:ist deaktiviert|aktivieren)\b|"
    r"\bactive[rz] javascript\b|\b(?:activa|activar|activ[ae]|habilit[ae]|habilitar|ative) "
    r"(?:el |o )?javascript\b|\b(?:abilita|attiva)(?:re)? javascript\b|"
    r"\bwłącz(?:yć)? (?:obsługę )?javascript|включи(?:те|ть) javascript|"
    r"(?:تفعيل|فعّ?ل) (?:ال)?(?:javascript|جافا)|javascriptを有効"
)
# On a page with hardly another word.
JAVASCRIPT = re.compile(r"java ?script|جافا ?سكر[يب]")
# Where the frameworks most used build their page, or what may build it.
APP_MARK = "#root, #app, #__next, #__nuxt, #___gatsby, app-root, [ng-app], body script[src]"
PAYWALL_MARK = (
    "[class*=paywall], [id*=paywall], [class*=premium-wall], [class*=subscribe-wall],"
    " [class*=subscription-wall], [class*=piano-offer], [class*=tp-modal], [class*=regwall],"
    " .tp-container-inner, [id*=piano-], [id*=poool], [class*=poool]"
)
# What stands at the end of a teaser; `for subscribers` alone is a label of other articles, too.
PAYWALL = re.compile(
    r"\bto (?:continue|keep) reading\b|\blimit of free articles\b|\bread the rest of this "
    r"(?:article|story)\b|\bthis (?:article|story|content) is (?:only )?for (?:our )?subscribers\b|"
    r"\bdiesen (?:artikel|beitrag|text) weiterlesen\b|\bweiterlesen mit\b|"
    r"\bla suite (?:de cet article )?est réservée\b|\bcet article est réservé\b|"
    r"\bcontenido exclusivo para suscriptores\b|\bpara seguir leyendo\b|"
    r"\bconteúdo exclusivo para assinantes\b|\bpara continuar (?:a ler|lendo)\b|"
    r"\bcontenuto riservato agli abbonati\b|\bper continuare a leggere\b|"
    r"\bdalsza część (?:\w+ )?(?:jest )?dostępna dla\b|\bpozostało (?:jeszcze )?\d+ ?%|"
    r"чтобы (?:читать дальше|продолжить чтение)|доступно только подписчикам|"
    r"لمتابعة القراءة|للمشتركين فقط|有料会員限定|残り ?[\d,]+ ?文字|この続きは|"
    r"\b(?:all|last) (?:of )?your free (?:articles|stories)\b|"
    r"\b(?:article|contenu) réservé aux abonnés|"
    r"\b(?:artículo|noticia|contenido|artigo|notícia|conteúdo|articolo|contenuto|artikel|text|"
    r"beitrag|"
    r"artykuł|tekst)\b[^.]{0,30}\b(?:suscriptores|assinantes|abbonati|abonnent\w*|"
    r"prenumerator\w+)\b"
)
# Enough below a text of which the page itself says that it is not free.
SUBSCRIBER = re.compile(
    r"\b(?:abo\b|abonn|subscri|s[ou]scri|assinant|prenumer|subskry|abbonat|подписч|подписк)|"
    r"مشترك|اشتراك|会員|購読"
)
