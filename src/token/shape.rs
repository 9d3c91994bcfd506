//! What a token looks like.

use serde::{Deserialize, Serialize};

/// What a token looks like: a set of the constants below.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash, Serialize, Deserialize)]
pub struct Shape(pub u16);

impl Shape {
    /// Has letters.
    pub const WORD: Shape = Shape(1);
    /// Digits only.
    pub const NUM: Shape = Shape(1 << 1);
    pub const PUNCT: Shape = Shape(1 << 2);
    /// First letter is a capital (or the token is in capitals).
    pub const CAP: Shape = Shape(1 << 3);
    /// Two or more letters, all capitals; hyphens, apostrophes, dots and digits allowed.
    pub const ALLCAPS: Shape = Shape(1 << 4);
    /// Letters, all lower case.
    pub const LOWER: Shape = Shape(1 << 5);
    /// 2 to 10 letters and digits with two or more capitals and no lower-case letter ("UM6SS", "S.A."), or with three or more capitals
    /// and one lower-case letter; "CoE" and "PhD" are not.
    pub const ACRONYM: Shape = Shape(1 << 6);
    /// A Roman number in capitals.
    pub const ROMAN: Shape = Shape(1 << 7);
    /// One capital, with or without its dot ("M.", "J"), or two such joined by a hyphen ("J.-P.").
    pub const INITIAL: Shape = Shape(1 << 8);
    pub const EMAIL: Shape = Shape(1 << 9);
    pub const URL: Shape = Shape(1 << 10);
    /// Has a digit.
    pub const DIGIT: Shape = Shape(1 << 11);
    /// "@name".
    pub const HANDLE: Shape = Shape(1 << 12);
    /// A word with a dot that belongs to it ("Pr.", "S.A.", "J.").
    pub const DOTTED: Shape = Shape(1 << 13);
    /// Split off from the word after it ("l'", "jusqu'").
    pub const ELISION: Shape = Shape(1 << 14);

    pub const fn has(self, other: Shape) -> bool {
        self.0 & other.0 == other.0
    }

    pub const fn with(self, other: Shape) -> Shape {
        Shape(self.0 | other.0)
    }

    /// The shape of a word, a number or a mark as the cleaned view has it.
    pub(super) fn of(word: &str) -> Shape {
        // Most words are of small letters behind the first.
        match *word.as_bytes() {
            [b'a'..=b'z', ref rest @ ..] | [0xC3, 0xA0..=0xB6, ref rest @ ..] if is_small(rest) => return Shape::WORD.with(Shape::LOWER),
            [b'A'..=b'Z', ref rest @ ..] if !rest.is_empty() && is_small(rest) => return Shape::WORD.with(Shape::CAP),
            [b'!'..=b'/' | b':'..=b'@'] => return Shape::PUNCT,
            _ => (),
        }
        let (mut letters, mut upper, mut lower, mut digits) = (0, 0, 0, 0);
        let (mut hyphens, mut dots, mut other) = (0, 0, 0);
        let mut first = None;
        for c in word.chars() {
            if super::is_digit(c) {
                digits += 1;
            } else if c.is_alphabetic() {
                letters += 1;
                let is_upper = c.is_uppercase();
                upper += usize::from(is_upper);
                lower += usize::from(c.is_lowercase());
                first.get_or_insert(is_upper);
            } else {
                match c {
                    '-' => hyphens += 1,
                    '.' => dots += 1,
                    _ => other += 1,
                }
            }
        }
        if letters == 0 {
            return match (digits, hyphens + dots + other) {
                (0, _) => Shape::PUNCT,
                (_, 0) => Shape::NUM.with(Shape::DIGIT),
                _ => Shape::DIGIT,
            };
        }
        let mut shape = Shape::WORD;
        let mut set = |when: bool, what: Shape| {
            if when {
                shape = shape.with(what);
            }
        };
        set(digits > 0, Shape::DIGIT);
        set(first == Some(true), Shape::CAP);
        set(lower > 0 && upper == 0, Shape::LOWER);
        set(letters > 1 && upper == letters, Shape::ALLCAPS);
        let size = (2..=10).contains(&(letters + digits));
        let compound = dots > 0 && hyphens > 0;
        set(size && !compound && upper >= 2 && (lower == 0 || lower == 1 && upper >= 3), Shape::ACRONYM);
        set(digits == 0 && upper == letters && hyphens + dots + other == 0 && is_roman(word), Shape::ROMAN);
        set(digits == 0 && upper == letters && (letters == 1 && hyphens == 0 || compound && letters == 2), Shape::INITIAL);
        set(word.ends_with('.'), Shape::DOTTED);
        shape
    }
}

/// Letters from a to z and à to ö, all small.
fn is_small(mut bytes: &[u8]) -> bool {
    loop {
        bytes = match bytes {
            [b'a'..=b'z', rest @ ..] | [0xC3, 0xA0..=0xB6, rest @ ..] => rest,
            _ => return bytes.is_empty(),
        };
    }
}

/// A Roman number from 1 to 3999 in capitals.
fn is_roman(word: &str) -> bool {
    if word.len() > 15 || word.is_empty() {
        return false;
    }
    let mut rest = word;
    for (ten, five, one) in [("", "", "M"), ("M", "D", "C"), ("C", "L", "X"), ("X", "V", "I")] {
        if let Some(r) =
            (!ten.is_empty()).then(|| rest.strip_prefix(one).and_then(|r| r.strip_prefix(ten).or_else(|| r.strip_prefix(five)))).flatten()
        {
            rest = r;
            continue;
        }
        if !five.is_empty() {
            rest = rest.strip_prefix(five).unwrap_or(rest);
        }
        for _ in 0..3 {
            rest = rest.strip_prefix(one).unwrap_or(rest);
        }
    }
    rest.is_empty()
}
