//! A document as far as it has been read: what the stages pass on and the later steps look at.

use crate::{
    language::Detected,
    layout::Layout,
    lexicon::{Hits, LangId},
    mention::{Mention, MentionId},
    rules::{load::RuleSet, page::Page, unit::Unit},
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
    /// The tokens as rules see them; none of those that no sentence holds.
    pub units: Vec<Unit>,
    /// All matches, stage by stage; losers keep their fate.
    pub mentions: Vec<Mention>,
    /// Those that stand, by their start.
    by_start: Vec<MentionId>,
    /// Alias mentions and the names that they stand for.
    pub aliases: Vec<(MentionId, MentionId)>,
    /// Whether a rule that was run alone got past its first element.
    pub got_in: bool,
}

impl<'t> Reading<'t> {
    /// A document before its mentions.
    pub fn new(text: &'t Text<'t>, tokens: Tokens, layout: Layout, sentences: Vec<Sentence>, language: Detected, hits: Hits) -> Self {
        let (units, mentions, by_start, aliases) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Reading { text, tokens, layout, sentences, language, hits, units, mentions, by_start, aliases, got_in: false }
    }

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

    /// Notes where the mentions that stand begin, once all have been found: for [`Reading::kept_in`].
    pub fn index(&mut self) {
        let mut kept: Vec<MentionId> = self.kept().map(|(id, _)| id).collect();
        kept.sort_by_key(|&id| (self.mentions[id as usize].span.start, id));
        self.by_start = kept;
    }

    /// The mentions that stand and lie in some tokens, in text order.
    pub fn kept_in(&self, tokens: Span<Tok>) -> impl Iterator<Item = (MentionId, &Mention)> {
        let start = |id: &MentionId| self.mentions[*id as usize].span.start;
        let first = self.by_start.partition_point(|id| start(id) < tokens.start);
        let here = self.by_start[first..].iter().take_while(move |id| start(id) < tokens.end);
        here.map(|&id| (id, &self.mentions[id as usize])).filter(move |(_, m)| tokens.contains(m.span))
    }

    /// The mentions that stand and begin at a token.
    pub fn kept_from(&self, token: u32) -> impl Iterator<Item = (MentionId, &Mention)> {
        let start = |id: &MentionId| self.mentions[*id as usize].span.start;
        let first = self.by_start.partition_point(|id| start(id) < token);
        self.by_start[first..].iter().take_while(move |id| start(id) == token).map(|&id| (id, &self.mentions[id as usize]))
    }

    pub fn kept(&self) -> impl Iterator<Item = (MentionId, &Mention)> {
        self.mentions.iter().enumerate().filter(|(_, m)| m.is_kept()).map(|(i, m)| (i as MentionId, m))
    }
}
