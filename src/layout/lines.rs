//! Lines put back into blocks: which line ends were meant and which came from the width of a page.
//!
//! Decided for each class of gaps (no empty line, one empty line between) of this document, then for each line end. A class is *wrapped* if
//! enough of its line ends stand inside a sentence. In a wrapped class a line end was meant if the first word of the next line would have
//! fitted on the line.

use crate::{
    span::{Span, Tok},
    text::{Text, visible},
    token::{Gap, Shape, Tokens},
};

use super::{labels::marker, marks};

/// One line of the page.
struct Line {
    tokens: Span<Tok>,
    /// Empty lines before it; lines of blanks count.
    empty: u16,
    /// Visible code points of the source line; of the last one where a hyphenated word joins several.
    width: usize,
    /// Code points of its first word, as a line breaker sees it.
    first_word: usize,
}

/// One or more lines that belong together.
pub(super) struct RawBlock {
    /// The marker of a list item is left out.
    pub tokens: Span<Tok>,
    pub item: bool,
    /// Empty lines before it.
    pub empty: u16,
    pub lines: usize,
    /// Code points of its widest line.
    pub width: usize,
}

pub(super) struct Page {
    pub blocks: Vec<RawBlock>,
    /// The width of the page in code points where lines are wrapped, else 0.
    pub width: usize,
    /// One empty line between two lines is a mere line end.
    pub double_spaced: bool,
}

pub(super) fn page(text: &Text, tokens: &Tokens) -> Page {
    let lines = lines(text, tokens);
    let classes = [Class::of(tokens, &lines, 0), Class::of(tokens, &lines, 1)];
    let mut blocks: Vec<RawBlock> = Vec::new();
    let mut open = false;
    for (i, line) in lines.iter().enumerate() {
        let soft = i > 0 && open && joins(tokens, &lines, i, &classes, &blocks);
        if let (true, Some(block)) = (soft, blocks.last_mut()) {
            block.tokens = block.tokens.cover(line.tokens);
            block.lines += 1;
            block.width = block.width.max(line.width);
            continue;
        }
        let marker = marker(tokens, line.tokens) as u32;
        let item = marker > 0 && marked(tokens, &lines, i, &classes, &blocks);
        let start = line.tokens.start + if item { marker } else { 0 };
        blocks.push(RawBlock { tokens: Span::new(start, line.tokens.end), item, empty: line.empty, lines: 1, width: line.width });
        open = true;
    }
    let width = classes.iter().filter(|c| c.wrapped).map(|c| c.limit).max().unwrap_or(0);
    Page { blocks, width, double_spaced: classes[1].wrapped }
}

fn lines(text: &Text, tokens: &Tokens) -> Vec<Line> {
    let list = &tokens.list;
    let starts: Vec<usize> = (0..list.len()).filter(|&i| i == 0 || matches!(list[i].gap, Gap::Lines(_))).collect();
    let ends = starts.iter().copied().skip(1).chain([list.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| {
            let cut = text.cut(list[start].span.cover(list[end - 1].span));
            let last = cut.bytes().rposition(|b| matches!(b, b'\n' | b'\r')).map_or(cut, |i| &cut[i + 1..]);
            // No line is broken at a space that does not break, unless it has no other.
            let blank = cut.find([' ', '\t', '\n', '\r']).or_else(|| cut.find(char::is_whitespace));
            let first_word = blank.map_or(cut, |i| &cut[..i]);
            let empty = match list[start].gap {
                Gap::Lines(n) if start > 0 => n - 1,
                Gap::Lines(n) => n,
                _ => 0,
            };
            Line { tokens: Span::of(start, end), empty, width: visible(last), first_word: visible(first_word) }
        })
        .collect()
}

/// Narrower columns than this, in code points, are lists of short lines.
const NARROWEST: usize = 30;

/// The line ends with the same number of empty lines after them.
#[derive(Default)]
struct Class {
    wrapped: bool,
    /// A line of this width, the next word included, would have fitted.
    limit: usize,
    /// All lines agree with one width: the text was wrapped by a program that counts characters.
    exact: bool,
}

impl Class {
    fn of(tokens: &Tokens, lines: &[Line], empty: u16) -> Class {
        let mut needs = Vec::new();
        let (mut all, mut widest) = (0, 0);
        for pair in lines.windows(2).filter(|pair| pair[1].empty == empty) {
            if marker(tokens, pair[0].tokens) > 0 || marker(tokens, pair[1].tokens) > 0 {
                continue;
            }
            all += 1;
            if inside_sentence(tokens, pair) {
                needs.push(pair[0].width + 1 + pair[1].first_word);
                widest = widest.max(pair[0].width);
            }
        }
        needs.sort_unstable();
        let (least, share) = if empty == 0 { (2, 3) } else { (3, 4) };
        let Some(&need) = needs.get(needs.len() / 10) else {
            return Class::default();
        };
        let exact = needs[0] > widest;
        Class {
            wrapped: widest >= NARROWEST && needs.len() >= least && needs.len() * 10 >= all * share,
            limit: if exact { widest } else { need - 1 },
            exact,
        }
    }
}

/// A line end that no writer meant: no mark before it, a small letter after it.
fn inside_sentence(tokens: &Tokens, pair: &[Line]) -> bool {
    !marks::ends_final(tokens, pair[0].tokens) && !marks::ends_with(tokens, pair[0].tokens, &[":", ";"]) && starts_lower(tokens, &pair[1])
}

fn starts_lower(tokens: &Tokens, line: &Line) -> bool {
    tokens.list[line.tokens.start as usize].shape.has(Shape::LOWER)
}

/// Whether line `i` goes on with the block before it.
fn joins(tokens: &Tokens, lines: &[Line], i: usize, classes: &[Class; 2], blocks: &[RawBlock]) -> bool {
    let (Some(block), line, before) = (blocks.last(), &lines[i], &lines[i - 1]) else {
        return false;
    };
    let Some(class) = classes.get(usize::from(line.empty)) else {
        return false;
    };
    if marker(tokens, line.tokens) > 0 && marked(tokens, lines, i, classes, blocks) || i < 12 && marks::dateline(tokens, line.tokens).is_some() {
        return false;
    }
    let inside = inside_sentence(tokens, &lines[i - 1..=i]);
    if !class.wrapped {
        // One odd line end: a full line that goes on in small letters.
        let full = if line.empty == 0 { 40.max(classes[0].limit * 8 / 10) } else { classes[0].limit * 8 / 10 };
        return inside && full > 0 && before.width >= full && (line.empty == 0 || classes[0].wrapped);
    }
    if inside || marks::ends_with(tokens, before.tokens, &[",", "(", "«"]) || tokens.list[before.tokens.end as usize - 1].shape.has(Shape::ELISION) {
        return true;
    }
    let need = before.width + 1 + line.first_word;
    if marks::ends_final(tokens, before.tokens) || marks::ends_with(tokens, before.tokens, &[":", ";"]) {
        // A caption or an inset may be wider than the page.
        return need > class.limit && (block.lines == 1 || need > block.width);
    }
    // Without a mark a heading is meant only if the line is clearly short, and a title's lines are shorter than those of the text.
    let limit = match (blocks.len(), class.exact) {
        (1, _) => class.limit * 55 / 100,
        (_, true) => class.limit,
        _ => class.limit * 8 / 10,
    };
    need > limit
}

/// Whether the marker that line `i` begins with makes it a list item: a dash or a number may also stand at the start of a wrapped line.
fn marked(tokens: &Tokens, lines: &[Line], i: usize, classes: &[Class; 2], blocks: &[RawBlock]) -> bool {
    let line = &lines[i];
    let first = line.tokens.start as usize;
    let key = tokens.key(first);
    let Some(before) = i.checked_sub(1).map(|i| &lines[i]) else {
        return !tokens.list[first].shape.has(Shape::NUM);
    };
    if !matches!(key, "-" | "–") && tokens.list[first].shape.has(Shape::PUNCT) {
        return true;
    }
    let wrapped = classes.get(usize::from(line.empty)).is_some_and(|c| c.wrapped && before.width + 1 + line.first_word > c.limit);
    let closed = marks::ends_final(tokens, before.tokens) || marks::ends_with(tokens, before.tokens, &[":", ";", ","]);
    !wrapped || closed || blocks.last().is_some_and(|b| b.item)
}
