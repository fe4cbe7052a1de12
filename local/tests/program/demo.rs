use crate::process::{downstream, run};

#[test]
fn the_demo_does_the_main_job() {
    let home = tempfile::tempdir().expect("a folder");
    let said = run(downstream(home.path()).arg("demo"));
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let expected = [
        "CRITICAL acme/web-shop",
        "src/payments.ts:7",
        "app/main.py:17",
        "acme/payments-eu",
        "docker-compose.yml",
        "+  const answer = await axios.get(`${base}/v1/health`",
        "<!-- downstream:v1 fp=",
        "the issue for acme/web-shop is closed",
    ];
    for part in expected {
        assert!(said.out.contains(part), "no {part:?} in:\n{}", said.out);
    }
    assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "colour belongs on a terminal only");
    assert!(std::fs::read_dir(home.path()).expect("reads").next().is_none(), "the demo leaves nothing behind");
}
