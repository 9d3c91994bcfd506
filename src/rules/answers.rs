//! Which tests to ask of a symbol at all, and what passing one makes possible.
//!
//! There are thousands of tests, and a symbol passes a few dozen. Each test stands under something that a symbol must have to pass it: a
//! word, a class, a test on letters, a type; only what stands under what it has is asked.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    compile::{LettersId, Pred, PredId},
    entry::Entries,
};
use crate::{
    lexicon::{ClassId, WordId},
    mention::Kind,
};

/// What a symbol must have to pass a test, the rarest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    Word(WordId),
    Letters(LettersId),
    Kind(Kind),
    Class(ClassId),
}

/// The tests of a set, by what each needs.
#[derive(Default, Debug)]
pub struct Answers {
    needing: FxHashMap<Need, Vec<PredId>>,
    /// Tests that need nothing.
    pub always: Vec<PredId>,
    /// Of each test, those that it is one of.
    pub also: Vec<Vec<PredId>>,
    /// The branches that may begin, go on and be preceded, and the groups, one set of bits after the other, whatever the symbol.
    pub free: Vec<u64>,
    /// The same for those that pass a test: words of the row and their bits.
    pub masks: Vec<Vec<(u16, u64)>>,
}

impl Answers {
    pub fn new(preds: &[Pred], entries: &Entries) -> Self {
        let mut answers = Answers { also: vec![Vec::new(); preds.len()], ..Answers::default() };
        for (id, pred) in preds.iter().enumerate() {
            let id = id as PredId;
            match (pred, needs(pred)) {
                (Pred::OneOf(several), _) => several.iter().for_each(|&one| answers.also[usize::from(one)].push(id)),
                (_, Some(needs)) => needs.into_iter().for_each(|need| answers.needing.entry(need).or_default().push(id)),
                (_, None) => answers.always.push(id),
            }
        }
        answers.mask(preds.len(), entries);
        answers
    }

    fn mask(&mut self, preds: usize, entries: &Entries) {
        let branches = entries.list.len().div_ceil(64);
        self.free = vec![0; 3 * branches + entries.groups.len().div_ceil(64)];
        let mut rows: Vec<BTreeMap<u16, u64>> = vec![BTreeMap::new(); preds];
        let mut put = |preds: &[PredId], offset: usize, i: usize| {
            for &pred in preds {
                *rows[usize::from(pred)].entry((offset + i / 64) as u16).or_default() |= 1 << (i % 64);
            }
        };
        for (i, entry) in entries.list.iter().enumerate() {
            put(&entry.first, 0, i);
            put(entry.second.as_deref().unwrap_or_default(), branches, i);
            put(entry.before.as_deref().unwrap_or_default(), 2 * branches, i);
            self.free[branches + i / 64] |= u64::from(entry.second.is_none()) << (i % 64);
            self.free[2 * branches + i / 64] |= u64::from(entry.before.is_none()) << (i % 64);
        }
        for (i, group) in entries.groups.iter().enumerate() {
            put(group, 3 * branches, i);
        }
        self.masks = rows.into_iter().map(|row| row.into_iter().collect()).collect();
    }

    /// The tests that need this.
    pub fn needing(&self, need: Need) -> &[PredId] {
        self.needing.get(&need).map_or(&[], Vec::as_slice)
    }
}

/// What a symbol must have one of to pass; none where it needs nothing of the kind.
fn needs(pred: &Pred) -> Option<Vec<Need>> {
    match pred {
        Pred::Word(word) => Some(vec![Need::Word(*word)]),
        Pred::Class(class) => Some(vec![Need::Class(*class)]),
        Pred::Type(kind) => Some(vec![Need::Kind(*kind)]),
        Pred::Letters(letters) | Pred::Opens(letters) => Some(vec![Need::Letters(*letters)]),
        // Of those that each must have, the fewest and rarest.
        Pred::And(preds) => preds.iter().filter_map(needs).min_by_key(|needs| (needs.len(), needs.iter().max().copied())),
        Pred::Or(preds) => preds.iter().map(needs).collect::<Option<Vec<_>>>().map(|all| {
            let mut all = all.concat();
            all.sort_unstable();
            all.dedup();
            all
        }),
        Pred::Shape(_) | Pred::Any | Pred::Not(_) | Pred::OneOf(_) => None,
    }
}
