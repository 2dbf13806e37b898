"""Amounts of money in words, as receipts and invoices say them: whole roubles in words, kopecks in digits.

The spelling is that of the Russian, Belarusian and English school grammars; another currency than the roubles below is said by
its code.
"""
from decimal import Decimal

ONES = {
    "ru": "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
          "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
    "be": "нуль адзін два тры чатыры пяць шэсць сем восем дзевяць дзесяць адзінаццаць дванаццаць трынаццаць чатырнаццаць "
          "пятнаццаць шаснаццаць семнаццаць васямнаццаць дзевятнаццаць",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
          "eighteen nineteen"}
TENS = {"ru": "- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
        "be": "- - дваццаць трыццаць сорак пяцьдзясят шэсцьдзясят семдзесят восемдзесят дзевяноста",
        "en": "- - twenty thirty forty fifty sixty seventy eighty ninety"}
HUNDREDS = {"ru": "- сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот",
            "be": "- сто дзвесце трыста чатырыста пяцьсот шэсцьсот семсот восемсот дзевяцьсот"}
# one, two to four, five and more of each thousand's power
POWERS = {"ru": (("тысяча", "тысячи", "тысяч"), ("миллион", "миллиона", "миллионов"), ("миллиард", "миллиарда", "миллиардов")),
          "be": (("тысяча", "тысячы", "тысяч"), ("мільён", "мільёны", "мільёнаў"), ("мільярд", "мільярды", "мільярдаў")),
          "en": (("thousand",) * 3, ("million",) * 3, ("billion",) * 3)}
FEMININE = {"ru": {"один": "одна", "два": "две"}, "be": {"адзін": "адна", "два": "дзве"}}  # of thousands
COINS = {"ru": ("копейка", "копейки", "копеек"), "be": ("капейка", "капейкі", "капеек"), "en": ("kopeck", "kopecks", "kopecks")}
NOTES = {
    "BYN": {"ru": ("белорусский рубль", "белорусских рубля", "белорусских рублей"),
            "be": ("беларускі рубель", "беларускія рублі", "беларускіх рублёў"),
            "en": ("Belarusian rouble", "Belarusian roubles", "Belarusian roubles")},
    "RUB": {"ru": ("российский рубль", "российских рубля", "российских рублей"),
            "be": ("расійскі рубель", "расійскія рублі", "расійскіх рублёў"),
            "en": ("Russian rouble", "Russian roubles", "Russian roubles")}}
MINUS = {"ru": "минус", "be": "мінус", "en": "minus"}


def in_words(amount: Decimal, currency: str, language: str) -> str:
    """An amount below 10¹² in words: 21.05 BYN = двадцать один белорусский рубль 05 копеек.

    Other languages are told in English.
    """
    language = language if language in ONES else "en"
    whole, coins = divmod(int(abs(amount) * 100), 100)
    said = [MINUS[language]] if amount < 0 else []
    said.append(number_in_words(whole, language))
    if currency in NOTES:
        said += [form(whole, NOTES[currency][language], language), f"{coins:02d}", form(coins, COINS[language], language)]
    else:
        said.append(f"{coins:02d}/100 {currency}")
    return " ".join(said)


def number_in_words(number: int, language: str) -> str:
    """A whole number from 0 to 10¹² − 1 in words."""
    if number == 0:
        return ONES[language].split()[0]
    groups, power = [], 0
    while number:
        number, rest = divmod(number, 1000)
        if rest:
            words = _below_thousand(rest, language)
            if power == 1:
                words = [FEMININE.get(language, {}).get(word, word) for word in words]
            groups.append(" ".join(words + ([form(rest, POWERS[language][power - 1], language)] if power else [])))
        power += 1
    return " ".join(reversed(groups))


def _below_thousand(number, language):
    hundreds, rest = divmod(number, 100)
    tens, ones = (0, rest) if rest < 20 else divmod(rest, 10)
    names, words = ONES[language].split(), []
    if hundreds:
        words += [names[hundreds], "hundred"] if language == "en" else [HUNDREDS[language].split()[hundreds]]
    tail = ([TENS[language].split()[tens]] if tens else []) + ([names[ones]] if ones else [])
    return words + (["-".join(tail)] if language == "en" and tail else tail)


def form(number: int, forms, language: str) -> str:
    """The form of a noun after the number: one, two to four, five and more; in English one and more."""
    if language == "en":
        return forms[0] if number == 1 else forms[1]
    if number % 100 in range(11, 15):
        return forms[2]
    return forms[0] if number % 10 == 1 else forms[1] if number % 10 in (2, 3, 4) else forms[2]
