//! What comes in: a document, and what a caller may choose.

use crate::{
    date::{Order, PreferDates},
    record::{OffsetUnit, SourceInfo},
};

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

/// What a caller may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Takes the place of what the documents and the detector say.
    pub language: Option<String>,
    /// Takes the place of what the documents say. YYYY, YYYY-MM or YYYY-MM-DD.
    pub published: Option<String>,
    pub prefer_dates: PreferDates,
    /// How `03/07/2018` is meant, where both readings are possible; by default as the language has it.
    pub date_order: Option<Order>,
    pub offset_unit: OffsetUnit,
    pub with_sentences: bool,
    pub with_tokens: bool,
}
