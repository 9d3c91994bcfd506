//! A `.rules` file: blocks of fields. Every fault is told with its place; nothing panics.

use std::ops::Range;

use super::{Argument, Call, Example, Gives, Mark, Node, OUTPUTS, Rule, Spot, Where, With, pattern, suggest::suggest};
use crate::{mention::Kind, rules::pattern::Fault};

/// `set NAME = pattern`.
#[derive(Clone, Debug)]
pub struct Set {
    pub name: Spot<String>,
    pub node: Node,
    pub lang: String,
    pub file: usize,
    /// Whether every family of the language may use it.
    pub shared: bool,
}

/// What a file holds.
#[derive(Default)]
pub struct File {
    pub rules: Vec<Rule>,
    pub sets: Vec<Set>,
    pub faults: Vec<Fault>,
}

const FIELDS: &[&str] = &["why", "find", "where", "with", "unless", "over", "gives", "value", "draft", "yes", "no"];

/// A field of a rule: its name, its text with continuation lines, and where that text starts.
struct Field<'t> {
    name: &'t str,
    name_at: Range<usize>,
    text: &'t str,
    at: usize,
}

impl Field<'_> {
    fn span(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }
}

/// A line with where it starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end())
    })
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Reads one file; `index` is its place in the set, `split` gives the keys of a quoted phrase.
pub fn parse(text: &str, lang: &str, index: usize, shared: bool, split: &dyn Fn(&str) -> Vec<String>) -> File {
    let mut file = File::default();
    // Blocks: an unindented line with the indented ones below it.
    let mut blocks: Vec<Vec<(usize, &str)>> = Vec::new();
    for (at, line) in lines(text) {
        if line.is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        match (indent(line), blocks.last_mut()) {
            (0, _) => blocks.push(vec![(at, line)]),
            (_, Some(block)) => block.push((at, line)),
            // The lines that follow it are no fault of their own.
            (_, None) if !file.faults.is_empty() => {}
            (n, None) => file.faults.push(Fault {
                at: at..at + line.len(),
                message: "an indented line before any rule".to_owned(),
                help: Some(format!("take the {n} spaces away, or write `rule ID` above")),
            }),
        }
    }
    for block in blocks {
        let (at, head) = block[0];
        let result = if let Some(id) = head.strip_prefix("rule ") {
            rule(text, lang, index, Spot { it: id.trim().to_owned(), at: at + 5..at + head.len() }, &block[1..], split).map(|r| file.rules.push(r))
        } else if head.starts_with("set ") {
            set(text, lang, index, shared, &block, split).map(|s| file.sets.push(s))
        } else {
            let word = head.split_whitespace().next().unwrap_or(head);
            let help = suggest(word, ["rule", "set"]).map(|w| format!("did you mean `{w}`?"));
            Err(vec![Fault {
                at: at..at + word.len(),
                message: format!("`{word}` begins no block"),
                help: help.or_else(|| Some("a block begins `rule ID` or `set NAME = …`; what belongs to it is indented".to_owned())),
            }])
        };
        if let Err(faults) = result {
            file.faults.extend(faults);
        }
    }
    file
}

fn set(text: &str, lang: &str, index: usize, shared: bool, block: &[(usize, &str)], split: &dyn Fn(&str) -> Vec<String>) -> Result<Set, Vec<Fault>> {
    let (at, head) = block[0];
    let end = block.last().map_or(at, |(a, l)| a + l.len());
    let Some(equals) = head.find('=') else {
        return Err(vec![Fault {
            at: at..at + head.len(),
            message: "a set without `=`".to_owned(),
            help: Some("write `set NAME = pattern`".to_owned()),
        }]);
    };
    let name = head[4..equals].trim();
    let name_at = at + 4..at + 4 + name.len();
    if name.len() < 2 || !name.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '-')) {
        return Err(vec![Fault {
            at: name_at,
            message: format!("`{name}` is no name of a set"),
            help: Some("two or more capitals, `-` and `_`".to_owned()),
        }]);
    }
    let start = at + equals + 1;
    let node = pattern::parse(&text[start..end], start, split).map_err(|f| vec![f])?;
    Ok(Set { name: Spot { it: name.to_owned(), at: name_at }, node, lang: lang.to_owned(), file: index, shared })
}

/// Joins the lines of a block into fields.
fn fields<'t>(text: &'t str, lines: &[(usize, &'t str)], faults: &mut Vec<Fault>) -> Vec<Field<'t>> {
    let mut fields: Vec<Field> = Vec::new();
    let depth = lines.first().map_or(0, |(_, l)| indent(l));
    for &(at, line) in lines {
        let start = at + indent(line);
        if indent(line) > depth
            && let Some(last) = fields.last_mut()
        {
            last.text = &text[last.at..at + line.len()];
            continue;
        }
        let body = line.trim_start();
        let name = body.split_whitespace().next().unwrap_or("");
        let rest = body[name.len()..].trim_start();
        if !FIELDS.contains(&name) {
            let help = suggest(name, FIELDS.iter().copied()).map(|w| format!("did you mean `{w}`?"));
            faults.push(Fault {
                at: start..start + name.len(),
                message: format!("unknown field `{name}`"),
                help: help.or_else(|| Some(format!("the fields are {}", FIELDS.join(", ")))),
            });
            continue;
        }
        fields.push(Field { name, name_at: start..start + name.len(), text: rest, at: at + line.len() - rest.len() });
    }
    fields
}

fn rule(
    text: &str,
    lang: &str,
    file: usize,
    id: Spot<String>,
    lines: &[(usize, &str)],
    split: &dyn Fn(&str) -> Vec<String>,
) -> Result<Rule, Vec<Fault>> {
    let mut faults = Vec::new();
    let fields = fields(text, lines, &mut faults);
    let mut once: Vec<&str> = Vec::new();
    let (mut why, mut find, mut gives, mut value, mut draft) = (None, None, None, None, false);
    let (mut wheres, mut with, mut unless, mut over, mut examples) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for field in &fields {
        if matches!(field.name, "why" | "find" | "gives" | "value" | "draft") {
            if once.contains(&field.name) {
                faults.push(Fault { at: field.name_at.clone(), message: format!("a second `{}`", field.name), help: None });
                continue;
            }
            once.push(field.name);
        }
        let result: Result<(), Fault> = match field.name {
            "why" => {
                why = Some(field.text.split_whitespace().collect::<Vec<_>>().join(" "));
                Ok(())
            }
            "find" => pattern::parse(field.text, field.at, split).map(|it| find = Some(Spot { it, at: field.span() })),
            "unless" => pattern::parse(field.text, field.at, split).map(|it| unless.push(Spot { it, at: field.span() })),
            "where" => wheres_of(field).map(|w| wheres.extend(w)),
            "with" => with_of(field).map(|w| with.extend(w)),
            "over" => {
                over.extend(words(field));
                Ok(())
            }
            "gives" => gives_of(field).map(|g| gives = Some(g)),
            "value" => call(field.text, field.at).map(|(name, args, _)| value = Some(Call { name, args })),
            "draft" => {
                draft = true;
                Ok(())
            }
            _ => example(field).map(|it| examples.push(Spot { it, at: field.span() })),
        };
        faults.extend(result.err());
    }
    let had = |name: &str| fields.iter().any(|f| f.name == name);
    for (name, help) in [
        ("why", "say in one sentence which phenomenon it serves"),
        ("find", "the pattern"),
        ("gives", "what a match becomes, such as `organization(name)`"),
        ("yes", "an example that must match"),
        ("no", "a near miss that must not"),
    ] {
        if !had(name) {
            faults.push(Fault { at: id.at.clone(), message: format!("rule {} has no `{name}`", id.it), help: Some(help.to_owned()) });
        }
    }
    match (why, find, gives) {
        (Some(why), Some(find), Some(gives)) if faults.is_empty() => {
            Ok(Rule { id, lang: lang.to_owned(), why, find, wheres, with, unless, over, gives, value, draft, examples, file })
        }
        _ => Err(faults),
    }
}

fn words(field: &Field) -> Vec<Spot<String>> {
    let mut at = field.at;
    let mut out = Vec::new();
    for word in field.text.split([' ', ',', '\n', '\r', '\t']) {
        if !word.is_empty() {
            out.push(Spot { it: word.to_owned(), at: at..at + word.len() });
        }
        at += word.len() + 1;
    }
    out
}

/// `name(arg, field: arg)`; also where it ends in `text`.
fn call(text: &str, base: usize) -> Result<(Spot<String>, Vec<Argument>, usize), Fault> {
    let fault = |at: Range<usize>, message: &str, help: &str| Fault {
        at: base + at.start..base + at.end,
        message: message.to_owned(),
        help: Some(help.to_owned()),
    };
    let len = text.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(text.len());
    let name = Spot { it: text[..len].to_owned(), at: base..base + len };
    if len == 0 {
        return Err(fault(0..1.min(text.len()), "a name is wanted here", "write `name(capture, field: capture)`"));
    }
    if !text[len..].starts_with('(') {
        return Ok((name, Vec::new(), len));
    }
    let Some(close) = text[len..].find(')').map(|i| i + len) else {
        return Err(fault(len..len + 1, "this bracket is never closed", "add `)`"));
    };
    let mut args = Vec::new();
    let mut at = len + 1;
    for part in text[len + 1..close].split(',') {
        let spot = |s: &str| {
            let start = at + (s.as_ptr() as usize - part.as_ptr() as usize);
            Spot { it: s.to_owned(), at: base + start..base + start + s.len() }
        };
        let (field, value) = part.split_once(':').unwrap_or((part, part));
        let (field, value) = (field.trim(), value.trim());
        if field.is_empty() || value.is_empty() {
            return Err(fault(at..at + part.len().max(1), "an argument with nothing in it", "write `name(capture, field: capture)`"));
        }
        args.push(Argument { field: spot(field), value: spot(value) });
        at += part.len() + 1;
    }
    Ok((name, args, close + 1))
}

fn gives_of(field: &Field) -> Result<Gives, Fault> {
    let (name, args, _) = call(field.text, field.at)?;
    match OUTPUTS.iter().find(|o| o.name == name.it) {
        Some(output) => Ok(Gives { output, args, at: field.span() }),
        None => {
            let help = suggest(&name.it, OUTPUTS.iter().map(|o| o.name)).map(|s| format!("did you mean `{s}`?"));
            let all = OUTPUTS.iter().map(|o| o.name).collect::<Vec<_>>().join(", ");
            Err(Fault { at: name.at, message: format!("unknown output `{}`", name.it), help: help.or(Some(format!("a rule gives one of {all}"))) })
        }
    }
}

fn wheres_of(field: &Field) -> Result<Vec<Spot<Where>>, Fault> {
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let rest = &field.text[at..];
        at += rest.len() - rest.trim_start_matches([' ', ',', '\n', '\r', '\t']).len();
        if at >= field.text.len() {
            return Ok(out);
        }
        let (name, args, len) = call(&field.text[at..], field.at + at)?;
        let args = args.into_iter().map(|a| a.value).collect();
        out.push(Spot { it: Where { name, args }, at: field.at + at..field.at + at + len });
        at += len;
    }
}

fn with_of(field: &Field) -> Result<Vec<Spot<With>>, Fault> {
    words(field)
        .into_iter()
        .map(|word| {
            let kind = word.it.split_once(":<").and_then(|(name, kind)| {
                let kind = kind.strip_suffix('>')?;
                Some((name.to_owned(), *Kind::ALL.iter().find(|k| k.name() == kind && !k.is_relation())?))
            });
            match kind {
                Some((name, kind)) => Ok(Spot { it: With { name, kind }, at: word.at }),
                None => Err(Fault {
                    at: word.at,
                    message: format!("`{}` is no mention", word.it),
                    help: Some("write `date:<Date> place:<Place>`".to_owned()),
                }),
            }
        })
        .collect()
}

fn example(field: &Field) -> Result<Example, Fault> {
    let fault = |at: usize, message: &str, help: &str| Fault {
        at: field.at + at..field.at + at + 1,
        message: message.to_owned(),
        help: Some(help.to_owned()),
    };
    let mut body = field.text;
    let mut reference = None;
    if let Some(rest) = body.strip_prefix('@') {
        let len = rest.find(char::is_whitespace).unwrap_or(rest.len());
        reference = Some(rest[..len].to_owned());
        body = rest[len..].trim_start();
    }
    let base = field.text.len() - body.len();
    let mut text = String::with_capacity(body.len());
    let mut marks: Vec<Mark> = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut chars = body.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' if matches!(chars.peek(), Some((_, '[' | ']' | '\\'))) => text.extend(chars.next().map(|(_, c)| c)),
            '\\' if chars.peek().is_some_and(|(_, c)| *c == 'n') => {
                chars.next();
                text.push('\n');
            }
            '[' => {
                if open.is_some() {
                    return Err(fault(base + i, "a bracket inside a bracket", "mark each capture for itself, or write `\\[`"));
                }
                let rest = &body[i + 1..];
                let Some(len) = rest.find(' ').filter(|&l| l > 0) else {
                    return Err(fault(base + i, "a mark without a label", "write `[capture words]`, or `\\[` for a bracket"));
                };
                let (label, value) = rest[..len].split_once('=').map_or((&rest[..len], None), |(l, v)| (l, Some(v.to_owned())));
                marks.push(Mark { label: label.to_owned(), value, start: text.len(), end: 0 });
                open = Some((marks.len() - 1, i));
                while chars.peek().is_some_and(|(j, _)| *j <= i + len + 1 && *j < i + 1 + len + 1) {
                    chars.next();
                }
            }
            ']' => match open.take() {
                Some((mark, _)) => marks[mark].end = text.len(),
                None => return Err(fault(base + i, "a bracket that was never opened", "write `\\]` for a bracket")),
            },
            // A line end of the file is a space; continuation lines are indented.
            '\n' => {
                while chars.peek().is_some_and(|(_, c)| c.is_whitespace()) {
                    chars.next();
                }
                text.push(' ');
            }
            '\r' => {}
            c => text.push(c),
        }
    }
    match open {
        Some((_, i)) => Err(fault(base + i, "this mark is never closed", "add `]`")),
        None => Ok(Example { yes: field.name == "yes", text, reference, marks }),
    }
}
