//! Tests on the letters of a token, all asked at once.

use regex::{RegexSet, RegexSetBuilder};
use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton, StartKind, dense, sparse},
    nfa::thompson,
    util::start,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_bytes::{ByteBuf, Bytes};

use super::{
    pattern::whole,
    pred::{Letters, LettersId},
};
use crate::text::strip_accents;

/// The regular expressions of a rule set, asked together.
#[derive(Debug, Default)]
pub struct Regexes {
    all: All,
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
        Some(Regexes { all: All::Set(set), index: patterns.into_iter().enumerate().map(|(i, pattern)| (pattern, i)).collect() })
    }
}

/// All regular expressions, each for a whole word.
#[derive(Debug)]
enum All {
    Set(RegexSet),
    /// The same as tables, a few expressions in each: larger, but read from a file in no time, and they need not grow with what they meet.
    Tables(Vec<sparse::DFA<Vec<u8>>>),
}

impl Default for All {
    fn default() -> Self {
        All::Tables(Vec::new())
    }
}

/// Expressions in a table: with more its states multiply, with fewer there are more tables to ask.
const TOGETHER: usize = 8;

impl All {
    /// Calls `pass` for each expression that matches the word.
    fn passed(&self, word: &str, mut pass: impl FnMut(usize)) {
        match self {
            All::Set(set) => set.matches(word).into_iter().for_each(pass),
            All::Tables(tables) => {
                for (i, table) in tables.iter().enumerate() {
                    let Ok(mut state) = table.start_state(&start::Config::new().anchored(Anchored::Yes)) else { continue };
                    for &byte in word.as_bytes() {
                        state = table.next_state(state, byte);
                        if table.is_dead_state(state) {
                            break;
                        }
                    }
                    state = table.next_eoi_state(state);
                    if table.is_match_state(state) {
                        (0..table.match_len(state)).for_each(|n| pass(i * TOGETHER + table.match_pattern(state, n).as_usize()));
                    }
                }
            }
        }
    }
}

/// The table of a few patterns.
fn table(patterns: &[String]) -> Result<sparse::DFA<Vec<u8>>, Box<dense::BuildError>> {
    // Every expression that matches, not the first one; words are matched from their start.
    let config = dense::Config::new().match_kind(MatchKind::All).start_kind(StartKind::Anchored);
    let dense = dense::Builder::new().configure(config).thompson(thompson::Config::new().shrink(false)).build_many(patterns)?;
    Ok(dense.to_sparse()?)
}

impl Serialize for All {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<Vec<u8>> = match self {
            All::Set(set) => (set.patterns().chunks(TOGETHER))
                .map(|patterns| table(patterns).map(|table| table.to_bytes_little_endian()))
                .collect::<Result<_, _>>()
                .map_err(ser::Error::custom)?,
            All::Tables(tables) => tables.iter().map(sparse::DFA::to_bytes_little_endian).collect(),
        };
        bytes.iter().map(|bytes| Bytes::new(bytes)).collect::<Vec<_>>().serialize(to)
    }
}

impl<'d> Deserialize<'d> for All {
    fn deserialize<D: Deserializer<'d>>(from: D) -> Result<Self, D::Error> {
        let bytes: Vec<ByteBuf> = Vec::deserialize(from)?;
        let tables = bytes.iter().map(|bytes| sparse::DFA::from_bytes(bytes).map(|(table, _)| table.to_owned()).map_err(de::Error::custom));
        tables.collect::<Result<_, _>>().map(All::Tables)
    }
}

/// The tests on letters of a set, ready to ask.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct LetterTests {
    exact: FxHashMap<String, Vec<LettersId>>,
    bare: FxHashMap<String, Vec<LettersId>>,
    between: Vec<(u32, u32, LettersId)>,
    regexes: All,
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
        all.regexes = regexes.all;
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
        self.regexes.passed(text, |i| self.regex_ids[i].into_iter().for_each(&mut add));
        passed
    }
}
