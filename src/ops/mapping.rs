//! Which mapping says where the rows of a legacy database go, and which state its queue file carries.

use super::Context;
use crate::legacy::snapshot::{Mapping, SnapshotError};

/// What counts where nobody names one: a queue file by itself.
const PLAIN: &str = "plain";

/// The name that the configuration says: `[import] mapping`, else the adapter of the scripts where it has a mapping.
pub(super) fn configured(context: &Context) -> Option<String> {
    let config = &context.config;
    let of_adapter = || {
        let adapter = config.legacy.as_ref()?.adapter.clone();
        Mapping::names(&context.paths.root).contains(&adapter).then_some(adapter)
    };
    config.import.mapping.clone().or_else(of_adapter)
}

/// The mapping of that name, else the configured one, else that of a queue file by itself; with its name, and with roles
/// renamed as the configuration says.
///
/// # Errors
/// When there is none of that name, or it is broken.
pub(super) fn mapping(context: &Context, name: Option<&str>) -> Result<(String, Mapping), SnapshotError> {
    let name = name.map(str::to_owned).or_else(|| configured(context)).unwrap_or_else(|| PLAIN.to_owned());
    let mapping = Mapping::named(&name, &context.paths.root)?
        .with_role_names(context.config.import.role_names.iter())
        .for_project(&context.store_settings().project);
    Ok((name, mapping))
}
