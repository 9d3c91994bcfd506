//! The examples of every rule hold, alone and in the whole set; and no rule is one too many.

use signataire::{
    example,
    rules::{load::RuleSet, run::Scratch},
};

fn builtin() -> RuleSet {
    RuleSet::load(RuleSet::builtin_files(), &[]).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn examples_hold() {
    let failures: Vec<String> = example::check(&builtin())
        .into_iter()
        .map(|f| format!("rules/{}:{} {}\n    {}\n    {}", f.file, f.line, f.rule, f.example, f.message))
        .collect();
    assert!(failures.is_empty(), "{} examples fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_rule_is_needed() {
    let set = builtin();
    let mut scratch = Scratch::default();
    let idle: Vec<&str> = (0..set.rules.len() as u32)
        .filter(|&r| !set.rules[r as usize].draft && !example::is_missed(&set, r, &mut scratch))
        .map(|r| set.id(r))
        .collect();
    assert!(idle.is_empty(), "without these rules the examples give the same facts: {}", idle.join(", "));
}
