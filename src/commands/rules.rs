//! `rules check`: loads the rules and shows every fault at its place.

use std::path::Path;

use clap::Subcommand;
use signataire::error::{RuleErrors, RuleFault};

use super::{
    Done, RuleFolder, Stop,
    output::Output,
    page::{BAD, BOLD, DIM, columns, paint},
    rule_files,
};

/// Looks after rule files
#[derive(Subcommand)]
pub enum Action {
    /// Loads the rules; says how many there are, or every fault at once (exit code 78)
    Check(RuleFolder),
}

pub fn run(action: Action) -> Result<Done, Stop> {
    let Action::Check(folder) = action;
    let extractor = folder.load()?;
    let mut out = Output::open(None)?;
    let mut text = format!("built-in rules: no faults\nrule set in force: {}\n", extractor.rules_hash());
    if let Some(root) = &folder.rules {
        text.insert_str(0, &count(root, &rule_files(root)?));
    }
    out.styled(&text)?;
    out.finish()?;
    Ok(Done::All)
}

fn count(root: &Path, files: &[(String, String)]) -> String {
    let lines = |extension: &str, wanted: fn(&str) -> bool| -> usize {
        let files = files.iter().filter(|(name, _)| name.ends_with(extension));
        files.map(|(_, text)| text.lines().filter(|line| wanted(line)).count()).sum()
    };
    let rules = lines(".rules", |line| line.starts_with("rule "));
    let entries = lines(".tsv", |line| !line.trim().is_empty() && !line.starts_with('#'));
    format!("{}: {rules} rules and {entries} lexicon entries in {} files, no faults\n", root.display(), files.len())
}

/// Every fault with its line, a caret and help.
pub fn faults(errors: &RuleErrors) -> String {
    let mut shown = String::new();
    for fault in &errors.faults {
        let source = errors.files.iter().find(|(name, _)| *name == fault.file).map_or("", |(_, text)| text.as_str());
        shown.push_str(&draw(fault, source));
        shown.push('\n');
    }
    let count = errors.faults.len();
    shown + &paint(&format!("{count} fault{} in the rules\n", if count == 1 { "" } else { "s" }), BOLD)
}

fn draw(fault: &RuleFault, source: &str) -> String {
    let number = fault.line.to_string();
    let bar = format!("{} {}", " ".repeat(number.len()), paint("|", DIM));
    let head = format!("{} {}\n", paint("error:", BAD), paint(&fault.message, BOLD));
    let place = format!("{}{} {}:{}:{}\n", " ".repeat(number.len()), paint("-->", DIM), fault.file, fault.line, fault.column);
    // A tab is one column here, so that the carets stand where they should.
    let line = source.lines().nth(fault.line.saturating_sub(1)).map(|line| line.replace('\t', " "));
    let excerpt = line.map_or_else(String::new, |line| {
        let before: String = line.chars().take(fault.column.saturating_sub(1)).collect();
        let marked = source.get(fault.start..fault.end).and_then(|marked| marked.lines().next()).unwrap_or_default();
        let carets = "^".repeat(columns(&marked.replace('\t', " ")).max(1));
        format!("{bar}\n{number} {} {line}\n{bar} {}{}\n", paint("|", DIM), " ".repeat(columns(&before)), paint(&carets, BAD))
    });
    let help = fault.help.as_ref().map_or_else(String::new, |help| format!("{} {} help: {help}\n", " ".repeat(number.len()), paint("=", DIM)));
    head + &place + &excerpt + &help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_shown_at_its_place() {
        let text = "rule fr.role.x\n  find é @roel\n";
        let start = text.find("@roel").unwrap_or_default();
        let fault = RuleFault {
            file: "fr/role.rules".into(),
            start,
            end: start + 5,
            line: 2,
            column: 10,
            message: "unknown class @roel".into(),
            help: Some("did you mean @role?".into()),
        };
        let beyond = RuleFault { start: 900, end: 901, line: 12, column: 1, help: None, ..fault.clone() };
        let errors = RuleErrors { faults: vec![fault, beyond], files: vec![("fr/role.rules".into(), text.into())] };
        let shown = anstream::adapter::strip_str(&faults(&errors)).to_string();
        let expected = "\
error: unknown class @roel
 --> fr/role.rules:2:10
  |
2 |   find é @roel
  |          ^^^^^
  = help: did you mean @role?

error: unknown class @roel
  --> fr/role.rules:12:1

2 faults in the rules
";
        assert_eq!(shown, expected, "\n{shown}");
    }
}
