//! Paths to documents, in order and one at a time. Whatever cannot be read still takes its place.
//!
//! - A file: one document, or JSON Lines where the name ends in `.jsonl` or `.ndjson` (`--input-format` overrules the name); `.gz` or
//!   `.zst` after that is unpacked.
//! - A folder: its `.txt` and `.jsonl` files, packed ones too, and those of the folders below, in name order. Hidden ones are passed
//!   over, links are followed, a link that leads back up is not.
//! - A pattern (`*`, `?`, `[…]`, `**`), where no file has that name: what it matches, in name order.
//! - `-`: standard input, unpacked where it is packed; JSON Lines where it begins with an object, else text.
//!
//! A missing path is a document that cannot be read: it gets its error record like any other.
//!
//! [`Batch`] reads bytes and no more, for it is the part that one thread does; [`Item::read`] makes a document of them, on any thread.

pub mod ids;
mod open;
mod paths;

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use signataire::{
    Document,
    record::{Failure, SourceInfo, Warning},
};

pub use self::paths::Inputs;
use self::{
    ids::Ids,
    open::{Opened, Stream, Watch},
    paths::{Found, Paths},
};
use crate::{
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

/// The bytes of one document, or why there are none.
#[derive(Clone, Debug)]
pub struct Item {
    /// The id of a text; of a line, where it has none of its own.
    id: String,
    /// Name of the file.
    name: String,
    /// For messages.
    place: String,
    /// For JSON Lines.
    line: Option<u64>,
    bytes: Result<Vec<u8>, Fault>,
}

/// One document, or why there is none; `document` has its id and source either way.
#[derive(Debug, Default)]
pub struct Entry {
    pub document: Document,
    pub warnings: Vec<Warning>,
    pub failure: Option<Failure>,
    /// Where it came from, for messages.
    pub place: String,
}

/// The documents of all inputs.
pub struct Batch {
    paths: Paths,
    format: InputFormat,
    quiet: bool,
    /// Longest document, in bytes.
    limit: u64,
    lines: Option<Shard>,
    /// Bytes read from the disk, packed as they may be.
    pub count: Arc<AtomicU64>,
}

/// A file of lines that is being read.
struct Shard {
    lines: Lines,
    watch: Option<Watch>,
    id: String,
    name: String,
}

/// What the name of a file, or `-`, is in ids and in the record.
const STDIN: &str = "stdin";

/// A file that changes while it is read is read again, so many times in all.
const ATTEMPTS: usize = 3;

impl Batch {
    /// # Errors
    /// The list of paths cannot be opened.
    pub fn new(inputs: &Inputs, limit: u64) -> io::Result<Self> {
        Ok(Batch { paths: inputs.lay_out()?, format: inputs.format, quiet: inputs.quiet, limit, lines: None, count: Arc::default() })
    }

    /// The documents, each id once.
    pub fn entries(self) -> impl Iterator<Item = Entry> {
        let mut ids = Ids::default();
        self.map(move |item| {
            let mut entry = item.read();
            ids.admit(&mut entry);
            entry
        })
    }

    /// A document at once, or lines to go on with.
    fn found(&mut self, found: Found) -> Option<Item> {
        match found {
            Found::Stdin => self.stdin(),
            Found::File { path, below } => self.file(&path, &below),
            Found::Fault { path, below, fault } => {
                let id = below.to_string_lossy().into_owned();
                Some(Item { id, name: name_of(&path), place: path.display().to_string(), line: None, bytes: Err(fault) })
            }
            Found::Nothing(_) if self.quiet => None,
            Found::Nothing(folder) => {
                eprintln!("signataire: {}: no .txt or .jsonl file in this folder", folder.display());
                None
            }
        }
    }

    fn stdin(&mut self) -> Option<Item> {
        let stdin = || Item { id: STDIN.to_owned(), name: STDIN.to_owned(), place: STDIN.to_owned(), line: None, bytes: Ok(Vec::new()) };
        let read = || {
            let mut stream = open::stdin()?;
            let lines = match self.format {
                InputFormat::Auto => opens_object(stream.fill_buf()?),
                other => other == InputFormat::Jsonl,
            };
            if lines { Lines::open(stream, self.limit).map(Ok) } else { source::read(stream, self.limit).map(Err) }
        };
        match read() {
            Ok(Ok(lines)) => {
                self.lines = Some(Shard { lines, watch: None, id: STDIN.to_owned(), name: STDIN.to_owned() });
                None
            }
            Ok(Err(bytes)) => Some(Item { bytes: Ok(bytes), ..stdin() }),
            Err(fault) => Some(Item { bytes: Err(fault), ..stdin() }),
        }
    }

    fn file(&mut self, path: &Path, below: &Path) -> Option<Item> {
        let lines = match self.format {
            InputFormat::Auto => paths::holds_lines(path),
            chosen => chosen == InputFormat::Jsonl,
        };
        let (name, place) = (name_of(path), path.display().to_string());
        if !lines {
            let bytes = self.text(path);
            return Some(Item { id: id_of(below), name, place, line: None, bytes });
        }
        let opened = open::open(path, &self.count).map_err(Fault::from);
        match opened.and_then(|Opened { stream, watch }| Ok((Lines::open(stream, self.limit)?, watch))) {
            Ok((lines, watch)) => {
                self.lines = Some(Shard { lines, watch: Some(watch), id: joined(below), name });
                None
            }
            Err(fault) => Some(Item { id: id_of(below), name, place, line: None, bytes: Err(fault) }),
        }
    }

    /// A text, whole, as it was at one moment.
    fn text(&self, path: &Path) -> Result<Vec<u8>, Fault> {
        let mut changed = None;
        for _ in 0..ATTEMPTS {
            let before = self.count.load(Ordering::Relaxed);
            let Opened { stream, watch } = open::open(path, &self.count)?;
            let bytes = self.whole(path, stream, &watch);
            changed = watch.changed();
            if changed.is_none() {
                return bytes;
            }
            self.count.store(before, Ordering::Relaxed);
        }
        Err(changed.unwrap_or_else(|| Fault::Unreadable("it changed while it was read".to_owned())))
    }

    /// A file that is too large is not read at all where its size says so.
    fn whole(&self, path: &Path, stream: Stream, watch: &Watch) -> Result<Vec<u8>, Fault> {
        match watch.size() {
            Some(size) if size > self.limit && paths::unpacked(path) == path => Err(Fault::TooLarge { size, limit: self.limit }),
            _ => source::read(stream, self.limit),
        }
    }

    /// The next line of the file at hand; at its end, what became of the file meanwhile.
    fn line(&mut self) -> Option<Item> {
        let shard = self.lines.as_mut()?;
        if let Some((number, bytes)) = shard.lines.next() {
            let (id, place) = (format!("{}:{number}", shard.id), format!("{}:{number}", shard.name));
            return Some(Item { id, name: shard.name.clone(), place, line: Some(number), bytes });
        }
        let Shard { watch, id, name, .. } = self.lines.take()?;
        let fault = watch?.changed()?;
        Some(Item { place: id.clone(), id, name, line: None, bytes: Err(fault) })
    }
}

impl Iterator for Batch {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.line() {
                return Some(item);
            }
            let found = self.paths.next()?;
            if let Some(item) = self.found(found) {
                return Some(item);
            }
        }
    }
}

impl Item {
    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.bytes.as_ref().map_or(0, Vec::len)
    }

    pub fn read(self) -> Entry {
        match (self.bytes, self.line) {
            (Ok(bytes), None) => text(self.id, &self.name, self.place, bytes),
            (Ok(bytes), Some(number)) => line(self.id, &self.name, self.place, number, &bytes),
            (Err(fault), number) => {
                let bytes = if let Fault::TooLarge { size, .. } = fault { size } else { 0 };
                let source = SourceInfo { bytes, ..source::unread(&self.name) };
                let Failure { code, message } = fault.failure();
                let message = number.map_or(message.clone(), |number| format!("line {number}: {message}"));
                failed(self.id, source, self.place, Failure { code, message })
            }
        }
    }

    /// The entry of a document whose reading went wrong.
    pub fn broken(&self, fault: &Fault) -> Entry {
        failed(self.id.clone(), source::unread(&self.name), self.place.clone(), fault.failure())
    }

    /// All but the bytes.
    pub fn head(&self) -> Item {
        Item { id: self.id.clone(), name: self.name.clone(), place: self.place.clone(), line: self.line, bytes: Ok(Vec::new()) }
    }
}

fn text(id: String, name: &str, place: String, bytes: Vec<u8>) -> Entry {
    let mut info = source::info(name, &bytes);
    match source::decode(bytes) {
        Ok(decoded) => {
            info.encoding = Some(decoded.encoding);
            let document = Document { id, text: decoded.text, source: info, ..Document::default() };
            Entry { document, place, ..Entry::default() }
        }
        Err(fault) => failed(id, info, place, fault.failure()),
    }
}

fn line(id: String, name: &str, place: String, number: u64, bytes: &[u8]) -> Entry {
    let read = jsonl::parse(number, bytes);
    // What is decoded here is the text, not the file: size and hash are those of the text, or of the line where there is none.
    let mut info = source::info(name, read.text.as_ref().map_or(bytes, |text| text.as_bytes()));
    info.encoding = read.text.is_some().then(|| "utf-8".to_owned());
    info.language.clone_from(&read.language);
    info.published.clone_from(&read.published);
    let document =
        Document { id: read.id.unwrap_or(id), text: read.text.unwrap_or_default(), source: info, language: read.language, published: read.published };
    Entry { document, warnings: read.warnings, failure: read.failure, place }
}

fn failed(id: String, source: SourceInfo, place: String, failure: Failure) -> Entry {
    let document = Document { id, source, ..Document::default() };
    Entry { document, failure: Some(failure), place, ..Entry::default() }
}

/// "{" and a quotation mark, white space apart; "{\rtf1" is no JSON.
fn opens_object(start: &[u8]) -> bool {
    let mut shown = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).iter().filter(|byte| !byte.is_ascii_whitespace());
    shown.next() == Some(&b'{') && matches!(shown.next(), None | Some(b'"' | b'}'))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Without extension.
fn id_of(below: &Path) -> String {
    joined(&paths::unpacked(below).with_extension(""))
}

/// With `/` whatever the system.
fn joined(below: &Path) -> String {
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    if below.is_absolute() { below.to_string_lossy().into_owned() } else { parts.join("/") }
}

/// Adds up what is on the disk, for the time that is left; nothing is known of standard input and of pipes.
pub fn total(inputs: &Inputs) -> Option<u64> {
    if !inputs.are_files() {
        return None;
    }
    let sizes = inputs.lay_out().ok()?.filter_map(|found| match found {
        Found::File { path, .. } => std::fs::metadata(path).ok(),
        _ => None,
    });
    Some(sizes.map(|metadata| metadata.len()).sum())
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    fn codes(batch: &mut dyn Iterator<Item = Entry>) -> Vec<String> {
        batch.map(|entry| format!("{} {}", entry.document.id, entry.failure.map_or("-".to_owned(), |failure| failure.message))).collect()
    }

    /// Files that go away, grow or shrink while the batch is on its way.
    #[test]
    fn files_that_change_meanwhile() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let at = |name: &str| home.path().join(name);
        // More than what is read at a time.
        let lines = |count: usize| "{\"text\": \"La Fondation signe.\"}\n".repeat(count);
        for (name, text) in [("a.txt", "t".to_owned()), ("b.jsonl", lines(9_000)), ("c.txt", "t".to_owned()), ("d.jsonl", lines(9_000))] {
            fs::write(at(name), text)?;
        }
        let inputs = Inputs { paths: vec![home.path().to_owned()], ..Inputs::default() };
        let mut entries = Batch::new(&inputs, 1 << 20)?.entries();
        assert_eq!(codes(&mut entries.by_ref().take(2)), ["a -", "b.jsonl:1 -"]);
        fs::File::options().append(true).open(at("b.jsonl"))?.write_all(lines(2).as_bytes())?;
        fs::remove_file(at("c.txt"))?;
        let rest = codes(&mut entries.by_ref().take(9_002));
        let (old, new) = (lines(9_000).len(), lines(9_002).len());
        let grew = format!("b.jsonl it grew from {old} to {new} bytes while it was read; what was added is left out");
        assert_eq!(rest[8_998..], ["b.jsonl:9000 -", &grew, "c no such file or folder", "d.jsonl:1 -"]);
        fs::File::options().write(true).open(at("d.jsonl"))?.set_len(lines(8_000).len() as u64)?;
        assert_eq!(codes(&mut entries).last().map(String::as_str), Some("d.jsonl it changed while it was read"));
        Ok(())
    }
}
