//! Asks a serving process on this machine whether it is alive: the container's HEALTHCHECK.
//!
//! Owns one GET of `/healthz`; refuses to know the database, so that a process which still answers
//! from memory is not restarted for its database's fault. An image without a shell or curl needs
//! nothing else. Invariant: it ends within [`TIMEOUT`], whatever the other side does.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The whole of it; less than the `--timeout` of the Dockerfile's HEALTHCHECK.
pub const TIMEOUT: Duration = Duration::from_secs(4);

/// Why the process does not count as alive.
#[derive(Debug, Error)]
pub enum Unhealthy {
    /// Nobody answers there.
    #[error("cannot ask {address}: {source}")]
    Unreachable {
        /// Who was asked.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// No answer in time.
    #[error("{address} did not answer within {} s", TIMEOUT.as_secs())]
    Silent {
        /// Who was asked.
        address: SocketAddr,
    },
    /// An answer, but not 200.
    #[error("{address} answered {answer:?} to GET /healthz")]
    Answer {
        /// Who was asked.
        address: SocketAddr,
        /// The first bytes of it.
        answer: String,
    },
}

/// Asks the process that listens on `listen`; a wildcard address is asked on loopback.
pub async fn check(listen: SocketAddr) -> Result<(), Unhealthy> {
    check_within(TIMEOUT, listen).await
}

async fn check_within(timeout: Duration, listen: SocketAddr) -> Result<(), Unhealthy> {
    let address = reachable(listen);
    let answer = tokio::time::timeout(timeout, status_line(address))
        .await
        .map_err(|_| Unhealthy::Silent { address })?
        .map_err(|source| Unhealthy::Unreachable { address, source })?;
    match answer.as_str() {
        "HTTP/1.1 200" => Ok(()),
        _ => Err(Unhealthy::Answer { address, answer }),
    }
}

fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// `HTTP/1.1 200`, or as much as came.
async fn status_line(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut start = Vec::new();
    stream
        .take("HTTP/1.1 200".len() as u64)
        .read_to_end(&mut start)
        .await?;
    Ok(String::from_utf8_lossy(&start).into_owned())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Asks a server that gives this answer; also what it was asked.
    async fn answered(answer: &'static str) -> (Result<(), Unhealthy>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wildcard = SocketAddr::new(
            Ipv4Addr::UNSPECIFIED.into(),
            listener.local_addr().unwrap().port(),
        );
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 1024];
            let length = stream.read(&mut request).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        };
        tokio::join!(check(wildcard), server)
    }

    #[tokio::test]
    async fn a_process_that_answers_200_is_alive() {
        let (result, request) = answered("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
        result.unwrap();
        assert!(
            request.starts_with("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:"),
            "{request}"
        );
        assert!(request.ends_with("\r\n\r\n"), "{request}");
    }

    #[tokio::test]
    async fn any_other_answer_is_named() {
        for answer in [
            "HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "SSH-2.0-x\r\n",
            "",
        ] {
            let error = answered(answer).await.0.unwrap_err().to_string();
            let start: String = answer.chars().take(12).collect();
            assert!(error.contains(&format!("answered {start:?}")), "{error}");
        }
    }

    #[tokio::test]
    async fn nobody_there_is_not_alive() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert!(matches!(
            check(address).await,
            Err(Unhealthy::Unreachable { .. })
        ));
    }

    #[tokio::test]
    async fn one_that_hangs_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let result = check_within(Duration::from_millis(1), address).await;
        assert!(
            matches!(result, Err(Unhealthy::Silent { .. })),
            "{result:?}"
        );
    }
}
