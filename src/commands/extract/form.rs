//! Records as they are written.

use std::io;

use clap::ValueEnum;
use signataire::record::Record;

use crate::commands::summary;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// To read: aligned, coloured on a terminal
    Summary,
    /// To look into: indented
    Json,
    /// To go on with: one record a line
    Jsonl,
}

/// How records become text, and what stands between them.
#[derive(Clone, Copy)]
pub struct Form {
    pub format: Format,
    /// One object in place of an array.
    pub one: bool,
    /// Columns of a summary.
    pub width: usize,
}

impl Form {
    /// A record, which is all that `Jsonl` needs.
    pub fn body(self, record: &Record) -> io::Result<String> {
        Ok(match self.format {
            Format::Summary => summary::summary(record, self.width),
            Format::Json if self.one => format!("{}\n", pretty(record)?),
            Format::Json => format!("\n  {}", pretty(record)?.replace('\n', "\n  ")),
            Format::Jsonl => serde_json::to_string(record).map_err(io::Error::from)? + "\n",
        })
    }

    /// What stands before a record that so many others precede.
    pub fn before(self, count: u64) -> &'static str {
        match self.format {
            Format::Summary if count > 0 => "\n",
            Format::Json if self.one => "",
            Format::Json if count > 0 => ",",
            Format::Json => "[",
            _ => "",
        }
    }

    /// What stands after all records.
    pub fn after(self, count: u64, failed: u64) -> String {
        match self.format {
            Format::Summary if count > 1 => format!("\n{}\n", summary::tally(count, failed)),
            Format::Json if !self.one => if count > 0 { "\n]\n" } else { "[]\n" }.to_owned(),
            _ => String::new(),
        }
    }
}

fn pretty(record: &Record) -> io::Result<String> {
    serde_json::to_string_pretty(record).map_err(io::Error::from)
}
