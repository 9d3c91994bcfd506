//! Sentences: spans of tokens that never cross a block.

use crate::{
    layout::Layout,
    span::{Span, Tok},
    token::{TokenCues, Tokens},
};

/// One sentence and the block that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub tokens: Span<Tok>,
    pub block: u32,
}

pub fn sentences(_tokens: &Tokens, _layout: &Layout, _cues: &TokenCues) -> Vec<Sentence> {
    Vec::new()
}
