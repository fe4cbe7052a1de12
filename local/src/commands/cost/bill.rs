//! Usage times prices. Pure: the same usage and table give the same bill.

use contracts::pipeline::Pipeline;
use serde::Serialize;

use super::prices::{Prices, Provider};
use super::usage::Usage;

/// What a provider's share of the pushes may cost, in US dollars for 1,000 of them, its database left out.
pub const GOAL_USD: f64 = 0.05;
/// Pushes that a bill is about.
pub const PUSHES: f64 = 1_000.0;
const GB: f64 = 1e9;
const HOURS_A_MONTH: f64 = 730.0;
/// The deployment that this one is held against: replicas, vCPUs and GiB of each.
const ALWAYS_ON: (f64, f64, f64) = (3.0, 1.0, 2.0);

/// What 1,000 pushes cost at one provider, and what stands beside that.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bill {
    /// `AWS` or `Google Cloud`.
    pub provider: &'static str,
    /// Where.
    pub region: String,
    /// What grows with every push.
    pub lines: Vec<Line>,
    /// Their sum.
    pub usd: f64,
    /// What comes on top if every function starts cold for every message.
    pub cold: Line,
    /// What costs while nothing happens, a month.
    pub idle: Vec<Line>,
    /// The database, an hour awake; what never sleeps says so.
    pub database: Vec<Line>,
    /// Three replicas that never sleep, a month.
    pub always_on: Line,
}

/// An amount and what it costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// What is sold.
    pub what: String,
    /// How much of it.
    pub amount: f64,
    /// What it costs.
    pub usd: f64,
}

impl Bill {
    /// The dearest of what grows with every push.
    pub fn dearest(&self) -> Option<&Line> {
        self.lines.iter().max_by(|a, b| a.usd.total_cmp(&b.usd))
    }

    /// Pushes a month at which three replicas that never sleep cost the same.
    pub fn pushes_for_always_on(&self) -> f64 {
        let idle: f64 = self.idle.iter().map(|line| line.usd).sum();
        if self.usd > 0.0 { ((self.always_on.usd - idle) / self.usd * PUSHES).max(0.0) } else { 0.0 }
    }
}

/// MiB that a stage has where it is deployed.
pub fn memory_mib(_pipeline: &Pipeline, stage: &str) -> f64 {
    match stage {
        "code_analysis" => 2048.0,
        "initialization" | "rag_indexing" | "change_detection" | "consumer_triage" | "template_triage" => 1024.0,
        "webhook-ingest" => 256.0,
        _ => 512.0,
    }
}

/// What one invocation is billed by: its memory in GiB and its seconds of work and of waiting.
struct Invocation {
    gib: f64,
    work: f64,
    wait: f64,
}

/// Every invocation of the usage, the webhooks' own included. Waiting is shared evenly, for it is counted as a whole.
fn invocations(usage: &Usage, prices: &Prices, pipeline: &Pipeline) -> Vec<Invocation> {
    let requests = usage.requests;
    let objects = requests.objects.puts + reads(usage);
    // Each message is looked up first: this process knows by heart what nobody has decided about.
    let store = requests.store.reads + requests.store.writes + usage.messages;
    let waited = objects as f64 * prices.assumed("object_ms") + store as f64 * prices.assumed("store_ms");
    let wait = waited / 1000.0 / (usage.invocations() as f64).max(1.0);
    let ingest = Invocation {
        gib: memory_mib(pipeline, "webhook-ingest") / 1024.0,
        work: prices.assumed("ingest_ms") / 1000.0,
        wait: 0.0,
    };
    let stage = |(stage, times): (&String, &Vec<u32>)| {
        let gib = memory_mib(pipeline, stage) / 1024.0;
        times.iter().map(move |ms| Invocation { gib, work: f64::from(*ms) / 1000.0, wait }).collect::<Vec<_>>()
    };
    let ingests = (0..usage.pushes).map(|_| Invocation { ..ingest });
    ingests.chain(usage.stages.iter().flat_map(stage)).collect()
}

/// Objects that are read where each function is a process of its own.
pub fn reads(usage: &Usage) -> u64 {
    let objects = usage.requests.objects;
    objects.gets + objects.heads + objects.remembered
}

fn sold(provider: &Provider, price: &str, amount: f64) -> Line {
    let what = provider.price(price).map_or_else(|| price.to_owned(), |price| price.unit.clone());
    Line { what, amount, usd: provider.usd(price, amount) }
}

/// Requests, bytes and logs that both providers sell alike; all amounts for 1,000 pushes.
fn shared_lines(usage: &Usage, prices: &Prices, provider: &Provider, days: u32, invoked: f64) -> Vec<Line> {
    let scale = PUSHES / (usage.pushes as f64).max(1.0);
    let objects = usage.requests.objects;
    let months = f64::from(days) / 30.4;
    vec![
        sold(provider, "object_put", objects.puts as f64 * scale),
        sold(provider, "object_get", reads(usage) as f64 * scale),
        sold(provider, "object_gb_month", objects.put_bytes as f64 * scale / GB * months),
        sold(provider, "log_gb", invoked * prices.assumed("log_bytes") / GB),
    ]
}

fn finish(
    provider: (&'static str, &Provider),
    lines: Vec<Line>,
    cold: Line,
    idle: Vec<Line>,
    database: Vec<Line>,
    always_on: f64,
) -> Bill {
    let (replicas, vcpus, gib) = ALWAYS_ON;
    let what = format!("{replicas} replicas × {vcpus} vCPU, {gib} GiB, always on, a month");
    Bill {
        provider: provider.0,
        region: provider.1.region.clone(),
        usd: lines.iter().map(|line| line.usd).sum(),
        lines,
        cold,
        idle,
        database,
        always_on: Line { what, amount: replicas, usd: always_on },
    }
}

/// Lambda chained by SQS, with S3.
pub fn aws(usage: &Usage, prices: &Prices, pipeline: &Pipeline) -> Bill {
    let aws = &prices.aws;
    let scale = PUSHES / (usage.pushes as f64).max(1.0);
    let all = invocations(usage, prices, pipeline);
    let invoked = all.len() as f64 * scale;
    // Below a whole processor work takes longer in proportion; waiting does not.
    let slower = |gib: f64| (prices.assumed("vcpu_mib") / 1024.0 / gib).max(1.0);
    let billed = |i: &Invocation| i.gib * ((i.work * slower(i.gib) + i.wait) * 1000.0).ceil() / 1000.0;
    let chunks = (usage.message_bytes as f64 / (usage.messages as f64).max(1.0) / 65_536.0).ceil().max(1.0);
    let mut lines = vec![
        sold(aws, "request", invoked),
        sold(aws, "gb_second", all.iter().map(billed).sum::<f64>() * scale),
        sold(aws, "queue_request", usage.messages as f64 * scale * (2.0 * chunks + 1.0)),
    ];
    lines.extend(shared_lines(usage, prices, aws, pipeline.orchestrator.retention.days, invoked));
    let cold = all.iter().map(|i| i.gib).sum::<f64>() * scale * prices.assumed("cold_start_ms") / 1000.0;
    let polls = prices.assumed("queues") * prices.assumed("pollers") * HOURS_A_MONTH * 3600.0 / 20.0;
    let idle = vec![sold(aws, "queue_request", polls), sold(aws, "alarm_month", prices.assumed("alarms"))];
    let database = vec![sold(aws, "database_hour", prices.assumed("database_units"))];
    let (replicas, vcpus, gib) = ALWAYS_ON;
    let an_hour = vcpus * aws.usd("always_on_vcpu_hour", 1.0) + gib * aws.usd("always_on_gb_hour", 1.0);
    let always_on = replicas * HOURS_A_MONTH * an_hour;
    finish(("AWS", aws), lines, sold(aws, "gb_second", cold), idle, database, always_on)
}

/// Cloud Run chained by Pub/Sub, with Cloud Storage. A message is one request with one vCPU.
pub fn gcp(usage: &Usage, prices: &Prices, pipeline: &Pipeline) -> Bill {
    let gcp = &prices.gcp;
    let scale = PUSHES / (usage.pushes as f64).max(1.0);
    let all = invocations(usage, prices, pipeline);
    let invoked = all.len() as f64 * scale;
    // Time is rounded up to the next 100 ms.
    let seconds = |i: &Invocation| ((i.work + i.wait) * 10.0).ceil() / 10.0;
    let vcpu_seconds = all.iter().map(seconds).sum::<f64>() * scale;
    let gib_seconds = all.iter().map(|i| seconds(i) * i.gib.max(0.5)).sum::<f64>() * scale;
    let mean = usage.message_bytes as f64 / (usage.messages as f64).max(1.0) + prices.assumed("attribute_bytes");
    // Published once and delivered once.
    let bytes = usage.messages as f64 * scale * 2.0 * mean.max(1000.0);
    let mut lines = vec![
        sold(gcp, "request", invoked),
        sold(gcp, "vcpu_second", vcpu_seconds),
        sold(gcp, "gib_second", gib_seconds),
        sold(gcp, "queue_tib", bytes / (1_u64 << 40) as f64),
    ];
    lines.extend(shared_lines(usage, prices, gcp, pipeline.orchestrator.retention.days, invoked));
    let cold = sold(gcp, "vcpu_second", invoked * prices.assumed("cold_start_ms") / 1000.0);
    let idle = vec![sold(gcp, "secret_month", prices.assumed("secrets")), sold(gcp, "schedule_month", 1.0)];
    let sql = gcp.usd("database_vcpu_hour", 1.0) + gcp.usd("database_gb_hour", 3.75);
    let database = vec![
        sold(gcp, "database_hour", prices.assumed("neon_units")),
        Line { what: "Cloud SQL, 1 vCPU, 3.75 GB, never asleep".to_owned(), amount: 1.0, usd: sql },
    ];
    let (replicas, vcpus, gib) = ALWAYS_ON;
    let a_second = vcpus * gcp.usd("always_on_vcpu_second", 1.0) + gib * gcp.usd("always_on_gib_second", 1.0);
    let always_on = replicas * HOURS_A_MONTH * 3600.0 * a_second;
    finish(("Google Cloud", gcp), lines, cold, idle, database, always_on)
}

#[cfg(test)]
mod tests;
