//! Three empty durable stages through the local host.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use blobs::Blobs;
use contracts::messages::{ChangeReported, MetadataExtracted, SnapshotTaken, StructureAnalyzed};
use contracts::pipeline::{DEFAULT_MEMORY, Pipeline, StageLimits};
use contracts::{Envelope, MessageId, RunId};
use queue::Queue;
use runtime::intake::Intake;
use runtime::local::Local;
use runtime::observe::Happening;
use runtime::{Observers, Wiring, World};
use stage::{Fault, Outcome, Stage, says};
use store::Store;
use tokio::sync::{Semaphore, mpsc};

use crate::numbers::{fdatasync, median};
use crate::table::{Bound, Table};

const SERIAL_RUNS: usize = 300;
const CONCURRENT_RUNS: usize = 6_000;
const AT_ONCE: usize = 32;

pub struct First;
pub struct Second;
pub struct Third;

says! { pub enum FirstOut { SnapshotTaken } }
says! { pub enum SecondOut { MetadataExtracted } }
says! { pub enum ThirdOut { StructureAnalyzed } }

impl Stage for First {
    const NAME: &'static str = "first";
    type In = ChangeReported;
    type Out = FirstOut;
    type Deps = ();

    async fn handle(msg: &Envelope<ChangeReported>, (): &()) -> Result<Outcome<FirstOut>, Fault> {
        let after = "snapshot/00".parse().map_err(Fault::reject)?;
        Ok(Outcome::say(SnapshotTaken { change: msg.body.change(), after, before: None }.into()))
    }
}

impl Stage for Second {
    const NAME: &'static str = "second";
    type In = SnapshotTaken;
    type Out = SecondOut;
    type Deps = ();

    async fn handle(msg: &Envelope<SnapshotTaken>, (): &()) -> Result<Outcome<SecondOut>, Fault> {
        let SnapshotTaken { change, after, .. } = msg.body.clone();
        Ok(Outcome::say(MetadataExtracted { change, snapshot: after.clone(), metadata: after }.into()))
    }
}

impl Stage for Third {
    const NAME: &'static str = "third";
    type In = MetadataExtracted;
    type Out = ThirdOut;
    type Deps = ();

    async fn handle(msg: &Envelope<MetadataExtracted>, (): &()) -> Result<Outcome<ThirdOut>, Fault> {
        let MetadataExtracted { change, snapshot, metadata } = msg.body.clone();
        let structure = metadata.clone();
        Ok(Outcome::say(StructureAnalyzed { change, snapshot, metadata, structure }.into()))
    }
}

pub fn measure(table: &mut Table) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let sync = fdatasync(folder.path())?.as_secs_f64();
    let runtime = tokio::runtime::Runtime::new()?;
    let (serial, rate) = runtime.block_on(run(folder.path()))?;
    let again = fdatasync(folder.path())?.as_secs_f64();
    let sync = median(vec![sync, again]);
    let six = 6.0 * sync;
    table.row(
        "three durable stages, serial p50 ÷ six fdatasyncs",
        (serial * 1e3, "ms"),
        (six * 1e3, "ms"),
        Bound::AtMost(2.5),
    );
    let unit = "a second";
    table.row(
        "three durable stages, 32 at once ÷ serial fdatasyncs",
        (rate, unit),
        (1.0 / sync, unit),
        Bound::AtLeast(0.5),
    );
    Ok(())
}

async fn run(folder: &Path) -> anyhow::Result<(f64, f64)> {
    let world = world(folder).await?;
    let intake = Arc::new(Intake::open(world.clone()).await?);
    let mut host = Local::new(world.clone());
    host.run::<First>(());
    host.run::<Second>(());
    host.run::<Third>(());
    let mut ended = ends(&world);
    let mut figures = Vec::new();
    for n in 0..SERIAL_RUNS {
        let started = Instant::now();
        let run = report(&intake, &format!("serial {n}")).await?;
        while ended.recv().await.context("the river ended")? != run {}
        figures.push(started.elapsed().as_secs_f64());
    }
    let rate = concurrent(&intake, &mut ended).await?;
    host.drain().await;
    Ok((median(figures), rate))
}

/// Runs a second with [`AT_ONCE`] of them under way.
async fn concurrent(intake: &Arc<Intake>, ended: &mut mpsc::UnboundedReceiver<RunId>) -> anyhow::Result<f64> {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let started = Instant::now();
    let mut open = HashMap::new();
    let (mut sent, mut done) = (0, 0);
    let mut reports = tokio::task::JoinSet::new();
    while done < CONCURRENT_RUNS {
        while sent < CONCURRENT_RUNS
            && let Ok(permit) = room.clone().try_acquire_owned()
        {
            let (intake, name) = (intake.clone(), format!("concurrent {sent}"));
            open.insert(MessageId::derive(&[&name]).run(), permit);
            reports.spawn(async move { report(&intake, &name).await });
            sent += 1;
        }
        let run = ended.recv().await.context("the river ended")?;
        if open.remove(&run).is_some() {
            done += 1;
        }
        while reports.try_join_next().is_some() {}
    }
    Ok(CONCURRENT_RUNS as f64 / started.elapsed().as_secs_f64())
}

/// Runs whose last stage has been decided, as they are.
fn ends(world: &World) -> mpsc::UnboundedReceiver<RunId> {
    let (tell, told) = mpsc::unbounded_channel();
    let mut happenings = world.observers.watch();
    #[expect(clippy::disallowed_methods, reason = "the bench watches beside what it measures")]
    tokio::spawn(async move {
        while let Ok(happening) = happenings.recv().await {
            if let Happening::Ended { run, stage: "third", .. } = happening {
                drop(tell.send(run));
            }
        }
    });
    told
}

async fn report(intake: &Intake, name: &str) -> anyhow::Result<RunId> {
    let id = MessageId::derive(&[name]);
    let change = ChangeReported::of("acme/api".parse()?, "https://github.com/acme/api".into(), None);
    intake.accept(id.clone(), None, change).await?;
    Ok(id.run())
}

async fn world(folder: &Path) -> anyhow::Result<World> {
    let wiring = Wiring::default().with::<First>("first").with::<Second>("second").with::<Third>("third");
    Ok(World { wiring: Arc::new(wiring), ..doors(folder, &[First::NAME, Second::NAME, Third::NAME]).await? })
}

/// Doors over a folder, for stages that nobody is wired to yet.
pub async fn doors(folder: &Path, stages: &[&str]) -> anyhow::Result<World> {
    let clock = runtime::clock::system();
    let url = |name: &str| format!("sqlite:{}", folder.join(name).display());
    let limits = StageLimits { timeout: 60, retries: 2, max_concurrent: AT_ONCE, memory: DEFAULT_MEMORY };
    let mut pipeline = Pipeline::default();
    for stage in stages {
        pipeline.orchestrator.stages.insert((*stage).to_owned(), limits);
    }
    Ok(World {
        queue: Queue::open(&url("queue.db"), clock.clone()).await?,
        store: Store::open(&url("state.db")).await?,
        blobs: Blobs::open(&format!("dir:{}", folder.join("objects").display())).await?,
        wiring: Arc::new(Wiring::default()),
        pipeline: Arc::new(pipeline),
        clock,
        observers: Observers::default(),
    })
}
