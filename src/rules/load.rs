//! From the files of one or more rule folders to a rule set ready to run. Every fault is collected before any is told.

use std::collections::BTreeMap;

use once_cell::sync::OnceCell;
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use serde::{Deserialize, Serialize};

use super::{
    Argument, DOCUMENT_CLASSES, Rule,
    answers::{Answers, Langs},
    check::{self, Sets},
    compile::{Compiler, Preds, Program, Slot, SlotInfo, Where},
    entry::{self, Entries},
    letters::{LetterTests, Regexes},
    parse::{self, Set},
    pattern::Fault,
    pred::Pred,
};
use crate::{
    builtin,
    error::{RuleErrors, RuleFault},
    layout::LayoutCues,
    lexicon::{Accents, ClassId, Hits, Labels, LangId, Languages, Lexicon, WordId, accents, lines, replaces},
    mention::{Kind, RuleId, Stage},
    text::{Text, strip_accents},
    token::{TokenCues, UnknownValue, fold, tokenize},
};

/// A file of a rule folder: path below it, text.
pub type RuleFile = (String, String);

/// A rule ready to run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Compiled {
    pub lang: LangId,
    pub kind: Kind,
    pub stage: Stage,
    pub find: Program,
    pub unless: Vec<Program>,
    pub wheres: Vec<Where>,
    pub with: Vec<(Slot, Kind)>,
    pub slots: Vec<SlotInfo>,
    /// Field of the output, and where its value comes from.
    pub fields: Vec<(String, From)>,
    /// The value builder and its arguments.
    pub value: Option<(String, Vec<(String, From)>)>,
    /// The capture that is the mention's span.
    pub span: Option<Slot>,
    /// Rules that this one is preferred to, through others too.
    pub over: Vec<RuleId>,
    pub draft: bool,
}

/// What fills a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum From {
    Capture(Slot),
    Constant(String),
}

impl Compiled {
    /// The slot that fills a field, if a capture does.
    pub fn slot_of(&self, field: &str) -> Option<Slot> {
        self.fields.iter().find_map(|(f, from)| match from {
            From::Capture(slot) if f == field => Some(*slot),
            _ => None,
        })
    }

    pub fn constant_of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find_map(|(f, from)| match from {
            From::Constant(it) if f == field => Some(it.as_str()),
            _ => None,
        })
    }
}

/// Everything that knows a language.
#[derive(Default, Serialize, Deserialize)]
pub struct RuleSet {
    pub languages: Languages,
    pub lexicon: Lexicon,
    pub labels: BTreeMap<String, Labels>,
    pub token_cues: TokenCues,
    pub layout_cues: LayoutCues,
    /// The tests of all rules, by number.
    pub preds: Vec<Pred>,
    pub rules: Vec<Compiled>,
    /// Their ids, in the same order.
    ids: Vec<String>,
    pub hash: String,
    #[serde(skip)]
    written: OnceCell<Written>,
    /// The branches of all rules, and where each can match.
    pub entries: Entries,
    pub(super) answers: Answers,
    pub(super) letter_tests: LetterTests,
    /// Branches by stage and language, as bits; those of `any` are in each.
    chosen: BTreeMap<(Stage, LangId), Vec<u64>>,
    literal: Vec<bool>,
    small: Vec<ClassId>,
}

/// A rule set as people wrote it.
#[derive(Default)]
pub struct Written {
    /// In the order of the rules that are run.
    pub rules: Vec<Rule>,
    pub files: Vec<RuleFile>,
}

/// Classes whose words a name may hold without being about them: an acronym may leave them out.
const SMALL: [&str; 3] = ["article", "preposition", "coordinator"];

impl RuleSet {
    /// The rule set that comes with the crate, as the build made it of its files.
    ///
    /// # Errors
    /// Every fault of the files; the tests of the crate hold that there is none.
    pub fn builtin() -> Result<Self, RuleErrors> {
        postcard::from_bytes(builtin::READY).or_else(|_| Self::load(Self::builtin_files(), &[]))
    }

    /// The set as bytes that this version of the crate reads.
    ///
    /// # Errors
    /// A regular expression that no table can hold: one with a word boundary beyond ASCII.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_allocvec(self)
    }

    /// The files that come with the crate.
    pub fn builtin_files() -> Vec<RuleFile> {
        builtin::FILES.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect()
    }

    /// Puts `files` over `base`: words and labels join those of their class and table, and come before them; a rule replaces that of its id.
    pub fn load(base: Vec<RuleFile>, files: &[RuleFile]) -> Result<Self, RuleErrors> {
        Loader::new(base, files).load()
    }

    /// The branches of the rules of a stage that run on a language.
    pub fn chosen(&self, stage: Stage, lang: LangId) -> &[u64] {
        self.chosen.get(&(stage, lang)).or_else(|| self.chosen.get(&(stage, 0))).map_or(&[], Vec::as_slice)
    }

    /// Whether a rule has this word written out.
    pub fn is_literal(&self, word: WordId) -> bool {
        self.literal.get(word as usize).copied().unwrap_or(false)
    }

    pub fn small_word(&self, hits: &Hits, token: usize) -> bool {
        hits.at(token).iter().any(|h| h.len == 1 && self.small.contains(&h.class))
    }

    pub fn id(&self, rule: RuleId) -> &str {
        &self.ids[rule as usize]
    }

    /// The rules as they were written, with their examples. Of the set that comes ready with the crate they are read when first asked for.
    pub fn written(&self) -> &Written {
        self.written.get_or_init(|| Self::load(Self::builtin_files(), &[]).ok().and_then(|set| set.written.into_inner()).unwrap_or_default())
    }

    /// The keys of a phrase, as tokens have them.
    pub fn keys(&self, phrase: &str) -> Vec<String> {
        split(phrase, &self.token_cues)
    }

    pub fn label(&self, table: &str, id: &str) -> Option<&[String]> {
        self.labels.get(table)?.get(id)
    }
}

/// The accent off the first letter.
fn strip_first(key: &str) -> String {
    let end = key.chars().next().map_or(0, char::len_utf8);
    strip_accents(&key[..end]) + &key[end..]
}

fn split(phrase: &str, cues: &TokenCues) -> Vec<String> {
    let text = Text::new(phrase);
    let tokens = tokenize(&text, cues);
    (0..tokens.len()).map(|i| tokens.key(i).to_owned()).collect()
}

/// What a path below a rules folder holds.
enum Place<'p> {
    Lexicon { lang: &'p str, class: &'p str },
    Labels { table: &'p str },
    Rules { lang: &'p str, family: &'p str },
}

fn place(path: &str) -> Option<Place<'_>> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [lang, "lexicon", file] => Some(Place::Lexicon { lang, class: file.strip_suffix(".tsv")? }),
        ["any", "labels", file] => Some(Place::Labels { table: file.strip_suffix(".tsv")? }),
        [lang, file] => Some(Place::Rules { lang, family: file.strip_suffix(".rules")? }),
        _ => None,
    }
}

struct Loader {
    files: Vec<RuleFile>,
    /// Files before this are the base; a later rule replaces an earlier one of its id.
    base: usize,
    set: RuleSet,
    sources: Vec<Rule>,
    faults: Vec<(usize, Fault)>,
}

impl Loader {
    fn new(mut base: Vec<RuleFile>, files: &[RuleFile]) -> Self {
        let replaced = |path: &str| files.iter().any(|f| f.0 == path && replaces(&f.1));
        base.retain(|f| !replaced(&f.0));
        let count = base.len();
        let mut own = files.to_vec();
        own.sort();
        base.extend(own);
        Loader { files: base, base: count, set: RuleSet::default(), sources: Vec::new(), faults: Vec::new() }
    }

    fn load(mut self) -> Result<RuleSet, RuleErrors> {
        let files = std::mem::take(&mut self.files);
        self.set.hash = hash(&files);
        for (i, (path, _)) in files.iter().enumerate() {
            match place(path) {
                Some(Place::Lexicon { lang, .. } | Place::Rules { lang, .. }) => {
                    self.set.languages.id_or_new(lang);
                }
                Some(Place::Labels { .. }) => {}
                None => self.fault(
                    i,
                    0..0,
                    format!("`{path}` is no place for a rule file"),
                    "files are <language>/<family>.rules, <language>/lexicon/<class>.tsv and any/labels/<table>.tsv",
                ),
            }
        }
        self.cues(&files);
        for (name, _) in DOCUMENT_CLASSES {
            self.set.lexicon.class_or_new(name);
        }
        // A caller's files first: of two entries of one form in a class the first stands, and so of two rows of one id.
        for i in (self.base..files.len()).chain(0..self.base) {
            let (path, text) = &files[i];
            match place(path) {
                Some(Place::Lexicon { lang, class }) => self.lexicon(i, text, lang, class),
                Some(Place::Labels { table }) => self.set.labels.entry(table.to_owned()).or_default().add(text),
                _ => {}
            }
        }
        self.rules(&files);
        if self.faults.is_empty() {
            let rules = std::mem::take(&mut self.sources);
            self.set.written = OnceCell::with_value(Written { rules, files });
            return Ok(self.set);
        }
        Err(errors(self.faults, &files))
    }

    fn fault(&mut self, file: usize, at: std::ops::Range<usize>, message: String, help: &str) {
        self.faults.push((file, Fault { at, message, help: Some(help.to_owned()) }));
    }

    /// What tokeniser and layout need comes first: everything else is split into words with it.
    fn cues(&mut self, files: &[RuleFile]) {
        let of = |name: &'static str| {
            files.iter().enumerate().filter(move |(_, (path, _))| matches!(place(path), Some(Place::Lexicon { class, .. }) if class == name))
        };
        let mut faults = Vec::new();
        let mut told = |i: usize, text: &str, unknown: UnknownValue| {
            let at = text.find(&format!("{}\t{}", unknown.form, unknown.value)).unwrap_or(0);
            let message = format!("unknown value `{}`", unknown.value);
            faults.push((
                i,
                Fault {
                    at: at..at + unknown.form.len() + 1 + unknown.value.len(),
                    message,
                    help: Some(format!("the values are {}", unknown.known.join(", "))),
                },
            ));
        };
        for class in TokenCues::CLASSES {
            for (i, (_, text)) in of(class) {
                let entries = lines(text).map(|l| (l.form, l.value));
                self.set.token_cues.add(class, entries).unwrap_or_else(|unknown| told(i, text, unknown));
            }
        }
        for (path, text) in files {
            if matches!(place(path), Some(Place::Lexicon { .. })) {
                let whole = lines(text).filter(|line| !line.form.is_ascii() && !line.form.contains(char::is_whitespace));
                whole.for_each(|line| self.set.token_cues.proclitics.keep_whole(fold(line.form)));
            }
        }
        for (i, (_, text)) in of(LayoutCues::CLASS) {
            let entries = lines(text).map(|l| (l.form, l.value));
            self.set.layout_cues.add(&self.set.token_cues, entries).unwrap_or_else(|unknown| told(i, text, unknown));
        }
        self.faults.extend(faults);
    }

    fn lexicon(&mut self, file: usize, text: &str, lang: &str, class: &str) {
        let lang = self.set.languages.id_or_new(lang);
        let id = self.set.lexicon.class_or_new(class);
        if usize::from(id) >= crate::lexicon::MAX_CLASSES {
            self.fault(
                file,
                0..0,
                format!("more than {} lexicon classes", crate::lexicon::MAX_CLASSES),
                "join some of them: their values can tell them apart",
            );
            return;
        }
        let accents = accents(text);
        let mut extra = Vec::new();
        for line in lines(text) {
            let keys = if TokenCues::CLASSES.contains(&class) { vec![fold(line.form)] } else { split(line.form, &self.set.token_cues) };
            let refs: Vec<&str> = keys.iter().map(String::as_str).collect();
            self.set.lexicon.add(&refs, id, lang, line.value, false);
            if accents != Accents::Needed {
                let stripped: Vec<String> = keys.iter().map(|k| strip_accents(k)).collect();
                // « conseillère d'Etat »: only the capital has lost its accent.
                let first: Vec<String> = keys.iter().map(|k| strip_first(k)).collect();
                if first != keys && first != stripped {
                    extra.push((first, line.value, false));
                }
                if stripped != keys {
                    extra.push((stripped, line.value, accents == Accents::OptionalWithCapital));
                }
            }
        }
        // After all, so that a form written in the file comes before one that lost its accents.
        for (keys, value, capital) in extra {
            let refs: Vec<&str> = keys.iter().map(String::as_str).collect();
            self.set.lexicon.add(&refs, id, lang, value, capital);
        }
    }

    fn rules(&mut self, files: &[RuleFile]) {
        let mut rules: Vec<Rule> = Vec::new();
        let mut sets: Vec<Set> = Vec::new();
        for (i, (path, text)) in files.iter().enumerate() {
            let Some(Place::Rules { lang, family }) = place(path) else { continue };
            let cues = &self.set.token_cues;
            let parsed = parse::parse(text, lang, i, family == "sets", &|phrase| split(phrase, cues));
            self.faults.extend(parsed.faults.into_iter().map(|f| (i, f)));
            if i >= self.base {
                rules.retain(|old| old.file >= self.base || !parsed.rules.iter().any(|new| new.id.it == old.id.it));
                sets.retain(|old| old.file >= self.base || !parsed.sets.iter().any(|new| new.name.it == old.name.it && new.lang == old.lang));
            }
            rules.extend(parsed.rules);
            sets.extend(parsed.sets);
        }
        let mut table = Sets::new(&sets);
        for rule in &mut rules {
            let (lang, file) = (rule.lang.clone(), rule.file);
            let patterns = std::iter::once(&mut rule.find).chain(&mut rule.unless);
            for pattern in patterns {
                table.expand(&mut pattern.it, &lang, file, &mut Vec::new(), &mut self.faults);
            }
        }
        // A rule that could not be read may be what another names; what a rule says for itself is looked at all the same.
        let complete = self.faults.is_empty();
        let mut patterns = FxHashSet::default();
        for rule in rules.iter().filter(|rule| complete || std::iter::once(&rule.find).chain(&rule.unless).all(|p| !p.it.has_sets())) {
            let family = match place(&files[rule.file].0) {
                Some(Place::Rules { family, .. }) => family,
                _ => "",
            };
            let mut faults = Vec::new();
            check::rule(rule, family, &self.set.lexicon, &mut patterns, &mut faults);
            self.faults.extend(faults.into_iter().map(|f| (rule.file, f)));
        }
        // All at once takes a tenth of the time of one by one; only where that fails is each asked.
        let regexes = Regexes::new(patterns);
        if regexes.is_none() {
            let mut tried = FxHashSet::default();
            for rule in &rules {
                let mut faults = Vec::new();
                check::regexes(rule, &mut tried, &mut faults);
                self.faults.extend(faults.into_iter().map(|f| (rule.file, f)));
            }
        }
        if complete {
            check::set(&rules, &mut self.faults);
        }
        if self.faults.is_empty() {
            // One order whatever the files: ids decide where all else is equal.
            rules.sort_by(|a, b| a.id.it.cmp(&b.id.it));
            self.compile(rules, regexes.unwrap_or_default());
        }
    }

    fn compile(&mut self, rules: Vec<Rule>, regexes: Regexes) {
        let ids: FxHashMap<&str, RuleId> = rules.iter().enumerate().map(|(i, r)| (r.id.it.as_str(), i as RuleId)).collect();
        let (set, mut preds) = (&mut self.set, Preds::default());
        let mut compiled = Vec::new();
        for rule in &rules {
            let mut compiler = Compiler { lexicon: &mut set.lexicon, preds: &mut preds, slots: Vec::new() };
            let find = compiler.program(&rule.find.it);
            let unless: Option<Vec<Program>> = rule.unless.iter().map(|u| compiler.program(&u.it)).collect();
            let (Some(mut find), Some(mut unless)) = (find, unless) else {
                let help = Some("lower the numbers in its repeats".to_owned());
                self.faults.push((
                    rule.file,
                    Fault { at: rule.find.at.clone(), message: "this pattern unfolds to more than 20,000 steps".to_owned(), help },
                ));
                continue;
            };
            let mut slots = compiler.slots;
            for program in std::iter::once(&mut find).chain(&mut unless) {
                entry::ends(program, &set.lexicon, &mut preds);
                entry::ways(program, &mut preds);
            }
            let with = rule.with.iter().map(|w| (slot(&mut slots, &w.it.name), w.it.kind)).collect();
            let from = |slots: &[SlotInfo], arg: &Argument| match slots.iter().position(|s| s.name == arg.value.it) {
                Some(i) => From::Capture(i as Slot),
                None => From::Constant(arg.value.it.clone()),
            };
            let output = rule.gives.output;
            let fields: Vec<(String, From)> = (rule.gives.args.iter().filter(|arg| output.fields.iter().any(|f| f.0 == arg.field.it)))
                .map(|arg| (arg.field.it.clone(), from(&slots, arg)))
                .collect();
            let span = fields.iter().find_map(|(field, from)| match from {
                From::Capture(slot) if field == output.fields[0].0 => Some(*slot),
                _ => None,
            });
            let wheres =
                rule.wheres.iter().map(|w| Where::Initials(slot(&mut slots, &w.it.args[0].it), slot(&mut slots, &w.it.args[1].it))).collect();
            let value =
                rule.value.as_ref().map(|call| (call.name.it.clone(), call.args.iter().map(|a| (a.field.it.clone(), from(&slots, a))).collect()));
            compiled.push(Compiled {
                lang: set.languages.id(&rule.lang).unwrap_or(0),
                kind: output.kind,
                stage: rule.stage(),
                find,
                unless,
                wheres,
                with,
                slots,
                fields,
                value,
                span,
                over: over(rule, &rules, &ids),
                draft: rule.draft,
            });
        }
        set.rules = compiled;
        let programs: Vec<(Stage, &Program)> = set.rules.iter().map(|rule| (rule.stage, &rule.find)).collect();
        set.entries = Entries::new(&programs, &set.lexicon);
        for lang in 0..set.languages.names().count() as LangId {
            for stage in Stage::ALL {
                let runs = |rule: &Compiled| rule.stage == stage && (rule.lang == 0 || rule.lang == lang);
                let chosen = set.entries.set(|entry| runs(&set.rules[entry.rule as usize]));
                set.chosen.insert((stage, lang), chosen);
            }
        }
        set.answers = Answers::new(&preds.list, &set.entries, asked(&preds.list, &set.rules));
        set.letter_tests = LetterTests::new(&preds.letters, regexes);
        set.literal = vec![false; set.lexicon.word_count()];
        for pred in &preds.list {
            mark_literals(pred, &mut set.literal);
        }
        set.small = SMALL.iter().filter_map(|name| set.lexicon.class(name)).collect();
        set.preds = preds.list;
        set.ids = rules.iter().map(|rule| rule.id.it.clone()).collect();
        self.sources = rules;
    }
}

/// The languages whose rules ask each test.
fn asked(preds: &[Pred], rules: &[Compiled]) -> Vec<Langs> {
    let mut langs = vec![Langs::default(); preds.len()];
    for rule in rules {
        let programs = std::iter::once(&rule.find).chain(&rule.unless);
        programs.for_each(|program| program.visit(&mut |pred| langs[usize::from(pred)].add(rule.lang)));
    }
    // Those that are one of several have lower numbers.
    for (id, pred) in preds.iter().enumerate().rev() {
        if let Pred::OneOf(several) = pred {
            let asking = langs[id];
            several.iter().for_each(|&one| langs[usize::from(one)].join(asking));
        }
    }
    langs
}

fn mark_literals(pred: &Pred, literal: &mut [bool]) {
    match pred {
        Pred::Word(word) => literal[*word as usize] = true,
        Pred::Words(words) => words.iter().for_each(|&word| literal[word as usize] = true),
        Pred::Not(p) => mark_literals(p, literal),
        Pred::And(ps) | Pred::Or(ps) => ps.iter().for_each(|p| mark_literals(p, literal)),
        _ => {}
    }
}

fn slot(slots: &mut Vec<SlotInfo>, name: &str) -> Slot {
    let found = slots.iter().position(|s| s.name == name).unwrap_or_else(|| {
        slots.push(SlotInfo { name: name.to_owned(), classes: Vec::new() });
        slots.len() - 1
    });
    found as Slot
}

/// The rules that `rule` is over, and those that they are over.
fn over(rule: &Rule, rules: &[Rule], ids: &FxHashMap<&str, RuleId>) -> Vec<RuleId> {
    let mut out: Vec<RuleId> = Vec::new();
    let mut todo: Vec<&Rule> = vec![rule];
    while let Some(rule) = todo.pop() {
        for id in rule.over.iter().filter_map(|o| ids.get(o.it.as_str())) {
            if !out.contains(id) {
                out.push(*id);
                todo.push(&rules[*id as usize]);
            }
        }
    }
    out.sort_unstable();
    out
}

fn hash(files: &[RuleFile]) -> String {
    let mut hasher = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The faults in the order of their files and places, with line and column.
fn errors(faults: Vec<(usize, Fault)>, files: &[RuleFile]) -> RuleErrors {
    let mut named: Vec<usize> = faults.iter().map(|f| f.0).collect();
    named.sort_unstable();
    named.dedup();
    let mut told: Vec<(usize, RuleFault)> = faults
        .into_iter()
        .map(|(i, fault)| {
            let (path, text) = &files[i];
            let start = floor(text, fault.at.start);
            let end = floor(text, fault.at.end).max(start);
            let line_start = text[..start].rfind('\n').map_or(0, |n| n + 1);
            let told = RuleFault {
                file: path.clone(),
                start,
                end,
                line: text[..start].matches('\n').count() + 1,
                column: text[line_start..start].chars().count() + 1,
                message: fault.message,
                help: fault.help,
            };
            (i, told)
        })
        .collect();
    told.sort_by(|(i, a), (j, b)| (i, a.start, a.end, &a.message).cmp(&(j, b.start, b.end, &b.message)));
    told.dedup();
    RuleErrors { faults: told.into_iter().map(|t| t.1).collect(), files: named.into_iter().map(|i| files[i].clone()).collect() }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
