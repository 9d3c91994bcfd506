//! `extract`: documents in, records out, in the same order.

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use signataire::{
    Extractor, Options,
    record::{Engine, OffsetUnit, Record},
};

use super::{Done, Reading, Stop, Unit, complain, output::Output, page, summary};
use crate::batch::{self, Batch, Entry, InputFormat};

const EXAMPLES: &str = "\
Examples:
  signataire extract release.txt
  signataire extract releases/ more.jsonl -o records.jsonl
  signataire extract --published 2026-01-22 --format json release.txt
  curl -s https://example.org/release.txt | signataire extract -

Input:
  A folder is read with those below it, in name order: .txt files, one document each, and .jsonl
  files, one document a line: {\"id\", \"text\", \"language\"?, \"published\"?}; other keys are ignored.
  Texts may be UTF-8, UTF-16, windows-1252, ISO-8859-x, windows-1256: the record says which.
  What cannot be read keeps its place in the output, as a record with an \"error\". Its \"code\":
  unreadable, too-large, empty, binary, undecodable, malformed-line, missing-text, wrong-type,
  duplicate-id.

Output:
  On a terminal a summary to read; into a pipe or a file JSON Lines, one record a line.
  --format json is indented: one object for one text file, else an array, however many it holds.";

/// Reads documents and writes a record for each
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Texts, JSON Lines, folders, or - for standard input (the default when something is piped in)
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How files are read; auto goes by the extension
    #[arg(long, value_enum, default_value = "auto", value_name = "FORMAT")]
    input_format: InputFormat,
    /// How records are written [default: summary on a terminal, else jsonl]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// File to write; it appears, or changes, only when all is done
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Lists that join each record
    #[arg(long, value_enum, value_delimiter = ',', value_name = "LISTS")]
    with: Vec<With>,
    /// What spans count
    #[arg(long, value_enum, default_value = "char", value_name = "UNIT")]
    offsets: Unit,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// To read: aligned, coloured on a terminal
    Summary,
    /// To look into: indented
    Json,
    /// To go on with: one record a line
    Jsonl,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum With {
    Sentences,
    Tokens,
}

pub fn run(arguments: Arguments) -> Result<Done, Stop> {
    let mut paths = arguments.paths;
    if paths.is_empty() {
        if io::stdin().is_terminal() {
            return Err(Stop::Usage("nothing to read: give files or folders, or - for standard input (see signataire extract --help)".to_owned()));
        }
        paths.push(PathBuf::from("-"));
    }
    let offset_unit = OffsetUnit::from(arguments.offsets);
    let extractor = arguments.reading.extractor(Options {
        offset_unit,
        with_sentences: arguments.with.contains(&With::Sentences),
        with_tokens: arguments.with.contains(&With::Tokens),
        ..Options::default()
    })?;
    let mut out = Output::open(arguments.output.as_deref())?;
    let format = arguments.format.unwrap_or(if out.is_terminal() { Format::Summary } else { Format::Jsonl });
    let one = batch::is_one_text(&paths, arguments.input_format);
    let width = page::width(out.is_terminal());
    let (mut count, mut failed) = (0, 0);
    for entry in Batch::new(paths, arguments.input_format).skipping(arguments.output.as_deref()) {
        let record = read(&extractor, &entry, offset_unit);
        match format {
            Format::Summary => out.styled(&format!("{}{}", if count > 0 { "\n" } else { "" }, summary::summary(&record, width)))?,
            Format::Json if one => writeln!(out, "{}", pretty(&record)?)?,
            Format::Json => write!(out, "{}\n  {}", if count > 0 { "," } else { "[" }, pretty(&record)?.replace('\n', "\n  "))?,
            Format::Jsonl => {
                let mut line = serde_json::to_vec(&record).map_err(io::Error::from)?;
                line.push(b'\n');
                out.write_all(&line)?;
            }
        }
        count += 1;
        if record.error.is_some() {
            failed += 1;
            if format != Format::Summary || !out.is_terminal() {
                complain(&entry);
            }
        }
    }
    match format {
        Format::Summary if count > 1 => out.styled(&format!("\n{}\n", summary::tally(count, failed)))?,
        Format::Json if !one => writeln!(out, "{}]", if count > 0 { "\n" } else { "[" })?,
        _ => {}
    }
    out.finish()?;
    Ok(if failed > 0 { Done::Some } else { Done::All })
}

fn pretty(record: &Record) -> io::Result<String> {
    serde_json::to_string_pretty(record).map_err(io::Error::from)
}

/// The record of a document, or of its failure.
fn read(extractor: &Extractor, entry: &Entry, offset_unit: OffsetUnit) -> Record {
    let document = &entry.document;
    let mut record = match &entry.failure {
        None => extractor.extract(document),
        Some(failure) => {
            let rules = extractor.rules_hash().to_owned();
            let engine = Engine { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), rules };
            let record = Record::empty(document.id.clone(), document.source.clone(), engine, offset_unit);
            Record { error: Some(failure.clone()), ..record }
        }
    };
    record.warnings.splice(0..0, entry.warnings.iter().cloned());
    record
}
