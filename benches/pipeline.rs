//! The pipeline in bytes a second, step by step and whole, on the seeds and on the folder or JSONL file of `SIGNATAIRE_CORPUS`. Beside it the
//! limit: one Aho-Corasick scan of the same bytes for 5,000 entries of the lexicons.
//!
//! The texts are read once before anything is timed, so that no word is met for the first time.

use std::{collections::BTreeMap, sync::OnceLock};

use aho_corasick::AhoCorasick;
use divan::{Bencher, counter::BytesCount};
use signataire::{
    Document, Extractor, Options, assemble, entity,
    extract::{Given, read},
    layout::{Layout, layout},
    mention::{Kind, Stage},
    reading::Reading,
    rules::{load::RuleSet, run::Scratch, unit::Fold},
    sentence::sentences,
    span::{Span, Tok},
    text::Text,
    token::{Tokens, tokenize},
};

fn main() {
    if std::env::var_os("SIGNATAIRE_CORPUS").is_none() {
        eprintln!("SIGNATAIRE_CORPUS is not set: only the seeds are measured");
    }
    divan::Divan::from_args().sample_count(20).sample_size(1).main();
}

fn document(id: String, text: String) -> Document {
    Document { id, text, ..Document::default() }
}

fn folder(path: &std::path::Path) -> Vec<Document> {
    let mut files: Vec<_> = std::fs::read_dir(path).map(|dir| dir.filter_map(|e| Some(e.ok()?.path())).collect()).unwrap_or_default();
    files.sort();
    let texts = files.iter().filter(|f| f.extension().is_some_and(|e| e == "txt"));
    texts.filter_map(|f| Some(document(f.display().to_string(), std::fs::read_to_string(f).ok()?))).collect()
}

fn lines(path: &std::path::Path) -> Vec<Document> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let field = |line: &serde_json::Value, name: &str| line.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let all = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let french = all.filter(|line| field(line, "lang").is_none_or(|lang| lang == "fr"));
    french.filter_map(|line| Some(document(field(&line, "id")?, field(&line, "text")?))).collect()
}

/// The seeds, or the corpus where there is one.
fn documents() -> &'static [Document] {
    static DOCUMENTS: OnceLock<Vec<Document>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| match std::env::var_os("SIGNATAIRE_CORPUS") {
        Some(path) if std::path::Path::new(&path).is_dir() => folder(std::path::Path::new(&path)),
        Some(path) => lines(std::path::Path::new(&path)),
        None => folder(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")),
    })
}

fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| RuleSet::builtin().unwrap_or_else(|errors| panic!("{errors}")))
}

/// One step over all documents; what it needs of the steps before is made first, and not timed.
fn step<'d, I>(bencher: Bencher, before: impl Fn(&'d Document) -> I, mut step: impl FnMut(&'d Document, &I) -> usize) {
    let inputs: Vec<(&Document, I)> = documents().iter().map(|document| (document, before(document))).collect();
    let bytes: usize = documents().iter().map(|d| d.text.len()).sum();
    let mut all = || inputs.iter().map(|(document, input)| step(document, input)).sum::<usize>();
    divan::black_box(all());
    bencher.counter(BytesCount::new(bytes)).bench_local(|| divan::black_box(all()));
}

fn page(document: &Document) -> (Text<'_>, Tokens) {
    let text = Text::new(&document.text);
    let tokens = tokenize(&text, &rules().token_cues);
    (text, tokens)
}

fn laid_out(document: &Document) -> (Text<'_>, Tokens, Layout) {
    let (text, tokens) = page(document);
    let layout = layout(&text, &tokens, &rules().layout_cues);
    (text, tokens, layout)
}

/// What a scan of the same bytes costs that looks for 5,000 phrases and does nothing else.
#[divan::bench]
fn a_limit(bencher: Bencher) {
    let files = RuleSet::builtin_files();
    let entries = files.iter().filter(|(path, _)| path.ends_with(".tsv")).flat_map(|(_, text)| text.lines());
    let forms = entries.filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').next()).filter(|form| form.len() > 3);
    let scan = AhoCorasick::new(forms.take(5_000)).unwrap_or_else(|error| panic!("{error}"));
    step(bencher, |_| (), |document, ()| scan.find_iter(&document.text).count());
}

#[divan::bench]
fn b_text(bencher: Bencher) {
    step(bencher, |_| (), |document, ()| Text::new(&document.text).clean().len());
}

#[divan::bench]
fn c_tokens(bencher: Bencher) {
    step(bencher, |document| Text::new(&document.text), |_, text| tokenize(text, &rules().token_cues).len());
}

#[divan::bench]
fn d_layout(bencher: Bencher) {
    step(bencher, page, |_, (text, tokens)| layout(text, tokens, &rules().layout_cues).blocks.len());
}

#[divan::bench]
fn e_sentences(bencher: Bencher) {
    step(bencher, laid_out, |_, (_, tokens, layout)| sentences(tokens, layout, &rules().token_cues).len());
}

#[divan::bench]
fn f_lexicon(bencher: Bencher) {
    step(bencher, page, |_, (_, tokens)| rules().lexicon.hits(tokens).words.len());
}

/// All of the above and all stages of the rules.
#[divan::bench]
fn g_read(bencher: Bencher) {
    let mut scratch = Scratch::default();
    step(bencher, |document| Text::new(&document.text), |_, text| read(rules(), text, Given::default(), &mut scratch).mentions.len());
}

/// Every document, by id, read through all stages, and what knows their symbols.
fn readings<'t>(texts: &'t [Text<'t>]) -> (BTreeMap<&'static str, Reading<'t>>, Scratch) {
    let mut scratch = Scratch::default();
    let mut one = |text: &'t Text<'t>| read(rules(), text, Given::default(), &mut scratch);
    let readings = documents().iter().zip(texts).map(|(document, text)| (document.id.as_str(), one(text))).collect();
    (readings, scratch)
}

/// What stands of the stages before one, the outermost, in order and apart.
fn folds(reading: &Reading, stage: Stage) -> Vec<Fold> {
    let names = reading.kept().filter(|(_, m)| m.stage < stage && !m.kind.is_relation() && m.kind != Kind::Alias);
    let mut folds: Vec<Fold> = names.map(|(id, m)| (m.extent, id, m.kind)).collect();
    folds.sort_by_key(|&(extent, id, _)| (extent.start, std::cmp::Reverse(extent.end), id));
    let mut end = 0;
    folds.retain(|fold| fold.0.start >= end && std::mem::replace(&mut end, fold.0.end) <= fold.0.start);
    folds
}

/// The rules of one stage, a part of `g_read`: matched against what the stages before have left.
#[divan::bench(args = Stage::ALL)]
fn g_stage(bencher: Bencher, stage: Stage) {
    let texts: Vec<Text> = documents().iter().map(|document| Text::new(&document.text)).collect();
    let (readings, mut scratch) = readings(&texts);
    let before = |document: &Document| {
        let reading = &readings[document.id.as_str()];
        let folds = if stage == Stage::Repeats { Vec::new() } else { folds(reading, stage) };
        let here = |tokens: Span<Tok>| {
            let first = folds.partition_point(|fold| fold.0.end <= tokens.start);
            folds[first..folds.partition_point(|fold| fold.0.start < tokens.end).max(first)].to_vec()
        };
        reading.sentences.iter().map(|sentence| here(sentence.tokens)).collect::<Vec<_>>()
    };
    step(bencher, before, |document, folds| {
        let reading = &readings[document.id.as_str()];
        let page = reading.page(rules());
        let mut units = Vec::new();
        let found = reading.sentences.iter().zip(folds).enumerate().map(|(number, (sentence, folds))| {
            let lang = reading.lang(number);
            page.fold(sentence.tokens, &reading.units, folds, &mut scratch.symbols, &mut units);
            page.matches(&units, rules().chosen(stage, lang), lang, &mut scratch).len()
        });
        found.sum()
    });
}

/// Names gathered: a part of `i_record`.
#[divan::bench]
fn h_entities(bencher: Bencher) {
    let texts: Vec<Text> = documents().iter().map(|document| Text::new(&document.text)).collect();
    let (readings, _) = readings(&texts);
    step(bencher, |_| (), |document, ()| entity::gather(rules(), &readings[document.id.as_str()]).list.len());
}

/// Entities, relations, agreements, the record.
#[divan::bench]
fn i_record(bencher: Bencher) {
    let texts: Vec<Text> = documents().iter().map(|document| Text::new(&document.text)).collect();
    let (readings, _) = readings(&texts);
    let options = Options::default();
    step(bencher, |_| (), |document, ()| assemble::assemble(rules(), &readings[document.id.as_str()], document, &options).dates.len());
}

#[divan::bench]
fn j_json(bencher: Bencher) {
    let extractor = Extractor::builtin().unwrap_or_else(|errors| panic!("{errors}"));
    step(bencher, |document| extractor.extract(document), |_, record| serde_json::to_vec(record).map_or(0, |json| json.len()));
}

/// From text to JSON.
#[divan::bench]
fn k_whole(bencher: Bencher) {
    let extractor = Extractor::builtin().unwrap_or_else(|errors| panic!("{errors}"));
    step(bencher, |_| (), |document, ()| serde_json::to_vec(&extractor.extract(document)).map_or(0, |json| json.len()));
}

/// The rule set as the build made it: what the first document waits for.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn l_rules_from_the_build(bencher: Bencher) {
    bencher.bench_local(|| RuleSet::builtin().map_or(0, |set| set.rules.len()));
}

/// The rule set from its files: what it waits for where a user has rules too.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn m_rules_from_files(bencher: Bencher) {
    bencher.bench_local(|| RuleSet::load(RuleSet::builtin_files(), &[]).map_or(0, |set| set.rules.len()));
}
