//! Where sentences end.

mod support;

use signataire::{layout::layout, sentence::sentences, text::Text, token::tokenize};

/// Sentences are shown with | between them; the source is the same without the bars.
fn check(shown: &str) {
    let source: String = shown.split('|').collect();
    let (token_cues, layout_cues) = support::cues();
    let text = Text::new(&source);
    let tokens = tokenize(&text, &token_cues);
    let page = layout(&text, &tokens, &layout_cues);
    let mut found = String::new();
    // The end of the sentence before.
    let mut at = 0;
    for sentence in sentences(&tokens, &page, &token_cues) {
        let list = &tokens.list[sentence.tokens.range()];
        let start = list[0].span.start as usize;
        found.push_str(&source[at..start]);
        if at > 0 {
            found.push('|');
        }
        at = list[list.len() - 1].span.end as usize;
        found.push_str(&source[start..at]);
    }
    found.push_str(&source[at..]);
    assert!(found == shown, "\nfound    {found}\nexpected {shown}\n");
}

#[test]
fn french() {
    for shown in [
        "Une convention a été signée. |Elle dure trois ans.",
        "Le Pr. Nejjari et M. El Mandjra ont signé. |Mme. Alami était présente.",
        "Le 03.07.2018 à 15.30 h, le taux était de 15,5 %. |Il monte.",
        "La société S.A. Duval et J.-P. Martin s'allient. |L'accord vaut.",
        "Voir l'art. 3 et le n° 4. |Voir p. 12.",
        "C'est un art. |Il est ancien.",
        "Santé, sport, etc. |La liste est longue.",
        "Santé, sport, etc. sont cités.",
        "Une première en Afrique.|Le président l'a dit.",
        "Une première à l'UM6SS.|L'accord le dit.",
        "Il écrit à www.atlas.example/Page.Html et à S.Alami@atlas.example. |Merci.",
        "« Nous sommes fiers. |Merci ! » |Le ministre est parti.",
        "« Est-ce vrai ? » demande-t-il. |Oui (très vrai.) |Bien.",
        "Il a dit \"merci.\" |Puis il est parti.",
        "Elle hésite… |Puis elle signe.",
        "Elle hésite... puis elle signe.",
        "La vitamine C. |Le fer aussi.",
        "Créée par Omar J. Le Goff, elle vit.",
        "Oui ! |Non ? |Peut-être.",
        "Les parties : a) la santé ; b) le sport.",
        "1. La santé d'abord. |2. Le sport ensuite. |3. L'art enfin.",
        "Un nouvel accord pour la santé\n\n|Berne, 25.03.2019 - |Le ministre a signé. |Il est content.",
        "La société bioAtlas signe. |bioAtlas est à Salé.",
        "Le groupe Yahoo! annonce une alliance.",
        "Elle est née en 2014. |2015 fut une bonne année.",
    ] {
        check(shown);
    }
}

#[test]
fn english() {
    for shown in [
        "Mr. Smith met Dr. Jones. |They agreed.",
        "I live in the U.S. |How about you?",
        "I have lived in the U.S. for 20 years. |The U.S. Army knows.",
        "Atlas Inc. and Bell Ltd. signed. |He said no. |She said yes.",
        "See No. 5 and pp. 3-4. |Then stop.",
        "He left at 6 p.m. |Travelers left later.",
        "\"This is great.\" |She left. |\"Is it?\" she asked.",
        "It works (see Fig. 2). |It does.",
        "Wait . . . what? |Now go.",
        "a) Health is first. |b) Sport is next.",
        "On Jan. 20, former Sen. Adam Bell spoke. |It was cold.",
    ] {
        check(shown);
    }
}

#[test]
fn arabic() {
    for shown in ["وقعت المؤسسة اتفاقية. |وستدوم ثلاث سنوات.", "هل وقعت؟ |نعم."] {
        check(shown);
    }
}
