//! Roles, partnerships and quotes of the record.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Writer;
use crate::{
    attach::Agreement,
    mention::{Kind, RuleId},
    record::{Axis, Evidence, EvidenceMap, Label, Partnership, Quote, Role},
    relation::{AxisFact, Change, Facts, RoleFact},
    span::{Span, Tok},
    text::fold_space,
};

/// Letters that two wordings of one office begin with alike, whatever their gender and number.
const STEM: usize = 4;

/// « minister of A » and « minister of B » are two offices; « minister » and « Belgian minister » may be either.
fn apart(one: &str, other: &str) -> bool {
    // « PDG », « P.-D.G. »: a short form has no words in common with the long one.
    let short = |title: &str| !title.contains(' ') && title.chars().filter(|c| c.is_uppercase()).count() > 1;
    let opening = |title: &str| title.to_lowercase().chars().take(STEM).collect::<String>();
    let words = !short(one) && !short(other) && opening(one) != opening(other);
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let long = |title: &str| title.split_whitespace().count() > 2;
    words || long(&one) && long(&other) && !within(&one, &other) && !within(&other, &one)
}

/// Whether one title is one word, and opens the other.
fn shortens(one: &str, other: &str) -> bool {
    other.to_lowercase().split_whitespace().next() == Some(&one.to_lowercase())
}

/// Whether all words of one title that say something are in the other, in their order.
fn within(one: &str, other: &str) -> bool {
    let words = |title: &str| {
        let words = title.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() >= STEM);
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let rest = words(other);
    let mut rest = rest.iter();
    words(one).iter().all(|word| rest.any(|w| w == word))
}

impl Writer<'_> {
    /// One role for each person, title and organisation; other wordings of the same are mentions of it.
    pub(super) fn roles(&self, facts: &[RoleFact]) -> Vec<Role> {
        let mut out: Vec<Role> = Vec::new();
        let mut of_person: FxHashMap<&String, Vec<usize>> = FxHashMap::default();
        for fact in facts {
            let Some(person) = self.people.get(fact.person) else { continue };
            let organization = fact.organization.as_ref().filter(|l| self.entities.list[l.entity].kind == Kind::Organization);
            let id = organization.and_then(|l| self.organizations.get(l.entity)).cloned();
            let normalized = fact.normalized.as_deref().and_then(|id| self.label("role", id));
            let title = fold_space(self.reading.words(fact.title));
            let same = |r: &Role| {
                let title_fits = match (&r.normalized, &normalized) {
                    (Some(a), Some(b)) => a.id == b.id && !apart(&r.title, &title),
                    _ => r.title.to_lowercase() == title.to_lowercase(),
                };
                // « President Brennok » and « the president of the republic ».
                let less = r.organization.is_none() && id.is_none() && (shortens(&r.title, &title) || shortens(&title, &r.title));
                (title_fits || less) && (r.organization == id || r.organization.is_none() || id.is_none())
            };
            let mention = self.passage(fact.title, fact.rule);
            let mut evidence = EvidenceMap::new();
            if let (Some(link), Some(_)) = (organization, &id) {
                let via = link.via.then(|| fold_space(self.reading.words(link.span)));
                evidence.insert("organization".to_owned(), vec![Evidence { span: self.span(link.span), rule: self.rule(fact.rule), via }]);
            }
            for field in ["person", "title", "status"].into_iter().chain(normalized.is_some().then_some("normalized")) {
                let span =
                    if field == "person" { self.reading.mentions[self.entities.list[fact.person].mentions[0] as usize].span } else { fact.title };
                self.put(&mut evidence, field, span, fact.rule);
            }
            let own = of_person.entry(person).or_default();
            match own.iter().copied().find(|&i| same(&out[i])).map(|i| &mut out[i]) {
                Some(role) => {
                    if !role.mentions.iter().any(|m| m.span == mention.span) {
                        role.mentions.push(mention);
                    }
                    if role.organization.is_none() && id.is_some() {
                        role.organization = id;
                        role.evidence.extend(evidence.into_iter().filter(|(field, _)| field == "organization"));
                    }
                }
                None => {
                    own.push(out.len());
                    out.push(Role {
                        person: person.clone(),
                        organization: id,
                        title,
                        normalized,
                        status: fact.status,
                        mentions: vec![mention],
                        evidence,
                    });
                }
            }
        }
        for role in &mut out {
            role.mentions.sort_by_key(|m| m.span);
            if let Some(first) = role.mentions.first() {
                role.title = fold_space(&first.text);
            }
        }
        out.sort_by_key(|r| r.mentions.first().map(|m| m.span));
        out
    }

    pub(super) fn partnerships(&self, agreements: &[Agreement]) -> Vec<Partnership> {
        agreements.iter().enumerate().map(|(i, agreement)| self.partnership(format!("a{}", i + 1), agreement)).collect()
    }

    fn partnership(&self, id: String, agreement: &Agreement) -> Partnership {
        let mut evidence = EvidenceMap::new();
        let mut kind = None;
        let mut class = None;
        if let Some((mention, _)) = agreement.name {
            let mention = &self.reading.mentions[mention as usize];
            kind = Some(fold_space(self.reading.words(mention.span)));
            self.put(&mut evidence, "kind", mention.span, mention.rule);
            class = self.agreement_type(mention.span, mention.sentence);
            if class.is_some() {
                self.put(&mut evidence, "type", mention.span, mention.rule);
            }
        }
        for source in &agreement.status_from {
            self.put(&mut evidence, "status", source.span, source.rule);
        }
        let mut parties: Vec<(u32, &String)> = Vec::new();
        for (entity, sources) in &agreement.parties {
            let Some(id) = self.organizations.get(*entity) else { continue };
            // In the order of the organisations: a town that acts may have its body's id.
            parties.push((id[1..].parse().unwrap_or(u32::MAX), id));
            let list = evidence.entry("parties".to_owned()).or_default();
            for source in sources {
                let one = self.evidence(source);
                if !list.contains(&one) {
                    list.push(one);
                }
            }
        }
        parties.sort();
        let mut seen = FxHashSet::default();
        parties.retain(|p| seen.insert(p.1));
        for &(span, rule) in &agreement.unnamed {
            self.put(&mut evidence, "unnamed_parties", span, rule);
        }
        let mut unnamed: Vec<String> = agreement.unnamed.iter().map(|u| fold_space(self.reading.words(u.0))).collect();
        unnamed.dedup();
        let mut signatories = Vec::new();
        for (entity, source) in &agreement.signatories {
            if let Some(id) = self.people.get(*entity) {
                signatories.push(id.clone());
                evidence.entry("signatories".to_owned()).or_default().push(self.evidence(source));
            }
        }
        let signed_on = agreement.date.and_then(|(m, rule)| {
            let id = self.dates.get(&m)?;
            self.put(&mut evidence, "signed_on", self.reading.mentions[m as usize].span, rule);
            Some(id.clone())
        });
        let signed_at = agreement.place.as_ref().and_then(|(entity, source)| {
            let id = self.places.get(*entity)?;
            evidence.entry("signed_at".to_owned()).or_default().push(self.evidence(source));
            Some(id.clone())
        });
        let duration = agreement.duration.and_then(|(m, rule)| {
            let mention = &self.reading.mentions[m as usize];
            let value = crate::timeline::duration(&self.reading.page(self.set), mention)?;
            self.put(&mut evidence, "duration", mention.span, rule);
            Some(value)
        });
        let change = agreement.change.filter(|_| agreement.earlier.is_some());
        if let Some((change, name, rule)) = change {
            let field = if change == Change::Renews { "renews" } else { "amends" };
            let words = name.map(|m| self.reading.mentions[m as usize].span).or(agreement.status_from.first().map(|s| s.span));
            if let Some(span) = words {
                self.put(&mut evidence, field, span, rule);
            }
        }
        let earlier = |wanted: Change| {
            let number = agreement.earlier.filter(|_| change.is_some_and(|c| c.0 == wanted))?;
            Some(format!("a{}", number + 1))
        };
        let mut axes: Vec<Axis> = agreement.axes.iter().map(|a| self.axis(a)).collect();
        axes.sort_by_key(|a| a.span);
        Partnership {
            id,
            kind,
            class,
            status: agreement.status,
            parties: parties.into_iter().map(|p| p.1.clone()).collect(),
            unnamed_parties: unnamed,
            signatories,
            signed_on,
            signed_at,
            duration,
            renews: earlier(Change::Renews),
            amends: earlier(Change::Amends),
            axes,
            evidence,
        }
    }

    /// The type of the agreement noun that opens the words, adjectives passed over.
    fn agreement_type(&self, span: Span<Tok>, sentence: u32) -> Option<Label> {
        let noun = self.set.lexicon.class("agreement-noun")?;
        let lang = self.reading.lang(sentence as usize);
        let hit = span.range().find_map(|t| self.reading.hits.at(t).iter().copied().find(|h| h.class == noun && (h.lang == 0 || h.lang == lang)))?;
        self.label("agreement", self.set.lexicon.value(hit))
    }

    fn axis(&self, fact: &AxisFact) -> Axis {
        let class = self.set.lexicon.class("topic");
        let lang = self.reading.lang(fact.sentence as usize);
        let mut topics: Vec<Label> = Vec::new();
        let mut at = fact.span.start;
        while at < fact.span.end {
            let hit = self.reading.hits.at(at as usize).iter().copied().find(|h| Some(h.class) == class && (h.lang == 0 || h.lang == lang));
            // Topics of words inside a longer entry are not meant.
            at += hit.map_or(1, |h| u32::from(h.len));
            let label = hit.and_then(|h| self.label("topic", self.set.lexicon.value(h)));
            topics.extend(label.filter(|l| !topics.iter().any(|t| t.id == l.id)));
        }
        Axis {
            text: self.reading.words(fact.span).to_owned(),
            span: self.span(fact.span),
            kind: fact.kind,
            topics,
            head: None,
            rule: self.rule(fact.rule),
        }
    }

    pub(super) fn quotes(&self, facts: &Facts) -> Vec<Quote> {
        let mut out: Vec<Quote> = Vec::new();
        for fact in &facts.speeches {
            let quote: Quote = self.quote(fact.quote, fact.speaker.and_then(|e| self.people.get(e)).cloned(), fact.rule);
            match out.iter_mut().find(|q| q.span == quote.span) {
                Some(known) if known.speaker.is_none() => *known = quote,
                Some(_) => {}
                None => out.push(quote),
            }
        }
        out.sort_by_key(|q| q.span);
        out
    }

    fn quote(&self, span: Span<Tok>, speaker: Option<String>, rule: RuleId) -> Quote {
        Quote { speaker, text: self.reading.words(span).to_owned(), span: self.span(span), rule: self.rule(rule) }
    }
}
