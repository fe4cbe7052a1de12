//! Tokens that begin with a prefix of their vendor's.
//!
//! Each row is from the vendor's page on its tokens or keys, named beside it; a length is the shortest in use.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::redact::Span;
use crate::redact::value::is_sample;
use crate::redact::words::is_wordy;

/// The bytes a token goes on with after its prefix.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// Capitals and digits, and exactly so many: a longer run is something else.
    Capitals,
    /// Hex digits, in any case.
    Hex,
    /// Letters, digits and underscores.
    Word,
    /// As [`Of::Word`], with hyphens and equal signs: URL-safe base64.
    Dashed,
    /// As [`Of::Dashed`], with dots: tokens of several parts.
    Dotted,
    /// As [`Of::Dotted`], with plus signs, slashes, colons and percent signs: standard base64.
    Base64,
}

/// How many bytes of a token are judged.
const JUDGED: usize = 128;

struct Format(&'static str, &'static [&'static str], usize, Of);

#[rustfmt::skip]
const FORMATS: &[Format] = &[
    // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    Format("GitHub token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], 30, Of::Word),
    Format("GitHub token", &["github_pat_"], 30, Of::Word),
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    Format("GitLab token", &["glpat-", "gldt-", "glrt-", "glrtr-", "glptt-", "glcbt-", "glft-", "glimt-", "glagent-", "gloas-",
        "glsoat-", "glffct-", "glwt-", "GR1348941", "_gitlab_session="], 16, Of::Dotted),
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    Format("AWS access key", &["AKIA", "ASIA", "ABIA", "ACCA", "A3T0", "A3TX"], 16, Of::Capitals),
    Format("AWS key", &["ABSK", "bedrock-api-key-", "amzn.mws.", "amzn1.oa2-cs."], 32, Of::Base64),
    Format("AWS key", &["da2-"], 26, Of::Word),
    // https://cloud.google.com/docs/authentication/api-keys and /docs/authentication/token-types
    Format("Google key", &["AIza"], 33, Of::Dashed),
    Format("Google token", &["ya29.", "GOCSPX-", "1//0"], 24, Of::Dotted),
    // https://api.slack.com/concepts/token-types
    Format("Slack token", &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxc-", "xoxd-", "xoxe-", "xoxe.xox", "xapp-", "xwfp-"],
        10, Of::Base64),
    // https://docs.stripe.com/keys
    Format("Stripe key", &["sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "rk_prod_", "whsec_"], 10, Of::Word),
    // https://docs.npmjs.com/about-access-tokens, https://pypi.org/help/#apitoken, https://guides.rubygems.org/api-key-scopes,
    // https://learn.microsoft.com/en-us/nuget/nuget-org/publish-a-package, https://github.com/clojars/clojars-web/wiki/Deploy-Tokens
    Format("registry token", &["npm_"], 30, Of::Word),
    Format("registry token", &["pypi-"], 50, Of::Dashed),
    Format("registry token", &["rubygems_"], 40, Of::Hex),
    Format("registry token", &["oy2"], 43, Of::Word),
    Format("registry token", &["CLOJARS_", "clojars_"], 50, Of::Word),
    Format("registry token", &["cio"], 32, Of::Word),
    // https://docs.docker.com/security/access-tokens
    Format("Docker token", &["dckr_pat_", "dckr_oat_"], 20, Of::Dashed),
    // https://platform.openai.com/docs/api-reference/authentication, https://docs.anthropic.com/en/api, https://console.groq.com,
    // https://huggingface.co/docs/hub/security-tokens, https://docs.perplexity.ai, https://replicate.com/docs
    Format("model provider key", &["sk-ant-"], 30, Of::Dashed),
    Format("model provider key", &["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-or-v1-"], 30, Of::Dashed),
    Format("model provider key", &["sk-"], 40, Of::Word),
    Format("model provider key", &["gsk_", "xai-", "r8_", "api_org_", "nvapi-", "pcsk_", "tvly-", "pplx-"], 30, Of::Dashed),
    Format("model provider key", &["hf_"], 30, Of::Word),
    Format("model provider key", &["fc-"], 32, Of::Hex),
    // https://docs.digitalocean.com/reference/api
    Format("DigitalOcean token", &["dop_v1_", "doo_v1_", "dor_v1_"], 60, Of::Hex),
    // https://docs.doppler.com/reference/auth-token-formats
    Format("Doppler token", &["dp.pt.", "dp.ct.", "dp.st.", "dp.sa.", "dp.scim.", "dp.audit."], 40, Of::Dotted),
    // https://developers.dropbox.com/oauth-guide
    Format("Dropbox token", &["sl."], 60, Of::Dashed),
    // https://duffel.com/docs/api/overview/test-mode, https://docs.goshippo.com/docs/guides_general/authentication
    Format("API token", &["duffel_test_", "duffel_live_", "shippo_live_", "shippo_test_"], 30, Of::Dashed),
    // https://docs.dynatrace.com/docs/dynatrace-api/basics/dynatrace-api-authentication
    Format("Dynatrace token", &["dt0c01.", "dt0s01.", "dt0s02."], 60, Of::Dotted),
    // https://docs.easypost.com/docs/authentication
    Format("EasyPost key", &["EZAK", "EZTK"], 54, Of::Word),
    // https://fly.io/docs/security/tokens
    Format("Fly.io token", &["fo1_"], 40, Of::Dashed),
    Format("Fly.io token", &["fm1a_", "fm1r_", "fm2_"], 90, Of::Base64),
    // https://developer.flutterwave.com/docs/authentication
    Format("Flutterwave key", &["FLWPUBK", "FLWSECK"], 12, Of::Dashed),
    // https://grafana.com/docs/grafana-cloud/account-management/authentication-and-permissions
    Format("Grafana token", &["glc_", "glsa_"], 32, Of::Base64),
    Format("Grafana token", &["eyJrIjoi"], 60, Of::Base64),
    // https://devcenter.heroku.com/articles/authentication
    Format("Heroku key", &["HRKU-"], 36, Of::Dashed),
    // https://developer.hashicorp.com/vault/docs/concepts/tokens
    Format("Vault token", &["hvs.", "hvb.", "hvr."], 24, Of::Dashed),
    // https://linear.app/developers, https://www.infracost.io/docs, https://api.intra.42.fr/apidoc
    Format("API token", &["lin_api_", "lin_oauth_", "s-s4t2ud-", "s-s4t2af-"], 30, Of::Word),
    Format("API token", &["ico-"], 32, Of::Word),
    // https://documentation.mailgun.com/docs/mailgun/api-reference, https://developers.brevo.com
    Format("mail provider key", &["key-", "pubkey-"], 32, Of::Hex),
    Format("mail provider key", &["xkeysib-", "xsmtpsib-"], 60, Of::Dashed),
    // https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
    Format("SendGrid key", &["SG."], 45, Of::Dotted),
    // https://docs.mapbox.com/accounts/guides/tokens
    Format("Mapbox token", &["sk.eyJ", "pk.eyJ"], 60, Of::Dotted),
    // https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys
    Format("New Relic key", &["NRAK-", "NRJS-", "NRII-", "NRIQ-", "NRRA-", "NRAA-"], 18, Of::Dashed),
    // https://developers.notion.com/docs/authorization, https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key
    Format("API token", &["ntn_"], 40, Of::Word),
    Format("API token", &["secret_"], 43, Of::Word),
    Format("API token", &["API-"], 26, Of::Capitals),
    // https://docs.openshift.com (OAuth access tokens are sha256~ and 43 of URL-safe base64)
    Format("OpenShift token", &["sha256~"], 40, Of::Dashed),
    // https://planetscale.com/docs/concepts/service-tokens
    Format("PlanetScale token", &["pscale_pw_", "pscale_tkn_", "pscale_oauth_"], 30, Of::Dotted),
    // https://learning.postman.com/docs/developer/postman-api/authentication, https://docs.prefect.io, https://www.pulumi.com/docs
    Format("API token", &["PMAK-"], 50, Of::Dashed),
    Format("API token", &["pnu_", "pnb_"], 36, Of::Word),
    Format("API token", &["pul-"], 40, Of::Hex),
    Format("API token", &["rdme_", "tfp_"], 50, Of::Dotted),
    Format("API token", &["tk-us-"], 40, Of::Dashed),
    // https://docs.sentry.io/api/guides/create-auth-token
    Format("Sentry token", &["sntrys_", "sntryu_", "sntryi_"], 60, Of::Base64),
    Format("API token", &["sm_aat_", "sm_pat_", "sm_sat_"], 16, Of::Word),
    // https://shopify.dev/docs/apps/build/authentication-authorization
    Format("Shopify token", &["shpat_", "shpca_", "shppa_", "shpss_", "shptka_"], 32, Of::Hex),
    // https://sourcegraph.com/docs/cli/how-tos/creating_an_access_token
    Format("Sourcegraph token", &["sgp_", "slk_"], 40, Of::Word),
    // https://developer.squareup.com/docs/build-basics/access-tokens
    Format("Square token", &["sq0atp-", "sq0csp-"], 22, Of::Dashed),
    Format("Square token", &["EAAA"], 22, Of::Dashed),
    // https://developers.facebook.com/docs/facebook-login/guides/access-tokens
    Format("Facebook token", &["EAACE", "EAAM", "EAAC", "EAAG", "EAAJ", "EAAB"], 60, Of::Word),
    // https://supabase.com/docs/guides/api/api-keys, https://supabase.com/docs/reference/api
    Format("Supabase key", &["sbp_", "sb_secret_"], 20, Of::Word),
    // https://www.twilio.com/docs/iam/api-keys
    Format("Twilio key", &["SK"], 32, Of::Hex),
    // https://yandex.cloud/en/docs/iam/concepts/authorization
    Format("Yandex token", &["t1."], 80, Of::Dotted),
    Format("Yandex token", &["AQVN", "YCA", "YCM", "YCN", "YCO", "YCP"], 35, Of::Dashed),
    // https://github.com/FiloSottile/age
    Format("age key", &["AGE-SECRET-KEY-1", "age-secret-key-1"], 50, Of::Word),
    // https://developer.1password.com/docs/service-accounts, https://support.1password.com/secret-key-security
    Format("1Password key", &["ops_eyJ"], 200, Of::Base64),
    Format("1Password key", &["A3-"], 30, Of::Dashed),
    // https://developer.adobe.com/developer-console/docs/guides/authentication, https://www.alibabacloud.com/help/en/ram
    Format("API secret", &["p8e-"], 32, Of::Dashed),
    Format("Alibaba key", &["LTAI"], 17, Of::Word),
    // https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens
    Format("Artifactory token", &["AKCp", "cmVmd"], 59, Of::Word),
    // https://developer.atlassian.com (API tokens, app passwords, repository tokens)
    Format("Atlassian token", &["ATATT3", "ATCTT3", "ATBB"], 28, Of::Dashed),
    // https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys
    Format("Cloudflare key", &["v1.0-"], 150, Of::Dashed),
    // https://docs.databricks.com/en/dev-tools/auth/pat.html
    Format("Databricks token", &["dapi"], 32, Of::Hex),
    // https://docs.defined.net, https://docs.dependencytrack.org, https://www.figma.com/developers/api, https://docs.netlify.com/api,
    // https://tailscale.com/kb/1252/key-secret-management, https://buildkite.com/docs/apis/managing-api-tokens,
    // https://www.contentful.com/developers/docs, https://io.adafruit.com/api/docs, https://docs.stackhawk.com
    Format("API token", &["dnkey-", "tskey-", "CFPAT-", "figd_", "nfp_"], 30, Of::Dashed),
    Format("API token", &["odt_", "bkua_", "aio_"], 26, Of::Word),
    Format("API token", &["hawk.", "fio-u-"], 40, Of::Dotted),
    // https://dev.twitch.tv/docs/video-broadcast (stream keys)
    Format("Twitch key", &["live_"], 38, Of::Word),
];

static PREFIXES: LazyLock<(Option<AhoCorasick>, Vec<usize>)> = LazyLock::new(|| {
    let rows = || FORMATS.iter().enumerate().flat_map(|(row, format)| format.1.iter().map(move |prefix| (row, prefix)));
    let finder = AhoCorasick::builder().match_kind(MatchKind::Standard).build(rows().map(|(_, prefix)| prefix));
    (finder.ok(), rows().map(|(row, _)| row).collect())
});

/// Adds every token of a known format.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let (Some(finder), rows) = &*PREFIXES else { return };
    let mut done = 0;
    let mut runs = Runs::default();
    for hit in finder.find_overlapping_iter(text) {
        if hit.start() < done || !begins_a_word(text.as_bytes(), hit.start()) {
            continue;
        }
        let Format(kind, _, shortest, of) = &FORMATS[rows[hit.pattern().as_usize()]];
        let run_end = runs.end(text.as_bytes(), hit.end(), *of);
        if let Some(end) = token_end(text, hit.end(), run_end, *shortest, *of) {
            spans.push(Span { start: hit.start(), end, kind });
            done = end;
        }
    }
}

/// Where the token whose prefix ends at `from` ends, if it is long and random enough to be one.
fn token_end(text: &str, from: usize, run_end: usize, shortest: usize, of: Of) -> Option<usize> {
    let token = text[from..run_end].trim_end_matches(['.', ':']);
    let exact = matches!(of, Of::Capitals);
    let long_enough = if exact { token.len() == shortest } else { token.len() >= shortest };
    // The start tells; a run may be as long as the text.
    let start = &token[..token.len().min(JUDGED)];
    // Nobody writes thirty characters after such a prefix without a sign between them.
    let unbroken = token.len() >= 30 && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let words = !unbroken && !exact && !matches!(of, Of::Hex) && is_wordy(start);
    (long_enough && !words && !is_sample(start)).then_some(from + token.len())
}

/// Where the last run of each class ends, so that a run full of prefixes is read once.
#[derive(Default)]
struct Runs([usize; 6]);

impl Runs {
    fn end(&mut self, bytes: &[u8], from: usize, of: Of) -> usize {
        let known = &mut self.0[of as usize];
        if *known < from {
            *known = from + bytes[from..].iter().take_while(|byte| goes_on(**byte, of)).count();
        }
        *known
    }
}

fn goes_on(byte: u8, of: Of) -> bool {
    match of {
        Of::Capitals => byte.is_ascii_alphanumeric(),
        Of::Hex => byte.is_ascii_hexdigit(),
        Of::Word => byte.is_ascii_alphanumeric() || byte == b'_',
        Of::Dashed => goes_on(byte, Of::Word) || matches!(byte, b'-' | b'='),
        Of::Dotted => goes_on(byte, Of::Dashed) || byte == b'.',
        Of::Base64 => goes_on(byte, Of::Dotted) || matches!(byte, b'+' | b'/' | b':' | b'%'),
    }
}

/// Whether nothing before `at` belongs to the same word; the letter of an escape (`\n`) does not.
pub(super) fn begins_a_word(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| text[at]);
    let escape = at >= 2 && text[at - 2] == b'\\';
    escape || !before.is_some_and(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    // One that does not would be left out, and its secrets would pass.
    #[test]
    fn every_prefix_is_looked_for() {
        assert!(PREFIXES.0.is_some());
        assert_eq!(PREFIXES.1.len(), FORMATS.iter().map(|format| format.1.len()).sum::<usize>());
    }
}
