//! What each block is and which part of the release it stands in.

use rustc_hash::FxHashSet;

use serde::{Deserialize, Serialize};

use crate::{
    span::{Span, Tok},
    text::Text,
    token::{Gap, Shape, TokenCues, Tokens, UnknownValue, tokenize},
};

use super::{
    Block, BlockKind, Zone,
    lines::{Page, RawBlock},
    marks::{dateline, ends_final, ends_with, is_closing, is_final},
};

/// Longest title in code points.
const TITLE: usize = 250;
/// Longest heading in code points.
const HEADING: usize = 110;
/// Longest caption in code points.
const CAPTION: usize = 300;

/// What the lexicons say to the layout: phrases of folded keys, as the tokeniser splits them.
#[derive(Default, Serialize, Deserialize)]
pub struct LayoutCues {
    /// Phrases that open a zone where a block begins with them.
    pub zones: Vec<(Vec<String>, Zone)>,
    /// What stands above a title ("communiqué de presse").
    pub letterheads: Vec<Vec<String>>,
    /// What a caption begins with ("photo").
    pub captions: Vec<Vec<String>>,
    /// Words that stand before a name ("m.", "mme"): a block of its own that begins with one may be a caption.
    pub honorifics: FxHashSet<String>,
}

impl LayoutCues {
    /// The lexicon class (file name without `.tsv`) that [`LayoutCues::add`] takes.
    pub const CLASS: &'static str = "layout-cue";
    const VALUES: &'static [&'static str] = &["boilerplate", "contact", "letterhead", "caption", "honorific"];

    /// Adds (form, value) entries; forms are split as `cues` say. Fails at the first value that is none of `boilerplate`, `contact`,
    /// `letterhead`, `caption`, `honorific`; the entries before it are kept.
    pub fn add<'a>(&mut self, cues: &TokenCues, entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), UnknownValue> {
        for (form, value) in entries {
            let tokens = tokenize(&Text::new(form), cues);
            let phrase: Vec<String> = (0..tokens.len()).map(|i| tokens.key(i).to_owned()).collect();
            if phrase.is_empty() {
                continue;
            }
            match value {
                "boilerplate" => self.zones.push((phrase, Zone::Boilerplate)),
                "contact" => self.zones.push((phrase, Zone::Contact)),
                "letterhead" => self.letterheads.push(phrase),
                "caption" => self.captions.push(phrase),
                "honorific" => drop(self.honorifics.insert(phrase.concat())),
                _ => return Err(UnknownValue { form: form.into(), value: value.into(), known: Self::VALUES }),
            }
        }
        Ok(())
    }
}

struct Reader<'a> {
    tokens: &'a Tokens,
    text: &'a Text<'a>,
    cues: &'a LayoutCues,
    page: &'a Page,
    /// More empty lines than this part two groups.
    usual: u16,
}

pub(super) fn blocks(text: &Text, tokens: &Tokens, cues: &LayoutCues, page: &Page) -> Vec<Block> {
    let reader = Reader { tokens, text, cues, page, usual: usual_gap(page) };
    let mut out = reader.kinds();
    reader.zones(&mut out);
    reader.groups(&mut out);
    out
}

/// The number of empty lines that most blocks have before them.
fn usual_gap(page: &Page) -> u16 {
    let mut counts = [0usize; 4];
    for block in page.blocks.iter().skip(1) {
        counts[usize::from(block.empty).min(3)] += 1;
    }
    (0..4u16).rev().max_by_key(|&n| counts[usize::from(n)]).unwrap_or(0)
}

impl Reader<'_> {
    fn key(&self, i: u32) -> &str {
        self.tokens.key(i as usize)
    }

    fn chars(&self, span: Span<Tok>) -> usize {
        if span.is_empty() {
            return 0;
        }
        let list = &self.tokens.list[span.range()];
        self.text.cut(list[0].span.cover(list[list.len() - 1].span)).chars().count()
    }

    fn begins(&self, span: Span<Tok>, phrase: &[String]) -> bool {
        phrase.len() <= span.len() && phrase.iter().zip(span.start..).all(|(word, i)| self.key(i) == word)
    }

    /// Final marks with a word after them in the block.
    fn inner_ends(&self, span: Span<Tok>) -> usize {
        let list = &self.tokens.list;
        span.range()
            .filter(|&i| is_final(self.tokens.key(i)))
            .filter(|&i| {
                let next = (i + 1..span.range().end).find(|&j| !is_closing(self.tokens.key(j)));
                next.is_some_and(|j| list[j].gap != Gap::None && !list[j].shape.has(Shape::LOWER))
            })
            .count()
    }

    /// A line of its own without an end, such as a heading.
    fn short_open(&self, span: Span<Tok>, limit: usize) -> bool {
        span.len() <= limit / 4 && self.chars(span) <= limit && !ends_final(self.tokens, span) && !ends_with(self.tokens, span, &[",", ";"])
    }

    fn kinds(&self) -> Vec<Block> {
        let raw = &self.page.blocks;
        let mut title_open = true;
        let mut out: Vec<Block> = Vec::with_capacity(raw.len());
        for (i, block) in raw.iter().enumerate() {
            // Datelines stand at the top: before or after the title, a letterhead or a subtitle.
            let line = (i < 6 && !block.item).then(|| dateline(self.tokens, block.tokens)).flatten();
            // "MAROC – Signature d'une convention": a headline, where no date or sentence says otherwise.
            let line = line.filter(|line| !title_open || *line == block.tokens || self.is_dated(*line) || !self.short_open(block.tokens, TITLE));
            let mut kind = BlockKind::Paragraph;
            if block.item {
                kind = BlockKind::ListItem;
                title_open = false;
            } else if line == Some(block.tokens) {
                kind = BlockKind::Heading;
            } else if line.is_some() {
                title_open = false;
            } else if title_open && self.is_letterhead(block.tokens) {
                kind = BlockKind::Heading;
            } else if title_open {
                title_open = false;
                if self.is_title(i) {
                    kind = BlockKind::Title;
                }
            }
            if kind == BlockKind::Paragraph && line.is_none() {
                kind = self.kind(i);
            }
            out.push(Block { kind, zone: Zone::Body, tokens: block.tokens, dateline: line, group: 0 });
        }
        out
    }

    fn is_dated(&self, line: Span<Tok>) -> bool {
        self.tokens.list[line.range()].iter().any(|t| t.shape.has(Shape::DIGIT)) || line.range().any(|i| matches!(self.tokens.key(i), "(" | "/"))
    }

    fn is_letterhead(&self, span: Span<Tok>) -> bool {
        self.chars(span) <= 60 && self.cues.letterheads.iter().any(|phrase| self.begins(span, phrase) && span.len() <= phrase.len() + 4)
    }

    fn is_title(&self, i: usize) -> bool {
        let raw = &self.page.blocks;
        let span = raw[i].tokens;
        let words = self.tokens.list[span.range()].iter().filter(|t| t.shape.has(Shape::WORD)).count();
        // A headline may end in a full stop or hold one; two sentences that both end are a text.
        let introduces = ends_with(self.tokens, span, &[":"]) && raw.get(i + 1).is_some_and(|next| next.item);
        i + 1 < raw.len()
            && !introduces
            && words > 1
            && self.chars(span) <= TITLE
            && (self.inner_ends(span) == 0 || self.inner_ends(span) == 1 && !ends_final(self.tokens, span))
            && !ends_with(self.tokens, span, &[",", ";"])
            && !self.has_address(span)
    }

    fn kind(&self, i: usize) -> BlockKind {
        let raw = &self.page.blocks;
        let span = raw[i].tokens;
        if self.is_caption(i) {
            return BlockKind::Caption;
        }
        let Some(next) = raw.get(i + 1) else {
            return BlockKind::Paragraph;
        };
        let first = self.tokens.list[span.start as usize].shape;
        let introduces = next.item && ends_with(self.tokens, span, &[":"]);
        let question = ends_with(self.tokens, span, &["?"])
            && self.chars(span) <= HEADING
            && self.inner_ends(span) == 0
            && !ends_final(self.tokens, Span::new(span.start, span.end - 1));
        let is_heading =
            (self.short_open(span, HEADING) || question) && !introduces && !first.has(Shape::LOWER) && !self.has_address(span) && self.has_word(span);
        if is_heading { BlockKind::Heading } else { BlockKind::Paragraph }
    }

    fn has_word(&self, span: Span<Tok>) -> bool {
        self.tokens.list[span.range()].iter().any(|t| t.shape.has(Shape::WORD))
    }

    /// Names and functions under a lost picture: by what a caption says it is, or a short block that begins with an honorific and stands
    /// apart from the text by two of: a wide gap before it, lines of another width, a second person.
    fn is_caption(&self, i: usize) -> bool {
        let raw: &[RawBlock] = &self.page.blocks;
        let block = &raw[i];
        let span = block.tokens;
        if i == 0 || self.chars(span) > CAPTION || self.inner_ends(span) > 0 {
            return false;
        }
        if self.key(span.start) == "©" || self.cues.captions.iter().any(|phrase| self.begins(span, phrase) && self.marked_after(span, phrase.len()))
        {
            return true;
        }
        let honorific = |i: usize| self.cues.honorifics.contains(self.tokens.key(i));
        if !honorific(span.start as usize) {
            return false;
        }
        let wide_gap = block.empty > self.usual;
        let wide_lines = self.page.width > 0 && block.lines > 1 && block.width > self.page.width + self.page.width / 12;
        let second = span.range().skip(1).any(honorific);
        usize::from(wide_gap) + usize::from(wide_lines) + usize::from(second) >= 2
    }

    /// A colon, a dash or a bracket among the few words after a phrase.
    fn marked_after(&self, span: Span<Tok>, words: usize) -> bool {
        let from = span.start + words as u32;
        (from..span.end.min(from + 10)).any(|i| {
            let key = self.key(i);
            key == ":" || (i == from && matches!(key, "©" | "(")) || matches!(key, "-" | "–") && self.tokens.list[i as usize].gap != Gap::None
        })
    }

    /// An e-mail address, or a telephone number: "+" and digits, or eight digits and more in a row of groups.
    fn has_address(&self, span: Span<Tok>) -> bool {
        let mut digits = 0;
        let mut groups = 0;
        for i in span.range() {
            let token = &self.tokens.list[i];
            if token.shape.has(Shape::EMAIL) {
                return true;
            }
            let key = self.tokens.key(i);
            if token.shape.has(Shape::NUM) {
                digits += key.len();
                groups += 1;
                let plus = i > span.range().start && self.tokens.key(i - 1) == "+" && token.gap == Gap::None;
                if plus {
                    digits += 100;
                }
                if groups >= 3 && (digits >= 108 || (8..=14).contains(&digits) && groups >= 4) {
                    return true;
                }
            } else if !matches!(key, "." | "-" | "(" | ")" | "/" | "+") || key == "+" {
                (digits, groups) = (0, 0);
            }
        }
        false
    }

    fn zones(&self, blocks: &mut [Block]) {
        let mut zone = Zone::Body;
        for i in 0..blocks.len() {
            let Block { kind, tokens, .. } = blocks[i];
            if kind == BlockKind::Title {
                continue;
            }
            if let Some(opened) = self.opened(tokens, kind) {
                zone = opened;
            } else if zone == Zone::Contact
                && kind == BlockKind::Paragraph
                && !self.has_address(tokens)
                && self.chars(tokens) > 200
                && ends_final(self.tokens, tokens)
            {
                zone = Zone::Body;
            }
            blocks[i].zone = zone;
            let contact = self.has_address(tokens) && (!ends_final(self.tokens, tokens) || self.chars(tokens) <= 120);
            if zone != Zone::Contact && contact && kind != BlockKind::Caption {
                // By its form, with the lines above it that hold the names.
                blocks[i].zone = Zone::Contact;
                let gap = |j: usize| self.page.blocks[j].empty;
                let mut j = i;
                while j > 1
                    && gap(j) == 0
                    && blocks[j - 1].zone == zone
                    && blocks[j - 1].kind != BlockKind::Title
                    && self.short_open(blocks[j - 1].tokens, HEADING)
                {
                    j -= 1;
                    blocks[j].zone = Zone::Contact;
                }
            }
            if blocks[i].zone == Zone::Contact && blocks[i].kind == BlockKind::Heading && self.opened(tokens, kind).is_none() {
                blocks[i].kind = BlockKind::Paragraph;
            }
        }
    }

    /// The zone that a block opens: one that begins with a cue and is a heading or has a colon or a dash soon.
    fn opened(&self, span: Span<Tok>, kind: BlockKind) -> Option<Zone> {
        let cue = self.cues.zones.iter().filter(|(phrase, _)| self.begins(span, phrase)).max_by_key(|(phrase, _)| phrase.len());
        let (phrase, zone) = cue?;
        (kind == BlockKind::Heading || self.short_open(span, HEADING) || self.marked_after(span, phrase.len())).then_some(*zone)
    }

    fn groups(&self, blocks: &mut [Block]) {
        let mut group = 0;
        for (i, block) in blocks.iter_mut().enumerate() {
            let apart = matches!(block.kind, BlockKind::Heading | BlockKind::Title | BlockKind::Caption);
            let gap = self.page.blocks[i].empty > self.usual.max(u16::from(self.page.double_spaced));
            if i > 0 && (apart || gap) {
                group += 1;
            }
            block.group = group;
        }
    }
}
