//! What the lexicons say to the tokeniser and to the sentence splitter.

use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};

use serde::{Deserialize, Serialize};

use super::{fold, proclitic::Proclitics};

/// How an abbreviation ("Pr.", "etc.") bears on the end of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Abbreviation {
    /// A word always follows ("Pr.", "M.").
    Inner,
    /// May close a sentence ("etc.", "S.A.").
    Final,
    /// An abbreviation before a number only ("p. 3"); elsewhere the same letters are a word and the dot stands apart ("no.").
    Number,
}

/// What the lexicons say to the tokeniser, keys folded.
#[derive(Default, Serialize, Deserialize)]
pub struct TokenCues {
    /// "l'", "d'", "jusqu'": split off at the apostrophe.
    pub elisions: FxHashSet<String>,
    /// "aujourd'hui": never split.
    pub whole: FxHashSet<String>,
    /// "pr.": the dot belongs to the word.
    pub abbreviations: FxHashMap<String, Abbreviation>,
    /// Words that in capitals say that a sentence begins ("le", "elle"): what follows an initial or an abbreviation that may be final.
    pub openers: FxHashSet<String>,
    /// Written onto the word after them.
    pub proclitics: Proclitics,
}

/// A lexicon entry whose value its class does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    pub form: String,
    pub value: String,
    /// The values that there are, for the message.
    pub known: &'static [&'static str],
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "unknown value {:?} of {:?}, expected one of: {}", self.value, self.form, self.known.join(", "))
    }
}

impl std::error::Error for UnknownValue {}

impl TokenCues {
    /// The lexicon classes (file names without `.tsv`) that [`TokenCues::add`] takes.
    pub const CLASSES: [&'static str; 5] = ["elision", "whole-word", "abbreviation", "sentence-opener", "proclitic"];

    /// Adds the (form, value) entries of one class; a class that is none of [`TokenCues::CLASSES`] changes nothing.
    /// Fails at the first entry whose value its class does not know; the entries before it are kept.
    pub fn add<'a>(&mut self, class: &str, entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), UnknownValue> {
        for (form, value) in entries {
            let key = fold(form);
            match class {
                "elision" => drop(self.elisions.insert(key)),
                "whole-word" => drop(self.whole.insert(key)),
                "sentence-opener" => drop(self.openers.insert(key)),
                "proclitic" if !self.proclitics.add(&key, value) => {
                    return Err(UnknownValue { form: form.into(), value: value.into(), known: &Proclitics::VALUES });
                }
                "abbreviation" => {
                    let kind = match value {
                        "inner" => Abbreviation::Inner,
                        "final" => Abbreviation::Final,
                        "number" => Abbreviation::Number,
                        _ => return Err(UnknownValue { form: form.into(), value: value.into(), known: &["inner", "final", "number"] }),
                    };
                    self.abbreviations.insert(key, kind);
                }
                _ => (),
            }
        }
        Ok(())
    }
}
