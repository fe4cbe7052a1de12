use std::fmt::Write;
use std::sync::Arc;

use super::*;
use crate::facts::http::served;

fn side(path: &str, text: String) -> Side {
    let analysis = Some(Arc::new(syntax::analyze("python", text.as_bytes())));
    Side { path: path.to_owned(), text: Some(text), analysis }
}

fn router(of: &str, mounts: impl Iterator<Item = (String, String)>) -> Side {
    let mut text = "router = APIRouter()\n".to_owned();
    for (module, prefix) in mounts {
        let _ = writeln!(text, "from . import {module}\nrouter.include_router({module}.router, prefix=\"{prefix}\")");
    }
    let _ = writeln!(text, "@router.get(\"/x\")\ndef x(): pass");
    side(&format!("app/{of}.py"), text)
}

/// Prefixes of all routes, `?` for those that nobody knows, and how many steps they took.
fn asked(sides: &[Side]) -> (Vec<String>, usize) {
    let reach = Reach::of(sides.iter().collect());
    let shown = |prefix: Prefix<'_>| if prefix.unknown { "?".to_owned() } else { prefix.path };
    let of = |side: &Side| -> Vec<String> {
        let routes = &side.analysis.as_ref().unwrap().routes;
        assert!(!routes.is_empty(), "{}", side.path);
        routes.iter().flat_map(|route| reach.prefixes(&side.path, route)).map(shown).collect()
    };
    let found = sides.iter().flat_map(of).collect();
    (found, MAX_STEPS - reach.left.get())
}

#[test]
fn a_chain_gives_all_its_prefixes_and_a_ring_none() {
    let one = |module: &str, prefix: &str| std::iter::once((module.to_owned(), prefix.to_owned()));
    let none = std::iter::empty;
    let chain = [router("a", one("b", "/b")), router("b", one("c", "/c")), router("c", none())];
    assert_eq!(asked(&chain).0, ["", "/b", "/b/c"]);
    let ring = [router("a", one("b", "/b")), router("b", one("a", "/a")), router("c", none())];
    assert_eq!(asked(&ring).0, ["?", "?", ""]);
    let twice = [router("a", one("c", "/a")), router("b", one("c", "/b")), router("c", none())];
    assert_eq!(asked(&twice).0, ["", "", "/a", "/b"]);
    let long = format!("/{}", "l".repeat(MAX_PREFIX_IN_TESTS));
    let long = [router("a", one("b", &long)), router("b", one("c", &long)), router("c", none())];
    assert_eq!(asked(&long).0[2], "?");
}

/// Longer than half of what a prefix may have.
const MAX_PREFIX_IN_TESTS: usize = 200;

#[test]
fn parallel_mounts_of_mounts_are_looked_at_once() {
    let many = |next: &str| (0..300).map(|at| (next.to_owned(), format!("/p{at}"))).collect::<Vec<_>>().into_iter();
    let layers = ["a", "b", "c", "d"].map(|of| match of {
        "a" => router(of, many("b")),
        "b" => router(of, many("c")),
        "c" => router(of, many("d")),
        _ => router(of, std::iter::empty()),
    });
    let (found, steps) = asked(&layers);
    assert_eq!(found.len(), 1 + 3 * 8, "{found:?}");
    assert!(steps < 3_000, "{steps} steps");
}

#[test]
fn files_that_all_mount_each_other_take_a_step_a_mount() {
    let name = |at: usize| format!("m{at}");
    let ring = |own: usize| (0..30).filter(move |at| *at != own).map(move |at| (name(at), format!("/from{own}")));
    let sides: Vec<Side> = (0..30).map(|own| router(&name(own), ring(own))).collect();
    let (found, steps) = asked(&sides);
    assert!(found.iter().any(|prefix| prefix == "?"), "{found:?}");
    assert!(steps < 30 * 30 * 10, "{steps} steps");
}

#[test]
fn beyond_the_budget_nothing_is_known() {
    let sides = [
        router("a", std::iter::once(("b".to_owned(), "/b".to_owned()))),
        router("b", std::iter::empty()),
        router("c", std::iter::empty()),
    ];
    let reach = Reach::of(sides.iter().collect());
    reach.left.set(0);
    for side in &sides {
        let found = reach.prefixes(&side.path, &side.analysis.as_ref().unwrap().routes[0]);
        assert!(found.len() == 1 && found[0].unknown, "{}", side.path);
        assert!(served::expanded(side, &reach).iter().all(|full| full.open && full.served.route.path == full.local));
    }
}

#[test]
fn names_of_a_file_are_read_once() {
    let mount = |at: usize| format!("router.include_router(first_{at}, prefix=\"/p{at}\")\n");
    let first: String = (0..50).map(|at| format!("from .all import first_{at}\n")).collect();
    let sides = [
        side("app/main.py", first + &(0..50).map(mount).collect::<String>()),
        side("app/all.py", (0..50).map(|at| format!("from .own import first_{at}\n")).collect()),
        side("app/own.py", (0..50).map(|at| format!("@first_{at}.get('/x')\ndef f{at}(): pass\n")).collect()),
    ];
    let reach = Reach::of(sides.iter().collect());
    assert_eq!(reach.bound.borrow().len(), 3, "one reading a file");
    let routes = &sides[2].analysis.as_ref().unwrap().routes;
    assert_eq!(reach.prefixes("app/own.py", &routes[7])[0].path, "/p7");
}
