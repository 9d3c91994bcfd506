//! What can go wrong: in rule files, each fault with its place; in documents, a code and a sentence.

use std::fmt;

/// One fault in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFault {
    /// Path below the rules folder.
    pub file: String,
    /// Bytes in that file.
    pub start: usize,
    pub end: usize,
    /// From 1.
    pub line: usize,
    /// From 1, in code points.
    pub column: usize,
    pub message: String,
    pub help: Option<String>,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        match &self.help {
            Some(help) => write!(f, " (help: {help})"),
            None => Ok(()),
        }
    }
}

/// Every fault of a rule set, in file order, with the texts to show them in.
#[derive(Clone, Debug, Default, thiserror::Error)]
#[error("{} in the rules:\n{}", count(.faults), .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct RuleErrors {
    pub faults: Vec<RuleFault>,
    /// Path and text of the files named in `faults`.
    pub files: Vec<(String, String)>,
}

fn count(faults: &[RuleFault]) -> String {
    match faults.len() {
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    }
}
