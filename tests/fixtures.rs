//! The fixtures are pairs, in the strict form of the gold, and say nothing that their text does not.

mod support;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use support::{files, folded, path, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gold {
    id: String,
    source: Source,
    lang: String,
    published: Option<String>,
    organizations: Vec<Named>,
    people: Vec<Person>,
    places: Vec<Place>,
    dates: Vec<Date>,
    partnerships: Vec<Partnership>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    archive: String,
    record: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    mentions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    mentions: Vec<String>,
    roles: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Role {
    title: String,
    organization: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    name: String,
    #[serde(default)]
    mentions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Date {
    mention: String,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Partnership {
    kind: String,
    parties: Vec<String>,
    signed_on: Option<String>,
    signed_at: Option<String>,
    axes: Vec<String>,
}

const FOLDERS: &[&str] = &["fixtures/fr", "fixtures/held-out"];

fn golds() -> Vec<PathBuf> {
    let golds: Vec<PathBuf> =
        FOLDERS.iter().flat_map(|folder| files(&path(folder))).filter(|file| file.to_string_lossy().ends_with(".gold.json")).collect();
    assert!(golds.len() >= 12, "only {} fixtures", golds.len());
    golds
}

/// The gold of a file, or what is wrong with it.
fn gold(file: &Path) -> Result<Gold, String> {
    serde_json::from_str(&read(file)).map_err(|error| error.to_string())
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
            let faults = gold(file).map_or_else(|error| vec![error], |gold| law(&gold, &folded(&read(&text(file)))));
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
        assert_eq!(gold.lang, "fr", "{name}");
        assert!(!gold.source.archive.is_empty() && gold.source.record == gold.id, "{name}: source");
    }
}

#[test]
fn strings_are_in_the_text() {
    check(|gold, text| {
        let mut strings: Vec<&String> = Vec::new();
        strings.extend(gold.organizations.iter().flat_map(|it| it.mentions.iter().chain([&it.name])));
        strings.extend(gold.people.iter().flat_map(|it| it.mentions.iter().chain([&it.name]).chain(it.roles.iter().map(|role| &role.title))));
        strings.extend(gold.places.iter().flat_map(|it| it.mentions.iter().chain([&it.name])));
        strings.extend(gold.dates.iter().map(|it| &it.mention));
        strings.extend(gold.partnerships.iter().flat_map(|it| it.axes.iter().chain([&it.kind])));
        strings
            .into_iter()
            .filter(|string| string.is_empty() || !text.contains(&folded(string)))
            .map(|string| format!("« {string} » is not in the text"))
            .collect()
    });
}

#[test]
fn names_resolve() {
    check(|gold, _| {
        let organizations: Vec<&String> = gold.organizations.iter().map(|it| &it.name).collect();
        let places: Vec<&String> = gold.places.iter().flat_map(|it| it.mentions.iter().chain([&it.name])).collect();
        let dates: Vec<&String> = gold.dates.iter().filter_map(|it| it.value.as_ref()).collect();
        let mut faults = Vec::new();
        let houses = gold.people.iter().flat_map(|it| &it.roles).filter_map(|role| role.organization.as_ref());
        faults.extend(houses.filter(|name| !organizations.contains(name)).map(|name| format!("a role at « {name} », which is no organisation")));
        for it in &gold.partnerships {
            faults.extend(
                it.parties.iter().filter(|name| !organizations.contains(name)).map(|name| format!("a party « {name} », which is no organisation")),
            );
            faults.extend(it.signed_on.iter().filter(|value| !dates.contains(value)).map(|value| format!("signed on {value}, which is no date")));
            faults.extend(it.signed_at.iter().filter(|name| !places.contains(name)).map(|name| format!("signed at « {name} », which is no place")));
        }
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
