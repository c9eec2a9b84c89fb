use serde_json::json;

use super::super::fixture::{Life, at, read, reason, site, when};
use super::*;
use crate::domain::action::{Action, Telling};
use crate::domain::notice::Digest;
use entity::vocab::Mode;

fn told(life: &Life, language: Language) -> Entry {
    let earlier = life.notices.iter().rev().nth(1).map(|notice| &notice.id);
    entry(&site(), life.last(), earlier, language)
}

fn titles(life: &Life) -> [String; 2] {
    [Language::Zh, Language::En].map(|language| told(life, language).title)
}

fn announced() -> Life {
    Life::announced(&json!({}))
}

#[test]
fn titles_say_it_all_in_both_languages() {
    let venue = |name: &str| Some(read(&json!({"name": {"zh": name}})));
    let relocate = |venue, districts| Action::Relocate {
        venue,
        districts,
        reason: None,
    };
    let format = |mode| Action::ChangeFormat {
        mode,
        live_url: None,
        reason: None,
    };
    let june = "2021-06-11T10:00:00+08:00";
    for (life, zh, en) in [
        (
            announced(),
            "[新增] 中英生命健康跨境路演 · 7月8日 周四 14:00 · 海淀",
            "[New] UK-China life and health roadshow · Thu 8 Jul 14:00 · Haidian",
        ),
        (
            announced().rescheduled(),
            "[改期] 中英生命健康跨境路演:7月8日 → 7月15日",
            "[Rescheduled] UK-China life and health roadshow: 8 Jul → 15 Jul",
        ),
        (
            announced().postponed(),
            "[延期待定] 中英生命健康跨境路演(原定7月8日)",
            "[Postponed, date to come] UK-China life and health roadshow (was 8 Jul)",
        ),
        (
            announced().cancelled(),
            "[取消] 中英生命健康跨境路演(原定7月8日)",
            "[Cancelled] UK-China life and health roadshow (was 8 Jul)",
        ),
        (
            announced().postponed().cancelled(),
            "[取消] 中英生命健康跨境路演(原定7月8日)",
            "[Cancelled] UK-China life and health roadshow (was 8 Jul)",
        ),
        (
            announced().cancelled().then(
                Action::Reinstate { when: None },
                "2021-06-26T10:00:00+08:00",
            ),
            "[恢复] 中英生命健康跨境路演 · 7月8日 周四 14:00 · 海淀",
            "[Back on] UK-China life and health roadshow · Thu 8 Jul 14:00 · Haidian",
        ),
        (
            announced().then(
                relocate(
                    venue("国家会议中心"),
                    Some(vec![entity::vocab::District::Chaoyang]),
                ),
                june,
            ),
            "[地点变更] 中英生命健康跨境路演:清华科技园 → 国家会议中心",
            "[Venue] UK-China life and health roadshow: Tsinghua Science Park → 国家会议中心",
        ),
        (
            announced().then(
                relocate(None, Some(vec![entity::vocab::District::Chaoyang])),
                june,
            ),
            "[地点变更] 中英生命健康跨境路演:清华科技园，海淀区，北京 → 清华科技园，朝阳区，北京",
            "[Venue] UK-China life and health roadshow: Tsinghua Science Park, Haidian District, Beijing → \
             Tsinghua Science Park, Chaoyang District, Beijing",
        ),
        (
            announced().then(format(Mode::Online), june),
            "[转线上] 中英生命健康跨境路演 · 7月8日 周四 14:00 · 线上",
            "[Now online] UK-China life and health roadshow · Thu 8 Jul 14:00 · Online",
        ),
        (
            announced().then(
                Action::Hold {
                    figures: None,
                    outcomes: None,
                    stated_on: None,
                },
                "2021-07-09T10:00:00+08:00",
            ),
            "[回顾] 中英生命健康跨境路演 · 7月8日",
            "[Held] UK-China life and health roadshow · 8 Jul",
        ),
    ] {
        assert_eq!(titles(&life), [zh, en]);
    }
}

#[test]
fn an_update_names_what_was_updated() {
    let life = announced();
    let mut content = life.activity.content.clone();
    content.registration_url = Some("https://register.example/1".parse().unwrap());
    let life = life.then(
        Action::Update {
            content: Box::new(content),
            telling: Telling::Aloud,
        },
        "2021-06-02T10:00:00+08:00",
    );
    assert_eq!(
        titles(&life),
        [
            "[更新] 中英生命健康跨境路演 · 报名地址",
            "[Updated] UK-China life and health roadshow · registration"
        ]
    );
    assert!(
        told(&life, Language::En)
            .html
            .contains("<a href=\"https://register.example/1\">Register</a>")
    );
}

#[test]
fn a_date_that_becomes_known_is_told_from_unknown() {
    let life = Life::announced(&json!({"when": {"precision": "unknown"}}));
    assert_eq!(titles(&life)[0], "[新增] 中英生命健康跨境路演 · 海淀");
    assert_eq!(
        titles(&life.rescheduled())[1],
        "[Rescheduled] UK-China life and health roadshow: date to come → 15 Jul"
    );
}

#[test]
fn a_date_in_another_year_than_the_notice_carries_its_year() {
    let life = Life::announced(&json!({"when": {"precision": "day", "starts_on": "2022-01-05"}}));
    assert_eq!(
        titles(&life)[0],
        "[新增] 中英生命健康跨境路演 · 2022年1月5日 周三 · 海淀"
    );
}

#[test]
fn an_entry_is_dated_by_its_notice_and_threaded_to_the_one_before() {
    let entry = told(&announced().rescheduled(), Language::Zh);
    assert_eq!(entry.id, "tag:yueli.example,2021:ntc_2/zh");
    assert_eq!(
        entry.replaces.as_deref(),
        Some("tag:yueli.example,2021:ntc_1/zh")
    );
    assert_eq!(entry.link, "https://yueli.example/zh/notices/ntc_2");
    assert_eq!(entry.published_at, at("2021-06-10T02:00:00Z"));
    assert_eq!((entry.revision, entry.position), (Some(2), 2));
    assert_eq!(
        entry.activity_url.as_deref(),
        Some("https://yueli.example/zh/e/act_01F9-uk-china")
    );
    assert_eq!(
        entry.calendar_url.as_deref(),
        Some("https://yueli.example/feeds/zh/activity/act_01F9.ics")
    );
    assert_eq!(entry.creator.as_deref(), Some("海淀区"));
    let words: Vec<_> = entry
        .categories
        .iter()
        .map(|it| (it.domain.rsplit('/').next().unwrap(), it.term.as_str()))
        .collect();
    assert_eq!(
        words,
        [
            ("notice", "rescheduled"),
            ("district", "haidian"),
            ("kind", "roadshow")
        ]
    );
}

#[test]
fn the_old_date_is_struck_out_and_the_reason_told() {
    let entry = told(&announced().rescheduled(), Language::Zh);
    assert_eq!(
        entry.summary,
        "时间：7月8日 周四 14:00—17:00 → 7月15日 周四 09:00—12:00\n地点：清华科技园，海淀区，北京\n原因：场馆检修。"
    );
    assert!(entry.html.starts_with(
        "<p>时间：<del>7月8日 周四 14:00—17:00</del> → 7月15日 周四 09:00—12:00</p>\
         <p>地点：清华科技园，海淀区，北京</p><p>原因：场馆检修。</p>"
    ));
    for (life, first) in [
        (announced().postponed(), "延期，新日期待定。"),
        (announced().cancelled(), "已取消，原因：政策原因。"),
    ] {
        let entry = told(&life, Language::Zh);
        assert!(
            entry
                .html
                .contains("<p>原定：<del>7月8日 周四 14:00—17:00</del></p>")
        );
        assert_eq!(entry.summary.lines().next(), Some(first));
        assert!(entry.summary.contains("\n原定：7月8日 周四 14:00—17:00"));
    }
}

#[test]
fn a_postponed_activity_has_no_time_and_others_have() {
    assert_eq!(told(&announced().postponed(), Language::Zh).event, None);
    assert!(told(&announced(), Language::Zh).event.is_some());
    assert!(told(&announced(), Language::Zh).point.is_some());
}

#[test]
fn markup_in_a_text_stays_text() {
    let life = Life::announced(&json!({
        "title": {"zh": "<script>alert(1)</script>{old}"},
        "summary": {"zh": "a & b <img src=x>"},
        "organizers": [{"role": "host", "name": {"zh": "\"><b>"}}],
    }))
    .then(
        Action::Reschedule {
            when: when(json!({"precision": "day", "starts_on": "2021-07-20"})),
            reason: reason("other", "<i>{place}</i>"),
        },
        "2021-06-10T10:00:00+08:00",
    );
    let entry = told(&life, Language::Zh);
    assert_eq!(
        entry.title,
        "[改期] <script>alert(1)</script>{old}:7月8日 → 7月20日"
    );
    for tag in ["<script", "<img", "<b>", "<i>"] {
        assert!(!entry.html.contains(tag), "{tag} in {}", entry.html);
    }
    assert!(entry.html.contains("&lt;i&gt;{place}&lt;/i&gt;"));
}

#[test]
fn a_withdrawal_tells_nothing_of_what_was_withdrawn() {
    let life = announced().then(
        Action::Withdraw {
            reason: read(&json!({"code": "correction", "zh": "误发:张三"})),
            replaced_by: None,
        },
        "2021-06-02T10:00:00+08:00",
    );
    let entry = told(&life, Language::Zh);
    assert_eq!(entry.title, "[撤回] 一项活动的通告已撤回");
    for secret in ["中英", "张三", "清华", "live.example", "十二个"] {
        assert!(
            !format!("{entry:?}").contains(secret),
            "{secret} in {entry:?}"
        );
    }
    assert_eq!(
        (entry.event, entry.point, entry.calendar_url),
        (None, None, None)
    );
}

#[test]
fn a_digest_lists_its_month_by_district_with_highlights_first() {
    let life = announced();
    let activity = life.activity.clone();
    let mut highlight = activity.clone();
    highlight.content.highlight = true;
    highlight.content.districts.clear();
    let mut notice = life.last().clone();
    notice.kind = NoticeKind::Digest;
    (notice.activity, notice.activity_id, notice.revision) = (None, None, None);
    notice.digest = Some(Digest {
        month: "2021-07".parse().unwrap(),
        activities: vec![activity, highlight],
    });
    let entry = entry(&site(), &notice, None, Language::Zh);
    assert_eq!(entry.title, "[月报] 2021年7月活动 2 项");
    let headings: Vec<&str> = entry
        .html
        .split("<h3>")
        .skip(1)
        .map(|part| part.split("</h3>").next().unwrap())
        .collect();
    assert_eq!(headings, ["亮点", "海淀区", "全市及线上"]);
    assert_eq!((entry.revision, entry.activity_url), (None, None));
}

#[test]
fn reminders_and_quiet_corrections_are_not_news() {
    let untold: Vec<_> = NoticeKind::ALL
        .iter()
        .filter(|kind| !is_told(**kind))
        .collect();
    assert_eq!(untold, [&NoticeKind::Corrected, &NoticeKind::Reminder]);
}

#[test]
fn a_channel_names_its_translation_and_its_newest_notice() {
    let newest = Some(at("2021-06-10T02:00:00Z"));
    let channel = channel(
        &site(),
        &"en/district/haidian.rss".parse().unwrap(),
        None,
        None,
        &Archived {
            newest,
            before: Some("2021-06".parse().unwrap()),
        },
    );
    assert_eq!(
        channel.title,
        "Zhongguancun Forum · Haidian District · Notices"
    );
    assert_eq!(
        channel.self_url,
        "https://yueli.example/feeds/en/district/haidian.rss"
    );
    assert_eq!(
        channel.translations,
        [(
            feeds::Language::Zh,
            "https://yueli.example/feeds/zh/district/haidian.rss".to_owned()
        )]
    );
    assert_eq!(channel.last_build_at, newest);
    let archive = "https://yueli.example/feeds/en/district/haidian/archive/2021-06.rss";
    let prev_archive = Some(archive.to_owned());
    assert_eq!(channel.part, Part::Newest { prev_archive });
}

#[test]
fn an_archive_names_its_neighbours_and_the_newest() {
    let key = "zh/archive/2021-12.atom".parse().unwrap();
    let of = Archived {
        newest: None,
        before: None,
    };
    let channel = channel(&site(), &key, None, None, &of);
    assert_eq!(channel.title, "中关村论坛 · 通告 · 2021年12月");
    assert_eq!(channel.id, "tag:yueli.example,2021:feeds/zh/all.atom");
    assert_eq!(channel.begun_at, at("2021-11-30T16:00:00Z"));
    assert_eq!(
        channel.part,
        Part::Archive {
            current: "https://yueli.example/feeds/zh/all.atom".to_owned(),
            prev_archive: None,
            next_archive: "https://yueli.example/feeds/zh/archive/2022-01.atom".to_owned(),
        }
    );
}
