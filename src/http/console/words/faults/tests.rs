use entity::vocab::{District, Status};

use serde_json::json;

use super::*;
use crate::domain::{rights::Deed, samples};

/// Each form is the one that its sentence is said by, in Chinese, and behind a place and an entry too.
pub(super) fn all_said(forms: &[(&str, &str)], sentences: &[&str]) {
    assert_eq!(forms.len(), sentences.len());
    for ((english, chinese), sentence) in forms.iter().zip(sentences) {
        let values = values(sentence, english).unwrap_or_else(|| panic!("{sentence}: {english}"));
        let said = detail(sentence, Language::Zh);
        assert_eq!(said, filled(chinese, &values), "{sentence}");
        assert_eq!(english_words(&said), [""; 0], "{said}");
        assert_eq!(
            noted(
                &format!("/events/1/DTSTART: p1@x: {sentence}"),
                Language::Zh
            ),
            format!("/events/1/DTSTART：p1@x：{said}")
        );
    }
}

/// No sentence has another one behind its colon, which an import would take for what is said of the cell before it.
pub(super) fn no_part_is_said(sentences: &[&str]) {
    for (_, rest) in sentences.iter().filter_map(|it| it.split_once(": ")) {
        assert_eq!(detail(rest, Language::Zh), rest);
    }
}

/// English words outside of quotation marks. Names of properties are in capitals; ids, places and endings of files are no words.
fn english_words(said: &str) -> Vec<&str> {
    const NAMES: [&str; 4] = ["startDate", "schema.org", "Feed", "Excel"];
    let outside = said.split(['"', '“', '”']).step_by(2);
    let words = outside
        .flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || "_./@".contains(c))));
    let is_english = |word: &&str| {
        let mut runs = word.split(|c: char| !c.is_ascii_lowercase());
        runs.any(|run| run.len() >= 3)
            && !word.starts_with(['.', '/'])
            && !word.contains(['_', '@'])
            && !NAMES.contains(word)
    };
    words.filter(is_english).collect()
}

#[test]
fn a_fault_is_told_in_chinese_with_its_value_and_an_unknown_one_as_it_is() {
    let of = |pointer: &str, detail: &str| Fault {
        pointer: pointer.to_owned(),
        detail: detail.to_owned(),
    };
    let zh = |it: &Fault| fault(it, Language::Zh);
    assert_eq!(zh(&of("/title/zh", "is missing")), "名称：必填");
    assert_eq!(
        zh(&of("/contact/email", "\"x\" is not an e-mail address")),
        "联系方式：\"x\" 不是电子邮箱地址"
    );
    assert_eq!(
        zh(&of("/until", "3 is not after position 7")),
        "终点位置：3 不在位置 7 之后"
    );
    assert_eq!(
        zh(&of("/selection/district", "is missing")),
        "区：必填",
        "by the dimension's name"
    );
    assert_eq!(zh(&of("", "is something new")), "is something new");
    let en = fault(&of("/title/zh", "is missing"), Language::En);
    assert_eq!(en, "Title: is missing");
}

#[test]
fn whatever_is_said_of_an_input_is_said_in_chinese() {
    let texts = [
        "is missing",
        "must not be null",
        "choose one",
        r#""" is empty"#,
        r#""forum" is taken"#,
        r#""forum" stands there twice"#,
        r#""x" is not a number"#,
        r#""x" is not a whole number"#,
        "3 is not a string",
        "3 is not a list",
        "3 is not an object",
        "3 is not true or false",
        "is below zero",
        "999 lies outside −90 to 90",
        "\"Forum…\" has 5000 characters; at most 4096 are allowed",
        "has 201 entries; at most 200 are allowed",
        "\"Forum…\" has over 2,000 characters",
        r#""https://a/"… has over 2,000 characters once it is encoded"#,
        "has over 200 values",
        "and more faults; these are the first",
        "latitude and longitude belong together; one of them is missing",
        "choose how exactly the date is known",
        r#""week" is not a precision; expected minute, day, month or unknown"#,
        r#""T" is not an instant of the form 2021-07-08T14:00:00+08:00 (RFC 3339 with offset)"#,
        r#""x" is not a day of the form 2021-07-08"#,
        r#""x" is not a day"#,
        r#""x" is not a month of the form 2021-06"#,
        r#""2021-06-30T23:59:60Z" is a leap second, which calendars do not know"#,
        r#""1800-01-01" lies outside the years 1900 to 2199"#,
        "1800 is not a year from 1900 to 2199",
        r#""x" is not an edition's year"#,
        "2026-12 does not lie in 2027",
        "2027-01-03 is before the first day, 2027-01-05",
        "2021-06-01 is before the first day",
        "2027-01-05T09:00:00+08:00 is not after the start, 2027-01-05T10:00:00+08:00",
        "3 is not after position 7",
        "2026 is not after 2027",
        "2026-11-01 09:00 is past",
        r#""soon" is neither now nor later"#,
        "stands there, but it is to be published now",
        r#""UTC" is not the programme's time zone, Asia/Shanghai"#,
        "say what is to be mended",
        "venue or districts is needed",
        "a slug stays for ever",
        r#""Forum Neu" is not a slug: 1–80 of a–z, 0–9 and hyphens"#,
        r#""forum": the year_round strand lies outside the sections"#,
        r#""英国" is not a region of two capital letters (ISO 3166-1)"#,
        "status is set by actions, not by a request",
        r#""x" is not an id of the form act_…"#,
        r#""sell" is not an action"#,
        "there is no public activity act_1",
        "there is no activity act_1",
        "act_1 lies below this activity itself",
        "act_1 lies over 8 generations deep",
        "act_1 is not public; announce it first",
        "act_1 is public and is never deleted: cancel it instead",
        "act_1 cannot be deleted: other activities belong to it",
        r#"the edition 2027 has no section "forum""#,
        r#"no edition has a section "forum""#,
        "there is no edition 2027",
        r#"there is no series "forum""#,
        "there is an edition 2027 already",
        r#"there is a series "forum" already"#,
        "the edition 2027 cannot be deleted: 3 activities belong to it",
        r#"the series "forum" cannot be deleted: 3 activities belong to it"#,
        r#""forum" cannot be dropped: activities stand in it"#,
        "stays 2027 for ever; 2028 would be another one",
        "a merge patch is an object",
        r#""x" is not an e-mail address"#,
        r#""a b" is not a login: 1 to 64 of letters, digits, dot, hyphen, underscore and @"#,
        r#""x" is not a role; expected admin, office, viewer, partner or district: and a district's slug, e.g. district:haidian"#,
        "is not your present password",
        "was wrong too often: try again in a minute",
        "a password has 10 characters at least",
        "a password has 512 bytes at most",
        "the password was changed in between",
        "is not a code of this secret",
        "a second factor is in use already",
        r#""demo" is the only admin: make another one first"#,
        r#""x" is nothing that can be changed of a person"#,
        "a token's name has 1 to 100 characters",
        "a filter's name has 1 to 60 characters",
        "is too long to be kept",
        "20 filters are the most that one person may keep; delete one first",
        r#""x" is not an address: relative URL without a base"#,
        r#""https://a b/" holds white space or a control character"#,
        "names a user or a password, which everybody would read",
        r#""ftp://x" has the scheme "ftp"; only http and https are allowed"#,
        r#""https://a/": "a" leads to an address that is not allowed: 192.0.2.1 is a documentation address, which is not allowed"#,
        r#""https://10.1.2.3/": 10.1.2.3 is a private address, which is not allowed"#,
        r#""https://a:8/": port 8 is not allowed; allowed are 443, 8443"#,
        "is not a text of at most 200 ASCII characters without blanks",
        r#"is "thin", but wecom shows people a card"#,
        "200 is not a number of hours from 0 to 168",
        "1 is not a number of minutes from 5 to 10080",
        r#""map_1" maps headings of tables, csv and xlsx"#,
        r#""pdf" is not a format of a source; expected one of ics, feed"#,
        "src_1 is being polled; wait until that is done",
        "src_1 was changed while it was polled",
        "prp_1 waits no more: it is rejected",
        "prp_1 was not rejected: it is open",
        "prp_1 cannot be proposed anew: prp_2 was decided about the same since",
        "prp_1 is not what it was when you looked at it: look again, and decide",
        "its activity was changed here; looked at again when it is read next",
        "prp_1 cannot be proposed anew: its source has that entry no more",
        "prp_1 cannot be proposed anew: its entry is act_1",
        "a rejection was taken back; looked at again when it is read next",
        "the activity was changed since prp_1 was made; the proposal shows what stands there now: decide again",
        "act_1 is gone, and prp_1 with it",
        "prp_1 names no activity",
        "an editor decided otherwise: it needs a word of its own",
        "it may be here already: it needs a word of its own",
        "there was no time for more: do the same again, and it goes on with the rest",
        "prp_1 is not trusted any more: it waits for a person's word",
        "prp_1 is about an activity that is here; only a new entry is linked",
        "there is no other activity act_1",
        "the edits are an object",
        r#"a token of role district:haidian may not write for the office "chaoyang""#,
        "version 1 is stale; the present one is 2",
        "is compared with what is here when the source is read next",
        "linked by hand; compared when the source is read next",
        "what it says could not be written down",
        "the mapping map_1 is gone: name another one",
        "src_1 has no address to ask: bring its file",
        "the source answered 304, though it was not asked whether it is new",
        "50 webhooks are the most that one token may have; delete one first",
        r#"unknown field "x"; expected one of zh, en"#,
        r#"unknown dimension "x"; expected one of district, kind"#,
        r#""x" is not a notice kind; expected one of announced, updated"#,
        "7 is not a value of district",
        r#""x" is no key of this list"#,
    ];
    assert!(texts.len() > 60);
    for text in texts {
        let said = detail(text, Language::Zh);
        assert_ne!(said, text);
        let mut run = 0;
        for word in said.split(' ') {
            let is_english = !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
            run = if is_english { run + 1 } else { 0 };
            assert!(run < 3, "{text}: {said}");
        }
    }
}

#[test]
fn the_closest_form_tells_a_fault() {
    let zh = |text| detail(text, Language::Zh);
    assert_eq!(
        zh("latitude and longitude belong together; one of them is missing"),
        "经度和纬度必须同时填写"
    );
    assert_eq!(zh("999 lies outside −90 to 90"), "应在 −90 至 90 之间");
    assert_eq!(
        zh("2027-01-03 is before the first day, 2027-01-05"),
        "2027-01-03 早于开始日期 2027-01-05"
    );
    assert_eq!(zh("2026 is not after 2027"), "2026 必须晚于 2027");
    assert_eq!(
        zh("{1} is not a day of the form {0}"),
        "{1} 不是日期，格式应为 {0}",
        "a value is no part of a form"
    );
}

#[test]
fn what_a_role_may_not_do_is_told_in_chinese() {
    for deed in Deed::ALL {
        assert!(super::deed(deed.name()).is_some(), "{deed:?}");
    }
    let zh = |what: &str| barred(Role::District(District::Haidian), what, Language::Zh);
    assert_eq!(
        zh("manage people and tokens"),
        "海淀区的账号不能管理人员和令牌"
    );
    assert_eq!(
        zh(r#"write for the office "chaoyang""#),
        "海淀区的账号不能为朝阳区填写活动"
    );
    assert_eq!(
        zh(
            r#"make editions and series (at /editions/0); or write for the office "chaoyang" (at /lines/3, /lines/4)"#
        ),
        "海淀区的账号不能新建年度和系列（/editions/0）；也不能为朝阳区填写活动（/lines/3、/lines/4）"
    );
    assert_eq!(
        zh("set the contact of the office chaoyang"),
        "海淀区的账号不能修改朝阳区的联系方式"
    );
    assert_eq!(
        zh(r#"decide prp_1, which waits for the office "chaoyang""#),
        "海淀区的账号不能决定这条建议：它由朝阳区处理"
    );
    assert_eq!(
        zh(r#"manage sources of the office "city""#),
        "海淀区的账号不能管理组织办公室的来源"
    );
    assert_eq!(
        zh(r#"change act_1, which belongs to the office "chaoyang""#),
        "海淀区的账号不能修改活动 act_1：它由朝阳区负责"
    );
}

#[test]
fn whatever_an_action_is_refused_for_is_said_in_chinese_by_its_sentence_too() {
    let id = samples::activity(json!({})).id;
    let refusals = [
        samples::activity(json!({})).refused("hold"),
        Refusal::Incomplete(vec!["kind", "when"]),
        Refusal::Incomplete(vec!["kind"]),
        Refusal::Incomplete(vec!["when"]),
        Refusal::NotYet {
            starts: "2027-07-08".to_owned(),
            now: "2027-07-01T09:00:00+08:00".to_owned(),
        },
        Refusal::NoDate,
        Refusal::SlotUnknown,
        Refusal::Unchanged("announce"),
        Refusal::HasAction {
            field: "when",
            action: "reschedule",
        },
    ];
    for refusal in refusals {
        let said = noted(&refusal.to_string(), Language::Zh);
        assert_eq!(english_words(&said), [""; 0], "{refusal}: {said}");
    }
    let itself = Refusal::ReplacedByItself(id);
    assert_eq!(
        detail(&itself.to_string(), Language::Zh),
        "不能由它自己替代"
    );
}

#[test]
fn whatever_a_status_does_not_allow_says_in_chinese_what_to_do_instead() {
    for status in Status::ALL {
        let mut activity = samples::activity(json!({}));
        activity.status = *status;
        for action in super::super::ACTIONS {
            let Refusal::Status { hint, .. } = activity.refused(action) else {
                panic!("{action} of {status}");
            };
            assert_eq!(
                instead(hint).is_empty(),
                hint.is_empty(),
                "{action} of {status}: {hint}"
            );
        }
    }
}
