//! Records against gold: precision and recall field by field, how often each rule is right, and every error with its place.
//!
//! Entities match one to one when they share a form, so a name in two pieces costs an extra one. Roles match by person, organisation and
//! title; dates by their days; agreements are aligned by the parties that they share, and axes by their words. Dates and the roles, parties
//! and axes of a text are told once, whatever the number of their mentions.

mod agreements;
mod compare;
pub mod floor;

use std::{collections::BTreeMap, ops::Range};

use serde::Serialize;

use crate::{
    gold::Gold,
    record::{Mention, Offsets, Record},
    rules::load::RuleSet,
};
use compare::{SAME_TITLE, days, form, likeness, same_place, words};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Organizations,
    /// The forms of all organisations, whatever entity they belong to.
    OrgMentions,
    People,
    Roles,
    Places,
    Dates,
    Parties,
    SignedOn,
    SignedAt,
    Axes,
    /// The words of all axes of an agreement, however they are cut.
    AxisWords,
}

pub const FIELDS: [Field; 11] = [
    Field::Organizations,
    Field::OrgMentions,
    Field::People,
    Field::Roles,
    Field::Places,
    Field::Dates,
    Field::Parties,
    Field::SignedOn,
    Field::SignedAt,
    Field::Axes,
    Field::AxisWords,
];

impl Field {
    pub fn name(self) -> &'static str {
        match self {
            Field::Organizations => "organizations",
            Field::OrgMentions => "org_mentions",
            Field::People => "people",
            Field::Roles => "roles",
            Field::Places => "places",
            Field::Dates => "dates",
            Field::Parties => "parties",
            Field::SignedOn => "signed_on",
            Field::SignedAt => "signed_at",
            Field::Axes => "axes",
            Field::AxisWords => "axis_words",
        }
    }
}

/// Counts of one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub right: usize,
    /// In the record only.
    pub extra: usize,
    /// In the gold only.
    pub missed: usize,
}

impl Tally {
    /// 0 where nothing was found.
    pub fn precision(self) -> f64 {
        ratio(self.right, self.right + self.extra)
    }

    /// 0 where nothing was wanted.
    pub fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }

    /// Harmonic mean of both.
    pub fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.extra + self.missed)
    }

    fn add(&mut self, more: Tally) {
        self.right += more.right;
        self.extra += more.extra;
        self.missed += more.missed;
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// How often what a rule made is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    pub right: usize,
    pub wrong: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// In the gold only.
    Missed,
    /// In the record only.
    Extra,
    /// In both, and not the same.
    Different,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub document: String,
    pub field: Field,
    pub verdict: Verdict,
    pub what: String,
    /// The rule that made what is extra.
    pub rule: Option<String>,
    /// Bytes of the text, where the thing stands in it.
    #[serde(skip)]
    pub at: Option<Range<usize>>,
}

/// What one text, or many, came to.
#[derive(Clone, Debug, Default)]
pub struct Score {
    pub documents: usize,
    tallies: BTreeMap<Field, Tally>,
    pub rules: BTreeMap<String, Made>,
    pub faults: Vec<Fault>,
}

impl Score {
    pub fn tally(&self, field: Field) -> Tally {
        self.tallies.get(&field).copied().unwrap_or_default()
    }

    pub fn add(&mut self, more: Score) {
        self.documents += more.documents;
        for (field, tally) in more.tallies {
            self.tallies.entry(field).or_default().add(tally);
        }
        for (rule, made) in more.rules {
            let sum = self.rules.entry(rule).or_default();
            sum.right += made.right;
            sum.wrong += made.wrong;
        }
        self.faults.extend(more.faults);
    }
}

/// One text, its gold and its record (offsets in code points).
pub fn score(set: &RuleSet, text: &str, gold: &Gold, record: &Record) -> Score {
    let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    Judge { set, text, gold, record, starts, score: Score { documents: 1, ..Score::default() } }.run()
}

struct Judge<'a> {
    set: &'a RuleSet,
    text: &'a str,
    gold: &'a Gold,
    record: &'a Record,
    /// Where each code point begins, and where the text ends.
    starts: Vec<usize>,
    score: Score,
}

/// Pairs of an index of the gold and one of the record.
type Pairs = Vec<(usize, usize)>;

/// Somebody or some body of the gold, or one that the record alone has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Gold(usize),
    Other(usize),
    Nobody,
}

/// One to one, the most alike first; those not alike at all stay alone.
fn pair(gold: usize, found: usize, alike: impl Fn(usize, usize) -> f64) -> Pairs {
    let mut all: Vec<(f64, usize, usize)> = (0..gold).flat_map(|g| (0..found).map(move |f| (g, f))).map(|(g, f)| (alike(g, f), g, f)).collect();
    all.retain(|one| one.0 > 0.0);
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut pairs = Pairs::new();
    for (_, g, f) in all {
        if pairs.iter().all(|&(a, b)| a != g && b != f) {
            pairs.push((g, f));
        }
    }
    pairs
}

/// Forms of a name, folded, each once.
fn forms<'s>(name: &'s str, mentions: impl Iterator<Item = &'s str>) -> Vec<String> {
    let mut forms: Vec<String> = mentions.chain([name]).map(form).filter(|form| !form.is_empty()).collect();
    forms.sort();
    forms.dedup();
    forms
}

fn texts(mentions: &[Mention]) -> impl Iterator<Item = &str> {
    mentions.iter().map(|mention| mention.text.as_str())
}

/// An entity of the gold.
struct Wanted<'a> {
    forms: Vec<String>,
    name: &'a str,
}

impl<'a> Wanted<'a> {
    fn new(name: &'a str, mentions: &[String]) -> Self {
        Wanted { forms: forms(name, mentions.iter().map(String::as_str)), name }
    }
}

/// An entity of the record.
struct Found<'a> {
    forms: Vec<String>,
    name: &'a str,
    mentions: &'a [Mention],
}

impl<'a> Found<'a> {
    fn new(name: &'a str, mentions: &'a [Mention]) -> Self {
        Found { forms: forms(name, texts(mentions)), name, mentions }
    }
}

impl Judge<'_> {
    fn run(mut self) -> Score {
        let (gold, record) = (self.gold, self.record);
        let wanted: Vec<Wanted> = gold.organizations.iter().map(|it| Wanted::new(&it.name, &it.mentions)).collect();
        let found: Vec<Found> = record.organizations.iter().map(|it| Found::new(&it.name, &it.mentions)).collect();
        let organizations = self.entities(Field::Organizations, &wanted, &found, |a, b| a == b);
        self.mentions(&wanted, &found);

        let wanted: Vec<Wanted> = gold.people.iter().map(|it| Wanted::new(&it.name, &it.mentions)).collect();
        let found: Vec<Found> = record.people.iter().map(|it| Found::new(&it.name, &it.mentions)).collect();
        let people = self.entities(Field::People, &wanted, &found, |a, b| a == b);

        let wanted: Vec<Wanted> = gold.places.iter().map(|it| Wanted::new(&it.name, &it.mentions)).collect();
        let found: Vec<Found> = record.places.iter().map(|it| Found::new(&it.name, &it.mentions)).collect();
        let places = self.entities(Field::Places, &wanted, &found, same_place);

        self.roles(&people, &organizations);
        self.dates();
        self.agreements(&organizations, &places);
        self.score
    }

    fn tally(&mut self, field: Field, right: usize, wanted: usize, found: usize) {
        let tally = Tally { right, extra: found - right, missed: wanted - right };
        self.score.tallies.entry(field).or_default().add(tally);
    }

    fn made(&mut self, rule: &str, right: bool) {
        let made = self.score.rules.entry(rule.to_owned()).or_default();
        *if right { &mut made.right } else { &mut made.wrong } += 1;
    }

    fn missed(&mut self, field: Field, what: &str, phrase: &str) {
        let at = locate(self.text, phrase);
        self.fault(field, Verdict::Missed, what.to_owned(), None, at);
    }

    fn extra(&mut self, field: Field, what: &str, rule: &str, span: Offsets) {
        let at = self.bytes(span);
        self.fault(field, Verdict::Extra, what.to_owned(), Some(rule.to_owned()), at);
    }

    fn fault(&mut self, field: Field, verdict: Verdict, what: String, rule: Option<String>, at: Option<Range<usize>>) {
        self.score.faults.push(Fault { document: self.gold.id.clone(), field, verdict, what, rule, at });
    }

    fn bytes(&self, span: Offsets) -> Option<Range<usize>> {
        let byte = |chars: u32| self.starts.get(chars as usize).copied();
        Some(byte(span[0])?..byte(span[1])?)
    }

    /// Entities of one kind, matched by the forms that they share.
    fn entities(&mut self, field: Field, wanted: &[Wanted], found: &[Found], same: impl Fn(&str, &str) -> bool) -> Pairs {
        let has = |g: usize, form: &str| wanted[g].forms.iter().any(|own| same(own, form));
        let pairs = pair(wanted.len(), found.len(), |g, f| found[f].forms.iter().filter(|form| has(g, form)).count() as f64);
        self.tally(field, pairs.len(), wanted.len(), found.len());
        for (g, it) in wanted.iter().enumerate() {
            if pairs.iter().all(|pair| pair.0 != g) {
                self.missed(field, it.name, it.name);
            }
        }
        for (f, it) in found.iter().enumerate() {
            let twin = pairs.iter().find(|pair| pair.1 == f).map(|pair| pair.0);
            for mention in it.mentions {
                self.made(&mention.rule, twin.is_some_and(|g| has(g, &form(&mention.text))));
            }
            if let (None, Some(first)) = (twin, it.mentions.first()) {
                self.extra(field, it.name, &first.rule, first.span);
            }
        }
        pairs
    }

    /// Every form of an organisation, once.
    fn mentions(&mut self, wanted: &[Wanted], found: &[Found]) {
        let unique = |lists: Vec<Vec<String>>| {
            let mut all: Vec<String> = lists.into_iter().flatten().collect();
            all.sort();
            all.dedup();
            all
        };
        let gold = unique(wanted.iter().map(|it| it.forms.clone()).collect());
        let record = unique(found.iter().map(|it| it.forms.clone()).collect());
        self.tally(Field::OrgMentions, gold.iter().filter(|form| record.contains(form)).count(), gold.len(), record.len());
    }

    fn roles(&mut self, people: &Pairs, organizations: &Pairs) {
        let (gold, record) = (self.gold, self.record);
        let person = |id: &str| record.people.iter().position(|it| it.id == id);
        let body = |id: &Option<String>| id.as_ref().and_then(|id| record.organizations.iter().position(|it| it.id == *id));
        let house = |name: &Option<String>| name.as_ref().and_then(|name| gold.organizations.iter().position(|it| it.name == *name));
        let mut wanted = Vec::new();
        let mut titles = Vec::new();
        for (p, it) in gold.people.iter().enumerate() {
            for role in &it.roles {
                wanted.push((Who::Gold(p), house(&role.organization).map_or(Who::Nobody, Who::Gold), words(self.set, &role.title)));
                titles.push((format!("{} | {} | {}", it.name, role.title, role.organization.as_deref().unwrap_or("-")), role.title.as_str()));
            }
        }
        let mut found = Vec::new();
        for role in &record.roles {
            let wordings: Vec<_> = texts(&role.mentions).chain([role.title.as_str()]).map(|title| words(self.set, title)).collect();
            found.push((who(person(&role.person), people), who(body(&role.organization), organizations), wordings));
        }
        let pairs = pair(wanted.len(), found.len(), |g, f| {
            let title = found[f].2.iter().map(|title| likeness(&wanted[g].2, title)).fold(0.0, f64::max);
            let same = (wanted[g].0, wanted[g].1) == (found[f].0, found[f].1) && title >= SAME_TITLE;
            if same { 1.0 + title } else { 0.0 }
        });
        self.tally(Field::Roles, pairs.len(), wanted.len(), found.len());
        for (g, (shown, title)) in titles.iter().enumerate() {
            if pairs.iter().all(|pair| pair.0 != g) {
                self.missed(Field::Roles, shown, title);
            }
        }
        for (f, role) in record.roles.iter().enumerate() {
            let right = pairs.iter().any(|pair| pair.1 == f);
            for mention in &role.mentions {
                self.made(&mention.rule, right);
            }
            if let (false, Some(first)) = (right, role.mentions.first()) {
                let name = person(&role.person).map_or("-", |p| &record.people[p].name);
                let house = body(&role.organization).map_or("-", |o| &record.organizations[o].name);
                self.extra(Field::Roles, &format!("{name} | {} | {house}", role.title), &first.rule, first.span);
            }
        }
    }

    /// Days, each once; what cannot be known counts neither way.
    fn dates(&mut self) {
        let (gold, record) = (self.gold, self.record);
        let value = |value: &Option<String>| value.as_deref().and_then(days);
        let mut wanted: Vec<_> = gold.dates.iter().filter_map(|it| value(&it.value)).collect();
        wanted.sort();
        wanted.dedup();
        let unknowable: Vec<String> = gold.dates.iter().filter(|it| value(&it.value).is_none()).map(|it| form(&it.mention)).collect();
        let excused = |text: &str| unknowable.iter().any(|unknown| form(text).contains(unknown.as_str()));
        let mut found = Vec::new();
        for it in &record.dates {
            let Some(days) = value(&it.value) else { continue };
            let right = wanted.contains(&days);
            for mention in it.mentions.iter().filter(|mention| right || !excused(&mention.text)) {
                self.made(&mention.rule, right);
            }
            if found.contains(&days) || !right && it.mentions.iter().any(|mention| excused(&mention.text)) {
                continue;
            }
            found.push(days);
            if let (false, Some(first)) = (right, it.mentions.first()) {
                let shown = format!("{} = {}", first.text, it.value.as_deref().unwrap_or("null"));
                self.extra(Field::Dates, &shown, &first.rule, first.span);
            }
        }
        self.tally(Field::Dates, found.iter().filter(|days| wanted.contains(days)).count(), wanted.len(), found.len());
        let mut told = Vec::new();
        for it in &gold.dates {
            let Some(days) = value(&it.value).filter(|days| !found.contains(days) && !told.contains(days)) else { continue };
            told.push(days);
            self.missed(Field::Dates, &format!("{} = {}", it.mention, it.value.as_deref().unwrap_or("null")), &it.mention);
        }
    }
}

/// The one of the gold that an entity of the record is, or itself alone.
fn who(found: Option<usize>, pairs: &Pairs) -> Who {
    found.map_or(Who::Nobody, |f| pairs.iter().find(|pair| pair.1 == f).map_or(Who::Other(f), |pair| Who::Gold(pair.0)))
}

/// The first place where a phrase stands as whole words, runs of white space being one.
fn locate(text: &str, phrase: &str) -> Option<Range<usize>> {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let (first, rest) = words.split_first()?;
    text.match_indices(first).find_map(|(start, _)| {
        let mut end = start + first.len();
        for word in rest {
            let gap = text[end..].len() - text[end..].trim_start().len();
            if gap == 0 || !text[end + gap..].starts_with(word) {
                return None;
            }
            end += gap + word.len();
        }
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let whole = !letter(text[..start].chars().next_back()) && !letter(text[end..].chars().next());
        whole.then_some(start..end)
    })
}

#[cfg(test)]
mod tests;
