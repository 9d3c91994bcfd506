//! When two strings say the same: names, places, titles, axes, days. Words are compared as keys without accents.

use std::cmp::Ordering;

use jiff::civil::Date;

use crate::{date::Partial, rules::load::RuleSet, text::strip_accents, token::fold};

/// Words that an axis or a title shares with another, of all of both, from here on make them the same.
const SAME_AXIS: f64 = 0.6;
pub const SAME_TITLE: f64 = 0.8;
/// A shorter phrase lies within a longer one when so many of its words do.
const WITHIN: f64 = 0.8;
/// Bytes of a word that may have grown.
const SHORT: usize = 3;

/// A string as it is compared: case, accents, quotes, kinds of dash and white space make no difference.
pub fn form(text: &str) -> String {
    let key = strip_accents(&fold(text));
    let plain = key.chars().map(|c| match c {
        '«' | '»' | '"' | '(' | ')' | '[' | ']' => ' ',
        '‐' | '‑' | '–' | '−' | '/' | '_' => '-',
        other => other,
    });
    let plain: String = plain.collect();
    let spaced = plain.split_whitespace().collect::<Vec<_>>().join(" ").replace(" -", "-").replace("- ", "-");
    spaced.trim_matches([' ', '.', ',', ';', ':']).to_owned()
}

/// The words of a phrase that say something: function words of any language are left out.
pub fn words(set: &RuleSet, phrase: &str) -> Vec<String> {
    let stop = |word: &str| set.lexicon.class("stopword").is_some_and(|class| set.lexicon.lists(word, class));
    let keys = set.keys(phrase);
    let mut words: Vec<String> = keys
        .iter()
        .filter(|key| key.chars().any(char::is_alphanumeric) && !stop(key) && !key.ends_with('\''))
        .map(|key| strip_accents(key))
        .collect();
    words.sort();
    words
}

/// How many words two sorted lists share. A letter more at its end makes no other word, if it is not short: plurals are the same.
pub fn shared(a: &[String], b: &[String]) -> usize {
    let same = |x: &str, y: &str| x == y || grown(x, y) || grown(y, x);
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            _ if same(x, y) => (i, j, both) = (i + 1, j + 1, both + 1),
            Ordering::Less => i += 1,
            _ => j += 1,
        }
    }
    both
}

fn grown(short: &str, long: &str) -> bool {
    short.len() >= SHORT && long.strip_prefix(short).is_some_and(|end| end.chars().count() == 1)
}

/// Harmonic mean of precision and recall over sorted words; 0 where they share none.
pub fn likeness(a: &[String], b: &[String]) -> f64 {
    match shared(a, b) {
        0 => 0.0,
        both => 2.0 * both as f64 / (a.len() + b.len()) as f64,
    }
}

/// How alike two axes are, where they are the same; else 0.
pub fn same_axis(a: &[String], b: &[String]) -> f64 {
    let alike = likeness(a, b);
    let least = a.len().min(b.len());
    let within = least >= 2 && shared(a, b) as f64 >= WITHIN * least as f64;
    if alike >= SAME_AXIS || within { alike } else { 0.0 }
}

/// Whether one form ends with the words of the other: « canton de Vaud » and « Vaud ».
pub fn same_place(a: &str, b: &str) -> bool {
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', '\'']));
    ends(a, b) || ends(b, a)
}

/// First and last day of a value; `None` where it is null, or has an unknown year.
pub fn days(value: &str) -> Option<(Date, Date)> {
    let (first, last) = value.split_once('/').unwrap_or((value, value));
    Some((Partial::parse(first)?.first()?, Partial::parse(last)?.last()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (a, b) in [("L’Étoile", "l'etoile"), ("Rabat – Salé", "RABAT-SALE"), ("« Ardan »\nMaroc,", "Ardan Maroc")] {
            assert_eq!(form(a), form(b));
        }
        assert_ne!(form("Ardan"), form("Ardane"));
        assert!(same_place(&form("canton de Vaud"), &form("Vaud")));
        assert!(same_place(&form("République d’Autriche"), &form("Autriche")));
        assert!(!same_place(&form("Vaud"), &form("Canvaud")));
        assert_eq!(days("2025-02"), days("2025-02-01/2025-02-28"));
        assert_eq!(days("XXXX-02-01"), None);
    }

    #[test]
    fn axes() {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let long = list("a b c d e f g");
        assert!(same_axis(&long, &list("c d")) > 0.0, "lies within");
        assert_eq!(same_axis(&long, &list("c")), 0.0, "one word is too little");
        assert_eq!(same_axis(&long, &list("a x y z")), 0.0);
        assert_eq!(likeness(&list("a b"), &list("a b")), 1.0);
    }
}
