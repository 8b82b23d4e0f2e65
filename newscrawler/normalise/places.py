"""Recognise the names of cities and countries that open datelines and end bylines."""

from __future__ import annotations

from functools import cache

from newscrawler.normalise.cldr import cldr
from newscrawler.normalise.text import fold

# News places that no IANA time zone, the other source of cities, is named after.
_CITIES = (
    *("Abuja", "Aleppo", "Ankara", "Atlanta", "Baltimore", "Barcelona", "Basra", "Beijing"),
    *("Bengaluru", "Berlin", "Bern", "Bonn", "Boston", "Brasília", "Brasilia", "Cape Town"),
    *("Cleveland", "Cologne", "Dallas", "Davos", "Donetsk", "Durban", "Düsseldorf", "Frankfurt"),
    *("Gaza City", "Geneva", "Hague", "The Hague", "Hamburg", "Hanoi", "Houston", "Idlib"),
    *("Islamabad", "Istanbul", "Jeddah", "Kharkiv", "Kobe", "Köln", "Kyoto", "Lahore", "Las Vegas"),
    *("Leipzig", "Luhansk", "Lviv", "Lyon", "Marseille", "Mexico City", "Miami", "Milan"),
    *("Milano", "Milwaukee", "Minneapolis", "Mosul", "Mumbai", "Munich", "München", "Nagoya"),
    *("Napoli", "New Delhi", "New Orleans", "New York City", "Odesa", "Oklahoma City", "Osaka"),
    *("Ottawa", "Philadelphia", "Pittsburgh", "Pretoria", "Pyongyang", "Quito", "Rabat"),
    *("Ramallah", "Rio de Janeiro", "Roma", "Salt Lake City", "San Antonio", "San Diego"),
    *("San Francisco", "Seattle", "Shenzhen", "Sochi", "St. Louis", "St. Petersburg", "Stuttgart"),
    *("Tel Aviv", "Torino", "Tunis", "United Nations", "Vatican City", "Washington", "Wellington"),
    *("Wien", "Wuhan", "Yangon", "Yerevan", "París", "Moscú", "Londres", "Bruselas", "Genf"),
    *("Brüssel", "Moskau", "Москва", "Киев", "Київ", "Минск", "Лондон", "Париж", "Берлин"),
    *("Вашингтон", "Каракас", "Брюссель", "Пекин", "Харьков", "Одесса", "Санкт-Петербург"),
    *("القاهرة", "بيروت", "دمشق", "بغداد", "موسكو", "واشنطن", "لندن", "باريس", "الرياض"),
)


def is_place(name: str) -> bool:
    """Tell a well-known city or a country, in any case; not every place of the world."""
    return is_city(name) or fold(name) in _countries()


def is_city(name: str) -> bool:
    """Tell a well-known city, in any case."""
    return fold(name) in _cities()


@cache
def _countries() -> frozenset[str]:
    return frozenset(map(fold, cldr()["territories"].values()))


@cache
def _cities() -> frozenset[str]:
    return frozenset(map(fold, (*cldr()["cities"], *_CITIES)))
