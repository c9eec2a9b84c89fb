//! What the console says of editions.

use crate::publish::wording::{Phrase, phrases};

phrases! {
    EDITION_SAYS: "板块 {sections} 个 · 已公布活动 {activities} 项", "sections: {sections} · public activities: {activities}";
    THE_YEAR: "年度信息", "The year";
    PROMISE_FROM: "承诺起始月", "The promise begins in";
    PROMISE_FROM_HINT: "不填即为一月", "January where empty";
    SECTIONS_HINT: "网址名称会出现在订阅地址中，确定后请勿修改；有活动的板块不能删除。", "The name stands in feeds' addresses: keep it. A section with activities in it cannot be dropped.";
    SEE_PROMISE: "查看承诺完成情况", "See how the promise stands";
    ROLL_OVER: "新建下一年度", "Begin the next year";
    ROLL_OVER_ABOUT: "沿用板块、主办单位和各区联系人；主题不填则沿用本年度。本年度保持不变，订阅地址继续有效。", "Sections, hosts and offices' contacts are taken over; so is the theme where none is given. This year stays as it is, and all addresses go on.";
    ROLL_OVER_DO: "新建年度", "Begin it";
    OFFICE_CONTACTS: "各单位联系人", "Offices' contacts";
    OFFICE_CONTACTS_ABOUT: "仅供各单位内部查看，不会公开。", "Between the offices; never public.";
    NO_CONTACT: "未填写", "none given";
    SAID_ON: "更新于 {at}", "as of {at}";
}
