//! The least that each set of texts must reach, field by field: a table that only rises.
//!
//! `set TAB field TAB F1`; lines with `#` are remarks.

use super::{FIELDS, Score};

/// Floors have three digits; a figure that is lower by less than this stands.
const STEP: f64 = 0.001;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Floors {
    remarks: Vec<String>,
    rows: Vec<(String, String, f64)>,
}

impl Floors {
    /// # Errors
    /// The first line that is no row, with its number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut floors = Floors::default();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                floors.remarks.push(line.to_owned());
                continue;
            }
            let row = || {
                let (set, rest) = line.split_once('\t')?;
                let (field, figure) = rest.split_once('\t')?;
                let figure: f64 = figure.parse().ok().filter(|figure| (0.0..=1.0).contains(figure))?;
                FIELDS.iter().any(|known| known.name() == field).then(|| (set.to_owned(), field.to_owned(), figure))
            };
            floors.rows.push(row().ok_or_else(|| format!("line {}: not a set, a field and a figure from 0 to 1: {line}", number + 1))?);
        }
        Ok(floors)
    }

    /// The sets that have a floor, a name a row.
    pub fn sets(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.0.as_str())
    }

    /// What has fallen, a line each.
    pub fn below(&self, set: &str, score: &Score) -> Vec<String> {
        let rows = self.rows.iter().filter(|row| row.0 == set);
        let found = rows.filter_map(|(_, name, floor)| {
            let field = FIELDS.into_iter().find(|field| field.name() == name)?;
            let f1 = score.tally(field).f1();
            (f1 + STEP <= *floor).then(|| format!("{set}: {name} is {f1:.3}, its floor {floor:.3}"))
        });
        found.collect()
    }

    /// Lifts the floors of a set to what it reaches now; none sinks. Says how many rose.
    pub fn raise(&mut self, set: &str, score: &Score) -> usize {
        let mut risen = 0;
        for field in FIELDS {
            let f1 = (score.tally(field).f1() / STEP).floor() * STEP;
            match self.rows.iter_mut().find(|row| row.0 == set && row.1 == field.name()) {
                Some(row) if row.2 < f1 - STEP / 2.0 => (row.2, risen) = (f1, risen + 1),
                Some(_) => {}
                None => {
                    self.rows.push((set.to_owned(), field.name().to_owned(), f1));
                    risen += 1;
                }
            }
        }
        risen
    }

    /// As a file has it: remarks first, then the rows in the order they came.
    pub fn text(&self) -> String {
        let remarks = self.remarks.iter().map(|line| format!("{line}\n"));
        remarks.chain(self.rows.iter().map(|(set, field, figure)| format!("{set}\t{field}\t{figure:.3}\n"))).collect()
    }
}
