//! What the domain says of an input, and the same in Chinese.
//!
//! A `{}` stands for a value, which may be empty; `{0}` is the first of them. Invariant: of two entries that a sentence
//! may fit, the closer one stands first.

/// Sentences in English and in Chinese.
pub(super) const SAID: &[(&str, &str)] = &[
    // What is missing, or is no value.
    (
        "latitude and longitude belong together; one of them is missing",
        "经度和纬度必须同时填写",
    ),
    ("{}is missing; announcing needs it", "必填（发布需要）"),
    ("{}is missing", "必填"),
    ("{}must not be null", "必填"),
    ("choose one", "请选择"),
    ("{}is empty", "不能为空"),
    ("{}is taken", "{0} 已被使用"),
    ("{}stands there twice", "{0} 重复"),
    ("{}is not a number", "{0} 不是数字"),
    ("{}is not a whole number", "{0} 不是整数"),
    ("{}is not a string", "{0} 不是文本"),
    ("{}is not a list", "{0} 不是列表"),
    ("{}is not an object", "{0} 的格式不正确"),
    ("{}is not true or false", "{0} 只能是“是”或“否”"),
    ("{}is below zero", "不能小于零"),
    ("{}lies outside −{} to {}", "应在 −{1} 至 {2} 之间"),
    (
        "{}characters; at most {} are allowed",
        "内容过长，最多 {1} 个字符",
    ),
    ("{}entries; at most {} are allowed", "最多 {1} 项"),
    (
        "{}has over 2,000 characters once it is encoded",
        "地址编码后超过 2000 个字符",
    ),
    ("{}has over 2,000 characters", "超过 2000 个字符"),
    ("{}has over {} values", "最多 {1} 个值"),
    (
        "and more faults; these are the first",
        "还有其他问题，以上只是其中一部分",
    ),
    // Dates.
    (
        "choose how exactly the date is known",
        "请选择日期精确到哪一级",
    ),
    (
        "{}is not a precision; expected {}",
        "请选择日期精确到哪一级",
    ),
    (
        "{}is not an instant of the form {}",
        "{0} 不是有效的日期和时间",
    ),
    (
        "{}is not a day of the form {}",
        "{0} 不是日期，格式应为 {1}",
    ),
    ("{}is not a day", "{0} 不是日期"),
    (
        "{}is not a month of the form {}",
        "{0} 不是月份，格式应为 {1}",
    ),
    (
        "{}is a leap second, which calendars do not know",
        "{0} 是闰秒，不能填写",
    ),
    (
        "{}lies outside the years 1900 to 2199",
        "{0} 不在 1900 至 2199 年之间",
    ),
    (
        "{}is not a year from 1900 to 2199",
        "{0} 不是 1900 至 2199 年之间的年份",
    ),
    ("{}is not an edition's year", "{0} 不是年份"),
    ("{}does not lie in {}", "{0} 不在 {1} 年内"),
    ("{}is before the first day, {}", "{0} 早于开始日期 {1}"),
    ("{}is before the first day", "{0} 早于开始的那一天"),
    ("{}is not after the start, {}", "结束时间必须晚于开始时间"),
    ("{}is not after position {}", "{0} 不在位置 {1} 之后"),
    ("{}is past", "{0} 已经过去"),
    ("{}is neither now nor later", "{0} 不是可选项"),
    (
        "{}stands there, but it is to be published now",
        "已填写，但选择的是立即发布；请选“定时发布”或清空",
    ),
    ("{}is not the programme's time zone, {}", "时区只能是 {1}"),
    // Activities.
    ("say what is to be mended", "请写明需要修改的内容"),
    ("venue or districts is needed", "请填写地点或区"),
    ("a slug stays for ever", "网址名称不能修改"),
    (
        "{}is not a slug: {}",
        "{0} 不可用：只能用小写字母、数字和连字符，1 至 80 个字符",
    ),
    (
        "{}: the year_round strand lies outside the sections",
        "常态化系列活动不属于任何板块，请清空“板块”",
    ),
    (
        "{}is not a region of two capital letters (ISO 3166-1)",
        "{0} 不是两位大写字母的国家或地区代码（如 GB）",
    ),
    (
        "{}is set by actions, not by a request",
        "不能直接填写，由相应的操作决定",
    ),
    (
        "{}is not an id of the form {}",
        "{0} 不是有效的编号，格式应为 {1}",
    ),
    ("{}is not an action", "{0} 不是可用的操作"),
    (
        "there is no public activity {}",
        "没有编号为 {0} 的已公布活动",
    ),
    ("there is no activity {}", "没有编号为 {0} 的活动"),
    (
        "{}lies below this activity itself",
        "{0} 属于本活动，不能反过来作为所属活动",
    ),
    ("{}lies over {} generations deep", "{0} 的层级已超过 {1} 层"),
    (
        "{}is not public; announce it first",
        "{0} 尚未公布，请先发布",
    ),
    (
        "{}is public and is never deleted: cancel it instead",
        "已公布的活动不能删除，请改用“取消活动”",
    ),
    (
        "{}cannot be deleted: other activities belong to it",
        "还有活动属于它，不能删除",
    ),
    ("{} on {} gave no notice", "操作没有产生通告，未执行"),
    // Editions and series.
    ("the edition {} has no section {}", "{0} 年度没有板块 {1}"),
    ("no edition has a section {}", "没有板块 {0}"),
    ("there is no edition {}", "没有 {0} 年度"),
    ("there is no series {}", "没有系列 {0}"),
    ("there is an edition {} already", "{0} 年度已经存在"),
    ("there is a series {} already", "系列 {0} 已经存在"),
    (
        "the edition {} cannot be deleted: {} activities belong to it",
        "{0} 年度还有 {1} 个活动，不能删除",
    ),
    (
        "the series {} cannot be deleted: {} activities belong to it",
        "系列 {0} 还有 {1} 个活动，不能删除",
    ),
    (
        "{}cannot be dropped: activities stand in it",
        "板块 {0} 中还有活动，不能删除",
    ),
    (
        "stays {} for ever; {} would be another one",
        "不能修改，只能是 {0}",
    ),
    ("a merge patch is an object", "提交的内容格式不正确"),
    // People.
    ("{}is not an e-mail address", "{0} 不是电子邮箱地址"),
    (
        "{}is not a login: 1 to 64 of letters, digits, dot, hyphen, underscore and @",
        "{0} 不能作为用户名：1 至 64 个字母、数字、点、连字符、下划线或 @",
    ),
    ("{}is not a role; expected {}", "{0} 不是角色，请重新选择"),
    ("is not your present password", "当前密码不正确"),
    (
        "was wrong too often: try again in a minute",
        "输错次数过多，请一分钟后再试",
    ),
    (
        "a password has 10 characters at least",
        "密码至少 10 个字符",
    ),
    ("a password has 512 bytes at most", "密码过长"),
    (
        "the contact of {} was changed in between",
        "他人刚刚修改了这个联系人：上面是最新内容，您填写的在下面",
    ),
    (
        "the password was changed in between",
        "密码刚刚已被修改，请重新登录后再试",
    ),
    ("is not a code of this secret", "验证码不正确"),
    ("a second factor is in use already", "两步验证已经启用"),
    (
        "{}is the only admin: make another one first",
        "{0} 是唯一的管理员，请先设置另一位管理员",
    ),
    (
        "{}is nothing that can be changed of a person",
        "{0} 不是可以修改的内容",
    ),
    (
        "a token's name has 1 to 100 characters",
        "名称须为 1 至 100 个字符",
    ),
    (
        "a filter's name has 1 to 60 characters",
        "名称须为 1 至 60 个字符",
    ),
    ("is too long to be kept", "筛选条件过长，无法保存"),
    (
        "{} filters are the most that one person may keep; delete one first",
        "最多保存 {0} 个筛选，请先删除不用的",
    ),
    ("the subscription has ended", "订阅已停用"),
    (
        "{} subscriptions are kept, and no more are taken",
        "保存的订阅已达上限",
    ),
    // Addresses.
    (
        "{}is not an address: relative URL without a base",
        "{0} 不是完整的网址，应以 https:// 开头",
    ),
    ("{}is not an address: empty host", "{0} 缺少主机名"),
    (
        "{}is not an address: invalid port number",
        "{0} 的端口不正确",
    ),
    ("{}is not an address: {}", "{0} 不是有效的网址"),
    (
        "{}holds white space or a control character",
        "{0} 含有空格或控制字符",
    ),
    (
        "{}names a user or a password, which everybody would read",
        "地址里不能有用户名或密码",
    ),
    (
        "{}a user name or password in the address is not allowed",
        "地址里不能有用户名或密码",
    ),
    ("{}there is no host in the address", "地址缺少主机名"),
    (
        "{}has the scheme {}",
        "{0} 不能使用，只能是 http 或 https 地址",
    ),
    ("{}the scheme {} is not https", "须使用 https，不能用 {1}"),
    (
        "{}http is not allowed here: bodies and signatures would travel in the clear",
        "{0} 须使用 https，http 会明文传输",
    ),
    (
        "{}port {} is not allowed; allowed are {}",
        "端口不允许（{1}），可用端口：{2}",
    ),
    (
        "{}is a private address, which is not allowed",
        "{0} 是内网地址，不能访问",
    ),
    (
        "{}is a loopback address, which is not allowed",
        "{0} 是本机地址，不能访问",
    ),
    (
        "{}is a link-local address, which is not allowed",
        "{0} 是链路本地地址，不能访问",
    ),
    (
        "{} is {}, which is not allowed",
        "{0} 是特殊用途的地址，不能访问",
    ),
    ("{}is this service itself", "{0} 是本服务自己，不能访问"),
    ("{}has no address: {}", "{0} 找不到主机"),
    (
        "{}was not looked up: too many others are",
        "{0} 暂时无法查询，请稍后再试",
    ),
    // Endpoints.
    (
        "is not a text of at most {} ASCII characters without blanks",
        "须为不超过 {0} 个字符的英文、数字或符号，不含空格",
    ),
    (
        "{}shows people a card",
        "群机器人发送的是卡片，内容只能选“完整”",
    ),
    ("{}signs nothing", "这种机器人没有签名密钥，请留空"),
    (
        "{}is signed by a secret that is made here",
        "标准格式的密钥由系统生成，请留空",
    ),
    (
        "{}robot whose format is feishu",
        "这是飞书机器人的地址，请选择“飞书群机器人”",
    ),
    (
        "{}robot whose format is dingtalk",
        "这是钉钉机器人的地址，请选择“钉钉群机器人”",
    ),
    (
        "{}robot whose format is wecom",
        "这是企业微信机器人的地址，请选择“企业微信群机器人”",
    ),
    (
        "{}robot whose format is slack",
        "这是 Slack 的地址，请选择“Slack”",
    ),
    (
        "is {}, but stays {}: make another endpoint",
        "格式不能修改，请新建推送",
    ),
    (
        "{}is not a number of hours from 0 to 168",
        "{0} 不是 0 至 168 之间的小时数",
    ),
    (
        "{}are the most that one token may have; delete one first",
        "推送数量已达上限，请先删除不用的",
    ),
    (
        "the secret of {} is its robot's own: {}",
        "{0} 的密钥由机器人决定，请在修改页面填写新的密钥",
    ),
    (
        "a secret of {} cannot be read ({}): rotate without grace",
        "{0} 的旧密钥无法读取，请把宽限期设为 0 再更换",
    ),
    (
        "a replay of {} up to position {} is under way",
        "{0} 正在重放到位置 {1}",
    ),
    ("{}was a ping: {}", "测试消息不能重新发送"),
    (
        "the address or the secret of {} cannot be read; {}",
        "{0} 的地址或密钥无法读取，请联系管理员",
    ),
    // Sources.
    (
        "{}is not a number of minutes from {} to {}",
        "{0} 不是 {1} 至 {2} 之间的分钟数",
    ),
    (
        "{}maps headings of tables, csv and xlsx",
        "只有 CSV 和 Excel 表格才有列名对照",
    ),
    ("cannot {}, which is {}", "推送的当前状态不允许此操作"),
    // Words that are in no list.
    ("unknown field {}; expected one of {}", "不能识别的字段 {0}"),
    (
        "unknown dimension {}; expected one of {}",
        "不能识别的选择条件 {0}",
    ),
    ("{}is not a value of {}", "{0} 不是可选项"),
    (
        "{}is not a {}; expected one of {}",
        "{0} 不是可选项，请重新选择",
    ),
    ("{}is no key of this list", "{0} 不是此列表的位置"),
    // The widest one.
    ("{} is not after {}", "{0} 必须晚于 {1}"),
];
