//! The contract of the door to models, in every dialect, against a server as strict as the providers document to be.

mod hostile;
mod refusals;
mod setup;
mod trouble;

use model::{Error, MOST_QUESTION_BYTES, Model, Provider, Repair};
use model_stand_in::{Answer, Dialect, StandIn};
use setup::{PRICE, WAYS, ask, question, settings};

#[tokio::test]
async fn a_good_question_gets_its_answer_and_its_price() {
    for (provider, name, is_held) in WAYS {
        let stand_in = StandIn::start(|_| Answer::text("{\"verdict\":\"affected\"}").usage(1_001, 40)).await.unwrap();
        let model = Model::open(settings(provider, name, stand_in.url())).unwrap();
        assert_eq!(model.name(), format!("{}/{name}", provider.as_str()));
        let reply = model.ask(&question()).await.unwrap_or_else(|e| panic!("{provider:?} {name}: {e}"));
        assert_eq!(reply.text, "{\"verdict\":\"affected\"}");
        assert_eq!((reply.input_tokens, reply.output_tokens), (1_001, 40));
        // 1,001 tokens at 0.50 and 40 at 2.50 a million.
        assert_eq!(reply.micro_usd, 601, "rounded up");
        assert_eq!(stand_in.refused(), [""; 0], "{provider:?} {name}");
        let asked = stand_in.asked();
        let [asked] = asked.as_slice() else { panic!("asked {} times", asked.len()) };
        let dialect = if provider == Provider::Anthropic { Dialect::Anthropic } else { Dialect::Openai };
        assert_eq!((asked.dialect, asked.model.as_str()), (dialect, name));
        assert_eq!(asked.turns, [("user".to_owned(), question().data)]);
        assert!(asked.instructions.starts_with(&question().instructions));
        assert_eq!(asked.schema.is_some(), is_held, "{provider:?} {name}");
        assert_eq!(
            asked.instructions.contains("JSON Schema"),
            !is_held,
            "the form is told in words only where it must"
        );
        for offered in ["tools", "stream", "tool_choice"] {
            assert!(asked.body.get(offered).is_none(), "{offered}");
        }
    }
}

#[tokio::test]
async fn a_repair_shows_the_former_answer_and_what_is_wrong_with_it() {
    for (provider, name, _) in WAYS {
        for (former, shown) in [("{\"verdict\": 7}\n", "{\"verdict\": 7}"), ("  ", "(nothing)")] {
            let stand_in = StandIn::start(|_| Answer::text("{}")).await.unwrap();
            let mut question = question();
            question.repair = Some(Repair { answer: former.to_owned(), problem: "verdict is a number".to_owned() });
            ask(provider, name, &stand_in, &question).await.unwrap();
            assert_eq!(stand_in.refused(), [""; 0], "{provider:?} {name}");
            let turns = stand_in.asked().remove(0).turns;
            let roles: Vec<&str> = turns.iter().map(|(role, _)| role.as_str()).collect();
            assert_eq!(roles, ["user", "assistant", "user"]);
            assert_eq!(turns[1].1, shown);
            assert!(turns[2].1.contains("verdict is a number"));
        }
    }
}

#[tokio::test]
async fn an_answer_that_nobody_counted_is_charged_at_its_bound() {
    let stand_in = StandIn::start(|asked| match (asked.number % 3, asked.dialect) {
        (0, Dialect::Anthropic) => {
            Answer::raw(200, r#"{"content":[{"type":"text","text":"{}"}],"stop_reason":"end_turn"}"#)
        }
        (0, Dialect::Openai) => {
            Answer::raw(200, r#"{"choices":[{"message":{"content":"{}"},"finish_reason":"stop"}]}"#)
        }
        (1, _) => Answer::text("{}").usage(0, 0),
        _ => Answer::text("{}").usage(7, 1 << 40),
    });
    let stand_in = stand_in.await.unwrap();
    for (provider, name, _) in WAYS {
        let model = Model::open(settings(provider, name, stand_in.url())).unwrap();
        let reply = model.ask(&question()).await.unwrap();
        let sent = stand_in.asked().last().map_or(0, |asked| asked.body.to_string().len() as u64);
        assert_eq!(reply.input_tokens, sent.div_ceil(2) + 500);
        assert!(reply.output_tokens > 500 && reply.micro_usd > 0);
    }
}

#[tokio::test]
async fn thinking_is_left_out_of_the_answer_and_in_the_bill() {
    let thought = r#"{"content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"x"},
        {"type":"text","text":"{\"a\":"},{"type":"text","text":"1}"}],"stop_reason":"end_turn",
        "usage":{"input_tokens":10,"cache_creation_input_tokens":20,"cache_read_input_tokens":30,"output_tokens":5}}"#;
    let stand_in = StandIn::start(move |_| Answer::raw(200, thought)).await.unwrap();
    let reply = ask(Provider::Anthropic, "claude-haiku-5-5", &stand_in, &question()).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.input_tokens, reply.output_tokens), ("{\"a\":1}", 60, 5));

    let thought = r#"{"choices":[{"message":{"content":"```json\n{}\n```"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":115}}"#;
    let stand_in = StandIn::start(move |_| Answer::raw(200, thought)).await.unwrap();
    let reply = ask(Provider::OpenaiCompatible, "qwen3:8b", &stand_in, &question()).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.input_tokens, reply.output_tokens), ("{}", 10, 105));
}

#[tokio::test]
async fn the_bound_of_the_cost_holds_and_is_known_before() {
    for (provider, name, _) in WAYS {
        let stand_in = StandIn::start(|asked| {
            // Dense code: a token for every two bytes of what was said, and an answer of full length.
            let said: usize = asked.instructions.len() + asked.turns.iter().map(|(_, text)| text.len()).sum::<usize>();
            Answer::text("{}").usage(said as u64 / 2, 256)
        });
        let stand_in = stand_in.await.unwrap();
        let model = Model::open(settings(provider, name, stand_in.url())).unwrap();
        for length in [1, 1_000, 100_000] {
            let mut question = question();
            question.data = "let x = \"1\";\n".repeat(length / 13 + 1);
            let most = model.most_micro_usd(&question);
            let cost = model.ask(&question).await.unwrap().micro_usd;
            assert!(cost <= most, "{provider:?} {name}: {cost} is more than {most}");
            assert!(most <= cost * 3 + 1_000, "{provider:?} {name}: {most} is no bound for {cost}");
        }
    }
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_not_sent() {
    for (provider, name, _) in WAYS {
        let stand_in = StandIn::start(|_| Answer::text("{}")).await.unwrap();
        let model = Model::open(settings(provider, name, stand_in.url())).unwrap();
        let mut cases = vec![question(), question(), question(), question(), question()];
        cases[0].data = " ".to_owned();
        cases[1].instructions = String::new();
        cases[2].answer_name = "has spaces".to_owned();
        cases[3].answer_name = "x".repeat(65);
        cases[4].data = "x".repeat(MOST_QUESTION_BYTES);
        for case in &cases {
            match model.ask(case).await {
                Err(Error::Refused(why)) => assert!(why.contains("nothing was sent"), "{why}"),
                other => panic!("{other:?}"),
            }
        }
        let mut largest = question();
        largest.data = "x".repeat(MOST_QUESTION_BYTES - 4_000);
        model.ask(&largest).await.expect("the largest question is taken");
        assert_eq!(stand_in.asked().len(), 1);
    }
}

#[test]
fn prices_are_exact_and_rounded_up() {
    let cases =
        [(0, 0, 0), (1, 0, 1), (2, 0, 1), (3, 0, 2), (1_000_000, 0, 500_000), (0, 1_000_000, 2_500_000), (2, 2, 6)];
    for (input, output, expected) in cases {
        assert_eq!(PRICE.micro_usd(input, output), expected, "{input} {output}");
    }
    let cents = model::Price { input_usd_per_million: 0.1, output_usd_per_million: 0.7 };
    assert_eq!(cents.micro_usd(30, 10), 10, "0.1 * 30 is a little more than 3 to a computer");
    assert_eq!(PRICE.micro_usd(u64::MAX, u64::MAX), u64::MAX);
    let free = model::Price { input_usd_per_million: 0.0, output_usd_per_million: 0.0 };
    assert_eq!(free.micro_usd(u64::MAX, u64::MAX), 0);
}
