//! E-mail addresses, URLs and handles.

use super::{Scanner, Shape, is_inside, is_letter};

/// Endings of bare domain names. Closed: the original ones of RFC 920 and later generic ones in use, and country codes (ISO 3166-1) of the
/// lands that write most releases in the languages read. A name with a scheme or "www." needs none.
const ENDINGS: [&str; 44] = [
    "ae", "africa", "aero", "ai", "be", "bf", "bj", "ca", "cd", "ch", "ci", "cm", "co", "com", "coop", "de", "dz", "edu", "eu", "fr", "ga", "gov",
    "int", "io", "it", "lb", "lu", "mg", "ml", "museum", "net", "ngo", "nl", "org", "qa", "quebec", "re", "sa", "sn", "swiss", "tg", "tn", "tv",
    "uk",
];

/// Longest local part (RFC 5321).
const LOCAL: usize = 64;

impl Scanner<'_> {
    /// The address that begins at `start`; `fresh`: no other token touches it.
    pub(super) fn address(&mut self, start: usize, c: char, fresh: bool) -> Option<(usize, Shape)> {
        if self.next_at <= start {
            self.next_at = match self.byte(start) {
                b'@' => start,
                _ => self.text[start..].find('@').map_or(self.text.len(), |i| start + i),
            };
        }
        if c == '@' {
            self.next_at = 0;
            let end = self.run(start + 1, |c| c.is_ascii_alphanumeric() || c == '_');
            return (fresh && end > start + 2 && !self.char(end).is_some_and(is_inside)).then_some((end, Shape::HANDLE));
        }
        if !c.is_ascii_alphanumeric() {
            return None;
        }
        if self.next_at - start <= LOCAL
            && self.next_at < self.text.len()
            && let Some(end) = self.email(start)
        {
            return Some((end, Shape::EMAIL));
        }
        if !matches!(c, 'h' | 'H' | 'f' | 'F' | 'w' | 'W') {
            return None;
        }
        self.url(start).map(|end| (end, Shape::URL))
    }

    fn email(&self, start: usize) -> Option<usize> {
        let local = self.text.get(start..self.next_at)?;
        if !local.bytes().all(|b| b.is_ascii_alphanumeric() || b"._%+-'".contains(&b)) {
            return None;
        }
        let (mut end, mut dots, mut at) = (self.next_at, 0, self.next_at + 1);
        loop {
            let label = self.run(at, |c| c.is_ascii_alphanumeric() || c == '-');
            if label == at {
                break;
            }
            end = label;
            if self.byte(label) != b'.' || !self.byte(label + 1).is_ascii_alphanumeric() {
                break;
            }
            dots += 1;
            at = label + 1;
        }
        (dots > 0 && !self.char(end).is_some_and(is_inside)).then_some(end)
    }

    fn url(&self, start: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[start..];
        let begins = |with: &[u8]| rest.get(..with.len()).is_some_and(|r| r.eq_ignore_ascii_case(with));
        let www = begins(b"www.") && rest.get(4).is_some_and(u8::is_ascii_alphanumeric);
        (www || begins(b"http://") || begins(b"https://") || begins(b"ftp://")).then(|| self.path(start))
    }

    /// To white space, a bracket or a quotation mark, less the marks of the sentence.
    fn path(&self, start: usize) -> usize {
        let end = self.run(start, |c| {
            c > ' ' && !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '«' | '»' | '“' | '”' | '(' | ')' | '[' | ']' | '{' | '}')
        });
        let trimmed = self.text[start..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '…', '*', '،', '؛', '؟']);
        start + trimmed.len().max(1)
    }

    /// "unine.ch", "gov.ma/sante": lower-case labels with a known ending.
    pub(super) fn domain(&mut self, start: usize) -> Option<usize> {
        if start < self.no_domain {
            return None;
        }
        let label = |at| self.run(at, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let (mut at, mut last) = (label(start), start);
        while at > last && self.byte(at) == b'.' && self.byte(at + 1).is_ascii_lowercase() {
            last = at + 1;
            at = label(last);
        }
        let ending = self.text.get(last..at)?;
        if last == start || !ENDINGS.contains(&ending) || self.char(at).is_some_and(|c| is_inside(c) || is_letter(c)) {
            self.no_domain = last;
            return None;
        }
        Some(if self.byte(at) == b'/' { self.path(start) } else { at })
    }
}
