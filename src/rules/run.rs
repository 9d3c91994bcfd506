//! The matcher: the units of one sentence against compiled rules.

use super::{
    attempt::{Attempts, Memo, Room},
    compile::{NEEDS, Slot, Where},
    fit::initials_fit,
    page::Page,
    symbol::Symbols,
    unit::Unit,
};
use crate::lexicon::LangId;

/// Where memory is kept between documents. Holds nothing that bears on an answer.
#[derive(Default)]
pub struct Scratch {
    pub symbols: Symbols,
    room: Room,
    memo: Memo,
    places: Vec<Place>,
    /// The branches for which something from a unit on passes their first, second… group of required tests.
    ahead: Vec<[u64; NEEDS]>,
}

impl Scratch {
    /// From now on, try rules though what they cannot do without is not there, and note whether one gets past its first element.
    pub fn be_thorough(&mut self) {
        (self.room.thorough, self.room.got_in) = (true, false);
    }

    /// Ends that; whether a rule got past its first element.
    pub fn got_in(&mut self) -> bool {
        self.room.thorough = false;
        self.room.got_in
    }
}

/// A branch of a rule and a unit where it may begin, in the order in which they are tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    rule: u32,
    pos: u32,
    branch: u32,
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

impl Page<'_> {
    /// Every match of the branches in `chosen`, rule by rule.
    pub fn matches(&self, units: &[Unit], chosen: &[u64], lang: LangId, scratch: &mut Scratch) -> Vec<Match> {
        let Scratch { symbols, room, memo, places, ahead } = scratch;
        self.places(units, chosen, symbols, room.thorough, ahead, places);
        let mut attempts = Attempts { page: self, units, symbols, lang, room };
        let mut out = Vec::new();
        for places in places.chunk_by(|a, b| a.rule == b.rule) {
            self.matches_of(places, &mut attempts, memo, &mut out);
        }
        out
    }

    /// The branches worth an attempt, and where.
    fn places(&self, units: &[Unit], chosen: &[u64], symbols: &Symbols, anyhow: bool, ahead: &mut Vec<[u64; NEEDS]>, places: &mut Vec<Place>) {
        places.clear();
        let entries = &self.set.entries;
        let words: Vec<usize> = (0..chosen.len()).filter(|&word| chosen[word] != 0).collect();
        let lets = |unit: &Unit| symbols.lets(unit.symbol, chosen.len());
        ahead.clear();
        ahead.resize(words.len(), [0; NEEDS]);
        for (pos, unit) in units.iter().enumerate().rev() {
            let own = lets(unit);
            for (&at, ahead) in words.iter().zip(ahead.iter_mut()) {
                let own = &own[at];
                ahead.iter_mut().zip(own.needs).for_each(|(ahead, own)| *ahead |= own);
                let mut left = if anyhow { chosen[at] } else { chosen[at] & own.first };
                if left == 0 {
                    continue;
                }
                if !anyhow {
                    left = ahead.iter().fold(left, |left, ahead| left & ahead);
                    left &= pos.checked_sub(1).map_or(entries.free_before[at], |last| lets(&units[last])[at].before);
                    left &= units.get(pos + 1).map_or(entries.free_after[at], |next| lets(next)[at].second);
                }
                if pos > 0 {
                    left &= !entries.at_start[at];
                }
                while left != 0 {
                    let branch = at * 64 + left.trailing_zeros() as usize;
                    left &= left - 1;
                    places.push(Place { rule: entries.list[branch].rule, pos: pos as u32, branch: branch as u32 });
                }
            }
        }
        places.sort_unstable();
    }

    /// The matches of one rule, apart from one another.
    fn matches_of(&self, places: &[Place], attempts: &mut Attempts, memo: &mut Memo, out: &mut Vec<Match>) {
        let Some(&Place { rule: id, pos: origin, .. }) = places.first() else { return };
        let (rule, units) = (&self.set.rules[id as usize], attempts.units);
        memo.reset(&rule.find, origin as usize, units.len() + 1 - origin as usize);
        let mut free = 0;
        for place in places {
            let pos = place.pos as usize;
            if pos < free {
                continue;
            }
            let entry = self.set.entries.list[place.branch as usize].pc;
            let Some(end) = attempts.run(&rule.find, entry, place.pos, memo) else { continue };
            // What the successful attempt visited has not failed: forget it.
            memo.forget(pos);
            let found = Match { rule: id, start: pos, end, captures: attempts.captures() };
            let holds = rule.wheres.iter().all(|w| w.holds(self, units, &found)) && !rule.unless.iter().any(|u| attempts.inside(u, pos, end));
            free = pos + 1;
            if holds {
                free = end.max(free);
                out.push(found);
            }
        }
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
