//! Dates: from the captures of a rule to an expression, from the expression and the reference date to a value.
//!
//! Pure functions: no clock, no text. What a word means (« janvier » is 1) comes with the capture, from a lexicon.
//! Civil calendar throughout; weeks begin on Monday and belong to the month and year of their Thursday (ISO 8601).

mod build;
mod calendar;
mod numeric;
mod period;
mod resolve;
mod value;

#[cfg(test)]
mod tests;

pub use build::{Arg, BUILDERS, build, duration};
pub use resolve::resolve;
pub use value::{Part, Partial, Precision, Value, Warning};

/// What a date rule said, before a reference date makes it a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateExpr {
    /// « mardi 20 janvier 2026 », « mars », « 2014 », « mardi dernier ».
    Point { point: Point, part: Option<Part> },
    /// « 15 au 17 mars 2026 », « 2008 à 2011 »: both ends included.
    Range { from: Point, to: Point, part: Option<Part> },
    /// « 03.07.2018 »: its readings are chosen when the order is known.
    Numeric { date: Numbers, to: Option<Numbers>, weekday: Option<i8>, usual: Order },
    /// « hier », « il y a trois jours »; « la veille » when `anchored`; the `whole` unit for « la semaine suivante ».
    Shift { count: i32, unit: Unit, whole: bool, weekday: Option<i8>, anchored: bool },
    /// « la semaine prochaine », « cette année », « la semaine du 7 octobre »: the unit that holds `around` or the reference, moved.
    Period { unit: Unit, shift: i32, around: Option<Point>, part: Option<Part> },
    /// « les trois prochains mois »: `count` units after (before, if negative) the present one.
    Window { unit: Unit, count: i32 },
    /// « premier trimestre 2025 », « dernier vendredi de mai », « premier dimanche du printemps »; counted from the end when `ordinal` is negative.
    Nth { ordinal: i32, what: Counted, within: Point, season: Option<Season>, part: Option<Part> },
    /// « été 2022 », « hiver 2018-2019 ».
    Season { season: Season, year: Option<Year>, to: Option<Year>, direction: Option<i32> },
    /// « années 1990 ».
    Decade { year: Year, part: Option<Part> },
    /// « XXIe siècle »: 2001 to 2100.
    Century { century: i32, part: Option<Part> },
    /// « le même jour »: the unit of the date named before.
    Same { unit: Unit },
}

/// A calendar date as far as it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// 1 is Monday.
    pub weekday: Option<i8>,
    pub day: Option<i8>,
    pub month: Option<Month>,
    pub year: Option<Year>,
    pub feast: Option<Feast>,
    /// -1 the last one before the reference, +1 the next one after it.
    pub direction: Option<i32>,
    /// Weeks from the reference's: « lundi de la semaine prochaine » is +1.
    pub week_shift: Option<i32>,
}

impl Point {
    /// The point, where it can exist in some year.
    fn checked(self) -> Option<Point> {
        let year = match self.year {
            Some(Year::Known(year)) => year,
            _ => 2000,
        };
        if let (Some(day), Some(Month::Known(month))) = (self.day, self.month) {
            jiff::civil::Date::new(year, month, day).ok()?;
        }
        let lonely = self.day.is_some() && self.month.is_none() && self.year.is_some();
        let empty = self.weekday.is_none() && self.day.is_none() && self.month.is_none() && self.year.is_none() && self.feast.is_none();
        (!lonely && !empty).then_some(self)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Month {
    Known(i8),
    /// Months from the reference's.
    Shift(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Year {
    Known(i16),
    /// Two digits.
    Short(i8),
    /// Years from the reference's.
    Shift(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feast {
    Fixed {
        month: i8,
        day: i8,
    },
    /// Days after Easter Sunday.
    Easter(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    /// Saturday and Sunday.
    Weekend,
    /// Half a month: to the 15th, from the 16th.
    Fortnight,
    Month,
    Quarter,
    Half,
    Year,
    Decade,
    Century,
}

/// What an ordinal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Unit(Unit),
    Weekday(i8),
}

/// Of the northern hemisphere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// The numbers of a numeric date, in the order of the text, each with its count of digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    pub fields: Vec<(i32, usize)>,
    /// The first separator.
    pub separator: char,
}

/// What the text around a date and the caller say.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The date that « hier » counts from, as far as it is known; its year always is.
    pub reference: Option<Partial>,
    /// Of the sentence.
    pub tense: Option<Tense>,
    /// Whether the word with that tense stands right before the date.
    pub close: bool,
    pub prefer: PreferDates,
    /// In place of what is usual.
    pub order: Option<Order>,
    /// The date named before, for « le même jour », « la veille ».
    pub anchor: Option<Partial>,
    /// The year that governs: « en 2019, … le 12 mai ». Dates with a year of their own do not ask it.
    pub year: Option<i16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    Past,
    Future,
}

/// Which reading of a bare weekday or of a day and month is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreferDates {
    /// The tense of the sentence decides.
    #[default]
    Tense,
    Past,
    Future,
}

/// How an all-numeric date is usually written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    DayMonth,
    MonthDay,
}
