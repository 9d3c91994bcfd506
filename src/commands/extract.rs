//! `extract`: documents in, records out, in the same order.

mod earlier;
mod form;
mod reader;
mod writer;

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use clap::{Args, ValueEnum};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use signataire::{Options, record::OffsetUnit};

use self::{
    earlier::Earlier,
    form::{Form, Format},
    reader::Reader,
    writer::Writer,
};
use super::{Done, Reading, Stop, Unit, output::Output, page, progress::Progress};
use crate::{
    batch::{self, Batch, InputFormat, Inputs, Item},
    pipeline::{self, Broken, Event},
    source,
};

const EXAMPLES: &str = "\
Examples:
  signataire extract release.txt
  signataire extract releases/ more.jsonl -o records.jsonl
  signataire extract archive/ -o records.jsonl --resume      go on with a run that was broken off
  signataire extract archive/ -o records.jsonl --only-stale records.jsonl
  find . -name '*.txt' | signataire extract --paths-from -
  signataire extract --published 2026-01-22 --format json release.txt
  curl -s https://example.org/release.txt | signataire extract -

Input:
  A folder is read with those below it, in name order: .txt files, one document each, and .jsonl
  files, one document a line: {\"id\", \"text\", \"language\"?, \"published\"?}; other keys are ignored.
  Both may be packed (.gz, .zst). A pattern that the shell left alone ('2026/**/*.txt') is matched.
  Texts may be UTF-8, UTF-16, windows-1252, ISO-8859-x, windows-1256: the record says which.
  What cannot be read keeps its place in the output, as a record with an \"error\". Its \"code\":
  unreadable, too-large, empty, binary, undecodable, malformed-line, missing-text, wrong-type,
  duplicate-id, bug (a fault of signataire itself, which does not end the run).

Output:
  On a terminal a summary to read; into a pipe or a file JSON Lines, one record a line.
  --format json is indented: one object for one text file, else an array, however many it holds.
  Records keep the order of the documents, and are the same whatever --jobs is.
  With -o the records grow in FILE.partial, which becomes FILE when all is done. A run that ends
  early (Ctrl-C, a full disk, kill -9) leaves it; the same command with --resume keeps each record
  that is still right, up to the first that is not, and does the rest.";

/// Reads documents and writes a record for each
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Texts, JSON Lines, folders, patterns, or - for standard input (the default when something is piped in)
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// File with a path a line, or - for standard input; ids are these paths without extension
    #[arg(long, value_name = "FILE")]
    paths_from: Option<PathBuf>,
    /// How files are read; auto goes by the extension
    #[arg(long, value_enum, default_value = "auto", value_name = "FORMAT")]
    input_format: InputFormat,
    /// How records are written [default: summary on a terminal, else jsonl]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// File to write; it appears, or changes, only when all is done
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Goes on with a run of the same command that was broken off
    #[arg(long, requires = "output")]
    resume: bool,
    /// Copies the records of FILE whose documents, rules and options are the same; only the others are made
    #[arg(long, value_name = "FILE")]
    only_stale: Option<PathBuf>,
    /// Threads [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Longest document, and longest line, in bytes (K, M, G for more): what is longer is an error record
    #[arg(long, default_value = "16M", value_name = "SIZE", value_parser = size)]
    max_bytes: u64,
    /// Nothing on standard error but what ends the run
    #[arg(short, long)]
    quiet: bool,
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
enum With {
    Sentences,
    Tokens,
}

pub fn run(arguments: Arguments) -> Result<Done, Stop> {
    let inputs = arguments.inputs()?;
    let stop = interruption();
    let extractor = arguments.reading.extractor(Options {
        offset_unit: OffsetUnit::from(arguments.offsets),
        with_sentences: arguments.with.contains(&With::Sentences),
        with_tokens: arguments.with.contains(&With::Tokens),
        ..Options::default()
    })?;
    let batch = Batch::new(&inputs, arguments.max_bytes).map_err(|error| unreadable("--paths-from", inputs.list.as_deref(), &error))?;
    let earlier = arguments.only_stale.as_deref().map(Earlier::open).transpose();
    let earlier = earlier.map_err(|error| unreadable("--only-stale", arguments.only_stale.as_deref(), &error))?;
    let out = Output::open(arguments.output.as_deref())?;
    let form = arguments.form(&inputs, out.is_terminal());
    if arguments.resume && !(form.format == Format::Jsonl && matches!(out, Output::File(_))) {
        return Err(Stop::Usage("--resume goes on with a file of JSON Lines: -o FILE, --format jsonl".to_owned()));
    }

    let progress = Progress::new(arguments.quiet, !out.is_terminal(), Arc::clone(&batch.count));
    progress.measure(move || batch::total(&inputs));
    let reader = Reader { extractor, form, earlier };
    let mut writer = Writer::new(out, form, progress);
    writer.begin(arguments.resume, &reader)?;
    let jobs = arguments.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    go(writer, Arc::new(reader), batch, arguments.resume, jobs, &stop)
}

/// From the first document to the last, or to where the run is stopped.
fn go(mut writer: Writer, reader: Arc<Reader>, mut batch: Batch, resume: bool, jobs: usize, stop: &Arc<AtomicBool>) -> Result<Done, Stop> {
    let pending = if resume { writer.resume(&mut batch, &reader, stop)? } else { None };
    let worker = Arc::clone(&reader);
    let items = pending.into_iter().chain(batch);
    let ran = pipeline::run(
        items,
        jobs,
        Item::size,
        stop,
        move |item| worker.read(item),
        |event| match event {
            Event::Result(outcome) => writer.write(outcome, &reader),
            Event::Tick => {
                writer.tick(stop.load(Ordering::SeqCst));
                Ok(())
            }
        },
    );
    match ran {
        Ok(()) if stop.load(Ordering::SeqCst) => writer.interrupt(),
        Ok(()) => writer.finish(),
        Err(Broken::Caller(error)) => Err(writer.leave(Stop::Output(error))),
        Err(Broken::Thread(message)) => Err(writer.leave(Stop::Bug(message))),
    }
}

impl Arguments {
    fn inputs(&self) -> Result<Inputs, Stop> {
        let usage = |message: &str| Err(Stop::Usage(message.to_owned()));
        let mut paths = self.paths.clone();
        let listed_there = self.paths_from.as_deref() == Some(Path::new("-"));
        if paths.is_empty() && self.paths_from.is_none() {
            if io::stdin().is_terminal() {
                return usage("nothing to read: give files or folders, or - for standard input (see signataire extract --help)");
            }
            paths.push(PathBuf::from("-"));
        }
        if paths.iter().filter(|path| path.as_os_str() == "-").count() + usize::from(listed_there) > 1 {
            return usage("- can stand once only: there is one standard input");
        }
        let skip = self.output.iter().chain(&self.only_stale).cloned().collect();
        Ok(Inputs { paths, list: self.paths_from.clone(), format: self.input_format, skip, quiet: self.quiet })
    }

    fn form(&self, inputs: &Inputs, terminal: bool) -> Form {
        let format = self.format.unwrap_or(if terminal { Format::Summary } else { Format::Jsonl });
        Form { format, one: inputs.is_one_text(), width: page::width(terminal) }
    }
}

/// Set by Ctrl-C, or by a system that wants the process to end. The second time the process ends at once.
fn interruption() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Without a handler the process ends at once, and nothing is lost but time.
        let _ = flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop)).and_then(|_| flag::register(signal, Arc::clone(&stop)));
    }
    stop
}

fn unreadable(option: &str, path: Option<&Path>, error: &io::Error) -> Stop {
    let path = path.unwrap_or(Path::new("-")).display();
    Stop::Usage(format!("{option} {path}: {}", source::reason(error)))
}

/// "500", "64K", "16M", "1G".
fn size(value: &str) -> Result<u64, String> {
    let (digits, unit) = match value.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&value[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&value[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&value[..at], 1 << 30),
        _ => (value, 1),
    };
    let size = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(unit)).filter(|size| (1..=u64::from(u32::MAX)).contains(size));
    size.ok_or_else(|| "a size is a number of bytes such as 500, 64K or 16M, and less than 4G".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let check = |text: &str, expected: Option<u64>| assert_eq!(size(text).ok(), expected, "{text}");
        check("500", Some(500));
        check("64k", Some(64 << 10));
        check("16M", Some(16 << 20));
        check("3G", Some(3 << 30));
        for wrong in ["", "M", "0", "4G", "-1", "1.5M", "16MB", "99999999999999999999", "16é"] {
            check(wrong, None);
        }
    }
}
