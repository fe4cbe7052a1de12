//! `downstream demo`: the main job on three small repositories, without account, key or network.

mod repositories;
mod story;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, bail};
use contracts::RunId;
use contracts::verdict::{Answer, Verdict};
use hmac::{Hmac, KeyInit, Mac};
use relationships::Relationships;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::cli::{Common, Demo, Secrets};
use crate::commands::index::index;
use crate::exit::{Exit, Failure};
use crate::names::Named;
use crate::river::{Plan, River};
use crate::show::{self, Paint};
use crate::watch::{self, Shown};

use repositories::Sample;

pub async fn run(common: &Common, args: &Demo) -> Result<Exit, Failure> {
    let folder = tempfile::Builder::new().prefix("downstream-demo-").tempdir()?;
    let common = undisturbed(common);
    let paint = Paint::of_stdout();
    let shown = Stage { common: &common, paint, folder: folder.path() };
    let result = shown.play().await;
    if args.keep {
        println!("{}", paint.dim(&format!("Kept: {}", folder.keep().display())));
    }
    result?;
    Ok(Exit::Ok)
}

/// The demo depends on nothing that is set outside, and can send nothing.
fn undisturbed(common: &Common) -> Common {
    let secrets = Secrets { webhook_secret: Some("demo".to_owned()), ..Secrets::default() };
    Common { secrets, ..common.clone() }
}

struct Stage<'a> {
    common: &'a Common,
    paint: Paint,
    folder: &'a Path,
}

impl Stage<'_> {
    async fn play(&self) -> Result<(), Failure> {
        self.say("Creating 3 small repositories with some history (a provider, a consumer, a fork of its template) …");
        let samples = repositories::create(&self.folder.join("repositories"))?;
        let mut river = self.open_river(&samples).await?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        river.serve(listener, self.common);
        self.index_all(&river, &samples).await?;
        let verdicts = self.push_the_change(&river, &samples, address).await?;
        self.show_findings(&verdicts)?;
        self.show_issue(&river)?;
        self.fix_the_consumer(&river, &samples, address).await?;
        river.drain().await;
        println!();
        self.say("Next:  downstream check --repo ../provider --base main~1 --head main --dependent ../consumer");
        self.say("       downstream dev       take real webhooks; without a token nothing is sent");
        Ok(())
    }

    fn say(&self, text: &str) {
        println!("{text}");
    }

    async fn open_river(&self, samples: &[Sample]) -> Result<River, Failure> {
        let addresses = samples.iter().map(|s| (s.repo.as_str().to_owned(), s.url())).collect();
        let relationships = Relationships::parse(story::RELATIONSHIPS).map_err(Failure::environment)?;
        let plan = Plan { relationships, addresses, sends_nothing: true, asks_a_model: false, settles: false };
        River::start(self.common, self.folder.join("home"), plan).await
    }

    async fn index_all(&self, river: &River, samples: &[Sample]) -> Result<(), Failure> {
        for sample in samples {
            let named = Named { repo: sample.repo.clone(), url: sample.url() };
            index(river, &named, git::Rev::Head, self.common.json).await?;
        }
        Ok(())
    }

    /// A real commit, and the signed delivery that GitHub would send of it.
    async fn push_the_change(
        &self,
        river: &River,
        samples: &[Sample],
        address: SocketAddr,
    ) -> Result<Vec<Verdict>, Failure> {
        let provider = &samples[0];
        let pushed = provider.commit("Serve health checks under /v1 and reserve memory", &story::provider_change())?;
        println!();
        self.say(&format!("Pushing to {}: {} …", provider.repo, self.paint.bold(&pushed.summary)));
        let run = self.push(provider, &pushed, address).await?;
        watch::until_finished(river, &[(run.clone(), provider.repo.clone())], Shown::Stages.unless(self.common.json))
            .await?;
        println!();
        Ok(river.world.store.verdicts(&run).await?.into_iter().map(|record| record.verdict).collect())
    }

    async fn push(
        &self,
        sample: &Sample,
        pushed: &repositories::Pushed,
        address: SocketAddr,
    ) -> Result<RunId, Failure> {
        let body = json!({
            "ref": "refs/heads/main",
            "before": pushed.before,
            "after": pushed.after,
            "deleted": false, "created": false, "forced": false,
            "repository": { "full_name": sample.repo, "default_branch": "main", "pushed_at": pushed.at },
            "head_commit": { "id": pushed.after, "message": pushed.summary },
        });
        let answer = deliver(self.common, address, body.to_string().as_bytes()).await?;
        let run = answer["run"].as_str().with_context(|| format!("the delivery was not accepted: {answer}"))?;
        Ok(run.parse()?)
    }

    fn show_findings(&self, verdicts: &[Verdict]) -> Result<(), Failure> {
        for verdict in verdicts {
            print!("{}", show::verdict(self.paint, verdict));
            println!();
        }
        Ok(expect(verdicts)?)
    }

    /// The body of the issue that the consumer would get.
    fn show_issue(&self, river: &River) -> Result<(), Failure> {
        let folder = river.home.outbox();
        let body = story::consumer_issue(&folder)?;
        println!("{}", self.paint.dim("The issue for acme/web-shop (nothing was sent anywhere):"));
        println!("{}", self.paint.dim(&"─".repeat(72)));
        println!("{}", body.lines().map(show::inert).collect::<Vec<_>>().join("\n"));
        println!("{}", self.paint.dim(&"─".repeat(72)));
        Ok(())
    }

    /// The consumer follows, and its issue closes itself.
    async fn fix_the_consumer(&self, river: &River, samples: &[Sample], address: SocketAddr) -> Result<(), Failure> {
        let consumer = &samples[1];
        let pushed = consumer.commit("Follow payments-api to /v1/health", &story::consumer_fix())?;
        println!();
        self.say(&format!("Pushing to {}: {} …", consumer.repo, self.paint.bold(&pushed.summary)));
        let run = self.push(consumer, &pushed, address).await?;
        watch::until_finished(river, &[(run, consumer.repo.clone())], Shown::Stages.unless(self.common.json)).await?;
        let open = river.world.store.findings_against(&consumer.repo).await?;
        let still: Vec<_> = open.iter().filter(|f| f.state == contracts::record::FindingState::Open).collect();
        if !still.is_empty() {
            return Err(Failure::Environment(format!("the fix was pushed, and {} findings stay open", still.len())));
        }
        println!(
            "{} the issue for {} is closed: its calls are fixed in {}",
            self.paint.green("✓"),
            consumer.repo,
            &pushed.after[..7]
        );
        Ok(())
    }
}

/// What must come out, or the demo says what is off.
fn expect(verdicts: &[Verdict]) -> anyhow::Result<()> {
    let of = |target: &str| verdicts.iter().find(|v| v.target.as_str() == target);
    for target in ["acme/web-shop", "acme/payments-eu"] {
        let Some(verdict) = of(target) else { bail!("no verdict about {target}") };
        if verdict.answer != Answer::Affected || verdict.findings.iter().any(|f| f.dependent.is_empty()) {
            bail!("expected evidence in {target}, got {:?}", verdict.answer);
        }
    }
    Ok(())
}

/// Posts a push delivery the way GitHub does, signed if there is a secret.
pub async fn deliver(common: &Common, address: SocketAddr, body: &[u8]) -> anyhow::Result<Value> {
    let id = contracts::ids::digest_hex(&[&String::from_utf8_lossy(body)], 32);
    let mut request = reqwest::Client::new()
        .post(format!("http://{address}/webhooks/github"))
        .header("X-GitHub-Event", "push")
        .header("X-GitHub-Delivery", id)
        .header("Content-Type", "application/json");
    if let Some(secret) = &common.secrets.webhook_secret {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
        mac.update(body);
        let signature = hex::encode(mac.finalize().into_bytes());
        request = request.header("X-Hub-Signature-256", format!("sha256={signature}"));
    }
    let answer = request.body(body.to_vec()).send().await?;
    let status = answer.status();
    let answer: Value = answer.json().await?;
    if !status.is_success() {
        bail!("{}: {}", status, answer["detail"].as_str().unwrap_or("no reason given"));
    }
    Ok(answer)
}
