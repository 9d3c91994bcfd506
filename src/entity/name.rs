//! The forms of a name: as it stands, and the parts of it that may stand for it.

use crate::{
    lexicon::ClassId,
    mention::{Kind, Mention},
    reading::Reading,
    rules::{DOCUMENT_CLASSES, load::RuleSet},
    span::{Span, Tok},
    text::strip_accents,
    token::Shape,
};

/// The words of a form, accents and hyphens off, as one string: two mentions with the same one name the same thing.
pub(super) fn form(reading: &Reading, span: Span<Tok>) -> String {
    let mut form = String::new();
    for t in span.range() {
        if t > span.start as usize {
            form.push(' ');
        }
        bare(reading.tokens.key(t), &mut form);
    }
    form
}

fn bare(key: &str, out: &mut String) {
    let open = |c: char| if matches!(c, '-' | '\u{2011}') { ' ' } else { c };
    if key.is_ascii() {
        out.extend(key.chars().map(open));
    } else {
        out.extend(strip_accents(key).chars().map(open));
    }
}

/// The parts of a name that may stand for it.
pub(super) struct Forms {
    pub full: Span<Tok>,
    pub short: Vec<Span<Tok>>,
}

/// The classes that the short forms are made with.
pub(super) struct Classes {
    pub head: Option<ClassId>,
    pub legal: Option<ClassId>,
    pub country: Option<ClassId>,
    pub demonym: Option<ClassId>,
    pub preposition: Option<ClassId>,
    pub stopword: Option<ClassId>,
    pub given: Option<ClassId>,
    pub same: Option<ClassId>,
    pub place: [Option<ClassId>; 4],
    /// Those of the document's own names, which say nothing of a word.
    pub document: [Option<ClassId>; 3],
}

impl Classes {
    pub fn new(set: &RuleSet) -> Self {
        let class = |name| set.lexicon.class(name);
        Classes {
            head: class("org-head"),
            legal: class("legal-form"),
            country: class("country"),
            demonym: class("demonym"),
            preposition: class("preposition"),
            stopword: class("stopword"),
            given: class("given-name"),
            same: class("org-same"),
            place: ["country", "region", "city", "continent"].map(class),
            document: DOCUMENT_CLASSES.map(|(name, _)| class(name)),
        }
    }
}

impl Classes {
    fn places(&self, reading: &Reading, token: usize) -> bool {
        reading.hits.at(token).iter().any(|h| self.place.contains(&Some(h.class)))
    }
}

pub(super) fn forms(set: &RuleSet, classes: &Classes, reading: &Reading, mention: &Mention) -> Forms {
    let full = mention.span;
    let mut short = Vec::new();
    match mention.kind {
        Kind::Organization => {
            let mut span = full;
            if let Some(end) = without_tail(reading, span, classes.legal) {
                span = Span::new(span.start, end);
                short.push(span);
            }
            if let Some(end) = without_tail(reading, span, classes.country) {
                short.push(Span::new(span.start, end));
            }
            if let Some(start) = after_company_head(set, classes, reading, full, false) {
                short.push(Span::new(start, full.end));
            } else if is_brand(classes, reading, full) {
                short.push(Span::new(full.start, full.start + 1));
            }
        }
        Kind::Person => short.extend(family(reading, full)),
        _ => {}
    }
    short.retain(|s| !s.is_empty() && *s != full);
    Forms { full, short }
}

/// Where a name ends without the entry of `class` that closes it.
pub(super) fn without_tail(reading: &Reading, span: Span<Tok>, class: Option<ClassId>) -> Option<u32> {
    let class = class?;
    let end =
        (span.start + 1..span.end).find(|&t| reading.hits.at(t as usize).iter().any(|h| h.class == class && t + u32::from(h.len) == span.end))?;
    // « Talvo, Inc. »: nor does the comma belong to it.
    let comma = end > span.start + 1 && reading.tokens.list[(end - 1) as usize].shape.has(Shape::PUNCT);
    Some(end - u32::from(comma))
}

/// « groupe ODM », « société Sopralis », « association Talvo »: the word after a company's head noun, or an association's in small letters, names it too.
/// What is a body's name elsewhere in the text (`told`) is one after the capital of « Association » as well.
pub(super) fn after_company_head(set: &RuleSet, classes: &Classes, reading: &Reading, span: Span<Tok>, told: bool) -> Option<u32> {
    let hit = reading.hits.at(span.start as usize).iter().find(|h| Some(h.class) == classes.head && usize::from(h.len) < span.len())?;
    let next = span.start + u32::from(hit.len);
    let proper = reading.tokens.list[next as usize].shape.has(Shape::CAP);
    let known = |class: &Option<ClassId>| reading.hits.at(next as usize).iter().any(|h| Some(h.class) == *class);
    let small =
        reading.tokens.list[span.start as usize].shape.has(Shape::LOWER) && ![classes.given, classes.country, classes.demonym].iter().any(known);
    let names = match set.lexicon.value(*hit) {
        "company" => true,
        "association" => small || told,
        _ => false,
    };
    (names && proper).then_some(next)
}

/// « X Holding », « X Group »: the name stands before a company's head noun.
pub(super) fn before_company_head(set: &RuleSet, classes: &Classes, reading: &Reading, span: Span<Tok>) -> Option<u32> {
    let last = (span.end - 1) as usize;
    let hit = reading.hits.at(last).iter().find(|h| Some(h.class) == classes.head && h.len == 1)?;
    (span.len() > 1 && set.lexicon.value(*hit) == "company").then_some(span.end - 1)
}

/// Whether a name of several words opens with a word that no lexicon and no lower-case word of the text has: a brand that may stand alone. An
/// acronym of three letters does where no place makes the rest a branch.
fn is_brand(classes: &Classes, reading: &Reading, span: Span<Tok>) -> bool {
    let first = span.start as usize;
    let token = &reading.tokens.list[first];
    span.len() > 1
        && token.shape.has(Shape::CAP)
        && (token.span.len() >= 4 || token.span.len() == 3 && token.shape.has(Shape::ACRONYM) && !span.range().any(|t| classes.places(reading, t)))
        && reading.hits.at(first).iter().all(|h| classes.document.contains(&Some(h.class)))
        && reading.hits.words[first] == 0
        && !(0..reading.tokens.len()).any(|t| reading.tokens.list[t].shape.has(Shape::LOWER) && reading.tokens.key(t) == reading.tokens.key(first))
}

/// The last words of a person's name: the surname in capitals, or the last word with the particles before it.
fn family(reading: &Reading, span: Span<Tok>) -> Vec<Span<Tok>> {
    if span.len() < 2 {
        return Vec::new();
    }
    let list = &reading.tokens.list;
    let capitals = (span.start + 1..span.end).find(|&t| (t..span.end).all(|u| list[u as usize].shape.has(Shape::ALLCAPS)));
    let last = Span::new(span.end - 1, span.end);
    let mut all = vec![last];
    // « Al Zaabi », « van Dam »: the short words before the last go with it.
    let particle = |t: &u32| list[*t as usize].span.len() <= 3 && list[*t as usize].shape.has(Shape::WORD);
    let first = (span.start + 1..span.end - 1).rev().take_while(particle).last();
    all.extend(first.map(|start| Span::new(start, span.end)));
    if let Some(start) = capitals {
        all.push(Span::new(start, span.end));
    } else if span.len() > 2 {
        all.push(Span::new(span.start + 1, span.end));
    }
    all.dedup();
    all
}
