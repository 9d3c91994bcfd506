//! Organisations, people and places of the record.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Writer;
use crate::{
    attach::Agreement,
    entity::{Entity, EntityId, kind_of, legal_form, place_id},
    mention::{Kind, MentionId, RuleId},
    record::{self, EvidenceMap, Organization, Person, Place},
    relation::Facts,
    rules::load::From,
    span::{Span, Tok},
    text::fold_space,
    token::Shape,
};

impl Writer<'_> {
    fn name(&self, entity: &Entity) -> String {
        fold_space(self.reading.words(self.reading.mentions[entity.name as usize].span))
    }

    fn mentions(&self, entity: &Entity) -> Vec<record::Mention> {
        let mut out: Vec<record::Mention> = entity.mentions.iter().map(|&m| self.mention(m)).collect();
        out.dedup_by(|a, b| a.span == b.span);
        out
    }

    pub(super) fn places(&mut self) -> Vec<Place> {
        let mut out = Vec::new();
        for e in self.list(Kind::Place) {
            let entity = &self.entities.list[e];
            let id = format!("l{}", out.len() + 1);
            let mut evidence = EvidenceMap::new();
            let known = entity.mentions.iter().find_map(|&m| Some((m, place_id(self.set, self.reading, &self.reading.mentions[m as usize])?)));
            let row = known.and_then(|(_, place)| self.set.label("place", place));
            let column = |i: usize| row.and_then(|r| r.get(i)).filter(|c| !c.is_empty()).cloned();
            let (kind, country) = (column(0), column(1));
            let labels = row.map(|_| {
                ["fr", "en", "ar"].iter().enumerate().filter_map(|(i, lang)| Some(((*lang).to_owned(), column(i + 2)?))).collect::<BTreeMap<_, _>>()
            });
            if let Some((m, _)) = known {
                let mention = &self.reading.mentions[m as usize];
                for (field, given) in [("kind", kind.is_some()), ("country", country.is_some()), ("labels", labels.is_some())] {
                    if given {
                        self.put(&mut evidence, field, mention.span, mention.rule);
                    }
                }
            }
            out.push(Place { id: id.clone(), name: self.name(entity), kind, country, labels, mentions: self.mentions(entity), evidence });
            self.places.0.insert(e, id);
        }
        out
    }

    pub(super) fn people(&mut self) -> Vec<Person> {
        let mut out = Vec::new();
        for e in self.list(Kind::Person) {
            let entity = &self.entities.list[e];
            let id = format!("p{}", out.len() + 1);
            let mut evidence = EvidenceMap::new();
            let mut given = self.part(entity, "given", &mut evidence);
            let mut family = self.part(entity, "family", &mut evidence);
            if given.is_none() && family.is_none() {
                (given, family) = self.capitals(entity, &mut evidence).unzip();
            }
            let honorifics = self.honorifics(entity, &mut evidence);
            out.push(Person { id: id.clone(), name: self.name(entity), given, family, honorifics, mentions: self.mentions(entity), evidence });
            self.people.0.insert(e, id);
        }
        out
    }

    /// What a rule captured as given or family name in any of the mentions.
    fn part(&self, entity: &Entity, field: &str, evidence: &mut EvidenceMap) -> Option<String> {
        std::iter::once(&entity.name).chain(&entity.mentions).find_map(|&m| {
            let mention = &self.reading.mentions[m as usize];
            let slot = self.set.rules[mention.rule as usize].slot_of(field)?;
            let capture = mention.captures_of(slot).next()?;
            self.put(evidence, field, capture.span, mention.rule);
            Some(fold_space(self.reading.words(capture.span)))
        })
    }

    /// A surname in capitals at the end of the name, and what stands before it: the writer says which is which.
    fn capitals(&self, entity: &Entity, evidence: &mut EvidenceMap) -> Option<(String, String)> {
        let mention = &self.reading.mentions[entity.name as usize];
        let is_capitals = |t: u32| self.reading.tokens.list[t as usize].shape.has(Shape::ALLCAPS);
        let start = (mention.span.start + 1..mention.span.end).find(|&t| (t..mention.span.end).all(is_capitals))?;
        if is_capitals(mention.span.start) {
            return None;
        }
        let (given, family) = (Span::new(mention.span.start, start), Span::new(start, mention.span.end));
        self.put(evidence, "given", given, mention.rule);
        self.put(evidence, "family", family, mention.rule);
        Some((fold_space(self.reading.words(given)), fold_space(self.reading.words(family))))
    }

    fn honorifics(&self, entity: &Entity, evidence: &mut EvidenceMap) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for &m in &entity.mentions {
            let mention = &self.reading.mentions[m as usize];
            let rule = &self.set.rules[mention.rule as usize];
            let slots = rule.fields.iter().filter_map(|(field, from)| match from {
                From::Capture(slot) if field == "honorific" => Some(*slot),
                _ => None,
            });
            for capture in slots.flat_map(|slot| mention.captures_of(slot)) {
                let text = fold_space(self.reading.words(capture.span));
                self.put(evidence, "honorifics", capture.span, mention.rule);
                if !out.contains(&text) {
                    out.push(text);
                }
            }
        }
        out
    }

    /// Organisations, and with them the places that act as parties.
    pub(super) fn organizations(&mut self, agreements: &[Agreement], facts: &Facts) -> Vec<Organization> {
        let mut list = self.list(Kind::Organization);
        for agreement in agreements {
            let acting = agreement.parties.iter().map(|p| p.0).filter(|&e| self.entities.list[e].kind == Kind::Place);
            for e in acting {
                if !list.contains(&e) {
                    list.push(e);
                }
            }
        }
        list.sort_by_key(|&e| (self.start(self.entities.list[e].mentions[0]), e));
        // « Ville de X » is the body that X is where it acts.
        let bodies: FxHashMap<EntityId, EntityId> =
            list.iter().filter_map(|&e| self.place_of_body(&self.entities.list[e]).map(|(place, ..)| (place, e))).collect();
        let mut out = Vec::new();
        for e in list {
            if bodies.contains_key(&e) {
                continue;
            }
            let id = format!("o{}", out.len() + 1);
            self.organizations.0.insert(e, id.clone());
            out.push(self.organization(e, id, facts));
        }
        for (place, body) in bodies {
            if let Some(id) = self.organizations.0.get(&body).cloned() {
                self.organizations.0.insert(place, id);
            }
        }
        out
    }

    fn organization(&self, e: EntityId, id: String, facts: &Facts) -> Organization {
        let entity = &self.entities.list[e];
        let mut evidence = EvidenceMap::new();
        let acting_place = entity.kind == Kind::Place;
        let mut kind = None;
        let mut country = None;
        if acting_place {
            let name = &self.reading.mentions[entity.name as usize];
            self.put(&mut evidence, "place", name.span, name.rule);
            self.put(&mut evidence, "kind", name.span, name.rule);
            kind = self.label("kind", "government");
            let place = place_id(self.set, self.reading, name).and_then(|p| self.set.label("place", p));
            country = place.and_then(|row| row.get(1)).filter(|c| !c.is_empty()).cloned();
        } else if let Some(found) = kind_of(self.set, self.reading, entity) {
            kind = self.label("kind", found.id);
            if kind.is_some() {
                self.put(&mut evidence, "kind", found.span, self.reading.mentions[found.mention as usize].rule);
            }
        }
        let acronym = entity.acronyms.first().map(|&m| {
            let mention = &self.reading.mentions[m as usize];
            self.put(&mut evidence, "acronym", mention.span, mention.rule);
            fold_space(self.reading.words(mention.span))
        });
        let legal_form = if acting_place { None } else { legal_form(self.set, self.reading, entity) }.map(|(m, form, span)| {
            self.put(&mut evidence, "legal_form", span, self.reading.mentions[m as usize].rule);
            form.to_owned()
        });
        if country.is_none() && !acting_place {
            country = self.country(entity, &mut evidence);
        } else if country.is_some() {
            let name = &self.reading.mentions[entity.name as usize];
            self.put(&mut evidence, "country", name.span, name.rule);
        }
        let founding = facts.foundings.iter().find(|f| f.organization.entity == e);
        let founded = founding.and_then(|f| self.dates.get(&f.date)).cloned();
        if let (Some(founding), Some(_)) = (founding, &founded) {
            self.put(&mut evidence, "founded", self.reading.mentions[founding.date as usize].span, founding.rule);
        }
        let place = if acting_place { self.places.get(e).cloned() } else { self.own_place(entity, &mut evidence) };
        Organization { id, name: self.name(entity), acronym, kind, legal_form, country, place, founded, mentions: self.mentions(entity), evidence }
    }

    /// The town or region that a body's name says that it is: « Ville de X ».
    fn own_place(&self, entity: &Entity, evidence: &mut EvidenceMap) -> Option<String> {
        let (place, span, rule) = self.place_of_body(entity)?;
        self.put(evidence, "place", span, rule);
        self.places.get(place).cloned()
    }

    fn place_of_body(&self, entity: &Entity) -> Option<(EntityId, Span<Tok>, RuleId)> {
        entity.mentions.iter().map(|&m| &self.reading.mentions[m as usize]).filter(|m| m.kind == Kind::Organization).find_map(|mention| {
            let slot = self.set.rules[mention.rule as usize].slot_of("place")?;
            let capture = mention.captures_of(slot).next()?;
            Some((self.entities.of(capture.mention?)?, capture.span, mention.rule))
        })
    }

    /// The country that the name itself states (« … Maroc SA », « … du Maroc »).
    fn country(&self, entity: &Entity, evidence: &mut EvidenceMap) -> Option<String> {
        let class = self.set.lexicon.class("country")?;
        let in_name = |m: MentionId| {
            let mention = &self.reading.mentions[m as usize];
            let hit = |t: u32| {
                self.reading
                    .hits
                    .at(t as usize)
                    .iter()
                    .copied()
                    .find(|h| h.class == class && self.reading.tokens.list[t as usize].shape.has(Shape::CAP))
            };
            let (at, hit) = (mention.span.start + 1..mention.span.end).find_map(|t| Some((t, hit(t)?)))?;
            let code = self.set.label("place", self.set.lexicon.value(hit))?.get(1)?.clone();
            Some((code, Span::new(at, at + u32::from(hit.len)), mention.rule))
        };
        let (code, span, rule) = std::iter::once(entity.name).chain(entity.mentions.iter().copied()).find_map(in_name)?;
        self.put(evidence, "country", span, rule);
        Some(code)
    }
}
