//! Across sentences: which statements speak of one agreement, and which agreement an axis belongs to.

use crate::{
    entity::{Entities, EntityId},
    layout::Zone,
    mention::{Kind, MentionId, RuleId},
    reading::Reading,
    record::AgreementStatus,
    reference::Link,
    relation::{AgreementFact, AxisFact, Facts, RoleFact, Source},
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

pub fn attach(reading: &Reading, entities: &Entities, facts: &Facts) -> (Vec<Agreement>, Vec<Loose>) {
    let mut agreements: Vec<Agreement> = Vec::new();
    for fact in &facts.agreements {
        let parties = parties(reading, entities, fact, &facts.roles);
        let found = if fact.whole && !parties.is_empty() {
            agreements.iter().position(|a| same(a, &parties, fact.status)).or_else(|| {
                agreements.push(Agreement::new());
                Some(agreements.len() - 1)
            })
        } else {
            nearest(reading, &agreements, fact.extent, fact.sentence)
        };
        if let Some(i) = found {
            agreements[i].add(reading, fact, &parties);
        }
    }
    // One body is no partnership: a statement that names no other stays out, unless others are hinted at.
    agreements.retain(|a| a.parties.len() + a.unnamed.len() > 1);
    let mut loose = Vec::new();
    let body = |a: &&AxisFact| reading.layout.blocks[reading.sentences[a.sentence as usize].block as usize].zone == Zone::Body;
    for axis in facts.axes.iter().filter(body) {
        match nearest(reading, &agreements, axis.extent, axis.sentence) {
            Some(i) if !agreements[i].axes.iter().any(|a| a.span.overlaps(axis.span) || same_words(reading, a.span, axis.span)) => {
                agreements[i].axes.push(axis.clone())
            }
            Some(_) => {}
            None if agreements.len() > 1 => loose.push(Loose(axis.clone())),
            None => {}
        }
    }
    (agreements, loose)
}

fn same_words(reading: &Reading, a: Span<Tok>, b: Span<Tok>) -> bool {
    a.len() == b.len() && a.range().zip(b.range()).all(|(i, j)| reading.tokens.key(i) == reading.tokens.key(j))
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

/// Whether a statement with these parties speaks of this agreement: the same bodies, both old or both new.
fn same(agreement: &Agreement, parties: &[Link], status: AgreementStatus) -> bool {
    let old = |s: AgreementStatus| matches!(s, AgreementStatus::Existing | AgreementStatus::Ended);
    let known = |l: &Link| agreement.parties.iter().any(|p| p.0 == l.entity);
    let shared = parties.iter().filter(|l| known(l)).count();
    old(agreement.status) == old(status) && (shared == parties.len().min(agreement.parties.len()) && shared > 1)
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
    let new = |a: &Agreement| !matches!(a.status, AgreementStatus::Existing | AgreementStatus::Ended);
    last(&|s| block(s) == block(sentence)).or_else(|| last(&|s| group(s) == group(sentence)).filter(|&i| new(&agreements[i]))).or_else(|| {
        let mut all = agreements.iter().enumerate().filter(|(_, a)| new(a));
        let first = all.next().map(|(i, _)| i);
        match (first, all.next()) {
            (Some(i), None) => Some(i),
            _ if agreements.len() == 1 => Some(0),
            _ => None,
        }
    })
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
        if fact.status < self.status {
            (self.status, self.status_from) = (fact.status, Vec::new());
        }
        if fact.status == self.status {
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
