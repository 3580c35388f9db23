//! Moves a legacy queue into the store: plan, show, apply.
