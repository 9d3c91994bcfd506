//! Sentences: spans of tokens that never cross a block.

use crate::{
    layout::{
        Layout,
        labels::{Label, label},
        marks::{is_closing, is_final},
    },
    span::{Span, Tok},
    token::{Abbreviation, Gap, Shape, TokenCues, Tokens},
};

/// One sentence and the block that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub tokens: Span<Tok>,
    pub block: u32,
}

/// Splits each block. Marks that close a quote or a bracket go with the sentence; a dateline is a sentence of its own.
pub fn sentences(tokens: &Tokens, layout: &Layout, cues: &TokenCues) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (number, block) in layout.blocks.iter().enumerate() {
        let splitter = Splitter { tokens, cues, end: block.tokens.end as usize };
        let mut push = |start: usize, end: usize| {
            if start < end {
                out.push(Sentence { tokens: Span::of(start, end), block: number as u32 });
            }
        };
        let mut start = block.tokens.start as usize;
        if let Some(dateline) = block.dateline {
            push(start, dateline.end as usize);
            start = dateline.end as usize;
        }
        let mut listed = splitter.label_before(start);
        let mut at = start;
        if let Some(label) = splitter.label(at) {
            at += label.tokens;
            listed = Some(label);
        }
        let mut quoted = false;
        while at < splitter.end {
            // "1. … 2. …" in one paragraph.
            if let Some(label) = listed.as_ref().and_then(|before| splitter.label(at).filter(|label| label.follows(before))) {
                push(start, at);
                start = at;
                at += label.tokens;
                listed = Some(label);
                continue;
            }
            quoted ^= tokens.key(at) == "\"";
            let Some(end) = splitter.end_at(start, at, quoted) else {
                at += 1;
                continue;
            };
            push(start, end);
            start = end;
            // What closed after the mark may hold a quotation mark.
            quoted ^= (at + 1..end).filter(|&i| tokens.key(i) == "\"").count() % 2 == 1;
            at = end;
        }
        push(start, splitter.end);
    }
    out
}

/// Closing marks after a stop at most: more are no text, and must not be read again for each of them.
const CLOSING: usize = 16;

struct Splitter<'a> {
    tokens: &'a Tokens,
    cues: &'a TokenCues,
    /// End of the block.
    end: usize,
}

impl Splitter<'_> {
    fn shape(&self, i: usize) -> Shape {
        self.tokens.list[i].shape
    }

    fn label(&self, at: usize) -> Option<Label> {
        label(self.tokens, Span::of(at, self.end))
    }

    /// The label that the layout left out before a list item.
    fn label_before(&self, start: usize) -> Option<Label> {
        (start.saturating_sub(4)..start).find_map(|i| self.label(i).filter(|label| i + label.tokens == start))
    }

    /// The end of the sentence from `start` on if it ends with the mark or abbreviation at `at` and what closes after it.
    fn end_at(&self, start: usize, at: usize, quoted: bool) -> Option<usize> {
        let key = self.tokens.key(at);
        let dotted = self.shape(at).has(Shape::DOTTED);
        if !is_final(key) && !dotted {
            return None;
        }
        let next = self.after_closing(at + 1, quoted);
        if next >= self.end {
            return None;
        }
        let closed = next > at + 1;
        let end = if dotted { self.after_abbreviation(at, next, closed) } else { self.after_mark(start, at, next, closed) };
        end.then_some(next)
    }

    /// Skips the marks that close; a straight quotation mark only where one is open.
    fn after_closing(&self, mut at: usize, mut quoted: bool) -> usize {
        let most = self.end.min(at + CLOSING);
        while at < most {
            let key = self.tokens.key(at);
            let glued = self.tokens.list[at].gap == Gap::None;
            let closes = match key {
                "\"" => (glued || quoted) && (at + 1 == self.end || self.tokens.list[at + 1].gap != Gap::None),
                "»" => true,
                _ => glued && (is_closing(key) || is_final(key)),
            };
            if !closes {
                break;
            }
            quoted &= key != "\"";
            at += 1;
        }
        at
    }

    fn after_mark(&self, start: usize, at: usize, next: usize, closed: bool) -> bool {
        let list = &self.tokens.list;
        let key = self.tokens.key(at);
        let before = at.checked_sub(1).filter(|&i| i >= start);
        let glued = list[at].gap == Gap::None;
        let stop = key == ".";
        // "1. Le premier": the number of an item, not a sentence.
        if stop && at == start + 1 && glued && self.shape(start).has(Shape::NUM) {
            return false;
        }
        // ". . ." is an ellipsis too.
        if stop && !glued && before.is_some_and(|i| self.tokens.key(i) == ".") {
            return false;
        }
        if list[next].gap == Gap::None {
            return self.joined(at, next, closed);
        }
        let ellipsis = key.len() > 1 && key.starts_with("..");
        if self.opens(next) {
            return !ellipsis || !self.shape(next).has(Shape::NUM);
        }
        // A small letter begins a sentence only after a stop that no unknown abbreviation can explain.
        let whole = before.is_some_and(|i| {
            let (shape, length) = (self.shape(i), list[i].clean.len());
            let begun = shape.has(Shape::LOWER) && length > 1 && self.cues.openers.contains(self.tokens.key(next));
            shape.has(Shape::PUNCT) || shape.has(Shape::WORD) && (length >= 4 || begun)
        });
        let mark = self.shape(next).has(Shape::PUNCT);
        let dash = mark && matches!(self.tokens.key(next), "-" | "–") && list.get(next + 1).is_some_and(|t| t.gap != Gap::None);
        if dash || self.label(next).is_some() {
            return stop && glued;
        }
        !mark && !closed && (key == "?" || stop && glued && whole)
    }

    /// "Afrique.Le président": no space, but a small letter before the stop and a capitalised word after it.
    fn joined(&self, at: usize, next: usize, closed: bool) -> bool {
        if at == 0 || self.tokens.list[at].gap != Gap::None {
            return false;
        }
        let before = self.shape(at - 1);
        let short = self.tokens.list[at - 1].clean.len() < 3;
        let word = before.has(Shape::WORD) && !before.has(Shape::INITIAL) && !(before.has(Shape::ALLCAPS) && short);
        let ends = word || closed || is_closing(self.tokens.key(at - 1));
        let after = self.shape(next);
        ends && after.has(Shape::CAP)
            && (after.has(Shape::ELISION) || !after.has(Shape::ALLCAPS) && !after.has(Shape::INITIAL) && !after.has(Shape::DOTTED))
    }

    fn after_abbreviation(&self, at: usize, next: usize, closed: bool) -> bool {
        if self.tokens.list[next].gap == Gap::None || !self.opens(next) {
            return false;
        }
        let shape = self.shape(at);
        let opener = self.is_opener(next);
        match self.cues.abbreviations.get(self.tokens.key(at)) {
            Some(Abbreviation::Inner) => closed && opener,
            // "vitamine C. Le", but not "Omar J. Le Goff".
            _ if shape.has(Shape::INITIAL) => opener && !self.shape(next).has(Shape::DOTTED) && at > 0 && self.shape(at - 1).has(Shape::LOWER),
            Some(Abbreviation::Number) => closed && opener,
            Some(Abbreviation::Final) if shape.has(Shape::LOWER) => !self.shape(next).has(Shape::NUM),
            _ => opener || closed,
        }
    }

    /// Whether a sentence may begin here: not with a small letter or a mark that continues.
    fn opens(&self, at: usize) -> bool {
        let shape = self.shape(at);
        if !shape.has(Shape::PUNCT) {
            return !shape.has(Shape::LOWER) || shape.has(Shape::DIGIT);
        }
        match self.tokens.key(at) {
            "«" | "\"" | "(" | "[" | "'" | "-" | "–" => self.first_word(at).is_none_or(|i| !self.shape(i).has(Shape::LOWER)),
            "," | ";" | ":" | ")" | "]" | "»" | "/" | "،" | "؛" => false,
            key => !is_final(key),
        }
    }

    /// The first word or number after marks, among a few tokens.
    fn first_word(&self, at: usize) -> Option<usize> {
        (at..self.end.min(at + 4)).find(|&i| !self.shape(i).has(Shape::PUNCT))
    }

    /// A capitalised word that begins sentences, or an opening mark before one.
    fn is_opener(&self, at: usize) -> bool {
        self.first_word(at).is_some_and(|i| self.shape(i).has(Shape::CAP) && self.cues.openers.contains(self.tokens.key(i)))
    }
}
