//! Whether an acronym is made of the initials of a name.

use super::page::Page;
use crate::{
    span::{Span, Tok},
    text::plain,
    token::Shape,
};

/// Whether the letters of `acronym` are, in order, the initials of the words of `name`.
///
/// Small words may be left out; so may the head noun that opens the name, and a third of the other words, but never the last one.
/// A Roman number may stand as its Arabic one (UM6SS), a word with humps gives the initial of each (GlaxoSmithKline).
pub fn initials_fit(page: &Page, acronym: Span<Tok>, name: Span<Tok>) -> bool {
    let text = |t: usize| &page.text.clean()[page.tokens.list[t].clean.range()];
    let letters: Vec<char> = acronym.range().flat_map(|t| plain(text(t))).collect();
    let words: Vec<Word> = name.range().filter_map(|t| word(text(t), page.tokens.list[t].shape, page.set.small_word(page.hits, t))).collect();
    let content = words.iter().filter(|w| !w.small).count();
    let skips = content.saturating_sub(1) / 3;
    letters.len() > 1 && fit(&letters, &words, 0, skips)
}

/// What a token can give to an acronym; nothing for a mark.
fn word(text: &str, shape: Shape, is_small: bool) -> Option<Word> {
    if !shape.has(Shape::WORD) && !shape.has(Shape::NUM) {
        return None;
    }
    let small = !shape.has(Shape::CAP) && is_small;
    let mut options = vec![plain(text).take(1).collect::<Vec<char>>()];
    if text.chars().filter(|c| c.is_uppercase()).count() > 1 {
        let humps: String = text.chars().filter(|c| c.is_uppercase()).collect();
        options.push(plain(&humps).collect());
    }
    if let Some(n) = shape.has(Shape::ROMAN).then(|| roman(text)).flatten() {
        options.push(n.to_string().chars().collect());
    }
    for part in text.split('-').skip(1) {
        let mut option = options[0].clone();
        option.extend(plain(part).next());
        options.push(option);
    }
    Some(Word { options, small })
}

struct Word {
    options: Vec<Vec<char>>,
    small: bool,
}

fn fit(letters: &[char], words: &[Word], index: usize, skips: usize) -> bool {
    let Some(word) = words.get(index) else { return letters.is_empty() };
    let last = index + 1 == words.len();
    if word.options.iter().any(|o| !o.is_empty() && letters.starts_with(o) && fit(&letters[o.len()..], words, index + 1, skips)) {
        return true;
    }
    if last {
        return false;
    }
    match (word.small, index, skips) {
        (true, ..) => fit(letters, words, index + 1, skips),
        (_, 0, _) => fit(letters, words, 1, skips),
        (_, _, 0) => false,
        _ => fit(letters, words, index + 1, skips - 1),
    }
}

fn roman(text: &str) -> Option<u32> {
    let value = |c| match c {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        _ => None,
    };
    let digits: Vec<u32> = text.chars().map(value).collect::<Option<_>>()?;
    Some(digits.iter().enumerate().map(|(i, &d)| if digits.get(i + 1).is_some_and(|&n| n > d) { -(i64::from(d)) } else { i64::from(d) }).sum::<i64>()
        as u32)
}
