//! `eval`: records against gold, field by field and rule by rule, with every error in its sentence.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;
use signataire::{
    Document, Extractor, Options,
    gold::Gold,
    record::Record,
    score::{FIELDS, Fault, Field, Score, Verdict, floor::Floors, score},
};

use super::{
    Done, Reading, Stop,
    output::Output,
    page::{BAD, BOLD, DIM, GOOD, PLAIN, Piece, Sheet, WARN, paint, shorten, width},
};
use crate::folder::Folder;

const EXAMPLES: &str = "\
Examples:
  signataire eval fixtures/fr                        the figures, and the rules that err most
  signataire eval fixtures/fr --errors roles         every role missed (-) or invented (+), in its sentence
  signataire eval fixtures/fr --rules my-rules       with your rules
  signataire eval fixtures/fr --records old.jsonl    records made before
  signataire eval fixtures/fr --floors fixtures/floors.tsv --raise

Gold:
  NAME.txt beside NAME.gold.json or NAME.json: an object with id, source, lang, published,
  organizations, people, places, dates, partnerships; docs/evaluation.md has the form.";

/// Code points shown on each side of an error.
const AROUND: usize = 60;
/// The rules that a summary names.
const WORST: usize = 10;

/// Scores records against gold
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Folders of texts and their gold
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Lists the errors of a field, or of all
    #[arg(long, value_name = "FIELD", num_args = 0..=1, default_missing_value = "all", value_parser = chosen)]
    errors: Option<Chosen>,
    /// Lists every rule with how often it was right
    #[arg(long)]
    per_rule: bool,
    /// Everything as JSON: an object a folder
    #[arg(long, conflicts_with_all = ["errors", "per_rule"])]
    json: bool,
    /// Records to score (JSON Lines), in place of reading the texts now
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Table of the least F1 of each folder and field; exit code 1 where one is not reached
    #[arg(long, value_name = "FILE")]
    floors: Option<PathBuf>,
    /// Lifts the floors to what is reached now; none sinks
    #[arg(long, requires = "floors")]
    raise: bool,
    #[command(flatten)]
    reading: Reading,
}

/// One field, or all.
#[derive(Clone, Copy)]
struct Chosen(Option<Field>);

fn chosen(value: &str) -> Result<Chosen, String> {
    if value == "all" {
        return Ok(Chosen(None));
    }
    let names: Vec<&str> = FIELDS.iter().map(|field| field.name()).collect();
    let found = FIELDS.into_iter().find(|field| field.name() == value);
    found.map(|field| Chosen(Some(field))).ok_or_else(|| format!("one of all, {}", names.join(", ")))
}

/// A text with its gold.
struct Case {
    gold: Gold,
    text: String,
}

/// What a folder came to, and the texts that its errors are in.
struct Outcome {
    name: String,
    score: Score,
    texts: Vec<(String, String)>,
}

pub fn run(arguments: Arguments) -> Result<Done, Stop> {
    let extractor = arguments.reading.extractor(Options::default())?;
    let records = arguments.records.as_deref().map(records).transpose()?;
    let mut floors = arguments.floors.as_deref().map(|path| floors(path, arguments.raise)).transpose()?;
    let mut outcomes = Vec::new();
    for folder in &arguments.folders {
        outcomes.push(outcome(folder, &extractor, records.as_deref(), arguments.json)?);
    }
    let mut out = Output::open(None)?;
    if arguments.json {
        let all: serde_json::Map<_, _> = outcomes.iter().map(|it| (it.name.clone(), as_json(it))).collect();
        let pretty = serde_json::to_string_pretty(&all).map_err(io::Error::from)?;
        writeln!(out, "{pretty}")?;
    } else {
        let width = width(out.is_terminal());
        let pages: Vec<String> = outcomes.iter().map(|it| page(it, &arguments, width)).collect();
        out.styled(&pages.join("\n"))?;
    }
    out.finish()?;
    let Some((path, floors)) = arguments.floors.as_deref().zip(floors.as_mut()) else { return Ok(Done::All) };
    let fallen: Vec<String> = outcomes.iter().flat_map(|it| floors.below(&it.name, &it.score)).collect();
    for line in &fallen {
        eprintln!("signataire: {line}");
    }
    if arguments.raise {
        let risen: usize = outcomes.iter().map(|it| floors.raise(&it.name, &it.score)).sum();
        let mut table = Output::open(Some(path))?;
        table.write_all(floors.text().as_bytes())?;
        table.finish()?;
        eprintln!("signataire: {risen} floors rose in {}", path.display());
    }
    Ok(if fallen.is_empty() { Done::All } else { Done::Some })
}

/// Every text of a folder scored. The folder's name is the set's.
fn outcome(folder: &Path, extractor: &Extractor, records: Option<&[Record]>, json: bool) -> Result<Outcome, Stop> {
    let cases = cases(folder)?;
    let name = fs::canonicalize(folder).ok().and_then(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
    let mut outcome = Outcome { name: name.unwrap_or_else(|| folder.display().to_string()), score: Score::default(), texts: Vec::new() };
    for Case { gold, text } in cases {
        for fault in gold.faults(&text) {
            eprintln!("signataire: gold of {}: {fault}", gold.id);
        }
        let record = match records {
            None => {
                extractor.extract(&Document { id: gold.id.clone(), text: text.clone(), published: gold.published.clone(), ..Document::default() })
            }
            Some(records) => match records.iter().find(|record| record.id == gold.id) {
                Some(record) => record.clone(),
                None => return Err(Stop::Usage(format!("no record has the id {}", gold.id))),
            },
        };
        outcome.score.add(score(extractor.rules(), &text, &gold, &record));
        if !json {
            outcome.texts.push((gold.id, text));
        }
    }
    Ok(outcome)
}

/// The pairs below a folder, in name order.
fn cases(folder: &Path) -> Result<Vec<Case>, Stop> {
    let failed = |path: &Path, reason: String| Stop::Usage(format!("{}: {reason}", path.display()));
    if !folder.is_dir() {
        return Err(failed(folder, "no such folder".to_owned()));
    }
    let mut cases = Vec::new();
    for found in Folder::new(folder.to_owned()) {
        let path = found.map_err(|(path, error)| failed(&path, error.to_string()))?;
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let gold = [path.with_extension("gold.json"), path.with_extension("json")].into_iter().find(|gold| gold.is_file());
        let gold = gold.ok_or_else(|| failed(&path, "no gold beside it (.gold.json or .json)".to_owned()))?;
        let text = |path: &Path| fs::read_to_string(path).map_err(|error| failed(path, error.to_string()));
        let parsed = Gold::parse(&text(&gold)?).map_err(|reason| failed(&gold, reason))?;
        let text = text(&path)?;
        cases.push(Case { gold: parsed, text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text) });
    }
    if cases.is_empty() {
        return Err(failed(folder, "no .txt file in this folder".to_owned()));
    }
    Ok(cases)
}

fn records(path: &Path) -> Result<Vec<Record>, Stop> {
    let failed = |reason: String| Stop::Usage(format!("{}: {reason}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| serde_json::from_str(line).map_err(|error| failed(format!("line {}: {error}", number + 1)))).collect()
}

/// A table that is to be written may not be there yet.
fn floors(path: &Path, raise: bool) -> Result<Floors, Stop> {
    let failed = |reason: String| Stop::Usage(format!("{}: {reason}", path.display()));
    match fs::read_to_string(path) {
        Ok(text) => Floors::parse(&text).map_err(failed),
        Err(error) if raise && error.kind() == io::ErrorKind::NotFound => Ok(Floors::default()),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn as_json(outcome: &Outcome) -> serde_json::Value {
    let score = &outcome.score;
    let figure = |value: f64| (value * 1e4).round() / 1e4;
    let fields: serde_json::Map<_, _> = FIELDS
        .iter()
        .map(|&field| {
            let tally = score.tally(field);
            let figures = json!({
                "precision": figure(tally.precision()), "recall": figure(tally.recall()), "f1": figure(tally.f1()),
                "right": tally.right, "extra": tally.extra, "missed": tally.missed,
            });
            (field.name().to_owned(), figures)
        })
        .collect();
    json!({ "documents": score.documents, "fields": fields, "rules": score.rules, "errors": score.faults })
}

fn page(outcome: &Outcome, arguments: &Arguments, width: usize) -> String {
    let mut page = table(outcome);
    page.push_str(&rules(&outcome.score, arguments.per_rule));
    if let Some(Chosen(field)) = arguments.errors {
        page.push_str(&errors(outcome, field, width));
    }
    page
}

fn table(outcome: &Outcome) -> String {
    let score = &outcome.score;
    let count = score.documents;
    let mut text = format!("{}\n", paint(&format!("{}: {count} text{}", outcome.name, if count == 1 { "" } else { "s" }), BOLD));
    text.push_str(&paint("  field          precision  recall    F1   right  extra  missed\n", DIM));
    for field in FIELDS {
        let tally = score.tally(field);
        let f1 = paint(&format!("{:.2}", tally.f1()), BOLD);
        let (precision, recall) = (tally.precision(), tally.recall());
        let counts = format!("{:>6} {:>6} {:>7}", tally.right, tally.extra, tally.missed);
        text.push_str(&format!("  {:<14} {precision:>9.2} {recall:>7.2}  {f1}  {counts}\n", field.name()));
    }
    text
}

/// The rules that were wrong most often, or all of them.
fn rules(score: &Score, all: bool) -> String {
    let mut made: Vec<_> = score.rules.iter().filter(|(_, made)| all || made.wrong > 0).collect();
    made.sort_by(|a, b| b.1.wrong.cmp(&a.1.wrong).then(a.0.cmp(b.0)));
    made.truncate(if all { usize::MAX } else { WORST });
    if made.is_empty() {
        return String::new();
    }
    let mut text = paint("\n  right  wrong  rule\n", DIM);
    for (rule, made) in made {
        text.push_str(&format!("  {:>5}  {:>5}  {rule}\n", made.right, made.wrong));
    }
    text
}

fn errors(outcome: &Outcome, field: Option<Field>, width: usize) -> String {
    let mut sheet = Sheet::new(2, 2, width);
    let mut last = None;
    for fault in outcome.score.faults.iter().filter(|fault| field.is_none_or(|field| fault.field == field)) {
        if last != Some((&fault.document, fault.field)) {
            sheet.gap();
            sheet.heading(&[(fault.document.clone(), BOLD), (fault.field.name().to_owned(), DIM)]);
            last = Some((&fault.document, fault.field));
        }
        let (mark, style) = match fault.verdict {
            Verdict::Missed => ("-", BAD),
            Verdict::Extra => ("+", WARN),
            Verdict::Different => ("≠", WARN),
        };
        let mut what = vec![(fault.what.clone(), PLAIN)];
        what.extend(fault.rule.iter().map(|rule| (rule.clone(), DIM)));
        let mut items = vec![what];
        items.extend(around(outcome, fault));
        sheet.row(mark, style, &items);
    }
    if last.is_none() { paint("\nno errors\n", GOOD) } else { sheet.text }
}

/// The words before and after an error, and its own in colour.
fn around(outcome: &Outcome, fault: &Fault) -> Option<Vec<Piece>> {
    let text = &outcome.texts.iter().find(|(id, _)| *id == fault.document)?.1;
    let at = fault.at.clone()?;
    let (before, own, after) = (text.get(..at.start)?, text.get(at.clone())?, text.get(at.end..)?);
    let from = before.char_indices().rev().nth(AROUND).map_or(0, |(byte, _)| byte);
    let tail = before[from..].split_once(char::is_whitespace).filter(|_| from > 0).map_or(&before[from..], |(_, tail)| tail);
    let to = after.char_indices().nth(AROUND).map_or(after.len(), |(byte, _)| byte);
    let head = after[..to].rsplit_once(char::is_whitespace).filter(|_| to < after.len()).map_or(&after[..to], |(head, _)| head);
    let shown = if own.chars().count() > 2 * AROUND { shorten(own, AROUND) } else { own.to_owned() };
    Some(vec![(tail.to_owned(), DIM), (format!("[{}]", shown.trim()), BOLD), (head.to_owned(), DIM)])
}
