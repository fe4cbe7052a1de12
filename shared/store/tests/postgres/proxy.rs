//! What stands between a program and its database: it holds back, and it cuts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A way to a server on 127.0.0.1.
pub struct Proxy {
    pub address: SocketAddr,
    cut: watch::Sender<u64>,
    /// Bytes from the program after which everything is cut, once; 0 for never.
    cut_after: Arc<AtomicU64>,
}

impl Proxy {
    /// Takes connections at once and passes nothing on before `asleep` is over.
    pub async fn to(server: SocketAddr, asleep: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let address = listener.local_addr().expect("an address");
        let (cut, is_cut) = watch::channel(0);
        let cut_after = Arc::new(AtomicU64::new(0));
        let proxy = Self { address, cut: cut.clone(), cut_after: cut_after.clone() };
        let wakes = tokio::time::Instant::now() + asleep;
        tokio::task::spawn_local(async move {
            while let Ok((program, _)) = listener.accept().await {
                let (cut, is_cut, cut_after) = (cut.clone(), is_cut.clone(), cut_after.clone());
                tokio::task::spawn_local(async move {
                    tokio::time::sleep_until(wakes).await;
                    pass(program, server, cut, is_cut, cut_after).await;
                });
            }
        });
        proxy
    }

    /// Ends every connection when so many more bytes came from the program.
    pub fn cut_after(&self, bytes: u64) {
        self.cut_after.store(bytes, Ordering::SeqCst);
    }

    /// Ends every connection now.
    pub fn cut(&self) {
        self.cut.send_modify(|cuts| *cuts += 1);
    }
}

async fn pass(
    program: TcpStream,
    server: SocketAddr,
    cut: watch::Sender<u64>,
    mut is_cut: watch::Receiver<u64>,
    cut_after: Arc<AtomicU64>,
) {
    is_cut.mark_unchanged();
    let Ok(server) = TcpStream::connect(server).await else { return };
    let there = async {
        let mut buffer = [0; 4096];
        while program.readable().await.is_ok() {
            match program.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => {
                    let left = cut_after.load(Ordering::SeqCst);
                    if left > 0 && left <= read as u64 {
                        cut_after.store(0, Ordering::SeqCst);
                        cut.send_modify(|cuts| *cuts += 1);
                        return;
                    }
                    cut_after.store(left.saturating_sub(read as u64), Ordering::SeqCst);
                    if !write(&server, &buffer[..read]).await {
                        return;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    };
    let back = async {
        let mut buffer = [0; 4096];
        while server.readable().await.is_ok() {
            match server.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(read) if write(&program, &buffer[..read]).await => {}
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                _ => return,
            }
        }
    };
    tokio::select! { () = there => {}, () = back => {}, _ = is_cut.changed() => {} }
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        if stream.writable().await.is_err() {
            return false;
        }
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return false,
        }
    }
    true
}
