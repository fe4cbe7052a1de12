//! Whatever bytes come back, the outcome is a reply or an error, and the error is fit to be shown.

use model::{Error, Model};
use model_stand_in::{Answer, Dialect, StandIn};
use serde_json::{Value, json};

use crate::setup::{DIALECTS, question, settings};

const BODIES: u64 = 1_000;

#[tokio::test]
async fn a_thousand_hostile_answers_break_nothing() {
    for (provider, name) in DIALECTS {
        let stand_in = StandIn::start(|asked| hostile(asked.number as u64, asked.dialect)).await.unwrap();
        let model = Model::open(settings(provider, name, stand_in.url())).unwrap();
        let (mut replies, mut refused, mut busy) = (0, 0, 0);
        for number in 0..BODIES {
            match model.ask(&question()).await {
                Ok(reply) => {
                    replies += 1;
                    assert!(!reply.text.is_empty(), "{number}");
                }
                Err(error) => {
                    let words = error.to_string();
                    assert!(words.chars().count() < 500, "{number}: {words}");
                    assert!(
                        !words.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)),
                        "{number}"
                    );
                    match error {
                        Error::Refused(_) => refused += 1,
                        Error::Busy { .. } => busy += 1,
                    }
                }
            }
        }
        assert_eq!(stand_in.asked().len() as u64, BODIES);
        assert!(replies > 10 && refused > 300 && busy > 50, "{provider:?}: {replies} {refused} {busy}");
    }
}

fn hostile(number: u64, dialect: Dialect) -> Answer {
    let mut dice = Dice(number + 1);
    let status = [200, 200, 200, 200, 200, 400, 401, 429, 500, 529][dice.below(10)];
    match dice.below(3) {
        0 => Answer::raw(status, dice.bytes(400)),
        1 => {
            let mut bytes = good(dialect).to_string().into_bytes();
            for _ in 0..=dice.below(4) {
                let at = dice.below(bytes.len());
                bytes[at] = dice.bytes(1).first().copied().unwrap_or(0);
            }
            Answer::raw(status, bytes)
        }
        _ => {
            let mut body = good(dialect);
            let change = strange(&mut dice);
            let places = match dialect {
                Dialect::Anthropic => ANTHROPIC,
                Dialect::Openai => OPENAI,
            };
            if let Some(place) = body.pointer_mut(places[dice.below(places.len())]) {
                *place = change;
            }
            Answer::json(status, &body)
        }
    }
}

fn good(dialect: Dialect) -> Value {
    match dialect {
        Dialect::Anthropic => json!({ "content": [{ "type": "text", "text": "{}" }], "stop_reason": "end_turn",
            "usage": { "input_tokens": 1, "output_tokens": 1, "cache_read_input_tokens": 1 },
            "error": { "message": "m" } }),
        Dialect::Openai => {
            json!({ "choices": [{ "message": { "content": "{}", "tool_calls": [] }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 }, "error": { "message": "m" } })
        }
    }
}

const ANTHROPIC: &[&str] = &[
    "",
    "/content",
    "/content/0",
    "/content/0/type",
    "/content/0/text",
    "/stop_reason",
    "/usage",
    "/usage/input_tokens",
    "/usage/output_tokens",
    "/usage/cache_read_input_tokens",
    "/error",
    "/error/message",
];
const OPENAI: &[&str] = &[
    "",
    "/choices",
    "/choices/0",
    "/choices/0/message",
    "/choices/0/message/content",
    "/choices/0/message/tool_calls",
    "/choices/0/finish_reason",
    "/usage",
    "/usage/prompt_tokens",
    "/usage/completion_tokens",
    "/usage/total_tokens",
    "/error",
    "/error/message",
];

fn strange(dice: &mut Dice) -> Value {
    let choices = [
        json!(null),
        json!(true),
        json!(-1),
        json!(2_147_483_647),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(""),
        json!("\u{202e}\u{0}\u{1b}[31m@everyone <script> \u{feff}"),
        json!("é".repeat(5_000)),
        json!([]),
        json!([[[[]]]]),
        json!({ "type": "text" }),
        json!({ "": {} }),
    ];
    choices[dice.below(choices.len())].clone()
}

/// Marsaglia's xorshift: the same throws for the same seed, everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = 1 + self.below(most);
        (0..length).map(|_| self.next() as u8).collect()
    }
}
