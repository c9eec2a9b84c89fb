//! What the pages say by which people find activities: calendar, agenda, districts, series.

use crate::publish::wording::{Phrase, phrases};

phrases! {
    // Calendar.
    CALENDAR_OF_YEAR: "{year}年活动日历", "{year} calendar";
    CALENDAR_OF_MONTH: "{month}活动日历", "{month} calendar";
    YEAR_ABOUT: "中关村论坛{year}年每月的活动。", "What happens in each month of {year}.";
    YEARS: "其他年份", "Other years";
    MONTHS: "其他月份", "Other months";
    MONTH_TABLE: "{month}，按星期排列", "{month}, by week";
    MONTH_AGENDA: "{month}的活动", "Activities in {month}";
    LIST_OF: "{what}：{names}", "{what}: {names}";
    MONTH_EMPTY: "这个月没有已公布的活动。", "Nothing is announced for this month.";
    DAY_TO_COME: "本月，具体日期待定", "This month, day to be announced";
    MOVED_TO: "改期至", "moved to";
    MORE: "另有 {n} 项", "{n} more";
    WEEK_STARTS: "星期一 星期二 星期三 星期四 星期五 星期六 星期日", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday";
    PRINT_POSTER: "打印本页即可得到月历海报（A4 或 A3，横向）。", "Print this page for a poster of the month (A4 or A3, landscape).";
    GRID_KEYS: "键盘：方向键在活动之间移动，Home 和 End 到本周的首尾。", "Keyboard: arrow keys move between activities, Home and End to the first and last of the week.";

    // Agenda and search.
    AGENDA: "活动", "Activities";
    AGENDA_ABOUT: "按区、类型、人群、系列、日期和状态查找全部活动。地址栏就是您的选择，可以收藏和分享。", "Find activities by district, kind, audience, series, date and state. The address is your selection: keep it or share it.";
    SEARCH: "搜索", "Search";
    SEARCH_FOR: "“{q}”的搜索结果", "Results for “{q}”";
    SEARCH_WORDS: "关键词", "Words";
    SEARCH_HINT: "海淀路演", "Haidian roadshow";
    FILTER: "筛选", "Filter";
    APPLY: "应用筛选", "Apply";
    CLEAR: "清除筛选", "Clear all";
    FOUND: "找到 {n} 项活动", "{n} activities found";
    FOUND_ONE: "找到 1 项活动", "1 activity found";
    FOUND_NONE: "没有符合条件的活动。", "No activities match.";
    IGNORED: "已忽略无法识别的条件：{what}", "Not recognised and ignored: {what}";
    FROM: "从", "From";
    TO: "到", "To";
    STATUS: "状态", "State";
    KIND: "类型", "Kind";
    DISTRICTS: "各区", "Districts";
    DISTRICT_FIELD: "区", "District";
    AUDIENCE: "面向人群", "For";
    MODE: "形式", "Format";
    STRAND: "主会期或常态化", "Strand";
    YEAR: "年度", "Edition";
    ONLY_HIGHLIGHTS: "仅亮点", "Highlights only";
    ALL_BUT_HIGHLIGHTS: "不含亮点", "Other than highlights";
    ANY: "不限", "Any";
    COMING: "即将举行", "Coming up";
    PAST: "往期", "Past";
    EARLIER: "上一页", "Previous page";
    LATER: "下一页", "Next page";
    PAGES: "分页", "Pages";
    PAGE_N: "第 {n} 页，共 {of} 页", "Page {n} of {of}";
    NOTICE_KIND: "通告类型", "Kind of notice";

    // Parts of the programme.
    OF_SECTION: "{year}年板块", "Section of {year}";
    OF_SERIES: "系列", "Series";
    OF_VENUE: "场地", "Venue";
    ALL_SERIES: "系列", "Series";
    ALL_KINDS: "活动类型", "Kinds of activity";
    ALL_AUDIENCES: "面向人群", "Audiences";
    ALL_VENUES: "场地", "Venues";
    ALL_DISTRICTS_ABOUT: "走进北京16区：每个区的活动和日历。", "In all 16 districts: each one's activities and calendar.";
    COUNT: "{n} 项活动", "{n} activities";
    COUNT_ONE: "1 项活动", "1 activity";
    COUNT_NONE: "还没有活动", "no activity yet";
    SEE_ALL: "查看全部 {n} 项", "See all {n}";
    VENUE_IN: "在{district}", "in {district}";
    VENUE_NOTE: "日历不能按场地订阅；以下是所在区的日历。", "Calendars cannot be chosen by venue; below is the one of its district.";

    // Editions and prose.
    EDITIONS: "历年", "Editions";
    EDITIONS_ABOUT: "每一届的主题、主会期、板块和活动。", "Each edition's theme, main session, sections and activities.";
    THEME: "主题", "Theme";
    PERMANENT_THEME: "永久主题", "Permanent theme";
    MAIN_SESSION: "主会期", "Main session";
    SECTIONS: "板块", "Sections";
    HOSTS: "主办单位", "Hosts";
    ABOUT: "关于", "About";
    DEVELOPERS: "开发者", "Developers";
    ACCESSIBILITY: "无障碍声明", "Accessibility";
    MORE_PAGES: "更多", "More";
    PROMISE_NAV: "承诺", "Promise";
    ALL_ACTIVITIES: "查找全部活动", "Find all activities";
    CALENDAR_NAV: "日历", "Calendar";
    SEE_YEAR: "全年日历", "The year's calendar";
    OWN_TIMES: "以上时刻已换算为您的时区；标题和正文中的时间仍为北京时间（UTC+8）。", "Hours are shown in your own time zone; times within texts are Beijing time (UTC+8).";
    OWN_TIME: "显示我的时区", "Show my own time";
    BEIJING_TIME: "显示北京时间", "Show Beijing time";
}
