"""Recognise the lines that a page prints anew for each visit: clocks, counters, players, offers."""

from __future__ import annotations

import re

# Words; what has more is a sentence.
_LONGEST = 10
_WORD = re.compile(r"[^\W\d_]+(?:['’.][^\W\d_]+)*")
_SECONDS_TO_YEARS = """
    s sec secs second seconds min mins minute minutes h hr hrs hour hours d day days week weeks
    month months year years sek sekunde sekunden minuten std stunde stunden tag tage tagen woche
    wochen monat monaten jahr jahren seconde secondes heure heures jour jours semaine semaines mois
    an ans segundo segundos minuto minutos hora horas dia dias día días semana semanas mes meses
    año años secondo secondi minuti ora ore giorno giorni settimana settimane mese mesi anno anni
    mês ano anos uur uren dag dagen weken maand maanden jaar minuta minuty minut godzina godziny
    godzin dzień dni minuter timme timmar dagar minutter time timer dage timar minuuttia tunti
    tuntia päivä päivää dakika saat gün минута минуты минуту минут час часа часов день дня дней
    хвилина хвилини хвилин година години годин دقيقة دقائق ساعة ساعات يوم أيام
"""
_AROUND_A_TIME = """
    ago vor il y a hace fa há atrás geleden temu sedan siden sitten önce назад тому منذ قبل
    last updated update modified published posted at on am um uhr à le el la il em as o om kl
    zuletzt aktualisiert stand veröffentlicht mis jour modifié publié actualizado actualización
    última ultimo ultima aggiornamento aggiornato pubblicato atualizado atualização publicado
    bijgewerkt laatst aktualizacja zaktualizowano opublikowano uppdaterad oppdatert opdateret
    päivitetty güncellendi güncelleme обновлено обновление опубликовано оновлено آخر تحديث نشر
    gmt utc bst est edt pst pdt cet cest msk mez mesz pm now just today gerade eben
"""
_COUNTED = """
    read reading reads time lesezeit lesedauer lesen temps de lecture lectura tiempo lettura tempo
    di leitura leestijd leesduur czytania czas lästid lesetid læsetid lukuaika okuma süresi
    чтения время читать на чтение القراءة وقت
    view views viewed visits hits pageviews aufrufe ansichten vues vistas visitas visualizaciones
    visualizzazioni letture visualizações weergaven wyświetleń odsłon visningar visninger
    просмотр просмотра просмотров перегляд перегляди переглядів مشاهدة مشاهدات görüntülenme
    comment comments kommentar kommentare commentaire commentaires comentario comentarios commento
    commenti comentário comentários reactie reacties komentarz komentarze komentarzy kommentarer
    yorum комментарий комментария комментариев коментар коментарі коментарів تعليق تعليقات
    share shares shared like likes retweets reactions geteilt teilen partages partager compartir
    compartidos condivisioni condividi compartilhamentos compartilhar delen udostępnień delningar
    k m mio tsd mil bin
"""
_OFFERED = """
    subscribe subscription now for from only just first off save offer a per free trial jetzt nur
    abonnieren abo testen für ab pro gratis abonnez vous abonnement partir seulement par suscríbete
    suscripción solo desde primer abbonati abbonamento soli primo assine assinatura por apenas
    prenumerera abonneer je nu voor eerste subskrypcja tylko pierwszy подписка всего за первый
    monthly weekly im euch sie uns zum zur au al mese mês maand month
"""
_HEARD = """
    listen listening to this article story audio play anhören hören vorlesen artikel beitrag
    hördauer écouter écoutez l'article cet article escuchar escucha artículo nota ascolta
    ascoltare articolo ouvir ouça artigo luister luisteren naar dit słuchaj posłuchaj artykułu
    lyssna på artikeln lytt til artikkelen lyt artiklen kuuntele juttu dinle haberi слушать
    прослушать статью слухати استمع
"""
_DURATIONS = frozenset(_SECONDS_TO_YEARS.split())
# Beside other words of an offer; a price alone is what a table of the article says.
_PRICED = """
    euro euros eur dollar dollars usd pound pounds gbp franken francs chf zł kr kronor kroner lei
    lira reais real pesos рублей руб грн
"""
_MONEY = frozenset(_PRICED.split())
_WORDS = frozenset(f"{_SECONDS_TO_YEARS}{_AROUND_A_TIME}{_COUNTED}{_OFFERED}{_HEARD}".split())
# Of scripts that put no space between words.
_PIECES = """
    最終更新 更新 公開 約 閲覧 回 秒 分 時間 日 週間 か月 ヶ月 年 前 前に 月 時 点 コメント 件
    記事を 聴く 再生 月額 毎月 円で 購読
    读 阅读 閱讀 浏览 瀏覽 次 数 數 量 评论 評論 条 條 秒钟 秒鐘 分钟 分鐘 小时 小時 时
    天 周 个月 個月 发布 發布 发表 于 收听 收聽 朗读 朗讀 每月 元订阅 元訂閱 订阅 訂閱
    조회 조회수 댓글 개 초 분 시간 일 주 전 업데이트 입력 수정 듣기 구독
    ครั้ง นาที ชั่วโมง วัน ที่แล้ว อัปเดต ล่าสุด อ่าน ความคิดเห็น ก่อน ฟัง
"""
# The longest first: a piece begins with another.
_UNSPACED = re.compile(f"(?:{'|'.join(sorted(_PIECES.split(), key=len, reverse=True))})+")


def is_passing(line: str) -> bool:
    """Tell a line that says no more than how long ago, how long to read or to hear, how many, or
    how much a subscription costs.

    It has a number, and all of its words are of clocks, counters and subscriptions.
    """
    if not any(map(str.isdigit, line)) or len(line) > 120:
        return False
    words = _WORD.findall(_UNSPACED.sub(" ", line).casefold())
    stated = {word.strip(".") for word in words} - _MONEY
    has_word = bool(stated) or bool(_UNSPACED.search(line))
    return has_word and len(words) <= _LONGEST and stated <= _WORDS


def without_passing_head(line: str) -> str:
    """Return a sentence without the clock or counter that is run into it: `3 min read Mira ...`.

    A duration alone may begin the sentence itself.
    """
    words = line.split()
    for number in range(min(_LONGEST, len(words) - 1), 1, -1):
        head, rest = words[:number], words[number:]
        said = {word.casefold().strip(".:,") for word in head}
        says_what = any(word.isalpha() and word not in _DURATIONS for word in said)
        if says_what and not rest[0][0].islower() and is_passing(" ".join(head)):
            return " ".join(rest)
    return line
