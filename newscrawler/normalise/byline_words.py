"""The words of bylines that are not part of a name, in the languages of the news."""

from __future__ import annotations

import re

_LABELS = (
    r"(?:posted|written|published|reported|created|compiled|edited|words|story|text|news)\s+by|(?:\w+\s+){0,3}by",
    r"(?:ein[e]?\s+)?(?:beitrag|rezept|artikel|analyse|kommentar|gastbeitrag|interview|essay|kolumne)\s+von",
    r"(?:erstellt|geschrieben|veröffentlicht|verfasst)\s+von|ein\s+beitrag\s+von",
    r"(?:escrito|publicado|redactado)\s+por|escribe|por",
    r"(?:[\w-]+\s+){0,3}recueillis?\s+par|(?:écrit|publié|rédigé)\s+par|par",
    r"(?:scritto|pubblicato|a\s+cura)\s+d[ia]|przez|door|skrevet\s+a[vf]|av|af|oleh|írta",
)
_LABELS_WITH_COLON = (
    r"authors?|autor(?:in|innen|en|e|i)?|auteure?s?|autrice|autor(?:a|es|as)|text|texte|texto|testo|tekst|report",
    r"von|di|redaktion|автор[ы]?|текст|penulis|autorka|autoři|написал[а]?|yazan|haber|forfatter|tekijä|författare|szerző",
    r"written\s+by|by|από|του|της",
)
# What stands before a name, always ("By") or with a colon ("Author:").
LABEL = re.compile(
    rf"""^(?:(?:{"|".join(_LABELS)})(?:\s*[:：]\s*|\s+)
    |(?:{"|".join(_LABELS_WITH_COLON)})\s*[:：]\s*
    |(?:بقلم|كتبت?|تقرير)\s*[:：]?\s+
    |(?:取材・)?(?:文|作者|撰文|執筆|记者|記者|本报记者|本報記者)\s*[／/:：=＝・|丨]?\s*)""",
    re.IGNORECASE | re.VERBOSE,
)
# These also begin surnames.
LABEL_OR_NAME = re.compile(r"(?:von|di|da)\s+(?:unsere[rm]\s+)?", re.IGNORECASE)
CONJUNCTION = re.compile(
    r"(\s+(?:and|und|et|y|e|i|en|og|och|ve|и|та|și|si|és|ja|dan|and\s+by|with|&|\+|و)\s+)",
    re.IGNORECASE,
)
PARTICLES = frozenset(
    (
        *("von", "van", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du"),
        *("la", "le", "el", "al", "bin", "ibn", "af", "av", "zu", "zur", "y", "e", "i", "ter"),
        *("ten", "los", "las"),
    )
)
_ROLES = (
    r"correspondent|reporter|editor|writer|journalist|columnist|contributor|photographer|producer",
    r"analyst|director|professor|researcher|chief|head\s+of|bureau|staff\s+writer|anchor",
    r"\w*korrespondent(?:in)?|\w*redakteur(?:in)?|mitglied|leiter(?:in)?|chefredakteur(?:in)?|journalistin|autorin|reporterin",
    r"volontär(?:in)?|corresponsal|periodista|redactor[a]?|enviad[oa]|correspondante?|journaliste",
    r"envoyée?|chercheu(?:r|se)|directeur|directrice|inviat[oa]|corrispondente|giornalista",
    r"redaktør|journalista|jornalista|repórter|redator[a]?|dziennikar(?:z|ka)|muhabir[i]?",
    r"корреспондент|обозреватель|журналист(?:ка)?|редактор|кореспондент|即時報導|报道|報導",
)
ROLE = re.compile(
    rf"(?<!\w)(?:(?:senior|chief|staff|special|deputy|political|foreign|sports?|lifestyle)\s+)*"
    rf"(?:{'|'.join(_ROLES)})(?!\w)",
    re.IGNORECASE,
)
# "Reporter" after a Korean name, and "and one other".
KOREAN_ROLE = re.compile(r"\s?(?:기자|특파원|논설위원)(?:\s.*)?$")
# What is left before a date that is cut off a byline.
DATE_LABEL = re.compile(
    r"""[\s,.:;|/–—-]+(?:(?:publié|mis\s+à\s+jour|publicado|actualizado|pubblicato|veröffentlicht
    |aktualisiert|published|updated|posted|опубликовано)\b[\s:]*)?(?:on|at|am|um|le|el|il|em|den)?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
# Who worked on the text after its authors.
NOT_AUTHORS = re.compile(
    r"(?<=\w)[\s.,;|(/-]+(?:(?:edited|translated|reviewed|photos?|photography)\s+by\b"
    r"|(?:published|posted|updated)\b|(?:quelle|source|datum|date|fotos?|photos?|bild(?:er)?)\s?:"
    r").*$",
    re.IGNORECASE,
)
# "Jane Doe in Caracas", "Jane Doe for The Daily Tide"
WHEREABOUTS = re.compile(
    r"^(\S+\s+\S.*?)\s+(?:in|aus|from|for|für|at|en|à|à|dans|via|desde|da)\s+[A-ZÀ-ÞА-Я].*$"
)
# Compared after folding: lower case, straight hyphens.
DESK = re.compile(
    r"""(?<!\w)(?:staff|editorial(?:\s+board)?|redaktion(?:en)?|redaktionen|redacción|redaccion|redação
    |redacao|rédaction|redazione|redactie|redakcja|redakce|redaksi|redaksjonen|toimitus|szerkesztőség
    |редакция|редакції|редакція|التحرير|編集部|编辑部|編輯部|편집국|agencies|agenturen|agencias|agences
    |agenzie|agências|newsroom|newsdesk|desk|team|editors|online|news|press|presse|prensa|tv|radio
    |magazine|zeitung|bureau|wire|services?|contributors|correspondents?|reporters?|network|media
    |gmbh|inc|ltd|llc|e\.\s?v|stiftung|foundation|institut[eo]?|university|universität|universidad
    |ministry|ministerium|ministerio|verband|bundesverband|council|association|polizei|police
    |rundfunk|volksblatt|red|ard|bbc|cnn|mdr|ndr|nhk|orf|rbb|srf|swr|wdr|zdf)(?!\w)""",
    re.VERBOSE,
)
PLACEHOLDERS = frozenset(
    (
        *("admin", "administrator", "administrador", "adm", "root", "superuser", "system", "test"),
        *("user", "username", "guest", "visitor", "author", "authors", "autor", "auteur", "autore"),
        *("editor", "publisher", "webmaster", "unknown", "unbekannt", "anonymous", "anonym"),
        *("anónimo", "anonyme", "anonimo", "none", "null", "nil", "undefined", "nan", "n/a", "na"),
        *("default", "name", "your name", "author name", "meta name author", "follow author"),
        *(
            "wordpress",
            "wp",
            "wpadmin",
            "wp admin",
            "wordpressadmin",
            "webadmin",
            "siteadmin",
            "adminwp",
            "by",
            "von",
            "por",
            "par",
            "автор",
            "админ",
            "admin admin",
        ),
        *("no author", "not specified", "web master", "site admin", "website", "support"),
    )
)
