//! What happened to every candidate: data that the engine leaves behind, printed by the command and by nobody else.

pub use crate::mention::Clause;
use crate::{
    mention::{Fate, Mention, RuleId},
    reading::Reading,
    rules::load::RuleSet,
    span::{Source, Span, Tok},
};

/// The whole reading of one document, stage by stage.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Tokens: span, key.
    pub tokens: Vec<(Span<Source>, String)>,
    pub blocks: Vec<Region>,
    /// Quoted passages, datelines.
    pub regions: Vec<Region>,
    pub sentences: Vec<Span<Source>>,
    /// Lexicon entries found: span, class, value.
    pub words: Vec<Word>,
    /// Every match of every rule, winners and losers, in stage order, then by place.
    pub candidates: Vec<Candidate>,
}

/// A named part of the page.
#[derive(Clone, Debug)]
pub struct Region {
    pub span: Span<Source>,
    pub name: String,
}

/// A lexicon entry found in the text.
#[derive(Clone, Debug)]
pub struct Word {
    pub span: Span<Source>,
    pub class: String,
    pub value: Option<String>,
}

/// One match of one rule.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// names, compounds, references, relations.
    pub stage: &'static str,
    /// "Organization", "role"…
    pub kind: String,
    pub rule: String,
    pub span: Span<Source>,
    pub extent: Span<Source>,
    pub captures: Vec<(String, Span<Source>)>,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Kept,
    /// Lost against the candidate at this index of [`Trace::candidates`], by this clause of the order.
    Lost {
        to: usize,
        clause: Clause,
    },
    /// Matched, and dropped for a reason that no other candidate is part of.
    Dropped(String),
    /// The rule is on trial.
    Draft,
}

/// The trace of a reading.
pub fn trace(set: &RuleSet, reading: &Reading) -> Trace {
    let list = &reading.tokens.list;
    let place = |span: Span<Tok>| match (list.get(span.start as usize), span.end.checked_sub(1).and_then(|e| list.get(e as usize))) {
        (Some(first), Some(last)) => first.span.cover(last.span),
        _ => Span::new(0, 0),
    };
    let region = |span: Span<Tok>, name: String| Region { span: place(span), name };
    let datelines = reading.layout.blocks.iter().filter_map(|b| Some(region(b.dateline?, "dateline".to_owned())));
    let quotes = reading.layout.quotes.iter().map(|&q| region(q, "quote".to_owned()));
    // Quotes are the layout's, not a rule's: candidates are numbered without them.
    let ruled: Vec<usize> = (0..reading.mentions.len()).filter(|&i| reading.mentions[i].rule != RuleId::MAX).collect();
    let number = |id: u32| ruled.binary_search(&(id as usize)).unwrap_or(0);
    Trace {
        tokens: (0..list.len()).map(|i| (list[i].span, reading.tokens.key(i).to_owned())).collect(),
        blocks: reading.layout.blocks.iter().map(|b| region(b.tokens, format!("{:?}/{:?}", b.kind, b.zone))).collect(),
        regions: datelines.chain(quotes).collect(),
        sentences: reading.sentences.iter().map(|s| place(s.tokens)).collect(),
        words: (0..list.len())
            .flat_map(|t| {
                let lang = reading.sentences.iter().position(|s| s.tokens.range().contains(&t)).map_or(0, |s| reading.lang(s));
                reading.hits.at(t).iter().filter(move |h| h.lang == 0 || h.lang == lang).map(move |h| (t, *h))
            })
            .map(|(t, hit)| Word {
                span: place(Span::of(t, t + usize::from(hit.len))),
                class: set.lexicon.class_names()[usize::from(hit.class)].clone(),
                value: Some(set.lexicon.value(hit).to_owned()).filter(|v| !v.is_empty()),
            })
            .collect(),
        candidates: ruled.iter().map(|&i| candidate(set, &reading.mentions[i], &place, &number)).collect(),
    }
}

fn candidate(set: &RuleSet, mention: &Mention, place: &dyn Fn(Span<Tok>) -> Span<Source>, number: &dyn Fn(u32) -> usize) -> Candidate {
    let rule = &set.rules[mention.rule as usize];
    Candidate {
        stage: mention.stage.name(),
        kind: mention.kind.name().to_owned(),
        rule: set.id(mention.rule).to_owned(),
        span: place(mention.span),
        extent: place(mention.extent),
        captures: mention.captures.iter().map(|c| (rule.slots[usize::from(c.slot)].name.clone(), place(c.span))).collect(),
        outcome: match mention.fate {
            Fate::Kept => Outcome::Kept,
            Fate::Lost { to, clause } => Outcome::Lost { to: number(to), clause },
            Fate::Dropped(reason) => Outcome::Dropped(reason.to_owned()),
            Fate::Draft => Outcome::Draft,
        },
    }
}
