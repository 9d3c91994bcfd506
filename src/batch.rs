//! Paths to documents, in order and one at a time. Whatever cannot be read still takes its place.
//!
//! - A file: one document, or JSON Lines where the name ends in `.jsonl` or `.ndjson` (`--input-format` overrules the name).
//! - A folder: its `.txt` and `.jsonl` files, and those of the folders below, in name order. Hidden ones are passed over, links are
//!   followed, a link that leads back up is not.
//! - `-`: standard input, JSON Lines where it begins with an object, else text.
//!
//! A missing path is a document that cannot be read: it gets its error record like any other.

use std::{
    collections::{HashMap, hash_map},
    ffi::OsStr,
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    vec,
};

use signataire::{
    Document,
    record::{Failure, SourceInfo, Warning},
};

use crate::{
    folder::Folder,
    jsonl::{self, Lines},
    source::{self, Fault},
};

/// How the bytes of a file are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum InputFormat {
    /// By the extension; standard input by its first characters.
    #[default]
    Auto,
    /// Every file is one document.
    Text,
    /// Every line is one document.
    Jsonl,
}

/// One document, or why there is none; `document` has its id and source either way.
#[derive(Debug, Default)]
pub struct Entry {
    pub document: Document,
    pub warnings: Vec<Warning>,
    pub failure: Option<Failure>,
}

/// The documents of all arguments.
pub struct Batch {
    format: InputFormat,
    arguments: vec::IntoIter<PathBuf>,
    /// Left out of folders: the file that is being written.
    skip: Option<PathBuf>,
    /// With the number of documents before it.
    folder: Option<(Folder, usize)>,
    lines: Option<(String, Lines)>,
    /// Each id with the place that had it first.
    seen: HashMap<String, String>,
}

/// What the name of a file, or `-`, is in ids and in the record.
const STDIN: &str = "stdin";

impl Batch {
    pub fn new(arguments: Vec<PathBuf>, format: InputFormat) -> Self {
        Batch { format, arguments: arguments.into_iter(), skip: None, folder: None, lines: None, seen: HashMap::new() }
    }

    pub fn skipping(mut self, path: Option<&Path>) -> Self {
        self.skip = path.and_then(|path| fs::canonicalize(path).ok());
        self
    }

    /// Lays the next argument out: a document at once, or lines or a folder to go on with.
    fn argument(&mut self, path: PathBuf) -> Option<Entry> {
        if path.as_os_str() == "-" {
            return self.open(STDIN.to_owned(), STDIN.to_owned(), STDIN, self.format, Ok(Box::new(BufReader::new(io::stdin()))));
        }
        if path.is_dir() {
            self.folder = Some((Folder::new(path), self.seen.len()));
            return None;
        }
        let below = path.file_name().map(PathBuf::from).unwrap_or_default();
        self.file(&path, &below)
    }

    /// The next file of the folder at hand, where it is one to read.
    fn step(&mut self, found: Result<PathBuf, (PathBuf, io::Error)>, root: &Path) -> Option<Entry> {
        let below = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
        match found {
            Ok(path) if self.wants(&path) => self.file(&path, &below(&path)),
            Ok(_) => None,
            Err((path, error)) => {
                let source = source::unread(&name_of(&path));
                Some(self.failed(below(&path).to_string_lossy().into_owned(), source, &path.display().to_string(), Fault::from(error).failure()))
            }
        }
    }

    fn wants(&self, path: &Path) -> bool {
        let known = match self.format {
            InputFormat::Auto => has_extension(path, &["txt", "jsonl"]),
            InputFormat::Text => has_extension(path, &["txt"]),
            InputFormat::Jsonl => has_extension(path, &["jsonl"]),
        };
        known && (self.skip.is_none() || fs::canonicalize(path).ok() != self.skip)
    }

    fn file(&mut self, path: &Path, below: &Path) -> Option<Entry> {
        let format = match self.format {
            InputFormat::Auto if has_extension(path, &["jsonl", "ndjson"]) => InputFormat::Jsonl,
            InputFormat::Auto => InputFormat::Text,
            chosen => chosen,
        };
        let reader = open(path, format);
        self.open(id_of(below), name_of(path), &path.display().to_string(), format, reader)
    }

    fn open(&mut self, id: String, name: String, place: &str, format: InputFormat, reader: Result<Box<dyn BufRead>, Fault>) -> Option<Entry> {
        let opened = reader.and_then(|mut reader| {
            let lines = match format {
                InputFormat::Auto => opens_object(reader.fill_buf()?),
                other => other == InputFormat::Jsonl,
            };
            if lines { Lines::open(reader).map(Ok) } else { source::read(reader).map(Err) }
        });
        match opened {
            Ok(Ok(lines)) => {
                self.lines = Some((name, lines));
                None
            }
            Ok(Err(bytes)) => Some(self.text(id, &name, place, bytes)),
            Err(fault) => {
                let bytes = if let Fault::TooLarge(size) = fault { size } else { 0 };
                Some(self.failed(id, SourceInfo { bytes, ..source::unread(&name) }, place, fault.failure()))
            }
        }
    }

    fn text(&mut self, id: String, name: &str, place: &str, bytes: Vec<u8>) -> Entry {
        let mut info = source::info(name, &bytes);
        match source::decode(bytes) {
            Ok(decoded) => {
                info.encoding = Some(decoded.encoding);
                let document = Document { id, text: decoded.text, source: info, ..Document::default() };
                self.admit(Entry { document, ..Entry::default() }, place)
            }
            Err(fault) => self.failed(id, info, place, fault.failure()),
        }
    }

    fn line(&mut self, name: &str, number: u64, bytes: Result<Vec<u8>, Fault>) -> Entry {
        let place = format!("{name}:{number}");
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(fault) => {
                let Failure { code, message } = fault.failure();
                let failure = Failure { code, message: format!("line {number}: {message}") };
                return self.failed(place.clone(), source::unread(name), &place, failure);
            }
        };
        let read = jsonl::parse(number, &bytes);
        // What is decoded here is the text, not the file: size and hash are those of the text, or of the line where there is none.
        let mut info = source::info(name, read.text.as_ref().map_or(bytes.as_slice(), |text| text.as_bytes()));
        info.encoding = read.text.is_some().then(|| "utf-8".to_owned());
        let document = Document {
            id: read.id.unwrap_or_else(|| place.clone()),
            text: read.text.unwrap_or_default(),
            source: info,
            language: read.language,
            published: read.published,
        };
        self.admit(Entry { document, warnings: read.warnings, failure: read.failure }, &place)
    }

    fn failed(&mut self, id: String, source: SourceInfo, place: &str, failure: Failure) -> Entry {
        let document = Document { id, source, ..Document::default() };
        self.admit(Entry { document, warnings: Vec::new(), failure: Some(failure) }, place)
    }

    /// Lets an id in once. The second document of the same id is refused, and keeps it, so that nothing is lost silently.
    fn admit(&mut self, mut entry: Entry, place: &str) -> Entry {
        match self.seen.entry(entry.document.id.clone()) {
            hash_map::Entry::Vacant(free) => {
                free.insert(place.to_owned());
            }
            hash_map::Entry::Occupied(first) => {
                entry.document.text = String::new();
                let message = format!("{place}: the id \"{}\" is that of {}", entry.document.id, first.get());
                entry.failure = Some(Failure { code: "duplicate-id".to_owned(), message });
            }
        }
        entry
    }
}

impl Iterator for Batch {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            if let Some((name, mut lines)) = self.lines.take() {
                if let Some((number, bytes)) = lines.next() {
                    let entry = self.line(&name, number, bytes);
                    self.lines = Some((name, lines));
                    return Some(entry);
                }
                continue;
            }
            let entry = match self.folder.take() {
                Some((mut folder, before)) => match folder.next() {
                    Some(found) => {
                        let root = folder.root.clone();
                        self.folder = Some((folder, before));
                        self.step(found, &root)
                    }
                    None => {
                        if self.seen.len() == before {
                            eprintln!("signataire: {}: no .txt or .jsonl file in this folder", folder.root.display());
                        }
                        None
                    }
                },
                None => {
                    let path = self.arguments.next()?;
                    self.argument(path)
                }
            };
            if entry.is_some() {
                return entry;
            }
        }
    }
}

/// Whether these arguments are one document whatever they hold: one text file.
pub fn is_one_text(arguments: &[PathBuf], format: InputFormat) -> bool {
    match arguments {
        [path] => match format {
            InputFormat::Auto => path.as_os_str() != "-" && !path.is_dir() && !has_extension(path, &["jsonl", "ndjson"]),
            InputFormat::Text => !path.is_dir(),
            InputFormat::Jsonl => false,
        },
        _ => false,
    }
}

fn open(path: &Path, format: InputFormat) -> Result<Box<dyn BufRead>, Fault> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if format == InputFormat::Text && size > source::MAX_BYTES {
        return Err(Fault::TooLarge(size));
    }
    Ok(Box::new(BufReader::with_capacity(64 << 10, file)))
}

/// "{" and a quotation mark, white space apart; "{\rtf1" is no JSON.
fn opens_object(start: &[u8]) -> bool {
    let mut shown = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).iter().filter(|byte| !byte.is_ascii_whitespace());
    shown.next() == Some(&b'{') && matches!(shown.next(), None | Some(b'"' | b'}'))
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|found| known.iter().any(|known| known.eq_ignore_ascii_case(found)))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Without extension, with `/` whatever the system.
fn id_of(below: &Path) -> String {
    let parts: Vec<_> = below.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts.join("/")
}
