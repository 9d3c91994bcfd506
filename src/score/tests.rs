//! One text and its gold; a record that says all of it, then records that differ from it in one thing.

use serde_json::{Value, json};

use super::*;
use crate::{
    Extractor,
    record::{Engine, OffsetUnit, SourceInfo},
    score::floor::Floors,
};

const TEXT: &str = "Ardan et la Fondation Tassa ont signé, le 3 mars 2025 à Fès, une convention. Elle porte sur la formation des sages-femmes et \
                    l’accueil de stagiaires. Zineb Ouali, directrice d’Ardan, et Salma Nejjar, directrice de la Fondation Tassa, s’en félicitent.";

fn gold() -> Gold {
    let gold = json!({
        "id": "one", "source": {"archive": "signataire", "record": "one"}, "lang": "fr",
        "organizations": [{"name": "Ardan", "mentions": ["Ardan"]}, {"name": "Fondation Tassa", "mentions": ["Fondation Tassa"]}],
        "people": [
            {"name": "Zineb Ouali", "mentions": ["Zineb Ouali"], "roles": [{"title": "directrice", "organization": "Ardan"}]},
            {"name": "Salma Nejjar", "mentions": ["Salma Nejjar"], "roles": [{"title": "directrice", "organization": "Fondation Tassa"}]}],
        "places": [{"name": "Fès"}],
        "dates": [{"mention": "3 mars 2025", "value": "2025-03-03"}],
        "partnerships": [{"kind": "convention", "parties": ["Ardan", "Fondation Tassa"], "signed_on": "2025-03-03", "signed_at": "Fès",
                          "axes": ["formation des sages-femmes", "accueil de stagiaires"]}],
    });
    Gold::parse(&gold.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

/// The record that says what the gold says.
fn record() -> Value {
    let mention = |text: &str, rule: &str| {
        let at = TEXT.find(text).map_or(0, |byte| TEXT[..byte].chars().count());
        json!([{"text": text, "span": [at, at + text.chars().count()], "rule": rule}])
    };
    let organization = |id: &str, name: &str| {
        json!({"id": id, "name": name, "acronym": null, "kind": null, "legal_form": null, "country": null, "place": null, "founded": null,
               "mentions": mention(name, "fr.org"), "evidence": {}})
    };
    let person = |id: &str, name: &str| json!({"id": id, "name": name, "given": null, "family": null, "honorifics": [], "mentions": mention(name, "fr.person"), "evidence": {}});
    let role = |person: &str, organization: &str| {
        json!({"person": person, "organization": organization, "title": "directrice", "normalized": null, "status": "current",
               "mentions": mention("directrice", "fr.role"), "evidence": {}})
    };
    let axis = |text: &str| json!({"text": text, "span": mention(text, "")[0]["span"], "kind": "axis", "topics": [], "rule": "fr.axis"});
    let engine = Engine { name: String::new(), version: String::new(), rules: String::new() };
    let mut record = json!(Record::empty("one".to_owned(), SourceInfo::default(), engine, OffsetUnit::Char));
    record["organizations"] = json!([organization("o1", "Ardan"), organization("o2", "Fondation Tassa")]);
    record["people"] = json!([person("p1", "Zineb Ouali"), person("p2", "Salma Nejjar")]);
    record["roles"] = json!([role("p1", "o1"), role("p2", "o2")]);
    record["places"] =
        json!([{"id": "l1", "name": "Fès", "kind": null, "country": null, "labels": null, "mentions": mention("Fès", "fr.place"), "evidence": {}}]);
    record["dates"] = json!([{"id": "d1", "value": "2025-03-03", "precision": null, "edtf": null, "part": null, "alternatives": [],
                              "mentions": mention("3 mars 2025", "fr.date")}]);
    record["partnerships"] = json!([{"id": "a1", "kind": "convention", "type": null, "status": "signed", "parties": ["o1", "o2"], "unnamed_parties": [],
        "signatories": [], "signed_on": "d1", "signed_at": "l1", "duration": null,
        "axes": [axis("formation des sages-femmes"), axis("accueil de stagiaires")],
        "evidence": {"parties": [{"span": [0, 5], "rule": "fr.partnership"}]}}]);
    record
}

fn scored(record: &Value) -> Score {
    let extractor = Extractor::builtin().unwrap_or_else(|errors| panic!("{errors}"));
    let record: Record = serde_json::from_value(record.clone()).unwrap_or_else(|error| panic!("{error}"));
    score(extractor.rules(), TEXT, &gold(), &record)
}

/// Changes the record, and holds what each field that is not perfect then says: field, right, extra, missed.
fn check(change: impl Fn(&mut Value), expected: &[(&str, usize, usize, usize)]) {
    let mut record = record();
    change(&mut record);
    let score = scored(&record);
    let found: Vec<(&str, usize, usize, usize)> = FIELDS
        .iter()
        .map(|&field| (field.name(), score.tally(field)))
        .filter(|(_, tally)| tally.extra + tally.missed > 0)
        .map(|(name, tally)| (name, tally.right, tally.extra, tally.missed))
        .collect();
    assert_eq!(found, expected, "{:#?}", score.faults);
}

#[test]
fn a_record_that_says_the_same_is_right_in_all() {
    let score = scored(&record());
    for field in FIELDS {
        assert_eq!(score.tally(field).f1(), 1.0, "{}: {:?}", field.name(), score.faults);
    }
    assert!(score.faults.is_empty() && score.rules.values().all(|made| made.wrong == 0 && made.right > 0), "{:?}", score.rules);
    assert_eq!(gold().faults(TEXT), Vec::<String>::new());
}

#[test]
fn differences() {
    // A name in two pieces: the second is one too many, with its form.
    check(
        |it| {
            it["organizations"][1]["name"] = json!("Tassa");
            it["organizations"][1]["mentions"][0]["text"] = json!("Tassa");
        },
        &[("organizations", 1, 1, 1), ("org_mentions", 1, 1, 1), ("roles", 1, 1, 1), ("parties", 1, 1, 1)],
    );
    check(|it| it["roles"][0]["title"] = json!("présidente"), &[]); // a wording of the same role is right
    check(|it| it["roles"][0]["organization"] = json!("o2"), &[("roles", 1, 1, 1)]);
    check(|it| it["dates"][0]["value"] = json!("2025-03-04"), &[("dates", 0, 1, 1), ("signed_on", 0, 1, 1)]);
    check(|it| it["dates"][0]["value"] = json!("2025-03-03/2025-03-03"), &[]);
    check(|it| it["places"] = json!([]), &[("places", 0, 0, 1), ("signed_at", 0, 0, 1)]);
    check(|it| it["partnerships"][0]["signed_at"] = json!(null), &[("signed_at", 0, 0, 1)]);
    check(|it| it["partnerships"][0]["axes"][1]["text"] = json!("accueil des stagiaires"), &[]);
    check(|it| it["partnerships"][0]["axes"][1]["text"] = json!("budget commun"), &[("axes", 1, 1, 1), ("axis_words", 2, 2, 2)]);
    // What is told as background is no business of the gold.
    let all_missed = &[("parties", 0, 0, 2), ("signed_on", 0, 0, 1), ("signed_at", 0, 0, 1), ("axes", 0, 0, 2), ("axis_words", 0, 0, 4)];
    check(|it| it["partnerships"][0]["status"] = json!("existing"), all_missed);
    check(
        |it| {
            let mut second = it["partnerships"][0].clone();
            second["parties"] = json!(["o2"]);
            second["axes"] = json!([]);
            second["signed_on"] = json!(null);
            second["signed_at"] = json!(null);
            it["partnerships"].as_array_mut().into_iter().for_each(|list| list.push(second.clone()));
        },
        &[("parties", 2, 1, 0)],
    );
}

#[test]
fn errors_have_their_place_and_rule() {
    let mut record = record();
    record["people"] = json!([record["people"][0]]);
    record["places"][0]["name"] = json!("Sefrou");
    record["places"][0]["mentions"][0]["text"] = json!("Sefrou");
    let score = scored(&record);
    let shown: Vec<String> = score
        .faults
        .iter()
        .filter(|fault| matches!(fault.field, Field::People | Field::Places))
        .map(|fault| {
            format!("{:?} {} [{}] {}", fault.verdict, fault.what, fault.at.clone().map_or("", |at| &TEXT[at]), fault.rule.as_deref().unwrap_or("-"))
        })
        .collect();
    assert_eq!(shown, ["Missed Salma Nejjar [Salma Nejjar] -", "Missed Fès [Fès] -", "Extra Sefrou [Fès] fr.place"]);
    assert_eq!(score.rules["fr.place"], Made { right: 0, wrong: 1 });
}

#[test]
fn gold_that_the_text_does_not_hold() {
    let mut gold = gold();
    gold.dates[0].mention = "4 mars".to_owned();
    gold.partnerships[0].parties.push("Ville de Fès".to_owned());
    assert_eq!(gold.faults(TEXT), ["« 4 mars » is not in the text", "« Ville de Fès » is not among the organisations"]);
    assert!(Gold::parse("{\"id\": 1}").is_err_and(|error| error.contains("line 1")));
}

#[test]
fn floors_only_rise() {
    let perfect = scored(&record());
    let mut worse = record();
    worse["people"] = json!([]);
    let worse = scored(&worse);
    let mut floors = Floors::parse("# a remark\none\tpeople\t0.500\n").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(floors.below("one", &worse), ["one: people is 0.000, its floor 0.500"]);
    assert_eq!(floors.below("another", &worse), Vec::<String>::new());
    floors.raise("one", &worse);
    assert!(floors.text().contains("one\tpeople\t0.500\n") && floors.text().starts_with("# a remark\n"), "{}", floors.text());
    floors.raise("one", &perfect);
    assert!(floors.text().contains("one\tpeople\t1.000\n"), "{}", floors.text());
    assert_eq!(Floors::parse(&floors.text()).as_ref(), Ok(&floors));
    for line in ["one\tpeople", "one\tpeeple\t0.5", "one\tpeople\t1.5", "one\tpeople\tNaN"] {
        assert!(Floors::parse(line).is_err_and(|error| error.starts_with("line 1")), "{line}");
    }
}
