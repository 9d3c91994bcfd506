//! What several tests need: the documents of the repository, the lexicons as their files have them, and records in few lines.
#![allow(dead_code, reason = "each test takes what it needs")]

pub mod view;

use std::{
    fs,
    path::{Path, PathBuf},
};

use signataire::{Document, Extractor, Options, layout::LayoutCues, token::TokenCues};

/// A path of the repository.
pub fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// How many cases a test of chance tries: `usual`, or as many times that as SIGNATAIRE_FUZZ says.
pub fn cases(usual: u32) -> u32 {
    let times = std::env::var("SIGNATAIRE_FUZZ").ok().and_then(|times| times.parse().ok());
    usual.saturating_mul(times.unwrap_or(1))
}

/// All files below a folder, in name order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        match entry.is_dir() {
            true => found.extend(files(&entry)),
            false => found.push(entry),
        }
    }
    found
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn document(id: &str, text: &str) -> Document {
    Document { id: id.to_owned(), text: text.trim_start_matches('\u{feff}').to_owned(), ..Document::default() }
}

/// The texts of a folder, in name order.
pub fn documents(folder: &Path) -> Vec<Document> {
    let texts = files(folder).into_iter().filter(|file| file.extension().is_some_and(|e| e == "txt"));
    let documents: Vec<Document> = texts.map(|file| document(&file.file_stem().unwrap_or_default().to_string_lossy(), &read(&file))).collect();
    assert!(!documents.is_empty(), "no .txt file below {}", folder.display());
    documents
}

pub fn seed(name: &str) -> Document {
    let found = documents(&path("seeds")).into_iter().find(|document| document.id.starts_with(name));
    found.unwrap_or_else(|| panic!("no seed {name}"))
}

pub fn extractor() -> Extractor {
    Extractor::builtin().unwrap_or_else(|errors| panic!("{errors}"))
}

pub fn extractor_with(options: Options) -> Extractor {
    extractor().with_options(options)
}

/// Runs of white space become one space.
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines of two texts side by side where they differ: `-` what was wanted, `+` what was found.
pub fn difference(wanted: &[String], found: &[String]) -> String {
    let missing = wanted.iter().filter(|line| !found.contains(line)).map(|line| format!("  - {line}"));
    let more = found.iter().filter(|line| !wanted.contains(line)).map(|line| format!("  + {line}"));
    let lines: Vec<String> = missing.chain(more).collect();
    if lines.is_empty() { format!("  the order differs\n  - {}\n  + {}", wanted.join("\n  - "), found.join("\n  + ")) } else { lines.join("\n") }
}

/// (form, value) of each entry of a lexicon file.
pub fn entries(lexicon: &str) -> Vec<(&str, &str)> {
    lexicon
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut cells = line.split('\t');
            (cells.next().unwrap_or(""), cells.next().unwrap_or(""))
        })
        .collect()
}

/// The cues of the built-in lexicons, read as the loader reads them.
pub fn cues() -> (TokenCues, LayoutCues) {
    let read = |language: &str, class: &str| fs::read_to_string(path(&format!("rules/{language}/lexicon/{class}.tsv"))).unwrap_or_default();
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
