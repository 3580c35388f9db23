//! How long work says how far it is.

/// Somebody who watches long work.
pub trait Watch {
    /// A stage of `total` steps begins; 0 when their number is not known.
    fn stage(&self, name: &str, total: u64);

    /// So many more steps are done.
    fn advance(&self, steps: u64);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn stage(&self, _name: &str, _total: u64) {}

    fn advance(&self, _steps: u64) {}
}

/// How many steps pass before they are told.
const STRIDE: u64 = 1_024;

/// Counts steps and tells of many at once.
pub(super) struct Steps<'a> {
    watch: &'a dyn Watch,
    open: u64,
}

impl<'a> Steps<'a> {
    pub(super) fn begin(watch: &'a dyn Watch, name: &str, total: usize) -> Self {
        watch.stage(name, u64::try_from(total).unwrap_or(u64::MAX));
        Self { watch, open: 0 }
    }

    pub(super) fn step(&mut self) {
        self.open += 1;
        if self.open == STRIDE {
            self.watch.advance(STRIDE);
            self.open = 0;
        }
    }
}

impl Drop for Steps<'_> {
    fn drop(&mut self) {
        self.watch.advance(self.open);
    }
}
