//! Every lexicon and label table is in order, complete and says where it comes from.
//! `SIGNATAIRE_WRITE=1 cargo test --test lexicons` rewrites those out of order.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use signataire::token::fold;
use support::{files, path, read, seed};

/// A lexicon (`fr/lexicon/month.tsv`) or a table of labels (`any/labels/kind.tsv`).
struct Table {
    file: PathBuf,
    /// Path below `rules`.
    name: String,
    language: String,
    class: String,
    is_labels: bool,
    text: String,
}

impl Table {
    fn head(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| line.starts_with('#'))
    }

    fn rows(&self) -> impl Iterator<Item = Vec<&str>> {
        self.text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
    }
}

fn tables() -> Vec<Table> {
    let root = path("rules");
    let tables: Vec<Table> = files(&root)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|e| e == "tsv"))
        .map(|file| {
            let parts: Vec<String> = file.strip_prefix(&root).into_iter().flatten().map(|part| part.to_string_lossy().into_owned()).collect();
            assert!(parts.len() == 3 && matches!(parts[1].as_str(), "lexicon" | "labels"), "{} is in no place for a table", file.display());
            let class = parts[2].trim_end_matches(".tsv").to_owned();
            Table { text: read(&file), name: parts.join("/"), language: parts[0].clone(), is_labels: parts[1] == "labels", class, file }
        })
        .collect();
    assert!(tables.len() > 20, "only {} tables", tables.len());
    tables
}

/// Holds a law on every table.
fn check(what: &str, law: impl Fn(&Table) -> Vec<String>) {
    let faults: Vec<String> =
        tables().iter().flat_map(|table| law(table).into_iter().map(|fault| format!("  rules/{}: {fault}", table.name))).collect();
    assert!(faults.is_empty(), "{what}\n{}", faults.join("\n"));
}

/// The canonical order: code points of the lower-cased form, then of the whole row.
fn order(row: &str) -> (String, &str) {
    (row.split('\t').next().unwrap_or("").to_lowercase(), row)
}

/// Head first, rows in order, no row twice, no white space that means nothing.
fn sorted(table: &Table) -> String {
    let mut rows: Vec<String> = table
        .rows()
        .map(|row| {
            let cells: Vec<String> =
                row.iter().map(|cell| cell.replace(['’', '‘', 'ʼ'], "'").split_whitespace().collect::<Vec<_>>().join(" ")).collect();
            cells.join("\t").trim_end_matches('\t').to_owned()
        })
        .collect();
    rows.sort_by(|a, b| order(a).cmp(&order(b)));
    rows.dedup();
    table.head().map(str::to_owned).chain(rows).map(|line| line + "\n").collect()
}

#[test]
fn sorted_and_tidy() {
    let write = std::env::var_os("SIGNATAIRE_WRITE").is_some();
    check("not in order; `SIGNATAIRE_WRITE=1 cargo test --test lexicons` puts them right", |table| {
        let wanted = sorted(table);
        if wanted == table.text {
            return Vec::new();
        }
        if write {
            fs::write(&table.file, wanted).unwrap_or_else(|error| panic!("{}: {error}", table.name));
            return Vec::new();
        }
        let first = table.text.lines().zip(wanted.lines()).enumerate().find(|(_, (found, wanted))| found != wanted);
        first.map_or_else(
            || vec!["lines too many or too few".to_owned()],
            |(i, (found, wanted))| vec![format!("line {}: « {found} » where « {wanted} » belongs", i + 1)],
        )
    });
}

#[test]
fn no_form_twice() {
    check("the same form twice, or once more in another case", |table| {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let key = |form: &str| if table.is_labels { form.to_lowercase() } else { fold(form) };
        table.rows().filter_map(|row| seen.insert(key(row[0]), row[0].to_owned()).map(|before| format!("« {before} » and « {} »", row[0]))).collect()
    });
}

#[test]
fn heads_name_source_and_licence() {
    check("the head of a file says what it holds, its source and its licence", |table| {
        let head: Vec<String> = table.head().map(str::to_lowercase).collect();
        let at_top = table.text.lines().position(|line| !line.starts_with('#')).is_none_or(|rows| rows == head.len());
        let mut faults = Vec::new();
        for word in ["source:", "licence:"] {
            faults.extend((!head.iter().any(|line| line.contains(word))).then(|| format!("no `{word}` in the head")));
        }
        faults.extend((!at_top).then(|| "a comment below the rows".to_owned()));
        faults.extend((head.len() < 2).then(|| "no line that says what it holds".to_owned()));
        faults
    });
}

/// Class -> table of labels, and values that are no id.
const LABELLED: &[(&str, &str, &[&str])] = &[
    ("agreement-noun", "agreement", &[]),
    ("city", "place", &[]),
    ("continent", "place", &[]),
    ("country", "place", &[]),
    ("demonym", "place", &[]),
    ("known-org", "kind", &[]),
    ("org-acronym", "kind", &[]),
    ("org-generic", "kind", &["any", "body"]),
    ("org-head", "kind", &[]),
    ("profession", "role", &[]),
    ("region", "place", &[]),
    ("title", "role", &[]),
    ("topic", "topic", &[]),
];

#[test]
fn values_have_labels() {
    let tables = tables();
    let ids = |label: &str| -> BTreeSet<String> {
        tables.iter().filter(|t| t.is_labels && t.class == label).flat_map(|t| t.rows().map(|row| row[0].to_owned()).collect::<Vec<_>>()).collect()
    };
    for (class, label, others) in LABELLED {
        let ids = ids(label);
        assert!(!ids.is_empty(), "no labels/{label}.tsv");
        assert!(tables.iter().any(|t| !t.is_labels && t.class == *class), "no lexicon {class}.tsv");
        check(&format!("values of {class} that labels/{label}.tsv does not have"), |table| {
            if table.is_labels || table.class != *class {
                return Vec::new();
            }
            let value = |row: &Vec<&str>| row.get(1).copied().unwrap_or("").to_owned();
            let unknown = table.rows().filter(|row| !ids.contains(&value(row)) && !others.contains(&value(row).as_str()));
            unknown.map(|row| format!("« {} » is `{}`", row[0], value(&row))).collect()
        });
    }
}

#[test]
fn labels_in_two_languages() {
    check("a label without its French or English", |table| {
        // A place has its kind and country first.
        let (fr, en) = if table.class == "place" { (3, 4) } else { (1, 2) };
        let empty = |row: &[&str], column: usize| row.get(column).is_none_or(|label| label.trim().is_empty());
        table.rows().filter(|row| table.is_labels && (empty(row, fr) || empty(row, en))).map(|row| row.join(" | ")).collect()
    });
}

/// A form may stand in two classes of one language: one of them says so in a note.
#[test]
fn forms_of_two_classes_have_a_note() {
    let tables = tables();
    for language in ["fr", "en", "ar"] {
        let mut places: BTreeMap<String, (BTreeSet<&str>, bool)> = BTreeMap::new();
        for table in tables.iter().filter(|t| !t.is_labels && (t.language == language || t.language == "any")) {
            for row in table.rows() {
                let place = places.entry(fold(row[0])).or_default();
                place.0.insert(&table.class);
                place.1 |= row.get(2).is_some_and(|note| !note.is_empty());
            }
        }
        let silent: Vec<String> = places
            .iter()
            .filter(|(_, (classes, noted))| classes.len() > 1 && !noted)
            .map(|(form, (classes, _))| format!("  « {form} »: {}", classes.iter().copied().collect::<Vec<_>>().join(", ")))
            .collect();
        assert!(
            silent.is_empty(),
            "{language}: forms of two classes, none with a note (`scripts/lexicons.py --sort` puts one)\n{}",
            silent.join("\n")
        );
    }
}

/// What the rules know of the seeds they know from rules: no name of theirs is listed.
#[test]
fn no_name_of_the_seeds_is_listed() {
    const NAMES: &[&str] = &[
        "ODM",
        "groupe ODM",
        "Oncologie et Diagnostic du Maroc",
        "UM6SS",
        "université Mohamed VI des sciences de la santé",
        "Mohamed VI",
        "Mohammed VI",
        "FM6SS",
        "Fondation Mohammed VI",
        "GSK",
        "GSK Maroc",
        "GlaxoSmithKline",
        "CLB",
        "Centre Léon Bérard",
        "Léon Bérard",
        "Bérard",
        "Chakib",
        "Nejjari",
        "Chakib Nejjari",
        "Mohamed",
        "Mohammed",
        "Mandjra",
        "El Mandjra",
        "Mohamed El Mandjra",
    ];
    // Given names are an open list: those that the seeds happen to hold are listed like any other.
    const GIVEN: &[&str] = &["Chakib", "Mohamed", "Mohammed"];
    const CLASSES: &[&str] = &["given-name", "known-org", "org-acronym", "org-generic", "org-head", "org-head-weak"];
    let text = support::folded(&(seed("000").text + &seed("002").text)).to_lowercase();
    let names: BTreeSet<String> = NAMES.iter().map(|name| fold(name)).collect();
    for name in NAMES {
        assert!(text.contains(&name.to_lowercase()), "« {name} » is no name of the seeds");
    }
    for class in CLASSES {
        assert!(tables().iter().any(|table| table.class == *class), "no lexicon {class}.tsv");
    }
    check("names of the seeds", |table| {
        let is_given = |form: &str| table.class == "given-name" && GIVEN.contains(&form);
        let rows = table.rows().filter(|row| CLASSES.contains(&table.class.as_str()) && names.contains(&fold(row[0])) && !is_given(row[0]));
        rows.map(|row| format!("« {} »", row[0])).collect()
    });
}
