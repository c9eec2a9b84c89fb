//! How feeds are sent: what caches and readers go by, and what is refused.

use std::io::Read as _;

use hyper::Method;
use serde_json::json;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::house::{House, count};
use crate::support::{db::TestDb, http::Answer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_is_sent_with_everything_that_caches_and_readers_need() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    house.announced(json!({})).await;
    for (path, content_type) in [
        (
            "/feeds/zh/all.ics",
            "text/calendar; charset=utf-8; method=PUBLISH",
        ),
        ("/feeds/en/all.rss", "application/rss+xml; charset=utf-8"),
    ] {
        let plain = house.get(path).await;
        let tag = plain.etag();
        assert!(
            tag.starts_with('"') && tag.ends_with('"') && tag.len() > 20,
            "{tag}"
        );
        for (name, value) in [
            ("content-type", content_type),
            ("vary", "Accept-Encoding"),
            ("cache-control", "public, max-age=300, stale-if-error=86400"),
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", "ETag"),
            ("x-content-type-options", "nosniff"),
            ("last-modified", "Tue, 01 Jun 2021 03:00:00 GMT"),
            ("content-length", &plain.body.len().to_string()),
        ] {
            assert_eq!(plain.header(name), value, "{name} of {path}");
        }
        assert_eq!(plain.header("content-encoding"), "");
        assert_eq!(plain.header("set-cookie"), "");

        for (accepted, coding) in [
            ("gzip", "gzip"),
            ("gzip, deflate, br", "br"),
            ("gzip, br;q=0.5", "gzip"),
        ] {
            let packed = house
                .ask(Method::GET, path, &[("Accept-Encoding", accepted)])
                .await;
            assert_eq!(packed.header("content-encoding"), coding);
            let same = tag.replace('"', "");
            assert_eq!(packed.header("etag"), format!("\"{same}-{coding}\""));
            let mut unpacked = Vec::new();
            let mut sent = &*packed.body;
            match coding {
                "br" => brotli::BrotliDecompress(&mut sent, &mut unpacked).map(|()| 0),
                _ => flate2::read::GzDecoder::new(sent).read_to_end(&mut unpacked),
            }
            .unwrap();
            assert_eq!(unpacked, plain.body);
        }

        let head = house.ask(Method::HEAD, path, &[]).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
        let stable = |reply: &Answer| {
            let skip = ["date", "x-request-id"];
            let mut headers: Vec<_> = reply
                .headers
                .iter()
                .filter(|(name, _)| !skip.contains(&name.as_str()))
                .map(|(name, value)| (name.to_string(), value.clone()))
                .collect();
            headers.sort();
            headers
        };
        assert_eq!(stable(&head), stable(&plain));
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_feed_is_not_sent_it_again() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    house.announced(json!({})).await;
    let path = "/feeds/zh/all.ics";
    let tag = house.get(path).await.etag();
    let gzip_tag = tag.replacen('"', "", 1).replace('"', "-gzip\"");
    let gzip_tag = format!("\"{gzip_tag}");
    let modified = "Tue, 01 Jun 2021 03:00:00 GMT";
    for headers in [
        vec![("If-None-Match", tag.as_str())],
        vec![("If-None-Match", &gzip_tag)],
        vec![("If-None-Match", "*")],
        vec![("If-None-Match", &format!("\"other\", W/{tag}"))],
        vec![("If-None-Match", &tag), ("Accept-Encoding", "gzip")],
        vec![
            ("If-None-Match", &tag),
            ("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"),
        ],
        vec![("If-Modified-Since", modified)],
    ] {
        for method in [Method::GET, Method::HEAD] {
            let reply = house.ask(method.clone(), path, &headers).await;
            assert_eq!(
                (reply.status.as_u16(), reply.body.len()),
                (304, 0),
                "{method} {headers:?}"
            );
            let expected = if headers.iter().any(|(name, _)| *name == "Accept-Encoding") {
                &gzip_tag
            } else {
                &tag
            };
            assert_eq!(reply.header("etag"), expected.as_str());
            assert_eq!(reply.header("vary"), "Accept-Encoding");
            assert_eq!(reply.header("last-modified"), modified);
            assert_ne!(reply.header("cache-control"), "");
            for absent in [
                "content-length",
                "content-type",
                "content-encoding",
                "transfer-encoding",
            ] {
                assert_eq!(reply.header(absent), "", "{absent} in a 304");
            }
        }
    }
    for headers in [
        vec![
            ("If-None-Match", "\"other\""),
            ("If-Modified-Since", modified),
        ],
        vec![("If-Modified-Since", "Tue, 01 Jun 2021 02:59:59 GMT")],
    ] {
        assert_eq!(
            house.ask(Method::GET, path, &headers).await.status,
            200,
            "{headers:?}"
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_that_are_no_feeds_are_refused_by_name() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    for path in [
        "/feeds/zh/district/pudong.ics",
        "/feeds/zh/edition/1999.ics",
        "/feeds/zh/activity/act_01J0000000000000000000000.rss",
        "/feeds/fr/all.ics",
        "/feeds/zh/all.xml",
        "/feeds/zh/everything.ics",
    ] {
        let reply = house.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(reply.header("access-control-allow-origin"), "*");
    }
    let unknown = house.get("/feeds/zh/all.ics?colour=red&utm_source=x").await;
    assert_eq!(unknown.status, 400);
    assert!(unknown.text().contains("colour"), "{}", unknown.text());
    let tracked = house
        .get("/feeds/zh/all.ics?utm_source=mail&from=timeline")
        .await;
    assert_eq!(tracked.status, 301);
    assert_eq!(
        tracked.header("location"),
        "https://yueli.example/feeds/zh/all.ics"
    );
    let post = house
        .ask(
            Method::POST,
            "/feeds/zh/all.ics",
            &[("Content-Length", "0")],
        )
        .await;
    assert_eq!(post.status, 405);
    let preflight = house
        .ask(
            Method::OPTIONS,
            "/feeds/zh/all.ics",
            &[("Origin", "https://a.example")],
        )
        .await;
    assert_eq!(preflight.status, 204);
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        "GET, HEAD"
    );
    let icon = house.get("/feeds/icon.png").await;
    assert_eq!(
        (icon.status.as_u16(), icon.header("content-type")),
        (200, "image/png")
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_programme_has_valid_feeds() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    let calendar = house.get("/feeds/zh/district/yanqing.ics").await;
    assert_eq!(calendar.status, 200);
    assert!(calendar.text().contains("BEGIN:VTIMEZONE"));
    assert_eq!(calendar.header("last-modified"), "");
    let news = house.get("/feeds/zh/district/yanqing.rss").await;
    assert_eq!(
        (news.status.as_u16(), count(&news.text(), "<item>")),
        (200, 0)
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_sent_whatever_follows_the_request() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    for follows in ["\r\n", "\r\n\r\n", "GET /feeds/zh", "\0"] {
        let mut stream = TcpStream::connect(house.address()).await.unwrap();
        let request = format!("GET /feeds/zh/all.rss HTTP/1.1\r\nHost: a\r\n\r\n{follows}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200", "{follows:?}");
    }
    for broken in ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"] {
        let mut stream = TcpStream::connect(house.address()).await.unwrap();
        stream.write_all(broken.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 400", "{broken:?}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_for_again_is_answered_alike_in_every_header() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    let seen = house.announced(json!({})).await;
    let told = |answer: &Answer| {
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| *name != "date" && *name != "x-request-id")
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        headers.sort();
        (answer.status, headers, answer.body.clone())
    };
    let one = format!("/feeds/en/activity/{}.ics", seen.activity.id);
    for path in [
        "/feeds/zh/all.ics",
        "/feeds/zh/all.rss",
        "/feeds/bi/district/haidian.ics?kind=roadshow&alarm=PT1H",
        &one,
    ] {
        let tag = house.get(path).await.etag();
        for headers in [
            vec![],
            vec![("Accept-Encoding", "gzip")],
            vec![("Accept-Encoding", "gzip, br")],
            vec![("If-None-Match", tag.as_str())],
            vec![("If-None-Match", "\"other\"")],
            vec![("If-None-Match", &tag), ("Accept-Encoding", "gzip")],
            vec![("If-Modified-Since", "Tue, 01 Jun 2100 00:00:00 GMT")],
        ] {
            for method in [Method::GET, Method::HEAD] {
                // Something else was announced, so this one is looked at anew; then it is ready.
                house
                    .announced(json!({"slug": null, "districts": ["yanqing"], "kind": "forum"}))
                    .await;
                let first = house.ask(method.clone(), path, &headers).await;
                let second = house.ask(method.clone(), path, &headers).await;
                assert_eq!(told(&second), told(&first), "{method} {path} {headers:?}");
                assert_ne!(second.header("x-request-id"), first.header("x-request-id"));
            }
        }
    }
    let metrics = house.get("/metrics").await.text();
    let line =
        "yueli_http_requests_total{route=\"/feeds/{language}/{dimension}/{file}\",status=\"3xx\"}";
    let count = metrics.lines().find_map(|found| found.strip_prefix(line));
    let count: u32 = count.unwrap().trim().parse().unwrap();
    assert!(count > 12, "what is ready is counted too: {count}");
    house.close().await;
}

/// Reads an answer: its head and its body.
async fn read(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    (head, body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_feed_is_sent_whole_in_however_many_pieces() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    let summary = "十二个项目。".repeat(300);
    for n in 0..250 {
        house
            .announced(json!({"slug": format!("a-{n}"), "summary": {"zh": summary}}))
            .await;
    }
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16_384).unwrap();
    let mut stream = socket.connect(house.address()).await.unwrap();
    let ask = |accepted| {
        format!(
            "GET /feeds/zh/edition/2021.ics HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {accepted}\r\n\r\n"
        )
    };
    // All at once: together they are more than lies between the two, so that some go out in pieces.
    let asked = ask("identity").repeat(8) + &ask("gzip");
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut sent = Vec::new();
    for _ in 0..8 {
        sent.push(read(&mut stream).await.1);
    }
    let (head, packed) = read(&mut stream).await;
    assert!(head.contains("content-encoding: gzip"), "{head}");
    let mut document = String::new();
    flate2::read::GzDecoder::new(&*packed)
        .read_to_string(&mut document)
        .unwrap();
    assert!(document.len() > 1_500_000, "{}", document.len());
    assert_eq!(count(&document, "BEGIN:VEVENT"), 250);
    for body in sent {
        assert!(
            body == document.as_bytes(),
            "{} of {}",
            body.len(),
            document.len()
        );
    }
    house.close().await;
}
