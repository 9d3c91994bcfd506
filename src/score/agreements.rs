//! Agreements of the record against those of the gold: aligned by the parties that they share, then compared part by part.

use std::collections::BTreeSet;

use super::{
    Field, Judge, Pairs, Verdict, Who,
    compare::{days, form, same_axis, shared, words},
    pair, texts, who,
};
use crate::{
    gold,
    record::{AgreementStatus, Partnership},
};

/// A shared party tells more of an agreement than shared axes do.
const PARTY: f64 = 10.0;

/// One agreement, ready to compare.
struct Told {
    parties: BTreeSet<Who>,
    /// Words of each axis.
    axes: Vec<Vec<String>>,
    signed_on: Option<String>,
    signed_at: Option<String>,
}

impl Told {
    /// The words of all axes, each once an axis, sorted.
    fn words(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for axis in &self.axes {
            let mut own = axis.clone();
            own.dedup();
            all.extend(own);
        }
        all.sort();
        all
    }
}

/// What a text announces: gold leaves the others out.
fn announced(it: &Partnership) -> bool {
    !matches!(it.status, AgreementStatus::Existing | AgreementStatus::Planned | AgreementStatus::Ended)
}

impl Judge<'_> {
    pub(super) fn agreements(&mut self, organizations: &Pairs, places: &Pairs) {
        let record: Vec<&Partnership> = self.record.partnerships.iter().filter(|it| announced(it)).collect();
        let wanted: Vec<Told> = self.gold.partnerships.iter().map(|it| self.wanted(it)).collect();
        let found: Vec<Told> = record.iter().map(|it| self.found(it, organizations)).collect();
        let aligned = pair(wanted.len(), found.len(), |g, f| {
            let both = wanted[g].parties.intersection(&found[f].parties).count() as f64;
            let axes = wanted[g].axes.iter().flat_map(|a| found[f].axes.iter().map(move |b| same_axis(a, b))).filter(|alike| *alike > 0.0).count();
            PARTY * both + axes as f64
        });
        let none = Told { parties: BTreeSet::new(), axes: Vec::new(), signed_on: None, signed_at: None };
        for &(g, f) in &aligned {
            self.parties(&wanted[g], &found[f], record[f]);
            self.signing(&wanted[g], &found[f], places);
            self.axes(Some(&self.gold.partnerships[g]), &wanted[g], Some(record[f]), &found[f]);
        }
        for (g, it) in wanted.iter().enumerate().filter(|(g, _)| aligned.iter().all(|pair| pair.0 != *g)) {
            self.alone(it, &none);
            let gold = &self.gold.partnerships[g];
            self.axes(Some(gold), it, None, &none);
            self.missed(Field::Parties, &format!("a whole agreement: {}", gold.parties.join(" + ")), &gold.kind);
        }
        for (f, it) in found.iter().enumerate().filter(|(f, _)| aligned.iter().all(|pair| pair.1 != *f)) {
            self.alone(&none, it);
            self.axes(None, &none, Some(record[f]), it);
            let names: Vec<&str> = record[f].parties.iter().map(|id| self.body(id)).collect();
            let what = format!("a whole agreement: {}", names.join(" + "));
            for evidence in record[f].evidence.get("parties").into_iter().flatten() {
                self.made(&evidence.rule, false);
            }
            match record[f].evidence.values().flatten().next() {
                Some(first) => self.extra(Field::Parties, &what, &first.rule, first.span),
                None => self.fault(Field::Parties, Verdict::Extra, what, None, None),
            }
        }
    }

    fn wanted(&self, it: &gold::Partnership) -> Told {
        let number = |name: &String| self.gold.organizations.iter().position(|own| own.name == *name).map_or(Who::Nobody, Who::Gold);
        Told {
            parties: it.parties.iter().map(number).collect(),
            axes: it.axes.iter().map(|axis| words(self.set, axis)).collect(),
            signed_on: it.signed_on.clone(),
            signed_at: it.signed_at.clone(),
        }
    }

    fn found(&self, it: &Partnership, organizations: &Pairs) -> Told {
        let number = |id: &String| self.record.organizations.iter().position(|own| own.id == *id);
        let date = |id: &String| self.record.dates.iter().find(|own| own.id == *id).and_then(|own| own.value.clone());
        Told {
            parties: it.parties.iter().map(|id| who(number(id), organizations)).collect(),
            axes: it.axes.iter().map(|axis| words(self.set, &axis.text)).collect(),
            signed_on: it.signed_on.as_ref().and_then(date),
            signed_at: it.signed_at.clone(),
        }
    }

    fn body(&self, id: &str) -> &str {
        self.record.organizations.iter().find(|own| own.id == id).map_or("-", |own| own.name.as_str())
    }

    /// An agreement that has no counterpart: all of its parts are missed, or extra.
    fn alone(&mut self, gold: &Told, found: &Told) {
        self.tally(Field::Parties, 0, gold.parties.len(), found.parties.len());
        self.tally(Field::SignedOn, 0, usize::from(gold.signed_on.is_some()), usize::from(found.signed_on.is_some()));
        self.tally(Field::SignedAt, 0, usize::from(gold.signed_at.is_some()), usize::from(found.signed_at.is_some()));
    }

    fn parties(&mut self, gold: &Told, found: &Told, record: &Partnership) {
        let both = gold.parties.intersection(&found.parties).count();
        self.tally(Field::Parties, both, gold.parties.len(), found.parties.len());
        let right = found.parties.is_subset(&gold.parties);
        for evidence in record.evidence.get("parties").into_iter().flatten() {
            self.made(&evidence.rule, right);
        }
        for who in gold.parties.difference(&found.parties) {
            if let Who::Gold(index) = *who {
                let name = self.gold.organizations[index].name.clone();
                self.missed(Field::Parties, &name, &name);
            }
        }
        let first = record.evidence.get("parties").and_then(|list| list.first()).cloned();
        for who in found.parties.difference(&gold.parties) {
            let name = match *who {
                Who::Gold(index) => &self.gold.organizations[index].name,
                Who::Other(index) => &self.record.organizations[index].name,
                Who::Nobody => continue,
            };
            let name = name.clone();
            match &first {
                Some(first) => self.extra(Field::Parties, &name, &first.rule, first.span),
                None => self.fault(Field::Parties, Verdict::Extra, name, None, None),
            }
        }
    }

    fn signing(&mut self, gold: &Told, found: &Told, places: &Pairs) {
        let same = |a: &String, b: &String| days(a).is_some() && days(a) == days(b);
        let on = gold.signed_on.as_ref().zip(found.signed_on.as_ref()).is_some_and(|(a, b)| same(a, b));
        self.part(Field::SignedOn, on, gold.signed_on.clone(), found.signed_on.clone());

        let site = found.signed_at.as_ref().and_then(|id| self.record.places.iter().position(|own| own.id == *id));
        let name = site.map(|index| self.record.places[index].name.clone());
        let at = match (&gold.signed_at, site) {
            (Some(wanted), Some(site)) => {
                let wanted = form(wanted);
                let twin = places.iter().find(|pair| pair.1 == site).map(|pair| &self.gold.places[pair.0]);
                let listed = twin.is_some_and(|twin| twin.mentions.iter().chain([&twin.name]).any(|own| form(own) == wanted));
                let own = &self.record.places[site];
                listed || texts(&own.mentions).chain([own.name.as_str()]).map(form).any(|own| own.contains(&wanted) || wanted.contains(&own))
            }
            _ => false,
        };
        self.part(Field::SignedAt, at, gold.signed_at.clone(), name);
    }

    /// A part that an agreement has once at most.
    fn part(&mut self, field: Field, right: bool, wanted: Option<String>, found: Option<String>) {
        self.tally(field, usize::from(right), usize::from(wanted.is_some()), usize::from(found.is_some()));
        if !right && (wanted.is_some() || found.is_some()) {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "null".to_owned());
            self.fault(field, Verdict::Different, format!("wanted {}, found {}", shown(wanted), shown(found)), None, None);
        }
    }

    fn axes(&mut self, gold: Option<&gold::Partnership>, wanted: &Told, record: Option<&Partnership>, found: &Told) {
        let pairs = pair(wanted.axes.len(), found.axes.len(), |g, f| same_axis(&wanted.axes[g], &found.axes[f]));
        self.tally(Field::Axes, pairs.len(), wanted.axes.len(), found.axes.len());
        let (own, other) = (wanted.words(), found.words());
        self.tally(Field::AxisWords, shared(&own, &other), own.len(), other.len());
        for (g, axis) in gold.iter().flat_map(|it| it.axes.iter().enumerate()) {
            if pairs.iter().all(|pair| pair.0 != g) {
                self.missed(Field::Axes, axis, axis);
            }
        }
        for (f, axis) in record.iter().flat_map(|it| it.axes.iter().enumerate()) {
            let right = pairs.iter().any(|pair| pair.1 == f);
            self.made(&axis.rule, right);
            if !right {
                self.extra(Field::Axes, &axis.text, &axis.rule, axis.span);
            }
        }
    }
}
