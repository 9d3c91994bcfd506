//! Bytes to text: the encoding is found, the byte order mark goes, and what is no text is told apart.
//!
//! In this order: a byte order mark decides; then valid UTF-8; then UTF-16 without a mark, seen by its NUL bytes; then the guess of
//! `chardetng` among the old encodings (windows-1252, ISO-8859-x, windows-1256 and the rest). Nothing is decoded with replacement
//! characters: a source is read whole or refused with a code.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};
use signataire::record::{Failure, SourceInfo};

/// Longest source, and longest line of JSON Lines, in bytes, where nothing else is said.
pub const MAX_BYTES: u64 = 16 << 20;

/// More control characters than one in so many, and it is no text.
const CONTROLS_ONE_IN: usize = 20;

/// With fewer bytes beyond ASCII than this, an old encoding is guessed as for French.
const FEW: usize = 8;

/// Why a source is not read. The codes are part of the contract, the messages are not.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    #[error("no text but white space")]
    Empty,
    #[error("not a text: {0}")]
    Binary(String),
    #[error("{0}")]
    Undecodable(String),
    #[error("{size} bytes or more; the limit is {limit}")]
    TooLarge { size: u64, limit: u64 },
    #[error("{0}")]
    Unreadable(String),
    /// With where it happened.
    #[error("a fault of this program, not of the document: {0}; please report it")]
    Bug(String),
}

impl Fault {
    pub fn failure(&self) -> Failure {
        let code = match self {
            Fault::Empty => "empty",
            Fault::Binary(_) => "binary",
            Fault::Undecodable(_) => "undecodable",
            Fault::TooLarge { .. } => "too-large",
            Fault::Unreadable(_) => "unreadable",
            Fault::Bug(_) => "bug",
        };
        Failure { code: code.to_owned(), message: self.to_string() }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Unreadable(reason(&error))
    }
}

/// Why something cannot be read, in words.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "not allowed to read it".to_owned(),
        _ => error.to_string(),
    }
}

/// The text of a source and the lower-case label of the encoding that it came in.
#[derive(Debug)]
pub struct Decoded {
    pub text: String,
    pub encoding: String,
}

/// Reads to the end, or says that there are more bytes than `limit`.
pub fn read(reader: impl Read, limit: u64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        size if size > limit => Err(Fault::TooLarge { size, limit }),
        _ => Ok(bytes),
    }
}

/// What the record says of these bytes; the encoding joins once it is known.
pub fn info(name: &str, bytes: &[u8]) -> SourceInfo {
    SourceInfo { bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)), ..unread(name) }
}

/// What the record says of a source whose bytes never came: `bytes` is 0 and `sha256` is empty.
pub fn unread(name: &str) -> SourceInfo {
    SourceInfo { name: name.to_owned(), media_type: "text/plain".to_owned(), ..SourceInfo::default() }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).map(char::from).collect()
}

/// The text of a source.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    if let Some(kind) = signature(&bytes) {
        return Err(Fault::Binary(kind.to_owned()));
    }
    let decoded = match Encoding::for_bom(&bytes) {
        Some((encoding, mark)) if encoding == UTF_8 => utf_8(bytes, mark)?,
        Some((encoding, mark)) => strict(encoding, &bytes[mark..])?,
        None => match std::str::from_utf8(&bytes) {
            Ok(_) if unmarked_utf_16(&bytes).is_none() => utf_8(bytes, 0)?,
            _ => unmarked(&bytes)?,
        },
    };
    check_text(&decoded.text)?;
    Ok(decoded)
}

/// Whether a decoded text is one: not white space alone, no NUL, not riddled with control characters.
/// A NUL makes a text `binary` wherever it came from, be it one byte of UTF-8 or `\u0000` in JSON: no press release has one, and
/// what put it there has most likely damaged more.
pub fn check_text(text: &str) -> Result<(), Fault> {
    let (mut controls, mut count) = (0, 0);
    let looked_at = if may_hold_controls(text.as_bytes()) { text } else { "" };
    for character in looked_at.chars() {
        count += 1;
        match character {
            '\0' => return Err(Fault::Binary(format!("character {count} is NUL"))),
            '\t'..='\r' | '\u{85}' => {}
            _ if character.is_control() => controls += 1,
            _ => {}
        }
    }
    if controls * CONTROLS_ONE_IN > count {
        return Err(Fault::Binary(format!("{controls} of {count} characters are control characters")));
    }
    if text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')) {
        return Err(Fault::Empty);
    }
    Ok(())
}

/// A quick look without branches, for nearly every text has none. C2 opens the controls of two bytes, and much else.
fn may_hold_controls(bytes: &[u8]) -> bool {
    let control = |byte: u8| (byte < b' ') & !(b'\t'..=b'\r').contains(&byte) | (byte == 0x7f);
    let single = bytes.iter().fold(false, |found, &byte| found | control(byte));
    single || bytes.windows(2).fold(false, |found, pair| found | (pair[0] == 0xc2) & (pair[1] < 0xa0))
}

fn label(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

fn utf_8(mut bytes: Vec<u8>, mark: usize) -> Result<Decoded, Fault> {
    bytes.drain(..mark);
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text, encoding: label(UTF_8) }),
        Err(error) => Err(broken_utf_8(mark + error.utf8_error().valid_up_to())),
    }
}

fn broken_utf_8(at: usize) -> Fault {
    Fault::Undecodable(format!("UTF-8 that breaks off at byte {at}"))
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, Fault> {
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(Decoded { text: text.into_owned(), encoding: label(encoding) }),
        None => Err(Fault::Undecodable(format!("not well-formed {}", encoding.name()))),
    }
}

/// Without a mark, and not UTF-8.
fn unmarked(bytes: &[u8]) -> Result<Decoded, Fault> {
    if let Some(encoding) = unmarked_utf_16(bytes) {
        return strict(encoding, bytes);
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(Fault::Binary(format!("byte {at} is NUL")));
    }
    if let Some(at) = damaged_utf_8(bytes) {
        return Err(broken_utf_8(at));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    // A few accents are no proof against windows-1250 and its like: then the languages that this tool reads decide.
    let few = bytes.iter().filter(|byte| !byte.is_ascii()).count() < FEW;
    let decoded = strict(detector.guess(few.then_some(b"fr"), Utf8Detection::Deny), bytes)?;
    check_text(&decoded.text)?;
    // The web's tables map unassigned bytes to C1 controls, which no text holds: the guess, though the best, is wrong.
    match decoded.text.chars().position(|c| matches!(c, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}')) {
        Some(at) => Err(Fault::Undecodable(format!("no known encoding: as {}, character {} means nothing", decoded.encoding, at + 1))),
        None => Ok(decoded),
    }
}

/// Latin text in UTF-16 has a NUL in most pairs, always on the same side.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.contains(&0) {
        return None;
    }
    let (pairs, odd) = bytes.as_chunks::<2>();
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    match (first * 2 > pairs.len(), second * 2 > pairs.len()) {
        _ if !odd.is_empty() => None,
        (false, true) if first == 0 => Some(UTF_16LE),
        (true, false) if second == 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Where UTF-8 first breaks, in bytes that are UTF-8 nearly everywhere: to read them as anything else would make « Ã© » of « é ».
fn damaged_utf_8(bytes: &[u8]) -> Option<usize> {
    let (mut good, mut bad, mut first, mut at) = (0, 0, None, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            bad += 1;
            first.get_or_insert(at);
            at += chunk.invalid().len();
        }
    }
    first.filter(|_| good > 2 * bad)
}

/// Files that people mistake for text, by their first bytes.
pub fn signature(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 9] = [
        (b"%PDF-", "a PDF file"),
        (b"PK\x03\x04", "a ZIP archive (.docx and .odt are such)"),
        (b"\xd0\xcf\x11\xe0", "an old Office file"),
        (b"\x1f\x8b", "a gzip file (its name should end in .gz)"),
        (b"\x28\xb5\x2f\xfd", "a Zstandard file (its name should end in .zst)"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"\xff\xfe\0\0", "UTF-32, which no press release comes in"),
        (b"\0\0\xfe\xff", "UTF-32, which no press release comes in"),
    ];
    KNOWN.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The encoding found, or the code of the failure.
    fn check(bytes: &[u8], expected: &str, text: &str) {
        match decode(bytes.to_vec()) {
            Ok(decoded) => assert_eq!((decoded.encoding.as_str(), decoded.text.as_str()), (expected, text), "{bytes:02x?}"),
            Err(fault) => assert_eq!((fault.failure().code.as_str(), ""), (expected, text), "{fault}"),
        }
    }

    fn utf_16(text: &str, pair: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(pair).collect()
    }

    const FRENCH: &str = "La Fondation a signé à Genève, le 3 août, une convention d’un œuvre commun : « coopération » et développement.";

    #[test]
    fn encodings() {
        check(FRENCH.as_bytes(), "utf-8", FRENCH);
        check(format!("\u{feff}{FRENCH}").as_bytes(), "utf-8", FRENCH);
        check(&utf_16(&format!("\u{feff}{FRENCH}"), u16::to_le_bytes), "utf-16le", FRENCH);
        check(&utf_16(&format!("\u{feff}{FRENCH}"), u16::to_be_bytes), "utf-16be", FRENCH);
        check(&utf_16(FRENCH, u16::to_le_bytes), "utf-16le", FRENCH);
        check(&utf_16(FRENCH, u16::to_be_bytes), "utf-16be", FRENCH);
        check(&encoding_rs::WINDOWS_1252.encode(FRENCH).0, "windows-1252", FRENCH);
        check(b"Sign\xe9 \xe0 Rabat", "windows-1252", "Signé à Rabat");
        for short in ["L’Université", "Signé", "« Oui »", "œuvre", "Le coût : 5 €"] {
            check(&encoding_rs::WINDOWS_1252.encode(short).0, "windows-1252", short);
        }
        check(&encoding_rs::WINDOWS_1256.encode("الرباط").0, "windows-1256", "الرباط");
        let arabic = "وقعت المؤسسة اتفاقية شراكة مع الوزارة في الرباط";
        check(&encoding_rs::WINDOWS_1256.encode(arabic).0, "windows-1256", arabic);
        let polish = "Podpisano porozumienie o współpracy między uniwersytetem a ministerstwem; wręczono również nagrody źródłowe.";
        check(&encoding_rs::ISO_8859_2.encode(polish).0, "iso-8859-2", polish);
    }

    #[test]
    fn what_is_no_text() {
        check(b"", "empty", "");
        check(b" \r\n\t\xc2\xa0\xe2\x80\x8b\n", "empty", "");
        check(b"\xef\xbb\xbf", "empty", "");
        check(b"\xff\xfe", "empty", "");
        check(b"un texte\0coup\xc3\xa9", "binary", "");
        check(b"un texte\0coup\xe9", "binary", "");
        check(b"%PDF-1.7\n", "binary", "");
        check(b"\x01\x02\x03abc\x04", "binary", "");
        check(&(1..=255).cycle().take(4000).collect::<Vec<u8>>(), "binary", "");
        check(b"\xff\xfea\0\x00\xd8", "undecodable", "");
        check(b"\xff\xfea\0b", "undecodable", "");
        check(b"\xef\xbb\xbfsign\xe9", "undecodable", "");
        check(b"La Fondation sign\x81 la conven\x82tion.", "undecodable", "");
        check(&"é à è ç".as_bytes()[..10], "undecodable", "");
    }
}
