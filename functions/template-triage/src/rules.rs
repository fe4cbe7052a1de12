//! The rules of templates, for people.

/// What each rule sees, and an example, by its id.
const RULES: [(&str, &str, &str); 2] = [
    (
        "template.hunk.applies",
        "a hunk of the template's change is not in the derivative and fits there as it is",
        "the template pins a base image by digest, and the derivative still has the old line",
    ),
    (
        "template.hunk.conflicts",
        "a hunk of the template's change cures lines that the derivative has too, amid lines of its own",
        "the template fixes a health check, and the derivative has the same check with another port",
    ),
];

/// How a template's finding is silenced.
const SILENCE: &str = "close the issue as not planned and it is muted for good; or name the concern among the derivative's \
divergent_concerns in relationships.json";

/// What a person should know of a rule; none if there is no such rule here.
pub fn explain(id: &str) -> Option<String> {
    let (id, sees, example) = RULES.iter().find(|(rule, ..)| *rule == id)?;
    Some(format!("{id}\n\nsees      {sees}\nexample   {example}\nsilence   {SILENCE}"))
}

/// The ids of all rules.
pub fn rules() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(id, ..)| *id)
}
