//! Gazetteer and word classes: which lexicon entries start at which token.
//!
//! Words become numbers once; entries are paths of numbers in a trie. The rules only ever see classes and values.

use rustc_hash::{FxHashMap, FxHashSet};

use serde::{Deserialize, Serialize};

use crate::token::{Shape, Tokens};

/// A word of the vocabulary; 0 is a word that no entry and no rule has.
pub type WordId = u32;
/// A lexicon class, by name over all languages.
pub type ClassId = u16;
/// A language pack by its place in [`Languages`]; 0 is `any`.
pub type LangId = u8;

/// At most so many classes: a set of them is one `u128`.
pub const MAX_CLASSES: usize = 128;

/// The packs of a rule set, `any` first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Languages(Vec<String>);

impl Default for Languages {
    fn default() -> Self {
        Languages(vec!["any".to_owned()])
    }
}

impl Languages {
    pub fn id(&self, name: &str) -> Option<LangId> {
        self.0.iter().position(|l| l == name).map(|i| i as LangId)
    }

    pub fn id_or_new(&mut self, name: &str) -> LangId {
        self.id(name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            (self.0.len() - 1) as LangId
        })
    }

    pub fn name(&self, id: LangId) -> &str {
        &self.0[usize::from(id)]
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// One entry found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// In tokens.
    pub len: u16,
    pub class: ClassId,
    pub lang: LangId,
    value: u32,
}

/// The entries that start at each token, longest first.
#[derive(Default)]
pub struct Hits {
    /// The word of each token.
    pub words: Vec<WordId>,
    first: Vec<u32>,
    list: Vec<Hit>,
}

impl Hits {
    /// Puts further hits among those of their tokens: names that the document itself made known. In order of token, then longest first.
    pub fn extend(&mut self, extra: &[(usize, u16, ClassId)]) {
        if extra.is_empty() {
            return;
        }
        let mut first = Vec::with_capacity(self.first.len());
        let mut list = Vec::with_capacity(self.list.len() + extra.len());
        let mut extra = extra.iter().peekable();
        for token in 0..self.words.len() {
            let from = list.len();
            first.push(from as u32);
            while let Some(&&(_, len, class)) = extra.peek().filter(|e| e.0 == token) {
                list.push(Hit { len, class, lang: 0, value: 0 });
                extra.next();
            }
            list.extend_from_slice(self.at(token));
            list[from..].sort_by_key(|h| std::cmp::Reverse(h.len));
        }
        first.push(list.len() as u32);
        (self.first, self.list) = (first, list);
    }

    /// The entries that start at a token, longest first; none after the last token.
    pub fn at(&self, token: usize) -> &[Hit] {
        match self.first.get(token..) {
            Some([first, end, ..]) => &self.list[*first as usize..*end as usize],
            _ => &[],
        }
    }

    /// The entry of `class` that covers exactly `len` tokens from `token`, in a language or in `any`.
    pub fn exactly(&self, token: usize, len: usize, class: ClassId, lang: LangId) -> Option<Hit> {
        self.at(token).iter().copied().find(|h| usize::from(h.len) == len && h.class == class && (h.lang == 0 || h.lang == lang))
    }

    /// Whether an entry of `class` starts here, in a language or in `any`.
    pub fn starts(&self, token: usize, class: ClassId, lang: LangId) -> bool {
        self.at(token).iter().any(|h| h.class == class && (h.lang == 0 || h.lang == lang))
    }
}

/// What stands at a node of the trie.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Entry {
    class: ClassId,
    lang: LangId,
    value: u32,
    capital: bool,
}

/// All entries of all packs, and the words of the rules beside them.
#[derive(Serialize, Deserialize)]
pub struct Lexicon {
    words: FxHashMap<Box<str>, WordId>,
    /// The trie node of an entry's first word, by word.
    roots: Vec<u32>,
    edges: FxHashMap<(u32, WordId), u32>,
    nodes: Vec<Vec<Entry>>,
    classes: Vec<String>,
    /// Words of the longest entry of each class.
    longest: Vec<usize>,
    values: Vec<Box<str>>,
    /// Where entries are added.
    #[serde(skip)]
    value_ids: FxHashMap<Box<str>, u32>,
}

const NO_NODE: u32 = u32::MAX;

impl Default for Lexicon {
    fn default() -> Self {
        let mut lexicon = Lexicon {
            words: FxHashMap::default(),
            roots: vec![NO_NODE],
            edges: FxHashMap::default(),
            nodes: Vec::new(),
            classes: Vec::new(),
            longest: Vec::new(),
            values: Vec::new(),
            value_ids: FxHashMap::default(),
        };
        // The empty value is 0: hits without one need not ask.
        lexicon.value_id("");
        lexicon
    }
}

impl Lexicon {
    pub fn word(&self, key: &str) -> WordId {
        self.words.get(key).copied().unwrap_or(0)
    }

    pub fn word_or_new(&mut self, key: &str) -> WordId {
        if let Some(&id) = self.words.get(key) {
            return id;
        }
        let id = self.words.len() as WordId + 1;
        self.words.insert(key.into(), id);
        self.roots.resize(id as usize + 1, NO_NODE);
        id
    }

    pub fn word_count(&self) -> usize {
        self.words.len() + 1
    }

    pub fn class(&self, name: &str) -> Option<ClassId> {
        self.classes.iter().position(|c| c == name).map(|i| i as ClassId)
    }

    pub fn class_or_new(&mut self, name: &str) -> ClassId {
        self.class(name).unwrap_or_else(|| {
            self.classes.push(name.to_owned());
            (self.classes.len() - 1) as ClassId
        })
    }

    pub fn class_names(&self) -> &[String] {
        &self.classes
    }

    pub fn value(&self, hit: Hit) -> &str {
        &self.values[hit.value as usize]
    }

    /// The most words that an entry of a class has. Those of the document at hand are not known yet: they may have any number.
    pub fn longest(&self, class: ClassId) -> usize {
        self.longest.get(usize::from(class)).copied().filter(|&longest| longest > 0).unwrap_or(usize::MAX)
    }

    /// Whether a class of any language lists this one word.
    pub fn lists(&self, key: &str, class: ClassId) -> bool {
        let node = self.roots.get(self.word(key) as usize).copied().filter(|&node| node != NO_NODE);
        node.is_some_and(|node| self.nodes[node as usize].iter().any(|entry| entry.class == class))
    }

    /// Adds an entry; `keys` are the folded words of its form. An entry without words is ignored.
    ///
    /// One that is `capital` matches only where its first word has a capital: a form that lost its accents with its small letters.
    pub fn add(&mut self, keys: &[&str], class: ClassId, lang: LangId, value: &str, capital: bool) {
        let Some((first, rest)) = keys.split_first() else { return };
        self.longest.resize(self.classes.len(), 0);
        if let Some(longest) = self.longest.get_mut(usize::from(class)) {
            *longest = keys.len().max(*longest);
        }
        let first = self.word_or_new(first) as usize;
        if self.roots[first] == NO_NODE {
            self.roots[first] = self.new_node();
        }
        let mut node = self.roots[first];
        for key in rest {
            let word = self.word_or_new(key);
            node = match self.edges.get(&(node, word)) {
                Some(&next) => next,
                None => {
                    let next = self.new_node();
                    self.edges.insert((node, word), next);
                    next
                }
            };
        }
        let value = self.value_id(value);
        let entries = &mut self.nodes[node as usize];
        if !entries.iter().any(|e| (e.class, e.lang) == (class, lang)) {
            entries.push(Entry { class, lang, value, capital });
        }
    }

    fn new_node(&mut self) -> u32 {
        self.nodes.push(Vec::new());
        (self.nodes.len() - 1) as u32
    }

    fn value_id(&mut self, value: &str) -> u32 {
        if let Some(&id) = self.value_ids.get(value) {
            return id;
        }
        let id = self.values.len() as u32;
        self.values.push(value.into());
        self.value_ids.insert(value.into(), id);
        id
    }

    /// Looks every token up once.
    pub fn hits(&self, tokens: &Tokens) -> Hits {
        let words: Vec<WordId> = (0..tokens.len()).map(|i| self.word(tokens.key(i))).collect();
        let mut first = Vec::with_capacity(words.len() + 1);
        let mut list = Vec::new();
        for start in 0..words.len() {
            first.push(list.len() as u32);
            let from = list.len();
            let mut node = self.roots.get(words[start] as usize).copied().unwrap_or(NO_NODE);
            let mut end = start + 1;
            while node != NO_NODE && end - start <= usize::from(u16::MAX) {
                let len = (end - start) as u16;
                let entries = self.nodes[node as usize].iter().filter(|e| !e.capital || tokens.list[start].shape.has(Shape::CAP));
                list.extend(entries.map(|&Entry { class, lang, value, .. }| Hit { len, class, lang, value }));
                let Some(&word) = words.get(end) else { break };
                let Some(&next) = self.edges.get(&(node, word)) else { break };
                node = next;
                end += 1;
            }
            list[from..].reverse();
        }
        first.push(list.len() as u32);
        Hits { words, first, list }
    }
}

/// One line of a lexicon file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    /// From 0.
    pub number: usize,
    pub form: &'t str,
    pub value: &'t str,
    pub note: &'t str,
}

/// The entries of a lexicon or label file; comments and empty lines are passed over. Further columns stay in `note`, empty ones too.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().enumerate().filter(|(_, l)| !l.starts_with('#') && !l.trim().is_empty()).map(|(number, line)| {
        let mut columns = line.splitn(3, '\t');
        let mut next = || columns.next().unwrap_or("").trim_matches([' ', '\r']);
        Line { number, form: next(), value: next(), note: next() }
    })
}

/// Whether a caller's lexicon or label file takes the place of the built-in one of its path (`#: replace`), or joins it.
pub fn replaces(text: &str) -> bool {
    text.lines().take_while(|l| l.starts_with('#')).any(|l| l == "#: replace")
}

/// What the head of a lexicon file says of forms that lost their accents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accents {
    Needed,
    /// `#: accents optional`: they may go with a capital.
    OptionalWithCapital,
    /// `#: accents optional everywhere`: for closed classes whose bare forms mean nothing else.
    Optional,
}

pub fn accents(text: &str) -> Accents {
    let mut head = text.lines().take_while(|l| l.starts_with('#'));
    match head.find(|l| l.starts_with("#: accents optional")) {
        Some("#: accents optional everywhere") => Accents::Optional,
        Some(_) => Accents::OptionalWithCapital,
        None => Accents::Needed,
    }
}

/// Ids with their labels: one table of `rules/any/labels`.
#[derive(Default, Debug, Serialize, Deserialize)]
pub struct Labels {
    rows: FxHashMap<String, Vec<String>>,
}

impl Labels {
    /// Adds the rows of a file; an id that is there already keeps its labels.
    pub fn add(&mut self, text: &str) {
        for line in lines(text) {
            let columns = std::iter::once(line.value).chain(line.note.split('\t')).map(|c| c.trim().to_owned());
            self.rows.entry(line.form.to_owned()).or_insert_with(|| columns.collect());
        }
    }

    /// The columns after the id.
    pub fn get(&self, id: &str) -> Option<&[String]> {
        self.rows.get(id).map(Vec::as_slice)
    }

    pub fn ids(&self) -> FxHashSet<&str> {
        self.rows.keys().map(String::as_str).collect()
    }
}
