//! Records and traces in few lines, for people to review.

use std::fmt::Write;

use signataire::{
    Document,
    explain::{Outcome, Trace},
    record::{AgreementStatus, AxisKind, Label, Mention, Organization, Partnership, Record, RoleStatus},
    span::{Source, Span},
};

use super::folded;

/// What a record says, one line a fact, names in the place of ids. Left out: spans, rules, evidence and topics, and what only
/// a gazetteer tells (the kind, country and labels of a place, the country of an organisation).
pub fn facts(record: &Record) -> Vec<String> {
    facts_by(record, &folded)
}

/// The same, with what is said folded in another way.
pub fn facts_by(record: &Record, fold: &dyn Fn(&str) -> String) -> Vec<String> {
    let forms = |mentions: &[Mention]| forms(mentions, fold);
    let names = Names(record);
    let mut lines = vec![format!("languages {}", record.languages.join(", "))];
    let mut line = |words: &[&str]| lines.push(words.iter().filter(|w| !w.is_empty()).copied().collect::<Vec<_>>().join(" | "));
    if let Some(title) = &record.title {
        line(&["title", &folded(&title.text)]);
    }
    if let Some(published) = &record.published {
        line(&["published", &names.date(published)]);
    }
    for it in &record.organizations {
        let founded = it.founded.as_deref().map_or_else(String::new, |d| format!("founded {}", names.date(d)));
        let place = it.place.as_deref().map_or_else(String::new, |p| format!("place {}", names.place(p)));
        line(&[
            "organization",
            &it.name,
            &said("acronym", &it.acronym),
            &kind(it),
            &said("form", &it.legal_form),
            &place,
            &founded,
            &forms(&it.mentions),
        ]);
    }
    for it in &record.people {
        let honorifics = it.honorifics.iter().map(|h| folded(h)).collect::<Vec<_>>().join(" ");
        line(&["person", &it.name, &said("family", &it.family), &honorifics, &forms(&it.mentions)]);
    }
    for it in &record.roles {
        let normalized = it.normalized.as_ref().map_or("", |label| &label.id);
        let organization = it.organization.as_deref().map_or_else(|| "no organization".to_owned(), |id| names.organization(id));
        line(&["role", &names.person(&it.person), &folded(&it.title), normalized, &organization, role_status(it.status), &forms(&it.mentions)]);
    }
    for it in &record.places {
        line(&["place", &it.name, &forms(&it.mentions)]);
    }
    for it in &record.dates {
        line(&["date", &names.date(&it.id), &forms(&it.mentions)]);
    }
    for it in &record.partnerships {
        line(&["agreement", &agreement(it, &names)]);
        for axis in &it.axes {
            line(&[axis_kind(axis.kind), &folded(&axis.text)]);
        }
    }
    for it in &record.quotes {
        line(&["quote", &it.speaker.as_deref().map_or_else(|| "nobody".to_owned(), |id| names.person(id)), &folded(&it.text)]);
    }
    lines.iter().map(|line| fold(line)).collect()
}

fn agreement(it: &Partnership, names: &Names) -> String {
    let parties = it.parties.iter().map(|id| names.organization(id)).chain(it.unnamed_parties.iter().map(|p| format!("« {} »", folded(p))));
    let signatories: Vec<String> = it.signatories.iter().map(|id| names.person(id)).collect();
    let mut words = vec![
        it.kind.as_deref().map_or_else(|| "no kind".to_owned(), folded),
        label(it.class.as_ref()),
        agreement_status(it.status).to_owned(),
        parties.collect::<Vec<_>>().join(" + "),
    ];
    words.extend((!signatories.is_empty()).then(|| format!("signed by {}", signatories.join(", "))));
    words.extend(it.signed_on.as_deref().map(|id| format!("on {}", names.date(id))));
    words.extend(it.signed_at.as_deref().map(|id| format!("at {}", names.place(id))));
    words.extend(it.duration.as_ref().map(|duration| format!("for {duration}")));
    words.join(" | ")
}

fn said(what: &str, value: &Option<String>) -> String {
    value.as_deref().map_or_else(String::new, |value| format!("{what} {}", folded(value)))
}

fn kind(it: &Organization) -> String {
    label(it.kind.as_ref())
}

fn label(label: Option<&Label>) -> String {
    label.map_or_else(String::new, |label| label.id.clone())
}

/// The distinct wordings, in the order of the text.
fn forms(mentions: &[Mention], fold: &dyn Fn(&str) -> String) -> String {
    let mut forms: Vec<String> = Vec::new();
    for mention in mentions {
        let form = fold(&mention.text);
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    format!("« {} »", forms.join(" », « "))
}

fn role_status(status: RoleStatus) -> &'static str {
    match status {
        RoleStatus::Current => "current",
        RoleStatus::Former => "former",
        RoleStatus::Appointed => "appointed",
    }
}

fn agreement_status(status: AgreementStatus) -> &'static str {
    match status {
        AgreementStatus::Signed => "signed",
        AgreementStatus::Announced => "announced",
        AgreementStatus::Planned => "planned",
        AgreementStatus::Existing => "existing",
        AgreementStatus::Ended => "ended",
    }
}

fn axis_kind(kind: AxisKind) -> &'static str {
    match kind {
        AxisKind::Objective => "objective",
        AxisKind::Axis => "axis",
        AxisKind::Commitment => "commitment",
    }
}

/// Names by id; an id that nothing bears shows as itself, marked.
struct Names<'r>(&'r Record);

impl Names<'_> {
    fn organization(&self, id: &str) -> String {
        self.0.organizations.iter().find(|it| it.id == id).map_or_else(|| format!("?{id}"), |it| it.name.clone())
    }

    fn person(&self, id: &str) -> String {
        self.0.people.iter().find(|it| it.id == id).map_or_else(|| format!("?{id}"), |it| it.name.clone())
    }

    fn place(&self, id: &str) -> String {
        self.0.places.iter().find(|it| it.id == id).map_or_else(|| format!("?{id}"), |it| it.name.clone())
    }

    fn date(&self, id: &str) -> String {
        let value = self.0.dates.iter().find(|it| it.id == id).map(|it| it.value.clone().unwrap_or_else(|| "no value".to_owned()));
        value.unwrap_or_else(|| format!("?{id}"))
    }
}

/// A record as a page: what it says, and the rule behind each mention. No engine, no span, no bytes.
pub fn page(record: &Record) -> String {
    let mut page = String::new();
    let put = |page: &mut String, depth: usize, words: String| {
        let _ = writeln!(page, "{}{}", "  ".repeat(depth), folded(&words));
    };
    let mentions = |page: &mut String, mentions: &[Mention]| {
        mentions.iter().for_each(|m| put(page, 2, format!("« {} » {}", m.text, m.rule)));
    };
    let shown = |label: &Option<Label>| label.as_ref().map_or_else(|| "-".to_owned(), |l| format!("{} ({}, {})", l.id, l.fr, l.en));
    let plain = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    put(&mut page, 0, format!("languages: {}", record.languages.join(", ")));
    put(&mut page, 0, format!("title: {}", record.title.as_ref().map_or("-", |t| &t.text)));
    put(&mut page, 0, format!("published: {}", plain(&record.published)));
    put(&mut page, 0, "organizations:".to_owned());
    for it in &record.organizations {
        put(&mut page, 1, format!("{} {}", it.id, it.name));
        put(&mut page, 2, format!("acronym: {}; kind: {}; legal form: {}", plain(&it.acronym), shown(&it.kind), plain(&it.legal_form)));
        put(&mut page, 2, format!("country: {}; place: {}; founded: {}", plain(&it.country), plain(&it.place), plain(&it.founded)));
        mentions(&mut page, &it.mentions);
    }
    put(&mut page, 0, "people:".to_owned());
    for it in &record.people {
        put(&mut page, 1, format!("{} {}", it.id, it.name));
        put(&mut page, 2, format!("given: {}; family: {}; honorifics: {}", plain(&it.given), plain(&it.family), it.honorifics.join(" ")));
        mentions(&mut page, &it.mentions);
    }
    put(&mut page, 0, "roles:".to_owned());
    for it in &record.roles {
        put(&mut page, 1, format!("{} {} of {}", it.person, it.title, plain(&it.organization)));
        put(&mut page, 2, format!("{}; {}", shown(&it.normalized), role_status(it.status)));
        mentions(&mut page, &it.mentions);
    }
    put(&mut page, 0, "places:".to_owned());
    for it in &record.places {
        let labels = it.labels.iter().flatten().map(|(language, name)| format!("{language} {name}")).collect::<Vec<_>>().join(", ");
        put(&mut page, 1, format!("{} {} ({} {}; {labels})", it.id, it.name, plain(&it.kind), plain(&it.country)));
        mentions(&mut page, &it.mentions);
    }
    put(&mut page, 0, "dates:".to_owned());
    for it in &record.dates {
        put(&mut page, 1, format!("{} {} (edtf {})", it.id, plain(&it.value), plain(&it.edtf)));
        mentions(&mut page, &it.mentions);
    }
    put(&mut page, 0, "partnerships:".to_owned());
    for it in &record.partnerships {
        put(&mut page, 1, format!("{} {}: {}, {}", it.id, plain(&it.kind), shown(&it.class), agreement_status(it.status)));
        put(&mut page, 2, format!("parties: {}; unnamed: {}", it.parties.join(" "), it.unnamed_parties.join("; ")));
        put(
            &mut page,
            2,
            format!(
                "on: {}; at: {}; for: {}; signatories: {}",
                plain(&it.signed_on),
                plain(&it.signed_at),
                plain(&it.duration),
                it.signatories.join(" ")
            ),
        );
        for (field, evidence) in &it.evidence {
            let rules = evidence.iter().map(|e| e.via.as_ref().map_or_else(|| e.rule.clone(), |via| format!("{} via « {via} »", e.rule)));
            put(&mut page, 2, format!("{field} by {}", rules.collect::<Vec<_>>().join(", ")));
        }
        for axis in &it.axes {
            let topics = axis.topics.iter().map(|t| t.id.as_str()).collect::<Vec<_>>().join(" ");
            put(&mut page, 2, format!("{} « {} » [{topics}] {}", axis_kind(axis.kind), axis.text, axis.rule));
        }
    }
    put(&mut page, 0, "quotes:".to_owned());
    for it in &record.quotes {
        put(&mut page, 1, format!("{}: « {} » {}", plain(&it.speaker), it.text, it.rule));
    }
    put(&mut page, 0, "warnings:".to_owned());
    for it in &record.warnings {
        put(&mut page, 1, format!("{}: {}", it.code, it.message));
    }
    page
}

/// What each stage leaves standing, sentence by sentence.
pub fn stages(document: &Document, trace: &Trace) -> String {
    let cut = |span: Span<Source>| folded(&document.text[span.start as usize..span.end as usize]);
    let mut page = String::new();
    for sentence in &trace.sentences {
        let _ = writeln!(page, "{}", cut(*sentence));
        let mut stage = "";
        for it in trace.candidates.iter().filter(|c| c.outcome == Outcome::Kept && sentence.start <= c.extent.start && c.extent.start < sentence.end)
        {
            if stage != it.stage {
                stage = it.stage;
                let _ = writeln!(page, "  {stage}");
            }
            let captures = it.captures.iter().map(|(name, span)| format!(" {name}[{}]", cut(*span))).collect::<String>();
            let extent = if it.extent == it.span { String::new() } else { format!(" in « {} »", cut(it.extent)) };
            let _ = match it.stage {
                "relations" => writeln!(page, "    {}{captures}  {}", it.kind, it.rule),
                _ => writeln!(page, "    {} « {} »{extent}  {}", it.kind, cut(it.span), it.rule),
            };
        }
    }
    page
}
