#![forbid(unsafe_code)]
//! Reads press releases in French and English and writes records.

pub mod assemble;
pub mod attach;
pub mod axis;
mod builtin;
pub mod date;
pub mod document;
pub mod entity;
pub mod error;
pub mod example;
pub mod explain;
pub mod extract;
pub mod gold;
pub mod language;
pub mod layout;
pub mod lexicon;
pub mod mention;
pub mod reading;
pub mod record;
pub mod reference;
pub mod relation;
pub mod resolve;
pub mod rules;
pub mod score;
pub mod sentence;
pub mod span;
pub mod text;
pub mod timeline;
pub mod token;

pub use date::{Order as DateOrder, PreferDates};
pub use document::{Document, Options};

use std::sync::{Arc, Mutex};

use once_cell::sync::OnceCell;

use error::RuleErrors;
use explain::Trace;
use extract::{Given, read};
use reading::Reading;
use record::{Failure, Record};
use rules::{
    load::{RuleFile, RuleSet},
    run::Scratch,
};
use text::Text;

/// The rule set, compiled, and the options: reads any number of documents, from any number of threads.
///
/// ```
/// use signataire::{Document, Extractor};
///
/// let extractor = Extractor::builtin()?;
/// let document = Document { id: "one".into(), text: "La Fondation Belkacem a été créée en 2014.".into(), ..Document::default() };
/// let record = extractor.extract(&document);
/// assert_eq!(record.organizations[0].name, "Fondation Belkacem");
/// assert_eq!(record.organizations[0].founded.as_deref(), Some("d1"));
/// assert_eq!(record.dates[0].value.as_deref(), Some("2014"));
/// # Ok::<(), signataire::error::RuleErrors>(())
/// ```
pub struct Extractor {
    rules: Arc<RuleSet>,
    options: Options,
    /// Memory that documents leave behind for the next ones; nothing in it bears on a result.
    scratch: Mutex<Vec<Scratch>>,
}

static BUILTIN: OnceCell<Arc<RuleSet>> = OnceCell::new();

impl Extractor {
    /// The rules that come with the crate, read once a process.
    ///
    /// # Errors
    /// Every fault of the rule files; the tests of the crate hold that there is none.
    pub fn builtin() -> Result<Self, RuleErrors> {
        BUILTIN.get_or_try_init(|| RuleSet::builtin().map(Arc::new)).map(|rules| Self::new(Arc::clone(rules)))
    }

    /// The built-in rules with `files` (path below a rules folder, text) added: a rule replaces the built-in one of its id; words and labels
    /// join the built-in ones of their path and come before them, or replace them where the file's head has the line `#: replace`.
    ///
    /// # Errors
    /// Every fault of the rule files, each with its place.
    pub fn with_rules(files: &[RuleFile]) -> Result<Self, RuleErrors> {
        RuleSet::load(RuleSet::builtin_files(), files).map(|rules| Self::new(Arc::new(rules)))
    }

    fn new(rules: Arc<RuleSet>) -> Self {
        Extractor { rules, options: Options::default(), scratch: Mutex::default() }
    }

    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Reads one document. Never fails: what a text does not say is null or absent.
    ///
    /// A text of more than 4 GiB, which no offset of a record could reach, is an error record.
    pub fn extract(&self, document: &Document) -> Record {
        if u32::try_from(document.text.len()).is_err() {
            return self.refuse(document, Failure { code: "too-large".to_owned(), message: "the text has more than 4 GiB".to_owned() });
        }
        let record = self.reading(document, |reading| assemble::assemble(&self.rules, reading, document, &self.options));
        Record { options: self.options.asked(), ..record }
    }

    /// The record of a document that cannot be read: its id and source, why, and every list empty.
    pub fn refuse(&self, document: &Document, failure: Failure) -> Record {
        let record = Record::empty(document.id.clone(), document.source.clone(), self.engine(), self.options.offset_unit);
        Record { options: self.options.asked(), error: Some(failure), ..record }
    }

    /// Reads one document and keeps every candidate with what became of it.
    pub fn explain(&self, document: &Document) -> (Record, Trace) {
        let record = self.extract(document);
        if record.error.is_some() {
            return (record, Trace::default());
        }
        (record, self.reading(document, |reading| explain::trace(&self.rules, reading)))
    }

    /// SHA-256 of the rule set in force, in hexadecimal.
    pub fn rules_hash(&self) -> &str {
        &self.rules.hash
    }

    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The rule set in force.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// What a record says of the program that made it.
    pub fn engine(&self) -> record::Engine {
        record::Engine { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), rules: self.rules.hash.clone() }
    }

    fn reading<T>(&self, document: &Document, use_it: impl FnOnce(&Reading) -> T) -> T {
        let pool = || self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut scratch = pool().pop().unwrap_or_default();
        let text = Text::new(&document.text);
        let given = Given { forced: self.options.language.as_deref(), hint: document.language.as_deref(), ..Given::default() };
        let out = use_it(&read(&self.rules, &text, given, &mut scratch));
        pool().push(scratch);
        out
    }
}
