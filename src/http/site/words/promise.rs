//! What pages say of the promise.

use crate::{
    domain::promise::Standing,
    publish::wording::{Phrase, phrases},
};

phrases! {
    PROMISE_OF: "{year}年的承诺", "The promise of {year}";
    PROMISE_ABOUT: "月月有活动，季季有亮点，走进北京16区。以下由已公布的活动计算得出，不由任何人填写；“已兑现”只算有人确认已举办的活动。", "An activity every month, a highlight every quarter, in all 16 districts of Beijing. What follows is computed from announced activities, never entered by hand; only activities confirmed as held count as kept.";
    MONTHS_PROMISE: "月月有活动", "Activities every month";
    QUARTERS_PROMISE: "季季有亮点", "A highlight every quarter";
    DISTRICTS_PROMISE: "走进北京16区", "In all 16 districts";
    OF_MONTHS: "{total} 个月中已兑现 {kept} 个", "{kept} of {total} months kept";
    OF_QUARTERS: "{total} 个季度中已兑现 {kept} 个", "{kept} of {total} quarters kept";
    OF_DISTRICTS: "{total} 个区中已走进 {kept} 个", "{kept} of {total} districts visited";
    COUNTED: "{state} {count}", "{state} {count}";
    LACKS_MONTHS: "没有活动的月份：{names}", "Months without an activity: {names}";
    LACKS_QUARTERS: "没有亮点的季度：{names}", "Quarters without a highlight: {names}";
    LACKS_DISTRICTS: "没有走进的区：{names}", "Districts not visited: {names}";
    QUARTER: "第{n}季度", "Q{n}";
    HELD_COUNT: "已举办 {n}", "{n} held";
    PLANNED_COUNT: "已安排 {n}", "{n} planned";
    UNCONFIRMED_COUNT: "待确认 {n}", "{n} unconfirmed";
    NONE_COUNT: "无活动", "none";
    NO_HIGHLIGHT: "尚无亮点", "no highlight yet";
    TILE_MAP: "北京16区（示意）", "Beijing's 16 districts (schematic)";
    TILE_MAP_NOTE: "方格位置为示意，不是地图。", "The squares are a schematic, not a map.";
    MATRIX: "每区每月的活动数", "Activities by district and month";
    MATRIX_NOTE: "数字是活动数：已举办＋已安排＋待确认。没有人承诺每区每月都有活动，所以空格不表示缺失；一区到年底仍全年空白，才是没有兑现。", "Numbers are activities: held + planned + unconfirmed. Nobody promised every district every month, so an empty cell means nothing; a district's row that is empty at the end of the year is a promise not kept.";
    ELSEWHERE: "线上、外地或未定", "Online, elsewhere or open";
    WHOLE_YEAR: "全年", "Year";
    STATE: "状态", "State";
    STATED: "来源所述与本站记录", "What sources state and what is recorded here";
    STATED_HELD: "截至{day}已举办场次：来源称 {stated}，本站记录 {recorded}。", "Held by {day}: a source states {stated}, recorded here {recorded}.";
    STATED_OTHER: "{what}（{day}）：来源称 {stated}，本站无对应统计。", "{what} ({day}): a source states {stated}; nothing here counts the same.";
    AS_CSV: "下载 CSV", "Download CSV";
    AS_JSON: "JSON", "JSON";
    SEE_PROMISE: "承诺明细", "The promise in detail";
    DISTRICT: "区", "District";
    OUT_OF_SCOPE_NOTE: "{year}年的承诺从{month}开始。", "The promise of {year} begins in {month}.";

    KEPT: "已兑现", "kept";
    PLANNED: "已安排", "planned";
    UNCONFIRMED: "待确认", "unconfirmed";
    AT_RISK: "有风险", "at risk";
    BROKEN: "未兑现", "broken";
    OUT_OF_SCOPE: "不在承诺范围内", "out of scope";
}

/// A state in a word.
pub(crate) const fn standing(standing: Standing) -> Phrase {
    match standing {
        Standing::Kept => KEPT,
        Standing::Planned => PLANNED,
        Standing::Unconfirmed => UNCONFIRMED,
        Standing::AtRisk => AT_RISK,
        Standing::Broken => BROKEN,
        Standing::OutOfScope => OUT_OF_SCOPE,
    }
}
