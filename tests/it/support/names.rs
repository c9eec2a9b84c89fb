//! A name server that gives every name the same address, or several in turn, until it is told others.

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use tokio::{net::UdpSocket, task::JoinHandle};

/// A running name server.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) address: SocketAddr,
    /// The next one first.
    answers: Arc<Mutex<VecDeque<Ipv4Addr>>>,
    serving: JoinHandle<()>,
}

impl Names {
    /// One that leads every name to an address.
    pub(crate) async fn start(answer: Ipv4Addr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let answers = Arc::new(Mutex::new(VecDeque::from([answer])));
        let told = Arc::clone(&answers);
        let serving = tokio::spawn(async move {
            let mut query = [0; 1500];
            loop {
                let (length, from) = socket.recv_from(&mut query).await.unwrap();
                let reply = reply(&query[..length], &mut told.lock().unwrap());
                socket.send_to(&reply, from).await.unwrap();
            }
        });
        Self {
            address,
            answers,
            serving,
        }
    }

    /// From now on names lead there.
    pub(crate) fn lead_to(&self, answer: Ipv4Addr) {
        self.lead_in_turn_to(&[answer]);
    }

    /// From now on each look-up leads to the next of these.
    pub(crate) fn lead_in_turn_to(&self, answers: &[Ipv4Addr]) {
        *self.answers.lock().unwrap() = answers.iter().copied().collect();
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// RFC 1035 §4: the question again, and for type A one answer that may not be kept.
fn reply(query: &[u8], answers: &mut VecDeque<Ipv4Addr>) -> Vec<u8> {
    let mut end = 12;
    while query[end] != 0 {
        end += usize::from(query[end]) + 1;
    }
    let question = &query[12..end + 5];
    let is_a = question[question.len() - 4..question.len() - 2] == [0, 1];
    let mut reply = query[..2].to_vec();
    reply.extend([0x81, 0x80, 0, 1, 0, u8::from(is_a), 0, 0, 0, 0]);
    reply.extend(question);
    if is_a {
        reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        reply.extend(answers[0].octets());
        answers.rotate_left(1);
    }
    reply
}
