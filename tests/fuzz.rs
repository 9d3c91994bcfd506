//! Anything at all goes in: records come out, and never a panic. `SIGNATAIRE_FUZZ=1000 cargo test --release --test fuzz` tries a thousand
//! times as many cases; so do the rule files of `bad_rules` and the texts of `laws`.
#![cfg(feature = "cli")]

mod support;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output},
    sync::OnceLock,
};

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use signataire::{Document, Extractor, record::Record};
use support::{cases, extractor, files, path};

/// What breaks readers: halves of characters, signs that turn or join text, brackets, quotes, heads of packed files and of UTF-16.
const PIECES: &[&[u8]] = &[
    b"\xc3",
    b"\xe2\x80",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\0",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\r",
    b"\n\n\n",
    b"{\"id\": \"a\", \"text\": \"",
    b"\"}\n",
    b"\\ud800",
    b"\\u0000",
    b"[[[[[[[[[[[[[[[[",
    b"\x85",
    "\u{202e}\u{200f}\u{2066}".as_bytes(),
    "e\u{301}\u{301}\u{301}\u{327}".as_bytes(),
    "\u{ad}\u{200b}\u{feff}".as_bytes(),
    "« « « »".as_bytes(),
    "((((((((".as_bytes(),
    "الرباط".as_bytes(),
    "𝔉\u{1f1f2}\u{1f1e6}".as_bytes(),
    "ﬁnancière".as_bytes(),
    b" 31.02.2018 et 99/99/9999, de 0000 \xc3\xa0 2999999999999 ",
    b" M. Mme Pr. Dr. SA, SA, SA et ",
];

/// Places are shares of the length in 1/65536.
#[derive(Clone, Debug)]
enum Change {
    Flip { at: u16, bits: u8 },
    Cut { at: u16, length: usize },
    Insert { at: u16, piece: &'static [u8] },
    Copy { from: u16, length: usize, at: u16 },
    End { at: u16 },
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => (any::<u16>(), 1..=255_u8).prop_map(|(at, bits)| Change::Flip { at, bits }),
        2 => (any::<u16>(), 1..200_usize).prop_map(|(at, length)| Change::Cut { at, length }),
        4 => (any::<u16>(), prop::sample::select(PIECES)).prop_map(|(at, piece)| Change::Insert { at, piece }),
        2 => (any::<u16>(), 1..2000_usize, any::<u16>()).prop_map(|(from, length, at)| Change::Copy { from, length, at }),
        1 => any::<u16>().prop_map(|at| Change::End { at }),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |share: u16| bytes.len() * usize::from(share) / 65536;
        match *self {
            Change::Flip { at, bits } => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= bits);
            }
            Change::Cut { at, length } => {
                let at = place(at);
                bytes.drain(at..bytes.len().min(at + length));
            }
            Change::Insert { at, piece } => {
                let at = place(at);
                bytes.splice(at..at, piece.iter().copied());
            }
            Change::Copy { from, length, at } => {
                let (from, at) = (place(from), place(at));
                let piece = bytes[from..bytes.len().min(from + length)].to_vec();
                bytes.splice(at..at, piece);
            }
            Change::End { at } => bytes.truncate(place(at)),
        }
    }
}

/// The seeds and the fixtures, read once.
fn corpus() -> &'static [Vec<u8>] {
    static CORPUS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let all = ["seeds", "fixtures/fr", "fixtures/bad"].into_iter().flat_map(|folder| files(&path(folder)));
        let texts = all.filter(|file| file.extension().is_some_and(|extension| extension == "txt" || extension == "jsonl"));
        texts.filter_map(|file| fs::read(file).ok()).filter(|bytes| bytes.len() < 20_000).collect()
    })
}

/// One for all cases, as a batch has it: what one text leaves behind must not hurt the next.
fn engine() -> &'static Extractor {
    static ENGINE: OnceLock<Extractor> = OnceLock::new();
    ENGINE.get_or_init(extractor)
}

/// A file of the corpus, changed before it is packed and after.
#[derive(Clone, Debug)]
struct Input {
    which: prop::sample::Index,
    kind: &'static str,
    before: Vec<Change>,
    after: Vec<Change>,
}

const KINDS: &[&str] = &["txt", "jsonl", "txt.gz", "jsonl.gz", "txt.zst", "jsonl.zst"];

fn input() -> impl Strategy<Value = Input> {
    let changes = |most| prop::collection::vec(change(), 0..most);
    (any::<prop::sample::Index>(), prop::sample::select(KINDS), changes(6), changes(2)).prop_map(|(which, kind, before, after)| Input {
        which,
        kind,
        before,
        after,
    })
}

impl Input {
    fn bytes(&self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = corpus[self.which.index(corpus.len())].clone();
        if self.kind.starts_with("jsonl") && !bytes.starts_with(b"{") {
            let line = |paragraph: &str| serde_json::json!({"text": paragraph, "lang": "fr"}).to_string() + "\n";
            bytes = String::from_utf8_lossy(&bytes).split("\n\n").map(line).collect::<String>().into_bytes();
        }
        self.before.iter().for_each(|change| change.apply(&mut bytes));
        if self.kind.ends_with("gz") {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            bytes = packer.write_all(&bytes).and_then(|()| packer.finish()).expect("packed");
        } else if self.kind.ends_with("zst") {
            bytes = compress_to_vec(bytes.as_slice(), CompressionLevel::Fastest);
        }
        self.after.iter().for_each(|change| change.apply(&mut bytes));
        bytes
    }
}

fn run(folder: &Path, jobs: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_signataire")).args(["extract", "in", "--jobs", jobs]).current_dir(folder).output().expect("it runs")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(4), failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Every file has its record, in its place, whatever is in it.
    #[test]
    fn archives(inputs in prop::collection::vec(input(), 1..40)) {
        let (home, corpus) = (tempfile::tempdir().expect("a folder"), corpus());
        fs::create_dir(home.path().join("in")).expect("a folder");
        for (number, input) in inputs.iter().enumerate() {
            fs::write(home.path().join(format!("in/{number:03}.{}", input.kind)), input.bytes(corpus)).expect("a file");
        }
        let output = run(home.path(), "1");
        let told = String::from_utf8_lossy(&output.stderr);
        prop_assert!(matches!(output.status.code(), Some(0 | 1)), "{}", told);
        prop_assert!(!told.contains("panicked"), "{}", told);
        prop_assert!(output.stdout == run(home.path(), "3").stdout, "other bytes with other threads");
        let mut ids = Vec::new();
        for line in output.stdout.split_inclusive(|byte| *byte == b'\n') {
            let record: Record = serde_json::from_slice(line).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let bug = record.error.as_ref().is_some_and(|error| error.code == "bug");
            prop_assert!(!bug, "{:?}", record.error);
            ids.push(record.id);
        }
        for (number, input) in inputs.iter().enumerate().filter(|(_, input)| input.kind.starts_with("txt")) {
            prop_assert!(ids.contains(&format!("{number:03}")), "{number:03}.{} is lost", input.kind);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(200), failure_persistence: None, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    /// The engine, without the files around it.
    #[test]
    fn texts(which in any::<prop::sample::Index>(), changes in prop::collection::vec(change(), 1..12)) {
        let corpus = corpus();
        let mut bytes = corpus[which.index(corpus.len())].clone();
        changes.iter().for_each(|change| change.apply(&mut bytes));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let length = text.chars().count() as u32;
        let record = engine().extract(&Document { id: "a".to_owned(), text, ..Document::default() });
        let json = serde_json::to_string(&record).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(serde_json::from_str::<Record>(&json).is_ok_and(|again| again == record));
        let ends = record.organizations.iter().flat_map(|found| &found.mentions).chain(record.dates.iter().flat_map(|found| &found.mentions));
        prop_assert!(ends.map(|mention| mention.span).all(|[start, end]| start < end && end <= length));
    }
}
