//! The house of an office that is told without it.

use super::RoleFact;
use crate::{
    entity::{Entities, EntityId, kind_of},
    lexicon::Hit,
    mention::{Kind, Mention},
    reading::Reading,
    reference::{Link, called, spoken_of, subject_of},
    rules::load::RuleSet,
    span::{Span, Tok},
    token::Shape,
};

/// An office told without its house is one of the house spoken of there; not where the same office of the same person
/// is told with its house, nor an office of the state, of a seat or of no house.
pub(super) fn fill(set: &RuleSet, reading: &Reading, entities: &Entities, roles: &mut [RoleFact]) {
    let bare = roles.iter().filter(|r| r.organization.is_none() && !housed(set, reading, r.title));
    let seats: Vec<(EntityId, Span<Tok>)> = bare.map(|r| (r.person, r.title)).collect();
    let told: Vec<(EntityId, Option<String>, Span<Tok>)> =
        roles.iter().filter(|r| r.organization.is_some()).map(|r| (r.person, r.normalized.clone(), r.title)).collect();
    for role in roles.iter_mut().filter(|r| r.organization.is_none() && !r.housed) {
        let elsewhere =
            told.iter().any(|(person, id, title)| *person == role.person && *id == role.normalized && says_all(reading, role.title, *title));
        let short = seats.iter().any(|&(person, seat)| person == role.person && shortens(reading, role.title, seat));
        if housed(set, reading, role.title) && !elsewhere && !short && !named_after(set, reading, role.title) && !of_some(set, reading, role.title) {
            role.organization = match noun_after(set, reading, role.title) {
                Some(noun) => {
                    let may = |e| generic(set, reading, noun) && may_be(set, reading, entities, noun, e);
                    // « Talvo names X director of the group »: the group is who names.
                    let subject = || subject_of(set, reading, entities, role.title, &may).filter(|_| company(set, reading, noun));
                    let named = || called(reading, entities, noun).or_else(|| spoken(set, reading, entities, role.title, &may));
                    subject().or_else(named)
                }
                None => spoken(set, reading, entities, role.title, &|_| true),
            };
        }
    }
}

/// Whether an office told without its house is one of the house spoken of.
fn housed(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    // « Head physician of the department of children »: a unit is no house.
    let unit = |t: usize| {
        (t + 1..t + 3).any(|t| t < title.end as usize && reading.tokens.list[t].shape.has(Shape::LOWER) && starts(set, reading, "org-unit", t))
    };
    let alone = |len: usize| {
        let next = title.start as usize + len;
        next >= title.end as usize || !starts(set, reading, "preposition", next) || unit(next)
    };
    let housed = match house_title(set, reading, title) {
        Some(("none", _)) => false,
        Some(("alone", len)) => alone(len),
        Some(("apart", len)) => alone(len) && !(len == title.len() && called_so(reading, title)),
        Some(_) => true,
        // « Group HR Director »: the word that is known closes the title.
        None => [title.start, title.end - 1].iter().any(|&t| starts(set, reading, "title", t as usize)) && !holds_place(reading, title),
    };
    housed && !serves(set, reading, title) && !of_nation(set, reading, title) && !of_commune(set, reading, title) && !of_project(set, reading, title)
}

/// « President Brennok »: the name follows at once.
fn called_so(reading: &Reading, title: Span<Tok>) -> bool {
    let line = |t: u32| reading.layout.blocks.iter().position(|b| b.tokens.contains(Span::new(t, t + 1)));
    let next = |m: &Mention| m.extent.start == title.end && line(title.start) == line(m.span.start);
    reading.kept_from(title.end).any(|(_, m)| m.kind == Kind::Person && next(m))
}

/// The house spoken of at an office: one of the kinds that the office wants, and no government that only names the holder.
fn spoken(set: &RuleSet, reading: &Reading, entities: &Entities, title: Span<Tok>, may: &dyn Fn(EntityId) -> bool) -> Option<Link> {
    let class = set.lexicon.class("house-kind");
    let wanted = reading.hits.at(title.start as usize).iter().find(|h| Some(h.class) == class).map(|h| set.lexicon.value(*h));
    let fits = |e: EntityId| match (wanted, kind_of(set, reading, &entities.list[e])) {
        (Some(kinds), Some(kind)) => kinds.split(' ').any(|k| k == kind.id),
        (Some(_), None) => false,
        (None, _) => true,
    };
    spoken_of(set, reading, entities, title, &|e, m| fits(e) && may(e) && !names(set, reading, m))
}

/// Whether a mention is of a government beside words of naming: it gives offices in other houses.
fn names(set: &RuleSet, reading: &Reading, mention: &Mention) -> bool {
    const NEAR: u32 = 4;
    let sentence = reading.sentences[mention.sentence as usize].tokens;
    let near = mention.extent.start.saturating_sub(NEAR).max(sentence.start)..(mention.extent.end + NEAR).min(sentence.end);
    let government = ["org-head", "org-generic"].iter().any(|class| {
        let hits = reading.hits.at(mention.span.start as usize).iter();
        set.lexicon.class(class).is_some_and(|c| hits.copied().any(|h| h.class == c && set.lexicon.value(h) == "government"))
    });
    government && near.into_iter().any(|t| starts(set, reading, "appoint-verb", t as usize))
}

/// Whether the words of a title are all among those of another, whatever their gender and number, or one of the two is a short form.
fn says_all(reading: &Reading, title: Span<Tok>, other: Span<Tok>) -> bool {
    const STEM: usize = 4;
    let stem = |t: usize| reading.tokens.key(t).chars().take(STEM).collect::<String>();
    let short = |title: Span<Tok>| title.len() == 1 && reading.tokens.list[title.start as usize].shape.has(Shape::ACRONYM);
    let mut rest = other.range();
    title.range().all(|a| rest.any(|b| stem(a) == stem(b))) || short(title) || short(other)
}

/// Whether one title says less of the same office: « the president » beside « the president of the region ».
fn shortens(reading: &Reading, title: Span<Tok>, other: Span<Tok>) -> bool {
    let mut rest = other.range();
    title.len() < other.len() && title.range().all(|a| rest.any(|b| reading.tokens.key(a) == reading.tokens.key(b)))
}

/// « Coordinator of the project Tide »: the office is in the project.
fn of_project(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    (title.start + 1..title.end).any(|t| starts(set, reading, "plan-noun", t as usize))
}

/// « Treasurer of the commune of Karsa »: a place in the title that is told as a government.
fn of_commune(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    let class = set.lexicon.class("org-head");
    let governs = |t: u32| reading.hits.at(t as usize).iter().any(|h| Some(h.class) == class && set.lexicon.value(*h) == "government");
    let told = |t: u32| reading.tokens.list[t as usize].shape.has(Shape::LOWER) && governs(t);
    reading.kept_in(title).any(|(_, m)| m.kind == Kind::Place && (title.start + 1..m.span.start).any(told))
}

/// « The French president »: an office that closes with the name of a people.
fn of_nation(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    title.len() > 1 && starts(set, reading, "demonym", title.end as usize - 1)
}

/// What the lexicon says of the houses of an office, and how many words of the title it knows.
pub(crate) fn house_title<'s>(set: &'s RuleSet, reading: &Reading, title: Span<Tok>) -> Option<(&'s str, usize)> {
    let class = set.lexicon.class("house-title")?;
    let known = reading.hits.at(title.start as usize).iter().find(|h| h.class == class)?;
    Some((set.lexicon.value(*known), usize::from(known.len)))
}

/// « Adviser of the minister »: an office beside one of the state, or in someone's service.
fn serves(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    let next = title.end as usize;
    if next + 1 < reading.tokens.list.len() && starts(set, reading, "preposition", next) {
        let end = (next + 3).min(reading.tokens.list.len());
        if (next + 1..end).take_while(|&t| t == next + 1 || starts(set, reading, "article", t - 1)).any(|t| starts(set, reading, "title", t)) {
            return true;
        }
    }
    serves_state(set, reading, title)
}

/// « Adviser of the president of the republic »: the title holds an office of the state.
pub(super) fn serves_state(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    (title.start + 1..title.end).any(|start| house_title(set, reading, Span::new(start, title.end)).is_some_and(|(value, _)| value == "none"))
}

pub(super) fn starts(set: &RuleSet, reading: &Reading, class: &str, token: usize) -> bool {
    set.lexicon.class(class).is_some_and(|c| reading.hits.at(token).iter().any(|h| h.class == c))
}

pub(super) fn holds_place(reading: &Reading, title: Span<Tok>) -> bool {
    reading.kept_in(title).any(|(_, m)| m.kind == Kind::Place)
}

fn definite(set: &RuleSet, reading: &Reading, token: u32) -> bool {
    let class = set.lexicon.class("article");
    let is = |h: &Hit| Some(h.class) == class && set.lexicon.value(*h) == "definite";
    reading.hits.at(token as usize).iter().any(is)
}

/// Whether a preposition and a capital follow that is no place, no day and no person (« on March 3 », « from Dr Brennok »): a house
/// that nobody knows.
fn named_after(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    let after = title.end as usize;
    // « Founder and head of Talvo »: both are of the one house.
    if starts(set, reading, "coordinator", after) {
        let next = reading.kept_from(title.end + 1).find(|(_, m)| m.kind == Kind::Title && m.span.start == title.end + 1);
        return next.is_some_and(|(_, m)| named_after(set, reading, m.span));
    }
    // « Of » and its article are one entry; a noun for any body may be the house spoken of.
    let class = set.lexicon.class("list-opener");
    let opener = reading.hits.at(after).iter().filter(|h| Some(h.class) == class).map(|h| u32::from(h.len)).max().unwrap_or(1);
    // « of the »: two entries where the preposition and its article are two words.
    let article = opener == 1 && starts(set, reading, "preposition", after) && definite(set, reading, title.end + 1);
    let name = title.end + opener + u32::from(article);
    if opener > 1 && (starts(set, reading, "org-generic", name as usize) || starts(set, reading, "org-head", name as usize)) {
        return false;
    }
    let Some(next) = reading.tokens.list.get(name as usize) else { return false };
    let is_place = || reading.kept_from(name).any(|(_, m)| m.kind == Kind::Place);
    let of = |t: usize| {
        let class = set.lexicon.class("list-opener");
        reading.hits.at(t).iter().any(|h| Some(h.class) == class && set.lexicon.value(*h) == "de")
    };
    let opens = |t: u32, kind: Kind| reading.kept_from(t).any(|(_, m)| m.extent.start == name && m.kind == kind);
    let other = || (name..name + 3).any(|t| opens(t, Kind::Date) || opens(t, Kind::Person));
    let named = || !other() && (of(after) || !is_place());
    starts(set, reading, "preposition", after) && next.shape.has(Shape::CAP) && named()
}

/// The noun that a preposition puts right after the office: « director of the school ».
fn noun_after(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> Option<u32> {
    let is = |class: &str, t: u32| starts(set, reading, class, t as usize);
    let end = title.end + (reading.tokens.list.len() as u32 - title.end).min(3);
    let after = (title.end..end).find(|&t| !is("preposition", t) && !is("article", t))?;
    let lower = reading.tokens.list[after as usize].shape.has(Shape::LOWER);
    (after > title.end && is("preposition", title.end) && lower && (is("org-head", after) || is("org-generic", after))).then_some(after)
}

/// « Owner of a shop »: of a house without a name.
fn of_some(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    let indefinite = |t: u32| {
        let class = set.lexicon.class("article");
        reading.hits.at(t as usize).iter().any(|h| Some(h.class) == class && set.lexicon.value(*h) == "indefinite")
    };
    title.end + 1 < reading.tokens.list.len() as u32 && starts(set, reading, "preposition", title.end as usize) && indefinite(title.end + 1)
}

/// Whether a body can be meant by a common noun: « the ministry » is a ministry, « the company » may be any.
fn may_be(set: &RuleSet, reading: &Reading, entities: &Entities, noun: u32, entity: EntityId) -> bool {
    const NARROW: [&str; 6] = ["ministry", "university", "bank", "hospital", "government", "school"];
    const STATE: [&str; 2] = ["ministry", "government"];
    const NO_COMPANY: [&str; 7] = ["ministry", "government", "university", "association", "hospital", "school", "international"];
    let class = set.lexicon.class("org-generic");
    let hits = reading.hits.at(noun as usize).iter().copied();
    let kinds: Vec<&str> = hits.filter(|h| Some(h.class) == class).map(|h| set.lexicon.value(h)).collect();
    let kind = kind_of(set, reading, &entities.list[entity]);
    if !kinds.is_empty() && kinds.iter().all(|k| *k == "company") && kind.as_ref().is_some_and(|kind| NO_COMPANY.contains(&kind.id)) {
        return false;
    }
    kinds.iter().any(|k| !NARROW.contains(k)) || kind.map_or(!kinds.iter().any(|k| STATE.contains(k)), |kind| kinds.contains(&kind.id))
}

/// « The group »: a noun for companies only.
fn company(set: &RuleSet, reading: &Reading, noun: u32) -> bool {
    let class = set.lexicon.class("org-generic");
    let mut kinds = reading.hits.at(noun as usize).iter().filter(|h| Some(h.class) == class).map(|h| set.lexicon.value(*h)).peekable();
    kinds.peek().is_some() && kinds.all(|k| k == "company")
}

/// « The company », not « the French company », which is another one.
fn generic(set: &RuleSet, reading: &Reading, noun: u32) -> bool {
    let next = noun as usize + 1;
    let named = |t: usize| reading.tokens.list.get(t).is_some_and(|token| token.shape.has(Shape::LOWER) || token.shape.has(Shape::CAP));
    // « The union of the artists », « the branch of Karsa » is one of its own.
    let of = next < reading.tokens.list.len()
        && set.lexicon.class("list-opener").is_some_and(|class| {
            reading.hits.at(next).iter().any(|h| h.class == class && set.lexicon.value(*h) == "de" && named(next + usize::from(h.len)))
        });
    let told_apart = of || next < reading.tokens.list.len() && starts(set, reading, "demonym", next);
    starts(set, reading, "org-generic", noun as usize) && !told_apart
}
