//! What the page looks like: title, dateline, paragraphs, list items, captions, boilerplate, contacts, and quoted passages.

use crate::{
    span::{Span, Tok},
    text::Text,
    token::Tokens,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockKind {
    Title,
    Heading,
    Paragraph,
    ListItem,
    Caption,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zone {
    Body,
    /// « À propos de… »
    Boilerplate,
    /// Press contacts.
    Contact,
}

/// One paragraph, list item, caption, heading or title, hard line breaks reflowed.
#[derive(Clone, Debug)]
pub struct Block {
    pub kind: BlockKind,
    pub zone: Zone,
    pub tokens: Span<Tok>,
    /// "RABAT, le 20 janvier 2026 –" at its start, mark included.
    pub dateline: Option<Span<Tok>>,
    /// Paragraphs that no wide gap or heading parts share a number.
    pub group: u32,
}

#[derive(Default)]
pub struct Layout {
    pub blocks: Vec<Block>,
    /// The words between quotation marks, marks left out; may span sentences, never blocks.
    pub quotes: Vec<Span<Tok>>,
}

/// What the lexicons say to the layout: phrases of folded keys that open a zone.
#[derive(Default)]
pub struct LayoutCues {
    pub zones: Vec<(Vec<String>, Zone)>,
}

pub fn layout(_text: &Text, _tokens: &Tokens, _cues: &LayoutCues) -> Layout {
    Layout::default()
}
