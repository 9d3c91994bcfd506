//! The matches of relation rules as facts over entities: roles, agreements, axes, speech, foundings.

use crate::{
    axis,
    entity::{Entities, EntityId},
    mention::{Kind, Mention, MentionId, RuleId},
    reading::Reading,
    record::{AgreementStatus, AxisKind, RoleStatus},
    reference::{Link, link, spoken_of},
    rules::{AXIS_KIND, STATUS, load::RuleSet},
    span::{Span, Tok},
    token::Shape,
};

/// The tokens of the longest signature below a quotation.
const SIGNATURE: usize = 40;

/// A place of the text that gave a value, and the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub span: Span<Tok>,
    pub rule: RuleId,
    pub via: bool,
}

#[derive(Clone, Debug)]
pub struct RoleFact {
    pub person: EntityId,
    pub title: Span<Tok>,
    /// The normalised id, where the lexicon has the title.
    pub normalized: Option<String>,
    pub organization: Option<Link>,
    pub status: RoleStatus,
    pub rule: RuleId,
}

/// One statement about an agreement: by `partnership` all of it, by `signing` a part.
#[derive(Clone, Debug)]
pub struct AgreementFact {
    /// The words of the agreement, or of the reference to it.
    pub agreement: Option<MentionId>,
    /// Whether the statement stands for itself, or adds to an agreement told elsewhere.
    pub whole: bool,
    pub parties: Vec<Link>,
    /// « les deux parties » stand for the parties of the agreement before.
    pub same_parties: bool,
    pub unnamed: Vec<Span<Tok>>,
    pub signatories: Vec<Link>,
    /// None where the statement does not say.
    pub status: Option<AgreementStatus>,
    /// Whether it speaks of all new agreements of the document.
    pub all: bool,
    pub date: Option<MentionId>,
    pub place: Option<Link>,
    pub duration: Option<MentionId>,
    pub extent: Span<Tok>,
    pub sentence: u32,
    pub rule: RuleId,
}

#[derive(Clone, Debug)]
pub struct AxisFact {
    pub span: Span<Tok>,
    pub kind: AxisKind,
    pub extent: Span<Tok>,
    pub sentence: u32,
    pub rule: RuleId,
}

#[derive(Clone, Debug)]
pub struct SpeechFact {
    pub quote: Span<Tok>,
    pub speaker: Option<EntityId>,
    pub rule: RuleId,
}

#[derive(Clone, Debug)]
pub struct FoundingFact {
    pub organization: Link,
    pub date: MentionId,
    pub rule: RuleId,
}

/// What the relation rules found, in the order of the text.
#[derive(Debug, Default)]
pub struct Facts {
    pub roles: Vec<RoleFact>,
    pub agreements: Vec<AgreementFact>,
    pub axes: Vec<AxisFact>,
    pub speeches: Vec<SpeechFact>,
    pub foundings: Vec<FoundingFact>,
}

pub fn facts(set: &RuleSet, reading: &Reading, entities: &Entities) -> Facts {
    let mut matches: Vec<(MentionId, &Mention)> = reading.kept().filter(|(_, m)| m.kind.is_relation()).collect();
    matches.sort_by_key(|(i, m)| (m.extent, *i));
    let mut facts = Facts::default();
    for (_, mention) in matches {
        let reader = Reader { set, reading, entities, mention };
        match mention.kind {
            Kind::Role => facts.roles.extend(reader.roles()),
            Kind::Partnership | Kind::Signing => facts.agreements.push(reader.agreement()),
            Kind::Axis => facts.axes.extend(reader.axes()),
            Kind::Speech => facts.speeches.extend(reader.speech()),
            Kind::Founding => facts.foundings.extend(reader.founding()),
            _ => {}
        }
    }
    facts.speeches.extend(signed(reading, entities, &facts.speeches));
    house(set, reading, entities, &mut facts.roles);
    facts
}

/// Quotations that are a block each, and the name that opens the short block below: a signature.
fn signed(reading: &Reading, entities: &Entities, told: &[SpeechFact]) -> Vec<SpeechFact> {
    let mut out = Vec::new();
    for (_, quote) in reading.kept().filter(|(_, m)| m.kind == Kind::Quote && !told.iter().any(|s| s.quote == m.span)) {
        let number = reading.sentences[quote.sentence as usize].block as usize;
        let [block, below] = [number, number + 1].map(|n| reading.layout.blocks.get(n));
        let (Some(block), Some(below)) = (block, below) else { continue };
        if quote.extent.start > block.tokens.start || quote.extent.end < block.tokens.end || below.tokens.len() > SIGNATURE {
            continue;
        }
        let people = reading.kept().filter(|(_, m)| m.kind == Kind::Person && below.tokens.contains(m.extent));
        let first = people.min_by_key(|(_, m)| m.extent.start).filter(|(_, m)| m.extent.start <= below.tokens.start + 1);
        if let Some((id, person)) = first {
            out.push(SpeechFact { quote: quote.span, speaker: entities.of(id), rule: person.rule });
        }
    }
    out
}

/// An office told without its house is one of the house spoken of there; not where the same office of the same person
/// is told with its house, nor an office of the state, of a seat or of no house.
fn house(set: &RuleSet, reading: &Reading, entities: &Entities, roles: &mut [RoleFact]) {
    let told: Vec<(EntityId, Option<String>)> = roles.iter().filter(|r| r.organization.is_some()).map(|r| (r.person, r.normalized.clone())).collect();
    for role in roles.iter_mut().filter(|r| r.organization.is_none()) {
        let housed = match house_title(set, reading, role.title) {
            Some(("none", _)) => false,
            Some(("alone", len)) => !(len..role.title.len()).any(|i| starts(set, reading, "preposition", role.title.start as usize + i)),
            Some(_) => true,
            None => starts(set, reading, "title", role.title.start as usize) && !holds_place(reading, role.title),
        } && !serves(set, reading, role.title);
        let elsewhere = told.iter().any(|(person, normalized)| *person == role.person && *normalized == role.normalized);
        if housed && !elsewhere && !named_after(set, reading, role.title) {
            role.organization = spoken_of(reading, entities, role.title);
        }
    }
}

/// What the lexicon says of the houses of an office, and how many words of the title it knows.
fn house_title<'s>(set: &'s RuleSet, reading: &Reading, title: Span<Tok>) -> Option<(&'s str, usize)> {
    let class = set.lexicon.class("house-title")?;
    let known = reading.hits.at(title.start as usize).iter().find(|h| h.class == class)?;
    Some((set.lexicon.value(*known), usize::from(known.len)))
}

/// « Adviser of the minister »: an office beside one of the state.
fn serves(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    (title.start + 1..title.end).any(|start| house_title(set, reading, Span::new(start, title.end)).is_some_and(|(value, _)| value == "none"))
}

fn starts(set: &RuleSet, reading: &Reading, class: &str, token: usize) -> bool {
    set.lexicon.class(class).is_some_and(|c| reading.hits.at(token).iter().any(|h| h.class == c))
}

fn holds_place(reading: &Reading, title: Span<Tok>) -> bool {
    reading.kept().any(|(_, m)| m.kind == Kind::Place && title.contains(m.span))
}

/// Whether a preposition and a capital follow that is no place: a house that nobody knows.
fn named_after(set: &RuleSet, reading: &Reading, title: Span<Tok>) -> bool {
    let (after, name) = (title.end as usize, title.end + 1);
    let Some(next) = reading.tokens.list.get(name as usize) else { return false };
    let is_place = || reading.kept().any(|(_, m)| m.kind == Kind::Place && m.span.start == name);
    starts(set, reading, "preposition", after) && next.shape.has(Shape::CAP) && !is_place()
}

struct Reader<'r> {
    set: &'r RuleSet,
    reading: &'r Reading<'r>,
    entities: &'r Entities,
    mention: &'r Mention,
}

impl Reader<'_> {
    fn spans(&self, field: &str) -> Vec<(Span<Tok>, Option<MentionId>)> {
        let slot = self.set.rules[self.mention.rule as usize].slot_of(field);
        slot.map_or_else(Vec::new, |slot| self.mention.captures_of(slot).map(|c| (c.span, c.mention)).collect())
    }

    fn mentions(&self, field: &str) -> Vec<MentionId> {
        self.spans(field).into_iter().filter_map(|s| s.1).collect()
    }

    fn links(&self, field: &str) -> Vec<Link> {
        let links = self.mentions(field).into_iter().filter_map(|id| link(self.set, self.reading, self.entities, id));
        let mut out: Vec<Link> = Vec::new();
        for link in links {
            if !out.iter().any(|l| l.entity == link.entity) {
                out.push(link);
            }
        }
        out
    }

    fn constant(&self, field: &str) -> Option<&str> {
        self.set.rules[self.mention.rule as usize].constant_of(field)
    }

    /// People, titles and organisations: as many of each pair in order, one stands for all.
    fn roles(&self) -> Vec<RoleFact> {
        let people: Vec<EntityId> =
            self.mentions("person").into_iter().filter_map(|id| link(self.set, self.reading, self.entities, id)).map(|l| l.entity).collect();
        let titles = self.spans("title");
        let organizations: Vec<Option<Link>> = self.mentions("org").into_iter().map(|id| link(self.set, self.reading, self.entities, id)).collect();
        let status = match self.constant("status") {
            Some("former") => RoleStatus::Former,
            Some("appointed") => RoleStatus::Appointed,
            _ => RoleStatus::Current,
        };
        if people.is_empty() || titles.is_empty() {
            return Vec::new();
        }
        let count = people.len().max(titles.len()).max(organizations.len());
        let at = |len: usize, i: usize| if len == count { i } else { i.min(len - 1) };
        (0..count)
            .map(|i| {
                let (title, id) = titles[at(titles.len(), i)];
                // « mayor of Karsa and head of X », « head of X and minister »: the one is no office of X.
                let seated = organizations.len() < count && self.is_seat(title);
                let organization = if organizations.is_empty() || seated { None } else { organizations[at(organizations.len(), i)].clone() };
                RoleFact {
                    person: people[at(people.len(), i)],
                    title,
                    normalized: self.normalized(title, id),
                    organization,
                    status,
                    rule: self.mention.rule,
                }
            })
            .collect()
    }

    /// An office of a place or of the state.
    fn is_seat(&self, title: Span<Tok>) -> bool {
        holds_place(self.reading, title) || house_title(self.set, self.reading, title).is_some_and(|(value, _)| value == "none")
    }

    /// The value of the title's head, or of the longest title that opens the words.
    fn normalized(&self, span: Span<Tok>, id: Option<MentionId>) -> Option<String> {
        let mention = id.map(|id| &self.reading.mentions[id as usize]).filter(|m| m.kind == Kind::Title);
        let head = mention.and_then(|m| {
            let slot = self.set.rules[m.rule as usize].slot_of("head")?;
            m.captures_of(slot).next()
        });
        let span = head.map_or(span, |c| c.span);
        let lang = self.reading.lang(self.mention.sentence as usize);
        let classes = ["title", "profession"].map(|c| self.set.lexicon.class(c));
        let hits = self.reading.hits.at(span.start as usize).iter().copied();
        hits.filter(|h| classes.contains(&Some(h.class)) && (h.lang == 0 || h.lang == lang) && usize::from(h.len) <= span.len())
            .map(|h| self.set.lexicon.value(h).to_owned())
            .next()
    }

    fn agreement(&self) -> AgreementFact {
        let parties = self.mentions("party");
        let of_kind = |kind: Kind| parties.iter().any(|&id| self.reading.mentions[id as usize].kind == kind);
        let whole = self.mention.kind == Kind::Partnership;
        let status = match self.said("status", STATUS) {
            Some("signed") => Some(AgreementStatus::Signed),
            Some("announced") => Some(AgreementStatus::Announced),
            Some("planned") => Some(AgreementStatus::Planned),
            Some("existing") => Some(AgreementStatus::Existing),
            Some("ended") => Some(AgreementStatus::Ended),
            _ => whole.then_some(AgreementStatus::Announced),
        };
        AgreementFact {
            agreement: self.mentions(if whole { "agreement" } else { "of" }).first().copied(),
            whole,
            same_parties: of_kind(Kind::RefParty),
            parties: self.links("party"),
            unnamed: self.spans("unnamed").into_iter().map(|s| s.0).collect(),
            signatories: self.links("signatory"),
            status,
            all: self.constant("of") == Some("all"),
            date: self.nearest("date"),
            place: self.nearest("place").and_then(|id| link(self.set, self.reading, self.entities, id)),
            duration: self.mentions("duration").first().copied(),
            extent: self.mention.extent,
            sentence: self.mention.sentence,
            rule: self.mention.rule,
        }
    }

    /// Of several, the last before the words of the agreement, else the first after them.
    fn nearest(&self, field: &str) -> Option<MentionId> {
        let found = self.spans(field);
        let agreement = self.spans("agreement").first().map_or(0, |a| a.0.start);
        found.iter().rev().find(|f| f.0.start < agreement).or(found.first()).and_then(|f| f.1)
    }

    /// The constant of a field, or the one that the lexicon gives the words of its capture.
    fn said(&self, field: &str, known: &[&str]) -> Option<&str> {
        self.constant(field).or_else(|| self.spans(field).into_iter().find_map(|(span, _)| self.value_of(span, known)))
    }

    fn value_of(&self, span: Span<Tok>, known: &[&str]) -> Option<&str> {
        let lang = self.reading.lang(self.mention.sentence as usize);
        let hits = self.reading.hits.at(span.start as usize).iter().copied();
        hits.filter(|h| (h.lang == 0 || h.lang == lang) && usize::from(h.len) == span.len())
            .map(|h| self.set.lexicon.value(h))
            .find(|v| known.contains(v))
    }

    fn axes(&self) -> Vec<AxisFact> {
        let kind = match self.said("kind", AXIS_KIND) {
            Some("objective") => AxisKind::Objective,
            Some("commitment") => AxisKind::Commitment,
            _ => AxisKind::Axis,
        };
        let lang = self.reading.lang(self.mention.sentence as usize);
        let members = self.spans("text").into_iter().flat_map(|(span, _)| axis::members(self.set, self.reading, span, lang));
        members.map(|span| AxisFact { span, kind, extent: self.mention.extent, sentence: self.mention.sentence, rule: self.mention.rule }).collect()
    }

    fn speech(&self) -> Option<SpeechFact> {
        let quote = self.mentions("quote").first().map(|&id| self.reading.mentions[id as usize].span)?;
        let speaker = self.links("speaker").into_iter().find(|l| self.entities.list[l.entity].kind == Kind::Person).map(|l| l.entity);
        Some(SpeechFact { quote, speaker, rule: self.mention.rule })
    }

    fn founding(&self) -> Option<FoundingFact> {
        let organization = self.links("org").into_iter().next()?;
        Some(FoundingFact { organization, date: *self.mentions("date").first()?, rule: self.mention.rule })
    }
}
