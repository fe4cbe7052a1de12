//! A load of push deliveries: 8 KiB each, signed, all different, over 256 kept-alive connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{bail, ensure};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What the servers check signatures with.
pub const SECRET: &str = "It's a Secret to Everybody";
const CONNECTIONS: usize = 256;
const BODY_BYTES: usize = 8 * 1024;

/// Whole requests, ready to be written.
pub fn requests(count: usize) -> anyhow::Result<Arc<Vec<Vec<u8>>>> {
    let request = |n: usize| {
        let body = body(n);
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
        mac.update(&body);
        let signature = hex::encode(mac.finalize().into_bytes());
        let head = format!(
            "POST /webhooks/github HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             x-github-event: push\r\nx-github-delivery: {n:08x}-0000-4000-8000-000000000000\r\n\
             x-hub-signature-256: sha256={signature}\r\n\r\n",
            body.len()
        );
        Ok([head.into_bytes(), body].concat())
    };
    Ok(Arc::new((0..count).map(request).collect::<anyhow::Result<_>>()?))
}

/// A push with everything that GitHub sends of one, filled up with commits to its size.
fn body(n: usize) -> Vec<u8> {
    let after = format!("{n:040x}");
    let mut commits = Vec::new();
    let mut bytes = Vec::new();
    while bytes.len() < BODY_BYTES {
        commits.push(json!({
            "id": after, "tree_id": after, "distinct": true, "message": format!("Change {n} part {}", commits.len()),
            "timestamp": "2026-01-02T03:04:05Z", "url": format!("https://github.com/acme/api/commit/{after}"),
            "author": { "name": "Ada", "email": "ada@acme.example", "username": "ada" },
            "committer": { "name": "Ada", "email": "ada@acme.example", "username": "ada" },
            "added": ["src/new.rs"], "removed": [], "modified": ["src/lib.rs", "README.md"],
        }));
        bytes = json!({
            "ref": "refs/heads/main", "before": format!("{:040x}", n + 1), "after": after,
            "repository": {
                "id": 1, "name": "api", "full_name": "acme/api", "private": false, "default_branch": "main",
                "url": "https://github.com/acme/api", "clone_url": "https://github.com/acme/api.git",
                "pushed_at": 1_767_323_045 + n, "owner": { "name": "acme", "login": "acme", "id": 2 },
            },
            "pusher": { "name": "ada", "email": "ada@acme.example" },
            "sender": { "login": "ada", "id": 3, "type": "User" },
            "created": false, "deleted": false, "forced": false,
            "head_commit": commits[0], "commits": commits,
        })
        .to_string()
        .into_bytes();
    }
    bytes
}

/// Answers a second for all requests, each sent once. Every answer must be a success.
pub fn run(address: SocketAddr, requests: &Arc<Vec<Vec<u8>>>) -> anyhow::Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(TcpStream::connect(address).await?);
        }
        let next = Arc::new(AtomicUsize::new(0));
        let started = Instant::now();
        let mut workers = tokio::task::JoinSet::new();
        for connection in connections {
            workers.spawn(send_all(connection, requests.clone(), next.clone()));
        }
        while let Some(done) = workers.join_next().await {
            done??;
        }
        Ok(requests.len() as f64 / started.elapsed().as_secs_f64())
    })
}

async fn send_all(
    mut connection: TcpStream,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
) -> anyhow::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = vec![0; 4096];
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        connection.write_all(request).await?;
        read_answer(&mut connection, &mut buffer).await?;
    }
    Ok(())
}

async fn read_answer(connection: &mut TcpStream, buffer: &mut [u8]) -> anyhow::Result<()> {
    let mut filled = 0;
    loop {
        ensure!(filled < buffer.len(), "an answer is too long");
        let read = connection.read(&mut buffer[filled..]).await?;
        ensure!(read > 0, "the server closed the connection");
        filled += read;
        let answer = String::from_utf8_lossy(&buffer[..filled]);
        let Some((head, body)) = answer.split_once("\r\n\r\n") else { continue };
        if !head.starts_with("HTTP/1.1 2") {
            bail!("refused: {answer}");
        }
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
        let length: usize = length.and_then(|l| l.trim().parse().ok()).unwrap_or(0);
        if body.len() >= length {
            return Ok(());
        }
    }
}
