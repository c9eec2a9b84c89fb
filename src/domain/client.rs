//! Which kind of program asks for a feed.
//!
//! Owns the kinds, a closed vocabulary, and how a User-Agent is told (RFC 9110 §10.1.5). Refuses to know versions, devices
//! and people: what a program says of itself is looked at once and kept nowhere. Invariant: every User-Agent is of one
//! kind, and whatever is not known is [`Client::Other`].

use std::{fmt, str::FromStr};

use entity::vocab::Language;

macro_rules! clients {
    ($($(#[$doc:meta])* $client:ident $word:literal: $zh:literal, $en:literal;)+) => {
        /// A kind of programs that ask for feeds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Client {
            $($(#[$doc])* $client,)+
        }

        impl Client {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$client,)+];

            /// Its word in the database.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$client => $word,)+
                }
            }

            /// What people call it.
            #[must_use]
            pub const fn name(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$client, Language::Zh) => $zh,
                    (Self::$client, Language::En) => $en,)+
                }
            }
        }
    };
}

clients! {
    /// The calendar of a Mac.
    AppleMac "apple-mac": "Apple 日历（Mac）", "Apple Calendar (Mac)";
    /// The calendar of an iPhone, an iPad or a watch.
    AppleMobile "apple-mobile": "Apple 日历（iPhone、iPad）", "Apple Calendar (iPhone, iPad)";
    /// Google's servers, for all who subscribed there.
    Google "google": "Google 日历", "Google Calendar";
    /// Microsoft's servers, for all who subscribed there.
    OutlookOnline "outlook-online": "Outlook.com、Microsoft 365", "Outlook.com, Microsoft 365";
    /// Outlook on a computer.
    Outlook "outlook": "Outlook 桌面版", "Outlook on a computer";
    /// Thunderbird.
    Thunderbird "thunderbird": "Thunderbird", "Thunderbird";
    /// A Nextcloud server.
    Nextcloud "nextcloud": "Nextcloud", "Nextcloud";
    /// DAVx⁵ or ICSx⁵ on Android.
    DavX5 "davx5": "DAVx⁵、ICSx⁵", "DAVx⁵, ICSx⁵";
    /// Feedly's servers.
    Feedly "feedly": "Feedly", "Feedly";
    /// Inoreader's servers.
    Inoreader "inoreader": "Inoreader", "Inoreader";
    /// NewsBlur's servers.
    NewsBlur "newsblur": "NewsBlur", "NewsBlur";
    /// NetNewsWire.
    NetNewsWire "netnewswire": "NetNewsWire", "NetNewsWire";
    /// A FreshRSS server.
    FreshRss "freshrss": "FreshRSS", "FreshRSS";
    /// A Miniflux server.
    Miniflux "miniflux": "Miniflux", "Miniflux";
    /// newsboat.
    Newsboat "newsboat": "newsboat", "newsboat";
    /// rss2email.
    Rss2Email "rss2email": "rss2email", "rss2email";
    /// Somebody who looks at it.
    Browser "browser": "浏览器", "a browser";
    /// curl, wget, or a program that names nothing but the library it is made with.
    Script "script": "脚本和程序库", "scripts and libraries";
    /// Something else.
    Other "other": "其他", "something else";
    /// It does not say.
    Unnamed "unnamed": "未注明", "it does not say";
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that no kind of clients has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no kind of clients")]
pub struct NotAClient(String);

impl FromStr for Client {
    type Err = NotAClient;

    fn from_str(word: &str) -> Result<Self, NotAClient> {
        let found = Self::ALL.iter().find(|client| client.word() == word);
        found.copied().ok_or_else(|| NotAClient(word.to_owned()))
    }
}

/// What a client says of itself is looked at so far.
const LOOKED_AT: usize = 512;

impl Client {
    /// The kind of who sends a User-Agent; `None` where none was sent.
    ///
    /// It looks at the first product's name, and only where all call themselves alike (`Mozilla/5.0`) at the rest.
    #[must_use]
    pub fn of(user_agent: Option<&[u8]>) -> Self {
        let said = user_agent.unwrap_or_default();
        let said = &said[..said.len().min(LOOKED_AT)];
        // Bytes outside of ASCII are no part of any name that is known.
        let Ok(said) = std::str::from_utf8(said) else {
            return Self::Other;
        };
        let said = said.trim();
        if said.is_empty() {
            return Self::Unnamed;
        }
        let end = said.find(['/', ' ', '(', ';', ',']).unwrap_or(said.len());
        match &said[..end] {
            "Mozilla" => Self::of_mozilla(said),
            "macOS" | "Mac" | "Mac+OS+X" | "Mac_OS_X" if is_apple(said) => Self::AppleMac,
            "iOS" | "iPadOS" | "watchOS" | "visionOS" if is_apple(said) => Self::AppleMobile,
            "CalendarAgent" | "CalendarStore" => Self::AppleMac,
            "dataaccessd" => Self::AppleMobile,
            "Google-Calendar-Importer" => Self::Google,
            "Microsoft.Exchange" | "Exchange" | "ExchangeServicesClient" => Self::OutlookOnline,
            "MacOutlook" | "Outlook" | "Outlook-iOS" | "Outlook-Android" => Self::Outlook,
            "Microsoft" if is_outlook(said) => Self::Outlook,
            "Thunderbird" => Self::Thunderbird,
            "Nextcloud" | "NextCloud-News" | "Nextcloud-News" | "nextcloud-news" => Self::Nextcloud,
            "DAVx5" | "DAVdroid" | "ICSx5" | "ICSdroid" => Self::DavX5,
            "Feedly" | "FeedlyBot" => Self::Feedly,
            "Inoreader" | "inoreader" | "inoreader.com" => Self::Inoreader,
            "NewsBlur" => Self::NewsBlur,
            "NetNewsWire" => Self::NetNewsWire,
            "FreshRSS" => Self::FreshRss,
            "Miniflux" => Self::Miniflux,
            "newsboat" | "Newsboat" | "newsbeuter" => Self::Newsboat,
            "rss2email" => Self::Rss2Email,
            "Opera" | "Lynx" | "ELinks" | "w3m" | "Links" => Self::Browser,
            "curl"
            | "Wget"
            | "Wget2"
            | "fetch"
            | "HTTPie"
            | "libcurl"
            | "PostmanRuntime"
            | "Python"
            | "python"
            | "python-requests"
            | "python-httpx"
            | "python-urllib3"
            | "Python-urllib"
            | "urllib3"
            | "aiohttp"
            | "feedparser"
            | "UniversalFeedParser"
            | "Scrapy"
            | "vdirsyncer"
            | "Go-http-client"
            | "Java"
            | "Java-http-client"
            | "Apache-HttpClient"
            | "okhttp"
            | "Jersey"
            | "libwww-perl"
            | "LWP"
            | "Ruby"
            | "Faraday"
            | "rest-client"
            | "PHP"
            | "GuzzleHttp"
            | "node"
            | "node-fetch"
            | "undici"
            | "axios"
            | "got"
            | "Deno"
            | "Bun"
            | "Dart"
            | "reqwest"
            | "ureq"
            | "hyper"
            | "PowerShell" => Self::Script,
            _ => Self::Other,
        }
    }

    /// Everybody calls themselves Mozilla, to be taken for a browser of 1995.
    fn of_mozilla(said: &str) -> Self {
        let marks = [
            ("Thunderbird/", Self::Thunderbird),
            ("Lightning/", Self::Thunderbird),
            ("Miniflux/", Self::Miniflux),
            ("inoreader", Self::Inoreader),
            ("Inoreader", Self::Inoreader),
            ("Nextcloud", Self::Nextcloud),
            ("PowerShell/", Self::Script),
        ];
        if let Some((_, client)) = marks.into_iter().find(|(mark, _)| said.contains(mark)) {
            return client;
        }
        if is_outlook(said) {
            return Self::Outlook;
        }
        // Internet Explorer said `compatible` too; others who say so are machines.
        match said.contains("(compatible;") && !said.contains("MSIE") {
            true => Self::Other,
            false => Self::Browser,
        }
    }
}

/// Whether it is the calendar among the programs of an Apple system.
fn is_apple(said: &str) -> bool {
    ["dataaccessd/", "CalendarAgent/", "iCal/", "Calendar/"]
        .into_iter()
        .any(|name| said.contains(name))
}

fn is_outlook(said: &str) -> bool {
    said.contains("Outlook") || said.contains("ms-office")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_real_user_agent_is_of_its_kind() {
        let known = [
            ("macOS/14.5 (23F79) dataaccessd/1.0", Client::AppleMac),
            (
                "Mac OS X/10.15.7 (19H2) CalendarAgent/930.5.1",
                Client::AppleMac,
            ),
            (
                "Mac+OS+X/10.11.6 (15G1611) CalendarAgent/361.2",
                Client::AppleMac,
            ),
            ("iOS/17.5.1 (21F90) dataaccessd/1.0", Client::AppleMobile),
            ("iPadOS/18.1 (22B83) dataaccessd/1.0", Client::AppleMobile),
            ("Google-Calendar-Importer", Client::Google),
            (
                "Microsoft.Exchange/15.20 (Windows NT 10.0; Win64; x64)",
                Client::OutlookOnline,
            ),
            (
                "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)",
                Client::Outlook,
            ),
            (
                "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; Microsoft Outlook \
                 16.0.4266; ms-office; MSOffice 16)",
                Client::Outlook,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.3.1",
                Client::Thunderbird,
            ),
            ("Nextcloud Webcal Service", Client::Nextcloud),
            ("NextCloud-News/1.0", Client::Nextcloud),
            (
                "DAVx5/4.3.3-ose (dav4jvm; okhttp/4.11.0) Android/13",
                Client::DavX5,
            ),
            (
                "ICSx5/2.1.1 (ical4j/3.2.11 okhttp/4.11.0) Android/13",
                Client::DavX5,
            ),
            (
                "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)",
                Client::Feedly,
            ),
            (
                "Mozilla/5.0 (compatible; inoreader.com; 3 subscribers)",
                Client::Inoreader,
            ),
            (
                "Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 3 subscribers; )",
                Client::Inoreader,
            ),
            (
                "NewsBlur Feed Fetcher - 12 subscribers - http://www.newsblur.com/site/1 (Mozilla/5.0)",
                Client::NewsBlur,
            ),
            (
                "NetNewsWire (RSS Reader; https://netnewswire.com/)",
                Client::NetNewsWire,
            ),
            (
                "FreshRSS/1.24.1 (Linux; https://freshrss.org)",
                Client::FreshRss,
            ),
            (
                "Mozilla/5.0 (compatible; Miniflux/2.1.3; +https://miniflux.app)",
                Client::Miniflux,
            ),
            ("newsboat/2.32 (Linux x86_64)", Client::Newsboat),
            (
                "rss2email/3.14 (https://github.com/rss2email/rss2email)",
                Client::Rss2Email,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/126.0.0.0 Safari/537.36",
                Client::Browser,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                Client::Browser,
            ),
            ("curl/8.5.0", Client::Script),
            ("Wget/1.21.4", Client::Script),
            ("python-requests/2.32.3", Client::Script),
            ("Python/3.12 aiohttp/3.9.5", Client::Script),
            ("Go-http-client/1.1", Client::Script),
            ("Java/17.0.11", Client::Script),
            ("okhttp/4.12.0", Client::Script),
            (
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                Client::Other,
            ),
            ("Vienna/8302", Client::Other),
        ];
        for (said, client) in known {
            assert_eq!(Client::of(Some(said.as_bytes())), client, "{said}");
        }
    }

    #[test]
    fn who_says_nothing_and_who_says_nonsense_have_a_kind_too() {
        assert_eq!(Client::of(None), Client::Unnamed);
        assert_eq!(Client::of(Some(b"  ")), Client::Unnamed);
        assert_eq!(Client::of(Some(b"\xff\xfe")), Client::Other);
        assert_eq!(Client::of(Some("月历/1.0".as_bytes())), Client::Other);
        let long = "x".repeat(100_000);
        assert_eq!(Client::of(Some(long.as_bytes())), Client::Other);
    }

    #[test]
    fn each_word_is_read_as_its_kind() {
        for client in Client::ALL {
            assert_eq!(client.word().parse(), Ok(*client));
        }
        let error = "calendar".parse::<Client>().unwrap_err();
        assert_eq!(error.to_string(), "\"calendar\" is no kind of clients");
    }
}
