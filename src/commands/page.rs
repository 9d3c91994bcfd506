//! Words on a page: styles, widths, wrapping.

use anstyle::AnsiColor;
pub use anstyle::Style;
use signataire::span::{Source, Span};
use unicode_width::UnicodeWidthStr;

pub const PLAIN: Style = Style::new();
pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const GOOD: Style = AnsiColor::Green.on_default();
pub const WARN: Style = AnsiColor::Yellow.on_default();
pub const BAD: Style = AnsiColor::Red.on_default().bold();
pub const NAME: Style = AnsiColor::Cyan.on_default();
pub const DATE: Style = AnsiColor::Magenta.on_default();
pub const PLACE: Style = AnsiColor::Blue.on_default();

/// The widest page, and the width where nobody says how wide it is.
const WIDEST: usize = 100;
const NARROWEST: usize = 50;
/// How far the second line of an item stands in.
const HANG: usize = 2;

/// Columns to write in.
pub fn width(terminal: bool) -> usize {
    let found = if terminal { terminal_size::terminal_size() } else { None };
    found.map_or(WIDEST, |(columns, _)| usize::from(columns.0).clamp(NARROWEST, WIDEST))
}

/// Text and the style it is written in.
pub type Piece = (String, Style);

pub fn paint(text: &str, style: Style) -> String {
    if text.is_empty() || style == PLAIN { text.to_owned() } else { format!("{style}{text}{style:#}") }
}

pub fn columns(text: &str) -> usize {
    text.width()
}

/// Breaks at white space so that no line is wider than `width`, save for a single word that is. Lines after the first leave room
/// for `hang` columns before them.
pub fn wrap(pieces: &[Piece], width: usize, hang: usize) -> Vec<String> {
    let mut lines = Vec::new();
    // Each run of the same style is painted once.
    let mut line: Vec<Piece> = Vec::new();
    let mut used = 0;
    for (text, style) in pieces {
        for word in text.split_whitespace() {
            let wide = columns(word);
            if used > 0 && used + 1 + wide > if lines.is_empty() { width } else { width.saturating_sub(hang) } {
                lines.push(join(&std::mem::take(&mut line)));
                used = 0;
            }
            match line.last_mut() {
                Some((run, last)) if last == style => {
                    run.push(' ');
                    run.push_str(word);
                }
                _ => line.push((word.to_owned(), *style)),
            }
            used += wide + usize::from(used > 0);
        }
    }
    if !line.is_empty() {
        lines.push(join(&line));
    }
    lines
}

fn join(line: &[Piece]) -> String {
    line.iter().map(|(text, style)| paint(text, *style)).collect::<Vec<_>>().join(" ")
}

/// White space folded, and cut at a word's end where it is longer than `limit` columns.
pub fn shorten(text: &str, limit: usize) -> String {
    let mut short = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let wide = columns(word);
        if used > 0 && used + 1 + wide > limit {
            short.push_str(" …");
            break;
        }
        if used > 0 {
            short.push(' ');
        }
        short.push_str(word);
        used += wide + usize::from(used > 0);
    }
    short
}

/// Rows of a label and what it labels, one item a line or more, the labels in a column of their own.
pub struct Sheet {
    pub text: String,
    indent: usize,
    label: usize,
    width: usize,
}

impl Sheet {
    pub fn new(indent: usize, label: usize, width: usize) -> Self {
        Sheet { text: String::new(), indent, label, width }
    }

    /// A line from the left margin.
    pub fn heading(&mut self, pieces: &[Piece]) {
        for line in wrap(pieces, self.width, 0) {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Nothing where there are no items.
    pub fn row(&mut self, label: &str, style: Style, items: &[Vec<Piece>]) {
        let left = self.indent + self.label;
        let mut label = Some(label);
        for item in items {
            for (index, line) in wrap(item, self.width.saturating_sub(left), HANG).into_iter().enumerate() {
                let shown = label.take().unwrap_or_default();
                let blank = " ".repeat(self.label.saturating_sub(columns(shown)));
                let hang = " ".repeat(if index > 0 { HANG } else { 0 });
                self.text.push_str(&format!("{}{}{blank}{hang}{line}\n", " ".repeat(self.indent), paint(shown, style)));
            }
        }
    }
}

/// Bytes to code points and back, for one text.
pub struct Ruler<'t> {
    pub text: &'t str,
    /// Where each code point begins, and where the text ends.
    starts: Vec<usize>,
}

impl<'t> Ruler<'t> {
    pub fn new(text: &'t str) -> Self {
        Ruler { text, starts: text.char_indices().map(|(at, _)| at).chain([text.len()]).collect() }
    }

    /// The code point that a byte is in.
    pub fn char(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start < byte)
    }

    /// Where a code point begins; `None` beyond the end.
    pub fn byte(&self, char: usize) -> Option<usize> {
        self.starts.get(char).copied()
    }

    /// The words of a span, empty where it does not fit the text.
    pub fn cut(&self, span: Span<Source>) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// As in the record.
    pub fn show(&self, span: Span<Source>) -> String {
        format!("[{}, {}]", self.char(span.start as usize), self.char(span.end as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping() {
        let plain = |text: &str| vec![(text.to_owned(), PLAIN)];
        assert_eq!(wrap(&plain("un  deux\ntrois"), 8, 2), ["un deux", "trois"]);
        assert_eq!(wrap(&plain("anticonstitutionnellement vôtre"), 8, 0), ["anticonstitutionnellement", "vôtre"]);
        assert_eq!(wrap(&plain(" "), 8, 0), Vec::<String>::new());
        assert_eq!(wrap(&[("un".into(), BOLD), ("deux".into(), PLAIN)], 20, 0), [format!("{BOLD}un{BOLD:#} deux")]);
        assert_eq!(shorten("un deux  trois", 7), "un deux …");
        assert_eq!(shorten("un deux", 7), "un deux");
    }
}
