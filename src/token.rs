//! Words, numbers, punctuation and elisions, each with its span in the source, a folded key and a shape.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    span::{Clean, Source, Span},
    text::Text,
};

/// What stands between a token and the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Gap {
    None,
    Space,
    /// So many line ends (CRLF counts one).
    Lines(u16),
}

/// What a token looks like: a set of the constants below.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Shape(pub u16);

impl Shape {
    /// Has letters.
    pub const WORD: Shape = Shape(1);
    /// Digits only.
    pub const NUM: Shape = Shape(1 << 1);
    pub const PUNCT: Shape = Shape(1 << 2);
    /// First letter is a capital (or the token is in capitals).
    pub const CAP: Shape = Shape(1 << 3);
    /// Two or more letters, all capitals; hyphens and apostrophes allowed.
    pub const ALLCAPS: Shape = Shape(1 << 4);
    /// Letters, all lower case.
    pub const LOWER: Shape = Shape(1 << 5);
    /// 2 to 10 letters and digits with two or more capitals and no lower-case letter ("UM6SS"), or the like with one lower-case letter ("CoE", "PhD" are not).
    pub const ACRONYM: Shape = Shape(1 << 6);
    /// A Roman number in capitals.
    pub const ROMAN: Shape = Shape(1 << 7);
    /// One capital, with or without its dot ("M.", "J").
    pub const INITIAL: Shape = Shape(1 << 8);
    pub const EMAIL: Shape = Shape(1 << 9);
    pub const URL: Shape = Shape(1 << 10);
    /// Has a digit.
    pub const DIGIT: Shape = Shape(1 << 11);

    pub const fn has(self, other: Shape) -> bool {
        self.0 & other.0 == other.0
    }

    pub const fn with(self, other: Shape) -> Shape {
        Shape(self.0 | other.0)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub span: Span<Source>,
    pub clean: Span<Clean>,
    key: (u32, u32),
    pub shape: Shape,
    pub gap: Gap,
}

/// The tokens of a document with one buffer that holds their keys.
#[derive(Default)]
pub struct Tokens {
    pub list: Vec<Token>,
    keys: String,
}

impl Tokens {
    /// The folded form: lower case, NFC, plain apostrophe, œ as oe; accents stay.
    pub fn key(&self, index: usize) -> &str {
        let (start, end) = self.list[index].key;
        &self.keys[start as usize..end as usize]
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// How an abbreviation ("Pr.", "etc.") bears on the end of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Abbreviation {
    /// A word always follows ("Pr.", "art.").
    Inner,
    /// May close a sentence ("etc.", "S.A.").
    Final,
}

/// What the lexicons say to the tokeniser, keys folded.
#[derive(Default)]
pub struct TokenCues {
    /// "l'", "d'", "jusqu'": split off at the apostrophe.
    pub elisions: FxHashSet<String>,
    /// "aujourd'hui": never split.
    pub whole: FxHashSet<String>,
    /// "pr.": the dot belongs to the word.
    pub abbreviations: FxHashMap<String, Abbreviation>,
}

/// Splits the cleaned view.
pub fn tokenize(_text: &Text, _cues: &TokenCues) -> Tokens {
    Tokens::default()
}

/// The key of a word, as tokens have it.
pub fn fold(word: &str) -> String {
    word.to_lowercase()
}
