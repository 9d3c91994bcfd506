//! The dates of a document: what each mention says, and its value among the others.

use crate::{
    date::{self, Arg, Context, DateExpr, Order, Partial, Precision, PreferDates, Tense, Value, Year},
    lexicon::{ClassId, LangId},
    mention::{Kind, Mention},
    rules::{load::From, page::Page},
    sentence::Sentence,
    span::{Span, Tok},
};

/// What the caller or the document's frame say of its dates.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame {
    /// The date that « hier » counts from.
    pub reference: Option<Partial>,
    pub prefer: PreferDates,
    pub order: Option<Order>,
}

/// A verb so many tokens before a participle may be its auxiliary.
const PARTICIPLE_REACH: usize = 3;
/// A verb so near is the date's own, with an article or a preposition between them.
const CLOSE: usize = 2;
/// The class of the words that tell a sentence's tense: `past`, `future`, or `done` for participles.
const TENSE: &str = "tense";
/// A year so many tokens before a date governs it: « en 2019, le 12 mai ».
const YEAR_REACH: u32 = 3;
/// A date so many sentences back may be the one that « la veille » counts from.
const DAY_REACH: u32 = 2;
/// The same for « le même jour », « l'année suivante ».
const UNIT_REACH: u32 = 8;
/// What happened more days ago is no news.
const NEWS: i32 = 180;

/// What a match of a date rule says; none where its captures make no date.
pub fn expr(page: &Page, mention: &Mention) -> Option<DateExpr> {
    let rule = page.set.rules.get(mention.rule as usize)?;
    let (builder, fields) = rule.value.as_ref()?;
    let args: Vec<Arg> = fields
        .iter()
        .filter_map(|(name, from)| match from {
            From::Constant(value) => Some(Arg { name, text: value, value: Some(value) }),
            From::Capture(slot) => {
                let (text, value) = captured(page, mention, *slot)?;
                Some(Arg { name, text, value })
            }
        })
        .collect();
    date::build(builder, &args)
}

/// The words of a capture, and the lexicon's value where the pattern asked it for a class.
fn captured<'p>(page: &Page<'p>, mention: &Mention, slot: u16) -> Option<(&'p str, Option<&'p str>)> {
    let rule = page.set.rules.get(mention.rule as usize)?;
    let span = mention.captures_of(slot).next()?.span;
    let classes = rule.slots[usize::from(slot)].classes.iter();
    let hit = classes.copied().find_map(|class| page.hits.exactly(span.start as usize, span.len(), class, rule.lang));
    Some((page.tokens.words(page.text, span), hit.map(|hit| page.set.lexicon.value(hit))))
}

/// The values of the dates among `mentions` that stand, with their index, in the order of the text.
pub fn values(page: &Page, sentences: &[Sentence], mentions: &[Mention], frame: Frame) -> Vec<(usize, Value)> {
    let class = page.set.lexicon.class(TENSE);
    let mut tenses = Tenses::default();
    let mut dates: Vec<(usize, &Mention)> = mentions.iter().enumerate().filter(|(_, m)| m.kind == Kind::Date && m.is_kept()).collect();
    dates.sort_by_key(|(_, m)| m.span.start);
    let mut told: Vec<Told> = Vec::new();
    let mut values = Vec::new();
    for (index, mention) in dates {
        let Some(expr) = expr(page, mention) else { continue };
        let lang = page.set.rules[mention.rule as usize].lang;
        let words = class
            .zip(sentences.get(mention.sentence as usize))
            .map(|(class, sentence)| tenses.of(page, mention.sentence, sentence.tokens, class, lang));
        let tense = words.and_then(|words| tense_of(words, mention.span));
        let mut context = Context {
            reference: frame.reference,
            tense: tense.map(|(tense, _)| tense),
            close: tense.is_some_and(|(_, close)| close),
            prefer: frame.prefer,
            order: frame.order,
            anchor: None,
            year: governing(&told, mention),
        };
        context.anchor = anchor(&expr, &told, mention);
        let value = date::resolve(&expr, &context);
        let day = value.value.as_deref().and_then(|v| v.rsplit('/').next()).and_then(Partial::parse);
        told.push(Told {
            mention: mention.span,
            sentence: mention.sentence,
            year: own_year(&expr).then_some(day).flatten().and_then(|d| d.year),
            day,
        });
        values.push((index, value));
    }
    values
}

/// Whether a date lies so far before the reference that what happened then is no news; an earlier year told without a month always does,
/// an earlier month told without a day does in what is told `aside`.
pub fn is_old(value: &Value, reference: Option<Partial>, aside: bool) -> bool {
    let last = value.value.as_deref().and_then(|v| v.rsplit('/').next()).and_then(Partial::parse).and_then(|d| d.last());
    let (Some(last), Some(now)) = (last, reference.and_then(|r| r.first())) else { return false };
    let told = value.value.as_deref().and_then(Partial::parse);
    let year = told.is_some_and(|told| told.month.is_none()) && last.year() < now.year();
    let whole_month = told.is_some_and(|told| told.month.is_some() && told.day.is_none());
    let month = aside && whole_month && (last.year(), last.month()) < (now.year(), now.month());
    year || month || now.since(last).is_ok_and(|span| span.get_days() > NEWS)
}

/// A date that was read before.
struct Told {
    mention: Span<Tok>,
    sentence: u32,
    /// Where it is a year and no more.
    year: Option<i16>,
    /// Its value; the end of an interval.
    day: Option<Partial>,
}

/// Whether the date is a year in figures and no more.
fn own_year(expr: &DateExpr) -> bool {
    matches!(expr, DateExpr::Point { point, .. } if point.month.is_none() && matches!(point.year, Some(Year::Known(_) | Year::Short(_))))
}

fn governing(told: &[Told], mention: &Mention) -> Option<i16> {
    let last = told.last()?;
    (last.sentence == mention.sentence && mention.span.start.saturating_sub(last.mention.end) <= YEAR_REACH).then_some(last.year)?
}

/// The date named before that « la veille », « le même jour », « l'année suivante » count from.
fn anchor(expr: &DateExpr, told: &[Told], mention: &Mention) -> Option<Partial> {
    let unit = match expr {
        DateExpr::Shift { anchored: true, unit, .. } | DateExpr::Same { unit } => unit,
        _ => return None,
    };
    let wanted = match unit {
        date::Unit::Year | date::Unit::Decade | date::Unit::Century => Precision::Year,
        date::Unit::Month | date::Unit::Quarter | date::Unit::Half => Precision::Month,
        _ => Precision::Day,
    };
    let day = matches!(expr, DateExpr::Shift { .. }) && wanted == Precision::Day;
    let reach = if day { DAY_REACH } else { UNIT_REACH };
    let near = told.iter().rev().filter(|t| mention.sentence.saturating_sub(t.sentence) <= reach);
    near.filter_map(|t| t.day).find(|day| day.precision() >= wanted)
}

/// The words of one sentence that tell a tense, by the language that they are read in: a sentence has many dates, and is looked through once.
#[derive(Default)]
struct Tenses<'p> {
    sentence: u32,
    words: Vec<(LangId, Vec<(usize, &'p str)>)>,
}

impl<'p> Tenses<'p> {
    /// Those of a sentence, in its order.
    fn of(&mut self, page: &Page<'p>, sentence: u32, tokens: Span<Tok>, class: ClassId, lang: LangId) -> &[(usize, &'p str)] {
        if self.sentence != sentence {
            *self = Tenses { sentence, words: Vec::new() };
        }
        let known = self.words.iter().position(|(known, _)| *known == lang);
        let known = known.unwrap_or_else(|| {
            let told = |token: usize| Some((token, page.set.lexicon.value(page.hits.exactly(token, 1, class, lang)?)));
            self.words.push((lang, tokens.range().filter_map(told).collect()));
            self.words.len() - 1
        });
        &self.words[known].1
    }
}

/// The tense of the word nearest to `span`, of those of its sentence that have one, and whether that word stands right before it.
/// A participle tells the past, unless a future verb stands before it.
fn tense_of(words: &[(usize, &str)], span: Span<Tok>) -> Option<(Tense, bool)> {
    let (start, end) = (span.start as usize, span.end as usize);
    let after = words.partition_point(|(token, _)| *token < start);
    let distance = |&at: &usize| match words[at].0 {
        token if token < start => start - token,
        token => (token + 1).saturating_sub(end),
    };
    let at = after.checked_sub(1).into_iter().chain((after < words.len()).then_some(after)).min_by_key(distance)?;
    let (token, tense) = words[at];
    let close = token < start && distance(&at) <= CLOSE;
    let tense = match tense {
        "past" => Tense::Past,
        "future" => Tense::Future,
        "done" => {
            let mut near = words[..at].iter().rev().take_while(|(before, _)| before + PARTICIPLE_REACH >= token);
            if near.any(|(_, tense)| *tense == "future") { Tense::Future } else { Tense::Past }
        }
        _ => return None,
    };
    Some((tense, close))
}

/// The ISO 8601 duration of a match that gives one.
pub fn duration(page: &Page, mention: &Mention) -> Option<String> {
    let rule = page.set.rules.get(mention.rule as usize)?;
    let (_, fields) = rule.value.as_ref()?;
    let value = |wanted: &str| {
        fields.iter().find_map(|(name, from)| match from {
            From::Constant(value) if name == wanted => Some(value.clone()),
            From::Capture(slot) if name == wanted => {
                let (text, value) = captured(page, mention, *slot)?;
                Some(value.unwrap_or(text).to_owned())
            }
            _ => None,
        })
    };
    date::duration(&value("count")?, &value("unit")?)
}
