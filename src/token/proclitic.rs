//! Small words written onto the word after them, as Arabic writes "and", "to" and "the": split off as elisions are, so that the span of a
//! name leaves them outside.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::fold_into;

/// The small words of all languages, and the words that are not to be mistaken for one with a small word before it. Keys are folded.
#[derive(Default, Serialize, Deserialize)]
pub struct Proclitics {
    conjunctions: Vec<String>,
    prepositions: Vec<String>,
    articles: Vec<String>,
    /// A preposition and an article that merge: how they are written, and their keys.
    merged: Vec<(String, [String; 2])>,
    /// Whole words of the lexicons.
    words: FxHashSet<String>,
}

/// A part of a word: where it ends in the word, in bytes of the cleaned view, and its key.
pub(super) type Piece = (usize, String);

/// The shortest rest, in letters, of a word that no lexicon has.
const SHORTEST: usize = 3;

/// What stands before the rest of a word: the lengths of its pieces in bytes of the key, with the key of the last where it is not what is written.
#[derive(Clone, Default)]
struct Lead {
    pieces: Vec<usize>,
    written: usize,
    article: Option<String>,
}

impl Lead {
    fn and(&self, piece: &str) -> Lead {
        let mut more = self.clone();
        more.pieces.push(piece.len());
        more.written += piece.len();
        more
    }
}

impl Proclitics {
    /// The values that an entry may have; a merged one has the two small words instead, with a space between.
    pub const VALUES: [&'static str; 4] = ["conjunction", "preposition", "article", "two small words"];

    /// False where the value is none of these.
    pub fn add(&mut self, key: &str, value: &str) -> bool {
        let key = key.to_owned();
        match (value, value.split_once(' ')) {
            ("conjunction", _) => self.conjunctions.push(key),
            ("preposition", _) => self.prepositions.push(key),
            ("article", _) => self.articles.push(key),
            (_, Some((first, second))) => self.merged.push((key, [first, second].map(super::fold))),
            _ => return false,
        }
        true
    }

    /// A word that stands whole in a lexicon: it is not split, and small words may be written onto it. Letters that know capitals have none.
    pub fn keep_whole(&mut self, key: String) {
        if self.begins(&key) || key.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase()) {
            self.words.insert(key);
        }
    }

    /// Whether a word may begin with one.
    pub(super) fn begins(&self, word: &str) -> bool {
        !word.is_ascii()
            && [&self.conjunctions, &self.prepositions, &self.articles].into_iter().flatten().any(|small| word.starts_with(small.as_str()))
    }

    /// The parts of a word of the cleaned view; none where it is one.
    ///
    /// What a lexicon has is not split. Else what is split off is what leaves a word of a lexicon, the less the better; else what ends with
    /// an article, if enough is left.
    pub(super) fn split(&self, word: &str) -> Option<Vec<Piece>> {
        // The key, and for each of its letters where it begins in the key and in the word: marks that have no key go with the letter before.
        let (mut key, mut starts) = (String::new(), Vec::new());
        for (at, c) in word.char_indices() {
            let before = key.len();
            fold_into(&word[at..at + c.len_utf8()], &mut key);
            if key.len() > before {
                starts.push((before, at));
            }
        }
        if self.words.contains(&key) {
            return None;
        }
        let leads = self.leads(&key);
        let known = leads.iter().filter(|lead| self.words.contains(&rest(lead, &key)) || self.words.contains(&key[lead.written..]));
        let likely = leads.iter().filter(|lead| lead.article.is_some() && key[lead.written..].chars().count() >= SHORTEST);
        let lead = known.min_by_key(|lead| lead.written).or_else(|| likely.min_by_key(|lead| lead.written))?;
        let in_word = |at: usize| starts.iter().find(|start| start.0 >= at).map_or(word.len(), |start| start.1);
        // « to the » before a word that the lexicon has with its article: one piece less.
        let whole = lead.article.is_some() && self.words.contains(&rest(lead, &key)) && !self.words.contains(&key[lead.written..]);
        let small = &lead.pieces[..lead.pieces.len() - usize::from(whole)];
        let (mut pieces, mut at) = (Vec::new(), 0);
        for (i, len) in small.iter().enumerate() {
            let own = key[at..at + len].to_owned();
            at += len;
            let last = i + 1 == lead.pieces.len();
            pieces.push((in_word(at), lead.article.clone().filter(|_| last).unwrap_or(own)));
        }
        pieces.push((word.len(), if whole { rest(lead, &key) } else { key[at..].to_owned() }));
        (pieces.len() > 1).then_some(pieces)
    }

    /// What may be split off: a conjunction, a preposition and an article, each if it is there, in this order.
    fn leads(&self, key: &str) -> Vec<Lead> {
        let one_more = |leads: Vec<Lead>, small: &[String]| -> Vec<Lead> {
            let longer = leads
                .iter()
                .flat_map(|lead| small.iter().filter(|small| key[lead.written..].starts_with(small.as_str())).map(|small| lead.and(small)));
            let longer: Vec<Lead> = longer.collect();
            leads.into_iter().chain(longer).collect()
        };
        let before = one_more(vec![Lead::default()], &self.conjunctions);
        let merged = before.iter().flat_map(|lead| {
            let here = self.merged.iter().filter(|(form, _)| key[lead.written..].starts_with(form.as_str()));
            here.filter_map(|(form, [first, article])| {
                let mut lead = lead.and(first);
                lead.pieces.push(form.len().checked_sub(first.len())?);
                (lead.written, lead.article) = (lead.written + form.len() - first.len(), Some(article.clone()));
                Some(lead)
            })
        });
        let merged: Vec<Lead> = merged.collect();
        let before = one_more(before, &self.prepositions);
        let articles = before.iter().flat_map(|lead| {
            let here = self.articles.iter().filter(|small| key[lead.written..].starts_with(small.as_str()));
            here.map(|small| Lead { article: Some(small.clone()), ..lead.and(small) })
        });
        let articles: Vec<Lead> = articles.collect();
        before.into_iter().chain(articles).chain(merged).filter(|lead| lead.written > 0 && lead.written < key.len()).collect()
    }
}

/// What is left, with its article.
fn rest(lead: &Lead, key: &str) -> String {
    lead.article.as_deref().unwrap_or_default().to_owned() + &key[lead.written..]
}
