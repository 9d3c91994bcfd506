//! What a list item begins with.

use crate::{
    span::{Span, Tok},
    token::{Gap, Shape, Tokens},
};

const BULLETS: &[&str] = &[
    "•", "▪", "*", "●", "◦", "‣", "→", "➢", "➤", "✓", "✔", "■", "□", "►", "▶", "▸", "○", "·", "❖", "◆", "⇒", "\u{F0B7}", "\u{F0A7}", "\u{F0D8}",
    "\u{F02D}",
];

/// How many tokens at the start of a line are a list marker: "-", "•", "1.", "2)", "3°", "a)", "(iii)"; 0 if it has none or nothing follows.
pub(super) fn marker(tokens: &Tokens, line: Span<Tok>) -> usize {
    let list = &tokens.list[line.range()];
    let Some(first) = list.first().map(|_| tokens.key(line.start as usize)) else {
        return 0;
    };
    let next = list.get(1).map(|t| (t.gap, t.shape));
    match (first, next) {
        ("-" | "–" | "·" | "*", Some((Gap::Space, _))) => 1,
        ("-" | "–" | "·", Some((Gap::None, shape))) if shape.has(Shape::WORD) => 1,
        ("*" | "·", _) => 0,
        (bullet, Some(_)) if BULLETS.contains(&bullet) => 1,
        _ => label(tokens, line).map_or(0, |label| label.tokens),
    }
}

/// "1.", "1)", "1.)", "1°", "(1)", "a)", "a.", "(iii)".
pub(crate) struct Label {
    /// Its length.
    pub tokens: usize,
    /// With an opening bracket; the mark that closes.
    style: (bool, &'static str),
    /// As a number or letter, as a Roman number; 0 if it is none.
    places: [u32; 2],
}

impl Label {
    /// Whether it is the one after `before` in the same list.
    pub fn follows(&self, before: &Label) -> bool {
        self.style == before.style && self.places.iter().zip(before.places).any(|(&place, before)| before > 0 && place == before + 1)
    }
}

/// The label that these tokens begin with, if a space and more come after it.
pub(crate) fn label(tokens: &Tokens, span: Span<Tok>) -> Option<Label> {
    let key = |i: u32| if i < span.end { tokens.key(i as usize) } else { "" };
    let glued = |i: u32| i < span.end && tokens.list[i as usize].gap == Gap::None;
    let bracket = key(span.start) == "(";
    let at = span.start + u32::from(bracket);
    if at >= span.end || bracket && !glued(at) {
        return None;
    }
    let shape = tokens.list[at as usize].shape;
    let places = places(key(at), shape)?;
    let (mark, length) = match (key(at + 1), key(at + 2)) {
        (")", _) if glued(at + 1) => (")", 1),
        (".", ")") if !bracket && glued(at + 1) && glued(at + 2) => (".)", 2),
        ("°", ")") if !bracket && glued(at + 1) && glued(at + 2) && shape.has(Shape::NUM) => ("°)", 2),
        ("°", _) if !bracket && glued(at + 1) && shape.has(Shape::NUM) => ("°", 1),
        (".", _) if !bracket && glued(at + 1) && !shape.has(Shape::CAP) => (".", 1),
        _ => return None,
    };
    let end = at + 1 + length;
    let apart = end < span.end && tokens.list[end as usize].gap == Gap::Space;
    apart.then_some(Label { tokens: (end - span.start) as usize, style: (bracket, mark), places })
}

fn places(key: &str, shape: Shape) -> Option<[u32; 2]> {
    if shape.has(Shape::NUM) {
        return (key.len() <= 2).then(|| key.parse().ok().map(|n| [n, 0])).flatten();
    }
    const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let roman = ROMAN.iter().position(|&r| r == key).map_or(0, |i| i as u32 + 1);
    let letter = match key.as_bytes() {
        [b @ b'a'..=b'z'] => u32::from(b - b'a') + 1,
        _ => 0,
    };
    (letter + roman > 0).then_some([letter, roman])
}
