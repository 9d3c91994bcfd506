//! What the stages pass on: mentions, and the relations over them.

use serde::{Deserialize, Serialize};

use crate::span::{Span, Tok};

/// The types that a rule may give. The order of the mention types is their order where two stand in one place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    Person,
    Organization,
    Place,
    Date,
    Title,
    Agreement,
    Duration,
    Quote,
    RefOrg,
    RefAgreement,
    RefParty,
    RefPerson,
    /// Links a bracketed acronym or name to the organisation before it.
    Alias,
    Role,
    Partnership,
    Signing,
    Axis,
    Speech,
    Founding,
}

/// Where in the cascade a rule runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Stage {
    Names,
    Compounds,
    /// Bracketed acronyms and other names put beside a name.
    Aliases,
    /// Names of this document found again: what reads a `@document-…` class.
    Repeats,
    References,
    Relations,
}

impl Stage {
    pub const ALL: [Stage; 6] = [Stage::Names, Stage::Compounds, Stage::Aliases, Stage::Repeats, Stage::References, Stage::Relations];

    pub const fn name(self) -> &'static str {
        match self {
            Stage::Names => "names",
            Stage::Compounds => "compounds",
            Stage::Aliases => "aliases",
            Stage::Repeats => "repeats",
            Stage::References => "references",
            Stage::Relations => "relations",
        }
    }
}

impl Kind {
    pub const ALL: [Kind; 19] = [
        Kind::Person,
        Kind::Organization,
        Kind::Place,
        Kind::Date,
        Kind::Title,
        Kind::Agreement,
        Kind::Duration,
        Kind::Quote,
        Kind::RefOrg,
        Kind::RefAgreement,
        Kind::RefParty,
        Kind::RefPerson,
        Kind::Alias,
        Kind::Role,
        Kind::Partnership,
        Kind::Signing,
        Kind::Axis,
        Kind::Speech,
        Kind::Founding,
    ];

    /// As rules name it: `<Person>` in patterns, `person(…)` in `gives`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Person => "Person",
            Kind::Organization => "Organization",
            Kind::Place => "Place",
            Kind::Date => "Date",
            Kind::Title => "Title",
            Kind::Agreement => "Agreement",
            Kind::Duration => "Duration",
            Kind::Quote => "Quote",
            Kind::RefOrg => "Ref:org",
            Kind::RefAgreement => "Ref:agreement",
            Kind::RefParty => "Ref:party",
            Kind::RefPerson => "Ref:person",
            Kind::Alias => "alias",
            Kind::Role => "role",
            Kind::Partnership => "partnership",
            Kind::Signing => "signing",
            Kind::Axis => "axis",
            Kind::Speech => "speech",
            Kind::Founding => "founding",
        }
    }

    /// The first stage that may read it; relations are read by none.
    pub const fn stage(self) -> Stage {
        match self {
            Kind::Person | Kind::Organization | Kind::Place | Kind::Date | Kind::Title | Kind::Agreement | Kind::Duration => Stage::Names,
            Kind::Alias => Stage::Aliases,
            Kind::Quote | Kind::RefOrg | Kind::RefAgreement | Kind::RefParty | Kind::RefPerson => Stage::References,
            _ => Stage::Relations,
        }
    }

    pub const fn is_relation(self) -> bool {
        matches!(self.stage(), Stage::Relations)
    }
}

/// A capture of a rule: its name, its words, and the mention it is, if it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    pub slot: u16,
    pub span: Span<Tok>,
    pub mention: Option<MentionId>,
}

/// Index into the list of mentions of the document.
pub type MentionId = u32;
/// Index into the rules of the set.
pub type RuleId = u32;

/// One match of one rule: a mention, or a relation (whose `span` is its `extent`).
#[derive(Clone, Debug)]
pub struct Mention {
    pub kind: Kind,
    /// The name: what users see.
    pub span: Span<Tok>,
    /// What the next stage reads as one symbol.
    pub extent: Span<Tok>,
    pub rule: RuleId,
    pub stage: Stage,
    /// Index of the sentence.
    pub sentence: u32,
    pub captures: Vec<Capture>,
    pub fate: Fate,
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

/// What became of a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Kept,
    Lost { to: MentionId, clause: Clause },
    Dropped(&'static str),
    Draft,
}

impl Mention {
    pub fn is_kept(&self) -> bool {
        self.fate == Fate::Kept
    }

    pub fn captures_of(&self, slot: u16) -> impl Iterator<Item = &Capture> {
        self.captures.iter().filter(move |c| c.slot == slot)
    }
}
