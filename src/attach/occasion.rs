//! « On that occasion they signed »: the day and the place are those of the event that the sentence before tells of.

use super::{Agreement, is_new};
use crate::{
    entity::{Entities, place_id},
    mention::{Kind, Mention, MentionId},
    reading::Reading,
    relation::Source,
    rules::load::RuleSet,
};

/// Gives new agreements without day and place those of the event, where the sentence before has one day, or one town, alone.
pub(super) fn lend(set: &RuleSet, reading: &Reading, entities: &Entities, agreements: &mut [Agreement], old: &dyn Fn(MentionId) -> bool) {
    let Some(class) = set.lexicon.class("occasion") else { return };
    let opens = |sentence: u32| {
        let tokens = reading.sentences[sentence as usize].tokens;
        tokens.range().any(|t| reading.hits.at(t).iter().any(|h| h.class == class))
    };
    for agreement in agreements.iter_mut().filter(|a| is_new(a.status) && a.date.is_none()) {
        let event = agreement.told.iter().filter(|t| t.1 > 0 && opens(t.1)).map(|t| t.1 - 1).min();
        let Some(event) = event else { continue };
        if let Some((date, mention)) = only(reading, event, Kind::Date).filter(|(id, _)| !old(*id)) {
            agreement.date = Some((date, mention.rule));
            let place = only(reading, event, Kind::Place)
                .filter(|(_, m)| agreement.place.is_none() && place_id(set, reading, m).is_some_and(|id| id.starts_with("city/")));
            if let Some((entity, place)) = place.and_then(|(id, m)| Some((entities.of(id)?, m))) {
                agreement.place = Some((entity, Source { span: place.span, rule: place.rule, via: true }));
            }
        }
    }
}

/// The only mention of a kind in a sentence.
fn only<'r>(reading: &'r Reading, sentence: u32, kind: Kind) -> Option<(MentionId, &'r Mention)> {
    let mut found = reading.kept_in(reading.sentences[sentence as usize].tokens).filter(|(_, m)| m.kind == kind);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
