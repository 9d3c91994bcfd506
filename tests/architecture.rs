//! The house: a file uses only files above it; the core touches no file, clock, thread or terminal; what belongs in one file is there only.

mod support;

use std::collections::BTreeMap;

use support::{files, path, read};

/// The files of the core, each using only those before it. A folder counts as its file, but for `rules`, whose files have an order too.
const CORE: &[&str] = &[
    "span",
    "error",
    "record",
    "text",
    "gold",
    "token",
    "layout",
    "sentence",
    "date",
    "document",
    "lexicon",
    "builtin",
    "mention",
    "rules",
    "rules/suggest",
    "rules/pattern",
    "rules/parse",
    "rules/check",
    "rules/pred",
    "rules/compile",
    "rules/entry",
    "rules/answers",
    "rules/letters",
    "rules/load",
    "rules/page",
    "rules/fit",
    "rules/symbol",
    "rules/unit",
    "rules/attempt",
    "rules/run",
    "language",
    "reading",
    "resolve",
    "timeline",
    "entity",
    "extract",
    "reference",
    "axis",
    "relation",
    "attach",
    "assemble",
    "explain",
    "example",
    "score",
    "lib",
];

/// The outer ring: each may use the whole core, and those before it.
const OUTER: &[&str] = &["source", "folder", "jsonl", "bug", "batch", "pipeline", "commands", "main"];

/// A file of `src`, its tests left out.
struct Code {
    /// Path below `src`, without extension.
    name: String,
    lines: usize,
    /// Comments taken out, what strings hold taken out.
    code: String,
    /// Line and content of each string.
    strings: Vec<(usize, String)>,
}

impl Code {
    fn unit(&self) -> &str {
        unit(&self.name)
    }

    fn is_core(&self) -> bool {
        CORE.contains(&self.unit())
    }
}

/// The entry of the tables that a path below `src` belongs to.
fn unit(name: &str) -> &str {
    match name {
        "rules/mod" => "rules",
        _ if CORE.contains(&name) => name,
        _ => name.split('/').next().unwrap_or(name),
    }
}

fn sources() -> Vec<Code> {
    let root = path("src");
    let sources: Vec<Code> = files(&root)
        .iter()
        .filter(|file| file.extension().is_some_and(|e| e == "rs") && file.file_stem().is_some_and(|stem| stem != "tests"))
        .map(|file| {
            let text = read(file);
            let parts: Vec<String> =
                file.with_extension("").strip_prefix(&root).into_iter().flatten().map(|part| part.to_string_lossy().into_owned()).collect();
            let (code, strings) = lex(without_tests(&text));
            Code { name: parts.join("/"), lines: text.lines().count(), code, strings }
        })
        .collect();
    assert!(sources.len() > 20, "only {} files", sources.len());
    sources
}

/// Up to the tests that end the file.
fn without_tests(text: &str) -> &str {
    let tests = text.match_indices("#[cfg(test)]\nmod ").find(|(at, _)| text[*at..].lines().nth(1).is_some_and(|line| line.ends_with('{')));
    tests.map_or(text, |(at, _)| &text[..at])
}

/// Takes comments out of Rust, and strings into a list; lines stay.
fn lex(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut strings, mut line, mut i) = (String::new(), Vec::new(), 1, 0);
    let starts = |i: usize, word: &str| word.chars().enumerate().all(|(n, c)| chars.get(i + n) == Some(&c));
    while i < chars.len() {
        if starts(i, "//") {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if starts(i, "/*") {
            while i < chars.len() && !starts(i, "*/") {
                line += usize::from(chars[i] == '\n');
                i += 1;
            }
            i += 2;
        } else if let Some(hashes) = raw(&chars, i) {
            let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            i += hashes + 2;
            let from = (line, i);
            while i < chars.len() && !starts(i, &close) {
                line += usize::from(chars[i] == '\n');
                i += 1;
            }
            strings.push((from.0, chars[from.1..i.min(chars.len())].iter().collect()));
            code.push_str("\"\"");
            i += close.chars().count();
        } else if chars[i] == '"' {
            i += 1;
            let from = (line, i);
            while i < chars.len() && chars[i] != '"' {
                line += usize::from(chars[i] == '\n');
                i += if chars[i] == '\\' { 2 } else { 1 };
            }
            strings.push((from.0, chars[from.1..i.min(chars.len())].iter().collect()));
            code.push_str("\"\"");
            i += 1;
        } else if chars[i] == '\'' && (chars.get(i + 1) == Some(&'\\') || chars.get(i + 2) == Some(&'\'')) {
            i += 2;
            while i < chars.len() && chars[i] != '\'' {
                i += 1;
            }
            code.push_str("' '");
            i += 1;
        } else {
            line += usize::from(chars[i] == '\n');
            code.push(chars[i]);
            i += 1;
        }
    }
    (code, strings)
}

/// The number of `#` of a raw string that starts here.
fn raw(chars: &[char], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).map(|i| chars[i]);
    if chars[at] != 'r' || before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

/// Every path that begins with `crate::` or `super::`, use trees unfolded: `crate::{a::B, c}` gives a::B and c.
fn paths(code: &str, start: &str) -> Vec<String> {
    code.match_indices(start).flat_map(|(at, _)| tree(&code[at + start.len()..]).0).collect()
}

/// The paths of a use tree, and where it ends.
fn tree(text: &str) -> (Vec<String>, usize) {
    let mut head = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c == '{' && (head.is_empty() || head.ends_with("::")) {
            let mut paths = Vec::new();
            at += 1;
            while let Some(c) = text[at..].chars().next() {
                if c == '}' {
                    at += 1;
                    break;
                }
                if c.is_whitespace() || c == ',' {
                    at += c.len_utf8();
                    continue;
                }
                let (inner, len) = tree(&text[at..]);
                paths.extend(inner.iter().map(|path| format!("{head}{path}")));
                at += len.max(c.len_utf8());
            }
            return (paths, at);
        }
        if !(c.is_alphanumeric() || c == '_' || c == ':') {
            break;
        }
        head.push(c);
        at += c.len_utf8();
    }
    (vec![head], at)
}

/// What a path names: the longest file that it begins with; a name of the crate itself is `lib`'s.
fn target(parts: &str, known: &[String]) -> String {
    let parts: Vec<&str> = parts.split("::").filter(|part| !part.is_empty()).collect();
    let two = parts.get(..2).map(|two| two.join("/")).filter(|two| known.contains(two));
    let one = parts.first().filter(|one| known.iter().any(|k| k == *one || k.starts_with(&format!("{one}/"))));
    two.as_deref().or(one.copied()).map_or("lib".to_owned(), |name| unit(name).to_owned())
}

/// Unit -> units that it uses, each with the file that does.
fn uses() -> BTreeMap<String, BTreeMap<String, String>> {
    let sources = sources();
    let known: Vec<String> = sources.iter().map(|source| source.name.clone()).collect();
    let mut uses: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for source in &sources {
        let found = uses.entry(source.unit().to_owned()).or_default();
        let mut add = |target: String| {
            if target != source.unit() {
                found.insert(target, source.name.clone());
            }
        };
        // In the binary `crate` is the outer ring, and the library goes by its name.
        let outer = OUTER.contains(&source.unit());
        for path in paths(&source.code, "crate::") {
            let target = target(&path, &known);
            if !(outer && target == "lib") {
                add(target);
            }
        }
        match source.name.split_once('/') {
            Some(("rules", file)) if file != "mod" => {
                for path in paths(&source.code, "super::") {
                    let inside = format!("rules/{}", path.split("::").next().unwrap_or(""));
                    add(if known.contains(&inside) { inside } else { "rules".to_owned() });
                }
            }
            _ => {}
        }
    }
    uses
}

#[test]
fn every_file_has_its_place() {
    let strangers: Vec<String> =
        sources().iter().filter(|s| !CORE.contains(&s.unit()) && !OUTER.contains(&s.unit())).map(|s| format!("  src/{}.rs", s.name)).collect();
    assert!(strangers.is_empty(), "these files stand in no table of this test:\n{}", strangers.join("\n"));
    let names: Vec<String> = sources().iter().map(|s| s.unit().to_owned()).collect();
    let gone: Vec<&&str> = CORE.iter().chain(OUTER).filter(|entry| !names.iter().any(|name| name == **entry)).collect();
    assert!(gone.is_empty(), "these entries have no file: {gone:?}");
}

#[test]
fn files_use_only_those_above_them() {
    let rank = |name: &str| CORE.iter().chain(OUTER).position(|entry| *entry == name);
    let uses = uses();
    let mut count = 0;
    let mut breaches = Vec::new();
    for (user, used) in &uses {
        for (target, file) in used {
            count += 1;
            if rank(target) > rank(user) {
                breaches.push(format!("  src/{file}.rs uses {target}, which comes after {user}"));
            }
        }
    }
    assert!(count > 60, "only {count} uses were found: this test reads no more what it should");
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

/// Holds that no file of the chosen ones has one of these words in its code.
fn check(why: &str, chosen: impl Fn(&Code) -> bool, words: &[&str]) {
    let sources = sources();
    let chosen: Vec<&Code> = sources.iter().filter(|source| chosen(source)).collect();
    assert!(!chosen.is_empty(), "{why}: no file is looked at");
    let mut breaches = Vec::new();
    for source in chosen {
        for (i, line) in source.code.lines().enumerate() {
            let whole = |word: &str| line.match_indices(word).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            breaches.extend(words.iter().filter(|word| whole(word)).map(|word| format!("  src/{}.rs:{}: {word}", source.name, i + 1)));
        }
    }
    assert!(breaches.is_empty(), "{why}\n{}", breaches.join("\n"));
}

#[test]
fn the_core_is_pure() {
    let words = [
        "std::fs",
        "std::io",
        "std::net",
        "std::process",
        "std::env",
        "std::time",
        "std::thread",
        "Instant",
        "SystemTime",
        "println!",
        "eprintln!",
        "print!",
        "eprint!",
        "dbg!",
        "clap::",
    ];
    check("the core has no files, printing, threads or clocks", Code::is_core, &words);
}

#[test]
fn packages_in_their_places() {
    let shapes = ["record", "gold", "score"];
    // The build writes the rule set down, so that a process need only read it.
    let parts_of_a_rule_set = ["mention", "token", "layout", "lexicon", "rules"];
    check("serde_json and schemars are for what comes in and goes out", |s| s.is_core() && !shapes.contains(&s.unit()), &["serde_json", "schemars"]);
    let stored = |s: &Code| s.name.split('/').next().is_some_and(|unit| shapes.contains(&unit) || parts_of_a_rule_set.contains(&unit));
    check("serde is for what comes in and goes out, and for the rule set", |s| s.is_core() && !stored(s), &["serde"]);
    check("tables of bytes are the rule set's", |s| s.is_core() && !s.name.starts_with("rules/"), &["postcard::", "serde_bytes", "regex_automata"]);
    check("unicode_normalization is the text's", |s| s.unit() != "text", &["unicode_normalization"]);
    check("the cleaned view is the text's and the tokens'", |s| !matches!(s.unit(), "text" | "token"), &["to_source("]);
}

#[test]
fn nothing_panics() {
    check(
        "no unwrap on what came from a user",
        |_| true,
        &["unwrap()", "expect(", "expect_err(", "unwrap_err()", "panic!", "unreachable!", "todo!", "unimplemented!"],
    );
}

/// Words of a language live under `rules`: `language` has the closed exceptions.
#[test]
fn no_words_of_a_language() {
    let foreign = |text: &str| text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    let sources = sources();
    let all: usize = sources.iter().map(|source| source.strings.len()).sum();
    assert!(all > 300, "only {all} strings were found: this test reads no more what it should");
    let breaches: Vec<String> = sources
        .iter()
        .filter(|source| source.unit() != "language")
        .flat_map(|source| {
            source.strings.iter().filter(|(_, text)| foreign(text) > 0).map(|(line, text)| format!("  src/{}.rs:{line}: \"{text}\"", source.name))
        })
        .collect();
    assert!(breaches.is_empty(), "strings with letters of French or Arabic\n{}", breaches.join("\n"));
}

#[test]
fn files_are_short() {
    let long: Vec<String> =
        sources().iter().filter(|source| source.lines > 600).map(|source| format!("  src/{}.rs: {} lines", source.name, source.lines)).collect();
    assert!(long.is_empty(), "more than 600 lines\n{}", long.join("\n"));
}

/// This test sees what it should: a reader of Rust that is fooled would let everything pass.
#[test]
fn the_reader_reads() {
    let text = "use crate::{\n    a::{B, c::D},\n    e,\n};\n// crate::no\nlet x = \"crate::no \\\" é\"; let y = r#\"à\"#; let z = '\"'; crate::f::g(); fn h<'a>(i: &'a str) {}\n#[cfg(test)]\nmod tests {\n    crate::no;\n}";
    let (code, strings) = lex(without_tests(text));
    assert_eq!(paths(&code, "crate::"), ["a::B", "a::c::D", "e", "f::g"]);
    assert_eq!(strings, [(6, "crate::no \\\" é".to_owned()), (6, "à".to_owned())]);
    assert!(code.contains("fn h<'a>(i: &'a str) {}"));
}
