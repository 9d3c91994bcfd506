//! `tokens`: what each stage sees, in brackets under the text.

use clap::Args;
use signataire::{
    Options,
    explain::{Candidate, Outcome, Region, Trace},
    span::{Source, Span},
};
use unicode_width::UnicodeWidthChar;

use super::{
    Done, OneFile, Stop,
    output::Output,
    page::{self, BOLD, DATE, DIM, GOOD, NAME, PLACE, Ruler, Style, WARN, columns, paint, shorten},
};

/// Columns of the longest row name and a gap.
const MARGIN: usize = 12;

/// Shows what each stage sees, in brackets under the text
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    one: OneFile,
}

pub fn run(arguments: Arguments) -> Result<Done, Stop> {
    let extractor = arguments.one.reading.extractor(Options::default())?;
    let mut out = Output::open(None)?;
    let width = page::width(out.is_terminal());
    let done = arguments.one.each(|entry| {
        let (record, trace) = extractor.explain(&entry.document);
        let title = paint(&record.id, BOLD);
        Ok(out.styled(&format!("{title}\n{}", stages(&Ruler::new(&entry.document.text), &trace, width)))?)
    })?;
    out.finish()?;
    Ok(done)
}

/// One row under the text: what it is called and what stands in it.
struct Row<'a> {
    name: &'a str,
    style: Style,
    bars: Vec<Bar>,
}

struct Bar {
    span: Span<Source>,
    label: String,
}

fn stages(ruler: &Ruler, trace: &Trace, width: usize) -> String {
    let mut page = String::new();
    let mut block: Option<Span<Source>> = None;
    for (number, span) in sections(ruler, &trace.sentences) {
        let found = trace.blocks.iter().find(|region| region.span.overlaps(span));
        if let Some(region) = found.filter(|region| block != Some(region.span)) {
            page.push_str(&paint(&format!("\n== {} {}\n", region.name, ruler.show(region.span)), BOLD));
            block = Some(region.span);
        }
        let name = number.map_or_else(|| "outside any sentence".to_owned(), |number| format!("sentence {number}"));
        page.push_str(&paint(&format!("\n-- {name} {}\n", ruler.show(span)), DIM));
        let rows = rows(ruler, trace, span);
        for line in lines(ruler, span, width.saturating_sub(MARGIN)) {
            page.push_str(&line.draw(&rows));
        }
        for candidate in trace.candidates.iter().filter(|candidate| relation(candidate) && span.contains(candidate.span)) {
            let quote = |span: Span<Source>| format!("“{}”", shorten(ruler.cut(span), 40));
            let captures: Vec<_> = candidate.captures.iter().map(|(name, span)| format!("{name} {}", quote(*span))).collect();
            let text = format!("{}({}) by {}", candidate.kind, captures.join(", "), candidate.rule);
            for (index, line) in page::wrap(&[(text, WARN)], width.saturating_sub(MARGIN), 2).iter().enumerate() {
                let name = if index == 0 { "relations" } else { "" };
                page.push_str(&format!("{}{}{line}\n", margin(name), if index == 0 { "" } else { "  " }));
            }
        }
    }
    page
}

fn relation(candidate: &Candidate) -> bool {
    candidate.stage == "relations" && candidate.outcome == Outcome::Kept
}

/// The sentences with their numbers, and what lies between them.
fn sections(ruler: &Ruler, sentences: &[Span<Source>]) -> Vec<(Option<usize>, Span<Source>)> {
    let mut sections = Vec::new();
    let mut at = 0;
    let between = |at: u32, end: u32, sections: &mut Vec<_>| {
        let words = ruler.text.get(at as usize..end as usize).unwrap_or_default();
        if !words.trim().is_empty() {
            let start = at as usize + (words.len() - words.trim_start().len());
            sections.push((None, Span::of(start, start + words.trim().len())));
        }
    };
    for (index, &sentence) in sentences.iter().enumerate() {
        between(at, sentence.start, &mut sections);
        sections.push((Some(index + 1), sentence));
        at = sentence.end.max(at);
    }
    between(at, u32::try_from(ruler.text.len()).unwrap_or(u32::MAX), &mut sections);
    sections
}

fn rows<'a>(ruler: &Ruler, trace: &'a Trace, span: Span<Source>) -> Vec<Row<'a>> {
    let here = |other: Span<Source>| span.overlaps(other);
    let tokens = || trace.tokens.iter().filter(|(token, _)| here(*token));
    let bar = |(span, label): (Span<Source>, String)| Bar { span, label };
    let mut rows = vec![
        Row { name: "tokens", style: DIM, bars: tokens().map(|(token, _)| bar((*token, String::new()))).collect() },
        Row {
            name: "keys",
            style: DIM,
            bars: tokens().filter(|(token, key)| ruler.cut(*token).to_lowercase() != *key).map(|(token, key)| bar((*token, key.clone()))).collect(),
        },
        Row {
            name: "regions",
            style: DIM,
            bars: trace.regions.iter().filter(|region| here(region.span)).map(|Region { span, name }| bar((*span, name.clone()))).collect(),
        },
    ];
    let words = trace.words.iter().filter(|word| here(word.span)).map(|word| match &word.value {
        Some(value) => bar((word.span, format!("@{}={value}", word.class))),
        None => bar((word.span, format!("@{}", word.class))),
    });
    rows.push(Row { name: "lexicon", style: PLACE, bars: words.collect() });
    for (name, style) in [("names", NAME), ("compounds", GOOD), ("aliases", GOOD), ("repeats", NAME), ("references", DATE)] {
        let kept = trace.candidates.iter().filter(|candidate| candidate.stage == name && candidate.outcome == Outcome::Kept && here(candidate.span));
        rows.push(Row { name, style, bars: kept.map(|candidate| bar((candidate.span, candidate.kind.clone()))).collect() });
    }
    for row in &mut rows {
        row.bars.sort_by_key(|bar| (bar.span.start, std::cmp::Reverse(bar.span.end)));
    }
    rows
}

/// Characters as they are shown, each with the byte that it begins at and the column that it stands in.
struct Line {
    cells: Vec<(usize, usize)>,
    text: String,
    /// Byte and column after the last.
    end: (usize, usize),
}

/// Breaks after white space.
fn lines(ruler: &Ruler, span: Span<Source>, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest = span.range();
    while !rest.is_empty() {
        let Some(text) = ruler.text.get(rest.clone()).filter(|text| !text.is_empty()) else {
            break;
        };
        let mut column = 0;
        let mut end = text.len();
        let mut space = None;
        for (at, character) in text.char_indices() {
            let wide = cell(character).1;
            if column + wide > width && at > 0 {
                end = space.unwrap_or(at);
                break;
            }
            column += wide;
            if character.is_whitespace() {
                space = Some(at + character.len_utf8());
            }
        }
        let mut line = Line { cells: Vec::new(), text: String::new(), end: (rest.start + end, 0) };
        for (at, character) in text[..end].char_indices() {
            let (shown, wide) = cell(character);
            line.cells.push((rest.start + at, line.end.1));
            line.text.push(shown);
            line.end.1 += wide;
        }
        rest.start += end;
        lines.push(line);
    }
    lines
}

/// What a character is shown as, and its columns: line ends and what has no shape of its own get one.
fn cell(character: char) -> (char, usize) {
    match character {
        '\n' => ('↵', 1),
        '\u{a0}' | '\u{202f}' => ('\u{a0}', 1),
        '\u{ad}' => ('¬', 1),
        _ if character.is_whitespace() => (' ', 1),
        _ if character.is_control() => ('·', 1),
        _ => (character, character.width().unwrap_or(0)),
    }
}

impl Line {
    fn column(&self, byte: usize) -> usize {
        let next = self.cells.partition_point(|(start, _)| *start < byte);
        self.cells.get(next).map_or(self.end.1, |(_, column)| *column)
    }

    /// The text and, under it, the rows that have something in it.
    fn draw(&self, rows: &[Row]) -> String {
        let mut drawn = format!("{}{}\n", margin(""), self.text.trim_end());
        let first = self.cells.first().map_or(0, |(byte, _)| *byte);
        for row in rows {
            // Bars that overlap go to lanes of their own.
            let mut lanes: Vec<String> = Vec::new();
            for bar in row.bars.iter().filter(|bar| (bar.span.start as usize) < self.end.0 && bar.span.end as usize > first) {
                let (start, end) = (self.column(bar.span.start as usize), self.column(bar.span.end as usize));
                let bar = bracket(&bar.label, end.saturating_sub(start), bar.span.start as usize >= first, bar.span.end as usize <= self.end.0);
                let lane = match lanes.iter().position(|lane| columns(lane) <= start) {
                    Some(lane) => lane,
                    None => {
                        lanes.push(String::new());
                        lanes.len() - 1
                    }
                };
                let blank = start - columns(&lanes[lane]);
                lanes[lane].push_str(&" ".repeat(blank));
                lanes[lane].push_str(&bar);
            }
            for (index, lane) in lanes.iter().enumerate() {
                drawn.push_str(&format!("{}{}\n", margin(if index == 0 { row.name } else { "" }), paint(lane, row.style)));
            }
        }
        drawn
    }
}

fn margin(name: &str) -> String {
    format!("{}{}", paint(name, DIM), " ".repeat(MARGIN.saturating_sub(name.len())))
}

/// `[Place---]`, as wide as what it stands under; without a bracket where it goes on in another line.
fn bracket(label: &str, width: usize, opens: bool, closes: bool) -> String {
    let room = width.saturating_sub(usize::from(opens) + usize::from(closes));
    match width {
        0 => String::new(),
        1 => "|".to_owned(),
        _ => {
            let mut inner = String::new();
            let mut used = 0;
            for character in label.chars() {
                let wide = character.width().unwrap_or(0);
                if used + wide > room {
                    break;
                }
                inner.push(character);
                used += wide;
            }
            let line = "-".repeat(room - used);
            format!("{}{inner}{line}{}", if opens { "[" } else { "" }, if closes { "]" } else { "" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signataire::explain::Word;

    #[test]
    fn brackets_stand_under_their_words() {
        let text = "Œuvre de l'Université à Rabat.\nFin";
        let at = |words: &str| {
            let start = text.find(words).unwrap_or_default();
            Span::of(start, start + words.len())
        };
        let tokens = ["Œuvre", "de", "l'", "Université", "à", "Rabat", "."];
        let mention = |stage: &'static str, kind: &str, words: &str| Candidate {
            stage,
            kind: kind.into(),
            rule: "r".into(),
            span: at(words),
            extent: at(words),
            captures: vec![("what".into(), at(words))],
            outcome: Outcome::Kept,
        };
        let trace = Trace {
            tokens: tokens.iter().map(|word| (at(word), word.to_lowercase().replace('œ', "oe"))).collect(),
            blocks: vec![Region { span: at("Œuvre de l'Université à Rabat."), name: "paragraph".into() }],
            regions: Vec::new(),
            sentences: vec![at("Œuvre de l'Université à Rabat.")],
            words: vec![
                Word { span: at("Rabat"), class: "city".into(), value: None },
                Word { span: at("Université à Rabat"), class: "org".into(), value: Some("u".into()) },
            ],
            candidates: vec![mention("names", "Organization", "Université à Rabat"), mention("relations", "place", "Rabat")],
        };
        let page = anstream::adapter::strip_str(&stages(&Ruler::new(text), &trace, MARGIN + 22)).to_string();
        let expected = "
== paragraph [0, 30]

-- sentence 1 [0, 30]
            Œuvre de l'Université
tokens      [---] [] [][--------]
keys        [oeu]
lexicon                [@org=u----
names                  [Organizati
            à Rabat.
tokens      | [---]|
lexicon     @org=u]
              [@ci]
names       Organi]
relations   place(what “Rabat”) by
              r

-- outside any sentence [31, 34]
            Fin
";
        assert_eq!(page, expected, "\n{page}");
    }
}
