//! What rules look at.

use super::load::RuleSet;
use crate::{lexicon::Hits, text::Text, token::Tokens};

/// A document before its mentions, beside the rules that read it.
#[derive(Clone, Copy)]
pub struct Page<'p> {
    pub set: &'p RuleSet,
    pub text: &'p Text<'p>,
    pub tokens: &'p Tokens,
    pub hits: &'p Hits,
}
