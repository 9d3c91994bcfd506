//! Texts made to be hard: very long in one way. What is said again and again is found as often as it is said; what stands before and after
//! a monster is found as if the monster were not there; a line of bytes that is none of JSON costs its own record and no other.
//! That the time stays in bounds is counted in instructions: `scripts/growth`.

mod support;

use signataire::{
    Extractor,
    record::{Mention, Record},
};
use support::{document, extractor};

/// How many mentions of organisations, people, roles, places and dates, and how many quotations.
type Counts = [usize; 6];

fn counts(record: &Record) -> Counts {
    let sum = |lists: Vec<&Vec<Mention>>| lists.into_iter().map(Vec::len).sum();
    [
        sum(record.organizations.iter().map(|it| &it.mentions).collect()),
        sum(record.people.iter().map(|it| &it.mentions).collect()),
        sum(record.roles.iter().map(|it| &it.mentions).collect()),
        sum(record.places.iter().map(|it| &it.mentions).collect()),
        sum(record.dates.iter().map(|it| &it.mentions).collect()),
        record.quotes.len(),
    ]
}

/// So many times the same words: so many times what they say.
fn repeated(extractor: &Extractor, unit: &str, times: usize, each: Counts) {
    for times in [1, 10, times] {
        let record = extractor.extract(&document("repeated", &unit.repeat(times)));
        assert_eq!(counts(&record), each.map(|count| count * times), "{times} times « {unit} »");
        assert!(record.organizations.len() <= 2 && record.dates.len() <= 1, "« {unit} » is the same, however often it is said");
    }
}

#[test]
fn what_is_repeated_counts_as_often() {
    let extractor = extractor();
    let check = |unit: &str, times: usize, each: Counts| repeated(&extractor, unit, times, each);
    let sentence = "La Fondation Tassa et l’Université Ibn Zohra ont signé à Rabat, le 3 mars 2025, une convention de partenariat";
    // In sentences; in one sentence.
    check(&format!("{sentence}.\n"), 3_000, [2, 0, 0, 1, 1, 0]);
    check(&format!("{sentence}, et "), 1_500, [2, 0, 0, 1, 1, 0]);
    check("le 3 mars 2025 et ", 20_000, [0, 0, 0, 0, 1, 0]);
    check("la Fondation Tassa (FT) ", 10_000, [2, 0, 0, 0, 0, 0]);
    check("la Fondation Tassa et ", 10_000, [1, 0, 0, 0, 0, 0]);
    check("Rabat, ", 30_000, [0, 0, 0, 1, 0, 0]);
    check("MAROC\n\n", 10_000, [0, 0, 0, 1, 0, 0]);
    // Three offices, each of which could belong to what follows or to what stands before.
    check("M. Jean Dupont, président, directeur et ministre de la Fondation Tassa, ", 2_000, [1, 1, 3, 0, 0, 0]);
    check("« Nous sommes heureux de ce partenariat », a déclaré M. Jean Dupont. ", 3_000, [0, 1, 0, 0, 0, 1]);
    // Marks that turn the direction, in and between words.
    check("La\u{202e} \u{2067}Fondation\u{200f} Tassa\u{202c} a signé à \u{2066}Rabat\u{2069}. ", 3_000, [1, 0, 0, 1, 0, 0]);
}

/// Names that are all different are as many names; each office keeps its own person and house.
#[test]
fn names_without_end() {
    let name = |mut number: usize| {
        let mut name = String::from("Z");
        for _ in 0..3 {
            name.push(['a', 'e', 'i', 'o', 'u'][number % 5]);
            name.push(['b', 'd', 'f', 'l', 'm', 'n', 'r', 't', 'v', 'z'][number / 5 % 10]);
            number /= 50;
        }
        name
    };
    let extractor = extractor();
    let text: String = (0..2_000).map(|i| format!("M. Jean {}, président de la Fondation {}, a parlé.\n", name(i), name(i + 7))).collect();
    let record = extractor.extract(&document("names", &text));
    assert_eq!(counts(&record), [2_000, 2_000, 2_000, 0, 0, 0]);
    let found = |i: usize| {
        let (role, person, house) = (&record.roles[i], &record.people[i], &record.organizations[i]);
        let of_each_other = role.person == person.id && role.organization.as_ref() == Some(&house.id);
        of_each_other && person.name == format!("Jean {}", name(i)) && house.name == format!("Fondation {}", name(i + 7))
    };
    assert_eq!((0..2_000).find(|&i| !found(i)), None);
}

const BEFORE: &str = "La Fondation Tassa a été créée le 3 mars 2014 à Rabat.";
const AFTER: &str = "M. Jean Dupont, président de la Banque Exemple, a parlé à Lyon le 7 mai 2025.";

/// (kind, words, where from): where it stands, moved back for what follows the monster.
fn told(record: &Record, monster: usize) -> Vec<(&'static str, String, u32)> {
    let place = |span: [u32; 2]| if (span[0] as usize) < BEFORE.len() { span[0] } else { span[0] - monster as u32 };
    let lists = [
        ("organization", record.organizations.iter().flat_map(|it| &it.mentions).collect::<Vec<_>>()),
        ("person", record.people.iter().flat_map(|it| &it.mentions).collect()),
        ("role", record.roles.iter().flat_map(|it| &it.mentions).collect()),
        ("place", record.places.iter().flat_map(|it| &it.mentions).collect()),
        ("date", record.dates.iter().flat_map(|it| &it.mentions).collect()),
    ];
    lists.into_iter().flat_map(|(kind, list)| list.into_iter().map(move |it| (kind, it.text.clone(), place(it.span)))).collect()
}

/// A paragraph that says nothing, however long, neither hides nor moves what the others say.
fn between(extractor: &Extractor, what: &str, monster: &str) {
    let plain = extractor.extract(&document("plain", &format!("{BEFORE}\n\n\n\n{AFTER}")));
    let wanted = told(&plain, 0);
    assert_eq!(wanted.len(), 8, "{wanted:?}");
    let record = extractor.extract(&document("monster", &format!("{BEFORE}\n\n{monster}\n\n{AFTER}")));
    assert_eq!(told(&record, monster.chars().count()), wanted, "{what}");
}

#[test]
fn monsters_say_nothing() {
    let extractor = extractor();
    let check = |what: &str, monster: &str| between(&extractor, what, monster);
    check("brackets that open", &"(".repeat(500_000));
    check("brackets that close", &")".repeat(500_000));
    check("brackets in brackets", &("([".repeat(200_000) + &"])".repeat(200_000)));
    check("quotations in quotations", &("« ".repeat(50_000) + &" »".repeat(50_000)));
    check("quotations that never close", &"« Nous ".repeat(50_000));
    check("capitalised words in a row", &"Zorbec ".repeat(100_000));
    check("offices in a row", &"président directeur général ".repeat(100_000));
    check("one word", &"x".repeat(1_000_000));
    check("one word of capitals", &"X".repeat(1_000_000));
    check("one number", &"1".repeat(1_000_000));
    check("numbers with points", &"1.".repeat(200_000));
    check("an address", &format!("https://a.example/{}", "b/".repeat(200_000)));
    check("half an address", &"x@".repeat(100_000));
    check("elisions", &"l'".repeat(200_000));
    check("hyphens in a word", &"a-".repeat(200_000));
    check("abbreviations", &"M. ".repeat(100_000));
    check("legal forms", &"SA, ".repeat(50_000));
    check("list items", &"- développer la recherche\n".repeat(10_000));
    check("lines", &"\n".repeat(100_000));
    check("lines of other systems", &"\r\n\u{2028}\u{85}\u{b}\u{c}\r".repeat(20_000));
    check("accents on one letter", &format!("e{}", "\u{301}".repeat(200_000)));
    check("signs without width", &"\u{200b}\u{ad}\u{feff}\u{2060}".repeat(100_000));
    check("marks of direction", &"\u{202e}\u{2067}\u{200f}\u{202a}".repeat(100_000));
    check("marks of direction around words", &"\u{202e}Zorbec\u{202c} ".repeat(30_000));
    check("signs beyond the first plane", &"🙂𝔉\u{1f1f2}\u{1f1e6}".repeat(30_000));
}

/// A text may end anywhere: after an office, its preposition, half a date.
#[test]
fn cut_texts_are_read() {
    let extractor = extractor();
    let check = |text: &str| {
        for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            assert!(extractor.extract(&document("cut", &text[..at])).error.is_none(), "{}", &text[..at]);
        }
    };
    check("La Fondation Tassa a nommé Karim Zerrouf. Karim Zerrouf est directeur de la banque Zorbec, président de l’université de Karsa et doyen.");
    check("« Nous avons signé à Rabat, du 3 au 5 mars 2025, une convention visant à former les marins », a dit Karim Zerrouf, maire de Varn (VD).");
    check("The Tassa Foundation met on 3 March. Karim Zerrouf is director of the bank and chairman of Zorbec Ltd, said Brigitte Olvander's office.");
    check("وقعت وزارة الصحة بالرباط، يوم الأربعاء 25 يونيو 2025، اتفاقية شراكة مع المدير العام للمكتب الوطني للكهرباء وللمغرب.");
}

/// The code of the error of one line, or "" where it is read; and the line after it is read all the same.
#[cfg(feature = "cli")]
fn line(bytes: &[u8]) -> String {
    let home = tempfile::tempdir().expect("a folder");
    let next = serde_json::json!({"id": "next", "text": AFTER}).to_string();
    std::fs::write(home.path().join("in.jsonl"), [bytes, b"\n", next.as_bytes()].concat()).expect("a file");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_signataire"));
    let output = command.args(["extract", "in.jsonl"]).current_dir(home.path()).output().expect("it runs");
    let records: Vec<Record> = output.stdout.split_inclusive(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let [record, next] = records.as_slice() else { panic!("{} records", records.len()) };
    assert_eq!((next.id.as_str(), counts(next)), ("next", [1, 1, 1, 1, 1, 0]));
    let code = record.error.as_ref().map_or(String::new(), |error| error.code.clone());
    assert_eq!(output.status.code(), Some(i32::from(!code.is_empty())));
    assert_eq!(counts(record), if code.is_empty() { [1, 0, 0, 1, 1, 0] } else { [0; 6] });
    code
}

#[cfg(feature = "cli")]
#[test]
fn lines_that_are_no_text() {
    let check = |what: &[u8], code: &str| {
        let text = format!("\",\"text\":\"{BEFORE} ").into_bytes();
        let [inside, beside] =
            [[b"{\"id\":\"a".as_slice(), &text, what, b"\"}"].concat(), [b"{\"more\":".as_slice(), what, b",\"id\":\"a", &text, b"\"}"].concat()];
        let looked_at = if what.starts_with(b"[") || what.starts_with(b"9") { &beside } else { &inside };
        assert_eq!(line(looked_at), code, "{}", String::from_utf8_lossy(&what[..what.len().min(20)]));
    };
    // Halves of a pair, escaped: each alone, in the wrong order, together.
    check(br"\ud83d", "malformed-line");
    check(br"\ude42", "malformed-line");
    check(br"\ude42\ud83d", "malformed-line");
    check(br"\ud83dx", "malformed-line");
    check(br"\ud83d\ude42", "");
    // Halves of a pair in bytes, forms that are too long or too high, beginnings without an end.
    check(b"\xed\xa0\xbd\xed\xb9\x82", "undecodable");
    check(b"\xc0\x80", "undecodable");
    check(b"\xf5\x80\x80\x80", "undecodable");
    check(b"\xe2\x80", "undecodable");
    // NULs and other controls, bare and escaped.
    check(b"\0", "malformed-line");
    check(br"\u0000", "binary");
    check(b"\x07", "malformed-line");
    check(br"\u0007", "");
    check(br"\u202e\u2067\ufeff\uffff", "");
    // What stands in a key that nobody reads.
    check(&[b"[".repeat(100), b"]".repeat(100)].concat(), "");
    check(&[b"[".repeat(100_000), b"]".repeat(100_000)].concat(), "malformed-line");
    check(&b"[".repeat(100_000), "malformed-line");
    check(&b"9".repeat(300), "");
}
