//! The catalogue of workflow regression packs.

use std::path::{Path, PathBuf};

use super::{Context, Result};
use crate::legacy::packs::{self, Catalog};
use crate::policy::{Reason, Refusal};
use crate::views::{PackDetail, PackList, PacksChecked};

/// The packs of a catalogue: the configured one, unless another is named.
///
/// # Errors
/// When there is no catalogue, or it holds no list of packs.
pub fn packs(context: &Context, catalog: Option<&Path>) -> Result<PackList> {
    Ok(PackList::from(&read(context, catalog)?))
}

/// All of one pack.
///
/// # Errors
/// As [`packs()`]; a refusal of class `not-found` for a pack that is not in it.
pub fn pack(context: &Context, catalog: Option<&Path>, id: &str) -> Result<PackDetail> {
    let catalog = read(context, catalog)?;
    let pack = catalog.pack(id).ok_or_else(|| unknown(&catalog, id))?;
    Ok(PackDetail(pack.fields()))
}

/// Checks a catalogue.
///
/// # Errors
/// As [`packs()`]; every problem of its packs, when one of them is an error.
pub fn check_packs(context: &Context, catalog: Option<&Path>) -> Result<PacksChecked> {
    let Catalog { file, listed, problems, .. } = read(context, catalog)?.sound()?;
    Ok(PacksChecked { file, packs: listed, problems })
}

fn read(context: &Context, catalog: Option<&Path>) -> Result<Catalog> {
    let path = match (catalog, &context.config.fairway.regression_packs) {
        (Some(path), _) => path.to_owned(),
        (None, Some(path)) => configured(context, path),
        (None, None) => {
            let refusal = Refusal::new(Reason::Usage, "no catalogue of regression packs is configured");
            return Err(refusal
                .hint("set `[fairway] regression_packs`; `fairway regression-pack` also takes --catalog")
                .into());
        }
    };
    let roles: Vec<String> = context.config.role_names().map(str::to_owned).collect();
    Ok(packs::read(&path, &roles)?)
}

/// The catalogue is that of the checkout that asks: worktrees share the store, not their files.
fn configured(context: &Context, path: &Path) -> PathBuf {
    context.paths.checkout.join(path)
}

fn unknown(catalog: &Catalog, id: &str) -> Refusal {
    let names = catalog.packs.iter().filter_map(|pack| pack.get("id")?.as_str());
    let known = names.collect::<Vec<_>>().join(", ");
    Refusal::new(Reason::NotFound, format!("there is no regression pack `{id}`"))
        .hint(format!("{} has {known}", catalog.file))
}
