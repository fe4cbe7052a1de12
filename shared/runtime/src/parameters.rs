//! Secrets of a Lambda function: a variable `<NAME>_PARAMETER` says under which name the value of `<NAME>` lies in the
//! parameter store of AWS Systems Manager, encrypted. They are in no configuration and no state of Terraform.

use aws_config::BehaviorVersion;
use environment::Environment;

use crate::function::Error;

const SUFFIX: &str = "_PARAMETER";
/// What one request may ask for (<https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>).
const MOST_AT_ONCE: usize = 10;

/// Fetches what lies in the parameter store; a value that is set already stays. What is not there is complained about with
/// everything else that is missing.
///
/// # Errors
/// The parameter store cannot be asked.
pub(crate) async fn fetch(environment: &mut Environment) -> Result<(), Error> {
    let owned = |(name, parameter): (&str, &str)| (name.to_owned(), parameter.to_owned());
    let wanted: Vec<(String, String)> = environment.ending_with(SUFFIX).into_iter().map(owned).collect();
    let wanted: Vec<_> = wanted.into_iter().filter(|(name, _)| environment.optional(name).is_none()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let client = aws_sdk_ssm::Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    for some in wanted.chunks(MOST_AT_ONCE) {
        let names = some.iter().map(|(_, parameter)| parameter.clone()).collect();
        let found = client.get_parameters().set_names(Some(names)).with_decryption(true).send().await;
        let found = found.map_err(|e| format!("the parameter store cannot be asked: {}", e.into_service_error()))?;
        for (name, parameter) in some {
            let value = found.parameters().iter().find(|p| p.name() == Some(parameter)).and_then(|p| p.value());
            match value {
                Some(value) => environment.extend([(name.clone(), value.to_owned())]),
                None => environment.complain(format!(
                    "{name}: there is no parameter {parameter}, or this function may not read it: aws ssm put-parameter"
                )),
            }
        }
    }
    Ok(())
}
