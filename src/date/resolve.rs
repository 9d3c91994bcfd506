//! From an expression to a value, given the reference date and what stands around.

use jiff::civil::Date;

use super::{
    Context, DateExpr, Feast, Month, Point, Unit, Value, Warning, Year,
    calendar::{add, monday, nearest, year_of},
    numeric::NumericReading,
    period,
    value::{Partial, Reading},
};

/// The value of a date. Nothing is guessed: what the reference is needed for is unknown without it.
pub fn resolve(expr: &DateExpr, context: &Context) -> Value {
    let mut warning = None;
    let mut alternatives = Vec::new();
    let reading = match expr {
        DateExpr::Point { point, part } => point_of(point, context, &mut warning).map(|p| Reading::from(p).with(*part)),
        DateExpr::Range { from, to, part } => range(from, to, context, &mut warning).map(|r| r.with(*part)),
        DateExpr::Numeric { date, to, weekday, usual } => {
            let order = context.order.unwrap_or(*usual);
            let to = to.as_ref().map(|numbers| numbers.readings(order));
            numeric(date.readings(order), to.as_deref(), *weekday, context, &mut alternatives, &mut warning)
        }
        DateExpr::Shift { count, unit, whole, weekday, anchored } => {
            let base = if *anchored { context.anchor.or(context.reference) } else { context.reference };
            let reading = base.and_then(|base| if *whole { period::holding(base, *count, *unit) } else { period::moved(base, *count, *unit) });
            if let (Some(weekday), Some(reading)) = (weekday, &reading) {
                warning = clash(*weekday, reading.first);
            }
            reading
        }
        DateExpr::Period { unit, shift, around, part } => {
            let base = match around {
                Some(point) => point_of(point, context, &mut warning),
                None => context.reference,
            };
            let reading = match (unit, shift, base) {
                (Unit::Weekend, 0, Some(base)) if around.is_none() => weekend(base, context),
                _ => base.and_then(|base| period::holding(base, *shift, *unit)),
            };
            reading.map(|r| r.with(*part))
        }
        DateExpr::Window { unit, count } => context.reference.and_then(|base| period::window(base, *count, *unit)),
        DateExpr::Nth { ordinal, what, within, season, part } => period::nth(*ordinal, *what, within, *season, context).map(|r| r.with(*part)),
        DateExpr::Season { season, year, to, direction } => period::season(*season, *year, *to, *direction, context),
        DateExpr::Decade { year, part } => decade(*year, context, &mut alternatives).map(|r| r.with(*part)),
        DateExpr::Century { century, part } => {
            let last = *century as i16 * 100;
            Some(Reading::years(last - 99, last).with(*part))
        }
        DateExpr::Same { unit } => context.anchor.and_then(|anchor| period::holding(anchor, 0, *unit)),
    };
    match reading {
        Some(reading) => reading.finish(alternatives, warning),
        None => Value::default(),
    }
}

fn point_of(point: &Point, context: &Context, warning: &mut Option<Warning>) -> Option<Partial> {
    let found = match point.month {
        _ if point.feast.is_some() || matches!(point.month, Some(Month::Known(_))) => in_year(point, context),
        Some(Month::Shift(count)) => {
            let month = context.reference?.months()? + count;
            let partial = Partial { day: point.day, ..Partial::of_months(month)? };
            partial.last().map(|_| partial)
        }
        _ if point.week_shift.is_some() => {
            let monday = monday(context.reference?.date()?)?;
            let days = 7 * i64::from(point.week_shift?) + i64::from(point.weekday?) - 1;
            add(monday, days).map(Partial::of_date)
        }
        _ if point.day.is_some() => day_of_some_month(point, context),
        _ if point.weekday.is_some() && point.year.is_none() => weekday(point.weekday?, point.direction, context),
        _ => Some(Partial::of_year(year_of(point.year?, context)?)),
    }?;
    if let Some(weekday) = point.weekday {
        *warning = clash(weekday, found).or(*warning);
    }
    Some(found)
}

/// A month, a day of a month, a feast.
fn in_year(point: &Point, context: &Context) -> Option<Partial> {
    let at = |year: i16| match (point.feast, point.month) {
        (Some(Feast::Easter(days)), _) => add(easter(year)?, i64::from(days)).map(Partial::of_date),
        (Some(Feast::Fixed { month, day }), _) => Some(Partial { year: Some(year), month: Some(month), day: Some(day) }),
        (None, Some(Month::Known(month))) => {
            let partial = Partial { year: Some(year), month: Some(month), day: point.day };
            partial.last().map(|_| partial)
        }
        _ => None,
    };
    let governing = if point.direction.is_none() { context.year } else { None };
    let year = match point.year {
        Some(year) => year_of(year, context),
        // « ce mois de mars »
        None if point.direction == Some(0) => context.reference.and_then(|reference| reference.year),
        None => governing,
    };
    let without_year = || match (point.feast, point.month) {
        (Some(Feast::Fixed { month, day }), _) => Some(Partial { year: None, month: Some(month), day: Some(day) }),
        (None, Some(Month::Known(month))) => Some(Partial { year: None, month: Some(month), day: point.day }),
        _ => None,
    };
    match (year, context.reference) {
        (Some(year), _) => at(year),
        (None, Some(reference)) if point.year.is_none() => {
            let here = reference.year?;
            // A leap day may be eight years off.
            let all: Vec<Partial> = (here - 8..=here + 8).filter_map(at).collect();
            let mut found = all.clone();
            if let Some(weekday) = point.weekday {
                let near = |p: &Partial| p.year.is_some_and(|y| (y - here).abs() <= 1);
                let fits = |p: &Partial| p.first().is_some_and(|d| d.weekday().to_monday_one_offset() == weekday);
                if found.iter().any(|p| fits(p) && near(p)) {
                    found.retain(|p| fits(p) && near(p));
                }
            }
            nearest(&found, reference, point.direction, false, context)
                .or_else(|| nearest(&all, reference, point.direction, false, context))
                .or_else(without_year)
        }
        _ => without_year(),
    }
}

/// « jeudi 15 »: of the month where it falls on a Thursday.
fn day_of_some_month(point: &Point, context: &Context) -> Option<Partial> {
    let reference = context.reference?;
    let here = reference.months()?;
    let months = (here - 12..=here + 12).filter_map(Partial::of_months).map(|month| Partial { day: point.day, ..month });
    let found: Vec<Partial> =
        months.filter(|p| p.first().is_some_and(|d| point.weekday.is_none_or(|weekday| d.weekday().to_monday_one_offset() == weekday))).collect();
    nearest(&found, reference, point.direction, false, context)
}

fn weekday(weekday: i8, direction: Option<i32>, context: &Context) -> Option<Partial> {
    let reference = context.reference?;
    let here = reference.date()?;
    let found: Vec<Partial> =
        (-7..=7).filter_map(|days| add(here, days)).filter(|d| d.weekday().to_monday_one_offset() == weekday).map(Partial::of_date).collect();
    nearest(&found, reference, direction, true, context)
}

/// « ce week-end »
fn weekend(base: Partial, context: &Context) -> Option<Reading> {
    let saturday = weekday(6, None, &Context { reference: Some(base), ..context.clone() })?.date()?;
    Some(Reading::days(saturday, add(saturday, 1)?))
}

fn range(from: &Point, to: &Point, context: &Context, warning: &mut Option<Warning>) -> Option<Reading> {
    let ordered = |a: Partial, b: Partial| a.year.is_none() || b.year.is_none() || a.first() <= b.first();
    let at = |point: &Point, year: Option<i16>, warning: &mut Option<Warning>| {
        let year = year.map(Year::Known).or(point.year);
        point_of(&Point { year, ..point.clone() }, context, warning)
    };
    if from.day.is_some() && from.month.is_none() && to.month.is_none() {
        let last = point_of(to, context, warning)?;
        let first = Partial { day: from.day, ..last };
        return (first.first()? <= last.first()?).then(|| Reading::of(first, last));
    }
    let (first, last) = match (from.year, to.year) {
        (Some(_), Some(_)) => (at(from, None, warning)?, at(to, None, warning)?),
        (Some(_), None) if !matches!(to.month, Some(Month::Shift(_))) => {
            let first = at(from, None, warning)?;
            let last = at(to, first.year, warning)?;
            (first, if ordered(first, last) { last } else { at(to, Some(first.year? + 1), warning)? })
        }
        // The year, told or found, belongs to the last day.
        _ => {
            let last = at(to, None, warning)?;
            match (from.month, last.year) {
                (Some(Month::Shift(_)), _) | (_, None) => (at(from, None, warning)?, last),
                (_, Some(year)) => {
                    let first = at(from, Some(year), warning)?;
                    (if ordered(first, last) { first } else { at(from, Some(year - 1), warning)? }, last)
                }
            }
        }
    };
    ordered(first, last).then(|| Reading::of(first, last))
}

fn numeric(
    date: Vec<NumericReading>,
    to: Option<&[NumericReading]>,
    weekday: Option<i8>,
    context: &Context,
    alternatives: &mut Vec<String>,
    warning: &mut Option<Warning>,
) -> Option<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    for (index, (first, last)) in date.into_iter().enumerate() {
        let last = match to {
            Some(readings) => Some(readings.get(index).or(readings.first())?.0.clone()),
            None => last,
        };
        found.extend(match last {
            Some(last) => range(&first, &last, context, &mut None),
            None => point_of(&first, context, &mut None).map(Reading::from),
        });
    }
    if let Some(weekday) = weekday {
        found.sort_by_key(|reading| clash(weekday, reading.first).is_some());
        *warning = clash(weekday, found.first()?.first);
    }
    let mut found = found.into_iter();
    let chosen = found.next()?;
    alternatives.extend(found.map(|reading| reading.value()));
    Some(chosen)
}

fn decade(year: Year, context: &Context, alternatives: &mut Vec<String>) -> Option<Reading> {
    let at = |first: i16| Reading { edtf: Some(format!("{}X", first / 10)), ..Reading::years(first, first + 9) };
    let first = year_of(year, context)?;
    // Said of both centuries that we live in.
    if matches!(year, Year::Short(digits) if digits < 50) {
        alternatives.push(at(if first >= 2000 { first - 100 } else { first + 100 }).value());
    }
    Some(at(first))
}

/// What is odd about a weekday; months and years have none.
fn clash(stated: i8, date: Partial) -> Option<Warning> {
    let actual = date.date()?.weekday().to_monday_one_offset();
    (actual != stated).then_some(Warning::WeekdayClash { date, stated, actual })
}

/// Easter Sunday in the Gregorian calendar: the anonymous algorithm (Meeus, Jones, Butcher).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, (n / 31) as i8, (n % 31 + 1) as i8).ok()
}
