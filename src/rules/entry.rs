//! Where a pattern can match at all: what must stand at its start, beside it and after it, by one table for the whole set.
//!
//! The branches of all rules are numbered, those of one stage together. A symbol then has the branches that it can begin, follow the
//! beginning of, or stand before as sets of bits, and a place in a text is worth an attempt only for the branches left in all of them.

use rustc_hash::FxHashMap;

use serde::{Deserialize, Serialize};

use super::{
    compile::{Inst, Preds, Program},
    pred::PredId,
};
use crate::{
    lexicon::{ClassId, Lexicon},
    mention::{RuleId, Stage},
};

/// One branch of one rule.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    pub rule: RuleId,
    /// Its first instruction.
    pub pc: u32,
    /// Tests of which the first token or mention passes one.
    pub first: Vec<PredId>,
    /// The same of the second, where there must be one.
    pub second: Option<Vec<PredId>>,
    /// The same of the one before, where there must be one.
    pub before: Option<Vec<PredId>>,
    /// Only where a sentence begins.
    pub at_start: bool,
    /// Groups of tests: something from the start on passes one test of each.
    pub required: Vec<Vec<PredId>>,
}

/// The branches of a rule set.
#[derive(Default, Debug, Serialize, Deserialize)]
pub struct Entries {
    pub list: Vec<Entry>,
    /// Branches that ask for nothing before them, for nothing after their first element, for the beginning of a sentence.
    pub free_before: Vec<u64>,
    pub free_after: Vec<u64>,
    pub at_start: Vec<u64>,
}

impl Entries {
    /// `programs` are those of the rules, in the order of their ids.
    pub fn new(programs: &[(Stage, &Program)], lexicon: &Lexicon) -> Self {
        let mut order: Vec<usize> = (0..programs.len()).collect();
        order.sort_by_key(|&rule| (programs[rule].0, rule));
        let mut entries = Entries::default();
        for rule in order {
            let program = programs[rule].1;
            for branch in &program.branches {
                let (before, at_start) = before(program, branch.entry, lexicon);
                entries.list.push(Entry {
                    rule: rule as RuleId,
                    pc: branch.entry,
                    first: firsts(program, branch.entry).into_iter().map(|pc| test(program, pc).0).collect(),
                    second: second(program, branch.entry, lexicon),
                    before,
                    at_start,
                    required: branch.required.clone(),
                });
            }
        }
        entries.free_before = entries.set(|entry| entry.before.is_none());
        entries.free_after = entries.set(|entry| entry.second.is_none());
        entries.at_start = entries.set(|entry| entry.at_start);
        entries
    }

    /// The branches that pass, as bits.
    pub fn set(&self, passes: impl Fn(&Entry) -> bool) -> Vec<u64> {
        let mut set = vec![0u64; self.list.len().div_ceil(64)];
        for (i, entry) in self.list.iter().enumerate() {
            set[i / 64] |= u64::from(passes(entry)) << (i % 64);
        }
        set
    }
}

fn test(program: &Program, pc: usize) -> (PredId, Option<ClassId>) {
    match program.insts[pc] {
        Inst::Test { pred, class } => (pred, class),
        _ => (0, None),
    }
}

/// Where the walk over instructions that consume nothing leads to.
struct Reach {
    tests: Vec<usize>,
    /// The end of the pattern, or `$`.
    end: bool,
}

fn reach(program: &Program, from: usize) -> Reach {
    Walk::default().reach(program, from)
}

/// Room for many walks over one program.
#[derive(Default)]
struct Walk {
    /// The number of the walk that was last at each instruction.
    seen: Vec<u32>,
    walks: u32,
    todo: Vec<usize>,
}

impl Walk {
    fn reach(&mut self, program: &Program, from: usize) -> Reach {
        self.seen.resize(program.insts.len(), 0);
        self.walks += 1;
        self.todo.push(from);
        let mut reach = Reach { tests: Vec::new(), end: false };
        while let Some(pc) = self.todo.pop() {
            if std::mem::replace(&mut self.seen[pc], self.walks) == self.walks {
                continue;
            }
            match program.insts[pc] {
                Inst::Test { .. } => reach.tests.push(pc),
                Inst::Split { from, to } => self.todo.extend(program.ways[from as usize..to as usize].iter().rev().map(|way| way.to as usize)),
                Inst::Jump(to) => self.todo.push(to as usize),
                Inst::Match | Inst::End => reach.end = true,
                _ => self.todo.push(pc + 1),
            }
        }
        reach
    }
}

fn firsts(program: &Program, entry: u32) -> Vec<usize> {
    reach(program, entry as usize).tests
}

/// What the second token or mention can be; none where one may not be needed, or the first is an entry of several words.
fn second(program: &Program, entry: u32, lexicon: &Lexicon) -> Option<Vec<PredId>> {
    let mut second = Vec::new();
    for pc in firsts(program, entry) {
        if test(program, pc).1.is_some_and(|class| lexicon.longest(class) > 1) {
            return None;
        }
        let reach = reach(program, pc + 1);
        if reach.end {
            return None;
        }
        second.extend(reach.tests.into_iter().map(|pc| test(program, pc).0));
    }
    second.sort_unstable();
    second.dedup();
    Some(second)
}

/// What the one before can be, and whether there may be none at all before.
fn before(program: &Program, entry: u32, lexicon: &Lexicon) -> (Option<Vec<PredId>>, bool) {
    let mut at_start = false;
    for inst in &program.insts[entry as usize..] {
        match inst {
            Inst::Start => at_start = true,
            Inst::Look { .. } | Inst::Open(_) | Inst::Glue => {}
            _ => break,
        }
    }
    (behind(program, entry as usize, lexicon, &mut { FAR }), at_start)
}

/// Instructions to follow in search of what must stand before: repeats could go on for ever.
const FAR: usize = 1_000;

/// Tests of which the one before passes one, by what is looked back at before anything is consumed, whatever the way.
fn behind(program: &Program, mut pc: usize, lexicon: &Lexicon, left: &mut usize) -> Option<Vec<PredId>> {
    loop {
        *left = left.checked_sub(1)?;
        match program.insts[pc] {
            Inst::Look { sub, ahead: false, not: false } => match last(&program.subs[usize::from(sub)].0, lexicon) {
                Some(last) => return Some(last),
                None => pc += 1,
            },
            Inst::Jump(to) => pc = to as usize,
            Inst::Start | Inst::Look { .. } | Inst::Open(_) | Inst::Close(_) | Inst::Glue => pc += 1,
            Inst::Split { from, to } => {
                let ways = &program.ways[from as usize..to as usize];
                let ways = ways.iter().map(|way| behind(program, way.to as usize, lexicon, left));
                return ways.collect::<Option<Vec<_>>>().map(|all| {
                    let mut all = all.concat();
                    all.sort_unstable();
                    all.dedup();
                    all
                });
            }
            Inst::Test { .. } | Inst::End | Inst::Match => return None,
        }
    }
}

/// Notes what each way of a split begins with: most need not be tried.
pub fn ways(program: &mut Program, preds: &mut Preds) {
    program.subs.iter_mut().for_each(|(sub, _)| ways(sub, preds));
    let mut walk = Walk::default();
    let mut known: FxHashMap<u32, Option<PredId>> = FxHashMap::default();
    for i in 0..program.ways.len() {
        let to = program.ways[i].to;
        program.ways[i].first = *known.entry(to).or_insert_with(|| {
            let reach = walk.reach(program, to as usize);
            (!reach.end).then(|| preds.any(reach.tests.iter().map(|&pc| test(program, pc).0).collect()))
        });
    }
}

/// Notes what the patterns of `before( )` and `after( )` end with.
pub fn ends(program: &mut Program, lexicon: &Lexicon, preds: &mut Preds) {
    for (sub, _) in &mut program.subs {
        ends(sub, lexicon, preds);
        sub.last = last(sub, lexicon).map(|last| preds.any(last));
    }
}

/// What a pattern ends with; none where it may match nothing, or end with an entry of several words.
fn last(program: &Program, lexicon: &Lexicon) -> Option<Vec<PredId>> {
    if program.branches.iter().any(|branch| reach(program, branch.entry as usize).end) {
        return None;
    }
    let mut last = Vec::new();
    for pc in (0..program.insts.len()).filter(|&pc| matches!(program.insts[pc], Inst::Test { .. })) {
        if reach(program, pc + 1).end {
            let (pred, class) = test(program, pc);
            if class.is_some_and(|class| lexicon.longest(class) > 1) {
                return None;
            }
            last.push(pred);
        }
    }
    last.sort_unstable();
    last.dedup();
    Some(last)
}
