"""The words and names by which pages of many languages lead to their next and previous page."""

from __future__ import annotations

import re

# One word of a link as a whole, its arrows and a number of the page aside.
_ARROWS = r"[\s»›>→⟩❯▶►⇒‹«<←⟨❮◀◄⇐…|.:()\[\]\u200e\u200f-]*"
_NEXT = (
    r"next(?: (?:page|posts?|entries|stories|articles|results?|\d+|set|p\.?))?|"
    r"go to (?:the )?next page|continued?|(?:view |show |see |read )?older(?: \w+)?|"
    r"continue to page \d+|"
    r"(?:load|show|view|see) more(?: \w+){0,2}|more (?:stories|news|articles|posts|results|"
    r"entries)|"
    r"nächste(?:r|s|n)?(?: (?:seite|artikel|meldungen))?|weiter(?:e (?:artikel|meldungen|"
    r"beiträge))?|"
    r"zur nächsten seite|ältere(?: \w+)?|vor|mehr (?:laden|anzeigen|artikel)|weitere (?:laden|"
    r"anzeigen)|"
    r"(?:page |articles? |la page )?suivante?s?|plus anciens?|articles plus anciens|"
    r"(?:voir|afficher|charger) plus(?: d[e'’ ]*\w+)?|"
    r"(?:página |pagina |pág\. ?|noticias )?siguientes?|(?:entradas |noticias )?"
    r"(?:más antiguas|antiguas)|(?:ver|cargar|mostrar) más(?: \w+)?|més|següent|"
    r"(?:pagina )?successiv[aoi]|(?:pagina )?seguente|avanti|(?:articoli |post )?più vecchi|"
    r"(?:carica|mostra|vedi) (?:altri|altro|di più)|prossim[ao]|"
    r"(?:página )?(?:próxim[ao]s?|seguintes?)(?: página)?|(?:postagens |posts )?mais antig[ao]s|"
    r"(?:carregar|ver|mostrar) mais(?: \w+)?|avançar|"
    r"następn[aey](?: strona)?|dalej|starsze(?: \w+)?|(?:pokaż|zobacz|załaduj|czytaj) więcej|"
    r"volgende(?: pagina)?|verder|oudere(?: \w+)?|(?:meer|laad meer)(?: laden| tonen)?|"
    r"nästa(?: sida)?|äldre(?: \w+)?|(?:ladda|visa) fler(?: \w+)?|neste(?: side)?|eldre(?: \w+)?|"
    r"(?:vis|last inn) (?:flere|mer|fler)|næste(?: side)?|ældre(?: \w+)?|seuraava(?: sivu)?|"
    r"vanhemmat|näytä lisää|sonraki(?: sayfa)?|ileri|daha (?:eski|fazla)(?: \w+)?|"
    r"další(?: strana| stránka)?|starší(?: \w+)?|načíst další|ďalšia?(?: strana)?|"
    r"következő(?: oldal)?|régebbi(?: \w+)?|tovább|urmă[tţț]o(?:area|rul)(?: pagină)?|mai vechi|"
    r"înainte|επόμεν[ηο](?: σελίδα)?|παλαιότερ[αες]+|"
    r"следующ(?:ая|ие|ий)(?: страница)?|след\.?|дал(?:ее|ьше)|впер[её]д|(?:показать|загрузить) "
    r"ещ[её]|ещ[её]|(?:более )?стар(?:ые|ее)(?: \w+)?|раньше|наступна(?: сторінка)?|далі|старіші|"
    r"следващ[аи]?(?: страница)?|по-стари|sljedeć[ai](?: stranica)?|sledeć[ae](?: strana)?|"
    r"naslednj[ai](?: stran)?|starij[ei](?: \w+)?|kit(?:as|a)|nākam[āa]|järgmine|"
    r"berikutnya|selanjutnya|(?:muat|lihat) lainnya|trang (?:sau|tiếp)|tiếp(?: theo)?|xem thêm|"
    r"(?:الصفحة )?التالي(?:ة)?|المزيد|(?:تحميل|عرض) المزيد|الأقدم|(?:صفحه )?(?:بعدی?|بعد)|"
    r"הבא|העמוד הבא|(?:अगला|आगे|और पढ़ें|अगला पृष्ठ)|(?:পরবর্তী|পরের পাতা)|(?:ถัดไป|หน้าถัดไป)|"
    r"次(?:へ|の?ページ(?:へ)?|の\d+件|を見る|の記事一覧)?|もっと(?:見る|読む)|以前の記事|"
    r"古い(?:記事|投稿)|"
    r"下一[页頁张張]|下[页頁]|后[页頁]|(?:加载|查看|載入|顯示)更多|更多|다음(?: ?페이지)?|더 ?보기"
)
_PREVIOUS = (
    r"(?:go to (?:the )?)?prev(?:ious)?(?: (?:page|posts?|entries|stories|articles|\d+))?|"
    r"newer(?: \w+)?|back|first(?: page)?|vorherige(?:r|s|n)?(?: seite)?|zurück|vorige(?: seite)?|"
    r"neuere(?: \w+)?|erste(?: seite)?|(?:page |articles? )?précédente?s?|plus récents?|retour|"
    r"(?:página )?anterior(?:es)?|atrás|(?:entradas )?más recientes|(?:pagina )?precedente|"
    r"indietro|"
    r"più recenti|mais recentes|voltar|poprzedni[ae]?(?: strona)?|wstecz|nowsze(?: \w+)?|"
    r"vorige(?: pagina)?|terug|nieuwere|föregående(?: sida)?|nyare|forrige(?: side)?|nyere|"
    r"edellinen|önceki(?: sayfa)?|geri|předchozí|novější|előző|újabb|anterioară|προηγούμεν[ηο]|"
    r"предыдущ(?:ая|ие|ий)(?: страница)?|пред\.?|назад|(?:более )?новые|попередня|предишна|"
    r"prethodn[ai]|sebelumnya|trang trước|(?:الصفحة )?السابق(?:ة)?|الأحدث|قبلی?|הקודם|पिछला|"
    r"前(?:へ|の?ページ(?:へ)?)?|戻る|新しい記事|上一[页頁]|前[页頁]|이전(?: ?페이지)?"
)
NEXT = re.compile(f"{_ARROWS}(?:{_NEXT}){_ARROWS}", re.IGNORECASE)
OLDER = re.compile(
    r"\W*(?:(?:view |show |see |read )?older|ältere|(?:articles )?plus anciens|"
    r"(?:entradas )?(?:más )?"
    r"antiguas|(?:articoli )?più vecchi|mais antig[ao]s|starsze|oudere|äldre|eldre|ældre|starší|"
    r"régebbi|стар(?:ые|ее)|الأقدم|以前の記事|古い記事)\b",
    re.IGNORECASE,
)
PREVIOUS = re.compile(f"{_ARROWS}(?:{_PREVIOUS}){_ARROWS}", re.IGNORECASE)
NEXT_ARROW = re.compile(r"[\s»›>→⟩❯▶►⇒]*[»›>→⟩❯▶►⇒][\s]*")
PREVIOUS_ARROW = re.compile(r"[\s«‹<←⟨❮◀◄⇐]*[«‹<←⟨❮◀◄⇐][\s]*")
# `next` in `pager-next`, `nextPage`, `nextpostslink`, `go-next`, but not in `nextel`.
NEXT_CLASS = re.compile(
    r"(?:^|[-_\s]|(?-i:(?<=[a-z])(?=N)))next(?:$|[-_\s]|(?-i:(?=[A-Z]))|page|posts?|link)|"
    r"(?:^|[-_\s])(?:older(?:-?posts?)?|siguiente|suivant|weiter|volgende|nastepna)(?:$|[-_\s])",
    re.IGNORECASE,
)
PREVIOUS_CLASS = re.compile(
    r"(?:^|[-_\s]|(?-i:(?<=[a-z])(?=P)))prev(?:ious)?(?:$|[-_\s]|(?-i:(?=[A-Z]))|page|posts?|link)|"
    r"(?:^|[-_\s])(?:newer(?:-?posts?)?|anterior|precedent)(?:$|[-_\s])",
    re.IGNORECASE,
)
# What leads on from a front page to the second page of its list.
MORE = re.compile(
    r"(?:more|all|older|weitere|mehr|alle|plus|tou(?:s|tes)|más|todas?|mais|altr[ei]|więcej|ещё|"
    r"все|"
    r"المزيد|もっと|更多|더)\b.{0,30}",
    re.IGNORECASE,
)
PAGER_CLASS = re.compile(
    r"pagin|pag(?:er|es|enav)(?:$|[-_\s])|page-?(?:nav|num|list|links?)|(?:^|[-_])pages?(?:$|[-_])|"
    r"nav-links|navigator",
    re.IGNORECASE,
)
CURRENT_CLASS = re.compile(
    r"(?:^|[-_\s])(?:current|active|selected|actual|aktiv|aktuell|on|this)(?:$|[-_\s])|"
    r"(?:^|[-_a-z])(?:is|page)?(?:Current|Active|Selected)",
)
DISABLED_CLASS = re.compile(r"(?:^|[-_\s])(?:is-)?disabled?(?:$|[-_\s])", re.IGNORECASE)
NUMBER = re.compile(
    r"[\[(«‹\s]*(?:(?:page|seite|pagina|página|strona|страница|sayfa|sida|side|trang|الصفحة) )?"
    r"(\d{1,5})[\])»›\s.]*",
    re.IGNORECASE,
)
LOAD_MORE_CLASS = re.compile(
    r"(?:load|show|view|get|list|see)[-_]?more|more[-_]?(?:posts?|stories|articles|news|results|"
    r"loader)|infinite|lazy-?load-?more|"
    r"list-items-loaded|next-?page|loadmore",
    re.IGNORECASE,
)
INFINITE_CLASS = re.compile(
    r"infinite-?(?:scroll|loader|list)|endless-?(?:scroll|list)|scroll-?(?:sentinel|trigger)|"
    r"(?:load-?more|scroll|list)-?sentinel|auto-?load-?more",
    re.IGNORECASE,
)
LOAD_MORE = re.compile(
    r"\W*(?:(?:load|show|view|see|get) (?:more|older)(?: \w+){0,2}|more (?:stories|news|articles|"
    r"posts|results|entries)|(?:mehr|weitere)(?: \w+)? (?:laden|anzeigen)|mehr (?:artikel|"
    r"meldungen)|"
    r"(?:voir|afficher|charger) (?:plus|la suite)(?: d[e'’ ]*\w+)?|(?:ver|cargar|mostrar) más"
    r"(?: \w+)?|(?:carica|mostra|vedi) (?:altri|altro|di più)(?: \w+)?|(?:carregar|ver|"
    r"mostrar) mais"
    r"(?: \w+)?|(?:pokaż|załaduj|zobacz|wczytaj) więcej(?: \w+)?|(?:meer|"
    r"laad meer)(?: \w+)? (?:laden|"
    r"tonen)|(?:ladda|visa) fler(?: \w+)?|(?:vis|last inn|hent) (?:flere|mer)(?: \w+)?|näytä lisää|"
    r"daha fazla(?: \w+)?|načíst další(?: \w+)?|(?:показать|загрузить) (?:ещ[её]|больше)(?: \w+)?|"
    r"(?:завантажити|показати) (?:ще|більше)|(?:تحميل|عرض) المزيد|もっと(?:見る|読む)|(?:加载|"
    r"查看|載入)更多|"
    r"더 ?보기)\W*",
    re.IGNORECASE,
)
