use super::*;

mod beside;
mod lists;

const YEAR: Setting = Setting {
    year: Some(2021),
    epoch: Epoch::Y1900,
};

/// The slot, and what is not kept.
type Told = (Value, Vec<String>);

/// Pointers and details of faults.
type Found = Vec<(String, String)>;

/// What three cells make.
fn read(cells: Cells<'_>, setting: Setting) -> Result<Told, Found> {
    let mut row = Row::new(crate::transfer::row::Place::Activity {
        index: 0,
        slug: None,
    });
    let remarks = set_when(&mut row, cells, setting);
    match row.value.remove("when") {
        Some(when) => Ok((
            when,
            remarks
                .remarks
                .into_iter()
                .map(|fault| fault.detail)
                .collect(),
        )),
        None => Err(row
            .faults
            .0
            .into_iter()
            .map(|fault| (fault.pointer, fault.detail))
            .collect()),
    }
}

fn when(starts: &str, ends: &str) -> Result<Value, Found> {
    let cells = Cells {
        when: "",
        starts,
        ends,
    };
    let (when, remarks) = read(cells, Setting::default())?;
    assert_eq!(remarks, [""; 0], "{starts} {ends}");
    Ok(when)
}

/// One cell, in a table of 2021.
fn one(text: &str) -> Result<Told, Found> {
    let cells = Cells {
        when: text,
        ..Cells::default()
    };
    read(cells, YEAR)
}

fn day(first: &str) -> Value {
    json!({"precision":"day","starts_on":first})
}

fn days(first: &str, last: &str) -> Value {
    json!({"precision":"day","starts_on":first,"ends_on":last})
}

fn minute(start: &str) -> Value {
    json!({"precision":"minute","starts_at":format!("{start}:00+08:00")})
}

fn minutes(start: &str, end: &str) -> Value {
    json!({"precision":"minute","starts_at":format!("{start}:00+08:00"),"ends_at":format!("{end}:00+08:00")})
}

#[test]
fn a_day_is_read_in_every_form() {
    for text in [
        "2021-07-08",
        "2021/7/8",
        "2021.7.8",
        "2021.07.08",
        "2021年7月8日",
        "2021年07月08号",
        "2021年7月8",
        "２０２１年７月８日",
        " ２０２１／７／８　",
        "二〇二一年七月八日",
        "2021年7月8日（星期四）",
        "2021年7月8日(周四)",
        "2021年7月8日 全天",
        "20210708",
        "２０２１０７０８（周四）",
        "44385",
        "2021 年 7 月 8 日",
        "2021 年 7 月 8 日（ 星期四 ）",
        "2021年7月8日（四）",
    ] {
        assert_eq!(when(text, "").unwrap(), day("2021-07-08"), "{text}");
        assert_eq!(when(text, "2021-7-8").unwrap(), day("2021-07-08"), "{text}");
    }
    assert_eq!(
        when("2021-09-24", "2021年9月28日").unwrap(),
        days("2021-09-24", "2021-09-28")
    );
    assert_eq!(
        when("2021-09-24", "9月28日").unwrap(),
        days("2021-09-24", "2021-09-28")
    );
}

#[test]
fn an_hour_is_shanghais_unless_a_zone_stands_there() {
    for text in [
        "2021-09-24 20:00",
        "2021/9/24 20：00",
        "2021.9.24 20:00",
        "2021年9月24日20:00",
        "2021年9月24日 20：00",
        "2021年9月24日（周五）20时",
        "2021年9月24日 周五 晚8点",
        "2021年9月24日晚上8:00（星期五）",
        "2021-09-24T20:00:00",
        "2021-09-24T12:00:00Z",
        "2021-09-24T14:00+02:00",
        "2021-09-24T07:00-05:00",
        "44463.8333333333",
    ] {
        assert_eq!(
            when(text, "").unwrap(),
            minute("2021-09-24T20:00"),
            "{text}"
        );
    }
    assert_eq!(
        when("2021-09-25 14:00", "17:00").unwrap(),
        minutes("2021-09-25T14:00", "2021-09-25T17:00")
    );
    assert_eq!(
        when("2021-09-25 下午2点", "下午5点半").unwrap(),
        minutes("2021-09-25T14:00", "2021-09-25T17:30")
    );
}

#[test]
fn hours_are_read_with_the_part_of_the_day() {
    for (text, hour) in [
        ("9月24日上午9:00", "09:00"),
        ("9月24日下午2点", "14:00"),
        ("9月24日下午2:30", "14:30"),
        ("9月24日下午2点半", "14:30"),
        ("9月24日下午14:30", "14:30"),
        ("9月24日晚8点", "20:00"),
        ("9月24日晚20:00", "20:00"),
        ("9月24日20时", "20:00"),
        ("9月24日9时30分", "09:30"),
        ("9月24日中午12点整", "12:00"),
        ("9月24日 9:00起", "09:00"),
        ("9月24日下午两点", "14:00"),
        ("9月24日凌晨2点", "02:00"),
        ("九月二十四日上午九时三十分", "09:30"),
        ("9 月 24 日 下午 2 时", "14:00"),
        ("9月24日 14 : 00", "14:00"),
        ("9月24日 2:00 PM", "14:00"),
        ("9.24 2:00pm", "14:00"),
        ("9月24日 11:30 a.m.", "11:30"),
        ("9月24日 12:00 AM", "00:00"),
        ("9月24日 12:00 PM", "12:00"),
    ] {
        assert_eq!(
            one(text).unwrap(),
            (minute(&format!("2021-09-24T{hour}")), vec![]),
            "{text}"
        );
    }
    for text in [
        "9月24日上午14:00",
        "9月24日25:00",
        "9月24日凌晨12点",
        "9月24日晚12点半",
        "9月24日9:75",
    ] {
        assert!(one(text).unwrap_err()[0].1.contains("is no hour"), "{text}");
    }
}

#[test]
fn a_span_is_read_in_every_form() {
    let five = days("2021-09-24", "2021-09-28");
    for text in [
        "9月24-28日",
        "9月24日-28日",
        "9月24日—28日",
        "9月24日至28日",
        "9月24日 ～ 9月28日",
        "9月24日至9月28日",
        "2021年9月24日-28日",
        "2021年9月24日—2021年9月28日",
        "2021.09.24-09.28",
        "2021.9.24-28",
        "2021/9/24-9/28",
        "2021-09-24 - 2021-09-28",
        "2021-09-24至2021-09-28",
        "9月24日（周五）至28日（周二）",
        "9月24-28日（周五、周二）",
        "9月24-28日（周五-周二）",
        "9月24-28日（周五至周二）",
        "9月24日至28日（星期五—星期二）",
        "9.24-9.28",
        "9.24-28",
        "9.24日-28日",
        "2021.9.24-28日",
        "9月24日起至28日",
        "9月24-28日 周五至周二",
    ] {
        assert_eq!(one(text).unwrap(), (five.clone(), vec![]), "{text}");
    }
    assert_eq!(
        one("9月24日至10月3日").unwrap().0,
        days("2021-09-24", "2021-10-03")
    );
    assert_eq!(
        one("12月30日至1月3日").unwrap().0,
        days("2021-12-30", "2022-01-03")
    );
    let evening = minutes("2021-09-24T20:00", "2021-09-24T21:30");
    for text in [
        "2021年9月24日20：00-21：30",
        "2021-09-24 20:00-21:30",
        "2021-09-24 20:00~21:30",
        "9月24日 20:00 至 21:30",
        "9月24日晚8:00-9:30",
        "9月24日（周五）20时-21时30分",
    ] {
        assert_eq!(one(text).unwrap(), (evening.clone(), vec![]), "{text}");
    }
    assert_eq!(
        one("2021年9月24日 14:00至9月25日 12:00").unwrap().0,
        minutes("2021-09-24T14:00", "2021-09-25T12:00")
    );
    for text in [
        "9月24日下午2:00-5:00",
        "9月24日下午2-5点",
        "9月24日 14-17时",
        "9.24 14-17时",
        "9月24日 2:00-5:00 PM",
        "9月24日 2:00 PM - 5:00 PM",
    ] {
        let afternoon = minutes("2021-09-24T14:00", "2021-09-24T17:00");
        assert_eq!(one(text).unwrap(), (afternoon, vec![]), "{text}");
    }
    assert_eq!(
        one("9月24日 9:00-5:00 PM").unwrap().0,
        minutes("2021-09-24T09:00", "2021-09-24T17:00")
    );
    assert_eq!(
        one("9月24日20:00-次日2:00").unwrap().0,
        minutes("2021-09-24T20:00", "2021-09-25T02:00")
    );
    let until_midnight = minutes("2021-09-24T20:00", "2021-09-25T00:00");
    for text in [
        "9月24日20:00-24:00",
        "9月24日20:00-0:00",
        "9月24日20时至24时",
        "9月24日晚8:00-12:00",
        "9月24日晚上8点到晚上12点",
        "2021-09-24 20:00 至 2021-09-24 24:00",
        "9月24日20:00-次日0:00",
        "20210924 20:00-24:00",
    ] {
        assert_eq!(
            one(text).unwrap(),
            (until_midnight.clone(), vec![]),
            "{text}"
        );
    }
    for (starts, ends) in [
        ("2021-09-24 20:00", "24:00"),
        ("2021-09-24 20:00", "0:00"),
        ("2021-09-24 20:00", "2021-09-24 24:00"),
    ] {
        assert_eq!(
            when(starts, ends).unwrap(),
            until_midnight,
            "{starts} {ends}"
        );
    }
    assert_eq!(one("20210924-20210928").unwrap(), (five, vec![]));
    for text in ["9月28-24日", "9月24日 20:00-19:00", "9月24日14:00-9月25日"] {
        assert_eq!(one(text).unwrap_err()[0].0, "/when", "{text}");
    }
}

#[test]
fn months_and_the_unknown_stay_what_they_are() {
    for text in ["2021-06", "2021/6", "2021年6月", "2021年6月份"] {
        assert_eq!(
            when(text, "2021-06").unwrap(),
            json!({"precision":"month","month":"2021-06"})
        );
    }
    assert_eq!(
        one("6月").unwrap().0,
        json!({"precision":"month","month":"2021-06"})
    );
    for text in [
        "",
        "待定",
        "TBD",
        "未定",
        "拟定",
        "时间待定",
        "无",
        "—",
        "——",
        "/",
        "-",
        "暂无",
        "N/A",
    ] {
        assert_eq!(
            when(text, "").unwrap(),
            json!({"precision": "unknown"}),
            "{text}"
        );
    }
}

#[test]
fn a_year_that_is_not_written_comes_from_the_table_or_is_missed() {
    let cells = Cells {
        when: "9月24日",
        ..Cells::default()
    };
    let found = read(cells, Setting::default()).unwrap_err();
    assert!(found[0].1.contains("has no year"), "{found:?}");
}

#[test]
fn what_can_be_read_in_two_ways_is_a_fault_that_names_it() {
    for text in [
        "7/8/2021",
        "21-07-08",
        "4438",
        "443855",
        "2021-13",
        "2021-02-30",
        "2021-07-08 25:00",
        "2021.7",
        "2021-07-08 14:00 CST",
        "12:00",
        "1899-01-01",
        "20211308",
        "08072021",
        "202107081",
        "2021-07/08",
        "2021年9月 14:00",
        "每周五",
        "9.1",
        "9.2",
        "10.3",
        "13.24",
        "9.24.21",
        "2021-09-24 9.30",
        "9月24日前",
        "9月24日（无锡）",
        "9月24日、26日",
        "9月24日（详见通知）",
        "晚",
    ] {
        let setting = YEAR;
        let cells = Cells {
            starts: text,
            ..Cells::default()
        };
        let found = read(cells, setting).unwrap_err();
        assert_eq!(found[0].0, "/when/starts", "{text}");
        assert!(found[0].1.contains(text), "{found:?}");
    }
    assert!(
        one("9月31日").unwrap_err()[0]
            .1
            .contains("is not a day of any year")
    );
    assert!(
        one("2021年2月29日").unwrap_err()[0]
            .1
            .contains("is not a day of the year 2021")
    );
}

#[test]
fn no_text_makes_the_reader_stumble() {
    let pieces = [
        "2021", "年", "9", "月", "24", "日", "-", "~", "至", "(", ")", "周五", "晚", "上午", "20",
        ":", "00", "点", "半", "T", "Z", "+08:00", "次日", "拟", "待定", "十", "〇", "旬", ".",
        "/", " ", "全天", "24:00", "两", "20210924", "PM", "0:00", "起", "、", "四",
    ];
    // Every text of three pieces, and of six that repeat them.
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let _ = one(&format!("{a}{b}{c}"));
                let _ = one(&format!("9月{a}{b}{c}{a}{b}"));
            }
        }
    }
}
