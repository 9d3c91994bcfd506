//! Which of several matches in one place stands. One function, one total order, and one closed table of what may lie inside what.

use crate::{
    mention::{Clause, Fate, Kind, Mention, MentionId},
    rules::load::RuleSet,
    span::{Span, Tok},
};

/// Settles the matches `from..`, those of one stage and one sentence, among themselves.
pub fn resolve(mentions: &mut [Mention], from: usize, set: &RuleSet) {
    if from == mentions.len() {
        return;
    }
    for mention in &mut mentions[from..] {
        if set.rules[mention.rule as usize].draft {
            mention.fate = Fate::Draft;
        }
    }
    let mut kept: Vec<usize> = (from..mentions.len()).filter(|&i| mentions[i].is_kept()).collect();
    kept.sort_by_key(|&i| zone(&mentions[i]).start);
    // Only what meets can clash, and a sentence may be long: each stretch that no match reaches over is settled for itself.
    let (mut first, mut end) = (0, 0);
    for next in 0..=kept.len() {
        let here = kept.get(next).map(|&i| zone(&mentions[i]));
        if here.is_none_or(|zone| zone.start >= end) {
            settle(mentions, &mut kept[first..next], set);
            first = next;
        }
        end = here.map_or(end, |zone| zone.end.max(end));
    }
}

/// Settles some matches, best first; whoever meets a better one loses.
fn settle(mentions: &mut [Mention], order: &mut [usize], set: &RuleSet) {
    order.sort_by_key(|&i| rank(&mentions[i], set));
    prefer(mentions, order, set);
    let mut standing: Vec<usize> = Vec::new();
    for &i in order.iter() {
        if !mentions[i].is_kept() {
            continue;
        }
        match standing.iter().copied().find(|&s| clash(&mentions[s], &mentions[i])) {
            Some(s) => mentions[i].fate = Fate::Lost { to: s as MentionId, clause: clause(&mentions[s], &mentions[i], set) },
            None => standing.push(i),
        }
    }
}

/// Where a match can clash with others.
fn zone(mention: &Mention) -> Span<Tok> {
    key(mention).unwrap_or(mention.extent)
}

type Rank = (std::cmp::Reverse<usize>, u32, std::cmp::Reverse<u16>, u32);

/// The order after `over`: longer extent, earlier start, more literal elements, rule id (rules are numbered by id).
fn rank(mention: &Mention, set: &RuleSet) -> Rank {
    let literals = set.rules[mention.rule as usize].find.literals;
    (std::cmp::Reverse(mention.extent.len()), mention.extent.start, std::cmp::Reverse(literals), mention.rule)
}

fn clause(winner: &Mention, loser: &Mention, set: &RuleSet) -> Clause {
    let (w, l) = (rank(winner, set), rank(loser, set));
    match () {
        () if w.0 != l.0 => Clause::LongerExtent,
        () if w.1 != l.1 => Clause::EarlierStart,
        () if w.2 != l.2 => Clause::MoreLiterals,
        () => Clause::RuleId,
    }
}

/// `over` comes before everything: rules that no other is over speak first.
fn prefer(mentions: &mut [Mention], order: &[usize], set: &RuleSet) {
    let mut by_reach: Vec<usize> = order.iter().copied().filter(|&i| !set.rules[mentions[i].rule as usize].over.is_empty()).collect();
    by_reach.sort_by_key(|&i| std::cmp::Reverse(set.rules[mentions[i].rule as usize].over.len()));
    for i in by_reach {
        if !mentions[i].is_kept() {
            continue;
        }
        for &j in order {
            let over = set.rules[mentions[i].rule as usize].over.contains(&mentions[j].rule);
            if over && mentions[j].is_kept() && clash(&mentions[i], &mentions[j]) {
                mentions[j].fate = Fate::Lost { to: i as MentionId, clause: Clause::Over };
            }
        }
    }
}

/// Whether two matches cannot both stand. Mentions: where their extents meet. Relations: where they say the same thing of the same mention.
fn clash(a: &Mention, b: &Mention) -> bool {
    if !a.kind.is_relation() && !b.kind.is_relation() {
        return a.extent.overlaps(b.extent) && !seats(a, b) && !seats(b, a);
    }
    a.kind == b.kind && key(a).zip(key(b)).is_some_and(|(a, b)| a.overlaps(b))
}

/// A place inside a title stays: « maire de X ».
fn seats(title: &Mention, place: &Mention) -> bool {
    (title.kind, place.kind) == (Kind::Title, Kind::Place) && title.span.contains(place.extent) && title.span != place.span
}

/// What a relation is about: two of one kind about the same thing are rivals.
fn key(relation: &Mention) -> Option<Span<Tok>> {
    match relation.kind {
        // The main capture of these outputs is `span` (see `Compiled::span`).
        Kind::Axis | Kind::Speech | Kind::Founding => Some(relation.span),
        Kind::Role | Kind::Partnership => Some(relation.extent),
        _ => None,
    }
}

/// Settles the kept mentions of one stage (`from..`) against those of earlier stages: what lies inside is dropped or stays, by the table;
/// what partly overlaps, or is no longer than what was there, loses.
pub fn contain(mentions: &mut [Mention], from: usize, set: &RuleSet, named: &dyn Fn(&Mention) -> bool) {
    let mut earlier: Vec<usize> = (0..from).filter(|&i| mentions[i].is_kept() && !mentions[i].kind.is_relation()).collect();
    earlier.sort_by_key(|&i| (mentions[i].extent, i));
    // Extents may lie in one another: the longest says how far back one that reaches here can start.
    let longest = earlier.iter().map(|&i| mentions[i].extent.len()).max().unwrap_or(0) as u32;
    for outer in from..mentions.len() {
        let extent = mentions[outer].extent;
        if !mentions[outer].is_kept() || mentions[outer].kind.is_relation() {
            continue;
        }
        let first = earlier.partition_point(|&i| mentions[i].extent.start + longest < extent.start);
        let near: Vec<usize> =
            earlier[first..].iter().copied().take_while(|&i| mentions[i].extent.start < extent.end).filter(|&i| mentions[i].is_kept()).collect();
        let blocked = near.iter().copied().find(|&i| mentions[i].extent.overlaps(extent) && !extent.contains(mentions[i].extent));
        let same = near
            .iter()
            .copied()
            .find(|&i| mentions[i].span == mentions[outer].span && mentions[i].kind == mentions[outer].kind && mentions[i].extent == extent);
        if let Some(i) = blocked.or(same) {
            mentions[outer].fate = Fate::Lost { to: i as MentionId, clause: Clause::LongerExtent };
            continue;
        }
        for inner in near {
            let (o, i) = (&mentions[outer], &mentions[inner]);
            if extent.contains(i.extent) && !stays(o, i, named) && !is_own_place(set, o, i) {
                mentions[inner].fate = Fate::Lost { to: outer as MentionId, clause: Clause::Inside };
            }
        }
    }
}

/// The closed table: whether `inner` stays listed inside `outer`.
fn stays(outer: &Mention, inner: &Mention, named: &dyn Fn(&Mention) -> bool) -> bool {
    // What stands in the extent but not in the name (an apposition, an honorific) is beside it, not inside.
    if !outer.span.overlaps(inner.span) {
        return true;
    }
    match (outer.kind, inner.kind) {
        // The longer name takes the place of one that is the same, or the same cut short.
        (Kind::Organization, Kind::Organization) => {
            let cut_short = inner.span.start == outer.span.start && inner.span.len() > 1;
            outer.span != inner.span && !cut_short && named(inner)
        }
        (Kind::Organization, Kind::Place | Kind::Person | Kind::Title | Kind::Agreement) => false,
        (Kind::Title, Kind::Place | Kind::Organization) => true,
        (Kind::Agreement, Kind::Date | Kind::Organization | Kind::Place) => true,
        (Kind::Person, Kind::Title) => false,
        (a, b) if a == b => false,
        _ => false,
    }
}

/// The town or region that a rule names beside the body is both: « Ville de X ».
fn is_own_place(set: &RuleSet, outer: &Mention, inner: &Mention) -> bool {
    let slot = set.rules[outer.rule as usize].slot_of("place");
    slot.is_some_and(|slot| outer.captures_of(slot).any(|c| c.span == inner.span && inner.kind == Kind::Place))
}
