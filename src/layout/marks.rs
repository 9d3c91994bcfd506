//! Questions about the marks of a line or block.

use crate::{
    span::{Span, Tok},
    token::{Gap, Shape, Tokens},
};

/// Marks that may stand after the one that ends a sentence.
pub(crate) fn is_closing(key: &str) -> bool {
    matches!(key, "»" | "\"" | ")" | "]" | "'")
}

pub(crate) fn is_final(key: &str) -> bool {
    matches!(key, "." | "!" | "?" | "؟" | "۔" | "．" | "。") || key.starts_with("..")
}

/// The last token that is no closing quotation mark or bracket.
fn last(tokens: &Tokens, span: Span<Tok>) -> Option<usize> {
    span.range().rev().take(4).find(|&i| !is_closing(tokens.key(i)))
}

/// Whether a sentence ends with these tokens.
pub(super) fn ends_final(tokens: &Tokens, span: Span<Tok>) -> bool {
    last(tokens, span).is_some_and(|i| is_final(tokens.key(i)))
}

pub(super) fn ends_with(tokens: &Tokens, span: Span<Tok>, marks: &[&str]) -> bool {
    !span.is_empty() && marks.contains(&tokens.key(span.end as usize - 1))
}

/// Tokens of a dateline at most.
const DATELINE: usize = 22;

/// The dateline that the block begins with, its last mark included; the whole block where that is a place and a date alone.
///
/// Known by its form: a short place in capitals or with a capital, then a date or a news agency in brackets or slashes, then a dash or a
/// colon ("RABAT, le 20 janvier 2026 –", "Berne, 25.03.2019 - ", "(MAP) –", "RABAT —", "MONTRÉAL, le 4 juin 2024 /CNW/ -"), or a full stop where it is a place and a day alone.
pub(super) fn dateline(tokens: &Tokens, block: Span<Tok>) -> Option<Span<Tok>> {
    let end = block.range().end.min(block.range().start + DATELINE);
    let list = &tokens.list[block.start as usize..end];
    let key = |i: usize| tokens.key(block.start as usize + i);
    let first = list.first()?;
    if !(first.shape.has(Shape::CAP) || first.shape.has(Shape::NUM) || matches!(key(0), "(" | "/")) {
        return None;
    }
    let mut seen = Seen::default();
    let mut i = 0;
    while i < list.len() {
        let (token, key_i) = (&list[i], key(i));
        let spaced = token.gap != Gap::None && list.get(i + 1).is_none_or(|t| t.gap != Gap::None || key_i == "-" && key(i + 1) == "-");
        match key_i {
            "-" | "–" if spaced && i > 0 => {
                let double = usize::from(key_i == "-" && i + 1 < list.len() && key(i + 1) == "-");
                let bare = seen.is_bare();
                let begins = key_i != "-" || list.get(i + 1 + double).is_none_or(|t| !t.shape.has(Shape::LOWER));
                if seen.closes(true) || bare && begins {
                    return Some(Span::new(block.start, block.start + (i + 1 + double) as u32));
                }
                if seen.dashes > 0 || seen.words > 6 {
                    return None;
                }
                seen.dashes += 1;
            }
            ":" if list.get(i + 1).is_none_or(|t| t.gap != Gap::None) => {
                return seen.closes(false).then(|| Span::new(block.start, block.start + i as u32 + 1));
            }
            "," => seen.commas += 1,
            "(" | "/" if !token.shape.has(Shape::NUM) && list.get(i + 1).is_some_and(|t| t.shape.has(Shape::CAP)) => {
                // An agency is short and in capitals.
                let close = if key_i == "(" { ")" } else { "/" };
                let end = (i + 1..list.len().min(i + 5)).find(|&j| key(j) == close)?;
                seen.agency |= (i + 1..end).all(|j| list[j].shape.has(Shape::CAP));
                i = end;
            }
            // "Abidjan, le 5 novembre 2025. La société …": a place and a day as a sentence of their own.
            "." if seen.is_place_and_day()
                && list[i - 1].shape.has(Shape::NUM)
                && list.get(i + 1).is_some_and(|t| t.gap != Gap::None && t.shape.has(Shape::CAP)) =>
            {
                return Some(Span::new(block.start, block.start + i as u32 + 1));
            }
            "." | "/" | ":" => (),
            _ if token.shape.has(Shape::NUM) => seen.number(key_i),
            _ if token.shape.has(Shape::WORD) => seen.word(token.shape, key_i),
            _ => return None,
        }
        i += 1;
    }
    let whole = end == block.range().end && !ends_final(tokens, block);
    (whole && seen.is_place_and_day()).then_some(block)
}

/// What a dateline has had so far.
#[derive(Default)]
struct Seen {
    words: usize,
    /// Words before the first number, comma or dash.
    place: usize,
    /// Of these, the ones in capitals and the ones in small letters.
    caps: usize,
    small: usize,
    commas: usize,
    dashes: usize,
    day: bool,
    year: bool,
    agency: bool,
}

impl Seen {
    fn number(&mut self, key: &str) {
        self.day |= key.len() <= 2;
        self.year |= key.len() == 4;
    }

    fn word(&mut self, shape: Shape, key: &str) {
        self.words += 1;
        // "1er" is a day.
        self.day |= shape.has(Shape::DIGIT) && key.len() <= 5;
        if self.commas == 0 && self.dashes == 0 && !self.day && !self.year {
            self.place += 1;
            self.small += usize::from(shape.has(Shape::LOWER));
            self.caps += usize::from(shape.has(Shape::ALLCAPS) && !shape.has(Shape::DIGIT) && key.len() > 2);
        }
    }

    fn closes(&self, dash: bool) -> bool {
        let short = self.words <= 10 && self.commas <= 3;
        let dated = self.day && self.year && self.words <= 7 || (self.commas > 0 && (self.year || (self.day && dash && self.words <= 4)));
        short && self.place <= 6 && self.small <= 1 && (dated || dash && self.agency)
    }

    fn is_place_and_day(&self) -> bool {
        self.commas > 0 && self.day && self.year && self.words <= 8 && self.place > 0 && self.small == 0
    }

    /// A place in capitals and nothing else.
    fn is_bare(&self) -> bool {
        (1..=4).contains(&self.place) && self.caps == self.place && self.words == self.place && self.commas == 0
    }
}
