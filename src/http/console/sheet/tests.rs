use super::*;
use crate::domain::{activity::Draft, input::Read, role::Office, subscription::Given};

fn sheet(pairs: &[(&str, &str)]) -> Sheet {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        body.append_pair(name, value);
    }
    Sheet::of_form(&Form::read(body.finish().as_bytes()))
}

fn json_of(pairs: &[(&str, &str)]) -> (Value, Vec<String>) {
    let mut faults = Faults::default();
    let value = sheet(pairs).json(&mut faults);
    let at = faults.0.into_iter().map(|fault| fault.pointer);
    (value, at.collect())
}

#[test]
fn a_form_is_the_json_that_the_api_takes() {
    let (value, faults) = json_of(&[
        ("key", "no field"),
        ("/edition", "2027"),
        ("/strand", "year_round"),
        ("/title/zh", " 路演 "),
        ("/title/en", ""),
        ("/summary/zh", ""),
        ("/summary/en", ""),
        ("/districts", "haidian"),
        ("/districts", "chaoyang"),
        ("/districts", ""),
        ("/partner_regions", "gb， US"),
        ("/highlight", "false"),
        ("/highlight", "true"),
        ("/venue/name/zh", ""),
        ("/venue/latitude", ""),
        ("/organizers/0/role", "host"),
        ("/organizers/0/name/zh", ""),
        ("/organizers/1/role", "supporter"),
        ("/organizers/1/name/zh", "市科委"),
        ("/figures/0/what", ""),
        ("/figures/0/value", ""),
        ("/figures/0/qualifier", "exact"),
        ("/when/precision", "day"),
        ("/when/starts_on", "2027-03-04"),
        ("/when/starts_time", "09:00"),
    ]);
    assert_eq!(faults, [""; 0]);
    assert_eq!(
        value,
        json!({
            "edition": 2027, "strand": "year_round", "title": {"zh": "路演", "en": null}, "summary": null,
            "districts": ["haidian", "chaoyang"], "partner_regions": ["GB", "US"], "highlight": true,
            "venue": null, "organizers": [{"role": "supporter", "name": {"zh": "市科委"}}], "figures": [],
            // The hour that stands in a field of another precision is none of it.
            "when": {"precision": "day", "starts_on": "2027-03-04"},
        })
    );
    let mut faults = Faults::default();
    let read = Draft::read(&value, Office::City, &mut faults);
    assert!(read.is_some() && faults.0.is_empty(), "{faults:?}");
}

#[test]
fn what_is_no_number_stays_as_it_was_typed_and_is_a_fault() {
    let (value, _) = json_of(&[
        ("/edition", "zwei"),
        ("/venue/latitude", "39.9"),
        ("/venue/longitude", "NaN"),
    ]);
    assert_eq!(
        value,
        json!({"edition": "zwei", "venue": {"latitude": 39.9, "longitude": "NaN"}})
    );
}

#[test]
fn an_endpoints_form_is_the_json_that_the_api_takes_and_back() {
    let pairs = [
        ("/url", " https://partner.example/hook "),
        ("/format", "standard"),
        ("/secret", ""),
        ("/selection/district", ""),
        ("/selection/district", "xicheng"),
        ("/selection/district", "haidian"),
        ("/selection/edition", ""),
        ("/selection/edition", "2021"),
        ("/selection/kind", ""),
        ("/selection/highlight", ""),
        ("/notices", ""),
        ("/notices", "cancelled"),
    ];
    let (value, faults) = json_of(&pairs);
    assert_eq!(faults, [""; 0]);
    assert_eq!(
        value,
        json!({
            "url": "https://partner.example/hook", "format": "standard", "secret": null, "notices": ["cancelled"],
            "selection": {"district": ["xicheng", "haidian"], "edition": ["2021"], "kind": [], "highlight": null},
        })
    );
    let mut faults = Faults::default();
    let given = Given::read(&value, "", &mut faults).unwrap();
    let shown = Sheet::of_json(&Value::Object(given.subscription.to_json()));
    let sent = sheet(&pairs);
    for name in [
        "/url",
        "/selection/district",
        "/selection/edition",
        "/notices",
    ] {
        assert_eq!(shown.all(name), sent.all(name), "{name}");
    }
}

#[test]
fn no_hour_is_made_up() {
    let (value, faults) = json_of(&[
        ("/when/precision", "minute"),
        ("/when/starts_on", "2027-03-04"),
        ("/when/starts_time", ""),
    ]);
    assert_eq!(faults, ["/when/starts_time"]);
    assert_eq!(value["when"]["starts_at"], "2027-03-04T");
    let (value, faults) = json_of(&[
        ("/when/precision", "minute"),
        ("/when/starts_on", "2027-03-04"),
        ("/when/starts_time", "09:30"),
        ("/when/ends_on", ""),
        ("/when/ends_time", "11:00"),
    ]);
    assert_eq!(faults, [""; 0]);
    assert_eq!(
        value["when"],
        json!({"precision": "minute", "starts_at": "2027-03-04T09:30:00+08:00", "ends_at": "2027-03-04T11:00:00+08:00"})
    );
    let (_, faults) = json_of(&[
        ("/when/precision", "minute"),
        ("/when/starts_on", "2027-03-04"),
        ("/when/starts_time", "09:30"),
        ("/when/ends_on", "2027-03-05"),
    ]);
    assert_eq!(faults, ["/when/ends_time"]);
}

#[test]
fn a_document_as_fields_is_the_same_document_again() {
    let document = json!({
        "edition": 2021, "title": {"zh": "一", "en": "One"}, "districts": ["haidian"], "highlight": true,
        "when": {"precision": "minute", "starts_at": "2021-07-08T09:30:00+08:00"},
        "figures": [{"what": "views", "value": 4100000, "qualifier": "about"}, {"what": "on_site", "value": 80, "qualifier": "nearly"}],
        "outcomes": [{"zh": "签约"}], "partner_regions": ["GB", "US"],
        "venue": {"name": {"zh": "园"}, "address": {}, "latitude": 39.5, "longitude": 116.25},
    });
    let mut faults = Faults::default();
    let fields = Sheet::of_json(&document);
    let mut again = fields.json(&mut faults);
    again["venue"]["address"] = json!({});
    assert_eq!(again, document);
    assert!(faults.0.is_empty());
    assert_eq!(Sheet::of_kept(&fields.kept()), Some(fields));
}

#[test]
fn a_row_that_is_emptied_in_the_middle_is_gone_and_the_others_close_up() {
    let rows = sheet(&[
        ("/outcomes/0/zh", "一"),
        ("/outcomes/1/zh", " "),
        ("/outcomes/7/zh", "三"),
    ]);
    assert_eq!(rows.rows("outcomes"), 2);
    assert_eq!(rows.get("/outcomes/1/zh"), "三");
}

#[test]
fn two_editors_keep_what_each_of_them_changed_and_see_where_they_disagree() {
    let base = sheet(&[
        ("/title/zh", "一"),
        ("/summary/zh", "旧"),
        ("/kind", "forum"),
        ("/when/precision", "unknown"),
    ]);
    let theirs = sheet(&[
        ("/title/zh", "二"),
        ("/summary/zh", "旧"),
        ("/kind", "roadshow"),
        ("/when/precision", "day"),
        ("/when/starts_on", "2027-01-02"),
    ]);
    let mine = sheet(&[
        ("/title/zh", "三"),
        ("/summary/zh", "新"),
        ("/kind", "forum"),
        ("/when/precision", "unknown"),
    ]);
    assert_eq!(theirs.differs_from(&base), ["/kind", "/title/zh", "/when"]);
    let merged = mine.over(&base, &theirs);
    assert_eq!(merged.get("/title/zh"), "三");
    assert_eq!(merged.get("/summary/zh"), "新");
    assert_eq!(merged.get("/kind"), "roadshow");
    assert_eq!(merged.get("/when/starts_on"), "2027-01-02");
    assert_eq!(theirs.shown("/when"), "day · 2027-01-02");
}

#[test]
fn what_a_form_does_not_ask_for_was_not_changed_in_it() {
    let base = sheet(&[
        ("/title/zh", "一"),
        ("/highlight", "true"),
        ("/kind", "forum"),
    ]);
    let mine = sheet(&[("/title/zh", "二"), ("/kind", "")]);
    let changed: Vec<String> = mine.changed_from(&base).into_iter().collect();
    assert_eq!(changed, ["/kind", "/title/zh"]);
    let theirs = sheet(&[
        ("/title/zh", "一"),
        ("/highlight", "false"),
        ("/kind", "forum"),
    ]);
    assert_eq!(mine.over(&base, &theirs).get("/highlight"), "false");
}

#[test]
fn a_name_without_end_is_an_unknown_field_and_a_base_without_names_none() {
    let (value, _) = json_of(&[(&"/a".repeat(100_000), "x"), (&"/".repeat(100_000), "y")]);
    assert_eq!(value["a"]["a"]["a"]["a"]["a"]["a"], "x");
    let kept = Sheet::of_kept("{\"\": [\"x\"], \"é\": [\"x\"], \"/kind\": [\"forum\"]}").unwrap();
    assert_eq!(kept, sheet(&[("/kind", "forum")]));
    assert_eq!(Sheet::of_kept("[]"), None);
    // Nor does it lie deeper than a form's, or have more of them.
    let deep = json!({ "/x".repeat(100_000): ["1"] }).to_string();
    let deep = Sheet::of_kept(&deep).unwrap();
    assert_eq!(
        deep.json(&mut Faults::default())["x"]["x"]["x"]["x"]["x"]["x"],
        "1"
    );
    let many: Map<String, Value> = (0..100_000)
        .map(|number| (format!("/{number}"), json!(["1"])))
        .collect();
    let many = Sheet::of_kept(&json!(many).to_string()).unwrap();
    assert_eq!(many.differs_from(&Sheet::default()).len(), MOST);
}

#[test]
fn seconds_that_a_source_states_are_sent_back() {
    let at = "2021-07-08T14:00:30+08:00";
    let document = json!({"when": {"precision": "minute", "starts_at": at}});
    let shown = Sheet::of_json(&document);
    assert_eq!(shown.get("/when/starts_time"), "14:00:30");
    assert_eq!(shown.json(&mut Faults::default()), document);
}
