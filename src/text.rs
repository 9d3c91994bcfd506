//! The decoded source beside its cleaned view. The map between them is private: spans go back through [`Text::to_source`].
//!
//! What the cleaned view changes:
//! - NFC; Arabic presentation forms and the Latin ligatures ﬀ to ﬆ become plain letters (œ and æ are letters of their own and stay);
//! - ’ ‘ ‛ ʼ ′ ´ and ` become '. Who must tell ‘ from ’ looks at the source;
//! - ‐ (U+2010), ‑ (U+2011), ‒ (U+2012) and − (U+2212) become -; the dashes – and — stay, for they are marks of their own;
//! - “ ” „ « » stay, because they say whether they open or close; token keys fold “ ” „ to ";
//! - every Unicode space becomes a plain one; U+2028, U+2029, NEL and the form feed become a line end; CRLF stays;
//! - soft hyphens, zero-width characters, variation selectors and bidi marks are left out;
//! - a word hyphenated over a line end is joined: without its hyphen before a lower-case letter ("parte-⏎nariat"), with it before a
//!   capital ("Jean-⏎François"). One empty line may stand between, since texts cut from PDF have one after every line.

pub mod offsets;

use std::borrow::Cow;

use unicode_normalization::{
    IsNormalized, UnicodeNormalization,
    char::{canonical_combining_class, decompose_canonical, is_combining_mark},
    is_nfc_quick,
};

pub use offsets::Offsets;

use crate::span::{Clean, Source, Span};

/// One document's text, twice: as it came, and cleaned for reading.
pub struct Text<'s> {
    source: &'s str,
    clean: Cow<'s, str>,
    /// Where the two differ, in order; between two edits they run alike.
    edits: Vec<Edit>,
}

/// A stretch of the source and what it became. It maps as a whole: no span begins or ends inside.
#[derive(Clone, Copy)]
struct Edit {
    clean: (u32, u32),
    source: (u32, u32),
}

impl<'s> Text<'s> {
    /// Cleans a decoded source; borrows where nothing is to be cleaned. Linear in the length.
    pub fn new(source: &'s str) -> Self {
        let mut cleaner = Cleaner { source, clean: String::new(), edits: Vec::new(), copied: 0 };
        cleaner.run();
        let Cleaner { mut clean, edits, copied, .. } = cleaner;
        if edits.is_empty() {
            return Text { source, clean: Cow::Borrowed(source), edits };
        }
        clean.push_str(&source[copied..]);
        Text { source, clean: Cow::Owned(clean), edits }
    }

    pub fn source(&self) -> &'s str {
        self.source
    }

    pub fn clean(&self) -> &str {
        &self.clean
    }

    /// The source that a clean span stands for: whole source characters with their combining marks, without what was left out before or after.
    pub fn to_source(&self, span: Span<Clean>) -> Span<Source> {
        let first = self.edits.partition_point(|e| e.clean.0 <= span.start);
        let last = first + self.edits[first..].partition_point(|e| e.clean.0 < span.end);
        self.between(span, first, last)
    }

    /// Whether what stands before a place of the cleaned view and what stands after it come of different characters: a ligature is one.
    pub(crate) fn parts_at(&self, at: usize) -> bool {
        let end = self.clean().len();
        at == 0 || at >= end || self.to_source(Span::of(at - 1, at)).end <= self.to_source(Span::of(at, at + 1)).start
    }

    /// The verbatim text of a span.
    pub fn cut(&self, span: Span<Source>) -> &'s str {
        &self.source[span.range()]
    }

    /// Maps spans that come in increasing order, each in constant time.
    pub(crate) fn cursor(&self) -> Cursor<'_> {
        Cursor { text: self, next: 0 }
    }

    /// `first` edits begin at or before the start of the span, `last` before its end.
    fn between(&self, span: Span<Clean>, first: usize, last: usize) -> Span<Source> {
        let start = match first.checked_sub(1).map(|i| self.edits[i]) {
            None => span.start,
            Some(e) if span.start < e.clean.1 => e.source.0,
            Some(e) => e.source.1 + (span.start - e.clean.1),
        };
        if span.is_empty() {
            return Span::new(start, start);
        }
        let end = match last.checked_sub(1).map(|i| self.edits[i]) {
            None => span.end,
            Some(e) if span.end <= e.clean.1 => e.source.1,
            Some(e) => e.source.1 + (span.end - e.clean.1),
        };
        Span::new(start, end)
    }
}

/// See [`Text::cursor`].
pub(crate) struct Cursor<'t> {
    text: &'t Text<'t>,
    next: usize,
}

impl Cursor<'_> {
    pub(crate) fn map(&mut self, span: Span<Clean>) -> Span<Source> {
        let edits = &self.text.edits;
        while edits.get(self.next).is_some_and(|e| e.clean.0 <= span.start) {
            self.next += 1;
        }
        let mut last = self.next;
        while edits.get(last).is_some_and(|e| e.clean.0 < span.end) {
            last += 1;
        }
        // An edit that begins at the start is counted by `next` even where the span is empty.
        self.text.between(span, self.next, last.max(self.next))
    }
}

/// Has no form of its own: soft hyphen, zero-width and bidi controls, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// May compose with the character before it.
fn bonds(c: char) -> bool {
    canonical_combining_class(c) != 0 || is_nfc_quick(std::iter::once(c)) == IsNormalized::Maybe
}

/// A combining mark: belongs to the character before it.
pub(crate) fn is_mark(c: char) -> bool {
    is_combining_mark(c)
}

struct Cleaner<'s> {
    source: &'s str,
    clean: String,
    edits: Vec<Edit>,
    /// The source up to here is in `clean`.
    copied: usize,
}

impl Cleaner<'_> {
    fn run(&mut self) {
        let bytes = self.source.as_bytes();
        let mut at = 0;
        while let Some(&b) = bytes.get(at) {
            at = match b {
                b'-' => self.line_end_hyphen(at, at + 1, "-"),
                b'`' => self.replace(at, at + 1, "'"),
                0x0C => self.replace(at, at + 1, "\n"),
                0..0x80 => at + 1,
                // Latin letters and, of the Arabic ones, those before the vowel marks: clean as they are.
                0xC3..=0xC9 => at + 2,
                0xD8 if bytes.get(at + 1).is_some_and(|&b| b >= 0xA0) => at + 2,
                0xD9 if bytes.get(at + 1).is_some_and(|&b| b < 0x8B) => at + 2,
                _ => self.character(at),
            };
        }
    }

    /// Cleans the character at `at`; returns where to go on.
    fn character(&mut self, at: usize) -> usize {
        let Some(c) = self.source[at..].chars().next() else {
            return self.source.len();
        };
        let end = at + c.len_utf8();
        match c {
            '’' | '‘' | '‛' | 'ʼ' | '′' | '´' | '\u{1FEF}' | '\u{1FFD}' => self.replace(at, end, "'"),
            '\u{2010}' | '\u{2011}' => match self.line_end_hyphen(at, end, "-") {
                next if next == end => self.replace(at, end, "-"),
                next => next,
            },
            '\u{2012}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' => self.replace(at, end, "-"),
            '\u{AD}' => match self.line_end_hyphen(at, end, "") {
                next if next == end => self.remove(at),
                next => next,
            },
            c if is_invisible(c) => self.remove(at),
            '\u{85}' | '\u{2028}' | '\u{2029}' => self.replace(at, end, "\n"),
            c if c.is_whitespace() => self.replace(at, end, " "),
            '\u{FB00}'..='\u{FB06}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => {
                // With its marks, which compose with its last letter.
                let end = end + self.source[end..].chars().take_while(|&c| bonds(c)).map(char::len_utf8).sum::<usize>();
                let plain: String = std::iter::once(c).nfkc().chain(self.source[at + c.len_utf8()..end].chars()).nfc().collect();
                // Vowel marks on a space and whole phrases in one character stay.
                if plain == self.source[at..end] || plain.contains(' ') { end } else { self.replace(at, end, &plain) }
            }
            c if is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes && canonical_combining_class(c) == 0 => end,
            _ => self.normalise(at, end),
        }
    }

    /// Leaves out the invisible characters from `at` on; a mark after them goes with the letter before them.
    fn remove(&mut self, at: usize) -> usize {
        let rest = &self.source[at..];
        let length = rest.find(|c| !is_invisible(c)).unwrap_or(rest.len());
        match rest[length..].chars().next() {
            Some(c) if bonds(c) => self.normalise(at, at + length),
            _ => self.replace(at, at + length, ""),
        }
    }

    /// Puts the stretch of characters that may compose with what stands at `at..end` into NFC, without the invisible ones.
    fn normalise(&mut self, at: usize, mut end: usize) -> usize {
        let mut start = at;
        let first = self.source[at..].chars().next();
        if first.is_some_and(|c| bonds(c) || is_invisible(c)) {
            for (i, c) in self.source[self.copied..at].char_indices().rev() {
                // No mark composes with white space or with what is no letter's base.
                if c.is_ascii() && !c.is_ascii_alphanumeric() {
                    break;
                }
                start = self.copied + i;
                if !bonds(c) {
                    break;
                }
            }
        }
        let from = end;
        for (i, c) in self.source[from..].char_indices() {
            if bonds(c) {
                end = from + i + c.len_utf8();
            } else if !is_invisible(c) {
                break;
            }
        }
        let plain: String = self.source[start..end].chars().filter(|&c| !is_invisible(c)).nfc().collect();
        if plain == self.source[start..end] { end } else { self.replace(start, end, &plain) }
    }

    /// A hyphen at `at..end`: joins the word that it cuts at a line end, `kept` between the halves where a capital follows.
    /// Returns `end` where there is nothing to join.
    fn line_end_hyphen(&mut self, at: usize, end: usize, kept: &str) -> usize {
        let before = self.source[..at].chars().next_back();
        if !before.is_some_and(char::is_alphabetic) {
            return end;
        }
        let mut lines = 0;
        let mut next = end;
        let mut rest = self.source[end..].chars().peekable();
        while let Some(&c) = rest.peek() {
            match c {
                '\n' => lines += 1,
                '\r' | ' ' | '\t' | '\u{A0}' => (),
                _ => break,
            }
            next += c.len_utf8();
            rest.next();
            // A long stretch of blanks is no line end, and looking far ahead at every hyphen would not be linear.
            if lines > 2 || next - end > 64 {
                return end;
            }
        }
        match rest.peek() {
            Some(c) if lines == 0 || !c.is_alphabetic() => end,
            Some(c) if c.is_lowercase() && before.is_some_and(char::is_lowercase) => self.replace(at, next, ""),
            Some(c) if c.is_uppercase() => self.replace(at, next, kept),
            _ => end,
        }
    }

    fn replace(&mut self, start: usize, end: usize, by: &str) -> usize {
        self.clean.push_str(&self.source[self.copied..start]);
        let from = self.clean.len() as u32;
        self.clean.push_str(by);
        self.edits.push(Edit { clean: (from, self.clean.len() as u32), source: (start as u32, end as u32) });
        self.copied = end;
        end
    }
}

/// Characters that take room on a line: marks belong to their letter, soft hyphens and the like are not seen.
pub(crate) fn visible(text: &str) -> usize {
    // Below U+0300 there is one such character, and no mark.
    text.chars().filter(|&c| c < '\u{300}' && c != '\u{AD}' || !is_invisible(c) && !is_mark(c)).count()
}

/// Takes the accents off: for classes of names and places, and for `~"word"`.
pub fn strip_accents(key: &str) -> String {
    let mut bare = String::with_capacity(key.len());
    push_bare(key, &mut bare);
    bare
}

/// The same, at the end of a string. Character by character: the order of the marks of one is nothing to those who drop them.
pub(crate) fn push_bare(key: &str, out: &mut String) {
    if key.is_ascii() {
        out.push_str(key);
        return;
    }
    for c in key.chars() {
        decompose_canonical(c, |c| {
            if !is_combining_mark(c) {
                out.push(c);
            }
        });
    }
}

/// The letters and digits of a word, small and without accents.
pub(crate) fn plain(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars().flat_map(char::to_lowercase).nfd().filter(|&c| c.is_alphanumeric() && !is_combining_mark(c))
}

/// Runs of white space become one space.
pub fn fold_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
