//! What the page looks like: title, dateline, paragraphs, list items, captions, boilerplate, contacts, and quoted passages.

pub(crate) mod labels;
mod lines;
pub(crate) mod marks;
mod quotes;
mod zones;

pub use zones::LayoutCues;

use serde::{Deserialize, Serialize};

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

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
    /// Without the marker of a list item.
    pub tokens: Span<Tok>,
    /// "RABAT, le 20 janvier 2026 –" at its start, mark included.
    pub dateline: Option<Span<Tok>>,
    /// Paragraphs that no wide gap or heading parts share a number.
    pub group: u32,
}

#[derive(Default)]
pub struct Layout {
    pub blocks: Vec<Block>,
    /// The words between quotation marks, marks left out; may span sentences, never blocks. Of nested quotes the outermost.
    pub quotes: Vec<Span<Tok>>,
}

pub fn layout(text: &Text, tokens: &Tokens, cues: &LayoutCues) -> Layout {
    let page = lines::page(text, tokens);
    let blocks = zones::blocks(text, tokens, cues, &page);
    let mut quotes = Vec::new();
    for block in &blocks {
        quotes::quotes(text, tokens, block.tokens, &mut quotes);
    }
    Layout { blocks, quotes }
}
