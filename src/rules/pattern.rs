//! The pattern of a `find`, read by descent. Positions are bytes of the file.

use std::ops::Range;

use super::{Node, ShapeTest, Spot, Test};
use crate::{
    mention::Kind,
    token::{Shape, fold},
};

/// A fault in a pattern, with what would mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub at: Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

type Result<T> = std::result::Result<T, Fault>;

pub const SHAPES: &[(&str, Shape)] = &[
    ("word", Shape::WORD),
    ("cap", Shape::CAP),
    ("lower", Shape::LOWER),
    ("allcaps", Shape::ALLCAPS),
    ("acronym", Shape::ACRONYM),
    ("roman", Shape::ROMAN),
    ("initial", Shape::INITIAL),
    ("num", Shape::NUM),
    ("digit", Shape::DIGIT),
    ("punct", Shape::PUNCT),
    ("email", Shape::EMAIL),
    ("url", Shape::URL),
];

/// Reads a whole pattern; `base` is where `text` starts in its file. `split` gives the keys of a quoted phrase.
pub fn parse(text: &str, base: usize, split: &dyn Fn(&str) -> Vec<String>) -> Result<Node> {
    let mut p = Parser { text, pos: 0, base, split, depth: 0 };
    let node = p.alternatives()?;
    p.space();
    match p.peek() {
        None => Ok(node),
        Some(c) => Err(p.fault(p.pos..p.pos + c.len_utf8(), format!("`{c}` has no place here"), None)),
    }
}

struct Parser<'t> {
    text: &'t str,
    pos: usize,
    base: usize,
    split: &'t dyn Fn(&str) -> Vec<String>,
    depth: usize,
}

impl Parser<'_> {
    fn fault(&self, at: Range<usize>, message: impl Into<String>, help: Option<&str>) -> Fault {
        Fault { at: self.base + at.start..self.base + at.end, message: message.into(), help: help.map(str::to_owned) }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.pos..].chars().next()
    }

    fn rest(&self) -> &str {
        &self.text[self.pos..]
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.pos += token.len();
        }
        found
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start().len();
    }

    /// Everything up to `close`, which is taken too.
    fn until(&mut self, close: char, what: &str) -> Result<Spot<String>> {
        let open = self.pos - 1;
        match self.rest().find(close) {
            Some(len) => {
                let at = self.pos..self.pos + len;
                self.pos += len + close.len_utf8();
                Ok(Spot { it: self.text[at.clone()].to_owned(), at: self.base + at.start..self.base + at.end })
            }
            None => Err(self.fault(open..open + 1, format!("this {what} is never closed"), Some(&format!("add `{close}`")))),
        }
    }

    fn name(&mut self) -> Spot<String> {
        let len = self.rest().find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(self.rest().len());
        let at = self.pos..self.pos + len;
        self.pos += len;
        Spot { it: self.text[at.clone()].to_owned(), at: self.base + at.start..self.base + at.end }
    }

    fn number(&mut self) -> Result<u16> {
        let len = self.rest().find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest().len());
        let at = self.pos..self.pos + len;
        self.pos += len;
        self.text[at.clone()].parse().map_err(|_| self.fault(at.start..at.end.max(at.start + 1), "a number from 0 to 65535 is wanted here", None))
    }

    fn alternatives(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > 64 {
            return Err(self.fault(self.pos..self.pos + 1, "more than 64 brackets deep", Some("name a part of it with `set`")));
        }
        let mut all = vec![self.sequence()?];
        loop {
            self.space();
            if !self.eat("|") {
                break;
            }
            all.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(match all.len() {
            1 => all.remove(0),
            _ => Node::Alt(all),
        })
    }

    fn sequence(&mut self) -> Result<Node> {
        let start = self.pos;
        let mut nodes = Vec::new();
        loop {
            self.space();
            match self.peek() {
                None | Some('|' | ')') => break,
                Some(_) => nodes.push(self.item()?),
            }
        }
        match nodes.len() {
            0 => Err(self.fault(
                start..(start + 1).min(self.text.len().max(start)),
                "an alternative with nothing in it",
                Some("for a part that may be missing write `( … )?`"),
            )),
            1 => Ok(nodes.remove(0)),
            _ => Ok(Node::Seq(nodes)),
        }
    }

    /// An element with its repeat.
    fn item(&mut self) -> Result<Node> {
        let start = self.pos;
        let node = self.primary()?;
        let (min, max) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                self.pos += 1;
                let min = self.number()?;
                let max = if self.eat(",") { if self.rest().starts_with('}') { None } else { Some(self.number()?) } } else { Some(min) };
                if !self.rest().starts_with('}') {
                    return Err(self.fault(start..self.pos, "a repeat is written {2}, {2,4} or {2,}", None));
                }
                if max.is_some_and(|m| m < min || m == 0) {
                    return Err(self.fault(
                        start..self.pos,
                        "a repeat that can never be",
                        Some("the first number is the least, the second the most"),
                    ));
                }
                (min, max)
            }
            _ => return Ok(node),
        };
        self.pos += 1;
        if node.size().0 == 0 {
            return Err(self.fault(start..self.pos, "a repeat of what can match nothing", None));
        }
        Ok(Node::Repeat { node: Box::new(node), min, max })
    }

    fn primary(&mut self) -> Result<Node> {
        let start = self.pos;
        match self.peek() {
            Some('(') => {
                self.pos += 1;
                let node = self.group(start)?;
                match as_test(&node) {
                    Some(test) if self.rest().trim_start().starts_with('&') => self.tests_after(start, Tests::One(test)),
                    _ => Ok(node),
                }
            }
            Some('~') if !self.rest()[1..].starts_with('"') => {
                self.pos += 1;
                Ok(Node::Glue)
            }
            Some('^') => {
                self.pos += 1;
                Ok(Node::Start)
            }
            Some('$') => {
                self.pos += 1;
                Ok(Node::End)
            }
            Some('.') if self.eat("..") => Ok(Node::Gap(self.number()?)),
            Some('!') if self.rest().starts_with("!before(") || self.rest().starts_with("!after(") => {
                self.pos += 1;
                self.context(true)
            }
            Some('b' | 'a') if self.rest().starts_with("before(") || self.rest().starts_with("after(") => self.context(false),
            Some(c) if c.is_lowercase() => {
                let name = self.name();
                if !self.eat(":") {
                    let help = format!("a word is written \"{0}\", a capture {0}:(…), a set in capitals", name.it);
                    return Err(self.fault(start..self.pos, format!("`{}` is no element", name.it), Some(&help)));
                }
                // Binds to the next element; a repeat after it repeats the capture.
                self.space();
                let node = self.primary()?;
                Ok(Node::Capture { name, node: Box::new(node) })
            }
            _ => self.tests(),
        }
    }

    fn group(&mut self, open: usize) -> Result<Node> {
        let node = self.alternatives()?;
        self.space();
        if !self.eat(")") {
            return Err(self.fault(open..open + 1, "this bracket is never closed", Some("add `)`")));
        }
        Ok(node)
    }

    fn context(&mut self, not: bool) -> Result<Node> {
        let before = self.eat("before(");
        if !before {
            self.eat("after(");
        }
        let open = self.pos - 1;
        let node = Box::new(self.group(open)?);
        Ok(if before { Node::Before { not, node } } else { Node::After { not, node } })
    }

    /// `a & b & !c`, or one element.
    fn tests(&mut self) -> Result<Node> {
        let start = self.pos;
        let first = self.test()?;
        self.tests_after(start, first)
    }

    fn tests_after(&mut self, start: usize, first: Tests) -> Result<Node> {
        let mut all = vec![first];
        loop {
            let mark = self.pos;
            self.space();
            if !self.eat("&") {
                self.pos = mark;
                break;
            }
            self.space();
            all.push(self.test()?);
        }
        if all.len() == 1 {
            return Ok(match all.remove(0) {
                Tests::One(test) => element(test),
                Tests::Words(words) => Node::Seq(words.into_iter().map(|w| Node::Element(Test::Word(w))).collect()),
            });
        }
        let mut tests = Vec::new();
        for one in all {
            match one {
                Tests::One(test) => tests.push(test),
                Tests::Words(_) => {
                    return Err(self.fault(start..self.pos, "`&` joins tests on one token", Some("a phrase of several words cannot take part")));
                }
            }
        }
        Ok(Node::Element(Test::And(tests)))
    }

    fn test(&mut self) -> Result<Tests> {
        let start = self.pos;
        let Some(c) = self.peek() else { return Err(self.fault(start..start, "an element is wanted here", None)) };
        self.pos += c.len_utf8();
        let one = |t| Ok(Tests::One(t));
        match c {
            '!' => match self.test()? {
                Tests::One(test) => one(Test::Not(Box::new(test))),
                Tests::Words(_) => Err(self.fault(start..self.pos, "`!` stands before a test on one token", None)),
            },
            '"' => {
                let word = self.until('"', "word")?;
                let mut keys = (self.split)(&word.it);
                match keys.len() {
                    0 => Err(self.fault(start..self.pos, "a word with nothing in it", None)),
                    1 => one(Test::Word(keys.remove(0))),
                    _ => Ok(Tests::Words(keys)),
                }
            }
            '\'' => one(Test::Exact(self.until('\'', "word")?.it)),
            '~' if self.eat("\"") => {
                let word = self.until('"', "word")?;
                one(Test::Bare(crate::text::strip_accents(&fold(&word.it))))
            }
            '@' => {
                let name = self.name();
                if name.it.is_empty() {
                    return Err(self.fault(start..self.pos, "a class is written @name", None));
                }
                one(Test::Class(name))
            }
            '<' => {
                let name = self.until('>', "type")?;
                match Kind::ALL.iter().find(|k| k.name() == name.it && !k.is_relation() && **k != Kind::Alias) {
                    Some(&kind) => one(Test::Type(kind)),
                    None => {
                        let known: Vec<&str> = Kind::ALL.iter().filter(|k| !k.is_relation()).map(|k| k.name()).collect();
                        let help = super::suggest::suggest(&name.it, known.iter().copied()).map(|s| format!("did you mean <{s}>?"));
                        Err(Fault {
                            at: name.at,
                            message: format!("unknown type <{}>", name.it),
                            help: help.or(Some(format!("the types are {}", known.join(", ")))),
                        })
                    }
                }
            }
            '{' => {
                let shape = self.until('}', "shape")?;
                self.shape(shape).map(Tests::One)
            }
            '/' => one(Test::Regex(self.until('/', "pattern")?)),
            '_' => one(Test::Any),
            '(' => {
                // In a test a bracket holds alternatives on one token.
                let inner = self.group(start)?;
                match as_test(&inner) {
                    Some(test) => one(test),
                    None => Err(self.fault(
                        start..self.pos,
                        "`&` and `!` take tests on one token",
                        Some("this bracket holds a sequence, a repeat or a capture"),
                    )),
                }
            }
            c if c.is_uppercase() => {
                self.pos = start;
                one(Test::Set(self.name()))
            }
            c => Err(self.fault(start..self.pos, format!("`{c}` begins no element"), Some("the elements are listed in docs/rules.md"))),
        }
    }

    fn shape(&mut self, shape: Spot<String>) -> Result<Test> {
        let fault = |message: String, help: Option<String>| Err(Fault { at: shape.at.clone(), message, help });
        if let Some(range) = shape.it.strip_prefix("num ") {
            let numbers = range.split_once('-').and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
            return match numbers {
                Some((a, b)) if a <= b => Ok(Test::Shape(ShapeTest::Between(a, b))),
                _ => fault(format!("`{range}` is no range"), Some("a range is written {num 1-31}".to_owned())),
            };
        }
        match SHAPES.iter().find(|(name, _)| *name == shape.it) {
            Some(&(_, s)) => Ok(Test::Shape(ShapeTest::Is(s))),
            None => {
                let help = super::suggest::suggest(&shape.it, SHAPES.iter().map(|s| s.0)).map(|s| format!("did you mean {{{s}}}?"));
                let all = SHAPES.iter().map(|s| s.0).collect::<Vec<_>>().join(", ");
                fault(format!("unknown shape {{{}}}", shape.it), help.or_else(|| Some(format!("the shapes are {all}"))))
            }
        }
    }
}

enum Tests {
    One(Test),
    /// A quoted phrase of several words.
    Words(Vec<String>),
}

fn element(test: Test) -> Node {
    match test {
        Test::Set(name) => Node::Set(name),
        test => Node::Element(test),
    }
}

/// A pattern as one test, where it tests one token.
pub fn as_test(node: &Node) -> Option<Test> {
    match node {
        Node::Element(test) => Some(test.clone()),
        Node::Set(name) => Some(Test::Set(name.clone())),
        Node::Known(known) => as_test(&known.node),
        Node::Alt(nodes) => Some(Test::Or(nodes.iter().map(as_test).collect::<Option<_>>()?)),
        _ => None,
    }
}

/// The regular expression of a whole token.
pub fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}
