//! Names and offices on lines of their own, as contact blocks and the feet of documents have them.

use super::{Reader, RoleFact, starts};
use crate::{
    entity::Entities,
    mention::{Kind, Mention, MentionId},
    reading::Reading,
    record::RoleStatus,
    reference::link,
    rules::load::RuleSet,
    span::{Span, Tok},
    token::Shape,
};

/// The tokens of the longest line.
const LINE: usize = 16;

/// Name and office on two lines, in either order; the house on the line of the office, below it, or above the two.
pub(super) fn stacked(set: &RuleSet, reading: &Reading, entities: &Entities) -> Vec<RoleFact> {
    let page = Page { set, reading };
    let mut out = Vec::new();
    let mut block = 0;
    while block + 1 < reading.layout.blocks.len() {
        let pair = match (page.name(block), page.name(block + 1)) {
            (Some(person), None) => page.office(block + 1).map(|office| (person, office)),
            (None, Some(person)) => page.office(block).map(|office| (person, office)),
            _ => None,
        };
        let Some((person, (title, beside))) = pair else {
            block += 1;
            continue;
        };
        let title_first = page.name(block).is_none();
        let below = || page.house(block + 2).filter(|_| page.together(block + 1));
        let above = || block.checked_sub(1).filter(|&b| title_first || page.together(b)).and_then(|b| page.house(b));
        // « For the house », the office and the name; or the name, the office and the house.
        let house = if title_first { beside.or_else(above).or_else(below) } else { beside.or_else(below).or_else(above) };
        let mention = &reading.mentions[title as usize];
        let reader = Reader { set, reading, entities, mention };
        if let Some(person) = entities.of(person) {
            out.push(RoleFact {
                person,
                title: mention.span,
                normalized: reader.normalized(mention.span, Some(title)),
                organization: house.and_then(|id| link(set, reading, entities, id)),
                housed: false,
                status: RoleStatus::Current,
                rule: mention.rule,
            });
        }
        block += 2;
    }
    out
}

struct Page<'r> {
    set: &'r RuleSet,
    reading: &'r Reading<'r>,
}

impl Page<'_> {
    fn line(&self, block: usize) -> Option<Span<Tok>> {
        self.reading.layout.blocks.get(block).map(|b| b.tokens).filter(|t| t.len() <= LINE)
    }

    /// Whether no gap parts a line from the next.
    fn together(&self, block: usize) -> bool {
        let blocks = &self.reading.layout.blocks;
        matches!((blocks.get(block), blocks.get(block + 1)), (Some(a), Some(b)) if a.group == b.group)
    }

    fn of_kind(&self, kind: Kind, line: Span<Tok>) -> Option<(MentionId, &Mention)> {
        let inside = self.reading.kept_in(line).filter(|(_, m)| m.kind == kind);
        inside.min_by_key(|(_, m)| (m.extent.start, std::cmp::Reverse(m.extent.end)))
    }

    /// A line that is a name.
    fn name(&self, block: usize) -> Option<MentionId> {
        let line = self.line(block)?;
        let (id, person) = self.of_kind(Kind::Person, line)?;
        (self.is_small(line.start, person.extent.start) && self.is_small(person.extent.end, line.end)).then_some(id)
    }

    /// A line that is an office, with a house or without.
    fn office(&self, block: usize) -> Option<(MentionId, Option<MentionId>)> {
        let line = self.line(block)?;
        let (id, title) = self.of_kind(Kind::Title, line)?;
        let rest = Span::new(title.extent.end, line.end.max(title.extent.end));
        let house = self.of_kind(Kind::Organization, rest);
        let filled = match house {
            Some((_, m)) => self.is_small(rest.start, m.extent.start) && self.is_small(m.extent.end, rest.end),
            None => self.is_small(rest.start, rest.end) && !self.names(rest),
        };
        (self.is_small(line.start, title.extent.start) && filled).then_some((id, house.map(|h| h.0)))
    }

    /// A line that is a house.
    fn house(&self, block: usize) -> Option<MentionId> {
        let line = self.line(block)?;
        let (id, house) = self.of_kind(Kind::Organization, line)?;
        (self.is_small(line.start, house.extent.start) && self.is_small(house.extent.end, line.end)).then_some(id)
    }

    fn names(&self, words: Span<Tok>) -> bool {
        words.range().any(|t| self.reading.tokens.list[t].shape.has(Shape::CAP))
    }

    /// Nothing but marks, articles and prepositions.
    fn is_small(&self, from: u32, to: u32) -> bool {
        (from..to).all(|t| {
            let mark = self.reading.tokens.list[t as usize].shape.has(Shape::PUNCT);
            mark || ["article", "preposition"].iter().any(|class| starts(self.set, self.reading, class, t as usize))
        })
    }
}
