//! The examples of every rule hold, alone and in the whole set; and no rule is one too many.

use signataire::{
    example,
    rules::{load::RuleSet, run::Scratch},
};

fn builtin() -> RuleSet {
    RuleSet::builtin().unwrap_or_else(|errors| panic!("{errors}"))
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

#[test]
fn a_callers_words_join() {
    let path = "fr/lexicon/agreement-noun.tsv".to_owned();
    let kind = |words: &str| {
        let extractor = signataire::Extractor::with_rules(&[(path.clone(), words.to_owned())]).unwrap_or_else(|errors| panic!("{errors}"));
        let text = "La Fondation Belkacem et l'université de Karsa ont signé un serment de mer et une charte.".to_owned();
        let record = extractor.extract(&signataire::Document { text, language: Some("fr".to_owned()), ..Default::default() });
        record.partnerships.first().and_then(|a| Some((a.kind.clone()?, a.class.clone()?.id)))
    };
    let own = |kind: &str, class: &str| Some((kind.to_owned(), class.to_owned()));
    assert_eq!(kind("serment de mer\ttreaty\n"), own("serment de mer", "treaty"));
    assert_eq!(kind("# none of mine\n"), own("charte", "charter"));
    assert_eq!(kind("#: replace\nserment de mer\ttreaty\n"), own("serment de mer", "treaty"));
    let set =
        RuleSet::load(RuleSet::builtin_files(), &[(path.clone(), "serment de mer\ttreaty\n".to_owned())]).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(example::check(&set), []);
}
