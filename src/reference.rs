//! What « le groupe », « l'Université », « les deux parties » mean here.

use crate::{
    entity::{Entities, EntityId, kind_of},
    mention::{Kind, Mention, MentionId},
    reading::Reading,
    rules::load::RuleSet,
    span::{Span, Tok},
};

/// An organisation or place that a relation names, and the words that carried it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub entity: EntityId,
    /// The name in the text, or the reference.
    pub span: Span<Tok>,
    /// Whether `span` is a reference and no name.
    pub via: bool,
}

/// The entity that a captured mention is or means.
pub fn link(set: &RuleSet, reading: &Reading, entities: &Entities, id: MentionId) -> Option<Link> {
    let mention = &reading.mentions[id as usize];
    match mention.kind {
        Kind::RefOrg => organization(set, reading, entities, mention).map(|entity| Link { entity, span: mention.span, via: true }),
        Kind::RefPerson => person(reading, entities, mention).map(|entity| Link { entity, span: mention.span, via: true }),
        _ => entities.of(id).map(|entity| Link { entity, span: mention.span, via: false }),
    }
}

/// The organisation that a generic noun means: one whose name begins with that noun, else one of the noun's kind;
/// the nearest earlier one in the block, else the document's only one. Two candidates are none.
fn organization(set: &RuleSet, reading: &Reading, entities: &Entities, reference: &Mention) -> Option<EntityId> {
    let slot = set.rules[reference.rule as usize].slot_of("head");
    let head = slot.and_then(|s| reference.captures_of(s).next()).map_or(reference.span, |c| c.span);
    let class = set.lexicon.class("org-generic")?;
    let lang = reading.lang(reference.sentence as usize);
    let hit = reading.hits.exactly(head.start as usize, head.len(), class, lang)?;
    let kind = set.lexicon.value(hit);
    let organizations = || (0..entities.list.len()).filter(|&e| entities.list[e].kind == Kind::Organization);
    let begins = |e: usize| {
        entities.list[e].mentions.iter().any(|&m| {
            let name = reading.mentions[m as usize].span;
            name.len() > head.len() && head.range().zip(name.range()).all(|(a, b)| reading.tokens.key(a) == reading.tokens.key(b))
        })
    };
    let named: Vec<EntityId> = organizations().filter(|&e| begins(e)).collect();
    if !named.is_empty() {
        return choose(reading, entities, reference, &named);
    }
    let same: Vec<EntityId> = organizations().filter(|&e| kind_of(set, reading, &entities.list[e]).is_some_and(|k| k.id == kind)).collect();
    choose(reading, entities, reference, &same)
}

/// The organisation spoken of at some words: the nearest before them in their block, else the first of the document, if it stands before them.
pub fn spoken_of(reading: &Reading, entities: &Entities, at: Span<Tok>) -> Option<Link> {
    let block = |m: &Mention| reading.sentences[m.sentence as usize].block;
    let organizations = || {
        let list = entities.list.iter().enumerate().filter(|(_, e)| e.kind == Kind::Organization);
        let all = list.flat_map(|(i, e)| e.mentions.iter().map(move |&m| (&reading.mentions[m as usize], i)));
        all.filter(|(m, _)| m.span.end <= at.start)
    };
    let here = reading.sentences.iter().find(|s| s.tokens.start <= at.start && at.start < s.tokens.end)?.block;
    let before = organizations().filter(|(m, _)| block(m) == here).max_by_key(|(m, _)| m.span.end);
    let found = before.or_else(|| organizations().min_by_key(|(m, _)| m.span.start));
    found.map(|(m, entity)| Link { entity, span: m.span, via: true })
}

fn person(reading: &Reading, entities: &Entities, reference: &Mention) -> Option<EntityId> {
    let people: Vec<EntityId> = (0..entities.list.len()).filter(|&e| entities.list[e].kind == Kind::Person).collect();
    choose(reading, entities, reference, &people).or_else(|| only_above(reading, entities, reference, &people))
}

/// The one person of the block above.
fn only_above(reading: &Reading, entities: &Entities, reference: &Mention, people: &[EntityId]) -> Option<EntityId> {
    let block = |m: &Mention| reading.sentences[m.sentence as usize].block;
    let above = |&e: &EntityId| entities.list[e].mentions.iter().any(|&m| block(&reading.mentions[m as usize]) + 1 == block(reference));
    let mut found = people.iter().copied().filter(above);
    found.next().filter(|_| found.next().is_none())
}

fn choose(reading: &Reading, entities: &Entities, reference: &Mention, candidates: &[EntityId]) -> Option<EntityId> {
    let block = |m: &Mention| reading.sentences[m.sentence as usize].block;
    let before = |&e: &EntityId| {
        let mentions = entities.list[e].mentions.iter().map(|&m| &reading.mentions[m as usize]);
        mentions.filter(|m| m.span.end <= reference.span.start && block(m) == block(reference)).map(|m| m.span.end).max()
    };
    let near = candidates.iter().copied().filter_map(|e| Some((before(&e)?, e))).max();
    match near {
        Some((_, e)) => Some(e),
        None if candidates.len() == 1 => Some(candidates[0]),
        None => None,
    }
}
