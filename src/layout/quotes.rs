//! The words between quotation marks.

use crate::{
    span::{Span, Tok},
    text::Text,
    token::{Gap, Shape, Tokens},
};

use super::marks::is_final;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// « »
    Angle,
    /// “ ” „
    Curly,
    /// "
    Straight,
}

/// Adds the outermost quotes of one block, marks left out.
///
/// An opening mark without its closing one is taken to reach the end of the block if a sentence ends there and the words are many, for
/// long quotes open anew with each paragraph and close once; otherwise it is ignored, as is a closing mark alone.
pub(super) fn quotes(text: &Text, tokens: &Tokens, block: Span<Tok>, out: &mut Vec<Span<Tok>>) {
    let mut open: Vec<(Kind, u32)> = Vec::new();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    // How many of each kind are open, so that the open ones are never searched in vain.
    let mut counts = [0u32; 3];
    for i in block.range() {
        let Some((kind, opens)) = mark(text, tokens, i, block, &counts) else {
            continue;
        };
        if opens {
            open.push((kind, i as u32));
            counts[kind as usize] += 1;
        } else if counts[kind as usize] > 0 {
            // What opened inside and did not close is given up.
            while let Some((inner, start)) = open.pop() {
                counts[inner as usize] -= 1;
                if inner == kind {
                    pairs.push((start, i as u32));
                    break;
                }
            }
        }
    }
    if let Some(&(_, start)) = open.first() {
        let later = pairs.iter().any(|&(from, _)| from > start);
        let end = block.end;
        if !later && is_final(tokens.key(end as usize - 1)) && end - start > 8 {
            pairs.push((start, end));
        }
    }
    pairs.sort_unstable_by_key(|&(start, end)| (start, std::cmp::Reverse(end)));
    let mut reached = block.start;
    for (start, end) in pairs {
        if start >= reached && end > start + 1 {
            out.push(Span::new(start + 1, end));
            reached = end;
        }
    }
}

/// The kind of the quotation mark at `i` and whether it opens.
fn mark(text: &Text, tokens: &Tokens, i: usize, block: Span<Tok>, counts: &[u32; 3]) -> Option<(Kind, bool)> {
    let token = &tokens.list[i];
    if !token.shape.has(Shape::PUNCT) {
        return None;
    }
    let next_glued = tokens.list.get(i + 1).is_some_and(|t| t.gap == Gap::None) && i + 1 < block.range().end;
    let before = (i > block.range().start).then(|| &tokens.list[i - 1]);
    let glued = token.gap == Gap::None && before.is_some_and(|t| t.shape.0 & (Shape::PUNCT.0 | Shape::ELISION.0) == 0 || is_end(text.cut(t.span)));
    let is_open = |kind: Kind| counts[kind as usize] > 0;
    match text.cut(token.span) {
        "«" | "‹" => Some((Kind::Angle, true)),
        "»" | "›" => Some((Kind::Angle, false)),
        "“" | "„" => Some((Kind::Curly, !(is_open(Kind::Curly) && glued && !next_glued))),
        "”" | "‟" => Some((Kind::Curly, !is_open(Kind::Curly) && !glued && next_glued)),
        "\"" => {
            let inches = glued && before.is_some_and(|t| t.shape.has(Shape::NUM));
            match (is_open(Kind::Straight), glued, next_glued) {
                (false, true, _) if inches => None,
                (false, true, false) => None,
                (false, ..) => Some((Kind::Straight, true)),
                (true, false, true) => None,
                (true, ..) => Some((Kind::Straight, false)),
            }
        }
        _ => None,
    }
}

/// Marks that stand before a closing quotation mark.
fn is_end(mark: &str) -> bool {
    is_final(mark) || matches!(mark, "," | ";" | ")" | "]" | "»" | "”" | "…" | "%" | "'" | "’")
}
