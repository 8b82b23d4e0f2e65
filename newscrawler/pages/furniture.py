"""Lines that stand between the paragraphs of an article and are no part of it.

Precision comes first: a line goes only where it is a known label, alone or with a headline after
it, or an invitation that no article makes.
"""

from __future__ import annotations

import re

from newscrawler.normalise.text import fold
from newscrawler.pages.vocabulary import READ_MORE

# What follows a label is at most a headline or two, an invitation a short paragraph.
MAX_LABELLED = 220
MAX_INVITATION = 420
MAX_CREDIT = 110
# Folding takes time, and leaves no quarter of so much that it would be an invitation.
_LONGEST = 4 * MAX_INVITATION

# Labels of links to other articles, by language. Each may stand alone, or before a headline
# that a colon or other mark sets off, or that is a link like the label.
_LABELS = (
    # English
    "read more", "read also", "also read", "read next", "read this next", "see also", "see more",
    "related", "related articles?", "related stories", "related story", "related topics",
    "related coverage", "related content", "related news", "related reading", "related links?",
    "more on this( story| topic)?", "more (stories|news|coverage)", "more for you",
    "must[ -]reads?", "further reading", "don'?t miss", "recommended",
    "recommended (videos?|reading|stories|articles|for you)", "you (may|might) (also )?like",
    "you may also be interested in", "keep reading", "learn more", "watch (now|more|also|live)",
    "watch (the|this|our) (video|full video)", "listen (now|to the podcast)", "click here",
    "in case you missed it", "trending( now)?", "most (read|popular)", "editors?'?s? picks?",
    "up next", "what to read next", "what else to read", "top stories", "latest news",
    # German
    "lesen sie auch( die folgenden beiträge| hier)?", "lesen sie (hier )?(dazu|mehr)( auch)?",
    "lies auch", "auch interessant", "das könnte sie (auch )?interessieren",
    "das könnte dich (auch )?interessieren", "mehr zum thema( auf .{1,40})?", "zum thema",
    "mehr dazu", "mehr themen", "mehr lesen", "weiterlesen", "weitere artikel( zum thema)?",
    "weitere (themen|nachrichten|meldungen|beiträge|informationen)", "passend dazu", "zum artikel",
    "siehe auch", "hintergrund lesen", "empfehlung der redaktion", "empfohlen", "lesetipps?",
    "meistgelesen", "jetzt lesen", "im video", "ähnliche (artikel|beiträge|themen)",
    "verwandte (artikel|beiträge|themen)",
    # French
    "lire aussi", "à lire( aussi| également| ensuite)?", "a lire( aussi| également)",
    "lire (la suite|plus|également)", "voir aussi", "à voir( aussi)?", "à découvrir( aussi)?",
    "sur le même (sujet|thème)", "pour aller plus loin", "en savoir plus", "notre dossier",
    "articles? (similaires?|liés?)", "écouter aussi", "(re)?lire", "ailleurs sur le web",
    # Spanish
    "l[ée]a? (también|además|más|aquí)", "lea( | y )vea", "v[ée]a? (también|además|más)",
    "te puede interesar", "te puede gustar", "le puede interesar", "te recomendamos",
    "puede(s)? leer", "leer más", "lee más", "más (información|noticias|sobre este tema)",
    "noticias? relacionadas?", "(nota|artículo|contenido)s? relacionad[oa]s?", "relacionad[oa]s?",
    "mira también", "mirá también", "ver también", "también te puede interesar",
    "lo más (leído|visto)", "sigue leyendo",
    # Portuguese
    "leia (também|mais|ainda)", "ler (mais|também)", "veja (também|mais|ainda)", "saiba mais",
    "(notícias|matérias|conteúdos|artigos) relacionad[oa]s", "confira também", "mais lidas",
    "pode (também )?interessar", "continue lendo",
    # Italian
    "leggi anche", "leggi (di più|tutto|ancora|pure)", "vedi anche", "guarda (anche|il video)",
    "per approfondire", "approfondimenti?", "potrebbe interessarti( anche)?", "articoli correlati",
    "continua a leggere",
    # Dutch, Danish, Norwegian, Swedish, Finnish, Icelandic
    "lees ook", "lees (meer|verder|hier meer)", "bekijk ook", "zie ook", "meer over dit onderwerp",
    "gerelateerd(e artikelen)?", "læs også", "læs mere", "se også", "les også", "les mer",
    "hør også", "läs (också|även|mer)", "se (även|också)", "mer om (ämnet|saken|dette)",
    "lue (myös|lisää)", "katso myös", "lesa meira", "sjá einnig",
    # Polish, Czech, Slovak, Hungarian, Romanian, Croatian, Slovene, Bulgarian, Greek
    "czytaj (też|także|również|więcej|dalej)", "przeczytaj (też|także|również|więcej)",
    "zobacz (też|także|również|więcej|wideo)", "polecamy( także| również)?", "sprawdź także",
    "čtěte (také|též|více|dále)", "přečtěte si (také|více)", "související( články)?", "více zde",
    "čítajte (aj|tiež|viac)", "prečítajte si (aj|tiež|viac)", "súvisiace( články)?",
    "olvass? (tovább|még)", "ezt is (olvassa el|ajánljuk)", "kapcsolódó( cikkek?)?",
    "cite[șş]te ([șş]i|mai mult(e)?)", "vezi [șş]i", "citi[țţ]i [șş]i", "pročitajte (još|i|više)",
    "preberite (še|tudi)", "вижте (още|също)", "прочетете (още|също)", "още по темата",
    "διαβάστε (επίσης|ακόμα|περισσότερα)", "δείτε (επίσης|ακόμα)", "σχετικά( άρθρα)?",
    # Turkish, Azerbaijani, Indonesian, Malay, Vietnamese, Filipino, Swahili
    "ilgili haber(ler)?", "ayrıca (bakınız|okuyun|oku)", "bunu da oku(yun)?", "devamını oku",
    "baca (juga|selengkapnya|lebih lanjut)", "lihat juga", "simak (juga|video)", "xem thêm",
    "đọc thêm", "tin liên quan", "basahin din", "soma (pia|zaidi)",
    # Russian, Ukrainian, Belarusian, Serbian
    "читайте (также|ещ[её]|далее|подробнее)", "читать (также|далее|ещ[её])",
    "смотрите (также|ещ[её])", "(материалы?|новости) по теме", "по теме", "подробнее( о.{1,40})?",
    "чита(йте|ти) (також|ще|далі|ще за темою)", "дивіться (також|ще)", "чытайце (таксама|яшчэ)",
    "прочитајте (још|и)", "pročitajte i",
    # Arabic, Persian, Hebrew, Urdu
    "[إا]قر[أا] [أا]يض[اًا]+", "[إا]قر[أا] المزيد", "شاهد [أا]يض[اًا]+", "طالع [أا]يض[اًا]+",
    "مواضيع ذات صلة", "[أا]خبار ذات صلة", "ذات صلة", "بیشتر بخوانید", "همچنین بخوانید",
    "مطالب مرتبط", "اخبار مرتبط", "קראו (גם|עוד)", "קרא עוד", "ראו גם", "مزید پڑھیں",
    "یہ بھی پڑھیں",
    # Chinese, Japanese, Korean, Hindi, Bengali, Thai
    "相关(阅读|新闻|报道|文章)", "延伸(阅读|閱讀)", "相關(新聞|報導|文章)",
    "更多(新闻|新聞|内容|內容)", "推荐阅读", "推薦閱讀", "看更多", "続きを読む",
    "関連(記事|ニュース|リンク|キーワード)?", "あわせて読みたい", "おすすめ(情報|記事)?",
    "もっと読む", "관련\\s?(기사|뉴스)", "더\\s?보기", "추천\\s?기사", "यह भी पढ़ें",
    "ये भी पढ़ें", "और पढ़ें", "আরও পড়ুন", "আরো পড়ুন", "อ่าน(เพิ่มเติม|ต่อ|ข่าว)",
)  # fmt: skip

# Labels that articles' own sentences begin with, too: only in capitals, or as a link.
_WEAK_LABELS = (
    "more", "read", "see", "watch", "listen", "video", "photos", "gallery", "live", "explainer",
    "opinion", "analysis", "also", "plus", "lesen", "mehr", "voir", "vidéo", "podcast", "además",
    "leia", "veja", "leggi", "guarda", "lees", "zobacz", "czytaj", "oku", "izle", "читать",
)  # fmt: skip

# Whole lines without a link to anything.
_LINES = (
    "article content", "advertisements?( \\d+)?", "ad", "advertising", "sponsored( content)?",
    "story continues below( this)?( advertisement| ad)?", "article continues below",
    "advertisement.{0,30}story continues below", "continue reading( the main story)?",
    "skip (ad|advertisement|promotion)", "scroll (down )?to continue", "up top", "loading",
    "share( this)?( article| story| post| on .{1,40}| with .{1,40})?", "copy link", "link copied",
    "print( this)?( article| page)?", "e-?mail( this)?( article)?", "bookmark", "save( article)?",
    "comments?( \\(?\\d+\\)?)?", "leave a (comment|reply)", "join the (conversation|discussion)",
    "view comments", "show comments", "be the first to comment", "tags?", "topics?",
    "newsletters?", "subscribe( now| today)?", "sign (in|up)( now| here)?", "log ?in",
    "follow( us)?", "follow (us )?on .{1,40}", "back to top", "image", "images?", "photo",
    "play video", "playback.{1,40}", "getty images", "reuse (this )?content", "anzeige", "werbung",
    "artikel (teilen|merken|drucken|anhören|verschenken)", "teilen( mit)?", "drucken",
    "kommentare?( \\(?\\d+\\)?)?", "kommentieren", "zur startseite", "nach oben",
    "jetzt (abonnieren|anmelden|registrieren|testen)", "abonnieren", "schlagwörter", "themen",
    "\\d+ (minuten|min\\.?) lesezeit", "\\d+[ -]min(ute)?s? read", "link zum .{1,30}-inhalt",
    "hauptinhalt", "inhalt", "bild anzeigen", "inhaltsverzeichnis", "externer inhalt",
    "url kopieren", "link kopiert", "publicité", "passer la publicité", "partager( sur .{1,40})?",
    "commentaires?", "imprimer", "s'abonner", "publicidad", "compartir( en .{1,40})?",
    "comentarios?", "temas", "etiquetas", "publicidade", "compartilh(e|ar)( no .{1,40})?",
    "comentários?", "pubblicità", "condividi", "commenti", "advertentie", "delen", "reacties?",
    "annonse?", "del( artikkelen)?", "dela", "reklama?", "udostępnij", "komentarze", "sdílet",
    "reklam", "paylaş", "yorumlar", "реклама", "поделиться", "комментарии", "إعلان", "شارك",
    "التعليقات", "تبلیغات", "广告", "廣告", "分享", "広告", "スクラップ機能.{0,40}", "印刷",
    "シェア", "광고", "공유", "댓글", "기사 url이 복사되었습니다", "完了しました",
    "カテゴリーをフォローする",
)  # fmt: skip

# What NETWORK and OFFER stand for in the invitations.
_NETWORK = (
    "(twitter|facebook|instagram|tiktok|whatsapp|telegram|linkedin|youtube|threads|bluesky|"
    "google|redes sociales|redes sociais)"
)
_OFFER = "(newsletter|e-?mail|inbox|alerts?|updates|briefing|podcast|channel|edition|full story)"

# Invitations that no article's own paragraph makes; searched for in short paragraphs only, each
# where one of the words before it stands, as that takes a tenth of the time.
_INVITATIONS = (
    # newsletters, alerts, applications
    ("sign up|signup|subscribe|register",
     "(^|[.!?] )(sign up|signup|subscribe|register) (to|for|now|here|today)\\b.{0,80}OFFER"),
    ("in your|to your",
     "\\b(get|receive|have)\\b.{0,80}\\b(in|to|into) your (inbox|e-?mail)"),
    ("straight to", "straight to your inbox"),
    ("sign up for", "sign up for (our|free|the) (e-?mails?|newsletter|daily|weekly)"),
    ("daily edition", "daily edition by e-?mail"),
    ("download", "download (our|the) .{0,40}\\bapps?\\b"),
    ("newsletter",
     "newsletter.{0,60}(abonnieren|anmelden|bestellen)|abonnieren sie .{0,60}newsletter"),
    ("newsletter", "mit unserem .{0,20}newsletter|inscrivez-vous .{0,60}newsletter"),
    ("postfach|posteingang", "in (ihr|dein|deinen|ihren) (e-?mail-)?(postfach|posteingang)"),
    ("recevez", "recevez .{0,80}(newsletter|par mail|par e-?mail)"),
    ("suscr", "suscr[íi]b(ete|ase|irse|ite) .{0,80}(bolet[íi]n|newsletter|canal)"),
    ("assine|inscreva-se|cadastre-se",
     "(assine|inscreva-se|cadastre-se) .{0,60}(newsletter|canal|boletim)"),
    ("iscriviti", "iscriviti .{0,60}(newsletter|canale)"),
    ("nieuwsbrief", "(meld je aan|schrijf je in) .{0,60}nieuwsbrief"),
    ("zapisz", "zapisz się .{0,60}newsletter"),
    ("подпис",
     "подпис(аться|ывайтесь|ывайся|уйтесь) на .{0,60}(канал|рассылку|telegram|новости)"),
    ("підписуйтесь", "підписуйтесь на .{0,60}(канал|розсилку)"),
    # following
    ("follow|like|find|join",
     "(^|[.!?] )(follow|like|find|join) .{1,30} (on|at) .{0,40}NETWORK"),
    ("folge|folgt",
     "(^|[.!?] )(folgen sie|folge|folgt) .{1,30} (auf|bei|auch) .{0,40}NETWORK"),
    ("folgst", "folgst du schon .{1,40}"),
    ("suivez", "suivez[- ].{1,30} sur .{0,40}NETWORK"),
    ("síguenos|seguinos|síganos|sigue a", "(síguenos|seguinos|síganos|sigue a .{1,30}) en "),
    ("siga|acompanhe",
     "(^|[.!?] )(siga|acompanhe) .{1,30} (no|nas|pelo) .{0,30}NETWORK"),
    ("seguici", "seguici su "),
    # writing in, paying, legal
    ("got a",
     "got a (news )?(story|tip|news tip)\\b.{0,60}(get in touch|e-?mail|contact|let us know)"),
    ("@",
     "get in touch (with (us|our .{1,30}team)|at|by) .{0,60}@|do you have a story .{0,60}@"),
    ("more stories", "for more stories like this"),
    ("letter to the editor", "submit a letter to the editor"),
    ("comment on", "would you like to comment on this article"),
    ("comment policy", "please read our comment policy"),
    ("comment",
     "what do you think\\?.{0,60}comments|share your (thoughts|views) in the comments"),
    ("closed", "comments? (section )?(is|are) (now )?closed"),
    ("commission",
     "we (may|might) (earn|receive) .{0,40}commission|may earn us a commission"),
    ("rights reserved", "all rights reserved"),
    ("rechte vorbehalten", "alle rechte vorbehalten"),
    ("droits réservés", "tous droits réservés"),
    ("derechos reservados", "todos los derechos reservados"),
    ("無断転載", "無断転載"),
    ("무단", "무단\\s?전재"),
    ("journalism", "support our journalism"),
    ("continue reading", "(sign|log|subscribe|register).{0,40} to continue reading"),
    ("subscribe",
     "already a subscriber|subscribe (now )?to (our|read|continue|the .{1,40}edition)"),
    ("the full", "to (view|read) the full (story|article),? (please )?(subscribe|log in|sign)"),
    ("create an account", "log in or create an account"),
    ("sign up", "sign up \\(it's quick and free\\)"),
    ("javascript", "enable javascript"),
    ("il vous reste", "il vous reste .{1,12} de cet article"),
    ("abonnés", "la suite est réservée aux abonnés|cet article est réservé aux abonnés"),
    ("dieser artikel", "wie hat ihnen dieser artikel gefallen"),
    ("feedback", "senden sie uns ihr feedback"),
    ("ihre meinung", "ihre meinung ist uns wichtig"),
    ("durchschnittliche", "durchschnittliche bewertung"),
    ("有料", "有料会員になると|この記事は有料"),
    ("残り", "残り\\d+文字"),
)  # fmt: skip

_CREDIT = re.compile(
    r"(?:photo|photos|image|images|picture|pic|foto|fotos|bild|bilder|crédits?(?: photo)?|"
    r"photo credit|image source|bildquelle|symbolbild|zdjęcie|fot|фото|صورة|写真|사진|"
    r"图片来源|圖片來源)"
    r"(?: by| von| par| de)?\s?[:：/©|]|(?:©|\(c\)|ⓒ|copyright[ :])",
    re.IGNORECASE,
)
# Who says it: `..., the ministry said.`, `... reported that ...`
_REPORTED = re.compile(
    r"\b(?:said|says|told|tells|wrote|writes|reported|announced|warned|added|according to|"
    r"sagte|sagt|erklärte|teilte|berichtete|schrieb|laut|a déclaré|a dit|a indiqué|selon|"
    r"dijo|afirmó|según|ha detto|secondo|powiedział|powiedziała|сказал|сообщил|заявил)\b",
    re.IGNORECASE,
)
_MARKS = "\"'“”„«»‹›()[]<>|•·▪■►▶▸→➤>*–—-+#:：…. \u3000»【】"
_AFTER_LABEL = r"\s?(?:[:：>»|→–—-]|\.\.\.|…)"


def _any(patterns: tuple[str, ...]) -> str:
    """Join patterns; the letters in them are written as `fold` leaves them."""
    return f"(?:{'|'.join(patterns)})"


_LABEL = re.compile(_any(_LABELS))
_LABELLED = re.compile(_any(_LABELS) + _AFTER_LABEL)
_WEAK = re.compile(f"({_any(_WEAK_LABELS)}){_AFTER_LABEL}")
_LINE = re.compile(_any(_LINES))
_INVITATION = tuple(
    (words.split("|"), re.compile(one.replace("NETWORK", _NETWORK).replace("OFFER", _OFFER)))
    for words, one in _INVITATIONS
)


def is_promo(paragraph: str, links_only: bool = False) -> bool:
    """Tell whether a paragraph is furniture; `links_only` says that all of it is link text."""
    if len(paragraph) > _LONGEST and len(paragraph.strip(_MARKS)) > _LONGEST:
        return False
    # Turkish capital İ folds to an i with a dot above it.
    line = fold(paragraph).replace("i\u0307", "i").strip(_MARKS)
    if len(line) > MAX_INVITATION or _is_reported(paragraph, links_only):
        return False
    return (
        not line
        or _is_label(line, paragraph, links_only)
        or _LINE.fullmatch(line) is not None
        or _is_invitation(line)
        or _is_credit(line, paragraph)
    )


def _is_reported(paragraph: str, links_only: bool) -> bool:
    """Tell a sentence of the article, which somebody says, from a line to the reader."""
    if links_only or READ_MORE.match(paragraph) or not paragraph.endswith((".", "”", '"', "»")):
        return False
    return _REPORTED.search(paragraph) is not None


def _is_label(line: str, paragraph: str, links_only: bool) -> bool:
    if len(line) > MAX_LABELLED:
        return False
    if _LABEL.fullmatch(line) or (links_only and _LABEL.match(line)):
        return True
    if _LABELLED.match(line):
        # A headline has no full stop; what has one is a sentence after an opening word.
        return bool(READ_MORE.match(paragraph)) or not paragraph.rstrip().endswith(".")
    weak = _WEAK.match(line)
    return weak is not None and (links_only or paragraph.lstrip(_MARKS)[: len(weak[1])].isupper())


def _is_invitation(line: str) -> bool:
    for words, invitation in _INVITATION:
        for word in words:
            if word in line:
                if invitation.search(line):
                    return True
                break
    return False


def _is_credit(line: str, paragraph: str) -> bool:
    credit = _CREDIT.match(paragraph.strip("([ "))
    return credit is not None and len(line) <= MAX_CREDIT and not paragraph.rstrip().endswith(".")
