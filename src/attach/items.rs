//! Several agreements announced in one sentence, and an item of a list for each of them.

use super::{Agreement, Told, is_new};
use crate::{
    layout::BlockKind,
    mention::{Kind, MentionId},
    reading::Reading,
    record::AgreementStatus,
    relation::Number,
};

/// The agreement is named among so many tokens at the start of its item.
const OPENING: u32 = 4;

/// The sentence, and the words that name the agreement, of the items that follow a block and open with an agreement.
fn items(reading: &Reading, block: usize) -> Vec<(u32, MentionId)> {
    let blocks = reading.layout.blocks.iter().enumerate().skip(block + 1);
    let mut out = Vec::new();
    for (number, item) in blocks.take_while(|(_, b)| b.kind == BlockKind::ListItem) {
        let opens = |start: u32| start >= item.tokens.start && start <= item.tokens.start + OPENING;
        let named = reading.kept().filter(|(_, m)| m.kind == Kind::Agreement && opens(m.span.start)).min_by_key(|(_, m)| m.span.start);
        if let Some((id, mention)) = named.filter(|(_, m)| reading.sentences[m.sentence as usize].block as usize == number) {
            out.push((mention.sentence, id));
        }
    }
    out
}

/// One agreement for each item: one told in full there, else one of the same bodies; none where a part told there says that it is yet to come.
pub(super) fn split(reading: &Reading, agreements: &mut Vec<Agreement>, parts: &[Told]) {
    let block = |sentence: u32| reading.sentences[sentence as usize].block as usize;
    let several = |a: &Agreement| is_new(a.status) && matches!(a.number, Number::Many(_)) && !a.parties.is_empty();
    let found = agreements.iter().enumerate().filter(|(_, a)| several(a)).find_map(|(i, a)| {
        let lists = a.told.iter().map(|t| items(reading, block(t.1)));
        lists.max_by_key(Vec::len).filter(|list| list.len() > 1).map(|list| (i, list))
    });
    let Some((i, list)) = found else { return };
    let whole = agreements.remove(i);
    for (sentence, name) in list {
        let here = |a: &&mut Agreement| a.told.iter().any(|t| block(t.1) == block(sentence));
        if let Some(told) = agreements.iter_mut().find(here) {
            if told.status != AgreementStatus::Planned {
                told.share(reading, &whole);
            }
            // « The house signs three of them: one with A, one with B »
            if told.parties.len() == 1 && whole.parties.len() == 1 && told.parties[0].0 != whole.parties[0].0 {
                told.parties.push(whole.parties[0].clone());
            }
            continue;
        }
        if whole.parties.len() < 2 {
            continue;
        }
        if parts.iter().any(|(f, _)| block(f.sentence) == block(sentence) && f.status == Some(AgreementStatus::Planned)) {
            continue;
        }
        let extent = reading.mentions[name as usize].extent;
        let name = Some((name, reading.mentions[name as usize].rule));
        agreements.push(Agreement { number: Number::One, name, told: vec![(extent, sentence)], ..whole.clone() });
    }
}
