//! What pages say of subscribing.

use crate::publish::wording::{Phrase, phrases};

phrases! {
    SUBSCRIBE_TO: "订阅：{what}", "Subscribe: {what}";
    EVERYTHING: "全部活动", "everything";
    BAR_PARTLY: "订阅只按“{what}”选择；搜索词、日期和状态不包含在内。", "A subscription goes by “{what}” alone; words, days and states are not part of it.";
    WEBCAL: "日历应用", "Calendar app";
    GOOGLE: "Google 日历", "Google Calendar";
    OUTLOOK: "Outlook.com", "Outlook.com";
    OFFICE: "Microsoft 365", "Microsoft 365";
    CHOOSE: "自选订阅", "Choose what to subscribe to";
    BUILDER: "自选订阅", "Choose and subscribe";
    BUILDER_ABOUT: "勾选您关心的内容，得到一个长期有效的地址；新增、改期、延期和取消会自动到达。", "Tick what you care for and get a permanent address: new activities, new dates, postponements and cancellations arrive by themselves.";
    BUILDER_SHOW: "显示地址", "Show the address";
    BUILDER_COUNT: "现在符合的活动：{n} 项", "Activities that match now: {n}";
    NEXT_THREE: "接下来的三项", "The next three";
    NONE_NEXT: "目前没有即将举行的活动；订阅后，新公布的会自动出现。", "Nothing is coming up at present; what is announced later will appear by itself.";
    LANGUAGE: "语言", "Language";
    BOTH_LANGUAGES: "中文和英文", "Chinese and English";
    CHINESE: "中文", "Chinese";
    ENGLISH: "英文", "English";
    CANCELLED: "已取消的活动", "Cancelled activities";
    CANCELLED_STATUS: "按标准标为取消（Apple 会加删除线，Google 会隐藏）", "Marked as the standard says (Apple strikes them through, Google hides them)";
    CANCELLED_MARK: "在标题中标明【取消】（适合 Google）", "Marked in the title (for Google)";
    CANCELLED_DROP: "不显示", "Left out";
    ALARM: "提醒", "Alarm";
    ALARM_NONE: "不提醒", "None";
    ALARM_HOUR: "提前 1 小时", "One hour before";
    ALARM_DAY: "提前 1 天", "One day before";
    ALARM_BOTH: "提前 1 天和 1 小时", "A day and an hour before";
    YOUR_ADDRESS: "您的日历地址", "Your calendar address";
    COPY: "复制", "Copy";
    COPIED: "已复制", "Copied";
    QR: "用手机扫码，在日历应用中打开", "Scan with a phone to open it in a calendar app";
    NEWS: "通告（RSS、Atom、JSON Feed）", "Notices (RSS, Atom, JSON Feed)";
    ONLY_CHANGES: "仅变更：改期、地点、形式、延期、取消、恢复", "Changes only: date, venue, format, postponed, cancelled, back on";
    CLIENT: "应用", "App";
    HOW_SOON: "多久更新", "How soon it shows a change";
    HOW_CANCELLED: "取消如何显示", "How a cancellation looks";
    APPLE: "Apple 日历", "Apple Calendar";
    APPLE_SOON: "由您选择，最快 15 分钟", "as often as you choose, from 15 minutes";
    APPLE_CANCELLED: "删除线", "struck through";
    GOOGLE_SOON: "4–24 小时，无法加快", "4 to 24 hours, whatever we say";
    GOOGLE_CANCELLED: "隐藏，除非选择在标题中标明【取消】", "hidden, unless marked in the title";
    GOOGLE_MARKS: "Google 会隐藏已取消的活动，所以上面的 Google 按钮改为在标题中标明【取消】。", "Google hides cancelled activities, so the Google button has them marked in the title instead.";
    OUTLOOK_NAME: "Outlook", "Outlook";
    OUTLOOK_SOON: "几小时到一天；新版 Windows 应用不支持 webcal，请用 https 地址", "hours to a day; the new Windows app does not take webcal, use the https address";
    OUTLOOK_CANCELLED: "标题前加“已取消”", "“Canceled” before the title";
    THUNDERBIRD: "Thunderbird、Nextcloud、DAVx5", "Thunderbird, Nextcloud, DAVx5";
    THUNDERBIRD_SOON: "每小时左右", "about every hour";
    THUNDERBIRD_CANCELLED: "标为取消", "marked as cancelled";
    WECHAT: "微信", "WeChat";
    WECHAT_SOON: "请用右上角“在浏览器打开”，或扫码", "choose “Open in browser” from its menu, or scan the code";
    IN_WECHAT: "您正在微信中浏览：请先用右上角菜单“在浏览器打开”，再添加到日历；也可以用手机相机扫码。", "You are inside WeChat: choose “Open in browser” from its menu first, then add the calendar; or scan the code with a camera.";
    IN_WECHAT_ONE: "您正在微信中浏览：请先用右上角菜单“在浏览器打开”，再下载到日历。", "You are inside WeChat: choose “Open in browser” from its menu first, then add it to your calendar.";
    SHOW_QR: "二维码", "QR code";
    ONE_OR_ALL: "单项活动请在活动页下载；整个日历请订阅。", "For one activity download it on its page; for a calendar subscribe.";

    // A saved subscription.
    SAVE: "保存为可随时修改的订阅", "Save as an editable subscription";
    SAVE_ABOUT: "一次参展，全年服务：得到一个固定地址，以后可以修改选择而不用换地址，也可以随时停用。无需注册，不留个人信息。", "One address for the year: change later what it selects without changing the address, or end it. No account, nothing personal is kept.";
    SAVED: "我的订阅", "My subscription";
    SAVED_ABOUT: "请收藏本页：只有知道本页地址的人才能修改。日历地址可以放心交给任何应用。", "Keep this page's address: whoever knows it can change the subscription. The calendar's address may be given to any app.";
    SAVED_NOW: "它现在包含", "What it holds now";
    SAVED_CHANGE: "保存修改", "Save the change";
    SAVED_CHANGED: "修改已保存，地址不变。应用下次更新时会看到。", "Saved; the address stays. Apps see it at their next refresh.";
    SAVED_END: "停用这个订阅", "End this subscription";
    SAVED_END_WHY: "停用后地址不再有效，不能恢复。", "The address stops working permanently.";
    SAVED_ENDED: "订阅已停用", "The subscription has ended";
    SAVED_ENDED_WHY: "地址不再提供任何内容。请在您的应用中删除它。", "The address no longer works. Please remove it from your app.";
    SAVED_FULL: "暂时无法保存更多订阅，请直接使用上面的地址。", "No more subscriptions can be kept at present. The address above works without it.";
    SAVED_PAGE: "本页地址（请勿转发）", "This page's address (keep it to yourself)";
    SAVED_GOOGLE: "用于 Google 日历时，请在下面选“在标题中标明【取消】”。", "For Google Calendar choose “Marked in the title” below.";
    SAVED_SOON: "七天内没有应用读取的订阅会自动清除。", "A subscription that no app fetches within seven days is removed.";
}
