//! The laws of the record, on every text of the repository, and on those of the folder that SIGNATAIRE_CORPUS names.

mod support;

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;
use signataire::{
    Document, Extractor, Options,
    record::{EvidenceMap, Mention, OffsetUnit, Offsets, Record, schema},
};
use support::{difference, documents, extractor, extractor_with, files, folded, path, read, seed, view};
use unicode_normalization::UnicodeNormalization;

/// The seeds, the fixtures, and the texts of SIGNATAIRE_CORPUS (`.txt`, or `.jsonl` with a "text" a line).
fn corpus() -> Vec<Document> {
    let mut all: Vec<Document> =
        ["seeds", "fixtures/fr", "fixtures/fr-held-out", "fixtures/en", "fixtures/en-held-out", "fixtures/ar", "fixtures/ar-held-out"]
            .into_iter()
            .flat_map(|folder| documents(&path(folder)))
            .collect();
    match std::env::var_os("SIGNATAIRE_CORPUS").map(PathBuf::from) {
        None => eprintln!("SIGNATAIRE_CORPUS is not set: the laws are tried on the {} texts of the repository alone", all.len()),
        Some(folder) => {
            let before = all.len();
            for file in files(&folder) {
                let id = file.display().to_string();
                match file.extension().and_then(|e| e.to_str()) {
                    Some("txt") => all.push(support::document(&id, &String::from_utf8_lossy(&std::fs::read(&file).unwrap_or_default()))),
                    Some("jsonl") => all.extend(read(&file).lines().enumerate().filter_map(|(i, line)| {
                        let line: Value = serde_json::from_str(line).ok()?;
                        Some(support::document(&format!("{id}:{}", i + 1), line.get("text")?.as_str()?))
                    })),
                    _ => {}
                }
            }
            assert!(all.len() > before, "SIGNATAIRE_CORPUS: no text below {}", folder.display());
        }
    }
    all
}

/// Holds a law on every document; tells the first breaches of each.
fn check(law: impl Fn(&Extractor, &Document) -> Vec<String>, options: &Options) {
    let extractor = extractor_with(options.clone());
    let mut breaches = Vec::new();
    for document in corpus() {
        breaches.extend(law(&extractor, &document).into_iter().take(5).map(|breach| format!("{}: {breach}", document.id)));
    }
    let shown = breaches.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(breaches.is_empty(), "{} breaches:\n{shown}", breaches.len());
}

fn json(record: &Record) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

/// The text between two offsets, if they lie on characters, in this order.
fn cut(text: &str, unit: OffsetUnit, [start, end]: Offsets) -> Option<&str> {
    let byte = |at: u32| {
        let mut counted = 0;
        let sizes = text.char_indices().map(|(i, c)| {
            let size = match unit {
                OffsetUnit::Char => 1,
                OffsetUnit::Byte => c.len_utf8(),
                OffsetUnit::Utf16 => c.len_utf16(),
            };
            let here = (i, counted);
            counted += size;
            here
        });
        let found = sizes.collect::<Vec<_>>().into_iter().find(|&(_, n)| n == at as usize).map(|(i, _)| i);
        found.or_else(|| (counted == at as usize).then_some(text.len()))
    };
    text.get(byte(start)?..byte(end)?)
}

/// Every object with a span: the span cuts the text, to the object's `text` where it has one, to its `via` but for white space.
fn spans(value: &Value, text: &str, unit: OffsetUnit, breaches: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| spans(item, text, unit, breaches)),
        Value::Object(fields) => {
            for name in ["span", "head"] {
                let Some(span) = fields.get(name).and_then(|span| serde_json::from_value(span.clone()).ok()) else { continue };
                let found = cut(text, unit, span).filter(|words| !words.is_empty());
                let wanted = fields.get("text").filter(|_| name == "span").and_then(Value::as_str);
                let via = fields.get("via").and_then(Value::as_str);
                match found {
                    None => breaches.push(format!("{name} {span:?} cuts nothing: {value}")),
                    Some(words) if wanted.is_some_and(|wanted| wanted != words) || via.is_some_and(|via| via != folded(words)) => {
                        breaches.push(format!("{name} {span:?} cuts « {words} »: {value}"));
                    }
                    Some(_) => {}
                }
            }
            fields.values().for_each(|field| spans(field, text, unit, breaches));
        }
        _ => {}
    }
}

fn cuts(extractor: &Extractor, document: &Document, unit: OffsetUnit) -> Vec<String> {
    let record = extractor.extract(document);
    let mut breaches = Vec::new();
    spans(&json(&record), &document.text, unit, &mut breaches);
    let [sentences, tokens] = [&record.sentences, &record.tokens]
        .map(|list| list.iter().flatten().filter(|&&span| cut(&document.text, unit, span).is_none_or(str::is_empty)).count());
    breaches.extend((sentences + tokens > 0).then(|| format!("{sentences} sentences and {tokens} tokens cut nothing")));
    breaches.extend((record.sentences.is_none() || record.tokens.is_none()).then(|| "no sentences or no tokens".to_owned()));
    breaches
}

#[test]
fn spans_cut_the_text() {
    for offset_unit in [OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16] {
        let options = Options { offset_unit, with_sentences: true, with_tokens: true, ..Options::default() };
        check(|extractor, document| cuts(extractor, document, offset_unit), &options);
    }
}

/// Units count what they say: the same spans, in texts where the three units differ.
#[test]
fn units_differ() {
    let text = "🙂 Signé à Rabat.";
    for (offset_unit, expected) in [(OffsetUnit::Char, [10, 15]), (OffsetUnit::Byte, [15, 20]), (OffsetUnit::Utf16, [11, 16])] {
        let record = extractor_with(Options { offset_unit, ..Options::default() }).extract(&support::document("units", text));
        assert_eq!(record.places[0].mentions[0].span, expected, "{offset_unit:?}");
        assert_eq!(cut(text, offset_unit, expected), Some("Rabat"), "{offset_unit:?}");
    }
}

/// Law 1: every value that came from the text says where from, by a rule that is in force.
#[test]
fn values_have_evidence() {
    fn rules(value: &Value, known: &[&str], breaches: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| rules(item, known, breaches)),
            Value::Object(fields) => {
                let rule = fields.get("rule").and_then(Value::as_str);
                breaches.extend(rule.filter(|rule| !known.contains(rule)).map(|rule| format!("no rule `{rule}`: {value}")));
                fields.values().for_each(|field| rules(field, known, breaches));
            }
            _ => {}
        }
    }
    let law = |extractor: &Extractor, document: &Document| {
        let record = extractor.extract(document);
        let known: Vec<&str> = extractor.rules().written().rules.iter().map(|rule| rule.id.it.as_str()).collect();
        let mut breaches = Vec::new();
        rules(&json(&record)["organizations"], &known, &mut breaches);
        for list in ["people", "roles", "places", "dates", "partnerships", "quotes"] {
            rules(&json(&record)[list], &known, &mut breaches);
        }
        let mut wants = |who: &str, evidence: &EvidenceMap, fields: &[(&str, bool)]| {
            for (field, set) in fields {
                let has = evidence.get(*field).is_some_and(|list| !list.is_empty());
                if *set && !has {
                    breaches.push(format!("{who}: `{field}` has no evidence"));
                }
                if !*set && has {
                    breaches.push(format!("{who}: `{field}` is empty and has evidence"));
                }
            }
        };
        for it in &record.organizations {
            let fields = [
                ("acronym", it.acronym.is_some()),
                ("kind", it.kind.is_some()),
                ("legal_form", it.legal_form.is_some()),
                ("country", it.country.is_some()),
                ("place", it.place.is_some()),
                ("founded", it.founded.is_some()),
            ];
            wants(&it.name, &it.evidence, &fields);
        }
        for it in &record.people {
            wants(
                &it.name,
                &it.evidence,
                &[("given", it.given.is_some()), ("family", it.family.is_some()), ("honorifics", !it.honorifics.is_empty())],
            );
        }
        for it in &record.roles {
            let fields = [
                ("person", true),
                ("title", true),
                ("status", true),
                ("organization", it.organization.is_some()),
                ("normalized", it.normalized.is_some()),
            ];
            wants(&it.title, &it.evidence, &fields);
        }
        for it in &record.places {
            wants(&it.name, &it.evidence, &[("kind", it.kind.is_some()), ("country", it.country.is_some()), ("labels", it.labels.is_some())]);
        }
        for it in &record.partnerships {
            let fields = [
                ("kind", it.kind.is_some()),
                ("type", it.class.is_some()),
                ("status", true),
                ("parties", !it.parties.is_empty()),
                ("unnamed_parties", !it.unnamed_parties.is_empty()),
                ("signatories", !it.signatories.is_empty()),
                ("signed_on", it.signed_on.is_some()),
                ("signed_at", it.signed_at.is_some()),
                ("duration", it.duration.is_some()),
                ("renews", it.renews.is_some()),
                ("amends", it.amends.is_some()),
            ];
            wants(&it.id, &it.evidence, &fields);
        }
        let unmentioned = |who: &str, mentions: &[Mention]| mentions.is_empty().then(|| format!("{who}: no mention"));
        breaches.extend(record.organizations.iter().filter_map(|it| unmentioned(&it.name, &it.mentions)));
        breaches.extend(record.people.iter().filter_map(|it| unmentioned(&it.name, &it.mentions)));
        breaches.extend(record.roles.iter().filter_map(|it| unmentioned(&it.title, &it.mentions)));
        breaches.extend(record.places.iter().filter_map(|it| unmentioned(&it.name, &it.mentions)));
        breaches.extend(record.dates.iter().filter_map(|it| unmentioned(&it.id, &it.mentions)));
        breaches
    };
    check(law, &Options::default());
}

/// Law 2: ids number things by first mention, and every list is in that order.
#[test]
fn lists_are_in_the_order_of_the_text() {
    let ordered = |what: &str, starts: Vec<u32>| (!starts.is_sorted()).then(|| format!("{what} out of order: {starts:?}"));
    let numbered = |prefix: &str, ids: Vec<&String>| {
        let wanted: Vec<String> = (1..=ids.len()).map(|i| format!("{prefix}{i}")).collect();
        (!ids.iter().copied().eq(wanted.iter())).then(|| format!("ids {ids:?}"))
    };
    let first = |mentions: &[Mention]| mentions.first().map_or(0, |m| m.span[0]);
    let law = |extractor: &Extractor, document: &Document| {
        let it = extractor.extract(document);
        let inner = |what: &str, mentions: &[Mention]| ordered(&format!("mentions of {what}"), mentions.iter().map(|m| m.span[0]).collect());
        let mut breaches = Vec::new();
        breaches.extend(numbered("o", it.organizations.iter().map(|x| &x.id).collect()));
        breaches.extend(numbered("p", it.people.iter().map(|x| &x.id).collect()));
        breaches.extend(numbered("l", it.places.iter().map(|x| &x.id).collect()));
        breaches.extend(numbered("d", it.dates.iter().map(|x| &x.id).collect()));
        breaches.extend(numbered("a", it.partnerships.iter().map(|x| &x.id).collect()));
        breaches.extend(ordered("organizations", it.organizations.iter().map(|x| first(&x.mentions)).collect()));
        breaches.extend(ordered("people", it.people.iter().map(|x| first(&x.mentions)).collect()));
        breaches.extend(ordered("roles", it.roles.iter().map(|x| first(&x.mentions)).collect()));
        breaches.extend(ordered("places", it.places.iter().map(|x| first(&x.mentions)).collect()));
        breaches.extend(ordered("dates", it.dates.iter().map(|x| first(&x.mentions)).collect()));
        breaches.extend(ordered("quotes", it.quotes.iter().map(|x| x.span[0]).collect()));
        let told = |x: &signataire::record::Partnership| x.evidence.get("status").into_iter().flatten().map(|e| e.span[0]).min().unwrap_or(0);
        breaches.extend(ordered("partnerships", it.partnerships.iter().map(told).collect()));
        for agreement in &it.partnerships {
            breaches.extend(ordered(&format!("axes of {}", agreement.id), agreement.axes.iter().map(|a| a.span[0]).collect()));
            let starts = agreement.parties.iter().filter_map(|id| it.organizations.iter().find(|o| o.id == *id)).map(|o| first(&o.mentions));
            breaches.extend(ordered(&format!("parties of {}", agreement.id), starts.collect()));
        }
        breaches.extend(it.organizations.iter().filter_map(|x| inner(&x.name, &x.mentions)));
        breaches.extend(it.people.iter().filter_map(|x| inner(&x.name, &x.mentions)));
        breaches.extend(it.roles.iter().filter_map(|x| inner(&x.title, &x.mentions)));
        breaches.extend(it.places.iter().filter_map(|x| inner(&x.name, &x.mentions)));
        breaches.extend(it.dates.iter().filter_map(|x| inner(&x.id, &x.mentions)));
        breaches
    };
    check(law, &Options::default());
}

/// Every id names something of its list; law 7: parties and the organisations of roles are organisations.
#[test]
fn ids_resolve() {
    let law = |extractor: &Extractor, document: &Document| {
        let it = extractor.extract(document);
        let organizations: Vec<&String> = it.organizations.iter().map(|x| &x.id).collect();
        let people: Vec<&String> = it.people.iter().map(|x| &x.id).collect();
        let places: Vec<&String> = it.places.iter().map(|x| &x.id).collect();
        let dates: Vec<&String> = it.dates.iter().map(|x| &x.id).collect();
        let agreements: Vec<&String> = it.partnerships.iter().map(|x| &x.id).collect();
        let mut breaches = Vec::new();
        let mut names = |what: &str, id: Option<&String>, known: &[&String]| {
            breaches.extend(id.filter(|id| !known.contains(id)).map(|id| format!("{what}: nothing is called {id}")));
        };
        names("published", it.published.as_ref(), &dates);
        for x in &it.organizations {
            names("organization.place", x.place.as_ref(), &places);
            names("organization.founded", x.founded.as_ref(), &dates);
        }
        for x in &it.roles {
            names("role.person", Some(&x.person), &people);
            names("role.organization", x.organization.as_ref(), &organizations);
        }
        for x in &it.partnerships {
            x.parties.iter().for_each(|id| names("partnership.parties", Some(id), &organizations));
            x.signatories.iter().for_each(|id| names("partnership.signatories", Some(id), &people));
            names("partnership.signed_on", x.signed_on.as_ref(), &dates);
            names("partnership.signed_at", x.signed_at.as_ref(), &places);
            names("partnership.renews", x.renews.as_ref(), &agreements);
            names("partnership.amends", x.amends.as_ref(), &agreements);
        }
        it.quotes.iter().for_each(|x| names("quote.speaker", x.speaker.as_ref(), &people));
        for x in &it.partnerships {
            let twice = x.parties.iter().enumerate().any(|(i, id)| x.parties[..i].contains(id));
            breaches.extend(twice.then(|| format!("{}: a party twice", x.id)));
        }
        breaches
    };
    check(law, &Options::default());
}

/// Labels and codes of a place without a country are not those of its neighbour's column.
#[test]
fn places_without_a_country() {
    let record = extractor().extract(&support::document("places", "La convention concerne l’Afrique et l’Europe."));
    let shown = |place: &signataire::record::Place| {
        let labels = place.labels.iter().flatten().map(|(language, label)| format!("{language} {label}")).collect::<Vec<_>>().join(", ");
        format!("{} {:?} {labels}", place.name, place.country)
    };
    let found: Vec<String> = record.places.iter().map(shown).collect();
    assert!(
        found.len() == 2
            && found[0].starts_with("Afrique None ")
            && found[0].contains("en Africa, fr Afrique")
            && found[1].contains("en Europe, fr Europe"),
        "{found:?}"
    );
}

/// What is classified has a label in both languages.
#[test]
fn labels_are_bilingual() {
    fn labels(value: &Value, breaches: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| labels(item, breaches)),
            Value::Object(fields) => {
                for (name, field) in fields.iter().filter(|(name, _)| *name != "evidence") {
                    let label = matches!(name.as_str(), "type" | "normalized" | "labels") || name == "kind" && field.is_object();
                    let complete = ["fr", "en"].iter().all(|language| field[language].as_str().is_some_and(|label| !label.is_empty()));
                    if label && !field.is_null() && !complete {
                        breaches.push(format!("{name}: {field}"));
                    }
                    let country = field.as_str().filter(|_| name == "country");
                    if country.is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
                        breaches.push(format!("{name}: {field} is no ISO 3166-1 code"));
                    }
                    labels(field, breaches);
                }
            }
            _ => {}
        }
    }
    let law = |extractor: &Extractor, document: &Document| {
        let mut breaches = Vec::new();
        labels(&json(&extractor.extract(document)), &mut breaches);
        breaches
    };
    check(law, &Options::default());
}

#[test]
fn records_fit_the_schema() {
    let schema = serde_json::to_value(schema()).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let law = |extractor: &Extractor, document: &Document| {
        let record = json(&extractor.extract(document));
        validator.iter_errors(&record).map(|error| format!("{} at {}", error, error.instance_path())).collect()
    };
    check(law, &Options { with_sentences: true, with_tokens: true, ..Options::default() });
    let mut broken = json(&extractor().extract(&seed("002")));
    broken["organizations"][0]["mentions"][0]["span"] = Value::from("3-52");
    assert!(!validator.is_valid(&broken), "the schema lets a span be a word");
}

/// Law 2: the same bytes, in any order of the documents, and from several threads at once.
#[test]
fn same_input_same_bytes() {
    let corpus = corpus();
    let extractor = extractor_with(Options { with_sentences: true, with_tokens: true, ..Options::default() });
    let bytes = |document: &Document| serde_json::to_string(&extractor.extract(document)).unwrap_or_default();
    let first: Vec<String> = corpus.iter().map(bytes).collect();
    let backwards: Vec<String> = corpus.iter().rev().map(bytes).collect();
    let threads: Vec<Vec<String>> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..2).map(|_| scope.spawn(|| corpus.iter().map(bytes).collect::<Vec<_>>())).collect();
        started.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    });
    let fresh = Extractor::with_rules(&[]).unwrap_or_else(|errors| panic!("{errors}")).with_options(Options {
        with_sentences: true,
        with_tokens: true,
        ..Options::default()
    });
    for (i, document) in corpus.iter().enumerate() {
        assert!(first[i].len() > 200, "{}: hardly a record", document.id);
        assert_eq!(first[i], backwards[corpus.len() - 1 - i], "{}: after other documents", document.id);
        assert_eq!(first[i], serde_json::to_string(&fresh.extract(document)).unwrap_or_default(), "{}: from rules loaded anew", document.id);
        for thread in &threads {
            assert_eq!(Some(&first[i]), thread.get(i), "{}: from a thread", document.id);
        }
    }
}

/// Letters and marks as texts out of word processors, PDF and web pages have them. None of it changes what is said.
#[derive(Clone, Debug, Default)]
struct Noise {
    /// Places, as shares of a text's length in 1/65536, and what goes there.
    spaces: Vec<(u16, char)>,
    inside: Vec<(u16, char)>,
    decomposed: bool,
    crlf: bool,
    straight: bool,
    mark: bool,
}

impl Noise {
    fn put(&self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        let blanks: Vec<usize> = (0..chars.len()).filter(|&i| chars[i] == ' ').collect();
        for &(at, with) in &self.spaces {
            chars[blanks[at as usize * blanks.len() / 65536]] = with;
        }
        // Between two small letters: a mark there belongs to the word.
        let inside = |i: &usize| chars[*i].is_lowercase() && chars.get(i + 1).is_some_and(|c| c.is_lowercase());
        let inner: Vec<usize> = (0..chars.len()).filter(inside).collect();
        let mut places: Vec<(usize, char)> = self.inside.iter().map(|&(at, with)| (inner[at as usize * inner.len() / 65536] + 1, with)).collect();
        places.sort_by_key(|place| std::cmp::Reverse(place.0));
        places.iter().for_each(|&(at, with)| chars.insert(at, with));
        let mut text: String = chars.into_iter().collect();
        if self.straight {
            text = text.replace('’', "'");
        }
        if self.decomposed {
            text = text.nfd().collect();
        }
        if self.crlf {
            text = text.replace('\n', "\r\n");
        }
        if self.mark { format!("\u{feff}{text}") } else { text }
    }

    /// The same fact, whatever the noise.
    fn folded(line: &str) -> String {
        let plain: String = line.nfc().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}')).collect();
        folded(&plain).replace('’', "'").replace('\u{2010}', "-")
    }
}

fn noise() -> impl Strategy<Value = Noise> {
    let spaces = prop::collection::vec((any::<u16>(), prop::sample::select(&['\u{a0}', '\u{202f}', '\u{2009}', '\t'][..])), 0..40);
    let inside = prop::collection::vec((any::<u16>(), prop::sample::select(&['\u{ad}', '\u{200b}', '\u{feff}', '\u{2060}'][..])), 0..40);
    (spaces, inside, any::<[bool; 4]>()).prop_map(|(spaces, inside, [decomposed, crlf, straight, mark])| Noise {
        spaces,
        inside,
        decomposed,
        crlf,
        straight,
        mark,
    })
}

/// The facts of a text, noise folded, and the breaches of its spans.
fn noisy(extractor: &Extractor, source: &str) -> (Vec<String>, Vec<String>) {
    let document = Document { id: "noise".to_owned(), text: source.to_owned(), ..Document::default() };
    let record = extractor.extract(&document);
    let mut breaches = Vec::new();
    spans(&json(&record), source, OffsetUnit::Char, &mut breaches);
    (view::facts_by(&record, &Noise::folded), breaches)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(96), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn odd_characters_change_nothing(noise in noise(), which in prop::sample::select(&["000", "002"][..])) {
        let seed = seed(which);
        let extractor = extractor();
        let (wanted, _) = noisy(&extractor, &seed.text);
        let (found, breaches) = noisy(&extractor, &noise.put(&seed.text));
        prop_assert!(breaches.is_empty(), "{}", breaches.join("\n"));
        prop_assert!(wanted == found, "seed {which}\n{}", difference(&wanted, &found));
    }

    #[test]
    fn spans_cut_any_text(source in "(\\PC{0,20}|[ \n]|l’|M\\. |SA|\u{ad}|é|« |»|Rabat|a signé|convention|Fondation Atlas |2026){0,40}") {
        let (_, breaches) = noisy(&extractor(), &source);
        prop_assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }
}

/// Each kind of noise alone, everywhere at once: what a random mix may miss.
#[test]
fn all_of_one_noise() {
    let everywhere = |with: char| (0..u16::MAX).step_by(16).map(|at| (at, with)).collect::<Vec<_>>();
    let extractor = extractor();
    for name in ["000", "002"] {
        let seed = seed(name);
        let (wanted, _) = noisy(&extractor, &seed.text);
        for noise in [
            Noise { spaces: everywhere('\u{a0}'), ..Noise::default() },
            Noise { spaces: everywhere('\u{202f}'), ..Noise::default() },
            Noise { decomposed: true, ..Noise::default() },
            Noise { crlf: true, ..Noise::default() },
            Noise { straight: true, ..Noise::default() },
            Noise { mark: true, ..Noise::default() },
        ] {
            let source = noise.put(&seed.text);
            let (found, breaches) = noisy(&extractor, &source);
            let kind = Noise { spaces: noise.spaces.iter().copied().take(1).collect(), ..noise };
            assert!(source != seed.text && breaches.is_empty(), "{kind:?}\n{}", breaches.join("\n"));
            assert!(wanted == found, "seed {name}, {kind:?}\n{}", difference(&wanted, &found));
        }
    }
}
