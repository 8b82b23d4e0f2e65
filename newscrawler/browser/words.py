"""By which words a button says that it brings more of a list, as patterns for JavaScript.

Texts come with single spaces; the flags are `iu`. Buttons that open one article (`read more`)
are no such words.
"""

from __future__ import annotations

_MORE = (
    # English
    r"(?:load|show|view|see|display|get)(?: \p{N}+)? (?:more|older|additional|next)",
    r"(?:more|older) (?:stories|articles|news|posts|results|items|headlines|entries)",
    r"more[ .…›»+]*$",
    # German, Dutch
    r"(?:mehr|weitere|ältere)(?: \p{L}+)? (?:laden|anzeigen|zeigen)",
    r"(?:weitere|ältere|mehr) (?:artikel|beiträge|meldungen|nachrichten|ergebnisse)",
    r"(?:meer|toon meer|laad meer)(?: (?:laden|tonen|artikelen|nieuws|berichten))?$",
    # French, Spanish, Portuguese, Italian, Romanian
    r"(?:voir|afficher|charger) (?:plus|davantage|la suite|les suivants)",
    r"plus d[e'’] ?\p{L}+$",
    r"(?:ver|cargar|mostrar) más",
    r"más (?:noticias|artículos|resultados)",
    r"(?:ver|carregar|mostrar|exibir) mais",
    r"mais (?:notícias|artigos|resultados)",
    r"(?:carica|mostra|vedi|visualizza) (?:altr[oiea]|di più|ancora)",
    r"altr[ei] (?:articoli|notizie|risultati)",
    r"(?:încarcă|vezi|afișează) mai mult[e]?",
    # Polish, Czech, Slovak, Russian, Ukrainian
    r"(?:pokaż|załaduj|wczytaj|zobacz) (?:więcej|kolejne|następne)",
    r"więcej (?:artykułów|wiadomości|wyników)",
    r"(?:načíst|zobrazit|ukázat|načítať|zobraziť) (?:další|ďalšie|více|viac)",
    r"(?:показать|загрузить) (?:ещё|еще|больше|\p{N}+)",
    r"(?:ещё|еще)(?: \p{N}+)?(?: (?:новост|материал|стат)\p{L}+)?$",
    r"(?:показати|завантажити) (?:ще|більше)",
    r"(?:больше новостей|більше новин)",
    # Swedish, Norwegian, Danish, Finnish, Hungarian, Turkish, Greek
    r"(?:visa|ladda|läs in) (?:fler|mer)",
    r"(?:vis|last|hent|indlæs) (?:flere|mere?)",
    r"flere (?:artikler|saker|nyheder|nyheter)",
    r"(?:näytä|lataa) lisää",
    r"(?:további|több) (?:hír|cikk|találat)\p{L}*",
    r"(?:továbbiak|több) (?:betöltése|mutatása)",
    r"daha fazla(?: (?:göster|yükle|haber)\p{L}*)?$",
    r"(?:φόρτωση )?περισσότερ(?:α|ων)",
    # Indonesian, Vietnamese, Hindi
    r"(?:muat|lihat|tampilkan) (?:lebih banyak|lainnya|lagi)",
    r"(?:xem|tải) thêm",
    r"और (?:देखें|लोड करें)",
    # Arabic, Persian, Hebrew
    r"(?:(?:عرض|تحميل) )?المزيد",
    r"(?:نمایش )?(?:موارد )?بیشتر",
    r"(?:(?:הצג|טען) )?עוד",
    # Japanese, Chinese, Korean
    r"もっと(?:見る|読み込む)",
    r"さらに(?:表示|見る|読み込む)",
    r"(?:点击)?(?:加载|查看|显示|载入|載入|顯示)更多",
    r"更多(?:新闻|新聞|文章|内容)?$",
    r"더 ?(?:보기|불러오기)",
)
MORE_WORDS = rf"^[+↓▼⌄ ]*(?:{'|'.join(_MORE)})"
MORE_CLASS = (
    r"(?:^|[-_ ])(?:load|show|view|see|fetch)[-_]?(?:more|next)(?:$|[-_ ])"
    r"|(?:^|[-_ ])(?:more[-_](?:button|btn|stories|articles|news|posts|items)"
    r"|(?:btn|button|list|pager|pagination)(?:[-_]|__)more)(?:$|[-_ ])"
)
NOT_MORE = (
    r"comment|kommentar|comentari|коммент|repl(?:y|ies)|read more|weiterlesen|lire la suite"
    r"|leer más|ler mais|leggi|czytaj|подробнее|read[-_]more|less|weniger|moins|menos"
)
