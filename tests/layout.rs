//! What a page is made of, whatever its line ends.

mod support;

use signataire::{
    layout::{Block, BlockKind, Layout, Zone, layout},
    span::{Span, Tok},
    text::Text,
    token::{Tokens, tokenize},
};

/// The words of a span, white space folded.
fn words(text: &Text, tokens: &Tokens, span: Span<Tok>) -> String {
    match &tokens.list[span.range()] {
        [] => String::new(),
        [first, .., last] => text.cut(first.span.cover(last.span)).split_whitespace().collect::<Vec<_>>().join(" "),
        [only] => text.cut(only.span).to_owned(),
    }
}

fn read<T>(source: &str, show: impl Fn(&Text, &Tokens, &Layout) -> T) -> T {
    let (token_cues, layout_cues) = support::cues();
    let text = Text::new(source);
    let tokens = tokenize(&text, &token_cues);
    let page = layout(&text, &tokens, &layout_cues);
    show(&text, &tokens, &page)
}

/// One line a block: its kind (with its zone where that is not the body), its dateline in angle brackets, its words.
fn shown(source: &str) -> Vec<String> {
    read(source, |text, tokens, page| {
        let line = |block: &Block| {
            let kind = match block.kind {
                BlockKind::Title => "title",
                BlockKind::Heading => "head",
                BlockKind::Paragraph => "para",
                BlockKind::ListItem => "item",
                BlockKind::Caption => "caption",
            };
            let zone = match block.zone {
                Zone::Body => "",
                Zone::Boilerplate => "/about",
                Zone::Contact => "/contact",
            };
            let (dateline, start) = match block.dateline {
                Some(dateline) => (format!("<{}> ", words(text, tokens, dateline)), dateline.end),
                None => (String::new(), block.tokens.start),
            };
            format!("{kind}{zone}: {dateline}{}", words(text, tokens, Span::new(start, block.tokens.end))).trim_end().to_owned()
        };
        page.blocks.iter().map(line).collect()
    })
}

fn quotes(source: &str) -> Vec<String> {
    read(source, |text, tokens, page| page.quotes.iter().map(|&quote| words(text, tokens, quote)).collect())
}

fn check(source: &str, expected: &[&str]) {
    let found = shown(source);
    assert!(found == expected, "\n--- source\n{source}\n--- found\n{}\n--- expected\n{}\n", found.join("\n"), expected.join("\n"));
}

const SEED_000: &str = include_str!("../seeds/000_ec61c2247a15defe.txt");
const SEED_002: &str = include_str!("../seeds/002_577f9b06090d3c9b.txt");

/// Kind and first words of each block of seed 000.
const BLOCKS_000: [&str; 13] = [
    "title: Le groupe Oncologie",
    "para: Le Groupe ODM",
    "para: En effet,",
    "caption: M. Chakib NEJJARI,",
    "para: En vertu de",
    "para: Les étudiants auront",
    "para: De même, L’UM6SS",
    "para: L’UM6SS, rappelons-le,",
    "para: Cette collaboration",
    "para: « ODM remercie",
    "head/about: A propos du groupe ODM :",
    "para/about: Créée en Septembre",
    "para/about: Fort d’une politique",
];

#[test]
fn seed_000_is_reflowed() {
    let found = shown(SEED_000);
    assert_eq!(found.len(), BLOCKS_000.len(), "\n{}", found.join("\n"));
    for (block, begin) in found.iter().zip(BLOCKS_000) {
        assert!(block.starts_with(begin), "{block}\ndoes not begin with {begin}");
    }
    assert!(found[0].ends_with("signent une convention de partenariat scientifique."), "{}", found[0]);
    assert!(found[3].ends_with("de l’Université et du groupe."), "{}", found[3]);
}

#[test]
fn seed_002_has_a_paragraph_a_line() {
    let expected: Vec<String> = SEED_002.lines().map(|line| format!("para: {line}")).collect();
    assert_eq!(shown(SEED_002), expected);
}

/// Breaks lines at a width in code points, as a text editor does.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The blocks do not hang on the width of the page nor on what stands between its lines.
#[test]
fn rewrapped_pages_have_the_same_blocks() {
    for (name, seed) in [("000", SEED_000), ("002", SEED_002)] {
        let expected = shown(seed);
        for width in [50, 90, 120] {
            for (between_lines, between_blocks) in [("\n", "\n\n"), (" \r\n", "\r\n \r\n"), ("\n\n", "\n\n\n\n")] {
                let blocks: Vec<String> =
                    expected.iter().filter_map(|b| b.split_once(": ")).map(|(_, text)| wrap(text, width).join(between_lines)).collect();
                let mut found = shown(&blocks.join(between_blocks));
                // The caption of seed 000 is known by its wider gap and its wider lines, which a re-wrapped page has lost.
                for (found, expected) in found.iter_mut().zip(&expected) {
                    if expected.starts_with("caption: ") {
                        *found = found.replacen("para: ", "caption: ", 1);
                    }
                }
                assert!(found == expected, "seed {name} at {width} columns, {between_lines:?} {between_blocks:?}\n{}", found.join("\n"));
            }
        }
    }
}

#[test]
fn datelines() {
    let rest = "la Fondation Atlas et l'Université de Salé ont signé une convention de partenariat.";
    for dateline in [
        "RABAT, le 20 janvier 2026 –",
        "Casablanca, le 12 mars 2025 :",
        "Paris – le 3 mai 2023 –",
        "Berne, 25.03.2019 -",
        "(MAP) –",
        "RABAT —",
        "MONTRÉAL, le 4 juin 2024 /CNW/ -",
        "Rabat (MAP) -",
        "LONDON, May 12 --",
        "Aix-en-Provence, le 1er mars 2021 -",
        "Le 3 mai 2023 –",
        "PARIS, France, June 4, 2024 (GLOBE NEWSWIRE) --",
    ] {
        check(
            &format!("Un partenariat pour la santé\n\n{dateline} {rest}\n"),
            &["title: Un partenariat pour la santé", &format!("para: <{dateline}> {rest}")],
        );
        check(
            &format!("{dateline} {rest} Elle dure trois ans.\nElle est reconductible."),
            &[&format!("para: <{dateline}> {rest} Elle dure trois ans."), "para: Elle est reconductible."],
        );
    }
    for (dateline, known) in
        [("Abidjan, le 5 novembre 2025.", true), ("Abidjan, en novembre.", false), ("Réunis à Abidjan, le 5 novembre 2025.", false)]
    {
        let para = if known { format!("para: <{dateline}> L{}", &rest[1..]) } else { format!("para: {dateline} L{}", &rest[1..]) };
        check(&format!("Un partenariat pour la santé\n\n{dateline} L{}\n", &rest[1..]), &["title: Un partenariat pour la santé", &para]);
    }
    for opening in ["Les 3 axes :", "Trois villes – Rabat, Fès et Salé –", "Omar Alami, président de la fondation :", "En 2019 –"] {
        check(
            &format!("Un partenariat pour la santé\n\n{opening} {rest}"),
            &["title: Un partenariat pour la santé", &format!("para: {opening} {rest}")],
        );
    }
}

#[test]
fn pages() {
    // A letterhead, a date of its own, a title.
    check(
        "COMMUNIQUÉ DE PRESSE\nRabat, le 20 janvier 2026\n\nLa Fondation Atlas et l'Université de Salé s'allient\n\nLa Fondation Atlas et l'Université de Salé ont signé une convention.\n",
        &[
            "head: COMMUNIQUÉ DE PRESSE",
            "head: <Rabat, le 20 janvier 2026>",
            "title: La Fondation Atlas et l'Université de Salé s'allient",
            "para: La Fondation Atlas et l'Université de Salé ont signé une convention.",
        ],
    );
    // List items, headings, boilerplate, contacts.
    check(
        "Un accord pour la formation\n\nLes parties ont retenu trois axes :\n- la formation ;\n- la recherche ;\n\u{2022} l'innovation.\n\nUne longue histoire\nLes deux maisons travaillent ensemble depuis dix ans.\n\nÀ propos de la Fondation Atlas\nCréée en 2010, elle agit au Maroc.\n\nContact presse :\nSara Berrada\n+212 5 22 00 00 00\npresse@atlas.example\n",
        &[
            "title: Un accord pour la formation",
            "para: Les parties ont retenu trois axes :",
            "item: la formation ;",
            "item: la recherche ;",
            "item: l'innovation.",
            "head: Une longue histoire",
            "para: Les deux maisons travaillent ensemble depuis dix ans.",
            "head/about: À propos de la Fondation Atlas",
            "para/about: Créée en 2010, elle agit au Maroc.",
            "head/contact: Contact presse :",
            "para/contact: Sara Berrada",
            "para/contact: +212 5 22 00 00 00",
            "para/contact: presse@atlas.example",
        ],
    );
    // A contact by its form alone; a paragraph that begins with a cue stays in the body.
    check(
        "Un accord pour la formation\n\nÀ propos de cet accord, le ministre s'est dit confiant.\n\nPeter Muster, porte-parole, +41 58 000 00 00",
        &[
            "title: Un accord pour la formation",
            "para: À propos de cet accord, le ministre s'est dit confiant.",
            "para/contact: Peter Muster, porte-parole, +41 58 000 00 00",
        ],
    );
    // Numbered items; a picture's credit; one block is no title.
    check(
        "Les axes :\n1. la santé\n2) la recherche\na) le sport\n(ii) l'art",
        &["para: Les axes :", "item: la santé", "item: la recherche", "item: le sport", "item: l'art"],
    );
    check(
        "Titre du texte\n\nUne phrase assez courte.\n\nPhoto : Mme Sara Berrada, présidente\n\nUne autre phrase.",
        &["title: Titre du texte", "para: Une phrase assez courte.", "caption: Photo : Mme Sara Berrada, présidente", "para: Une autre phrase."],
    );
    check("La Fondation Atlas signe une convention", &["para: La Fondation Atlas signe une convention"]);
    check("", &[]);
    check(" \n\n\t\n", &[]);
}

#[test]
fn quoted_passages() {
    for (source, expected) in [
        ("Il dit : « Bon. Très bon. » Puis « oui ».", &["Bon. Très bon.", "oui"][..]),
        ("“One,” she said, \"two\" and “three”.", &["One,", "two", "three"]),
        ("« Le mot “beau” me plaît »", &["Le mot “beau” me plaît"]),
        ("« Le mot « beau » me plaît »", &["Le mot « beau » me plaît"]),
        ("Un tube de 5\" et un \"mot\" seul", &["mot"]),
        (
            "« Nous sommes fiers de ce partenariat qui nous engage. Merci à tous.",
            &["Nous sommes fiers de ce partenariat qui nous engage. Merci à tous."],
        ),
        ("Une faute « ici, puis un « mot » juste.", &["mot"]),
        ("Une faute ici », puis rien.", &[]),
        ("l'\"accord\" et d'« union »", &["accord", "union"]),
    ] {
        assert_eq!(quotes(source), expected, "{source}");
    }
}

/// Time grows with the length, whatever the text.
#[test]
fn hostile_pages_are_read() {
    let n = 200_000;
    for (name, source) in [
        ("opening marks", "« ".repeat(n)),
        ("brackets", "(".repeat(n)),
        ("alternating quotes", "« \" “ ".repeat(n / 3)),
        ("empty lines", "\n".repeat(n)),
        ("short lines", "a\n".repeat(n)),
        ("item lines", "- a\n\n".repeat(n / 2)),
        ("dots", ". ".repeat(n)),
        ("one word", "a".repeat(n)),
        ("hyphens at line ends", "a-\n".repeat(n)),
        ("blanks after hyphens", format!("a-{}", " ".repeat(n))),
        ("addresses", "a@".repeat(n)),
        ("initials", "A. ".repeat(n)),
        ("glued initials", "A.".repeat(n)),
        ("apostrophes", "l'".repeat(n)),
        ("marks", format!("e{}", "\u{301}".repeat(n))),
        ("soft hyphens", "\u{AD}".repeat(n)),
    ] {
        let begun = std::time::Instant::now();
        shown(&source);
        assert!(begun.elapsed().as_secs() < 10, "{name}: {:?}", begun.elapsed());
    }
}
