//! The decoded source beside its cleaned view. The map between them is private: spans go back through [`Text::to_source`].

use std::borrow::Cow;

use crate::span::{Clean, Source, Span};

/// One document's text, twice: as it came, and cleaned for reading.
pub struct Text<'s> {
    source: &'s str,
    clean: Cow<'s, str>,
}

impl<'s> Text<'s> {
    pub fn new(source: &'s str) -> Self {
        Text { source, clean: Cow::Borrowed(source) }
    }

    pub fn source(&self) -> &'s str {
        self.source
    }

    pub fn clean(&self) -> &str {
        &self.clean
    }

    pub fn to_source(&self, span: Span<Clean>) -> Span<Source> {
        Span::new(span.start, span.end)
    }

    /// The verbatim text of a span.
    pub fn cut(&self, span: Span<Source>) -> &'s str {
        &self.source[span.range()]
    }
}
