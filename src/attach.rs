//! Across sentences: which statements speak of one agreement, and which agreement an axis belongs to.

mod items;
mod occasion;
mod parties;
mod several;

use crate::{
    entity::{Entities, EntityId},
    layout::{BlockKind, Zone},
    mention::{Kind, Mention, MentionId, RuleId},
    reading::Reading,
    record::AgreementStatus,
    reference::Link,
    relation::{AgreementFact, AxisFact, Change, Facts, Number, Source},
    rules::load::RuleSet,
    span::{Span, Tok},
};

/// One agreement of the document, with the places that each of its values came from.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Which or how many the statement speaks of that made it.
    number: Number,
    /// How many of the parties stand before the words of signing.
    side: usize,
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
    /// What it does to an earlier one, the words for that one, and the rule.
    pub change: Option<(Change, Option<MentionId>, RuleId)>,
    /// Which one that is.
    pub earlier: Option<usize>,
    /// Where it is spoken of: extents with their sentences.
    told: Vec<(Span<Tok>, u32)>,
}

/// An axis that more than one agreement could have.
#[derive(Debug)]
pub struct Loose(pub AxisFact);

/// One statement, and the bodies that it names.
type Told = (AgreementFact, Vec<Link>);

/// `old` tells of a date that lies too far back to be news; of one told aside that it need not lie so far.
pub fn attach(
    set: &RuleSet,
    reading: &Reading,
    entities: &Entities,
    facts: &Facts,
    old: &dyn Fn(MentionId, bool) -> bool,
) -> (Vec<Agreement>, Vec<Loose>) {
    let aged: Vec<AgreementFact> = facts.agreements.iter().map(|fact| aged(reading, fact, old)).collect();
    let mut told: Vec<Told> = aged.iter().map(|fact| (fact.clone(), parties::of(set, reading, entities, fact, &facts.roles))).collect();
    lend(&mut told);
    repeat(&mut told);
    let (whole, part): (Vec<Told>, Vec<Told>) = told.into_iter().partition(|(fact, parties)| fact.whole && !parties.is_empty());
    let (clear, vague): (Vec<_>, Vec<_>) = whole.into_iter().partition(|(fact, _)| fact.status.is_some());
    // The body before the title, which may name states where the body names those who sign for them.
    let (title, body): (Vec<_>, Vec<_>) = clear.into_iter().partition(|(fact, _)| block_kind(reading, fact.sentence) == BlockKind::Title);
    let (all, part): (Vec<_>, Vec<_>) = part.into_iter().partition(|(fact, _)| fact.all);
    let mut agreements: Vec<Agreement> = Vec::new();
    add_whole(reading, entities, &mut agreements, body);
    // Where the body tells of nothing new, what other sentences add belongs to the title's agreement.
    let title = if agreements.iter().any(|a| is_new(a.status)) {
        title
    } else {
        add_whole(reading, entities, &mut agreements, title);
        Vec::new()
    };
    add_vague(reading, entities, &mut agreements, vague);
    items::split(reading, &mut agreements, &part);
    for (fact, parties) in part {
        if let Some(i) = nearest(reading, &agreements, fact.extent, fact.sentence) {
            let alone = fact.whole && fact.same_parties && agreements[i].parties.len() < 2;
            let parties = if alone { named_before(set, reading, entities, &fact) } else { parties };
            agreements[i].add(reading, &fact, &parties);
        } else if fact.whole && fact.same_parties {
            let parties = named_before(set, reading, entities, &fact);
            if !parties.is_empty() {
                agreements.push(Agreement::new());
                let i = agreements.len() - 1;
                agreements[i].add(reading, &fact, &parties);
            }
        } else if !fact.whole && agreements.iter().all(|a| a.first_told().is_some_and(|t| fact.extent.start < t.0.start)) {
            // What is told before all of them holds for all.
            agreements.iter_mut().filter(|a| is_new(a.status)).for_each(|a| a.add(reading, &fact, &[]));
        }
    }
    add_whole(reading, entities, &mut agreements, title);
    add_hinted(set, reading, entities, &mut agreements, &aged);
    for (fact, _) in all {
        agreements.iter_mut().filter(|a| is_new(a.status)).for_each(|a| a.add(reading, &fact, &[]));
    }
    occasion::lend(set, reading, entities, &mut agreements, &|date| old(date, false));
    several::lend_party(&mut agreements);
    absorb(&mut agreements);
    // One body is no partnership: a statement that names no other stays out, unless others are hinted at, or sign in person.
    lend_day(&mut agreements);
    let apart = agreements.iter().filter(|a| matches!(a.number, Number::Nth(_))).count() > 1;
    let rest = |a: &Agreement| apart && matches!(a.number, Number::Many(_));
    agreements.retain(|a| rest(a) || a.parties.len() + a.unnamed.len() + usize::from(a.parties.len() == 1 && !a.signatories.is_empty()) > 1);
    agreements.sort_by_key(Agreement::first_told);
    let loose = add_axes(reading, entities, &mut agreements, &facts.axes);
    several::part(reading, &mut agreements);
    add_earlier(&mut agreements);
    (agreements, loose)
}

/// A signing of which the text does not say again between whom has its bodies so many sentences before at most.
const BACK: u32 = 3;

/// A signing that is news, where no rule saw between whom: the bodies that the nearest sentence before,
/// or the title, opens with as a list.
fn add_hinted(set: &RuleSet, reading: &Reading, entities: &Entities, agreements: &mut Vec<Agreement>, facts: &[AgreementFact]) {
    let news = |f: &&AgreementFact| matches!(f.status, Some(AgreementStatus::Signed | AgreementStatus::Announced));
    let new = |f: &&AgreementFact| !f.whole && !f.all && f.number == Number::One && news(f);
    let Some(fact) = facts.iter().find(new) else { return };
    if agreements.iter().any(|a| a.parties.len() + a.unnamed.len() > 1) {
        return;
    }
    let titles = (0..reading.sentences.len() as u32).filter(|&s| block_kind(reading, s) == BlockKind::Title);
    let near = (0..=BACK).map_while(|back| fact.sentence.checked_sub(back)).chain(titles);
    // The nearest one that names any.
    let named = near.map(|sentence| parties::in_sentence(reading, entities, sentence)).find(|t| !t.is_empty());
    if let Some(told) = named.as_ref().and_then(|t| parties::listed(set, reading, t)) {
        agreements.retain(|a| !is_new(a.status));
        let mut agreement = Agreement { status: AgreementStatus::Announced, ..Agreement::new() };
        for part in facts.iter().filter(new) {
            agreement.add(reading, part, if part.extent == fact.extent { told } else { &[] });
        }
        agreements.push(agreement);
    }
}

/// Of agreements told in one sentence those without day and place have those of the first that has them.
fn lend_day(agreements: &mut [Agreement]) {
    for i in 0..agreements.len() {
        let here = |a: &Agreement| is_new(a.status) && a.told.iter().any(|t| agreements[i].told.iter().any(|u| u.1 == t.1));
        if !is_new(agreements[i].status) || agreements[i].date.is_some() || agreements[i].place.is_some() {
            continue;
        }
        let day = agreements.iter().find(|a| here(a) && a.date.is_some()).map(|a| (a.date, a.place.clone()));
        if let Some((date, place)) = day {
            (agreements[i].date, agreements[i].place) = (date, place);
        }
    }
}

/// A list of signatories of which one house alone was read speaks of the agreement that is told in full.
fn absorb(agreements: &mut Vec<Agreement>) {
    let many = agreements.iter().any(|a| is_new(a.status) && matches!(a.number, Number::Many(_)) && a.parties.len() > 1);
    let part = |a: &Agreement| a.number == Number::One || many && matches!(a.number, Number::Nth(_));
    let half = |a: &Agreement| is_new(a.status) && part(a) && a.parties.len() == 1 && a.unnamed.is_empty();
    while let Some(i) = agreements.iter().position(half) {
        let mut full = (0..agreements.len()).filter(|&j| is_new(agreements[j].status) && agreements[j].parties.len() > 1);
        let Some(j) = full.next().filter(|_| full.next().is_none()) else { return };
        let part = agreements[i].clone();
        let whole = &mut agreements[j];
        whole.told.extend(part.told);
        whole.date = whole.date.or(part.date);
        whole.place = whole.place.take().or(part.place);
        let more = part.signatories.into_iter().filter(|s| !whole.signatories.iter().any(|k| k.0 == s.0)).collect::<Vec<_>>();
        whole.signatories.extend(more);
        agreements.remove(i);
    }
}

/// A statement whose date lies far back tells of what there was before; where it names the bodies further down, a month ago is far.
fn aged(reading: &Reading, fact: &AgreementFact, old: &dyn Fn(MentionId, bool) -> bool) -> AgreementFact {
    let mut fact = fact.clone();
    let aside = fact.whole && !opens(reading, fact.sentence);
    if fact.date.is_some_and(|date| old(date, aside)) && fact.status.is_none_or(is_new) {
        fact.status = Some(AgreementStatus::Existing);
    }
    fact
}

/// People sign, and the same sentence says between whom: these are the parties.
fn lend(told: &mut [Told]) {
    for i in 0..told.len() {
        let (fact, parties) = &told[i];
        if !fact.whole || fact.same_parties || fact.status.is_none() || !parties.is_empty() {
            continue;
        }
        let between =
            told.iter().find(|(other, parties)| other.whole && other.status.is_none() && other.sentence == fact.sentence && parties.len() > 1);
        if let Some(parties) = between.map(|b| b.1.clone()) {
            told[i].1 = parties;
        }
    }
}

/// « The two countries signed one of this and one of that »: each is between the bodies told before.
fn repeat(told: &mut [Told]) {
    for i in 1..told.len() {
        let each = |(fact, parties): &Told| fact.whole && fact.same_parties && matches!(fact.number, Number::Nth(_)) && parties.is_empty();
        let before = told[..i].iter().rev().find(|(_, parties)| parties.len() > 1).map(|t| t.1.clone());
        if each(&told[i])
            && let Some(parties) = before
        {
            told[i].1 = parties;
        }
    }
}

/// Statements that do not say how far an agreement has come: they join one of the same bodies; else it is announced where the title
/// or the first paragraph tells of it and nothing new is told elsewhere, and there before otherwise.
fn add_vague(reading: &Reading, entities: &Entities, agreements: &mut Vec<Agreement>, facts: Vec<Told>) {
    let lead = reading.layout.blocks.iter().position(|b| matches!(b.kind, BlockKind::Paragraph | BlockKind::ListItem));
    let news = agreements.iter().any(|a| is_new(a.status));
    let (title, body): (Vec<Told>, Vec<Told>) = facts.into_iter().partition(|(fact, _)| block_kind(reading, fact.sentence) == BlockKind::Title);
    for (mut fact, parties) in body.into_iter().chain(title) {
        let leads = reading.sentences[fact.sentence as usize].block as usize <= lead.unwrap_or(0);
        let known = agreements.iter().any(|a| same(a, &parties, &fact));
        if !known && stands_for(reading, entities, agreements, &fact, &parties).is_none() {
            // « Three conventions were signed. The first, between X and Y, … »
            let one = matches!(fact.number, Number::Nth(_));
            // The partnership between two countries is there before any release.
            let titled = block_kind(reading, fact.sentence) == BlockKind::Title;
            let states = !titled && parties.iter().all(|l| entities.list[l.entity].kind == Kind::Place);
            fact.status = Some(if leads && !news && !states || one { AgreementStatus::Announced } else { AgreementStatus::Existing });
        }
        add_whole(reading, entities, agreements, vec![(fact, parties)]);
    }
}

/// Axes join the nearest agreement; those that several could have are given back.
fn add_axes(reading: &Reading, entities: &Entities, agreements: &mut [Agreement], axes: &[AxisFact]) -> Vec<Loose> {
    let mut loose = Vec::new();
    let body = |a: &&AxisFact| reading.layout.blocks[reading.sentences[a.sentence as usize].block as usize].zone == Zone::Body;
    for axis in axes.iter().filter(body) {
        let several = several::told_together(agreements, axis);
        for &i in &several {
            add_axis(reading, &mut agreements[i].axes, axis);
        }
        let near = named(reading, agreements, axis).or_else(|| nearest(reading, agreements, up_to(axis), axis.sentence));
        let acts = |i: usize| axis.by.iter().any(|&e| agreements[i].parties.iter().any(|p| one_body(reading, entities, p.0, e)));
        if !axis.by.is_empty() && !near.is_some_and(acts) {
            continue;
        }
        match near {
            _ if !several.is_empty() => {}
            Some(i) => add_axis(reading, &mut agreements[i].axes, axis),
            None if agreements.len() > 1 => loose.push(Loose(axis.clone())),
            None => {}
        }
    }
    loose
}

/// The same entity, or a town and the body that bears its name: both have the same words somewhere.
fn one_body(reading: &Reading, entities: &Entities, a: EntityId, b: EntityId) -> bool {
    let spans = |e: EntityId| entities.list[e].mentions.iter().map(|&m| reading.mentions[m as usize].span);
    a == b || spans(a).any(|span| spans(b).any(|other| other == span))
}

/// From the start of what tells an axis to the end of its words.
fn up_to(axis: &AxisFact) -> Span<Tok> {
    Span::new(axis.extent.start, axis.span.end.max(axis.extent.start))
}

/// The only new agreement that was told with the noun of the axis's subject, in words that tell of no other.
fn named(reading: &Reading, agreements: &[Agreement], axis: &AxisFact) -> Option<usize> {
    let noun = |id: MentionId| reading.tokens.key(reading.mentions[id as usize].span.start as usize);
    let subject = noun(axis.subject?);
    let own = |span: Span<Tok>| agreements.iter().filter(|a| a.told.iter().any(|t| t.0 == span)).count() == 1;
    let holds = |span: Span<Tok>| span.start < axis.extent.start && span.range().any(|t| reading.tokens.key(t) == subject);
    let told = |a: &Agreement| a.told.iter().any(|t| holds(t.0) && own(t.0));
    let called = |a: &Agreement| is_new(a.status) && (a.name.is_some_and(|(id, _)| noun(id) == subject) || told(a));
    let found: Vec<usize> = (0..agreements.len()).filter(|&i| called(&agreements[i])).collect();
    match found.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// Links what renews or amends to the earlier agreement of the same bodies; where the text tells no more of that one, it is listed all the same.
fn add_earlier(agreements: &mut Vec<Agreement>) {
    let changes: Vec<usize> = (0..agreements.len()).filter(|&i| agreements[i].change.is_some() && is_new(agreements[i].status)).collect();
    for &i in &changes {
        if earlier_of(agreements, i).is_none() {
            let earlier = agreements[i].before();
            agreements.push(earlier);
        }
    }
    agreements.sort_by_key(Agreement::first_told);
    for i in 0..agreements.len() {
        if agreements[i].change.is_some() && is_new(agreements[i].status) {
            agreements[i].earlier = earlier_of(agreements, i);
        }
    }
}

fn earlier_of(agreements: &[Agreement], i: usize) -> Option<usize> {
    let shares = |a: &Agreement| a.parties.iter().all(|p| agreements[i].parties.iter().any(|q| q.0 == p.0));
    (0..agreements.len()).find(|&j| j != i && !is_new(agreements[j].status) && !agreements[j].parties.is_empty() && shares(&agreements[j]))
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
    let (first, last) = (long.range().start, long.range().end - short.len());
    let words = &reading.hits.words;
    // What the vocabulary knows has a number; 0 is any other word.
    let equal = |a: usize, b: usize| words[a] == words[b] && (words[a] != 0 || reading.tokens.key(a) == reading.tokens.key(b));
    let here = |at: usize| short.range().zip(at..).all(|(a, b)| equal(a, b));
    !short.is_empty() && (first..=last).any(here)
}

/// Statements that stand for themselves: each joins the agreement that it speaks of, or makes one.
fn add_whole(reading: &Reading, entities: &Entities, agreements: &mut Vec<Agreement>, facts: Vec<Told>) {
    for (fact, mut parties) in facts {
        let known = (0..agreements.len()).filter(|&i| same(&agreements[i], &parties, &fact)).min_by_key(|&i| !is_new(agreements[i].status));
        // « The agreement with X was renewed »: X is the other side. Further down such words tell of other things.
        let after = |l: &Link| fact.agreement.is_some_and(|id| reading.mentions[id as usize].span.start < l.span.start);
        if known.is_none()
            && fact.signatories.is_empty()
            && parties.len() == 1
            && after(&parties[0])
            && fact.status.is_some_and(is_new)
            && (fact.change.is_some() || opens(reading, fact.sentence))
        {
            parties.extend(parties::of_title(reading, entities).filter(|l| l.entity != parties[0].entity));
        }
        let other =
            || stands_for(reading, entities, agreements, &fact, &parties).or_else(|| signed_for(reading, entities, agreements, &fact, &parties));
        let i = match known.or_else(other) {
            Some(i) => i,
            None => {
                agreements.push(Agreement { number: fact.number, side: fact.side, ..Agreement::new() });
                agreements.len() - 1
            }
        };
        if known.is_none() && agreements[i].parties.len() > 1 {
            parties.clear();
        } else if known.is_none() {
            // Of those who signed one house alone is known: the title knows better.
            agreements[i].parties.clear();
        }
        agreements[i].add(reading, &fact, &parties);
    }
}

/// Whether a sentence stands in the title or in one of the first paragraphs.
fn opens(reading: &Reading, sentence: u32) -> bool {
    const PARAGRAPHS: usize = 2;
    let block = reading.sentences[sentence as usize].block as usize;
    reading.layout.blocks[..block].iter().filter(|b| matches!(b.kind, BlockKind::Paragraph | BlockKind::ListItem)).count() < PARAGRAPHS
}

fn is_new(status: AgreementStatus) -> bool {
    !matches!(status, AgreementStatus::Existing | AgreementStatus::Ended)
}

fn block_kind(reading: &Reading, sentence: u32) -> BlockKind {
    reading.layout.blocks[reading.sentences[sentence as usize].block as usize].kind
}

/// Whether a statement with these parties speaks of this agreement: the same bodies, both old or both new. One body alone is a part of the statement.
fn same(agreement: &Agreement, parties: &[Link], fact: &AgreementFact) -> bool {
    let known = |l: &Link| agreement.parties.iter().any(|p| p.0 == l.entity);
    let shared = parties.iter().filter(|l| known(l)).count();
    let least = parties.len().min(agreement.parties.len());
    let most = parties.len().max(agreement.parties.len());
    let one = match (agreement.number, fact.number) {
        (Number::Nth(a), Number::Nth(b)) => a == b,
        (Number::Nth(_), Number::Many(_)) | (Number::Many(_), Number::Nth(_)) => false,
        (Number::Many(_), Number::One) | (Number::One, Number::Many(_)) => least == most,
        _ => true,
    };
    one && fact.status.is_none_or(|s| is_new(agreement.status) == is_new(s)) && least > 0 && shared == least
}

/// The new agreement that a title speaks of in other words: by one of its parties, or by the towns or states that the body's
/// organisations stand for.
fn stands_for(reading: &Reading, entities: &Entities, agreements: &[Agreement], fact: &AgreementFact, parties: &[Link]) -> Option<usize> {
    if block_kind(reading, fact.sentence) != BlockKind::Title {
        return None;
    }
    let of_kind = |e: EntityId, kind: Kind| entities.list[e].kind == kind;
    let new = || (0..agreements.len()).filter(|&i| is_new(agreements[i].status));
    let shared = |i: &usize| parties.iter().any(|l| agreements[*i].parties.iter().any(|p| p.0 == l.entity));
    let houses = |i: &usize| agreements[*i].parties.iter().any(|p| of_kind(p.0, Kind::Organization));
    let states = parties.iter().all(|l| of_kind(l.entity, Kind::Place));
    // « Lomé and Accra » of the title are the two states of the body.
    let capitals = |i: &usize| agreements[*i].parties.len() == parties.len() && agreements[*i].parties.iter().all(|p| of_kind(p.0, Kind::Place));
    new().find(shared).or_else(|| new().filter(|_| states).find(|i| houses(i) || capitals(i)))
}

/// The new agreement that a statement tells by the people who signed: as many bodies, of which some are told there too, and the others there
/// are towns or regions that the houses of these people act for.
fn signed_for(reading: &Reading, entities: &Entities, agreements: &[Agreement], fact: &AgreementFact, parties: &[Link]) -> Option<usize> {
    if fact.signatories.len() < parties.len() || fact.status.is_some_and(|s| !is_new(s)) || fact.number != Number::One {
        return None;
    }
    let holds_place = |m: &Mention| reading.kept_in(m.span).any(|(_, p)| p.kind == Kind::Place);
    let community = |e: EntityId| {
        let mut mentions = entities.list[e].mentions.iter().map(|&m| &reading.mentions[m as usize]);
        entities.list[e].kind == Kind::Place || mentions.any(holds_place)
    };
    (0..agreements.len()).find(|&i| {
        let agreement = &agreements[i];
        let told = |e: EntityId| parties.iter().any(|l| l.entity == e);
        let (shared, others): (Vec<_>, Vec<_>) = agreement.parties.iter().map(|p| p.0).partition(|&e| told(e));
        is_new(agreement.status)
            && agreement.signatories.is_empty()
            && (agreement.date.is_none() || fact.date.is_none())
            && agreement.parties.len() == parties.len()
            && !shared.is_empty()
            && others.iter().all(|&e| community(e))
    })
}

/// « Les deux institutions » where no agreement was told: the bodies of the nearest sentence before that names as many.
fn named_before(set: &RuleSet, reading: &Reading, entities: &Entities, fact: &AgreementFact) -> Vec<Link> {
    const SENTENCES: u32 = 4;
    let number = set.lexicon.class("number-word").and_then(|class| {
        let mut hits = fact.extent.range().flat_map(|t| reading.hits.at(t).iter().copied());
        hits.find_map(|h| set.lexicon.value(h).parse().ok().filter(|&n: &usize| h.class == class && n > 1))
    });
    let fits = |found: &[Link]| number.is_none_or(|count: usize| found.len() == count);
    for sentence in (fact.sentence.saturating_sub(SENTENCES)..=fact.sentence).rev() {
        let mut bodies = parties::in_sentence(reading, entities, sentence);
        bodies.retain(|b| b.span.end <= fact.extent.start);
        if bodies.len() > 1 {
            let list = parties::listed(set, reading, &bodies).filter(|l| fits(l)).map(<[Link]>::to_vec);
            return if bodies.len() == number.unwrap_or(2) { bodies } else { list.unwrap_or_default() };
        }
        let countries = parties::countries_in(set, reading, entities, sentence);
        if bodies.is_empty() && countries.len() == number.unwrap_or(2) {
            return countries;
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
            number: Number::One,
            side: 0,
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
            change: None,
            earlier: None,
            told: Vec::new(),
        }
    }

    fn first_told(&self) -> Option<(Span<Tok>, u32)> {
        self.told.iter().min().copied()
    }

    /// The agreement that this one renews or amends, as far as it is known: the same bodies.
    fn before(&self) -> Self {
        let (name, rule) = self.change.map_or((None, 0), |(_, name, rule)| (name, rule));
        Agreement {
            name: name.map(|id| (id, rule)),
            status: AgreementStatus::Existing,
            status_from: self.status_from.clone(),
            parties: self.parties.clone(),
            told: self.first_told().into_iter().collect(),
            ..Agreement::new()
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
        // What other sentences tell of who acts does not add to bodies that are known.
        let known = !fact.whole && self.parties.len() + self.unnamed.len() > 1;
        for link in parties {
            if known && !self.parties.iter().any(|p| p.0 == link.entity) {
                continue;
            }
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
        if self.change.is_none() && fact.status.is_none_or(is_new) {
            self.change = fact.change.map(|(change, name)| (change, name, fact.rule));
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
