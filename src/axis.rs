//! From the words that a rule gives as objective or axis to its members: where a list is cut, and what falls off at the ends.
//!
//! Members part where each has its own head and its own complement; what shares a complement stays together. All words come from classes.

use crate::{
    layout::BlockKind,
    lexicon::{ClassId, Hit, LangId},
    mention::Kind,
    reading::Reading,
    rules::load::RuleSet,
    span::{Span, Tok},
    token::Shape,
};

struct Words<'w> {
    set: &'w RuleSet,
    reading: &'w Reading<'w>,
    lang: LangId,
    coordinator: Option<ClassId>,
    article: Option<ClassId>,
    preposition: Option<ClassId>,
    opener: Option<ClassId>,
    infinitive: Option<ClassId>,
    tail: Option<ClassId>,
    agent: Option<ClassId>,
    stop: Option<ClassId>,
    pair: Option<ClassId>,
    adverb: Option<ClassId>,
    number: Option<ClassId>,
}

/// How a member begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Opening {
    /// The value of the preposition, "" for none: members of one list have the same.
    preposition: u32,
    infinitive: bool,
    article: bool,
    /// « 40 shows, a prize and some courses »: a number stands for the article of the first.
    number: bool,
    /// « a prize and some courses »: an indefinite article, where it has the form of a preposition too.
    indefinite: bool,
    /// Where the words themselves begin.
    start: u32,
}

/// The members of a passage, each trimmed, in order.
pub fn members(set: &RuleSet, reading: &Reading, span: Span<Tok>, lang: LangId) -> Vec<Span<Tok>> {
    let class = |name| set.lexicon.class(name);
    let words = Words {
        set,
        reading,
        lang,
        coordinator: class("coordinator"),
        article: class("article"),
        preposition: class("preposition"),
        opener: class("list-opener"),
        infinitive: class("infinitive"),
        tail: class("tail-cue"),
        agent: class("agent"),
        stop: class("stopword"),
        pair: class("pair-opener"),
        adverb: class("filler"),
        number: class("number-word"),
    };
    let passage = words.after_colon(span);
    let mut members = if passage.is_empty() { words.items(span) } else { words.members(passage) };
    // One word says too little.
    members.retain(|m| m.len() > 1);
    members
}

/// The tokens of the longest coordinator that may be left over at the end.
const HANGING: usize = 3;
/// The tokens of the longest insertion between a coordinator and its member, commas included.
const INSERTED: u32 = 5;
/// Tokens that may announce a list before its colon.
const ANNOUNCED: u32 = 12;

impl Words<'_> {
    fn hit(&self, at: u32, class: Option<ClassId>) -> Option<Hit> {
        let class = class?;
        self.reading.hits.at(at as usize).iter().copied().find(|h| h.class == class && (h.lang == 0 || h.lang == self.lang))
    }

    /// How many words the longest entry of a class has that starts here.
    fn entry(&self, at: u32, class: Option<ClassId>) -> Option<u32> {
        self.hit(at, class).map(|h| u32::from(h.len))
    }

    fn is_comma(&self, at: u32) -> bool {
        matches!(self.reading.tokens.key(at as usize), "," | "،" | ";" | "؛")
    }

    /// Where the next member may begin, if a comma or a coordinator stands at `at`.
    fn after_joint(&self, at: u32, end: u32) -> Option<u32> {
        let mut next = at;
        if self.is_comma(next) {
            next += 1;
        }
        while next < end
            && let Some(len) = self.entry(next, self.coordinator)
        {
            next += len;
        }
        // « et, in addition, X »: an insertion.
        if next > at + 1 || next > at && !self.is_comma(at) {
            let closing = (next + 2..(next + INSERTED).min(end)).find(|&t| self.is_comma(next) && self.is_comma(t));
            next = closing.map_or(next, |t| t + 1);
        }
        while next < end
            && next > at
            && let Some(len) = self.entry(next, self.adverb)
        {
            next += len;
        }
        (next > at && next < end).then_some(next)
    }

    /// What a colon announces, if one stands near the start of the passage.
    fn after_colon(&self, span: Span<Tok>) -> Span<Tok> {
        let near = span.start..span.end.min(span.start + ANNOUNCED);
        let colon = near.rev().find(|&t| self.reading.tokens.key(t as usize) == ":");
        colon.map_or(span, |t| Span::new(t + 1, span.end))
    }

    /// A passage that ends in a colon announces the list items that follow its block: each is a member, without a label of its own.
    fn items(&self, span: Span<Tok>) -> Vec<Span<Tok>> {
        let blocks = &self.reading.layout.blocks;
        let after = blocks.partition_point(|b| b.tokens.start < span.end);
        let items = blocks[after..].iter().take_while(|b| b.kind == BlockKind::ListItem);
        let bare = |item: Span<Tok>| {
            let item = self.after_colon(item);
            self.trim(Span::new(self.opening(item.start, item.end).start, item.end))
        };
        items.filter(|b| !b.tokens.is_empty()).map(|b| bare(b.tokens)).filter(|m| !m.is_empty()).collect()
    }

    fn opening(&self, at: u32, end: u32) -> Opening {
        let mut start = at;
        let mut preposition = 0;
        let hit = self.hit(at, self.opener);
        let longer = self.entry(at, self.article).is_some_and(|len| hit.is_some_and(|h| len > u32::from(h.len)));
        if let Some(hit) = hit.filter(|h| !longer && at + u32::from(h.len) < end) {
            // Forms of one preposition have one value; a number will do to compare.
            preposition = self.set.lexicon.value(hit).bytes().fold(1u32, |n, b| n.wrapping_mul(31).wrapping_add(u32::from(b)));
            start += u32::from(hit.len);
        }
        let mut article = false;
        while start + 1 < end
            && let Some(hit) = self.hit(start, self.article)
        {
            article = true;
            // « d'autres projets » keeps « autres ».
            if self.set.lexicon.value(hit) == "partitive" {
                start += 1;
                break;
            }
            start = (start + u32::from(hit.len)).min(end - 1);
        }
        let indefinite = self.hit(at, self.article).is_some_and(|h| self.set.lexicon.value(h) == "indefinite");
        let number = self.reading.tokens.list[start as usize].shape.has(Shape::NUM);
        // « mieux informer »: an adverb before it.
        let verb = self.entry(start, self.adverb).map_or(start, |len| start + len);
        let infinitive = [start, verb].iter().any(|&t| t < end && self.entry(t, self.infinitive).is_some());
        Opening { preposition, infinitive, article, number, indefinite, start }
    }

    fn members(&self, span: Span<Tok>) -> Vec<Span<Tok>> {
        // A mark that opens the passage is none of its words.
        let punct = |t: &u32| self.reading.tokens.list[*t as usize].shape.has(Shape::PUNCT);
        let span: Span<Tok> = Span::new((span.start..span.end).find(|t| !punct(t)).unwrap_or(span.start), span.end);
        let mut first = self.opening(span.start, span.end);
        // « porte sur la pêche, sur la mer et sur le port »: the preposition of the first stands before the passage.
        if span.start > 0 {
            let before = self.opening(span.start - 1, span.end).preposition;
            let like = |o: Opening| o.preposition == before && o.infinitive == first.infinitive;
            let again = before != 0 && span.range().any(|t| self.after_joint(t as u32, span.end).is_some_and(|n| like(self.opening(n, span.end))));
            first.preposition = if again { before } else { first.preposition };
        }
        // « some grants, a prize and the use of the rooms »: the form of a preposition is an article where an article alike opens another, or any
        // article does and there was none in between.
        let none = |t: u32| (first.start..t).all(|i| self.entry(i, self.article).is_none());
        let articled = |t: u32, n: u32| Some(self.opening(n, span.end)).is_some_and(|o| o.preposition == 0 && (o.indefinite || o.article && none(t)));
        let opens = |t: usize| self.after_joint(t as u32, span.end).is_some_and(|n| articled(t as u32, n));
        if first.indefinite && first.preposition != 0 && span.range().any(opens) {
            (first.preposition, first.article) = (0, true);
        }
        let mut parts: Vec<(u32, u32)> = Vec::new();
        let mut start = first.start;
        let mut at = start + 1;
        let mut end = span.end;
        while at < end {
            // « les relations entre la ville et la région »: its coordinator does not part.
            if let Some(joint) = self.entry(at, self.pair).and_then(|len| self.pair_joint(at + len, end, first)) {
                at = joint + 1;
                continue;
            }
            let Some(next) = self.after_joint(at, end) else {
                at += 1;
                continue;
            };
            let opening = self.opening(next, end);
            let alike = opening.preposition == first.preposition
                && opening.infinitive == first.infinitive
                && (opening.preposition != 0 || opening.infinitive || opening.article && (first.article || first.number));
            let listed = first.preposition == 0
                && !first.infinitive
                && opening.indefinite
                && (first.number || first.indefinite || first.article && self.is_comma(at) && !self.again(start, at, next));
            // « loans for the port, the town and the bank »: a mere name goes on with the complement.
            let name = opening.preposition == 0 && opening.article && self.is_name(opening.start);
            if !name && (alike || listed) && (first.preposition != 0 || first.article || first.number || first.infinitive) {
                parts.push((start, at));
                start = opening.start;
                at = opening.start + 1;
            } else if self.is_comma(at) && !name && !first.infinitive && self.breaks_off(next) && !self.goes_on(next, end, first) {
                end = at;
            } else {
                at = next;
            }
        }
        parts.push((start, end));
        // A bare member shares the complement of the next one: « la génération, l'analyse et la valorisation de données ».
        let mut joined: Vec<(u32, u32)> = Vec::new();
        let mut open: Option<u32> = None;
        let all_bare = parts.iter().all(|p| p.1 - p.0 == 1);
        for (i, &(start, end)) in parts.iter().enumerate() {
            let from = open.take().unwrap_or(start);
            let bare = end - start == 1;
            if i + 1 < parts.len() && (bare || all_bare) {
                open = Some(from);
            } else {
                joined.push((from, end));
            }
        }
        joined.into_iter().map(|(start, end)| self.trim(Span::new(start, end))).filter(|m| !m.is_empty()).collect()
    }

    /// The coordinator that joins the two sides of « entre », if no comma comes before it: « between the two towns and … » has both sides before it,
    /// and what begins as the first member did is no side.
    fn pair_joint(&self, from: u32, end: u32, first: Opening) -> Option<u32> {
        let stop = (from..end).find(|&t| self.is_comma(t) || self.entry(t, self.coordinator).is_some())?;
        let counted = (from..stop.min(from + 2)).any(|t| self.entry(t, self.number).is_some());
        let again = self.after_joint(stop, end).is_some_and(|next| {
            let opening = self.opening(next, end);
            opening.infinitive && first.infinitive || opening.preposition != 0 && opening.preposition == first.preposition
        });
        (!self.is_comma(stop) && !counted && !again).then_some(stop)
    }

    /// Whether the name of a body, a place or a person begins here.
    fn is_name(&self, at: u32) -> bool {
        let named = |k: Kind| matches!(k, Kind::Organization | Kind::Place | Kind::Person);
        self.reading.kept_from(at).any(|(_, m)| named(m.kind))
    }

    /// Whether the word that opens at `next` stands in the member before too: « the care of the old, of the sick ».
    fn again(&self, start: u32, at: u32, next: u32) -> bool {
        let key = self.reading.tokens.key(next as usize);
        (start..at).any(|t| self.reading.tokens.key(t as usize) == key)
    }

    /// Whether what follows a comma is no further member of a list of nouns.
    fn breaks_off(&self, at: u32) -> bool {
        [self.tail, self.preposition, self.stop].iter().any(|&class| self.entry(at, class).is_some())
    }

    /// Whether the list goes on behind an insertion.
    fn goes_on(&self, at: u32, end: u32, first: Opening) -> bool {
        first.preposition != 0
            && (at..end).any(|t| {
                self.after_joint(t, end).is_some_and(|n| {
                    let o = self.opening(n, end);
                    o.preposition == first.preposition && o.infinitive == first.infinitive
                })
            })
            && self.entry(at, self.tail).is_some()
    }

    /// Cuts tails off: examples, effects, relative clauses, « et gérés par … », commas.
    fn trim(&self, span: Span<Tok>) -> Span<Tok> {
        let mut end = span.end;
        for at in span.start + 1..span.end {
            // « ainsi que » is more than « ainsi ».
            let tail = self.entry(at, self.tail).is_some_and(|len| self.entry(at, self.coordinator).is_none_or(|c| c <= len));
            let agent = self.entry(at, self.coordinator).is_some_and(|len| at + len + 1 < span.end && self.entry(at + len + 1, self.agent).is_some());
            if tail || agent {
                end = at;
                break;
            }
        }
        // A closing mark stays where what it closes opens inside.
        let opens = |t: u32, mark: &str| (span.start..t).any(|i| self.reading.tokens.key(i as usize) == mark);
        let loose = |t: u32| {
            let key = self.reading.tokens.key(t as usize);
            let closes = match key {
                ")" => opens(t, "("),
                "»" => opens(t, "«"),
                "”" => opens(t, "“"),
                "%" | "‰" | "$" | "€" | "£" => true,
                _ => false,
            };
            self.reading.tokens.list[t as usize].shape.has(Shape::PUNCT) && !closes
        };
        let hangs = |end: u32| {
            let joint = (span.start..end).rev().take(HANGING).find(|&t| self.entry(t, self.coordinator) == Some(end - t));
            joint.or_else(|| {
                (end > span.start && [self.preposition, self.article].iter().any(|&class| self.entry(end - 1, class) == Some(1))).then(|| end - 1)
            })
        };
        while end > span.start {
            if loose(end - 1) {
                end -= 1;
            } else if let Some(start) = hangs(end) {
                end = start;
            } else {
                break;
            }
        }
        self.shorten(Span::new(span.start, end))
    }

    /// A long axis is cut at its bracket, comma or coordinator.
    fn shorten(&self, span: Span<Tok>) -> Span<Tok> {
        let words = |end: u32| (span.start..end).filter(|&t| !self.reading.tokens.list[t as usize].shape.has(Shape::PUNCT)).count();
        if words(span.end) <= LONGEST {
            return span;
        }
        let joint = |t: &u32| self.is_comma(*t) || self.reading.tokens.key(*t as usize) == "(" || self.entry(*t, self.coordinator).is_some();
        let cut = (span.start..span.end).filter(joint).find(|&t| words(t) >= SHORTEST);
        cut.map_or(span, |end| Span::new(span.start, end))
    }
}

/// More words than this are cut where they can be; fewer than this are left by no cut.
const LONGEST: usize = 20;
const SHORTEST: usize = 5;
