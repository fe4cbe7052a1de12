//! From the start of a function's process to its first poll, beside the least that a Lambda function can be.
//!
//! The bench is what they poll: it listens, and the moment that a request for the next invocation arrives is the end of the
//! cold start as far as it is ours. Built with the profile that is deployed, both; pairs alternate, so that whatever else the
//! machine does falls on both.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::Context;

use crate::numbers::median;
use crate::table::{Bound, Table};

const PAIRS: usize = 100;
/// What is deployed, and how much longer than the least it may take.
const FUNCTIONS: [(&str, f64); 11] = [
    ("webhook-ingest", 1.5),
    ("initialize", 3.0),
    ("metadata", 3.0),
    ("structure", 3.0),
    ("code-analysis", 3.0),
    ("rag-index", 3.0),
    ("change-detection", 3.0),
    ("consumer-triage", 3.0),
    ("template-triage", 3.0),
    ("notify", 3.0),
    ("sweeper", 3.0),
];

/// Measures the functions that lie in `folder`, beside `examples/hello` in it.
pub fn measure(folder: &Path, table: &mut Table) -> anyhow::Result<()> {
    let hello = folder.join("examples/hello");
    if !hello.exists() {
        let build = "cargo build --profile small -p runtime --features aws --example hello";
        table.skip("starts of functions", &format!("{} is not there: {build}", hello.display()));
        return Ok(());
    }
    for (name, most) in FUNCTIONS {
        let program = folder.join(name);
        if !program.exists() {
            table.skip(
                &format!("start of {name}"),
                "not built: cargo build --profile small --features aws -p <function>",
            );
            continue;
        }
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..PAIRS {
            ours.push(start(&program)?);
            bare.push(start(&hello)?);
        }
        let what = format!("{name}: start to first poll ÷ a bare function");
        table.row(&what, (median(ours) * 1e3, "ms"), (median(bare) * 1e3, "ms"), Bound::AtMost(most));
    }
    Ok(())
}

/// Seconds from the start of the process to its first poll.
fn start(program: &Path) -> anyhow::Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let started = Instant::now();
    let mut child = spawn(program, &listener.local_addr()?.to_string())?;
    let polled = first_poll(&listener).map(|()| started.elapsed().as_secs_f64());
    child.kill()?;
    child.wait()?;
    polled.with_context(|| format!("{} did not poll", program.display()))
}

fn first_poll(listener: &TcpListener) -> anyhow::Result<()> {
    let (stream, _) = listener.accept()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    anyhow::ensure!(line.starts_with("GET /2018-06-01/runtime/invocation/next"), "asked for {line:?}");
    Ok(())
}

fn spawn(program: &Path, runtime_api: &str) -> anyhow::Result<Child> {
    #[expect(clippy::disallowed_methods, reason = "the bench starts what it measures")]
    let mut command = Command::new(program);
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config");
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    command.env("AWS_LAMBDA_RUNTIME_API", runtime_api).env("AWS_LAMBDA_FUNCTION_NAME", "f");
    command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512").env("AWS_LAMBDA_FUNCTION_VERSION", "1");
    command.env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
    command.env("ORCHESTRATOR_QUEUE_URL", "sqs:https://sqs.us-east-1.amazonaws.com/000000000000/downstream-");
    command
        .env("ORCHESTRATOR_BLOBS_URL", "s3:downstream")
        .env("ORCHESTRATOR_DATABASE_URL", "postgres://a:b@127.0.0.1:9/c");
    command.env("ORCHESTRATOR_PIPELINE", config.join("pipeline.yaml"));
    command.env("ORCHESTRATOR_RELATIONSHIPS", config.join("relationships.json"));
    command.env("GITHUB_TOKEN", "t").env("GITHUB_WEBHOOK_SECRET", "s").env("ORCHESTRATOR_URL", "https://example.com");
    command.spawn().with_context(|| format!("cannot start {}", program.display()))
}
