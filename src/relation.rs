//! The matches of relation rules as facts over entities: roles, agreements, axes, speech, foundings.

mod house;
mod lines;

pub(crate) use house::house_title;
use house::{holds_place, serves_state, starts};

use rustc_hash::FxHashSet;

use crate::{
    axis,
    entity::{Entities, EntityId},
    mention::{Kind, Mention, MentionId, RuleId},
    reading::Reading,
    record::{AgreementStatus, AxisKind, RoleStatus},
    reference::{Link, link, spoken_of},
    rules::{AXIS_KIND, STATUS, load::RuleSet},
    span::{Span, Tok},
};

/// The tokens of the longest signature below a quotation.
const SIGNATURE: usize = 40;
/// The subject of an axis is among so many tokens at the start of its match.
const OPENING: u32 = 4;

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
    /// Whether the text tells the house, by words that mean nobody known: no other one is looked for.
    pub housed: bool,
    pub status: RoleStatus,
    pub rule: RuleId,
}

/// What an agreement does to one that there was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Renews,
    Amends,
}

/// Which or how many agreements a statement speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    One,
    /// « the second one »
    Nth(i8),
    /// « agreements »; the number where it is told.
    Many(Option<i8>),
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
    /// How many of the parties stand before the verb: the side that has agreements with the others.
    pub side: usize,
    pub unnamed: Vec<Span<Tok>>,
    pub signatories: Vec<Link>,
    /// Those who sign and are told by their office alone.
    pub offices: Vec<Span<Tok>>,
    /// None where the statement does not say.
    pub status: Option<AgreementStatus>,
    /// What it does to an earlier agreement, and the words for that one.
    pub change: Option<(Change, Option<MentionId>)>,
    /// How many agreements it speaks of: one, some (« several ») or a number, and which of several it is.
    pub number: Number,
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
    /// Which or how many agreements its subject is.
    pub number: Number,
    /// The words for the agreement that is its subject.
    pub subject: Option<MentionId>,
    /// Who does it: it counts only where this is a party.
    pub by: Vec<EntityId>,
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
            Kind::Partnership | Kind::Signing => facts.agreements.extend(reader.agreements()),
            Kind::Axis => facts.axes.extend(reader.axes()),
            Kind::Speech => facts.speeches.extend(reader.speech()),
            Kind::Founding => facts.foundings.extend(reader.founding()),
            _ => {}
        }
    }
    facts.speeches.extend(signed(reading, entities, &facts.speeches));
    facts.roles.extend(lines::stacked(set, reading, entities));
    house::fill(set, reading, entities, &mut facts.roles);
    facts
}

/// Quotations that are a block each, and the name that opens the short block below: a signature.
fn signed(reading: &Reading, entities: &Entities, told: &[SpeechFact]) -> Vec<SpeechFact> {
    let mut out = Vec::new();
    let told: FxHashSet<Span<Tok>> = told.iter().map(|speech| speech.quote).collect();
    for (_, quote) in reading.kept().filter(|(_, m)| m.kind == Kind::Quote && !told.contains(&m.span)) {
        let number = reading.sentences[quote.sentence as usize].block as usize;
        let [block, below] = [number, number + 1].map(|n| reading.layout.blocks.get(n));
        let (Some(block), Some(below)) = (block, below) else { continue };
        if quote.extent.start > block.tokens.start || quote.extent.end < block.tokens.end || below.tokens.len() > SIGNATURE {
            continue;
        }
        let people = reading.kept_in(below.tokens).filter(|(_, m)| m.kind == Kind::Person && below.tokens.contains(m.extent));
        let first = people.min_by_key(|(id, m)| (m.extent.start, *id)).filter(|(_, m)| m.extent.start <= below.tokens.start + 1);
        if let Some((id, person)) = first {
            out.push(SpeechFact { quote: quote.span, speaker: entities.of(id), rule: person.rule });
        }
    }
    out
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
        let mut titles = self.spans("title");
        let organizations: Vec<(Span<Tok>, Option<Link>)> = self
            .mentions("org")
            .into_iter()
            .map(|id| (self.reading.mentions[id as usize].span, link(self.set, self.reading, self.entities, id)))
            .collect();
        let status = match self.constant("status") {
            Some("former") => RoleStatus::Former,
            Some("appointed") => RoleStatus::Appointed,
            _ => RoleStatus::Current,
        };
        if people.is_empty() || titles.is_empty() {
            return Vec::new();
        }
        let unknown = organizations.len() == 1 && organizations[0].1.is_none();
        let organizations = self.each(&people, &mut titles, organizations);
        let count = people.len().max(titles.len()).max(organizations.len());
        let at = |len: usize, i: usize| if len == count { i } else { i.min(len - 1) };
        (0..count)
            .map(|i| {
                let (title, id) = titles[at(titles.len(), i)];
                // « mayor of Karsa and head of X », « head of X and minister »: the one is no office of X.
                let seated = organizations.len() < count && (self.is_seat(title) || self.is_calling(title, titles[titles.len() - 1].0));
                let organization = if organizations.is_empty() || seated { None } else { organizations[at(organizations.len(), i)].clone() };
                RoleFact {
                    person: people[at(people.len(), i)],
                    title,
                    normalized: self.normalized(title, id),
                    organization,
                    housed: unknown,
                    status,
                    rule: self.mention.rule,
                }
            })
            .collect()
    }

    /// One person's offices, then their houses, and so on: each office of a run has each house that follows it. What does not run so is
    /// left to be paired in order.
    fn each(&self, people: &[EntityId], titles: &mut Vec<(Span<Tok>, Option<MentionId>)>, orgs: Vec<(Span<Tok>, Option<Link>)>) -> Vec<Option<Link>> {
        let first = titles[0].0.start;
        let plain = people.len() > 1 || titles.len() + orgs.len() < 4 || orgs.iter().any(|o| o.0.start < first);
        let mut pairs = Vec::new();
        let mut from = 0;
        while !plain && from < titles.len() {
            let house = orgs.iter().map(|o| o.0.start).find(|&o| o > titles[from].0.start).unwrap_or(u32::MAX);
            let to = titles.iter().position(|t| t.0.start > house).unwrap_or(titles.len());
            let end = titles.get(to).map_or(u32::MAX, |t| t.0.start);
            for title in &titles[from..to] {
                if house == u32::MAX || title.0.start < titles[to - 1].0.start && self.is_seat(title.0) {
                    pairs.push((*title, None));
                } else {
                    let houses = orgs.iter().filter(|o| house <= o.0.start && o.0.start < end);
                    pairs.extend(houses.map(|o| (*title, o.1.clone())));
                }
            }
            from = to;
        }
        if pairs.is_empty() {
            return orgs.into_iter().map(|o| o.1).collect();
        }
        *titles = pairs.iter().map(|p| p.0).collect();
        pairs.into_iter().map(|p| p.1).collect()
    }

    /// « Lawyer and president of X »: a calling before an office is in no house.
    fn is_calling(&self, title: Span<Tok>, last: Span<Tok>) -> bool {
        let calling = |t: Span<Tok>| {
            let is = |class| starts(self.set, self.reading, class, t.start as usize);
            is("profession") && !is("title")
        };
        title != last && calling(title) && !calling(last)
    }

    /// An office of a place or of the state, or in the service of one.
    fn is_seat(&self, title: Span<Tok>) -> bool {
        holds_place(self.reading, title)
            || serves_state(self.set, self.reading, title)
            || house_title(self.set, self.reading, title).is_some_and(|(value, _)| value == "none")
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

    /// « signed one of this and one of that »: a statement for each, the first, the second …, from its words to those of the next one.
    fn agreements(&self) -> Vec<AgreementFact> {
        let told = self.agreement();
        let named = if told.whole { self.mentions("agreement") } else { Vec::new() };
        if named.len() < 2 {
            return vec![told];
        }
        let start = |id: MentionId| self.reading.mentions[id as usize].span.start;
        let one = |i: usize| {
            let from = if i == 0 { told.extent.start } else { start(named[i]) };
            let to = named.get(i + 1).map_or(told.extent.end, |&next| start(next));
            let number = i8::try_from(i + 1).map_or(Number::One, Number::Nth);
            AgreementFact { agreement: Some(named[i]), number, extent: Span::new(from, to), ..told.clone() }
        };
        (0..named.len()).map(one).collect()
    }

    fn agreement(&self) -> AgreementFact {
        let parties = self.mentions("party");
        let of_kind = |kind: Kind| parties.iter().any(|&id| self.reading.mentions[id as usize].kind == kind);
        let whole = self.mention.kind == Kind::Partnership;
        let said = self.said("status", STATUS);
        let agreement = self.mentions(if whole { "agreement" } else { "of" }).first().copied();
        let status = match said {
            Some("signed" | "renewed") => Some(AgreementStatus::Signed),
            Some("announced" | "approved") => Some(AgreementStatus::Announced),
            Some("planned") => Some(AgreementStatus::Planned),
            Some("existing") => Some(AgreementStatus::Existing),
            Some("ended") => Some(AgreementStatus::Ended),
            _ => None,
        };
        let approved = said == Some("approved");
        AgreementFact {
            agreement,
            whole,
            same_parties: of_kind(Kind::RefParty),
            side: self.side(),
            number: agreement.map_or(Number::One, |id| self.number(id)),
            parties: self.pronoun().into_iter().chain(if approved { self.approved() } else { self.links("party") }).collect(),
            unnamed: self.spans("unnamed").into_iter().map(|s| s.0).collect(),
            signatories: self.links("signatory"),
            offices: self.offices(),
            status,
            change: self.change(said, agreement),
            all: self.constant("of") == Some("all"),
            // The day on which a partnership is made known or approved is not the day of its signing.
            date: self.nearest("date").filter(|_| (!whole || said.is_some()) && !approved),
            place: self.nearest("place").and_then(|id| link(self.set, self.reading, self.entities, id)),
            duration: self.mentions("duration").first().copied(),
            extent: self.mention.extent,
            sentence: self.mention.sentence,
            rule: self.mention.rule,
        }
    }

    /// The body that a pronoun among those who sign means: one that stands for no person.
    fn pronoun(&self) -> Option<Link> {
        let pronoun = |id: &MentionId| self.reading.mentions[*id as usize].kind == Kind::RefPerson;
        let unknown = |id: &MentionId| link(self.set, self.reading, self.entities, *id).is_none();
        let id = self.mentions("signatory").into_iter().find(|id| pronoun(id) && unknown(id))?;
        spoken_of(self.set, self.reading, self.entities, self.reading.mentions[id as usize].span, &|_, _| true)
    }

    /// The parties of what is approved: a government that approves an agreement with a state is none, its country is.
    fn approved(&self) -> Vec<Link> {
        let links = self.links("party");
        let others = &links[self.side().min(links.len())..];
        let state = |l: &Link| self.entities.list[l.entity].kind == Kind::Place;
        if !others.is_empty() && others.iter().all(state) { others.to_vec() } else { links }
    }

    fn offices(&self) -> Vec<Span<Tok>> {
        let titles = self.mentions("signatory").into_iter().map(|id| &self.reading.mentions[id as usize]);
        titles.filter(|m| m.kind == Kind::Title).map(|m| m.span).collect()
    }

    /// How many parties stand before the words of signing.
    fn side(&self) -> usize {
        let verb = self.spans("status").first().map(|s| s.0.start);
        self.links("party").iter().filter(|l| verb.is_some_and(|v| l.span.start < v)).count()
    }

    /// What the words before the agreement, or those that refer to it, say of its number.
    fn number(&self, agreement: MentionId) -> Number {
        let span = self.reading.mentions[agreement as usize].span;
        let lang = self.reading.lang(self.mention.sentence as usize);
        let near = || span.start.saturating_sub(2)..(span.start + 2).min(span.end);
        let value = |name: &str, t: u32| {
            let hit = self.reading.hits.exactly(t as usize, 1, self.set.lexicon.class(name)?, lang)?;
            Some(self.set.lexicon.value(hit))
        };
        let count = |name: &str| near().find_map(|t| value(name, t)).and_then(|v| v.parse::<i8>().ok());
        match (count("ordinal").filter(|&n| n > 0), count("number-word").filter(|&n| n > 1)) {
            (Some(n), _) => Number::Nth(n),
            (None, Some(n)) => Number::Many(Some(n)),
            _ if (span.start.saturating_sub(1)..=span.start).any(|t| value("plural", t).is_some()) => Number::Many(None),
            _ => Number::One,
        }
    }

    /// A renewal by its verb; an amendment by words that name what it amends.
    fn change(&self, said: Option<&str>, agreement: Option<MentionId>) -> Option<(Change, Option<MentionId>)> {
        let mention = agreement.map(|id| &self.reading.mentions[id as usize]);
        let amended = mention.and_then(|m| {
            let slot = self.set.rules[m.rule as usize].slot_of("amended")?;
            m.captures_of(slot).next()?.mention
        });
        match amended {
            Some(id) => Some((Change::Amends, Some(id))),
            None => (said == Some("renewed")).then_some((Change::Renews, agreement)),
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
        let number = self.subject();
        let subject = self.opening(|m| m.kind == Kind::Agreement);
        let by: Vec<EntityId> = self.links("by").into_iter().map(|l| l.entity).collect();
        let members = self.spans("text").into_iter().flat_map(|(span, _)| axis::members(self.set, self.reading, span, lang));
        members
            .map(|span| AxisFact {
                span,
                kind,
                number,
                subject,
                by: by.clone(),
                extent: self.mention.extent,
                sentence: self.mention.sentence,
                rule: self.mention.rule,
            })
            .collect()
    }

    /// The tokens at the start of the match, among which its subject stands.
    fn open(&self) -> Span<Tok> {
        Span::new(self.mention.extent.start, (self.mention.extent.start + OPENING).min(self.mention.extent.end))
    }

    /// The first mention among the opening tokens that is such a one.
    fn opening(&self, is: impl Fn(&Mention) -> bool) -> Option<MentionId> {
        let open = self.open();
        self.reading.kept_in(open).find(|(_, m)| is(m)).map(|(id, _)| id)
    }

    /// The number of the agreement that opens the match, or of the pronoun.
    fn subject(&self) -> Number {
        let open = self.open();
        if let Some(id) = self.opening(|m| matches!(m.kind, Kind::Agreement | Kind::RefAgreement)) {
            let number = self.number(id);
            return if number == Number::One { self.sentence_number(id).unwrap_or(number) } else { number };
        }
        let lang = self.reading.lang(self.mention.sentence as usize);
        let ordinal = open.range().find_map(|t| {
            let hit = self.reading.hits.exactly(t, 1, self.set.lexicon.class("ordinal")?, lang)?;
            self.set.lexicon.value(hit).parse::<i8>().ok()
        });
        if let Some(n) = ordinal {
            return Number::Nth(n);
        }
        let pronoun = self.set.lexicon.class("plural").is_some_and(|class| {
            let hits = open.range().filter_map(|t| self.reading.hits.exactly(t, 1, class, lang));
            hits.map(|h| self.set.lexicon.value(h)).any(|v| v == "pronoun")
        });
        if pronoun { Number::Many(None) } else { Number::One }
    }

    /// « The second text is an agreement that … »: the ordinal opens the sentence, the agreement follows at once.
    fn sentence_number(&self, agreement: MentionId) -> Option<Number> {
        const NEAR: u32 = 6;
        let start = self.reading.sentences[self.mention.sentence as usize].tokens.start;
        let lang = self.reading.lang(self.mention.sentence as usize);
        let class = self.set.lexicon.class("ordinal")?;
        let hit = (start..start + 2).find_map(|t| self.reading.hits.exactly(t as usize, 1, class, lang))?;
        let near = self.reading.mentions[agreement as usize].span.start <= start + NEAR;
        self.set.lexicon.value(hit).parse().ok().filter(|_| near).map(Number::Nth)
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
