//! The command line: arguments, exit codes, and what all commands share.

mod eval;
mod explain;
mod extract;
mod output;
mod page;
mod partial;
mod progress;
mod rules;
mod schema;
mod summary;
mod tokens;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use signataire::{
    DateOrder, Extractor, Options, PreferDates,
    error::RuleErrors,
    record::{Failure, OffsetUnit},
};

use crate::{
    batch::{Batch, Entry, InputFormat, Inputs},
    folder::Folder,
    jsonl, source,
};

const EXAMPLES: &str = "\
Examples:
  signataire extract release.txt                 what the release says, to read
  signataire extract releases/ -o records.jsonl  a folder, one record a line
  signataire extract in.jsonl | jq -r '.organizations[].name'
  signataire explain release.txt --at Rabat      which rules saw Rabat, which won, and why
  signataire tokens release.txt                  what each stage sees, under the text
  signataire rules check --rules my-rules/       every fault of your rules at once
  signataire eval fixtures/fr                    records against gold, field by field

Exit codes:
  0   all is well (also when the reader of the output goes away)
  1   some documents could not be read: each has a record with an \"error\"; a floor was not reached
  2   the command line is wrong
  70  signataire itself is at fault (a fault that costs one document only is its \"error\", and 1)
  74  the output could not be written
  78  the rule files are wrong
  130 stopped by Ctrl-C or SIGTERM; what was done is written";

/// Reads press releases and writes records: organisations, people, roles, dates, places and partnerships,
/// each with its place in the text and the rule that found it.
#[derive(Parser)]
#[command(name = "signataire", version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Extract(extract::Arguments),
    Explain(explain::Arguments),
    Eval(eval::Arguments),
    Tokens(tokens::Arguments),
    #[command(subcommand)]
    Rules(rules::Action),
    /// Prints the JSON Schema of the records
    Schema,
}

/// How texts are read, whatever is done with them.
#[derive(Args)]
struct Reading {
    /// Language of the texts (fr, en, ar), in place of what they say and of what is detected
    #[arg(long, value_name = "LANG", value_parser = language)]
    lang: Option<String>,
    /// Date that "hier" counts from, in place of what the texts say: YYYY, YYYY-MM or YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = date)]
    published: Option<String>,
    /// Which "mardi" or "3 mars" is meant: the sentence's tense decides, the last one, or the next one
    #[arg(long, value_enum, default_value = "tense", value_name = "WHICH")]
    prefer_dates: Prefer,
    /// How 03/07/2018 is meant where both readings are possible [default: as the language has it]
    #[arg(long, value_enum, value_name = "ORDER")]
    date_order: Option<NumericOrder>,
    #[command(flatten)]
    rules: RuleFolder,
}

#[derive(Clone, Copy, ValueEnum)]
enum NumericOrder {
    /// 3 July
    DayMonth,
    /// 7 March
    MonthDay,
}

#[derive(Args)]
struct RuleFolder {
    /// Folder of rule files: they join the built-in ones, and replace those of the same id
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

/// One file, or standard input.
#[derive(Args)]
struct OneFile {
    /// A text, JSON Lines, or - for standard input
    file: PathBuf,
    /// How the file is read; auto goes by the extension
    #[arg(long, value_enum, default_value = "auto", value_name = "FORMAT")]
    input_format: InputFormat,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, ValueEnum)]
enum Prefer {
    Tense,
    Past,
    Future,
}

#[derive(Clone, Copy, ValueEnum)]
enum Unit {
    /// Code points
    Char,
    /// Bytes of UTF-8
    Byte,
    /// UTF-16 code units
    Utf16,
}

impl From<Unit> for OffsetUnit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Char => OffsetUnit::Char,
            Unit::Byte => OffsetUnit::Byte,
            Unit::Utf16 => OffsetUnit::Utf16,
        }
    }
}

fn language(value: &str) -> Result<String, String> {
    jsonl::language(value).ok_or_else(|| "a language code has two letters, such as fr".to_owned())
}

fn date(value: &str) -> Result<String, String> {
    jsonl::date(value).ok_or_else(|| "a date is YYYY, YYYY-MM or YYYY-MM-DD, and exists".to_owned())
}

/// Why a command ends before its end.
enum Stop {
    Rules(RuleErrors),
    RuleFolder(String),
    Usage(String),
    Output(io::Error),
    /// Ctrl-C.
    Interrupted(String),
    /// A fault of this program that no document can be named for.
    Bug(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

impl From<RuleErrors> for Stop {
    fn from(errors: RuleErrors) -> Self {
        Stop::Rules(errors)
    }
}

impl Stop {
    /// With more to say, where the run was at work.
    fn with(self, note: &str) -> Self {
        match self {
            Stop::Output(error) => Stop::Output(io::Error::new(error.kind(), format!("{error}; {note}"))),
            Stop::Interrupted(message) => Stop::Interrupted(format!("{message}; {note}")),
            Stop::Bug(message) => Stop::Bug(format!("{message}; {note}")),
            other => other,
        }
    }

    fn report(self) -> ExitCode {
        match self {
            Stop::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Stop::Output(error) => say(&format!("the output: {error}"), 74),
            Stop::Usage(message) => say(&message, 2),
            Stop::Interrupted(message) => say(&message, 130),
            Stop::Bug(message) => say(&format!("a fault of this program: {message}; please report it"), 70),
            Stop::RuleFolder(message) => say(&message, 78),
            Stop::Rules(errors) => {
                anstream::eprint!("{}", rules::faults(&errors));
                ExitCode::from(78)
            }
        }
    }
}

fn say(message: &str, code: u8) -> ExitCode {
    eprintln!("signataire: {message}");
    ExitCode::from(code)
}

/// Whether every document could be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    All,
    /// Some documents failed.
    Some,
    /// Some examples of rules do not hold.
    Examples,
}

pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody to tell when this fails, as when the reader of --help has gone.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match cli.command {
        Command::Extract(arguments) => extract::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Eval(arguments) => eval::run(arguments),
        Command::Tokens(arguments) => tokens::run(arguments),
        Command::Rules(action) => rules::run(action),
        Command::Schema => schema::run(),
    };
    match done {
        Ok(Done::All) => ExitCode::SUCCESS,
        Ok(Done::Some) => ExitCode::from(1),
        Ok(Done::Examples) => ExitCode::from(78),
        Err(stop) => stop.report(),
    }
}

impl Reading {
    fn extractor(&self, more: Options) -> Result<Extractor, Stop> {
        let prefer_dates = match self.prefer_dates {
            Prefer::Tense => PreferDates::Tense,
            Prefer::Past => PreferDates::Past,
            Prefer::Future => PreferDates::Future,
        };
        let date_order = self.date_order.map(|order| match order {
            NumericOrder::DayMonth => DateOrder::DayMonth,
            NumericOrder::MonthDay => DateOrder::MonthDay,
        });
        let options = Options { date_order, language: self.lang.clone(), published: self.published.clone(), prefer_dates, ..more };
        Ok(self.rules.load()?.with_options(options))
    }
}

impl RuleFolder {
    fn load(&self) -> Result<Extractor, Stop> {
        match &self.rules {
            Some(root) => Ok(Extractor::with_rules(&rule_files(root)?)?),
            None => Ok(Extractor::builtin()?),
        }
    }
}

/// Path below `root` and text of every `.rules` and `.tsv` file.
fn rule_files(root: &Path) -> Result<Vec<(String, String)>, Stop> {
    let failed = |path: &Path, error: io::Error| {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "no such folder".to_owned(),
            io::ErrorKind::InvalidData => "not UTF-8".to_owned(),
            _ => error.to_string(),
        };
        Stop::RuleFolder(format!("{}: {reason}", path.display()))
    };
    if !root.is_dir() {
        return Err(failed(root, io::ErrorKind::NotFound.into()));
    }
    let mut files = Vec::new();
    for found in Folder::new(root.to_owned()) {
        let path = found.map_err(|(path, error)| failed(&path, error))?;
        if path.extension().is_some_and(|extension| extension == "rules" || extension == "tsv") {
            let below = path.strip_prefix(root).unwrap_or(&path);
            let name: Vec<_> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
            files.push((name.join("/"), text));
        }
    }
    if files.is_empty() {
        return Err(Stop::RuleFolder(format!("{}: no .rules or .tsv file in this folder", root.display())));
    }
    Ok(files)
}

/// A line on standard error for a document without a record of its own.
fn complaint(entry: &Entry, failure: &Failure) -> String {
    format!("{}: {} ({})", entry.document.id, failure.message, failure.code)
}

impl OneFile {
    /// Does something with every document of the file that can be read, and tells of the others.
    fn each(&self, mut act: impl FnMut(&Entry) -> Result<(), Stop>) -> Result<Done, Stop> {
        if self.file.is_dir() {
            return Err(Stop::Usage(format!("{} is a folder; one file is wanted", self.file.display())));
        }
        let mut done = Done::All;
        let inputs = Inputs { paths: vec![self.file.clone()], format: self.input_format, ..Inputs::default() };
        for entry in Batch::new(&inputs, source::MAX_BYTES)?.entries() {
            match &entry.failure {
                Some(failure) => {
                    eprintln!("signataire: {}", complaint(&entry, failure));
                    done = Done::Some;
                }
                None => act(&entry)?,
            }
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_hold_together() {
        super::Cli::command().debug_assert();
    }
}
