//! Dates: from the captures of a rule to a value, with the reference date as a parameter.

/// One capture of a date rule.
#[derive(Clone, Copy, Debug)]
pub struct Arg<'a> {
    pub name: &'a str,
    pub text: &'a str,
    /// The lexicon value, where the capture was an entry.
    pub value: Option<&'a str>,
}

/// The closed set of value builders and the arguments that each takes.
pub const BUILDERS: &[(&str, &[&str])] = &[("date", &["weekday", "day", "month", "year"])];
