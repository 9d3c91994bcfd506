//! The record: what comes out, as serde types. The JSON Schema is made from these; nothing else in the crate speaks JSON.
//!
//! Offsets count code points of the decoded source unless `offset_unit` says otherwise; ends are excluded.
//! Optional fields may join with a minor `schema_version`; none is renamed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the shape below.
pub const SCHEMA_VERSION: &str = "1.0.0";

/// One press release, read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    pub schema_version: String,
    /// Path below the argument without extension, or the "id" of a JSONL line.
    pub id: String,
    pub source: SourceInfo,
    pub engine: Engine,
    pub offset_unit: OffsetUnit,
    /// What was asked for in place of what is usual; absent where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Asked>,
    /// ISO 639-1, main language first.
    pub languages: Vec<String>,
    pub reference: Reference,
    pub title: Option<Passage>,
    /// Id of a date in the text (dateline, letterhead).
    pub published: Option<String>,
    pub organizations: Vec<Organization>,
    pub people: Vec<Person>,
    pub roles: Vec<Role>,
    pub places: Vec<Place>,
    pub dates: Vec<Date>,
    pub partnerships: Vec<Partnership>,
    pub quotes: Vec<Quote>,
    pub warnings: Vec<Warning>,
    /// Spans of the sentences, on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentences: Option<Vec<Offsets>>,
    /// Spans of the tokens, on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Vec<Offsets>>,
    /// Present when the document could not be read; every list is then empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// `[start, end]` in the record's `offset_unit`, end excluded.
pub type Offsets = [u32; 2];

/// Where the text came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceInfo {
    pub name: String,
    pub media_type: String,
    /// WHATWG label of the encoding that the bytes were decoded from, null where none was found.
    pub encoding: Option<String>,
    /// Size before decoding.
    pub bytes: u64,
    /// Of the bytes before decoding, in hexadecimal.
    pub sha256: String,
    /// ISO 639-1, where the input says it beside the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// YYYY, YYYY-MM or YYYY-MM-DD, where the input says it beside the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
}

/// Options that bear on what is found. Same source, same rules, same options: same record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// past, future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefer_dates: Option<String>,
    /// day-month, month-day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Engine {
    pub name: String,
    pub version: String,
    /// SHA-256 of the rule set in force.
    pub rules: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OffsetUnit {
    /// Code points.
    #[default]
    Char,
    /// Bytes of the decoded text in UTF-8.
    Byte,
    /// UTF-16 code units.
    Utf16,
}

/// The date that « hier » counts from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// YYYY, YYYY-MM or YYYY-MM-DD.
    pub value: Option<String>,
    pub source: ReferenceSource,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReferenceSource {
    Option,
    Input,
    Dateline,
    #[default]
    None,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Passage {
    pub text: String,
    pub span: Offsets,
}

/// A piece of the text and the rule that found it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mention {
    pub text: String,
    pub span: Offsets,
    pub rule: String,
}

/// Why a field has its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    pub span: Offsets,
    pub rule: String,
    /// The alias or reference that carried it, such as « le groupe ».
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

/// Field name to the places that gave its value.
pub type EvidenceMap = BTreeMap<String, Vec<Evidence>>;

/// A classified value: a stable id with its labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    pub id: String,
    pub fr: String,
    pub en: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Organization {
    pub id: String,
    /// Longest form in the text as written, no article, white space folded.
    pub name: String,
    pub acronym: Option<String>,
    pub kind: Option<Label>,
    pub legal_form: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Id of the place, for a state, canton or town that acts as a party.
    pub place: Option<String>,
    /// Id of the founding date.
    pub founded: Option<String>,
    pub mentions: Vec<Mention>,
    pub evidence: EvidenceMap,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    pub id: String,
    /// Without M., Mme, Pr.
    pub name: String,
    pub given: Option<String>,
    pub family: Option<String>,
    pub honorifics: Vec<String>,
    pub mentions: Vec<Mention>,
    pub evidence: EvidenceMap,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Id of the person.
    pub person: String,
    /// Id of the organisation.
    pub organization: Option<String>,
    /// First form as written.
    pub title: String,
    pub normalized: Option<Label>,
    pub status: RoleStatus,
    /// Every wording of the title.
    pub mentions: Vec<Mention>,
    pub evidence: EvidenceMap,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoleStatus {
    #[default]
    Current,
    Former,
    Appointed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    pub id: String,
    pub name: String,
    /// city, region, country, continent, venue…; null where no gazetteer knows it.
    pub kind: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// By language; null where no gazetteer knows it.
    pub labels: Option<BTreeMap<String, String>>,
    pub mentions: Vec<Mention>,
    pub evidence: EvidenceMap,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Date {
    pub id: String,
    /// Shortest ISO prefix, an interval with both ends included, XXXX-MM-DD, or null.
    pub value: Option<String>,
    pub precision: Option<Precision>,
    /// Extended Date/Time Format, level 1.
    pub edtf: Option<String>,
    pub part: Option<Part>,
    /// Values of the other readings.
    pub alternatives: Vec<String>,
    pub mentions: Vec<Mention>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    Day,
    Month,
    Year,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Early,
    Middle,
    Late,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Partnership {
    pub id: String,
    /// As written.
    pub kind: Option<String>,
    #[serde(rename = "type")]
    pub class: Option<Label>,
    pub status: AgreementStatus,
    /// Ids of organisations, in the order of their first mention.
    pub parties: Vec<String>,
    /// « les autres établissements de l’Etat ».
    pub unnamed_parties: Vec<String>,
    /// Ids of the people said to have signed.
    pub signatories: Vec<String>,
    /// Id of a date.
    pub signed_on: Option<String>,
    /// Id of a place.
    pub signed_at: Option<String>,
    /// ISO 8601 duration.
    pub duration: Option<String>,
    /// Id of the agreement that this one renews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<String>,
    /// Id of the agreement that this one amends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<String>,
    pub axes: Vec<Axis>,
    pub evidence: EvidenceMap,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AgreementStatus {
    /// This text says that it is signed now.
    Signed,
    /// Concluded, approved or launched in this text, no signing said.
    #[default]
    Announced,
    /// Negotiated or to be signed.
    Planned,
    /// An earlier agreement, told as background.
    Existing,
    /// Expired, terminated, replaced.
    Ended,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Axis {
    pub text: String,
    pub span: Offsets,
    pub kind: AxisKind,
    pub topics: Vec<Label>,
    /// Span of the head, where the member's own is elided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Offsets>,
    pub rule: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AxisKind {
    Objective,
    #[default]
    Axis,
    Commitment,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// Id of the person.
    pub speaker: Option<String>,
    /// Without its marks.
    pub text: String,
    pub span: Offsets,
    pub rule: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    pub code: String,
    pub message: String,
}

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// unreadable, too-large, empty, binary, undecodable, malformed-line, missing-text, wrong-type, duplicate-id; bug: a fault of the
    /// program, not of the document.
    pub code: String,
    pub message: String,
}

impl Record {
    /// A record with every list present and empty.
    pub fn empty(id: String, source: SourceInfo, engine: Engine, offset_unit: OffsetUnit) -> Self {
        Record {
            schema_version: SCHEMA_VERSION.to_owned(),
            id,
            source,
            engine,
            offset_unit,
            options: None,
            languages: Vec::new(),
            reference: Reference::default(),
            title: None,
            published: None,
            organizations: Vec::new(),
            people: Vec::new(),
            roles: Vec::new(),
            places: Vec::new(),
            dates: Vec::new(),
            partnerships: Vec::new(),
            quotes: Vec::new(),
            warnings: Vec::new(),
            sentences: None,
            tokens: None,
            error: None,
        }
    }
}

/// The JSON Schema of [`Record`], draft 2020-12.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Record)
}
