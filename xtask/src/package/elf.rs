//! What a program asks of the machine that it starts on.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use object::elf::{self, FileHeader64};
use object::endian::Endianness;
use object::read::elf::{Dyn, FileHeader, ProgramHeader};

use crate::package::build::LAMBDA_GLIBC;

/// Libraries that Lambda's image brings.
const LAMBDA_HAS: [&str; 7] =
    ["libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libgcc_s.so.1", "ld-linux"];
const TODO: &str = "build with zig (pip install ziglang cargo-zigbuild), which package then uses";

/// The needs of a program or a library.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The program that loads it, if it is one itself.
    pub loader: Option<String>,
    /// Names of libraries.
    pub libraries: BTreeSet<String>,
    /// The newest version of glibc that one of its symbols is from.
    pub glibc: Option<(u32, u32)>,
}

/// Reads them.
pub fn needs(bytes: &[u8]) -> anyhow::Result<Needs> {
    let header = FileHeader64::<Endianness>::parse(bytes).context("no program of this kind (ELF, 64 bit)")?;
    let endian = header.endian()?;
    let sections = header.sections(endian, bytes)?;
    let mut needs = Needs::default();
    for segment in header.program_headers(endian, bytes)? {
        if let Some(loader) = segment.interpreter(endian, bytes)? {
            needs.loader = Some(String::from_utf8_lossy(loader).into_owned());
        }
    }
    if let Some((dynamic, link)) = sections.dynamic(endian, bytes)? {
        let strings = sections.strings(endian, bytes, link)?;
        for entry in dynamic.iter().filter(|entry| entry.tag(endian) == elf::DT_NEEDED) {
            let name = entry.string(endian, strings)?;
            needs.libraries.insert(String::from_utf8_lossy(name).into_owned());
        }
    }
    if let Some((mut files, link)) = sections.gnu_verneed(endian, bytes)? {
        let strings = sections.strings(endian, bytes, link)?;
        while let Some((_, mut versions)) = files.next()? {
            while let Some(version) = versions.next()? {
                let name = String::from_utf8_lossy(version.name(endian, strings)?).into_owned();
                needs.glibc = needs.glibc.max(glibc(&name));
            }
        }
    }
    Ok(needs)
}

/// `GLIBC_2.34`, or `GLIBC_2.2.5`, whose last part says nothing here.
fn glibc(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix("GLIBC_")?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Refuses what Lambda could not start.
pub fn check_for_lambda(name: &str, needs: &Needs) -> anyhow::Result<()> {
    let (most, least) = LAMBDA_GLIBC;
    if let Some((a, b)) = needs.glibc.filter(|version| *version > LAMBDA_GLIBC) {
        bail!("{name} needs glibc {a}.{b} and Lambda has {most}.{least}, so it would not start: {TODO}");
    }
    let is_there = |library: &String| LAMBDA_HAS.iter().any(|known| library.starts_with(known));
    if let Some(library) = needs.libraries.iter().find(|library| !is_there(library)) {
        bail!("{name} needs {library}, which Lambda does not have: {TODO}, or drop the dependency that asks for it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        let cases = [
            ("GLIBC_2.34", Some((2, 34))),
            ("GLIBC_2.2.5", Some((2, 2))),
            ("GLIBC_2.9", Some((2, 9))),
            ("GLIBC_PRIVATE", None),
            ("GCC_3.0", None),
            ("GLIBC_2", None),
        ];
        for (text, version) in cases {
            assert_eq!(glibc(text), version, "{text}");
        }
        assert!(glibc("GLIBC_2.9") < glibc("GLIBC_2.34"));
    }

    #[test]
    fn this_test_says_what_it_needs() {
        let this = std::env::current_exe().and_then(std::fs::read).expect("a program");
        let needs = needs(&this).expect("is understood");
        assert!(needs.libraries.contains("libc.so.6") && needs.glibc >= Some((2, 2)), "{needs:?}");
        assert!(needs.loader.is_some_and(|loader| loader.contains("ld-linux")));
    }

    #[test]
    fn what_lambda_cannot_start_is_refused() {
        let needs = |library: &str, glibc| Needs { loader: None, libraries: [library.to_owned()].into(), glibc };
        let good = [("libc.so.6", Some((2, 34))), ("libgcc_s.so.1", Some((2, 2))), ("ld-linux-aarch64.so.1", None)];
        for (library, glibc) in good {
            check_for_lambda("f", &needs(library, glibc)).expect(library);
        }
        let bad = [("libc.so.6", Some((2, 36)), "glibc 2.36"), ("libstdc++.so.6", Some((2, 17)), "libstdc++.so.6")];
        for (library, glibc, words) in bad {
            let error = check_for_lambda("f", &needs(library, glibc)).expect_err(library).to_string();
            assert!(error.contains(words) && error.contains("zig"), "{error}");
        }
    }

    #[test]
    fn what_is_no_program_is_an_error() {
        let this = std::env::current_exe().and_then(std::fs::read).expect("a program");
        for bytes in [&b""[..], b"#!/bin/sh\n", &this[..64], &this[..this.len() / 2]] {
            assert!(needs(bytes).is_err());
        }
    }
}
