//! From entities and facts to the record: ids in the order of the text, labels, evidence, offsets in the unit asked for.

mod agreements;
mod names;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    attach::{Loose, attach},
    date::{self, Partial, Value},
    document::{Document, Options},
    entity::{Entities, EntityId, gather},
    layout::BlockKind,
    mention::{Kind, MentionId, RuleId},
    reading::Reading,
    record::{self, Engine, Evidence, EvidenceMap, Label, OffsetUnit, Offsets, Passage, Record, Reference, ReferenceSource, Warning},
    relation::{Source, facts},
    rules::load::RuleSet,
    span::{self, Span, Tok},
    text::{fold_space, offsets},
    timeline::{self, Frame},
};

/// Puts the record together.
pub fn assemble(set: &RuleSet, reading: &Reading, document: &Document, options: &Options) -> Record {
    let entities = gather(set, reading);
    let facts = facts(set, reading, &entities);
    let engine = Engine { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), rules: set.hash.clone() };
    let mut record = Record::empty(document.id.clone(), document.source.clone(), engine, options.offset_unit);
    record.languages.clone_from(&reading.language.document);

    let (reference, dateline, warnings) = reference(set, reading, document, options);
    record.warnings = warnings;
    let frame = Frame { reference: reference.value.as_deref().and_then(Partial::parse), prefer: options.prefer_dates, order: options.date_order };
    record.reference = reference;
    let values = timeline::values(&reading.page(set), &reading.sentences, &reading.mentions, frame);
    let past =
        |aside| -> FxHashSet<usize> { values.iter().filter(|(_, value)| timeline::is_old(value, frame.reference, aside)).map(|(i, _)| *i).collect() };
    let [past, past_aside] = [false, true].map(past);
    let old = |date: MentionId, aside: bool| if aside { &past_aside } else { &past }.contains(&(date as usize));
    let (agreements, loose) = attach(set, reading, &entities, &facts, &old);

    let mut writer = Writer {
        set,
        reading,
        entities: &entities,
        offsets: offsets::Offsets::new(reading.text.source()),
        unit: options.offset_unit,
        organizations: Ids::default(),
        people: Ids::default(),
        places: Ids::default(),
        dates: FxHashMap::default(),
    };
    record.title = reading
        .layout
        .blocks
        .iter()
        .find(|b| b.kind == BlockKind::Title)
        .map(|b| Passage { text: reading.words(b.tokens).to_owned(), span: writer.span(b.tokens) });
    record.dates = writer.dates(&values);
    record.published = dateline.and_then(|id| writer.dates.get(&id).cloned());
    record.places = writer.places();
    record.people = writer.people();
    record.organizations = writer.organizations(&agreements, &facts);
    record.roles = writer.roles(&facts.roles);
    record.partnerships = writer.partnerships(&agreements);
    record.quotes = writer.quotes(&facts);
    record.warnings.extend(loose.iter().map(|Loose(axis)| Warning {
        code: "ambiguous-axis".to_owned(),
        message: format!("« {} » may belong to more than one agreement and is left out", fold_space(reading.words(axis.span))),
    }));
    if let Some(code) = reading.language.document.first().filter(|code| set.languages.id(code).is_none()) {
        record.warnings.push(Warning {
            code: "no-rules".to_owned(),
            message: format!("there are no rules for the language `{code}`: only those of any language were used"),
        });
    }
    if options.with_sentences {
        record.sentences = Some(reading.sentences.iter().map(|s| writer.span(s.tokens)).collect());
    }
    if options.with_tokens {
        record.tokens = Some(reading.tokens.list.iter().map(|t| writer.source_span(t.span)).collect());
    }
    record
}

/// The date that « hier » counts from: option, input, dateline or none; the dateline's date; a warning where two of them clash.
fn reference(set: &RuleSet, reading: &Reading, document: &Document, options: &Options) -> (Reference, Option<MentionId>, Vec<Warning>) {
    let datelines: Vec<Span<Tok>> = reading.layout.blocks.iter().filter_map(|b| b.dateline).collect();
    let values = timeline::values(&reading.page(set), &reading.sentences, &reading.mentions, Frame { order: options.date_order, ..Frame::default() });
    let dateline = values.iter().find(|(i, value)| {
        let known = value.value.as_deref().is_some_and(|v| Partial::parse(v).is_some());
        known && datelines.iter().any(|d| d.contains(reading.mentions[*i].span))
    });
    let stated = [
        (options.published.as_deref(), ReferenceSource::Option),
        (document.published.as_deref(), ReferenceSource::Input),
        (dateline.and_then(|(_, value)| value.value.as_deref()), ReferenceSource::Dateline),
    ];
    let mut warnings = Vec::new();
    let mut chosen: Option<(&str, ReferenceSource)> = None;
    for (value, source) in stated {
        let Some(value) = value else { continue };
        if Partial::parse(value).is_none() {
            warnings.push(Warning {
                code: "invalid-published".to_owned(),
                message: format!("`{value}` is no date of the form YYYY, YYYY-MM or YYYY-MM-DD"),
            });
            continue;
        }
        match chosen {
            None => chosen = Some((value, source)),
            // One that says less says no other thing.
            Some((known, _)) if !known.starts_with(value) && !value.starts_with(known) => {
                warnings.push(Warning {
                    code: "reference-clash".to_owned(),
                    message: format!("the reference date is {known}, but another source says {value}"),
                });
            }
            Some(_) => {}
        }
    }
    let reference = Reference { value: chosen.map(|c| c.0.to_owned()), source: chosen.map_or(ReferenceSource::None, |c| c.1) };
    (reference, dateline.map(|d| d.0 as MentionId), warnings)
}

fn precision(precision: date::Precision) -> record::Precision {
    match precision {
        date::Precision::Day => record::Precision::Day,
        date::Precision::Month => record::Precision::Month,
        date::Precision::Year => record::Precision::Year,
    }
}

fn part(part: date::Part) -> record::Part {
    match part {
        date::Part::Early => record::Part::Early,
        date::Part::Middle => record::Part::Middle,
        date::Part::Late => record::Part::Late,
    }
}

/// Ids of entities in the record.
#[derive(Default)]
struct Ids(FxHashMap<EntityId, String>);

impl Ids {
    fn get(&self, entity: EntityId) -> Option<&String> {
        self.0.get(&entity)
    }
}

struct Writer<'w> {
    set: &'w RuleSet,
    reading: &'w Reading<'w>,
    entities: &'w Entities,
    offsets: offsets::Offsets<'w>,
    unit: OffsetUnit,
    organizations: Ids,
    people: Ids,
    places: Ids,
    dates: FxHashMap<MentionId, String>,
}

impl Writer<'_> {
    fn source_span(&self, span: Span<span::Source>) -> Offsets {
        [span.start, span.end].map(|byte| match self.unit {
            OffsetUnit::Char => self.offsets.chars(byte),
            OffsetUnit::Byte => byte,
            OffsetUnit::Utf16 => self.offsets.utf16(byte),
        })
    }

    fn span(&self, span: Span<Tok>) -> Offsets {
        let list = &self.reading.tokens.list;
        match (list.get(span.start as usize), span.end.checked_sub(1).and_then(|e| list.get(e as usize))) {
            (Some(first), Some(last)) => self.source_span(first.span.cover(last.span)),
            _ => [0, 0],
        }
    }

    fn rule(&self, rule: RuleId) -> String {
        self.set.id(rule).to_owned()
    }

    fn mention(&self, id: MentionId) -> record::Mention {
        let mention = &self.reading.mentions[id as usize];
        self.passage(mention.span, mention.rule)
    }

    fn passage(&self, span: Span<Tok>, rule: RuleId) -> record::Mention {
        record::Mention { text: self.reading.words(span).to_owned(), span: self.span(span), rule: self.rule(rule) }
    }

    fn evidence(&self, source: &Source) -> Evidence {
        let via = source.via.then(|| fold_space(self.reading.words(source.span)));
        Evidence { span: self.span(source.span), rule: self.rule(source.rule), via }
    }

    fn put(&self, map: &mut EvidenceMap, field: &str, span: Span<Tok>, rule: RuleId) {
        let evidence = self.evidence(&Source { span, rule, via: false });
        let entry = map.entry(field.to_owned()).or_default();
        if !entry.contains(&evidence) {
            entry.push(evidence);
        }
    }

    fn label(&self, table: &str, id: &str) -> Option<Label> {
        let row = self.set.label(table, id)?;
        Some(Label { id: id.to_owned(), fr: row.first()?.clone(), en: row.get(1)?.clone() })
    }

    fn start(&self, id: MentionId) -> u32 {
        self.reading.mentions[id as usize].span.start
    }

    fn dates(&mut self, values: &[(usize, Value)]) -> Vec<record::Date> {
        let mut dates: Vec<record::Date> = Vec::new();
        let mut by_value: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (index, value) in values {
            // A date without its year is never sure to be another one.
            let mut known = value.value.as_deref().filter(|v| !v.contains('X')).map(|v| by_value.entry(v).or_default());
            let same = known.iter().flat_map(|known| known.iter().copied()).find(|&i| dates[i].part == value.part.map(part));
            let at = same.unwrap_or_else(|| {
                known.iter_mut().for_each(|known| known.push(dates.len()));
                dates.push(record::Date {
                    id: format!("d{}", dates.len() + 1),
                    value: value.value.clone(),
                    precision: value.precision.map(precision),
                    edtf: value.edtf.clone(),
                    part: value.part.map(part),
                    alternatives: value.alternatives.clone(),
                    mentions: Vec::new(),
                });
                dates.len() - 1
            });
            dates[at].mentions.push(self.mention(*index as MentionId));
            self.dates.insert(*index as MentionId, dates[at].id.clone());
        }
        dates
    }

    /// The entities of a kind, by first mention.
    fn list(&self, kind: Kind) -> Vec<EntityId> {
        (0..self.entities.list.len()).filter(|&e| self.entities.list[e].kind == kind).collect()
    }
}
