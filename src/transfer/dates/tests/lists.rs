//! Dates as programs write them, and those that stand in several cells.

use super::*;

#[test]
fn serials_are_counted_from_the_workbooks_epoch() {
    let mac = Setting {
        year: None,
        epoch: Epoch::Y1904,
    };
    let cells = |starts| Cells {
        starts,
        ..Cells::default()
    };
    assert_eq!(read(cells("43001"), mac).unwrap().0, day("2021-09-24"));
    assert_eq!(when("44463", "").unwrap(), day("2021-09-24"));
    assert_eq!(when("44463.5", "").unwrap(), minute("2021-09-24T12:00"));
    assert_eq!(when("32874", "").unwrap(), day("1990-01-01"));
    assert_eq!(when("73415", "").unwrap(), day("2100-12-31"));
    for text in ["32873", "73416", "99999"] {
        assert!(
            when(text, "").unwrap_err()[0].1.contains("1990 to 2100"),
            "{text}"
        );
    }
}

#[test]
fn a_fraction_is_the_whole_minute_that_its_digits_can_mean_or_none() {
    for (text, hour) in [
        ("44463.5833", "14:00"),
        ("44463.58333", "14:00"),
        ("44463.583333333336", "14:00"),
        ("44463.58334", "14:00"),
        ("44463.3958", "09:30"),
        ("44463.25", "06:00"),
        ("44463.375", "09:00"),
        ("44463.5", "12:00"),
    ] {
        let expected = minute(&format!("2021-09-24T{hour}"));
        assert_eq!(when(text, "").unwrap(), expected, "{text}");
    }
    for text in ["44463.58", "44463.583", "44463.1", "44463.5835"] {
        let found = when(text, "").unwrap_err();
        assert!(found[0].1.contains("no whole minute"), "{found:?}");
    }
}

#[test]
fn a_midnight_is_an_hour_where_another_one_stands_beside_it_or_as_an_export_writes_it() {
    assert_eq!(
        when("2021-09-24 00:00", "").unwrap(),
        minute("2021-09-24T00:00")
    );
    for (starts, ends) in [
        ("2021-09-24 00:00:00", "2021-09-24 12:00:00"),
        ("2021/9/24 0:00", "12:00"),
    ] {
        let until_noon = minutes("2021-09-24T00:00", "2021-09-24T12:00");
        assert_eq!(when(starts, ends).unwrap(), until_noon, "{starts}");
    }
    assert_eq!(
        when("2021-09-24 14:00:00", "2021-09-25 00:00:00").unwrap(),
        minutes("2021-09-24T14:00", "2021-09-25T00:00")
    );
    assert_eq!(
        when("2021-09-24 00:00:00Z", "").unwrap(),
        minute("2021-09-24T08:00")
    );
    assert_eq!(
        one("2021-09-24 0:00-12:00").unwrap().0,
        minutes("2021-09-24T00:00", "2021-09-24T12:00")
    );
    // The hour stands in the other column.
    let cells = Cells {
        when: "2021/9/24 0:00",
        starts: "14:00",
        ends: "",
    };
    assert_eq!(
        read(cells, YEAR).unwrap(),
        (minute("2021-09-24T14:00"), vec![])
    );
}

#[test]
fn an_end_in_its_own_cell_has_what_it_leaves_out_from_the_start() {
    for (starts, ends, expected) in [
        ("2021-12-30", "1月2日", days("2021-12-30", "2022-01-02")),
        ("2021-09-24", "28日", days("2021-09-24", "2021-09-28")),
        ("2021年9月24日", "9.28", days("2021-09-24", "2021-09-28")),
        (
            "2021-09-24 14:00",
            "25日 12:00",
            minutes("2021-09-24T14:00", "2021-09-25T12:00"),
        ),
    ] {
        assert_eq!(when(starts, ends).unwrap(), expected, "{starts} {ends}");
    }
    let found = when("2021-09-24", "8月28日").unwrap_err();
    assert!(found[0].1.contains("is before the first day"), "{found:?}");
}

#[test]
fn hours_beside_a_span_of_days_are_those_of_each_day() {
    let cells = |ends| Cells {
        when: "9:00-17:00",
        starts: "2021-09-24",
        ends,
    };
    let (when, remarks) = read(cells("2021-09-28"), YEAR).unwrap();
    assert_eq!(when, days("2021-09-24", "2021-09-28"));
    assert!(
        remarks.len() == 1 && remarks[0].contains("\"9:00-17:00\""),
        "{remarks:?}"
    );
    for ends in ["", "2021-09-24", "9月24日"] {
        assert_eq!(
            read(cells(ends), YEAR).unwrap(),
            (minutes("2021-09-24T09:00", "2021-09-24T17:00"), vec![]),
            "{ends}"
        );
    }
}

#[test]
fn ends_that_do_not_fit_are_faults_of_the_end() {
    for (starts, ends) in [
        ("", "2021-07-08"),
        ("2021-07-08", "2021-07-07"),
        ("2021-07-08", "16:00"),
        ("2021-07-08 14:00", "2021-07-09"),
        ("2021-07-08 14:00", "13:00"),
        ("2021-07-08 14:00", "14:00"),
        ("2021-07", "2021-08"),
        ("2021-07-08", "2021-07-09至2021-07-10"),
        ("2021-07-08至2021-07-09", "2021-07-10"),
    ] {
        let found = when(starts, ends).unwrap_err();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "/when/ends", "{starts} {ends}");
    }
}
