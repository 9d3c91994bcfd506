//! What the tests of a rule set can ask of a token, and all the answers, worked out once for each kind of token.

use rustc_hash::FxHashMap;

use super::{
    answers::{Lets, Need},
    load::RuleSet,
    page::Page,
    pred::{LettersId, Pred, PredId},
};
use crate::{
    lexicon::{ClassId, LangId, WordId},
    mention::Kind,
    token::Shape,
};

/// All that tests can ask of a token, or of a mention that stands as one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Symbol {
    word: WordId,
    /// The tests on letters that the token, or the mention's first, passes.
    letters: u32,
    classes: u128,
    shape: Shape,
    /// None for a token.
    kind: Option<Kind>,
    /// The language that it is read in: the rules of others ask nothing.
    lang: LangId,
}

/// Index into the rows of a table.
pub type SymbolId = u32;

/// More distinct words than this and the table starts afresh.
const MOST: usize = 1 << 16;
/// The same for the answers of its symbols, in bytes.
const ROOM: usize = 16 << 20;
/// Longest word that is kept, in bytes: there is no end to addresses and other long ones.
const LONGEST: usize = 40;

/// The symbol that a word of the lexicon had, and what made it.
struct Last {
    classes: u128,
    shape: Shape,
    symbol: SymbolId,
}

/// The symbols met so far with their answers. Belongs to one rule set; holds nothing that bears on an answer.
#[derive(Default)]
pub struct Symbols {
    /// The letter tests that a word passes, by word.
    texts: FxHashMap<Box<str>, u32>,
    letters: Vec<Box<[u64]>>,
    letters_ids: FxHashMap<Box<[u64]>, u32>,
    ids: FxHashMap<Symbol, SymbolId>,
    last: FxHashMap<(WordId, LangId), Last>,
    /// The letters of each symbol, and its language.
    letters_by: Vec<(u32, LangId)>,
    mentions: FxHashMap<(u32, LangId, Kind), SymbolId>,
    /// The tests that each symbol passes, `width` words for each.
    rows: Vec<u64>,
    width: usize,
    /// What each lets the branches do, a word for 64 of them.
    lets: Vec<Lets>,
}

fn bit(set: &[u64], index: usize) -> bool {
    set[index / 64] >> (index % 64) & 1 == 1
}

/// The numbers of the bits that are set.
fn bits(set: &[u64]) -> impl Iterator<Item = usize> + '_ {
    set.iter().enumerate().flat_map(|(i, &word)| {
        std::iter::successors(Some(word), |left| Some(left & left.wrapping_sub(1)))
            .take_while(|&left| left != 0)
            .map(move |left| i * 64 + left.trailing_zeros() as usize)
    })
}

impl Symbols {
    /// Forgets all where there is too much; what ids there are must then be asked for anew.
    pub fn tidy(&mut self) {
        let room = size_of_val(self.rows.as_slice()) + size_of_val(self.lets.as_slice());
        if self.texts.len() > MOST || room > ROOM {
            *self = Symbols::default();
        }
    }

    /// The symbol of a token, read in a language.
    pub fn of_token(&mut self, page: &Page, token: usize, lang: LangId) -> SymbolId {
        let classes = page.hits.at(token).iter().filter(|h| h.lang == 0 || h.lang == lang).fold(0u128, |set, h| set | 1 << h.class);
        let (word, shape) = (page.hits.words[token], page.tokens.list[token].shape);
        let text = &page.text.clean()[page.tokens.list[token].clean.range()];
        // Most words stand as the lexicon has them, and are what they were the last time.
        let plain = word != 0 && text == page.tokens.key(token);
        if plain && let Some(last) = self.last.get(&(word, lang)).filter(|last| last.classes == classes && last.shape == shape) {
            return last.symbol;
        }
        let letters = self.letters_of(page, token, text);
        let literal = if page.set.is_literal(word) { word } else { 0 };
        let symbol = self.id(page.set, Symbol { word: literal, letters, classes, shape, kind: None, lang });
        if plain {
            self.last.insert((word, lang), Last { classes, shape, symbol });
        }
        symbol
    }

    /// The symbol of a mention that opens with a token of this symbol.
    pub fn of_mention(&mut self, set: &RuleSet, opens: SymbolId, kind: Kind) -> SymbolId {
        let (letters, lang) = self.letters_by[opens as usize];
        match self.mentions.get(&(letters, lang, kind)) {
            Some(&id) => id,
            None => {
                let id = self.id(set, Symbol { word: 0, letters, classes: 0, shape: Shape::default(), kind: Some(kind), lang });
                self.mentions.insert((letters, lang, kind), id);
                id
            }
        }
    }

    fn letters_of(&mut self, page: &Page, token: usize, text: &str) -> u32 {
        if let Some(&id) = self.texts.get(text) {
            return id;
        }
        let passed = page.set.letter_tests.passed(text, page.tokens.key(token));
        let next = self.letters.len() as u32;
        let id = *self.letters_ids.entry(passed).or_insert_with_key(|passed| {
            self.letters.push(passed.clone());
            next
        });
        if text.len() <= LONGEST {
            self.texts.insert(text.into(), id);
        }
        id
    }

    fn id(&mut self, set: &RuleSet, symbol: Symbol) -> SymbolId {
        if let Some(&id) = self.ids.get(&symbol) {
            return id;
        }
        self.width = set.preds.len().div_ceil(64);
        let id = self.ids.len() as SymbolId;
        self.row(set, &symbol);
        self.letters_by.push((symbol.letters, symbol.lang));
        self.ids.insert(symbol, id);
        id
    }

    /// Answers every question for a symbol.
    fn row(&mut self, set: &RuleSet, symbol: &Symbol) {
        let start = self.rows.len();
        self.rows.resize(start + self.width, 0);
        let may = &mut self.rows[start..];
        let lets = self.lets.len();
        self.lets.extend_from_slice(&set.answers.free);
        let lets = &mut self.lets[lets..];
        let letters = &self.letters[symbol.letters as usize];
        let asked = |need| set.answers.needing(need).iter().copied();
        let word = (symbol.kind.is_none()).then(|| asked(Need::Word(symbol.word))).into_iter().flatten();
        let classes = [symbol.classes as u64, (symbol.classes >> 64) as u64];
        let classes = bits(&classes).flat_map(|class| asked(Need::Class(class as ClassId)));
        let kind = symbol.kind.map(|kind| asked(Need::Kind(kind))).into_iter().flatten();
        let shapes = set.answers.shapes.iter().filter(|&&shape| symbol.kind.is_none() && symbol.shape.has(shape));
        let shape = shapes.flat_map(|&shape| asked(Need::Shape(shape)));
        let letter = bits(letters).flat_map(|id| asked(Need::Letters(id as LettersId)));
        let mut todo: Vec<PredId> = set.answers.always.iter().copied().chain(word).chain(classes).chain(kind).chain(shape).chain(letter).collect();
        todo.retain(|&pred| set.answers.is_asked(pred, symbol.lang) && holds(&set.preds[usize::from(pred)], symbol, letters));
        while let Some(pred) = todo.pop() {
            let word = &mut may[usize::from(pred) / 64];
            if *word >> (pred % 64) & 1 == 0 {
                *word |= 1 << (pred % 64);
                set.answers.masks[usize::from(pred)].iter().for_each(|(word, own)| lets[usize::from(*word)].join(own));
                todo.extend(set.answers.also[usize::from(pred)].iter().filter(|&&one| set.answers.is_asked(one, symbol.lang)));
            }
        }
    }

    /// Whether a symbol passes a test.
    pub fn passes(&self, symbol: SymbolId, pred: u16) -> bool {
        let word = self.rows[symbol as usize * self.width + usize::from(pred) / 64];
        word >> (pred % 64) & 1 == 1
    }

    /// What a symbol lets the branches do, of which there are so many words.
    pub fn lets(&self, symbol: SymbolId, words: usize) -> &[Lets] {
        &self.lets[symbol as usize * words..][..words]
    }
}

fn holds(pred: &Pred, symbol: &Symbol, letters: &[u64]) -> bool {
    match pred {
        Pred::Word(word) => symbol.kind.is_none() && symbol.word == *word,
        Pred::Words(words) => symbol.kind.is_none() && words.binary_search(&symbol.word).is_ok(),
        Pred::Class(class) => symbol.classes >> class & 1 == 1,
        Pred::Type(kind) => symbol.kind == Some(*kind),
        Pred::Shape(shape) => symbol.kind.is_none() && symbol.shape.has(*shape),
        Pred::Letters(id) => symbol.kind.is_none() && bit(letters, usize::from(*id)),
        Pred::Opens(id) => symbol.kind.is_some() && bit(letters, usize::from(*id)),
        Pred::Any => true,
        // Passed with one of its tests: see `Symbols::row`.
        Pred::OneOf(_) => false,
        Pred::Not(pred) => !holds(pred, symbol, letters),
        Pred::And(preds) => preds.iter().all(|pred| holds(pred, symbol, letters)),
        Pred::Or(preds) => preds.iter().any(|pred| holds(pred, symbol, letters)),
    }
}
