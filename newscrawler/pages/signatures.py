"""The words and marks by which pages of many languages say who wrote."""

from __future__ import annotations

import re

# What signs an article by its class, wherever it stands; and the box about who wrote it.
BYLINE_CLASS = re.compile(
    r"by-?line|author-?_{0,2}name|(?:article|post|entry|story|meta)[-_]{0,2}author\b|articleAuthor|"
    r"(?:^|[\s_-])(?:authors?|autor(?:en|in)?|auteurs?|writer(?:-name)?|verfasser|user-?_{0,2}name|"
    r"redakteur|signature|firma)(?:$|\s)",
    re.IGNORECASE,
)
AUTHOR_BOX_CLASS = re.compile(
    r"about-?(?:the-?)?author|author-?_{0,2}(?:bio|box|info|card|profile|details|description|block)|"
    r"autor(?:en)?-?(?:box|info|bio|kasten)|post-?author",
    re.IGNORECASE,
)
# hAtom's name of a person.
PERSON_CLASS = re.compile(r"(?:^|\s)fn(?:$|\s)")
_LABEL_WORDS = (
    r"by|von|par|por|di|door|av|af|przez|oleh|(?:written|posted|published|reported|words|story) by|"
    r"(?:geschrieben|erstellt|verfasst|ein beitrag|ein gastbeitrag|ein kommentar|eine analyse) von|"
    r"(?:escrito|publicado) por|(?:écrit|publié|rédigé) par|scritto da|a cura di|بقلم|كتب|كتبت"
)
_LABEL_NOUNS = (
    r"by|von|authors?|autor(?:in|en|ka|zy|es|i|a|e)?|auteure?s?|text[eo]?|testo|tekst|redaktion|"
    r"автор|текст|penulis|tác giả|autorka|autoři|συντάκτης|מאת|نویسنده|"
    r"yazar|yazan|forfatter|författare|tekijä|szerző|作者|文|記者|记者|執筆|取材・文|撰文|"
    r"글|بقلم|الكاتب"
)
# A byline, by its first word: the label of a name, with a colon where it is a noun.
BYLINE_LABEL = re.compile(rf"(?:{_LABEL_WORDS}|(?:{_LABEL_NOUNS})\s?[:：])\s*", re.IGNORECASE)
SIGNED = re.compile(
    rf"(?:(?:{_LABEL_WORDS})(?:$|\s+(?-i:[^\Wa-zß-öø-ÿа-яё\d_]))|(?:{_LABEL_NOUNS})\s?[:：])",
    re.IGNORECASE,
)
# Before a name that may be a login: `Posted by ana84 on 2 March`, `2 March 2024 by ana84`.
_VERB = (
    r"(?:posted|written|published|submitted|geschrieben|verfasst|erstellt|veröffentlicht|"
    r"eingestellt|publiziert|publicado|escrito|publié|écrit|rédigé|scritto|pubblicato|geplaatst|"
    r"geschreven|skrevet|skriven|dodane|napisane|lagt inn)"
)
POSTED_BY = re.compile(
    rf"^(?:.{{0,40}}\d\S*\s+(?:{_VERB} )?|\W{{0,3}}{_VERB} (?:\S{{1,12}} ){{0,3}}?)"
    r"(?:by|von|por|par|da|door|av|af|przez)\s+(?P<name>\S+(?:\s\S+){0,2}?)"
    r"(?=\s+(?:@|on|in|at|under|am|um|unter|le|el|il|em|op|i|w|à|a|veröffentlicht|posted|filed)\s|"
    r"\s*[|,·•–]|\s+-|\s*\d|$)",
    re.IGNORECASE,
)
# What a link to more of an author, or to his page, says without his name.
NO_NAME = re.compile(
    r"^(?:(?:view|see|full|search|on|the|show|visit|more|website|web ?site|profile?|about|follow|"
    r"archive?s?|biography|bio|contact|e-?mail|google\+?|google scholar|scholar|pubmed|orcid|"
    r"twitter|facebook|author|posts?|autor(?:in)?|letzte|aktualisierung|zur autorenseite|"
    r"zum profil|alle beiträge|archiv|anzeigen|mehr|kontakt)(?:\s|$)){1,4}\W*$",
    re.IGNORECASE,
)
# `View all posts by`, `Alle Beiträge von ... anzeigen`: the link to an author's page.
ALL_POSTS = re.compile(
    r"^about (?:the author:? )?(?=[^\W\d_])|"
    r"^(?:(?:view|see|show|read) )?(?:all|more) (?:\w+ )?(?:posts|articles|stories) (?:by|from) |"
    r"^(?:zeige )?(?:alle|weitere) (?:beiträge|artikel|posts) (?:von|anzeigen von) |"
    r"^(?:voir|lire) tous (?:les|ses) articles (?:de|par) |^ver todas las entradas de | anzeigen$|"
    r"(?<=[^\s→›»>…])\s?[→›»>…]+$",
    re.IGNORECASE,
)
# A byline in the text of a page, mostly below the article.
SIGNED_BELOW = re.compile(
    r"[(\[–—-]{0,2}\s?(?:autor(?:in)?|author|text|texte|texto|testo|tekst|written by|von|by|autore|"
    r"автор|текст|författare|forfatter|redaktion|bericht|penulis|tác giả|autorka|autoři|szerző|"
    r"συντάκτης|מאת|نویسنده|责任编辑|作者|記者|记者|文)\s?[:：]\s*(?P<name>[^:;|]{4,80})",
    re.IGNORECASE,
)
AUTHOR_PATH = re.compile(
    r"/(?:authors?|auth?or(?:es|in|en)?|autoren-\w[\w-]*|users?|members?|profil|auteurs?|autori|autorzy|redakteure?|redaktion|journalists?|"
    r"journalistes?|periodistas?|firmas?|people|persons?|profiles?|staff|by|contributors?|"
    r"reporters?|columnists?|team)/[^/]",
    re.IGNORECASE,
)
