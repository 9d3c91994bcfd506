//! Tests with their names resolved.

use serde::{Deserialize, Serialize};

use crate::{
    lexicon::{ClassId, WordId},
    mention::Kind,
    token::Shape,
};

pub type PredId = u16;

/// A test with its names resolved. A symbol answers all of them: nothing is left to ask of a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pred {
    Word(WordId),
    /// One of these, in order.
    Words(Vec<WordId>),
    Class(ClassId),
    Type(Kind),
    Shape(Shape),
    /// What a token's own letters say.
    Letters(LettersId),
    /// The same of the word that opens a mention.
    Opens(LettersId),
    Any,
    Not(Box<Pred>),
    And(Vec<Pred>),
    Or(Vec<Pred>),
    /// Tests with numbers of their own, lower than this one's.
    OneOf(Vec<PredId>),
}

/// A test on the letters of a token, beyond its word, classes and shape.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Letters {
    Exact(String),
    /// A key without accents.
    Bare(String),
    Between(u32, u32),
    /// Matches the whole token.
    Regex(String),
}

pub type LettersId = u16;

/// One of several; those that ask for a word become one.
pub fn either(preds: Vec<Pred>) -> Pred {
    let (mut words, mut others) = (Vec::new(), Vec::new());
    for pred in preds {
        match pred {
            Pred::Word(word) => words.push(word),
            Pred::Words(more) => words.extend(more),
            Pred::Or(more) => others.extend(more),
            other => others.push(other),
        }
    }
    words.sort_unstable();
    words.dedup();
    match (words.as_slice(), others.as_mut_slice()) {
        ([word], []) => Pred::Word(*word),
        (_, []) => Pred::Words(words),
        ([], _) => Pred::Or(others),
        _ => {
            others.insert(0, Pred::Words(words));
            Pred::Or(others)
        }
    }
}

/// How much work a test is, roughly.
pub fn effort(pred: &Pred) -> u32 {
    match pred {
        Pred::Word(_) | Pred::Words(_) | Pred::Class(_) | Pred::Type(_) | Pred::Shape(_) | Pred::Any => 1,
        Pred::Letters(_) | Pred::Opens(_) => 2,
        Pred::Not(pred) => 1 + effort(pred),
        Pred::And(preds) | Pred::Or(preds) => 1 + preds.iter().map(effort).sum::<u32>(),
        Pred::OneOf(_) => 1,
    }
}
