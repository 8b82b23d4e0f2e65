"""The words by which pages of many languages name their parts."""

from __future__ import annotations

import re

# Words before a series' name that say what it is, in the languages of the publishers met.
SERIES_LABEL = re.compile(
    r"^(?:(?:part|teil) of(?: the series)?|(?:this|the) (?:series|topic)|series|serie|serien|"
    r"topic|thema|dossier|storyline|trend|special report|temat|tema|sujet|argomento|ملف|سلسلة|"
    r"сюжет|тема|特集|連載|이슈)\s*[:：]\s*",
    re.IGNORECASE,
)
# Paths under which publishers of many languages keep a storyline.
SERIES_PATH = re.compile(
    r"/(?:series|serie|serien|storyline|story-?lines?|dossiers?|trends?|topics?|themen?|temas?|"
    r"thema|sujets?|argomenti|tematy?|milaf|malaf|special-?reports?|in-?depth)/[^/?#]+",
    re.IGNORECASE,
)
SERIES_CLASS = re.compile(
    r"(?:^|[-_\s])(?:series|storyline|dossier|story-?topic)(?:$|[-_\s])", re.IGNORECASE
)
RELATED_CLASS = re.compile(
    r"(?:^|[-_\s])(?:related|relacionad[ao]s?|verwandte|mehr-zum-thema|more-on|meme-sujet|"
    r"powiazane|correlati)(?:$|[-_\s])",
    re.IGNORECASE,
)
READ_MORE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:read-?(?:more|also)|see-?also|lire-aussi|lesen-sie-auch|"
    r"(?:lea|lee)-tambien|leggi-anche|czytaj-(?:tez|takze))(?:$|[-_\s])",
    re.IGNORECASE,
)
INJECT_CLASS = re.compile(
    r"(?:^|[-_\s])(?:injects?|inline-(?:article|related|teaser|promo)|embedded-article|"
    r"in-?text-(?:teaser|related))(?:$|[-_\s])",
    re.IGNORECASE,
)
# The words with which a line inside the text sends the reader to another article.
READ_MORE = re.compile(
    r"^\s*[«“\[(]?\s*(?:read (?:more|also|next)|also read|see also|lire aussi|à lire(?: aussi)?|"
    r"lesen sie (?:auch|mehr)|lesen sie dazu(?: auch)?|mehr zum thema|lea? también|lee también|"
    r"te puede interesar|leia (?:mais|também)|leggi anche|lees ook|"
    r"czytaj (?:też|także|również|więcej)|"
    r"zobacz (?:też|także)|les også|läs också|læs også|okuyun|читайте также|"
    r"اقرأ (?:أيضا|أيضًا|المزيد)|あわせて読みたい|関連記事)\s*[»”\])]?\s*[:：|–—-]?\s*",
    re.IGNORECASE,
)
RELATED_HEADING = re.compile(
    r"^(?:related|more on|read (?:more|also|next)|see also|mehr zum thema|lesen sie auch|"
    r"zum thema|lire aussi|à lire|sur le même (?:sujet|thème)|noticias relacionadas|"
    r"lea también|te puede interesar|leggi anche|czytaj (?:też|także|również)|"
    r"zobacz (?:też|także)|powiązane|lees ook|leia (?:mais|também)|по теме|читайте также|"
    r"اقرأ أيضا|مقالات ذات صلة|مواضيع ذات صلة|関連記事|あわせて読みたい|関連ニュース|관련기사)",
    re.IGNORECASE,
)
FURNITURE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:sidebar|side-?column|most-?(?:read|viewed|popular)|popular|trending|latest|"
    r"menu|sitenav|footer|breadcrumbs?)(?:$|[-_\s])",
    re.IGNORECASE,
)
NEXT_WORDS = re.compile(
    r"^(?:next(?: page)?|older(?: \w+)?|more stories|nächste(?: seite)?|weiter|ältere \w+|"
    r"(?:page )?suivante?|plus anciens?|siguiente|anteriores|successiv[ao]|avanti|"
    r"następna(?: strona)?|"
    r"dalej|starsze|volgende|próxima|seguinte|следующая|далее|التالي|الصفحة التالية|次へ|"
    r"次のページ|下一页|다음)?\s*[»›>→]*$",
    re.IGNORECASE,
)
ASIDE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:sidebar|most-?read|popular|trending|related|recommended|newsletter|"
    r"menu|nav|footer|breadcrumbs?|share|tags|pagination|pager|promo)(?:$|[-_\s])",
    re.IGNORECASE,
)
BYLINE_START = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|przez|autor(?:ka|in|e)?|tekst|text|автор|بقلم)\b|"
    r".* (?:avec|with|mit) ",
    re.IGNORECASE,
)
# What is left of a line of dates once its `time` elements are taken out.
DATE_LABEL = re.compile(
    r"^(?:(?:last )?updated?(?: on)?|(?:first )?published(?: on)?|aktualisiert(?: am)?|"
    r"veröffentlicht(?: am)?|stand|mis à jour(?: le)?|publié(?: le)?|actualizado|publicado|"
    r"aggiornato|pubblicato|aktualizacja|opublikowano|обновлено|опубликовано)\W*$",
    re.IGNORECASE,
)
HOME = {
    "home", "homepage", "front page", "startseite", "start", "accueil", "inicio", "portada",
    "página inicial", "início", "strona główna", "главная", "الرئيسية", "ホーム", "トップ", "홈",
}  # fmt: skip
# Where a page keeps the standfirst apart from the text.
STANDFIRST = re.compile(
    r"(?:^|[-_\s])(?:standfirst|lead|lede|dek|deck|intro|introduction|chapo|subtitle|"
    r"sub-?head(?:line)?|kicker|overline|sottotitolo|entradilla|bajada|copete|sapo|vorspann|summary|excerpt)"
    r"(?:$|[-_\s])",
    re.IGNORECASE,
)
NOT_FOUND = re.compile(
    r"\b(?:404|page not found|not found|no longer (?:available|exists)|cannot be found|"
    r"can't be found|seite nicht gefunden|nicht gefunden|page introuvable|página no encontrada|"
    r"no encontrad[ao]|pagina non trovata|strona nie (?:istnieje|została znaleziona)|"
    r"pagina niet gevonden|страница не найдена|الصفحة غير موجودة|ページが見つかりません)"
)
CONSENT = re.compile(
    r"\b(?:cookies?|consent|einwilligung|consentement|consentimiento|zgod[aęy]|"
    r"personal data|your privacy|privacy choices|datenschutz|ciasteczk\w+)\b"
)
CONSENT_DEED = re.compile(
    r"\b(?:accept|agree|allow|manage|reject|akzeptieren|zustimmen|accepter|aceptar|accetta|"
    r"akceptuj\w*|continue|einverstanden)\b"
)
LOGIN = re.compile(r"\b(?:log ?in|sign ?in|anmelden|einloggen|se connecter|iniciar sesión)\b")
CAPTCHA = re.compile(r"captcha|are you (?:a )?(?:human|robot)|verify you are human|unusual traffic")
