//! What rules see of a sentence: tokens, and mentions of earlier stages folded into one symbol each.

use super::{
    page::Page,
    symbol::{SymbolId, Symbols},
};
use crate::{
    mention::{Kind, MentionId},
    span::{Span, Tok},
    token::Gap,
};

/// A token, or a mention that stands as one symbol.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    pub tokens: Span<Tok>,
    pub mention: Option<MentionId>,
    pub(super) symbol: SymbolId,
    /// Nothing, not even a space, before it.
    pub(super) glued: bool,
}

/// A mention to fold: its extent, its id and type.
pub type Fold = (Span<Tok>, MentionId, Kind);

impl Page<'_> {
    /// A token as a unit.
    pub fn unit(&self, token: usize, symbol: SymbolId) -> Unit {
        Unit { tokens: Span::of(token, token + 1), mention: None, symbol, glued: self.tokens.list[token].gap == Gap::None }
    }

    /// The units of `range`: its tokens, with the mentions of `folds` (in order, apart from one another) as one unit each.
    pub fn fold(&self, range: Span<Tok>, tokens: &[Unit], folds: &[Fold], symbols: &mut Symbols, units: &mut Vec<Unit>) {
        units.clear();
        let mut at = range.start;
        for &(extent, id, kind) in folds.iter().filter(|fold| fold.0.end > range.start) {
            let (start, end) = (extent.start.max(at), extent.end.min(range.end));
            units.extend_from_slice(&tokens[at as usize..start as usize]);
            let opens = tokens[start as usize];
            let symbol = symbols.of_mention(self.set, opens.symbol, kind);
            units.push(Unit { tokens: Span::new(start, end), mention: Some(id), symbol, glued: opens.glued });
            at = end;
        }
        units.extend_from_slice(&tokens[at as usize..range.end as usize]);
    }
}
