//! The cascade: the stages in their order, each a pass of the matcher and a call of resolve.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use crate::{
    entity, language,
    layout::layout,
    lexicon::ClassId,
    mention::{Capture, Fate, Kind, Mention, MentionId, RuleId, Stage},
    reading::Reading,
    resolve::{contain, resolve},
    rules::{
        fit::initials_fit,
        load::RuleSet,
        run::{Match, Scratch},
        unit::{Fold, Unit},
    },
    sentence::sentences,
    span::{Span, Tok},
    text::Text,
    timeline,
    token::{Shape, tokenize},
};

/// What the caller knows of the document.
#[derive(Clone, Copy, Default)]
pub struct Given<'g> {
    pub forced: Option<&'g str>,
    pub hint: Option<&'g str>,
    /// At this rule's stage run no other: its examples ask for that.
    pub alone: Option<RuleId>,
    /// As if this rule were not in the set.
    pub without: Option<RuleId>,
}

/// Reads a text through all stages.
pub fn read<'t>(set: &RuleSet, text: &'t Text<'t>, given: Given, scratch: &mut Scratch) -> Reading<'t> {
    let tokens = tokenize(text, &set.token_cues);
    let layout = layout(text, &tokens, &set.layout_cues);
    let sentences = sentences(&tokens, &layout, &set.token_cues);
    let hits = set.lexicon.hits(&tokens);
    let language = language::detect(set, &tokens, &layout, &hits, given.forced, given.hint);
    let mut reading = Reading::new(text, tokens, layout, sentences, language, hits);
    scratch.symbols.tidy();
    reading.units = (0..reading.tokens.len()).map(|token| reading.page(set).unit(token, 0)).collect();
    symbols(set, &mut reading, scratch, |_| true);
    let things = things(set, &reading);
    for stage in Stage::ALL {
        if stage == Stage::Repeats {
            let names = entity::document_names(set, &reading);
            reading.hits.extend(&names);
            let mut renamed = names.iter().map(|name| name.0).peekable();
            symbols(set, &mut reading, scratch, |token| {
                while renamed.next_if(|&at| at < token).is_some() {}
                renamed.peek() == Some(&token)
            });
        }
        if stage == Stage::References {
            quotes(&mut reading);
        }
        run(set, stage, &mut reading, given, &things, scratch);
    }
    reading.index();
    reading
}

/// How far before a bracket the words of its acronym may begin.
const ACRONYM_WORDS: u32 = 14;

/// The acronyms in brackets after what is no body and has their initials: « plan de relance du Varnland (PRV) ». Well-known ones are not among them.
fn things(set: &RuleSet, reading: &Reading) -> FxHashSet<String> {
    let [thing, head, known, famous] = ["thing-head", "org-head", "org-acronym", "known-org"].map(|c| set.lexicon.class(c));
    let page = reading.page(set);
    let key = |t: u32| reading.tokens.key(t as usize);
    let mut found = FxHashSet::default();
    for s in 0..reading.sentences.len() {
        let (sentence, lang) = (reading.sentences[s].tokens, reading.lang(s));
        let has = |t: u32, class: Option<ClassId>| class.is_some_and(|c| reading.hits.starts(t as usize, c, lang));
        for open in (sentence.start..sentence.end.saturating_sub(2)).filter(|&t| key(t) == "(" && key(t + 2) == ")") {
            let acronym = Span::new(open + 1, open + 2);
            if !entity::is_acronym(reading, acronym) || has(open + 1, known) || has(open + 1, famous) {
                continue;
            }
            let first = open.saturating_sub(ACRONYM_WORDS).max(sentence.start);
            let fits = |&t: &u32| (has(t, thing) || has(t, head)) && initials_fit(&page, acronym, Span::new(t, open));
            if (first..open).rev().find(fits).is_some_and(|t| has(t, thing)) {
                found.insert(key(open + 1).to_owned());
            }
        }
    }
    found
}

/// The symbols of the chosen tokens.
fn symbols(set: &RuleSet, reading: &mut Reading, scratch: &mut Scratch, mut chosen: impl FnMut(usize) -> bool) {
    let mut units = std::mem::take(&mut reading.units);
    for s in 0..reading.sentences.len() {
        let lang = reading.lang(s);
        for token in reading.sentences[s].tokens.range().filter(|&token| chosen(token)) {
            let page = reading.page(set);
            units[token] = page.unit(token, scratch.symbols.of_token(&page, token, lang));
        }
    }
    reading.units = units;
}

/// One stage over every sentence.
fn run(set: &RuleSet, stage: Stage, reading: &mut Reading, given: Given, things: &FxHashSet<String>, scratch: &mut Scratch) {
    let from = reading.mentions.len();
    // Repeats look at the bare tokens: a longer name found again takes the place of a shorter one.
    let folds = if stage == Stage::Repeats { Vec::new() } else { folds(reading) };
    let (mut next, mut units) = (0, Vec::new());
    for s in 0..reading.sentences.len() {
        let sentence = reading.sentences[s].tokens;
        while folds.get(next).is_some_and(|f| f.0.end <= sentence.start) {
            next += 1;
        }
        let here = &folds[next..];
        let here = &here[..here.partition_point(|f| f.0.start < sentence.end)];
        let lang = reading.lang(s);
        let mut chosen = Cow::Borrowed(set.chosen(stage, lang));
        if let Some(rule) = given.alone.filter(|&r| set.rules[r as usize].stage == stage) {
            keep(&mut chosen, &set.entries.set(|entry| entry.rule == rule));
            scratch.be_thorough();
        }
        if let Some(rule) = given.without {
            keep(&mut chosen, &set.entries.set(|entry| entry.rule != rule));
        }
        let before = reading.mentions.len();
        let whole = Part { tokens: sentence, folds: Cow::Borrowed(here) };
        let inner = if stage == Stage::Relations { quoted(reading, sentence, here) } else { Vec::new() };
        for part in std::iter::once(whole).chain(inner) {
            let page = reading.page(set);
            page.fold(part.tokens, &reading.units, &part.folds, &mut scratch.symbols, &mut units);
            let found = page.matches(&units, &chosen, lang, scratch);
            for m in found {
                let mut mention = mention(set, stage, s as u32, &m, &units, reading);
                if mention.kind == Kind::Date && timeline::expr(&reading.page(set), &mention).is_none() {
                    mention.fate = Fate::Dropped("its captures make no date");
                }
                if mention.kind == Kind::Organization && mention.span.len() == 1 && things.contains(reading.tokens.key(mention.span.start as usize)) {
                    mention.fate = Fate::Dropped("its acronym is that of a thing");
                }
                reading.mentions.push(mention);
            }
        }
        if given.alone.is_some_and(|r| set.rules[r as usize].stage == stage) {
            reading.got_in |= scratch.got_in();
        }
        resolve(&mut reading.mentions, before, set);
    }
    let mut mentions = std::mem::take(&mut reading.mentions);
    match stage {
        Stage::Names | Stage::Relations => {}
        Stage::Aliases => aliases(set, &mut mentions, from, reading),
        _ => contain(&mut mentions, from, set, &|inner| has_own_name(set, inner, reading)),
    }
    reading.mentions = mentions;
}

fn keep(chosen: &mut Cow<[u64]>, these: &[u64]) {
    chosen.to_mut().iter_mut().zip(these).for_each(|(word, these)| *word &= these);
}

/// What of the mentions that stand is folded: all that is no relation.
fn folds(reading: &Reading) -> Vec<Fold> {
    outermost(reading.kept().filter(|(_, m)| !m.kind.is_relation() && m.kind != Kind::Alias))
}

/// The outermost extents, in order and apart.
fn outermost<'m>(mentions: impl Iterator<Item = (MentionId, &'m Mention)>) -> Vec<Fold> {
    let mut folds: Vec<Fold> = mentions.map(|(id, m)| (m.extent, id, m.kind)).collect();
    folds.sort_by_key(|&(extent, id, _)| (extent.start, std::cmp::Reverse(extent.end), id));
    let mut end = 0;
    folds.retain(|f| {
        let outer = f.0.start >= end;
        if outer {
            end = f.0.end;
        }
        outer
    });
    folds
}

/// A stretch of a sentence that rules read as one, with what is folded in it.
struct Part<'f> {
    tokens: Span<Tok>,
    folds: Cow<'f, [Fold]>,
}

/// What stands in quotation marks in a sentence, each for itself.
fn quoted<'f>(reading: &Reading, sentence: Span<Tok>, folds: &[Fold]) -> Vec<Part<'f>> {
    let quotes = folds.iter().filter(|fold| fold.2 == Kind::Quote);
    quotes
        .map(|quote| {
            let tokens = Span::new(quote.0.start.max(sentence.start), quote.0.end.min(sentence.end));
            let inside = |m: &Mention| !m.kind.is_relation() && !matches!(m.kind, Kind::Alias | Kind::Quote) && tokens.contains(m.extent);
            Part { tokens, folds: Cow::Owned(outermost(reading.kept().filter(|(_, m)| inside(m)))) }
        })
        .collect()
}

/// A match in units as a mention in tokens.
fn mention(set: &RuleSet, stage: Stage, sentence: u32, found: &Match, units: &[Unit], reading: &Reading) -> Mention {
    let rule = &set.rules[found.rule as usize];
    let tokens = |start: usize, end: usize| units[start].tokens.cover(units[end - 1].tokens);
    let capture = |slot: u16, start: usize, end: usize| match units[start].mention.filter(|_| end == start + 1) {
        Some(id) => {
            let quote = reading.mentions[id as usize].kind == Kind::Quote;
            let span = if quote { units[start].tokens } else { reading.mentions[id as usize].span };
            Capture { slot, span, mention: Some(id) }
        }
        None => Capture { slot, span: tokens(start, end), mention: None },
    };
    let mut captures: Vec<Capture> = found.captures.iter().map(|&(slot, start, end)| capture(slot, start, end)).collect();
    for &(slot, kind) in &rule.with {
        captures.extend(nearest(kind, found, units, reading).map(|i| capture(slot, i, i + 1)));
    }
    let extent = tokens(found.start, found.end);
    let span = rule.span.and_then(|slot| captures.iter().find(|c| c.slot == slot)).map_or(extent, |c| c.span);
    Mention { kind: rule.kind, span, extent, rule: found.rule, stage, sentence, captures, fate: Fate::Kept }
}

/// How far before and after a match `with` looks, in units: what follows soon belongs to another thought.
const WITH_BEFORE: usize = 24;
const WITH_AFTER: usize = 6;

/// The nearest unit of a type in the same clause that no capture holds.
fn nearest(kind: Kind, found: &Match, units: &[Unit], reading: &Reading) -> Option<usize> {
    let is_break = |u: &Unit| u.mention.is_none() && reading.tokens.key(u.tokens.start as usize) == ";";
    let (first, last) = (found.start.saturating_sub(WITH_BEFORE), units.len().min(found.end + WITH_AFTER));
    let start = units[first..found.start].iter().rposition(is_break).map_or(first, |i| first + i + 1);
    let end = units[found.end..last].iter().position(is_break).map_or(last, |i| found.end + i);
    let free = |i: &usize| {
        let is_kind = units[*i].mention.is_some_and(|id| reading.mentions[id as usize].kind == kind);
        is_kind && !found.captures.iter().any(|&(_, s, e)| (s..e).contains(i))
    };
    let distance = |i: &usize| if *i < found.start { found.start - i } else { (i + 1).saturating_sub(found.end) };
    (start..end).filter(free).min_by_key(distance)
}

/// Aliases become mentions of their own, and lengthen the extent of the name that they stand beside.
fn aliases(set: &RuleSet, mentions: &mut Vec<Mention>, from: usize, reading: &mut Reading) {
    for i in from..mentions.len() {
        if !mentions[i].is_kept() {
            continue;
        }
        let rule = &set.rules[mentions[i].rule as usize];
        let of = |field: &str| rule.slot_of(field).and_then(|slot| mentions[i].captures_of(slot).next().cloned());
        let (Some(alias), Some(name)) = (of("alias"), of("name")) else { continue };
        let Some(name_id) = name.mention else { continue };
        let alias_id = match alias.mention {
            Some(id) => id,
            None => {
                let mut mention = mentions[i].clone();
                (mention.kind, mention.span, mention.extent) = (mentions[name_id as usize].kind, alias.span, alias.span);
                mentions.push(mention);
                (mentions.len() - 1) as MentionId
            }
        };
        let extent = mentions[i].extent;
        let name = &mut mentions[name_id as usize];
        name.extent = name.extent.cover(extent);
        reading.aliases.push((alias_id, name_id));
    }
}

/// Quoted passages long enough to be speech become mentions.
fn quotes(reading: &mut Reading) {
    const SPEECH: usize = 5;
    let quotes: Vec<Span<Tok>> = reading
        .layout
        .quotes
        .iter()
        .copied()
        .filter(|q| q.range().filter(|&t| reading.tokens.list[t].shape.has(Shape::WORD)).count() >= SPEECH)
        .collect();
    for quote in quotes {
        let extent = Span::new(quote.start.saturating_sub(1), quote.end + 1);
        let sentence = reading.sentences.partition_point(|s| s.tokens.end <= quote.start) as u32;
        reading.mentions.push(Mention {
            kind: Kind::Quote,
            span: quote,
            extent,
            rule: RuleId::MAX,
            stage: Stage::References,
            sentence,
            captures: Vec::new(),
            fate: Fate::Kept,
        });
    }
}

/// Whether an organisation inside another has a name of its own: an acronym, or a capital after its head noun, or an entry of the lexicon.
fn has_own_name(set: &RuleSet, mention: &Mention, reading: &Reading) -> bool {
    let classes = ["known-org", "org-acronym"].map(|c| set.lexicon.class(c));
    mention.span.range().any(|t| reading.tokens.list[t].shape.has(Shape::CAP))
        || classes.iter().flatten().any(|&class| reading.hits.starts(mention.span.start as usize, class, 0))
}
