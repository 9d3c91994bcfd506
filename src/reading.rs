//! A document as far as it has been read: what the stages pass on and the later steps look at.

use crate::{
    language::Detected,
    layout::Layout,
    lexicon::{Hits, LangId},
    mention::{Mention, MentionId},
    rules::{load::RuleSet, page::Page, symbol::SymbolId},
    sentence::Sentence,
    span::{Span, Tok},
    text::Text,
    token::Tokens,
};

/// A document, read as far as mentions and relations go.
pub struct Reading<'t> {
    pub text: &'t Text<'t>,
    pub tokens: Tokens,
    pub layout: Layout,
    pub sentences: Vec<Sentence>,
    pub language: Detected,
    pub hits: Hits,
    /// What the tests of the rules have to say of each token.
    pub symbols: Vec<SymbolId>,
    /// All matches, stage by stage; losers keep their fate.
    pub mentions: Vec<Mention>,
    /// Alias mentions and the names that they stand for.
    pub aliases: Vec<(MentionId, MentionId)>,
    /// Whether a rule that was run alone got past its first element.
    pub got_in: bool,
}

impl Reading<'_> {
    pub fn page<'p>(&'p self, set: &'p RuleSet) -> Page<'p> {
        Page { set, text: self.text, tokens: &self.tokens, hits: &self.hits }
    }

    /// The language pack of a sentence.
    pub fn lang(&self, sentence: usize) -> LangId {
        self.language.blocks[self.sentences[sentence].block as usize]
    }

    /// The verbatim text of some tokens.
    pub fn words(&self, span: Span<Tok>) -> &str {
        self.tokens.words(self.text, span)
    }

    pub fn kept(&self) -> impl Iterator<Item = (MentionId, &Mention)> {
        self.mentions.iter().enumerate().filter(|(_, m)| m.is_kept()).map(|(i, m)| (i as MentionId, m))
    }
}
