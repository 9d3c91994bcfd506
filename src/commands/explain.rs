//! `explain`: which rules made this, which lost, to whom and why.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::Value;
use signataire::{
    Options,
    explain::{Candidate, Clause, Outcome, Trace},
    record::Record,
    span::{Source, Span},
};

use super::{
    Done, OneFile, Stop,
    output::Output,
    page::{self, BAD, BOLD, DIM, GOOD, NAME, PLAIN, Piece, Ruler, Sheet, WARN, shorten},
};

const EXAMPLES: &str = "\
Examples:
  signataire explain release.txt                every place that a rule saw
  signataire explain release.txt --at Rabat     wherever the text says Rabat
  signataire explain release.txt --at 88        what stands at code point 88, as in the record's spans
  signataire explain release.txt --at '\"2014\"'  quoted: the text 2014, not an offset";

/// Says which rules made what, which lost, to whom and why
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    one: OneFile,
    /// Only this: words of the text, or an offset in code points
    #[arg(long, value_name = "TEXT|OFFSET")]
    at: Option<String>,
}

pub fn run(arguments: Arguments) -> Result<Done, Stop> {
    let extractor = arguments.one.reading.extractor(Options::default())?;
    let mut out = Output::open(None)?;
    let width = page::width(out.is_terminal());
    let (mut read, mut found) = (0, 0);
    let done = arguments.one.each(|entry| {
        let (record, trace) = extractor.explain(&entry.document);
        let story = Story::new(&entry.document.text, &record, &trace, width);
        let page = match &arguments.at {
            None => Some(story.all()),
            Some(at) => story.at(&places(&story.ruler, at)),
        };
        read += 1;
        found += usize::from(page.is_some());
        Ok(out.styled(&page.unwrap_or_default())?)
    })?;
    match arguments.at {
        Some(at) if read > 0 && found == 0 => Err(Stop::Usage(format!("--at {at}: not in the text"))),
        _ => {
            out.finish()?;
            Ok(done)
        }
    }
}

/// Where the text says `at`, or the code point that it numbers.
fn places(ruler: &Ruler, at: &str) -> Vec<Span<Source>> {
    if let Ok(offset) = at.parse::<usize>() {
        let place = ruler.byte(offset).zip(ruler.byte(offset.saturating_add(1)));
        return place.map(|(start, end)| Span::of(start, end)).into_iter().collect();
    }
    let quoted = [('"', '"'), ('“', '”'), ('«', '»'), ('\'', '\'')];
    let bare = quoted.iter().find_map(|&(open, close)| at.strip_prefix(open)?.strip_suffix(close)).map(str::trim);
    let words = bare.filter(|bare| !bare.is_empty() && !ruler.text.contains(at)).unwrap_or(at);
    if words.is_empty() {
        return Vec::new();
    }
    ruler.text.match_indices(words).map(|(start, words)| Span::of(start, start + words.len())).collect()
}

struct Story<'a> {
    ruler: Ruler<'a>,
    record: &'a Record,
    trace: &'a Trace,
    facts: Vec<Fact>,
    width: usize,
}

/// Something that the record says, and the place and rule that it rests on.
struct Fact {
    says: String,
    span: Span<Source>,
    rule: String,
    via: Option<String>,
}

impl<'a> Story<'a> {
    fn new(text: &'a str, record: &'a Record, trace: &'a Trace, width: usize) -> Self {
        let ruler = Ruler::new(text);
        Story { facts: facts(&ruler, record), ruler, record, trace, width }
    }

    fn sheet(&self) -> Sheet {
        let mut sheet = Sheet::new(2, 9, self.width);
        sheet.heading(&[(self.record.id.clone(), BOLD)]);
        sheet
    }

    /// Every place that a mention was seen at, then the relations, then what the record rests on.
    fn all(&self) -> String {
        let mut sheet = self.sheet();
        let mut mentions: Vec<_> = (0..self.trace.candidates.len()).filter(|&index| !is_relation(&self.trace.candidates[index])).collect();
        mentions.sort_by_key(|&index| (self.trace.candidates[index].extent.start, index));
        // Overlapping extents make one place.
        let mut groups: Vec<(Span<Source>, Vec<usize>)> = Vec::new();
        for index in mentions {
            let extent = self.trace.candidates[index].extent;
            match groups.last_mut() {
                Some((place, members)) if place.overlaps(extent) => {
                    *place = place.cover(extent);
                    members.push(index);
                }
                _ => groups.push((extent, vec![index])),
            }
        }
        if groups.is_empty() {
            sheet.row("", PLAIN, &[vec![("No rule saw a mention here.".to_owned(), DIM)]]);
        }
        for (place, mut members) in groups {
            members.sort_unstable();
            self.place(&mut sheet, place, members);
        }
        self.relations(&mut sheet, |_| true);
        self.rests(&mut sheet, |_| true);
        sheet.text
    }

    /// The same for some places; `None` where there are none.
    fn at(&self, places: &[Span<Source>]) -> Option<String> {
        if places.is_empty() {
            return None;
        }
        let mut sheet = self.sheet();
        for &place in places {
            let here = |candidate: &Candidate| candidate.extent.overlaps(place) || candidate.span.overlaps(place);
            let members: Vec<_> = (0..self.trace.candidates.len())
                .filter(|&index| here(&self.trace.candidates[index]) && !is_relation(&self.trace.candidates[index]))
                .collect();
            let silent = members.is_empty();
            self.place(&mut sheet, place, members);
            if silent {
                sheet.row("", PLAIN, &[vec![("No rule saw a mention here.".to_owned(), DIM)]]);
            }
            let words = self.trace.words.iter().filter(|word| word.span.overlaps(place)).map(|word| {
                let value = word.value.as_ref().map(|value| format!("= {value}")).unwrap_or_default();
                vec![(format!("@{}", word.class), PLAIN), (self.quote(word.span), PLAIN), (value, DIM)]
            });
            sheet.row("lexicon", DIM, &words.collect::<Vec<_>>());
        }
        let touched = |span: Span<Source>| places.iter().any(|place| place.overlaps(span));
        self.relations(&mut sheet, |candidate| {
            touched(candidate.span) && (candidate.captures.is_empty() || candidate.captures.iter().any(|(_, span)| touched(*span)))
        });
        self.rests(&mut sheet, touched);
        Some(sheet.text)
    }

    fn place(&self, sheet: &mut Sheet, place: Span<Source>, members: Vec<usize>) {
        sheet.gap();
        sheet.heading(&[(self.quote(place), NAME), (self.ruler.show(place), DIM)]);
        for index in members {
            let candidate = &self.trace.candidates[index];
            let (label, style) = label(&candidate.outcome);
            let mut line = vec![(self.seen(candidate, candidate.span == place), PLAIN)];
            if candidate.extent != candidate.span {
                line.push((format!("Later stages read {} as one.", self.quote(candidate.extent)), DIM));
            }
            line.push((self.captures(candidate), DIM));
            sheet.row(label, style, &[line]);
        }
    }

    fn relations(&self, sheet: &mut Sheet, wanted: impl Fn(&Candidate) -> bool) {
        let relations: Vec<_> = self.trace.candidates.iter().filter(|candidate| is_relation(candidate) && wanted(candidate)).collect();
        if relations.is_empty() {
            return;
        }
        sheet.gap();
        sheet.heading(&[("Relations".to_owned(), NAME)]);
        for candidate in relations {
            let (label, style) = label(&candidate.outcome);
            let line: Vec<Piece> = vec![(self.seen(candidate, false), PLAIN), (self.captures(candidate), DIM)];
            sheet.row(label, style, &[line]);
        }
    }

    fn rests(&self, sheet: &mut Sheet, wanted: impl Fn(Span<Source>) -> bool) {
        let facts: Vec<_> = self.facts.iter().filter(|fact| wanted(fact.span)).collect();
        if facts.is_empty() {
            return;
        }
        sheet.gap();
        sheet.heading(&[("In the record".to_owned(), NAME)]);
        let mut shown = BTreeSet::new();
        for fact in facts {
            let via = fact.via.as_ref().map(|via| format!(", through “{via}”")).unwrap_or_default();
            let why = format!("{} by {}{via}", self.quote(fact.span), fact.rule);
            if shown.insert((&fact.says, why.clone())) {
                sheet.row("", PLAIN, &[vec![(fact.says.clone(), PLAIN), (format!("← {why}"), DIM)]]);
            }
        }
    }

    fn quote(&self, span: Span<Source>) -> String {
        format!("“{}”", shorten(self.ruler.cut(span), self.width.saturating_sub(30)))
    }

    /// One sentence on a candidate and what became of it.
    fn seen(&self, candidate: &Candidate, here: bool) -> String {
        let Candidate { rule, kind, stage, .. } = candidate;
        let what = if here { article(kind) } else { format!("{} in {}", article(kind), self.quote(candidate.span)) };
        match &candidate.outcome {
            Outcome::Kept => format!("{rule} saw {what} ({stage})."),
            Outcome::Draft => format!("{rule}, a rule on trial, saw {what} ({stage})."),
            Outcome::Dropped(reason) => format!("{rule} saw {what} ({stage}), dropped: {}.", reason.trim_end_matches('.')),
            Outcome::Lost { to, clause } => match self.trace.candidates.get(*to) {
                Some(winner) => {
                    let fate = match winner.outcome {
                        Outcome::Kept => "",
                        _ => ", which lost in turn",
                    };
                    let place = if winner.span == candidate.span { String::new() } else { format!(" ({})", self.quote(winner.span)) };
                    format!("{rule} saw {what} ({stage}). It lost to {}{place}{fate}: {}.", winner.rule, because(*clause, candidate, winner))
                }
                None => format!("{rule} saw {what} ({stage}), and lost."),
            },
        }
    }

    fn captures(&self, candidate: &Candidate) -> String {
        let shown = candidate.captures.iter().filter(|(_, span)| *span != candidate.span);
        shown.map(|(name, span)| format!("{name}: {}", self.quote(*span))).collect::<Vec<_>>().join(", ")
    }
}

fn is_relation(candidate: &Candidate) -> bool {
    candidate.stage == "relations"
}

fn label(outcome: &Outcome) -> (&'static str, page::Style) {
    match outcome {
        Outcome::Kept => ("kept", GOOD),
        Outcome::Lost { .. } => ("lost", BAD),
        Outcome::Dropped(_) => ("dropped", BAD),
        Outcome::Draft => ("on trial", WARN),
    }
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(|first: char| "aeiouAEIOU".contains(first));
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

fn because(clause: Clause, loser: &Candidate, winner: &Candidate) -> String {
    match clause {
        Clause::Over => format!("that rule is written “over {}”", loser.rule),
        Clause::LongerExtent => "that match is longer".to_owned(),
        Clause::EarlierStart => "of two equally long, that match starts earlier".to_owned(),
        Clause::MoreLiterals => "on the same words, that rule names more of them".to_owned(),
        Clause::RuleId => "all else equal, that rule's id comes first".to_owned(),
        Clause::Inside => format!("it lies inside {}, which holds no {} of its own", article(&winner.kind), loser.kind),
    }
}

/// What the record says with a rule: mentions, fields with evidence, axes, quotes.
fn facts(ruler: &Ruler, record: &Record) -> Vec<Fact> {
    let Ok(record) = serde_json::to_value(record) else {
        return Vec::new();
    };
    let mut facts = Vec::new();
    let mut add = |says: String, ground: &Value| {
        let offset = |index: usize| ground["span"][index].as_u64().and_then(|offset| ruler.byte(usize::try_from(offset).ok()?));
        if let (Some(start), Some(end), Some(rule)) = (offset(0), offset(1), ground["rule"].as_str()) {
            facts.push(Fact { says, span: Span::of(start, end), rule: rule.to_owned(), via: ground["via"].as_str().map(str::to_owned) });
        }
    };
    for list in ["organizations", "people", "roles", "places", "dates", "partnerships", "quotes"] {
        for object in record[list].as_array().into_iter().flatten() {
            let id = object["id"].as_str().map_or_else(|| list.trim_end_matches('s').to_owned(), str::to_owned);
            let name = ["name", "title", "value", "kind"].iter().find_map(|field| object[*field].as_str()).unwrap_or_default();
            let who = if name.is_empty() { id.clone() } else { format!("{id} ({name})") };
            for mention in object["mentions"].as_array().into_iter().flatten() {
                add(format!("{who}: a mention"), mention);
            }
            for (field, grounds) in object["evidence"].as_object().into_iter().flatten() {
                for ground in grounds.as_array().into_iter().flatten() {
                    add(format!("{who}: {field} = {}", short(&object[field])), ground);
                }
            }
            for axis in object["axes"].as_array().into_iter().flatten() {
                add(format!("{who}: {}", axis["kind"].as_str().unwrap_or("axis")), axis);
            }
            if list == "quotes" {
                add(format!("a quote of {}", object["speaker"].as_str().unwrap_or("somebody")), object);
            }
        }
    }
    facts
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields.get("id").map(short).unwrap_or_default(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signataire::record::{Engine, Mention, OffsetUnit, Place, SourceInfo};

    const TEXT: &str = "À Rabat, GSK Maroc SA a signé.";

    fn candidate(kind: &str, rule: &str, words: &str, outcome: Outcome) -> Candidate {
        let start = TEXT.find(words).unwrap_or_default();
        let span = Span::of(start, start + words.len());
        Candidate { stage: "names", kind: kind.into(), rule: rule.into(), span, extent: span, captures: Vec::new(), outcome }
    }

    fn check(at: Option<&str>, expected: &str) {
        let mut candidates = vec![
            candidate("Place", "any.place.gazetteer", "Rabat", Outcome::Kept),
            candidate("Place", "any.place.gazetteer", "Maroc", Outcome::Lost { to: 2, clause: Clause::Inside }),
            candidate("Organization", "fr.org.form", "GSK Maroc SA", Outcome::Kept),
        ];
        let whole = candidate("signing", "fr.agreement.signs", "GSK Maroc SA a signé", Outcome::Kept);
        let captures = vec![("org".to_owned(), candidates[2].span)];
        candidates.push(Candidate { stage: "relations", captures, ..whole });
        let trace = Trace { candidates, ..Trace::default() };
        let engine = Engine { name: String::new(), version: String::new(), rules: String::new() };
        let mut record = Record::empty("doc".into(), SourceInfo::default(), engine, OffsetUnit::Char);
        let mention = Mention { text: "Rabat".into(), span: [2, 7], rule: "any.place.gazetteer".into() };
        let (mentions, evidence) = (vec![mention], Default::default());
        record.places.push(Place { id: "l1".into(), name: "Rabat".into(), kind: None, country: None, labels: None, mentions, evidence });
        let story = Story::new(TEXT, &record, &trace, 100);
        let page = match at {
            None => Some(story.all()),
            Some(at) => story.at(&places(&story.ruler, at)),
        };
        let page = anstream::adapter::strip_str(&page.unwrap_or_default()).to_string();
        assert_eq!(page, expected, "\n{page}");
    }

    #[test]
    fn stories() {
        let rabat = "\n“Rabat” [2, 7]\n  kept     any.place.gazetteer saw a Place (names).\n";
        let rests = "\nIn the record\n           l1 (Rabat): a mention ← “Rabat” by any.place.gazetteer\n";
        check(Some("Rabat"), &format!("doc\n{rabat}{rests}"));
        check(Some("« Rabat »"), &format!("doc\n{rabat}{rests}"));
        check(Some("Berne"), "");
        check(Some("999"), "");
        check(Some("29"), "doc\n\n“.” [29, 30]\n           No rule saw a mention here.\n");
        check(
            None,
            &format!(
                "\
doc
{rabat}
“GSK Maroc SA” [9, 21]
  lost     any.place.gazetteer saw a Place in “Maroc” (names). It lost to fr.org.form (“GSK Maroc
             SA”): it lies inside an Organization, which holds no Place of its own.
  kept     fr.org.form saw an Organization (names).

Relations
  kept     fr.agreement.signs saw a signing in “GSK Maroc SA a signé” (relations). org: “GSK Maroc
             SA”
{rests}"
            ),
        );
    }
}
