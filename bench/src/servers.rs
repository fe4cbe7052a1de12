//! The servers that are compared, each in a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use local::inbox::LocalInbox;
use relationships::Relationships;
use runtime::intake::Intake;
use runtime::{Observers, World};
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::load::SECRET;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A bare axum handler that only reads the body.
    Bare,
    /// Downstream's webhook function over its local store.
    Ours,
    /// An axum handler that checks the signature and syncs each body to a file under a lock.
    Locked,
    /// A plain Node server that checks the signature and stores nothing.
    Node,
}

/// A server of one kind, running until it is dropped.
pub struct Server {
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts a server that keeps what it keeps in `folder`.
    pub fn start(kind: Kind, folder: &Path) -> anyhow::Result<Self> {
        let mut command = match kind {
            Kind::Node => process("node".as_ref(), &["-e", NODE_SERVER, SECRET]),
            _ => {
                let name =
                    clap::ValueEnum::to_possible_value(&kind).map(|v| v.get_name().to_owned()).unwrap_or_default();
                let mut command = process(&std::env::current_exe()?, &["serve", &name]);
                command.arg(folder);
                command
            }
        };
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start a server")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim().parse().with_context(|| format!("a server said {line:?} instead of its address"))?;
        Ok(Self { address, child })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn process(program: &Path, arguments: &[&str]) -> Command {
    #[expect(clippy::disallowed_methods, reason = "the bench starts the servers that it compares")]
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Checks what GitHub signs, answers 202, stores nothing.
const NODE_SERVER: &str = r#"
const http = require("http"), crypto = require("crypto");
const secret = process.argv[1];
const server = http.createServer((request, response) => {
  const parts = [];
  request.on("data", part => parts.push(part));
  request.on("end", () => {
    const wanted = "sha256=" + crypto.createHmac("sha256", secret).update(Buffer.concat(parts)).digest("hex");
    const given = request.headers["x-hub-signature-256"] || "";
    const good = given.length === wanted.length && crypto.timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
    response.writeHead(good ? 202 : 401, { "content-length": 2 });
    response.end("ok");
  });
});
server.listen(0, "127.0.0.1", () => console.log("127.0.0.1:" + server.address().port));
process.stdin.on("end", () => process.exit());
process.stdin.resume();
"#;

/// Serves one kind until standard input ends.
pub fn serve(kind: Kind, folder: &Path) -> anyhow::Result<()> {
    std::thread::spawn(|| {
        drop(std::io::stdin().read(&mut [0]));
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let router = match kind {
            Kind::Bare | Kind::Node => {
                Router::new().fallback(post(|body: Bytes| async move { body.len().to_string() }))
            }
            Kind::Locked => locked(folder)?,
            Kind::Ours => ours(folder).await?,
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        Ok(axum::serve(listener, router).await?)
    })
}

fn locked(folder: &Path) -> anyhow::Result<Router> {
    let file = Arc::new(Mutex::new(std::fs::File::create(folder.join("bodies"))?));
    let handler = move |headers: HeaderMap, body: Bytes| {
        let file = file.clone();
        async move {
            let given = headers.get("x-hub-signature-256").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            let stored = tokio::task::spawn_blocking(move || {
                let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
                mac.update(&body);
                mac.verify_slice(&hex::decode(given.trim_start_matches("sha256="))?)?;
                let mut file = file.lock().map_err(|_| anyhow::anyhow!("poisoned"))?;
                file.write_all(&body)?;
                file.sync_data()?;
                anyhow::Ok(())
            });
            match stored.await {
                Ok(Ok(())) => StatusCode::ACCEPTED,
                _ => StatusCode::UNAUTHORIZED,
            }
        }
    };
    Ok(Router::new().fallback(post(handler)))
}

/// The webhook function as `downstream dev` runs it, with no stage to take the messages: what is measured is the way in.
async fn ours(folder: &Path) -> anyhow::Result<Router> {
    let clock = runtime::clock::system();
    let home = local::home::Home::open(folder, clock.clone()).await.map_err(|e| anyhow::anyhow!("{e}"))?;
    let world = World {
        queue: home.queue.clone(),
        store: home.store.clone(),
        blobs: home.blobs.clone(),
        wiring: Arc::new(local::river::wiring()),
        pipeline: Arc::default(),
        clock: clock.clone(),
        observers: Observers::default(),
    };
    let intake = Arc::new(Intake::open(world.clone()).await?);
    // The folder's lock is held until the process ends.
    std::mem::forget(home);
    let relationships = r#"{"relationships":{"acme/api":{"type":"service_provider","consumers":[{"repo":"acme/shop","relationship_type":"api_consumer"}]}}}"#;
    Ok(webhook_ingest::router(webhook_ingest::Deps {
        inbox: Arc::new(LocalInbox { world, intake }),
        relationships: Arc::new(Relationships::parse(relationships)?),
        webhook_secret: webhook_ingest::Secret::new(SECRET),
        unsigned_ok: false,
        api_key: None,
        actions: None,
        where_is: Arc::new(|repo| format!("https://github.com/{repo}")),
        now_ms: clock,
        version: "bench",
    }))
}
