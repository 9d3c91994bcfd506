//! All-numeric dates: "03.07.2018", "2019-03-25", "25/03", "2015/3", "2018/19".

use super::{Month, Numbers, Order, Point, Year};

/// A point, or a range of years.
pub(super) type NumericReading = (Point, Option<Point>);

impl Numbers {
    /// Two or three numbers; `None` where no reading of them is a date.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut fields: Vec<(i32, usize)> = Vec::new();
        let mut separator = None;
        let mut open = false;
        for c in text.chars() {
            match digit(c) {
                Some(d) if open => {
                    let (number, digits) = fields.pop()?;
                    if digits == 4 {
                        return None;
                    }
                    fields.push((number * 10 + d, digits + 1));
                }
                Some(d) => fields.push((d, 1)),
                None if !c.is_whitespace() => separator = separator.or(Some(c)),
                None => {}
            }
            open = digit(c).is_some();
        }
        let numbers = Numbers { fields, separator: separator? };
        (!numbers.readings(Order::DayMonth).is_empty()).then_some(numbers)
    }

    /// Every reading, the likeliest first.
    pub(super) fn readings(&self, order: Order) -> Vec<NumericReading> {
        let point = |year, month, day| Point { year, month, day, ..Point::default() }.checked().map(|p| (p, None));
        let month = |n: i32| (1..=12).contains(&n).then_some(Month::Known(n as i8));
        let day = |n: i32| (1..=31).contains(&n).then_some(n as i8);
        let dated = |year, m: i32, d: i32| point(year, Some(month(m)?), Some(day(d)?));
        let both = |year: Option<Year>, a: i32, b: i32| match order {
            Order::DayMonth => [dated(year, b, a), dated(year, a, b)],
            Order::MonthDay => [dated(year, a, b), dated(year, b, a)],
        };
        let [a, b, rest @ ..] = self.fields.as_slice() else {
            return Vec::new();
        };
        let found = match (*a, *b, rest) {
            ((y, 4), (b, 1..=2), [(c, 1..=2)]) => {
                let Some(year) = known(y) else {
                    return Vec::new();
                };
                [dated(Some(year), b, *c).or_else(|| dated(Some(year), *c, b)), None]
            }
            ((a, 1..=2), (b, 1..=2), [(y, 4)]) => match known(*y) {
                Some(year) => both(Some(year), a, b),
                None => [None, None],
            },
            ((a, 1..=2), (b, 1..=2), [(y, 2)]) => both(Some(Year::Short(*y as i8)), a, b),
            ((y, 4), (n, digits), []) => {
                let in_month = month(n).and_then(|m| point(Some(known(y)?), Some(m), None)).filter(|_| digits <= 2);
                let years = match digits {
                    2 => years(y, y - y % 100 + n),
                    4 => years(y, n),
                    _ => None,
                };
                let season = self.separator == '/' && n == y % 100 + 1;
                if season { [years, in_month] } else { [in_month, years] }
            }
            ((m, 1..=2), (y, 4), []) => [month(m).and_then(|m| point(Some(known(y)?), Some(m), None)), None],
            ((a, 1..=2), (b, 1..=2), []) => both(None, a, b),
            _ => [None, None],
        };
        let mut readings: Vec<_> = found.into_iter().flatten().collect();
        readings.dedup();
        readings
    }
}

fn known(year: i32) -> Option<Year> {
    (1000..2200).contains(&year).then_some(Year::Known(year as i16))
}

fn years(first: i32, last: i32) -> Option<NumericReading> {
    let point = |y| Some(Point { year: Some(known(y)?), ..Point::default() });
    (first < last && last - first <= 100).then_some((point(first)?, Some(point(last)?)))
}

/// The value of a decimal digit, European or Arabic-Indic.
pub(super) fn digit(c: char) -> Option<i32> {
    match c {
        '0'..='9' => Some(c as i32 - '0' as i32),
        '\u{660}'..='\u{669}' => Some(c as i32 - 0x660),
        '\u{6F0}'..='\u{6F9}' => Some(c as i32 - 0x6F0),
        _ => None,
    }
}
