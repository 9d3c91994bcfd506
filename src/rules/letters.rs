//! Tests on the letters of a token, all asked at once.

use regex::{RegexSet, RegexSetBuilder};
use rustc_hash::FxHashMap;

use super::{
    compile::{Letters, LettersId},
    pattern::whole,
};
use crate::text::strip_accents;

/// The regular expressions of a rule set, asked together.
#[derive(Debug, Default)]
pub struct Regexes {
    set: RegexSet,
    /// By pattern.
    index: FxHashMap<String, usize>,
}

impl Regexes {
    /// None where one is broken.
    pub fn new(patterns: impl IntoIterator<Item = String>) -> Option<Self> {
        // What a user wrote is not hostile, and each is small: the limits of the package are for one.
        const ROOM: usize = 256 << 20;
        let mut patterns: Vec<String> = patterns.into_iter().collect();
        patterns.sort();
        let set = RegexSetBuilder::new(patterns.iter().map(|pattern| whole(pattern))).size_limit(ROOM).dfa_size_limit(ROOM / 16).build().ok()?;
        Some(Regexes { set, index: patterns.into_iter().enumerate().map(|(i, pattern)| (pattern, i)).collect() })
    }
}

/// The tests on letters of a set, ready to ask.
#[derive(Debug, Default)]
pub struct LetterTests {
    exact: FxHashMap<String, Vec<LettersId>>,
    bare: FxHashMap<String, Vec<LettersId>>,
    between: Vec<(u32, u32, LettersId)>,
    regexes: RegexSet,
    /// Of each regular expression.
    regex_ids: Vec<Option<LettersId>>,
    words: usize,
}

impl LetterTests {
    pub fn new(tests: &[Letters], regexes: Regexes) -> Self {
        let mut all = LetterTests { words: tests.len().div_ceil(64), ..LetterTests::default() };
        all.regex_ids.resize(regexes.index.len(), None);
        for (id, test) in tests.iter().enumerate() {
            let id = id as LettersId;
            match test {
                Letters::Exact(word) => all.exact.entry(word.clone()).or_default().push(id),
                Letters::Bare(key) => all.bare.entry(key.clone()).or_default().push(id),
                Letters::Between(low, high) => all.between.push((*low, *high, id)),
                Letters::Regex(pattern) => {
                    if let Some(&index) = regexes.index.get(pattern) {
                        all.regex_ids[index] = Some(id);
                    }
                }
            }
        }
        all.regexes = regexes.set;
        all
    }

    /// The tests that a word passes, as bits.
    pub fn passed(&self, text: &str, key: &str) -> Box<[u64]> {
        let mut passed = vec![0u64; self.words].into_boxed_slice();
        let mut add = |id: LettersId| passed[usize::from(id) / 64] |= 1 << (id % 64);
        self.exact.get(text).into_iter().flatten().for_each(|&id| add(id));
        if !self.bare.is_empty() {
            self.bare.get(&strip_accents(key)).into_iter().flatten().for_each(|&id| add(id));
        }
        if let Ok(number) = key.parse::<u32>() {
            self.between.iter().filter(|(low, high, _)| (*low..=*high).contains(&number)).for_each(|&(.., id)| add(id));
        }
        self.regexes.matches(text).into_iter().filter_map(|i| self.regex_ids[i]).for_each(add);
        passed
    }
}
