//! Records that were made before, and whether they are what would be made now.
//!
//! A record says what it was made from and with: its source with hash and hints, the engine with the hash of its rules, the options,
//! the unit of its spans. Where all that is the same, so is the record. This is what lets `--only-stale` copy, and what proves to
//! `--resume` that the half of a file belongs to its command.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, de::IgnoredAny};
use signataire::{
    Extractor,
    record::{Asked, Engine, Failure, OffsetUnit, Record, SCHEMA_VERSION, SourceInfo, Warning},
};

use crate::batch::{
    Entry,
    ids::{self, Key},
};

/// The part of a record that says what it was made from.
#[derive(Deserialize)]
pub struct Head {
    schema_version: String,
    id: String,
    source: SourceInfo,
    engine: Engine,
    offset_unit: OffsetUnit,
    #[serde(default)]
    options: Option<Asked>,
    warnings: Vec<Warning>,
    #[serde(default)]
    sentences: Option<IgnoredAny>,
    #[serde(default)]
    tokens: Option<IgnoredAny>,
    #[serde(default)]
    pub error: Option<Failure>,
}

impl Head {
    /// `None` where the line is no whole record.
    pub fn parse(line: &[u8]) -> Option<Head> {
        serde_json::from_slice(line).ok()
    }

    /// Whether the record of a document would be this one.
    pub fn is_of(&self, entry: &Entry, extractor: &Extractor) -> bool {
        let options = extractor.options();
        self.id == entry.document.id
            && self.source == entry.document.source
            && self.schema_version == SCHEMA_VERSION
            && self.engine == extractor.engine()
            && self.options == options.asked()
            && self.offset_unit == options.offset_unit
            && self.sentences.is_some() == options.with_sentences
            && self.tokens.is_some() == options.with_tokens
            && self.warnings.iter().filter(|warning| warning.code.starts_with("input-")).eq(&entry.warnings)
    }
}

/// A file of records: where each id is.
pub struct Earlier {
    file: Mutex<File>,
    /// Where the line begins and how long it is.
    places: HashMap<Key, (u64, usize)>,
    /// Lines that are no records.
    pub strange: u64,
}

#[derive(Deserialize)]
struct Name {
    id: String,
    #[serde(default)]
    error: Option<IgnoredAny>,
}

impl Earlier {
    /// Reads the file once for its ids; records of failures are left out, for a failure is tried again.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut reader = BufReader::new(File::open(path)?);
        let (mut places, mut strange, mut at) = (HashMap::new(), 0, 0);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            match serde_json::from_slice::<Name>(&line) {
                Ok(Name { id, error: None }) => {
                    places.entry(ids::key(&id)).or_insert((at, line.len()));
                }
                Ok(_) => {}
                Err(_) => strange += u64::from(!line.trim_ascii().is_empty()),
            }
            at += line.len() as u64;
            line.clear();
        }
        Ok(Earlier { file: Mutex::new(reader.into_inner()), places, strange })
    }

    /// The record of a document, if it would be the same today.
    pub fn record(&self, entry: &Entry, extractor: &Extractor) -> Option<Record> {
        let (at, length) = *self.places.get(&ids::key(&entry.document.id))?;
        let line = self.line(at, length).ok()?;
        let head = Head::parse(&line)?;
        // Read as a whole and written again: what is copied has the shape of what is made.
        if head.is_of(entry, extractor) { serde_json::from_slice(&line).ok() } else { None }
    }

    fn line(&self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut line = vec![0; length];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut line)?;
        Ok(line)
    }
}
