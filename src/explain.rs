//! What happened to every candidate: data that the engine leaves behind, printed by the command and by nobody else.

use crate::span::{Source, Span};

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
    Lost { to: usize, clause: Clause },
    /// Matched, and dropped for a reason that no other candidate is part of.
    Dropped(String),
    /// The rule is on trial.
    Draft,
}

/// The clauses of the total order, first to last, and the containment table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clause {
    /// The winner's rule names the loser's in `over`.
    Over,
    LongerExtent,
    EarlierStart,
    MoreLiterals,
    RuleId,
    /// Inside a mention of a type that does not hold the loser's type.
    Inside,
}
