//! The whole pipeline, from text to JSON, in bytes a second: on the seeds, and on the folder or JSONL file of `SIGNATAIRE_CORPUS`.

use divan::{Bencher, counter::BytesCount};
use signataire::{Document, Extractor};

fn main() {
    if std::env::var_os("SIGNATAIRE_CORPUS").is_none() {
        eprintln!("SIGNATAIRE_CORPUS is not set: only the seeds are measured");
    }
    divan::main();
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

fn seeds() -> Vec<Document> {
    folder(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds"))
}

fn corpus() -> Vec<Document> {
    let Some(path) = std::env::var_os("SIGNATAIRE_CORPUS") else { return Vec::new() };
    let path = std::path::Path::new(&path);
    if path.is_dir() { folder(path) } else { lines(path) }
}

fn whole(bencher: Bencher, documents: &[Document]) {
    let extractor = match Extractor::builtin() {
        Ok(extractor) => extractor,
        Err(errors) => panic!("{errors}"),
    };
    let bytes: usize = documents.iter().map(|d| d.text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        let written: usize = documents.iter().map(|d| serde_json::to_vec(&extractor.extract(d)).map_or(0, |json| json.len())).sum();
        divan::black_box(written)
    });
}

#[divan::bench]
fn whole_seeds(bencher: Bencher) {
    whole(bencher, &seeds());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn whole_corpus(bencher: Bencher) {
    whole(bencher, &corpus());
}

/// From the rule files to a rule set: what the first document waits for.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn load_rules(bencher: Bencher) {
    use signataire::rules::load::RuleSet;
    bencher.bench_local(|| RuleSet::load(RuleSet::builtin_files(), &[]).map(|set| set.rules.len()).unwrap_or(0));
}
