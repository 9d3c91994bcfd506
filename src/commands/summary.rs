//! The record on a page, for people: no spans, no ids, no rules.

use std::collections::HashMap;

use signataire::record::{AgreementStatus, Axis, AxisKind, Label, Organization, Partnership, Quote, Record, Role, RoleStatus};

use super::page::{BAD, BOLD, DATE, DIM, GOOD, NAME, PLACE, PLAIN, Piece, Sheet, WARN, paint, shorten};

/// Columns of the longest label and a gap.
const LABEL: usize = 15;

pub fn summary(record: &Record, width: usize) -> String {
    let names = Names::new(record);
    let mut sheet = Sheet::new(2, LABEL, width);
    sheet.heading(&head(record, &names));
    if let Some(error) = &record.error {
        sheet.row("not read", BAD, &[vec![(error.message.clone(), PLAIN), (format!("({})", error.code), DIM)]]);
    }
    if let Some(title) = &record.title {
        sheet.heading(&[(title.text.clone(), BOLD)]);
    }
    for partnership in &record.partnerships {
        sheet.gap();
        agreement(&mut sheet, partnership, &names);
    }
    let listed = [
        ("people", people(record, &names)),
        ("organisations", record.organizations.iter().map(|organization| organisation(organization, &names)).collect()),
        ("places", places(record)),
        ("dates", dates(record)),
        ("quotes", record.quotes.iter().map(|quote| said(quote, &names, width)).collect()),
    ];
    if listed.iter().any(|(_, items)| !items.is_empty()) {
        sheet.gap();
    }
    for (label, items) in listed {
        sheet.row(label, DIM, &items);
    }
    if !record.warnings.is_empty() {
        sheet.gap();
        let items: Vec<_> = record.warnings.iter().map(|warning| vec![plain(&warning.message), dim(&format!("({})", warning.code))]).collect();
        sheet.row("warnings", WARN, &items);
    }
    let nothing = record.error.is_none() && record.title.is_none() && record.partnerships.is_empty() && record.organizations.is_empty();
    if nothing && record.people.is_empty() && record.places.is_empty() && record.dates.is_empty() && record.quotes.is_empty() {
        sheet.row("nothing found", DIM, &[vec![dim("no organisation, person, place, date or agreement")]]);
    }
    sheet.text
}

/// The last line of a batch.
pub fn tally(count: u64, failed: u64) -> String {
    match failed {
        0 => paint(&format!("{count} documents"), DIM),
        _ => format!("{}, {}", paint(&format!("{count} documents"), DIM), paint(&format!("{failed} not read"), BAD)),
    }
}

/// What ids stand for, in few words.
struct Names(HashMap<String, String>);

impl Names {
    fn new(record: &Record) -> Self {
        let organizations = record.organizations.iter().map(|found| (&found.id, found.acronym.as_ref().unwrap_or(&found.name).clone()));
        let people = record.people.iter().map(|found| (&found.id, found.name.clone()));
        let places = record.places.iter().map(|found| (&found.id, found.name.clone()));
        let dates = record.dates.iter().map(|found| {
            let written = found.mentions.first().map(|mention| mention.text.clone());
            (&found.id, found.value.clone().or(written).unwrap_or_default())
        });
        let agreements = record.partnerships.iter().map(|found| (&found.id, found.kind.clone().unwrap_or_else(|| "agreement".to_owned())));
        let all = organizations.chain(people).chain(places).chain(dates).chain(agreements);
        Names(all.map(|(id, name)| (id.clone(), name)).collect())
    }

    fn of(&self, id: &str) -> String {
        self.0.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }
}

fn plain(text: &str) -> Piece {
    (text.to_owned(), PLAIN)
}

fn dim(text: &str) -> Piece {
    (text.to_owned(), DIM)
}

fn note(parts: impl IntoIterator<Item = Option<String>>) -> Option<Piece> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| dim(&format!("({})", parts.join(", "))))
}

fn head(record: &Record, names: &Names) -> Vec<Piece> {
    let languages = (!record.languages.is_empty()).then(|| record.languages.join(" "));
    let published = record.published.as_deref().map(|id| format!("published {}", names.of(id)));
    let reference = record.reference.value.as_deref().filter(|value| published.as_deref() != Some(&format!("published {value}")));
    let encoding = record.source.encoding.clone().filter(|encoding| encoding != "utf-8");
    let parts = [languages, published, reference.map(|value| format!("read as of {value}")), encoding];
    let line = parts.into_iter().flatten().map(|part| format!("· {part}")).collect::<Vec<_>>().join(" ");
    vec![(record.id.clone(), BOLD), dim(&line)]
}

fn agreement(sheet: &mut Sheet, partnership: &Partnership, names: &Names) {
    let (status, style) = match partnership.status {
        AgreementStatus::Signed => ("signed", GOOD),
        AgreementStatus::Announced => ("announced", GOOD),
        AgreementStatus::Planned => ("planned", WARN),
        AgreementStatus::Existing => ("existing", DIM),
        AgreementStatus::Ended => ("ended", DIM),
    };
    let class = partnership.class.as_ref().map(|class| class.en.clone());
    let mut line = vec![(partnership.kind.clone().or(class).unwrap_or_else(|| "agreement".to_owned()), BOLD)];
    for (id, style) in [(&partnership.signed_on, DATE), (&partnership.signed_at, PLACE)] {
        if let (Some(id), Some((text, _))) = (id, line.last_mut()) {
            text.push(',');
            line.push((names.of(id), style));
        }
    }
    let renews = partnership.renews.as_deref().map(|id| format!("renews: {}", names.of(id)));
    let amends = partnership.amends.as_deref().map(|id| format!("amends: {}", names.of(id)));
    line.extend(note([partnership.duration.clone(), renews, amends]));
    sheet.row(status, style, &[line]);
    let mut parties: Vec<_> = partnership.parties.iter().map(|id| vec![(names.of(id), NAME)]).collect();
    parties.extend(partnership.unnamed_parties.iter().map(|text| vec![plain(text), dim("(unnamed)")]));
    sheet.row("parties", DIM, &parties);
    sheet.row("signed by", DIM, &partnership.signatories.iter().map(|id| vec![(names.of(id), NAME)]).collect::<Vec<_>>());
    for (label, kind) in [("objectives", AxisKind::Objective), ("axes", AxisKind::Axis), ("commitments", AxisKind::Commitment)] {
        let items: Vec<_> = partnership.axes.iter().filter(|axis| axis.kind == kind).map(topic).collect();
        sheet.row(label, DIM, &items);
    }
}

fn topic(axis: &Axis) -> Vec<Piece> {
    let topics: Vec<_> = axis.topics.iter().map(|topic| topic.en.as_str()).collect();
    let mut line = vec![plain("-"), plain(&axis.text)];
    if !topics.is_empty() {
        line.push(dim(&format!("[{}]", topics.join(", "))));
    }
    line
}

fn people(record: &Record, names: &Names) -> Vec<Vec<Piece>> {
    let one = |person: &signataire::record::Person| {
        let roles: Vec<_> = record.roles.iter().filter(|role| role.person == person.id).map(|role| function(role, names)).collect();
        let mut line = vec![(person.name.clone(), NAME)];
        if !roles.is_empty() {
            line.push(plain(&format!("– {}", roles.join("; "))));
        }
        line
    };
    record.people.iter().map(one).collect()
}

fn function(role: &Role, names: &Names) -> String {
    let status = match role.status {
        RoleStatus::Current => "",
        RoleStatus::Former => " (former)",
        RoleStatus::Appointed => " (appointed)",
    };
    let place = role.organization.as_deref().map(|id| format!(", {}", names.of(id))).unwrap_or_default();
    format!("{}{place}{status}", role.title)
}

fn organisation(organization: &Organization, names: &Names) -> Vec<Piece> {
    let mut line = vec![(organization.name.clone(), NAME)];
    line.extend(organization.acronym.as_ref().map(|acronym| plain(&format!("= {acronym}"))));
    let kind = organization.kind.as_ref().map(|kind: &Label| kind.en.clone());
    let founded = organization.founded.as_deref().map(|id| format!("founded {}", names.of(id)));
    line.extend(note([kind, organization.country.clone(), founded]));
    line
}

fn places(record: &Record) -> Vec<Vec<Piece>> {
    let last = record.places.len().saturating_sub(1);
    let line = record.places.iter().enumerate().map(|(index, place)| {
        let country = place.country.as_ref().filter(|_| place.kind.as_deref() != Some("country"));
        let country = country.map(|country| format!(" ({country})")).unwrap_or_default();
        (format!("{}{country}{}", place.name, if index < last { ";" } else { "" }), PLACE)
    });
    let line: Vec<_> = line.collect();
    if line.is_empty() { Vec::new() } else { vec![line] }
}

fn dates(record: &Record) -> Vec<Vec<Piece>> {
    let one = |date: &signataire::record::Date| {
        let mut line = vec![(date.value.clone().unwrap_or_else(|| "?".to_owned()), DATE)];
        line.extend((!date.alternatives.is_empty()).then(|| plain(&format!("or {}", date.alternatives.join(" or ")))));
        line.extend(
            date.mentions
                .first()
                .filter(|mention| Some(&mention.text) != date.value.as_ref())
                .map(|mention| dim(&format!("“{}”", shorten(&mention.text, 40)))),
        );
        line
    };
    record.dates.iter().map(one).collect()
}

/// Two lines of it at most.
fn said(quote: &Quote, names: &Names, width: usize) -> Vec<Piece> {
    let speaker = quote.speaker.as_deref().map_or_else(|| dim("somebody:"), |id| (format!("{}:", names.of(id)), NAME));
    let limit = (2 * width).saturating_sub(2 * LABEL + 20 + speaker.0.len());
    vec![speaker, plain(&format!("“{}”", shorten(&quote.text, limit)))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of a record, colours taken out.
    fn check(record: serde_json::Value, expected: &str) {
        let mut whole = serde_json::json!({
            "schema_version": "1.0.0", "id": "002", "offset_unit": "char", "languages": ["fr"],
            "source": {"name": "002.txt", "media_type": "text/plain", "encoding": "windows-1252", "bytes": 1, "sha256": ""},
            "engine": {"name": "signataire", "version": "0", "rules": ""}, "reference": {"value": null, "source": "none"},
            "title": null, "published": null, "organizations": [], "people": [], "roles": [], "places": [], "dates": [],
            "partnerships": [], "quotes": [], "warnings": [],
        });
        if let (Some(whole), Some(part)) = (whole.as_object_mut(), record.as_object()) {
            whole.extend(part.clone());
        }
        let record: Record = serde_json::from_value(whole).expect("a record");
        let page = anstream::adapter::strip_str(&summary(&record, 70)).to_string();
        assert_eq!(page.trim_end(), expected.trim_end(), "\n{page}");
    }

    #[test]
    fn pages() {
        check(serde_json::json!({}), "002 · fr · windows-1252\n  nothing found  no organisation, person, place, date or agreement");
        check(
            serde_json::json!({"error": {"code": "empty", "message": "no text but white space"}, "languages": []}),
            "002 · windows-1252\n  not read       no text but white space (empty)",
        );
        let mention = |text: &str| serde_json::json!([{"text": text, "span": [0, 1], "rule": "r"}]);
        check(
            serde_json::json!({
                "title": {"text": "Signature à Rabat", "span": [0, 1]}, "published": "d1",
                "organizations": [
                    {"id": "o1", "name": "Fondation des Sciences", "acronym": "FS", "kind": {"id": "foundation", "fr": "fondation", "en": "foundation"},
                     "legal_form": null, "country": "MA", "place": null, "founded": "d2", "mentions": [], "evidence": {}},
                    {"id": "o2", "name": "Exemple Maroc SA", "acronym": null, "kind": null, "legal_form": "SA", "country": null, "place": null,
                     "founded": null, "mentions": [], "evidence": {}}],
                "people": [{"id": "p1", "name": "Aïcha BENALI", "given": null, "family": null, "honorifics": [], "mentions": [], "evidence": {}}],
                "roles": [{"person": "p1", "organization": "o1", "title": "présidente", "normalized": null, "status": "former", "mentions": [], "evidence": {}}],
                "places": [{"id": "l1", "name": "Rabat", "kind": "city", "country": "MA", "labels": null, "mentions": [], "evidence": {}},
                           {"id": "l2", "name": "Maroc", "kind": "country", "country": "MA", "labels": null, "mentions": [], "evidence": {}}],
                "dates": [{"id": "d1", "value": "2026-01-20", "precision": "day", "edtf": null, "part": null, "alternatives": [], "mentions": mention("20 janvier 2026")},
                          {"id": "d2", "value": "2014", "precision": "year", "edtf": null, "part": null, "alternatives": [], "mentions": mention("2014")}],
                "partnerships": [{"id": "a1", "kind": "convention de partenariat", "type": null, "status": "signed", "parties": ["o1", "o2"],
                    "unnamed_parties": ["deux autres"], "signatories": ["p1"], "signed_on": "d1", "signed_at": "l1", "duration": "P5Y", "evidence": {},
                    "axes": [{"text": "développer et déployer des programmes de formation continue pour les professionnels", "span": [0, 1], "kind": "axis", "rule": "r",
                              "topics": [{"id": "training", "fr": "formation", "en": "training"}]}]}],
                "quotes": [{"speaker": "p1", "text": "Nous sommes ravis.", "span": [0, 1], "rule": "r"}],
                "warnings": [{"code": "clash", "message": "deux dates"}],
            }),
            "\
002 · fr · published 2026-01-20 · windows-1252
Signature à Rabat

  signed         convention de partenariat, 2026-01-20, Rabat (P5Y)
  parties        FS
                 Exemple Maroc SA
                 deux autres (unnamed)
  signed by      Aïcha BENALI
  axes           - développer et déployer des programmes de formation
                   continue pour les professionnels [training]

  people         Aïcha BENALI – présidente, FS (former)
  organisations  Fondation des Sciences = FS (foundation, MA, founded
                   2014)
                 Exemple Maroc SA
  places         Rabat (MA); Maroc
  dates          2026-01-20 “20 janvier 2026”
                 2014
  quotes         Aïcha BENALI: “Nous sommes ravis.”

  warnings       deux dates (clash)",
        );
    }
}
