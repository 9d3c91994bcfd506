//! Words, numbers, punctuation and elisions, each with its span in the source, a folded key and a shape.

mod address;
mod cues;
mod proclitic;
mod shape;

pub use cues::{Abbreviation, TokenCues, UnknownValue};
pub use shape::Shape;

use crate::{
    span::{Clean, Source, Span, Tok},
    text::{Text, is_mark},
};

/// What stands between a token and the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Gap {
    None,
    Space,
    /// So many line ends (CRLF counts one).
    Lines(u16),
}

#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub span: Span<Source>,
    pub clean: Span<Clean>,
    key: (u32, u32),
    pub shape: Shape,
    pub gap: Gap,
}

/// The tokens of a document with one buffer that holds their keys.
#[derive(Default)]
pub struct Tokens {
    pub list: Vec<Token>,
    keys: String,
}

impl Tokens {
    /// Whether a token may be of a name: it has a capital, or letters of a script that has none and no word behind it that it is written onto.
    pub fn may_name(&self, at: usize) -> bool {
        let shape = self.list[at].shape;
        shape.has(Shape::CAP) || self.is_caseless(at) && !shape.has(Shape::ELISION)
    }

    /// Whether its letters know no capitals, as Arabic ones do.
    pub fn is_caseless(&self, at: usize) -> bool {
        self.key(at).chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase())
    }

    /// Whether a small word is merged with the one before it, so that it is written as less than its key: the article of « لل ».
    pub fn is_merged(&self, at: usize) -> bool {
        let token = &self.list[at];
        token.shape.has(Shape::ELISION) && token.gap == Gap::None && self.is_caseless(at) && token.clean.len() < self.key(at).len()
    }

    /// The folded form: lower case, NFC, plain apostrophe, œ as oe; accents stay. See [`fold`].
    pub fn key(&self, index: usize) -> &str {
        let (start, end) = self.list[index].key;
        &self.keys[start as usize..end as usize]
    }

    /// The verbatim text of some tokens; empty where there are none.
    pub fn words<'s>(&self, text: &Text<'s>, span: Span<Tok>) -> &'s str {
        match (self.list.get(span.start as usize), span.end.checked_sub(1).and_then(|e| self.list.get(e as usize))) {
            (Some(first), Some(last)) if !span.is_empty() => text.cut(first.span.cover(last.span)),
            _ => "",
        }
    }

    fn push(&mut self, token: Token, key: &str) {
        let from = self.keys.len() as u32;
        self.keys.push_str(key);
        self.list.push(Token { key: (from, self.keys.len() as u32), ..token });
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// Splits the cleaned view in one pass, without an allocation per token. Linear in the length, whatever the text.
///
/// A hyphenated word is one token, as is a dotted abbreviation ("S.A.", "J.-P."), an ordinal ("1er"), an e-mail address, a URL, a handle and
/// "..."; small words written onto the next (see `proclitic`) stand apart; a run of digits stands alone ("03.07.2018" is five tokens with [`Gap::None`] between). Every other mark is one token.
pub fn tokenize(text: &Text, cues: &TokenCues) -> Tokens {
    let clean = text.clean();
    let mut out = Tokens { list: Vec::with_capacity(clean.len() / 5 + 1), keys: String::with_capacity(clean.len() + clean.len() / 8) };
    let mut cursor = text.cursor();
    let mut scan = Scanner { text: clean, cues, key: String::new(), next_at: 0, no_domain: 0 };
    let mut at = 0;
    loop {
        let (start, gap) = scan.gap(at);
        if start >= clean.len() {
            return out;
        }
        let from = out.keys.len() as u32;
        let (end, shape) = match scan.plain(start) {
            Some((end, shape)) => {
                let rest = start + usize::from(shape.has(Shape::CAP));
                out.keys.extend(clean[start..rest].chars().map(|c| c.to_ascii_lowercase()));
                out.keys.push_str(&clean[rest..end]);
                (end, shape)
            }
            None => {
                let (end, extra) = scan.token(start, gap != Gap::None || at == 0);
                let word = &clean[start..end];
                if cues.proclitics.begins(word)
                    && let Some(pieces) = cues.proclitics.split(word)
                {
                    let (last, mut from, mut gap) = (pieces.len() - 1, start, gap);
                    for (i, (end, key)) in pieces.into_iter().enumerate() {
                        let span = Span::of(from, start + end);
                        let shape = Shape::of(&clean[span.range()]).with(if i < last { Shape::ELISION } else { Shape::default() });
                        out.push(Token { span: cursor.map(span), clean: span, key: (0, 0), shape, gap }, &key);
                        (from, gap) = (start + end, Gap::None);
                    }
                    at = end;
                    continue;
                }
                fold_into(word, &mut out.keys);
                (end, if extra.0 & ADDRESS != 0 { extra } else { Shape::of(word).with(extra) })
            }
        };
        let span = Span::of(start, end);
        out.list.push(Token { span: cursor.map(span), clean: span, key: (from, out.keys.len() as u32), shape, gap });
        at = end;
    }
}

const ADDRESS: u16 = Shape::EMAIL.0 | Shape::URL.0 | Shape::HANDLE.0;

/// Longest prefix in bytes that is looked up in the cues, so that hostile words cost no more than others.
const LONGEST_CUE: usize = 48;

struct Scanner<'a> {
    text: &'a str,
    cues: &'a TokenCues,
    /// Holds the key that is being looked up.
    key: String,
    /// The next '@' at or after the token, the length of the text if there is none.
    next_at: usize,
    /// No domain name begins before this, so that a long row of labels is looked at once.
    no_domain: usize,
}

impl Scanner<'_> {
    #[inline]
    fn char(&self, at: usize) -> Option<char> {
        match *self.text.as_bytes().get(at)? {
            b if b < 0x80 => Some(char::from(b)),
            _ => self.text.get(at..)?.chars().next(),
        }
    }

    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// White space from `at` on: where it ends and what it is.
    fn gap(&self, mut at: usize) -> (usize, Gap) {
        match (self.byte(at), self.byte(at + 1)) {
            (b' ', b'!'..=b'~') => return (at + 1, Gap::Space),
            (b'!'..=b'~', _) => return (at, Gap::None),
            _ => (),
        }
        let start = at;
        let mut lines = 0u16;
        while let Some(c) = self.char(at) {
            match c {
                '\n' => lines = lines.saturating_add(1),
                '\r' if self.byte(at + 1) != b'\n' => lines = lines.saturating_add(1),
                c if c <= ' ' || c == '\x7F' || c.is_whitespace() => (),
                _ => break,
            }
            at += c.len_utf8();
        }
        let gap = match (at - start, lines) {
            (0, _) => Gap::None,
            (_, 0) => Gap::Space,
            (_, n) => Gap::Lines(n),
        };
        (at, gap)
    }

    /// Most tokens: a word of small letters behind the first, or a mark, with nothing after it that could belong to it.
    #[inline]
    fn plain(&self, start: usize) -> Option<(usize, Shape)> {
        let bytes = self.text.as_bytes();
        let (mut at, shape) = match *bytes.get(start..)? {
            [b'a'..=b'z', ..] => (start + 1, Shape::WORD.with(Shape::LOWER)),
            [b'A'..=b'Z', b'a'..=b'z' | 0xC3, ..] => (start + 1, Shape::WORD.with(Shape::CAP)),
            [0xC3, 0xA0..=0xA5 | 0xA7..=0xB6, ..] => (start + 2, Shape::WORD.with(Shape::LOWER)),
            [b',' | b';' | b':' | b'(' | b')' | b'"', 0..0x80, ..] => return Some((start + 1, Shape::PUNCT)),
            _ => return None,
        };
        loop {
            at += match bytes.get(at..) {
                Some([b'a'..=b'z', ..]) => 1,
                Some([0xC3, 0xA0..=0xA5 | 0xA7..=0xB6, ..]) => 2,
                None | Some([] | [b' ' | b',' | b';' | b'\n' | b'\r' | b')', ..]) if at > start + 1 || shape.has(Shape::LOWER) => {
                    return Some((at, shape));
                }
                _ => return None,
            };
        }
    }

    /// The end of the token at `start` and what its shape does not show.
    fn token(&mut self, start: usize, fresh: bool) -> (usize, Shape) {
        let Some(c) = self.char(start) else {
            return (self.text.len(), Shape::default());
        };
        if let Some(found) = self.address(start, c, fresh) {
            return found;
        }
        if is_digit(c) {
            return (self.number(start), Shape::default());
        }
        if is_letter(c) {
            return self.word(start);
        }
        let end = start + c.len_utf8();
        match c {
            '\'' if !fresh && matches!(self.byte(end), b's' | b'S') && !self.char(end + 1).is_some_and(is_inside) => (end + 1, Shape::default()),
            '.' if self.text[end..].starts_with("..") => {
                let dots = self.text[end..].bytes().take_while(|&b| b == b'.').count();
                (end + dots, Shape::default())
            }
            _ => (self.run(end, |c| !c.is_ascii() && is_mark(c)), Shape::default()),
        }
    }

    /// A run of digits, with the letters that follow it ("1er", "3M").
    fn number(&self, start: usize) -> usize {
        let mut at = self.run(start, is_digit);
        if self.char(at).is_some_and(|c| c != '_' && is_inside(c)) {
            at = self.inside(at);
        }
        at
    }

    #[inline]
    fn run(&self, mut at: usize, is: impl Fn(char) -> bool) -> usize {
        while let Some(c) = self.char(at).filter(|&c| is(c)) {
            at += c.len_utf8();
        }
        at
    }

    /// The end of the letters, digits and marks from `at` on.
    fn inside(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            at += match bytes.get(at..) {
                Some([b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_', ..]) => 1,
                Some([0xC3, second, ..]) if !matches!(second, 0x97 | 0xB7) => 2,
                Some([0x80..=0xFF, ..]) => match self.char(at).filter(|&c| is_inside(c)) {
                    Some(c) => c.len_utf8(),
                    None => return at,
                },
                _ => return at,
            };
        }
    }

    fn word(&mut self, start: usize) -> (usize, Shape) {
        let cues = self.cues;
        let mut at = self.inside(start);
        loop {
            let next = self.char(at + 1);
            match self.byte(at) {
                b'\'' => {
                    if let Some(end) = self.whole(start, at) {
                        at = end;
                        continue;
                    }
                    if self.look_up(start, at + 1).is_some_and(|key| cues.elisions.contains(key)) {
                        return (at + 1, Shape::ELISION);
                    }
                    let possessive = matches!(next, Some('s' | 'S')) && !self.char(at + 2).is_some_and(is_inside);
                    if possessive || !next.is_some_and(is_inside) {
                        return (at, Shape::default());
                    }
                    at = self.inside(at + 1);
                }
                // "ex-director"
                b'-' if next.is_some_and(is_inside) && self.look_up(start, at + 1).is_some_and(|key| cues.elisions.contains(key)) => {
                    return (at + 1, Shape::default());
                }
                b'-' | b'&' if next.is_some_and(is_inside) => at = self.inside(at + 1),
                // "étudiant·e·s"
                0xC2 if self.char(at) == Some('·') && self.char(at + 2).is_some_and(is_letter) => at = self.inside(at + 2),
                0xC2 if self.byte(at + 1) == 0xB0 && self.byte(at + 2) == b'.' && self.is_abbreviation(start, at + 3) => {
                    return (at + 3, Shape::default());
                }
                0xC2 if self.char(at) == Some('°') && self.is_abbreviation(start, at + 2) => return (at + 2, Shape::default()),
                b'.' => return self.dots(start, at),
                _ => return (at, Shape::default()),
            }
        }
    }

    /// The end of a word of the cues that is never split, its apostrophe at `apostrophe`.
    fn whole(&mut self, start: usize, apostrophe: usize) -> Option<usize> {
        if self.cues.whole.is_empty() || apostrophe - start > LONGEST_CUE {
            return None;
        }
        let mut end = apostrophe + 1;
        while let Some(c) = self.char(end).filter(|&c| is_inside(c)) {
            end += c.len_utf8();
            if end - start > LONGEST_CUE {
                return None;
            }
        }
        let cues = self.cues;
        self.look_up(start, end).is_some_and(|key| cues.whole.contains(key)).then_some(end)
    }

    /// A word ends at `dot`: where it ends with the dots and letters that belong to it, unless it is a domain name.
    fn dots(&mut self, start: usize, dot: usize) -> (usize, Shape) {
        if self.byte(dot + 1).is_ascii_lowercase()
            && let Some(end) = self.domain(start)
        {
            return (end, Shape::URL);
        }
        (self.dotted(start, dot), Shape::default())
    }

    fn dotted(&mut self, start: usize, dot: usize) -> usize {
        let single = self.text[start..dot].chars().nth(1).is_none();
        if let Some(end) = single.then(|| self.initials(dot)).flatten() {
            return end;
        }
        if let Some(end) = self.abbreviation(start, dot) {
            return end;
        }
        if single && self.char(start).is_some_and(char::is_uppercase) && self.before_capital(dot + 1) { dot + 1 } else { dot }
    }

    /// A single letter stands before `dot`: the end of "S.A.", "J.-P.", "U.S".
    fn initials(&self, dot: usize) -> Option<usize> {
        let (mut at, mut end) = (dot, None);
        while self.byte(at) == b'.' {
            let hyphen = usize::from(self.byte(at + 1) == b'-');
            let Some(c) = self.char(at + 1 + hyphen).filter(|&c| is_letter(c)) else {
                break;
            };
            let after = at + 1 + hyphen + c.len_utf8();
            if self.byte(after) == b'.' {
                end = Some(after + 1);
            } else if hyphen == 0 && !self.char(after).is_some_and(|c| is_inside(c) || c == '\'') {
                end = Some(after);
            }
            at = after;
        }
        end
    }

    /// The end of the longest abbreviation of the cues that begins at `start` and reaches over the dot at `dot`.
    fn abbreviation(&mut self, start: usize, dot: usize) -> Option<usize> {
        let mut found = None;
        let mut at = dot;
        while self.byte(at) == b'.' && at + 1 - start <= LONGEST_CUE / 2 {
            if self.is_abbreviation(start, at + 1) {
                found = Some(at + 1);
            }
            at = self.run(at + 1, |c| is_inside(c) || c == '-');
        }
        found
    }

    fn is_abbreviation(&mut self, start: usize, end: usize) -> bool {
        let cues = self.cues;
        match self.look_up(start, end).and_then(|key| cues.abbreviations.get(key)) {
            Some(Abbreviation::Number) => {
                let (next, gap) = self.gap(end);
                gap <= Gap::Lines(1) && self.char(next).is_some_and(is_digit)
            }
            // "Pr.Nejjari" is meant, "art.Le" is not rare either: the word decides.
            Some(_) => true,
            None => false,
        }
    }

    fn before_capital(&self, at: usize) -> bool {
        let (next, gap) = self.gap(at);
        gap != Gap::None && gap <= Gap::Lines(1) && self.char(next).is_some_and(char::is_uppercase)
    }

    fn look_up(&mut self, start: usize, end: usize) -> Option<&str> {
        if end - start > LONGEST_CUE {
            return None;
        }
        self.key.clear();
        fold_into(&self.text[start..end], &mut self.key);
        Some(&self.key)
    }
}

#[inline]
fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}')
}

#[inline]
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && (is_latin(c) || c.is_alphabetic())
}

/// Latin-1 and Latin Extended-A letters, × and ÷ excepted.
#[inline]
fn is_latin(c: char) -> bool {
    matches!(c, '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{17F}')
}

/// A superscript or subscript figure, part of the word before it ("CO₂", "m²").
fn is_script(c: char) -> bool {
    matches!(c, '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{2070}'..='\u{2089}')
}

/// Goes on with a word: letters, digits, combining marks and the low line.
#[inline]
fn is_inside(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => true,
        c if c.is_ascii() => false,
        c => is_latin(c) || c.is_alphabetic() || is_digit(c) || is_script(c) || is_mark(c),
    }
}

/// The key of a word, as tokens have it: cleaned as [`Text::new`] cleans; lower case; œ as oe, æ as ae, ß as ss; ‹ › as « »; “ ” „ ‟ as ";
/// — and ― as –; º as °; … as ...; Arabic and Persian digits as 0 to 9; Arabic vowel marks and tatweel left out,
/// alef without its hamza or madda, alef maqsura as ya, ta marbuta as ha. Latin accents stay.
pub fn fold(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    fold_into(Text::new(word).clean(), &mut key);
    key
}

/// Appends the key of a cleaned word. What does not change is copied in runs.
fn fold_into(word: &str, key: &mut String) {
    let (mut copied, mut at) = (0, 0);
    while let Some(rest) = word.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let same = match *rest {
            [b'A'..=b'Z', ..] => 0,
            [0..0x80, ..] => 1,
            [0xC3, 0xA0..=0xA5 | 0xA7..=0xBF, ..] => 2,
            _ => 0,
        };
        if same > 0 {
            at += same;
            continue;
        }
        key.push_str(&word[copied..at]);
        let mut chars = word[at..].chars();
        if let Some(c) = chars.next() {
            fold_char(c, chars.next(), key);
            at += c.len_utf8();
        }
        copied = at;
    }
    key.push_str(&word[copied..]);
}

fn fold_char(c: char, next: Option<char>, key: &mut String) {
    match c {
        _ if c.is_ascii() => key.push(c.to_ascii_lowercase()),
        // An accent on the ligature would move to its second letter.
        'œ' | 'Œ' | 'æ' | 'Æ' | 'ß' | 'ẞ' if next.is_some_and(is_mark) => key.extend(c.to_lowercase()),
        'œ' | 'Œ' => key.push_str("oe"),
        'æ' | 'Æ' => key.push_str("ae"),
        'ß' | 'ẞ' => key.push_str("ss"),
        '‹' => key.push('«'),
        '›' => key.push('»'),
        '“' | '”' | '„' | '‟' | '″' => key.push('"'),
        '—' | '―' => key.push('–'),
        'º' => key.push('°'),
        '…' => key.push_str("..."),
        '\u{660}'..='\u{669}' => key.push(digit(c, 0x660)),
        '\u{6F0}'..='\u{6F9}' => key.push(digit(c, 0x6F0)),
        '\u{640}' | '\u{64B}'..='\u{652}' | '\u{670}' => (),
        '\u{622}' | '\u{623}' | '\u{625}' | '\u{671}' => key.push('\u{627}'),
        '\u{649}' => key.push('\u{64A}'),
        '\u{629}' => key.push('\u{647}'),
        _ => key.extend(c.to_lowercase()),
    }
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit(c as u32 - zero, 10).unwrap_or(c)
}
