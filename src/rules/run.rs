//! The matcher: units (tokens and folded mentions) of one sentence against compiled rules.
//!
//! Backtracking with a memo: each (instruction, unit) is tried once an attempt, so a rule costs instructions x units at most.

use rustc_hash::FxHashMap;

use super::compile::{Inst, Pred, Program, Slot, Where};
use crate::{
    lexicon::{Hits, LangId, WordId},
    mention::{Kind, MentionId},
    rules::load::RuleSet,
    span::{Span, Tok},
    text::{Text, strip_accents},
    token::{Gap, Shape, Tokens},
};

/// A token, or a mention that stands as one symbol.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    pub tokens: Span<Tok>,
    pub mention: Option<MentionId>,
    kind: Option<Kind>,
    symbol: u32,
    /// Nothing, not even a space, before it.
    glued: bool,
}

/// A mention to fold: its extent, its id and type.
pub type Fold = (Span<Tok>, MentionId, Kind);

/// What the tests of a rule set can ask of a token, short of its letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Symbol {
    word: WordId,
    classes: u128,
    shape: u16,
    /// 0 for a token.
    kind: u8,
}

/// The answers for one symbol: which tests may hold, which rules may begin.
struct Answers {
    symbol: Symbol,
    may: Box<[u64]>,
    starts: Box<[u64]>,
}

/// Where memory is kept between documents. Holds nothing that bears on an answer.
#[derive(Default)]
pub struct Scratch {
    symbols: FxHashMap<Symbol, u32>,
    answers: Vec<Answers>,
    stack: Vec<Job>,
    memo: Memo,
    caps: Vec<Event>,
    /// Whether the last run got past the first element of a pattern.
    pub got_in: bool,
    /// Try rules though the sentence lacks what they cannot do without: `got_in` asks how far they come.
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

/// One match, in units.
#[derive(Debug)]
pub struct Match {
    pub rule: u32,
    pub start: usize,
    pub end: usize,
    /// Slot and units, in the order in which the captures begin.
    pub captures: Vec<(Slot, usize, usize)>,
}

/// More distinct symbols than this and the table starts afresh.
const SYMBOLS: usize = 1 << 16;

/// The (instruction, unit) pairs that an attempt has been at, for units from `origin` on; unit by unit, so that a stretch of units is a stretch of bits.
#[derive(Default)]
struct Memo {
    bits: Vec<u64>,
    origin: usize,
    width: usize,
    instructions: usize,
    /// One past the furthest unit visited, from `origin`.
    reach: usize,
}

impl Memo {
    fn reset(&mut self, program: &Program, origin: usize, width: usize) {
        (self.origin, self.width, self.instructions, self.reach) = (origin, width, program.insts.len(), 0);
        self.bits.clear();
        self.bits.resize((self.instructions * width).div_ceil(64), 0);
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

    /// Whether this pair is new. Beyond the width nothing is.
    fn visit(&mut self, pc: usize, pos: usize) -> bool {
        let offset = pos - self.origin;
        if offset >= self.width {
            return false;
        }
        self.reach = self.reach.max(offset + 1);
        let key = offset * self.instructions + pc;
        let new = self.bits[key / 64] >> (key % 64) & 1 == 0;
        self.bits[key / 64] |= 1 << (key % 64);
        new
    }
}

fn bit(set: &[u64], index: usize) -> bool {
    set[index / 64] >> (index % 64) & 1 == 1
}

/// What the matcher looks at.
#[derive(Clone, Copy)]
pub struct Page<'p> {
    pub set: &'p RuleSet,
    pub text: &'p Text<'p>,
    pub tokens: &'p Tokens,
    pub hits: &'p Hits,
}

impl Page<'_> {
    /// The units of `range`: its tokens, with the mentions of `folds` (in order, apart from one another) as one unit each.
    pub fn units(&self, range: Span<Tok>, lang: LangId, folds: &[Fold], scratch: &mut Scratch) -> Vec<Unit> {
        if scratch.answers.len() > SYMBOLS {
            scratch.symbols.clear();
            scratch.answers.clear();
        }
        let mut units = Vec::with_capacity(range.len());
        let mut folds = folds.iter().copied().peekable();
        let mut at = range.start;
        while at < range.end {
            let glued = self.tokens.list[at as usize].gap == Gap::None;
            while folds.peek().is_some_and(|f| f.0.end <= at) {
                folds.next();
            }
            let (tokens, fold, symbol) = match folds.peek() {
                Some(&(extent, id, kind)) if extent.start <= at => {
                    let end = extent.end.min(range.end);
                    (Span::new(at, end), Some((id, kind)), Symbol { word: 0, classes: 0, shape: 0, kind: kind as u8 + 1 })
                }
                _ => (Span::new(at, at + 1), None, self.symbol(at as usize, lang)),
            };
            let symbol = self.answer(symbol, scratch);
            units.push(Unit { tokens, mention: fold.map(|f| f.0), kind: fold.map(|f| f.1), symbol, glued });
            at = tokens.end;
        }
        units
    }

    fn symbol(&self, token: usize, lang: LangId) -> Symbol {
        let classes = self.hits.at(token).iter().filter(|h| h.lang == 0 || h.lang == lang).fold(0u128, |set, h| set | 1 << h.class);
        let word = self.hits.words[token];
        Symbol { word: if self.set.is_literal(word) { word } else { 0 }, classes, shape: self.tokens.list[token].shape.0, kind: 0 }
    }

    fn answer(&self, symbol: Symbol, scratch: &mut Scratch) -> u32 {
        if let Some(&id) = scratch.symbols.get(&symbol) {
            return id;
        }
        let preds = &self.set.preds.list;
        let mut may = vec![0u64; preds.len().div_ceil(64)].into_boxed_slice();
        for (i, pred) in preds.iter().enumerate() {
            if possible(pred, &symbol).0 {
                may[i / 64] |= 1 << (i % 64);
            }
        }
        let mut starts = vec![0u64; self.set.rules.len().div_ceil(64)].into_boxed_slice();
        for (i, rule) in self.set.rules.iter().enumerate() {
            if rule.find.first.iter().any(|&p| bit(&may, usize::from(p))) {
                starts[i / 64] |= 1 << (i % 64);
            }
        }
        scratch.answers.push(Answers { symbol, may, starts });
        let id = (scratch.answers.len() - 1) as u32;
        scratch.symbols.insert(symbol, id);
        id
    }

    /// Every match of the rules in `chosen` (a set of rule ids), rule by rule.
    pub fn matches(&self, units: &[Unit], chosen: &[u64], lang: LangId, scratch: &mut Scratch) -> Vec<Match> {
        let mut candidates = vec![0u64; chosen.len()];
        let mut present = vec![0u64; self.set.preds.list.len().div_ceil(64)];
        for unit in units {
            let answers = &scratch.answers[unit.symbol as usize];
            candidates.iter_mut().zip(&answers.starts).for_each(|(c, s)| *c |= s);
            present.iter_mut().zip(&answers.may).for_each(|(p, m)| *p |= m);
        }
        let mut out = Vec::new();
        for (block, (&candidates, &chosen)) in candidates.iter().zip(chosen).enumerate() {
            let mut left = candidates & chosen;
            while left != 0 {
                let rule = block * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                if !scratch.thorough && !self.set.rules[rule].find.required.iter().all(|group| group.iter().any(|&p| bit(&present, usize::from(p)))) {
                    continue;
                }
                self.matches_of(rule, units, lang, scratch, &mut out);
            }
        }
        out
    }

    fn matches_of(&self, id: usize, units: &[Unit], lang: LangId, scratch: &mut Scratch, out: &mut Vec<Match>) {
        let rule = &self.set.rules[id];
        let mut run = Run { page: self, units, lang };
        let mut memo = std::mem::take(&mut scratch.memo);
        let mut stack = std::mem::take(&mut scratch.stack);
        memo.reset(&rule.find, 0, units.len() + 1);
        let mut pos = 0;
        while pos < units.len() {
            if !bit(&scratch.answers[units[pos].symbol as usize].starts, id) {
                pos += 1;
                continue;
            }
            scratch.caps.clear();
            let end = run.attempt(&rule.find, pos, None, &mut memo, &mut stack, scratch);
            let Some(end) = end else {
                pos += 1;
                continue;
            };
            // What the successful attempt visited has not failed: forget it.
            memo.forget(pos);
            let captures = captures(&scratch.caps);
            let found = Match { rule: id as u32, start: pos, end, captures };
            let holds = rule.wheres.iter().all(|w| w.holds(self, units, &found)) && !rule.unless.iter().any(|u| run.inside(u, pos, end, scratch));
            if holds {
                pos = end.max(pos + 1);
                out.push(found);
            } else {
                pos += 1;
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
    /// Runs a program at `start`; the end of the match, and its captures on the log. With a target, only a match that ends there counts.
    fn attempt(
        &mut self,
        program: &Program,
        start: usize,
        target: Option<usize>,
        memo: &mut Memo,
        stack: &mut Vec<Job>,
        scratch: &mut Scratch,
    ) -> Option<usize> {
        let base = stack.len();
        stack.push(Job { pc: 0, pos: start as u32, caps: scratch.caps.len() as u32 });
        while stack.len() > base {
            let Some(Job { pc, pos, caps }) = stack.pop() else { break };
            scratch.caps.truncate(caps as usize);
            let (mut pc, mut pos) = (pc as usize, pos as usize);
            loop {
                if !memo.visit(pc, pos) {
                    break;
                }
                match &program.insts[pc] {
                    Inst::Test { pred, class } => {
                        if pos >= self.units.len() || !self.test(usize::from(*pred), pos, scratch) {
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
                    Inst::Split { first, second } => {
                        stack.push(Job { pc: *second, pos: pos as u32, caps: scratch.caps.len() as u32 });
                        pc = *first as usize;
                    }
                    Inst::Jump(to) => pc = *to as usize,
                    Inst::Open(slot) | Inst::Close(slot) => {
                        let open = matches!(program.insts[pc], Inst::Open(_));
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

    fn ahead(&mut self, sub: &Program, most: usize, pos: usize, stack: &mut Vec<Job>, scratch: &mut Scratch) -> bool {
        let possible = match self.units.get(pos) {
            Some(unit) => may_begin(sub, &scratch.answers[unit.symbol as usize].may),
            None => begins_with_nothing(sub),
        };
        if !possible {
            return false;
        }
        let mut memo = Memo::default();
        memo.reset(sub, pos, most.min(self.units.len() - pos) + 1);
        self.attempt(sub, pos, None, &mut memo, stack, scratch).is_some()
    }

    fn behind(&mut self, sub: &Program, most: usize, pos: usize, stack: &mut Vec<Job>, scratch: &mut Scratch) -> bool {
        let mut memo = Memo::default();
        // A start that failed leaves its half-open captures.
        let marks = scratch.caps.len();
        for start in (pos.saturating_sub(most)..=pos).rev() {
            if start < pos && !may_begin(sub, &scratch.answers[self.units[start].symbol as usize].may) {
                continue;
            }
            memo.reset(sub, start, pos - start + 1);
            scratch.caps.truncate(marks);
            if self.attempt(sub, start, Some(pos), &mut memo, stack, scratch).is_some() {
                return true;
            }
        }
        false
    }

    /// Whether `program` matches somewhere inside `start..end`.
    fn inside(&mut self, program: &Program, start: usize, end: usize, scratch: &mut Scratch) -> bool {
        let mut inner = Run { page: self.page, units: &self.units[..end], lang: self.lang };
        let (mut stack, mut memo) = (Vec::new(), Memo::default());
        memo.reset(program, start, end - start + 1);
        let (marks, got_in) = (scratch.caps.len(), scratch.got_in);
        let found = (start..end).any(|pos| {
            may_begin(program, &scratch.answers[self.units[pos].symbol as usize].may)
                && inner.attempt(program, pos, None, &mut memo, &mut stack, scratch).is_some()
        });
        scratch.caps.truncate(marks);
        scratch.got_in = got_in;
        found
    }

    /// Whether the `len` units from `pos` are tokens that follow one another, so that an entry of `len` words fits.
    fn plain(&self, pos: usize, len: usize) -> bool {
        self.units.get(pos..pos + len).is_some_and(|units| units.iter().all(|u| u.mention.is_none()))
    }

    fn test(&self, pred: usize, pos: usize, scratch: &Scratch) -> bool {
        let unit = &self.units[pos];
        if !bit(&scratch.answers[unit.symbol as usize].may, pred) {
            return false;
        }
        if !self.page.set.textual[pred] {
            return true;
        }
        let pred = &self.page.set.preds.list[pred];
        let token = unit.tokens.start as usize;
        let view = View {
            symbol: if unit.mention.is_some() { None } else { Some(scratch.answers[unit.symbol as usize].symbol) },
            kind: unit.kind,
            text: &self.page.text.clean()[self.page.tokens.list[token].clean.range()],
            key: self.page.tokens.key(token),
        };
        view.holds(pred)
    }
}

fn may_begin(program: &Program, may: &[u64]) -> bool {
    program.first.iter().any(|&p| bit(may, usize::from(p))) || begins_with_nothing(program)
}

/// Whether a program may match without consuming (`$`, `^`).
fn begins_with_nothing(program: &Program) -> bool {
    program.insts.iter().any(|i| matches!(i, Inst::Start | Inst::End | Inst::Look { .. }))
}

/// A token before the tests that need its letters.
struct View<'v> {
    symbol: Option<Symbol>,
    /// What it opens, where it stands for a mention.
    kind: Option<Kind>,
    text: &'v str,
    key: &'v str,
}

impl View<'_> {
    fn holds(&self, pred: &Pred) -> bool {
        match pred {
            Pred::Not(p) => !self.holds(p),
            Pred::And(ps) => ps.iter().all(|p| self.holds(p)),
            Pred::Or(ps) => ps.iter().any(|p| self.holds(p)),
            Pred::Exact(word) => self.symbol.is_some() && self.text == word,
            Pred::Bare(key) => self.symbol.is_some() && strip_accents(self.key) == *key,
            Pred::Regex(regex) => self.symbol.is_some() && regex.is_match(self.text),
            Pred::Between(a, b) => self.symbol.is_some() && self.key.parse().is_ok_and(|n: u32| (*a..=*b).contains(&n)),
            Pred::Opens(regex) => regex.is_match(self.text),
            Pred::Type(kind) => self.kind == Some(*kind),
            Pred::Any => true,
            _ => self.symbol.is_some_and(|s| possible(pred, &s).0),
        }
    }
}

/// Whether a test can hold for a symbol, and whether it can fail.
fn possible(pred: &Pred, symbol: &Symbol) -> (bool, bool) {
    let sure = |b: bool| (b, !b);
    match pred {
        Pred::Word(w) => sure(symbol.kind == 0 && symbol.word == *w),
        Pred::Class(c) => sure(symbol.classes >> c & 1 == 1),
        Pred::Type(k) => sure(symbol.kind == *k as u8 + 1),
        Pred::Shape(s) => sure(symbol.kind == 0 && Shape(symbol.shape).has(*s)),
        Pred::Any => (true, false),
        Pred::Exact(_) | Pred::Bare(_) | Pred::Regex(_) | Pred::Between(..) => (symbol.kind == 0, true),
        Pred::Opens(_) => (symbol.kind != 0, true),
        Pred::Not(p) => {
            let (yes, no) = possible(p, symbol);
            (no, yes)
        }
        Pred::And(ps) => ps.iter().map(|p| possible(p, symbol)).fold((true, false), |(y, n), (a, b)| (y && a, n || b)),
        Pred::Or(ps) => ps.iter().map(|p| possible(p, symbol)).fold((false, true), |(y, n), (a, b)| (y || a, n && b)),
    }
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

/// Whether the letters of `acronym` are, in order, the initials of the words of `name`.
///
/// Small words may be left out; so may the head noun that opens the name, and a third of the other words, but never the last one.
/// A Roman number may stand as its Arabic one (UM6SS), a word with humps gives the initial of each (GlaxoSmithKline).
pub fn initials_fit(page: &Page, acronym: Span<Tok>, name: Span<Tok>) -> bool {
    let plain = |s: &str| -> Vec<char> { strip_accents(&s.to_lowercase()).chars().filter(|c| c.is_alphanumeric()).collect() };
    let letters: Vec<char> = acronym.range().flat_map(|t| plain(&page.text.clean()[page.tokens.list[t].clean.range()])).collect();
    let mut words: Vec<Word> = Vec::new();
    for t in name.range() {
        let token = &page.tokens.list[t];
        if !token.shape.has(Shape::WORD) && !token.shape.has(Shape::NUM) {
            continue;
        }
        let text = &page.text.clean()[token.clean.range()];
        let small = !token.shape.has(Shape::CAP) && page.set.small_word(page.hits, t);
        let mut options = vec![plain(text).into_iter().take(1).collect::<Vec<char>>()];
        let humps: Vec<char> = text.chars().filter(|c| c.is_uppercase()).collect();
        if humps.len() > 1 {
            options.push(plain(&humps.into_iter().collect::<String>()));
        }
        if let Some(n) = token.shape.has(Shape::ROMAN).then(|| roman(text)).flatten() {
            options.push(n.to_string().chars().collect());
        }
        for part in text.split('-').skip(1) {
            let mut option = options[0].clone();
            option.extend(plain(part).first());
            options.push(option);
        }
        words.push(Word { options, small });
    }
    let content = words.iter().filter(|w| !w.small).count();
    let skips = content.saturating_sub(1) / 3;
    letters.len() > 1 && fit(&letters, &words, 0, skips)
}

struct Word {
    options: Vec<Vec<char>>,
    small: bool,
}

fn fit(letters: &[char], words: &[Word], index: usize, skips: usize) -> bool {
    let Some(word) = words.get(index) else { return letters.is_empty() };
    let last = index + 1 == words.len();
    if word.options.iter().any(|o| !o.is_empty() && letters.starts_with(o) && fit(&letters[o.len()..], words, index + 1, skips)) {
        return true;
    }
    if last {
        return false;
    }
    match (word.small, index, skips) {
        (true, ..) => fit(letters, words, index + 1, skips),
        (_, 0, _) => fit(letters, words, 1, skips),
        (_, _, 0) => false,
        _ => fit(letters, words, index + 1, skips - 1),
    }
}

fn roman(text: &str) -> Option<u32> {
    let value = |c| match c {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        _ => None,
    };
    let digits: Vec<u32> = text.chars().map(value).collect::<Option<_>>()?;
    Some(digits.iter().enumerate().map(|(i, &d)| if digits.get(i + 1).is_some_and(|&n| n > d) { -(i64::from(d)) } else { i64::from(d) }).sum::<i64>()
        as u32)
}
