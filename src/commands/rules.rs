//! `rules check`: loads the rules, runs their examples, and shows every fault at its place.

use clap::Subcommand;
use signataire::{
    error::{RuleErrors, RuleFault},
    example::{Failure, check_rule},
    rules::run::Scratch,
};

use super::{
    Done, RuleFolder, Stop,
    output::Output,
    page::{BAD, BOLD, DIM, columns, paint},
};

/// Looks after rule files
#[derive(Subcommand)]
pub enum Action {
    /// Loads the rules and runs their examples; shows every fault, and every example that does not hold (exit code 78)
    Check {
        #[command(flatten)]
        folder: RuleFolder,
        /// Runs the examples of the rules whose id begins so, such as fr.date
        #[arg(long, value_name = "PREFIX")]
        only: Option<String>,
    },
}

pub fn run(action: Action) -> Result<Done, Stop> {
    let Action::Check { folder, only } = action;
    let extractor = folder.load()?;
    let set = extractor.rules();
    let mut out = Output::open(None)?;
    let chosen = |id: &str| only.as_deref().is_none_or(|prefix| id.starts_with(prefix));
    let ids: Vec<u32> = (0..set.rules.len() as u32).filter(|&rule| chosen(set.id(rule))).collect();
    let mut scratch = Scratch::default();
    let failures: Vec<Failure> = ids.iter().flat_map(|&rule| check_rule(set, rule, &mut scratch)).collect();
    let examples: usize = ids.iter().map(|&rule| set.written().rules[rule as usize].examples.len()).sum();
    let mut text = String::new();
    for failure in &failures {
        text.push_str(&format!("{} {}\n", paint("example fails:", BAD), paint(&failure.rule, BOLD)));
        text.push_str(&format!("  {} {}:{}\n  {}\n  {}\n\n", paint("-->", DIM), failure.file, failure.line, failure.example, failure.message));
    }
    let verdict = match failures.len() {
        0 => format!("{} rules, no faults; their {examples} examples hold", ids.len()),
        n => format!("{} rules; {n} of their {examples} examples do not hold", ids.len()),
    };
    text.push_str(&format!("{verdict}\nrule set in force: {}\n", extractor.rules_hash()));
    out.styled(&text)?;
    out.finish()?;
    Ok(if failures.is_empty() { Done::All } else { Done::Examples })
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
