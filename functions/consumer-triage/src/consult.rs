//! Asks a model about what rules leave open: once, once more where its answer cannot be used, and within a budget.
//!
//! What was asked before is not asked again, whoever asks: a redelivery, a replayed webhook, a second look at the same
//! lines. A model that cannot be asked never makes a verdict fail; it makes it *unknown*.

use std::time::Duration;

use contracts::decision::ModelCall;
use contracts::ids::digest_hex;
use contracts::verdict::Verdict;
use model::redact::redact;
use model::{Error, Model, Question, Repair};
use stage::Fault;
use store::{Answered, Reserve, Settle, Store};

use crate::Deps;
use crate::advice::{self, Advice};
use crate::decide::{decide_advised, decided};
use crate::gather::{Case, Reading};

/// A model that was busy is asked once more, at the earliest and at the latest after this long.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15));

/// All that is asked about one pair has so long: the stage has more to do in its time than to wait.
const LONGEST: Duration = Duration::from_secs(120);

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

/// The verdict, and what a model said about what rules leave open: nothing where they leave nothing open, or nobody is to be
/// asked. What strangers propose is not asked about, for they would spend the provider's budget.
pub(crate) async fn decide(case: &Case, reading: &Reading, deps: &Deps) -> Result<(Verdict, Advice), Fault> {
    let none = Advice::default();
    let adviser = deps.adviser.as_ref().filter(|_| case.change.pull_request().is_none());
    let (verdict, asked) = decided(case, reading, &none, |open, asked| {
        adviser.map(|_| (advice::places(open), advice::question(open, asked, &|text| redact(text).text)))
    });
    let (Some(adviser), Some((places, data))) = (adviser, asked.flatten()) else { return Ok((verdict, none)) };
    let once = Once { adviser, store: &deps.store, case };
    let advice = match tokio::time::timeout(LONGEST, once.consult(&places, data)).await {
        Ok(advice) => advice?,
        Err(_) => {
            let why = format!("{} did not answer within {} s", adviser.model.name(), LONGEST.as_secs());
            Advice { failure: Some(why), ..none }
        }
    };
    Ok((decide_advised(case, reading, &advice), advice))
}

/// One question.
struct Once<'a> {
    adviser: &'a Adviser,
    store: &'a Store,
    case: &'a Case,
}

impl Once<'_> {
    /// Asks, and once more where the answer cannot be used.
    async fn consult(&self, places: &[usize], data: String) -> Result<Advice, Fault> {
        let mut question = Question {
            instructions: advice::instructions().to_owned(),
            data,
            answer_name: advice::SCHEMA_NAME.to_owned(),
            answer_schema: advice::schema(),
            repair: None,
        };
        let mut advice = Advice::default();
        for _ in 0..2 {
            let call = match self.ask(&question).await? {
                Ok(call) => call,
                Err(why) => return Ok(Advice { failure: Some(why), ..advice }),
            };
            let answer = call.answer.clone();
            advice.calls.push(call);
            let Some(problem) = advice::problem(&answer, places) else { return Ok(Advice { failure: None, ..advice }) };
            advice.failure = Some(format!("neither its answer nor the repaired one could be used: {problem}"));
            question.repair = Some(Repair { answer, problem });
        }
        Ok(advice)
    }

    /// The answer, or why there is none. A model that was busy is asked once more.
    async fn ask(&self, question: &Question) -> Result<Result<ModelCall, String>, Fault> {
        let model = &self.adviser.model;
        let input = digest(model, question);
        if let Some(known) = self.store.answered(&input).await? {
            return Ok(Ok(call(input, known)));
        }
        match self.once(&input, question).await? {
            Err(Error::Busy { after, .. }) => {
                tokio::time::sleep(after.unwrap_or_default().clamp(PAUSE.0, PAUSE.1)).await;
                Ok(self.once(&input, question).await?.map_err(|error| error.to_string()))
            }
            other => Ok(other.map_err(|error| error.to_string())),
        }
    }

    /// Sends it, if the day's budget has room. What is sent and not answered may have been billed, and stays set aside.
    async fn once(&self, input: &str, question: &Question) -> Result<Result<ModelCall, Error>, Fault> {
        let model = &self.adviser.model;
        let (repo, budget) = (self.case.change.repo.clone(), self.adviser.budget_micro_usd);
        let wanted = Reserve {
            input: input.to_owned(),
            repo: repo.clone(),
            day: (self.adviser.now_ms)().div_euclid(DAY_MILLIS),
            model: model.name().to_owned(),
            micro_usd: micro(model.most_micro_usd(question)),
            budget,
        };
        let Some(reserved) = self.store.reserve(wanted).await? else {
            let usd = budget as f64 / 1e6;
            let why = format!("today's budget for changes of {repo} ({usd} US dollars) has no room for the question");
            return Ok(Err(Error::Refused(why)));
        };
        let reply = match model.ask(question).await {
            Ok(reply) => reply,
            Err(error) => return Ok(Err(error)),
        };
        let answered =
            Answered { model: model.name().to_owned(), answer: reply.text, micro_usd: micro(reply.micro_usd) };
        let (answer, micro_usd) = (answered.answer.clone(), answered.micro_usd);
        self.store.settle(Settle { reserved, answer, micro_usd }).await?;
        Ok(Ok(call(input.to_owned(), answered)))
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
