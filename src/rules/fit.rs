//! Whether an acronym is made of the initials of a name.

use super::page::Page;
use crate::{
    span::{Span, Tok},
    text::strip_accents,
    token::Shape,
};

/// Whether the letters of `acronym` are, in order, the initials of the words of `name`.
///
/// Small words may be left out; so may the head noun that opens the name, and a third of the other words, but never the last one.
/// A Roman number may stand as its Arabic one (UM6SS), a word with humps gives the initial of each (GlaxoSmithKline).
pub fn initials_fit(page: &Page, acronym: Span<Tok>, name: Span<Tok>) -> bool {
    let plain = |s: &str| -> Vec<char> { strip_accents(&s.to_lowercase()).chars().filter(|c| c.is_alphanumeric()).collect() };
    let letters: Vec<char> = acronym.range().flat_map(|t| plain(&page.text.clean()[page.tokens.list[t].clean.range()])).collect();
    let mut words: Vec<Word> = Vec::new();
    for t in name.range() {
        let token = &page.tokens.list[t];
        if !token.shape.has(Shape::WORD) && !token.shape.has(Shape::NUM) {
            continue;
        }
        let text = &page.text.clean()[token.clean.range()];
        let small = !token.shape.has(Shape::CAP) && page.set.small_word(page.hits, t);
        let mut options = vec![plain(text).into_iter().take(1).collect::<Vec<char>>()];
        let humps: Vec<char> = text.chars().filter(|c| c.is_uppercase()).collect();
        if humps.len() > 1 {
            options.push(plain(&humps.into_iter().collect::<String>()));
        }
        if let Some(n) = token.shape.has(Shape::ROMAN).then(|| roman(text)).flatten() {
            options.push(n.to_string().chars().collect());
        }
        for part in text.split('-').skip(1) {
            let mut option = options[0].clone();
            option.extend(plain(part).first());
            options.push(option);
        }
        words.push(Word { options, small });
    }
    let content = words.iter().filter(|w| !w.small).count();
    let skips = content.saturating_sub(1) / 3;
    letters.len() > 1 && fit(&letters, &words, 0, skips)
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
