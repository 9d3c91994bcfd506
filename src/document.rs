//! What comes in: a document, and what a caller may choose.

use crate::{
    date::{Order, PreferDates},
    record::{Asked, OffsetUnit, SourceInfo},
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

impl Options {
    /// What the record says of these options: those that bear on what is found, where they are not the usual ones.
    #[must_use]
    pub fn asked(&self) -> Option<Asked> {
        let prefer_dates = match self.prefer_dates {
            PreferDates::Tense => None,
            PreferDates::Past => Some("past"),
            PreferDates::Future => Some("future"),
        };
        let date_order = self.date_order.map(|order| match order {
            Order::DayMonth => "day-month",
            Order::MonthDay => "month-day",
        });
        let asked = Asked {
            language: self.language.clone(),
            published: self.published.clone(),
            prefer_dates: prefer_dates.map(str::to_owned),
            date_order: date_order.map(str::to_owned),
        };
        (asked != Asked::default()).then_some(asked)
    }
}
