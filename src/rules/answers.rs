//! Which tests to ask of a symbol at all, and what passing one makes possible.
//!
//! There are thousands of tests, and a symbol passes a few dozen. Each test stands under something that a symbol must have to pass it: a
//! word, a class, a test on letters, a type; only what stands under what it has is asked.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use serde::{Deserialize, Serialize};

use super::{
    compile::NEEDS,
    entry::Entries,
    pred::{LettersId, Pred, PredId},
};
use crate::{
    lexicon::{ClassId, LangId, WordId},
    mention::Kind,
    token::Shape,
};

/// What a symbol must have to pass a test, the rarest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Need {
    Word(WordId),
    Letters(LettersId),
    Kind(Kind),
    Class(ClassId),
    Shape(Shape),
}

/// The tests of a set, by what each needs.
#[derive(Default, Debug, Serialize, Deserialize)]
pub struct Answers {
    needing: FxHashMap<Need, Vec<PredId>>,
    /// The shapes that tests need.
    pub shapes: Vec<Shape>,
    /// Tests that need nothing.
    pub always: Vec<PredId>,
    /// Of each test, those that it is one of.
    pub also: Vec<Vec<PredId>>,
    /// What every symbol lets the branches do.
    pub free: Vec<Lets>,
    /// What passing a test lets those of some words do.
    pub masks: Vec<Vec<(u16, Lets)>>,
    /// Of each test, the languages whose rules ask it.
    asked: Vec<Langs>,
}

/// Some languages, as bits; more than 64 share them, which costs time and no more.
#[derive(Clone, Copy, Default, Debug, Serialize, Deserialize)]
pub struct Langs(u64);

impl Langs {
    /// Adds the language of a rule: 0 is all.
    pub fn add(&mut self, lang: LangId) {
        self.0 |= if lang == 0 { u64::MAX } else { 1 << (lang % 64) };
    }

    /// Adds all of another set.
    pub fn join(&mut self, other: Langs) {
        self.0 |= other.0;
    }

    fn has(self, lang: LangId) -> bool {
        self.0 >> (lang % 64) & 1 == 1
    }
}

/// What a symbol lets 64 branches do, a bit for each.
#[derive(Clone, Copy, Default, Debug, Serialize, Deserialize)]
pub struct Lets {
    /// It may begin them.
    pub first: u64,
    /// It may be the second.
    pub second: u64,
    /// It may stand before them.
    pub before: u64,
    /// It passes one of their first group of required tests, of their second…
    pub needs: [u64; NEEDS],
}

impl Lets {
    pub fn join(&mut self, other: &Lets) {
        self.first |= other.first;
        self.second |= other.second;
        self.before |= other.before;
        self.needs.iter_mut().zip(&other.needs).for_each(|(all, own)| *all |= own);
    }
}

impl Answers {
    pub fn new(preds: &[Pred], entries: &Entries, asked: Vec<Langs>) -> Self {
        let mut answers = Answers { also: vec![Vec::new(); preds.len()], asked, ..Answers::default() };
        for (id, pred) in preds.iter().enumerate() {
            let id = id as PredId;
            match (pred, needs(pred)) {
                (Pred::OneOf(several), _) => several.iter().for_each(|&one| answers.also[usize::from(one)].push(id)),
                (_, Some(needs)) => needs.into_iter().for_each(|need| answers.needing.entry(need).or_default().push(id)),
                (_, None) => answers.always.push(id),
            }
        }
        answers.shapes = answers.needing.keys().filter_map(|need| if let Need::Shape(shape) = need { Some(*shape) } else { None }).collect();
        answers.shapes.sort_unstable();
        answers.mask(preds.len(), entries);
        answers
    }

    fn mask(&mut self, preds: usize, entries: &Entries) {
        self.free = vec![Lets::default(); entries.list.len().div_ceil(64)];
        let mut rows: Vec<BTreeMap<u16, Lets>> = vec![BTreeMap::new(); preds];
        for (i, entry) in entries.list.iter().enumerate() {
            let (word, bit) = (i / 64, 1 << (i % 64));
            // Where nothing is asked, every symbol will do.
            let mut put = |asked: Option<&[PredId]>, part: &dyn Fn(&mut Lets) -> &mut u64| match asked {
                Some(preds) => preds.iter().for_each(|&pred| *part(rows[usize::from(pred)].entry(word as u16).or_default()) |= bit),
                None => *part(&mut self.free[word]) |= bit,
            };
            put(Some(&entry.first), &|lets| &mut lets.first);
            put(entry.second.as_deref(), &|lets| &mut lets.second);
            put(entry.before.as_deref(), &|lets| &mut lets.before);
            for need in 0..NEEDS {
                put(entry.required.get(need).map(Vec::as_slice), &|lets| &mut lets.needs[need]);
            }
        }
        self.masks = rows.into_iter().map(|row| row.into_iter().collect()).collect();
    }

    /// Whether rules that read a language ask this test.
    pub fn is_asked(&self, pred: PredId, lang: LangId) -> bool {
        self.asked[usize::from(pred)].has(lang)
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
        Pred::Words(words) => Some(words.iter().copied().map(Need::Word).collect()),
        Pred::Class(class) => Some(vec![Need::Class(*class)]),
        Pred::Type(kind) => Some(vec![Need::Kind(*kind)]),
        Pred::Shape(shape) => Some(vec![Need::Shape(*shape)]),
        Pred::Letters(letters) | Pred::Opens(letters) => Some(vec![Need::Letters(*letters)]),
        // Of those that each must have, the fewest and rarest.
        Pred::And(preds) => preds.iter().filter_map(needs).min_by_key(|needs| (needs.len(), needs.iter().max().copied())),
        Pred::Or(preds) => preds.iter().map(needs).collect::<Option<Vec<_>>>().map(|all| {
            let mut all = all.concat();
            all.sort_unstable();
            all.dedup();
            all
        }),
        Pred::Any | Pred::Not(_) | Pred::OneOf(_) => None,
    }
}
