use serde_json::{Value, json};

use super::super::fixture::{Life, at, read, site, when};
use super::*;
use crate::domain::{action::Action, text::Text};
use crate::publish::{facts::slot, scope::Scope};
use feeds::Slot;

fn shown(life: &Life, language: Language) -> ical::Event {
    let cause = life.last().reason.as_ref();
    event(&site(), &life.activity, cause, language).expect("an entry")
}

fn both(life: &Life, tell: impl Fn(&ical::Event) -> &str) -> [String; 2] {
    [Language::Zh, Language::En].map(|language| tell(&shown(life, language)).to_owned())
}

fn first_line(event: &ical::Event) -> &str {
    event.description.value.lines().next().unwrap_or_default()
}

#[test]
fn an_announced_activity_is_confirmed_and_plain() {
    let life = Life::announced(&json!({}));
    let event = shown(&life, Language::Zh);
    assert_eq!(event.sequence, 0);
    assert_eq!(event.uid, "act_01F9@yueli.example");
    assert_eq!(
        (event.created, event.stamp),
        (at("2021-06-01T02:00:00Z"), at("2021-06-01T02:00:00Z"))
    );
    assert_eq!(
        (event.status, event.transparency),
        (ical::Status::Confirmed, ical::Transparency::Opaque)
    );
    assert_eq!(event.summary.value, "中英生命健康跨境路演");
    assert_eq!(event.organizer.name, "中关村管委会");
    assert_eq!(event.organizer.mailbox, "calendar@yueli.example");
    assert_eq!(event.url, "https://yueli.example/zh/e/act_01F9-uk-china");
    assert_eq!(event.categories, ["项目路演", "常态化系列活动", "海淀"]);
    let lines: Vec<&str> = event.description.value.lines().collect();
    assert_eq!(
        lines,
        [
            "十二个项目。",
            "直播：https://live.example/1",
            "详情：https://yueli.example/zh/e/act_01F9-uk-china"
        ]
    );
}

#[test]
fn rescheduling_moves_the_slot_and_says_from_where_and_why() {
    let life = Life::announced(&json!({})).rescheduled();
    let event = shown(&life, Language::En);
    assert_eq!(event.sequence, 1);
    assert_eq!(event.slot, slot(&life.activity.content.when).unwrap());
    assert_eq!(
        (event.status, event.transparency),
        (ical::Status::Confirmed, ical::Transparency::Opaque)
    );
    assert_eq!(event.summary.value, "UK-China life and health roadshow");
    assert_eq!(
        both(&life, first_line),
        [
            "改期：2021年7月8日 → 2021年7月15日。",
            "Rescheduled: 8 Jul 2021 → 15 Jul 2021."
        ]
    );
    assert_eq!(
        shown(&life, Language::Zh).description.value.lines().nth(1),
        Some("原因：场馆检修。")
    );
    assert_eq!(event.created, at("2021-06-01T02:00:00Z"));
    assert_eq!(event.stamp, at("2021-06-10T02:00:00Z"));
}

#[test]
fn a_postponed_activity_keeps_its_last_slot_tentatively() {
    let life = Life::announced(&json!({})).rescheduled().postponed();
    let event = shown(&life, Language::Zh);
    assert_eq!(event.sequence, 2);
    assert_eq!(
        event.slot,
        slot(life.activity.previous_when.as_ref().unwrap()).unwrap()
    );
    assert_eq!(
        (event.status, event.transparency),
        (ical::Status::Tentative, ical::Transparency::Transparent)
    );
    assert_eq!(
        both(&life, |event| &event.summary.value),
        [
            "【延期】中英生命健康跨境路演",
            "[Postponed] UK-China life and health roadshow"
        ]
    );
    assert_eq!(
        both(&life, first_line),
        [
            "延期，新日期待定（原定2021年7月15日 周四 09:00）。",
            "Postponed, new date to come (was Thu 15 Jul 2021 09:00)."
        ]
    );
    assert!(
        shown(&life, Language::En)
            .description
            .value
            .contains("Reason: Epidemic control.")
    );
}

#[test]
fn a_cancelled_activity_stays_where_it_stood_with_its_reason_first() {
    let from_slot = Life::announced(&json!({})).cancelled();
    let from_limbo = Life::announced(&json!({})).postponed().cancelled();
    for life in [from_slot, from_limbo] {
        let event = shown(&life, Language::Zh);
        assert_eq!(
            event.slot,
            slot(&Life::announced(&json!({})).activity.content.when).unwrap()
        );
        assert_eq!(
            (event.status, event.transparency),
            (ical::Status::Cancelled, ical::Transparency::Transparent)
        );
        assert_eq!(
            both(&life, |event| &event.summary.value),
            [
                "【取消】中英生命健康跨境路演",
                "[Cancelled] UK-China life and health roadshow"
            ]
        );
        assert_eq!(
            both(&life, first_line),
            ["已取消，原因：政策原因。", "Cancelled: Policy."]
        );
    }
}

#[test]
fn a_reinstated_activity_is_confirmed_again() {
    let life = Life::announced(&json!({})).cancelled().then(
        Action::Reinstate { when: None },
        "2021-06-26T10:00:00+08:00",
    );
    let event = shown(&life, Language::Zh);
    assert_eq!(event.sequence, 2);
    assert_eq!(
        (event.status, event.transparency),
        (ical::Status::Confirmed, ical::Transparency::Opaque)
    );
    assert_eq!(event.summary.value, "中英生命健康跨境路演");
    assert_eq!(first_line(&event), "十二个项目。");
}

#[test]
fn a_held_activity_starts_with_what_came_of_it() {
    let hold = |figures: Value| {
        let figures = figures.as_array().unwrap().iter().map(read).collect();
        Action::Hold {
            figures: Some(figures),
            outcomes: None,
            stated_on: None,
        }
    };
    let life = Life::announced(&json!({})).then(
        hold(json!([
            {"what": "presenters", "value": 12}, {"what": "on_site", "value": 80, "qualifier": "nearly"},
            {"what": "views", "value": 4_100_000, "qualifier": "about"},
        ])),
        "2021-07-09T10:00:00+08:00",
    );
    assert_eq!(shown(&life, Language::En).status, ical::Status::Confirmed);
    assert_eq!(
        both(&life, first_line),
        [
            "成果：路演项目 12、现场人数 近80、观看人次 约410万",
            "Outcome: presenters 12, on site nearly 80, views about 4,100,000"
        ]
    );
    let silent = Life::announced(&json!({})).then(hold(json!([])), "2021-07-09T10:00:00+08:00");
    assert_eq!(both(&silent, first_line), ["已举办。", "Held."]);
}

#[test]
fn what_is_known_to_the_month_is_in_the_calendar_of_plans_alone() {
    let month = json!({"when": {"precision": "month", "month": "2021-07"}});
    let life = Life::announced(&month);
    let starts = Some(at("2021-07-01T00:00:00+08:00"));
    assert_eq!(start(&life.activity, &Scope::Planning), starts);
    assert_eq!(start(&life.activity, &Scope::All), None);
    let event = shown(&life, Language::Zh);
    assert_eq!(
        (event.status, event.transparency),
        (ical::Status::Tentative, ical::Transparency::Transparent)
    );
    let day = |d| chrono::NaiveDate::from_ymd_opt(2021, 7, d).unwrap();
    assert_eq!(
        event.slot,
        Slot::Days {
            starts_on: day(1),
            ends_on: day(31)
        }
    );
    let off = life.cancelled();
    assert_eq!(shown(&off, Language::Zh).status, ical::Status::Cancelled);

    let unknown = Life::announced(&json!({"when": {"precision": "unknown"}}));
    let dated = Life::announced(&json!({}));
    for scope in [Scope::Planning, Scope::All] {
        assert_eq!(start(&unknown.activity, &scope), None);
    }
    assert_eq!(start(&dated.activity, &Scope::Planning), None);
    let nothing = super::event(&site(), &unknown.activity, None, Language::Zh);
    assert_eq!(nothing, None);
}

fn entry_of(life: &Life, address: &str, options: &str) -> Option<ical::Event> {
    let mut key: FeedKey = address.parse().unwrap();
    let mut faults = crate::domain::input::Faults::default();
    for (name, value) in url::form_urlencoded::parse(options.as_bytes()) {
        assert!(key.options.take(&name, &value, &mut faults));
    }
    faults.check(Some(())).unwrap();
    let form = Form::of(&key, &life.activity)?;
    entry(&site(), &life.activity, life.last().reason.as_ref(), &form)
}

#[test]
fn a_cancelled_activity_is_shown_as_asked() {
    let off = Life::announced(&json!({})).cancelled();
    let by_status = entry_of(&off, "zh/all.ics", "").unwrap();
    assert_eq!(by_status.status, ical::Status::Cancelled);
    let marked = entry_of(&off, "zh/all.ics", "cancelled=mark").unwrap();
    assert_eq!(
        (marked.status, marked.transparency),
        (ical::Status::Confirmed, ical::Transparency::Transparent)
    );
    assert_eq!(marked.summary.value, "【取消】中英生命健康跨境路演");
    assert_eq!(entry_of(&off, "zh/all.ics", "cancelled=drop"), None);
    let on = Life::announced(&json!({}));
    assert_eq!(
        entry_of(&on, "zh/all.ics", "cancelled=drop"),
        entry_of(&on, "zh/all.ics", "")
    );
}

#[test]
fn alarms_ring_for_what_takes_place_alone() {
    let on = Life::announced(&json!({}));
    assert_eq!(entry_of(&on, "zh/all.ics", "").unwrap().alarms, [0; 0]);
    let asked = "alarm=P1D,PT15M";
    assert_eq!(
        entry_of(&on, "zh/all.ics", asked).unwrap().alarms,
        [15, 1440]
    );
    let off = on.cancelled();
    assert_eq!(entry_of(&off, "zh/all.ics", asked).unwrap().alarms, [0; 0]);
}

#[test]
fn both_languages_stand_in_one_entry() {
    let off = Life::announced(&json!({})).cancelled();
    let both = entry_of(&off, "bi/all.ics", "").unwrap();
    assert_eq!(
        both.summary.value,
        "【取消】中英生命健康跨境路演 / [Cancelled] UK-China life and health roadshow"
    );
    assert_eq!(both.summary.language, feeds::Language::Zh);
    let [zh, en] = [Language::Zh, Language::En].map(|language| shown(&off, language));
    assert_eq!(
        both.description.value,
        format!("{}\n\n{}", zh.description.value, en.description.value)
    );
    assert_eq!(both.categories[0], "项目路演 / Roadshow");
    assert_eq!(both.uid, zh.uid);
    let untranslated = Life::announced(&json!({"title": {"zh": "沙龙", "en": null}})).cancelled();
    let both = entry_of(&untranslated, "bi/all.ics", "").unwrap();
    assert_eq!(both.summary.value, "【取消】沙龙");
}

#[test]
fn drafts_and_withdrawn_activities_are_in_no_calendar() {
    let draft = Life::drafted(&json!({}));
    let withdrawn = Life::announced(&json!({})).then(
        Action::Withdraw {
            reason: read(&json!({"code": "correction"})),
            replaced_by: None,
        },
        "2021-06-02T10:00:00+08:00",
    );
    for life in [draft, withdrawn] {
        assert_eq!(event(&site(), &life.activity, None, Language::Zh), None);
        assert_eq!(start(&life.activity, &Scope::All), None);
    }
}

#[test]
fn days_stay_days_and_lie_before_later_hours() {
    let life = Life::announced(
        &json!({"when": {"precision": "day", "starts_on": "2021-09-24", "ends_on": "2021-09-28"}}),
    );
    let day = |d| chrono::NaiveDate::from_ymd_opt(2021, 9, d).unwrap();
    assert_eq!(
        shown(&life, Language::Zh).slot,
        Slot::Days {
            starts_on: day(24),
            ends_on: day(28)
        }
    );
    assert_eq!(
        start(&life.activity, &Scope::All),
        Some(at("2021-09-24T00:00:00+08:00"))
    );
}

#[test]
fn each_mode_has_its_place_and_its_broadcast() {
    let of = |patch: Value| {
        let event = shown(&Life::announced(&patch), Language::Zh);
        (
            event.place.map(|place| place.address.value),
            event.conference.map(|conference| conference.uri),
        )
    };
    let place = Some("清华科技园, 海淀区, 北京".to_owned());
    let live = Some("https://live.example/1".to_owned());
    assert_eq!(of(json!({"mode": "mixed"})), (place.clone(), live.clone()));
    assert_eq!(of(json!({"mode": "offline"})), (place, None));
    assert_eq!(of(json!({"mode": "online"})), (None, live));
    assert_eq!(
        of(json!({"mode": "online", "live_url": null})),
        (Some("线上".to_owned()), None)
    );
    assert_eq!(
        of(json!({"mode": "offline", "venue": null, "districts": []})),
        (None, None)
    );
    assert_eq!(
        of(json!({"mode": "offline", "venue": null, "districts": ["chaoyang", "haidian"]}))
            .0
            .as_deref(),
        Some("朝阳区、海淀区, 北京")
    );
}

#[test]
fn without_a_translation_the_chinese_text_stands_and_says_so() {
    let life =
        Life::announced(&json!({"title": {"en": null}, "summary": {"en": null}})).postponed();
    let event = shown(&life, Language::En);
    assert_eq!(event.summary.value, "[Postponed] 中英生命健康跨境路演");
    assert_eq!(event.summary.language, feeds::Language::Zh);
    assert_eq!(event.description.language, feeds::Language::Zh);
    assert_eq!(
        shown(&Life::announced(&json!({})), Language::En)
            .description
            .language,
        feeds::Language::En
    );
}

#[test]
fn stamps_are_later_with_each_change_even_within_a_second() {
    let mut stamps = Vec::new();
    let mut life = Life::announced(&json!({}));
    stamps.push(shown(&life, Language::Zh).stamp);
    for day in 9..12 {
        let slot = when(json!({"precision": "day", "starts_on": format!("2021-07-{day:02}")}));
        life = life.then(
            Action::Reschedule {
                when: slot,
                reason: None,
            },
            "2021-06-01T10:00:00.5+08:00",
        );
        stamps.push(shown(&life, Language::Zh).stamp);
    }
    assert!(stamps.is_sorted_by(|a, b| a < b), "{stamps:?}");
}

#[test]
fn calendars_are_named_after_what_they_hold() {
    let life = Life::announced(&json!({}));
    let named = |path: &str| {
        let key: FeedKey = path.parse().unwrap();
        let subject = matches!(key.scope, Scope::Activity(_)).then_some(&life.activity);
        let title = Text {
            zh: "论坛会议".to_owned(),
            en: Some("Forums".to_owned()),
        };
        let title = match key.scope {
            Scope::Activity(_) => Some(&life.activity.content.title),
            Scope::Section(..) => Some(&title),
            _ => None,
        };
        let calendar = calendar(&site(), &key, subject, title, None);
        (calendar.name.value, calendar.source)
    };
    assert_eq!(
        named("zh/all.ics"),
        (
            "中关村论坛".to_owned(),
            "https://yueli.example/feeds/zh/all.ics".to_owned()
        )
    );
    assert_eq!(
        named("en/district/haidian.ics").0,
        "Zhongguancun Forum · Haidian District"
    );
    assert_eq!(named("zh/edition/2021.ics").0, "中关村论坛 · 2021");
    assert_eq!(
        named("zh/activity/act_01F9.ics").0,
        "中关村论坛 · 中英生命健康跨境路演"
    );
    assert_eq!(
        named("en/section/2021/forum.ics").0,
        "Zhongguancun Forum · Forums 2021"
    );
    assert_eq!(named("zh/highlights.ics").0, "中关村论坛 · 亮点");
    assert_eq!(named("bi/all.ics").0, "中关村论坛 / Zhongguancun Forum");
}
