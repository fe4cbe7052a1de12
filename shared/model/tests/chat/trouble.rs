//! What is worth asking again, and when.

use std::time::Duration;

use model::{Error, Model};
use model_stand_in::{Answer, StandIn};
use tokio::net::TcpListener;

use crate::setup::{DIALECTS, ask, question, settings};

#[tokio::test]
async fn trouble_over_there_is_worth_another_try() {
    let good = || Answer::text("{}");
    let seconds = |n| Some(Duration::from_secs(n));
    let date = "Fri, 20 Nov 2026 10:00:00 GMT";
    let cases = [
        (Answer::status(408, "slow"), None),
        (Answer::status(429, "Number of requests has exceeded your rate limit"), None),
        (Answer::status(429, "slow down").header("retry-after", "7"), seconds(7)),
        (Answer::status(429, "slow down").header("retry-after", "0"), seconds(1)),
        (Answer::status(429, "slow down").header("retry-after", "99999999999"), seconds(3600)),
        (Answer::status(429, "slow down").header("retry-after", "-1"), None),
        (Answer::status(429, "slow down").header("retry-after", "soon"), None),
        (
            Answer::status(503, "x").header("date", date).header("retry-after", "Fri, 20 Nov 2026 10:00:30 GMT"),
            seconds(30),
        ),
        (Answer::status(503, "x").header("date", date).header("retry-after", "Fri, 20 Nov 2026 09:00:00 GMT"), None),
        (Answer::status(500, "Internal server error"), None),
        (Answer::status(502, ""), None),
        (Answer::status(529, "Overloaded"), None),
        (Answer::raw(500, "<html>Bad gateway</html>"), None),
        (Answer::lost("{\"content\": ["), None),
        (Answer::lost(""), None),
        (good().after(Duration::from_secs(60)), None),
    ];
    for (provider, name) in DIALECTS {
        for (answer, expected) in &cases {
            let scripted = answer.clone();
            let stand_in = StandIn::start(move |_| scripted.clone()).await.unwrap();
            let mut settings = settings(provider, name, stand_in.url());
            settings.timeout = Duration::from_millis(1_000);
            match Model::open(settings).unwrap().ask(&question()).await {
                Err(Error::Busy { after, why }) => {
                    assert_eq!(after, *expected, "{answer:?}");
                    assert!(why.starts_with(provider.as_str()), "{why}");
                }
                other => panic!("{provider:?} {answer:?}: {other:?}"),
            }
            assert_eq!(stand_in.refused(), [""; 0]);
            assert_eq!(stand_in.asked().len(), 1, "the door asks once: whoever asks decides about another time");
        }
    }
}

#[tokio::test]
async fn nobody_there_is_worth_another_try() {
    for (provider, name) in DIALECTS {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        drop(listener);
        let asked = Model::open(settings(provider, name, &url)).unwrap().ask(&question()).await;
        let Err(Error::Busy { after: None, why }) = asked else { panic!("{asked:?}") };
        assert!(why.contains("no answer from 127.0.0.1"), "{why}");
    }
}

#[tokio::test]
async fn a_model_is_the_same_after_trouble() {
    for (provider, name) in DIALECTS {
        let stand_in = StandIn::start(|asked| match asked.number % 3 {
            0 => Answer::lost("{"),
            1 => Answer::status(529, "Overloaded"),
            _ => Answer::text("{}"),
        });
        let stand_in = stand_in.await.unwrap();
        let model = Model::open(settings(provider, name, stand_in.url())).unwrap();
        for number in 0..9 {
            let outcome = model.clone().ask(&question()).await;
            assert_eq!(outcome.is_ok(), number % 3 == 2, "{number}: {outcome:?}");
        }
        assert!(ask(provider, name, &stand_in, &question()).await.is_err());
    }
}
