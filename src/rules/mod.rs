//! The rule language: what a rule is. The grammar stands in `docs/rules.md`.

pub mod answers;
mod attempt;
pub mod check;
pub mod compile;
pub mod entry;
pub mod fit;
pub mod letters;
pub mod load;
pub mod page;
pub mod parse;
pub mod pattern;
pub mod pred;
pub mod run;
pub mod suggest;
pub mod symbol;
pub mod unit;

use std::{ops::Range, sync::Arc};

use crate::mention::{Kind, Stage};

/// A rule as its file has it.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: Spot<String>,
    /// The language pack: "any", "fr"…
    pub lang: String,
    pub why: String,
    pub find: Spot<Node>,
    pub wheres: Vec<Spot<Where>>,
    pub with: Vec<Spot<With>>,
    pub unless: Vec<Spot<Node>>,
    pub over: Vec<Spot<String>>,
    pub gives: Gives,
    pub value: Option<Call>,
    pub draft: bool,
    pub examples: Vec<Spot<Example>>,
    /// Index of the file in the set.
    pub file: usize,
}

/// A thing and where its file has it, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spot<T> {
    pub it: T,
    pub at: Range<usize>,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Seq(Vec<Node>),
    /// Tried in this order: see [`compile`].
    Alt(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u16,
        max: Option<u16>,
    },
    Element(Test),
    /// `~`: no space between.
    Glue,
    /// `^`
    Start,
    /// `$`
    End,
    Before {
        not: bool,
        node: Box<Node>,
    },
    After {
        not: bool,
        node: Box<Node>,
    },
    /// `..3`
    Gap(u16),
    Capture {
        name: Spot<String>,
        node: Box<Node>,
    },
    Set(Spot<String>),
    /// What a set stands for, in place of its name: one for all rules that use it.
    Known(Arc<Known>),
}

/// A pattern that many rules share.
#[derive(Debug, PartialEq)]
pub struct Known {
    pub node: Node,
    size: (usize, Option<usize>),
}

impl Known {
    pub fn new(node: Node) -> Arc<Self> {
        Arc::new(Known { size: node.size(), node })
    }
}

/// A test on one token or mention.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// A folded key.
    Word(String),
    /// The token itself.
    Exact(String),
    /// A folded key without accents.
    Bare(String),
    Class(Spot<String>),
    Type(Kind),
    Shape(ShapeTest),
    Regex(Spot<String>),
    Any,
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
    Set(Spot<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShapeTest {
    Is(crate::token::Shape),
    /// A number between two, both included.
    Between(u32, u32),
}

/// A test on captures.
#[derive(Clone, Debug, PartialEq)]
pub struct Where {
    pub name: Spot<String>,
    pub args: Vec<Spot<String>>,
}

/// `date:<Date>` of `with`.
#[derive(Clone, Debug, PartialEq)]
pub struct With {
    pub name: String,
    pub kind: Kind,
}

/// `role(person, title, org, status: former)`.
#[derive(Clone, Debug)]
pub struct Gives {
    pub output: &'static Output,
    pub args: Vec<Argument>,
    pub at: Range<usize>,
}

/// `value date(day, month)`.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: Spot<String>,
    pub args: Vec<Argument>,
}

/// `field: value`, or a value that is the field's name too.
#[derive(Clone, Debug)]
pub struct Argument {
    pub field: Spot<String>,
    /// A capture's name, or a constant where no capture is so called.
    pub value: Spot<String>,
}

/// One `yes` or `no` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub yes: bool,
    /// Brackets taken out.
    pub text: String,
    /// `@2026-01-22`
    pub reference: Option<String>,
    pub marks: Vec<Mark>,
}

/// `[label=value words]`: bytes in the example's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub label: String,
    pub value: Option<String>,
    pub start: usize,
    pub end: usize,
}

/// What a rule may give: its name in `gives`, its fields with their constants (none: a capture is asked for).
#[derive(Debug)]
pub struct Output {
    pub name: &'static str,
    pub kind: Kind,
    /// The first field, when a capture is given for it, is the mention's span.
    pub fields: &'static [(&'static str, &'static [&'static str])],
}

const NONE: &[&str] = &[];
pub const AXIS_KIND: &[&str] = &["objective", "axis", "commitment"];
pub const STATUS: &[&str] = &["signed", "announced", "planned", "existing", "ended", "renewed"];

/// The closed table of outputs.
pub const OUTPUTS: &[Output] = &[
    Output { name: "organization", kind: Kind::Organization, fields: &[("name", NONE), ("head", NONE), ("form", NONE), ("place", NONE)] },
    Output { name: "person", kind: Kind::Person, fields: &[("name", NONE), ("given", NONE), ("family", NONE), ("honorific", NONE)] },
    Output { name: "place", kind: Kind::Place, fields: &[("name", NONE)] },
    Output { name: "date", kind: Kind::Date, fields: &[("name", NONE)] },
    Output { name: "duration", kind: Kind::Duration, fields: &[("name", NONE)] },
    Output { name: "title", kind: Kind::Title, fields: &[("title", NONE), ("head", NONE)] },
    Output { name: "agreement", kind: Kind::Agreement, fields: &[("kind", NONE), ("head", NONE), ("amended", NONE)] },
    Output { name: "alias", kind: Kind::Alias, fields: &[("alias", NONE), ("name", NONE)] },
    Output { name: "ref-org", kind: Kind::RefOrg, fields: &[("name", NONE), ("head", NONE)] },
    Output { name: "ref-agreement", kind: Kind::RefAgreement, fields: &[("name", NONE), ("head", NONE)] },
    Output { name: "ref-party", kind: Kind::RefParty, fields: &[("name", NONE)] },
    Output { name: "ref-person", kind: Kind::RefPerson, fields: &[("name", NONE), ("head", NONE)] },
    Output {
        name: "role",
        kind: Kind::Role,
        fields: &[("person", NONE), ("title", NONE), ("org", NONE), ("status", &["current", "former", "appointed"])],
    },
    Output {
        name: "partnership",
        kind: Kind::Partnership,
        fields: &[
            ("party", NONE),
            ("agreement", NONE),
            ("status", STATUS),
            ("signatory", NONE),
            ("date", NONE),
            ("place", NONE),
            ("duration", NONE),
            ("unnamed", NONE),
        ],
    },
    Output {
        name: "signing",
        kind: Kind::Signing,
        fields: &[
            ("of", &["last", "all"]),
            ("status", STATUS),
            ("signatory", NONE),
            ("date", NONE),
            ("place", NONE),
            ("duration", NONE),
            ("party", NONE),
        ],
    },
    Output { name: "axis", kind: Kind::Axis, fields: &[("text", NONE), ("by", NONE), ("of", &["last"]), ("kind", AXIS_KIND)] },
    Output { name: "speech", kind: Kind::Speech, fields: &[("quote", NONE), ("speaker", NONE)] },
    Output { name: "founding", kind: Kind::Founding, fields: &[("org", NONE), ("date", NONE)] },
];

/// The closed table of tests on captures, with the number of captures each takes.
pub const WHERES: &[(&str, usize)] = &[("initials", 2)];

impl Test {
    /// Visits this test and those inside it.
    pub fn visit<'t>(&'t self, f: &mut impl FnMut(&'t Test)) {
        f(self);
        match self {
            Test::Not(t) => t.visit(f),
            Test::And(ts) | Test::Or(ts) => ts.iter().for_each(|t| t.visit(f)),
            _ => {}
        }
    }
}

impl Node {
    /// Visits this node and those inside it.
    pub fn visit<'n>(&'n self, f: &mut impl FnMut(&'n Node)) {
        f(self);
        match self {
            Node::Seq(nodes) | Node::Alt(nodes) => nodes.iter().for_each(|n| n.visit(f)),
            Node::Repeat { node, .. } | Node::Before { node, .. } | Node::After { node, .. } | Node::Capture { node, .. } => node.visit(f),
            Node::Known(known) => known.node.visit(f),
            _ => {}
        }
    }

    /// Visits every test of the pattern.
    pub fn visit_tests<'n>(&'n self, f: &mut impl FnMut(&'n Test)) {
        self.visit(&mut |node| {
            if let Node::Element(test) = node {
                test.visit(f);
            }
        });
    }

    /// Whether a set stands in it whose name was not found.
    pub fn has_sets(&self) -> bool {
        let mut found = false;
        self.visit(&mut |node| found |= matches!(node, Node::Set(_)));
        self.visit_tests(&mut |test| found |= matches!(test, Test::Set(_)));
        found
    }

    /// Fewest and most tokens or mentions that it consumes; no most where there is no bound.
    pub fn size(&self) -> (usize, Option<usize>) {
        match self {
            Node::Seq(nodes) => nodes.iter().fold((0, Some(0)), |(lo, hi), n| {
                let (l, h) = n.size();
                (lo + l, hi.zip(h).map(|(a, b)| a + b))
            }),
            Node::Alt(nodes) => {
                let sizes = nodes.iter().map(Node::size);
                sizes.reduce(|(lo, hi), (l, h)| (lo.min(l), hi.zip(h).map(|(a, b)| a.max(b)))).unwrap_or((0, Some(0)))
            }
            Node::Repeat { node, min, max } => {
                let (l, h) = node.size();
                (l * usize::from(*min), h.zip(*max).map(|(h, m)| h * usize::from(m)))
            }
            // A class entry may be long; sixteen words is more than any lexicon has.
            Node::Element(Test::Class(_)) => (1, Some(16)),
            Node::Element(_) => (1, Some(1)),
            Node::Gap(n) => (0, Some(usize::from(*n))),
            Node::Capture { node, .. } => node.size(),
            Node::Glue | Node::Start | Node::End | Node::Before { .. } | Node::After { .. } => (0, Some(0)),
            Node::Set(_) => (1, None),
            Node::Known(known) => known.size,
        }
    }

    /// The types that it reads.
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds = Vec::new();
        self.visit_tests(&mut |test| {
            if let Test::Type(kind) = test {
                kinds.push(*kind);
            }
        });
        kinds
    }
}

/// The classes that hold the names of the document at hand: the engine fills them after the aliases.
pub const DOCUMENT_CLASSES: [(&str, Kind); 3] =
    [("document-organization", Kind::Organization), ("document-person", Kind::Person), ("document-place", Kind::Place)];

impl Rule {
    /// Follows from what the rule gives and reads: names that read other names are compounds, names that read the document's own are repeats.
    pub fn stage(&self) -> Stage {
        match self.gives.output.kind.stage() {
            Stage::Names if reads_document(&self.find.it) => Stage::Repeats,
            Stage::Names if !self.find.it.kinds().is_empty() => Stage::Compounds,
            stage => stage,
        }
    }
}

fn reads_document(node: &Node) -> bool {
    let mut found = false;
    node.visit_tests(&mut |test| found |= matches!(test, Test::Class(name) if DOCUMENT_CLASSES.iter().any(|c| c.0 == name.it)));
    found
}
