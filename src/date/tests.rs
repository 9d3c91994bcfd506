//! One line a case: builder, captures (name=text or name=text:value, spaces as _), context after `|`, expected after `=>`.

use super::*;

fn case(line: &str) -> (String, String) {
    let (left, expected) = line.split_once(" => ").unwrap_or_else(|| panic!("no arrow: {line}"));
    let (call, around) = left.split_once('|').unwrap_or((left, ""));
    let mut words = call.split_whitespace();
    let builder = words.next().unwrap_or_default();
    let owned: Vec<(String, String, Option<String>)> = words
        .map(|word| {
            let (name, rest) = word.split_once('=').unwrap_or_else(|| panic!("no value: {word}"));
            let (text, value) = rest.split_once(':').map_or((rest, None), |(t, v)| (t, Some(v.replace('_', " "))));
            (name.to_owned(), text.replace('_', " "), value)
        })
        .collect();
    let known = BUILDERS.iter().find(|(name, _)| *name == builder).unwrap_or_else(|| panic!("no builder {builder}")).1;
    for (name, ..) in &owned {
        assert!(known.contains(&name.as_str()), "{builder} knows no {name}");
    }
    let args: Vec<Arg> = owned.iter().map(|(name, text, value)| Arg { name, text, value: value.as_deref() }).collect();
    let mut context = Context::default();
    for word in around.split_whitespace() {
        match word.split_once('=').unwrap_or((word, "")) {
            ("at", date) => context.reference = Partial::parse(date),
            ("anchor", date) => context.anchor = Partial::parse(date),
            ("year", year) => context.year = year.parse().ok(),
            ("past", _) => context.tense = Some(Tense::Past),
            ("close", _) => context.close = true,
            ("future", _) => context.tense = Some(Tense::Future),
            ("prefer-past", _) => context.prefer = PreferDates::Past,
            ("prefer-future", _) => context.prefer = PreferDates::Future,
            ("month-day", _) => context.order = Some(Order::MonthDay),
            _ => panic!("unknown context {word}"),
        }
    }
    let found = match build(builder, &args) {
        None => "none".to_owned(),
        Some(expr) => {
            let value = resolve(&expr, &context);
            assert_eq!(value.precision.is_some(), value.value.is_some(), "{line}");
            let mut told = value.value.clone().unwrap_or_else(|| "null".to_owned());
            if let Some(part) = value.part {
                told += &format!(" {part:?}").to_lowercase();
            }
            if value.edtf != value.value {
                told += &format!(" edtf {}", value.edtf.unwrap_or_default());
            }
            for other in value.alternatives {
                told += &format!(" or {other}");
            }
            if let Some(warning) = value.warning {
                told += &format!(" {}", warning.code());
            }
            told
        }
    };
    (found, expected.trim().to_owned())
}

fn check(table: &str) {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let wrong: Vec<String> = lines
        .filter_map(|line| {
            let (found, expected) = case(line);
            (found != expected).then(|| format!("{line}\n    found {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn calendar_dates() {
    check(
        "
        date day=20 month=m:1 year=2026 => 2026-01-20
        date day=1er month=m:3 year=2022 => 2022-03-01
        date weekday=w:2 day=20 month=m:1 year=2026 => 2026-01-20
        date weekday=w:3 day=20 month=m:1 year=2026 => 2026-01-20 weekday-clash
        date month=m:9 year=2014 => 2014-09
        date year=2014 => 2014
        date year=850 => none
        date day=31 month=m:2 year=2020 => none
        date day=29 month=m:2 year=2019 => none
        date day=29 month=m:2 year=2020 => 2020-02-29
        date day=30 month=m:4 => XXXX-04-30
        date day=31 month=m:4 => none
        date day=12 year=2014 => none
        date day=12 => none
        date month=m:13 => none
        date month=m:4 part=p:early year=2019 => 2019-04 early
        date year=2017 part=p:late => 2017 late
        date month=m:10 year=98 => 1998-10
        date month=m:10 year=24 => 2024-10
        date day=3 month=m:7 year=27 | at=2016-11-07 => 2027-07-03
        date day=31 month=m:10 year=74 | at=2013-02-12 => 1974-10-31
        date feast=f:12-25 year=2020 => 2020-12-25
        date feast=f:easter+39 year=2024 => 2024-05-09
        date feast=f:easter | at=2019-03-01 => 2019-04-21
        date day=٢٥ month=m:6 year=٢٠٢٤ => 2024-06-25
        ",
    );
}

#[test]
fn the_missing_year() {
    check(
        "
        date day=28 month=m:4 => XXXX-04-28
        date weekday=w:2 day=28 month=m:4 => XXXX-04-28
        date month=m:4 => XXXX-04
        date day=1 month=m:2 | at=2024-01-10 => 2024-02-01
        date day=1 month=m:2 | at=2024-01-10 year=2019 => 2019-02-01
        date day=1 month=m:2 direction=d:+1 | at=2024-01-10 year=2019 => 2024-02-01
        date day=1 month=m:2 year_shift=d:-1 | at=2024-01-10 => 2023-02-01
        date month=m:7 year_shift=d:0 => XXXX-07
        date day=20 month=m:12 direction=d:-1 | at=2003-02-24 => 2002-12-20
        date day=22 month=m:10 | at=2003-01-31 past => 2002-10-22
        date day=30 month=m:6 | at=1999-05-21 past => 1999-06-30
        date day=3 month=m:5 | at=2026-03-11 past close => 2025-05-03
        date day=13 month=m:3 | at=2026-03-11 past close => 2026-03-13
        date day=30 month=m:6 | at=1999-05-21 prefer-past => 1998-06-30
        date day=5 month=m:4 | at=2013-02-12 prefer-future => 2013-04-05
        date day=1 month=m:1 | at=2013-02-12 prefer-future => 2014-01-01
        date month=m:1 | at=2021-02-25 => 2021-01
        date month=m:2 | at=2021-02-25 past => 2021-02
        date month=m:2 direction=d:0 | at=2016-11-07 future => 2016-02
        date month=m:6 direction=d:+1 | at=1999-06-23 => 2000-06
        date month=m:7 | at=2021-02 past => 2020-07
        date month=m:1 | at=2025-11-25 past => 2025-01
        date month=m:7 direction=d:-1 | at=2021 => XXXX-07
        date day=3 month=m:7 | at=2021 => 2021-07-03
        date weekday=w:4 day=16 month=m:9 | at=1999-09-04 => 1999-09-16
        date weekday=w:3 day=16 month=m:9 | at=1999-09-04 => 1998-09-16
        date weekday=w:4 day=15 | at=2013-02-12 prefer-future => 2013-08-15
        date weekday=w:3 day=13 | at=2013-02-12 => 2013-02-13
        date day=14 month_shift=d:0 | at=2024-05-20 => 2024-05-14
        date day=31 month_shift=d:+1 | at=2024-05-20 => null
        date day=29 month=m:2 | at=2017-03-22 => 2016-02-29
        ",
    );
}

#[test]
fn weekdays() {
    check(
        "
        date weekday=w:2 => null
        date weekday=w:2 | at=2021-07 => null
        date weekday=w:5 | at=2021-07-30 past => 2021-07-30
        date weekday=w:6 | at=2021-07-30 => 2021-07-31
        date weekday=w:2 | at=1999-05-21 past => 1999-05-18
        date weekday=w:2 | at=1999-05-21 future => 1999-05-25
        date weekday=w:2 | at=2013-02-12 prefer-future => 2013-02-19
        date weekday=w:2 direction=d:+1 | at=2013-02-12 => 2013-02-19
        date weekday=w:7 direction=d:-1 | at=2013-02-12 => 2013-02-10
        date weekday=w:1 week_shift=d:+1 | at=2013-02-12 => 2013-02-18
        ",
    );
}

#[test]
fn numeric_dates() {
    check(
        "
        numeric date=03.07.2018 => 2018-07-03 or 2018-03-07
        numeric date=03.07.2018 | month-day => 2018-03-07 or 2018-07-03
        numeric date=25/03/2019 | month-day => 2019-03-25
        numeric date=9-18-15 | at=2016-11-07 => 2015-09-18
        numeric date=03.03.2018 => 2018-03-03
        numeric weekday=w:3 date=03.07.2018 => 2018-03-07 or 2018-07-03
        numeric weekday=w:1 date=25.03.2018 => 2018-03-25 weekday-clash
        numeric date=2019-03-25 => 2019-03-25
        numeric date=2015.5.13 => 2015-05-13
        numeric date=2020/23/9 => 2020-09-23
        numeric date=31.02.2018 => none
        numeric date=13.13.2018 => none
        numeric date=2015-3 => 2015-03
        numeric date=3/2015 => 2015-03
        numeric date=2020-2023 => 2020/2023
        numeric date=2020–2023 => 2020/2023
        numeric date=1996-98 => 1996/1998
        numeric date=2011-12 => 2011-12 or 2011/2012
        numeric date=2011/12 => 2011/2012 or 2011-12
        numeric date=2015-08 => 2015-08
        numeric date=2023-2020 => none
        numeric date=22/04 => XXXX-04-22
        numeric date=5/4 | at=2016-04-01 => 2016-04-05 or 2016-05-04
        numeric date=29/2 | at=2020-03-22 => 2020-02-29
        numeric date=1234567.8 => none
        numeric date=12 => none
        numeric date=03.07.2018 to_date=05.07.2018 => 2018-07-03/2018-07-05 or 2018-03-07/2018-05-07
        numeric date=25.07 to_date=05.08.2018 => 2018-07-25/2018-08-05
        ",
    );
}

#[test]
fn ranges() {
    check(
        "
        range day=15 to_day=17 to_month=m:3 to_year=2026 => 2026-03-15/2026-03-17
        range day=17 to_day=15 to_month=m:3 to_year=2026 => none
        range day=24 month=m:4 to_day=27 to_month=m:8 to_year=2018 => 2018-04-24/2018-08-27
        range day=15 month=m:12 to_day=10 to_month=m:1 to_year=2019 => 2018-12-15/2019-01-10
        range day=15 month=m:12 year=2018 to_day=10 to_month=m:1 => 2018-12-15/2019-01-10
        range day=26 to_day=27 to_month=m:3 => XXXX-03-26/XXXX-03-27
        range day=26 to_day=27 to_month=m:3 | at=2024-05-01 => 2024-03-26/2024-03-27
        range day=26 to_day=31 to_month=m:2 => none
        range day=26 and=+ to_day=27 to_month=m:3 to_year=2019 => 2019-03-26/2019-03-27
        range day=26 and=,_27_et to_day=28 to_month=m:3 to_year=2019 => 2019-03-26/2019-03-28
        range day=26 and=,_28_et to_day=29 to_month=m:3 to_year=2019 => none
        range day=6 and=+ to_day=13 to_month=m:4 to_year=2019 => none
        range month=m:1 year=1995 to_month=m:12 to_year=2011 => 1995-01/2011-12
        range month=m:1 to_month=m:3 to_year=2011 => 2011-01/2011-03
        range year=2008 to_year=2011 => 2008/2011
        range year=2011 to_year=2008 => none
        range year=2017 to_month=m:6 to_year=2025 => 2017/2025-06
        range year=2025 to_month=m:6 to_year=2017 => none
        range month=m:3 to_day=6 to_month=m:6 => none
        range year=1996 to_year=98 => 1996/1998
        range year=1998 to_year=02 => 1998/2002
        range day=15 month=m:3 to_year=2019 => none
        range day=4 to_day=22 month_shift=d:0 | at=2016-11-07 => 2016-11-04/2016-11-22
        range day=19 month=m:11 to_day=20 | at=2016-11-07 => 2016-11-19/2016-11-20
        range weekday=w:6 day=13 to_weekday=w:7 to_day=14 to_month=m:7 | at=2013-02-12 => 2013-07-13/2013-07-14
        ",
    );
}

#[test]
fn relative_dates() {
    check(
        "
        shift shift=s:-1_day | at=2026-01-22 => 2026-01-21
        shift shift=s:-1_day => null
        shift shift=s:-1_day | at=2026-01 => null
        shift shift=s:+1_day weekday=w:2 | at=2019-03-25 => 2019-03-26
        shift shift=s:+1_day weekday=w:3 | at=2019-03-25 => 2019-03-26 weekday-clash
        shift count=3 unit=u:day direction=d:-1 | at=2026-01-01 => 2025-12-29
        shift count=2 unit=u:week direction=d:+1 | at=2026-01-01 => 2026-01-15
        shift count=1 unit=u:month direction=d:+1 | at=2026-01-31 => 2026-02
        shift count=2 unit=u:year direction=d:-1 | at=2026 => 2024
        anchored shift=s:-1_day | at=2026-01-22 anchor=2025-06-01 => 2025-05-31
        anchored shift=s:+1_day | at=2026-01-22 => 2026-01-23
        anchored unit=u:week direction=d:+1 | at=2013-02-12 => 2013-02-18/2013-02-24
        anchored unit=u:year direction=d:+1 | at=2026-01-22 anchor=2010-05 => 2011
        anchored count=2 unit=u:week direction=d:+1 | at=2026-01-22 anchor=2025-06-01 => 2025-06-15
        same unit=u:day | anchor=2015-11-10 => 2015-11-10
        same unit=u:day | anchor=2015-11 => null
        same unit=u:year | anchor=2015-11 => 2015
        same unit=u:day | at=2015-11-10 => null
        period unit=u:week direction=d:+1 | at=2013-02-12 => 2013-02-18/2013-02-24
        period unit=u:month direction=d:-1 | at=2013-01 => 2012-12
        period unit=u:year direction=d:0 | at=2013-02-12 => 2013
        period unit=u:year direction=d:-1 => null
        period unit=u:year direction=d:0 part=p:late | at=2013-02-12 => 2013 late
        period unit=u:quarter direction=d:-1 | at=2013-02-12 => 2012-10/2012-12
        period unit=u:half direction=d:0 | at=2013-02-12 => 2013-01/2013-06
        period unit=u:weekend direction=d:0 | at=2013-02-11 past => 2013-02-09/2013-02-10
        period unit=u:weekend direction=d:+1 | at=2013-02-11 => 2013-02-23/2013-02-24
        period unit=u:week day=7 month=m:10 | at=2013-02-12 prefer-future => 2013-10-07/2013-10-13
        period unit=u:century direction=d:-1 | at=2013 => 1901/2000
        period count=3 unit=u:month direction=d:+1 | at=2013-02-12 => 2013-03/2013-05
        period count=2 unit=u:day direction=d:-1 | at=2013-02-12 => 2013-02-10/2013-02-11
        period count=3 unit=u:week direction=d:+1 | at=2016-11-07 => 2016-11-08/2016-11-28
        period count=1 unit=u:month direction=d:+1 | at=2013-02-12 => none
        period count=2 unit=u:weekend direction=d:-1 => none
        ",
    );
}

#[test]
fn counted_periods() {
    check(
        "
        nth quarter=1 year=2025 => 2025-01/2025-03
        nth quarter=T3 year=2024 => 2024-07/2024-09
        nth half=h:2 year=2024 => 2024-07/2024-12
        nth quarter=1 | at=2024-12-10 => 2025-01/2025-03
        nth quarter=4 | at=2024-12-10 => 2024-10/2024-12
        nth quarter=1 => XXXX-01/XXXX-03
        nth quarter=5 => none
        nth ordinal=o:-1 unit=u:day month=m:10 year=2015 => 2015-10-31
        nth ordinal=o:-1 unit=u:week month=m:9 year=2014 => 2014-09-22/2014-09-28
        nth ordinal=3 unit=u:week year=2027 => 2027-01-18/2027-01-24
        nth ordinal=1 weekday=w:5 month=m:7 | at=2016-11-07 prefer-future => 2017-07-07
        nth ordinal=1 weekday=w:3 month_shift=d:+1 | at=2013-02-12 => 2013-03-06
        nth ordinal=o:-1 weekday=w:1 year=2023 => 2023-12-25
        nth ordinal=6 weekday=w:1 month=m:2 year=2023 => null
        nth ordinal=1 weekday=w:7 season=s:spring year=2000 => 2000-03-26
        nth ordinal=o:-1 weekday=w:6 season=s:winter | at=2025-02-01 => 2025-03-15
        nth ordinal=2 unit=u:fortnight month=m:4 year=2013 => 2013-04-16/2013-04-30
        nth ordinal=o:-1 unit=u:month year=2018 => 2018-12
        nth ordinal=2 unit=u:week => none
        season season=s:summer year=2022 => 2022 middle edtf 2022-22
        season season=s:winter year=2018 to_year=2019 => 2018/2019 edtf 2018-24
        season season=s:winter year=2018 to_year=19 => 2018/2019 edtf 2018-24
        season season=s:spring => null
        season season=s:summer direction=d:0 | at=2013-02-12 => 2013 middle edtf 2013-22
        season season=s:summer direction=d:-1 | at=2019-08-15 => 2018 middle edtf 2018-22
        season season=s:winter | at=2019-01-15 => 2018 edtf 2018-24
        decade year=1990 => 1990/1999 edtf 199X
        decade year=90 => 1990/1999 edtf 199X
        decade year=20 | at=2024-01-01 => 2020/2029 edtf 202X or 1920/1929
        decade year=1995 => none
        century century=XXIe => 2001/2100
        century century=XIXe part=p:late => 1801/1900 late
        century century=19e => 1801/1900
        ",
    );
}

#[test]
fn partial_dates_are_read_strictly() {
    for text in ["2014", "2014-09", "2026-01-20"] {
        assert_eq!(Partial::parse(text).map(|p| p.to_string()).as_deref(), Some(text));
    }
    for text in ["", "14", "2014-9", "2014-13", "2014-02-30", "2014-02-03-04", "+014", "20140", "2014-"] {
        assert_eq!(Partial::parse(text), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_capture_and_no_reference_makes_it_panic(
        builder in 0..BUILDERS.len(),
        texts in proptest::collection::vec("[0-9]{1,6}|[+-][0-9]{1,6}( (day|week|year))?|(day|week|month|half|year|century|winter|early|easter[+-]9)|[IVX]{1,4}|[0-9/.-]{1,10}", 12),
        present in proptest::collection::vec(proptest::bool::weighted(0.4), 12),
        (year, month, day) in (0..10_000i32, 1..=12, 1..=31),
    ) {
        let (name, known) = BUILDERS[builder];
        let args: Vec<Arg> = known.iter().zip(&texts).zip(&present).filter(|(_, given)| **given).map(|((name, text), _)| Arg { name, text, value: Some(text) }).collect();
        let reference = Partial::parse(&format!("{year:04}-{month:02}-{day:02}"));
        if let Some(expr) = build(name, &args) {
            for context in [Context::default(), Context { reference, anchor: reference, ..Context::default() }] {
                let value = resolve(&expr, &context);
                proptest::prop_assert_eq!(value.precision.is_some(), value.value.is_some());
            }
        }
    }
}
