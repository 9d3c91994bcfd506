//! The bodies of a statement: those that it names, those that its signers sign for.

use super::block_kind;
use crate::{
    entity::{Entities, place_id},
    layout::BlockKind,
    mention::{Kind, Mention, MentionId},
    reading::Reading,
    reference::Link,
    relation::{AgreementFact, Number, RoleFact, house_title},
    rules::load::RuleSet,
    span::{Span, Tok},
};

/// The named parties, and the houses of those who sign for an office that says its house; where only people sign, the bodies that they
/// sign for.
pub(super) fn of(set: &RuleSet, reading: &Reading, entities: &Entities, fact: &AgreementFact, roles: &[RoleFact]) -> Vec<Link> {
    let mut parties = fact.parties.clone();
    // A continent agrees to nothing.
    let continent = |l: &Link| {
        let mut places = entities.list[l.entity].mentions.iter().filter_map(|&m| place_id(set, reading, &reading.mentions[m as usize]));
        places.any(|id| id.starts_with("continent/"))
    };
    parties.retain(|l| matches!(entities.list[l.entity].kind, Kind::Organization | Kind::Place) && !continent(l));
    if !fact.whole {
        return parties;
    }
    if parties.is_empty() && fact.signatories.is_empty() {
        parties = below(reading, entities, fact.extent);
    }
    // « She has signed with X »: her house is the other side.
    let bare = parties.is_empty();
    let none = bare || parties.len() == 1 && fact.side == 0;
    for signatory in &fact.signatories {
        let told = || roles.iter().filter(|r| r.person == signatory.entity);
        let near = |r: &&RoleFact| reading.sentences[fact.sentence as usize].tokens.contains(r.title);
        let role = told().filter(|r| r.organization.is_some()).find(near).or_else(|| told().find(|r| r.organization.is_some()));
        let own = role.filter(|_| none && (bare || fact.signatories.len() == 1 || signatory.via)).and_then(|r| r.organization.clone());
        let house = || if role.is_none() { told().find_map(|r| house_of(reading, entities, r.title)) } else { None };
        if let Some(link) = own.or_else(house)
            && !parties.iter().any(|p| p.entity == link.entity)
        {
            parties.push(link);
        }
    }
    // « This accord was signed by the ambassador »: the bodies were told before.
    let people = || {
        let housed = |l: &Link| roles.iter().any(|r| r.person == l.entity && r.organization.is_some());
        let titles = |l: &Link| roles.iter().filter(|r| r.person == l.entity).map(|r| r.title).collect::<Vec<_>>();
        let people = fact.signatories.iter().filter(|l| !housed(l)).map(titles).collect::<Vec<_>>();
        people.into_iter().chain(fact.offices.iter().map(|&o| vec![o]))
    };
    let referred = matches!(fact.number, Number::Nth(_)) || fact.agreement.is_some_and(|id| reading.mentions[id as usize].kind == Kind::RefAgreement);
    if parties.len() < 2 && !referred {
        let states = states(set, reading, entities, people());
        if states.len() + parties.len() > 1 {
            parties.extend(states.into_iter().filter(|s| parties.iter().all(|p| p.entity != s.entity)).collect::<Vec<_>>());
        }
    }
    // A mayor who signs beside those of named houses signs for the town, if no body that bears its name is there.
    let towns: Option<Vec<Link>> = people().map(|titles| town_of(set, reading, entities, &titles)).collect();
    if !parties.is_empty() && !referred {
        let last = |l: &Link| reading.tokens.key(l.span.end as usize - 1);
        for town in towns.unwrap_or_default() {
            let mut words = parties.iter().flat_map(|p| &entities.list[p.entity].mentions).flat_map(|&m| reading.mentions[m as usize].span.range());
            if !words.any(|t| reading.tokens.key(t) == last(&town)) {
                parties.push(town);
            }
        }
    }
    parties
}

/// The bodies that open the items of a list which words that end in a colon announce.
fn below(reading: &Reading, entities: &Entities, words: Span<Tok>) -> Vec<Link> {
    const OPENING: u32 = 4;
    let blocks = &reading.layout.blocks;
    let after = blocks.partition_point(|b| b.tokens.start < words.end);
    let announced = after > 0 && blocks[after - 1].tokens.end == words.end && reading.tokens.key(words.end as usize - 1) == ":";
    let items = blocks[after..].iter().take_while(|b| announced && b.kind == BlockKind::ListItem);
    let body = |start: u32| {
        let opens = |m: &Mention| m.kind == Kind::Organization && m.span.start >= start && m.span.start <= start + OPENING;
        let (id, m) = reading.kept().filter(|(_, m)| opens(m)).min_by_key(|(_, m)| m.span.start)?;
        Some(Link { entity: entities.of(id)?, span: m.span, via: false })
    };
    items.filter_map(|item| body(item.tokens.start)).collect()
}

/// The states and towns that those who sign stand for, one for each of them: the first country that their titles name or have an adjective of,
/// or the town that the title is a mayor's of; for the one whose titles have none the country that another one is sent to.
fn states(set: &RuleSet, reading: &Reading, entities: &Entities, signers: impl Iterator<Item = Vec<Span<Tok>>>) -> Vec<Link> {
    let country = |m: &Mention| place_id(set, reading, m).filter(|id| id.starts_with("country/"));
    let places = || reading.kept().filter(|(_, m)| m.kind == Kind::Place);
    let link = |(id, m): (MentionId, &Mention)| Some(Link { entity: entities.of(id)?, span: m.span, via: false });
    let named = |titles: &Vec<Span<Tok>>| {
        let inside = |m: &Mention| titles.iter().any(|t| t.contains(m.span));
        let mut countries: Vec<Link> = places().filter(|(_, m)| inside(m) && country(m).is_some()).filter_map(link).collect();
        if let Some(id) = titles.iter().find_map(|&t| adjective(set, reading, t)).filter(|_| countries.is_empty()) {
            countries.extend(places().filter(|(_, m)| country(m) == Some(id)).find_map(link));
        }
        countries
    };
    let town = |titles: &Vec<Span<Tok>>| town_of(set, reading, entities, titles);
    // A minister whose title names no country is one of the country of the dateline.
    let office = |titles: &Vec<Span<Tok>>| titles.iter().any(|&t| house_title(set, reading, t).is_some_and(|(value, _)| value == "none"));
    let home = || {
        let code = home(set, reading)?;
        places().filter(|(_, m)| country(m).is_some_and(|id| id.ends_with(code))).find_map(link)
    };
    // Who holds the office of a town or a region stands for no state.
    let placed = |titles: &Vec<Span<Tok>>| places().any(|(_, m)| titles.iter().any(|t| t.contains(m.span)));
    let signers: Vec<_> = signers.collect();
    // Where one signs for a body that is not told here, mayors alone do not make the agreement.
    let towns: Vec<Link> = signers.iter().filter_map(town).collect();
    if !towns.is_empty() && towns.len() == signers.len() {
        return towns;
    }
    let mut countries: Vec<(Vec<Link>, bool)> = Vec::new();
    for titles in signers {
        let mut found = named(&titles);
        let placed = placed(&titles);
        if found.is_empty() && !placed && office(&titles) {
            found.extend(home());
        }
        countries.push((found, placed));
    }
    let mut out: Vec<Link> = Vec::new();
    let host = countries.iter().find_map(|c| c.0.get(1));
    for link in countries.iter().filter_map(|(c, placed)| c.first().or(host.filter(|_| !placed))) {
        if !out.iter().any(|l| l.entity == link.entity) {
            out.push(link.clone());
        }
    }
    out
}

/// The town that one of some titles is a mayor's of.
fn town_of(set: &RuleSet, reading: &Reading, entities: &Entities, titles: &[Span<Tok>]) -> Option<Link> {
    let link = |(id, m): (MentionId, &Mention)| Some(Link { entity: entities.of(id)?, span: m.span, via: false });
    let title = *titles.iter().find(|&&t| of_a_town(set, reading, t))?;
    let named = reading.kept().filter(|(_, m)| m.kind == Kind::Organization && ends_with(reading, title, m.span));
    let inside = reading.kept().filter(|(_, m)| m.kind == Kind::Place && title.contains(m.span));
    named.filter_map(link).next().or_else(|| inside.filter_map(link).next())
}

/// Whether some words end with the words of others.
fn ends_with(reading: &Reading, words: Span<Tok>, end: Span<Tok>) -> bool {
    let keys = |span: Span<Tok>| span.range().rev().map(|t| reading.tokens.key(t));
    end.len() < words.len() && keys(end).zip(keys(words)).all(|(a, b)| a == b)
}

/// Whether a title is that of a mayor.
fn of_a_town(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    let class = set.lexicon.class("town-title");
    title.range().next().is_some_and(|t| reading.hits.at(t).iter().any(|h| Some(h.class) == class))
}

/// The code of the country of the dateline's town.
fn home<'s>(set: &'s RuleSet, reading: &Reading) -> Option<&'s str> {
    let dateline = reading.layout.blocks.iter().find_map(|b| b.dateline)?;
    let town = reading.kept().filter(|(_, m)| m.kind == Kind::Place && dateline.contains(m.span)).find_map(|(_, m)| place_id(set, reading, m))?;
    town.strip_prefix("city/")?.split('/').next()
}

/// The country of which some words have the adjective.
fn adjective<'s>(set: &'s RuleSet, reading: &Reading, words: Span<Tok>) -> Option<&'s str> {
    let class = set.lexicon.class("demonym")?;
    words.range().find_map(|t| reading.hits.at(t).iter().find(|h| h.class == class).map(|h| set.lexicon.value(*h)))
}

/// The house that an office has its name from: both heads have one stem, and the same words follow.
fn house_of(reading: &Reading, entities: &Entities, title: Span<Tok>) -> Option<Link> {
    const STEM: usize = 4;
    let key = |t: u32| reading.tokens.key(t as usize);
    let stem = |t: u32| key(t).chars().take(STEM).collect::<String>();
    let alike = |name: Span<Tok>| {
        name.len() == title.len()
            && name.len() > 2
            && stem(name.start) == stem(title.start)
            && (name.start + 1..name.end).zip(title.start + 1..title.end).all(|(a, b)| key(a) == key(b))
    };
    let organizations = entities.list.iter().enumerate().filter(|(_, e)| e.kind == Kind::Organization);
    let mut mentions = organizations.flat_map(|(e, entity)| entity.mentions.iter().map(move |&m| (e, m)));
    let (entity, mention) = mentions.find(|&(_, m)| alike(reading.mentions[m as usize].span))?;
    Some(Link { entity, span: reading.mentions[mention as usize].span, via: true })
}

/// The organisations that a sentence names, each once.
pub(super) fn in_sentence(reading: &Reading, entities: &Entities, sentence: u32) -> Vec<Link> {
    named_in(reading, entities, sentence, |m| m.kind == Kind::Organization)
}

/// The countries that a sentence names, each once.
pub(super) fn countries_in(set: &RuleSet, reading: &Reading, entities: &Entities, sentence: u32) -> Vec<Link> {
    named_in(reading, entities, sentence, |m| place_id(set, reading, m).is_some_and(|id| id.starts_with("country/")))
}

fn named_in(reading: &Reading, entities: &Entities, sentence: u32, is: impl Fn(&Mention) -> bool) -> Vec<Link> {
    let mut out: Vec<Link> = Vec::new();
    for (id, mention) in reading.kept_in(reading.sentences[sentence as usize].tokens).filter(|(_, m)| is(m)) {
        if let Some(entity) = entities.of(id).filter(|e| !out.iter().any(|l| l.entity == *e)) {
            out.push(Link { entity, span: mention.span, via: false });
        }
    }
    out
}

/// Whether the names are a list: little more than a comma or a coordinator stands between each two, a coordinator before the last.
fn joined(set: &RuleSet, reading: &Reading, names: &[Link]) -> bool {
    const BETWEEN: u32 = 5;
    let class = set.lexicon.class("coordinator");
    let coordinator = |t: u32| reading.hits.at(t as usize).iter().any(|h| Some(h.class) == class);
    let comma = |t: u32| matches!(reading.tokens.key(t as usize), "," | "،");
    let gap = |w: &[Link]| (w[0].span.end, w[1].span.start);
    let near = |w: &[Link]| {
        let (from, to) = gap(w);
        from < to && to - from <= BETWEEN && (from..to).any(|t| coordinator(t) || comma(t))
    };
    let last = names.windows(2).last().map(gap);
    names.windows(2).all(near) && last.is_some_and(|(from, to)| (from..to).any(coordinator))
}

/// The names that a sentence opens with as a list.
pub(super) fn listed<'l>(set: &RuleSet, reading: &Reading, names: &'l [Link]) -> Option<&'l [Link]> {
    let is = |class: &str, t: u32| set.lexicon.class(class).is_some_and(|c| reading.hits.at(t as usize).iter().any(|h| h.class == c));
    // « The convention of the council and of the union »: a complement, whatever article stands between.
    let first = names.first()?.span.start;
    let before = (first.saturating_sub(2)..first).rev().find(|&t| is("preposition", t) || !is("article", t));
    let complement = before.is_some_and(|t| is("preposition", t));
    (2..=names.len()).rev().map(|n| &names[..n]).find(|list| !complement && joined(set, reading, list))
}

/// The one organisation of the title: it is what the release is of.
pub(super) fn of_title(reading: &Reading, entities: &Entities) -> Option<Link> {
    let titled = reading.kept().filter(|(_, m)| m.kind == Kind::Organization && block_kind(reading, m.sentence) == BlockKind::Title);
    let mut links = titled.filter_map(|(id, m)| Some(Link { entity: entities.of(id)?, span: m.span, via: false }));
    let first = links.next()?;
    links.all(|l| l.entity == first.entity).then_some(first)
}
