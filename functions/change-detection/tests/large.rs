//! Changes of many files, and of files that are too much for their grammar.

use std::fmt::Write;

use crate::{Done, deps, folder};

/// A package of 600 modules with 20 functions each is renamed: every name moved, and nothing takes quadratic time.
pub async fn a_moved_folder_takes_no_time() -> Done<()> {
    let scratch = tempfile::tempdir()?;
    let deps = deps(scratch.path()).await?;
    let mut keys = Vec::new();
    for (package, digit) in [("old", 'b'), ("new", 'a')] {
        let root = scratch.path().join(package);
        std::fs::create_dir_all(root.join(package))?;
        for module in 0..600 {
            let mut text = String::new();
            for function in 0..20 {
                writeln!(text, "def job_{module}_{function}(first, second):\n    return first\n")?;
            }
            std::fs::write(root.join(package).join(format!("part{module}.py")), text)?;
        }
        keys.push(folder::snapshot(&root, digit, &deps.blobs).await?);
    }
    let comparison = change_detection::compare(&deps, &"owner/provider".parse()?, &keys[0], &keys[1]).await?;
    let sheet = change_detection::decide(&comparison);
    // 600 modules and 12,000 names moved; so many facts are a rewrite, and the sheet says that it keeps the first.
    let is_move = |rule: &str| matches!(rule, "symbol.moved" | "symbol.module.removed");
    assert!(sheet.facts.iter().all(|fact| is_move(&fact.rule)), "{:?}", sheet.facts.first());
    assert_eq!((sheet.facts.len(), sheet.files.len()), (5_000, 600));
    assert_eq!(sheet.blind, ["12600 facts, only the first 5000 are kept"]);
    Ok(())
}

/// What nobody could parse may declare anything: that is said, and it is not "nothing changed".
pub async fn code_that_cannot_be_parsed_is_named() -> Done<()> {
    let scratch = tempfile::tempdir()?;
    let deps = deps(scratch.path()).await?;
    let deep: String = (0..600).map(|level| format!("{}if a:\n", " ".repeat(level))).collect();
    let deadly = format!("{deep}{}x = \"text\"\n", " ".repeat(600));
    let minified = format!("{}\n", "f(); ".repeat(12_000));
    let nested: String = (0..400).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let files =
        [("src/a.py", &deadly), ("src/a.js", &minified), ("deploy/a.yaml", &nested), ("tests/test_a.py", &deadly)];
    let mut keys = Vec::new();
    for (side, digit) in [("before", 'b'), ("after", 'a')] {
        let root = scratch.path().join(side);
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().ok_or("no folder")?)?;
            std::fs::write(path, if side == "before" { "x = 1\n" } else { text })?;
        }
        keys.push(folder::snapshot(&root, digit, &deps.blobs).await?);
    }
    let comparison = change_detection::compare(&deps, &"owner/provider".parse()?, &keys[0], &keys[1]).await?;
    let blind = change_detection::decide(&comparison).blind;
    assert!(
        blind.len() == 1 && blind[0].starts_with("src/a.py: could not be parsed: the grammar crashed"),
        "{blind:?}"
    );
    Ok(())
}
