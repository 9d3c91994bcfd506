//! JSON Lines, line by line: `{"id", "text", "language"? (or "lang"), "published"?}`, other keys ignored.
//!
//! What is needed to read a document (an object, its text, an id that is one) is an error when it is wrong; what only helps
//! (language, date) is a warning, and the document is read without it.

use std::io::{BufRead, Cursor, Read};

use jiff::civil;
use serde_json::{Map, Value};
use signataire::record::{Failure, Warning};

use crate::source::{self, Fault};

/// What a line says. `id` stands even where the text is missing, so that the failure carries it.
#[derive(Debug, Default)]
pub struct Line {
    pub id: Option<String>,
    pub text: Option<String>,
    pub language: Option<String>,
    pub published: Option<String>,
    pub warnings: Vec<Warning>,
    pub failure: Option<Failure>,
}

/// Reads one line, whose number is for the messages.
pub fn parse(number: u64, bytes: &[u8]) -> Line {
    let failed = |code: &str, message: String| Line { failure: Some(Failure { code: code.to_owned(), message }), ..Line::default() };
    let line = match std::str::from_utf8(bytes) {
        Ok(line) => line,
        Err(error) => return failed("undecodable", format!("line {number}: not UTF-8 at byte {}", error.valid_up_to())),
    };
    match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(object)) => fields(number, object),
        Ok(other) => failed("malformed-line", format!("line {number}: {}, not an object", kind(&other))),
        Err(error) => {
            let message = error.to_string();
            let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
            failed("malformed-line", format!("line {number}, byte {}: {reason}", error.column()))
        }
    }
}

fn fields(number: u64, mut object: Map<String, Value>) -> Line {
    let mut line = Line::default();
    let mut fail = |code: &str, message: String| {
        line.failure.get_or_insert(Failure { code: code.to_owned(), message: format!("line {number}: {message}") });
    };
    line.id = match object.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => Some(id),
        Some(Value::Number(id)) => Some(id.to_string()),
        Some(Value::Null | Value::String(_)) | None => None,
        Some(other) => {
            fail("wrong-type", format!("\"id\" is {}, not a string", kind(&other)));
            None
        }
    };
    match object.remove("text") {
        Some(Value::String(text)) => match source::check_text(&text) {
            Ok(()) => line.text = Some(text),
            Err(fault) => {
                let Failure { code, message } = fault.failure();
                fail(&code, message);
            }
        },
        Some(Value::Null) | None => fail("missing-text", "no \"text\"".to_owned()),
        Some(other) => fail("wrong-type", format!("\"text\" is {}, not a string", kind(&other))),
    }
    let mut hint = |names: [&str; 2], read: fn(&str) -> Option<String>, code: &str, wanted: &str| {
        let (name, value) = names.iter().find_map(|name| object.remove(*name).filter(|value| !value.is_null()).map(|value| (*name, value)))?;
        let found = value.as_str().and_then(read);
        if found.is_none() {
            line.warnings.push(Warning { code: code.to_owned(), message: format!("\"{name}\" is {value}, not {wanted}: left out") });
        }
        found
    };
    line.language = hint(["language", "lang"], language, "input-language", "a language code of two letters");
    line.published = hint(["published", "published"], date, "input-published", "YYYY, YYYY-MM or YYYY-MM-DD");
    line
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// "fr", "FR" and "fr-CH" are "fr".
pub fn language(code: &str) -> Option<String> {
    let primary = code.split(['-', '_']).next()?;
    (primary.len() == 2 && primary.bytes().all(|byte| byte.is_ascii_alphabetic())).then(|| primary.to_ascii_lowercase())
}

/// A day, month or year that exists, as it was written.
pub fn date(value: &str) -> Option<String> {
    let shape: String = value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let full = match shape.as_str() {
        "0000-00-00" => value.to_owned(),
        "0000-00" => format!("{value}-01"),
        "0000" => format!("{value}-01-01"),
        _ => return None,
    };
    full.parse::<civil::Date>().ok().map(|_| value.to_owned())
}

/// The lines of a source that are not blank, each with its number; one line in memory at a time.
pub struct Lines {
    reader: Box<dyn BufRead + Send>,
    /// Longest line, in bytes.
    limit: u64,
    number: u64,
    ended: bool,
}

impl Lines {
    /// Looks at the first bytes: a file that people mistake for text is refused at once, UTF-16 with its mark is read whole.
    pub fn open(mut reader: Box<dyn BufRead + Send>, limit: u64) -> Result<Self, Fault> {
        let start = reader.fill_buf()?;
        if let Some(kind) = source::signature(start) {
            return Err(Fault::Binary(kind.to_owned()));
        }
        if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            let decoded = source::decode(source::read(reader, limit)?)?;
            reader = Box::new(Cursor::new(decoded.text.into_bytes()));
        } else if start.starts_with(b"\xef\xbb\xbf") {
            reader.consume(3);
        }
        Ok(Lines { reader, limit, number: 0, ended: false })
    }

    /// The next line without its end. What is longer than the limit is passed over without being kept.
    fn line(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let mut line = Vec::new();
        if self.reader.by_ref().take(self.limit.saturating_add(1)).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if line.len() as u64 > self.limit {
            let rest = self.reader.skip_until(b'\n')?;
            return Err(Fault::TooLarge { size: (line.len() + rest) as u64, limit: self.limit });
        }
        Ok(Some(line))
    }
}

impl Iterator for Lines {
    type Item = (u64, Result<Vec<u8>, Fault>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            self.number += 1;
            match self.line() {
                Ok(None) => self.ended = true,
                Ok(Some(line)) if line.trim_ascii().is_empty() => {}
                Ok(Some(line)) => return Some((self.number, Ok(line))),
                Err(fault) => {
                    // After a fault of the disk there is no telling where the next line begins.
                    self.ended = matches!(fault, Fault::Unreadable(_));
                    return Some((self.number, Err(fault)));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a line gives: the code of its failure, else its id, language and date, then the codes of the warnings.
    fn check(line: &str, expected: &str) {
        let read = parse(7, line.as_bytes());
        let found = match read.failure {
            Some(failure) => {
                assert!(failure.message.starts_with("line 7"), "{}", failure.message);
                failure.code
            }
            None => [read.id, read.language, read.published].map(|field| field.unwrap_or_default()).join(" "),
        };
        let warnings: Vec<_> = read.warnings.into_iter().map(|warning| format!(" !{}", warning.code)).collect();
        assert_eq!(found + &warnings.concat(), expected, "{line}");
    }

    #[test]
    fn lines() {
        check(r#"{"id": "a", "text": "t", "language": "fr", "published": "2026-01-20"}"#, "a fr 2026-01-20");
        check(r#"{"text": "t", "lang": "fr-CH", "published": null, "more": [1]}"#, " fr ");
        check(r#"{"id": 12, "text": "t", "published": "2026-02-30"}"#, "12   !input-published");
        check(r#"{"id": "a", "text": "t", "lang": "français", "published": 2026}"#, "a   !input-language !input-published");
        check(r#"{"id": "a"}"#, "missing-text");
        check(r#"{"id": "a", "text": null}"#, "missing-text");
        check(r#"{"id": "a", "text": ["t"]}"#, "wrong-type");
        check(r#"{"id": {}, "text": "t"}"#, "wrong-type");
        check(r#"{"id": "a", "text": " \n"}"#, "empty");
        check(r#"{"id": "a", "text": "t\u0000"}"#, "binary");
        check(r#"{"id": "a", "text": "t\ud800"}"#, "malformed-line");
        check(r#"{"id": "a", "text": "t""#, "malformed-line");
        check("[1]", "malformed-line");
        check("un texte", "malformed-line");
    }

    #[test]
    fn splitting() {
        let read = |bytes: &'static [u8]| -> Vec<(u64, String)> {
            let lines = Lines::open(Box::new(std::io::BufReader::with_capacity(3, bytes)), 99).into_iter().flatten();
            lines
                .map(|(number, line)| (number, line.map_or_else(|fault| fault.to_string(), |bytes| String::from_utf8_lossy(&bytes).into_owned())))
                .collect()
        };
        assert_eq!(read(b"\xef\xbb\xbfun\n\n \r\nquatre\r\ncinq"), [(1, "un".into()), (4, "quatre\r".into()), (5, "cinq".into())]);
        assert_eq!(read(b"\xff\xfea\0\n\0b\0"), [(1, "a".into()), (2, "b".into())]);
        assert_eq!(read(b""), []);
    }
}
