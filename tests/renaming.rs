//! What is read from the seeds is read from how they are written, not from who is in them: with every name, acronym, place, date
//! and number replaced by others that no lexicon has, and the lines broken elsewhere, the record is the same up to the renaming.

mod support;

use std::collections::BTreeSet;

use signataire::token::fold;
use support::{difference, document, entries, extractor, files, folded, path, read, seed, view};

/// What stands for what. The pairs serve the text and the facts read from it.
struct Naming {
    names: &'static [(&'static str, &'static str)],
    /// In words, then as values.
    dates: &'static [(&'static str, &'static str)],
}

const NAMINGS: [Naming; 3] = [
    Naming {
        names: &[
            // Seed 000.
            ("Oncologie et Diagnostic du Maroc", "Belgorie et Varnostic du Tarvok"),
            ("ODM", "BVT"),
            ("Mohamed VI des sciences de la santé", "Sorvan IX des broderies de la brume"),
            ("UM6SS", "US9BB"),
            (
                "l’Enseignement Supérieur, de la Recherche Scientifique et de la Formation des Cadres",
                "l’Ostréologie Ancienne, de la Dentelle Ancestrale et de la Sauvegarde des Clochers",
            ),
            ("Ministère de la Santé", "Ministère de la Brume"),
            ("Léon Bérard", "Mirnek Dravol"),
            ("CLB", "CMD"),
            ("Chakib NEJJARI", "Tolvar BRENNOK"),
            ("NEJJARI", "BRENNOK"),
            ("Nejjari", "Brennok"),
            ("Mohamed EL MANDJRA", "Vasko EL DRUMELI"),
            ("EL MANDJRA", "EL DRUMELI"),
            ("Lyon", "Norbac"),
            ("Maroc", "Tarvok"),
            ("marocains", "tarvokois"),
            // Seed 002.
            ("Mohammed VI des Sciences et de la Santé", "Belgor IX des Broderies et de la Brume"),
            ("FM6SS", "FB9BB"),
            ("GlaxoSmithKline", "VeltroPharmOne"),
            ("GSK", "VPO"),
            ("Rabat", "Zorvane"),
        ],
        dates: &[
            ("Septembre 2014", "Février 2007"),
            ("2014-09", "2007-02"),
            ("2014", "2007"),
            ("mardi 20 janvier 2026", "jeudi 12 mars 2015"),
            ("2026-01-20", "2015-03-12"),
        ],
    },
    Naming {
        names: &[
            ("Oncologie et Diagnostic du Maroc", "Quintarie et Zelphonie de Mirovie"),
            ("ODM", "QZM"),
            ("Mohamed VI des sciences de la santé", "Ferlux IV des tisanes de la lagune"),
            ("UM6SS", "UF4TL"),
            (
                "l’Enseignement Supérieur, de la Recherche Scientifique et de la Formation des Cadres",
                "l’Apiculture Nocturne, de la Vannerie Fluviale et de la Repeinture des Phares",
            ),
            ("Ministère de la Santé", "Ministère de la Houle"),
            ("Léon Bérard", "Ulrok Pesmar"),
            ("CLB", "CUV"),
            ("Chakib NEJJARI", "Zélim VORTANE"),
            ("NEJJARI", "VORTANE"),
            ("Nejjari", "Vortane"),
            ("Mohamed EL MANDJRA", "Orsic DU KERVAL"),
            ("EL MANDJRA", "DU KERVAL"),
            ("Lyon", "Pelvigny"),
            ("au Maroc", "en Mirovie"),
            ("le Maroc", "la Mirovie"),
            ("Maroc", "Mirovie"),
            ("marocains", "miroviens"),
            ("Mohammed VI des Sciences et de la Santé", "Ferlux IV des Tisanes et de la Lagune"),
            ("FM6SS", "FF4TL"),
            ("GlaxoSmithKline", "QuorvaxMedLine"),
            ("GSK", "QML"),
            ("Rabat", "Vézelmar"),
        ],
        dates: &[
            ("Septembre 2014", "Décembre 1998"),
            ("2014-09", "1998-12"),
            ("2014", "1998"),
            ("mardi 20 janvier 2026", "lundi 5 octobre 2009"),
            ("2026-01-20", "2009-10-05"),
        ],
    },
    Naming {
        names: &[
            ("Oncologie et Diagnostic du Maroc", "Hydralie et Nostrabie du Welgrad"),
            ("ODM", "HNW"),
            ("Mohamed VI des sciences de la santé", "Ragnov II des faïences de la steppe"),
            ("UM6SS", "UR2FS"),
            (
                "l’Enseignement Supérieur, de la Recherche Scientifique et de la Formation des Cadres",
                "l’Horlogerie Souterraine, de la Truffe Blanche et de la Surveillance des Ponts",
            ),
            ("Ministère de la Santé", "Ministère de la Steppe"),
            ("Léon Bérard", "Ukrest Hamelor"),
            ("CLB", "CUH"),
            ("Chakib NEJJARI", "Bruncal SEVRIK"),
            ("NEJJARI", "SEVRIK"),
            ("Nejjari", "Sevrik"),
            ("Mohamed EL MANDJRA", "Tancrel OUZDAM"),
            ("EL MANDJRA", "OUZDAM"),
            ("Lyon", "Sarvelle"),
            ("Maroc", "Welgrad"),
            ("marocains", "welgradois"),
            ("Mohammed VI des Sciences et de la Santé", "Ragnov II des Faïences et de la Steppe"),
            ("FM6SS", "FR2FS"),
            ("GlaxoSmithKline", "DromaBioTrust"),
            ("GSK", "DBT"),
            ("Rabat", "Kolmirande"),
        ],
        dates: &[
            ("Septembre 2014", "Mai 2021"),
            ("2014-09", "2021-05"),
            ("2014", "2021"),
            ("mardi 20 janvier 2026", "vendredi 2 juin 2017"),
            ("2026-01-20", "2017-06-02"),
        ],
    },
];

impl Naming {
    /// Puts the new words in the place of the old, the longest first, whole words only.
    fn put(&self, text: &str) -> String {
        let mut pairs: Vec<(&str, &str)> = self.names.iter().chain(self.dates).copied().collect();
        pairs.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let mut out = String::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let fits = |old: &str| rest.starts_with(old) && !is_word(text[..at].chars().next_back()) && !is_word(rest[old.len()..].chars().next());
            match pairs.iter().find(|(old, _)| fits(old)) {
                Some((old, new)) => {
                    out.push_str(new);
                    at += old.len();
                }
                None => {
                    out.push(c);
                    at += c.len_utf8();
                }
            }
        }
        out
    }
}

/// A paragraph, and how many empty lines stand before it.
struct Paragraph {
    empty: usize,
    words: String,
}

/// The paragraphs of seed 000: two or more empty lines, or a stop at the end of a line, end one; so does the line « A propos … : ».
fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut all: Vec<Paragraph> = Vec::new();
    let mut empty = 0;
    for line in text.lines() {
        let words = folded(line);
        if words.is_empty() {
            empty += 1;
            continue;
        }
        match all.last_mut().filter(|last| empty < 2 && !last.words.ends_with(['.', ':'])) {
            Some(last) => last.words = format!("{} {words}", last.words),
            None => all.push(Paragraph { empty, words }),
        }
        empty = 0;
    }
    all
}

fn wrap(words: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= width) {
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Seed 000 broken elsewhere: an empty line between two lines and a space at their ends, but not after « A propos ».
fn broken(paragraphs: &[Paragraph], width: usize) -> String {
    let mut text = String::new();
    let mut about = false;
    for paragraph in paragraphs {
        about |= paragraph.words.starts_with("A propos");
        text.push_str(&"\n".repeat(paragraph.empty));
        for (i, line) in wrap(&paragraph.words, width).iter().enumerate() {
            text.push_str(if i > 0 && !about { "\n" } else { "" });
            text.push_str(&format!("{line}{}\n", if about { "" } else { " " }));
        }
    }
    text
}

/// The text gives the facts of the seed, renamed.
fn check(name: &str, naming: Option<&Naming>, shape: &str, text: &str) -> Option<String> {
    let rename = |line: &str| naming.map_or(line.to_owned(), |naming| naming.put(line));
    let wanted: Vec<String> = view::facts(&extractor().extract(&seed(name))).iter().map(|line| rename(line)).collect();
    let found = view::facts(&extractor().extract(&document(name, text)));
    (wanted != found).then(|| format!("seed {name}, {shape}:\n{}", difference(&wanted, &found)))
}

fn numbered() -> impl Iterator<Item = (usize, &'static Naming)> {
    NAMINGS.iter().enumerate().map(|(i, naming)| (i + 1, naming))
}

#[test]
fn other_names() {
    let mut failures = Vec::new();
    for (i, naming) in numbered() {
        let renamed = |text: &str| naming.put(text);
        // As the seed breaks its lines, so does the renamed text.
        let parts: Vec<Paragraph> = paragraphs(&seed("000").text).into_iter().map(|p| Paragraph { words: renamed(&p.words), ..p }).collect();
        failures.extend(check("000", Some(naming), &format!("names {i}"), &broken(&parts, 72)));
        failures.extend(check("002", Some(naming), &format!("names {i}"), &renamed(&seed("002").text)));
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

#[test]
fn other_lines() {
    let mut failures = Vec::new();
    let parts = paragraphs(&seed("000").text);
    for width in WIDTHS {
        failures.extend(check("000", None, &format!("lines of {width}"), &broken(&parts, *width)));
        // Broken lines and an empty line between paragraphs.
        let text = seed("002").text.lines().map(|line| wrap(line, *width).join("\n")).collect::<Vec<_>>().join("\n\n");
        failures.extend(check("002", None, &format!("lines of {width}"), &text));
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

/// Narrow and wide pages. At each the title ends in a short line: that is what says that it ends.
const WIDTHS: &[usize] = &[56, 60, 66, 80, 92, 110];

#[test]
fn other_names_and_lines() {
    let mut failures = Vec::new();
    for (i, naming) in numbered() {
        for width in [60, 92] {
            let parts: Vec<Paragraph> = paragraphs(&seed("000").text).into_iter().map(|p| Paragraph { words: naming.put(&p.words), ..p }).collect();
            failures.extend(check("000", Some(naming), &format!("names {i}, lines of {width}"), &broken(&parts, width)));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

/// The breaking of lines keeps every word and the paragraphs: at the seed's own width little changes.
#[test]
fn breaking_keeps_the_words() {
    let parts = paragraphs(&seed("000").text);
    let shown: Vec<&str> = parts.iter().map(|p| p.words.split(' ').next().unwrap_or("")).collect();
    assert_eq!(shown, ["Le", "Le", "En", "M.", "En", "Les", "De", "L’UM6SS,", "Cette", "«", "A", "Créée", "Fort"]);
    for width in WIDTHS {
        assert_eq!(folded(&broken(&parts, *width)), folded(&seed("000").text));
    }
}

/// Every old name stands in a seed, and no word of a new one in a lexicon.
#[test]
fn new_names_are_in_no_lexicon() {
    let text = folded(&(seed("000").text + &seed("002").text));
    let lexicons: Vec<_> = files(&path("rules"))
        .into_iter()
        .filter(|file| file.extension().is_some_and(|e| e == "tsv") && !file.to_string_lossy().contains("/labels/"))
        .collect();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for file in &lexicons {
        let text = read(file);
        known.extend(entries(&text).into_iter().map(|(form, _)| fold(form)));
    }
    assert!(known.len() > 5000, "only {} entries", known.len());
    for (i, naming) in numbered() {
        for (old, new) in naming.names {
            assert!(text.contains(old), "names {i}: « {old} » is in no seed");
            let words = new.split([' ', '’', ',']).filter(|word| word.chars().count() > 1 && !old.split([' ', '’', ',']).any(|o| o == *word));
            // Small words between the names, and the numbers of kings.
            let names = words.filter(|word| !matches!(*word, "la" | "en" | "de" | "DU" | "IX" | "IV" | "II"));
            let listed: Vec<&str> = names.chain([*new]).filter(|word| known.contains(&fold(word))).collect();
            assert!(listed.is_empty(), "names {i}: of « {new} » a lexicon has {listed:?}");
        }
    }
}
