//! Five empty stages over SQS, beside the calls that five stages cannot do without.
//!
//! LocalStack answers both: it takes the lock that moto lacks, and its answers are the steadier of the two. What is ours is
//! the difference: envelopes, a decision kept and looked up, batches.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use contracts::messages::{ChangeReported, CodeAnalyzed, RepositoryReady, StructureAnalyzed};
use contracts::{Envelope, MessageId};
use queue::{Parcel, Queue};
use runtime::step::step;
use runtime::{Wiring, World};
use stage::{Fault, Outcome, Stage, says};

use crate::numbers::median;
use crate::stages::{First, Second, Third, doors};
use crate::table::{Bound, Table};

/// Runs of each kind, one after the other by turns.
const TURNS: usize = 60;
/// Turns before these: connections, and Python's first looks at its own code.
const WARMING: usize = 5;
const LEASE: Duration = Duration::from_secs(60);
const STAGES: [&str; 5] = [First::NAME, Second::NAME, Third::NAME, Fourth::NAME, Fifth::NAME];

struct Fourth;
struct Fifth;

says! { enum FourthOut { CodeAnalyzed } }
says! { enum FifthOut { RepositoryReady } }

impl Stage for Fourth {
    const NAME: &'static str = "fourth";
    type In = StructureAnalyzed;
    type Out = FourthOut;
    type Deps = ();

    async fn handle(msg: &Envelope<StructureAnalyzed>, (): &()) -> Result<Outcome<FourthOut>, Fault> {
        let StructureAnalyzed { change, snapshot, metadata, structure } = msg.body.clone();
        let code = structure.clone();
        Ok(Outcome::say(CodeAnalyzed { change, snapshot, metadata, structure, code }.into()))
    }
}

impl Stage for Fifth {
    const NAME: &'static str = "fifth";
    type In = CodeAnalyzed;
    type Out = FifthOut;
    type Deps = ();

    async fn handle(msg: &Envelope<CodeAnalyzed>, (): &()) -> Result<Outcome<FifthOut>, Fault> {
        let CodeAnalyzed { change, snapshot, metadata, structure, code } = msg.body.clone();
        let index_digest = String::new();
        Ok(Outcome::say(RepositoryReady { change, snapshot, metadata, structure, code, index_digest }.into()))
    }
}

pub fn measure(table: &mut Table) -> anyhow::Result<()> {
    let server = counterparts::localstack();
    let folder = tempfile::tempdir_in(".")?;
    let runtime = tokio::runtime::Runtime::new()?;
    let (ours, bare) = runtime.block_on(async {
        let queue = counterparts::sqs_queues(&server, "bench-", &STAGES);
        let queue = Queue::open(&queue, runtime::clock::system()).await?;
        let wiring = Wiring::default()
            .with::<First>("first")
            .with::<Second>("second")
            .with::<Third>("third")
            .with::<Fourth>("fourth")
            .with::<Fifth>("fifth");
        let world = World { queue, wiring: Arc::new(wiring), ..doors(folder.path(), &STAGES).await? };
        by_turns(&world, &client(&server.url()).await, &server.url()).await
    })?;
    table.row(
        "five stages over LocalStack's SQS ÷ send + receive + delete × 5 alone",
        (ours * 1e3, "ms"),
        (bare * 1e3, "ms"),
        Bound::AtMost(1.5),
    );
    Ok(())
}

/// The medians in seconds, ours and the bare calls'.
async fn by_turns(world: &World, client: &Client, server: &str) -> anyhow::Result<(f64, f64)> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for turn in 0..WARMING + TURNS {
        let first = first(turn)?;
        let started = Instant::now();
        five_stages(world, first.clone()).await?;
        let took = started.elapsed();
        let started = Instant::now();
        five_times(client, server, &first.envelope).await?;
        if turn >= WARMING {
            ours.push(took.as_secs_f64());
            bare.push(started.elapsed().as_secs_f64());
        }
    }
    Ok((median(ours), median(bare)))
}

async fn five_stages(world: &World, first: Parcel) -> anyhow::Result<()> {
    world.queue.send(vec![first]).await?;
    take::<First>(world).await?;
    take::<Second>(world).await?;
    take::<Third>(world).await?;
    take::<Fourth>(world).await?;
    take::<Fifth>(world).await
}

async fn take<S: Stage<Deps = ()>>(world: &World) -> anyhow::Result<()> {
    let received = world.queue.receive(S::NAME, 1, LEASE).await?;
    step::<S>(world, &(), received.first().context("nothing was received")?).await?;
    Ok(())
}

async fn five_times(client: &Client, server: &str, body: &str) -> anyhow::Result<()> {
    for stage in STAGES {
        let url = format!("{server}/000000000000/bench-{stage}");
        client.send_message().queue_url(&url).message_body(body).send().await?;
        let received = client.receive_message().queue_url(&url).wait_time_seconds(20).send().await?;
        let message = received.messages().first().context("nothing was received")?;
        let receipt = message.receipt_handle().context("there is no receipt")?;
        client.delete_message().queue_url(&url).receipt_handle(receipt).send().await?;
    }
    Ok(())
}

fn first(turn: usize) -> anyhow::Result<Parcel> {
    let id = MessageId::derive(&["five stages", &turn.to_string()]);
    let change = ChangeReported::of("acme/api".parse()?, "https://github.com/acme/api".into(), None);
    let envelope = serde_json::to_string(&Envelope::first(id.clone(), change))?;
    Ok(Parcel { stage: First::NAME.to_owned(), id, envelope })
}

/// The same client as ours, without anything around it.
async fn client(server: &str) -> Client {
    let settings = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(server)
        .credentials_provider(Credentials::new("test", "test", None, None, "bench"));
    Client::new(&settings.load().await)
}
