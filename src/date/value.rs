//! What a date comes to: partial dates, intervals, and how they are written.

use std::fmt;

use jiff::civil::Date;

/// A date as far as it is known: the shortest ISO prefix. A missing year is written XXXX and needs a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partial {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

/// How far a date is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    Year,
    Month,
    Day,
}

/// Which part of the month or year is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Early,
    Middle,
    Late,
}

/// A date of the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// Shortest ISO prefix, an interval with both ends included, XXXX-MM-DD, or none where nothing is known.
    pub value: Option<String>,
    pub precision: Option<Precision>,
    /// Extended Date/Time Format.
    pub edtf: Option<String>,
    pub part: Option<Part>,
    /// Values of the other readings.
    pub alternatives: Vec<String>,
    pub warning: Option<Warning>,
}

/// What is odd about a date that was read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The text names a weekday that the date does not fall on; 1 is Monday.
    WeekdayClash { date: Partial, stated: i8, actual: i8 },
}

impl Warning {
    /// The code that the record carries.
    pub fn code(&self) -> &'static str {
        match self {
            Warning::WeekdayClash { .. } => "weekday-clash",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::WeekdayClash { date, stated, actual } => {
                write!(f, "{date} is day {actual} of its week, the text says day {stated} (1 is Monday)")
            }
        }
    }
}

impl Partial {
    /// YYYY, YYYY-MM or YYYY-MM-DD.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.splitn(3, '-');
        let mut next = |digits| match fields.next() {
            None => Some(None),
            Some(field) if field.len() == digits && field.bytes().all(|b| b.is_ascii_digit()) => field.parse::<i16>().ok().map(Some),
            Some(_) => None,
        };
        let (year, month, day) = (next(4)??, next(2)?, next(2)?);
        let partial = Partial { year: Some(year), month: month.map(|m| m as i8), day: day.map(|d| d as i8) };
        partial.first().map(|_| partial)
    }

    pub(super) fn of_year(year: i16) -> Self {
        Partial { year: Some(year), month: None, day: None }
    }

    /// The month so many months after January of year 0.
    pub(super) fn of_months(index: i32) -> Option<Self> {
        let year = i16::try_from(index.div_euclid(12)).ok()?;
        Some(Partial { year: Some(year), month: Some(index.rem_euclid(12) as i8 + 1), day: None })
    }

    pub(super) fn of_date(date: Date) -> Self {
        Partial { year: Some(date.year()), month: Some(date.month()), day: Some(date.day()) }
    }

    /// Months since January of year 0.
    pub(super) fn months(&self) -> Option<i32> {
        Some(i32::from(self.year?) * 12 + i32::from(self.month?) - 1)
    }

    /// The day, where it is told.
    pub(super) fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?).ok()
    }

    /// The first day of what is told.
    pub fn first(&self) -> Option<Date> {
        Date::new(self.year?, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()
    }

    /// The last day of what is told.
    pub fn last(&self) -> Option<Date> {
        let month = Date::new(self.year?, self.month.unwrap_or(12), 1).ok()?;
        Date::new(month.year(), month.month(), self.day.unwrap_or(month.days_in_month())).ok()
    }

    pub fn precision(&self) -> Precision {
        match (self.month, self.day) {
            (_, Some(_)) => Precision::Day,
            (Some(_), None) => Precision::Month,
            (None, None) => Precision::Year,
        }
    }

    /// No more than `precision`; none where less is told.
    pub(super) fn cut(self, precision: Precision) -> Option<Self> {
        (self.precision() >= precision).then_some(match precision {
            Precision::Year => Partial { month: None, day: None, ..self },
            Precision::Month => Partial { day: None, ..self },
            Precision::Day => self,
        })
    }
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}")?,
            None => f.write_str("XXXX")?,
        }
        for field in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{field:02}")?;
        }
        Ok(())
    }
}

/// A date or an interval, with what else its record entry says.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub first: Partial,
    pub last: Partial,
    pub part: Option<Part>,
    /// Where EDTF says more than the value does.
    pub edtf: Option<String>,
}

impl Reading {
    pub fn of(first: Partial, last: Partial) -> Self {
        Reading { first, last, part: None, edtf: None }
    }

    pub fn months(first: i32, last: i32) -> Option<Self> {
        Some(Reading::of(Partial::of_months(first)?, Partial::of_months(last)?))
    }

    pub fn days(first: Date, last: Date) -> Self {
        Reading::of(Partial::of_date(first), Partial::of_date(last))
    }

    pub fn years(first: i16, last: i16) -> Self {
        Reading::of(Partial::of_year(first), Partial::of_year(last))
    }

    pub fn with(self, part: Option<Part>) -> Self {
        Reading { part, ..self }
    }

    pub fn value(&self) -> String {
        if self.first == self.last { self.first.to_string() } else { format!("{}/{}", self.first, self.last) }
    }

    pub fn finish(self, alternatives: Vec<String>, warning: Option<Warning>) -> Value {
        let value = self.value();
        Value {
            precision: Some(self.first.precision().min(self.last.precision())),
            edtf: Some(self.edtf.unwrap_or_else(|| value.clone())),
            part: self.part,
            alternatives: alternatives.into_iter().filter(|other| *other != value).collect(),
            warning,
            value: Some(value),
        }
    }
}

impl From<Partial> for Reading {
    fn from(partial: Partial) -> Self {
        Reading::of(partial, partial)
    }
}
