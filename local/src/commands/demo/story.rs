//! What the demo's repositories hold.

use std::path::Path;

use anyhow::{Context, bail};

use super::repositories::Files;

/// Who depends on whom.
pub const RELATIONSHIPS: &str = include_str!("files/relationships.json");

/// Every repository with its commits, oldest first.
pub fn histories() -> Vec<(&'static str, Vec<(&'static str, Files)>)> {
    vec![
        (
            "acme/payments-api",
            vec![
                (
                    "Start the payments service",
                    vec![
                        ("README.md", Some(include_str!("files/payments-api/README.md"))),
                        ("requirements.txt", Some(include_str!("files/payments-api/requirements.txt"))),
                        ("app/main.py", Some(include_str!("files/payments-api/main.py"))),
                    ],
                ),
                (
                    "Run in a container",
                    vec![
                        ("Dockerfile", Some(include_str!("files/payments-api/Dockerfile"))),
                        ("docker-compose.yml", Some(include_str!("files/payments-api/docker-compose.yml"))),
                    ],
                ),
            ],
        ),
        (
            "acme/web-shop",
            vec![
                (
                    "Start the shop",
                    vec![
                        ("README.md", Some(include_str!("files/web-shop/README.md"))),
                        ("package.json", Some(include_str!("files/web-shop/package.json"))),
                        ("src/cart.ts", Some(include_str!("files/web-shop/cart.ts"))),
                    ],
                ),
                ("Pay with payments-api", vec![("src/payments.ts", Some(include_str!("files/web-shop/payments.ts")))]),
            ],
        ),
        (
            "acme/payments-eu",
            vec![(
                "Fork payments-api for Europe",
                vec![
                    ("README.md", Some(include_str!("files/payments-eu/README.md"))),
                    ("requirements.txt", Some(include_str!("files/payments-api/requirements.txt"))),
                    ("app/main.py", Some(include_str!("files/payments-eu/main.py"))),
                    ("Dockerfile", Some(include_str!("files/payments-api/Dockerfile"))),
                    ("docker-compose.yml", Some(include_str!("files/payments-api/docker-compose.yml"))),
                ],
            )],
        ),
    ]
}

/// What is pushed to the provider.
pub fn provider_change() -> Files {
    vec![
        ("app/main.py", Some(include_str!("files/payments-api/main-after.py"))),
        ("docker-compose.yml", Some(include_str!("files/payments-api/docker-compose-after.yml"))),
    ]
}

/// What the consumer does about it.
pub fn consumer_fix() -> Files {
    vec![("src/payments.ts", Some(include_str!("files/web-shop/payments-after.ts")))]
}

/// The body in the outbox that is for the consumer.
pub fn consumer_issue(outbox: &Path) -> anyhow::Result<String> {
    let folder = outbox.join("acme__web-shop");
    let files = std::fs::read_dir(&folder).with_context(|| format!("no issue was written to {}", folder.display()))?;
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|e| e == "md") {
            return Ok(std::fs::read_to_string(path)?);
        }
    }
    bail!("no issue was written to {}", folder.display())
}
