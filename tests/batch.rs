//! The batch, from outside: what may break a long run, and what must not be lost, doubled or reordered by it.
#![cfg(feature = "cli")]

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
};

use flate2::{Compression, write::GzEncoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::Value;
use tempfile::TempDir;

fn start(folder: &Path, arguments: &str) -> io::Result<Child> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signataire"));
    command.args(arguments.split_whitespace()).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Runs the command in a folder, the arguments parted at blanks.
fn run(folder: &Path, arguments: &str) -> Output {
    start(folder, arguments).and_then(Child::wait_with_output).expect("the command runs")
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs the command and holds its exit code and what standard error must say; gives standard output.
fn check(folder: &Path, arguments: &str, code: i32, told: &[&str]) -> String {
    let output = run(folder, arguments);
    let errors = words(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments}\n{errors}");
    for told in told {
        assert!(errors.contains(told), "{arguments}: {told}\n{errors}");
    }
    assert!(!told.is_empty() || errors.is_empty(), "{arguments}: nothing was to be told\n{errors}");
    words(&output.stdout)
}

fn text(number: usize) -> String {
    let town = ["Genève", "Rabat", "Lyon", "Berne"][number % 4];
    let more = "La Fondation Tassa et l'Université de Tassa ont signé une convention de partenariat. ".repeat(number % 7);
    format!("La Fondation numéro {number} a signé à {town}, le {} mars 2025, un accord avec la société Exemple SA.\n{more}\n", number % 28 + 1)
}

fn line(number: usize) -> String {
    format!("{}\n", serde_json::json!({"id": format!("line-{number}"), "text": text(number), "lang": "fr"}))
}

fn put(home: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = home.join(name);
    fs::create_dir_all(path.parent().unwrap_or(home)).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).and_then(|()| packer.finish()).expect("packed")
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// Files, lines and failures: so many documents.
fn archive(count: usize) -> TempDir {
    let home = TempDir::new().expect("a folder");
    let (texts, lines) = (count / 4, count - count / 4);
    for number in 0..texts {
        let wrong = number % 20 == 7;
        put(home.path(), &format!("in/{:02}/{number:05}.txt", number % 10), if wrong { Vec::new() } else { text(number).into_bytes() });
    }
    for shard in 0..3 {
        let lines =
            (0..lines).filter(|number| number % 3 == shard).map(|number| if number % 50 == 9 { "{broken\n".to_owned() } else { line(number) });
        put(home.path(), &format!("in/shard-{shard}.jsonl"), lines.collect::<String>());
    }
    home
}

fn field(out: &str, path: &[&str]) -> Vec<String> {
    let value = |line| serde_json::from_str::<Value>(line).unwrap_or_default();
    let step = |value: Value| path.iter().fold(value, |value, name| value[name].clone());
    out.lines().map(|line| step(value(line))).map(|value| value.as_str().map_or(value.to_string(), str::to_owned)).collect()
}

fn ids(out: &str) -> Vec<String> {
    field(out, &["id"])
}

#[test]
fn same_bytes_whatever_the_jobs() {
    let home = archive(200);
    let one = check(home.path(), "extract in --jobs 1", 1, &["200 documents, 6 not read"]);
    assert_eq!(one.lines().count(), 200);
    for jobs in [2, 3, 8, 40] {
        let many = check(home.path(), &format!("extract in --jobs {jobs}"), 1, &["200 documents, 6 not read"]);
        assert!(one == many, "--jobs {jobs} gives other bytes");
    }
    check(home.path(), "extract in --jobs 0", 2, &["--jobs"]);
    check(home.path(), "extract in --quiet", 1, &[]);
}

#[test]
fn packed_files_patterns_and_lists() {
    let home = TempDir::new().expect("a folder");
    let (text, two) = (text(5), line(1) + &line(2));
    for (name, bytes) in [
        ("plain/a.txt", text.clone().into_bytes()),
        ("plain/b/c.jsonl", two.clone().into_bytes()),
        ("gz/a.txt.gz", gz(text.as_bytes())),
        ("gz/b/c.jsonl.gz", [gz(line(1).as_bytes()), gz(line(2).as_bytes())].concat()),
        ("zst/a.txt.zst", zst(text.as_bytes())),
        ("zst/b/c.jsonl.zst", [zst(line(1).as_bytes()), zst(line(2).as_bytes())].concat()),
        ("cut/a.txt.gz", gz(text.as_bytes())[..40].to_vec()),
        ("cut/b.jsonl.zst", zst(two.as_bytes())[..60].to_vec()),
        ("cut/c.txt.zst", b"no such thing".to_vec()),
    ] {
        put(home.path(), name, bytes);
    }
    put(home.path(), "list", "plain/a.txt\n\n./gz/b\nnowhere.txt\r\n");
    // Packed or not: the same documents, but for the names of the files.
    let plain = check(home.path(), "extract plain", 0, &[]);
    let as_plain = |out: String| out.replace(".gz", "").replace(".zst", "");
    assert_eq!(as_plain(check(home.path(), "extract gz", 0, &[])), plain);
    assert_eq!(as_plain(check(home.path(), "extract zst", 0, &[])), plain);
    let damaged = check(home.path(), "extract cut", 1, &["packed data is damaged"]);
    assert_eq!(field(&damaged, &["error", "code"]), ["unreadable"; 3]);
    // As no shell sees them here, they are matched here.
    assert_eq!(ids(&check(home.path(), "extract plain/*.txt gz/**/*.gz", 1, &["is that of document 1"])), ["a", "a", "line-1", "line-2"]);
    check(home.path(), "extract none/*.txt", 1, &["no file has a name like this"]);
    let listed = check(home.path(), "extract --paths-from list", 1, &["nowhere: no such file or folder"]);
    assert_eq!(ids(&listed), ["plain/a", "line-1", "line-2", "nowhere"]);
    check(home.path(), "extract --paths-from nolist", 2, &["--paths-from nolist: no such file or folder"]);
    check(home.path(), "extract - --paths-from -", 2, &["one standard input"]);
    check(home.path(), "extract plain/a.txt --max-bytes 20", 1, &["the limit is 20 (too-large)"]);
    check(home.path(), "extract zst/a.txt.zst --max-bytes 20", 1, &["the limit is 20 (too-large)"]);
    check(home.path(), "extract plain/b/c.jsonl --max-bytes 20", 1, &["line 2: "]);
    check(home.path(), "extract plain --max-bytes much", 2, &["16M"]);
}

/// A text is the same record, but for its source, whether it comes as a file, a line or packed.
#[test]
fn same_records_however_they_come() {
    let home = TempDir::new().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lines = String::new();
    let mut texts: Vec<_> =
        ["seeds", "fixtures/fr"].iter().flat_map(|folder| fs::read_dir(root.join(folder)).into_iter().flatten().flatten()).collect();
    texts.retain(|file| file.path().extension().is_some_and(|extension| extension == "txt"));
    texts.sort_by_key(fs::DirEntry::file_name);
    assert!(texts.len() > 20, "only {} texts", texts.len());
    for file in texts {
        let (name, bytes) = (file.file_name().into_string().expect("a name"), fs::read(file.path()).expect("a text"));
        let text = words(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        lines += &format!("{}\n", serde_json::json!({"id": name.trim_end_matches(".txt"), "text": text}));
        put(home.path(), &format!("gz/{name}.gz"), gz(&bytes));
        put(home.path(), &format!("zst/{name}.zst"), zst(&bytes));
        put(home.path(), &format!("plain/{name}"), bytes);
    }
    put(home.path(), "lines.jsonl", &lines);
    put(home.path(), "lines.jsonl.gz", gz(lines.as_bytes()));
    // Where the source is told, and what was read before it.
    let told = |out: &str| -> Vec<String> {
        let without = |line: &str| {
            let (head, rest) = line.split_once("\"source\":{").expect("a source");
            head.to_owned() + rest.split_once('}').expect("an end").1
        };
        out.lines().map(without).collect()
    };
    let plain = told(&check(home.path(), "extract plain", 0, &[]));
    for other in ["gz", "zst", "lines.jsonl", "lines.jsonl.gz", "lines.jsonl --jobs 3"] {
        assert!(told(&check(home.path(), &format!("extract {other}"), 0, &[])) == plain, "{other}");
    }
}

/// Files, without the runs that are on.
fn names(home: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(home).into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_run_is_gone_on_with() {
    let home = archive(60);
    let at = |name: &str| home.path().join(name);
    let clean = check(home.path(), "extract in", 1, &["60 documents"]);
    let starts: Vec<usize> = clean.match_indices('\n').map(|(at, _)| at + 1).collect();
    for cut in [0, 1, starts[0], starts[20] - 1, starts[20], starts[20] + 100, clean.len() - 1, clean.len()] {
        fs::write(at("out.jsonl.partial"), &clean[..cut]).expect("a file");
        let kept = starts.iter().filter(|start| **start <= cut).count();
        let counted = if kept > 0 { format!("{kept} done before") } else { "60 documents".to_owned() };
        check(home.path(), "extract in -o out.jsonl --resume", 1, &[&counted]);
        assert!(fs::read_to_string(at("out.jsonl")).is_ok_and(|out| out == clean), "cut at {cut}");
        assert_eq!(names(home.path()), ["in", "out.jsonl"]);
    }

    // A document that changed meanwhile, and those after it, are read again.
    fs::write(at("out.jsonl.partial"), &clean[..starts[30]]).expect("a file");
    put(home.path(), "in/01/00001.txt", "La Fondation Exemple a été créée en 2014.");
    check(home.path(), "extract in -o out.jsonl --resume", 1, &["done before"]);
    let changed = check(home.path(), "extract in", 1, &["60 documents"]);
    assert!(changed != clean && fs::read_to_string(at("out.jsonl")).is_ok_and(|out| out == changed));

    // Another command's is not taken for this one's, and stays; without --resume it is begun anew.
    fs::write(at("out.jsonl.partial"), &clean[..starts[30]]).expect("a file");
    for other in ["--lang en", "--offsets byte", "--prefer-dates past", "--with tokens", "--date-order month-day", "--published 2025-01-01"] {
        check(home.path(), &format!("extract in -o out.jsonl --resume {other}"), 2, &["out.jsonl.partial: not what this command gives"]);
    }
    assert_eq!(fs::read_to_string(at("out.jsonl.partial")).ok().as_deref(), Some(&clean[..starts[30]]));
    check(home.path(), "extract in -o out.jsonl", 1, &["begun anew"]);
    assert!(fs::read_to_string(at("out.jsonl")).is_ok_and(|out| out == changed));
    check(home.path(), "extract in --resume", 2, &["--output"]);
    check(home.path(), "extract in --resume -o out.json --format json", 2, &["JSON Lines"]);
}

/// Numbers that look like chance; the seed is told where a test fails.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end.max(1)
    }
}

/// A run is killed again and again, at any moment, and in the end its output is that of a run that nobody disturbed.
#[test]
fn killed_at_any_moment() {
    let home = archive(400);
    let at = |name: &str| home.path().join(name);
    let began = Instant::now();
    let clean = check(home.path(), "extract in", 1, &["400 documents"]);
    let whole = began.elapsed().as_micros() as u64;
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |time| time.as_secs() ^ u64::from(time.subsec_nanos()));
    let mut chance = Chance(seed);
    let (mut killed, mut halves) = (0, 0);
    let limit = Instant::now() + Duration::from_secs(10);
    while killed < 40 && Instant::now() < limit {
        let jobs = chance.below(4) + 1;
        let mut child = start(home.path(), &format!("extract in -o out.jsonl --resume --quiet --jobs {jobs}")).expect("it starts");
        if killed % 3 == 0 {
            thread::sleep(Duration::from_micros(chance.below(whole * 5 / 4)));
        } else {
            // Somewhere in the output: the rules take their time before the first document.
            wait_for(&at("out.jsonl.partial"), chance.below(clean.len() as u64 - 1), &mut child);
            thread::sleep(Duration::from_micros(chance.below(3000)));
        }
        child.kill().expect("it is ours");
        let output = child.wait_with_output().expect("it ends");
        let wrong = output.status.code().is_some_and(|code| code != 1);
        assert!(!wrong, "seed {seed}: {}", words(&output.stderr));
        killed += 1;
        let partial = fs::read(at("out.jsonl.partial")).unwrap_or_default();
        assert!(clean.as_bytes().starts_with(&partial), "seed {seed}: what is left is no beginning of the output");
        halves += usize::from(!partial.is_empty());
        match fs::read_to_string(at("out.jsonl")) {
            Ok(out) => {
                assert!(out == clean, "seed {seed}: after {killed} kills the output is another");
                fs::remove_file(at("out.jsonl")).expect("it is there");
            }
            Err(_) => assert!(names(home.path()).len() <= 2, "seed {seed}: {:?}", names(home.path())),
        }
    }
    check(home.path(), "extract in -o out.jsonl --resume", 1, &["400 documents"]);
    assert!(fs::read_to_string(at("out.jsonl")).is_ok_and(|out| out == clean), "seed {seed}");
    assert_eq!(names(home.path()), ["in", "out.jsonl"]);
    eprintln!("{killed} kills, {halves} of them with a half of the output left");
    assert!(killed >= 3 && halves > 0, "only {killed} kills, {halves} halves");
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
}

/// Waits until a file is larger than so many bytes, or its process has ended.
fn wait_for(path: &Path, size: u64, child: &mut Child) {
    let limit = Instant::now() + Duration::from_secs(20);
    while fs::metadata(path).map_or(0, |found| found.len()) <= size && Instant::now() < limit && child.try_wait().is_ok_and(|done| done.is_none()) {
        thread::sleep(Duration::from_micros(500));
    }
}

#[cfg(unix)]
#[test]
fn stopped_by_a_signal() {
    let home = archive(4000);
    let at = |name: &str| home.path().join(name);
    for name in ["-INT", "-TERM"] {
        let size = fs::metadata(at("out.jsonl.partial")).map_or(0, |found| found.len());
        let mut child = start(home.path(), "extract in -o out.jsonl --resume").expect("it starts");
        wait_for(&at("out.jsonl.partial"), size, &mut child);
        signal(&child, name);
        let output = child.wait_with_output().expect("it ends");
        let told = words(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{told}");
        assert!(told.contains("stopped") && told.contains("--resume"), "{told}");
        let partial = fs::read_to_string(at("out.jsonl.partial")).unwrap_or_default();
        assert!(partial.ends_with('\n') && partial.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "whole records only");
        assert!(!at("out.jsonl").exists());
    }
    // One that waits for its input: what came is written.
    let mut command = Command::new(env!("CARGO_BIN_EXE_signataire"));
    let mut child =
        command.args(["extract", "--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all((line(1) + &line(2)).as_bytes()).expect("it reads");
    thread::sleep(Duration::from_millis(1500));
    signal(&child, "-INT");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    let records: Value = serde_json::from_slice(&output.stdout).expect("an array that is closed");
    assert_eq!(records.as_array().map(Vec::len), Some(2), "{}", words(&output.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn outputs_that_fail() {
    let home = archive(20);
    let told = check(home.path(), "extract in -o /dev/full", 74, &["/dev/full", "No space left"]);
    assert_eq!(told, "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_signataire"));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let output = command.args(["extract", "in"]).current_dir(home.path()).stdout(full).stderr(Stdio::piped()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(74), "{}", words(&output.stderr));

    put(home.path(), "old.jsonl", "old");
    let mut permissions = fs::metadata(home.path().join("old.jsonl")).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(home.path().join("old.jsonl"), permissions).expect("ours");
    check(home.path(), "extract in -o old.jsonl", 74, &["old.jsonl: it is read-only"]);
    assert_eq!(names(home.path()), ["in", "old.jsonl"]);
}

/// Two runs cannot write the same file.
#[cfg(unix)]
#[test]
fn one_run_at_a_time() {
    let home = archive(4000);
    let mut first = start(home.path(), "extract in -o out.jsonl").expect("it starts");
    wait_for(&home.path().join("out.jsonl.partial"), 0, &mut first);
    check(home.path(), "extract in -o out.jsonl", 74, &["out.jsonl: another run is writing it"]);
    first.kill().expect("it is ours");
    first.wait().expect("it ends");
    put(home.path(), "one.txt", text(1));
    check(home.path(), "extract one.txt -o out.jsonl", 0, &["begun anew"]);
}

#[test]
fn only_what_is_stale() {
    let home = archive(60);
    let at = |name: &str| home.path().join(name);
    let out = |name: &str| fs::read_to_string(at(name)).unwrap_or_default();
    check(home.path(), "extract in -o old.jsonl", 1, &["60 documents, 2 not read"]);
    let clean = out("old.jsonl");
    let read = 60 - 2;

    // Nothing changed: all that could be read is copied, onto the file itself as well.
    check(home.path(), "extract in -o new.jsonl --only-stale old.jsonl", 1, &[&format!("{read} copied")]);
    assert!(out("new.jsonl") == clean);
    check(home.path(), "extract in -o old.jsonl --only-stale old.jsonl -j 3", 1, &[&format!("{read} copied")]);
    assert!(out("old.jsonl") == clean);

    // A copy is a copy: what was put into a record by hand is still there, so it was not made again.
    let mark = |line: &str| {
        if line.contains("\"error\"") { line.to_owned() } else { line.replace("\"title\":null", "\"title\":{\"text\":\"by hand\",\"span\":[0,1]}") }
    };
    put(
        home.path(),
        "marked.jsonl",
        clean
            .lines()
            .map(|line| {
                mark(line)
                    + "
"
            })
            .collect::<String>(),
    );
    check(home.path(), "extract in -o new.jsonl --only-stale marked.jsonl", 1, &[&format!("{read} copied")]);
    assert!(out("new.jsonl") == out("marked.jsonl"));

    // Texts, hints, order, and documents that came or went.
    put(home.path(), "in/01/00001.txt", "La Fondation Exemple a été créée en 2014.");
    put(home.path(), "in/00/00000.txt.gz", gz(text(0).as_bytes()));
    fs::remove_file(at("in/00/00000.txt")).expect("it is there");
    put(home.path(), "in/11/new.txt", text(3));
    let shard = out("in/shard-0.jsonl")
        .replace("\"line-0\"", "\"line-0\",\"published\":\"2025-03-04\"")
        .replace("\"lang\":\"fr\",\"text\":\"La Fondation numéro 3 ", "\"lang\":\"en\",\"text\":\"La Fondation numéro 3 ");
    put(home.path(), "in/shard-0.jsonl", shard);
    let fresh = check(home.path(), "extract in", 1, &["61 documents"]);
    check(home.path(), "extract in -o new.jsonl --only-stale old.jsonl", 1, &["copied"]);
    assert!(out("new.jsonl") == fresh);
    check(home.path(), "extract in -o new.jsonl --only-stale marked.jsonl", 1, &["copied"]);
    let made: Vec<String> = fresh.lines().zip(out("new.jsonl").lines()).filter(|(a, b)| a == b).map(|(a, _)| ids(a).concat()).collect();
    for id in ["01/00001", "00/00000", "11/new", "line-0", "line-3"] {
        assert!(made.iter().any(|made| made == id), "{id} was copied");
    }

    // Options and rules: nothing is copied where they bear on the record.
    put(home.path(), "rules/fr/lexicon/agreement-noun.tsv", "pacte d'exemple\tagreement\n");
    for other in
        ["--lang fr", "--offsets byte", "--prefer-dates past", "--with tokens", "--date-order month-day", "--published 2025-01-01", "--rules rules"]
    {
        let fresh = check(home.path(), &format!("extract in {other}"), 1, &["61 documents"]);
        let told = words(&run(home.path(), &format!("extract in -o new.jsonl --only-stale old.jsonl {other}")).stderr);
        assert!(!told.contains("copied") && out("new.jsonl") == fresh, "{other}: {told}");
    }
    // And the same options copy.
    check(home.path(), "extract in --published 2025-01-01 -o a.jsonl", 1, &["61 documents"]);
    check(home.path(), "extract in --published 2025-01-01 -o b.jsonl --only-stale a.jsonl", 1, &["59 copied"]);

    put(home.path(), "half.jsonl", &clean.as_bytes()[..clean.len() - 30]);
    check(home.path(), "extract in -o new.jsonl --only-stale half.jsonl", 1, &["lines that are no records, and are left out: 1", "copied"]);
    assert!(out("new.jsonl") == check(home.path(), "extract in", 1, &["61 documents"]));
    check(home.path(), "extract in --only-stale nowhere.jsonl", 2, &["--only-stale nowhere.jsonl: no such file"]);
}
