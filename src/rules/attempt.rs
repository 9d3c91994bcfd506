//! One attempt: a program run from one unit on.
//!
//! Backtracking with a memo: each (instruction, unit) is tried once an attempt, so a rule costs instructions x units at most.

use super::{
    compile::{Inst, Program, Slot},
    page::Page,
    symbol::{SymbolId, Symbols},
    unit::Unit,
};
use crate::lexicon::{ClassId, LangId};

/// Where attempts keep what they have in hand.
#[derive(Default)]
pub(super) struct Room {
    stack: Vec<Job>,
    /// The captures of the attempt at hand, as a log of brackets.
    caps: Vec<Event>,
    /// Memos of `before( )` and `after( )`, which may stand in one another.
    memos: Vec<Memo>,
    /// Whether an attempt got past the first element of a pattern.
    pub got_in: bool,
    /// Try though what cannot be done without is not there: `got_in` asks how far attempts come.
    pub thorough: bool,
}

#[derive(Clone, Copy)]
struct Job {
    pc: u32,
    pos: u32,
    caps: u32,
}

#[derive(Clone, Copy)]
struct Event {
    slot: Slot,
    pos: u32,
    open: bool,
}

/// The (instruction, unit) pairs that an attempt has been at, for units from `origin` on; unit by unit, so that a stretch of units is a stretch of bits.
///
/// Most attempts are over after a few steps: what was visited is remembered only from then on.
#[derive(Default)]
pub(super) struct Memo {
    bits: Vec<u64>,
    origin: usize,
    width: usize,
    instructions: usize,
    /// Steps left before anything is remembered.
    unseen: usize,
    /// One past the furthest unit visited, from `origin`.
    reach: usize,
}

impl Memo {
    /// Steps that are not remembered: enough for nearly all.
    const UNSEEN: usize = 256;
    /// Pairs to a step that is not remembered either: there are more where there is more memory to clear, and never more than pairs.
    const CLEARED: usize = 256;

    pub fn reset(&mut self, program: &Program, origin: usize, width: usize) {
        (self.origin, self.width, self.instructions, self.reach) = (origin, width, program.insts.len(), 0);
        self.unseen = Self::UNSEEN.max(self.instructions * width / Self::CLEARED);
        self.bits.clear();
    }

    /// Forgets what was visited from a unit on.
    pub fn forget(&mut self, from: usize) {
        let first = (from - self.origin) * self.instructions / 64;
        let last = (self.reach * self.instructions).div_ceil(64);
        if let Some(bits) = self.bits.get_mut(first..last) {
            bits.fill(0);
        }
        self.reach = self.reach.min(from - self.origin);
    }

    /// Whether this pair is new, as far as is remembered. Beyond the width nothing is.
    fn visit(&mut self, pc: usize, pos: usize) -> bool {
        let offset = pos - self.origin;
        if offset >= self.width {
            return false;
        }
        if self.unseen > 0 {
            self.unseen -= 1;
            return true;
        }
        self.remember(pc, offset)
    }

    #[cold]
    fn remember(&mut self, pc: usize, offset: usize) -> bool {
        if self.bits.is_empty() {
            self.bits.resize((self.instructions * self.width).div_ceil(64), 0);
        }
        self.reach = self.reach.max(offset + 1);
        let key = offset * self.instructions + pc;
        let new = self.bits[key / 64] >> (key % 64) & 1 == 0;
        self.bits[key / 64] |= 1 << (key % 64);
        new
    }
}

/// Attempts over the units of one sentence.
pub(super) struct Attempts<'r> {
    pub page: &'r Page<'r>,
    pub units: &'r [Unit],
    pub symbols: &'r Symbols,
    pub lang: LangId,
    pub room: &'r mut Room,
}

impl Attempts<'_> {
    /// Runs a program from an instruction and a unit on; the end of the match.
    pub fn run(&mut self, program: &Program, pc: u32, pos: u32, memo: &mut Memo) -> Option<usize> {
        self.room.caps.clear();
        self.attempt(program, Job { pc, pos, caps: 0 }, None, memo)
    }

    /// The captures of the last match: slot and units, in the order in which they begin.
    pub fn captures(&self) -> Vec<(Slot, usize, usize)> {
        let mut captures: Vec<(Slot, usize, usize)> = Vec::with_capacity(self.room.caps.len() / 2);
        for event in &self.room.caps {
            if event.open {
                // Not yet closed.
                captures.push((event.slot, event.pos as usize, usize::MAX));
            } else if let Some(last) = captures.iter_mut().rfind(|capture| capture.2 == usize::MAX) {
                last.2 = event.pos as usize;
            }
        }
        captures.retain(|capture| capture.2 != usize::MAX && capture.2 > capture.1);
        captures
    }

    /// Whether `program` matches somewhere inside `start..end`.
    pub fn inside(&mut self, program: &Program, start: usize, end: usize) -> bool {
        let mut memo = self.room.memos.pop().unwrap_or_default();
        memo.reset(program, start, end - start + 1);
        let (marks, got_in) = (self.room.caps.len(), self.room.got_in);
        let mut inner = Attempts { units: &self.units[..end], room: &mut *self.room, ..*self };
        let found = (start..end).any(|pos| inner.may_begin(program, inner.units[pos].symbol) && inner.branches(program, pos, None, &mut memo));
        self.room.caps.truncate(marks);
        self.room.got_in = got_in;
        self.room.memos.push(memo);
        found
    }

    /// With a target, only a match that ends there counts.
    fn attempt(&mut self, program: &Program, job: Job, target: Option<usize>, memo: &mut Memo) -> Option<usize> {
        let (units, symbols) = (self.units, self.symbols);
        let base = self.room.stack.len();
        let mut next = Some(job);
        while let Some(Job { pc, pos, caps }) = next {
            self.room.caps.truncate(caps as usize);
            let (mut pc, mut pos) = (pc as usize, pos as usize);
            loop {
                // What leads to one place only need not be remembered.
                match program.insts[pc] {
                    Inst::Test { pred, class } => {
                        if !memo.visit(pc, pos) || !units.get(pos).is_some_and(|unit| symbols.passes(unit.symbol, pred)) {
                            break;
                        }
                        self.room.got_in = true;
                        pc += 1;
                        match class {
                            None => pos += 1,
                            Some(class) => match self.entry(class, pc, pos) {
                                Some(end) => pos = end,
                                None => break,
                            },
                        }
                    }
                    Inst::Split { from, to } => {
                        if !memo.visit(pc, pos) {
                            break;
                        }
                        let symbol = units.get(pos).map(|unit| unit.symbol);
                        let mut first = None;
                        for way in program.ways[from as usize..to as usize].iter().rev() {
                            let open = match (way.first, symbol) {
                                (None, _) => true,
                                (Some(first), Some(symbol)) => symbols.passes(symbol, first),
                                (Some(_), None) => false,
                            };
                            if open && let Some(later) = first.replace(way.to) {
                                self.push(later as usize, pos);
                            }
                        }
                        match first {
                            Some(to) => pc = to as usize,
                            None => break,
                        }
                    }
                    Inst::Jump(to) => pc = to as usize,
                    Inst::Open(slot) | Inst::Close(slot) => {
                        let open = matches!(program.insts[pc], Inst::Open(_));
                        self.room.caps.push(Event { slot, pos: pos as u32, open });
                        pc += 1;
                    }
                    Inst::Glue => {
                        if !units.get(pos).is_some_and(|u| u.glued) {
                            break;
                        }
                        pc += 1;
                    }
                    Inst::Start => {
                        if pos != 0 {
                            break;
                        }
                        pc += 1;
                    }
                    Inst::End => {
                        if pos != units.len() {
                            break;
                        }
                        pc += 1;
                    }
                    Inst::Look { sub, ahead, not } => {
                        if !memo.visit(pc, pos) || self.look(&program.subs[usize::from(sub)], ahead, not, pos) == not {
                            break;
                        }
                        pc += 1;
                    }
                    Inst::Match => {
                        if target.is_none_or(|t| t == pos) {
                            self.room.stack.truncate(base);
                            return Some(pos);
                        }
                        break;
                    }
                }
            }
            next = if self.room.stack.len() > base { self.room.stack.pop() } else { None };
        }
        None
    }

    fn push(&mut self, pc: usize, pos: usize) {
        let caps = self.room.caps.len() as u32;
        self.room.stack.push(Job { pc: pc as u32, pos: pos as u32, caps });
    }

    /// The end of the longest entry of a class at a unit; the shorter ones wait on the stack, to go on at `pc`.
    fn entry(&mut self, class: ClassId, pc: usize, pos: usize) -> Option<usize> {
        let first = self.room.stack.len();
        let mut longest = None;
        for hit in self.page.hits.at(self.units[pos].tokens.start as usize) {
            let end = pos + usize::from(hit.len);
            if hit.class != class || !(hit.lang == 0 || hit.lang == self.lang) || !self.plain(pos, end) {
                continue;
            }
            match longest {
                None => longest = Some(end),
                Some(_) => self.push(pc, end),
            }
        }
        self.room.stack[first..].reverse();
        longest
    }

    /// Whether these units are tokens that follow one another, so that an entry of so many words fits.
    fn plain(&self, pos: usize, end: usize) -> bool {
        self.units.get(pos..end).is_some_and(|units| units.iter().all(|u| u.mention.is_none()))
    }

    /// Whether a pattern stands before or after a unit.
    fn look(&mut self, (sub, most): &(Program, usize), ahead: bool, not: bool, pos: usize) -> bool {
        if sub.single {
            let unit = if ahead { self.units.get(pos) } else { pos.checked_sub(1).map(|pos| &self.units[pos]) };
            let found = unit.is_some_and(|unit| self.may_begin(sub, unit.symbol));
            self.room.got_in |= found;
            return found;
        }
        let marks = self.room.caps.len();
        let found = if ahead { self.ahead(sub, *most, pos) } else { self.behind(sub, *most, pos) };
        if not {
            self.room.caps.truncate(marks);
        }
        found
    }

    /// Runs the branches of a program at `start`, in their order.
    fn branches(&mut self, program: &Program, start: usize, target: Option<usize>, memo: &mut Memo) -> bool {
        let caps = self.room.caps.len() as u32;
        let mut entries = program.branches.iter().map(|branch| branch.entry);
        entries.any(|pc| self.attempt(program, Job { pc, pos: start as u32, caps }, target, memo).is_some())
    }

    fn ahead(&mut self, sub: &Program, most: usize, pos: usize) -> bool {
        let first = self.units.get(pos).map_or(sub.may_be_empty, |unit| self.may_begin(sub, unit.symbol));
        if !first {
            return false;
        }
        let mut memo = self.room.memos.pop().unwrap_or_default();
        memo.reset(sub, pos, most.min(self.units.len() - pos) + 1);
        let found = self.branches(sub, pos, None, &mut memo);
        self.room.memos.push(memo);
        found
    }

    fn behind(&mut self, sub: &Program, most: usize, pos: usize) -> bool {
        let units = self.units;
        // Most fail at what stands right before: no need to look further back.
        let ends = |last| pos.checked_sub(1).is_some_and(|at| self.symbols.passes(units[at].symbol, last));
        if !self.room.thorough && sub.last.is_some_and(|last| !ends(last)) {
            return false;
        }
        let mut memo = self.room.memos.pop().unwrap_or_default();
        // A start that failed leaves its half-open captures.
        let marks = self.room.caps.len();
        let found = (pos.saturating_sub(most)..=pos).rev().any(|start| {
            if start < pos && !self.may_begin(sub, units[start].symbol) {
                return false;
            }
            memo.reset(sub, start, pos - start + 1);
            self.room.caps.truncate(marks);
            self.branches(sub, start, Some(pos), &mut memo)
        });
        self.room.memos.push(memo);
        found
    }

    fn may_begin(&self, program: &Program, symbol: SymbolId) -> bool {
        program.may_be_empty || self.symbols.passes(symbol, program.first)
    }
}
