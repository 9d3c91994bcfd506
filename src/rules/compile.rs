//! A pattern becomes a small Thompson program over tests that are numbered once for the whole set.

use regex::Regex;
use rustc_hash::FxHashMap;

use super::{Node, ShapeTest, Test};
use crate::{
    lexicon::{ClassId, Lexicon, WordId},
    mention::Kind,
    token::Shape,
};

pub type PredId = u16;
pub type Slot = u16;

/// A compiled `where`.
#[derive(Debug)]
pub enum Where {
    /// The first capture, an acronym, is made of the initials of the second, a name.
    Initials(Slot, Slot),
}

/// A test with its names resolved.
#[derive(Debug)]
pub enum Pred {
    Word(WordId),
    Exact(String),
    Bare(String),
    Class(ClassId),
    Type(Kind),
    Shape(Shape),
    Between(u32, u32),
    Regex(Regex),
    /// The same of the word that opens a mention.
    Opens(Regex),
    Any,
    Not(Box<Pred>),
    And(Vec<Pred>),
    Or(Vec<Pred>),
}

impl Pred {
    /// Whether the answer needs the token's own letters, beyond word, classes, shape and type.
    pub fn needs_text(&self) -> bool {
        match self {
            Pred::Exact(_) | Pred::Bare(_) | Pred::Between(..) | Pred::Regex(_) | Pred::Opens(_) => true,
            Pred::Not(p) => p.needs_text(),
            Pred::And(ps) | Pred::Or(ps) => ps.iter().any(Pred::needs_text),
            _ => false,
        }
    }
}

/// The distinct tests of a rule set.
#[derive(Default, Debug)]
pub struct Preds {
    pub list: Vec<Pred>,
    known: FxHashMap<String, PredId>,
    /// By pattern: sets bring the same one into many rules.
    regexes: FxHashMap<String, Option<Regex>>,
}

impl Preds {
    fn regex(&mut self, pattern: &str) -> Option<Regex> {
        self.regexes.entry(pattern.to_owned()).or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).ok()).clone()
    }

    fn id(&mut self, pred: Pred) -> PredId {
        // The debug form of a test is its identity: two that print alike test alike.
        let name = format!("{pred:?}");
        *self.known.entry(name).or_insert_with(|| {
            self.list.push(pred);
            (self.list.len() - 1) as PredId
        })
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Inst {
    /// Consumes one token or mention; with a class, a whole entry of it.
    Test {
        pred: PredId,
        class: Option<ClassId>,
    },
    /// Tries `first`, then `second`.
    Split {
        first: u32,
        second: u32,
    },
    Jump(u32),
    Open(Slot),
    Close(Slot),
    Glue,
    Start,
    End,
    Look {
        sub: u16,
        ahead: bool,
        not: bool,
    },
    Match,
}

/// A compiled pattern.
#[derive(Debug, Default)]
pub struct Program {
    pub insts: Vec<Inst>,
    /// Patterns of `before( )` and `after( )`, with the most that each consumes.
    pub subs: Vec<(Program, usize)>,
    /// The tests that a match can begin with.
    pub first: Vec<PredId>,
    /// Groups of tests: a match holds a token or mention for each group that passes one of its tests.
    pub required: Vec<Vec<PredId>>,
    /// Words written out in the pattern.
    pub literals: u16,
}

/// What a capture is called, and the classes that it captures entries of.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotInfo {
    pub name: String,
    pub classes: Vec<ClassId>,
}

pub struct Compiler<'c> {
    pub lexicon: &'c mut Lexicon,
    pub preds: &'c mut Preds,
    pub slots: Vec<SlotInfo>,
}

/// Longest pattern, in instructions: what a repeat of repeats may unfold to.
const LONGEST: usize = 20_000;

impl Compiler<'_> {
    /// None where the pattern unfolds to more than [`LONGEST`] instructions.
    pub fn program(&mut self, node: &Node) -> Option<Program> {
        let mut program = Program::default();
        let mut literals = 0;
        node.visit_tests(&mut |t| literals += u16::from(matches!(t, Test::Word(_) | Test::Exact(_) | Test::Bare(_))));
        program.literals = literals;
        self.emit(node, &mut program)?;
        program.insts.push(Inst::Match);
        program.first = first(&program);
        program.required = self.required(node);
        program.required.sort();
        program.required.dedup();
        Some(program)
    }

    /// What every match of a pattern must hold.
    fn required(&mut self, node: &Node) -> Vec<Vec<PredId>> {
        match node {
            Node::Seq(nodes) => nodes.iter().flat_map(|n| self.required(n)).collect(),
            Node::Repeat { node, min, .. } if *min > 0 => self.required(node),
            Node::Capture { node, .. } => self.required(node),
            Node::Before { not: false, node } | Node::After { not: false, node } => self.required(node),
            Node::Element(test) => {
                let pred = self.pred(test);
                vec![vec![self.preds.id(pred)]]
            }
            // One of the branches is there, and with it one group of each: of each branch the first will do.
            Node::Alt(nodes) => {
                let firsts: Option<Vec<Vec<PredId>>> = nodes.iter().map(|n| self.required(n).into_iter().next()).collect();
                firsts.map(|groups| groups.concat()).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn emit(&mut self, node: &Node, out: &mut Program) -> Option<()> {
        if out.insts.len() > LONGEST {
            return None;
        }
        match node {
            Node::Seq(nodes) => nodes.iter().try_for_each(|n| self.emit(n, out))?,
            Node::Alt(nodes) => {
                let mut nodes: Vec<&Node> = nodes.iter().collect();
                nodes.sort_by_key(|n| std::cmp::Reverse((n.size().1.unwrap_or(usize::MAX), n.size().0)));
                self.alternatives(&nodes, out)?;
            }
            Node::Repeat { node, min, max } => {
                for _ in 0..*min {
                    self.emit(node, out)?;
                }
                match max {
                    Some(max) => {
                        let mut splits = Vec::new();
                        for _ in *min..*max {
                            splits.push(out.insts.len());
                            out.insts.push(Inst::Jump(0));
                            self.emit(node, out)?;
                        }
                        let end = out.insts.len() as u32;
                        for at in splits {
                            out.insts[at] = Inst::Split { first: at as u32 + 1, second: end };
                        }
                    }
                    None => {
                        let at = out.insts.len();
                        out.insts.push(Inst::Jump(0));
                        self.emit(node, out)?;
                        out.insts.push(Inst::Jump(at as u32));
                        out.insts[at] = Inst::Split { first: at as u32 + 1, second: out.insts.len() as u32 };
                    }
                }
            }
            Node::Element(test) => {
                let parts = alternatives_of(test);
                if parts.len() == 1 {
                    self.test(&parts[0], out);
                } else {
                    let nodes: Vec<Node> = parts.into_iter().map(Node::Element).collect();
                    self.alternatives(&nodes.iter().collect::<Vec<_>>(), out)?;
                }
            }
            Node::Gap(most) => {
                let semicolon = self.lexicon.word_or_new(";");
                let pred = self.preds.id(Pred::Not(Box::new(Pred::Word(semicolon))));
                let mut splits = Vec::new();
                for _ in 0..*most {
                    splits.push(out.insts.len());
                    out.insts.push(Inst::Jump(0));
                    out.insts.push(Inst::Test { pred, class: None });
                }
                let end = out.insts.len() as u32;
                for at in splits {
                    // As few as possible: leaving comes first.
                    out.insts[at] = Inst::Split { first: end, second: at as u32 + 1 };
                }
            }
            Node::Glue => out.insts.push(Inst::Glue),
            Node::Start => out.insts.push(Inst::Start),
            Node::End => out.insts.push(Inst::End),
            Node::Before { not, node: inner } | Node::After { not, node: inner } => {
                let sub = self.program(inner)?;
                out.subs.push((sub, inner.size().1.unwrap_or(usize::MAX)));
                let ahead = matches!(node, Node::Before { .. });
                out.insts.push(Inst::Look { sub: (out.subs.len() - 1) as u16, ahead, not: *not });
            }
            Node::Capture { name, node } => {
                let slot = self.slot(&name.it, node);
                out.insts.push(Inst::Open(slot));
                self.emit(node, out)?;
                out.insts.push(Inst::Close(slot));
            }
            // Sets are expanded before; one that could not be is a fault already told.
            Node::Set(_) => {}
        }
        Some(())
    }

    fn alternatives(&mut self, nodes: &[&Node], out: &mut Program) -> Option<()> {
        let mut exits = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            if i + 1 == nodes.len() {
                self.emit(node, out)?;
                break;
            }
            let at = out.insts.len();
            out.insts.push(Inst::Jump(0));
            self.emit(node, out)?;
            exits.push(out.insts.len());
            out.insts.push(Inst::Jump(0));
            out.insts[at] = Inst::Split { first: at as u32 + 1, second: out.insts.len() as u32 };
        }
        let end = out.insts.len() as u32;
        for at in exits {
            out.insts[at] = Inst::Jump(end);
        }
        Some(())
    }

    fn test(&mut self, test: &Test, out: &mut Program) {
        let class = class_of(test).and_then(|name| self.lexicon.class(name));
        let pred = self.pred(test);
        let pred = self.preds.id(pred);
        out.insts.push(Inst::Test { pred, class });
    }

    fn pred(&mut self, test: &Test) -> Pred {
        match test {
            Test::Word(key) => Pred::Word(self.lexicon.word_or_new(key)),
            Test::Exact(word) => {
                let key = self.lexicon.word_or_new(&crate::token::fold(word));
                Pred::And(vec![Pred::Word(key), Pred::Exact(word.clone())])
            }
            Test::Bare(key) => Pred::Bare(key.clone()),
            Test::Class(name) => self.lexicon.class(&name.it).map_or(Pred::Not(Box::new(Pred::Any)), Pred::Class),
            Test::Type(kind) => Pred::Type(*kind),
            Test::Shape(ShapeTest::Is(shape)) => Pred::Shape(*shape),
            Test::Shape(ShapeTest::Between(a, b)) => Pred::And(vec![Pred::Shape(Shape::NUM), Pred::Between(*a, *b)]),
            Test::Regex(pattern) => match self.preds.regex(&pattern.it) {
                Some(regex) => Pred::And(vec![Pred::Not(Box::new(Pred::Shape(Shape::PUNCT))), Pred::Regex(regex)]),
                // Told by the check.
                None => Pred::Not(Box::new(Pred::Any)),
            },
            Test::Any | Test::Set(_) => Pred::Any,
            Test::Not(t) => Pred::Not(Box::new(self.pred(t))),
            Test::And(ts) => {
                let mention = ts.iter().any(|t| matches!(t, Test::Type(_)));
                Pred::And(ts.iter().map(|t| if mention { self.opens(t) } else { self.pred(t) }).collect())
            }
            Test::Or(ts) => Pred::Or(ts.iter().map(|t| self.pred(t)).collect()),
        }
    }

    /// A test beside a type: a regex asks the word that opens the mention.
    fn opens(&mut self, test: &Test) -> Pred {
        match test {
            Test::Regex(pattern) => self.preds.regex(&pattern.it).map_or(Pred::Not(Box::new(Pred::Any)), Pred::Opens),
            Test::Not(t) => Pred::Not(Box::new(self.opens(t))),
            _ => self.pred(test),
        }
    }

    fn slot(&mut self, name: &str, node: &Node) -> Slot {
        let class = match node {
            Node::Element(test) => class_of(test).and_then(|c| self.lexicon.class(c)),
            _ => None,
        };
        if let Some(i) = self.slots.iter().position(|s| s.name == name) {
            let classes = &mut self.slots[i].classes;
            classes.extend(class.filter(|c| !classes.contains(c)));
            return i as Slot;
        }
        self.slots.push(SlotInfo { name: name.to_owned(), classes: class.into_iter().collect() });
        (self.slots.len() - 1) as Slot
    }
}

/// The class whose entry a test consumes.
fn class_of(test: &Test) -> Option<&str> {
    match test {
        Test::Class(name) => Some(&name.it),
        Test::And(tests) => tests.iter().find_map(class_of),
        _ => None,
    }
}

/// A test as alternatives that hold at most one class each at their top: entries of classes differ in length.
fn alternatives_of(test: &Test) -> Vec<Test> {
    match test {
        Test::Or(tests) => tests.iter().flat_map(alternatives_of).collect(),
        Test::And(tests) if tests.iter().any(|t| matches!(t, Test::Or(_))) => {
            let mut all: Vec<Vec<Test>> = vec![Vec::new()];
            for t in tests {
                let options = alternatives_of(t);
                all = all.iter().flat_map(|a| options.iter().map(move |o| a.iter().cloned().chain([o.clone()]).collect())).collect();
            }
            all.into_iter().map(Test::And).collect()
        }
        _ => vec![test.clone()],
    }
}

/// Every test that can be the first to consume.
fn first(program: &Program) -> Vec<PredId> {
    let mut seen = vec![false; program.insts.len()];
    let mut todo = vec![0usize];
    let mut first = Vec::new();
    while let Some(pc) = todo.pop() {
        if std::mem::replace(&mut seen[pc], true) {
            continue;
        }
        match program.insts[pc] {
            Inst::Test { pred, .. } => first.push(pred),
            Inst::Split { first, second } => todo.extend([second as usize, first as usize]),
            Inst::Jump(to) => todo.push(to as usize),
            Inst::Match => {}
            _ => todo.push(pc + 1),
        }
    }
    first.sort_unstable();
    first.dedup();
    first
}
