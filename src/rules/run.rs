//! The matcher: units (tokens and folded mentions) of one sentence against compiled rules.
//!
//! Backtracking with a memo: each (instruction, unit) is tried once an attempt, so a rule costs instructions x units at most.

use super::{
    compile::{Inst, NEEDS, Program, Slot, Where},
    fit::initials_fit,
    page::Page,
    symbol::{SymbolId, Symbols},
};
use crate::{
    lexicon::LangId,
    mention::{Kind, MentionId},
    span::{Span, Tok},
    token::Gap,
};

/// A token, or a mention that stands as one symbol.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    pub tokens: Span<Tok>,
    pub mention: Option<MentionId>,
    symbol: SymbolId,
    /// Nothing, not even a space, before it.
    glued: bool,
}

/// A mention to fold: its extent, its id and type.
pub type Fold = (Span<Tok>, MentionId, Kind);

/// Where memory is kept between documents. Holds nothing that bears on an answer.
#[derive(Default)]
pub struct Scratch {
    pub symbols: Symbols,
    stack: Vec<Job>,
    memo: Memo,
    /// Memos of `before( )` and `after( )`, which may stand in one another.
    memos: Vec<Memo>,
    caps: Vec<Event>,
    places: Vec<Place>,
    /// The branches for which something from a unit on passes their first, second… group of required tests.
    ahead: Vec<[u64; NEEDS]>,
    /// Whether the last run got past the first element of a pattern.
    pub got_in: bool,
    /// Try rules though what they cannot do without is not there: `got_in` asks how far they come.
    pub thorough: bool,
}

/// A branch of a rule and a unit where it may begin, in the order in which they are tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    rule: u32,
    pos: u32,
    branch: u32,
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

/// One match, in units.
#[derive(Debug)]
pub struct Match {
    pub rule: u32,
    pub start: usize,
    pub end: usize,
    /// Slot and units, in the order in which the captures begin.
    pub captures: Vec<(Slot, usize, usize)>,
}

/// The (instruction, unit) pairs that an attempt has been at, for units from `origin` on; unit by unit, so that a stretch of units is a stretch of bits.
///
/// Most attempts are over after a few steps: what was visited is remembered only from then on.
#[derive(Default)]
struct Memo {
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
    /// Steps that are not remembered: enough for nearly all, and little beside clearing the memory for each.
    const UNSEEN: usize = 256;

    fn reset(&mut self, program: &Program, origin: usize, width: usize) {
        (self.origin, self.width, self.instructions, self.reach) = (origin, width, program.insts.len(), 0);
        self.unseen = Self::UNSEEN;
        self.bits.clear();
    }

    /// Forgets what was visited from a unit on.
    fn forget(&mut self, from: usize) {
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
        match self.unseen.checked_sub(1) {
            Some(left) => {
                self.unseen = left;
                true
            }
            None => self.remember(pc, offset),
        }
    }

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

impl Page<'_> {
    /// The units of `range`: its tokens, with the mentions of `folds` (in order, apart from one another) as one unit each.
    pub fn units(&self, range: Span<Tok>, tokens: &[SymbolId], folds: &[Fold], symbols: &mut Symbols) -> Vec<Unit> {
        let mut units = Vec::with_capacity(range.len());
        let mut folds = folds.iter().copied().peekable();
        let mut at = range.start;
        while at < range.end {
            let glued = self.tokens.list[at as usize].gap == Gap::None;
            while folds.peek().is_some_and(|f| f.0.end <= at) {
                folds.next();
            }
            let (tokens, mention, symbol) = match folds.peek() {
                Some(&(extent, id, kind)) if extent.start <= at => {
                    (Span::new(at, extent.end.min(range.end)), Some(id), symbols.of_mention(self.set, tokens[at as usize], kind))
                }
                _ => (Span::new(at, at + 1), None, tokens[at as usize]),
            };
            units.push(Unit { tokens, mention, symbol, glued });
            at = tokens.end;
        }
        units
    }

    /// Every match of the branches in `chosen`, rule by rule.
    pub fn matches(&self, units: &[Unit], chosen: &[u64], lang: LangId, scratch: &mut Scratch) -> Vec<Match> {
        let mut places = std::mem::take(&mut scratch.places);
        self.places(units, chosen, scratch, &mut places);
        let mut out = Vec::new();
        for places in places.chunk_by(|a, b| a.rule == b.rule) {
            self.matches_of(places, units, lang, scratch, &mut out);
        }
        scratch.places = places;
        out
    }

    /// The branches worth an attempt, and where.
    fn places(&self, units: &[Unit], chosen: &[u64], scratch: &mut Scratch, places: &mut Vec<Place>) {
        places.clear();
        let (entries, symbols) = (&self.set.entries, &scratch.symbols);
        let Some(low) = chosen.iter().position(|&word| word != 0) else { return };
        let high = chosen.iter().rposition(|&word| word != 0).map_or(low, |last| last + 1);
        let lets = |unit: &Unit| symbols.lets(unit.symbol, low..high, chosen.len());
        scratch.ahead.clear();
        scratch.ahead.resize(high - low, [0; NEEDS]);
        for (pos, unit) in units.iter().enumerate().rev() {
            let own = lets(unit);
            for (word, ahead) in scratch.ahead.iter_mut().enumerate() {
                let mut left = chosen[low + word] & own[word].first;
                for (need, ahead) in ahead.iter_mut().enumerate() {
                    *ahead |= own[word].needs[need];
                    left &= *ahead;
                }
                if scratch.thorough {
                    left = chosen[low + word];
                } else if left != 0 {
                    left &= pos.checked_sub(1).map_or(entries.free_before[low + word], |last| lets(&units[last])[word].before);
                    left &= units.get(pos + 1).map_or(entries.free_after[low + word], |next| lets(next)[word].second);
                }
                if pos > 0 {
                    left &= !entries.at_start[low + word];
                }
                while left != 0 {
                    let branch = (low + word) * 64 + left.trailing_zeros() as usize;
                    left &= left - 1;
                    places.push(Place { rule: entries.list[branch].rule, pos: pos as u32, branch: branch as u32 });
                }
            }
        }
        places.sort_unstable();
    }

    /// The matches of one rule, apart from one another.
    fn matches_of(&self, places: &[Place], units: &[Unit], lang: LangId, scratch: &mut Scratch, out: &mut Vec<Match>) {
        let Some(&Place { rule: id, pos: origin, .. }) = places.first() else { return };
        let rule = &self.set.rules[id as usize];
        let mut run = Run { page: self, units, lang };
        let mut memo = std::mem::take(&mut scratch.memo);
        let mut stack = std::mem::take(&mut scratch.stack);
        memo.reset(&rule.find, origin as usize, units.len() + 1 - origin as usize);
        let mut free = 0;
        for place in places {
            let pos = place.pos as usize;
            if pos < free {
                continue;
            }
            scratch.caps.clear();
            let entry = self.set.entries.list[place.branch as usize].pc;
            stack.push(Job { pc: entry, pos: place.pos, caps: 0 });
            let Some(end) = run.attempt(&rule.find, None, &mut memo, &mut stack, scratch) else { continue };
            // What the successful attempt visited has not failed: forget it.
            memo.forget(pos);
            let found = Match { rule: id, start: pos, end, captures: captures(&scratch.caps) };
            let holds = rule.wheres.iter().all(|w| w.holds(self, units, &found)) && !rule.unless.iter().any(|u| run.inside(u, pos, end, scratch));
            free = pos + 1;
            if holds {
                free = end.max(free);
                out.push(found);
            }
        }
        (scratch.memo, scratch.stack) = (memo, stack);
    }
}

/// The captures of a log of brackets.
fn captures(events: &[Event]) -> Vec<(Slot, usize, usize)> {
    let mut open: Vec<usize> = Vec::new();
    let mut captures: Vec<(Slot, usize, usize)> = Vec::new();
    for event in events {
        if event.open {
            open.push(captures.len());
            captures.push((event.slot, event.pos as usize, event.pos as usize));
        } else if let Some(i) = open.pop() {
            captures[i].2 = event.pos as usize;
        }
    }
    captures.retain(|c| c.2 > c.1);
    captures
}

struct Run<'r> {
    page: &'r Page<'r>,
    units: &'r [Unit],
    lang: LangId,
}

impl Run<'_> {
    /// Runs the last job of the stack; the end of the match, and its captures on the log. With a target, only a match that ends there counts.
    fn attempt(&mut self, program: &Program, target: Option<usize>, memo: &mut Memo, stack: &mut Vec<Job>, scratch: &mut Scratch) -> Option<usize> {
        let base = stack.len().saturating_sub(1);
        while stack.len() > base {
            let Some(Job { pc, pos, caps }) = stack.pop() else { break };
            scratch.caps.truncate(caps as usize);
            let (mut pc, mut pos) = (pc as usize, pos as usize);
            loop {
                let inst = &program.insts[pc];
                // What leads to one place only need not be remembered.
                if matches!(inst, Inst::Test { .. } | Inst::Split { .. } | Inst::Look { .. }) && !memo.visit(pc, pos) {
                    break;
                }
                match inst {
                    Inst::Test { pred, class } => {
                        if !self.units.get(pos).is_some_and(|unit| scratch.symbols.passes(unit.symbol, *pred)) {
                            break;
                        }
                        scratch.got_in = true;
                        match class {
                            None => pos += 1,
                            Some(class) => {
                                // Longest entry first; the shorter ones wait on the stack.
                                let mut next = None;
                                let first = stack.len();
                                for hit in self.page.hits.at(self.units[pos].tokens.start as usize) {
                                    if hit.class != *class || !(hit.lang == 0 || hit.lang == self.lang) {
                                        continue;
                                    }
                                    let len = usize::from(hit.len);
                                    if !self.plain(pos, len) {
                                        continue;
                                    }
                                    match next {
                                        None => next = Some(pos + len),
                                        Some(_) => stack.push(Job { pc: pc as u32 + 1, pos: (pos + len) as u32, caps: scratch.caps.len() as u32 }),
                                    }
                                }
                                stack[first..].reverse();
                                match next {
                                    Some(end) => pos = end,
                                    None => break,
                                }
                            }
                        }
                        pc += 1;
                    }
                    Inst::Split { from, to } => {
                        let symbol = self.units.get(pos).map(|unit| unit.symbol);
                        let mut next = None;
                        for way in program.ways[*from as usize..*to as usize].iter().rev() {
                            if way.first.is_none_or(|first| symbol.is_some_and(|symbol| scratch.symbols.passes(symbol, first)))
                                && let Some(later) = next.replace(way.to)
                            {
                                stack.push(Job { pc: later, pos: pos as u32, caps: scratch.caps.len() as u32 });
                            }
                        }
                        match next {
                            Some(to) => pc = to as usize,
                            None => break,
                        }
                    }
                    Inst::Jump(to) => pc = *to as usize,
                    Inst::Open(slot) | Inst::Close(slot) => {
                        let open = matches!(inst, Inst::Open(_));
                        scratch.caps.push(Event { slot: *slot, pos: pos as u32, open });
                        pc += 1;
                    }
                    Inst::Glue => {
                        if !self.units.get(pos).is_some_and(|u| u.glued) {
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
                        if pos != self.units.len() {
                            break;
                        }
                        pc += 1;
                    }
                    Inst::Look { sub, ahead, not } => {
                        let (sub, most) = &program.subs[usize::from(*sub)];
                        let marks = scratch.caps.len();
                        let found = if *ahead { self.ahead(sub, *most, pos, stack, scratch) } else { self.behind(sub, *most, pos, stack, scratch) };
                        if found == *not {
                            break;
                        }
                        if *not {
                            scratch.caps.truncate(marks);
                        }
                        pc += 1;
                    }
                    Inst::Match => {
                        if target.is_none_or(|t| t == pos) {
                            stack.truncate(base);
                            return Some(pos);
                        }
                        break;
                    }
                }
            }
        }
        None
    }

    /// Runs the branches of a program at `start`, in their order.
    fn branches(
        &mut self,
        program: &Program,
        start: usize,
        target: Option<usize>,
        memo: &mut Memo,
        stack: &mut Vec<Job>,
        scratch: &mut Scratch,
    ) -> bool {
        let caps = scratch.caps.len() as u32;
        program.branches.iter().any(|branch| {
            stack.push(Job { pc: branch.entry, pos: start as u32, caps });
            self.attempt(program, target, memo, stack, scratch).is_some()
        })
    }

    fn ahead(&mut self, sub: &Program, most: usize, pos: usize, stack: &mut Vec<Job>, scratch: &mut Scratch) -> bool {
        let first = match self.units.get(pos) {
            Some(unit) => may_begin(sub, unit.symbol, &scratch.symbols),
            None => sub.may_be_empty,
        };
        if !first || sub.single {
            scratch.got_in |= first;
            return first;
        }
        let mut memo = scratch.memos.pop().unwrap_or_default();
        memo.reset(sub, pos, most.min(self.units.len() - pos) + 1);
        let found = self.branches(sub, pos, None, &mut memo, stack, scratch);
        scratch.memos.push(memo);
        found
    }

    fn behind(&mut self, sub: &Program, most: usize, pos: usize, stack: &mut Vec<Job>, scratch: &mut Scratch) -> bool {
        if sub.single {
            let found = pos > 0 && may_begin(sub, self.units[pos - 1].symbol, &scratch.symbols);
            scratch.got_in |= found;
            return found;
        }
        // Most fail at what stands right before: no need to look further back.
        let ends = |last| pos.checked_sub(1).is_some_and(|at| scratch.symbols.passes(self.units[at].symbol, last));
        if !scratch.thorough && sub.last.is_some_and(|last| !ends(last)) {
            return false;
        }
        let mut memo = scratch.memos.pop().unwrap_or_default();
        // A start that failed leaves its half-open captures.
        let marks = scratch.caps.len();
        let found = (pos.saturating_sub(most)..=pos).rev().any(|start| {
            if start < pos && !may_begin(sub, self.units[start].symbol, &scratch.symbols) {
                return false;
            }
            memo.reset(sub, start, pos - start + 1);
            scratch.caps.truncate(marks);
            self.branches(sub, start, Some(pos), &mut memo, stack, scratch)
        });
        scratch.memos.push(memo);
        found
    }

    /// Whether `program` matches somewhere inside `start..end`.
    fn inside(&mut self, program: &Program, start: usize, end: usize, scratch: &mut Scratch) -> bool {
        let mut inner = Run { page: self.page, units: &self.units[..end], lang: self.lang };
        let (mut stack, mut memo) = (Vec::new(), scratch.memos.pop().unwrap_or_default());
        memo.reset(program, start, end - start + 1);
        let (marks, got_in) = (scratch.caps.len(), scratch.got_in);
        let found = (start..end).any(|pos| {
            may_begin(program, self.units[pos].symbol, &scratch.symbols) && inner.branches(program, pos, None, &mut memo, &mut stack, scratch)
        });
        scratch.caps.truncate(marks);
        scratch.got_in = got_in;
        scratch.memos.push(memo);
        found
    }

    /// Whether the `len` units from `pos` are tokens that follow one another, so that an entry of `len` words fits.
    fn plain(&self, pos: usize, len: usize) -> bool {
        self.units.get(pos..pos + len).is_some_and(|units| units.iter().all(|u| u.mention.is_none()))
    }
}

fn may_begin(program: &Program, symbol: SymbolId, symbols: &Symbols) -> bool {
    program.may_be_empty || symbols.passes(symbol, program.first)
}

impl Where {
    fn holds(&self, page: &Page, units: &[Unit], found: &Match) -> bool {
        let span = |slot: Slot| found.captures.iter().find(|c| c.0 == slot).map(|c| units[c.1].tokens.cover(units[c.2 - 1].tokens));
        match self {
            Where::Initials(acronym, name) => match (span(*acronym), span(*name)) {
                (Some(acronym), Some(name)) => initials_fit(page, acronym, name),
                _ => false,
            },
        }
    }
}
