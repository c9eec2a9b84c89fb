use std::sync::atomic::AtomicUsize;

use feeds::lint::{Expected, Format, lint};

use super::*;

fn key() -> FeedKey {
    "zh/all.ics".parse().unwrap()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands where feeds are made, which may fail"
)]
fn made(document: &str, position: i64) -> Result<Made, Fault> {
    let document = document.to_owned().into();
    Ok(Made::whole(document, Told::default(), position))
}

fn at(position: i64) -> AsOf {
    AsOf {
        position,
        reference: 0,
    }
}

async fn get(
    cache: &FeedCache,
    head: i64,
    make: impl FnOnce(Option<Before<'_>>) -> Result<Made, Fault> + Send + 'static,
) -> (String, Source) {
    let (body, source) = cache.get(&key(), at(head), |_| true, make).await.unwrap();
    (String::from_utf8(body.document()).unwrap(), source)
}

#[tokio::test]
async fn a_feed_is_kept_until_a_notice_concerns_it() {
    let cache = FeedCache::new(1 << 20);
    assert_eq!(
        get(&cache, 1, |_| made("one", 1)).await,
        ("one".to_owned(), Source::Built)
    );
    assert_eq!(
        get(&cache, 1, |_| made("two", 1)).await,
        ("one".to_owned(), Source::Kept)
    );
    let (_, source) = cache
        .get(
            &key(),
            at(5),
            |since| {
                assert_eq!(since, 1);
                false
            },
            |_| made("three", 5),
        )
        .await
        .unwrap();
    assert_eq!(source, Source::Kept);
    assert_eq!(
        get(&cache, 6, |_| made("four", 6)).await,
        ("four".to_owned(), Source::Built)
    );
    let renamed = AsOf {
        position: 6,
        reference: 1,
    };
    let made = |before: Option<Before<'_>>| {
        let before = before.unwrap();
        assert_eq!((before.position, before.body.length()), (6, 4));
        made("five", 6)
    };
    let (_, source) = cache.get(&key(), renamed, |_| false, made).await.unwrap();
    assert_eq!(source, Source::Built);
}

#[tokio::test]
async fn many_who_ask_at_once_wait_for_one_build() {
    let cache = Arc::new(FeedCache::new(1 << 20));
    let builds = Arc::new(AtomicUsize::new(0));
    let asking: Vec<_> = (0..500)
        .map(|_| {
            let (cache, builds) = (Arc::clone(&cache), Arc::clone(&builds));
            tokio::spawn(async move {
                get(&cache, 1, move |_| {
                    builds.fetch_add(1, Ordering::SeqCst);
                    made("one", 1)
                })
                .await
                .0
            })
        })
        .collect();
    for asked in asking {
        assert_eq!(asked.await.unwrap(), "one");
    }
    assert_eq!(builds.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn brotli_is_made_once_a_core_is_free_and_not_waited_for_long() {
    let cache = FeedCache::new(1 << 20);
    let made = |_: Option<Before<'_>>| made("one", 1);
    let (body, _) = cache.get(&key(), at(1), |_| true, made).await.unwrap();
    let cores = u32::try_from(at_once()).unwrap();
    let busy = cache.builds.acquire_many(cores).await.unwrap();
    assert!(!cache.make_brotli(&body).await.unwrap());
    assert_eq!(body.brotli(), None);
    drop(busy);
    assert!(cache.make_brotli(&body).await.unwrap());
    let first = body.brotli().unwrap().as_ptr();
    let _busy = cache.builds.acquire_many(cores).await.unwrap();
    assert!(cache.make_brotli(&body).await.unwrap());
    assert_eq!(body.brotli().unwrap().as_ptr(), first);
}

fn faulty(_: Option<Before<'_>>) -> Result<Made, Fault> {
    let expected = Expected {
        self_url: "https://yueli.example/feeds/zh/all.rss",
        language: feeds::Language::Zh,
        entries: 0,
        latest: None,
    };
    lint(Format::Rss, b"<rss>", &expected).map(|()| unreachable!("it has no end"))
}

fn broken(_: Option<Before<'_>>) -> Result<Made, Fault> {
    panic!("a test's panic")
}

#[tokio::test]
async fn a_build_that_fails_gives_the_last_good_body_and_none_where_there_is_none() {
    type Make = fn(Option<Before<'_>>) -> Result<Made, Fault>;
    for (failing, said) in [(faulty as Make, "faulty"), (broken as Make, "panic")] {
        let cache = FeedCache::new(1 << 20);
        assert!(cache.get(&key(), at(1), |_| true, failing).await.is_err());
        get(&cache, 1, |_| made("good", 1)).await;
        let (document, source) = get(&cache, 2, failing).await;
        assert_eq!(document, "good");
        let Source::LastGood(cause) = source else {
            panic!("{source:?}")
        };
        assert!(cause.to_string().contains(said), "{cause}");
        assert_eq!(
            get(&cache, 2, |_| made("better", 2)).await,
            ("better".to_owned(), Source::Built)
        );
    }
}

#[tokio::test]
async fn the_cache_does_not_grow_beyond_its_bytes() {
    let cache = FeedCache::new(100_000);
    for year in 1900..2199 {
        let key = format!("zh/edition/{year}.ics").parse().unwrap();
        let noise: String = (0..2_000)
            .map(|i| char::from(b'a' + u8::try_from((i * year) % 26).unwrap()))
            .collect();
        cache
            .get(&key, at(1), |_| true, move |_| made(&noise, 1))
            .await
            .unwrap();
    }
    cache.feeds.run_pending_tasks().await;
    assert!(cache.size_bytes() <= 100_000, "{}", cache.size_bytes());
}
