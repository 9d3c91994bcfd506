//! From captures to an expression. A builder answers `None` where its captures make no date.

use jiff::civil::Date;

use super::{Counted, DateExpr, Feast, Month, Numbers, Order, Part, Point, Season, Unit, Year, numeric::digit};

/// One capture of a date rule.
#[derive(Clone, Copy, Debug)]
pub struct Arg<'a> {
    pub name: &'a str,
    /// As written.
    pub text: &'a str,
    /// What the lexicon says, where the capture is an entry of a class.
    pub value: Option<&'a str>,
}

/// Every builder with the arguments that it knows. All are optional in a rule; what makes a date is checked when it is built.
///
/// | argument | value |
/// | --- | --- |
/// | weekday, month, day, year, ordinal, count, quarter, half, century | a number; the first digits of the text, or a Roman number |
/// | direction | -1 last, 0 this, +1 next |
/// | week_shift, month_shift, year_shift | signed number of weeks, months, years from the reference |
/// | shift | signed number and unit: `-1 day` |
/// | unit | day, week, weekend, fortnight, month, quarter, half, year, decade, century |
/// | part | early, middle, late |
/// | season | spring, summer, autumn, winter |
/// | feast | MM-DD, or `easter+39` |
/// | date, to_date | an all-numeric date as written; `month-first` where the month usually stands before the day |
/// | and | the words between two days: these, and those that it names in figures, must follow one another |
pub const BUILDERS: &[(&str, &[&str])] = &[
    ("duration", &["count", "unit"]),
    ("date", &["weekday", "day", "month", "year", "feast", "part", "direction", "week_shift", "month_shift", "year_shift"]),
    (
        "range",
        &["weekday", "day", "month", "year", "to_weekday", "to_day", "to_month", "to_year", "direction", "month_shift", "year_shift", "part", "and"],
    ),
    ("numeric", &["weekday", "date", "to_date"]),
    ("month-first", &["weekday", "date", "to_date"]),
    ("shift", &["shift", "count", "unit", "direction", "weekday"]),
    ("anchored", &["shift", "count", "unit", "direction", "weekday"]),
    ("period", &["count", "unit", "direction", "shift", "day", "month", "year", "part"]),
    ("nth", &["ordinal", "unit", "weekday", "quarter", "half", "month", "year", "season", "direction", "month_shift", "year_shift", "part"]),
    ("season", &["season", "year", "to_year", "year_shift", "direction"]),
    ("decade", &["year", "part"]),
    ("century", &["century", "part"]),
    ("same", &["unit"]),
];

/// What the captures of a rule come to.
pub fn build(builder: &str, args: &[Arg]) -> Option<DateExpr> {
    let args = Args(args);
    match builder {
        "date" => {
            let point = args.point("")?.checked()?;
            if point.day.is_some() && point.month.is_none() && point.weekday.is_none() {
                return None;
            }
            Some(DateExpr::Point { point, part: args.part()? })
        }
        "range" => args.range(),
        "numeric" | "month-first" => {
            let to = args.get("to_date").map(|arg| Numbers::read(arg.text));
            let date = Numbers::read(args.get("date")?.text)?;
            let usual = if builder == "numeric" { Order::DayMonth } else { Order::MonthDay };
            Some(DateExpr::Numeric { date, to: if to.is_some() { Some(to??) } else { None }, weekday: args.weekday("weekday")?, usual })
        }
        "shift" | "anchored" => {
            let (count, unit) = args.shift()?;
            let whole = args.get("count").is_none();
            Some(DateExpr::Shift { count, unit, whole, weekday: args.weekday("weekday")?, anchored: builder == "anchored" })
        }
        "period" => args.period(),
        "nth" => args.nth(),
        "season" => {
            let season = args.season()??;
            Some(DateExpr::Season { season, year: args.year("")?, to: args.year("to_")?, direction: args.number("direction")? })
        }
        "decade" => {
            let year = args.year("")??;
            let first = match year {
                Year::Known(y) => i32::from(y),
                Year::Short(y) => i32::from(y),
                Year::Shift(_) => return None,
            };
            (first % 10 == 0).then_some(DateExpr::Decade { year, part: args.part()? })
        }
        "century" => {
            let century = args.number("century")??;
            (1..=30).contains(&century).then_some(DateExpr::Century { century, part: args.part()? })
        }
        "same" => Some(DateExpr::Same { unit: args.unit()?? }),
        _ => None,
    }
}

/// `None` of the readers below means that the argument is there and makes no sense; `Some(None)` that it is not there.
type Given<T> = Option<Option<T>>;

struct Args<'a>(&'a [Arg<'a>]);

impl Args<'_> {
    fn get(&self, name: &str) -> Option<&Arg<'_>> {
        self.0.iter().find(|arg| arg.name == name)
    }

    fn read<T>(&self, name: &str, read: impl Fn(&Arg) -> Option<T>) -> Given<T> {
        match self.get(name) {
            None => Some(None),
            Some(arg) => read(arg).map(Some),
        }
    }

    fn number(&self, name: &str) -> Given<i32> {
        self.read(name, |arg| number(arg.value.unwrap_or(arg.text)).map(|(n, _)| n))
    }

    fn within(&self, name: &str, low: i32, high: i32) -> Given<i8> {
        let number = self.number(name)?;
        if number.is_some_and(|n| n < low || n > high) { None } else { Some(number.map(|n| n as i8)) }
    }

    fn weekday(&self, name: &str) -> Given<i8> {
        self.within(name, 1, 7)
    }

    fn part(&self) -> Given<Part> {
        self.read("part", |arg| match arg.value? {
            "early" => Some(Part::Early),
            "middle" => Some(Part::Middle),
            "late" => Some(Part::Late),
            _ => None,
        })
    }

    fn season(&self) -> Given<Season> {
        self.read("season", |arg| match arg.value? {
            "spring" => Some(Season::Spring),
            "summer" => Some(Season::Summer),
            "autumn" => Some(Season::Autumn),
            "winter" => Some(Season::Winter),
            _ => None,
        })
    }

    fn unit(&self) -> Given<Unit> {
        self.read("unit", |arg| unit(arg.value?))
    }

    fn year(&self, prefix: &str) -> Given<Year> {
        let told = self.read(&format!("{prefix}year"), |arg| year(arg.value.unwrap_or(arg.text)))?;
        Some(match told {
            None if prefix.is_empty() => self.number("year_shift")?.map(Year::Shift),
            told => told,
        })
    }

    fn month(&self, prefix: &str) -> Given<Month> {
        let told = self.within(&format!("{prefix}month"), 1, 12)?.map(Month::Known);
        Some(match told {
            None if prefix.is_empty() => self.number("month_shift")?.map(Month::Shift),
            told => told,
        })
    }

    fn point(&self, prefix: &str) -> Option<Point> {
        Some(Point {
            weekday: self.weekday(&format!("{prefix}weekday"))?,
            day: self.within(&format!("{prefix}day"), 1, 31)?,
            month: self.month(prefix)?,
            year: self.year(prefix)?,
            feast: self.read("feast", |arg| feast(arg.value?))?,
            direction: self.number("direction")?,
            week_shift: self.number("week_shift")?,
        })
    }

    fn range(&self) -> Option<DateExpr> {
        let (mut from, mut to) = (self.point("")?, self.point("to_")?);
        // What one end leaves out is what the other end says.
        if from.day.is_some() && from.month.is_none() {
            from.month = to.month;
        } else if to.day.is_some() && to.month.is_none() {
            to.month = from.month;
        }
        // "1996-98"
        if let (Some(Year::Known(first)), Some(Year::Short(last))) = (from.year, to.year) {
            let year = first - first % 100 + i16::from(last);
            to.year = Some(Year::Known(if year < first { year + 100 } else { year }));
        }
        let (from, to) = (from.checked()?, to.checked()?);
        // Two days, or two months or years: these may be mixed, « 2017 à juin 2025 ».
        let kind = |p: &Point| (p.day.is_some(), p.day.is_none() && (p.month.is_some() || p.year.is_some()));
        let same_time = (from.year.is_some() && to.year.is_some()) || from.month.is_some() == to.month.is_some();
        if kind(&from) != kind(&to) || kind(&from) == (false, false) || !same_time {
            return None;
        }
        if let Some(between) = self.get("and")
            && !on_end(from.day?, between.text, to.day?)
        {
            return None;
        }
        if let (Some(Year::Known(first)), Some(Year::Known(last))) = (from.year, to.year) {
            let key = |p: &Point| (if let Some(Month::Known(m)) = p.month { m } else { 0 }, p.day);
            if (first, key(&from)) >= (last, key(&to)) {
                return None;
            }
        }
        let same_month = from.month.is_some() && from.month == to.month && from.year.is_none();
        if same_month && from.day >= to.day {
            return None;
        }
        Some(DateExpr::Range { from, to, part: self.part()? })
    }

    fn shift(&self) -> Option<(i32, Unit)> {
        match self.read("shift", |arg| shift(arg.value?))? {
            Some(told) => Some(told),
            None => Some((self.number("count")?.unwrap_or(1) * self.number("direction")?.unwrap_or(1).signum(), self.unit()??)),
        }
    }

    fn period(&self) -> Option<DateExpr> {
        let direction = self.number("direction")?.unwrap_or(0);
        if let Some(count) = self.number("count")? {
            let unit = self.unit()??;
            let calendar = matches!(unit, Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Half | Unit::Year);
            return (count > 1 && direction != 0 && calendar).then_some(DateExpr::Window { unit, count: count * direction.signum() });
        }
        let (shift, unit) = match self.read("shift", |arg| shift(arg.value?))? {
            Some(told) => told,
            None => (direction, self.unit()??),
        };
        let around = Some(self.point("")?).filter(|p| p.day.is_some() || p.month.is_some() || p.year.is_some());
        let around = around.map(|p| Point { direction: None, ..p }.checked());
        Some(DateExpr::Period { unit, shift, around: if around.is_some() { Some(around??) } else { None }, part: self.part()? })
    }

    fn nth(&self) -> Option<DateExpr> {
        let quarter = self.within("quarter", 1, 4)?.map(|n| (n, Unit::Quarter));
        let (ordinal, what) = match quarter.or(self.within("half", 1, 2)?.map(|n| (n, Unit::Half))) {
            Some((ordinal, unit)) => (i32::from(ordinal), Counted::Unit(unit)),
            None => {
                let what = self.weekday("weekday")?.map(Counted::Weekday).or(self.unit()?.map(Counted::Unit))?;
                (self.number("ordinal")??, what)
            }
        };
        let within = Point { weekday: None, ..self.point("")? };
        let (low, high) = match what {
            Counted::Unit(Unit::Quarter) => (-4, 4),
            Counted::Unit(Unit::Half | Unit::Fortnight) => (-2, 2),
            Counted::Unit(Unit::Month) => (-12, 12),
            Counted::Unit(Unit::Day | Unit::Week) | Counted::Weekday(_) => (-366, 366),
            Counted::Unit(_) => return None,
        };
        let in_year = matches!(what, Counted::Unit(Unit::Quarter | Unit::Half | Unit::Month));
        let in_month = matches!(what, Counted::Unit(Unit::Fortnight));
        if ordinal == 0 || ordinal < low || ordinal > high || in_year && within.month.is_some() || in_month && within.month.is_none() {
            return None;
        }
        let season = self.season()?;
        let bare = within.month.is_none() && within.year.is_none() && season.is_none();
        let part = self.part()?;
        (!bare || matches!(what, Counted::Unit(Unit::Quarter | Unit::Half))).then_some(DateExpr::Nth { ordinal, what, within, season, part })
    }
}

/// "26 et 27 mars", "26, 27 et 28 mars" are days on end; "6 et 13 avril" are two dates.
fn on_end(first: i8, between: &str, last: i8) -> bool {
    let named = between.split(|c: char| !c.is_ascii_digit()).filter_map(|day| day.parse().ok());
    let days: Vec<i8> = [first].into_iter().chain(named).chain([last]).collect();
    days.windows(2).all(|pair| pair[0] + 1 == pair[1])
}

/// The first number of a text with its count of digits, signed if it begins with a sign; else its Roman number, with no digits.
fn number(text: &str) -> Option<(i32, usize)> {
    let start = text.find(|c| digit(c).is_some());
    let Some(start) = start else {
        return roman(text).map(|n| (n, 0));
    };
    let digits: Vec<i32> = text[start..].chars().map_while(digit).collect();
    let size = if digits.len() > 6 {
        return None;
    } else {
        digits.iter().fold(0, |n, d| n * 10 + d)
    };
    Some((if text.starts_with('-') { -size } else { size }, digits.len()))
}

/// The Roman capitals that a text begins with; what follows is an ending.
fn roman(text: &str) -> Option<i32> {
    let digits: Vec<i32> = text
        .chars()
        .map_while(|c| {
            Some(match c {
                'I' => 1,
                'V' => 5,
                'X' => 10,
                _ => return None,
            })
        })
        .collect();
    let sum = digits.iter().enumerate().map(|(i, &d)| if digits.get(i + 1).is_some_and(|&next| next > d) { -d } else { d }).sum();
    (sum > 0).then_some(sum)
}

fn year(text: &str) -> Option<Year> {
    match number(text)? {
        (year, 2) if !text.starts_with(['-', '+']) => Some(Year::Short(year as i8)),
        (year, 4) if (1000..2200).contains(&year) => Some(Year::Known(year as i16)),
        _ => None,
    }
}

fn unit(text: &str) -> Option<Unit> {
    Some(match text {
        "day" => Unit::Day,
        "week" => Unit::Week,
        "weekend" => Unit::Weekend,
        "fortnight" => Unit::Fortnight,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "half" => Unit::Half,
        "year" => Unit::Year,
        "decade" => Unit::Decade,
        "century" => Unit::Century,
        _ => return None,
    })
}

fn shift(text: &str) -> Option<(i32, Unit)> {
    let (count, name) = text.split_once(' ')?;
    Some((number(count)?.0, unit(name)?))
}

fn feast(text: &str) -> Option<Feast> {
    if let Some(days) = text.strip_prefix("easter") {
        return Some(Feast::Easter(number(days).map_or(0, |(n, _)| n)));
    }
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    Date::new(2000, month, day).ok().map(|_| Feast::Fixed { month, day })
}

/// An ISO 8601 duration of whole units: a count in digits, and a unit of the calendar (`year`, `half`, `quarter`, `month`, `fortnight`, `week`, `day`).
pub fn duration(count: &str, unit: &str) -> Option<String> {
    let count: u32 = count.parse().ok().filter(|n| (1..=999).contains(n))?;
    Some(match unit {
        "year" => format!("P{count}Y"),
        "decade" => format!("P{}Y", count * 10),
        "half" => format!("P{}M", count * 6),
        "quarter" => format!("P{}M", count * 3),
        "month" => format!("P{count}M"),
        "week" => format!("P{count}W"),
        "fortnight" => format!("P{}D", count * 15),
        "day" => format!("P{count}D"),
        _ => return None,
    })
}
