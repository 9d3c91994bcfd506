//! What a parser cannot see: names that nothing bears, captures that nothing reads, rules that prefer each other in a ring.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Argument, Known, Node, Rule, Spot, Test, WHERES,
    parse::Set,
    pattern::{Fault, whole},
    suggest::suggest,
};
use crate::{
    date,
    lexicon::Lexicon,
    mention::{Kind, Stage},
};

/// The sets that a rule may use: those of its file, then its language's, then those of `any`.
pub struct Sets<'s> {
    sets: &'s [Set],
    /// Those expanded without a fault, by index and by the language that asks.
    done: FxHashMap<(usize, String), Arc<Known>>,
}

impl<'s> Sets<'s> {
    pub fn new(sets: &'s [Set]) -> Self {
        Sets { sets, done: FxHashMap::default() }
    }

    fn find(&self, name: &str, lang: &str, file: usize) -> Option<(usize, &'s Set)> {
        let all = self.sets.iter().enumerate().filter(|(_, s)| s.name.it == name);
        let rank = |&(_, s): &(usize, &Set)| match () {
            () if s.file == file => 0,
            () if s.shared && s.lang == lang => 1,
            () if s.shared && s.lang == "any" => 2,
            () => 3,
        };
        let best = all.min_by_key(rank)?;
        (rank(&best) < 3).then_some(best)
    }

    fn names(&self, lang: &str, file: usize) -> impl Iterator<Item = &'s str> {
        self.sets.iter().filter(move |s| s.file == file || s.shared && (s.lang == lang || s.lang == "any")).map(|s| s.name.it.as_str())
    }

    /// Puts the pattern of each set where its name stands. Faults are at the name in the rule, or in the set that holds it.
    pub fn expand(&mut self, node: &mut Node, lang: &str, file: usize, open: &mut Vec<String>, faults: &mut Vec<(usize, Fault)>) {
        match node {
            Node::Seq(nodes) | Node::Alt(nodes) => nodes.iter_mut().for_each(|n| self.expand(n, lang, file, open, faults)),
            Node::Repeat { node, .. } | Node::Before { node, .. } | Node::After { node, .. } | Node::Capture { node, .. } => {
                self.expand(node, lang, file, open, faults);
            }
            Node::Set(name) => {
                if let Some(it) = self.get(name, lang, file, open, faults) {
                    *node = Node::Known(it);
                }
            }
            Node::Element(test) => self.expand_test(test, lang, file, open, faults),
            Node::Glue | Node::Start | Node::End | Node::Gap(_) | Node::Known(_) => {}
        }
    }

    fn get(&mut self, name: &Spot<String>, lang: &str, file: usize, open: &mut Vec<String>, faults: &mut Vec<(usize, Fault)>) -> Option<Arc<Known>> {
        let Some((index, set)) = self.find(&name.it, lang, file) else {
            let help = suggest(&name.it, self.names(lang, file)).map(|s| format!("did you mean {s}?"));
            let help = help.or_else(|| Some(format!("write `set {} = …` in this file or in {lang}/sets.rules", name.it)));
            faults.push((file, Fault { at: name.at.clone(), message: format!("unknown set {}", name.it), help }));
            return None;
        };
        if open.contains(&name.it) {
            faults.push((file, Fault { at: name.at.clone(), message: format!("set {} holds itself", name.it), help: None }));
            return None;
        }
        let key = (index, lang.to_owned());
        if let Some(known) = self.done.get(&key) {
            return Some(Arc::clone(known));
        }
        open.push(name.it.clone());
        let told = faults.len();
        let mut node = set.node.clone();
        self.expand(&mut node, lang, set.file, open, faults);
        open.pop();
        let known = Known::new(node);
        if faults.len() == told {
            self.done.insert(key, Arc::clone(&known));
        }
        Some(known)
    }

    fn expand_test(&mut self, test: &mut Test, lang: &str, file: usize, open: &mut Vec<String>, faults: &mut Vec<(usize, Fault)>) {
        match test {
            Test::Not(t) => self.expand_test(t, lang, file, open, faults),
            Test::And(ts) | Test::Or(ts) => ts.iter_mut().for_each(|t| self.expand_test(t, lang, file, open, faults)),
            Test::Set(name) => {
                let name = name.clone();
                if let Some(node) = self.get(&name, lang, file, open, faults) {
                    match super::pattern::as_test(&node.node) {
                        Some(it) => *test = it,
                        None => faults.push((
                            file,
                            Fault {
                                at: name.at,
                                message: format!("set {} is more than a test on one token", name.it),
                                help: Some("`&` and `!` take tests on one token".to_owned()),
                            },
                        )),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Tells of the broken ones among the regular expressions of a rule whose sets are expanded; `tried` remembers those seen before.
pub fn regexes(rule: &Rule, tried: &mut FxHashSet<String>, faults: &mut Vec<Fault>) {
    for pattern in std::iter::once(&rule.find).chain(&rule.unless) {
        pattern.it.visit_tests(&mut |test| {
            if let Test::Regex(pattern) = test
                && tried.insert(pattern.it.clone())
                && let Err(error) = regex::Regex::new(&whole(&pattern.it))
            {
                let line = error.to_string();
                let reason = line.lines().last().unwrap_or("").trim_start_matches("error: ");
                faults.push(Fault { at: pattern.at.clone(), message: format!("this regular expression is broken: {reason}"), help: None });
            }
        });
    }
}

/// Checks one rule whose sets are expanded, and notes its regular expressions.
pub fn rule(rule: &Rule, family: &str, lexicon: &Lexicon, regexes: &mut FxHashSet<String>, faults: &mut Vec<Fault>) {
    let mut fault = |at: std::ops::Range<usize>, message: String, help: Option<String>| faults.push(Fault { at, message, help });
    let prefix = format!("{}.{family}.", rule.lang);
    let well_named = rule.id.it.strip_prefix(&prefix).is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_alphanumeric() || c == '-'));
    if !well_named {
        fault(
            rule.id.at.clone(),
            format!("the id `{}` does not fit its file", rule.id.it),
            Some(format!("ids here are `{prefix}<name>`, the name in letters, digits and hyphens")),
        );
    }
    let patterns: Vec<&Spot<Node>> = std::iter::once(&rule.find).chain(&rule.unless).collect();
    let mut names: Vec<&Spot<String>> = Vec::new();
    for pattern in &patterns {
        if pattern.it.size().0 == 0 {
            fault(pattern.at.clone(), "a pattern that can match nothing".to_owned(), Some("make one of its elements obligatory".to_owned()));
        }
        pattern.it.visit_tests(&mut |test| {
            if let Test::Class(name) = test
                && lexicon.class(&name.it).is_none()
            {
                let help = suggest(&name.it, lexicon.class_names().iter().map(String::as_str)).map(|c| format!("did you mean @{c}?"));
                let help = help.or_else(|| Some(format!("put its words into {}/lexicon/{}.tsv", rule.lang, name.it)));
                fault(name.at.clone(), format!("unknown class @{}", name.it), help);
            }
            if let Test::Regex(pattern) = test
                && !regexes.contains(&pattern.it)
            {
                regexes.insert(pattern.it.clone());
            }
        });
        pattern.it.visit(&mut |node| {
            if let Node::After { node, .. } = node
                && node.size().1.is_none()
            {
                fault(pattern.at.clone(), "`after( )` needs a bounded pattern".to_owned(), Some("write {1,5} in place of + or *".to_owned()));
            }
        });
    }
    rule.find.it.visit(&mut |node| {
        if let Node::Capture { name, .. } = node {
            names.push(name);
        }
    });
    let with: Vec<&str> = rule.with.iter().map(|w| w.it.name.as_str()).collect();
    let known = |name: &str| names.iter().any(|n| n.it == name) || with.contains(&name);
    let known_names = || names.iter().map(|n| n.it.as_str()).chain(with.iter().copied());

    // What a rule may read follows from what it gives.
    let kind = rule.gives.output.kind;
    let reads: Vec<Kind> = rule.find.it.kinds().into_iter().chain(rule.with.iter().map(|w| w.it.kind)).collect();
    let own = rule.stage();
    for read in &reads {
        let read_stage = read.stage();
        let allowed = match own {
            Stage::Names | Stage::Repeats => false,
            Stage::Compounds | Stage::Aliases => read_stage == Stage::Names,
            Stage::References => read_stage <= Stage::Compounds,
            Stage::Relations => !read.is_relation(),
        };
        if !allowed {
            fault(
                rule.find.at.clone(),
                format!("a rule that gives {} cannot read <{}>", rule.gives.output.name, read.name()),
                Some(format!("<{}> comes at the stage `{}`, this rule runs at `{}`", read.name(), read_stage.name(), own.name())),
            );
        }
    }

    let mut used: FxHashSet<&str> = FxHashSet::default();
    for Argument { field, value } in &rule.gives.args {
        // A capture given to a field that there is not is told once.
        if known(&value.it) {
            used.insert(&value.it);
        }
        let Some((_, constants)) = rule.gives.output.fields.iter().find(|(name, _)| *name == field.it) else {
            let fields = rule.gives.output.fields.iter().map(|f| f.0);
            let help = suggest(&field.it, fields.clone()).map(|s| format!("did you mean `{s}`?"));
            let all = fields.collect::<Vec<_>>().join(", ");
            fault(
                field.at.clone(),
                format!("{} has no field `{}`", rule.gives.output.name, field.it),
                help.or_else(|| Some(format!("its fields are {all}"))),
            );
            continue;
        };
        if !known(&value.it) && !constants.contains(&value.it.as_str()) {
            let help = suggest(&value.it, known_names().chain(constants.iter().copied())).map(|s| format!("did you mean `{s}`?"));
            fault(
                value.at.clone(),
                format!("`{}` is no capture of this rule", value.it),
                help.or_else(|| Some(format!("capture it in `find` as {}:(…)", value.it))),
            );
        }
    }
    if let Some(call) = &rule.value {
        match date::BUILDERS.iter().find(|(name, _)| *name == call.name.it) {
            None => {
                let names = date::BUILDERS.iter().map(|b| b.0);
                let help = suggest(&call.name.it, names.clone()).map(|s| format!("did you mean `{s}`?"));
                let all = names.collect::<Vec<_>>().join(", ");
                fault(
                    call.name.at.clone(),
                    format!("unknown value builder `{}`", call.name.it),
                    help.or_else(|| Some(format!("the builders are {all}"))),
                );
            }
            Some((name, fields)) => {
                for Argument { field, value } in &call.args {
                    if !fields.contains(&field.it.as_str()) {
                        fault(field.at.clone(), format!("{name} takes no `{}`", field.it), Some(format!("it takes {}", fields.join(", "))));
                    }
                    if known(&value.it) {
                        used.insert(&value.it);
                    } else if field.it == value.it {
                        fault(
                            value.at.clone(),
                            format!("`{}` is no capture of this rule", value.it),
                            Some(format!("capture it in `find`, or give a constant: `{}: …`", field.it)),
                        );
                    }
                }
            }
        }
    } else if matches!(kind, Kind::Date | Kind::Duration) {
        fault(
            rule.gives.at.clone(),
            format!("a rule that gives {} needs a `value`", rule.gives.output.name),
            Some("such as `value date(day, month, year)`".to_owned()),
        );
    }
    for Spot { it: test, at } in &rule.wheres {
        match WHERES.iter().find(|(name, _)| *name == test.name.it) {
            None => fault(
                test.name.at.clone(),
                format!("unknown test `{}`", test.name.it),
                Some(format!("the tests are {}", WHERES.iter().map(|w| w.0).collect::<Vec<_>>().join(", "))),
            ),
            Some((name, count)) if *count != test.args.len() => fault(at.clone(), format!("{name} takes {count} captures"), None),
            Some(_) => {
                for arg in &test.args {
                    if known(&arg.it) {
                        used.insert(&arg.it);
                    } else {
                        fault(
                            arg.at.clone(),
                            format!("`{}` is no capture of this rule", arg.it),
                            suggest(&arg.it, known_names()).map(|s| format!("did you mean `{s}`?")),
                        );
                    }
                }
            }
        }
    }
    for name in &names {
        if !used.contains(name.it.as_str()) {
            fault(
                name.at.clone(),
                format!("the capture `{}` is never used", name.it),
                Some("name it in `gives`, `value` or `where`, or take it away".to_owned()),
            );
        }
    }
    for example in &rule.examples {
        for mark in &example.it.marks {
            if !known(&mark.label) && mark.label != rule.gives.output.name {
                let help = suggest(&mark.label, known_names()).map(|s| format!("did you mean `{s}`?"));
                fault(
                    example.at.clone(),
                    format!("`{}` is no capture of this rule", mark.label),
                    help.or_else(|| Some(format!("mark the whole match as [{} …]", rule.gives.output.name))),
                );
            }
        }
    }
    for yes in [true, false] {
        if !rule.examples.iter().any(|e| e.it.yes == yes) {
            fault(rule.id.at.clone(), format!("rule {} has no `{}`", rule.id.it, if yes { "yes" } else { "no" }), None);
        }
    }
}

/// Ids that `over` names and nothing bears, ids given twice, and rings of preference. Faults carry the index of their file.
pub fn set(rules: &[Rule], faults: &mut Vec<(usize, Fault)>) {
    let mut first: FxHashMap<&str, &Rule> = FxHashMap::default();
    for rule in rules {
        if first.insert(&rule.id.it, rule).is_some() {
            faults.push((
                rule.file,
                Fault { at: rule.id.at.clone(), message: format!("a second rule {}", rule.id.it), help: Some("ids are unique".to_owned()) },
            ));
        }
    }
    for rule in rules {
        for over in &rule.over {
            if !first.contains_key(over.it.as_str()) {
                let help = suggest(&over.it, first.keys().copied()).map(|s| format!("did you mean {s}?"));
                faults.push((rule.file, Fault { at: over.at.clone(), message: format!("unknown rule {}", over.it), help }));
            }
        }
    }
    // A rule that reaches itself through `over`: each ring is told once.
    let reached = |rule: &Rule| {
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let mut todo: Vec<&str> = rule.over.iter().map(|o| o.it.as_str()).collect();
        while let Some(id) = todo.pop() {
            if seen.insert(id.to_owned())
                && let Some(next) = first.get(id)
            {
                todo.extend(next.over.iter().map(|o| o.it.as_str()));
            }
        }
        seen
    };
    let mut told: FxHashSet<String> = FxHashSet::default();
    for rule in rules.iter().filter(|rule| !rule.over.is_empty()) {
        let seen = reached(rule);
        if !seen.contains(&rule.id.it) || told.contains(&rule.id.it) {
            continue;
        }
        told.extend(seen.iter().filter(|id| first.get(id.as_str()).is_some_and(|other| reached(other).contains(&rule.id.it))).cloned());
        let at = rule.over.first().map_or(rule.id.at.clone(), |o| o.at.clone());
        faults.push((
            rule.file,
            Fault {
                at,
                message: format!("{} is over itself, through the rules it is over", rule.id.it),
                help: Some("take one `over` of the ring away".to_owned()),
            },
        ));
    }
}
