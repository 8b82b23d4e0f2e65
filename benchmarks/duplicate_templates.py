"""Texts that are filled in by a machine: the same words each day, with other names and numbers."""

from __future__ import annotations

import random
import re

NAMES = (
    "Amber Brace Corvan Dellis Ember Falk Garrow Hest Ilmar Jorvik Kesk Lumen Mirel Norrow Osk "
    "Pell Quarn Reet Saltmere Tarn Ulven Vale Wick Xanter Yarrow Zell"
)
WORDS = {
    "en": "strong weak early late bright heavy calm narrow steady sudden brief costly quiet",
    "de": "stark schwach früh spät hell schwer ruhig knapp stetig jäh kurz teuer leise",
    "es": "fuerte débil temprano tarde claro pesado tranquilo justo firme breve caro",
    "fr": "fort faible précoce tardif clair lourd calme étroit constant bref cher",
    "zh": "强 弱 早 晚 明 重 静 窄 稳 短 贵",
}
# N is a number, P a name, W a word.
TEMPLATES = {
    "weather": (
        "en",
        """
        The weather in P today will be W with highs of N degrees and lows of N degrees. Winds from
        P will reach N km/h, and gusts of N km/h are expected near P. The chance of rain is N per
        cent in the morning and N per cent in the afternoon. Tomorrow will be W, with N hours of
        sunshine and a W breeze. Sunrise is at N and sunset at N. The outlook for P and P remains
        W until P, when temperatures should climb to N degrees before falling to N.
        """,
    ),
    "shares": (
        "en",
        """
        Shares of P Holdings (PP) rose N% to close at $N on P. The W session came as P Group said
        it would buy N million shares at $N each. P traded between $N and $N, on volume of N
        million, against an average of N million. Over the past year the stock has gained N%,
        while the P index added N%. P has a market value of $N billion and a ratio of N. N
        analysts rate it a W buy, N a hold and N a sell, with a W target of $N. P reported
        earnings of $N a share.
        """,
    ),
    "football": (
        "en",
        """
        P beat P N-N at P Park on P after a W first half. P opened the scoring in minute N with a
        W shot from N metres, before P made it N-N from a corner by P. P had N per cent of the
        ball and N attempts, P had N. P and P were booked, and P left with an injury in minute N.
        P now has N points from N matches and meets P on P, while P stays N points behind P in
        place N.
        """,
    ),
    "police": (
        "en",
        """
        Police in P are looking for a W man after a robbery in P Street at about N on P. The man,
        aged N to N and N cm tall, entered the P shop and took N euros and N phones. He fled on
        foot towards P in a W jacket. An employee, N, was W hurt. Witnesses who saw anything near
        P Square between N and N are asked to call the station in P on N N N.
        """,
    ),
    "wetter": (
        "de",
        """
        Das Wetter in P: Heute wird es W bei Höchstwerten um N Grad, nachts kühlt es auf N Grad
        ab. Der Wind weht W aus P mit N km/h, in Böen bis N km/h. Die Regenwahrscheinlichkeit
        liegt in P bei N Prozent und in P bei N Prozent. Am P scheint die Sonne N Stunden, es
        bleibt W. Am Wochenende werden in P N Grad und in P N Grad erwartet, dazu ist es W bis W.
        """,
    ),
    "polizei": (
        "de",
        """
        Auf der P-Straße in P ist am P gegen N Uhr ein W Unfall geschehen. Eine N-Jährige aus P
        war mit ihrem P in Richtung P unterwegs, als ein N Jahre alter Fahrer aus P die Vorfahrt
        missachtete. Beide wurden W verletzt. Es entstand ein Schaden von N Euro. Die Straße war N
        Stunden gesperrt. Zeugen melden sich bei der Polizei in P unter N N.
        """,
    ),
    "lotería": (
        "es",
        """
        El sorteo P del P dejó como combinación ganadora los números N, N, N, N, N y N, con el
        complementario N y el reintegro N. La recaudación W ascendió a N euros. Hay N acertantes
        de primera categoría, sellados en P y P, que reciben N euros cada uno, y N de segunda, con
        N euros. El bote W para el sorteo del P será de N millones de euros.
        """,
    ),
    "météo": (
        "fr",
        """
        La météo à P ce P : le temps sera W avec N degrés le matin et N degrés l'après-midi. Le
        vent de P soufflera à N km/h, avec des rafales W à N km/h près de P. Le risque de pluie
        est de N % à P et de N % à P. Le soleil se lèvera à N et se couchera à N. Demain, N degrés
        à P, temps W.
        """,
    ),
    "股市": (
        "zh",
        """
        P公司股价在N月N日上涨N%，收于N元，成交额达N亿元。该股开盘报N元，最高价N元，最低价
        N元，走势W。过去N个月累计上涨N%，同期P指数下跌N%。公司今年第N季度营业收入N亿元，
        净利润N亿元。P证券给出W评级，目标价N元。第N大股东P集团持股N%。截至N月N日，融资余
        额为N亿元，较上日W。
        """,
    ),
}
_SLOT = re.compile(r"\b[NPW]\b|(?<![A-Za-z])[NPW](?![A-Za-z])|PP")


def filled(template: tuple[str, str], chance: random.Random) -> str:
    language, text = template

    def value(match: re.Match[str]) -> str:
        if match[0] == "N":
            return str(chance.choice((chance.randint(1, 30), chance.randint(31, 9999))))
        if match[0] == "W":
            return chance.choice(WORDS[language].split())
        return f"{chance.choice(NAMES.split())}{chance.choice(('', 'ford', 'holm', 'ville', 'sk'))}"

    space = "" if language == "zh" else " "
    return _SLOT.sub(value, space.join(text.split()))
