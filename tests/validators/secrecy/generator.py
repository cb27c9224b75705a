"""Make papers in which a protected value is planted in one notation of many, and their look-alikes, from a seed.

Everything is fictitious. The readings and the other forms of the characters stand here in full: the generator knows nothing
of the matcher's tables.
"""

from __future__ import annotations

import random
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Town, how it is read, an other form of its characters ("" where there is none).
TOWNS = [
    ("潮音町", "しおねちょう", ""),
    ("灯台町", "とうだいまち", "燈臺町"),
    ("霧ヶ丘", "きりがおか", "霧が丘"),
    ("浜辺町", "はまべちょう", "濱邊町"),
    ("亀島町", "かめしままち", "龜嶋町"),
    ("渕沢", "ふちさわ", "淵澤"),
    ("桧原村", "ひのきはらむら", "檜原邨"),
    ("芦沼町", "あしぬまちょう", "蘆沼町"),
    ("鴎町", "かもめちょう", "鷗町"),
    ("高崎台", "たかさきだい", "髙﨑臺"),
    ("沖ノ浜町", "おきのはまちょう", "沖の濱町"),
    ("広瀬通", "ひろせどおり", "廣瀨通"),
    ("国府町", "こくふちょう", "國府町"),
    ("学園町", "がくえんちょう", "學園町"),
    ("条里町", "じょうりちょう", "條里町"),
]
AREAS = ["鳥見県磯辺市", "架空県仮名市", "鳥見県架空郡沖野町", "架空県仮名市港区"]
BUILDINGS = [
    ("かもめ荘", "カモメソウ", "かもめ莊"),
    ("若葉荘", "わかばそう", "若葉莊"),
    ("みなとハイツ", "ミナトハイツ", "みなとﾊｲﾂ"),
    ("コーポしぶき", "こーぽしぶき", "ｺｰﾎﾟしぶき"),
    ("メゾン渚沢", "メゾンナギササワ", "メゾン渚澤"),
    ("渡辺寮", "渡邊寮", "渡邉寮"),
    ("青木寮", "アオキリョウ", "靑木寮"),
]
SCHOOLS = [
    "磯辺市立はまかぜ小学校",
    "鳥見県立うしおの高等学校",
    "学校法人架空学園ほしぞら幼稚園",
    "仮名市立いそなみ中学校",
]
FIRMS = ["架空海運株式会社", "有限会社うみねこ食堂", "株式会社しおさい物産　沖工場"]

CONTEXTS = [
    "申出者は、{}に避難している旨を申し立てた。",
    "現在{}に居住している。",
    "転居先（{}）を知られることを恐れている。",
    "住所は{}である。",
    "荷物は「{}」へ送った。",
    "被害者は、母と共に{}へ移った。",
    "連絡先: {}",
    "{}",
    "６月２日の夜、{}の付近において見張りをされた。",
    "避難先は\n{}\nである。",
]
_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壱弐参肆伍陸漆捌玖"
_ROMAN = ["", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "Ⅶ", "Ⅷ", "Ⅸ", "Ⅹ", "Ⅺ", "Ⅻ"]


class Plant(NamedTuple):
    """A text with a protected value in one notation (or a look-alike of it), and the values it is of."""

    kind: str  # address, building, phone, school, firm, day, postal, mail, town
    values: dict[str, str]  # field type → protected value
    written: str
    text: str


def ranked(n: int) -> str:
    """Return a number below 1000 in kanji by rank."""
    out = ""
    for rank, sign in ((100, "百"), (10, "十")):
        digit, n = divmod(n, rank)
        out += ("" if digit == 1 else _DIGITS[digit]) + sign if digit else ""
    return out + (_DIGITS[n] if n or not out else "")


def placed(n: int, figures: str = _DIGITS) -> str:
    """Return a number in kanji figures by place."""
    return "".join(figures[int(c)] for c in str(n))


def circled(n: int) -> str:
    """Return ⑨ for 9, up to 20."""
    return chr(0x2460 + n - 1)


def joined(mark: str) -> Callable[..., str]:
    """Return what writes figures with one mark between them."""
    return lambda *parts: mark.join(map(str, parts))


HOUSES: list[Callable[[int, int, int], str]] = [
    joined("-"),
    lambda a, b, c: f"{a}-{b}-{c}".translate(_WIDE),
    lambda a, b, c: f"{a}丁目{b}番{c}号",
    lambda a, b, c: f"{ranked(a)}丁目{ranked(b)}番{ranked(c)}号",
    lambda a, b, c: f"{ranked(a)}丁目{b}番地の{c}".translate(_WIDE),
    lambda a, b, c: f"{a}丁目{b}番地{c}",
    lambda a, b, c: f"{placed(a)}丁目{placed(b)}番地ノ{placed(c)}",
    joined("ー"),
    lambda a, b, c: f"{a}−{b}‐{c}",
    joined("、"),
    joined("："),
    joined("→"),
    joined("・"),
    joined("."),
    joined("/"),
    joined("　"),
    joined("の"),
    lambda a, b, c: f"（{a}-{b}-{c}）",
    lambda a, b, c: f"【{a}丁目】{b}番{c}号",
    lambda a, b, c: f"{a}丁目（{b}番{c}号）",
    lambda a, b, c: f"{a}丁目\n{b}番\n{c}号",
    lambda a, b, c: f"第{a}-{b}-{c}",
    lambda a, b, c: f"{circled(a)}-{circled(b)}-{circled(c)}",
    lambda a, b, c: f"{_ROMAN[a]}丁目{b}-{c}",
    lambda a, b, c: f"{placed(a, _FORMAL)}丁目{placed(b, _FORMAL)}番{placed(c, _FORMAL)}号",
    lambda a, b, c: f"の{a}～{b}～{c}",
    joined(","),
    joined("⁃"),
    lambda a, b, c: f"{placed(a)}・{placed(b)}・{placed(c)}",
    lambda a, b, c: f"{a}-\u200b{b}\u200b-{c}",
]
MARKS: list[Callable[[str], str]] = [
    lambda name: name,
    lambda name: name,
    "\u200b".join,
    "・".join,
    "　".join,
    lambda name: name[0] + "\n" + name[1:],
    lambda name: name[0] + "\U000e0100" + name[1:],
    lambda name: f"「{name}」",
    lambda name: name[:1] + "\ufeff" + name[1:],
    lambda name: unicodedata.normalize("NFD", name),
]
PHONES: list[Callable[[str, str, str], str]] = [
    joined("-"),
    lambda a, b, c: f"{a}{b}{c}",
    lambda a, b, c: f"{a}-{b}-{c}".translate(_WIDE),
    lambda a, b, c: f"{a}（{b}）{c}",
    lambda a, b, c: f"({a}){b}-{c}",
    joined("・"),
    joined("　"),
    joined("→"),
    joined("、"),
    joined(":"),
    joined("の"),
    lambda a, b, c: f"+81-{a[1:]}-{b}-{c}",
    lambda a, b, c: f"0081 {a[1:]} {b} {c}",
    lambda a, b, c: f"+81({a[0]}){a[1:]}-{b}-{c}",
    lambda a, b, c: "－".join("".join(_DIGITS[int(x)] for x in part) for part in (a, b, c)),
    lambda a, b, c: "の".join("".join(_DIGITS[int(x)] for x in part) for part in (a, b, c)),
    lambda a, b, c: "".join("零一二三四五六七八九"[int(x)] for x in a + b + c),
    lambda a, b, c: f"{a}-{b}-\n{c}",
    lambda a, b, c: f"{a}{b[0]}-{b[1:]}-{c}",
    lambda a, b, c: f"{a}ー{b}ー{''.join(_DIGITS[int(x)] for x in c)}",
    lambda a, b, c: f"{a}-{b[:2]}\u200b{b[2:]}-{c}",
    joined("/"),
]
_ERA = {"昭和": 1925, "平成": 1988}


def days(year: int, month: int, day: int) -> list[str]:
    """Return a day of birth in its notations."""
    era = "平成" if year > _ERA["平成"] else "昭和"
    n = year - _ERA[era]
    letter = {"平成": "H", "昭和": "S"}[era]
    return [
        f"{era}{n}年{month}月{day}日",
        f"{era}{n}年{month}月{day}日生まれ".translate(_WIDE),
        f"{era}{ranked(n)}年{ranked(month)}月{ranked(day)}日",
        f"{year}年{month}月{day}日",
        f"{year}/{month}/{day}",
        f"{year}-{month:02}-{day:02}",
        f"{year}.{month}.{day}",
        f"{letter}{n}.{month}.{day}",
        f"{letter}.{n}.{month}.{day}".translate(_WIDE),
        f"{placed(year)}年{ranked(month)}月{ranked(day)}日",
        f"{year}{month:02}{day:02}",
        f"{letter}{n:02}{month:02}{day:02}",
        f"{'3' if era == '昭和' else '4'}{n:02}{month:02}{day:02}",
        f"{n}.{month}.{day}生",
        f"{era} {n} 年 {month} 月 {day} 日",
    ]


def _address(
    rng: random.Random,
) -> tuple[dict[str, str], tuple[str, str, str], tuple[int, int, int], tuple[str, str, str], int]:
    town, house = rng.choice(TOWNS), (rng.randint(1, 9), rng.randint(1, 20), rng.randint(1, 20))
    building, room = rng.choice(BUILDINGS), rng.randint(101, 909)
    written = rng.choice(HOUSES[:7])(*house)
    address = f"{rng.choice(AREAS)}{town[0]}{written}　{building[0]}{room}"
    address = rng.choice(
        [address, f"〒999-{rng.randint(1000, 9999)}　{address}", f"{address}（母方）", f"{address}号室"]
    )
    return {"address": address}, town, house, building, room


def plant(rng: random.Random) -> Plant:
    """Return one plant."""
    kind = rng.choice(
        ["address"] * 4 + ["building", "building", "phone", "phone", "school", "firm", "day", "mail", "postal", "town"]
    )
    values, town, house, building, room = _address(rng)
    numbers = ("090", f"0{rng.randint(0, 999):03}", f"{rng.randint(0, 9999):04}")
    phone = "-".join(numbers)
    school, firm = rng.choice(SCHOOLS), rng.choice(FIRMS)
    born = (rng.randint(1950, 2018), rng.randint(1, 12), rng.randint(1, 28))
    mail = f"umi.{rng.choice(['neko', 'kaze', 'nami'])}{rng.randint(1, 99)}@example.jp"
    values |= {"phone": phone, "string": school}
    if kind == "address":
        form = rng.choice(["own", "own", "other", "kana", "katakana", "mixed"])
        name = {
            "own": town[0],
            "other": town[2] or town[0],
            "kana": town[1],
            "katakana": town[1].translate(_KATAKANA),
            "mixed": town[0],
        }[form]
        written = (rng.choice(MARKS)(name) if form in {"own", "other"} else name) + rng.choice(HOUSES)(*house)
        written += rng.choice(["", "", "に", f"　{building[0]}", f"-{room}", f" {room}号室"])
    elif kind == "building":
        which = rng.choice([0, 0, 1, 2])
        written = building[which]
        written += (
            rng.choice([f"{room}", f"の{placed(room)}号室", f"{ranked(room)}号"])
            if which == 1
            else rng.choice(["", "にいる", "の二階", f"{room}", f"（{room}）"])
        )
        if which == 0:
            written = rng.choice(MARKS[:4])(building[0]) + written[len(building[0]) :]
    elif kind == "phone":
        written = rng.choice(PHONES)(*numbers)
    elif kind == "school":
        bare = school.partition("立")[2] or school.removeprefix("学校法人架空学園")
        written = rng.choice(
            [school, bare, f"{bare}の２年生", f"同市の{bare}", rng.choice(MARKS)(bare), bare.translate(_KATAKANA)]
        )
    elif kind == "firm":
        values["string"] = firm
        bare = firm.replace("株式会社", "").replace("有限会社", "").split("　")[0]
        written = rng.choice([firm, bare, f"{bare}の同僚", f"（株）{bare}", f"㈱{bare}", f"{bare}㈲"])
    elif kind == "day":
        values["date"] = "{}-{:02}-{:02}".format(*born)
        written = rng.choice(days(*born))
    elif kind == "mail":
        values["string"] = mail
        written = rng.choice(
            [
                mail,
                mail.upper(),
                mail.replace("@", "＠"),
                mail.replace("@", " (at) ").replace(".jp", " (dot) jp"),
                unicodedata.normalize("NFKC", mail).replace("@", "アット"),
            ]
        )
    elif kind == "postal":
        code = f"999-{rng.randint(1000, 9999)}"
        values["address"] = f"〒{code}　{rng.choice(AREAS)}{town[0]}3-4-5"
        written = rng.choice(
            [f"〒{code}", code, code.translate(_WIDE), code.replace("-", ""), f"郵便番号{code.replace('-', '－')}"]
        )
    else:
        written = rng.choice(
            [
                town[0],
                f"{town[0]}{ranked(house[0])}丁目",
                f"{town[0]}{house[0]}丁目{house[1]}番",
                f"{town[2] or town[0]}の辺り",
            ]
        )
    return Plant(kind, values, written, rng.choice(CONTEXTS).format(written))


_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def look_alike(rng: random.Random) -> Plant:
    """Return a text in which something nearly the same stands that is another."""
    kind = rng.choice(
        ["address"] * 4
        + ["building", "building", "phone", "phone", "school", "firm", "day", "postal", "words", "words"]
    )
    values, town, (a, b, c), building, room = _address(rng)
    numbers = ("090", f"0{rng.randint(0, 999):03}", f"{rng.randint(0, 9999):04}")
    x, y, z = numbers
    school = rng.choice(SCHOOLS)
    bare = school.partition("立")[2] or school.removeprefix("学校法人架空学園")
    born = (rng.randint(1950, 2018), rng.randint(1, 12), rng.randint(1, 27))
    values |= {"phone": "-".join(numbers), "string": school, "date": "{}-{:02}-{:02}".format(*born)}
    own = values["address"]
    if kind == "address":
        written = rng.choice(
            [
                f"{rng.choice('東西南北新大小')}{town[0]}{a}-{b}-{c}",
                f"{town[0]}{a}{b}-{c}-{c + 1}",
                f"{town[0]}{a}-{b}-{c}{rng.randint(0, 9)}",
                f"{town[0]}{a + 10}丁目{b}番{c}号",
                f"{town[0]}{a}丁目{b + 30}番{c}号",
                f"{town[0]}{a}-{b}-{c + 1}".translate(_WIDE),
                f"{a + 1}-{a}-{b}-{c}",
                f"第{a}-{b}-{c}号",
                f"仮名市{town[0]}{a}-{b}-{c}" if "仮名市" not in own else f"遠海市{town[0]}{a}-{b}-{c}",
                f"令和{a}年{min(b, 12)}月{c}日",
                f"{a}時{b}分{c}秒",
            ]
        )
    elif kind == "building":
        written = rng.choice(
            [f"{building[0]}園", f"東{building[0]}", f"第二{building[0]}", f"新{building[0]}", f"{building[0]}館"]
        )
        if building[0][-1] in "ツきぶしてに":
            written = rng.choice([f"第三{building[0]}", f"西{building[0]}"])
    elif kind == "phone":
        written = rng.choice(
            [
                f"1{x[1:]}-{y}-{z}",
                f"{x}-{y}-{z}{rng.randint(0, 9)}",
                f"{x}-{y}-{(int(z) + 1) % 10000:04}",
                f"C-{x}{y}{z}{rng.randint(0, 9)}",
                f"{rng.randint(1, 9)}{x}{y}{z}",
                f"{x}-1{y[1:]}-{z}",
                f"{x}-{y}-0{z}",
            ]
        )
    elif kind == "school":
        written = rng.choice([f"東{bare}", f"第二{bare}", f"西{bare}", f"{bare[:2]}さん", f"{bare[:2]}公園"])
    elif kind == "firm":
        values["string"] = "架空海運株式会社"
        written = rng.choice(["新架空海運", "架空海上", "架空の海運", "海運株式会社", "仮空海運局"])
    elif kind == "day":
        written = rng.choice(
            [
                f"平成{born[0] - 1900}年{born[1]}月{born[2]}日",
                f"{born[0]}年{born[1]}月{born[2] + 1}日",
                f"{born[0] + 1}/{born[1]}/{born[2]}",
                f"{born[1]}月{born[2]}日",
            ]
        )
    elif kind == "postal":
        values["address"] = f"〒999-1234　{rng.choice(AREAS)}{town[0]}3-4-5"
        written = rng.choice(["999-12345", "1999-1234", "03-999-1234", "〒999-1235", "第999-1233号"])
    else:
        values["string"] = rng.choice(["無職", "不明", "自宅", "会社", "同上", "なし", "学校"])
        written = rng.choice(
            [
                "自宅",
                "会社",
                "学校",
                "避難所",
                "無職の者",
                "みなとさん",
                "荘園",
                "丁目",
                "110番",
                "海辺の町",
                f"{room}号室",
                f"{a}丁目",
            ]
        )
    return Plant(kind, values, written, rng.choice(CONTEXTS).format(written))


def series(make: Callable[[random.Random], Plant], count: int, seed: int) -> Iterator[Plant]:
    """Yield so many plants or look-alikes, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - test data
    for _ in range(count):
        yield make(rng)
