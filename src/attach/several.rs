//! Several agreements told together, and each of them told for itself.

use super::{Agreement, Source, add_axis, is_new};
use crate::{
    entity::EntityId,
    reading::Reading,
    relation::{AxisFact, Number},
};

fn is_several(agreement: &Agreement) -> bool {
    is_new(agreement.status) && matches!(agreement.number, Number::Many(_))
}

/// The agreements that an axis of several belongs to: those told together, else all that are new.
pub(super) fn told_together(agreements: &[Agreement], axis: &AxisFact) -> Vec<usize> {
    if !matches!(axis.number, Number::Many(_)) {
        return Vec::new();
    }
    let new = || (0..agreements.len()).filter(|&i| is_new(agreements[i].status));
    let before = |i: &usize| agreements[*i].first_told().is_some_and(|t| t.0.start < axis.extent.start);
    match new().filter(|&i| is_several(&agreements[i])).rfind(before) {
        Some(i) => vec![i],
        None => new().filter(before).collect(),
    }
}

/// One body signs several agreements: it is a party of each that is told for itself by the other side alone.
pub(super) fn lend_party(agreements: &mut [Agreement]) {
    let signs = agreements.iter().find(|a| is_several(a) && a.parties.len() == 1).map(|a| a.parties[0].clone());
    let Some(party) = signs.or_else(|| common(agreements)) else { return };
    let one = |a: &&mut Agreement| matches!(a.number, Number::Nth(_)) && a.parties.len() == 1 && a.parties[0].0 != party.0;
    agreements.iter_mut().filter(one).for_each(|a| a.parties.push(party.clone()));
}

/// The one body that two or more agreements told one by one have in common.
fn common(agreements: &[Agreement]) -> Option<(EntityId, Vec<Source>)> {
    let full: Vec<&Agreement> = agreements.iter().filter(|a| is_new(a.status) && matches!(a.number, Number::Nth(_)) && a.parties.len() > 1).collect();
    let mut shared = full.get(1).and(full.first())?.parties.iter().filter(|p| full.iter().all(|a| a.parties.iter().any(|q| q.0 == p.0)));
    let only = shared.next()?.clone();
    shared.next().is_none().then_some(only)
}

/// What is told of several together goes to each of them that is told for itself; where none is, « three agreements with A, B and C » are
/// one with each.
pub(super) fn part(reading: &Reading, agreements: &mut Vec<Agreement>) {
    while let Some(i) = (0..agreements.len()).find(|&i| is_several(&agreements[i])) {
        let mut whole = agreements.remove(i);
        let shares = |a: &Agreement| matches!(a.number, Number::Nth(_)) || a.parties.iter().any(|p| whole.parties.iter().any(|q| q.0 == p.0));
        let members: Vec<usize> =
            (0..agreements.len()).filter(|&j| is_new(agreements[j].status) && !is_several(&agreements[j]) && shares(&agreements[j])).collect();
        if members.len() > 1 {
            for j in members {
                agreements[j].share(reading, &whole);
            }
            continue;
        }
        // Told of others, and of one body alone.
        if whole.parties.len() < 2 && whole.unnamed.is_empty() && whole.signatories.is_empty() {
            continue;
        }
        let others = whole.parties.len().saturating_sub(1);
        if let Some(mut ones) = by_ordinal(&whole) {
            if whole.side == 1 && others > 1 && ones.len() == others {
                ones.iter_mut().zip(&whole.parties[1..]).for_each(|(one, other)| one.parties = vec![whole.parties[0].clone(), other.clone()]);
            }
            agreements.extend(ones);
            continue;
        }
        if whole.side == 1 && others > 1 && whole.number == Number::Many(i8::try_from(others).ok()) {
            for party in whole.parties.split_off(1) {
                let mut one = Agreement { number: Number::One, ..whole.clone() };
                one.parties.push(party);
                agreements.push(one);
            }
        } else {
            whole.number = Number::One;
            agreements.push(whole);
        }
    }
    agreements.sort_by_key(Agreement::first_told);
}

/// « The first one is about X, the second one about Y »: one agreement each; what is told before them, or of all, is told of each.
fn by_ordinal(whole: &Agreement) -> Option<Vec<Agreement>> {
    let mut ones: Vec<Agreement> = Vec::new();
    let mut shared: Vec<AxisFact> = Vec::new();
    for axis in &whole.axes {
        match (axis.number, ones.last_mut()) {
            (Number::Nth(n), last) if last.as_ref().is_none_or(|one| one.number != Number::Nth(n)) => {
                ones.push(Agreement { number: axis.number, axes: vec![axis.clone()], ..whole.clone() });
            }
            (Number::Many(_), _) | (_, None) => shared.push(axis.clone()),
            (_, Some(one)) => one.axes.push(axis.clone()),
        }
    }
    ones.iter_mut().for_each(|one| one.axes.splice(0..0, shared.iter().cloned()).for_each(drop));
    let fits = !matches!(whole.number, Number::Many(Some(n)) if i8::try_from(ones.len()).is_ok_and(|told| told > n));
    (ones.len() > 1 && fits).then_some(ones)
}

impl Agreement {
    /// Takes what is told of all.
    pub(super) fn share(&mut self, reading: &Reading, all: &Agreement) {
        if all.status < self.status {
            (self.status, self.status_from) = (all.status, all.status_from.clone());
        }
        self.name = self.name.or(all.name);
        self.date = self.date.or(all.date);
        self.place = self.place.take().or_else(|| all.place.clone());
        self.duration = self.duration.or(all.duration);
        for axis in &all.axes {
            add_axis(reading, &mut self.axes, axis);
        }
    }
}
