//! What is wrong in a rule file is told with its place and a way out; no file makes the loader panic.
#![cfg(feature = "cli")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use proptest::prelude::*;
use signataire::{
    example::check_rule,
    rules::{
        load::{RuleFile, RuleSet},
        run::Scratch,
    },
};
use support::path;
use tempfile::TempDir;

/// The cases of `fixtures/bad/rules`: a folder is a rules folder, a file stands for `fr/bad.rules` in one.
fn cases() -> Vec<(String, PathBuf)> {
    let mut cases: Vec<(String, PathBuf)> = fs::read_dir(path("fixtures/bad/rules"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| (entry.path().file_stem().unwrap_or_default().to_string_lossy().into_owned(), entry.path()))
        .collect();
    cases.sort();
    assert!(cases.len() > 40, "only {} cases", cases.len());
    cases
}

/// What `rules check` says of a folder; the exit code first.
fn says(folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_signataire")).args(["rules", "check", "--rules"]).arg(folder).output().expect("the command runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    format!("exit code {}\n{}{}", output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// What it says of a case.
fn check(case: &Path) -> String {
    if case.is_dir() {
        return says(case);
    }
    let home = TempDir::new().expect("a folder");
    fs::create_dir(home.path().join("fr")).and_then(|()| fs::copy(case, home.path().join("fr/bad.rules"))).expect("a file");
    says(home.path())
}

#[test]
fn one_fault_each() {
    let mut page = String::new();
    let mut wrong = Vec::new();
    for (name, case) in cases().iter().filter(|(name, _)| !name.starts_with("many-faults")) {
        let said = check(case);
        if !said.starts_with("exit code 78\n") || !said.ends_with("\n1 fault in the rules") || said.contains("panicked") {
            wrong.push(format!("{name}: {said}"));
        }
        let body = said.strip_prefix("exit code 78\n").and_then(|said| said.strip_suffix("\n1 fault in the rules")).unwrap_or(&said);
        page.push_str(&format!("== {name}\n{}\n\n", body.trim_end()));
    }
    assert!(wrong.is_empty(), "not one fault and exit code 78:\n\n{}", wrong.join("\n\n"));
    insta::assert_snapshot!(page);
}

#[test]
fn many_faults_at_once() {
    for (name, case) in cases().iter().filter(|(name, _)| name.starts_with("many-faults")) {
        insta::assert_snapshot!(name.as_str(), check(case));
    }
}

/// Files that are no text, or none at all.
#[test]
fn odd_files() {
    for (name, bytes) in [
        ("not UTF-8", b"rule fr.bad.one\xff\xfe\n".as_slice()),
        ("NUL", b"\0\0\0"),
        ("half a rule", b"rule fr.bad.one"),
        ("a head alone", b"rule "),
        ("a bracket alone", b"rule fr.bad.one\n  find ("),
    ] {
        let home = TempDir::new().expect("a folder");
        fs::create_dir(home.path().join("fr")).and_then(|()| fs::write(home.path().join("fr/bad.rules"), bytes)).expect("a file");
        let said = says(home.path());
        assert!(said.starts_with("exit code 78\n") && said.contains("bad.rules") && !said.contains("panicked"), "{name}: {said}");
    }
}

/// The built-in files, of each lexicon the first lines: every class is known, and loading takes little time.
fn small() -> Vec<RuleFile> {
    let short = |text: String| text.split_inclusive('\n').take(40).collect::<String>();
    RuleSet::builtin_files().into_iter().map(|(path, text)| if path.contains("/lexicon/") { (path, short(text)) } else { (path, text) }).collect()
}

const PIECES: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "<",
    ">",
    "@",
    ":",
    "|",
    "&",
    "!",
    "~",
    "^",
    "$",
    "/",
    "..",
    "..3",
    "..99999",
    "*",
    "+",
    "?",
    "{2,4}",
    "{4,2}",
    "{0}",
    "{99999999999}",
    "\n",
    "\n  ",
    "  ",
    "\t",
    "#",
    "\\",
    "\\[",
    "=",
    ",",
    "_",
    "é",
    "🙂",
    "\u{0}",
    "\u{feff}",
    "\u{301}",
    "\r",
    "rule ",
    "set ",
    "find ",
    "gives ",
    "value ",
    "yes ",
    "no ",
    "over ",
    "with ",
    "where ",
    "unless ",
    "draft",
    "before(",
    "after(",
    "!after(",
    "name:(",
    "@org-head",
    "<Date>",
    "{num 1-}",
    "{num 9-1}",
    "/(/",
    "/[/",
    "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
    "!!!!!!!!",
];

#[derive(Clone, Debug)]
enum Change {
    Delete { at: u16, len: usize },
    Insert { at: u16, piece: &'static str },
    Copy { from: u16, len: usize, at: u16 },
    Any { at: u16, text: String },
}

/// A character boundary at a share of the text.
fn boundary(text: &str, share: u16) -> usize {
    let at = text.len() * usize::from(share) / 65536;
    (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// So many characters from a boundary.
fn stretch(text: &str, from: usize, len: usize) -> usize {
    text[from..].char_indices().nth(len).map_or(text.len(), |(i, _)| from + i)
}

impl Change {
    fn apply(&self, text: &mut String) {
        match self {
            Change::Delete { at, len } => {
                let from = boundary(text, *at);
                let end = stretch(text, from, *len);
                text.replace_range(from..end, "");
            }
            Change::Insert { at, piece } => text.insert_str(boundary(text, *at), piece),
            Change::Copy { from, len, at } => {
                let from = boundary(text, *from);
                let piece = text[from..stretch(text, from, *len)].to_owned();
                text.insert_str(boundary(text, *at), &piece);
            }
            Change::Any { at, text: piece } => text.insert_str(boundary(text, *at), piece),
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<u16>(), 1..8usize).prop_map(|(at, len)| Change::Delete { at, len }),
        (any::<u16>(), prop::sample::select(PIECES)).prop_map(|(at, piece)| Change::Insert { at, piece }),
        (any::<u16>(), 1..80usize, any::<u16>()).prop_map(|(from, len, at)| Change::Copy { from, len, at }),
        (any::<u16>(), "\\PC{1,6}").prop_map(|(at, text)| Change::Any { at, text }),
    ]
}

/// Loads the files; faults have a place in their file, a set that loads runs its examples.
fn load(files: Vec<RuleFile>, changed: usize) -> Result<(), TestCaseError> {
    let (path, text) = files[changed].clone();
    match RuleSet::load(files, &[]) {
        Ok(set) => {
            let file = set.written().files.iter().position(|(name, _)| *name == path);
            let mut scratch = Scratch::default();
            let rules = (0..set.rules.len() as u32).filter(|&rule| Some(set.written().rules[rule as usize].file) == file);
            rules.take(2).for_each(|rule| drop(check_rule(&set, rule, &mut scratch)));
        }
        Err(errors) => {
            prop_assert!(!errors.faults.is_empty());
            for fault in errors.faults {
                prop_assert!(fault.line >= 1 && fault.column >= 1 && fault.start <= fault.end, "{fault:?}");
                if fault.file == path {
                    prop_assert!(text.get(fault.start..fault.end).is_some(), "{fault:?} is no place in its file");
                    prop_assert!(fault.line <= text.matches('\n').count() + 1, "{fault:?}");
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(100), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_makes_it_panic(which in any::<prop::sample::Index>(), changes in prop::collection::vec(change(), 1..6)) {
        let mut files = small();
        let rules: Vec<usize> = (0..files.len()).filter(|&i| files[i].0.ends_with(".rules")).collect();
        let at = rules[which.index(rules.len())];
        changes.iter().for_each(|change| change.apply(&mut files[at].1));
        load(files, at)?;
    }

    #[test]
    fn no_lexicon_makes_it_panic(which in any::<prop::sample::Index>(), changes in prop::collection::vec(change(), 1..6)) {
        let mut files = small();
        let tables: Vec<usize> = (0..files.len()).filter(|&i| files[i].0.ends_with(".tsv")).collect();
        let at = tables[which.index(tables.len())];
        changes.iter().for_each(|change| change.apply(&mut files[at].1));
        load(files, at)?;
    }

    #[test]
    fn no_text_makes_it_panic(text in "(\\PC{0,8}|\n|\n  |rule fr\\.bad\\.a|set AB = |  find |  gives |  yes |[(){}\\[\\]\"'<>@:|&!~^$/*+?.]){0,60}") {
        let file = vec![("fr/bad.rules".to_owned(), text)];
        load(file, 0)?;
    }
}
