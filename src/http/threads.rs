//! The threads that connections are served by.
//!
//! Owns their number, their start and their end; refuses to know HTTP. A connection stays with the thread that accepted
//! it, so what is answered at once wakes nobody else; handlers run where the program does. Invariant: all accept from
//! the one socket (with SO_REUSEPORT a second program on the same port would not be refused), and one that fails ends
//! the program.

use std::{io, num::NonZero, thread};

use futures_util::future;
use tokio::{net::TcpListener, runtime, sync::oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Front, serve::serve};

/// Four of them send more than most networks carry.
const MOST: usize = 4;

/// Threads that serve; what they still have under way is cut off when this is dropped.
#[derive(Debug)]
pub struct Threads {
    started: Vec<Started>,
    stop: CancellationToken,
    cut: CancellationToken,
    _cut_on_drop: DropGuard,
}

#[derive(Debug)]
struct Started {
    thread: thread::JoinHandle<()>,
    /// Told, or gone, when the thread is about to end.
    ending: oneshot::Receiver<()>,
}

/// Starts to serve; it ends some time after `stop` is cancelled.
///
/// # Errors
/// When the system has no thread or no socket left.
pub fn start(listener: TcpListener, front: &Front, stop: CancellationToken) -> io::Result<Threads> {
    let listener = listener.into_std()?;
    let cut = CancellationToken::new();
    let mut threads = Threads {
        started: Vec::new(),
        stop,
        _cut_on_drop: cut.clone().drop_guard(),
        cut,
    };
    for _ in 0..thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(MOST)
    {
        threads.add(listener.try_clone()?, front.clone())?;
    }
    Ok(threads)
}

impl Threads {
    fn add(&mut self, listener: std::net::TcpListener, front: Front) -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _in_it = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, cut) = (self.stop.clone(), self.cut.clone());
        let (told, ending) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("front".to_owned())
            .spawn(move || {
                runtime.block_on(cut.run_until_cancelled(serve(listener, front, stop)));
                runtime.shutdown_background();
                // Whoever listened may be gone.
                let _ = told.send(());
            })?;
        self.started.push(Started { thread, ending });
        Ok(())
    }

    /// When all have ended. If one panics, the others stop too.
    ///
    /// # Errors
    /// When one panicked.
    pub async fn ended(self) -> io::Result<()> {
        let ends = self.started.into_iter().map(|Started { thread, ending }| {
            let stop = &self.stop;
            async move {
                let ended = ending.await.map_err(|_| ());
                ended.and(thread.join().map_err(|_| ())).map_err(|()| {
                    stop.cancel();
                    io::Error::other("a thread that serves connections panicked")
                })
            }
        });
        future::join_all(ends).await.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, sync::Arc, time::Duration};

    use axum::{Router, routing::get};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
        sync::{Notify, mpsc},
    };

    use super::*;
    use crate::http::stall::Patience;

    /// Far above what anything here takes.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// A server whose only handler says that it began, answers when it is let, and says when it is dropped.
    struct House {
        address: SocketAddr,
        stop: CancellationToken,
        threads: Threads,
        heard: mpsc::UnboundedReceiver<&'static str>,
        let_go: Arc<Notify>,
    }

    struct Gone(mpsc::UnboundedSender<&'static str>);

    impl Drop for Gone {
        fn drop(&mut self) {
            let _ = self.0.send("gone");
        }
    }

    impl House {
        async fn open() -> Self {
            let (told, heard) = mpsc::unbounded_channel();
            let let_go = Arc::new(Notify::new());
            let waited = Arc::clone(&let_go);
            let handler = get(async move || {
                let _gone = Gone(told.clone());
                told.send("begun").unwrap();
                waited.notified().await;
                "answered"
            });
            let panics = get(async || -> &'static str { panic!("as it was asked to") });
            let large = get(async || vec![b'x'; LARGE]);
            let router = Router::new()
                .route("/", handler)
                .route("/panic", panics)
                .route("/large", large);
            let front = Front {
                router,
                feeds: None,
                handlers: runtime::Handle::current(),
                patience: Patience {
                    limit: PATIENCE,
                    metrics: Arc::default(),
                },
            };
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
            let threads = start(listener, &front, stop.clone()).unwrap();
            Self {
                address,
                stop,
                threads,
                heard,
                let_go,
            }
        }

        async fn send(&self, bytes: &str) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(bytes.as_bytes()).await.unwrap();
            stream
        }

        async fn hear(&mut self, expected: &str) {
            let heard = tokio::time::timeout(PATIENCE, self.heard.recv()).await;
            assert_eq!(heard.unwrap(), Some(expected));
        }
    }

    /// More than the system buffers for somebody who does not read.
    const LARGE: usize = 16 * 1024 * 1024;

    const ASK: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /// All that comes until the other side closes.
    async fn read(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        // A connection that is cut may also be reset.
        let _ = tokio::time::timeout(PATIENCE, read).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn what_is_under_way_at_the_stop_is_answered_and_half_a_head_is_not_waited_for() {
        let mut house = House::open().await;
        let _half = house.send("GET / HTTP/1.1\r\nHo").await;
        let asked = house.send(ASK).await;
        house.hear("begun").await;
        house.stop.cancel();
        let closed = async {
            while TcpStream::connect(house.address).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, closed).await.unwrap();
        house.let_go.notify_one();
        let answer = read(asked).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with("answered"), "{answer}");
        let ended = tokio::time::timeout(PATIENCE / 2, house.threads.ended()).await;
        ended.unwrap().unwrap();
    }

    #[tokio::test]
    async fn what_is_being_sent_at_the_stop_is_sent_to_its_end_and_who_does_not_read_is_not_waited_for()
     {
        let house = House::open().await;
        let ask = ASK.replace("GET /", "GET /large");
        let (mut reads, mut does_not) = (house.send(&ask).await, house.send(&ask).await);
        for stream in [&mut reads, &mut does_not] {
            stream.read_exact(&mut [0; 1_000]).await.unwrap();
        }
        house.stop.cancel();
        // Longer than a stop takes that waits for nobody.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let rest = read(reads).await;
        assert!(rest.len() > LARGE - 1_000, "{}", rest.len());
        let ended = tokio::time::timeout(PATIENCE / 2, house.threads.ended()).await;
        ended.unwrap().unwrap();
        assert!(read(does_not).await.len() < LARGE - 1_000);
    }

    #[tokio::test]
    async fn a_handler_is_dropped_with_the_connection_that_waited_for_it() {
        let mut house = House::open().await;
        let asked = house.send(ASK).await;
        house.hear("begun").await;
        drop(asked);
        house.hear("gone").await;
    }

    #[tokio::test]
    async fn what_is_under_way_is_cut_off_when_nobody_waits_for_its_end() {
        let mut house = House::open().await;
        let asked = house.send(ASK).await;
        house.hear("begun").await;
        drop(house.threads);
        let heard = tokio::time::timeout(PATIENCE, house.heard.recv()).await;
        assert_eq!(heard.unwrap(), Some("gone"));
        assert_eq!(read(asked).await, "");
    }

    #[tokio::test]
    async fn a_handler_that_panics_takes_nothing_but_its_connection_with_it() {
        let mut house = House::open().await;
        let panicked = house.send("GET /panic HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert_eq!(read(panicked).await, "");
        let _asked = house.send(ASK).await;
        house.hear("begun").await;
    }

    #[tokio::test]
    async fn a_thread_that_panics_stops_the_others_and_is_told_of() {
        let mut house = House::open().await;
        let (told, ending) = oneshot::channel();
        let thread = thread::spawn(|| {
            let _told: oneshot::Sender<()> = told;
            panic!("as it was asked to");
        });
        house.threads.started.push(Started { thread, ending });
        let ended = tokio::time::timeout(PATIENCE, house.threads.ended()).await;
        let error = ended.unwrap().unwrap_err().to_string();
        assert_eq!(error, "a thread that serves connections panicked");
        assert!(house.stop.is_cancelled());
    }
}
