//! Steps over the calendar, and the choice between the dates that a partial one may mean.

use jiff::{Span, civil::Date};

use super::{
    Context, PreferDates, Tense, Year,
    value::{Partial, Precision},
};

/// The year that is meant.
pub(super) fn year_of(year: Year, context: &Context) -> Option<i16> {
    let here = context.reference.and_then(|r| r.year);
    match year {
        Year::Known(year) => Some(year),
        Year::Shift(count) => i16::try_from(i32::from(here?) + count).ok(),
        // Up to 19 years ahead, up to 80 years ago; without a reference, 1950 to 2049.
        Year::Short(digits) => {
            let low = here.map_or(1950, |year| year - 80);
            let year = low - low.rem_euclid(100) + i16::from(digits);
            Some(if year < low { year + 100 } else { year })
        }
    }
}

/// Of the candidates, in their order, the one that a speaker at the reference date means.
///
/// A direction decides, then the caller's preference (never the reference date itself for a weekday), then the reference date itself.
/// Else a weekday follows the tense (without one it is the next one, unless it was yesterday or the day before), and all others are the nearest, unless the tense says otherwise and the other one is at most three times as far (a month or a season: six times; where the verb stands right before: twenty).
pub(super) fn nearest(candidates: &[Partial], reference: Partial, direction: Option<i32>, weekday: bool, context: &Context) -> Option<Partial> {
    let here = reference.precision();
    let distance = |p: &Partial| -> Option<i64> {
        match p.precision().min(here) {
            Precision::Year => Some(i64::from(p.year? - reference.year?) * 365),
            Precision::Month => Some(i64::from(p.months()? - reference.months()?) * 30),
            Precision::Day => days_between(reference.date()?, p.date()?),
        }
    };
    let all: Vec<(i64, Partial)> = candidates.iter().filter_map(|p| Some((distance(p)?, *p))).collect();
    let before = || all.iter().rfind(|(d, _)| *d < 0).copied();
    let after = || all.iter().find(|(d, _)| *d > 0).copied();
    let now = all.iter().find(|(d, _)| *d == 0).copied();
    let chosen = match (direction.map(i32::signum), context.prefer) {
        // In the reference month, or year, nobody knows which side.
        (Some(-1 | 1), _) if now.is_some() && here < candidates.first()?.precision() => None,
        (Some(-1), _) => before(),
        (Some(1), _) => after(),
        (_, PreferDates::Past) => now.filter(|_| !weekday).or_else(before),
        (_, PreferDates::Future) => now.filter(|_| !weekday).or_else(after),
        (_, PreferDates::Tense) => now.or_else(|| {
            let (past, future) = match (before(), after()) {
                (Some(past), Some(future)) => (past, future),
                (one, other) => return one.or(other),
            };
            let reach = match past.1.precision() {
                _ if weekday => 100,
                _ if context.close => 20,
                Precision::Day => 3,
                _ => 6,
            };
            Some(match context.tense {
                Some(Tense::Past) if -past.0 <= reach * future.0 => past,
                Some(Tense::Future) if future.0 <= reach * -past.0 => future,
                _ if weekday && -past.0 > 2 => future,
                _ if -past.0 < future.0 => past,
                _ => future,
            })
        }),
    };
    chosen.map(|(_, p)| p)
}

fn days_between(from: Date, to: Date) -> Option<i64> {
    Some(from.duration_until(to).as_hours() / 24)
}

pub(super) fn add(date: Date, days: i64) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

pub(super) fn monday(date: Date) -> Option<Date> {
    add(date, -i64::from(date.weekday().to_monday_zero_offset()))
}
