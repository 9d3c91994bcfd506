//! Weeks, months, quarters, seasons: the unit around a date, units counted from it, units counted within another.

use jiff::civil::Date;

use super::{
    Context, Counted, Month, Part, Point, Season, Unit, Year,
    calendar::{add, monday, nearest, year_of},
    value::{Partial, Precision, Reading},
};

/// The point so many units away, no more precise than the unit: days and weeks give a day, months a month.
pub(super) fn moved(base: Partial, count: i32, unit: Unit) -> Option<Reading> {
    let days = |each: i64| add(base.date()?, each * i64::from(count)).map(|d| Partial::of_date(d).into());
    let months = |each: i32| Partial::of_months(base.months()? + each * count).map(Reading::from);
    let years = |each: i32| i16::try_from(i32::from(base.year?) + each * count).ok().map(|y| Partial::of_year(y).into());
    match unit {
        Unit::Day => days(1),
        Unit::Week => days(7),
        Unit::Fortnight => days(14),
        Unit::Month => months(1),
        Unit::Quarter => months(3),
        Unit::Half => months(6),
        Unit::Year => years(1),
        Unit::Decade => years(10),
        Unit::Century => years(100),
        Unit::Weekend => holding(base, count, unit),
    }
}

/// The whole unit that holds the base, or the one so many units away.
pub(super) fn holding(base: Partial, shift: i32, unit: Unit) -> Option<Reading> {
    let block = |size: i32| {
        let first = (base.months()?.div_euclid(size) + shift) * size;
        Reading::months(first, first + size - 1)
    };
    let years = |size: i32, origin: i32| {
        let first = (i32::from(base.year?) - origin).div_euclid(size) * size + origin + shift * size;
        Some(Reading::years(i16::try_from(first).ok()?, i16::try_from(first + size - 1).ok()?))
    };
    let week = |from: i64, to: i64| {
        let monday = add(monday(base.date()?)?, 7 * i64::from(shift))?;
        Some(Reading::days(add(monday, from)?, add(monday, to)?))
    };
    match unit {
        Unit::Day => moved(base.cut(Precision::Day)?, shift, Unit::Day),
        Unit::Week => week(0, 6),
        Unit::Weekend => week(5, 6),
        Unit::Fortnight => {
            let date = base.date()?;
            let half = (date.day() > 15) as i32 + shift;
            fortnight(Partial::of_date(date).months()? + half.div_euclid(2), half.rem_euclid(2) == 1)
        }
        Unit::Month => block(1),
        Unit::Quarter => block(3),
        Unit::Half => block(6),
        Unit::Year => years(1, 0),
        Unit::Decade => years(10, 0),
        Unit::Century => years(100, 1),
    }
}

fn fortnight(month: i32, second: bool) -> Option<Reading> {
    let month = Partial::of_months(month)?;
    let day = |day| Partial { day: Some(day), ..month };
    Some(if second { Reading::of(day(16), day(month.last()?.day())) } else { Reading::of(day(1), day(15)) })
}

/// So many units after the present one; before it, if the count is negative. Weeks are sevens of days.
pub(super) fn window(base: Partial, count: i32, unit: Unit) -> Option<Reading> {
    let (count, unit) = if unit == Unit::Week { (7 * count, Unit::Day) } else { (count, unit) };
    let (near, far) = (holding(base, count.signum(), unit)?, holding(base, count, unit)?);
    Some(if count > 0 { Reading::of(near.first, far.last) } else { Reading::of(far.first, near.last) })
}

/// The first quarter of a year, the last Friday of a month, the first Sunday of spring.
pub(super) fn nth(ordinal: i32, what: Counted, within: &Point, season: Option<Season>, context: &Context) -> Option<Reading> {
    let at = |year: i16| -> Option<Reading> {
        match (season, within.month, what) {
            (Some(season), _, Counted::Weekday(weekday)) => {
                let (first, last) = days_of(season, year)?;
                nth_weekday(ordinal, weekday, first, last)
            }
            (_, Some(Month::Known(month)), _) => in_month(ordinal, what, i32::from(year) * 12 + i32::from(month) - 1),
            _ => in_year(ordinal, what, year),
        }
    };
    if let Some(Month::Shift(count)) = within.month {
        return in_month(ordinal, what, context.reference?.months()? + count);
    }
    let governing = if within.direction.is_none() { context.year } else { None };
    if let Some(year) = within.year.map_or(governing, |year| year_of(year, context)) {
        return at(year);
    }
    if within.year.is_some() {
        return None;
    }
    let Some(reference) = context.reference else {
        // A quarter of a year that nobody knows.
        let reading = at(2001)?;
        let open = |p: Partial| Partial { year: None, ..p };
        let fixed = matches!(what, Counted::Unit(Unit::Quarter | Unit::Half | Unit::Month)) && reading.first.precision() == Precision::Month;
        return fixed.then(|| Reading::of(open(reading.first), open(reading.last)));
    };
    let here = reference.year?;
    let found: Vec<Reading> = (here - 2..=here + 2).filter_map(at).collect();
    let now = |r: &&Reading| r.first.first() <= reference.first() && reference.last() <= r.last.last();
    if within.direction.is_none()
        && let Some(reading) = found.iter().find(now)
    {
        return Some(reading.clone());
    }
    let starts: Vec<Partial> = found.iter().map(|r| r.first).collect();
    let start = nearest(&starts, reference, within.direction, false, context)?;
    found.into_iter().find(|r| r.first == start)
}

fn in_month(ordinal: i32, what: Counted, month: i32) -> Option<Reading> {
    let first = Partial::of_months(month)?.first()?;
    let last = first.last_of_month();
    match what {
        Counted::Weekday(weekday) => nth_weekday(ordinal, weekday, first, last),
        Counted::Unit(Unit::Fortnight) => fortnight(month, matches!(ordinal, 2 | -1)),
        Counted::Unit(Unit::Day) => nth_day(ordinal, first, last),
        Counted::Unit(Unit::Week) => nth_week(ordinal, first, last),
        Counted::Unit(_) => None,
    }
}

fn in_year(ordinal: i32, what: Counted, year: i16) -> Option<Reading> {
    let first = Date::new(year, 1, 1).ok()?;
    let last = first.last_of_year();
    let block = |size: i32| {
        let index = if ordinal < 0 { 12 / size + ordinal } else { ordinal - 1 };
        let start = i32::from(year) * 12 + index * size;
        Reading::months(start, start + size - 1)
    };
    match what {
        Counted::Unit(Unit::Month) => block(1),
        Counted::Unit(Unit::Quarter) => block(3),
        Counted::Unit(Unit::Half) => block(6),
        Counted::Unit(Unit::Day) => nth_day(ordinal, first, last),
        Counted::Unit(Unit::Week) => nth_week(ordinal, first, last),
        Counted::Unit(_) => None,
        Counted::Weekday(weekday) => nth_weekday(ordinal, weekday, first, last),
    }
}

fn nth_weekday(ordinal: i32, weekday: i8, first: Date, last: Date) -> Option<Reading> {
    let near = if ordinal < 0 { last } else { first };
    let days = if ordinal < 0 {
        -i64::from((near.weekday().to_monday_one_offset() - weekday).rem_euclid(7))
    } else {
        i64::from((weekday - near.weekday().to_monday_one_offset()).rem_euclid(7))
    };
    let date = add(near, days + 7 * i64::from(ordinal - ordinal.signum()))?;
    (first <= date && date <= last).then(|| Partial::of_date(date).into())
}

fn nth_day(ordinal: i32, first: Date, last: Date) -> Option<Reading> {
    let date = if ordinal < 0 { add(last, i64::from(ordinal + 1)) } else { add(first, i64::from(ordinal - 1)) }?;
    (first <= date && date <= last).then(|| Partial::of_date(date).into())
}

/// A week belongs to what holds its Thursday.
fn nth_week(ordinal: i32, first: Date, last: Date) -> Option<Reading> {
    let thursday = if ordinal < 0 {
        add(monday(add(last, -3)?)?, 3 + 7 * i64::from(ordinal + 1))
    } else {
        add(monday(add(first, 3)?)?, 3 + 7 * i64::from(ordinal - 1))
    }?;
    (first <= thursday && thursday <= last).then(|| Some(Reading::days(add(thursday, -3)?, add(thursday, 3)?)))?
}

/// The days of a season that begins in the year; the sun may be a day off.
fn days_of(season: Season, year: i16) -> Option<(Date, Date)> {
    let (first, last) = match season {
        Season::Spring => ((3, 20), (6, 20)),
        Season::Summer => ((6, 21), (9, 22)),
        Season::Autumn => ((9, 23), (12, 20)),
        Season::Winter => ((12, 21), (3, 19)),
    };
    let ends = if season == Season::Winter { year + 1 } else { year };
    Some((Date::new(year, first.0, first.1).ok()?, Date::new(ends, last.0, last.1).ok()?))
}

/// A season is its year, with the part of the year beside it; EDTF has a code for it. Winter is at both ends of a year: no part.
pub(super) fn season(season: Season, year: Option<Year>, to: Option<Year>, direction: Option<i32>, context: &Context) -> Option<Reading> {
    let (code, start, part) = match season {
        Season::Spring => (21, 3, Some(Part::Early)),
        Season::Summer => (22, 6, Some(Part::Middle)),
        Season::Autumn => (23, 9, Some(Part::Late)),
        Season::Winter => (24, 12, None),
    };
    let at = |year: i16| Reading { part, edtf: Some(format!("{year:04}-{code}")), ..Partial::of_year(year).into() };
    if let Some(year) = year {
        let first = year_of(year, context)?;
        let Some(to) = to else { return Some(at(first)) };
        // « hiver 2018-2019 »: one winter.
        let last = match to {
            Year::Short(digits) => first - first.rem_euclid(100) + i16::from(digits),
            to => year_of(to, context)?,
        };
        let edtf = (last == first + 1).then(|| format!("{first:04}-{code}"));
        return (first < last).then_some(Reading { edtf, part: None, ..Reading::years(first, last) });
    }
    if let (None, Some(year)) = (direction, context.year) {
        return Some(at(year));
    }
    let reference = context.reference?;
    if reference.precision() == Precision::Year {
        return direction.is_none_or(|d| d == 0).then(|| at(reference.year.unwrap_or_default()));
    }
    let here = reference.months()?;
    let year = i32::from(reference.year?);
    let starts = || (year - 2..=year + 2).map(|y| y * 12 + start - 1);
    let now = starts().find(|s| (*s..*s + 3).contains(&here));
    let found = match direction.map(i32::signum) {
        Some(-1) => starts().rfind(|s| s + 3 <= here),
        Some(1) => starts().find(|s| *s > here),
        _ => now.or_else(|| {
            let months: Vec<Partial> = starts().filter_map(|s| Partial::of_months(s + 1)).collect();
            nearest(&months, reference.cut(Precision::Month)?, None, false, context)?.months().map(|m| m - 1)
        }),
    }?;
    Partial::of_months(found)?.year.map(at)
}
