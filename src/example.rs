//! Runs the examples of the rules: each rule alone, and in the whole set.

use crate::{
    date::Partial,
    extract::{Given, read},
    mention::{Fate, Mention, RuleId},
    reading::Reading,
    rules::{
        Example, Spot,
        load::{From, RuleSet},
        run::Scratch,
    },
    text::Text,
    timeline::{self, Frame},
};

/// An example that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub rule: String,
    /// Path of the rule's file.
    pub file: String,
    /// From 1.
    pub line: usize,
    pub example: String,
    pub message: String,
}

/// A marked place: label, and the words that it holds with where they start in the example.
type Marked = (String, usize, String);

/// Runs every example of every rule.
pub fn check(set: &RuleSet) -> Vec<Failure> {
    let mut scratch = Scratch::default();
    (0..set.rules.len() as RuleId).flat_map(|rule| check_rule(set, rule, &mut scratch)).collect()
}

/// Runs the examples of one rule.
pub fn check_rule(set: &RuleSet, rule: RuleId, scratch: &mut Scratch) -> Vec<Failure> {
    let source = &set.written().rules[rule as usize];
    let mut failures = Vec::new();
    let mut near = false;
    for example in &source.examples {
        let mut fail = |message: String| failures.push(failure(set, rule, example, message));
        let text = Text::new(&example.it.text);
        let given = Given { forced: language(set, rule), ..Given::default() };
        let alone = read(set, &text, Given { alone: Some(rule), ..given }, scratch);
        let whole = read(set, &text, given, scratch);
        if example.it.yes {
            let wanted = wanted(example);
            let found = found(set, rule, &alone, &wanted);
            if found != wanted {
                fail(format!("alone: wanted {}, found {}", show(&wanted), show(&found)));
            } else if let Some(message) = values(set, rule, &alone, example) {
                fail(format!("alone: {message}"));
            } else if !source.draft {
                let found = self::found(set, rule, &whole, &wanted);
                if found != wanted {
                    fail(format!("in the whole set: wanted {}, found {}{}", show(&wanted), show(&found), rivals(set, rule, &whole)));
                }
            }
        } else {
            near |= alone.got_in;
            for (name, reading) in [("alone", &alone), ("in the whole set", &whole)] {
                let hits: Vec<&str> = of(rule, reading).map(|m| reading.words(m.extent)).collect();
                if !hits.is_empty() {
                    fail(format!("{name}: matches « {} »", hits.join(" », « ")));
                }
            }
        }
    }
    if !near && let Some(example) = source.examples.iter().find(|e| !e.it.yes) {
        failures.push(failure(set, rule, example, "no `no` gets past the first element of the pattern: give a near miss".to_owned()));
    }
    failures
}

/// Whether some example of the set tells that `rule` is missing.
pub fn is_missed(set: &RuleSet, rule: RuleId, scratch: &mut Scratch) -> bool {
    let missed = |scratch: &mut Scratch, other: RuleId, example: &Spot<Example>| {
        let text = Text::new(&example.it.text);
        let given = Given { forced: language(set, other), ..Given::default() };
        let with = facts(set, &read(set, &text, given, scratch));
        let without = facts(set, &read(set, &text, Given { without: Some(rule), ..given }, scratch));
        with != without
    };
    set.written().rules[rule as usize].examples.iter().filter(|e| e.it.yes).any(|e| missed(scratch, rule, e))
}

/// A kind or field with the tokens that it covers.
type Covered = (String, u32, u32);

/// What stands after all stages, whichever rule made it: each mention, and the fields of each relation.
fn facts(set: &RuleSet, reading: &Reading) -> Vec<(Covered, Vec<Covered>)> {
    let mut facts: Vec<(Covered, Vec<Covered>)> = reading
        .kept()
        .filter(|(_, m)| m.rule != RuleId::MAX)
        .map(|(_, m)| {
            let rule = &set.rules[m.rule as usize];
            let mut fields: Vec<Covered> = Vec::new();
            for (field, from) in &rule.fields {
                match from {
                    From::Capture(slot) => fields.extend(m.captures_of(*slot).map(|c| ((*field).to_owned(), c.span.start, c.span.end))),
                    From::Constant(it) => fields.push((format!("{field}={it}"), 0, 0)),
                }
            }
            fields.sort();
            ((m.kind.name().to_owned(), m.span.start, m.span.end), if m.kind.is_relation() { fields } else { Vec::new() })
        })
        .collect();
    facts.sort();
    facts.dedup();
    facts
}

/// The language that a rule's examples are in; detected for a rule of `any`.
fn language(set: &RuleSet, rule: RuleId) -> Option<&str> {
    let lang = set.rules[rule as usize].lang;
    (lang != 0).then(|| set.languages.name(lang))
}

fn of<'r>(rule: RuleId, reading: &'r Reading) -> impl Iterator<Item = &'r Mention> {
    reading.mentions.iter().filter(move |m| m.rule == rule && matches!(m.fate, Fate::Kept | Fate::Draft) && !is_alias_copy(m))
}

/// An alias match also leaves a mention of its words, with the match's rule.
fn is_alias_copy(mention: &Mention) -> bool {
    mention.stage == crate::mention::Stage::Aliases && mention.kind != crate::mention::Kind::Alias
}

fn wanted(example: &Spot<Example>) -> Vec<Marked> {
    let mut marks: Vec<Marked> = example.it.marks.iter().map(|m| (m.label.clone(), m.start, example.it.text[m.start..m.end].to_owned())).collect();
    marks.sort();
    marks
}

fn found(set: &RuleSet, rule: RuleId, reading: &Reading, wanted: &[Marked]) -> Vec<Marked> {
    let compiled = &set.rules[rule as usize];
    let output = set.written().rules[rule as usize].gives.output.name;
    let whole = wanted.iter().any(|w| w.0 == output);
    let mut marks = Vec::new();
    for mention in of(rule, reading) {
        let mut mark = |label: &str, span: crate::span::Span<crate::span::Tok>| {
            let start = reading.tokens.list[span.start as usize].span.start as usize;
            marks.push((label.to_owned(), start, reading.words(span).to_owned()));
        };
        for capture in &mention.captures {
            // A capture inside a marked one cannot be marked too.
            let name = &compiled.slots[usize::from(capture.slot)].name;
            let inside = mention.captures.iter().any(|c| {
                c.slot != capture.slot && c.span.contains(capture.span) && c.span != capture.span || c.slot < capture.slot && c.span == capture.span
            });
            if inside && !wanted.iter().any(|w| w.0 == *name) {
                continue;
            }
            mark(&compiled.slots[usize::from(capture.slot)].name, capture.span);
        }
        // A rule without captures is marked as a whole, and so is one whose example asks for it.
        if whole || compiled.slots.is_empty() {
            mark(output, mention.span);
        }
    }
    marks.sort();
    marks.dedup();
    if whole {
        // The example shows the mention: captures inside it need no brackets of their own.
        marks.retain(|m| m.0 == output || wanted.iter().any(|w| w.0 == m.0));
    }
    marks
}

/// The first value that an example gives and the rule does not.
fn values(set: &RuleSet, rule: RuleId, reading: &Reading, example: &Spot<Example>) -> Option<String> {
    let reference = example.it.reference.as_deref().and_then(Partial::parse);
    let values = timeline::values(&reading.page(set), &reading.sentences, &reading.mentions, Frame { reference, ..Frame::default() });
    example.it.marks.iter().find_map(|mark| {
        let wanted = mark.value.as_deref()?;
        let found = values.iter().find(|(index, _)| {
            let mention = &reading.mentions[*index];
            mention.rule == rule && reading.tokens.list[mention.span.start as usize].span.start as usize == mark.start
        });
        let found = found.map_or("nothing", |(_, value)| value.value.as_deref().unwrap_or("null"));
        (found != wanted).then(|| format!("wanted the value {wanted}, found {found}"))
    })
}

fn show(marks: &[Marked]) -> String {
    if marks.is_empty() {
        return "nothing".to_owned();
    }
    marks.iter().map(|(label, _, words)| format!("[{label} {words}]")).collect::<Vec<_>>().join(" ")
}

/// Who won in the place of a rule's matches.
fn rivals(set: &RuleSet, rule: RuleId, reading: &Reading) -> String {
    let lost = reading.mentions.iter().filter(|m| m.rule == rule).find_map(|m| match m.fate {
        Fate::Lost { to, clause } => Some((reading.words(m.extent), &reading.mentions[to as usize], clause)),
        _ => None,
    });
    match lost {
        Some((words, winner, clause)) if winner.rule != RuleId::MAX => {
            format!("; « {words} » lost to {} « {} » by {clause:?}", set.id(winner.rule), reading.words(winner.extent))
        }
        _ => String::new(),
    }
}

fn failure(set: &RuleSet, rule: RuleId, example: &Spot<Example>, message: String) -> Failure {
    let source = &set.written().rules[rule as usize];
    let (file, text) = &set.written().files[source.file];
    let line = text[..example.at.start.min(text.len())].matches('\n').count() + 1;
    Failure { rule: source.id.it.clone(), file: file.clone(), line, example: example.it.text.clone(), message }
}
