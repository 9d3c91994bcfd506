//! Spans cut what they name, whatever the characters between.

mod support;

use proptest::prelude::*;
use signataire::{
    span::Span,
    text::{Offsets, Text},
    token::{Gap, Shape, TokenCues, fold, tokenize},
};

const SAMPLE: &str = "RABAT, le 20 janvier 2026 – « L’université Mohamed VI (l’UM6SS) a signé aujourd’hui, avec le Pr. Nejjari et J.-P. Élie, une convention-cadre\n\
    n° 3 du 03.07.2018 à l’œuvre : 15,5 % d’étudiants… » Voir www.atlas.example, presse@atlas.example.\nالمؤسسة وقعت اتفاقية. O'Brien's plan, R&D.";

/// Characters that come with texts out of word processors, PDF and web pages.
const ODD: &[&str] = &[
    "\u{A0}",
    "\u{202F}",
    "\u{2009}",
    "\r\n",
    "\u{AD}",
    "\u{200B}",
    "\u{200E}",
    "\u{200F}",
    "\u{202B}",
    "\u{2066}",
    "\u{FE0F}",
    "\u{301}",
    "\u{327}",
    "ﬁ",
    "’",
    "‐",
    "−",
    "-\n",
    "ﻻ",
    "\u{2028}",
    "\u{C}",
    "🙂",
    "½",
    "Å",
    "각",
    "\u{1100}\u{1161}",
    "`",
];

/// Every law that holds for the tokens of any text.
fn check(source: &str, cues: &TokenCues) -> Result<(), TestCaseError> {
    let text = Text::new(source);
    let tokens = tokenize(&text, cues);
    let (mut source_end, mut clean_end) = (0, 0);
    for (i, token) in tokens.list.iter().enumerate() {
        let Span { start, end, .. } = token.span;
        prop_assert!(source.is_char_boundary(start as usize) && source.is_char_boundary(end as usize), "{start}..{end} cuts a character");
        prop_assert!(source_end <= start && start < end, "{start}..{end} after {source_end}");
        prop_assert!(clean_end <= token.clean.start && !token.clean.is_empty());
        prop_assert_eq!(text.to_source(token.clean), token.span);
        prop_assert_eq!(fold(text.cut(token.span)), tokens.key(i), "token {} of {:?}", i, source);
        prop_assert_eq!(fold(tokens.key(i)), tokens.key(i), "keys are fixed points");
        (source_end, clean_end) = (end, token.clean.end);
    }
    let between = |a: u32, b: u32| &text.clean()[a as usize..b as usize];
    let mut at = 0;
    for token in &tokens.list {
        prop_assert!(between(at, token.clean.start).chars().all(|c| c.is_whitespace() || c.is_control()), "a word is left out");
        at = token.clean.end;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_cut_their_words(odd in prop::collection::vec((0..SAMPLE.len(), prop::sample::select(ODD)), 0..12), decomposed in any::<bool>()) {
        let mut source = SAMPLE.to_owned();
        for (at, with) in odd {
            let at = (0..=at.min(source.len())).rev().find(|&i| source.is_char_boundary(i)).unwrap_or(0);
            source.insert_str(at, with);
        }
        if decomposed {
            source = source.replace('é', "e\u{301}").replace('É', "E\u{301}").replace('à', "a\u{300}");
        }
        check(&source, &support::cues().0)?;
    }

    #[test]
    fn any_text_is_read(source in "\\PC{0,60}") {
        check(&source, &support::cues().0)?;
    }

    #[test]
    fn counts_agree_with_the_text(source in "(\\PC|é|🙂|a){0,200}") {
        let offsets = Offsets::new(&source);
        for at in (0..=source.len()).filter(|&i| source.is_char_boundary(i)) {
            prop_assert_eq!(offsets.chars(at as u32) as usize, source[..at].chars().count());
            prop_assert_eq!(offsets.utf16(at as u32) as usize, source[..at].encode_utf16().count());
        }
    }
}

/// The sample is read to the end; without odd characters nothing is copied.
#[test]
fn clean_text_is_borrowed() {
    let plain = "Déjà signé à Rabat : « oui » – 15,5 % ; cœur.";
    let text = Text::new(plain);
    assert!(std::ptr::eq(text.clean(), plain));
}

#[test]
fn cleaned_view() {
    for (source, clean) in [
        ("l’e\u{301}cole", "l'école"),
        ("oﬃce ﬁn", "office fin"),
        ("parte-\nnariat", "partenariat"),
        ("parte-\r\n  nariat", "partenariat"),
        ("parte-\n\nnariat", "partenariat"),
        ("parte\u{AD}\nnariat", "partenariat"),
        ("Jean-\nFrançois", "Jean-François"),
        ("2019-\n2020", "2019-\n2020"),
        ("parte -\nnariat", "parte -\nnariat"),
        ("a\u{A0}:\u{202F}b\r\nc", "a : b\r\nc"),
        ("co\u{AD}opé\u{200B}rer\u{200F}", "coopérer"),
        ("“a” – b — c ‑ d − e", "“a” – b — c - d - e"),
        ("q\u{307}\u{323}", "q\u{323}\u{307}"),
    ] {
        assert_eq!(Text::new(source).clean(), clean, "{source:?}");
    }
}

#[test]
fn tokens() {
    let cues = support::cues().0;
    for (source, expected) in [
        ("L'université d'Aujourd’hui jusqu’à l’UM6SS", "L' université d' Aujourd’hui jusqu’ à l’ UM6SS"),
        ("aujourd'hui prud'hommes presqu'île O'Brien Val-d'Oise", "aujourd'hui prud'hommes presqu'île O'Brien Val-d'Oise"),
        ("Atlas's plan, Smith's", "Atlas 's plan , Smith 's"),
        ("M. Pr. Nejjari n° 3, etc.", "M. Pr. Nejjari n° 3 , etc."),
        ("S.A. U.S. J.-P. J. Martin", "S.A. U.S. J.-P. J. Martin"),
        ("03.07.2018 15,5 2020-2023", "03 . 07 . 2018 15 , 5 2020 - 2023"),
        ("1er 4e 20ème UM6SS 3M CO2 m² COVID-19", "1er 4e 20ème UM6SS 3M CO2 m² COVID-19"),
        ("porte-parole El-Kadiri rappelons-le R&D", "porte-parole El-Kadiri rappelons-le R&D"),
        (
            "a.b@c-d.example, @EDA_DFAE. https://x.example/a?b=1. (www.y.example)",
            "a.b@c-d.example , @EDA_DFAE . https://x.example/a?b=1 . ( www.y.example )",
        ),
        ("unine.ch Afrique.Le d'accord...ou…", "unine.ch Afrique . Le d' accord ... ou …"),
        ("« oui » (non)", "« oui » ( non )"),
        ("p. 3 et l'art. Le", "p. 3 et l' art . Le"),
    ] {
        let text = Text::new(source);
        let found: Vec<&str> = tokenize(&text, &cues).list.iter().map(|t| text.cut(t.span)).collect();
        assert_eq!(found.join(" "), expected);
    }
}

/// Small words are split off where a word of the lexicon is left, or an article with enough behind it; the keys are folded, the spans are not.
#[test]
fn proclitics() {
    let mut cues = TokenCues::default();
    let small = [("و", "conjunction"), ("ف", "conjunction"), ("ب", "preposition"), ("ل", "preposition"), ("ال", "article"), ("لل", "ل ال")];
    cues.add("proclitic", small).expect("known values");
    ["وزارة", "الرباط", "مكتب", "ألمانيا"].into_iter().for_each(|word| cues.proclitics.keep_whole(fold(word)));
    for (source, parts, keys) in [
        ("مكتب ومكتب فبمكتب", "مكتب و مكتب ف ب مكتب", "مكتب و مكتب ف ب مكتب"),
        ("المكتب والمكتب بالمكتب", "ال مكتب و ال مكتب ب ال مكتب", "ال مكتب و ال مكتب ب ال مكتب"),
        // Merged: the second letter is the article.
        ("للمكتب وللمكتب", "ل ل مكتب و ل ل مكتب", "ل ال مكتب و ل ال مكتب"),
        // The lexicon has it whole: with its first letter, with its article.
        ("وزارة ووزارة", "وزارة و وزارة", "وزاره و وزاره"),
        ("بالرباط للرباط ألمانيا", "ب الرباط ل لرباط ألمانيا", "ب الرباط ل الرباط المانيا"),
        // Nobody knows it.
        ("وليد بدر الله", "وليد بدر الله", "وليد بدر الله"),
        ("والتنمية وَالمَكتَب", "و ال تنمية وَ ال مَكتَب", "و ال تنميه و ال مكتب"),
    ] {
        let text = Text::new(source);
        let tokens = tokenize(&text, &cues);
        let found: Vec<&str> = tokens.list.iter().map(|t| text.cut(t.span)).collect();
        assert_eq!(found.join(" "), parts);
        let found: Vec<&str> = (0..tokens.len()).map(|i| tokens.key(i)).collect();
        assert_eq!(found.join(" "), keys, "{source}");
    }
}

#[test]
fn shapes() {
    let cues = support::cues().0;
    let names = [
        (Shape::WORD, "word"),
        (Shape::NUM, "num"),
        (Shape::PUNCT, "punct"),
        (Shape::CAP, "cap"),
        (Shape::ALLCAPS, "allcaps"),
        (Shape::LOWER, "lower"),
        (Shape::ACRONYM, "acronym"),
        (Shape::ROMAN, "roman"),
        (Shape::INITIAL, "initial"),
        (Shape::EMAIL, "email"),
        (Shape::URL, "url"),
        (Shape::DIGIT, "digit"),
        (Shape::HANDLE, "handle"),
        (Shape::DOTTED, "dotted"),
        (Shape::ELISION, "elision"),
    ];
    for (source, expected) in [
        ("Rabat", "word cap"),
        ("UM6SS", "word cap allcaps acronym digit"),
        ("VI", "word cap allcaps acronym roman"),
        ("IIII", "word cap allcaps acronym"),
        ("PhD", "word cap"),
        ("J.", "word cap initial dotted"),
        ("J.-P.", "word cap allcaps initial dotted"),
        ("S.A.", "word cap allcaps acronym dotted"),
        ("1er", "word lower digit"),
        ("2026", "num digit"),
        ("l'", "word lower elision"),
        ("MANDJRA", "word cap allcaps acronym"),
        ("المؤسسة", "word elision"),
        ("مؤسسة", "word"),
        ("a@b.example", "email"),
        ("www.b.example", "url"),
        ("@abc", "handle"),
        ("–", "punct"),
    ] {
        let text = Text::new(source);
        // An initial holds its dot before a capital.
        let padded = format!("{source} Xy");
        let text = if source == "J." { Text::new(&padded) } else { text };
        let shape = tokenize(&text, &cues).list[0].shape;
        let found: Vec<&str> = names.iter().filter(|(s, _)| shape.has(*s)).map(|(_, name)| *name).collect();
        assert_eq!(found.join(" "), expected, "{source}");
    }
}

#[test]
fn gaps() {
    let cues = support::cues().0;
    let text = Text::new("a,  b\r\nc\n \nd\re");
    let gaps: Vec<Gap> = tokenize(&text, &cues).list.iter().map(|t| t.gap).collect();
    assert_eq!(gaps, [Gap::None, Gap::None, Gap::Space, Gap::Lines(1), Gap::Lines(2), Gap::Lines(1)]);
}
