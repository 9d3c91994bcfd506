//! Mentions gathered under one name: acronyms, repeats, short forms, « Pr. Nejjari ».

mod name;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    lexicon::{ClassId, Hit, LangId},
    mention::{Kind, Mention, MentionId, RuleId},
    reading::Reading,
    rules::{DOCUMENT_CLASSES, fit::initials_fit, load::RuleSet},
    span::{Span, Tok},
    text::strip_accents,
    token::Shape,
};

use name::{Classes, after_company_head, before_company_head, form, forms, without_tail};

/// One person, organisation or place of the document.
#[derive(Clone, Debug)]
pub struct Entity {
    pub kind: Kind,
    /// In text order.
    pub mentions: Vec<MentionId>,
    /// The mention with the longest form.
    pub name: MentionId,
    /// Mentions that stand for the name as its acronym.
    pub acronyms: Vec<MentionId>,
}

/// Index into [`Entities::list`].
pub type EntityId = usize;

#[derive(Debug, Default)]
pub struct Entities {
    /// By first mention.
    pub list: Vec<Entity>,
    of: FxHashMap<MentionId, EntityId>,
}

impl Entities {
    pub fn of(&self, mention: MentionId) -> Option<EntityId> {
        self.of.get(&mention).copied()
    }
}

/// What a mention is the same by: a place by the gazetteer, the government of a country by that country, whatever has no such thing by its words.
fn identity(set: &RuleSet, classes: &Classes, reading: &Reading, mention: &Mention) -> String {
    place_id(set, reading, mention)
        .map(str::to_owned)
        .or_else(|| of_country(set, classes, reading, mention))
        .unwrap_or_else(|| bag(set, classes, reading, mention, mention.span))
}

/// The words of an organisation's name in any order and without the small ones: « Université X de Y » is « Université de Y X ». Other names of the
/// same body and other words for the same head noun are one.
fn bag(set: &RuleSet, classes: &Classes, reading: &Reading, mention: &Mention, span: Span<Tok>) -> String {
    let lang = reading.lang(mention.sentence as usize);
    let small = |t: u32| classes.stopword.is_some_and(|c| reading.hits.starts(t as usize, c, lang));
    let full = form(reading, span);
    if mention.kind != Kind::Organization {
        return if mention.kind == Kind::Place { of_territory(classes, reading, span, lang).unwrap_or(full) } else { full };
    }
    let mut kept: Vec<String> = Vec::new();
    let mut t = span.start;
    while t < span.end {
        let same = |h: &&Hit| Some(h.class) == classes.same && t + u32::from(h.len) <= span.end;
        let same = reading.hits.at(t as usize).iter().filter(same).max_by_key(|h| h.len);
        match same {
            Some(hit) => kept.push(strip_accents(set.lexicon.value(*hit))),
            None if !small(t) => kept.push(form(reading, Span::new(t, t + 1))),
            None => {}
        }
        t += same.map_or(1, |h| u32::from(h.len));
    }
    if kept.is_empty() {
        return full;
    }
    let kept = kept.join(" ");
    let mut words: Vec<&str> = kept.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// A place's name without the territory that it is the name of: « commune de Talvo » is Talvo.
fn of_territory(classes: &Classes, reading: &Reading, span: Span<Tok>, lang: LangId) -> Option<String> {
    let head = reading.hits.at(span.start as usize).iter().filter(|h| Some(h.class) == classes.head).map(|h| u32::from(h.len)).max()?;
    let is_small = |t: u32| classes.preposition.is_some_and(|c| reading.hits.starts(t as usize, c, lang));
    let name = (span.start + head..span.end).find(|&t| !is_small(t))?;
    (name > span.start + head).then(|| form(reading, Span::new(name, span.end)))
}

/// A head noun with nothing but a country or its adjective: « gouvernement du Niger », « gouvernement nigérien ».
fn of_country(set: &RuleSet, classes: &Classes, reading: &Reading, mention: &Mention) -> Option<String> {
    let (span, lang) = (mention.span, reading.lang(mention.sentence as usize));
    let longest = |t: usize, class: Option<ClassId>| reading.hits.at(t).iter().copied().filter(|h| Some(h.class) == class).max_by_key(|h| h.len);
    let head = longest(span.start as usize, classes.head).filter(|_| mention.kind == Kind::Organization)?;
    let after_head = span.start as usize + usize::from(head.len);
    let tail = (after_head..span.end as usize).find(|&t| !classes.preposition.is_some_and(|c| reading.hits.starts(t, c, lang)))?;
    let country =
        [classes.country, classes.demonym].into_iter().filter_map(|c| longest(tail, c)).find(|h| tail + usize::from(h.len) == span.end as usize)?;
    Some(format!("{} {}", form(reading, Span::new(span.start, after_head as u32)), set.lexicon.value(country)))
}

/// The names of this document, wherever they stand: hits for the `@document-…` classes, in order of token, longest first.
pub fn document_names(set: &RuleSet, reading: &Reading) -> Vec<(usize, u16, ClassId)> {
    let classes = Classes::new(set);
    // By all their words; and how many words they have, by the first of them.
    let mut wanted: FxHashMap<String, Vec<(Span<Tok>, ClassId)>> = FxHashMap::default();
    let mut lengths: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let mut seen: FxHashSet<(String, ClassId)> = FxHashSet::default();
    let mut met: FxHashSet<(Kind, &str)> = FxHashSet::default();
    let document = DOCUMENT_CLASSES.map(|(name, kind)| (kind, set.lexicon.class(name)));
    for (_, mention) in reading.kept() {
        let Some((_, Some(class))) = document.iter().copied().find(|c| c.0 == mention.kind) else { continue };
        if !met.insert((mention.kind, reading.words(mention.span))) {
            continue;
        }
        let forms = forms(set, &classes, reading, mention);
        for span in std::iter::once(forms.full).chain(forms.short) {
            // A given name alone names nobody.
            let given =
                span.len() == 1 && mention.kind == Kind::Person && classes.given.is_some_and(|c| reading.hits.starts(span.start as usize, c, 0));
            if !given && has_capital(reading, span) && seen.insert((form(reading, span), class)) {
                let mut words = String::new();
                keys(reading, span, &mut words);
                wanted.entry(words).or_default().push((span, class));
                let lengths = lengths.entry(reading.tokens.key(span.start as usize)).or_default();
                if !lengths.contains(&span.len()) {
                    lengths.push(span.len());
                }
            }
        }
    }
    let mut found = Vec::new();
    let mut words = String::new();
    for token in 0..reading.tokens.len() {
        let Some(lengths) = lengths.get(reading.tokens.key(token)) else { continue };
        // An article that is merged with the small word before it is none of the name.
        let merged = usize::from(reading.tokens.is_merged(token));
        for &length in lengths.iter().filter(|&&length| token + length <= reading.tokens.len()) {
            let span = Span::of(token, token + length);
            keys(reading, span, &mut words);
            let forms = wanted.get(words.as_str()).filter(|_| has_capital(reading, span)).into_iter().flatten();
            let same = forms.filter(|(name, _)| name.range().zip(token..).all(|(a, b)| same_word(reading, a, b, b == token)));
            found.extend(same.filter(|_| length > merged).map(|(_, class)| (token + merged, (length - merged) as u16, *class)));
        }
    }
    found.sort_by_key(|h: &(usize, u16, ClassId)| (h.0, std::cmp::Reverse(h.1), h.2));
    found.dedup();
    found
}

fn has_capital(reading: &Reading, span: Span<Tok>) -> bool {
    span.range().any(|t| reading.tokens.may_name(t))
}

/// Puts the keys of some tokens into a string, told apart from one another.
fn keys(reading: &Reading, span: Span<Tok>, words: &mut String) {
    words.clear();
    for token in span.range() {
        words.push_str(reading.tokens.key(token));
        words.push('\n');
    }
}

/// The same key, and a capital where the name has one (its first word may lose it: « le groupe », « Le Groupe »).
fn same_word(reading: &Reading, name: usize, here: usize, first: bool) -> bool {
    let cap = |t: usize| reading.tokens.list[t].shape.has(Shape::CAP);
    reading.tokens.key(name) == reading.tokens.key(here) && (first || !cap(name) || cap(here))
}

/// The first mention of each that differs in its letters, and for each mention which of these it is. Of places also the rule tells, for it
/// says which gazetteer knows them.
fn distinct(reading: &Reading, mentions: &[MentionId]) -> (Vec<MentionId>, Vec<usize>) {
    let mut names = Vec::new();
    let mut known: FxHashMap<(Kind, &str, LangId, Option<RuleId>), usize> = FxHashMap::default();
    let name_of = mentions.iter().map(|&id| {
        let mention = &reading.mentions[id as usize];
        let rule = (mention.kind == Kind::Place).then_some(mention.rule);
        *known.entry((mention.kind, reading.words(mention.span), reading.lang(mention.sentence as usize), rule)).or_insert_with(|| {
            names.push(id);
            names.len() - 1
        })
    });
    let name_of = name_of.collect();
    (names, name_of)
}

/// Gathers the kept mentions of people, organisations and places.
pub fn gather(set: &RuleSet, reading: &Reading) -> Entities {
    let classes = Classes::new(set);
    let mut mentions: Vec<MentionId> =
        reading.kept().filter(|(_, m)| matches!(m.kind, Kind::Organization | Kind::Person | Kind::Place)).map(|(i, _)| i).collect();
    mentions.sort_by_key(|&i| (reading.mentions[i as usize].span, i));
    // What has the same letters is looked at once.
    let (names, name_of) = distinct(reading, &mentions);
    let mut groups = Groups::new(names.len());
    let index: FxHashMap<MentionId, usize> = mentions.iter().copied().zip(name_of.iter().copied()).collect();
    let of = |i: usize| &reading.mentions[names[i] as usize];

    // The same form; a place also by the gazetteer's id.
    let mut full: FxHashMap<(Kind, String), usize> = FxHashMap::default();
    for i in 0..names.len() {
        let name = identity(set, &classes, reading, of(i));
        let first = *full.entry((of(i).kind, name)).or_insert(i);
        groups.join(first, i);
    }
    // « groupe X », « X SA » and « X Holding » are X, whatever else begins with that name.
    for i in (0..names.len()).filter(|&i| of(i).kind == Kind::Organization) {
        let span = of(i).span;
        let start = after_company_head(set, &classes, reading, span, true).unwrap_or(span.start);
        let tail = without_tail(reading, span, classes.legal);
        let end = tail.or_else(|| before_company_head(set, &classes, reading, span)).unwrap_or(span.end);
        if start < end
            && let Some(&brand) = full.get(&(Kind::Organization, bag(set, &classes, reading, of(i), Span::new(start, end))))
        {
            groups.join(brand, i);
        }
    }
    for &(alias, name) in &reading.aliases {
        if let (Some(&a), Some(&b)) = (index.get(&alias), index.get(&name))
            && !of_inner(set, reading, &classes, of(a).span, of(b).span)
        {
            groups.join(a, b);
        }
    }
    // A short form, where only one name has it.
    let mut shorts: FxHashMap<(Kind, String), Vec<usize>> = FxHashMap::default();
    for i in 0..names.len() {
        for span in forms(set, &classes, reading, of(i)).short {
            shorts.entry((of(i).kind, form(reading, span))).or_default().push(i);
        }
    }
    // By their first word after a company's head.
    let mut after_head: FxHashMap<&str, Vec<(usize, u32)>> = FxHashMap::default();
    for i in (0..names.len()).filter(|&i| of(i).kind == Kind::Organization) {
        if let Some(start) = after_company_head(set, &classes, reading, of(i).span, false) {
            after_head.entry(reading.tokens.key(start as usize)).or_default().push((i, start));
        }
    }
    for i in 0..names.len() {
        let same = shorts.get(&(of(i).kind, form(reading, of(i).span))).map_or(&[][..], Vec::as_slice);
        let longer = after_head.get(reading.tokens.key(of(i).span.start as usize)).into_iter().flatten();
        let longer = longer.filter(|(n, start)| begins(reading, of(i), of(*n), *start)).map(|(n, _)| *n);
        let owners: FxHashSet<usize> = same.iter().copied().chain(longer).map(|n| groups.find(n)).collect();
        let own = groups.find(i);
        if owners.len() == 1 || owners.len() == 2 && owners.contains(&own) && of(i).span.len() > 1 {
            for owner in owners {
                groups.join(owner, i);
            }
        }
    }
    heads_spelled(set, reading, &classes, &names, &mut groups);
    beginnings(set, reading, &names, &mut groups);
    acronyms(set, reading, &names, &mut groups);

    // The longest name is the entity's: white space counts little.
    let size = |id: &MentionId| reading.words(reading.mentions[*id as usize].span).split_whitespace().map(|w| w.chars().count() + 1).sum();
    let sizes: Vec<usize> = names.iter().map(size).collect();
    let (mut entities, mut longest) = (Entities::default(), Vec::new());
    let mut number: FxHashMap<usize, EntityId> = FxHashMap::default();
    for (&id, &name) in mentions.iter().zip(&name_of) {
        let group = groups.find(name);
        let entity = *number.entry(group).or_insert_with(|| {
            longest.push(sizes[name]);
            entities.list.push(Entity { kind: of(name).kind, mentions: Vec::new(), name: id, acronyms: Vec::new() });
            entities.list.len() - 1
        });
        let entry = &mut entities.list[entity];
        entry.mentions.push(id);
        if sizes[name] > longest[entity] {
            (entry.name, longest[entity]) = (id, sizes[name]);
        }
        entities.of.insert(id, entity);
    }
    for entity in &mut entities.list {
        let name = &reading.mentions[entity.name as usize];
        entity.acronyms = entity
            .mentions
            .iter()
            .copied()
            .filter(|&m| m != entity.name && is_acronym(reading, reading.mentions[m as usize].span) && name.span.len() > 1)
            .collect();
    }
    entities
}

/// Whether an acronym is that of the body at the end of a name: « Faculté de droit de l'Université de X (UX) ».
fn of_inner(set: &RuleSet, reading: &Reading, classes: &Classes, acronym: Span<Tok>, name: Span<Tok>) -> bool {
    let page = reading.page(set);
    let initial = |t: u32| form(reading, Span::new(t, t + 1)).chars().next();
    let head = |t: u32| classes.head.is_some_and(|c| reading.hits.at(t as usize).iter().any(|h| h.class == c));
    let inner = |t: u32| head(t) && initials_fit(&page, acronym, Span::new(t, name.end)) && initial(t) == initial(acronym.start);
    is_acronym(reading, acronym) && initial(acronym.start) != initial(name.start) && (name.start + 1..name.end).any(inner)
}

/// « Talvo » begins « coopérative Talvo de Dalmar » after its head, where the name of `long` starts; but « Talvo » is another house than
/// « groupe Talvo Maroc ».
fn begins(reading: &Reading, short: &Mention, long: &Mention, start: u32) -> bool {
    let (start, next) = (start as usize, start as usize + short.span.len());
    short.kind == Kind::Organization
        && next < long.span.range().end
        && short.span.range().zip(start..).all(|(a, b)| reading.tokens.key(a) == reading.tokens.key(b))
        && reading.tokens.list[next].shape.has(Shape::LOWER)
}

pub fn is_acronym(reading: &Reading, span: Span<Tok>) -> bool {
    span.len() == 1 && reading.tokens.list[span.start as usize].shape.has(Shape::ACRONYM)
}

/// The gazetteer's id of a place, where it has one.
pub fn place_id<'s>(set: &'s RuleSet, reading: &Reading, mention: &Mention) -> Option<&'s str> {
    if mention.kind != Kind::Place {
        return None;
    }
    const GAZETTEERS: [&str; 4] = ["country", "city", "region", "continent"];
    // The rule says which class it read; where it read none, the first gazetteer that knows the words.
    let captured = mention
        .captures
        .iter()
        .filter(|c| c.span == mention.span)
        .flat_map(|c| &set.rules[mention.rule as usize].slots[usize::from(c.slot)].classes)
        .copied();
    let classes = captured.chain(GAZETTEERS.iter().filter_map(|c| set.lexicon.class(c)));
    let (span, lang) = (mention.span, reading.lang(mention.sentence as usize));
    let known = |start: u32| {
        let hits = classes.clone().filter_map(move |class| reading.hits.exactly(start as usize, (span.end - start) as usize, class, lang));
        hits.map(|hit| set.lexicon.value(hit)).find(|v| v.contains('/'))
    };
    // « canton de Vaud » is known by what follows its head.
    known(span.start).or_else(|| (span.start + 2..span.end).find_map(known))
}

/// « Association douanière » belongs to the one name that goes on from there, « Association douanière marocaine »: but not where a place
/// follows at once, for that may be a branch.
fn beginnings(set: &RuleSet, reading: &Reading, mentions: &[MentionId], groups: &mut Groups) {
    let places: Vec<ClassId> = ["country", "city", "region"].iter().filter_map(|c| set.lexicon.class(c)).collect();
    let span = |i: usize| reading.mentions[mentions[i] as usize].span;
    let organizations = (0..mentions.len()).filter(|&i| reading.mentions[mentions[i] as usize].kind == Kind::Organization);
    let mut all: Vec<(String, usize)> = organizations.map(|i| (form(reading, span(i)), i)).collect();
    all.sort();
    for (k, (begin, i)) in all.iter().enumerate() {
        if span(*i).len() < 2 {
            continue;
        }
        let longer = all[k + 1..].iter().skip_while(|(f, _)| f == begin).take_while(|(f, _)| f.starts_with(begin.as_str()));
        let mut owners: Vec<usize> = Vec::new();
        let mut branch = false;
        for (_, j) in longer.filter(|(f, _)| f.as_bytes().get(begin.len()) == Some(&b' ')) {
            let rest = span(*j).start as usize + span(*i).len()..span(*j).end as usize;
            let at_once = !reading.tokens.list[rest.start].shape.has(Shape::LOWER);
            branch |= at_once && rest.clone().any(|t| places.iter().any(|&c| reading.hits.starts(t, c, 0)));
            owners.push(groups.find(*j));
        }
        owners.sort_unstable();
        owners.dedup();
        if let (&[owner], false) = (owners.as_slice(), branch) {
            groups.join(owner, *i);
        }
    }
}

/// An acronym that stands alone belongs to the one name whose initials it is.
fn acronyms(set: &RuleSet, reading: &Reading, mentions: &[MentionId], groups: &mut Groups) {
    let page = reading.page(set);
    let span = |i: usize| reading.mentions[mentions[i] as usize].span;
    let orgs: Vec<usize> = (0..mentions.len()).filter(|&i| reading.mentions[mentions[i] as usize].kind == Kind::Organization).collect();
    let mut long: FxHashSet<usize> = FxHashSet::default();
    for &i in &orgs {
        if span(i).len() > 1 {
            let group = groups.find(i);
            long.insert(group);
        }
    }
    for &i in &orgs {
        let group = groups.find(i);
        if !is_acronym(reading, span(i)) || long.contains(&group) {
            continue;
        }
        let longer = || orgs.iter().copied().filter(|&j| span(j).len() > 1);
        let mut fitting: FxHashSet<usize> = longer().filter(|&j| initials_fit(&page, span(i), span(j))).map(|j| groups.find(j)).collect();
        if fitting.is_empty() {
            fitting = longer().filter(|&j| heads(set, reading, &reading.mentions[mentions[j] as usize], span(i))).map(|j| groups.find(j)).collect();
        }
        if fitting.len() == 1 {
            for j in fitting {
                groups.join(j, i);
            }
        }
    }
}

/// « CHU de X » is the « Centre hospitalier universitaire de X »: an acronym for a head noun, and the same words after both.
fn heads_spelled(set: &RuleSet, reading: &Reading, classes: &Classes, mentions: &[MentionId], groups: &mut Groups) {
    let page = reading.page(set);
    let of = |i: usize| &reading.mentions[mentions[i] as usize];
    let orgs: Vec<usize> = (0..mentions.len()).filter(|&i| of(i).kind == Kind::Organization && of(i).span.len() > 1).collect();
    for &short in &orgs {
        let head = Span::new(of(short).span.start, of(short).span.start + 1);
        if !is_acronym(reading, head) {
            continue;
        }
        let rest = bag(set, classes, reading, of(short), Span::new(head.end, of(short).span.end));
        for &long in &orgs {
            let span = of(long).span;
            let spelled = (span.start + 2..span.end).any(|cut| {
                bag(set, classes, reading, of(long), Span::new(cut, span.end)) == rest && initials_fit(&page, head, Span::new(span.start, cut))
            });
            if spelled {
                groups.join(long, short);
            }
        }
    }
}

/// Whether the acronym is what a longer name has for a head noun: « CHU » of « CHU Ibn Zohra ».
fn heads(set: &RuleSet, reading: &Reading, long: &Mention, acronym: Span<Tok>) -> bool {
    let head = set.rules[long.rule as usize].slot_of("head").and_then(|slot| long.captures_of(slot).next());
    head.is_some_and(|head| head.span.start == long.span.start && head.span.len() == 1 && form(reading, head.span) == form(reading, acronym))
}

/// Union-find; the lowest index leads.
struct Groups(Vec<usize>);

impl Groups {
    fn new(n: usize) -> Self {
        Groups((0..n).collect())
    }

    fn find(&mut self, i: usize) -> usize {
        let mut root = i;
        while self.0[root] != root {
            root = self.0[root];
        }
        let mut at = i;
        while self.0[at] != root {
            at = std::mem::replace(&mut self.0[at], root);
        }
        root
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// The kind of an organisation and what gave it away.
#[derive(Clone, Copy, Debug)]
pub struct KindOf<'s> {
    pub id: &'s str,
    pub span: Span<Tok>,
    pub mention: MentionId,
}

/// The kind that an organisation's names give away: its head noun, the lexicon, its legal form. The fullest name speaks first.
pub fn kind_of<'s>(set: &'s RuleSet, reading: &Reading, entity: &Entity) -> Option<KindOf<'s>> {
    let class = |name| set.lexicon.class(name);
    let order = std::iter::once(entity.name).chain(entity.mentions.iter().copied());
    let by = |class: Option<ClassId>, whole: bool| {
        let class = class?;
        order.clone().find_map(|m| {
            let mention = &reading.mentions[m as usize];
            let (span, lang) = (mention.span, reading.lang(mention.sentence as usize));
            let hits = reading.hits.at(span.start as usize).iter();
            let hit = hits.copied().find(|h| {
                h.class == class
                    && (h.lang == 0 || h.lang == lang)
                    && usize::from(h.len) <= span.len()
                    && (!whole || usize::from(h.len) == span.len())
            })?;
            Some(KindOf { id: set.lexicon.value(hit), span: Span::new(span.start, span.start + u32::from(hit.len)), mention: m })
        })
    };
    let head = || {
        order.clone().find_map(|m| {
            let (span, hit) = captured(set, reading, &reading.mentions[m as usize], "head", class("org-head")?)?;
            Some(KindOf { id: set.lexicon.value(hit), span, mention: m })
        })
    };
    by(class("known-org"), true).or_else(head).or_else(|| by(class("org-head"), false)).or_else(|| by(class("org-acronym"), true)).or_else(|| {
        let (mention, _, span) = legal_form(set, reading, entity)?;
        Some(KindOf { id: "company", span, mention })
    })
}

/// What a rule captured for a field, where it is an entry of a class.
fn captured(set: &RuleSet, reading: &Reading, mention: &Mention, field: &str, class: ClassId) -> Option<(Span<Tok>, Hit)> {
    let slot = set.rules[mention.rule as usize].slot_of(field)?;
    let span = mention.captures_of(slot).next()?.span;
    let hit = reading.hits.exactly(span.start as usize, span.len(), class, reading.lang(mention.sentence as usize))?;
    Some((span, hit))
}

/// The legal form in an organisation's name: the mention, its canonical form, its words.
pub fn legal_form<'s>(set: &'s RuleSet, reading: &Reading, entity: &Entity) -> Option<(MentionId, &'s str, Span<Tok>)> {
    let class = set.lexicon.class("legal-form")?;
    std::iter::once(entity.name).chain(entity.mentions.iter().copied()).find_map(|m| {
        let mention = &reading.mentions[m as usize];
        if let Some((span, hit)) = captured(set, reading, mention, "form", class) {
            return Some((m, set.lexicon.value(hit), span));
        }
        let span = mention.span;
        let hit = |t: u32| reading.hits.at(t as usize).iter().copied().find(|h| h.class == class);
        // After the name, or before it; never the whole of it.
        let last = (span.start + 1..span.end).find_map(|t| hit(t).filter(|h| t + u32::from(h.len) == span.end).map(|h| (t, h)));
        let (at, found) = last.or_else(|| hit(span.start).filter(|h| usize::from(h.len) < span.len()).map(|h| (span.start, h)))?;
        Some((m, set.lexicon.value(found), Span::new(at, at + u32::from(found.len))))
    })
}
