//! Asks a model about what rules leave open: once, once more where its answer cannot be used, and within a budget.
//!
//! What was asked before is not asked again, whoever asks: a redelivery, a replayed webhook, a second look at the same
//! lines. A model that cannot be asked never makes a verdict fail; it makes it *unknown*.

use std::time::Duration;

use contracts::decision::ModelCall;
use contracts::ids::digest_hex;
use model::redact::redact;
use model::{Error, Model, Question, Repair, Reply};
use stage::Fault;
use store::{Answered, Reserve, Settle, Store};

use crate::Deps;
use crate::advice::{self, Advice};
use crate::decide::with_open;
use crate::gather::{Case, Reading};

/// A model that was busy is asked once more, at the earliest and at the latest after this long.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15));

const DAY_MILLIS: i64 = 86_400_000;

/// Somebody to ask.
#[derive(Clone)]
pub struct Adviser {
    /// The model.
    pub model: Model,
    /// What questions about changes of one provider may cost a day (UTC), in millionths of a US dollar.
    pub budget_micro_usd: i64,
    /// Milliseconds since the Unix epoch.
    pub now_ms: std::sync::Arc<dyn Fn() -> i64 + Send + Sync>,
}

/// What a model says about what rules leave open; nothing where they leave nothing open, or nobody can be asked.
pub(crate) async fn ask(case: &Case, reading: &Reading, deps: &Deps) -> Result<Advice, Fault> {
    let Some(adviser) = &deps.adviser else { return Ok(Advice::default()) };
    let asked = with_open(case, reading, |open, asked| {
        let data = advice::question(open, asked, &mut |text| redact(text).text);
        (advice::places(open), data)
    });
    let Some((places, data)) = asked else { return Ok(Advice::default()) };
    let mut question = Question {
        instructions: advice::instructions().to_owned(),
        data,
        answer_name: advice::SCHEMA_NAME.to_owned(),
        answer_schema: advice::schema(),
        repair: None,
    };
    let mut advice = Advice::default();
    let once = Once { adviser, store: &deps.store, case };
    for _ in 0..2 {
        let call = match once.ask(&question).await? {
            Ok(call) => call,
            Err(why) => return Ok(Advice { failure: Some(why), ..advice }),
        };
        let answer = call.answer.clone();
        advice.calls.push(call);
        let Some(problem) = advice::problem(&answer, &places) else { return Ok(Advice { failure: None, ..advice }) };
        advice.failure = Some(format!("neither its answer nor the repaired one could be used: {problem}"));
        question.repair = Some(Repair { answer, problem });
    }
    Ok(advice)
}

/// One question.
struct Once<'a> {
    adviser: &'a Adviser,
    store: &'a Store,
    case: &'a Case,
}

impl Once<'_> {
    /// The answer, or why there is none.
    async fn ask(&self, question: &Question) -> Result<Result<ModelCall, String>, Fault> {
        let model = &self.adviser.model;
        let input = digest(model, question);
        if let Some(known) = self.store.answered(&input).await? {
            return Ok(Ok(call(input, known)));
        }
        let (repo, budget) = (self.case.change.repo.clone(), self.adviser.budget_micro_usd);
        let wanted = Reserve {
            input: input.clone(),
            repo: repo.clone(),
            day: (self.adviser.now_ms)().div_euclid(DAY_MILLIS),
            model: model.name().to_owned(),
            micro_usd: micro(model.most_micro_usd(question)),
            budget,
        };
        if !self.store.reserve(wanted).await? {
            return Ok(match self.store.answered(&input).await? {
                Some(known) => Ok(call(input, known)),
                None => Err(format!(
                    "today's budget for changes of {repo} ({} US dollars) has no room for the question",
                    budget as f64 / 1e6
                )),
            });
        }
        self.settled(input, patiently(model, question).await).await
    }

    /// Keeps an answer. What nobody answered may have been billed, and stays set aside.
    async fn settled(&self, input: String, reply: Result<Reply, Error>) -> Result<Result<ModelCall, String>, Fault> {
        let reply = match reply {
            Ok(reply) => reply,
            Err(why) => return Ok(Err(why.to_string())),
        };
        let model = self.adviser.model.name().to_owned();
        let answered = Answered { model, answer: reply.text, micro_usd: micro(reply.micro_usd) };
        let (answer, micro_usd) = (answered.answer.clone(), answered.micro_usd);
        self.store.settle(Settle { input: input.clone(), answer, micro_usd }).await?;
        Ok(Ok(call(input, answered)))
    }
}

/// Asks, and once more where the model was busy.
async fn patiently(model: &Model, question: &Question) -> Result<Reply, Error> {
    match model.ask(question).await {
        Err(Error::Busy { after, .. }) => {
            tokio::time::sleep(after.unwrap_or_default().clamp(PAUSE.0, PAUSE.1)).await;
            model.ask(question).await
        }
        other => other,
    }
}

fn digest(model: &Model, question: &Question) -> String {
    let Question { instructions, data, answer_name, answer_schema, repair } = question;
    let schema = answer_schema.to_string();
    let (answer, problem) = repair.as_ref().map_or(("", ""), |repair| (&repair.answer, &repair.problem));
    digest_hex(&[model.name(), instructions, data, answer_name, &schema, answer, problem], 64)
}

fn call(input_hash: String, known: Answered) -> ModelCall {
    let Answered { model, answer, micro_usd } = known;
    ModelCall { model, input_hash, answer, micro_usd: u64::try_from(micro_usd).unwrap_or(0) }
}

fn micro(usd: u64) -> i64 {
    i64::try_from(usd).unwrap_or(i64::MAX)
}
