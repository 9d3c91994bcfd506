//! Gold: what people say that a text holds, in the form that records are measured against.
//!
//! One JSON object a text. Every string stands in the text, runs of white space counting as one space; [`Gold::faults`] tells of those
//! that do not.

use serde::Deserialize;

use crate::text::fold_space;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gold {
    pub id: String,
    pub source: Source,
    /// The same release in another language.
    #[serde(default)]
    pub pair: Option<String>,
    /// ISO 639-1.
    pub lang: String,
    /// YYYY-MM-DD.
    #[serde(default)]
    pub published: Option<String>,
    pub organizations: Vec<Named>,
    pub people: Vec<Person>,
    pub places: Vec<Named>,
    pub dates: Vec<Date>,
    /// What the text announces; agreements told as background are left out.
    pub partnerships: Vec<Partnership>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub archive: String,
    pub record: String,
}

/// An organisation or a place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub name: String,
    /// Every form in the text.
    #[serde(default)]
    pub mentions: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    #[serde(default)]
    pub mentions: Vec<String>,
    pub roles: Vec<Role>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub title: String,
    /// Name of an organisation of the list.
    pub organization: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Date {
    pub mention: String,
    /// As in the record; null where it cannot be known.
    pub value: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partnership {
    pub kind: String,
    /// Names of organisations of the list.
    pub parties: Vec<String>,
    /// A date's value.
    pub signed_on: Option<String>,
    /// Name of a place of the list.
    pub signed_at: Option<String>,
    pub axes: Vec<String>,
}

impl Gold {
    /// # Errors
    /// What is wrong with the JSON, with its line and column.
    pub fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// What this gold says that the text does not hold, and the names that it uses without listing them.
    pub fn faults(&self, text: &str) -> Vec<String> {
        let text = fold_space(text);
        let strange = |string: &&str| string.is_empty() || !text.contains(&fold_space(string));
        let mut faults: Vec<String> = self.strings().into_iter().filter(strange).map(|string| format!("« {string} » is not in the text")).collect();
        let organizations: Vec<&str> = self.organizations.iter().map(|it| it.name.as_str()).collect();
        let houses = self.people.iter().flat_map(|it| &it.roles).filter_map(|role| role.organization.as_ref());
        let parties = self.partnerships.iter().flat_map(|it| &it.parties);
        let unlisted = houses.chain(parties).filter(|name| !organizations.contains(&name.as_str()));
        faults.extend(unlisted.map(|name| format!("« {name} » is not among the organisations")));
        let places: Vec<&String> = self.places.iter().flat_map(|it| it.mentions.iter().chain([&it.name])).collect();
        let sites = self.partnerships.iter().filter_map(|it| it.signed_at.as_ref());
        faults.extend(sites.filter(|site| !places.contains(site)).map(|site| format!("« {site} » is not among the places")));
        faults
    }

    fn strings(&self) -> Vec<&str> {
        let named = self.organizations.iter().chain(&self.places).flat_map(|it| it.mentions.iter().chain([&it.name]));
        let people = self.people.iter().flat_map(|it| it.mentions.iter().chain([&it.name]).chain(it.roles.iter().map(|role| &role.title)));
        let agreements = self.partnerships.iter().flat_map(|it| it.axes.iter().chain([&it.kind]));
        named.chain(people).chain(self.dates.iter().map(|it| &it.mention)).chain(agreements).map(String::as_str).collect()
    }
}
