//! Tables as programs and people write them.

use super::*;

fn warned(file: &File) -> Vec<&str> {
    let warnings = file.warnings.iter();
    warnings.map(|warning| warning.detail.as_str()).collect()
}

#[test]
fn the_year_that_dates_borrow_is_told_once() {
    let text = "2026年海淀区活动安排表,,\n填报时间：2025年12月20日,,\n活动名称,时间,年度\n甲,9月24日,\n乙,9.25,\n";
    let file = table(text.as_bytes());
    assert_eq!(faults(&file), []);
    assert_eq!(values(&file)[1]["when"]["starts_on"], "2026-09-25");
    assert_eq!(
        warned(&file),
        ["dates without a year are read as of 2026, as \"2026年海淀区活动安排表\" says"]
    );
    let asked = Asked {
        edition: Some(2027),
        ..Asked::default()
    };
    let file = read_csv(text.as_bytes(), None, &asked).unwrap();
    assert_eq!(
        warned(&file),
        [
            "dates without a year are read as of 2027, as the request says, though \"2026年海淀区活动安排表\" says 2026"
        ]
    );
    let of_row = text.replace("甲,9月24日,", "甲,9月24日,2028");
    let file = table(of_row.as_bytes());
    assert_eq!(warned(&file).len(), 2, "{:?}", warned(&file));
    assert!(warned(&file)[0].contains("the row's edition"));
    // The heading says it too, and a span of years says nothing.
    let file = table("活动名称,活动时间（2026年）\n甲,9月24日\n".as_bytes());
    assert_eq!(values(&file)[0]["when"]["starts_on"], "2026-09-24");
    for title in ["2025—2026年安排", "2026年12月至次年3月安排"] {
        let file = table(format!("{title},\n活动名称,时间\n甲,9月24日\n").as_bytes());
        assert!(faults(&file)[0].1.contains("has no year"), "{title}");
    }
    let file = table("2026年安排,\n活动名称,时间\n甲,2026年9月24日\n".as_bytes());
    assert_eq!(warned(&file), [""; 0]);
}

#[test]
fn what_nobody_knows_is_nothing() {
    let file = table(
        "活动名称,地点,区,形式,类型,主办单位,承办单位,简介,直播地址\n甲,待定,全市,—,/,无,另行通知,N/A,暂无\n乙,线上,,,,,,,\n"
            .as_bytes(),
    );
    assert_eq!(faults(&file), []);
    assert_eq!(
        values(&file),
        [
            json!({"title": {"zh": "甲"}, "districts": [], "when": {"precision": "unknown"}}),
            json!({"title": {"zh": "乙"}, "mode": "online", "when": {"precision": "unknown"}}),
        ]
    );
}

#[test]
fn a_day_and_an_hour_that_nobody_knows_are_no_date() {
    let file = table("活动名称,日期,时间\n甲,待定,待定\n乙,—,/\n丙,2026-09-24,待定\n".as_bytes());
    assert_eq!(faults(&file), []);
    let unknown = json!({"precision": "unknown"});
    let day = json!({"precision": "day", "starts_on": "2026-09-24"});
    let whens: Vec<Value> = values(&file)
        .iter()
        .map(|row| row["when"].clone())
        .collect();
    assert_eq!(whens, [unknown.clone(), unknown, day]);
}

#[test]
fn several_columns_of_one_role_and_english_names_beside_chinese_ones_are_read() {
    let file = table(
        "活动名称,Event name,时间 / Date,支持单位,指导单位,星期\n甲,A,2026年9月24日,乙,丙,四\n"
            .as_bytes(),
    );
    assert_eq!(faults(&file), []);
    assert_eq!(
        values(&file),
        [
            json!({"title": {"zh": "甲", "en": "A"}, "when": {"precision": "day", "starts_on": "2026-09-24"},
            "organizers": [{"role": "supporter", "name": {"zh": "乙"}}, {"role": "supporter", "name": {"zh": "丙"}}]})
        ]
    );
}

#[test]
fn cells_are_parted_by_what_parts_the_first_lines() {
    let expected = values(&table("活动名称,地点\n甲;乙,丙\n".as_bytes()));
    let wide: Vec<u8> = "活动名称\t地点\n甲;乙\t丙\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [
        "活动名称\t地点\n甲;乙\t丙\n".as_bytes().to_vec(),
        "sep=;\n活动名称;地点\n\"甲;乙\";丙\n".as_bytes().to_vec(),
        "活动名称;地点\r\n\"甲;乙\";丙\r\n\u{1A}"
            .as_bytes()
            .to_vec(),
        [vec![0xFF, 0xFE], wide].concat(),
    ] {
        let file = table(&bytes);
        assert_eq!(faults(&file), []);
        assert_eq!(values(&file), expected);
    }
    // Titles may hold what parts cells elsewhere.
    let file = table("活动名称\n甲;乙\n丙;丁\n".as_bytes());
    assert_eq!(faults(&file), []);
    assert_eq!(values(&file)[1]["title"]["zh"], "丙;丁");
    let mapping = crate::domain::input::read(&json!({
        "name": "x", "heading_row": 1, "columns": {"主题": "title_zh"},
    }));
    let asked = Asked {
        mapping: Some(mapping.unwrap()),
        ..Asked::default()
    };
    let file = read_csv("主题;地点\n甲;丙\n".as_bytes(), None, &asked).unwrap();
    assert_eq!(faults(&file), []);
    assert_eq!(values(&file)[0]["venue"]["name"]["zh"], "丙");
    let file = table("sep=;\n活动名称;时间\n甲;9月31日\n".as_bytes());
    assert_eq!(faults(&file)[0].0, "/lines/3/when");
}

#[test]
fn bytes_that_are_no_text_are_told_for_what_they_are() {
    for (bytes, says) in [
        (b"PK\x03\x04rest".as_slice(), ".xlsx"),
        (b"\xD0\xCF\x11\xE0rest", ".xls"),
    ] {
        let found = faults(&table(bytes));
        assert!(found.len() == 1 && found[0].1.contains(says), "{found:?}");
    }
    let sent = read_workbook("活动名称,时间\n".as_bytes(), &Asked::default());
    assert!(
        faults(&sent)[0].1.contains("but a text"),
        "{:?}",
        faults(&sent)
    );
}

#[test]
fn a_formula_that_only_quotes_is_its_text() {
    let file = table(
        "活动名称,咨询电话\n甲,\"=\"\"0108264\"\"\"\n乙,=\"0108264\"\n丙,1.38E+10\n".as_bytes(),
    );
    let found = faults(&file);
    assert!(
        found.len() == 1 && found[0].0 == "/lines/4/contact_phone",
        "{found:?}"
    );
    assert_eq!(values(&file)[0]["contact"]["phone"], "0108264");
    assert_eq!(values(&file)[1]["contact"]["phone"], "0108264");
}

#[test]
fn a_heading_that_is_known_by_a_part_of_it_is_parted_all_the_same() {
    for text in [
        "活动名称 / Event name;活动时间;地点\n甲;2026-12-24;清华科技园\n",
        "\"活动\n名称\";\"活动时间\";\"地点\"\n甲;2026-12-24;清华科技园\n",
        "\"活动名称\n（全称）\"\t活动时间\t地点\n甲\t2026-12-24\t清华科技园\n",
    ] {
        let file = table(text.as_bytes());
        assert_eq!(faults(&file), [], "{text}");
        let expected = json!({"title": {"zh": "甲"}, "venue": {"name": {"zh": "清华科技园"}},
            "when": {"precision": "day", "starts_on": "2026-12-24"}});
        assert_eq!(values(&file), [expected], "{text}");
    }
    let file = table("活动名称\n甲;乙\n".as_bytes());
    assert_eq!(values(&file)[0]["title"]["zh"], "甲;乙");
}

#[test]
fn what_is_as_above_is_as_the_activity_above() {
    let text = "2026年表\n活动名称,活动时间,地点,主办单位\n甲,9月24日,清华科技园,科技部\n活动名称,活动时间,地点,主办单位\n\
        二、系列论坛,,,\n乙,9月25日,同上,（同上）\n丙,9月26日,〃,\n";
    let file = table(text.as_bytes());
    assert_eq!(faults(&file), []);
    let places: Vec<Value> = values(&file)
        .iter()
        .map(|row| row["venue"]["name"]["zh"].clone())
        .collect();
    assert_eq!(places, ["清华科技园"; 3]);
    assert_eq!(values(&file)[1]["organizers"][0]["name"]["zh"], "科技部");
    let file = table("活动名称,地点\n甲,同上\n".as_bytes());
    assert_eq!(
        faults(&file),
        [(
            "/lines/2/venue_zh".to_owned(),
            "\"同上\" stands below no other text".to_owned()
        )]
    );
    let file = table("活动名称,地点\n甲,清华\n同上,北大\n".as_bytes());
    assert_eq!(faults(&file)[0].0, "/lines/3/title_zh");
}

#[test]
fn a_running_number_says_that_it_is_an_activity() {
    let titles = |text: &str| -> Vec<String> {
        let file = table(text.as_bytes());
        let rows = values(&file);
        let titles = rows.iter().map(|row| row["title"]["zh"].as_str());
        titles.map(|title| title.unwrap().to_owned()).collect()
    };
    assert_eq!(
        titles(
            "2026年表\n序号,活动名称,活动时间\n一,一、开幕活动,\n1,甲,9月24日\n2,一、二级市场论坛,\n3,（盖章）仪式,\n例,乙,9月1日\n4,,\n合计,3场,\n"
        ),
        ["甲", "一、二级市场论坛", "（盖章）仪式"]
    );
    // They number the rows themselves.
    assert_eq!(
        titles("2026年表\n序号,活动名称,活动时间\n一,开幕式,\n二,闭幕式,\n"),
        ["开幕式", "闭幕式"]
    );
}

#[test]
fn a_part_may_be_of_another_year() {
    let text = "2026年表,\n活动名称,活动时间\n甲,12月5日\n二、2027年一季度,\n乙,1月5日\n三、其他,\n丙,2月5日\n";
    let file = table(text.as_bytes());
    assert_eq!(faults(&file), []);
    let days: Vec<Value> = values(&file)
        .iter()
        .map(|row| row["when"]["starts_on"].clone())
        .collect();
    assert_eq!(days, ["2026-12-05", "2027-01-05", "2027-02-05"]);
    let told = warned(&file);
    let of = |year: i32| {
        told.iter()
            .filter(|it| it.contains(&format!("as of {year}")))
            .count()
    };
    assert_eq!((of(2026), of(2027)), (1, 1), "{told:?}");
}
