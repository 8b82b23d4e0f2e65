"""The sites of the wire services, and so whose text a page there is."""

from __future__ import annotations

from newscrawler.normalise.urls import host_of

# Hosts below these belong to them as well.
_SITES = {
    "aa.com.tr": "Anadolu", "aap.com.au": "AAP", "adnkronos.com": "Adnkronos", "afp.com": "AFP",
    "agenciabrasil.ebc.com.br": "Agência Brasil", "agerpres.ro": "Agerpres", "agi.it": "AGI",
    "amna.gr": "ANA-MPA", "aninews.in": "ANI", "anp.nl": "ANP", "ansa.it": "ANSA",
    "antaranews.com": "Antara", "ap.org": "AP", "apa.at": "APA", "apnews.com": "AP",
    "aps.dz": "APS",
    "armenpress.am": "Armenpress", "belga.be": "Belga", "belganewsagency.eu": "Belga",
    "belta.by": "BelTA", "bernama.com": "Bernama", "bloomberg.com": "Bloomberg", "bns.ee": "BNS",
    "bns.lt": "BNS", "bta.bg": "BTA", "catholicnews.com": "CNS", "ceskenoviny.cz": "ČTK",
    "cna.com.tw": "CNA", "colpisa.com": "Colpisa", "ctk.cz": "ČTK", "ctk.eu": "ČTK",
    "dha.com.tr": "DHA", "dpa.com": "dpa", "efe.com": "EFE", "epd.de": "epd",
    "europapress.es": "Europa Press", "focustaiwan.tw": "CNA", "hina.hr": "Hina",
    "ianslive.in": "IANS", "iha.com.tr": "İHA", "interfax.com": "Interfax",
    "interfax.com.ua": "Interfax", "interfax.ru": "Interfax", "irna.ir": "IRNA", "jiji.com": "Jiji",
    "jta.org": "JTA", "kcna.kp": "KCNA", "keystone-sda.ch": "Keystone-SDA", "kna.de": "KNA",
    "kuna.net.kw": "KUNA", "kyodonews.jp": "Kyodo", "kyodonews.net": "Kyodo",
    "lapresse.it": "LaPresse", "lusa.pt": "Lusa", "mena.org.eg": "MENA", "mti.hu": "MTI",
    "news.cn": "Xinhua", "news1.kr": "News1", "newsis.com": "Newsis", "notimex.gob.mx": "Notimex",
    "ntb.no": "NTB", "pa.media": "PA Media", "pap.pl": "PAP", "prensa-latina.cu": "Prensa Latina",
    "ptinews.com": "PTI", "qna.org.qa": "QNA", "reuters.com": "Reuters", "ria.ru": "RIA Novosti",
    "rian.ru": "RIA Novosti", "ritzau.dk": "Ritzau", "sid.de": "SID", "sita.sk": "SITA",
    "spa.gov.sa": "SPA", "sputniknews.com": "Sputnik", "sta.si": "STA", "stt.fi": "STT",
    "tanjug.rs": "Tanjug", "tasr.sk": "TASR", "tass.com": "TASS", "tass.ru": "TASS",
    "telam.com.ar": "Télam", "thecanadianpress.com": "The Canadian Press", "tt.se": "TT",
    "ukrinform.net": "Ukrinform", "ukrinform.ua": "Ukrinform", "unian.net": "UNIAN",
    "unian.ua": "UNIAN", "uniindia.com": "UNI", "upi.com": "UPI", "wafa.ps": "WAFA",
    "wam.ae": "WAM",
    "xinhuanet.com": "Xinhua", "yna.co.kr": "Yonhap", "yonhapnews.co.kr": "Yonhap",
}  # fmt: skip


def agency_at(url: str) -> str | None:
    """Return the wire service whose site an address is on; raises ValueError for no address."""
    labels = host_of(url).split(".")
    hosts = (".".join(labels[at:]) for at in range(len(labels) - 1))
    return next((_SITES[host] for host in hosts if host in _SITES), None)
