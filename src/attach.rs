//! Across sentences: which statements speak of one agreement, and which agreement an axis belongs to.

use crate::{
    entity::{Entities, EntityId},
    layout::{BlockKind, Zone},
    mention::{Kind, MentionId, RuleId},
    reading::Reading,
    record::AgreementStatus,
    reference::Link,
    relation::{AgreementFact, AxisFact, Facts, RoleFact, Source},
    rules::load::RuleSet,
    span::{Span, Tok},
};

/// One agreement of the document, with the places that each of its values came from.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// The fullest wording.
    pub name: Option<(MentionId, RuleId)>,
    pub status: AgreementStatus,
    pub status_from: Vec<Source>,
    pub parties: Vec<(EntityId, Vec<Source>)>,
    pub unnamed: Vec<(Span<Tok>, RuleId)>,
    pub signatories: Vec<(EntityId, Source)>,
    pub date: Option<(MentionId, RuleId)>,
    pub place: Option<(EntityId, Source)>,
    pub duration: Option<(MentionId, RuleId)>,
    pub axes: Vec<AxisFact>,
    /// Where it is spoken of: extents with their sentences.
    told: Vec<(Span<Tok>, u32)>,
}

/// An axis that more than one agreement could have.
#[derive(Debug)]
pub struct Loose(pub AxisFact);

pub fn attach(set: &RuleSet, reading: &Reading, entities: &Entities, facts: &Facts) -> (Vec<Agreement>, Vec<Loose>) {
    let mut agreements: Vec<Agreement> = Vec::new();
    let told: Vec<(&AgreementFact, Vec<Link>)> = facts.agreements.iter().map(|fact| (fact, parties(reading, entities, fact, &facts.roles))).collect();
    let (whole, part): (Vec<_>, Vec<_>) = told.into_iter().partition(|(fact, parties)| fact.whole && !parties.is_empty());
    // The body before the title, which may name states where the body names those who sign for them.
    let (title, body): (Vec<_>, Vec<_>) = whole.into_iter().partition(|(fact, _)| block_kind(reading, fact.sentence) == BlockKind::Title);
    let (all, part): (Vec<_>, Vec<_>) = part.into_iter().partition(|(fact, _)| fact.all);
    add_whole(reading, entities, &mut agreements, body);
    // Where the body tells of nothing new, what other sentences add belongs to the title's agreement.
    let title = if agreements.iter().any(|a| is_new(a.status)) {
        title
    } else {
        add_whole(reading, entities, &mut agreements, title);
        Vec::new()
    };
    for (fact, parties) in part {
        if let Some(i) = nearest(reading, &agreements, fact.extent, fact.sentence) {
            agreements[i].add(reading, fact, &parties);
        } else if fact.whole && fact.same_parties {
            let parties = named_before(set, reading, entities, fact);
            if !parties.is_empty() {
                agreements.push(Agreement::new());
                let i = agreements.len() - 1;
                agreements[i].add(reading, fact, &parties);
            }
        }
    }
    add_whole(reading, entities, &mut agreements, title);
    for (fact, _) in all {
        agreements.iter_mut().filter(|a| is_new(a.status)).for_each(|a| a.add(reading, fact, &[]));
    }
    agreements.sort_by_key(|a| a.told.iter().min().copied());
    // One body is no partnership: a statement that names no other stays out, unless others are hinted at, or sign in person.
    agreements.retain(|a| a.parties.len() + a.unnamed.len() + usize::from(a.parties.len() == 1 && !a.signatories.is_empty()) > 1);
    let mut loose = Vec::new();
    let body = |a: &&AxisFact| reading.layout.blocks[reading.sentences[a.sentence as usize].block as usize].zone == Zone::Body;
    for axis in facts.axes.iter().filter(body) {
        match nearest(reading, &agreements, axis.extent, axis.sentence) {
            Some(i) => add_axis(reading, &mut agreements[i].axes, axis),
            None if agreements.len() > 1 => loose.push(Loose(axis.clone())),
            None => {}
        }
    }
    (agreements, loose)
}

/// Adds an axis unless it is told already; of two that say the same, the fuller one stays.
fn add_axis(reading: &Reading, axes: &mut Vec<AxisFact>, axis: &AxisFact) {
    match axes.iter().position(|a| a.span.overlaps(axis.span) || same_words(reading, a.span, axis.span)) {
        Some(i) if !axes[i].span.overlaps(axis.span) && axis.span.len() > axes[i].span.len() => {
            axes.retain(|a| !same_words(reading, a.span, axis.span));
            axes.push(axis.clone());
        }
        Some(_) => {}
        None => axes.push(axis.clone()),
    }
}

/// Whether one axis says again what the other says: its words are among the other's, in their order.
fn same_words(reading: &Reading, a: Span<Tok>, b: Span<Tok>) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let keys = |span: Span<Tok>| span.range().map(|t| reading.tokens.key(t)).collect::<Vec<_>>();
    let short = keys(short);
    keys(long).windows(short.len().max(1)).any(|words| words == short.as_slice())
}

/// The named parties; where only people sign, the bodies that they sign for.
fn parties(reading: &Reading, entities: &Entities, fact: &AgreementFact, roles: &[RoleFact]) -> Vec<Link> {
    let mut parties = fact.parties.clone();
    parties.retain(|l| matches!(entities.list[l.entity].kind, Kind::Organization | Kind::Place));
    if parties.is_empty() && fact.whole {
        for signatory in &fact.signatories {
            let near = |r: &&RoleFact| {
                r.person == signatory.entity && r.organization.is_some() && reading.sentences[fact.sentence as usize].tokens.contains(r.title)
            };
            let role = roles.iter().find(near).or_else(|| roles.iter().find(|r| r.person == signatory.entity && r.organization.is_some()));
            if let Some(link) = role.and_then(|r| r.organization.clone())
                && !parties.iter().any(|p| p.entity == link.entity)
            {
                parties.push(link);
            }
        }
    }
    parties
}

/// Statements that stand for themselves: each joins the agreement that it speaks of, or makes one.
fn add_whole(reading: &Reading, entities: &Entities, agreements: &mut Vec<Agreement>, facts: Vec<(&AgreementFact, Vec<Link>)>) {
    for (fact, mut parties) in facts {
        let known = agreements.iter().position(|a| same(a, &parties, fact.status));
        let i = known.or_else(|| stands_for(reading, entities, agreements, fact, &parties).inspect(|_| parties.clear())).unwrap_or_else(|| {
            agreements.push(Agreement::new());
            agreements.len() - 1
        });
        agreements[i].add(reading, fact, &parties);
    }
}

fn is_new(status: AgreementStatus) -> bool {
    !matches!(status, AgreementStatus::Existing | AgreementStatus::Ended)
}

fn block_kind(reading: &Reading, sentence: u32) -> BlockKind {
    reading.layout.blocks[reading.sentences[sentence as usize].block as usize].kind
}

/// Whether a statement with these parties speaks of this agreement: the same bodies, both old or both new. One body alone is a part of the statement.
fn same(agreement: &Agreement, parties: &[Link], status: Option<AgreementStatus>) -> bool {
    let known = |l: &Link| agreement.parties.iter().any(|p| p.0 == l.entity);
    let shared = parties.iter().filter(|l| known(l)).count();
    let least = parties.len().min(agreement.parties.len());
    status.is_none_or(|s| is_new(agreement.status) == is_new(s)) && least > 0 && shared == least
}

/// The document's only new agreement, where a title speaks of it in other words: by one of its parties, or by states that the body's
/// organisations sign for.
fn stands_for(reading: &Reading, entities: &Entities, agreements: &[Agreement], fact: &AgreementFact, parties: &[Link]) -> Option<usize> {
    let mut new = (0..agreements.len()).filter(|&i| is_new(agreements[i].status));
    let only = new.next().filter(|_| new.next().is_none() && block_kind(reading, fact.sentence) == BlockKind::Title)?;
    let of_kind = |e: EntityId, kind: Kind| entities.list[e].kind == kind;
    let known = &agreements[only].parties;
    let shared = parties.iter().any(|l| known.iter().any(|p| p.0 == l.entity));
    let states = parties.iter().all(|l| of_kind(l.entity, Kind::Place)) && known.iter().all(|p| of_kind(p.0, Kind::Organization));
    (shared || states).then_some(only)
}

/// « Les deux institutions » where no agreement was told: the bodies of the nearest sentence before that names as many.
fn named_before(set: &RuleSet, reading: &Reading, entities: &Entities, fact: &AgreementFact) -> Vec<Link> {
    const SENTENCES: u32 = 4;
    let number = set.lexicon.class("number-word").and_then(|class| {
        let mut hits = fact.extent.range().flat_map(|t| reading.hits.at(t).iter().copied());
        hits.find(|h| h.class == class).and_then(|h| set.lexicon.value(h).parse().ok())
    });
    let count: usize = number.unwrap_or(2);
    for sentence in (fact.sentence.saturating_sub(SENTENCES)..fact.sentence).rev() {
        let mut bodies: Vec<Link> = Vec::new();
        for (id, mention) in reading.kept().filter(|(_, m)| m.sentence == sentence && m.kind == Kind::Organization) {
            if let Some(entity) = entities.of(id).filter(|e| !bodies.iter().any(|b| b.entity == *e)) {
                bodies.push(Link { entity, span: mention.span, via: false });
            }
        }
        if bodies.len() > 1 {
            return if bodies.len() == count { bodies } else { Vec::new() };
        }
    }
    Vec::new()
}

/// The agreement that a statement without parties, or an axis, belongs to: the nearest earlier one in the block, else in the group of
/// paragraphs, else the only one that is new in the document.
fn nearest(reading: &Reading, agreements: &[Agreement], extent: Span<Tok>, sentence: u32) -> Option<usize> {
    let block = |s: u32| reading.sentences[s as usize].block;
    let group = |s: u32| reading.layout.blocks[block(s) as usize].group;
    let last = |near: &dyn Fn(u32) -> bool| {
        let told = agreements.iter().enumerate().flat_map(|(i, a)| a.told.iter().map(move |t| (t.0.start, t.1, i)));
        told.filter(|&(start, s, _)| start < extent.end && near(s)).max().map(|t| t.2)
    };
    last(&|s| block(s) == block(sentence)).or_else(|| last(&|s| group(s) == group(sentence)).filter(|&i| is_new(agreements[i].status))).or_else(
        || {
            let mut all = agreements.iter().enumerate().filter(|(_, a)| is_new(a.status));
            let first = all.next().map(|(i, _)| i);
            match (first, all.next()) {
                (Some(i), None) => Some(i),
                _ if agreements.len() == 1 => Some(0),
                _ => None,
            }
        },
    )
}

impl Agreement {
    fn new() -> Self {
        Agreement {
            name: None,
            status: AgreementStatus::Ended,
            status_from: Vec::new(),
            parties: Vec::new(),
            unnamed: Vec::new(),
            signatories: Vec::new(),
            date: None,
            place: None,
            duration: None,
            axes: Vec::new(),
            told: Vec::new(),
        }
    }

    fn add(&mut self, reading: &Reading, fact: &AgreementFact, parties: &[Link]) {
        let source = |span: Span<Tok>, via: bool| Source { span, rule: fact.rule, via };
        self.told.push((fact.extent, fact.sentence));
        // A part told of an old agreement does not make it new.
        let counts = fact.whole || is_new(self.status);
        if let Some(status) = fact.status.filter(|&s| counts && s < self.status) {
            (self.status, self.status_from) = (status, Vec::new());
        }
        if fact.status == Some(self.status) {
            self.status_from.push(source(fact.extent, false));
        }
        for link in parties {
            match self.parties.iter_mut().find(|p| p.0 == link.entity) {
                Some(p) => p.1.push(source(link.span, link.via)),
                None => self.parties.push((link.entity, vec![source(link.span, link.via)])),
            }
        }
        self.unnamed.extend(fact.unnamed.iter().map(|&u| (u, fact.rule)));
        for link in &fact.signatories {
            if !self.signatories.iter().any(|s| s.0 == link.entity) {
                self.signatories.push((link.entity, source(link.span, link.via)));
            }
        }
        let size = |id: MentionId| reading.mentions[id as usize].span.len();
        let named = fact.agreement.filter(|&id| reading.mentions[id as usize].kind == Kind::Agreement);
        if let Some(id) = named.filter(|&id| self.name.is_none_or(|(old, _)| size(id) > size(old))) {
            self.name = Some((id, fact.rule));
        }
        if self.date.is_none() {
            self.date = fact.date.map(|d| (d, fact.rule));
        }
        if self.place.is_none() {
            self.place = fact.place.as_ref().map(|l| (l.entity, source(l.span, l.via)));
        }
        if self.duration.is_none() {
            self.duration = fact.duration.map(|d| (d, fact.rule));
        }
    }
}
