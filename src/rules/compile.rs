//! A pattern becomes a small Thompson program over tests that are numbered once for the whole set.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    Known, Node, ShapeTest, Test,
    pred::{Letters, LettersId, Pred, PredId, effort, either},
};
use crate::{
    lexicon::{ClassId, Lexicon},
    mention::Kind,
    token::Shape,
};

pub type Slot = u16;

/// A compiled `where`.
#[derive(Debug, Serialize, Deserialize)]
pub enum Where {
    /// The first capture, an acronym, is made of the initials of the second, a name.
    Initials(Slot, Slot),
}

/// The distinct tests of a rule set.
#[derive(Default, Debug)]
pub struct Preds {
    pub list: Vec<Pred>,
    known: FxHashMap<Pred, PredId>,
    tests: FxHashMap<Test, Vec<(PredId, Option<ClassId>)>>,
    /// Groups of the sets, by where they lie: they live as long as the rules that are compiled.
    groups: FxHashMap<usize, Vec<(u32, Vec<PredId>)>>,
    pub letters: Vec<Letters>,
    letters_known: FxHashMap<Letters, LettersId>,
}

impl Preds {
    fn letters(&mut self, test: Letters) -> LettersId {
        *self.letters_known.entry(test.clone()).or_insert_with(|| {
            self.letters.push(test);
            (self.letters.len() - 1) as LettersId
        })
    }

    /// A test that is passed where one of several is.
    pub fn any(&mut self, mut several: Vec<PredId>) -> PredId {
        several.sort_unstable();
        several.dedup();
        match several.as_slice() {
            [only] => *only,
            _ => self.id(Pred::OneOf(several)),
        }
    }

    fn id(&mut self, pred: Pred) -> PredId {
        if let Some(&id) = self.known.get(&pred) {
            return id;
        }
        let id = self.list.len() as PredId;
        self.list.push(pred.clone());
        self.known.insert(pred, id);
        id
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inst {
    /// Consumes one token or mention; with a class, a whole entry of it.
    Test {
        pred: PredId,
        class: Option<ClassId>,
    },
    /// Tries some of [`Program::ways`], in their order.
    Split {
        from: u32,
        to: u32,
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

/// Where a pattern may go on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Way {
    pub to: u32,
    /// The test that the next token or mention passes on this way; none where it may end before one.
    pub first: Option<PredId>,
}

/// A compiled pattern.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Program {
    pub insts: Vec<Inst>,
    pub ways: Vec<Way>,
    /// Patterns of `before( )` and `after( )`, with the most that each consumes.
    pub subs: Vec<(Program, usize)>,
    /// The test that what a match begins with passes: all that it can begin with in one.
    pub first: PredId,
    /// Its alternatives, in the order in which they are tried; one where it has none at its top.
    pub branches: Vec<Branch>,
    /// The test that what a match ends with passes; none where that may be nothing, or an entry of several words. See `entry::ends`.
    pub last: Option<PredId>,
    /// Whether a match may consume nothing (`$`, `^`): its first tests say nothing then.
    pub may_be_empty: bool,
    /// Whether its first tests say all: a match is one token or mention that passes one of them.
    pub single: bool,
    /// Words written out in the pattern.
    pub literals: u16,
}

/// One alternative of a pattern.
#[derive(Debug, Serialize, Deserialize)]
pub struct Branch {
    /// Its first instruction.
    pub entry: u32,
    /// Groups of tests: from its start on, a match has a token or mention for each group that passes one of its tests.
    pub required: Vec<Vec<PredId>>,
}

impl Program {
    /// Visits every test that is asked when it runs, and before to know where it may.
    pub fn visit(&self, f: &mut impl FnMut(PredId)) {
        for inst in &self.insts {
            if let Inst::Test { pred, .. } = inst {
                f(*pred);
            }
        }
        let ways = self.ways.iter().filter_map(|way| way.first);
        ways.chain([self.first]).chain(self.last).for_each(&mut *f);
        self.branches.iter().flat_map(|branch| &branch.required).flatten().for_each(|&pred| f(pred));
        self.subs.iter().for_each(|(sub, _)| sub.visit(f));
    }

    fn split(&mut self, ways: &[usize]) -> Inst {
        let from = self.ways.len() as u32;
        self.ways.extend(ways.iter().map(|&to| Way { to: to as u32, first: None }));
        Inst::Split { from, to: self.ways.len() as u32 }
    }
}

/// What a capture is called, and the classes that it captures entries of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlotInfo {
    pub name: String,
    pub classes: Vec<ClassId>,
}

pub struct Compiler<'c> {
    pub lexicon: &'c mut Lexicon,
    pub preds: &'c mut Preds,
    pub slots: Vec<SlotInfo>,
}

/// An alternative.
enum Choice<'n> {
    Node(&'n Node),
    Test(PredId),
}

/// Longest pattern, in instructions: what a repeat of repeats may unfold to.
const LONGEST: usize = 20_000;
/// Groups of required tests kept of a branch: more would cost more than they spare.
pub const NEEDS: usize = 4;

/// The alternatives at the top of a pattern, in the order in which they are tried.
fn top(node: &Node) -> Vec<&Node> {
    match node {
        Node::Alt(nodes) => longest_first(nodes).into_iter().flat_map(top).collect(),
        Node::Seq(nodes) => match nodes.as_slice() {
            [only] => top(only),
            _ => vec![node],
        },
        Node::Known(known) => top(&known.node),
        _ => vec![node],
    }
}

fn longest_first(nodes: &[Node]) -> Vec<&Node> {
    let mut nodes: Vec<&Node> = nodes.iter().collect();
    nodes.sort_by_cached_key(|node| {
        let (least, most) = node.size();
        std::cmp::Reverse((most.unwrap_or(usize::MAX), least))
    });
    nodes
}

impl Compiler<'_> {
    /// None where the pattern unfolds to more than [`LONGEST`] instructions.
    pub fn program(&mut self, node: &Node) -> Option<Program> {
        let mut program = Program::default();
        node.visit_tests(&mut |t| program.literals += u16::from(matches!(t, Test::Word(_) | Test::Exact(_) | Test::Bare(_))));
        let mut exits = Vec::new();
        for way in self.choices(&top(node)) {
            let entry = program.insts.len() as u32;
            self.choice(&way, &mut program)?;
            exits.push(program.insts.len());
            program.insts.push(Inst::Jump(0));
            let required = match way {
                Choice::Node(node) => self.required(node),
                Choice::Test(pred) => vec![vec![pred]],
            };
            program.branches.push(Branch { entry, required });
        }
        let end = program.insts.len() as u32;
        for at in exits {
            program.insts[at] = Inst::Jump(end);
        }
        program.insts.push(Inst::Match);
        let first = program.branches.iter().flat_map(|branch| first(&program, branch.entry)).collect();
        program.first = self.preds.any(first);
        program.may_be_empty = program.insts.iter().any(|inst| matches!(inst, Inst::Start | Inst::End | Inst::Look { .. }));
        // A test and the jump to the end, for each branch.
        let plain = |inst: &Inst| matches!(inst, Inst::Test { class: None, .. } | Inst::Jump(_) | Inst::Match);
        program.single = program.insts.len() == 2 * program.branches.len() + 1 && program.insts.iter().all(plain);
        Some(program)
    }

    /// What every match of a pattern must hold, from its start on: the rarest few.
    fn required(&mut self, node: &Node) -> Vec<Vec<PredId>> {
        let mut groups = self.groups(node);
        groups.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        groups.dedup();
        groups.truncate(NEEDS);
        groups.into_iter().map(|group| group.1).collect()
    }

    /// Groups of tests, each with how common what passes it is.
    fn groups(&mut self, node: &Node) -> Vec<(u32, Vec<PredId>)> {
        match node {
            Node::Seq(nodes) => nodes.iter().flat_map(|n| self.groups(n)).collect(),
            Node::Repeat { node, min, .. } if *min > 0 => self.groups(node),
            Node::Capture { node, .. } | Node::Before { not: false, node } => self.groups(node),
            Node::Known(known) => {
                let key = std::ptr::from_ref::<Known>(known) as usize;
                if let Some(groups) = self.preds.groups.get(&key) {
                    return groups.clone();
                }
                let groups = self.groups(&known.node);
                self.preds.groups.insert(key, groups.clone());
                groups
            }
            Node::Element(test) => {
                let common = self.common(test);
                let pred = self.pred(test);
                vec![(common, vec![self.preds.id(pred)])]
            }
            // One of the branches is there, and with it each group of it: the rarest of each will do.
            Node::Alt(nodes) => {
                let rarest: Option<Vec<(u32, Vec<PredId>)>> = nodes.iter().map(|n| self.groups(n).into_iter().min()).collect();
                let whole = rarest.map(|all| {
                    let mut preds: Vec<PredId> = all.iter().flat_map(|group| group.1.iter().copied()).collect();
                    preds.sort_unstable();
                    preds.dedup();
                    (all.iter().map(|group| group.0).sum(), preds)
                });
                whole.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// A guess at how often a test is passed, in tokens of ten thousand.
    fn common(&self, test: &Test) -> u32 {
        match test {
            Test::Word(key) => {
                let small = ["article", "preposition", "coordinator", "stopword"];
                let listed = small.iter().filter_map(|class| self.lexicon.class(class)).any(|class| self.lexicon.lists(key, class));
                if listed || !key.chars().any(char::is_alphabetic) { 200 } else { 5 }
            }
            Test::Exact(_) | Test::Bare(_) => 5,
            Test::Class(_) => 100,
            Test::Type(Kind::Organization | Kind::Place | Kind::Person) => 300,
            Test::Type(_) => 50,
            Test::Shape(ShapeTest::Between(..)) => 100,
            Test::Regex(_) => 500,
            Test::Shape(_) => 2_000,
            Test::And(tests) => tests.iter().map(|t| self.common(t)).min().unwrap_or(10_000),
            Test::Or(tests) => tests.iter().map(|t| self.common(t)).sum(),
            Test::Any | Test::Not(_) | Test::Set(_) => 10_000,
        }
    }

    fn emit(&mut self, node: &Node, out: &mut Program) -> Option<()> {
        if out.insts.len() > LONGEST {
            return None;
        }
        match node {
            Node::Seq(nodes) => nodes.iter().try_for_each(|n| self.emit(n, out))?,
            Node::Alt(nodes) => {
                let ways = self.choices(&longest_first(nodes));
                self.alternatives(&ways, out, |it, way, out| it.choice(way, out))?;
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
                        let end = out.insts.len();
                        for at in splits {
                            out.insts[at] = out.split(&[at + 1, end]);
                        }
                    }
                    None => {
                        let at = out.insts.len();
                        out.insts.push(Inst::Jump(0));
                        self.emit(node, out)?;
                        out.insts.push(Inst::Jump(at as u32));
                        out.insts[at] = out.split(&[at + 1, out.insts.len()]);
                    }
                }
            }
            Node::Element(test) => {
                let tests = self.tests(test);
                self.alternatives(&tests, out, |_, &(pred, class), out| {
                    out.insts.push(Inst::Test { pred, class });
                    Some(())
                })?;
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
                let end = out.insts.len();
                for at in splits {
                    // As few as possible: leaving comes first.
                    out.insts[at] = out.split(&[end, at + 1]);
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
            Node::Known(known) => self.emit(&known.node, out)?,
            // Sets are known by now; one that is not is a fault already told.
            Node::Set(_) => {}
        }
        Some(())
    }

    /// Alternatives of one token or mention each that follow one another are one test: whichever it passes, the match goes on alike.
    fn choices<'n>(&mut self, nodes: &[&'n Node]) -> Vec<Choice<'n>> {
        let mut ways = Vec::new();
        for run in nodes.iter().map(|node| (*node, self.one(node))).collect::<Vec<_>>().chunk_by(|a, b| a.1.is_some() == b.1.is_some()) {
            match run {
                [(_, None), ..] => ways.extend(run.iter().map(|&(node, _)| Choice::Node(node))),
                _ => ways.push(Choice::Test(self.preds.any(run.iter().filter_map(|(_, tests)| tests.as_deref()).flatten().copied().collect()))),
            }
        }
        ways
    }

    /// The tests of which a node passes one, where it is always one token or mention.
    fn one(&mut self, node: &Node) -> Option<Vec<PredId>> {
        match node {
            Node::Element(test) => self.tests(test).into_iter().map(|(pred, class)| class.is_none().then_some(pred)).collect(),
            Node::Alt(nodes) => nodes.iter().map(|node| self.one(node)).collect::<Option<Vec<_>>>().map(|all| all.concat()),
            Node::Known(known) => self.one(&known.node),
            Node::Seq(nodes) => match nodes.as_slice() {
                [only] => self.one(only),
                _ => None,
            },
            _ => None,
        }
    }

    fn choice(&mut self, way: &Choice, out: &mut Program) -> Option<()> {
        match way {
            Choice::Node(node) => self.emit(node, out),
            Choice::Test(pred) => {
                out.insts.push(Inst::Test { pred: *pred, class: None });
                Some(())
            }
        }
    }

    fn alternatives<T>(&mut self, all: &[T], out: &mut Program, emit: impl Fn(&mut Self, &T, &mut Program) -> Option<()>) -> Option<()> {
        if let [only] = all {
            return emit(self, only, out);
        }
        let at = out.insts.len();
        out.insts.push(Inst::Jump(0));
        let (mut ways, mut exits) = (Vec::new(), Vec::new());
        for one in all {
            ways.push(out.insts.len());
            emit(self, one, out)?;
            exits.push(out.insts.len());
            out.insts.push(Inst::Jump(0));
        }
        out.insts[at] = out.split(&ways);
        // The last way goes on at once.
        out.insts.pop();
        exits.pop();
        let end = out.insts.len() as u32;
        for at in exits {
            out.insts[at] = Inst::Jump(end);
        }
        Some(())
    }

    /// A test as the instructions that it comes to, one of which must pass. Sets bring the same test into many rules: each is looked at once.
    fn tests(&mut self, test: &Test) -> Vec<(PredId, Option<ClassId>)> {
        if let Some(known) = self.preds.tests.get(test) {
            return known.clone();
        }
        let parts = alternatives_of(test);
        let parts = parts.iter().map(|part| {
            let pred = self.pred(part);
            // An entry of one word is one token like any other.
            let class = class_of(part).and_then(|name| self.lexicon.class(name)).filter(|&class| self.lexicon.longest(class) > 1);
            (self.preds.id(pred), class)
        });
        let parts: Vec<_> = parts.collect();
        let mut tests = Vec::new();
        for run in parts.chunk_by(|a, b| a.1.is_none() && b.1.is_none()) {
            match run {
                [one] => tests.push(*one),
                _ => tests.push((self.preds.any(run.iter().map(|test| test.0).collect()), None)),
            }
        }
        self.preds.tests.insert(test.clone(), tests.clone());
        tests
    }

    fn pred(&mut self, test: &Test) -> Pred {
        match test {
            Test::Word(key) => Pred::Word(self.lexicon.word_or_new(key)),
            Test::Exact(word) => {
                let key = self.lexicon.word_or_new(&crate::token::fold(word));
                Pred::And(vec![Pred::Word(key), Pred::Letters(self.preds.letters(Letters::Exact(word.clone())))])
            }
            Test::Bare(key) => Pred::Letters(self.preds.letters(Letters::Bare(key.clone()))),
            Test::Class(name) => self.lexicon.class(&name.it).map_or(Pred::Not(Box::new(Pred::Any)), Pred::Class),
            Test::Type(kind) => Pred::Type(*kind),
            Test::Shape(ShapeTest::Is(shape)) => Pred::Shape(*shape),
            Test::Shape(ShapeTest::Between(a, b)) => {
                Pred::And(vec![Pred::Shape(Shape::NUM), Pred::Letters(self.preds.letters(Letters::Between(*a, *b)))])
            }
            Test::Regex(pattern) => {
                let letters = self.preds.letters(Letters::Regex(pattern.it.clone()));
                Pred::And(vec![Pred::Not(Box::new(Pred::Shape(Shape::PUNCT))), Pred::Letters(letters)])
            }
            Test::Any | Test::Set(_) => Pred::Any,
            Test::Not(t) => Pred::Not(Box::new(self.pred(t))),
            Test::And(ts) => {
                let mention = ts.iter().any(|t| matches!(t, Test::Type(_)));
                let mut preds: Vec<Pred> = ts.iter().map(|t| if mention { self.opens(t) } else { self.pred(t) }).collect();
                // What is soon asked and seldom passed comes first.
                preds.sort_by_key(effort);
                Pred::And(preds)
            }
            Test::Or(ts) => either(ts.iter().map(|t| self.pred(t)).collect()),
        }
    }

    /// A test beside a type: a regex asks the word that opens the mention.
    fn opens(&mut self, test: &Test) -> Pred {
        match test {
            Test::Regex(pattern) => Pred::Opens(self.preds.letters(Letters::Regex(pattern.it.clone()))),
            Test::Not(t) => Pred::Not(Box::new(self.opens(t))),
            _ => self.pred(test),
        }
    }

    fn slot(&mut self, name: &str, node: &Node) -> Slot {
        let class = class_of_node(node).and_then(|c| self.lexicon.class(c));
        if let Some(i) = self.slots.iter().position(|s| s.name == name) {
            let classes = &mut self.slots[i].classes;
            classes.extend(class.filter(|c| !classes.contains(c)));
            return i as Slot;
        }
        self.slots.push(SlotInfo { name: name.to_owned(), classes: class.into_iter().collect() });
        (self.slots.len() - 1) as Slot
    }
}

fn class_of_node(node: &Node) -> Option<&str> {
    match node {
        Node::Element(test) => class_of(test),
        Node::Known(known) => class_of_node(&known.node),
        _ => None,
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

/// Every test that can be the first to consume, from an instruction on.
fn first(program: &Program, entry: u32) -> Vec<PredId> {
    let mut seen = vec![false; program.insts.len()];
    let mut todo = vec![entry as usize];
    let mut first = Vec::new();
    while let Some(pc) = todo.pop() {
        if std::mem::replace(&mut seen[pc], true) {
            continue;
        }
        match program.insts[pc] {
            Inst::Test { pred, .. } => first.push(pred),
            Inst::Split { from, to } => todo.extend(program.ways[from as usize..to as usize].iter().rev().map(|way| way.to as usize)),
            Inst::Jump(to) => todo.push(to as usize),
            Inst::Match => {}
            _ => todo.push(pc + 1),
        }
    }
    first
}
