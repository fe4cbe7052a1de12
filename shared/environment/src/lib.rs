//! What the environment of a process says.
//!
//! Settings are asked for one by one and judged together ([`Environment::check`]): whoever deploys hears of everything
//! that is missing at once. Values are secrets until somebody knows better, so nothing here prints them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// What stands where a value is to be set later.
const NOT_CONFIGURED: &str = "not-configured";

/// The variables of a process, and what was found wrong with them so far.
#[derive(Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    problems: Mutex<Vec<String>>,
}

/// Everything that is wrong, in one error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment is not complete:\n  {}", problems.join("\n  "))]
pub struct Unusable {
    /// A line each.
    pub problems: Vec<String>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self { variables: variables.into_iter().map(owned).collect(), problems: Mutex::default() }
    }
}

impl Environment {
    /// This process's; what is not UTF-8 is as good as not set.
    pub fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self { variables: std::env::vars_os().filter_map(text).collect(), problems: Mutex::default() }
    }

    /// The value of a variable; an empty one is as good as none, and so is `not-configured`, which a secret holds that was
    /// made and not set yet.
    pub fn optional(&self, name: &str) -> Option<&str> {
        let is_set = |value: &&str| !value.is_empty() && *value != NOT_CONFIGURED;
        self.variables.get(name).map(|value| value.trim()).filter(is_set)
    }

    /// The value of a variable that must be set; empty if it is not, which [`Environment::check`] tells with `what_for`.
    pub fn required(&self, name: &str, what_for: &str) -> &str {
        self.optional(name).unwrap_or_else(|| {
            self.complain(format!("{name} is not set: {what_for}"));
            ""
        })
    }

    /// The value of a variable that is no text; none if it is not set or makes no sense, and the latter is told.
    pub fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Option<T> {
        let text = self.optional(name)?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.complain(format!("{name} makes no sense: expected {expected}"));
        }
        parsed
    }

    /// Notes something else that is wrong with what was asked for.
    pub fn complain(&self, problem: impl Into<String>) {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem.into());
    }

    /// Sets variables that were fetched from elsewhere.
    pub fn extend(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        self.variables.extend(variables);
    }

    /// Variables whose names end like this and that are set, with the rest of their names.
    pub fn ending_with(&self, suffix: &str) -> Vec<(&str, &str)> {
        let set = self.variables.iter().filter(|(_, value)| !value.trim().is_empty());
        set.filter_map(|(name, value)| Some((name.strip_suffix(suffix)?, value.trim()))).collect()
    }

    /// Whether everything that was asked for so far is there and makes sense.
    ///
    /// # Errors
    /// All that is not, in one.
    pub fn check(&self) -> Result<(), Unusable> {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if problems.is_empty() { Ok(()) } else { Err(Unusable { problems }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_missing_is_told_at_once_and_no_value_is() {
        let environment = Environment::from([
            ("A", "secret-a"),
            ("EMPTY", " "),
            ("LATER", "not-configured"),
            ("PORT", "secret-port"),
        ]);
        assert_eq!(environment.required("A", "for a"), "secret-a");
        assert_eq!(environment.optional("EMPTY"), None);
        assert_eq!(environment.optional("LATER"), None);
        assert!(environment.check().is_ok());
        environment.required("B", "where messages wait");
        environment.required("EMPTY", "what it is for");
        assert_eq!(environment.parsed::<u16>("PORT", "a port"), None);
        assert_eq!(environment.parsed::<u16>("ABSENT", "a port"), None);
        let told = environment.check().expect_err("is not complete").to_string();
        for words in ["B is not set: where messages wait", "EMPTY is not set", "PORT makes no sense: expected a port"] {
            assert!(told.contains(words), "{told}");
        }
        assert!(!told.contains("secret") && !format!("{environment:?}").contains("secret"), "{told}");
    }

    #[test]
    fn variables_that_name_where_a_value_lies_are_found() {
        let mut environment = Environment::from([("X_PARAMETER", "/x"), ("Y_PARAMETER", ""), ("Z", "z")]);
        assert_eq!(environment.ending_with("_PARAMETER"), [("X", "/x")]);
        environment.extend([("X".to_owned(), "value".to_owned())]);
        assert_eq!(environment.optional("X"), Some("value"));
    }
}
