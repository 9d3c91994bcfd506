//! What « le groupe », « l'Université », « les deux parties » mean here.

use crate::{
    entity::{Entities, EntityId, kind_of},
    layout::{BlockKind, Zone},
    mention::{Kind, Mention, MentionId},
    reading::Reading,
    rules::load::RuleSet,
    span::{Span, Tok},
    token::Shape,
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
        Kind::RefPerson => person(set, reading, entities, mention).map(|entity| Link { entity, span: mention.span, via: true }),
        _ => entities.of(id).map(|entity| Link { entity, span: mention.span, via: false }),
    }
}

/// The kind of a noun that any body may be called by: it means the one spoken of.
const LAST_TOLD: &str = "body";

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
            let name = &reading.mentions[m as usize];
            // « the association Talvo » is told with its noun, though that is no part of its name.
            [name.span, Span::new(name.extent.start, name.span.end)]
                .iter()
                .any(|s| s.len() > head.len() && head.range().zip(s.range()).all(|(a, b)| reading.tokens.key(a) == reading.tokens.key(b)))
        })
    };
    let named: Vec<EntityId> = organizations().filter(|&e| begins(e)).collect();
    if !named.is_empty() {
        return choose(reading, entities, reference, &named);
    }
    if kind == LAST_TOLD {
        return spoken_of(set, reading, entities, reference.span, &|_, _| true).map(|l| l.entity);
    }
    let same: Vec<EntityId> = organizations().filter(|&e| kind_of(set, reading, &entities.list[e]).is_some_and(|k| k.id == kind)).collect();
    choose(reading, entities, reference, &same)
}

/// The tokens before a name in a bracket among which the bracket opens.
const ASIDE: u32 = 24;

/// The tokens of the longest line that stands above a list.
const HEADING: usize = 16;

/// The organisation spoken of at some words: the last subject of their sentence, of their block, else the nearest one before them in
/// the block, that of the line above a list, else the first of the document, if it stands before them. `fits` says which may be meant.
pub fn spoken_of(set: &RuleSet, reading: &Reading, entities: &Entities, at: Span<Tok>, fits: &dyn Fn(EntityId, &Mention) -> bool) -> Option<Link> {
    let block = |m: &Mention| reading.sentences[m.sentence as usize].block;
    let sentence = reading.sentences.iter().position(|s| s.tokens.start <= at.start && at.start < s.tokens.end)?;
    let organizations = || {
        let list = entities.list.iter().enumerate().filter(|(_, e)| e.kind == Kind::Organization);
        let all = list.flat_map(|(i, e)| e.mentions.iter().map(move |&m| (&reading.mentions[m as usize], i)));
        // « Talvo (Zorbec) »: what stands in a bracket is told by the way.
        let bracketed = |m: &Mention| {
            let marks = (m.extent.start.saturating_sub(ASIDE)..m.extent.start).rev().map(|t| reading.tokens.key(t as usize));
            marks.into_iter().find(|&key| key == "(" || key == ")") == Some("(")
        };
        all.filter(move |(m, e)| m.span.end <= at.start && !bracketed(m) && fits(*e, m))
    };
    let near = organizations().filter(|(m, _)| block(m) == reading.sentences[sentence].block);
    // Contact lines have no subjects; who is told there without a house is of the body that the document opens with.
    let number = reading.sentences[sentence].block as usize;
    let block_of = &reading.layout.blocks[number];
    let has = |shape| block_of.tokens.range().any(|t| reading.tokens.list[t].shape.has(shape));
    let contact = block_of.zone == Zone::Contact || number + 1 == reading.layout.blocks.len() && (has(Shape::EMAIL) || has(Shape::URL));
    let nearest = near.max_by_key(|(m, _)| {
        let subject = !contact && opens(set, reading, m);
        (subject && m.sentence as usize == sentence, subject, m.span.end)
    });
    let near_enough = |m: &Mention| m.sentence as usize == sentence || opens(set, reading, m);
    let nearest = nearest.filter(|(m, _)| near_enough(m));
    let told = |e: usize| entities.list[e].mentions.len();
    // The items below « Ministry of Health » are of the house that closes the line above them.
    // So are the lines below « For the Ministry of Health: ».
    let heading = || {
        let blocks = &reading.layout.blocks;
        let listed = block_of.kind == BlockKind::ListItem;
        let colon = |b: usize| blocks[b].tokens.range().last().is_some_and(|t| reading.tokens.key(t) == ":");
        let short = |b: &usize| blocks[*b].tokens.len() <= HEADING;
        // A line in capitals, or marked as one, stands above all paragraphs down to the next such line.
        let section = || {
            let headed = |&b: &usize| blocks[b].kind == BlockKind::Heading || short(&b) && in_capitals(reading, blocks[b].tokens);
            (1..number).rev().find(headed)
        };
        let above = if listed {
            (0..number).rev().find(|&b| blocks[b].kind != BlockKind::ListItem).filter(short)
        } else {
            (0..number).rev().take_while(|b| short(b) && short(&number)).find(|&b| colon(b)).or_else(section)
        };
        let line = blocks[above?].tokens;
        let opened = listed && colon(above?);
        let closing = organizations().filter(|(m, _)| line.contains(m.extent) && (opened || m.extent.end + 1 >= line.end));
        closing.max_by_key(|(m, _)| m.span.end)
    };
    // « - X, dean of Y, treasurer »: what stands apart in an item is in the house of the line above the list.
    let apart = at.start > 0 && reading.tokens.list[at.start as usize - 1].shape.has(Shape::PUNCT);
    let item = if block_of.kind == BlockKind::ListItem && apart { heading() } else { None };
    let found = item
        .or(nearest)
        .or_else(heading)
        .or_else(|| organizations().max_by_key(|(m, e)| (if contact { 0 } else { told(*e) }, std::cmp::Reverse(m.span.start))));
    found.map(|(m, entity)| Link { entity, span: m.span, via: true })
}

/// Whether the words of a line are in capitals.
fn in_capitals(reading: &Reading, line: Span<Tok>) -> bool {
    let words = || line.range().filter(|&t| !reading.tokens.list[t].shape.has(Shape::PUNCT));
    words().count() > 1 && words().all(|t| reading.tokens.list[t].shape.has(Shape::ALLCAPS))
}

/// The organisation that is the subject of the sentence of some words, before them.
pub fn subject_of(set: &RuleSet, reading: &Reading, entities: &Entities, at: Span<Tok>, fits: &dyn Fn(EntityId) -> bool) -> Option<Link> {
    let list = entities.list.iter().enumerate().filter(|(i, e)| e.kind == Kind::Organization && fits(*i));
    let all = list.flat_map(|(i, e)| e.mentions.iter().map(move |&m| (&reading.mentions[m as usize], i)));
    let here = |m: &Mention| m.span.end <= at.start && reading.sentences[m.sentence as usize].tokens.contains(at);
    let found = all.filter(|(m, _)| here(m) && opens(set, reading, m)).max_by_key(|(m, _)| m.span.end);
    found.map(|(m, entity)| Link { entity, span: m.span, via: true })
}

/// The organisation that has this noun in its name, or right before it: the nearest one, else the first.
pub fn called(reading: &Reading, entities: &Entities, noun: u32) -> Option<Link> {
    let key = reading.tokens.key(noun as usize);
    let list = entities.list.iter().enumerate().filter(|(_, e)| e.kind == Kind::Organization);
    let all = list.flat_map(|(i, e)| e.mentions.iter().map(move |&m| (&reading.mentions[m as usize], i)));
    let holds = |m: &Mention| m.extent.range().any(|t| reading.tokens.key(t) == key);
    let found = all.filter(|(m, _)| holds(m) && !m.extent.range().any(|t| t == noun as usize));
    let (mention, entity) =
        found.max_by_key(|(m, _)| if m.extent.end <= noun { (1, i64::from(m.span.start)) } else { (0, -i64::from(m.span.start)) })?;
    Some(Link { entity, span: mention.span, via: true })
}

/// Whether a name opens its sentence or follows a mark, small words, a board or an office of its own aside: it is a subject, as a rule.
fn opens(set: &RuleSet, reading: &Reading, mention: &Mention) -> bool {
    let first = reading.sentences[mention.sentence as usize].tokens.start;
    let len = |t: u32, classes: &[&str]| {
        let is = |class| classes.iter().any(|c| set.lexicon.class(c) == Some(class));
        reading.hits.at(t as usize).iter().filter(|h| is(h.class)).map(|h| u32::from(h.len)).max()
    };
    let before = |t: u32| t.checked_sub(1).filter(|&t| t >= first);
    let start = before(mention.extent.start).filter(|&t| len(t, &["article"]).is_some()).unwrap_or(mention.extent.start);
    // « Member of X, she … » : an apposition, and X is no subject.
    if start > first && len(first, &["title"]).is_some() {
        return false;
    }
    let mut t = first;
    while t < start {
        match len(t, &["article", "preposition", "org-head", "org-generic", "org-unit", "title"]) {
            Some(n) => t += n,
            None => break,
        }
    }
    let led = t == start && mention.kind == Kind::Organization;
    led || before(start).is_none_or(|t| reading.tokens.list[t as usize].shape.has(Shape::PUNCT))
}

/// The last person of the sentence, else the last who opens a sentence or a clause of the block, else whoever was told of last; not
/// whom another replaces.
fn person(set: &RuleSet, reading: &Reading, entities: &Entities, reference: &Mention) -> Option<EntityId> {
    let wanted = gender(set, reading, reference.span, "gendered");
    let agrees = |e: EntityId| wanted.is_none() || gender_of(set, reading, entities, e).is_none_or(|g| Some(g) == wanted);
    let people: Vec<EntityId> = (0..entities.list.len()).filter(|&e| entities.list[e].kind == Kind::Person && agrees(e)).collect();
    let block = |m: &Mention| reading.sentences[m.sentence as usize].block;
    let told = |&e: &EntityId| {
        let mentions = entities.list[e].mentions.iter().map(|&m| &reading.mentions[m as usize]);
        let before = mentions.filter(|m| m.span.end <= reference.span.start && block(m) == block(reference) && !replaced(set, reading, m));
        let subjects = before.filter(|m| m.sentence == reference.sentence || opens(set, reading, m));
        subjects.map(|m| (m.sentence == reference.sentence, m.span.end)).max()
    };
    let subject = people.iter().filter_map(|e| Some((told(e)?, *e))).max();
    let all: Vec<EntityId> = people.into_iter().filter(|&e| first(reading, entities, e) < reference.span.start).collect();
    let stays = |&e: &EntityId| entities.list[e].mentions.iter().any(|&m| !replaced(set, reading, &reading.mentions[m as usize]));
    let told: Vec<EntityId> = if all.iter().any(stays) { all.into_iter().filter(stays).collect() } else { all };
    subject.map(|(_, e)| e).or_else(|| choose(reading, entities, reference, &told)).or_else(|| only_above(reading, entities, reference, &told))
}

/// What a class says of the gender of the first of some words that it knows, unless it may be either.
fn gender<'s>(set: &'s RuleSet, reading: &Reading, words: Span<Tok>, class: &str) -> Option<&'s str> {
    const EITHER: &str = "u";
    let class = set.lexicon.class(class)?;
    let known = words.range().find_map(|t| reading.hits.at(t).iter().find(|h| h.class == class));
    known.map(|h| set.lexicon.value(*h)).filter(|value| *value != EITHER)
}

/// The gender of a person, by the article or the form of address before a name, else by the given name.
fn gender_of<'s>(set: &'s RuleSet, reading: &Reading, entities: &Entities, person: EntityId) -> Option<&'s str> {
    let mentions = || entities.list[person].mentions.iter().map(|&m| &reading.mentions[m as usize]);
    let address = |m: &Mention| gender(set, reading, Span::new(m.extent.start.saturating_sub(1), m.span.start), "gendered");
    let given = |m: &Mention| gender(set, reading, Span::new(m.span.start, m.span.start + 1), "given-name");
    mentions().find_map(address).or_else(|| mentions().find_map(given))
}

/// Whether words for a predecessor stand before a name: « she replaces Tolvar Brennok ».
fn replaced(set: &RuleSet, reading: &Reading, mention: &Mention) -> bool {
    const NEAR: u32 = 4;
    let class = set.lexicon.class("predecessor-cue");
    let start = reading.sentences[mention.sentence as usize].tokens.start;
    let mut near = mention.extent.start.saturating_sub(NEAR).max(start)..mention.extent.start;
    near.any(|t| reading.hits.at(t as usize).iter().any(|h| Some(h.class) == class))
}

/// The one person of the block above.
fn only_above(reading: &Reading, entities: &Entities, reference: &Mention, people: &[EntityId]) -> Option<EntityId> {
    let block = |m: &Mention| reading.sentences[m.sentence as usize].block;
    let above = |&e: &EntityId| entities.list[e].mentions.iter().any(|&m| block(&reading.mentions[m as usize]) + 1 == block(reference));
    let mut found = people.iter().copied().filter(above);
    found.next().filter(|_| found.next().is_none())
}

fn first(reading: &Reading, entities: &Entities, entity: EntityId) -> u32 {
    let starts = entities.list[entity].mentions.iter().map(|&m| reading.mentions[m as usize].span.start);
    starts.min().unwrap_or(u32::MAX)
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
