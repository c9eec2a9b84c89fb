//! What the console says of who fetched which feed.

use crate::publish::wording::{Phrase, phrases};

phrases! {
    FEEDS_ABOUT: "按应用种类统计各订阅源的读取情况，不记录地址、设备和个人。Google、Outlook.com 等服务代所有订阅者读取，只算一种。", "How feeds are fetched, by kind of app; no addresses, devices or people are kept. Google, Outlook.com and other services fetch once for all who subscribed there.";
    NOT_YET: "谁还没有读到某次变更", "Who has not fetched a change yet";
    NOT_YET_ABOUT: "近14天读取过、且受此变更影响的订阅源。同一种应用只要有一个读到新内容，即视为已读。", "Of the feeds that it concerns and that were fetched in the last 14 days. A kind of app has it as soon as one of that kind fetched it.";
    WHICH_CHANGE: "变更", "Change";
    HAVE_IT: "受影响的读取方 {all} 个，其中已读到 {n} 个。", "Followers that it concerns: {all}; of these have it: {n}.";
    ALL_HAVE_IT: "近14天的读取方都已读到。", "All who fetched such feeds in the last 14 days have it.";
    NOBODY_FOLLOWS: "近14天没有人读取受此变更影响的订阅源。", "Nobody fetched a feed that it concerns in the last 14 days.";
    NO_CHANGES: "还没有变更。", "Nothing was published yet.";
    BY_CLIENT: "按应用种类（近30天）", "By kind of app, in 30 days";
    BY_FEED: "按订阅源（近30天，最近读取的在前）", "By feed, in 30 days, the last fetched first";
    CLIENT: "应用", "App";
    FEED: "订阅源", "Feed";
    FEED_COUNT: "订阅源数", "Feeds";
    REQUESTS: "读取次数", "Fetched";
    LAST_SEEN: "最近读取", "Last time";
    NOTHING_FETCHED: "近30天没有人读取订阅源。", "No feed was fetched in the last 30 days.";
    SAVED_FEEDS: "个人保存的订阅（合计）", "subscriptions that people keep, all together";
    REST_OF_FEEDS: "其余订阅源（合计）", "other feeds, all together";
    NOT_A_CHANGE: "没有编号为 {given} 的变更", "there is no change {given}";
    CALENDAR_CLIENTS: "近14天有 {n} 种应用读取过相关日历", "kinds of apps that fetched such calendars in the last 14 days: {n}";
    NEWS_CLIENTS: "近14天有 {n} 种应用读取过相关资讯", "kinds of apps that fetched such news in the last 14 days: {n}";
}
