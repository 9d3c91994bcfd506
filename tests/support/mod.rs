//! The cues of the built-in lexicons, read as the loader reads them.

use std::{fs, path::Path};

use signataire::{layout::LayoutCues, token::TokenCues};

/// (form, value) of each entry of a lexicon file.
fn entries(lexicon: &str) -> Vec<(&str, &str)> {
    lexicon
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut cells = line.split('\t');
            (cells.next().unwrap_or(""), cells.next().unwrap_or(""))
        })
        .collect()
}

pub fn cues() -> (TokenCues, LayoutCues) {
    let read = |language: &str, class: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(language).join("lexicon").join(format!("{class}.tsv"));
        fs::read_to_string(path).unwrap_or_default()
    };
    let (mut tokens, mut layout) = (TokenCues::default(), LayoutCues::default());
    for language in ["any", "fr", "en", "ar"] {
        for class in TokenCues::CLASSES {
            tokens.add(class, entries(&read(language, class))).unwrap();
        }
    }
    for language in ["any", "fr", "en", "ar"] {
        layout.add(&tokens, entries(&read(language, LayoutCues::CLASS))).unwrap();
    }
    (tokens, layout)
}
