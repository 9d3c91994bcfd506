//! The fixtures are pairs, in the strict form of the gold, and say nothing that their text does not.

mod support;

use std::path::{Path, PathBuf};

use signataire::{
    Document,
    gold::Gold,
    score::{Score, floor::Floors, score},
};
use support::{document, extractor, files, path, read};

const FOLDERS: &[&str] = &["fixtures/fr", "fixtures/fr-held-out", "fixtures/en", "fixtures/en-held-out", "fixtures/ar", "fixtures/ar-held-out"];

fn golds() -> Vec<PathBuf> {
    let golds: Vec<PathBuf> =
        FOLDERS.iter().flat_map(|folder| files(&path(folder))).filter(|file| file.to_string_lossy().ends_with(".gold.json")).collect();
    assert!(golds.len() >= 118, "only {} fixtures", golds.len());
    golds
}

/// The gold of a file, or what is wrong with it.
fn gold(file: &Path) -> Result<Gold, String> {
    Gold::parse(&read(file))
}

fn text(gold: &Path) -> PathBuf {
    PathBuf::from(gold.to_string_lossy().replace(".gold.json", ".txt"))
}

/// Holds a law on every fixture whose gold can be read.
fn check(law: impl Fn(&Gold, &str) -> Vec<String>) {
    let faults: Vec<String> = golds()
        .iter()
        .filter(|file| text(file).is_file())
        .flat_map(|file| {
            let faults = gold(file).map_or_else(|error| vec![error], |gold| law(&gold, &read(&text(file))));
            faults.into_iter().map(|fault| format!("  {}: {fault}", file.file_name().unwrap_or_default().to_string_lossy())).collect::<Vec<_>>()
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn pairs() {
    let all: Vec<PathBuf> = FOLDERS.iter().flat_map(|folder| files(&path(folder))).collect();
    for file in &all {
        let name = file.to_string_lossy();
        let twin = if let Some(stem) = name.strip_suffix(".gold.json") {
            format!("{stem}.txt")
        } else if let Some(stem) = name.strip_suffix(".txt") {
            format!("{stem}.gold.json")
        } else {
            panic!("{name} is neither a text nor its gold");
        };
        assert!(all.contains(&PathBuf::from(&twin)), "{name} has no {twin}");
    }
}

#[test]
fn gold_has_the_form() {
    let faults: Vec<String> = golds().iter().filter_map(|file| gold(file).err().map(|error| format!("  {}: {error}", file.display()))).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    for file in golds() {
        let Ok(gold) = gold(&file) else { continue };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert_eq!(format!("{}.gold.json", gold.id), name, "the id is the file's name");
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        assert_eq!(folder.strip_suffix("-held-out").unwrap_or(&folder), gold.lang, "{name}");
        assert!(!gold.source.archive.is_empty() && gold.source.record == gold.id, "{name}: source");
    }
}

#[test]
fn gold_holds_together() {
    check(|gold, text| {
        let mut faults = gold.faults(text);
        let dates: Vec<&String> = gold.dates.iter().filter_map(|it| it.value.as_ref()).collect();
        let signed = gold.partnerships.iter().filter_map(|it| it.signed_on.as_ref());
        faults.extend(signed.filter(|value| !dates.contains(value)).map(|value| format!("signed on {value}, which is no date")));
        faults
    });
}

/// YYYY, YYYY-MM, YYYY-MM-DD, XXXX-MM-DD, or two of them with a stroke between; « published » is a day.
#[test]
fn dates_have_the_form() {
    let is_date = |value: &str| {
        let parts: Vec<&str> = value.split('-').collect();
        let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        match parts.as_slice() {
            [year] => digits(year, 4),
            [year, month] => digits(year, 4) && digits(month, 2),
            [year, month, day] => (digits(year, 4) || *year == "XXXX") && digits(month, 2) && digits(day, 2),
            _ => false,
        }
    };
    check(|gold, _| {
        let mut faults = Vec::new();
        let values = gold.dates.iter().filter_map(|it| it.value.as_ref());
        faults
            .extend(values.filter(|value| value.split('/').count() > 2 || !value.split('/').all(is_date)).map(|value| format!("{value} is no date")));
        faults.extend(gold.published.iter().filter(|value| value.len() != 10 || !is_date(value)).map(|value| format!("published {value}")));
        faults
    });
}

/// What `signataire eval FOLDER --floors fixtures/floors.tsv` says; `--raise` lifts the floors, nothing lowers them.
#[test]
fn floors_hold() {
    let extractor = extractor();
    let floors = Floors::parse(&read(&path("fixtures/floors.tsv"))).unwrap_or_else(|error| panic!("fixtures/floors.tsv: {error}"));
    let mut fallen = Vec::new();
    for folder in FOLDERS {
        let mut sum = Score::default();
        for file in golds().iter().filter(|file| file.starts_with(path(folder))) {
            let gold = gold(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let text = read(&text(file));
            let document = Document { published: gold.published.clone(), ..document(&gold.id, &text) };
            sum.add(score(extractor.rules(), &text, &gold, &extractor.extract(&document)));
        }
        let set = folder.trim_start_matches("fixtures/");
        assert!(floors.sets().any(|known| known == set), "fixtures/floors.tsv has no floor for {set}");
        fallen.extend(floors.below(set, &sum));
    }
    assert!(fallen.is_empty(), "\n{}", fallen.join("\n"));
}
