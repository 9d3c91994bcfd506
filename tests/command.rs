//! The command, from outside: bad input is told and never lost, documents keep their order, exit codes mean what `--help` says.
#![cfg(feature = "cli")]

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
};

use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::Value;
use tempfile::TempDir;

struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs the command in a folder, the arguments parted at blanks.
fn run(folder: &Path, arguments: &str, input: &[u8]) -> io::Result<Answer> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signataire"));
    command.args(arguments.split_whitespace()).current_dir(folder);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut pipe = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let input = input.to_owned();
    // A command that reads nothing closes the pipe early.
    let writer = std::thread::spawn(move || pipe.write_all(&input).is_ok());
    let output = child.wait_with_output()?;
    let _ = writer.join();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Answer { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) })
}

/// One line a record: its id, then its encoding or the code of its error, then the codes of its warnings.
fn lines(out: &str) -> Vec<String> {
    let line = |record: Value| {
        let field = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        let state = if record["error"].is_null() { field(&record["source"]["encoding"]) } else { field(&record["error"]["code"]) };
        let warnings: Vec<_> = record["warnings"].as_array().into_iter().flatten().map(|warning| field(&warning["code"])).collect();
        // What the extractor has to say of a text is not this test's business.
        let ours = warnings.iter().filter(|code| code.starts_with("input-")).map(|code| format!(" {code}"));
        format!("{} {state}{}", field(&record["id"]), ours.collect::<String>())
    };
    out.lines().map(|record| line(serde_json::from_str(record).unwrap_or_default())).collect()
}

/// The records that `extract` gives for some files, and its exit code.
fn check(files: &[(&str, &[u8])], arguments: &str, input: &[u8], code: i32, expected: &[&str]) {
    let attempt = || -> io::Result<Answer> {
        let home = folder(files)?;
        run(home.path(), &format!("extract {arguments}"), input)
    };
    let answer = attempt().expect("the command runs");
    assert_eq!(lines(&answer.out), expected, "{arguments}\n{}", answer.err);
    assert_eq!(answer.code, Some(code), "{arguments}\n{}", answer.err);
}

fn folder(files: &[(&str, &[u8])]) -> io::Result<TempDir> {
    let home = TempDir::new()?;
    for (name, bytes) in files {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(home.path()))?;
        fs::write(path, bytes)?;
    }
    Ok(home)
}

const TEXT: &str = "La Fondation a signé à Genève une convention réservée à la santé.\n";

fn utf_16(pair: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{TEXT}").encode_utf16().flat_map(pair).collect()
}

#[test]
fn encodings() {
    let latin: Vec<u8> = TEXT.chars().map(|c| c as u8).collect();
    check(&[("a.txt", TEXT.as_bytes())], "a.txt", b"", 0, &["a utf-8"]);
    check(&[("a.txt", &latin)], "a.txt", b"", 0, &["a windows-1252"]);
    check(&[("a.txt", &utf_16(u16::to_le_bytes))], "a.txt", b"", 0, &["a utf-16le"]);
    check(&[("a.txt", &utf_16(u16::to_be_bytes))], "a.txt", b"", 0, &["a utf-16be"]);
    check(&[("a.txt", &[b"\xef\xbb\xbf", TEXT.as_bytes()].concat())], "a.txt", b"", 0, &["a utf-8"]);
}

/// Every file of `fixtures/bad` is named after what is wrong with it.
#[test]
fn bad_files() {
    let expected = [
        "empty empty",
        "encoding-unknown undecodable",
        "good utf-8",
        "lines.jsonl:2 malformed-line",
        "no-text missing-text",
        "text-of-wrong-type wrong-type",
        "lines.jsonl:6 wrong-type",
        "good duplicate-id",
        "lines.jsonl:8 malformed-line",
        "lines.jsonl:9 utf-8 input-language input-published",
        "lines.jsonl:10 undecodable",
        "more-keys utf-8",
        "nul-inside binary",
        "pdf binary",
        "picture binary",
        "utf-16-cut-short undecodable",
        "utf-8-cut-short undecodable",
        "white-space-only empty",
    ];
    let answer = run(Path::new(env!("CARGO_MANIFEST_DIR")), "extract fixtures/bad", b"").expect("the command runs");
    assert_eq!(lines(&answer.out), expected, "{}", answer.err);
    assert_eq!(answer.code, Some(1));
    for told in ["line 2, byte ", "line 4: no \"text\"", "line 10: not UTF-8", "lines.jsonl:7: the id \"good\" is that of document 3"] {
        assert!(answer.err.contains(told), "{told}\n{}", answer.err);
    }
    for record in answer.out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).filter(|record| !record["error"].is_null()) {
        for list in ["organizations", "people", "roles", "places", "dates", "partnerships", "quotes"] {
            assert_eq!(record[list], serde_json::json!([]), "{list} of {}", record["id"]);
        }
    }
}

#[test]
fn order_and_ids() {
    let text = TEXT.as_bytes();
    let line = |id: &str| format!("{{\"id\": \"{id}\", \"text\": \"t\"}}\n").into_bytes();
    let (first, second) = (line("x"), line("y"));
    let files: &[(&str, &[u8])] = &[
        ("in/b.txt", text),
        ("in/a/z.txt", text),
        ("in/a/b.c.TXT", text),
        ("in/.hidden.txt", text),
        ("in/c.jsonl", &first),
        ("in/notes.md", text),
        ("d.md", text),
    ];
    check(files, "in", b"", 0, &["a/b.c utf-8", "a/z utf-8", "b utf-8", "x utf-8"]);
    check(
        files,
        "d.md nowhere.txt in/ in/b.txt",
        b"",
        1,
        &["d utf-8", "nowhere unreadable", "a/b.c utf-8", "a/z utf-8", "b utf-8", "x utf-8", "b duplicate-id"],
    );
    check(files, "--input-format text in/c.jsonl", b"", 0, &["c utf-8"]);
    check(files, "in/c.jsonl - in/b.txt", &second, 0, &["x utf-8", "y utf-8", "b utf-8"]);
    check(&[("in/notes.md", text)], "in", b"", 0, &[]);
}

#[test]
fn standard_input() {
    check(&[], "", TEXT.as_bytes(), 0, &["stdin utf-8"]);
    check(&[], "-", b"{\\rtf1 La Fondation}", 0, &["stdin utf-8"]);
    check(&[], "-", b"\n {\"id\": \"a\", \"text\": \"t\"}\n\n{\"text\": \"t\"}", 0, &["a utf-8", "stdin:4 utf-8"]);
    check(&[], "--input-format jsonl -", b"La Fondation", 1, &["stdin:1 malformed-line"]);
    check(&[], "--input-format jsonl -", b"", 0, &[]);
    check(&[], "--input-format text -", b"{\"text\": \"t\"}", 0, &["stdin utf-8"]);
    check(&[], "-", b"", 1, &["stdin empty"]);
    let packed = compress_to_vec(b"{\"id\": \"a\", \"text\": \"t\"}".as_slice(), CompressionLevel::Fastest);
    check(&[], "-", &packed, 0, &["a utf-8"]);
}

#[test]
fn long_lines() {
    let long = format!("{{\"id\": \"long\", \"text\": \"{}\"}}\n", "La Fondation signe. ".repeat(500_000));
    check(&[], "-", format!("{long}{{\"id\": \"next\", \"text\": \"t\"}}").as_bytes(), 0, &["long utf-8", "next utf-8"]);
    let longer = vec![b'x'; (64 << 20) + 1];
    check(
        &[],
        "--input-format jsonl -",
        &[&longer, b"\n{\"id\": \"next\", \"text\": \"t\"}".as_slice()].concat(),
        1,
        &["stdin:1 too-large", "next utf-8"],
    );
    check(&[("a.txt", &longer)], "a.txt", b"", 1, &["a too-large"]);
}

/// The exit code, and words that standard output or standard error must hold.
fn says(arguments: &str, code: i32, words: &[&str]) {
    let home = folder(&[("a.txt", TEXT.as_bytes()), ("in/a.txt", TEXT.as_bytes()), ("empty/notes.md", b"")]).expect("a folder");
    let answer = run(home.path(), arguments, b"").expect("the command runs");
    let all = answer.out + &answer.err;
    assert_eq!(answer.code, Some(code), "{arguments}\n{all}");
    for word in words {
        assert!(all.contains(word), "{arguments}: {word}\n{all}");
    }
    assert!(!all.contains('\u{1b}'), "{arguments}: colours where there is no terminal\n{all}");
}

#[test]
fn exit_codes_and_words() {
    says("--help", 0, &["Examples:", "Exit codes:", "extract", "explain", "tokens", "rules", "schema"]);
    says("extract --help", 0, &["Examples:", "--published", "duplicate-id"]);
    says("explain --help", 0, &["Examples:", "--at"]);
    says("--version", 0, &[env!("CARGO_PKG_VERSION")]);
    says("schema", 0, &["\"$schema\"", "organizations"]);
    says("rules check", 0, &["no faults"]);
    says("", 2, &["Usage"]);
    says("extrcat a.txt", 2, &["extract"]);
    says("extract --format xml a.txt", 2, &["possible values"]);
    says("extract --published 2026-02-30 a.txt", 2, &["YYYY-MM-DD"]);
    says("extract --lang french a.txt", 2, &["two letters"]);
    says("explain in", 2, &["is a folder"]);
    says("explain a.txt --at Berne", 2, &["not in the text"]);
    says("explain nowhere.txt", 1, &["no such file or folder", "unreadable"]);
    says("tokens a.txt", 0, &["La Fondation a signé"]);
    says("extract a.txt nowhere.txt --format summary", 1, &["nowhere", "no such file or folder", "2 documents, 1 not read"]);
    says("extract empty", 0, &["no .txt or .jsonl file"]);
    says("extract a.txt -o nowhere/out.jsonl", 74, &["nowhere/out.jsonl"]);
    says("extract a.txt -o in", 74, &["in"]);
    says("extract a.txt --rules nowhere", 78, &["no such folder"]);
    says("rules check --rules empty", 78, &["no .rules or .tsv file"]);
    says("eval in", 2, &["in/a.txt", "no gold beside it"]);
    says("eval empty", 2, &["no .txt file"]);
    says("eval in --errors peeple", 2, &["all, organizations, org_mentions, people"]);
}

const GOLD: &str = r#"{"id": "a", "source": {"archive": "signataire", "record": "a"}, "lang": "fr",
    "organizations": [{"name": "Fondation Tassa", "mentions": ["Fondation Tassa"]}, {"name": "Sidi Exemple"}], "people": [],
    "places": [], "dates": [{"mention": "3 mars 2025", "value": "2025-03-03"}], "partnerships": []}"#;

#[test]
fn records_against_gold() {
    let text = "La Fondation Tassa a été créée à Sidi Exemple\nle 3 mars 2025.".as_bytes();
    let floors = b"# low\ngold\tdates\t0.500\n".as_slice();
    let files =
        [("gold/a.txt", text), ("gold/a.json", GOLD.as_bytes()), ("floors.tsv", floors), ("high.tsv", b"gold\torganizations\t0.900\n".as_slice())];
    let home = folder(&files).expect("a folder");
    let check = |arguments: &str, code: i32, words: &[&str]| {
        let answer = run(home.path(), arguments, b"").expect("the command runs");
        assert_eq!(answer.code, Some(code), "{arguments}\n{}", answer.err);
        let all = answer.out + &answer.err;
        for word in words {
            assert!(all.contains(word), "{arguments}: {word}\n{all}");
        }
    };
    check("eval gold", 0, &["gold: 1 text", "dates               1.00    1.00  1.00       1      0       0"]);
    // The error in its sentence, white space folded.
    check("eval gold --errors organizations", 0, &["- Sidi Exemple", "créée à [Sidi Exemple] le 3 mars"]);
    check("eval gold --per-rule", 0, &["    1      0  fr.date."]);
    check("eval gold --json", 0, &["\"gold\": {", "\"verdict\": \"missed\"", "\"f1\": 1.0"]);
    check("eval gold --floors floors.tsv", 0, &[]);
    check("eval gold --floors high.tsv", 1, &["gold: organizations is 0.667, its floor 0.900"]);
    check("eval gold --floors floors.tsv --raise", 0, &["floors rose"]);
    let raised = std::fs::read_to_string(home.path().join("floors.tsv")).expect("the floors");
    assert!(raised.starts_with("# low\ngold\tdates\t1.000\n"), "{raised}");
    // Records made before score as those made now.
    check("extract gold/a.txt -o old.jsonl", 0, &[]);
    check("eval gold --records old.jsonl --floors floors.tsv", 0, &[]);
    check("eval gold --records floors.tsv", 2, &["floors.tsv: line 1"]);
}

#[test]
fn output_file() {
    let home = folder(&[("in/a.txt", TEXT.as_bytes()), ("in/out.jsonl", b"{\"id\": \"old\", \"text\": \"t\"}\n")]).expect("a folder");
    // The file that is written is not read, and appears whole.
    for _ in 0..2 {
        let answer = run(home.path(), "extract in -o in/out.jsonl", b"").expect("the command runs");
        assert_eq!((answer.code, answer.out.as_str()), (Some(0), ""), "{}", answer.err);
        assert_eq!(lines(&fs::read_to_string(home.path().join("in/out.jsonl")).unwrap_or_default()), ["a utf-8"]);
    }
    assert_eq!(fs::read_dir(home.path().join("in")).map(Iterator::count).ok(), Some(2), "nothing else is left behind");
}

/// `--format json`: the shape follows from the arguments, not from how many documents there are.
#[test]
fn indented_json() {
    let shape = |arguments: &str| {
        let home = folder(&[("in/a.txt", TEXT.as_bytes()), ("a.jsonl", b"{\"text\": \"t\"}\n"), ("empty/notes.md", b"")]).expect("a folder");
        let answer = run(home.path(), &format!("extract --format json {arguments}"), b"").expect("the command runs");
        serde_json::from_str::<Value>(&answer.out).map(|value| value.as_array().map(Vec::len)).map_err(|error| format!("{arguments}: {error}"))
    };
    for (arguments, length) in [("in/a.txt", None), ("in", Some(1)), ("a.jsonl", Some(1)), ("in a.jsonl", Some(2)), ("empty", Some(0))] {
        assert_eq!(shape(arguments), Ok(length), "{arguments}");
    }
}

/// `--prefer-dates` settles a bare weekday, or a day and month: by the verb, or always back or ahead.
#[test]
fn dates_back_or_ahead() {
    let text = "La banque a signé l'accord mardi. La réunion se tiendra mardi. La charte a été signée le 3 mai.";
    for (which, expected) in [
        ("tense", ["2026-03-10", "2026-03-17", "2025-05-03"].as_slice()),
        ("past", &["2026-03-10", "2025-05-03"]),
        ("future", &["2026-03-17", "2026-05-03"]),
    ] {
        let home = folder(&[("a.txt", text.as_bytes())]).expect("a folder");
        let answer = run(home.path(), &format!("extract a.txt --published 2026-03-12 --prefer-dates {which}"), b"").expect("the command runs");
        let record: Value = serde_json::from_str(&answer.out).unwrap_or_default();
        let values: Vec<_> = record["dates"].as_array().into_iter().flatten().map(|date| date["value"].as_str().unwrap_or("?")).collect();
        assert_eq!(values, expected, "{which}\n{}", answer.err);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away() {
    let home = folder(&[]).expect("a folder");
    for index in 0..200 {
        fs::write(home.path().join(format!("{index}.txt")), TEXT).expect("a file");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_signataire"));
    let mut child = command.args(["extract", "."]).current_dir(home.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}
