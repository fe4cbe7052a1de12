//! Where queues are, read from the door's URL.

use crate::travel::{dead_of, name_of};

/// Where an installation's queues are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// `https://sqs.<region>.amazonaws.com/<account>/`
    base: String,
    /// How the queues' names begin.
    pub(crate) prefix: String,
    /// The region that the host names.
    pub(crate) region: Option<String>,
    /// Where requests go, if not where the region says.
    pub(crate) endpoint: Option<String>,
    /// A server for trials on this machine: it is asked over plain http, and so never with anybody's credentials.
    pub(crate) is_local: bool,
}

impl Address {
    /// Reads `https://<host>/<account>/<prefix>`; the answer to any other is what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let expected = "expected sqs:https://sqs.<region>.amazonaws.com/<account>/<prefix>";
        let (scheme, rest) = text.split_once("://").ok_or(expected)?;
        let [host, account, prefix] = rest.split('/').collect::<Vec<_>>()[..] else { return Err(expected.to_owned()) };
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let is_host = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
        if host.is_empty() || !is_host(host) || account.is_empty() || !is_word(account) {
            return Err(expected.to_owned());
        }
        // The names of an account's queues are all that tells one installation from another.
        if prefix.is_empty() || !is_word(prefix) {
            return Err("the queues' names need a prefix of letters, digits, '-' and '_' behind the account".to_owned());
        }
        let is_local = match scheme {
            "https" => false,
            "http" if is_loopback(host) => true,
            _ => return Err("expected https; http is for servers on 127.0.0.1 only".to_owned()),
        };
        let (region, is_default) = region(host);
        let endpoint = (!is_default).then(|| format!("{scheme}://{host}"));
        let base = format!("{scheme}://{host}/{account}/");
        Ok(Self { base, prefix: prefix.to_owned(), region, endpoint, is_local })
    }

    /// The URL of a stage's queue.
    pub(crate) fn queue(&self, stage: &str) -> String {
        format!("{}{}", self.base, name_of(&self.prefix, stage))
    }

    /// The URL of its dead letters.
    pub(crate) fn dead(&self, stage: &str) -> String {
        dead_of(&self.queue(stage))
    }
}

/// The region that a host of Amazon's names, and whether the region alone leads there
/// (<https://docs.aws.amazon.com/general/latest/gr/sqs-service.html>).
fn region(host: &str) -> (Option<String>, bool) {
    let labels: Vec<&str> = host.split('.').collect();
    match labels[..] {
        ["sqs", region, "amazonaws", "com"] | ["sqs", region, "amazonaws", "com", "cn"] => {
            (Some(region.to_owned()), true)
        }
        // Endpoints in a private network, of FIPS and for IPv6 name their region too and are another host.
        ["sqs-fips", region, "amazonaws", "com"]
        | ["sqs" | "sqs-fips", region, "api", "aws"]
        | [_, "sqs", region, "vpce", "amazonaws", "com"] => (Some(region.to_owned()), false),
        _ => (None, false),
    }
}

fn is_loopback(host: &str) -> bool {
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(n, _)| n);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_queues() {
        let address = Address::read("https://sqs.eu-central-1.amazonaws.com/123456789012/downstream-").expect("reads");
        assert_eq!(
            (address.region.as_deref(), &address.endpoint, address.is_local),
            (Some("eu-central-1"), &None, false)
        );
        let queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/downstream-code-analysis";
        assert_eq!(address.queue("code_analysis"), queue);
        assert_eq!(address.dead("code_analysis"), format!("{queue}-dead"));
    }

    #[test]
    fn other_hosts_are_asked_themselves() {
        let cases = [
            ("https://sqs.cn-north-1.amazonaws.com.cn/1/p", Some("cn-north-1"), false, false),
            ("https://sqs-fips.us-east-1.amazonaws.com/1/p", Some("us-east-1"), true, false),
            ("https://vpce-1a-2b.sqs.eu-west-1.vpce.amazonaws.com/1/p", Some("eu-west-1"), true, false),
            ("https://sqs.eu-west-1.api.aws/1/p", Some("eu-west-1"), true, false),
            ("https://queues.example/1/p", None, true, false),
            ("http://127.0.0.1:4566/000000000000/p", None, true, true),
            ("http://localhost:4566/000000000000/p", None, true, true),
            ("http://[::1]:4566/000000000000/p", None, true, true),
        ];
        for (text, region, has_endpoint, is_local) in cases {
            let address = Address::read(text).expect(text);
            let found = (address.region.as_deref(), address.endpoint.is_some(), address.is_local);
            assert_eq!(found, (region, has_endpoint, is_local), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let bad = [
            "",
            "x",
            "https://",
            "https://sqs.eu-central-1.amazonaws.com",
            "https://sqs.eu-central-1.amazonaws.com/1",
            "https://sqs.eu-central-1.amazonaws.com/1/",
            "https://sqs.eu-central-1.amazonaws.com//p",
            "https://sqs.eu-central-1.amazonaws.com/1/p/q",
            "https://sqs.eu-central-1.amazonaws.com/1/p?x=y",
            "https://user@sqs.eu-central-1.amazonaws.com/1/p",
            "https://sqs.eu-central-1.amazonaws.com/1/p q",
            "http://sqs.eu-central-1.amazonaws.com/1/p",
            "http://127.0.0.1.example/1/p",
            "ftp://127.0.0.1/1/p",
        ];
        for bad in bad {
            assert!(Address::read(bad).is_err(), "{bad}");
        }
    }
}
